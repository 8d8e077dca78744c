#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tamga::i18n {

/// A word as people search for it.
struct Word {
    std::string_view text;  ///< Folded, see fold(): letters and digits, no more.
    std::size_t begin = 0;  ///< Where it stands in the text, in bytes,
    std::size_t end = 0;    ///< and where it ends.
    bool runs_on = false;   ///< Of a script written without spaces: where it ends is a dictionary's word.
};

/// Calls `take` for the words of a text, in order; each holds until it returns. Words are cut by Unicode's
/// word boundaries (UAX 29; in Chinese and other scripts without spaces by ICU's dictionaries), and at every
/// sign that is neither letter nor digit: "3.14" is 3 and 14, so that it is found as "3,14" too. Apostrophes
/// cut nothing. Any bytes are taken; those that are not UTF-8 cut. The same in all languages.
void each_word(std::string_view text, const std::function<void(const Word&)>& take);

}  // namespace tamga::i18n
