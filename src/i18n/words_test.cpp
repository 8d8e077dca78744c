#include "i18n/words.hpp"

#include <gtest/gtest.h>
#include <unicode/brkiter.h>
#include <unicode/uchar.h>

#include <random>

#include "i18n/character.hpp"
#include "i18n/fold.hpp"

namespace tamga::i18n {
namespace {

using Texts = std::vector<std::string>;

Texts words_in(std::string_view text) {
    Texts words;
    each_word(text, [&](const Word& word) { words.emplace_back(word.text); });
    return words;
}

/// What stands in the text where each word was found.
Texts written_in(std::string_view text) {
    Texts words;
    each_word(text,
              [&](const Word& word) { words.emplace_back(text.substr(word.begin, word.end - word.begin)); });
    return words;
}

TEST(Words, are_folded_and_cut_at_what_is_no_letter_or_digit) {
    EXPECT_EQ(words_in("Trade & Investment: \"94.8\" billion (USD)"),
              (Texts{"trade", "investment", "94", "8", "billion", "usd"}));
    EXPECT_EQ(words_in("Транспортный коридор, приём №5"), (Texts{"транспортныи", "коридор", "прием", "5"}));
    EXPECT_EQ(words_in("XM-DAC-12_3 example.org"), (Texts{"xm", "dac", "12", "3", "example", "org"}));
    EXPECT_EQ(words_in(" — … ! "), Texts{});
    EXPECT_EQ(words_in(""), Texts{});
}

TEST(Words, go_on_over_apostrophes_and_soft_hyphens) {
    EXPECT_EQ(words_in("O\u02bbzbekiston O'zbekiston d\u2019Ivoire trans\u00adport"),
              (Texts{"ozbekiston", "ozbekiston", "divoire", "transport"}));
}

TEST(Words, of_Chinese_are_those_of_a_dictionary) {
    EXPECT_EQ(words_in("中国—中亚合作中心2025年在乌鲁木齐成立"),
              (Texts{"中国", "中亚", "合作", "中心", "2025", "年", "在", "乌鲁木齐", "成立"}));
    EXPECT_EQ(words_in("第２次C+C5峰会"), (Texts{"第", "2", "次", "c", "c5", "峰会"}));
}

TEST(Words, tell_where_they_stand) {
    EXPECT_EQ(written_in("«Приём» O\u02bbzbekiston' ｗｉｄｅ"),
              (Texts{"Приём", "O\u02bbzbekiston", "ｗｉｄｅ"}));
    EXPECT_EQ(written_in("cafe\u0301s, cafe\u0301"), (Texts{"cafe\u0301s", "cafe\u0301"}));
    EXPECT_EQ(written_in("在乌鲁木齐成立"), (Texts{"在", "乌鲁木齐", "成立"}));
    EXPECT_EQ(written_in("Straße"), Texts{"Straße"});
}

TEST(Words, are_cut_by_bytes_that_are_no_text) {
    EXPECT_EQ(words_in("a\xff"
                       "b\xe4\xb8 c"),
              (Texts{"a", "b", "c"}));
    EXPECT_EQ(words_in(std::string_view("a\0b", 3)), (Texts{"a", "b"}));
}

// What ICU says of the whole text, cut further at signs, as the header has it: for scripts of which it is not
// asked, and for those of which it is.
TEST(Words, of_each_character_are_found_as_they_are_kept) {
    for (char32_t c = 0; c <= 0x10ffff; ++c) {
        if (c >= 0xd800 && c < 0xe000) continue;
        const FoldedCharacter folded = fold_character(c);
        if (!folded.is_word || folded.is_skipped) continue;
        std::string again;
        for (std::size_t at = 0; at < folded.text.size();) {
            const FoldedCharacter& part = fold_character(next_character(folded.text, at));
            EXPECT_TRUE(part.is_word && !part.is_skipped && !part.is_mark) << static_cast<std::uint32_t>(c);
            again += part.text;
        }
        EXPECT_EQ(again, folded.text) << static_cast<std::uint32_t>(c);
    }
    EXPECT_EQ(words_in("\u0149e"), Texts{"ne"});
}

TEST(Words, are_those_of_ICU) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::BreakIterator> iterator(
        icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
    ASSERT_TRUE(U_SUCCESS(status));
    std::mt19937 random(20250617);
    const std::u16string letters = u"aZ09 .-_бЯіїўғқñöşàœάΩԱև中国亚机制合作项目成立于上海年的пётр";
    for (int round = 0; round < 3000; ++round) {
        icu::UnicodeString text;
        for (int i = 0; i < 12; ++i) text.append(letters[random() % letters.size()]);
        icu::UnicodeString folded;
        std::string utf8, folded_utf8 = fold(text.toUTF8String(utf8));
        folded = icu::UnicodeString::fromUTF8(folded_utf8);
        Texts expected;
        iterator->setText(folded);
        for (std::int32_t from = 0, to = iterator->next(); to != icu::BreakIterator::DONE;
             from = to, to = iterator->next()) {
            icu::UnicodeString word;
            const auto end_word = [&] {
                if (!word.isEmpty()) word.toUTF8String(expected.emplace_back());
                word.remove();
            };
            for (std::int32_t i = from; i < to; ++i)
                if (u_isalnum(folded[i]))
                    word.append(folded[i]);
                else
                    end_word();
            end_word();
        }
        ASSERT_EQ(words_in(utf8), expected) << utf8;
    }
}

}  // namespace
}  // namespace tamga::i18n
