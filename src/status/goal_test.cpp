#include "status/goal.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "status/status.hpp"

namespace tamga {
namespace {

WordedFigure figure(std::string_view text) {
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos) return {Decimal::parse(text).value(), {}};
    return {Decimal::parse(text.substr(space + 1)).value(), std::string(text.substr(0, space))};
}

Target target(const char* body) {
    return Target::of(Json::parse(body)).value();
}

/// "80", or "none": what figures are to come to from an own base, if any.
std::string goal_text(const char* body, std::vector<WordedFigure> own = {}) {
    const auto goal = target(body).goal(own);
    if (!goal) return "none";
    return goal->value.wording + (goal->value.wording.empty() ? "" : " ") + goal->value.value.text();
}

std::string percent_text(const Goal& goal, const char* told) {
    const auto percent = goal.percent_of(figure(told));
    return percent ? percent->text() : "none";
}

const char* const kPercentDown =
    R"({"target":"-20","target_form":"change-percent","aim":"at-most","base_period":"2020"})";

TEST(Goal, IsReckonedFromItsBaseExactly) {
    EXPECT_EQ(goal_text(R"({"target":"70"})"), "70");
    EXPECT_EQ(goal_text(R"({"target":"70","base":"50"})"), "70");
    EXPECT_EQ(goal_text(R"({"target":"-20","target_form":"change","base":"100"})"), "80");
    EXPECT_EQ(goal_text(R"({"target":"-20","target_form":"change-percent","base":"50"})"), "40");
    EXPECT_EQ(goal_text(R"({"target":"12.5","target_form":"change-percent","base":"1.1"})"), "1.2375");
    EXPECT_EQ(goal_text(kPercentDown, {figure("70000000000")}), "56000000000");
    EXPECT_EQ(goal_text(kPercentDown, {figure("about 100")}), "about 80");
    EXPECT_EQ(goal_text(kPercentDown, {figure("100"), figure("100")}), "80");
}

TEST(Goal, IsNotThereWithoutOneBase) {
    EXPECT_EQ(goal_text(kPercentDown), "none");
    EXPECT_EQ(goal_text(kPercentDown, {figure("100"), figure("90")}), "none");
    EXPECT_EQ(goal_text(kPercentDown, {figure("0")}), "none");
    EXPECT_EQ(goal_text(R"({"target":"-20","target_form":"change"})", {figure("100")}), "none")
        << "no period says that this is the base";
    EXPECT_FALSE(Target::of(Json::parse(R"({"target":"0"})"))) << "no figure is a part of nothing";
    EXPECT_TRUE(Target::of(Json::parse(R"({"target":"0","aim":"at-most"})")));
}

TEST(Goal, TellsTheShareOfTheWay) {
    const Goal down = *target(R"({"target":"80","aim":"at-most","base":"100"})").goal({});
    EXPECT_EQ(percent_text(down, "95"), "25.0");
    EXPECT_EQ(percent_text(down, "100"), "0.0");
    EXPECT_EQ(percent_text(down, "105"), "-25.0");
    EXPECT_EQ(percent_text(down, "70"), "150.0");
    const Goal up = *target(R"({"target":"80","base":"50"})").goal({});
    EXPECT_EQ(percent_text(up, "60"), "33.3");
    EXPECT_EQ(percent_text(*target(R"({"target":"80"})").goal({}), "60"), "75.0");
    // There is no way where the base is not known, or lies on the far side.
    EXPECT_EQ(percent_text(*target(R"({"target":"80","aim":"at-most"})").goal({}), "95"), "none");
    EXPECT_EQ(percent_text(*target(R"({"target":"80","base_period":"2020"})").goal({}), "60"), "none");
    EXPECT_EQ(percent_text(*target(R"({"target":"40","base":"50"})").goal({}), "45"), "none");
    const WordedFigure open = figure("over 100"), loose = figure("about 100");
    EXPECT_EQ(percent_text(*target(kPercentDown).goal({&open, 1}), "95"), "none");
    EXPECT_EQ(percent_text(*target(kPercentDown).goal({&loose, 1}), "95"), "25.0");
}

TEST(Goal, IsReachedAndMissedByAllThatWordsCanStandFor) {
    struct Case {
        const char *base, *told;
        bool reached, missed;
    };
    const Case cases[] = {
        {"100", "80", true, false},
        {"100", "80.4", false, false},  // The base may be 100.49.
        {"100", "81", false, true},
        {"exact 100", "exact 80", true, false},
        {"exact 100", "80.4", false, true},
        {"100", "about 80", false, false},
        {"100", "about 79", true, false},
        {"100", "almost 80", true, false},
        {"100", "over 80", false, false},
        {"100", "over 81", false, true},
        {"about 100", "72", true, false},
        {"about 100", "80", false, false},
        {"about 100", "89", false, true},
        {"over 100", "80", true, false},
        {"over 100", "500", false, false},
        {"under 100", "10", false, false},
        {"under 100", "exact 80", false, true},
    };
    for (const Case& one : cases) {
        const WordedFigure base = figure(one.base);
        const Goal goal = *target(kPercentDown).goal({&base, 1});
        EXPECT_EQ(goal.reached_by(figure(one.told)), one.reached) << one.base << " to " << one.told;
        EXPECT_EQ(goal.missed_by(figure(one.told)), one.missed) << one.base << " to " << one.told;
    }
}

TEST(Goal, OfACountIsAllOfAChange) {
    EXPECT_EQ(target(R"({"target":"3","target_form":"change","base":"5"})").goal_of_count()->value.value,
              Decimal(3));
    EXPECT_TRUE(target(R"({"target":"3"})").goal_of_count());
    EXPECT_FALSE(target(R"({"target":"3","base":"1"})").goal_of_count());
    EXPECT_FALSE(target(R"({"target":"3","aim":"at-most"})").goal_of_count());
    EXPECT_FALSE(
        target(R"({"target":"-3","target_form":"change","base":"5","aim":"at-most"})").goal_of_count());
}

// What is judged by such targets.

struct Given {
    const char *name, *body;
};

Status judged(std::string_view commitment, std::vector<Given> given) {
    Json promise = Json::parse(commitment);
    promise.update({{"by", {"cn"}}, {"made", "2023-05-19"}, {"unit", "t"}});
    std::vector<std::pair<RecordId, Json>> records;
    for (const Given& one : given)
        records.emplace_back(parse_record_id(one.name).value(), Json::parse(one.body));
    StatusInput input{{{Kind::commitment, "c"}, &promise}, {}, Date::parse("2026-01-01").value()};
    for (const auto& [name, body] : records) input.linked.push_back({name, &body});
    return derive_status(input);
}

std::string told(const Status& status) {
    std::string text(status.rule);
    if (status.completion) text += " " + std::string(code_of(*status.completion));
    for (const Progress& one : status.progress)
        text += "; " + (one.claimant ? one.claimant->text() : std::string("counted")) + " " +
                (one.percent ? one.percent->text() + "%" : std::string("?"));
    return text;
}

const Given kS{"series:s", R"({"unit":"t","reporter":"cn"})"}, kT{"series:t", R"({"unit":"t"})"};
const Given kSBase{"observation:s20", R"({"series":"s","period":"2020","value":"100"})"},
    kTBase{"observation:t20", R"({"series":"t","period":"2020","value":"50"})"};

TEST(Targets, ComeDownFromAStatedBase) {
    const char* const promise = R"({"target":"80","aim":"at-most","base":"100"})";
    const auto of = [&](const char* observation) {
        return told(judged(promise, {kS, {"observation:o", observation}}));
    };
    EXPECT_EQ(of(R"({"series":"s","period":"2024","value":"95"})"), "R14 limited; series:s 25.0%");
    EXPECT_EQ(of(R"({"series":"s","period":"2024","value":"90"})"), "R14 substantial; series:s 50.0%");
    EXPECT_EQ(of(R"({"series":"s","period":"2024","value":"105"})"), "R18 not-started; series:s -25.0%");
    EXPECT_EQ(of(R"({"series":"s","period":"2024","value":"100"})"), "R18 not-started; series:s 0.0%");
    EXPECT_EQ(of(R"({"series":"s","period":"2024","value":"80","qualifier":"about"})"),
              "R14 substantial; series:s 100.0%");
    const Status kept =
        judged(promise, {kS, {"observation:o", R"({"series":"s","period":"2024","value":"80"})"}});
    EXPECT_EQ(told(kept), "R1 complete; series:s 100.0%");
    EXPECT_EQ(kept.explanation.msgid.text, "{1} shows {2} ({3}), which is within the target of at most {4}.");
    EXPECT_EQ(kept.explanation.arguments[3], Argument(Decimal(80)));
    // What was so before the promise was made is no result of it.
    EXPECT_EQ(of(R"({"series":"s","period":"2021","value":"70"})"), "R21");
}

TEST(Targets, AreMeasuredFromEachReportersOwnBase) {
    const Given s{"observation:s24", R"({"series":"s","period":"2024","value":"80"})"},
        t{"observation:t24", R"({"series":"t","period":"2024","value":"45"})"},
        far{"observation:t24", R"({"series":"t","period":"2024","value":"39"})"};
    const Status differ = judged(kPercentDown, {kS, kT, kSBase, kTBase, s, t});
    EXPECT_EQ(told(differ), "R8; series:s 100.0%; series:t 50.0%");
    EXPECT_EQ(
        differ.explanation.msgid.text,
        "Whether the promised change is reached depends on the reporter: by {1} it is, by {2} it is not.");
    EXPECT_EQ(differ.explanation.arguments[0], Argument(std::vector<RecordId>{{Kind::series, "s"}}));
    EXPECT_EQ(differ.explanation.arguments[1], Argument(std::vector<RecordId>{{Kind::series, "t"}}));
    EXPECT_EQ(differ.progress[1].goal->value, figure("40"));
    EXPECT_EQ(differ.progress[1].goal->base, figure("50"));
    EXPECT_EQ(told(judged(kPercentDown, {kS, kT, kSBase, kTBase, s, far})),
              "R1 complete; series:s 100.0%; series:t 110.0%");
    // A month is no year.
    EXPECT_EQ(
        told(judged(kPercentDown,
                    {kS, kSBase, {"observation:m", R"({"series":"s","period":"2025-06","value":"8"})"}})),
        "R21");
}

TEST(Targets, SayWhoseFigureIsMissing) {
    const Given s{"observation:s24", R"({"series":"s","period":"2024","value":"80"})"},
        t{"observation:t24", R"({"series":"t","period":"2024","value":"45"})"};
    const char* const sentence =
        "The target is set against the figure of {2}, and the register holds none by {1} from which it could "
        "be "
        "measured: how far it has come cannot be told.";
    const Status alone = judged(kPercentDown, {kT, t});
    EXPECT_EQ(told(alone), "R21; series:t ?");
    EXPECT_EQ(alone.explanation.msgid.text, sentence);
    EXPECT_EQ(alone.explanation.arguments[0], Argument(std::vector<RecordId>{{Kind::series, "t"}}));
    EXPECT_EQ(alone.explanation.arguments[1], Argument(Date::parse("2020").value()));
    EXPECT_EQ(alone.remarks.size(), 2u) << "no due date, silence; the sentence is not said twice";
    // It says nothing against those that have one, and is told beside them.
    const Status both = judged(kPercentDown, {kS, kT, kSBase, s, t});
    EXPECT_EQ(both.rule, "R1");
    EXPECT_TRUE(
        std::ranges::any_of(both.remarks, [&](const Message& one) { return one.msgid.text == sentence; }));
}

TEST(Targets, ToComeDownWithoutABaseAreReachedOrNot) {
    const char* const promise = R"({"target":"80","aim":"at-most"})";
    const Status open =
        judged(promise, {kS, {"observation:o", R"({"series":"s","period":"2024","value":"95"})"}});
    EXPECT_EQ(told(open), "R21; series:s ?");
    EXPECT_EQ(
        open.explanation.msgid.text,
        "By {1} the target is not reached, and the figure from which it counts is not stated: how far it has "
        "come cannot be told.");
    EXPECT_EQ(
        told(judged(promise, {kS, {"observation:o", R"({"series":"s","period":"2024","value":"79"})"}})),
        "R1 complete; series:s ?");
    // Once reached it stays so, and nothing is said to be missing.
    const Status since =
        judged(promise, {kS,
                         {"observation:o", R"({"series":"s","period":"2024","value":"79"})"},
                         {"observation:p", R"({"series":"s","period":"2025","value":"85"})"}});
    EXPECT_EQ(since.rule, "R1");
    for (const Message& one : since.remarks) EXPECT_FALSE(one.msgid.text.starts_with("By {1}"));
}

TEST(Targets, OfReportsAreMeasuredFromThePartysOwnSeries) {
    const Given report{"report:r", R"({"party":"cn","date":"2025-01","value":"85","progress":"complete"})"};
    EXPECT_EQ(told(judged(kPercentDown, {report, kS, kSBase})), "R13 substantial; party:cn 75.0%");
    const Status without = judged(kPercentDown, {report, kT, kTBase});
    EXPECT_EQ(without.rule, "R9") << "its word stands where its figure cannot be measured";
    EXPECT_EQ(told(judged(kPercentDown, {{"report:r", R"({"party":"cn","date":"2025-01","value":"85"})"}})),
              "R19; party:cn ?");
    // A word that its own figure contradicts does not stand.
    EXPECT_EQ(told(judged(R"({"target":"80","aim":"at-most"})", {report})), "R19; party:cn ?");
}

TEST(Targets, CountRecordsTowardsAChange) {
    Json promise = Json::parse(R"({"target":"2","target_form":"change","base":"5"})");
    const auto of = [&](std::vector<Given> given) {
        std::vector<std::pair<RecordId, Json>> records;
        promise.update({{"by", {"cn"}}, {"made", "2023-05-19"}, {"unit", "centres"}});
        for (const Given& one : given)
            records.emplace_back(parse_record_id(one.name).value(), Json::parse(one.body));
        StatusInput input{{{Kind::commitment, "c"}, &promise}, {}, Date::parse("2026-01-01").value()};
        for (const auto& [name, body] : records) input.linked.push_back({name, &body});
        return told(derive_status(input));
    };
    const Given one{"centre:a", R"({"opened":"2024"})"}, other{"centre:b", R"({"opened":"2025"})"};
    EXPECT_EQ(of({one}), "R14 substantial; counted 50.0%");
    EXPECT_EQ(of({one, other}), "R2 complete; counted 100.0%");
}

}  // namespace
}  // namespace tamga
