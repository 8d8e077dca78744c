#include "base/date.hpp"

#include <gtest/gtest.h>

namespace tamga {
namespace {

TEST(Date, KeepsThePrecisionOfItsSource) {
    for (const char* text : {"2025", "2025-06", "2025-06-17"}) EXPECT_EQ(Date::parse(text)->text(), text);
}

TEST(Date, RefusesWhatIsNoDate) {
    for (const char* text : {"", "25", "2025-13", "2025-00", "2025-02-29", "2025-6-1", "17.06.2025",
                             "2025-06-31", "0000", "2025/06/17", "2025-06-17T"})
        EXPECT_FALSE(Date::parse(text)) << text;
    EXPECT_TRUE(Date::parse("2024-02-29"));
}

TEST(Date, KnowsTheDaysItCanMean) {
    EXPECT_EQ(Date::parse("2024-02")->last_day().text(), "2024-02-29");
    EXPECT_EQ(Date::parse("2025")->first_day().text(), "2025-01-01");
    EXPECT_EQ(Date::parse("2025")->last_day().text(), "2025-12-31");
}

TEST(Date, CountsMonthsDown) {
    EXPECT_EQ(months_between(*Date::parse("2025-01-31"), *Date::parse("2025-02-28")), 0);
    EXPECT_EQ(months_between(*Date::parse("2025-06-17"), *Date::parse("2026-11-23")), 17);
}

TEST(Time, IsRfc3339InUtc) {
    EXPECT_EQ(utc_text(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(utc_text(1750118400), "2025-06-17T00:00:00Z");
    EXPECT_EQ(*parse_utc("2025-06-17T00:00:01Z"), 1750118401);
    EXPECT_FALSE(parse_utc("2025-06-17 00:00:01Z"));
    EXPECT_FALSE(parse_utc("2025-06-17T24:00:01Z"));
}

TEST(Date, IsReadWithTheDayFirst) {
    EXPECT_EQ(Date::parse_days_first("17.06.2025")->text(), "2025-06-17");
    EXPECT_EQ(Date::parse_days_first("1/6/2025")->text(), "2025-06-01");
    EXPECT_EQ(Date::parse_days_first("31-12-2025")->text(), "2025-12-31");
    EXPECT_EQ(Date::parse_days_first("06.2025")->text(), "2025-06");
    EXPECT_EQ(Date::parse_days_first("29.02.2024")->text(), "2024-02-29");
    for (const char* const text :
         {"", ".", "2025", "2025-06-17", "29.02.2025", "31.13.2025", "17.06.25", "1.2.3.2025", "17.06/2025",
          "0.6.2025", "x.6.2025", "17.06.2025 ", "117.06.2025", "06.2025/07.2025", "12345678901.06.2025",
          "01.06.12345678901"})
        EXPECT_FALSE(Date::parse_days_first(text)) << text;
}

}  // namespace
}  // namespace tamga
