#include "iati/rules/amount.hpp"

#include <gtest/gtest.h>

namespace tamga::iati {
namespace {

std::string again(std::string_view text) {
    const auto amount = parse_amount(text);
    return amount ? amount_text(*amount) : "none";
}

TEST(Amount, IsReadAsXmlSchemaWritesDecimals) {
    EXPECT_EQ(again("12.50"), "12.5");
    EXPECT_EQ(again(" -0.1\n"), "-0.1");
    EXPECT_EQ(again("+.5"), "0.5");
    EXPECT_EQ(again("5."), "5");
    EXPECT_EQ(again("-0"), "0");
    EXPECT_EQ(again("000000000000000000000000000001"), "1");
    EXPECT_EQ(again("12345678901234567890.12345678"), "12345678901234567890.12345678");
    EXPECT_EQ(again("0.000000005"), "0.00000001") << "half away from zero";
    EXPECT_EQ(again("-0.000000005"), "-0.00000001");
    EXPECT_EQ(again("0.0000000049999"), "0");
    for (const char* none :
         {"", " ", ".", "-", "1,000", "1e3", "1 000", "NaN", "--1", "0x1", "1.2.3", "123456789012345678901"})
        EXPECT_EQ(again(none), "none") << none;
}

Shares shares(std::initializer_list<const char*> percentages) {
    Shares made;
    for (const char* one : percentages) made.emplace_back(0, parse_percentage(one).value_or(-1));
    return made;
}

std::string parts(std::string_view amount, std::initializer_list<const char*> percentages) {
    std::string out;
    for (const Amount part : split(*parse_amount(amount), shares(percentages)))
        out += (out.empty() ? "" : " ") + amount_text(part);
    return out;
}

TEST(Amount, PercentagesAddUpAsTheRulesMeasureIt) {
    EXPECT_TRUE(adds_up(shares({"50", "50"})));
    EXPECT_TRUE(adds_up(shares({"33.33333", "33.33333", "33.33333"})));
    EXPECT_FALSE(adds_up(shares({"33.333", "33.333", "33.333"})));
    const char* const seventh = "14.285714285714286";
    EXPECT_TRUE(adds_up(shares({seventh, seventh, seventh, seventh, seventh, seventh, seventh})));
    EXPECT_TRUE(adds_up(shares({"99.99995"}))) << "99.99995 rounds to 100.0000";
    EXPECT_FALSE(adds_up(shares({"99.99994"})));
    EXPECT_TRUE(adds_up(shares({"100", "0.00004"})));
    EXPECT_FALSE(adds_up(shares({"100", "0.00005"})));
    EXPECT_FALSE(adds_up({}));
    for (const char* none : {"", "-1", "100.1", "10%", "abc"}) EXPECT_FALSE(parse_percentage(none)) << none;
}

TEST(Amount, SumsAreMeasuredInFourPlaces) {
    for (const auto& [sum, told] :
         {std::pair("99.99995", "100"), std::pair("99.999949999", "99.9999"),
          std::pair("-0.00005", "-0.0001"), std::pair("-0.00004", "0"), std::pair("250.5", "250.5")})
        EXPECT_EQ(amount_text(measured(parse_summand(sum).value())), told) << sum;
}

TEST(Amount, PartsAreTheWhole) {
    EXPECT_EQ(parts("300", {"33.33333", "33.33333", "33.33333"}), "100.00002 99.99999 99.99999");
    const char* const seventh = "14.285714285714286";
    EXPECT_EQ(parts("700", {seventh, seventh, seventh, seventh, seventh, seventh, seventh}),
              "100 100 100 100 100 100 100");
    EXPECT_EQ(parts("0.00000001", {"20", "50", "30"}), "0 0.00000001 0");
    EXPECT_EQ(parts("-0.00000001", {"50", "50"}), "0 -0.00000001")
        << "half away from zero, the rest to the first";
    EXPECT_EQ(parts("99999999999999999999.99999999", {"0.0000000000000001", "99.9999999999999999"}),
              "100 99999999999999999899.99999999");
    EXPECT_EQ(parts("100", {"30", "70.00004"}), "30 70");
}

}  // namespace
}  // namespace tamga::iati
