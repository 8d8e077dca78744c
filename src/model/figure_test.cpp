#include "model/figure.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace tamga {
namespace {

WordedFigure figure(const std::string& words) {
    const std::size_t space = words.find(' ');
    const std::string number = space == std::string::npos ? words : words.substr(space + 1);
    return {Decimal::parse(number).value(), space == std::string::npos ? "" : words.substr(0, space)};
}

/// "[89.35, 89.45)", with ∞ for an open end.
std::string text(const Bounds& bounds) {
    return (bounds.low ? (bounds.with_low ? "[" : "(") + bounds.low->text() : std::string("(-∞")) + ", " +
           (bounds.high ? bounds.high->text() + (bounds.with_high ? "]" : ")") : std::string("∞)"));
}

TEST(Bounds, FollowWordingAndLastDigit) {
    const struct {
        const char* figure;
        const char* bounds;
    } cases[] = {
        // The last digit that was printed.
        {"89.4", "[89.35, 89.45)"},
        {"94.82", "[94.815, 94.825)"},
        {"12.50", "[12.495, 12.505)"},
        {"7", "[6.5, 7.5)"},
        {"100", "[99.5, 100.5)"},
        {"1200", "[1199.5, 1200.5)"},
        {"0", "(-0.5, 0.5)"},
        {"-3", "(-3.5, -2.5]"},
        // Zeros that a word for millions and more stands for.
        {"2500000", "[2450000, 2550000)"},
        {"2543200", "[2543150, 2543250)"},
        {"50000000", "[49500000, 50500000)"},
        {"94800000000", "[94750000000, 94850000000)"},
        {"70000000000", "[69500000000, 70500000000)"},
        {"100000000000", "[99500000000, 100500000000)"},
        {"3000000000000", "[2500000000000, 3500000000000)"},
        // Words.
        {"exact 89.4", "[89.4, 89.4]"},
        {"over 30", "(30, ∞)"},
        {"under 30", "(-∞, 30)"},
        {"almost 90", "[89, 90)"},
        {"almost 90000000000", "[89000000000, 90000000000)"},
        {"almost 100", "[90, 100)"},
        {"almost -90", "(-90, -89]"},
        {"about 7", "[6, 8]"},
        {"about 100", "[90, 110]"},
        {"about 1250", "[1240, 1260]"},
        {"about 94.8", "[94.7, 94.9]"},
        {"about 1200000", "[1100000, 1300000]"},
    };
    for (const auto& one : cases) EXPECT_EQ(text(bounds_of(figure(one.figure))), one.bounds) << one.figure;
}

// docs/status.md shows some of them; what it shows is so.
TEST(Bounds, AreAsDocumented) {
    std::ifstream file(TAMGA_DOCS "/status.md");
    ASSERT_TRUE(file);
    int shown = 0;
    for (std::string line; std::getline(file, line);) {
        std::string cells[2];
        std::size_t at = 0;
        for (std::string& cell : cells) {
            const std::size_t open = line.find('`', at), close = line.find('`', open + 1);
            if (close == std::string::npos) break;
            cell = line.substr(open + 1, close - open - 1);
            at = close + 1;
        }
        if (!line.starts_with("| `") || cells[1].find(", ") == std::string::npos) continue;
        EXPECT_EQ(text(bounds_of(figure(cells[0]))), cells[1]) << line;
        ++shown;
    }
    EXPECT_GE(shown, 8);
}

bool agreeing(std::initializer_list<const char*> figures) {
    std::vector<Bounds> bounds;
    for (const char* one : figures) bounds.push_back(bounds_of(figure(one)));
    return agree(bounds);
}

TEST(Bounds, AgreeWhereOneNumberFitsAll) {
    EXPECT_TRUE(agreeing({}));
    EXPECT_TRUE(agreeing({"5"}));
    EXPECT_TRUE(agreeing({"89.4", "almost 90"}));
    EXPECT_TRUE(agreeing({"89400000000", "almost 90000000000"}));
    EXPECT_TRUE(agreeing({"94.82", "94.8"}));
    EXPECT_TRUE(agreeing({"94820000000", "94800000000"}));
    EXPECT_TRUE(agreeing({"89.45", "89.4"}));
    EXPECT_TRUE(agreeing({"89.45", "89.5"}));
    EXPECT_FALSE(agreeing({"89.4", "89.5"}));
    EXPECT_TRUE(agreeing({"over 30", "over 40", "66.2"}));
    EXPECT_TRUE(agreeing({"1", "1.0"}));
    EXPECT_FALSE(agreeing({"90", "almost 89"}));
    EXPECT_FALSE(agreeing({"almost 90", "exact 90"}));
    EXPECT_FALSE(agreeing({"over 70", "exact 70"}));
    EXPECT_FALSE(agreeing({"9", "10"}));  // 9.5 is rounded to 10.
    EXPECT_FALSE(agreeing({"-9", "-10"}));
    EXPECT_FALSE(agreeing({"9", "about 7"}));
    EXPECT_FALSE(agreeing({"100", "99"}));
    EXPECT_FALSE(agreeing({"66200000000", "70000000000"}));
    EXPECT_FALSE(agreeing({"94.8", "94.82", "94.9"}));
    EXPECT_FALSE(agreeing({"under 30", "over 30"}));
    EXPECT_FALSE(agreeing({"about 7", "exact 8", "under 8"}));
}

TEST(Bounds, TellWhatReachesATarget) {
    const Decimal target(70);
    for (const char* one : {"70", "70.0", "over 70", "exact 70", "about 71", "almost 71"})
        EXPECT_TRUE(reaches(figure(one), target)) << one;
    for (const char* one : {"69.99", "about 70", "almost 70", "under 70", "over 69", "under 90"})
        EXPECT_FALSE(reaches(figure(one), target)) << one;
    for (const char* one : {"69.9", "69", "almost 70", "under 70", "about 68"})
        EXPECT_TRUE(bounds_of(figure(one)).below({target, target})) << one;
    for (const char* one : {"70", "about 69", "about 70", "over 60"})
        EXPECT_FALSE(bounds_of(figure(one)).below({target, target})) << one;
}

TEST(Bounds, TellWhatComesDownToATarget) {
    const Decimal target(70);
    for (const char* one : {"70", "70.0", "under 70", "exact 70", "almost 70", "about 69"})
        EXPECT_TRUE(comes_down_to(figure(one), target)) << one;
    for (const char* one : {"70.01", "about 70", "over 60", "under 71"})
        EXPECT_FALSE(comes_down_to(figure(one), target)) << one;
    EXPECT_FALSE(comes_down_to(figure("almost -70"), Decimal(-70))) << "it is nearer to zero";
}

}  // namespace
}  // namespace tamga
