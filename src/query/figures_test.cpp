#include "query/figures.hpp"

#include "query/fixture.hpp"

namespace tamga::query {
namespace {

class Figures : public RegisterTest {
  protected:
    void write() {
        append(
            {put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})"),
             put(Kind::party, "kz", R"({"title":{"en":"Kazakhstan"},"type":"state"})"),
             put(Kind::series, "x",
                 R"({"title":{"en":"X"},"indicator":"goods","flow":"exports","unit":"USD","area":["cn"],"partner":["kz"]})"),
             put(Kind::series, "m",
                 R"({"title":{"en":"M"},"indicator":"goods","flow":"imports","unit":"USD","area":["kz"],"partner":["cn"]})"),
             put(Kind::observation, "x-2024", R"({"series":"x","period":"2024","value":"28100"})"),
             put(Kind::observation, "m-2024", R"({"series":"m","period":"2024","value":"15200"})"),
             put(Kind::claim, "c",
                 R"({"title":{"en":"C"},"type":"reached","value":"20000","unit":"USD","period":"2024","series":["x","m"]})")});
    }
};

TEST_F(Figures, AreComparedAsTheViewKnowsThem) {
    write();
    const View view = at("").value();
    const auto one = compared(view, "m", "x", "", {});
    ASSERT_TRUE(one) << one.error().message();
    ASSERT_TRUE(one->pair);
    EXPECT_TRUE(one->pair->swapped);
    EXPECT_EQ(one->walk.remainder.text(), "-14586");
    EXPECT_EQ(one->data()["assumptions"], "cif=1.06");
    EXPECT_EQ(one->data()["from"]["series"], "x");
    append({put(Kind::observation, "m-2024", R"({"series":"m","period":"2024","value":"16000"})")});
    EXPECT_EQ(compared(at("").value(), "m", "x", "", {})->walk.remainder.text(), "-13786");
    EXPECT_EQ(compared(at("@7").value(), "m", "x", "", {})->walk.remainder.text(), "-14586");
}

TEST_F(Figures, ThatCannotBeComparedSayWhy) {
    write();
    const View view = at("").value();
    const auto refused = compared(view, "m", "x", "2023", {});
    ASSERT_TRUE(refused);
    EXPECT_FALSE(refused->pair);
    EXPECT_EQ(refused->data()["refused"].size(), 2u);
    EXPECT_EQ(compared(view, "m", "none", "", {}).error().code, ErrorCode::not_found);
    EXPECT_EQ(compared(view, "m", "x", "24", {}).error().code, ErrorCode::invalid_input);
}

TEST_F(Figures, JudgeAClaim) {
    write();
    const View view = at("").value();
    const auto claim = view.find({Kind::claim, "c"});
    ASSERT_TRUE(claim && *claim);
    const auto judgement = judged(view, **claim);
    ASSERT_TRUE(judgement) << judgement.error().message();
    EXPECT_EQ(judgement->verdict, figures::Verdict::by_reporter);
    ASSERT_EQ(judgement->findings.size(), 2u);
    EXPECT_EQ(judgement->findings[1].used.at(0).told.parts.at(0).observation.id, "m-2024");
}

}  // namespace
}  // namespace tamga::query
