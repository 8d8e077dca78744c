#include "figures/assumptions.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace tamga::figures {
namespace {

std::string again(std::string_view text) {
    const auto read = parse_assumptions(text);
    return read ? text_of_assumptions(*read) : read.error().message();
}

TEST(Assumptions, AreReadAsTheyAreWritten) {
    for (const char* text : {"", "cif=1.06", "transit=0.6&cif=1.06", "transit=1/3",
                             "transit=0.6,start&cif=1.06&order=cif,transit", "coverage=-350&cif=1.06",
                             "coverage=-1/3,share", "currency=7.1098/7.1870", "transit=20,amount",
                             "indirect=40&cif=1.05&markup=0.2", "rate=7.1871&rate_source=PBC%20yearly%20mean",
                             "coverage=-350&coverage_source=%D0%BF%D1%80%D0%B8%D1%87%D0%B8%D0%BD%D0%B0%26",
                             "cif=1.1,factor,start"}) {
        std::string expected = text;
        if (const auto usual = expected.find(",factor,start"); usual != std::string::npos)
            expected.erase(usual, std::string_view(",factor").size());
        EXPECT_EQ(again(text), expected);
    }
    EXPECT_EQ(again("a=trade-cn-to-kz-gacc&cif=1.06&period=2024&transit=&x"), "cif=1.06");
    EXPECT_EQ(again("order=cif,transit&cif=1.06&transit=0.6"), "transit=0.6&cif=1.06&order=cif,transit");
    EXPECT_EQ(again("order=transit,cif&cif=1.06&transit=0.6"), "transit=0.6&cif=1.06");
}

TEST(Assumptions, RefuseWhatNoWalkCanTake) {
    for (const char* text :
         {"cif=0", "cif=-1.06", "cif=1.06%", "transit=1.1", "transit=-0.1", "transit=0.6,whole",
          "coverage=-2,share", "coverage=-350,start", "cif=1.06&cif=1.1", "order=cif,cif", "order=freight",
          "rate=7", "rate=0&rate_source=x", "markup=0.1", "cif_source=IMF", "transit=0.6,start,share"})
        EXPECT_FALSE(parse_assumptions(text)) << text;
    const auto bad = parse_assumptions("transit=1.1");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, ErrorCode::invalid_input);
    EXPECT_EQ(bad.error().place, "transit");
    EXPECT_FALSE(parse_assumptions("coverage_source=" + std::string(301, 'x') + "&coverage=1"));
    EXPECT_FALSE(parse_assumptions(std::string(4001, 'x')));
}

TEST(Assumptions, NameTheirSources) {
    const auto source = [](std::string_view text) {
        return std::string(source_of(parse_assumptions(text).value().steps.at(0)));
    };
    EXPECT_NE(source("cif=1.06").find("IMF"), std::string::npos);
    EXPECT_NE(source("cif=1.060").find("IMF"), std::string::npos);
    EXPECT_NE(source("cif=1.05").find("OECD"), std::string::npos);
    EXPECT_EQ(source("cif=1.07"), "");
    EXPECT_EQ(source("cif=1.06,start"), "");
    EXPECT_EQ(source("cif=1.06&cif_source=me"), "me");
    EXPECT_EQ(source("transit=0.6"), "");
}

TEST(Assumptions, HaveOneDefault) {
    EXPECT_EQ(text_of_assumptions(with_defaults({})), "cif=1.06");
    EXPECT_EQ(text_of_assumptions(with_defaults(parse_assumptions("cif=1&transit=0.6").value())),
              "transit=0.6&cif=1");
    EXPECT_EQ(text_of_assumptions(with_defaults(parse_assumptions("timing=5&transit=0.6").value())),
              "transit=0.6&cif=1.06&timing=5");
}

TEST(Assumptions, OfAnySortAreReadAsTheyAreWritten) {
    std::mt19937 random(29);
    const auto any = [&](int from, int to) { return std::uniform_int_distribution<int>(from, to)(random); };
    for (int round = 0; round < 500; ++round) {
        Assumptions made;
        std::vector<int> causes{0, 1, 2, 3, 4, 5, 6, 7};
        std::ranges::shuffle(causes, random);
        causes.resize(static_cast<std::size_t>(any(0, kCauses)));
        for (const int cause : causes) {
            Assumption step{static_cast<Cause>(cause), static_cast<Form>(any(0, 2)), {}};
            const int low = step.form == Form::share && step.cause != Cause::transit ? -99 : 1;
            step.value = *Ratio::of(any(low, 99), any(100, 200));
            step.of_start = step.form != Form::amount && any(0, 1) == 1;
            for (int i = any(-3, 9); i > 0; --i) step.source += static_cast<char>(any(1, 127));
            made.steps.push_back(std::move(step));
        }
        if (made.find(Cause::indirect)) made.markup = Ratio(any(0, 1));
        if (any(0, 1) == 1) made.rate = Rate{*Ratio::of(any(1, 99), 7), "x=1&y"};
        const auto read = parse_assumptions(text_of_assumptions(made));
        ASSERT_TRUE(read) << text_of_assumptions(made) << read.error().message();
        EXPECT_EQ(*read, made) << text_of_assumptions(made);
    }
}

}  // namespace
}  // namespace tamga::figures
