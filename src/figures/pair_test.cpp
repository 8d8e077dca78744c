#include "figures/pair.hpp"

#include <gtest/gtest.h>

#include "figures/gap.hpp"
#include "figures/world.hpp"

namespace tamga::figures {
namespace {

Json trade(const char* flow, const char* area, const char* partner, const char* unit = "USD") {
    return {{"unit", unit}, {"flow", flow}, {"area", {area}}, {"partner", {partner}}, {"indicator", "goods"}};
}

/// "period: s1 has no figure of …; …": what keeps the first two series from being compared, or "2024".
std::string paired(const World& world, const char* period = "", const char* assumptions = "") {
    std::optional<Period> wanted;
    if (*period) wanted = parse_period(period).value();
    const auto pair =
        pair_of(world.series[0], world.series[1], wanted, parse_assumptions(assumptions).value().rate);
    if (pair) return written(pair->period);
    std::string out;
    for (const Note& note : pair.error())
        out += (out.empty() ? "" : " | ") + std::string(name(note.what)) + ": " + note.mend.text();
    return out;
}

TEST(Pair, TakesTheNewestPeriodOfBoth) {
    World world;
    world.with(trade("exports", "cn", "kz"), {{"2023", "24.7"}, {"2024", "28.0"}, {"2025", "29.7"}})
        .with(trade("imports", "kz", "cn"),
              {{"2023", "16.8"}, {"2024-01/2024-06", "7"}, {"2024-07/2024-12", "8"}});
    EXPECT_EQ(paired(world), "2024");
    EXPECT_EQ(paired(world, "2023"), "2023");
    const auto pair = pair_of(world.series[0], world.series[1], std::nullopt, std::nullopt);
    ASSERT_TRUE(pair);
    EXPECT_TRUE(pair->mirror);
    EXPECT_FALSE(pair->swapped);
    EXPECT_EQ(pair->to.value, Decimal(15));
    EXPECT_EQ(pair->second.parts.size(), 2u);
    EXPECT_EQ(text_of_assumptions(assumed_for(*pair, world.series[0], world.series[1], {})), "cif=1.06");
}

TEST(Pair, StartsAtTheExporter) {
    World world;
    world.with(trade("imports", "kz", "cn"), {{"2024", "15.2"}})
        .with(trade("exports", "cn", "kz"), {{"2024", "28.1"}});
    const auto pair = pair_of(world.series[0], world.series[1], std::nullopt, std::nullopt);
    ASSERT_TRUE(pair);
    EXPECT_TRUE(pair->swapped);
    EXPECT_EQ(pair->from.value.text(), "28.1");
    EXPECT_EQ(pair->to.value.text(), "15.2");
}

TEST(Pair, SaysWhatIsStatedOfTheFigureThatLacks) {
    const auto causes = [](const World& world, const char* period) {
        const auto pair =
            pair_of(world.series[0], world.series[1], parse_period(period).value(), std::nullopt);
        std::string out;
        if (pair) return std::string("compared");
        for (const Note& note : pair.error()) out += note.cause.text() + ". ";
        return out;
    };
    World world;
    world.with(trade("exports", "cn", "kz"), {{"2022", "not-available"}, {"2023", "24.7"}, {"2024", "28.0"}})
        .with(trade("imports", "kz", "cn"),
              {{"2023", "confidential"}, {"2024-01/2024-06", "7"}, {"2024-07/2024-12", "not-reported"}});
    EXPECT_EQ(causes(world, "2023"),
              "s1 has no figure of 2023, which it states as confidential; it has 2024-01/2024-06. ");
    EXPECT_EQ(
        causes(world, "2024"),
        "s1 has no figure of 2024-07/2024-12, which it states as not-reported; it has 2024-01/2024-06. ");
    EXPECT_EQ(causes(world, "2022"),
              "s0 has no figure of 2022, which it states as not-available; it has 2023, 2024. "
              "s1 has no figure of 2022; it has 2024-01/2024-06. ");
}

// Uzbekistan, January to June 2023 (bne IntelliNews 285729): 6,089 and 5,260 differ by -829, which is -1,230
// of one direction and +401 of the other, told by the other count.
TEST(Pair, RefusesTurnover) {
    World world;
    world.with(trade("turnover", "cn", "uz"), {{"2023-01/2023-06", "6089"}})
        .with(trade("turnover", "uz", "cn"), {{"2023-01/2023-06", "5260"}});
    EXPECT_EQ(paired(world),
              "turnover: exports of the one and imports of the other, each direction by itself");
}

TEST(Pair, RefusesOtherThings) {
    const auto refused = [](const Json& a, const Json& b) {
        World world;
        world.with(a, {{"2024", "1"}}).with(b, {{"2024", "2"}});
        return paired(world);
    };
    EXPECT_EQ(refused(trade("exports", "cn", "kz"), trade("imports", "cn", "kz")),
              "direction: a series of goods from cn to kz by both");
    EXPECT_EQ(refused(trade("exports", "cn", "kz"), trade("imports", "kg", "cn")),
              "direction: a series of goods from cn to kz by both");
    EXPECT_EQ(refused(trade("investment-stock", "kz", "cn"), trade("investment-flow", "kz", "cn")),
              "flow: a series of investment-stock by both");
    EXPECT_EQ(refused(trade("contracts", "kz", "cn"), trade("investment-stock", "kz", "cn")),
              "flow: a series of contracts by both");
    Json gas = trade("imports", "cn", "tm");
    gas["indicator"] = "gas";
    EXPECT_EQ(refused(trade("exports", "tm", "cn"), gas), "product: a series of goods by both");
    EXPECT_EQ(refused(trade("exports", "cn", "kz", "CNY"), trade("imports", "kz", "cn")),
              "currency: a rate of CNY for one USD, with its source; were both figures the same, it would be "
              "0.500000");
    EXPECT_EQ(
        refused(trade("exports", "cn", "kz", "CNY"), trade("imports", "cn", "kz")),
        "direction: a series of goods from cn to kz by both | currency: a rate of CNY for one USD, with its "
        "source");
}

TEST(Pair, SaysWhichMonthWouldMendIt) {
    World world;
    world.with(trade("exports", "cn", "kg"), {{"2024", "22.0"}})
        .with(trade("imports", "kg", "cn"), {{"2024-01/2024-11", "5.1"}});
    EXPECT_EQ(paired(world, "2024"), "period: a figure of 2024 by s1, or one of 2024-12");
    EXPECT_EQ(paired(world, "2024-01/2024-11"),
              "period: a figure of 2024-01/2024-11 by s0, or one of 2024-12");
    EXPECT_EQ(paired(world), "period: figures of the same period; s0 has 2024, s1 has 2024-01/2024-11");
}

// Made: months that are told one by one, and a hole among them.
TEST(Pair, NamesTheMonthsThatLackOfATermToldInParts) {
    std::vector<World::Told> months;
    for (int month = 1; month <= 12; ++month)
        if (month != 12)
            months.push_back(
                {month < 10 ? "2024-0" + std::to_string(month) : "2024-" + std::to_string(month), "10"});
    World world;
    world.with(trade("exports", "cn", "kg"), months).with(trade("imports", "kg", "cn"), {{"2024", "100"}});
    EXPECT_EQ(paired(world, "2024"), "period: a figure of 2024 by s0, or one of 2024-12");
    months.erase(months.begin() + 4, months.begin() + 6);
    months.push_back({"2024-12", "10"});
    World holes;
    holes.with(trade("exports", "cn", "kg"), months).with(trade("imports", "kg", "cn"), {{"2024", "100"}});
    EXPECT_EQ(paired(holes, "2024"), "period: a figure of 2024 by s0, or one of 2024-05/2024-06");
    months.erase(months.begin());
    World late;
    late.with(trade("exports", "cn", "kg"), months).with(trade("imports", "kg", "cn"), {{"2024", "100"}});
    EXPECT_EQ(paired(late, "2024"), "period: a figure of 2024 by s0, or one of 2024-01/2024-06");
}

// Made: a volume is made no value by any rate.
TEST(Pair, ConvertsCurrenciesAlone) {
    World world;
    world.with(trade("exports", "tm", "cn", "billion cubic metres"), {{"2024", "30"}})
        .with(trade("imports", "cn", "tm"), {{"2024", "9000000000"}});
    EXPECT_EQ(paired(world), "unit: a series in USD by both");
    EXPECT_EQ(paired(world, "", "rate=300&rate_source=press"), "unit: a series in USD by both");
}

// Turkmenistan made one manat of 5,000 in 2009; the amounts are made.
TEST(Pair, SetsACurrencyAgainstTheOneThatFollowedIt) {
    World world;
    world.with(trade("exports", "cn", "tm", "TMM"), {{"2008", "71250000000", "exact"}})
        .with(trade("imports", "tm", "cn", "TMT"), {{"2008", "14250000", "exact"}});
    EXPECT_EQ(paired(world),
              "currency: a rate of TMM for one TMT, with its source; were both figures the same, "
              "it would be 5000.000000");
    const auto pair = pair_of(world.series[0], world.series[1], std::nullopt,
                              parse_assumptions("rate=5000&rate_source=central bank").value().rate);
    ASSERT_TRUE(pair);
    EXPECT_EQ(pair->from.value.text(), "14250000");
    EXPECT_TRUE(pair->from.bounds.is_number());
    EXPECT_TRUE(pair->from.bounds.meets(pair->to.bounds));
}

// Made: a year from July to June against halves of calendar years, and against a calendar year alone.
TEST(Pair, SetsAFiscalYearAgainstHalvesAndRefusesACalendarYear) {
    World halves;
    halves.with(trade("exports", "cn", "kz"), {{"2023-07/2024-06", "10"}})
        .with(trade("imports", "kz", "cn"),
              {{"2023-07/2023-12", "4"}, {"2024-01/2024-06", "5.5"}, {"2024-07/2024-12", "7"}});
    EXPECT_EQ(paired(halves), "2023-07/2024-06");
    World years;
    years.with(trade("exports", "cn", "kz"), {{"2023-07/2024-06", "10"}})
        .with(trade("imports", "kz", "cn"), {{"2023", "9"}, {"2024", "9.5"}});
    EXPECT_EQ(paired(years), "period: figures of the same period; s0 has 2023-07/2024-06, s1 has 2023, 2024");
    EXPECT_EQ(paired(years, "2024"), "period: a figure of 2024 by s0");
}

TEST(Pair, RefusesOtherProductsAndFlagsOneThatIsNotStated) {
    Json gas = trade("exports", "tm", "cn"), oil = trade("imports", "cn", "tm");
    gas["product"] = "2711";
    World world;
    world.with(gas, {{"2024", "9"}}).with(oil, {{"2024", "8"}});
    const auto flagged = pair_of(world.series[0], world.series[1], std::nullopt, std::nullopt);
    ASSERT_TRUE(flagged);
    ASSERT_EQ(flagged->flags.size(), 1u);
    EXPECT_EQ(flagged->flags[0].cause.text(), "s0: 2711; s1: not stated");
    oil["product"] = "2709";
    World other;
    other.with(gas, {{"2024", "9"}}).with(oil, {{"2024", "8"}});
    EXPECT_EQ(paired(other), "product: series of the same product by both");
}

TEST(Pair, ConvertsAtAStatedRate) {
    World world;
    world.with(trade("exports", "cn", "kz", "CNY"), {{"2025-01/2025-05", "286420", "exact"}})
        .with(trade("imports", "kz", "cn"), {{"2025-01/2025-05", "39880.0"}});
    EXPECT_EQ(paired(world),
              "currency: a rate of CNY for one USD, with its source; were both figures the same, "
              "it would be 7.182046");
    const char* rate = "rate=7.182046&rate_source=press";
    EXPECT_EQ(paired(world, "", rate), "2025-01/2025-05");
    const auto pair =
        pair_of(world.series[0], world.series[1], std::nullopt, parse_assumptions(rate).value().rate);
    ASSERT_TRUE(pair);
    EXPECT_TRUE(pair->converted);
    EXPECT_EQ(pair->from.value.text(), "39880.0");
    EXPECT_EQ(pair->unit, "USD");
}

TEST(Pair, FlagsWhatDoesNotKeepThemApart) {
    Json a = trade("exports", "cn", "kz"), b = trade("imports", "kz", "cn");
    a["partner_basis"] = "destination";
    b["partner_basis"] = "origin";
    a["coverage"] = {{"en", "Goods and services."}};
    World world;
    world.with(a, {{"2024", "71.2"}, {"2024", "71.3"}}).with(b, {{"2024", "66"}});
    const auto pair = pair_of(world.series[0], world.series[1], std::nullopt, std::nullopt);
    ASSERT_TRUE(pair);
    std::string flags;
    for (const Note& note : pair->flags)
        flags += std::string(name(note.what)) + ": " + note.cause.text() + "\n";
    EXPECT_EQ(flags,
              "partner-basis: s0: destination; s1: origin\n"
              "coverage: s0: Goods and services.; s1: not stated\n"
              "several: s0 gives figures that cannot both be true: o2, o3\n");
}

TEST(Pair, AssumesFreightOnlyBetweenFobAndCif) {
    Json a = trade("exports", "cn", "kz"), b = trade("imports", "kz", "cn");
    b["valuation"] = "fob";
    World world;
    world.with(a, {{"2024", "2"}}).with(b, {{"2024", "1"}}).with(a, {{"2024", "3"}});
    const auto mirror = pair_of(world.series[0], world.series[1], std::nullopt, std::nullopt);
    ASSERT_TRUE(mirror);
    EXPECT_EQ(text_of_assumptions(assumed_for(*mirror, world.series[0], world.series[1], {})), "");
    const auto same_side = pair_of(world.series[0], world.series[2], std::nullopt, std::nullopt);
    ASSERT_TRUE(same_side);
    EXPECT_FALSE(same_side->mirror);
    EXPECT_EQ(text_of_assumptions(assumed_for(*same_side, world.series[0], world.series[2], {})), "");
}

std::optional<Told> told(std::string_view value) {
    const Decimal number = Decimal::parse(value).value();
    return Told{number, Interval(bounds_of({number, ""})), true, false, {}};
}

// The method's first example: 28,100 and 15,200.
TEST(Gap, IsMeasuredInSeveralWays) {
    const GapMeasures one = gap_between(told("28100"), told("15200"));
    EXPECT_EQ(one.reported, Reported::both);
    EXPECT_EQ(one.gap.text(), "-12900");
    EXPECT_EQ(one.gap_bounds.text(0), "(-12901, -12899)");
    EXPECT_EQ(one.ratio->rounded(4).text(), "0.5409");
    EXPECT_EQ((*one.of_exports * Ratio(100)).rounded(2).text(), "-45.91");
    EXPECT_EQ(one.index->rounded(4).text(), "0.2979");
    EXPECT_NEAR(*one.log_ratio, -0.6145, 0.00005);
    EXPECT_EQ(gap_between(told("29786"), told("15200")).index->rounded(4).text(), "0.3242");
}

TEST(Gap, TellsWhoDoesNotReport) {
    EXPECT_EQ(gap_between(told("5"), {}).reported, Reported::exporter_only);
    EXPECT_EQ(gap_between({}, told("5")).reported, Reported::importer_only);
    EXPECT_EQ(gap_between({}, {}).reported, Reported::neither);
    const GapMeasures nil = gap_between(told("0"), told("0"));
    EXPECT_EQ(nil.reported, Reported::both);
    EXPECT_FALSE(nil.ratio || nil.index || nil.of_exports || nil.of_imports || nil.log_ratio);
    EXPECT_FALSE(gap_between(told("5"), told("0")).log_ratio);
    EXPECT_EQ(*gap_between(told("5"), told("0")).index, Ratio(1));
}

}  // namespace
}  // namespace tamga::figures
