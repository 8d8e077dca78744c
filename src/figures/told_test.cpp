#include "figures/told.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "figures/world.hpp"

namespace tamga::figures {
namespace {

const Json kExports{{"unit", "USD"}, {"flow", "exports"}};

/// "66.2 [66.15, 66.25) o2 -o3": what the only series says of a period.
std::string said(const World& world, std::string_view period, int places = 2) {
    const auto told = figure_for(world.series[0], parse_period(period).value());
    if (!told) return "nothing";
    std::string out = told->value.text() + " " + told->bounds.text(places);
    for (const Told::Part& part : told->parts)
        out += std::string(part.taken_away ? " -" : " ") + part.observation.id;
    return out + (told->several ? " several" : "");
}

TEST(Told, IsTheFigureOfThePeriodHoweverWritten) {
    World world;
    world.with(kExports, {{"2024", "66.2"}});
    EXPECT_EQ(said(world, "2024"), "66.2 [66.15, 66.25) o2");
    EXPECT_EQ(said(world, "2024-01/2024-12"), "66.2 [66.15, 66.25) o2");
    EXPECT_EQ(said(world, "2023"), "nothing");
}

TEST(Told, IsPutTogetherFromPeriodsOfAFlow) {
    World world;
    world.with(kExports,
               {{"2024-01/2024-11", "90", "exact"}, {"2024", "100", "exact"}, {"2025-01", "9", "exact"}});
    EXPECT_EQ(said(world, "2024-12", 0), "10 [10, 10] o3 -o2");
    EXPECT_EQ(said(world, "2024-12/2025-01", 0), "19 [19, 19] o3 o4 -o2");
    EXPECT_EQ(said(world, "2024-01/2025-01", 0), "109 [109, 109] o3 o4");
    EXPECT_EQ(said(world, "2025"), "nothing");
    World stock;
    stock.with(Json{{"unit", "USD"}, {"flow", "investment-stock"}}, {{"2023", "5"}, {"2024", "7"}});
    EXPECT_EQ(said(stock, "2023/2024"), "nothing");
    EXPECT_EQ(said(stock, "2024", 1), "7 [6.5, 7.5) o3");
}

// Made: since January of one year and of the next, below zero and to the tenth digit.
TEST(Told, CrossesTheYearsEndAndKeepsEveryDigit) {
    World world;
    world.with(Json{{"unit", "USD"}, {"flow", "exports"}},
               {{"2023-01/2023-11", "1234567890.1234567890", "exact"},
                {"2023", "1234567890.1234567891", "exact"},
                {"2023-01/2023-02", "0.5", "exact"},
                {"2024-01", "-3.0000000001", "exact"},
                {"2024-01/2024-02", "-2", "exact"}});
    const auto told = [&](const char* period) {
        const auto found = figure_for(world.series[0], parse_period(period).value());
        return found ? found->value.text() + (found->bounds.is_number() ? "" : " and more")
                     : std::string("nothing");
    };
    EXPECT_EQ(told("2023-12"), "0.0000000001");
    EXPECT_EQ(told("2024-02"), "1.0000000001");
    EXPECT_EQ(told("2023-12/2024-01"), "-3.0000000000");
    EXPECT_EQ(told("2023-12/2024-02"), "-1.9999999999");
    EXPECT_EQ(told("2023-03/2024-02"), "1234567887.6234567891");
    EXPECT_EQ(told("2024-03"), "nothing");
}

TEST(Told, ChoosesTheNarrowestAndTellsOfContradictions) {
    World world;
    world.with(
        kExports,
        {{"2024", "94.8"}, {"2024", "94.82"}, {"2024", "90", "over"}, {"2025", "71.2"}, {"2025", "71.3"}});
    EXPECT_EQ(said(world, "2024", 3), "94.82 [94.815, 94.825) o3");
    EXPECT_EQ(said(world, "2025"), "71.2 [71.15, 71.35) o5 o6 several");
}

TEST(Told, WritesPeriodsAsShortAsTheyAre) {
    for (const char* text : {"2024", "2024-02", "2023-11/2024-02", "2024-02-29", "2024-01-02/2024-03-01",
                             "2023/2024", "2024-01/2024-11"})
        EXPECT_EQ(written(parse_period(text).value()), text);
    EXPECT_EQ(written(parse_period("2024-01-01/2024-12-31").value()), "2024");
    EXPECT_EQ(written(parse_period("2024-02-01/2024-02-29").value()), "2024-02");
    EXPECT_EQ(written(parse_period("2023-02-01/2023-02-28").value()), "2023-02");
}

/// Months as numbers from January 2022 on.
std::string month(int number) {
    return fmt::format("{:04}-{:02}", 2022 + number / 12, number % 12 + 1);
}

TEST(Told, MonthsMakeCumulativesAndThoseMakeMonths) {
    std::mt19937 random(23);
    for (int round = 0; round < 40; ++round) {
        const int start = std::uniform_int_distribution<int>(0, 11)(random);
        const int count = std::uniform_int_distribution<int>(2, 30)(random);
        std::vector<World::Told> months, cumulative;
        Decimal sum;
        for (int i = start; i < start + count; ++i) {
            const int value = std::uniform_int_distribution<int>(-999, 9999)(random);
            const auto number = Decimal::parse(fmt::format("{}{}.{:02}", value < 0 ? "-" : "",
                                                           std::abs(value) / 100, std::abs(value) % 100));
            months.push_back({month(i), number->text(), "exact"});
            // Cumulative since January, or since the first month: begins anew with each year.
            if (i % 12 == 0 || i == start) sum = Decimal();
            sum = sum + *number;
            const int since = std::max(start, i - i % 12);
            cumulative.push_back({month(since) + "/" + month(i), sum.text(), "exact"});
        }
        World apart, together;
        apart.with(kExports, months);
        together.with(kExports, cumulative);
        for (const auto& [period, value, wording] : months) {
            const auto told = figure_for(together.series[0], parse_period(period).value());
            ASSERT_TRUE(told) << period;
            EXPECT_EQ(told->value, Decimal::parse(value).value()) << period;
            EXPECT_TRUE(told->bounds.is_number());
        }
        for (const auto& [period, value, wording] : cumulative) {
            const auto told = figure_for(apart.series[0], parse_period(period).value());
            ASSERT_TRUE(told) << period;
            EXPECT_EQ(told->value, Decimal::parse(value).value()) << period;
        }
    }
}

}  // namespace
}  // namespace tamga::figures
