#include "query/changes.hpp"

#include "query/fixture.hpp"

namespace tamga::query {
namespace {

using journal::Change;
using journal::Verb;

class ChangesTest : public RegisterTest {
  protected:
    ChangesTest() {
        append({put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})"),
                put(Kind::party, "kz", R"({"title":{"en":"Kazakhstan"},"type":"state"})"),
                put(Kind::mechanism, "m", R"({"title":{"en":"M"}})"),
                put(Kind::commitment, "road", R"({"title":{"en":"A road"},"by":["cn"],"mechanism":"m"})"),
                put(Kind::commitment, "lake", R"({"title":{"en":"A lake"},"by":["kz"]})")});
        now_ += 86400;
    }
    JournalPos head() { return register_->now()->head(); }
    std::vector<std::string> told(JournalPos since, const char* of = nullptr, std::size_t most = 100) {
        std::optional<RecordId> about;
        if (of) about = *parse_record_id(of);
        const auto view = register_->now();
        const auto found = changes(*view, since, about, most);
        EXPECT_TRUE(found) << found.error().message();
        std::vector<std::string> out;
        for (const RecordChanges& one : found->records)
            out.push_back(one.name.text() + (one.is_new()           ? " new"
                                             : one.last().withdrawn ? " withdrawn"
                                                                    : " changed"));
        if (found->passed_over > 0) out.push_back("+" + std::to_string(found->passed_over));
        return out;
    }
};
using Told = std::vector<std::string>;

TEST_F(ChangesTest, TellsTheLastChangedFirstAndWhatBecameOfEach) {
    const JournalPos before = head();
    append({put(Kind::commitment, "lake", R"({"title":{"en":"A clean lake"},"by":["kz"]})"),
            put(Kind::commitment, "rail", R"({"title":{"en":"A railway"},"by":["cn"]})"),
            {.verb = Verb::withdraw, .name = {Kind::commitment, "road"}, .reason = "twice"}});
    EXPECT_EQ(told(before),
              (Told{"commitment:road withdrawn", "commitment:rail new", "commitment:lake changed"}));
    EXPECT_EQ(told(before, nullptr, 1), (Told{"commitment:road withdrawn", "+2"}));
    EXPECT_EQ(told(head()), Told{});
    const auto view = register_->now();
    const auto lake = changes_of(*view, before, {Kind::commitment, "lake"});
    EXPECT_EQ((*lake)->before->body["title"]["en"], "A lake");
    EXPECT_EQ((*lake)->last().body["title"]["en"], "A clean lake");
    EXPECT_FALSE(*changes_of(*view, before, {Kind::party, "cn"}));
}

TEST_F(ChangesTest, ARecordChangedTwiceIsToldOnceWithBothVersions) {
    const JournalPos before = head();
    for (const char* const title : {"B", "C"})
        append({put(Kind::party, "cn",
                    (std::string(R"({"title":{"en":")") + title + R"("},"type":"state"})").c_str())});
    const auto found = changes(*register_->now(), before, {}, 100);
    ASSERT_EQ(found->records.size(), 1U);
    EXPECT_EQ(found->records[0].versions.size(), 2U);
    EXPECT_EQ(found->records[0].before->body["title"]["en"], "China");
}

TEST_F(ChangesTest, OfARecordIsWhatLinksToItAndTheParts) {
    const JournalPos before = head();
    append({put(Kind::report, "r", R"({"title":{"en":"Half"},"commitment":"road","party":"kz"})"),
            put(Kind::update, "u", R"({"title":{"en":"News"},"date":"2025-06-18","about":["party:cn"]})"),
            put(Kind::reply, "a",
                R"({"under":["commitment:road"],"name":"R","date":"2025-06-18","text":{"en":"Yes"}})")});
    EXPECT_EQ(told(before, "mechanism:m"), (Told{"reply:a new", "report:r new"}));
    EXPECT_EQ(told(before, "party:cn"), (Told{"reply:a new", "update:u new", "report:r new"}));
    EXPECT_EQ(told(before, "party:kz"), (Told{"report:r new"}));
    EXPECT_EQ(told(before, "commitment:lake"), Told{});
}

TEST_F(ChangesTest, WhatLeavesARecordIsToldOfItToo) {
    const JournalPos before = head();
    append({put(Kind::commitment, "road", R"({"title":{"en":"A road"},"by":["kz"]})"),
            {.verb = Verb::withdraw, .name = {Kind::commitment, "lake"}, .reason = "none"}});
    EXPECT_EQ(told(before, "mechanism:m"), (Told{"commitment:road changed"}));
    EXPECT_EQ(told(before, "party:kz"), (Told{"commitment:lake withdrawn", "commitment:road changed"}));
}

TEST_F(ChangesTest, WhatCameAndWentIsNotTold) {
    const JournalPos before = head();
    append({put(Kind::party, "uz", R"({"title":{"en":"Uzbekistan"},"type":"state"})")});
    append({{.verb = Verb::withdraw, .name = {Kind::party, "uz"}, .reason = "none"}});
    EXPECT_EQ(told(before), Told{});
}

TEST_F(ChangesTest, ARecordThatHasAnotherIdIsToldUnderItsOwn) {
    const JournalPos before = head();
    append({{.verb = Verb::rename, .name = {Kind::commitment, "lake"}, .to = "blue-lake"}});
    append({put(Kind::commitment, "blue-lake", R"({"title":{"en":"A blue lake"},"by":["kz"]})")});
    EXPECT_EQ(told(before), (Told{"commitment:blue-lake changed"}));
}

}  // namespace
}  // namespace tamga::query
