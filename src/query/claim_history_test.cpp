#include "query/claim_history.hpp"

#include "query/fixture.hpp"

namespace tamga::query {
namespace {

class ClaimHistory : public RegisterTest {};

TEST_F(ClaimHistory, TellsWhatTheVerdictWasBeforeTheDataChanged) {
    append(
        {put(Kind::series, "x", R"({"title":{"en":"X"},"indicator":"goods","flow":"exports","unit":"USD"})"),
         put(Kind::claim, "c",
             R"({"title":{"en":"C"},"type":"reached","value":"100","unit":"USD","period":"2024","series":["x"]})")});
    now_ += 86'400;
    append({put(Kind::observation, "x-2024",
                R"({"series":"x","period":"2024","value":"90","qualifier":"exact"})")});
    now_ += 86'400;
    append({put(Kind::observation, "x-2023", R"({"series":"x","period":"2023","value":"80"})")});
    now_ += 86'400;
    append({put(Kind::observation, "x-2024",
                R"({"series":"x","period":"2024","value":"110","qualifier":"exact"})")});
    const View view = at("").value();
    const auto claim = view.find({Kind::claim, "c"}).value();
    const auto past = past_verdicts(*register_, view, *claim);
    ASSERT_TRUE(past) << past.error().message();
    ASSERT_EQ(past->size(), 3u);
    EXPECT_EQ((*past)[0].verdict, figures::Verdict::cannot_check);
    EXPECT_EQ((*past)[1].verdict, figures::Verdict::does_not);
    EXPECT_EQ((*past)[1].position.value, 3);
    EXPECT_EQ((*past)[2].verdict, figures::Verdict::holds);
    EXPECT_EQ((*past)[2].time, now_.load());
    // As known before, no more is told.
    const View before = at("@3").value();
    EXPECT_EQ(past_verdicts(*register_, before, **before.find({Kind::claim, "c"}))->size(), 2u);
    EXPECT_EQ(past_verdicts(*register_, view, *claim, 1)->size(), 1u);
}

}  // namespace
}  // namespace tamga::query
