#include "iati/rules/pattern.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tamga::iati {
namespace {

using Found = Pattern::Found;

TEST(Pattern, FindsAnywhereUnlessAnchored) {
    EXPECT_EQ(Pattern::compile("b+")->find_in("abbc"), Found::yes);
    EXPECT_EQ(Pattern::compile("^b+")->find_in("abbc"), Found::no);
    EXPECT_EQ(Pattern::compile("^[A-Z]{2}-[A-Z]+-\\d+$")->find_in("GB-COH-123"), Found::yes);
    EXPECT_EQ(Pattern::compile("^(?!XX-)")->find_in("XX-1"), Found::no);
    EXPECT_EQ(Pattern::compile("^$")->find_in(""), Found::yes);
}

TEST(Pattern, CountsCharactersNotBytes) {
    EXPECT_EQ(Pattern::compile("^.{2}$")->find_in("жы"), Found::yes);
    EXPECT_EQ(Pattern::compile("^[а-я]+$")->find_in("дорога"), Found::yes);
    EXPECT_EQ(Pattern::compile("^.$")->find_in("\U00020000"), Found::yes);
}

TEST(Pattern, IsRefusedWhereItIsNone) {
    for (const char* bad : {"(", "[", "a{2", "\\", "*"}) EXPECT_FALSE(Pattern::compile(bad)) << bad;
}

TEST(Pattern, EndsOverTextsThatAreMadeToTakeLong) {
    // Each further letter would double the time.
    EXPECT_EQ(Pattern::compile("^(a+)+$")->find_in(std::string(60, 'a') + "!"), Found::unclear);
    EXPECT_EQ(Pattern::compile("^(([a-z])+.)+[A-Z]$")->find_in(std::string(60, 'a')), Found::unclear);
    // A million letters and a choice at each: no recursion that ends the program.
    EXPECT_NE(Pattern::compile("^(a|b)*$")->find_in(std::string(1'000'000, 'a') + "c"), Found::yes);
    EXPECT_EQ(Pattern::compile("c")->find_in(std::string(1'000'000, 'a') + "c"), Found::yes);
}

}  // namespace
}  // namespace tamga::iati
