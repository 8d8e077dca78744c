#include "formats/sdmx_csv.hpp"

#include <gtest/gtest.h>

#include "formats/sdmx_time.hpp"

namespace tamga::formats {
namespace {

csv::Table table(std::string_view text) {
    std::vector<csv::Problem> problems;
    csv::Table out = csv::parse(text, problems);
    EXPECT_TRUE(problems.empty());
    return out;
}

TEST(SdmxTime, ReadsWhatTheStandardWrites) {
    const auto days = [](const char* text) {
        const auto read = parse_sdmx_period(text);
        return read ? read->first.text() + " " + read->second.text() : read.error().cause;
    };
    EXPECT_EQ(days("2024"), "2024-01-01 2024-12-31");
    EXPECT_EQ(days("2024-A1"), "2024-01-01 2024-12-31");
    EXPECT_EQ(days("2024-S2"), "2024-07-01 2024-12-31");
    EXPECT_EQ(days("2024-T2"), "2024-05-01 2024-08-31");
    EXPECT_EQ(days("2024-Q1"), "2024-01-01 2024-03-31");
    EXPECT_EQ(days("2024-M02"), "2024-02-01 2024-02-29");
    EXPECT_EQ(days("2023-02"), "2023-02-01 2023-02-28");
    EXPECT_EQ(days("2024-02-29"), "2024-02-29 2024-02-29");
    EXPECT_EQ(days("2024-D366"), "2024-12-31 2024-12-31");
    EXPECT_EQ(days("2024-01-01/P11M"), "2024-01-01 2024-11-30");
    EXPECT_EQ(days("2024-11-01/P3M"), "2024-11-01 2025-01-31");
    EXPECT_EQ(days("2024-03-05/P10D"), "2024-03-05 2024-03-14");
    for (const char* const text :
         {"", "24", "2024-Q5", "2024-S0", "2023-D366", "2024-W05", "2024-01-15/P1M", "2024-01/P1M",
          "2024-01-01/P", "2024-01-01/P0D", "2024-01-01/11M", "2024-02-30", "2024-01-01/P9999Y"})
        EXPECT_FALSE(parse_sdmx_period(text)) << text;
}

TEST(SdmxTime, WritesEveryPeriodSoThatItIsReadAsTheSame) {
    const Date start = Date::of_day(2023, 12, 31);
    for (int from = 0; from < 400; from += 7)
        for (const int length : {1, 2, 28, 30, 31, 91, 365, 366, 731}) {
            const Days days{start.plus_days(from), start.plus_days(from + length - 1)};
            const auto again = parse_sdmx_period(sdmx_period(days));
            ASSERT_TRUE(again) << sdmx_period(days);
            EXPECT_EQ(*again, days) << sdmx_period(days);
        }
    for (int month = 1; month <= 12; ++month)
        for (int length = 1; length <= 36; ++length) {
            const Date first = Date::of_day(2024, month, 1);
            const Days days{first, plus_months(first, length).plus_days(-1)};
            EXPECT_EQ(*parse_sdmx_period(sdmx_period(days)), days) << sdmx_period(days);
        }
    const Date january = Date::of_day(2024, 1, 1);
    EXPECT_EQ(sdmx_period({january, Date::of_day(2024, 11, 30)}), "2024-01-01/P11M");
    EXPECT_EQ(sdmx_period({january, Date::of_day(2024, 6, 30)}), "2024-S1");
    EXPECT_EQ(sdmx_frequency({january, Date::of_day(2024, 6, 30)}), "S");
    EXPECT_EQ(sdmx_frequency({january, Date::of_day(2024, 11, 30)}), "_O");
}

TEST(SdmxCsv, KnowsBothVersionsByTheirFirstColumns) {
    const auto v1 = sdmx_header(table("DATAFLOW,FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE\r\n").rows[0]);
    ASSERT_TRUE(v1);
    EXPECT_EQ(v1->version, SdmxVersion::v1);
    EXPECT_EQ(v1->components, (std::vector<std::string>{"", "FREQ", "REF_AREA", "TIME_PERIOD", "OBS_VALUE"}));
    const auto v2 = sdmx_header(
        table("STRUCTURE[;],STRUCTURE_ID,ACTION,SERIES_KEY,FREQ,TIME_PERIOD,OBS_VALUE,NOTE[]\r\n").rows[0]);
    ASSERT_TRUE(v2);
    EXPECT_EQ(v2->version, SdmxVersion::v2);
    EXPECT_EQ(v2->action, 2u);
    EXPECT_EQ(v2->components,
              (std::vector<std::string>{"", "", "", "", "FREQ", "TIME_PERIOD", "OBS_VALUE", "NOTE"}));
    EXPECT_FALSE(sdmx_header(table("Year,Country,Value\r\n").rows[0]));
    EXPECT_FALSE(sdmx_header(table("STRUCTURE,FREQ,VALUE\r\n").rows[0]));
}

TEST(SdmxCsv, LeavesNamesAside) {
    const auto both = sdmx_header(table("DATAFLOW,REF_AREA: Area,OBS_VALUE: Value\r\n").rows[0]);
    ASSERT_TRUE(both);
    EXPECT_EQ(both->components[1], "REF_AREA");
    EXPECT_EQ(sdmx_code(*both, "CN: China"), "CN");
    const auto named = sdmx_header(
        table(
            "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,REF_AREA,Area,TIME_PERIOD,Time,OBS_VALUE,Value\r\n")
            .rows[0]);
    ASSERT_TRUE(named);
    EXPECT_EQ(named->components,
              (std::vector<std::string>{"", "", "", "", "REF_AREA", "", "TIME_PERIOD", "", "OBS_VALUE", ""}));
    EXPECT_EQ(sdmx_code(*named, "CN: x"), "CN: x");
}

TEST(SdmxCsv, ReadsWhatItWrites) {
    for (const SdmxVersion version : {SdmxVersion::v1, SdmxVersion::v2}) {
        const SdmxWriter writer(version, "TAMGA:FIGURES(1.0)", {"SERIES", "TIME_PERIOD", "OBS_VALUE"});
        const csv::Table read = table(writer.header() + writer.row({"a", "2024", "1,5"}));
        const auto header = sdmx_header(read.rows[0]);
        ASSERT_TRUE(header);
        EXPECT_EQ(header->version, version);
        EXPECT_EQ(header->components.back(), "OBS_VALUE");
        EXPECT_EQ(read.rows[1].back().text, "1,5");
    }
}

}  // namespace
}  // namespace tamga::formats
