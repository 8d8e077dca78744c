#include "figures/interval.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tamga::figures {
namespace {

Decimal of(std::string_view text) {
    return Decimal::parse(text).value();
}
Ratio ratio(std::string_view text) {
    return Ratio::parse(text).value();
}
Interval told(std::string_view value, std::string wording = "") {
    return bounds_of({of(value), std::move(wording)});
}

TEST(Ratio, IsExactUntilItIsPrinted) {
    EXPECT_EQ((ratio("1/3") + ratio("1/3") + ratio("1/3")), Ratio(1));
    EXPECT_EQ(ratio("1/2"), ratio("0.50"));
    EXPECT_LT(ratio("1/3"), ratio("0.3334"));
    EXPECT_LT(ratio("-1/3"), ratio("1/-3") + ratio("0.1"));
    EXPECT_EQ((ratio("2/3") * ratio("3/2")).rounded(2).text(), "1.00");
    EXPECT_EQ(quotient(ratio("1"), ratio("-1/3"))->rounded(0).text(), "-3");
    EXPECT_FALSE(quotient(ratio("1"), ratio("0")));
    EXPECT_EQ(ratio("2/3").rounded(4).text(), "0.6667");
    EXPECT_EQ(ratio("-2/3").rounded(4).text(), "-0.6667");
}

TEST(Ratio, IsReadAsItIsWritten) {
    for (const char* text : {"0", "1.06", "-350", "1/3", "7.1098/7.1870", "-1/3", "0.60"})
        EXPECT_EQ(ratio(text).text(), text);
    for (const char* text : {"", "1/0", "1/", "/3", "1/2/3", "60%", "1e3", "a"})
        EXPECT_FALSE(Ratio::parse(text)) << text;
    EXPECT_TRUE(Ratio::parse(std::string(40, '9')));
    EXPECT_FALSE(Ratio::parse(std::string(41, '9')));
}

TEST(Interval, AddsAndSubtractsItsEnds) {
    EXPECT_EQ((told("8200") - told("14000")).text(1), "(-5801.0, -5799.0)");
    EXPECT_EQ((told("842", "exact") - told("2200", "over")).text(0), "(-∞, -1358)");
    EXPECT_EQ((told("30", "over") + told("40", "over")).text(0), "(70, ∞)");
    EXPECT_EQ((told("30", "over") + told("40", "under")).text(0), "(-∞, ∞)");
    EXPECT_EQ((told("7", "about") * ratio("-2")).text(0), "[-16, -12]");
    EXPECT_EQ((told("30", "over") * ratio("-1/3")).text(0), "(-∞, -10)");
    EXPECT_EQ((told("30", "over") * ratio("0")).text(0), "[0, 0]");
}

TEST(Interval, DividesByWhatIsAboveZero) {
    // 5.8 billion more on 8.2, both rounded at 100 million: from 69.1 to 72.4 percent.
    const auto times = quotient(Interval(Bounds{of("13950"), of("14050"), true, false}),
                                Interval(Bounds{of("8150"), of("8250"), true, false}));
    ASSERT_TRUE(times);
    EXPECT_EQ(((*times - Ratio(1)) * Ratio(100)).text(1), "(69.1, 72.4)");
    EXPECT_EQ(quotient(told("49.5", "over"), told("0.5", "exact"))->text(0), "(99, ∞)");
    EXPECT_EQ(quotient(Interval(Bounds{of("-4"), of("6")}), Interval(Bounds{of("1"), of("2")}))->text(0),
              "[-4, 6]");
    EXPECT_EQ(quotient(Interval(Bounds{of("2"), of("6")}), told("2", "over"))->text(0), "(0, 3)");
    EXPECT_EQ(quotient(Interval(Bounds{of("-6"), of("-2")}), Interval(Bounds{of("0"), of("2"), false, true}))
                  ->text(0),
              "(-∞, -1]");
    EXPECT_EQ(quotient(Interval(Ratio(0)), told("2", "over"))->text(0), "[0, 0]");
    EXPECT_FALSE(quotient(told("1"), told("0")));
    EXPECT_FALSE(quotient(told("1"), told("5", "under")));
    EXPECT_FALSE(quotient(told("1"), Interval(Ratio(0))));
}

TEST(Interval, KnowsWhatItHolds) {
    const Interval half_open = told("89.4");  // [89.35, 89.45)
    EXPECT_TRUE(half_open.holds(ratio("89.35")));
    EXPECT_FALSE(half_open.holds(ratio("89.45")));
    EXPECT_TRUE(told("30", "over").holds(told("31")));
    EXPECT_FALSE(told("30", "over").holds(told("30")));
    EXPECT_TRUE(told("30", "over").holds(told("30", "over")));
    EXPECT_FALSE(told("30", "exact").holds(told("30", "over")));
    EXPECT_TRUE(told("90", "almost").meets(half_open));
    EXPECT_FALSE(told("90", "almost").meets(told("90", "exact")));
    EXPECT_FALSE(told("30", "over").meets(told("30", "under")));
    EXPECT_EQ(hull(told("71.2", "exact"), told("71.3", "exact")).text(1), "[71.2, 71.3]");
    EXPECT_EQ(hull(told("71.2"), told("60", "over")).text(1), "(60.0, ∞)");
    EXPECT_EQ(hull(told("90", "almost"), told("90", "exact")).text(0), "[89, 90]");
}

TEST(Interval, HoldsWhatItsNumbersGive) {
    std::mt19937 random(17);
    const auto any = [&](int from, int to) { return std::uniform_int_distribution<int>(from, to)(random); };
    for (int round = 0; round < 2000; ++round) {
        const int a = any(-9, 9), b = any(1, 9), a_high = a + any(0, 5), b_high = b + any(0, 5);
        const Interval x(Bounds{Decimal(a), Decimal(a_high)}), y(Bounds{Decimal(b), Decimal(b_high)});
        const Ratio one = any(a, a_high), other = any(b, b_high), factor = any(-3, 3);
        EXPECT_TRUE((x + y).holds(one + other));
        EXPECT_TRUE((x - y).holds(one - other));
        EXPECT_TRUE((x * factor).holds(one * factor));
        EXPECT_TRUE(quotient(x, y)->holds(*quotient(one, other)));
        EXPECT_TRUE(hull(x, y).holds(one) && hull(x, y).holds(other));
    }
}

}  // namespace
}  // namespace tamga::figures
