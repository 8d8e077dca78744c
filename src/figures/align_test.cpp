#include "figures/align.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace tamga::figures {
namespace {

/// Series as a test writes them: unit, then period, value and wording of each observation.
struct World {
    struct Told {
        const char* period;
        const char* value;
        const char* qualifier = "";
    };
    World() = default;
    World(const World&) = delete;  // Series borrow the bodies.

    std::deque<Json> bodies;
    std::vector<Series> series;

    World& with(const char* unit, const std::vector<Told>& told) {
        Series one{
            {{Kind::series, "s" + std::to_string(series.size())}, &bodies.emplace_back(Json{{"unit", unit}})},
            {}};
        for (const Told& each : told) {
            Json& body = bodies.emplace_back(Json{{"period", each.period}, {"value", each.value}});
            if (*each.qualifier) body["qualifier"] = each.qualifier;
            one.observations.push_back({{Kind::observation, "o" + std::to_string(bodies.size())}, &body});
        }
        series.push_back(std::move(one));
        return *this;
    }
};

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

}  // namespace
}  // namespace tamga::figures
