#include "query/matrix.hpp"

#include "query/figures.hpp"
#include "query/fixture.hpp"

namespace tamga::query {
namespace {

class Matrix : public RegisterTest {
  protected:
    Matrix() {
        for (const char* const party : {"aa", "bb", "cc"})
            append({put(Kind::party, party, R"({"title":{"en":"P"},"type":"state"})")});
        series("x", "exports", "aa", "bb");
        series("m", "imports", "bb", "aa");
        append({put(Kind::observation, "x-2024", R"({"series":"x","period":"2024","value":"100"})"),
                put(Kind::observation, "x-2025", R"({"series":"x","period":"2025","value":"120"})"),
                put(Kind::observation, "m-h1",
                    R"({"series":"m","period":"2024-01/2024-06","value":"40","qualifier":"over"})"),
                put(Kind::observation, "m-h2", R"({"series":"m","period":"2024-07/2024-12","value":"50"})"),
                put(Kind::observation, "m-2023", R"({"series":"m","period":"2023","value":"80"})"),
                put(Kind::observation, "x-2023", R"({"series":"x","period":"2023","value":"70"})")});
    }
    void series(const char* id, const char* flow, const char* area, const char* partner,
                const char* indicator = "goods") {
        const Json body{{"title", {{"en", id}}}, {"indicator", indicator}, {"flow", flow},
                        {"unit", "USD"},         {"area", {area}},         {"partner", {partner}}};
        append({put(Kind::series, id, body.dump().c_str())});
    }
    TradeMatrix made(const char* period = "") {
        const auto wanted = *period ? std::optional(*parse_period(period)) : std::nullopt;
        const auto view = at("").value();
        auto out = trade_matrix(view, {"aa", "bb", "cc"}, wanted);
        EXPECT_TRUE(out) << out.error().message();
        return *std::move(out);
    }
};

TEST_F(Matrix, HasEveryPairInBothDirections) {
    const TradeMatrix matrix = made();
    EXPECT_EQ(matrix.directions.size(), 6u);
    EXPECT_EQ(figures::written(*matrix.period), "2023");  // The newest year that both tell.
    ASSERT_EQ(matrix.periods.size(), 1u);
    const TradeDirection& there = *matrix.find("aa", "bb");
    EXPECT_EQ(there.indicator, "goods");
    EXPECT_EQ(there.cell.gap.gap.text(), "10");
    EXPECT_EQ(there.series.at(*there.cell.exports.chosen)->name.id, "x");
    EXPECT_EQ(matrix.find("bb", "aa")->cell.gap.reported, figures::Reported::neither);
    EXPECT_TRUE(matrix.find("bb", "aa")->series.empty());
    EXPECT_EQ(matrix.find("aa", "aa"), nullptr);
}

TEST_F(Matrix, TellsWhatASideStatesOfAFigureThatLacks) {
    append({put(Kind::observation, "m-2025", R"({"series":"m","period":"2025","missing":"confidential"})")});
    const Json data = made("2025").data();
    const Json& there = data["directions"][0];
    EXPECT_EQ(there["reported"], "exporter-only");
    EXPECT_EQ(
        there["imports"]["missing"],
        (Json{{"series", "m"}, {"observation", "m-2025"}, {"period", "2025"}, {"why", "confidential"}}));
    EXPECT_FALSE(there["exports"].contains("missing"));
    // It is no year that both tell.
    EXPECT_EQ(figures::written(*made().period), "2023");
}

TEST_F(Matrix, PutsAYearTogetherAndKeepsHowItIsWorded) {
    const TradeMatrix matrix = made("2024");
    const figures::MatrixCell& cell = matrix.find("aa", "bb")->cell;
    EXPECT_EQ(cell.imports.told->value.text(), "90");
    EXPECT_EQ(cell.imports.told->parts.size(), 2u);
    EXPECT_FALSE(cell.imports.told->bounds.high);  // "Over" 40, and 50.
    EXPECT_EQ(cell.apart, figures::Apart::agree);
    EXPECT_EQ(made("2025").find("aa", "bb")->cell.gap.reported, figures::Reported::exporter_only);
}

TEST_F(Matrix, TakesWhatMostSeriesMeasureAndNamesTheRest) {
    series("gas", "exports", "aa", "bb", "gas");
    series("both", "turnover", "aa", "bb", "turnover");
    const TradeMatrix matrix = made("2024");
    EXPECT_EQ(matrix.find("aa", "bb")->indicator, "goods");
    EXPECT_EQ(matrix.find("aa", "bb")->other_indicators, std::vector<std::string>{"gas"});
}

TEST_F(Matrix, HasNoPeriodWhereNothingIsTold) {
    const auto view = at("").value();
    const auto matrix = trade_matrix(view, {"aa", "cc"}, {});
    ASSERT_TRUE(matrix);
    EXPECT_FALSE(matrix->period);
    EXPECT_EQ(matrix->directions.size(), 2u);
}

}  // namespace
}  // namespace tamga::query
