#include "sheet/values.hpp"

#include <gtest/gtest.h>

namespace tamga::sheet {
namespace {

constexpr Shown kDay{.year = true, .month = true, .day = true};

std::string cause(const Text& text) {
    return text ? "no fault, but " + *text : text.error().cause;
}

TEST(Numbers, AreTheShortestDecimalsOfTheirDoubles) {
    // As Excel writes them: seventeen digits where fewer would not do for its own reader.
    const std::pair<const char*, const char*> cases[] = {
        {"1", "1"},
        {"1.0", "1"},
        {"-12.50", "-12.5"},
        {"1.1000000000000001", "1.1"},
        {"0.30000000000000004", "0.3"},
        {"64.099999999999994", "64.1"},
        {"1500000000", "1500000000"},
        {"1.5E9", "1500000000"},
        {"1E+21", "1000000000000000000000"},
        {"1E-7", "0.0000001"},
        {"-0", "0"},
        {"0.1234567890123456", "0.123456789012346"},
        {"9007199254740991", "9007199254740991"},
        {"12345678901234567890", "12345678901234600000"},
        {"123456.789", "123456.789"},
        {"0.99999999999999989", "1"},
    };
    for (const auto& [written, seen] : cases)
        EXPECT_EQ(number_text(written).value_or("a fault"), seen) << written;
}

TEST(Numbers, KeepTheSignOfAPercentage) {
    EXPECT_EQ(number_text("0.35", true), "35%");
    EXPECT_EQ(number_text("7.0000000000000007E-2", true), "7%");
    EXPECT_EQ(number_text("0.125", true), "12.5%");
    EXPECT_EQ(number_text("0.0005", true), "0.05%");
    EXPECT_EQ(number_text("12", true), "1200%");
}

TEST(Numbers, AreNothingElse) {
    for (const char* const written : {"", "x", "1,5", "1 000", "NaN", "inf", "1E999", "0x10"})
        EXPECT_EQ(cause(number_text(written)),
                  "the file has '" + std::string(written) + "' here for a number");
}

TEST(Formats, TellDatesTimesAndNumbersApart) {
    const auto told = [](std::string_view code) {
        const Shown shown = shown_by(code);
        return std::string(shown.year ? "y" : "") + (shown.month ? "m" : "") + (shown.day ? "d" : "") +
               (shown.time ? "t" : "") + (shown.percent ? "%" : "");
    };
    const std::pair<const char*, const char*> cases[] = {
        {"General", ""},
        {"0.00", ""},
        {"#,##0.00\\ \"days\"", ""},
        {"[Red]0.00;[Blue]-0.00", ""},
        {"0.00E+00", ""},
        {"0.0%", "%"},
        {"\"%\"0", ""},
        {"yyyy\\-mm\\-dd", "ymd"},
        {"dd.mm.yyyy", "ymd"},
        {"[$-409]d\\-mmm\\-yy;@", "ymd"},
        {"mmm\\-yy", "ym"},
        {"yyyy", "y"},
        {"yyyy\"年\"m\"月\"d\"日\";@", "ymd"},
        {"[$-411]ggge\"年\"m\"月\"d\"日\"", "ymd"},
        {"h:mm", "t"},
        {"mm:ss", "t"},
        {"[h]:mm:ss", "t"},
        {"h:mm AM/PM", "t"},
        {"yyyy-mm-dd hh:mm:ss", "ymdt"},
        {"0;yyyy", ""},
        {"[$EUR] 0.00", ""},
        {"\"open", ""},
        {"[open", ""},
        {"\\", ""},
    };
    for (const auto& [code, parts] : cases) EXPECT_EQ(told(code), parts) << code;
    EXPECT_TRUE(shown_by_number(14).day);
    EXPECT_TRUE(shown_by_number(17).month);
    EXPECT_FALSE(shown_by_number(17).day);
    EXPECT_TRUE(shown_by_number(9).percent);
    EXPECT_FALSE(shown_by_number(4).is_date());
    EXPECT_TRUE(shown_by_number(31).day);
}

TEST(Dates, CountAsExcelDoes) {
    // ISO/IEC 29500-1, 18.17.4.1.
    EXPECT_EQ(serial_date("1", kDay, false), "1900-01-01");
    EXPECT_EQ(serial_date("59", kDay, false), "1900-02-28");
    EXPECT_EQ(cause(serial_date("60", kDay, false)),
              "the cell holds 29 February 1900, a day that there was not");
    EXPECT_EQ(serial_date("61", kDay, false), "1900-03-01");
    EXPECT_EQ(serial_date("45825", kDay, false), "2025-06-17");
    EXPECT_EQ(serial_date("2958465", kDay, false), "9999-12-31");
    EXPECT_EQ(serial_date("0", kDay, true), "1904-01-01");
    EXPECT_EQ(serial_date("44363", kDay, true), "2025-06-17");
    for (const char* const none : {"-1", "2958466", "1E300"})
        EXPECT_EQ(cause(serial_date(none, kDay, false)),
                  "the cell shows a date, and its number " + std::string(none) + " is that of no day");
    EXPECT_EQ(cause(serial_date("2958465", kDay, true)),
              "the cell shows a date, and its number 2958465 is that of no day");
}

TEST(Dates, LoseNoTimeOfDayUntold) {
    EXPECT_EQ(serial_date("45825.0000000001", kDay, false), "2025-06-17");
    EXPECT_EQ(serial_date("45824.9999999999", kDay, false), "2025-06-17");
    EXPECT_EQ(cause(serial_date("45825.5", kDay, false)),
              "the cell holds a time of day too: 2025-06-17 12:00");
    EXPECT_EQ(cause(serial_date("0.5", Shown{.time = true}, false)), "the cell holds a time, and no day");
    EXPECT_EQ(iso_date("2025-06-17", kDay), "2025-06-17");
    EXPECT_EQ(iso_date("2025-06-17T00:00:00", kDay), "2025-06-17");
    EXPECT_EQ(iso_date("2025-06-17T00:00:00.000Z", kDay), "2025-06-17");
    EXPECT_EQ(cause(iso_date("2025-06-17T14:30:00", kDay)),
              "the cell holds a time of day too: 2025-06-17 14:30");
    EXPECT_EQ(cause(iso_date("2025-02-30", kDay)), "the file has '2025-02-30' here for a date");
}

TEST(Dates, AreAsPreciseAsTheyAreShown) {
    const Shown month{.year = true, .month = true}, year{.year = true};
    EXPECT_EQ(serial_date("45809", month, false), "2025-06") << "what Excel makes of 2025-06";
    EXPECT_EQ(serial_date("45825", month, false), "2025-06-17") << "a day that was typed is not lost";
    EXPECT_EQ(iso_date("2025-01-01", year), "2025");
    EXPECT_EQ(iso_date("2025-06-01", year), "2025-06-01");
    EXPECT_EQ(iso_date("2025-01-01", Shown{}), "2025-01-01") << "where the format is not known";
}

TEST(Texts, HaveTheirEscapesUndone) {
    EXPECT_EQ(unescaped("a_x000D__x000A_b"), "a\nb");
    EXPECT_EQ(unescaped("a\r\nb\rc\nd"), "a\nb\nc\nd");
    EXPECT_EQ(unescaped("_x005F_x000D_"), "_x000D_");
    EXPECT_EQ(unescaped("_xD83D__xDE00_"), "\xF0\x9F\x98\x80");
    EXPECT_EQ(unescaped("_xD83D_"), "\xEF\xBF\xBD");
    EXPECT_EQ(unescaped("snake_x_case _x12"), "snake_x_case _x12");
    EXPECT_EQ(unescaped("_x4E2D_"), "中");
}

}  // namespace
}  // namespace tamga::sheet
