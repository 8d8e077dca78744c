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

TEST_F(Figures, AreReadFromTheNewestOn) {
    write();
    append(
        {put(Kind::source, "old", R"({"title":{"en":"Old"},"url":"https://a.example","date":"2024-01-05"})"),
         put(Kind::source, "new", R"({"title":{"en":"New"},"url":"https://b.example","date":"2025-01-05"})"),
         put(Kind::observation, "x-2023",
             R"({"series":"x","period":"2023","value":"20.50","qualifier":"about","sources":[{"source":"old"}]})"),
         put(Kind::observation, "x-2024-12",
             R"({"series":"x","period":"2024-12","missing":"confidential","sources":[{"source":"old"},{"source":"new"}]})"),
         put(Kind::observation, "a-2022", R"({"series":"x","period":"2022","value":"18"})")});
    const RecordId series{Kind::series, "x"};
    const auto ids = [&](const View& view, std::size_t most, std::size_t looked_at = 99) {
        std::string out;
        const auto found = newest_figures(view, series, most, looked_at);
        if (!found) return found.error().message();
        for (const HeldFigure& figure : found->figures) out += figure.name.id + " ";
        return out + std::to_string(found->total);
    };
    const View view = at("").value();
    EXPECT_EQ(ids(view, 99), "a-2022 x-2023 x-2024 x-2024-12 4");
    EXPECT_EQ(ids(view, 2), "x-2024 x-2024-12 4");
    EXPECT_EQ(ids(view, 1), "x-2024-12 4");
    EXPECT_EQ(ids(view, 99, 2), "a-2022 x-2023 2");
    EXPECT_EQ(ids(at("@7").value(), 99), "x-2024 1");
    EXPECT_EQ(ids(register_->at(*AsOf::parse(""), *Date::parse("2024-06-30")).value(), 99),
              "x-2023 x-2024-12 2");
    const auto found = newest_figures(view, series, 99);
    EXPECT_EQ(found->figures.at(1).body,
              *parse_json(R"({"period":"2023","value":"20.50","qualifier":"about"})"));
    EXPECT_EQ(found->figures.at(3).body, *parse_json(R"({"period":"2024-12","missing":"confidential"})"));
    EXPECT_EQ(found->figures.at(3).sources, (std::vector<std::string>{"old", "new"}));
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
