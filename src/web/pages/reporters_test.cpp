#include "web/pages/reporters.hpp"

#include <gtest/gtest.h>

namespace tamga::web {
namespace {

/// "subject | reporter".
std::string split(const char* title) {
    const SeriesTitle out = split_title(title);
    return out.subject + " | " + out.reporter;
}

TEST(SeriesTitle, EndsWithItsReporter) {
    EXPECT_EQ(split("Trade of A with B (Customs of A)"), "Trade of A with B | Customs of A");
    EXPECT_EQ(split("Trade (both ways) of A with B (QazTrade (Kazakhstan))"),
              "Trade (both ways) of A with B | QazTrade (Kazakhstan)");
    EXPECT_EQ(split("中国与中亚五国贸易总额（中国海关总署）"), "中国与中亚五国贸易总额 | 中国海关总署");
}

TEST(SeriesTitle, MayHaveNone) {
    EXPECT_EQ(split(""), " | ");
    EXPECT_EQ(split("Trade (both ways) of A"), "Trade (both ways) of A | ");
    EXPECT_EQ(split("(all of it)"), "(all of it) | ");
    EXPECT_EQ(split("a)"), "a) | ");
    EXPECT_EQ(split(")"), ") | ");
    EXPECT_EQ(split("Trade ()"), "Trade | ");
}

}  // namespace
}  // namespace tamga::web
