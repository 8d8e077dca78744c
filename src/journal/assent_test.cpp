#include "journal/assent.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/date.hpp"
#include "journal/log.hpp"
#include "journal/writer.hpp"

namespace tamga::journal {
namespace {

/// A mechanism of three parties, with what they share.
class AssentTest : public testing::Test {
  protected:
    AssentTest() : store_(*store::open(":memory:", store::Mode::write)) {
        append("tester",
               {put("party:cn", R"({"title":{"en":"China"},"type":"state"})"),
                put("party:kz", R"({"title":{"en":"Kazakhstan"},"type":"state"})"),
                put("party:uz", R"({"title":{"en":"Uzbekistan"},"type":"state"})"),
                put("party:fr", R"({"title":{"en":"France"},"type":"state"})"),
                put("mechanism:m", R"({"title":{"en":"M"},"parties":["kz","cn","uz"]})"),
                put("instrument:t", R"({"title":{"en":"T"},"type":"treaty","mechanism":"m"})"),
                put("instrument:two",
                    R"({"title":{"en":"Two"},"type":"treaty","mechanism":"m","parties":["kz","fr"]})"),
                put("provision:t-1", R"({"instrument":"two","number":"1"})"),
                put("commitment:c", R"({"title":{"en":"C"},"by":["cn"],"to":["uz","cn"]})"),
                put("meeting:alone", R"({"title":{"en":"Alone"},"level":"summit"})")});
    }

    static Change put(std::string_view name, const char* body) {
        return {.verb = Verb::put, .name = *parse_record_id(name), .body = *parse_json(body)};
    }
    static Change says(std::string_view name, Answer answer, std::int64_t of, std::string words = {}) {
        return {.verb = Verb::assent,
                .name = *parse_record_id(name),
                .answer = answer,
                .words = std::move(words),
                .of = {of}};
    }
    Result<Appended> submit(std::string_view author, const std::vector<Change>& changes) {
        refusals_.clear();
        Writer writer(*store_, [this] { return ++now_; });
        return writer.submit({Author::parse(author), changes}, refusals_);
    }
    void append(std::string_view author, const std::vector<Change>& changes) {
        const auto done = submit(author, changes);
        ASSERT_TRUE(done) << done.error().message()
                          << (refusals_.empty() ? "" : " " + refusals_[0].problem.cause);
    }
    std::string refused(std::string_view author, const Change& change) {
        EXPECT_FALSE(submit(author, {change}));
        return refusals_.size() == 1 ? refusals_[0].problem.field + ": " + refusals_[0].problem.cause
                                     : std::to_string(refusals_.size()) + " refusals";
    }
    Asked asked(std::string_view name) { return *asked_of(*store_, *parse_record_id(name), *store_->head()); }
    std::string said(std::int64_t version, std::int64_t as_of) {
        std::string text;
        const auto given = store_->assents({version}, {as_of});
        for (const store::Assent& one : *given)
            text += one.party + " " + one.answer + "@" + std::to_string(one.pos.value) +
                    (one.until ? "-" + std::to_string(one.until->value) : "") + ";";
        return text;
    }
    std::vector<std::string> findings() {
        std::vector<std::string> found;
        EXPECT_TRUE(verify(*store_, [&](std::string finding) { found.push_back(std::move(finding)); }));
        return found;
    }
    std::string dump() {
        std::string rows;
        EXPECT_TRUE(store_->dump_projections([&](std::string_view row) { rows += std::string(row) + "\n"; }));
        return rows;
    }

    using Ids = std::vector<std::string>;
    std::unique_ptr<store::Store> store_;
    std::int64_t now_ = 1'750'118'400;
    std::vector<Refusal> refusals_;
};

TEST_F(AssentTest, TheWordOfThoseIsNeededWhoseTextItIs) {
    EXPECT_EQ(asked("mechanism:m").parties, (Ids{"cn", "kz", "uz"}));
    EXPECT_EQ(asked("instrument:t").parties, (Ids{"cn", "kz", "uz"}));
    EXPECT_EQ(asked("instrument:two").parties, (Ids{"fr", "kz"}));
    EXPECT_EQ(asked("provision:t-1").parties, (Ids{"fr", "kz"}));
    EXPECT_EQ(asked("commitment:c").parties, (Ids{"cn", "uz"}));
    EXPECT_EQ(asked("meeting:alone").parties, Ids{});
    EXPECT_EQ(asked("party:cn").parties, Ids{}) << "a party is not shared";
    EXPECT_EQ(asked("instrument:none").parties, Ids{});
    EXPECT_EQ(asked("instrument:t").enough, 3U);
    EXPECT_FALSE(asked("instrument:t").stated);
}

TEST_F(AssentTest, TheMechanismSaysHowManyAreEnoughButOfItself) {
    append("tester", {put("mechanism:m", R"({"title":{"en":"M"},"parties":["kz","cn","uz"],
                                             "assent_rule":"majority"})")});
    EXPECT_EQ(asked("instrument:t").enough, 2U);
    EXPECT_TRUE(asked("instrument:t").stated);
    EXPECT_EQ(asked("instrument:two").enough, 2U) << "more than half of two";
    EXPECT_EQ(asked("mechanism:m").enough, 3U);
    EXPECT_EQ(enough_by(*parse_json(R"({"assent_rule":"number","assent_number":2})"), 6), 2U);
    EXPECT_EQ(enough_by(*parse_json(R"({"assent_rule":"number","assent_number":9})"), 6), 6U);
    EXPECT_EQ(enough_by(*parse_json(R"({"assent_rule":"number","assent_number":0})"), 6), 6U);
    EXPECT_EQ(enough_by(*parse_json(R"({"assent_rule":"number"})"), 6), 6U);
    EXPECT_EQ(enough_by(*parse_json(R"({"assent_rule":"majority"})"), 6), 4U);
    EXPECT_EQ(enough_by(*parse_json(R"({"assent_rule":"all"})"), 6), 6U);
}

TEST_F(AssentTest, OnlyAPartyOfItMaySayAWordAndOnlyOnTheNewestVersion) {
    const std::string ana = "account:ana for party:kz";
    EXPECT_EQ(refused("operator", says("instrument:t", Answer::yes, 6)),
              "author: operator acts for no party");
    EXPECT_EQ(refused("account:ana", says("instrument:t", Answer::yes, 6)),
              "author: account:ana acts for no party");
    EXPECT_EQ(refused("party:fr", says("instrument:t", Answer::yes, 6)),
              "author: instrument:t does not ask for the word of party:fr");
    EXPECT_EQ(refused("party:xx", says("instrument:t", Answer::yes, 6)),
              "author: party:xx is not in the register");
    EXPECT_EQ(refused(ana, says("party:kz", Answer::yes, 2)),
              "id: party:kz is not shared: nobody's word is asked");
    EXPECT_EQ(refused(ana, says("instrument:none", Answer::yes, 6)),
              "id: instrument:none is not in the register");
    EXPECT_EQ(refused(ana, says("instrument:t", Answer::yes, 5)),
              "of: 5 is not the newest version of instrument:t: that is entry 6");
    EXPECT_EQ(refused(ana, says("instrument:t", Answer::reservation, 6, " \n")),
              "words: a reservation says nothing");
    EXPECT_EQ(refused(ana, says("instrument:t", Answer::yes, 6, "but")),
              "words: a yes with words is a reservation");
    EXPECT_EQ(refused(ana, says("instrument:t", Answer::no, 6, "\xff")).substr(0, 6), "words:");
    EXPECT_EQ(store_->head()->value, 10);
    append(ana, {says("instrument:t", Answer::yes, 6)});
    EXPECT_EQ(refused(ana, says("instrument:t", Answer::yes, 6)),
              "answer: party:kz has said so of this version already");
    EXPECT_EQ(refused("party:kz", says("instrument:t", Answer::yes, 6)),
              "answer: party:kz has said so of this version already")
        << "whoever says it for the party";
    EXPECT_EQ(store_->head()->value, 11);
}

TEST_F(AssentTest, APartyMaySayAnotherWordAndANewVersionAsksAgain) {
    append("party:kz", {says("instrument:t", Answer::no, 6, "too early")});               // 11
    append("account:li for party:cn", {says("instrument:t", Answer::yes, 6)});            // 12
    append("party:kz", {says("instrument:t", Answer::reservation, 6, "not in winter")});  // 13
    append("party:kz", {says("instrument:t", Answer::reservation, 6, "nor in spring")});  // 14
    EXPECT_EQ(said(6, 10), "");
    EXPECT_EQ(said(6, 12), "kz no@11;cn yes@12;");
    EXPECT_EQ(said(6, 14), "kz no@11-13;cn yes@12;kz reservation@13-14;kz reservation@14;");
    append("tester", {put("instrument:t", R"({"title":{"en":"T2"},"type":"treaty","mechanism":"m"})")});
    EXPECT_EQ(said(15, 15), "");
    EXPECT_EQ(refused("party:kz", says("instrument:t", Answer::yes, 6)),
              "of: 6 is not the newest version of instrument:t: that is entry 15");
    append("party:kz", {says("instrument:t", Answer::yes, 15)});
    EXPECT_EQ(said(15, 16), "kz yes@16;");
    EXPECT_FALSE(*store_->has_assents({10}));
    EXPECT_TRUE(*store_->has_assents({11}));
    const std::string before = dump();
    EXPECT_NE(before.find("assents\t6\tkz\t11\t13\tno"), std::string::npos) << before;
    Writer writer(*store_, [this] { return now_; });
    ASSERT_TRUE(writer.rebuild());
    EXPECT_EQ(dump(), before) << "a rebuild makes the same";
    EXPECT_EQ(findings(), Ids{});
}

TEST_F(AssentTest, AWordStaysWithTheTextAndThePartyUnderWhateverId) {
    append("party:kz", {says("instrument:t", Answer::yes, 6)});  // 11
    append("tester", {{.verb = Verb::rename, .name = {Kind::instrument, "t"}, .to = "treaty"},
                      {.verb = Verb::rename, .name = {Kind::party, "kz"}, .to = "qazaqstan"}});
    EXPECT_EQ(asked("instrument:treaty").parties, (Ids{"cn", "qazaqstan", "uz"}));
    EXPECT_EQ(refused("party:qazaqstan", says("instrument:treaty", Answer::yes, 6)),
              "answer: party:qazaqstan has said so of this version already");
    append("party:qazaqstan", {says("instrument:treaty", Answer::no, 6)});
    EXPECT_EQ(said(6, 14), "kz yes@11-14;qazaqstan no@14;");
    EXPECT_EQ(findings(), Ids{});
}

TEST_F(AssentTest, WordsCanBeErasedAndTheAnswerStays) {
    append("party:uz", {says("commitment:c", Answer::no, 9, "Mr X is against it")});  // 11
    const auto root_before = *root(*store_, {11});
    EXPECT_EQ(assent_words(*parse_json((*store_->payload({11}))->body)), "Mr X is against it");
    append("tester",
           {{.verb = Verb::redact, .name = {Kind::commitment, "c"}, .reason = "asked", .redacted = {11}}});
    EXPECT_FALSE(*store_->payload({11}));
    EXPECT_EQ(said(9, 12), "uz no@11;");
    EXPECT_EQ(*root(*store_, {11}), root_before);
    EXPECT_EQ(findings(), Ids{});
    append("party:uz", {says("commitment:c", Answer::no, 9, "we are against it")});
    EXPECT_EQ(said(9, 13), "uz no@11-13;uz no@13;");
}

TEST_F(AssentTest, AHeaderSaysAllButTheWords) {
    append("account:ana for party:kz", {says("instrument:t", Answer::yes, 6)});
    const std::string text = (*store_->entry({11}))->header;
    EXPECT_EQ(text,
              R"({"answer":"yes","author":"account:ana for party:kz","id":"t","kind":"instrument","of":6,)"
              R"("time":")" +
                  utc_text(now_) + R"(","v":1,"verb":"assent"})");
    EXPECT_EQ(parse_header(text)->text(), text);
    for (const char* const wrong : {R"("answer":"yes",)", R"("of":6,)"}) {
        std::string without = text;
        without.erase(without.find(wrong), std::string_view(wrong).size());
        EXPECT_EQ(parse_header(without).error().code, ErrorCode::corrupt) << wrong;
    }
}

TEST_F(AssentTest, WhatNoWriterWouldHaveWrittenIsFound) {
    ASSERT_TRUE(store_->begin_write());
    merkle::Appender tree = *merkle::Appender::resume({10}, node_reader(*store_));
    Fold fold(*store_, false);
    const auto forge = [&](std::int64_t pos, const char* author, std::int64_t of) {
        const Header header{.time = now_,
                            .author = Author::parse(author),
                            .verb = Verb::assent,
                            .name = {Kind::instrument, "t"},
                            .payload_hash = {},
                            .to = {},
                            .reason = {},
                            .redacts = {},
                            .answer = Answer::yes,
                            .of = {of}};
        EXPECT_TRUE(store_->append_entry({{pos}, now_, header.text()}, nullptr));
        for (const merkle::Node& node : tree.append(merkle::leaf_hash(header.text())))
            EXPECT_TRUE(store_->put_node(node));
        EXPECT_TRUE(fold.add({pos}, header, nullptr));
    };
    forge(11, "operator", 6);
    forge(12, "party:kz", 5);
    ASSERT_TRUE(fold.finish());
    ASSERT_TRUE(store_->commit());
    EXPECT_EQ(findings(),
              (Ids{"journal position 11: an assent by who acts for no party",
                   "journal position 12: an assent to version 5, which was not the newest of instrument:t"}));
}

}  // namespace
}  // namespace tamga::journal
