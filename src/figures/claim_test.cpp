#include "figures/claim.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "figures/world.hpp"

namespace tamga::figures {
namespace {

/// "holds 35.07 [34.97, 35.17] value 2024, base 2022": the claim on each series, then on all.
std::string judged(const Json& claim, const World& world, std::size_t against = 0) {
    const std::span<const Series> all = world.series;
    const Judged out = judge(claim, all.first(all.size() - against), all.last(against));
    std::string text;
    for (const Finding& finding : out.findings) {
        text += std::string(name(finding.verdict));
        if (finding.reason != Reason::none) text += fmt::format(" ({})", name(finding.reason));
        if (finding.printed) text += " " + finding.printed->rounded(2).text();
        text += "; ";
    }
    text += std::string(name(out.verdict));
    return out.reason == Reason::none ? text : text + fmt::format(" ({})", name(out.reason));
}

Json claim(const char* type, const char* value = "", const char* unit = "", const char* period = "",
           const char* qualifier = "") {
    Json out{{"type", type}};
    for (const auto& [field, text] : {std::pair("value", value), std::pair("unit", unit),
                                      std::pair("period", period), std::pair("qualifier", qualifier)})
        if (*text) out[field] = text;
    return out;
}
Json with(Json body, const char* field, const Json& value) {
    body[field] = value;
    return body;
}

const Json kTurnover{{"unit", "USD"}, {"flow", "turnover"}};

/// Trade of China with Central Asia in billion dollars, as China's customs (GACC) tell it: 2022 and 2023 by
/// Eurasianet of 2024-02-02, 2024 by Xinhua, 2025 by The Times of Central Asia; and the Eurasian Development
/// Bank's one year.
void add_trade(World& world) {
    world.with(kTurnover, {{"2022", "70.2"}, {"2023", "89.4"}, {"2024", "94.82"}, {"2025", "106.3"}})
        .with(kTurnover, {{"2024", "66.2"}});
}

TEST(Claim, OfARecordNeedsAnEarlierYear) {
    World world;
    add_trade(world);
    EXPECT_EQ(judged(claim("record"), world), "holds 11.48; cannot-be-checked (no-earlier); holds");
    EXPECT_EQ(judged(claim("record", "", "", "2024"), world),
              "holds 5.42; cannot-be-checked (no-earlier); holds");
    EXPECT_EQ(judged(with(claim("other"), "assertion", "lowest"), world),
              "does-not-hold 36.10; cannot-be-checked (no-earlier); does-not-hold");
    World parts;
    parts.with(kTurnover,
               {{"2023-01/2023-06", "20"}, {"2023", "41"}, {"2024-01/2024-06", "21"}, {"2024-07", "50"}});
    EXPECT_EQ(judged(claim("record", "", "", "2024-01/2024-06"), parts), "holds 1.00; holds");
    World close;
    close.with(kTurnover, {{"2023", "41"}, {"2024", "40", "about"}});
    EXPECT_EQ(judged(claim("record", "", "", "2024"), close), "within-rounding -1.00; within-rounding");
}

/// Why the first finding's figure lacks: "2023 confidential".
std::string untold(const Json& claim, const World& world) {
    const Judged out = judge(claim, world.series, {});
    const auto& first = out.findings.front().untold;
    return first ? written(first->period) + " " + std::string(name(first->why)) : "nothing";
}

TEST(Claim, CannotBeCheckedOnWhatIsStatedAsMissing) {
    World world;
    world.with(kTurnover, {{"2022", "70.2"}, {"2023", "confidential"}, {"2024", "94.82"}, {"2025-01", "8"}});
    EXPECT_EQ(judged(claim("growth", "6", "percent", "2024"), world),
              "cannot-be-checked (no-base); cannot-be-checked (no-base)");
    EXPECT_EQ(untold(claim("growth", "6", "percent", "2024"), world), "2023 confidential");
    EXPECT_EQ(untold(claim("level", "90", "USD", "2023"), world), "2023 confidential");
    // Of what lacks for another reason nothing is stated.
    EXPECT_EQ(untold(claim("level", "90", "USD", "2021"), world), "nothing");
    EXPECT_EQ(untold(claim("level", "90", "KZT", "2024"), world), "nothing");
    // A figure that is withheld can be the higher; one that there is none of cannot.
    EXPECT_EQ(judged(claim("record", "", "", "2024"), world),
              "cannot-be-checked (open-earlier) 24.62; cannot-be-checked (open-earlier)");
    EXPECT_EQ(judged(claim("record", "", "", "2022"), world),
              "cannot-be-checked (no-earlier); cannot-be-checked (no-earlier)");
    World none;
    none.with(kTurnover, {{"2022", "70.2"},
                          {"2023", "not-available"},
                          {"2024", "94.82"},
                          {"2025", "60"},
                          {"2026", "not-reported"},
                          {"2027", "50"}});
    EXPECT_EQ(judged(claim("record", "", "", "2024"), none), "holds 24.62; holds");
    EXPECT_EQ(judged(claim("record", "", "", "2027"), none), "does-not-hold -44.82; does-not-hold");
    // Nil is a figure.
    World nil;
    nil.with(kTurnover, {{"2024", "0", "exact"}});
    EXPECT_EQ(judged(claim("level", "0", "USD", "2024"), nil), "holds 0.00; holds");
}

TEST(Claim, OfGrowthIsComparedWithTheYearBefore) {
    World world;
    add_trade(world);
    EXPECT_EQ(judged(claim("growth", "12", "percent", "2025"), world),
              "holds 12.11; cannot-be-checked (no-figure); holds");
    EXPECT_EQ(judged(claim("growth", "27", "percent", "2023"), world),
              "holds 27.35; cannot-be-checked (no-figure); holds");
    EXPECT_EQ(judged(with(with(claim("growth", "35", "percent"), "years", 2), "date", "2025-06-17"), world),
              "holds 35.07; cannot-be-checked (no-base); holds");
    EXPECT_EQ(judged(with(claim("growth", "5.4", "USD", "2024"), "base", "2023"), world),
              "holds 5.42; cannot-be-checked (no-base); holds");
    EXPECT_EQ(judged(claim("growth", "5", "KZT", "2024"), world),
              "cannot-be-checked (other-unit); cannot-be-checked (no-base); cannot-be-checked");
    EXPECT_EQ(judged(claim("growth"), world), "holds 11.48; cannot-be-checked (no-base); holds");
    EXPECT_EQ(judged(with(claim("other"), "assertion", "falls"), world),
              "does-not-hold 11.48; cannot-be-checked (no-base); does-not-hold");
}

// Kyrgyzstan 2023: 28.8 percent is told beside 19.8 and 15.5 billion (bne IntelliNews 310895).
TEST(Claim, ThatDoesNotFollowFromTheLevelsDoesNotHold) {
    World world;
    world.with(kTurnover, {{"2022", "15.5"}, {"2023", "19.8"}});
    EXPECT_EQ(judged(claim("growth", "28.8", "percent", "2023"), world),
              "does-not-hold 27.74; does-not-hold");
    EXPECT_EQ(judged(claim("growth", "28.4", "percent", "2023"), world),
              "within-rounding 27.74; within-rounding");
}

// Kazakhstan's Ministry of Finance on 2021: 14.0 and 8.2 billion, "5.7 billion, 70 percent".
TEST(Claim, IsHeldWithinRounding) {
    World world;
    world.with(kTurnover, {{"2020", "8.2"}, {"2021", "14.0"}});
    EXPECT_EQ(judged(claim("growth", "70", "percent", "2021"), world),
              "within-rounding 70.73; within-rounding");
    EXPECT_EQ(judged(claim("growth", "5.7", "USD", "2021"), world), "within-rounding 5.80; within-rounding");
    EXPECT_EQ(judged(claim("growth", "5.5", "USD", "2021"), world), "does-not-hold 5.80; does-not-hold");
}

TEST(Claim, OfALevelDependsOnTheReporter) {
    World world;
    add_trade(world);
    EXPECT_EQ(judged(claim("reached", "70", "USD", "2024"), world),
              "holds 94.82; does-not-hold 66.20; depends-on-reporter");
    EXPECT_EQ(judged(with(claim("other", "70", "USD", "2030"), "assertion", "reached-by"), world),
              "holds 106.30; does-not-hold 66.20; depends-on-reporter");
    EXPECT_EQ(judged(claim("reached", "100", "USD", "2025", "over"), world),
              "holds 106.30; cannot-be-checked (no-figure); holds");
    EXPECT_EQ(judged(claim("level", "95", "USD", "2024"), world),
              "holds 94.82; does-not-hold 66.20; depends-on-reporter");
    EXPECT_EQ(judged(with(claim("other", "66.2", "USD", "2024"), "assertion", "at-most"), world),
              "does-not-hold 94.82; holds 66.20; depends-on-reporter");
}

TEST(Claim, IsOpenWhereAFigureIsToldOnlyAsOver) {
    World world;
    world.with(Json{{"unit", "USD"}, {"flow", "investment-stock"}}, {{"2025-06-17", "30", "over"}});
    EXPECT_EQ(judged(claim("level", "30", "USD", "", "over"), world), "holds 30.00; holds");
    EXPECT_EQ(judged(claim("level", "40", "USD", "", "over"), world),
              "cannot-be-checked (open-wording) 30.00; cannot-be-checked (open-wording)");
    EXPECT_EQ(judged(claim("level", "20", "USD", "", "under"), world), "does-not-hold 30.00; does-not-hold");
    World almost;
    almost.with(kTurnover, {{"2024", "40", "almost"}});
    EXPECT_EQ(judged(claim("reached", "40", "USD", "2024"), almost), "does-not-hold 40.00; does-not-hold");
    EXPECT_EQ(judged(claim("reached", "39.5", "USD", "2024"), almost),
              "within-rounding 40.00; within-rounding");
}

TEST(Claim, OfTimesTakesItsBaseFromAnotherSeries) {
    World world;
    world.with(kTurnover, {{"2022", "50.1"}}).with(kTurnover, {{"1992", "0.46"}});
    const Json hundredfold = with(claim("growth", "100", "times", "", "over"), "base", "1992");
    EXPECT_EQ(judged(hundredfold, world, 1), "holds 108.91; holds");
    World under;
    under.with(kTurnover, {{"2022", "50.1"}}).with(kTurnover, {{"1992", "0.5", "under"}});
    EXPECT_EQ(judged(hundredfold, under, 1), "holds 100.20; holds");
    World nothing;
    nothing.with(kTurnover, {{"2022", "50.1"}, {"1992", "0"}});
    EXPECT_EQ(judged(hundredfold, nothing), "cannot-be-checked (zero-base); cannot-be-checked (zero-base)");
}

TEST(Claim, OfAShareNeedsTheWhole) {
    World world;
    world.with(kTurnover, {{"2024", "94.82"}}).with(kTurnover, {{"2024", "274.7"}});
    const Json near_forty = claim("share", "40", "percent", "2024", "almost");
    EXPECT_EQ(judged(near_forty, world, 1), "does-not-hold 34.52; does-not-hold");
    World alone;
    alone.with(kTurnover, {{"2024", "94.82"}});
    EXPECT_EQ(judged(near_forty, alone), "cannot-be-checked (no-whole); cannot-be-checked (no-whole)");
    World told;
    told.with(Json{{"unit", "percent"}, {"flow", "share"}}, {{"2024", "24.1"}});
    EXPECT_EQ(judged(claim("share", "24.1", "percent", "2024"), told), "holds 24.10; holds");
}

TEST(Claim, OfARankCountsWhoIsLarger) {
    World world;
    world.with(kTurnover, {{"2024", "20"}})
        .with(kTurnover, {{"2024", "43.8"}})
        .with(kTurnover, {{"2024", "20.2"}})
        .with(kTurnover, {{"2024", "10"}});
    const auto rank = [&](const char* value) {
        return judged(with(claim("other", value, "", "2024"), "assertion", "rank"), world, 3);
    };
    EXPECT_EQ(rank("3"), "holds 3.00; holds");
    EXPECT_EQ(rank("2"), "within-rounding 3.00; within-rounding");
    EXPECT_EQ(rank("1"), "does-not-hold 3.00; does-not-hold");
    EXPECT_EQ(judged(with(claim("other", "1", "", "2023"), "assertion", "rank"), world, 3),
              "cannot-be-checked (no-figure); cannot-be-checked (no-figure)");
}

// Made: of words that go downward, and of those that a number is reached within.
TEST(Claim, GoesDownwardAsItsWordsDo) {
    World world;
    world.with(kTurnover, {{"2021", "100"}, {"2022", "88.0"}, {"2023", "70.4"}});
    const auto fell = [&](const char* value, const char* wording, const char* period) {
        return judged(claim("growth", value, "percent", period, wording), world);
    };
    EXPECT_EQ(fell("-12", "", "2022"), "holds -12.00; holds");
    EXPECT_EQ(fell("-19", "over", "2023"), "holds -20.00; holds");
    EXPECT_EQ(fell("-21", "over", "2023"), "does-not-hold -20.00; does-not-hold");
    EXPECT_EQ(fell("-21", "under", "2023"), "holds -20.00; holds");
    EXPECT_EQ(fell("-19", "under", "2023"), "does-not-hold -20.00; does-not-hold");
    EXPECT_EQ(fell("5", "under", "2023"), "does-not-hold -20.00; does-not-hold") << "it did not rise";
    const auto by = [&](const char* value, const char* unit, const char* assertion) {
        return judged(with(claim("growth", value, unit, "2023"), "assertion", assertion), world);
    };
    EXPECT_EQ(by("20", "percent", "falls"), "holds -20.00; holds");
    EXPECT_EQ(by("20", "percent", "rises"), "does-not-hold -20.00; does-not-hold");
    EXPECT_EQ(by("17.6", "USD", "falls"), "holds -17.60; holds");
    EXPECT_EQ(by("1.25", "times", "falls"), "holds 0.80; holds");
    EXPECT_EQ(by("3", "times", "falls"), "does-not-hold 0.80; does-not-hold");
    const auto reached = [&](const char* value, const char* wording, const char* period) {
        return judged(with(claim("other", value, "USD", period, wording), "assertion", "reached-by"), world);
    };
    EXPECT_EQ(reached("90", "under", "2022"), "holds 88.00; holds");
    EXPECT_EQ(reached("60", "under", "2023"), "does-not-hold 70.40; does-not-hold");
    World share;
    share.with(Json{{"unit", "percent"}, {"flow", "share"}},
               {{"2022", "31.5", "exact"}, {"2023", "26", "exact"}});
    EXPECT_EQ(judged(claim("growth", "-5.5", "percentage points", "2023"), share), "holds -5.50; holds");
    EXPECT_EQ(judged(claim("growth", "-5.5", "percent", "2023"), share),
              "does-not-hold -17.46; does-not-hold");
}

TEST(Claim, ReachesAlmostAndAboutWithinWhatTheWordsAllow) {
    World world;
    world.with(kTurnover, {{"2024", "89.4"}});
    const auto reached = [&](const char* value, const char* wording) {
        return judged(claim("reached", value, "USD", "2024", wording), world);
    };
    EXPECT_EQ(reached("90", ""), "does-not-hold 89.40; does-not-hold");
    EXPECT_EQ(reached("90", "almost"), "holds 89.40; holds");
    EXPECT_EQ(reached("90", "about"), "holds 89.40; holds");
    EXPECT_EQ(reached("91", "almost"), "does-not-hold 89.40; does-not-hold");
    const auto at_most = [&](const char* value, const char* wording) {
        return judged(with(claim("other", value, "USD", "2024", wording), "assertion", "at-most"), world);
    };
    EXPECT_EQ(at_most("89", ""), "does-not-hold 89.40; does-not-hold");
    EXPECT_EQ(at_most("89", "about"), "holds 89.40; holds");
    EXPECT_EQ(at_most("89.4", "under"), "within-rounding 89.40; within-rounding");
}

TEST(Claim, SaysWhyItCannotBeChecked) {
    World world;
    EXPECT_EQ(judged(claim("record"), world), "cannot-be-checked (no-series)");
    add_trade(world);
    EXPECT_EQ(judged(claim("other", "5"), world), "cannot-be-checked (no-assertion)");
    EXPECT_EQ(judged(claim("level"), world), "cannot-be-checked (no-value)");
    EXPECT_EQ(judged(claim("level", "9", "USD", "2019"), world),
              "cannot-be-checked (no-figure); cannot-be-checked (no-figure); cannot-be-checked (no-figure)");
}

TEST(Claim, TellsWhatItRestsOn) {
    World world;
    add_trade(world);
    const Json body = with(with(claim("growth", "35", "percent"), "years", 2), "date", "2025-06-17");
    const Judged out = judge(body, world.series, {});
    const Finding& finding = out.findings.front();
    EXPECT_TRUE(finding.taken.period && finding.taken.base);
    ASSERT_EQ(finding.used.size(), 2u);
    EXPECT_EQ(finding.used[0].role, Used::Role::value);
    EXPECT_EQ(written(finding.used[0].period), "2024");
    EXPECT_EQ(finding.used[1].role, Used::Role::base);
    EXPECT_EQ(written(finding.used[1].period), "2022");
    EXPECT_EQ(finding.used[1].told.parts.front().observation.id, "o2");
    EXPECT_EQ(finding.bounds.text(2), "(34.97, 35.17)");
    EXPECT_EQ(finding.unit, "percent");
    EXPECT_EQ(out.claimed.text(1), "[34.5, 35.5)");
}

TEST(Claim, ComparesLeapYearsWithOthers) {
    World world;
    world.with(kTurnover, {{"2023-02", "10"}, {"2024-02", "11"}, {"2023-02-28", "5"}, {"2024-02-29", "6"}});
    EXPECT_EQ(judged(claim("growth", "10", "percent", "2024-02"), world), "holds 10.00; holds");
    EXPECT_EQ(judged(claim("growth", "20", "percent", "2024-02-29"), world), "holds 20.00; holds");
}

TEST(Claim, OnExactFiguresIsPlainArithmetic) {
    std::mt19937 random(37);
    const auto any = [&](int from, int to) { return std::uniform_int_distribution<int>(from, to)(random); };
    const auto expected = [](bool holds) { return holds ? "holds" : "does-not-hold"; };
    for (int round = 0; round < 1000; ++round) {
        std::vector<int> values;
        std::vector<World::Told> told;
        for (int year = 2015; year < 2015 + any(2, 8); ++year) {
            values.push_back(any(1, 12));
            told.push_back({std::to_string(year), std::to_string(values.back()), "exact"});
        }
        World world;
        world.with(Json{{"unit", "trips"}, {"flow", "count"}}, told);
        const int last = values.back(), before = values[values.size() - 2], number = any(-4, 14);
        const std::string text = std::to_string(number);
        const auto verdict = [&](const Json& body) {
            return std::string(name(judge(body, world.series, {}).verdict));
        };
        const auto stated = [&](const char* type, const char* unit) {
            return claim(type, text.c_str(), unit, "", "exact");
        };
        const int most = *std::max_element(values.begin(), values.end() - 1);
        const int least = *std::min_element(values.begin(), values.end() - 1);
        EXPECT_EQ(verdict(claim("record")), expected(last > most));
        EXPECT_EQ(verdict(with(claim("other"), "assertion", "lowest")), expected(last < least));
        EXPECT_EQ(verdict(with(claim("other"), "assertion", "rises")), expected(last > before));
        EXPECT_EQ(verdict(with(claim("other"), "assertion", "falls")), expected(last < before));
        EXPECT_EQ(verdict(stated("level", "trips")), expected(last == number));
        EXPECT_EQ(verdict(stated("growth", "trips")), expected(last - before == number));
        EXPECT_EQ(verdict(stated("growth", "times")), expected(last == number * before));
        EXPECT_EQ(verdict(stated("growth", "percent")), expected((last - before) * 100 == number * before));
        EXPECT_EQ(verdict(with(stated("other", "trips"), "assertion", "at-least")), expected(last >= number));
        EXPECT_EQ(verdict(with(stated("other", "trips"), "assertion", "at-most")), expected(last <= number));
        EXPECT_EQ(verdict(with(with(stated("other", "trips"), "assertion", "reached-by"), "period", "2030")),
                  expected(std::max(most, last) >= number));
    }
}

}  // namespace
}  // namespace tamga::figures
