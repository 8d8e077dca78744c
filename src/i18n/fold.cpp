#include "i18n/fold.hpp"

#include <unicode/uchar.h>

#include "i18n/character.hpp"

namespace tamga::i18n {

std::string fold(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) out += fold_character(next_character(text, at)).text;
    return out;
}

std::vector<std::string> folded_words(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    const auto end_word = [&] {
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
    };
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_character(text, at);
        if (u_isUWhiteSpace(static_cast<UChar32>(c)))
            end_word();
        else
            word += fold_character(c).text;
    }
    end_word();
    return words;
}

}  // namespace tamga::i18n
