#include "model/check.hpp"

#include <gtest/gtest.h>

namespace tamga {
namespace {

std::string first_problem(Kind kind, const char* body) {
    std::vector<Problem> problems;
    check_body(kind, *parse_json(body), problems);
    return problems.empty() ? "" : problems.front().field + ": " + problems.front().cause;
}

TEST(CheckBody, TakesAGoodBody) {
    EXPECT_EQ(
        first_problem(Kind::commitment, R"({"title":{"en":"T"},"by":["cn"],"target":"3000","due":"2027-06",
        "results":["centre:c"],"sources":[{"source":"seed","locator":"sentence 3"}]})"),
        "");
}

TEST(CheckBody, NamesTheFieldAndTheFault) {
    EXPECT_EQ(first_problem(Kind::commitment, R"({"title":{"en":"T"}})"), "by: it is required and not there");
    EXPECT_EQ(first_problem(Kind::meeting, R"({"title":{"en":"T"},"level":"party"})"),
              "level: 'party' is not one of its values");
    EXPECT_EQ(first_problem(Kind::source, R"j({"title":{"en":"T"},"url":"javascript:alert(1)"
})j"),
              "url: 'javascript:alert(1)' is not a web address");
    EXPECT_EQ(first_problem(Kind::source, R"({"title":{"en":""}})"), "title: it is empty");
    EXPECT_EQ(first_problem(Kind::source, R"({"title":{"en":"T"},"colour":"red"})"),
              "colour: a source has no field 'colour'");
    EXPECT_EQ(first_problem(Kind::commitment, R"({"title":{"en":"T"},"by":["cn","cn"]})"),
              "by: a member is there twice");
    EXPECT_EQ(first_problem(Kind::commitment, R"({"title":{"en":"T"},"by":["cn"],"target":"3,000"})"),
              "target: '3,000' is not a decimal number");
}

TEST(CheckBody, KnowsTheTargetsOfTheGoals) {
    const auto of = [](const std::string& target) {
        return first_problem(
            Kind::series,
            (R"({"title":{"en":"T"},"indicator":"i","flow":"people","unit":"people","sdg_target":")" +
             target + "\"}")
                .c_str());
    };
    EXPECT_EQ(of("15.3"), "");
    EXPECT_EQ(of("4.b"), "");
    for (const char* const none : {"15", "18.1", "15.12", "4.z", "SDG 15.3"})
        EXPECT_EQ(of(none), "sdg_target: '" + std::string(none) + "' is no target of the goals");
}

TEST(CheckBody, WantsWhatAChangeIsMeasuredAgainst) {
    const auto of = [](std::string fields) {
        return first_problem(Kind::commitment,
                             (R"({"title":{"en":"T"},"by":["cn"],)" + fields + "}").c_str());
    };
    EXPECT_EQ(of(R"("target":"80","unit":"t","aim":"at-most","base":"100","base_period":"2020")"), "");
    EXPECT_EQ(of(R"("target":"-20","aim":"at-most","target_form":"change-percent","base_period":"2020")"),
              "");
    EXPECT_EQ(of(R"("target":"20","target_form":"change","base":"5")"), "");
    EXPECT_EQ(of(R"("target":"0","unit":"t","aim":"at-most")"), "");
    EXPECT_EQ(of(R"("aim":"at-most")"), "aim: there is no target beside it");
    EXPECT_EQ(of(R"("base_period":"2020")"), "base_period: there is no target beside it");
    EXPECT_EQ(of(R"("target":"20","target_form":"change")"),
              "target_form: a change needs what it is a change against");
    EXPECT_EQ(of(R"("target":"0","target_form":"change","base":"5")"), "target: a change of 0 is none");
    EXPECT_EQ(of(R"("target":"-20","target_form":"change","base":"100")"),
              "target: '-20' is a decrease, and aim says not which way it goes");
    EXPECT_EQ(of(R"("target":"-120","aim":"at-most","target_form":"change-percent","base":"100")"),
              "target: '-120' is a decrease by more than all of it");
    EXPECT_EQ(of(R"("target":"20","target_form":"change-percent","base":"0")"),
              "base: '0' is not above zero, so that there are no percent of it");
    EXPECT_EQ(of(R"("target":"20","aim":"down")"), "aim: 'down' is not one of its values");
}

TEST(CheckSense, DoubtsATargetThatIsThereBeforeAnythingIsDone) {
    const auto of = [](std::string fields) {
        std::vector<Problem> found;
        check_sense(Kind::commitment, *parse_json("{" + fields + "}"), Date::parse("2026-11-27").value(),
                    found);
        return found.empty() ? "" : found.front().field + ": " + found.front().cause;
    };
    EXPECT_EQ(of(R"("target":"80","unit":"t","aim":"at-most","base":"100")"), "");
    EXPECT_EQ(of(R"("target":"80","unit":"t","aim":"at-most","base":"70")"),
              "target: '80' is not below the base '70'");
    EXPECT_EQ(of(R"("target":"80","unit":"t","base":"100")"), "target: '80' is not above the base '100'");
    EXPECT_EQ(of(R"("target":"-5","unit":"t")"), "target: '-5' is below zero");
    EXPECT_EQ(of(R"("target":"-5","unit":"t","aim":"at-most")"), "");
    EXPECT_EQ(of(R"("target":"-20","unit":"t","aim":"at-most","target_form":"change","base":"10")"), "");
}

TEST(CheckBody, WantsAFigureToBeToldOrToBeMissing) {
    const auto problem = [](const char* rest) {
        return first_problem(Kind::observation,
                             (R"({"series":"s","period":"2024")" + std::string(rest) + "}").c_str());
    };
    EXPECT_EQ(problem(R"(,"value":"0")"), "");
    EXPECT_EQ(problem(R"(,"missing":"confidential")"), "");
    EXPECT_EQ(problem(""), "value: neither a value is there nor why it is missing");
    EXPECT_EQ(problem(R"(,"value":"1","missing":"not-available")"), "missing: there is a value beside it");
    EXPECT_EQ(problem(R"(,"missing":"secret")"), "missing: 'secret' is not one of its values");
    EXPECT_EQ(problem(R"(,"missing":"not-reported","qualifier":"about")"),
              "qualifier: there is no value that it could word");
}

TEST(CheckBody, LetsAReplyStandUnderOneRecordThatTakesReplies) {
    EXPECT_EQ(first_problem(Kind::reply, R"({"under":["update:u"],"name":"Ana","text":{"en":"T"}})"), "");
    EXPECT_EQ(
        first_problem(Kind::reply, R"({"under":["update:u","commitment:c"],"name":"Ana","text":{"en":"T"}})"),
        "under: it names more than one record");
    EXPECT_EQ(
        first_problem(Kind::reply,
                      R"({"under":["update:u"],"name":"Ana","text":{"en":"T"},"party":"kz","closes":true})"),
        "closes: a party's reply cannot be the last word");
    EXPECT_EQ(first_problem(Kind::reply, R"({"under":["reply:r"],"name":"Ana","text":{"en":"T"}})"),
              "under: 'reply:r' takes no replies");
    EXPECT_EQ(first_problem(Kind::reply,
                            R"({"under":["update:u"],"name":"Ana","email":"a@b.example","text":{"en":"T"}})"),
              "email: a reply has no field 'email'");
}

TEST(CheckBody, NamesTheCharacterThatAnAddressCannotHave) {
    EXPECT_EQ(first_problem(Kind::source, R"({"title":{"en":"T"},"url":"https://example.org/a b"})"),
              "url: 'https://example.org/a b' holds a space, which no web address has");
    EXPECT_EQ(first_problem(Kind::source, R"({"title":{"en":"T"},"url":"https://example.org/a<b"})"),
              "url: 'https://example.org/a<b' holds '<', which no web address has");
    EXPECT_EQ(first_problem(Kind::source, R"({"title":{"en":"T"},"url":"https://example.org/%20?q=a#b"})"),
              "");
}

TEST(CheckBody, TakesWhatCannotBeSeenForEmpty) {
    EXPECT_EQ(first_problem(Kind::source, "{\"title\":{\"en\":\"\u00a0\"}}"), "title: it is empty");
    EXPECT_EQ(first_problem(Kind::source, "{\"title\":{\"en\":\"T\"},\"publisher\":\"\u200b\"}"),
              "publisher: it is empty");
}

TEST(CheckBody, TakesANameWithItsLanguagesOrWithout) {
    const auto spoken = [](const std::string& speaker) {
        return first_problem(Kind::statement, (R"({"title":{"en":"T"},"speaker":)" + speaker + "}").c_str());
    };
    EXPECT_EQ(spoken(R"("Xi Jinping")"), "");
    EXPECT_EQ(spoken(R"({"en":"Xi Jinping","zh":"习近平"})"), "");
    EXPECT_EQ(spoken("\"\""), "speaker: it is empty");
    EXPECT_EQ(spoken("{}"), "speaker: it is empty");
    EXPECT_EQ(spoken("7"), "speaker: it is not a text by language");
}

TEST(CheckBody, KnowsTheEndsOfTheEarth) {
    const auto place = [](const char* latitude, const char* longitude) {
        return first_problem(Kind::centre,
                             (std::string(R"({"title":{"en":"T"},"type":"other","latitude":")") + latitude +
                              R"(","longitude":")" + longitude + "\"}")
                                 .c_str());
    };
    EXPECT_EQ(place("90", "180"), "");
    EXPECT_EQ(place("-90.000", "-180"), "");
    EXPECT_EQ(place("90.0001", "0"), "latitude: '90.0001' is no latitude");
    EXPECT_EQ(place("0", "-180.5"), "longitude: '-180.5' is no longitude");
}

TEST(CheckBody, KnowsThePlacesOfARoute) {
    const auto route = [](const char* places) {
        return first_problem(
            Kind::project,
            (std::string(R"({"title":{"en":"T"},"latitude":"1","longitude":"2","route":)") + places + "}")
                .c_str());
    };
    EXPECT_EQ(route(R"(["39.47 75.99","40.78 72.34"])"), "");
    EXPECT_EQ(route(R"(["39.47 75.99"])"), "route: it is a single place");
    EXPECT_EQ(route(R"(["39.47,75.99","40.78 72.34"])"), "route: '39.47,75.99' is no place");
    EXPECT_EQ(route(R"(["99 75.99","40.78 72.34"])"), "route: '99 75.99' is no place");
}

TEST(CheckBody, IsLinearInTheMembersOfAList) {
    // Each of 10,000 members is compared with none other: 50 million comparisons of JSON took seconds.
    Json body{{"title", {{"en", "T"}}}, {"by", Json::array()}};
    for (int i = 0; i < 10'000; ++i) body["by"].push_back("p" + std::to_string(i));
    std::vector<Problem> problems;
    check_body(Kind::commitment, body, problems);
    EXPECT_TRUE(problems.empty());
    body["by"].push_back("p0");
    check_body(Kind::commitment, body, problems);
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_EQ(problems[0].cause, "it has more than 10,000 members");
}

}  // namespace
}  // namespace tamga
