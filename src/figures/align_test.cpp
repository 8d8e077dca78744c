#include "figures/align.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "figures/world.hpp"

namespace tamga::figures {
namespace {

/// "2024 differs; 2025": the periods, and where they differ.
std::string text(const World& world) {
    std::string out;
    for (const Row& row : align(world.series))
        out += (out.empty() ? "" : "; ") + row.period_text + (row.differs ? " differs" : "");
    return out;
}

TEST(Align, PutsEachPeriodInARow) {
    World world;
    world.with("USD", {{"2025", "3"}, {"2023", "1"}, {"2024-01/2024-05", "2"}})
        .with("USD", {{"2024", "2"}, {"2023", "1"}});
    EXPECT_EQ(text(world), "2023; 2024-01/2024-05; 2024; 2025");
    const auto rows = align(world.series);
    ASSERT_EQ(rows[0].values.size(), 2u);
    EXPECT_EQ(rows[0].values[0].size(), 1u);
    EXPECT_EQ(rows[0].values[1].size(), 1u);
    EXPECT_TRUE(rows[1].values[1].empty());
    EXPECT_TRUE(align({}).empty());
}

TEST(Align, KeepsApartWhatIsStatedAsMissing) {
    World world;
    world.with("USD", {{"2023", "confidential"}, {"2024", "0"}}).with("USD", {{"2023", "5"}});
    const auto rows = align(world.series);
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_TRUE(rows[0].values[0].empty());
    ASSERT_EQ(rows[0].untold[0].size(), 1u);
    EXPECT_EQ(rows[0].untold[0][0].second, Missing::confidential);
    EXPECT_EQ(rows[0].values[1].size(), 1u);
    EXPECT_FALSE(rows[0].differs);
    EXPECT_EQ(rows[1].values[0].size(), 1u);  // Nil is a figure.
    EXPECT_TRUE(rows[1].untold[0].empty());
}

TEST(Align, KnowsAPeriodHoweverItIsWritten) {
    EXPECT_EQ(text(World()
                       .with("USD", {{"2024", "94.8"}})
                       .with("USD", {{"2024-01/2024-12", "66.2"}, {"2024-01-01/2024-12-31", "66"}})),
              "2024 differs");
}

TEST(Align, TellsNoDifferenceWithinWordingAndLastDigit) {
    EXPECT_EQ(
        text(World().with("USD", {{"2023", "89400000000"}}).with("USD", {{"2023", "90000000000", "almost"}})),
        "2023");
    EXPECT_EQ(text(World().with("USD", {{"2024", "94820000000"}, {"2024", "94800000000"}})), "2024");
    EXPECT_EQ(text(World().with("USD", {{"2024", "94800000000"}, {"2024", "94900000000"}})), "2024 differs");
    EXPECT_EQ(
        text(World().with("plants", {{"2025-12-31", "9"}}).with("plants", {{"2025-12-31", "7", "about"}})),
        "2025-12-31 differs");
    EXPECT_EQ(text(World().with("USD", {{"2024", "30", "over"}}).with("USD", {{"2024", "66.2"}})), "2024");
}

TEST(Align, NeverSetsUnitsAgainstEachOther) {
    EXPECT_EQ(text(World().with("USD", {{"2024", "94.8"}}).with("CNY", {{"2024", "674"}})), "2024");
}

TEST(Align, MarksTheFiguresOfTheUnitThatDiffers) {
    World world;
    world.with("USD", {{"2024", "94.8"}}).with("USD", {{"2024", "66.2"}}).with("CNY", {{"2024", "674"}});
    const auto rows = align(world.series);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_TRUE(rows[0].values[0][0].differs);
    EXPECT_TRUE(rows[0].values[1][0].differs);
    EXPECT_FALSE(rows[0].values[2][0].differs);
}

/// "2022: 1 says 32.1, 0 says 70.2, 38.1": the widest gap.
std::string gap(const World& world) {
    const auto rows = align(world.series);
    const auto widest = widest_gap(world.series, rows);
    if (!widest) return "none";
    const Row& row = rows[widest->row];
    const auto said = [&](const Gap::Place& place) {
        return std::to_string(place.series) + " says " +
               row.values[place.series][place.value].figure.value.text();
    };
    return row.period_text + ": " + said(widest->smallest) + ", " + said(widest->largest) + ", " +
           widest->difference.text();
}

TEST(Gap, IsTheLargestPartOfTheLargerFigure) {
    EXPECT_EQ(gap(World()
                      .with("USD", {{"2022", "70.2"}, {"2023", "89.4"}, {"2024", "94.8"}})
                      .with("USD", {{"2022", "32.1"}, {"2024", "66.2"}})
                      .with("USD", {{"2022", "50.1"}, {"2023", "90", "almost"}})),
              "2022: 1 says 32.1, 0 says 70.2, 38.1");
    // Of money in small units the difference is a large number and a small part.
    EXPECT_EQ(gap(World()
                      .with("KZT", {{"2024", "5000000"}})
                      .with("KZT", {{"2024", "5100000"}})
                      .with("USD", {{"2024", "10"}})
                      .with("USD", {{"2024", "5"}})),
              "2024: 3 says 5, 2 says 10, 5");
    EXPECT_EQ(gap(World()
                      .with("USD", {{"2023", "-4"}, {"2024", "-4"}})
                      .with("USD", {{"2023", "4"}, {"2024", "4"}})),
              "2024: 0 says -4, 1 says 4, 8");
}

TEST(Gap, IsNoneWhereFiguresAgree) {
    EXPECT_EQ(gap(World()), "none");
    EXPECT_EQ(gap(World().with("USD", {{"2023", "89.4"}}).with("USD", {{"2023", "90", "almost"}})), "none");
    EXPECT_EQ(gap(World().with("USD", {{"2023", "89.4"}}).with("CNY", {{"2023", "600"}})), "none");
    EXPECT_EQ(gap(World().with("USD", {{"2023", "1"}}).with("USD", {{"2024", "2"}})), "none");
}

TEST(Thinned, KeepsEndsAndPeaks) {
    const std::vector<double> few{3, 1, 2};
    EXPECT_EQ(thinned(few, 4), (std::vector<std::size_t>{0, 1, 2}));
    EXPECT_TRUE(thinned({}, 4).empty());
    std::vector<double> many(100'000, 1.0);
    many[44'444] = 9;
    many[77'777] = -9;
    const auto kept = thinned(many, 24);
    EXPECT_LE(kept.size(), 24u);
    EXPECT_EQ(kept.front(), 0u);
    EXPECT_EQ(kept.back(), many.size() - 1);
    EXPECT_TRUE(std::ranges::is_sorted(kept));
    EXPECT_EQ(std::ranges::adjacent_find(kept), kept.end());
    EXPECT_NE(std::ranges::find(kept, 44'444u), kept.end());
    EXPECT_NE(std::ranges::find(kept, 77'777u), kept.end());
}

}  // namespace
}  // namespace tamga::figures
