#include "i18n/sought.hpp"

#include <gtest/gtest.h>

namespace tamga::i18n {
namespace {

using Terms = std::vector<Sought::Term>;

TEST(Sought, is_words_that_all_must_be_there) {
    EXPECT_EQ(parse_sought(" Trade  ЁЛКА\ttrade ").terms, (Terms{{{"trade"}}, {{"елка"}}}));
    EXPECT_EQ(parse_sought("").terms, Terms{});
}

TEST(Sought, takes_phrases_in_quotation_marks_of_any_language) {
    for (const char* written :
         {"\"Green Silk Road\"", "«Green Silk Road»", "“green silk road”", "「Green silk road」"})
        EXPECT_EQ(parse_sought(written).terms, (Terms{{{"green", "silk", "road"}}})) << written;
    EXPECT_EQ(parse_sought("one \"two three\"four").terms,
              (Terms{{{"one"}}, {{"two", "three"}}, {{"four"}}}));
    EXPECT_EQ(parse_sought("one \"two three").terms, (Terms{{{"one"}}, {{"two", "three"}}}));
    EXPECT_EQ(parse_sought("one\" two").terms, (Terms{{{"one"}}, {{"two"}}}));
}

TEST(Sought, takes_beginnings_of_words) {
    EXPECT_EQ(parse_sought("инвестиц*").terms, (Terms{{{"инвестиц"}, true}}));
    EXPECT_EQ(parse_sought("\"silk ro*\" \"green si\"*").terms,
              (Terms{{{"silk", "ro"}, true}, {{"green", "si"}, true}}));
    EXPECT_EQ(parse_sought("c* *c c*c").terms, (Terms{{{"c"}}, {{"c", "c"}}})) << "too many words begin so";
}

TEST(Sought, keeps_together_what_is_written_without_a_space) {
    EXPECT_EQ(parse_sought("94.8 XM-DAC-5").terms, (Terms{{{"94", "8"}}, {{"xm", "dac", "5"}}}));
    EXPECT_EQ(parse_sought("中亚机制").terms, (Terms{{{"中亚", "机制"}, true}}));
    EXPECT_EQ(parse_sought("“中亚机制”").terms, (Terms{{{"中亚", "机制"}}}));
}

TEST(Sought, passes_over_signs) {
    for (const char* written : {"*", "\"", "\"\"", "!?", "- + ( ) : ^", "\"*\"", "'", "\xff\xfe"})
        EXPECT_EQ(parse_sought(written).terms, Terms{}) << written;
    EXPECT_EQ(parse_sought("NEAR(a b) OR title:x").terms,
              (Terms{{{"near", "a"}}, {{"b"}}, {{"or"}}, {{"title", "x"}}}));
}

TEST(Sought, is_too_long_beyond_32_words) {
    std::string written;
    for (int i = 0; i < 32; ++i) written += std::to_string(i) + " ";
    EXPECT_FALSE(parse_sought(written).too_long);
    EXPECT_TRUE(parse_sought(written + "one-more").too_long);
    EXPECT_TRUE(parse_sought(std::string(1'000'000, '"') + std::string(100, ' ') +
                             std::string(1'000'000, 'x') + " " + written)
                    .too_long);
}

TEST(Sought, is_found_in_a_text) {
    const auto places = [](const char* sought, std::string_view text) {
        std::string marked;
        std::size_t done = 0;
        for (const Place& place : places_of(parse_sought(sought), text).places) {
            marked += text.substr(done, place.begin - done);
            marked += '[';
            marked += text.substr(place.begin, place.end - place.begin);
            marked += ']';
            done = place.end;
        }
        return marked.append(text.substr(done));
    };
    EXPECT_EQ(places("trade", "Trade, traders and TRADE."), "[Trade], traders and [TRADE].");
    EXPECT_EQ(places("trad*", "Trade, traders and TRADE."), "[Trade], [traders] and [TRADE].");
    EXPECT_EQ(places("\"silk road\" road", "The road: Silk Road, silk. Road"),
              "The [road]: [Silk Road], [silk. Road]");
    EXPECT_EQ(places("中亚机", "中国—中亚机制秘书处"), "中国—[中亚机制]秘书处");
    EXPECT_EQ(places("елка", "Ёлка и приём"), "[Ёлка] и приём");
    EXPECT_EQ(places("", "x"), "x");
    EXPECT_EQ(places_of(parse_sought("silk road mine"), "a silk road").terms, 2U);
}

}  // namespace
}  // namespace tamga::i18n
