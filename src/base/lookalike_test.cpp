#include "base/lookalike.hpp"

#include <gtest/gtest.h>

namespace tamga {
namespace {

TEST(Lookalike, NamesTheCharacterAndItsCodePoint) {
    EXPECT_FALSE(first_lookalike("ardel-2025, ~!"));
    const auto letter = first_lookalike("\u0430rdel");
    ASSERT_TRUE(letter);
    EXPECT_EQ(letter->told, "'\u0430' (U+0430, a Cyrillic letter that looks like 'a')");
    EXPECT_EQ(letter->where, 1u);
    const auto space = first_lookalike("2025-06-17\u00a0");
    EXPECT_EQ(space->told, "a no-break space (U+00A0)");
    EXPECT_EQ(space->where, 11u);
    EXPECT_EQ(first_lookalike("\u22125")->told, "'\u2212' (U+2212, a minus sign that looks like '-')");
    EXPECT_EQ(first_lookalike("2\uff10")->told,
              "'\uff10' (U+FF10, a full-width character that looks like '0')");
    EXPECT_EQ(first_lookalike("\U0001F600")->told, "'\U0001F600' (U+1F600, not an ASCII character)");
    EXPECT_EQ(first_lookalike("\u4e2d")->told, "'\u4e2d' (U+4E2D, a Chinese character)");
}

TEST(Lookalike, TellsWhatWasMeant) {
    EXPECT_EQ(without_lookalikes("\u0430rd\u0435l\u200b"), "ardel");
    EXPECT_EQ(without_lookalikes("\u22121\u00a0500"), "-1500");
    EXPECT_EQ(without_lookalikes("\uff12\uff10\uff12\uff15"), "2025");
    EXPECT_EQ(without_lookalikes("\u4e2d"), "\u4e2d");
}

TEST(Lookalike, SeesNothingInWhiteSpaceOfAnyKind) {
    for (const char* const blank : {"", " ", "\t\n", "\u00a0", "\u3000", "\u200b", "\ufeff \u2007"})
        EXPECT_TRUE(is_blank(blank));
    EXPECT_FALSE(is_blank("\u00a0x"));
    EXPECT_FALSE(is_blank("\u4e2d"));
}

}  // namespace
}  // namespace tamga
