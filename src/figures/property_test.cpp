// What must hold for any figures: made at random, the same every time.

#include <gtest/gtest.h>

#include <random>

#include "figures/cumulative.hpp"
#include "figures/pair.hpp"
#include "figures/walk.hpp"
#include "figures/world.hpp"

namespace tamga::figures {
namespace {

constexpr int kRounds = 200;

class Any {
  public:
    explicit Any(unsigned seed) : engine_(seed) {}
    int whole(int low, int high) { return std::uniform_int_distribution(low, high)(engine_); }
    bool coin() { return whole(0, 1) == 1; }
    /// Up to ten digits, up to eight of them after the point; sometimes below zero, sometimes tiny or
    /// nothing.
    Decimal decimal(bool signs = true) {
        std::string text = signs && whole(0, 4) == 0 ? "-" : "";
        text += std::to_string(whole(0, whole(0, 3) == 0 ? 0 : 99'999'999));
        const int places = whole(0, 8);
        if (places > 0) text += ".";
        for (int i = 0; i < places; ++i) text += static_cast<char>('0' + whole(0, 9));
        return *Decimal::parse(text);
    }
    Ratio ratio(bool share) {
        if (coin()) return *Ratio::of(whole(share ? 0 : 1, 7), whole(7, 9));
        return share ? *Ratio::of(whole(0, 1000), 1000)
                     : Ratio(*Decimal::parse("1." + std::to_string(whole(0, 99))));
    }
    /// A day of a few years, two of them leap years.
    Date day() { return Date::of_day(2019, 11, 1).plus_days(whole(0, 2200)); }

  private:
    std::mt19937 engine_;
};

/// The first of the month so many months after November 2019: over ends of years, and both leap days of 2020
/// and 2024.
Date month(int number) {
    const int at = 2019 * 12 + 10 + number;
    return Date::of_day(at / 12, at % 12 + 1, 1);
}

/// Stretches of whole months, or of days, that follow each other.
std::vector<Amount> stretches(Any& any, bool days) {
    std::vector<Amount> out;
    const int begin = any.whole(0, 30);
    Date at = days ? any.day() : month(begin);
    int number = begin;
    for (int i = any.whole(1, 14); i > 0; --i) {
        number += any.whole(1, 4);
        const Date next = days ? at.plus_days(any.whole(1, 40)) : month(number);
        out.push_back({{at, next.plus_days(-1)}, any.decimal()});
        at = next;
    }
    return out;
}

bool same(const Amount& a, const Amount& b) {
    return a.period.first == b.period.first && a.period.last == b.period.last && a.value == b.value;
}

World& add(World& world, const std::vector<Amount>& amounts) {
    std::vector<World::Told> told;
    for (const Amount& one : amounts) told.push_back({written(one.period), one.value.text(), "exact"});
    return world.with(Json{{"unit", "USD"}, {"flow", "exports"}}, told);
}

TEST(AnyFigures, AddedUpAndTakenApartAreTheSame) {
    Any any(1);
    for (int round = 0; round < kRounds; ++round) {
        const std::vector<Amount> amounts = stretches(any, any.coin());
        const auto since = to_cumulative(amounts);
        ASSERT_TRUE(since);
        const auto again = from_cumulative(*since);
        ASSERT_TRUE(again);
        ASSERT_EQ(again->size(), amounts.size());
        for (std::size_t i = 0; i < amounts.size(); ++i) EXPECT_TRUE(same((*again)[i], amounts[i]));
    }
}

TEST(AnyFigures, OfAPeriodAreTheSumOfItsPartsHoweverTheyAreTold) {
    Any any(2);
    for (int round = 0; round < kRounds; ++round) {
        const std::vector<Amount> amounts = stretches(any, any.coin());
        Decimal sum;
        for (const Amount& one : amounts) sum = sum + one.value;
        const Period all{amounts.front().period.first, amounts.back().period.last};
        // As stretches, and as figures since the beginning.
        World world;
        add(add(world, amounts), *to_cumulative(amounts));
        for (const Series& series : world.series) {
            const auto told = figure_for(series, all);
            ASSERT_TRUE(told) << written(all);
            EXPECT_EQ(told->value, sum);
            for (const Amount& one : amounts) {
                const auto part = figure_for(series, one.period);
                ASSERT_TRUE(part) << written(one.period);
                EXPECT_EQ(part->value, one.value) << written(one.period);
                EXPECT_TRUE(part->bounds.is_number());
            }
        }
    }
}

TEST(AnyFigures, AreNotMadeUpWhereThereIsAHole) {
    Any any(3);
    for (int round = 0; round < kRounds; ++round) {
        std::vector<Amount> amounts = stretches(any, any.coin());
        if (amounts.size() < 3) continue;
        const Period all{amounts.front().period.first, amounts.back().period.last};
        const std::size_t hole = static_cast<std::size_t>(any.whole(1, static_cast<int>(amounts.size()) - 2));
        const Period gone = amounts[hole].period;
        amounts.erase(amounts.begin() + static_cast<std::ptrdiff_t>(hole));
        World world;
        add(world, amounts);
        EXPECT_FALSE(figure_for(world.series.front(), all)) << written(gone);
        EXPECT_FALSE(figure_for(world.series.front(), gone));
        EXPECT_FALSE(to_cumulative(amounts));
    }
}

TEST(AnyFigures, CountTheLeapDay) {
    World world;
    world.with(Json{{"unit", "USD"}, {"flow", "exports"}}, {{"2024-01/2024-02", "3", "exact"},
                                                            {"2024-01-01/2024-02-28", "2.5", "exact"},
                                                            {"2024-03", "1", "exact"}});
    const auto day = figure_for(world.series.front(), *parse_period("2024-02-29"));
    ASSERT_TRUE(day);
    EXPECT_EQ(day->value, *Decimal::parse("0.5"));
    EXPECT_EQ(figure_for(world.series.front(), *parse_period("2024-01/2024-03"))->value, Decimal(4));
    // Of 2023 the same days leave nothing to be told apart.
    EXPECT_FALSE(figure_for(world.series.front(), *parse_period("2023-02-28")));
}

TEST(AnyFigures, AreToldOfPeriodsThatAreReadAsTheSame) {
    Any any(4);
    for (int round = 0; round < kRounds; ++round)
        for (const Amount& one : stretches(any, any.coin())) {
            const auto again = parse_period(written(one.period));
            ASSERT_TRUE(again);
            EXPECT_EQ(again->first, one.period.first);
            EXPECT_EQ(again->last, one.period.last);
        }
}

TEST(AnyWalk, AddsUpToTheLastDigit) {
    Any any(5);
    for (int round = 0; round < kRounds * 5; ++round) {
        const Decimal from = any.decimal(), to = any.decimal();
        Assumptions assumptions;
        assumptions.markup = any.coin() ? any.ratio(true) : Ratio();
        for (int cause = 0; cause < kCauses; ++cause) {
            if (any.coin()) continue;
            const auto form = static_cast<Form>(any.whole(0, 2));
            assumptions.steps.push_back(
                {static_cast<Cause>(cause), form,
                 form == Form::amount ? Ratio(any.decimal()) : any.ratio(form == Form::share), any.coin()});
        }
        std::shuffle(assumptions.steps.begin(), assumptions.steps.end(),
                     std::mt19937(static_cast<unsigned>(round)));
        const int places = any.whole(0, 10);
        const Walk taken = walk({from, Interval(from)}, {to, Interval(to)}, assumptions, places);
        ASSERT_EQ(taken.steps.size(), assumptions.steps.size());
        Decimal sum = from;
        for (const Step& step : taken.steps) {
            EXPECT_LE(step.amount.places(), places);
            sum = sum + step.amount;
            EXPECT_EQ(step.running, sum);
        }
        EXPECT_EQ(sum + taken.remainder, to);
    }
}

TEST(AnyPair, IsTheSameWhicheverIsNamedFirst) {
    Any any(6);
    for (int round = 0; round < kRounds; ++round) {
        const std::vector<Amount> amounts = stretches(any, false);
        World world;
        const auto told = [&](const char* flow, const char* area, const char* partner) {
            std::vector<World::Told> values;
            for (const Amount& one : amounts)
                if (any.whole(0, 3) > 0) values.push_back({written(one.period), any.decimal(false).text()});
            world.with(Json{{"unit", "USD"},
                            {"flow", flow},
                            {"indicator", "x"},
                            {"area", {area}},
                            {"partner", {partner}}},
                       values);
        };
        told("exports", "aa", "bb");
        told("imports", "bb", "aa");
        const auto one = pair_of(world.series[0], world.series[1], {}, {});
        const auto other = pair_of(world.series[1], world.series[0], {}, {});
        ASSERT_EQ(one.has_value(), other.has_value());
        if (!one) continue;
        EXPECT_NE(one->swapped, other->swapped);
        EXPECT_EQ(written(one->period), written(other->period));
        EXPECT_EQ(one->from.value, other->from.value);
        EXPECT_EQ(one->to.value, other->to.value);
    }
}

TEST(AnyPair, OfAGroupIsThatOfTheSameGroupInAnyOrderAndOfNoPartOfIt) {
    Any any(7);
    const std::vector<std::string> members = {"kg", "kz", "tj", "tm", "uz"};
    for (int round = 0; round < 40; ++round) {
        std::vector<std::string> order = members;
        std::shuffle(order.begin(), order.end(), std::mt19937(static_cast<unsigned>(round)));
        const Json exports{
            {"unit", "USD"}, {"flow", "exports"}, {"indicator", "x"}, {"area", {"cn"}}, {"partner", members}};
        Json imports{
            {"unit", "USD"}, {"flow", "imports"}, {"indicator", "x"}, {"area", order}, {"partner", {"cn"}}};
        World world;
        world.with(exports, {{"2024", "10"}}).with(imports, {{"2024", "9"}});
        EXPECT_TRUE(pair_of(world.series[0], world.series[1], {}, {}));
        // A member that left, or split in two, is another group.
        order.resize(static_cast<std::size_t>(any.whole(1, 4)));
        if (any.coin()) order.push_back("north"), order.push_back("south");
        imports["area"] = order;
        World other;
        other.with(exports, {{"2024", "10"}}).with(imports, {{"2024", "9"}});
        const auto refused = pair_of(other.series[0], other.series[1], {}, {});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().front().what, Difference::direction);
    }
}

}  // namespace
}  // namespace tamga::figures
