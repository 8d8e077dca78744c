#include "iati/dates.hpp"

#include <gtest/gtest.h>

namespace tamga::iati {
namespace {

TEST(Dates, AreReadAsXmlSchemaWritesThem) {
    EXPECT_EQ(xsd_date("1970-01-02"), 86'400'000);
    EXPECT_EQ(xsd_date("1970-01-01T00:00:01.5Z"), 1500);
    EXPECT_EQ(xsd_date("1969-12-31"), -86'400'000);
    EXPECT_EQ(xsd_date("2024-02-29").value() - xsd_date("2024-02-28").value(), 86'400'000);
    EXPECT_EQ(xsd_date("1970-01-01T01:00:00+01:00"), 0);
    EXPECT_EQ(xsd_date("1970-01-01-05:00"), 5 * 3'600'000);
    for (std::string_view bad : {"", "x", "2020", "2020-05", "2020-13-01", "2020-1-1", "2020-01-01T", "2020-01-01T10:00", " 2020-01-01",
                                 "2020-01-01+0100", "2020-01-01Zx", "2020-01-01 10:00:00", "1 Jan 2020"})
        EXPECT_FALSE(xsd_date(bad)) << bad;
}

TEST(Dates, AreReadAsBrowsersDo) {
    // What V8's Date.parse() makes of them, the time zone being UTC.
    constexpr std::pair<std::string_view, std::string_view> kFacts[] = {
        {"2020", "2020-01-01T00:00:00.000Z"},
        {"2020-05", "2020-05-01T00:00:00.000Z"},
        {"2020-01-01T10:00", "2020-01-01T10:00:00.000Z"},
        {"2020-01-01t10:00:00.0167057z", "2020-01-01T10:00:00.016Z"},
        {"2030-01-01T00:00:00+02:00", "2029-12-31T22:00:00.000Z"},
        {"2030-01-01T00:00:00-0230", "2030-01-01T02:30:00.000Z"},
        {"+012020-01-01", "+012020-01-01T00:00:00.000Z"},
        {"2020-02-30", "2020-03-01T00:00:00.000Z"},
        {"2020-12-31T24:00:00", "2021-01-01T00:00:00.000Z"},
        {"2020-01-01Z", "2020-01-01T00:00:00.000Z"},
        {"2020-01-01 10:00", "2020-01-01T10:00:00.000Z"},
        {"2020-01-01 10:00:05.5 +0200", "2020-01-01T08:00:05.500Z"},
        {" 2020-01-01 ", "2020-01-01T00:00:00.000Z"},
        {"2020-1-1", "2020-01-01T00:00:00.000Z"},
        {"1/31/2020", "2020-01-31T00:00:00.000Z"},
        {"2020/01/02", "2020-01-02T00:00:00.000Z"},
        {"12.31.2020", "2020-12-31T00:00:00.000Z"},
        {"5 Jan 2020", "2020-01-05T00:00:00.000Z"},
        {"Jan 5, 2020", "2020-01-05T00:00:00.000Z"},
        {"05-Jan-2020", "2020-01-05T00:00:00.000Z"},
        {"January 5, 2031 3:00 PM GMT+5", "2031-01-05T10:00:00.000Z"},
        {"Mon, 5 Jan 2020 10:00:00 EST", "2020-01-05T15:00:00.000Z"},
        {"Mon Jan 05 2020 10:00:00 GMT+0200 (there)", "2020-01-05T08:00:00.000Z"},
        {"3/4/99 12:00 AM", "1999-03-04T00:00:00.000Z"},
        {"5-Jan-20", "2020-01-05T00:00:00.000Z"},
        {"March 2020", "2020-03-01T00:00:00.000Z"},
        {"44197", "+044197-01-01T00:00:00.000Z"},
        {"1900-01-00", ""},
        {"31/12/2020", ""},
        {"2020-13-01", ""},
        {"2020-01-01+02:00", ""},
        {"2020-01-01-", ""},
        {"2020-01-01T", ""},
        {"2020-01-01T10", ""},
        {"20200101", ""},
        {"2020-01-32", ""},
        {"1/2/3/4", ""},
        {"2020-01-01 25:00", ""},
        {"2020年1月1日", ""},
        {"TBC 2020", "2020-01-01T00:00:00.000Z"},
        {"2020 TBC", ""},
        {"", ""},
        {"2030-01-01\u00a0", "2030-01-01T00:00:00.000Z"},
        {"\u20071 Jan\u00a02030", "2030-01-01T00:00:00.000Z"},
        {"x", ""},
        {"2020-01-01 10:00 13 PM", ""},
    };
    for (const auto& [text, wanted] : kFacts) {
        const auto ms = ecmascript_date(text);
        EXPECT_EQ(ms ? timestamp(*ms) : "", wanted) << text;
    }
}

TEST(Dates, AreWrittenWithTheirMoment) {
    for (const char* const text : {"1970-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z", "2024-02-29T12:34:56.789Z",
                                   "0000-03-01T00:00:00.000Z", "-000001-12-31T00:00:00.000Z", "+044197-01-01T00:00:00.000Z"})
        EXPECT_EQ(timestamp(ecmascript_date(text).value_or(0)), text);
}

TEST(Dates, KeepTheirWordOnAnyText) {
    std::uint32_t state = 1;
    constexpr std::string_view kAlphabet = "0123456789999-/:. +TZGM()JanPM,\xff";
    for (int i = 0; i < 100'000; ++i) {
        std::string text;
        for (std::uint32_t length = (state >> 8) % 30; text.size() < length;) {
            state = state * 1'664'525 + 1'013'904'223;
            text += kAlphabet[(state >> 16) % kAlphabet.size()];
        }
        state = state * 1'664'525 + 1'013'904'223;
        for (const auto& ms : {ecmascript_date(text), xsd_date(text)})
            EXPECT_EQ(ecmascript_date(timestamp(ms.value_or(0))), ms.value_or(0)) << text;
    }
}

}  // namespace
}  // namespace tamga::iati
