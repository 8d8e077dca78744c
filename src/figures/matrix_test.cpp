#include "figures/matrix.hpp"

#include <gtest/gtest.h>

#include "figures/world.hpp"

namespace tamga::figures {
namespace {

Json of(const char* flow, const char* unit = "USD", const char* reporter = "a-party") {
    Json body{{"flow", flow}, {"unit", unit}};
    if (*reporter) body["reporter"] = reporter;
    return body;
}

const Period kYear = *parse_period("2024");

TEST(Matrix, SaysHowFarTwoCountsAreApart) {
    const auto apart = [](const char* x, const char* m, const char* word = "exact") {
        World world;
        world.with(of("exports"), {{"2024", x, word}}).with(of("imports"), {{"2024", m, "exact"}});
        return matrix_cell(world.series, kYear).apart;
    };
    EXPECT_EQ(apart("100", "100"), Apart::agree);
    EXPECT_EQ(apart("100", "95"), Apart::close);     // 5 / 195
    EXPECT_EQ(apart("105", "95"), Apart::apart);     // 10 / 200: 5 percent is no longer below it.
    EXPECT_EQ(apart("115", "85"), Apart::far);       // 30 / 200
    EXPECT_EQ(apart("130", "70"), Apart::very_far);  // 60 / 200
    EXPECT_EQ(apart("100", "130", "over"), Apart::agree);
    EXPECT_EQ(apart("100", "-100"), Apart::very_far);
}

TEST(Matrix, TellsTheMeasuresOfTheMethod) {
    World world;
    world.with(of("exports"), {{"2024", "28100"}}).with(of("imports"), {{"2024", "15200"}});
    const MatrixCell cell = matrix_cell(world.series, kYear);
    EXPECT_EQ(cell.gap.gap.text(), "-12900");
    EXPECT_EQ(cell.gap.ratio->rounded(4).text(), "0.5409");
    EXPECT_EQ(cell.gap.index->rounded(4).text(), "0.2979");
    EXPECT_EQ(cell.apart, Apart::far);
}

TEST(Matrix, ComputesNothingWhereOneSideIsSilent) {
    World world;
    world.with(of("exports"), {{"2024", "5"}}).with(of("imports"), {{"2023", "4"}});
    MatrixCell cell = matrix_cell(world.series, kYear);
    EXPECT_EQ(cell.gap.reported, Reported::exporter_only);
    EXPECT_FALSE(cell.apart);
    EXPECT_EQ(cell.imports.series, std::vector<std::size_t>{1});
    EXPECT_FALSE(cell.imports.chosen);
    cell = matrix_cell(world.series, *parse_period("2020"));
    EXPECT_EQ(cell.gap.reported, Reported::neither);
    EXPECT_TRUE(matrix_cell({}, kYear).exports.series.empty());
}

TEST(Matrix, KeepsWhatIsStatedOfAFigureThatLacks) {
    World world;
    world.with(of("exports"), {{"2024", "100"}})
        .with(of("imports"), {{"2023", "80"}})
        .with(of("imports"), {{"2024", "confidential"}});
    const MatrixCell cell = matrix_cell(world.series, kYear);
    EXPECT_EQ(cell.gap.reported, Reported::exporter_only);
    EXPECT_FALSE(cell.exports.untold);
    ASSERT_TRUE(cell.imports.untold);
    EXPECT_EQ(cell.imports.untold->series.id, "s2");
    EXPECT_EQ(cell.imports.untold->why, Missing::confidential);
}

TEST(Matrix, TakesReportersThatArePartiesThenWholeFiguresThenTheNarrowest) {
    World world;
    world.with(of("exports", "USD", ""), {{"2024", "100", "exact"}})
        .with(of("exports"), {{"2024-01/2024-06", "50"}, {"2024-07/2024-12", "51"}})
        .with(of("exports"), {{"2024", "90", "about"}})
        .with(of("exports"), {{"2024", "91.5"}})
        .with(of("imports"), {{"2024", "88"}});
    const MatrixCell cell = matrix_cell(world.series, kYear);
    EXPECT_EQ(cell.exports.chosen, 3u);
    EXPECT_EQ(cell.exports.also_told, (std::vector<std::size_t>{2, 1, 0}));
}

TEST(Matrix, TakesAPairInOneUnitWhereThereIsOne) {
    World world;
    world.with(of("exports", "CNY"), {{"2024", "700.00"}})
        .with(of("exports", "USD"), {{"2024", "100"}})
        .with(of("imports", "USD"), {{"2024", "90"}});
    MatrixCell cell = matrix_cell(world.series, kYear);
    EXPECT_EQ(cell.exports.chosen, 1u);
    EXPECT_FALSE(cell.other_unit);
    World other;
    other.with(of("exports", "CNY"), {{"2024", "700"}}).with(of("imports", "USD"), {{"2024", "90"}});
    cell = matrix_cell(other.series, kYear);
    EXPECT_TRUE(cell.other_unit);
    EXPECT_FALSE(cell.apart);
}

TEST(Matrix, TellsASteadyDifferenceFromAJumpingOne) {
    World steady;
    steady.with(of("exports"), {{"2022", "100"}, {"2023", "200"}, {"2024", "300"}, {"2024-01/2024-06", "1"}})
        .with(of("imports"), {{"2022", "50"}, {"2023", "100"}, {"2024", "150"}, {"2021", "9"}});
    const auto periods = mirror_periods(steady.series, 10);
    ASSERT_EQ(periods.size(), 3u);
    EXPECT_EQ(written(periods.front().period), "2024");
    const auto told = steadiness(periods);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->years, 3u);
    EXPECT_NEAR(told->mean, -0.6931, 0.0001);  // ln(1/2)
    EXPECT_NEAR(told->spread, 0, 1e-9);
    EXPECT_EQ(mirror_periods(steady.series, 2).size(), 2u);
    EXPECT_FALSE(steadiness(mirror_periods(steady.series, 1)));
}

}  // namespace
}  // namespace tamga::figures
