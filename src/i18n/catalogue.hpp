#pragma once

#include <map>
#include <string>
#include <string_view>

namespace tamga::i18n {

/// The messages of one language, read from a GNU .mo file. Refers to the file's bytes, which must outlive it.
/// Immutable; any number of threads.
/// Source  GNU gettext manual, "The Format of GNU MO Files"
class Catalogue {
  public:
    /// An empty catalogue: no message is translated.
    Catalogue() = default;
    /// Ends the program if the bytes are no .mo file of this machine's byte order: the build made them, so
    /// that is a bug.
    explicit Catalogue(std::string_view mo);

    /// The translation; empty if there is none.
    std::string_view find(std::string_view message) const;
    std::string_view find(std::string_view context, std::string_view message) const;
    /// Form number `form`, counted from 0, of the message whose singular is `one`; empty if there is none.
    std::string_view find_plural(std::string_view one, std::size_t form) const;

    std::size_t size() const { return messages_.size(); }

  private:
    std::map<std::string_view, std::string_view> messages_;
};

}  // namespace tamga::i18n
