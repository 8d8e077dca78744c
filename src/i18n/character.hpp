#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// What searching makes of one character; for fold.cpp and words.cpp.

namespace tamga::i18n {

/// A character as it is compared when people search, see fold().
struct FoldedCharacter {
    std::string text;         ///< UTF-8; empty of apostrophes and marks; of a few characters it is several.
    bool is_word = false;     ///< It has letters and digits only.
    bool is_mark = false;     ///< It belongs to the character before it.
    bool runs_on = false;     ///< It is of a script that may be written without spaces.
    bool is_skipped = false;  ///< An apostrophe, a soft hyphen: a word goes on as if it were not there.
};

/// Reads the character at `at`, which is within the text, and goes on to the next. A byte that is of no
/// well-formed character is U+FFFD.
char32_t next_character(std::string_view text, std::size_t& at);

/// Of any code point. The reference holds until the next call on the same thread.
const FoldedCharacter& fold_character(char32_t character);

}  // namespace tamga::i18n
