#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tamga::utf8 {
namespace {

std::string bytes(std::initializer_list<int> values) {
    std::string out;
    for (const int value : values) out += static_cast<char>(value);
    return out;
}

TEST(Utf8, CountsAsManyCharactersAsUnicodeHas) {
    // RFC 3629, section 3: U+0080 to U+07FF have two bytes, to U+FFFF three, to U+10FFFF four; no surrogates.
    std::size_t two = 0;
    std::size_t three = 0;
    std::size_t four = 0;
    char text[4];
    // ASCII begins nothing longer, so that it need not be tried as a first byte.
    for (int a = 0x80; a < 0x100; ++a)
        for (int b = 0; b < 0x100; ++b) {
            text[0] = static_cast<char>(a);
            text[1] = static_cast<char>(b);
            two += length({text, 2}) == 2;
            // What follows the second byte may each be any of 64 (10xxxxxx): their ends are tried.
            for (const int c : {0x7f, 0x80, 0xbf, 0xc0}) {
                text[2] = static_cast<char>(c);
                three += length({text, 3}) == 3;
                for (const int d : {0x7f, 0x80, 0xbf, 0xc0}) {
                    text[3] = static_cast<char>(d);
                    four += length({text, 4}) == 4;
                }
            }
        }
    EXPECT_EQ(two, 0x800U - 0x80U);
    EXPECT_EQ(three * 64 / 2, 0x10000U - 0x800U - 0x800U);
    EXPECT_EQ(four * 64 * 64 / 4, 0x110000U - 0x10000U);
}

TEST(Utf8, TakesWhatIsWellFormed) {
    EXPECT_TRUE(is_valid(""));
    EXPECT_TRUE(is_valid("plain"));
    EXPECT_TRUE(is_valid("\u00e9 \u20ac \U0001F4A7"));
    EXPECT_EQ(length("\u20ac and more"), 3U);
    EXPECT_EQ(length(""), 0U);
    for (const std::string& text :
         {bytes({0x80}), bytes({0xc0, 0x80}), bytes({0xc3}), bytes({0xe2, 0x82}), bytes({0xed, 0xa0, 0x80}),
          bytes({0xf4, 0x90, 0x80, 0x80}), bytes({0xff}), bytes({'a', 0xe2, 0x28, 0xa1})})
        EXPECT_FALSE(is_valid(text));
}

TEST(Utf8, CutsBetweenCharacters) {
    EXPECT_EQ(beginning("abc", 3), "abc");
    EXPECT_EQ(beginning("abc", 2), "ab");
    EXPECT_EQ(beginning("a\u20ac", 3), "a");
    EXPECT_EQ(beginning("a\u20ac", 4), "a\u20ac");
    EXPECT_EQ(beginning("\u20ac", 1), "");
}

TEST(Utf8, IsRepairedForTerminals) {
    EXPECT_EQ(repaired("ключ"), "ключ");
    EXPECT_EQ(repaired("a\xe9"
                       "b\xd0"),
              "a\xef\xbf\xbd"
              "b\xef\xbf\xbd");
    EXPECT_EQ(repaired(""), "");
}

}  // namespace
}  // namespace tamga::utf8
