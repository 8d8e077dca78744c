#include "figures/guess.hpp"

#include <gtest/gtest.h>

#include "figures/intake.hpp"
#include "figures/told.hpp"

namespace tamga::figures {
namespace {

csv::Table table(std::string_view text) {
    std::vector<csv::Problem> problems;
    return csv::parse(text, problems);
}

using By = std::vector<std::string>;

/// What the guess reads of the table: "x 2024 5; ", each series called by its key.
std::string read_by(const Mapping& guess, const csv::Table& rows) {
    Mapping whole = guess;
    for (auto& [key, id] : whole.of) id = key;
    if (whole.by.empty()) whole.every = "x";
    const Intake intake = read_table(
        rows, whole, [](const std::string&) { return std::optional<Json>(Json{{"unit", "USD"}}); });
    std::string out;
    for (const csv::Problem& one : intake.problems) out += "problem: " + one.cause + "; ";
    for (const TakenFigure& one : intake.taken)
        out += one.series + " " + written(one.period) + " " + text_of(one.body, "value") +
               text_of(one.body, "missing") + "; ";
    return out;
}

std::string guessed(std::string_view text) {
    const csv::Table rows = table(text);
    return read_by(guess_mapping(rows), rows);
}

TEST(Guess, IsMadeFromHeadingsAndCells) {
    const Mapping guess = guess_mapping(table("Country,Flow,Year,Value\nKZ,X,2024,5\nKZ,M,2024,..\n"));
    EXPECT_EQ(guess.layout, Layout::table);
    EXPECT_EQ(guess.columns.at("period"), "Year");
    EXPECT_EQ(guess.columns.at("value"), "Value");
    EXPECT_EQ(guess.by, (By{"Country", "Flow"}));
    EXPECT_TRUE(guess.of.contains("KZ / M"));
    EXPECT_EQ(guess.missing.at(".."), Missing::not_available);
    EXPECT_EQ(guess_mapping(table("Country,2022,2023\nKZ,1,2\n")).layout, Layout::wide);
}

TEST(Guess, ReadsLongTables) {
    EXPECT_EQ(guessed("Reporter,Partner,Flow,Month,Value\nKZ,CN,Import,2024-01,5\nKZ,CN,Import,2024-02,c\n"),
              "KZ / CN / Import 2024-01 5; KZ / CN / Import 2024-02 confidential; ");
    EXPECT_EQ(guessed("Year,Month,Value\n2024,1,5\n2024,12,6\n"), "x 2024-01 5; x 2024-12 6; ");
    // By what stands in the columns, where headings tell nothing.
    EXPECT_EQ(guessed("Страна;Когда;Млн\nКазахстан;2024;8,25\nКитай;2023;1 234,5\n"),
              "Казахстан 2024 8250000; Китай 2023 1234500000; ");
    EXPECT_EQ(guessed("when,how much\n2023Q1,\"1,234,567\"\n2023Q2,12\n"),
              "x 2023-01/2023-03 1234567; x 2023-04/2023-06 12; ");
}

TEST(Guess, ReadsTablesThatAreWideByYears) {
    const csv::Table rows = table("Country,2022,2023\nKZ,1.5,n/a\nUZ,2,3\n");
    const Mapping guess = guess_mapping(rows);
    EXPECT_EQ(guess.layout, Layout::wide);
    EXPECT_EQ(guess.by, By{"Country"});
    EXPECT_EQ(read_by(guess, rows), "KZ 2022 1.5; KZ 2023 not-available; UZ 2022 2; UZ 2023 3; ");
}

TEST(Guess, ReadsWhatTheWorldBankAndComtradeAndSdmxGiveOut) {
    EXPECT_EQ(guessed("\"Data Source\",\"Indicators\",\n\n\"Country Name\",\"Country Code\",\"Indicator "
                      "Name\",\"Indicator Code\",\"2022\",\"2023\",\n\"Country\",\"AAA\",\"Poverty\",\"SI\","
                      "\"1.5\",\"..\",\n"),
              "AAA / SI 2022 1.5; AAA / SI 2023 not-available; ");
    EXPECT_EQ(
        guessed("typeCode,freqCode,refPeriodId,period,reporterISO,flowCode,partnerISO,cmdCode,primaryValue\n"
                "C,M,20240301,202403,KAZ,M,CHN,TOTAL,1500.5\n"),
        "KAZ / M / CHN / TOTAL 2024-03 1500.5; ");
    EXPECT_EQ(guessed("DATAFLOW,REF_AREA,FLOW,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
                      "AG:T(1.0),KZ,X,2024,5,A\nAG:T(1.0),KZ,X,2025,,L\n"),
              "KZ / X 2024 5; KZ / X 2025 not-reported; ");
    const Mapping own = guess_mapping(
        table("DATAFLOW,SERIES,REF_AREA,FREQ,TIME_PERIOD,OBS_VALUE\nTAMGA:FIGURES(1.0),x,kz,A,2024,5\n"));
    EXPECT_EQ(own.by, By{"SERIES"});
}

TEST(Guess, KnowsHowNumbersAreWrittenWhereThatCanBeTold) {
    const auto marks = [](std::string_view values) {
        const Mapping guess = guess_mapping(table("Year;Value\n" + std::string(values)));
        return std::string(1, guess.decimal) + "|" + guess.thousands;
    };
    EXPECT_EQ(marks("2024;1.234,5\n"), ",|.");
    EXPECT_EQ(marks("2024;1,234.5\n"), ".|,");
    EXPECT_EQ(marks("2024;8,2\n"), ",|");
    EXPECT_EQ(marks("2024;1.234.567\n"), ",|.");
    EXPECT_EQ(marks("2024;1\u00a0234,5\n"), ",|\u00a0");
    EXPECT_EQ(marks("2024;8.2\n"), ".|");
    // One comma before three digits can be either: nothing is guessed, and the cell is told.
    EXPECT_EQ(marks("2024;1,234\n"), ".|");
}

// Made, after the headings of statistical offices.
TEST(Guess, ReadsWhatFiguresAreToldInFromTheirHeading) {
    const auto told = [](std::string_view text) {
        const csv::Table rows = table(text);
        const Mapping guess = guess_mapping(rows);
        return guess.times.text() + " " + guess.unit + ": " + read_by(guess, rows);
    };
    EXPECT_EQ(told("Reporter,Year,\"Value, million USD\"\nKZ,2024,8.2\nCN,2024,9\n"),
              "1000000 USD: KZ 2024 8200000; CN 2024 9000000; ");
    EXPECT_EQ(told("Страна;Год;Сумма, млн долл. США\nКазахстан;2024;8,25\n"),
              "1000000 USD: Казахстан 2024 8250000; ");
    EXPECT_EQ(told("国家,年份,金额（亿美元）\n哈萨克斯坦,2024,281\n"),
              "100000000 USD: 哈萨克斯坦 2024 28100000000; ");
    EXPECT_EQ(told("Year,Share (%),Exports (US$ million)\n2024,12,8.2\n"), "1000000 USD: x 2024 8200000; ");
    EXPECT_EQ(told("Country (US$ bn),2023,2024\nKZ,1.5,2\n"),
              "1000000000 USD: KZ 2023 1500000000; KZ 2024 2000000000; ");
    // Titles stand before the headings.
    EXPECT_EQ(told("Внешняя торговля,,\n\"млн долл. США\",,\n,,\nСтрана,2023,2024\nКитай,1.5,2\n"),
              "1000000 USD: Китай 2023 1500000; Китай 2024 2000000; ");
    EXPECT_EQ(told("Exports of the republic\n\nYear,Value\n2024,5\n"), "1 : x 2024 5; ");
    // A row's own unit goes before what the heading says.
    EXPECT_EQ(told("Year,Unit,\"Value, million USD\"\n2023,thousand USD,5\n2024,USD,7\n"),
              "1 : x 2023 5000; x 2024 7; ");
    EXPECT_EQ(told("Year,Unit,Value\n2023,thousand tonnes,5\n"),
              "1 : problem: it is in thousand tonnes, and the series x in USD; ");
    EXPECT_EQ(told("Year,\"Weight, thousand tonnes\"\n2023,5\n"),
              "1000 tonnes: problem: it is in tonnes, and the series x in USD; ");
}

TEST(Guess, FindsTheSeriesInTheUnitThatIsTold) {
    const std::vector<KnownSeries> known{{"in-usd", {"kz", "Казахстан"}, {}, "imports", "goods", "USD"},
                                         {"in-cny", {"kz", "Казахстан"}, {}, "imports", "goods", "CNY"},
                                         {"weight", {"kz", "Казахстан"}, {}, "imports", "goods", "t"}};
    const auto found = [&](const char* heading) {
        Mapping guess =
            guess_mapping(table("СТРАНА,Год,\"" + std::string(heading) + "\"\nКАЗАХСТАН,2024,5\n"));
        guess_series(guess, known);
        return guess.of.at("КАЗАХСТАН");
    };
    EXPECT_EQ(found("млн долл. США"), "in-usd");
    EXPECT_EQ(found("млрд юаней"), "in-cny");
    EXPECT_EQ(found("тыс. тонн"), "weight");
    EXPECT_EQ(found("Значение"), "") << "three fit";
}

TEST(Guess, FindsTheSeriesThatIsMeantWhereOneAloneFits) {
    const std::vector<KnownSeries> known{
        {"kz-cn-m", {"kz", "KAZ", "Kazakhstan"}, {"cn", "CHN", "China"}, "imports", "goods"},
        {"kz-cn-x", {"kz", "KAZ", "Kazakhstan"}, {"cn", "CHN", "China"}, "exports", "goods"},
        {"uz-1", {"uz"}, {"cn"}, "imports", "goods"},
        {"uz-2", {"uz"}, {"cn"}, "imports", "gas"}};
    Mapping guess =
        guess_mapping(table("Reporter,Flow,Partner,Year,Value\nKazakhstan,Import,China,2024,5\n"
                            "KAZ,X,CHN,2024,5\nUZ,M,CN,2024,5\nTJ,M,CN,2024,5\n"));
    guess_series(guess, known);
    EXPECT_EQ(guess.of.at("Kazakhstan / Import / China"), "kz-cn-m");
    EXPECT_EQ(guess.of.at("KAZ / X / CHN"), "kz-cn-x");
    EXPECT_EQ(guess.of.at("UZ / M / CN"), "") << "two fit";
    EXPECT_EQ(guess.of.at("TJ / M / CN"), "") << "none fits";
    Mapping ids = guess_mapping(table("Series,Year,Value\nuz-1,2024,5\nuz-2,2024,6\n"));
    guess_series(ids, known);
    EXPECT_EQ(ids.by, By{"Series"});
    EXPECT_TRUE(ids.of.empty());
}

TEST(Guess, HarmsNoTable) {
    for (const char* const text : {"", "\n", "a", ",,\n1\n", "2024\n2025\n", "Year,Year\n,\n"}) {
        const Mapping guess = guess_mapping(table(text));
        EXPECT_TRUE(guess.layout);
    }
}

}  // namespace
}  // namespace tamga::figures
