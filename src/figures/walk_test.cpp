#include "figures/walk.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "json/json.hpp"

namespace tamga::figures {
namespace {

Decimal of(std::string_view text) {
    return Decimal::parse(text).value();
}
End exactly(std::string_view text) {
    return {of(text), Ratio(of(text))};
}

/// "564.0 -5640.0 | -1224.0": what the steps add, and the remainder.
std::string text(const Walk& walk) {
    std::string out;
    for (const Step& step : walk.steps) out += step.amount.text() + " ";
    return out + "| " + walk.remainder.text();
}
std::string walked(std::string_view from, std::string_view to, std::string_view assumptions, int places = 1) {
    return text(walk(exactly(from), exactly(to), parse_assumptions(assumptions).value(), places));
}
std::string percent(const Walk& walk) {
    return (*walk.break_even * Ratio(100)).rounded(2).text();
}

// Million dollars. 28,100 of China's exports to Kazakhstan in 2024 (by ITC) and 15,200 of Kazakhstan's
// imports (State Revenue Committee) stand in Kursiv Research of 2025-03-20; 14,000 and 8,200, 9,800 and
// 10,200 of 2021 in the answer of Kazakhstan's Ministry of Finance; 9,400 and 3,100 of January to June 2024
// in The Times of Central Asia. The share of 60 percent is made.
TEST(Walk, LeavesWhatIsNotExplained) {
    EXPECT_EQ(walked("28100", "15200", "cif=1.06"), "1686.0 | -14586.0");
    EXPECT_EQ(walked("14000", "8200", "cif=1.06"), "840.0 | -6640.0");
    EXPECT_EQ(walked("9800", "10200", "cif=1.06"), "588.0 | -188.0");
    EXPECT_EQ(walked("9400", "3100", ""), "| -6300");
}

TEST(Walk, DependsOnItsOrder) {
    EXPECT_EQ(walked("9400", "3100", "transit=0.6&cif=1.06"), "-5640.0 225.6 | -885.6");
    EXPECT_EQ(walked("9400", "3100", "transit=0.6,start&cif=1.06&order=cif,transit"),
              "564.0 -5640.0 | -1224.0");
    EXPECT_EQ(walked("9400", "3100", "transit=0.6&cif=1.06&order=cif,transit"), "564.0 -5978.4 | -885.6");
}

TEST(Walk, TakesUpWhatRoundingLeaves) {
    EXPECT_EQ(walked("100.00", "70.00", "coverage=-1/3,share&transit=1/3&cif=1.06", 2),
              "-33.33 -22.22 2.67 | 22.88");
    EXPECT_EQ(walked("94819.8", "93800.0", "currency=7.1098/7.1870"), "-1018.5 | -1.3");
}

TEST(Walk, RaisesWhatIsIndirectByItsMarkup) {
    EXPECT_EQ(walked("100", "130", "indirect=20&markup=0.25"), "25.0 | 5.0");
    const Walk both =
        walk(exactly("100"), exactly("130"), parse_assumptions("indirect=20&transit=0.1").value(), 1);
    EXPECT_TRUE(both.may_overlap);
    EXPECT_FALSE(walk(exactly("100"), exactly("130"), parse_assumptions("indirect=20&transit=0").value(), 1)
                     .may_overlap);
}

TEST(Walk, SaysWhichStepsWidenTheGap) {
    const Walk one =
        walk(exactly("28100"), exactly("15200"), parse_assumptions("transit=0.1&cif=1.06").value(), 1);
    EXPECT_FALSE(one.steps[0].widens);
    EXPECT_TRUE(one.steps[1].widens);
}

TEST(Walk, TellsTheShareThatWouldCloseTheGap) {
    EXPECT_EQ(percent(walk(exactly("28100"), exactly("15200"), parse_assumptions("cif=1.06").value(), 1)),
              "48.97");
    EXPECT_EQ(percent(walk(exactly("9400"), exactly("3100"), parse_assumptions("cif=1.06").value(), 1)),
              "68.89");
    EXPECT_EQ(percent(walk(exactly("9400"), exactly("3100"), {}, 1)), "67.02");
    EXPECT_FALSE(walk(exactly("0"), exactly("3100"), {}, 1).break_even);
}

// China's exports to Tajikistan in 2022 are "over" 2,200 million; that contractors' equipment is not imported
// is what Tajik customs say, how much of it there is (350) is made.
TEST(Walk, CarriesBounds) {
    const End from{of("2200"), bounds_of({of("2200"), "over"})};
    const Walk one = walk(from, exactly("842"), parse_assumptions("coverage=-350&cif=1.06").value(), 1);
    EXPECT_EQ(text(one), "-350.0 111.0 | -1119.0");
    EXPECT_EQ(one.steps[0].bounds.text(1), "[-350.0, -350.0]");
    EXPECT_EQ(one.steps[0].running_bounds.text(1), "(1850.0, ∞)");
    EXPECT_EQ(one.steps[1].bounds.text(1), "(111.0, ∞)");
    EXPECT_EQ(one.remainder_bounds.text(1), "(-∞, -1119.0)");
    const End rounded{of("100"), bounds_of({of("100"), ""})}, about{of("70"), bounds_of({of("70"), "about"})};
    const Walk two = walk(rounded, about, parse_assumptions("transit=0.5").value(), 2);
    EXPECT_EQ(two.steps[0].bounds.text(2), "(-50.25, -49.75]");
    EXPECT_EQ(two.remainder_bounds.text(2), "(18.75, 21.25]");
}

/// An end of the examples: "15200", ">=2200".
End end_of(std::string text) {
    if (!text.starts_with(">=")) return exactly(text);
    text.erase(0, 2);
    Interval bounds;
    bounds.low = of(text);
    return {of(text), bounds};
}

/// What the examples take as known for each step, by their names.
std::string assumptions_of_example(const std::string& id) {
    if (id == "E3b") return "transit=0.6&cif=1.06";
    if (id == "E3c") return "transit=0.6,start&cif=1.06&order=cif,transit";
    if (id == "E3d") return "transit=0.6&cif=1.06&order=cif,transit";
    if (id == "E4") return "coverage=-350&cif=1.06";
    if (id == "E7") return "currency=7.1098/7.1870";
    if (id == "E9") return "coverage=-1/3,share&transit=1/3&cif=1.06";
    return "cif=1.06";
}

TEST(Walk, IsThatOfTheMethodsExamples) {
    const auto path = std::filesystem::path(TAMGA_SHARED) / "reconciliation-examples.json";
    std::ifstream file(path);
    if (!file) GTEST_SKIP() << "the examples of the method are not there: " << path;
    std::stringstream content;
    content << file.rdbuf();
    const auto examples = parse_json(content.str());
    ASSERT_TRUE(examples);
    int walks = 0;
    for (const Json& example : (*examples)["examples"]) {
        const auto id = example["id"].get<std::string>();
        if (example.contains("refuse")) continue;  // Pair.RefusesTurnover
        const auto unit = example["unit"].get<std::string>();
        const Walk one =
            walk(end_of(example["a"].get<std::string>()), end_of(example["b"].get<std::string>()),
                 parse_assumptions(assumptions_of_example(id)).value(), of(unit).places());
        ASSERT_EQ(one.steps.size(), example["steps"].size()) << id;
        for (std::size_t i = 0; i < one.steps.size(); ++i)
            EXPECT_EQ(one.steps[i].amount, of(example["steps"][i][1].get<std::string>())) << id;
        auto remainder = example["remainder"].get<std::string>();
        if (remainder.starts_with("<=")) {
            remainder.erase(0, 2);
            ASSERT_TRUE(one.remainder_bounds.high) << id;
            EXPECT_EQ(*one.remainder_bounds.high, Ratio(of(remainder))) << id;
            EXPECT_TRUE(one.remainder_bounds.with_high && !one.remainder_bounds.low) << id;
        }
        EXPECT_EQ(one.remainder, of(remainder)) << id;
        ++walks;
    }
    EXPECT_GE(walks, 12);
}

TEST(Walk, AddsUpToTheLastDigitWhateverIsAssumed) {
    std::mt19937 random(31);
    const auto any = [&](int from, int to) { return std::uniform_int_distribution<int>(from, to)(random); };
    const auto decimal = [&](int from, int to, int under) {
        return Ratio::of(any(from, to), under)->rounded(any(0, 3));
    };
    for (int round = 0; round < 500; ++round) {
        Assumptions assumptions;
        for (int cause = 0; cause < kCauses; ++cause) {
            Assumption step{static_cast<Cause>(cause), static_cast<Form>(any(0, 2)),
                            *Ratio::of(any(1, 99), any(100, 130))};
            if (step.form == Form::amount) step.value = step.value * Ratio(any(-90, 90));
            step.of_start = step.form != Form::amount && any(0, 3) == 0;
            if (any(0, 1) == 1) assumptions.steps.push_back(step);
        }
        std::ranges::shuffle(assumptions.steps, random);
        const Decimal a = decimal(-100'000, 900'000, 7), b = decimal(-100'000, 900'000, 7);
        const Interval bounds(bounds_of({a, ""}));
        const int places = any(0, 4);
        const Walk one = walk({a, bounds}, {b, Ratio(b)}, assumptions, places);
        Decimal sum = a;
        for (const Step& step : one.steps) {
            sum = sum + step.amount;
            EXPECT_EQ(sum, step.running);
            EXPECT_LE(step.amount.places(), places);
        }
        EXPECT_EQ(sum + one.remainder, b) << text_of_assumptions(assumptions);
        // Whatever the first figure stands for, the walk from there ends within the bounds: where a later
        // step takes of the start, rounding can lead out of them by the last digit of each step.
        const Ratio inside = (*bounds.low + *bounds.high) * *Ratio::of(1, 2);
        const Walk other = walk({inside.rounded(8), inside}, {b, Ratio(b)}, assumptions, places);
        const Ratio slack =
            *Ratio::of(static_cast<int>(one.steps.size()),
                       Decimal::parse("1" + std::string(static_cast<std::size_t>(places), '0')).value());
        Interval wide = one.remainder_bounds;
        wide.low = *wide.low - slack;
        wide.high = *wide.high + slack;
        EXPECT_TRUE(wide.holds(Ratio(other.remainder))) << text_of_assumptions(assumptions);
    }
}

}  // namespace
}  // namespace tamga::figures
