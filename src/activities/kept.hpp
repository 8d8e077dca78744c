#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "xml/read.hpp"

namespace tamga::activities {

/// An activity as a file of its own: it stands as it did in its file, in a root with that root's attributes
/// (but when the file was generated: what did not change stays the same to the byte) and namespaces.
std::string keep(const xml::Node& root, std::span<const xml::Binding> bindings, std::string_view activity);

/// Such a file, read. Movable; one thread at a time.
class Kept {
  public:
    /// Errors: invalid_input, if the file is not one activity as keep() writes it.
    static Result<Kept> read(std::string file);

    /// Its names are iati::standard_names().
    const xml::Node& activity() const { return *activity_; }
    /// The activity as it stands in its file.
    std::string_view text() const;
    /// The same with the namespaces that its root declares: it means the same anywhere.
    std::string standalone() const;

  private:
    Kept() = default;
    std::unique_ptr<std::string> file_;
    std::unique_ptr<xml::Reader> reader_;
    const xml::Node* activity_ = nullptr;
};

/// `text` as XML character data or attribute value; a character that XML does not allow becomes U+FFFD.
std::string escaped(std::string_view text);

}  // namespace tamga::activities
