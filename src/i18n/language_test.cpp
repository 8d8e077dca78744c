#include "i18n/language.hpp"

#include <gtest/gtest.h>

namespace tamga::i18n {
namespace {

Date day(const char* text) {
    return *Date::parse(text);
}

TEST(Language, writes_dates_as_precise_as_they_are) {
    EXPECT_EQ(language("en").date(day("2025-06-17")), "17 June 2025");
    EXPECT_EQ(language("zh").date(day("2025-06-17")), "2025年6月17日");
    EXPECT_EQ(language("ru").date(day("2025-06-17")), "17 июня 2025\u202fг.");
    EXPECT_EQ(language("en").date(day("2025-06")), "June 2025");
    EXPECT_EQ(language("zh").date(day("2025-06")), "2025年6月");
    EXPECT_EQ(language("ru").date(day("2025-06")), "июнь 2025\u202fг.");
    EXPECT_EQ(language("en").date(day("2025")), "2025");
    EXPECT_EQ(language("zh").date(day("2025")), "2025年");
    EXPECT_EQ(language("ru").date(day("2025")), "2025");
    EXPECT_EQ(language("en").date(day("0001-02-03")), "3 February 1");
}

}  // namespace
}  // namespace tamga::i18n
