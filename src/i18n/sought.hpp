#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tamga::i18n {

/// What somebody searches for: a text must hold all of the terms.
struct Sought {
    /// Words in exactly this order.
    struct Term {
        std::vector<std::string> words;  ///< At least one; as each_word() gives them.
        bool is_prefix = false;          ///< Of the last word it is the beginning.
        friend bool operator==(const Term&, const Term&) = default;
    };
    std::vector<Term> terms;  ///< Each once.
    bool too_long = false;    ///< There were more words than kMostSought: `terms` are the first ones.
};

inline constexpr std::size_t kMostSought = 32;
/// A word that has fewer characters is not taken as the beginning of others: too many begin so. Where no
/// spaces stand between words, one is enough.
inline constexpr std::size_t kLeastPrefix = 2;

/// Reads what people write: words in any order; "words in quotation marks" of any language stand so; `word*`
/// is the beginning of a word. What is written without a space, as 中亚机制 or 94.8, stands so too, and of a
/// script without spaces the last word may go on: nobody sees where it ends. Any bytes are read; signs that
/// are no words say nothing, a quotation mark that stands alone goes on to the end.
Sought parse_sought(std::string_view text);

/// Where the words of a term stand in a text that was sought: bytes.
struct Place {
    std::size_t begin, end;
    friend bool operator==(const Place&, const Place&) = default;
};
/// All places at which a text holds one of the terms, in order, none within another; and how many of the
/// terms it holds.
struct Places {
    std::vector<Place> places;
    std::size_t terms = 0;
};
Places places_of(const Sought& sought, std::string_view text);

}  // namespace tamga::i18n
