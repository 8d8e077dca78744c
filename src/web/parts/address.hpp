#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tamga::web {

/// What a page is a function of, beside the register: the URL without its language.
struct Address {
    std::string path;    ///< "/commitments/x": without language and without the ending.
    std::string format;  ///< "html", "json", "csv", "atom".
    std::vector<std::pair<std::string, std::string>> query;
    std::string formats = {};  ///< The formats that this page has: "html json".

    /// The value of a query parameter; empty if it is not there.
    std::string_view value(std::string_view name) const;
};

/// True if `word` stands in a list of words with spaces between them.
bool has_word(std::string_view words, std::string_view word);

/// The whole number that a text is, and nothing more; nothing if it is none.
std::optional<std::int64_t> number_of(std::string_view text);

/// `text` for use in the path or query of a URL (RFC 3986 2.1).
std::string percent_encode(std::string_view text);

}  // namespace tamga::web
