#pragma once

#include <memory>
#include <optional>
#include <string_view>

namespace tamga::iati {

/// A regular expression of a ruleset: ICU's syntax, over characters of Unicode. Any thread.
class Pattern {
  public:
    /// Nothing if it is none.
    static std::optional<Pattern> compile(std::string_view expression);

    enum class Found { no, yes, unclear };
    /// Whether it matches anywhere in `text` (UTF-8). `unclear` where that takes more than a fraction of a
    /// second or some megabytes: there are expressions that take centuries over a line.
    Found find_in(std::string_view text) const;

  private:
    struct Compiled;
    std::shared_ptr<const Compiled> compiled_;
};

}  // namespace tamga::iati
