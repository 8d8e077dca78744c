#include "figures/intake.hpp"

#include <gtest/gtest.h>

#include "figures/told.hpp"

namespace tamga::figures {
namespace {

csv::Table table(std::string_view text) {
    std::vector<csv::Problem> problems;
    csv::Table out = csv::parse(text, problems);
    EXPECT_TRUE(problems.empty());
    return out;
}

std::optional<Json> known(const std::string& id) {
    if (id == "gone") return std::nullopt;
    return Json{{"unit", "USD"}, {"flow", "exports"}};
}

Mapping mapping(std::string_view toml) {
    auto out = parse_mapping(toml);
    EXPECT_TRUE(out) << out.error().message();
    return out ? *std::move(out) : Mapping();
}

Intake read(std::string_view text, std::string_view toml) {
    return read_table(table(text), mapping(toml), known);
}

/// "x 2024 8.2; y 2023 not-reported".
std::string told(const Intake& intake) {
    std::string out;
    for (const TakenFigure& one : intake.taken)
        out += one.series + " " + text_of(one.body, "period") + " " +
               (one.body.contains("value") ? text_of(one.body, "value") : text_of(one.body, "missing")) +
               "; ";
    return out;
}

std::string first_problem(const Intake& intake) {
    if (intake.problems.empty()) return "none";
    const csv::Problem& one = intake.problems.front();
    return std::to_string(one.row) + ":" + std::to_string(one.column) + ": " + one.cause;
}

constexpr const char* kSimple = R"(
source = "s"
[columns]
period = "Year"
value = "Value"
[series]
by = ["From", "To"]
[series.of]
"A / B" = "x"
"B / A" = "y"
)";

TEST(Intake, TakesATableByItsMapping) {
    const Intake intake = read("From,To,Year,Value\nA,B,2024,8.20\nB,A,2024Q1,7\nA,B,2023,\n", kSimple);
    EXPECT_EQ(first_problem(intake), "none");
    EXPECT_EQ(told(intake), "x 2024 8.20; y 2024-01/2024-03 7; ");
    EXPECT_EQ(intake.passed_over, 1u);
    EXPECT_EQ(intake.taken[0].body["sources"][0]["source"], "s");
    EXPECT_EQ(intake.taken[1].row, 3);
    EXPECT_EQ(intake.taken[1].column, 4);
}

TEST(Intake, TellsEachErrorWithItsRowAndColumn) {
    EXPECT_EQ(first_problem(read("From,To,Year,Value\nA,B,24,1\n", kSimple)), "2:3: '24' is no period");
    EXPECT_EQ(first_problem(read("From,To,Year,Value\nA,B,2024,one\n", kSimple)), "2:4: 'one' is no number");
    EXPECT_EQ(first_problem(read("From,To,Year,Value\nA,B,2024,1.2E+09\n", kSimple)),
              "2:4: '1.2E+09' is no number");
    EXPECT_EQ(first_problem(read("From,To,Year,Value\nA,C,2024,1\n", kSimple)),
              "2:2: the mapping does not say which series 'A / C' is");
    EXPECT_EQ(first_problem(read("From,Year,Value\nA,2024,1\n", kSimple)), "1:1: there is no column 'To'");
    EXPECT_EQ(first_problem(read("", kSimple)), "1:1: the file is empty");
    const Intake both = read("From,To,Year,Value\nA,B,24,1\nA,B,2024,one\n", kSimple);
    EXPECT_EQ(both.problems.size(), 2u);
    EXPECT_EQ(first_problem(read("Year,Value\n2024,1\n",
                                 "[columns]\nperiod=\"Year\"\nvalue=\"Value\"\n[series]\nevery=\"gone\"")),
              "2:1: the register has no series 'gone'");
    EXPECT_EQ(first_problem(
                  read("Year,Value,Unit\n2024,1,EUR\n",
                       "[columns]\nperiod=\"Year\"\nvalue=\"Value\"\nunit=\"Unit\"\n[series]\nevery=\"x\"")),
              "2:3: it is in EUR, and the series x in USD");
}

TEST(Intake, RefusesWhatContradictsItselfAndNamesBothRows) {
    const Intake twice = read("From,To,Year,Value\nA,B,2024,1\nA,B,2024-A1,1\nA,B,2024,2\n", kSimple);
    EXPECT_EQ(twice.repeated, 1u);
    EXPECT_EQ(first_problem(twice), "4:4: it says 2 of x in 2024, and row 2, column 4 says 1");
}

TEST(Intake, KeepsApartWhatIsNotThere) {
    const Intake intake =
        read("From,To,Year,Value\nA,B,2020,..\nA,B,2021,n/r\nA,B,2022,c\nA,B,2023,-\nA,B,2024,x\n",
             std::string(kSimple) + R"([missing]
not-available = [".."]
not-reported = "n/r"
confidential = ["c"]
nil = ["-"]
pass-over = ["x"]
)");
    EXPECT_EQ(first_problem(intake), "none");
    EXPECT_EQ(told(intake), "x 2020 not-available; x 2021 not-reported; x 2022 confidential; x 2023 0; ");
    EXPECT_EQ(intake.taken.back().body["qualifier"], "exact");
    EXPECT_EQ(intake.passed_over, 1u);
}

TEST(Intake, TakesWhatIsCumulativeAsSinceTheYearsBeginning) {
    const std::string cumulative =
        "[columns]\nperiod=\"P\"\nvalue=\"V\"\n[series]\nevery=\"x\"\n[period]\ncumulative=true\n";
    EXPECT_EQ(told(read("P,V\n2024-11,1\n2024-12,2\n2024Q3,3\n", cumulative)),
              "x 2024-01/2024-11 1; x 2024 2; x 2024-01/2024-09 3; ");
    EXPECT_EQ(told(read("P,V\n2024-03,1\n2024-07,2\n", cumulative + "year_begins=7\n")),
              "x 2023-07/2024-03 1; x 2024-07 2; ");
}

TEST(Intake, KnowsYearsThatDoNotBeginInJanuary) {
    const std::string fiscal =
        "[columns]\nperiod=\"P\"\nvalue=\"V\"\n[series]\nevery=\"x\"\n[period]\nyear_begins=7\n";
    EXPECT_EQ(told(read("P,V\n2024,1\n2024-Q1,2\n2024-02,3\n", fiscal)),
              "x 2024-07/2025-06 1; x 2024-07/2024-09 2; x 2024-02 3; ");
    EXPECT_EQ(told(read("P,V\n2024,1\n", fiscal + "year_named_by=\"end\"\n")), "x 2023-07/2024-06 1; ");
}

TEST(Intake, ReadsNumbersAsTheyAreWritten) {
    const std::string german =
        "[columns]\nperiod=\"P\"\nvalue=\"V\"\n[series]\nevery=\"x\"\n[numbers]\ndecimal=\",\"\nthousands=\"."
        "\"\ntimes=1000000\n";
    EXPECT_EQ(told(read("P;V\n2022;1.234,5\n2023;\u22120,25\n2024;0,1234567\n", german)),
              "x 2022 1234500000; x 2023 -250000; x 2024 123456.7; ");
}

TEST(Intake, ReadsBothVersionsOfSdmxCsv) {
    const std::string by = "[series]\nby=[\"REF_AREA\",\"FLOW\"]\n[series.of]\n\"KZ / X\" = \"x\"\n";
    EXPECT_EQ(
        told(read(
            "DATAFLOW,REF_AREA,FLOW,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
            "AG:T(1.0),KZ,X,2024-Q1,5,P\nAG:T(1.0),KZ,X,2024-Q2,,L\nAG:T(1.0),KZ,X,2024-01-01/P11M,9,A\n",
            by)),
        "x 2024-01/2024-03 5; x 2024-04/2024-06 not-reported; x 2024-01/2024-11 9; ");
    EXPECT_EQ(told(read("DATAFLOW,REF_AREA,FLOW,TIME_PERIOD,OBS_VALUE,OBS_STATUS,CONF_STATUS\n"
                        "A:T(1.0),KZ,X,2021,,M,F\nA:T(1.0),KZ,X,2022,NaN,O,F\nA:T(1.0),KZ,X,2023,,A,N\n"
                        "A:T(1.0),KZ,X,2024,0,A,F\nA:T(1.0),KZ,X,2025,,A,F\n",
                        by)),
              "x 2021 not-available; x 2022 not-available; x 2023 confidential; x 2024 0; ");
    const Intake v2 = read(
        "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA: Area,FLOW: Flow,TIME_PERIOD: Time,OBS_VALUE: Value\n"
        "dataflow,AG:T(1.0),I,KZ: Kazakhstan,X: Exports,2024,5\n",
        by);
    EXPECT_EQ(first_problem(v2), "none");
    EXPECT_EQ(told(v2), "x 2024 5; ");
    EXPECT_EQ(first_problem(read("STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,FLOW,TIME_PERIOD,OBS_VALUE\n"
                                 "dataflow,AG:T(1.0),D,KZ,X,2024,\n",
                                 by)),
              "2:3: it asks for a deletion");
}

TEST(Intake, ReadsComtradeAndTheWorldBank) {
    EXPECT_EQ(
        told(
            read("typeCode,freqCode,refPeriodId,period,reporterISO,flowCode,partnerISO,cmdCode,primaryValue\n"
                 "C,M,20240301,202403,KAZ,M,CHN,TOTAL,1500.5\n",
                 "[series]\nby=[\"reporterISO\",\"flowCode\",\"partnerISO\",\"cmdCode\"]\n[series.of]\n"
                 "\"KAZ / M / CHN / TOTAL\" = \"x\"\n")),
        "x 2024-03 1500.5; ");
    const char* const bank =
        "\"Data Source\",\"Indicators\",\n\n\"Last Updated Date\",\"2025-01-01\",\n\n"
        "\"Country Name\",\"Country Code\",\"Indicator Name\",\"Indicator Code\",\"2022\",\"2023\",\n"
        "\"Country\",\"AAA\",\"Poverty\",\"SI\",\"1.5\",\"\",\n\"Other\",\"BBB\",\"Poverty\",\"SI\",\"..\","
        "\"3\",\n";
    EXPECT_EQ(
        told(read(bank, "[series]\nby=[\"Country Code\"]\n[series.of]\n\"AAA\" = \"x\"\n\"BBB\" = \"y\"\n")),
        "x 2022 1.5; y 2022 not-available; y 2023 3; ");
    EXPECT_EQ(
        told(read("Series Code,Country Code,2015 [YR2015]\nSI,AAA,2\n\nLast Updated\n",
                  "[series]\nby=[\"Country Code\",\"Series Code\"]\n[series.of]\n\"AAA / SI\" = \"x\"\n")),
        "x 2015 2; ");
}

TEST(Mapping, IsReadAsItIsWritten) {
    Mapping one = mapping(std::string(kSimple) +
                          "[numbers]\ndecimal=\",\"\ntimes=\"0.5\"\n[period]\ncumulative=true\n"
                          "[missing]\nconfidential=[\"c\\\"\"]\nnil=[\"-\"]\n");
    const std::string text = toml_of(one);
    EXPECT_EQ(toml_of(mapping(text)), text);
    EXPECT_EQ(mapping(text).missing.at("c\""), Missing::confidential);
}

TEST(Mapping, SaysWhereItIsWrong) {
    const auto place = [](std::string_view toml) {
        const auto read = parse_mapping(toml);
        return read ? std::string("read") : read.error().place + " " + read.error().cause;
    };
    EXPECT_EQ(place("[series]\nevery = \"x\"\n[columns]\nvalu = \"V\"\n"),
              "4:1 there is no column 'valu' to be named");
    EXPECT_EQ(place("[series]\nevery = 5\n"), "2:9 every is not a text in quotation marks");
    EXPECT_EQ(place("layout = \"tall\"\n[series]\nevery=\"x\""), "1:10 there is no layout 'tall'");
    EXPECT_EQ(place("colour = 1\n[series]\nevery=\"x\"").substr(0, 3), "1:1");
    EXPECT_EQ(place("[series\n").substr(0, 2), "1:");
    EXPECT_EQ(place(""), " it does not say of which series the figures are");
    EXPECT_EQ(place("[series]\nevery=\"x\"\nby=[\"A\"]\n").substr(0, 3), "1:1");
}

TEST(Mapping, LettersOutsideQuotationMarksAreAnErrorWithItsPlace) {
    for (char32_t letter = 0xa1; letter < 0x3100; letter += letter < 0x500 ? 1 : 0x25) {
        std::string text = "[series]\nby = ";
        if (letter >= 0x800) {
            text += static_cast<char>(0xe0 | letter >> 12);
            text += static_cast<char>(0x80 | (letter >> 6 & 0x3f));
        } else {
            text += static_cast<char>(0xc0 | letter >> 6);
        }
        text += static_cast<char>(0x80 | (letter & 0x3f));
        for (const char* after : {"", "trana\n"}) {
            const auto read = parse_mapping(text + after);
            ASSERT_FALSE(read) << static_cast<std::uint32_t>(letter);
            EXPECT_TRUE(read.error().place.starts_with("2:")) << static_cast<std::uint32_t>(letter);
        }
    }
}

TEST(Intake, ReadsPeriodsAsTablesWriteThem) {
    const auto period = [](std::string_view text) {
        const auto read = read_period(text);
        return read ? written(*read) : "none";
    };
    EXPECT_EQ(period("2024"), "2024");
    EXPECT_EQ(period("202403"), "2024-03");
    EXPECT_EQ(period("20240305"), "2024-03-05");
    EXPECT_EQ(period("2024M03"), "2024-03");
    EXPECT_EQ(period("2024Q4"), "2024-10/2024-12");
    EXPECT_EQ(period("2024H2"), "2024-07/2024-12");
    EXPECT_EQ(period("2024-H1"), "2024-01/2024-06");
    EXPECT_EQ(period("Q3 2024"), "2024-07/2024-09");
    EXPECT_EQ(period("2015 [YR2015]"), "2015");
    EXPECT_EQ(period("2024-01/2024-11"), "2024-01/2024-11");
    EXPECT_EQ(period("Value"), "none");
    EXPECT_EQ(observation_id("x", *parse_period("2024-01/2024-11")), "x-2024-01-to-2024-11");
}

}  // namespace
}  // namespace tamga::figures
