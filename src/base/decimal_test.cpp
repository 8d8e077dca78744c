#include "base/decimal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace tamga {
namespace {

Decimal of(std::string_view text) {
    return Decimal::parse(text).value();
}

TEST(Decimal, KeepsItsDigitsAndDropsWhatSaysNothing) {
    const char* cases[][2] = {{"0", "0"},         {"-0", "0"},        {"-0.0", "0.0"},
                              {"007", "7"},       {"12.50", "12.50"}, {"-0.05", "-0.05"},
                              {"0.089", "0.089"}, {"00.08", "0.08"},  {"1000", "1000"}};
    for (const auto& [in, out] : cases) EXPECT_EQ(of(in).text(), out) << in;
}

TEST(Decimal, RefusesWhatIsNoPlainNumber) {
    for (const char* text : {"", "-", ".", ".5", "5.", "+5", "1e5", "1,000", " 1", "1 ", "--1", "1.2.3", "x"})
        EXPECT_FALSE(Decimal::parse(text)) << text;
    EXPECT_TRUE(Decimal::parse(std::string(1000, '9')));
    EXPECT_FALSE(Decimal::parse(std::string(1001, '9')));
}

TEST(Decimal, ComparesByValue) {
    EXPECT_EQ(of("12.5"), of("12.500"));
    EXPECT_EQ(of("-0"), of("0.00"));
    EXPECT_LT(of("-2"), of("-1.99"));
    EXPECT_LT(of("9"), of("10"));
    EXPECT_GT(of("0.10"), of("0.09"));
    EXPECT_LT(of("999999999999999999999999999999999999999999999999999999999998"),
              of("999999999999999999999999999999999999999999999999999999999999"));
}

TEST(Decimal, AddsAndSubtractsExactly) {
    EXPECT_EQ((of("0.1") + of("0.2")).text(), "0.3");
    EXPECT_EQ((of("1") - of("1.00")).text(), "0.00");
    EXPECT_EQ((of("99999999999999999999999999999999.99") + of("0.01")).text(),
              "100000000000000000000000000000000.00");
    EXPECT_EQ((of("-5") - of("-7.5")).text(), "2.5");
}

TEST(Decimal, MultipliesExactly) {
    EXPECT_EQ((of("28100") * of("1.06")).text(), "29786.00");
    EXPECT_EQ((of("-0.05") * of("0.05")).text(), "-0.0025");
    EXPECT_EQ((of("-3") * of("0.0")).text(), "0.0");
    EXPECT_EQ((of("99999999999999999999") * of("99999999999999999999")).text(),
              "9999999999999999999800000000000000000001");
}

TEST(Decimal, RoundsHalfAwayFromZero) {
    const char* cases[][3] = {{"0.125", "2", "0.13"}, {"-0.125", "2", "-0.13"}, {"0.124", "2", "0.12"},
                              {"2.5", "0", "3"},      {"-2.5", "0", "-3"},      {"-0.004", "2", "0.00"},
                              {"1", "2", "1.00"},     {"9.999", "2", "10.00"}};
    for (const auto& [in, places, out] : cases) EXPECT_EQ(of(in).rounded(std::stoi(places)).text(), out);
}

TEST(Decimal, DividesToTheWantedPlaces) {
    EXPECT_EQ(quotient(1, 3, 4)->text(), "0.3333");
    EXPECT_EQ(quotient(2, 3, 4)->text(), "0.6667");
    EXPECT_EQ(quotient(-1, 8, 2)->text(), "-0.13");
    EXPECT_EQ(quotient(1, -8, 2)->text(), "-0.13");
    EXPECT_EQ(quotient(of("0.3"), of("0.1"), 0)->text(), "3");
    EXPECT_FALSE(quotient(1, 0, 2));
}

// Numbers of few digits are reckoned without big integers: with forty more zeros they are not.
TEST(Decimal, IsTheSameHoweverManyDigitsItHas) {
    std::mt19937 random(7);
    const auto below = [&](int end) { return static_cast<int>(random() % static_cast<unsigned>(end)); };
    const auto any = [&] {
        std::string text = below(2) ? "-" : "";
        for (int digits = 1 + below(19); digits > 0; --digits) text += static_cast<char>('0' + below(10));
        const int places = below(20);
        if (places > 0) text += '.';
        for (int i = 0; i < places; ++i) text += static_cast<char>('0' + below(10));
        return below(9) == 0 ? Decimal(0) : *Decimal::parse(text);
    };
    const auto many = [](const Decimal& number) { return number.rounded(number.places() + 40); };
    for (int round = 0; round < 20'000; ++round) {
        const Decimal a = any(), b = below(5) ? any() : a;
        const Decimal long_a = many(a), long_b = many(b);
        const int most = std::max(a.places(), b.places()), places = below(24);
        const std::string told = a.text() + " and " + b.text();
        ASSERT_EQ(long_a.rounded(a.places()).text(), a.text()) << told;
        ASSERT_EQ((a + b).text(), (long_a + long_b).rounded(most).text()) << told;
        ASSERT_EQ((a - b).text(), (long_a - long_b).rounded(most).text()) << told;
        ASSERT_EQ((a * b).text(), (long_a * long_b).rounded(a.places() + b.places()).text()) << told;
        ASSERT_EQ(a <=> b, long_a <=> long_b) << told;
        ASSERT_EQ(a.rounded(places).text(), long_a.rounded(places).text()) << told;
        const auto ratio = quotient(a, b, places), long_ratio = quotient(long_a, long_b, places);
        ASSERT_EQ(ratio.has_value(), long_ratio.has_value()) << told;
        if (ratio) {
            ASSERT_EQ(ratio->text(), long_ratio->text()) << told;
        }
    }
}

TEST(Decimal, TellsSharesAndGrowth) {
    EXPECT_EQ(percentage(3000, 5000, 1)->text(), "60.0");
    EXPECT_EQ(percentage(1, 3, 1)->text(), "33.3");
    EXPECT_EQ(percentage_change(of("94.8"), of("106.3"), 1)->text(), "12.1");
    EXPECT_EQ(percentage_change(-10, -5, 0)->text(), "50");
    EXPECT_FALSE(percentage_change(0, 5, 0));
}

}  // namespace
}  // namespace tamga
