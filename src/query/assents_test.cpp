#include "query/assents.hpp"

#include "query/fixture.hpp"

namespace tamga::query {
namespace {

using journal::Answer;
using State = Assents::State;

class AssentsTest : public RegisterTest {
  protected:
    AssentsTest() {
        append({put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})"),
                put(Kind::party, "kz", R"({"title":{"en":"Kazakhstan"},"type":"state"})"),
                put(Kind::party, "uz", R"({"title":{"en":"Uzbekistan"},"type":"state"})"),
                put(Kind::mechanism, "m", R"({"title":{"en":"M"},"parties":["cn","kz","uz"]})"),
                put(Kind::centre, "c", R"({"title":{"en":"C"},"type":"platform","mechanism":"m"})"),
                put(Kind::centre, "d", R"({"title":{"en":"D"},"type":"platform"})")});
    }
    void says(std::string_view party, Answer answer, std::int64_t of, std::string words = {}) {
        std::vector<journal::Refusal> refusals;
        now_ += 86'400;
        const std::vector<journal::Change> change{{.verb = journal::Verb::assent,
                                                   .name = {Kind::centre, "c"},
                                                   .answer = answer,
                                                   .words = std::move(words),
                                                   .of = {of}}};
        const auto done =
            journal::Writer(*store_, [this] {
                return now_.load();
            }).submit({journal::Author::parse("party:" + std::string(party)), change}, refusals);
        ASSERT_TRUE(done) << (refusals.empty() ? done.error().message() : refusals[0].problem.cause);
    }
    Assents assents(std::string_view as_of = "") {
        const auto view = as_of.empty() ? register_->now() : at(as_of);
        EXPECT_TRUE(view);
        const auto found = view->assents({Kind::centre, "c"});
        EXPECT_TRUE(found) << found.error().message();
        return found.value_or(Assents{});
    }
};

TEST_F(AssentsTest, NothingIsSaidOfARegisterInWhichNobodyIsAsked) {
    EXPECT_EQ(assents().state, State::recorded);
    EXPECT_EQ(assents().needed.size(), 0U);
    says("kz", Answer::yes, 5);
    EXPECT_EQ(register_->now()->assents({Kind::centre, "d"})->state, State::recorded) << "it has no parties";
    EXPECT_EQ(register_->now()->assents({Kind::mechanism, "m"})->state, State::waiting);
}

TEST_F(AssentsTest, AMechanismThatStatesItsRuleAsksBeforeAnybodySpoke) {
    append({put(Kind::mechanism, "m",
                R"({"title":{"en":"M"},"parties":["cn","kz","uz"],"assent_rule":"all"})")});
    EXPECT_EQ(assents().state, State::waiting);
    EXPECT_EQ(assents().needed, (std::vector<std::string>{"cn", "kz", "uz"}));
    EXPECT_EQ(assents("@6").state, State::recorded) << "as it was before";
}

TEST_F(AssentsTest, IsAgreedWhenAllHaveAndAsksAgainForANewVersion) {
    says("kz", Answer::yes, 5);                                   // 7, on 18 June
    says("uz", Answer::no, 5, "not yet");                         // 8
    says("cn", Answer::reservation, 5, "but for article three");  // 9
    EXPECT_EQ(assents("@7").state, State::waiting);
    EXPECT_EQ(assents("@7").agreed, 1U);
    Assents now = assents();
    EXPECT_EQ(now.state, State::objected);
    EXPECT_EQ(now.agreed, 2U);
    EXPECT_EQ(now.version.value, 5);
    ASSERT_TRUE(now.of("cn") && now.of("uz"));
    EXPECT_EQ(now.of("cn")->answer, Answer::reservation);
    EXPECT_EQ(now.of("cn")->words, "but for article three");
    EXPECT_EQ(now.of("cn")->author, "party:cn");
    says("uz", Answer::yes, 5);  // 10
    EXPECT_EQ(assents().state, State::agreed);
    EXPECT_EQ(assents().given.size(), 3U);
    EXPECT_EQ(register_->now()->said_of({5})->size(), 4U);
    EXPECT_FALSE(register_->now()->said_of({5})->at(1).holds);
    append({put(Kind::centre, "c", R"({"title":{"en":"C2"},"type":"platform","mechanism":"m"})")});
    EXPECT_EQ(assents().state, State::waiting);
    EXPECT_EQ(assents().agreed, 0U);
    EXPECT_EQ(assents("@10").state, State::agreed);
    const auto day = Date::parse("2025-06-19");
    const auto of_the_day = register_->at({}, *day);
    ASSERT_TRUE(of_the_day);
    EXPECT_EQ(of_the_day->said_of({5})->size(), 2U) << "what was said later was not yet public";
    EXPECT_TRUE(of_the_day->said_of({5})->at(1).holds);
}

TEST_F(AssentsTest, AMajorityIsEnoughWhereTheMechanismSaysSo) {
    append({put(Kind::mechanism, "m",
                R"({"title":{"en":"M"},"parties":["cn","kz","uz"],"assent_rule":"majority"})")});
    says("uz", Answer::no, 5);
    EXPECT_EQ(assents().state, State::waiting) << "the other two may still agree";
    says("kz", Answer::yes, 5);
    says("cn", Answer::yes, 5);
    EXPECT_EQ(assents().state, State::agreed);
    EXPECT_EQ(assents().enough, 2U);
    // So many object that two cannot agree.
    says("cn", Answer::no, 5);
    EXPECT_EQ(assents().state, State::objected);
}

TEST_F(AssentsTest, AWordIsNoChangeOfTheRecord) {
    const auto before = register_->now()->latest_changes(1);
    says("kz", Answer::yes, 5);
    EXPECT_EQ(register_->now()->latest_changes(1)->at(0)->name, before->at(0)->name);
    EXPECT_EQ(*register_->now()->version_count({Kind::centre, "c"}), 1U);
}

}  // namespace
}  // namespace tamga::query
