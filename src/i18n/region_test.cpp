#include "i18n/region.hpp"

#include <gtest/gtest.h>

namespace tamga::i18n {
namespace {

TEST(Region, KnowsTheCodesOfIso3166) {
    EXPECT_EQ(alpha2_of("398"), "KZ");
    EXPECT_EQ(alpha2_of("004"), "AF");
    EXPECT_EQ(alpha2_of("KAZ"), "KZ");
    EXPECT_EQ(alpha2_of("UZ"), "UZ");
    for (const char* none : {"", "-99", "999", "1234", "UN", "001", "x\n"})
        EXPECT_EQ(alpha2_of(none), "") << none;
}

TEST(Region, NamesMembersOfTheUnitedNations) {
    EXPECT_EQ(state_name("en", "UZ"), "Uzbekistan");
    EXPECT_EQ(state_name("zh", "KZ"), "哈萨克斯坦");
    EXPECT_EQ(state_name("ru", "MN"), "Монголия");
    EXPECT_EQ(state_name("fr", "AF"), "Afghanistan");
    EXPECT_EQ(state_name("en", "HK"), "");
    EXPECT_EQ(state_name("en", ""), "");
}

}  // namespace
}  // namespace tamga::i18n
