#include "query/register.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "journal/list_row.hpp"
#include "query/fixture.hpp"

namespace tamga::query {
namespace {

using journal::Change;
using journal::Verb;

TEST_F(RegisterTest, KeepsTheDayOfTheLastEntryWhenTheClockIsSetBack) {
    append({put(Kind::party, "cn", R"({"title":{"en":"Old"},"type":"state"})")});
    now_ += 40 * 86400;
    append({put(Kind::party, "cn", R"({"title":{"en":"New"},"type":"state"})")});
    now_ -= 40 * 86400;
    EXPECT_EQ(register_->now()->day().text(), "2025-07-27");
    EXPECT_EQ(*register_->state(), "2@2025-07-27");
    const auto then = at("2025-07-27");
    ASSERT_TRUE(then) << then.error().message();
    EXPECT_EQ((*then->find({Kind::party, "cn"}))->body["title"]["en"], "New");
    EXPECT_EQ(at("2025-07-28").error().code, ErrorCode::out_of_range);
    now_ += 41 * 86400;
    EXPECT_EQ(*register_->state(), "2@2025-07-28");
}

TEST_F(RegisterTest, ShowsWhatWasKnownOnADay) {
    append({put(Kind::party, "cn", R"({"title":{"en":"Old"},"type":"state"})")});
    now_ += 2 * 86400;
    append({put(Kind::party, "cn", R"({"title":{"en":"New"},"type":"state"})")});
    const auto title = [&](Result<View> view) {
        return (*view->find({Kind::party, "cn"}))->body["title"]["en"].get<std::string>();
    };
    EXPECT_EQ(title(register_->now()), "New");
    EXPECT_EQ(title(at("2025-06-17")), "Old");
    EXPECT_EQ(title(at("2025-06-18")), "Old");
    EXPECT_EQ(title(at("2025-06-19")), "New");
    EXPECT_EQ(title(at("@1")), "Old");
    EXPECT_EQ(at("2025-06-18")->day().text(), "2025-06-18");
    EXPECT_EQ(*at("2025-06-16")->find({Kind::party, "cn"}), nullptr);
    EXPECT_EQ(at("2025-06-20").error().code, ErrorCode::out_of_range);
    EXPECT_EQ(at("@3").error().code, ErrorCode::out_of_range);
    EXPECT_EQ(at("yesterday").error().code, ErrorCode::invalid_input);
    EXPECT_EQ(at("@1x").error().code, ErrorCode::invalid_input);
}

TEST_F(RegisterTest, FollowsARenameAndTellsTheWholeHistory) {
    append({put(Kind::centre, "c", R"({"title":{"en":"C"},"type":"platform"})"),
            put(Kind::project, "p", R"({"title":{"en":"P"},"centre":"c"})")});
    append({{.verb = Verb::rename, .name = {Kind::centre, "c"}, .to = "d"}});
    const View view = *register_->now();
    EXPECT_EQ((*view.find({Kind::centre, "c"}))->name.id, "d");
    EXPECT_EQ(view.linking_to({Kind::centre, "d"})->size(), 1u);
    EXPECT_EQ(view.history({Kind::centre, "d"})->size(), 2u);
    EXPECT_EQ(view.all(Kind::centre)->size(), 1u);
}

TEST_F(RegisterTest, GivesPartsOfAHistoryWithoutReadingTheRest) {
    for (int i = 0; i < 5; ++i)
        append({put(Kind::party, "p",
                    fmt::format(R"({{"title":{{"en":"Version {}"}},"type":"state"}})", i).c_str())});
    const View view = *register_->now();
    EXPECT_EQ(*view.version_count({Kind::party, "p"}), 5u);
    EXPECT_EQ(*view.version_count({Kind::party, "q"}), 0u);
    const auto part = *view.history({Kind::party, "p"}, 1, 2);
    ASSERT_EQ(part.size(), 2u);
    EXPECT_EQ(part[0]->body["title"]["en"], "Version 1");
    EXPECT_EQ(part[1]->body["title"]["en"], "Version 2");
    EXPECT_EQ(view.history({Kind::party, "p"}, 4, 9)->size(), 1u);
    EXPECT_EQ(view.history({Kind::party, "p"}, 9, 9)->size(), 0u);
}

TEST_F(RegisterTest, SaysWhyARecordWasWithdrawn) {
    append({put(Kind::party, "p", R"({"title":{"en":"P"},"type":"state"})")});
    append({{.verb = Verb::withdraw, .name = {Kind::party, "p"}, .reason = "entered twice"}});
    const auto versions = *register_->now()->history({Kind::party, "p"});
    EXPECT_TRUE(versions.back()->withdrawn);
    EXPECT_EQ(versions.back()->reason, "entered twice");
}

TEST_F(RegisterTest, NamesTheJournalByItsFirstEntry) {
    append({put(Kind::party, "p", R"({"title":{"en":"P"},"type":"state"})")});
    const std::string first = *register_->now()->root(), name = *register_->now()->journal_id();
    append({put(Kind::party, "q", R"({"title":{"en":"Q"},"type":"state"})")});
    EXPECT_EQ(name, first);
    EXPECT_EQ(*register_->now()->journal_id(), first);
    EXPECT_NE(*register_->now()->root(), first);
}

TEST(AsOf, ReadsADayAPositionOrNothing) {
    EXPECT_TRUE(AsOf::parse("")->is_now());
    EXPECT_EQ(AsOf::parse("2025-06-17")->day()->text(), "2025-06-17");
    EXPECT_EQ(*AsOf::parse("@120")->position(), 120);
    for (const char* wrong :
         {"2025-06", "2025", "@", "@-1", "@1.0", "@99999999999999999999", " 2025-06-17", "now"})
        EXPECT_EQ(AsOf::parse(wrong).error().code, ErrorCode::invalid_input) << wrong;
}

TEST_F(RegisterTest, ForgetsWhatWasErased) {
    append({put(Kind::centre, "c", R"({"title":{"en":"C"},"type":"platform"})")});
    EXPECT_FALSE((*register_->now()->find({Kind::centre, "c"}))->redacted);
    append({{.verb = Verb::redact, .name = {Kind::centre, "c"}, .reason = "law", .redacted = {1}}});
    const auto erased = *register_->now()->find({Kind::centre, "c"});
    EXPECT_TRUE(erased->redacted);
    EXPECT_TRUE(erased->body.empty());
}

TEST_F(RegisterTest, KeepsNoMoreOfLongTextsThanOfManyShortOnes) {
    constexpr int kRecords = 24;
    // No words to be searched.
    const std::string body =
        R"({"title":{"en":"S"},"url":"https://a.example/)" + std::string(1'000'000, 'x') + R"("})";
    for (int i = 0; i < kRecords; ++i) append({put(Kind::source, "s" + std::to_string(i), body.c_str())});
    const View now = *register_->now();
    std::vector<std::weak_ptr<const Snapshot>> seen;
    for (int i = 0; i < kRecords; ++i) seen.push_back(*now.find({Kind::source, "s" + std::to_string(i)}));
    EXPECT_EQ(now.all(Kind::source)->size(), kRecords);
    const auto kept = std::ranges::count_if(seen, [](const auto& one) { return !one.expired(); });
    EXPECT_GT(kept, 0) << "the last are";
    EXPECT_LT(kept, 20);
}

TEST_F(RegisterTest, GivesEachRecordAndTheColumnsOfThemAllAtEveryPosition) {
    std::vector<Change> many;
    const auto body = [](std::string_view more) {
        return fmt::format(R"({{"title":{{"en":"T"}}{}}})", more);
    };
    for (int i = 0; i < 2'300; ++i)
        many.push_back(put(Kind::source, fmt::format("s{}", (i * 997) % 2'300).c_str(),
                           body(i % 700 == 1 ? R"(,"url":"https://example.org/")" : "").c_str()));
    append(many);
    append({put(Kind::source, "s5", body(R"(,"note":{"ru":"Заметка"})").c_str()),
            put(Kind::source, "s6", body(R"(,"date":"2025-06")").c_str())});
    append({put(Kind::source, "s5", body("").c_str()),
            {.verb = Verb::withdraw, .name = {Kind::source, "s6"}},
            {.verb = Verb::rename, .name = {Kind::source, "s7"}, .to = "t7"},
            put(Kind::source, "s8", R"({"title":{"zh":"来源"},"publisher":"P"})")});
    now_ += 5;
    append({{.verb = Verb::redact, .name = {Kind::source, "s8"}, .reason = "erased", .redacted = {2306}}});
    const std::int64_t head = register_->now()->head().value;
    ASSERT_EQ(head, 2307);
    for (std::int64_t at :
         {head, head - 1, head - 3, head - 5, head - 6, std::int64_t{700}, std::int64_t{1}}) {
        const View view = *this->at(fmt::format("@{}", at));
        std::vector<std::string> told, expected;
        std::set<std::string> columns;
        const auto tell = [](const Snapshot& one) {
            return fmt::format("{} {} {} {} {} {}", one.name.text(), one.from.value, one.payload.value,
                               one.time, one.redacted, one.body.dump());
        };
        ASSERT_TRUE(view.each(Kind::source, [&](const Snapshot& one) -> Result<void> {
            told.push_back(tell(one));
            return {};
        }));
        for (const SnapshotPtr& one : *view.all(Kind::source)) {
            expected.push_back(tell(*one));
            journal::add_columns(Kind::source, one->body, columns);
        }
        EXPECT_EQ(told, expected) << at;
        EXPECT_EQ(*view.columns(Kind::source), columns) << at;
    }
    EXPECT_TRUE((*register_->now()->find({Kind::source, "s8"}))->redacted);
}

TEST_F(RegisterTest, StateChangesWithHeadAndDay) {
    const std::string first = *register_->state();
    append({put(Kind::centre, "c", R"({"title":{"en":"C"},"type":"platform"})")});
    const std::string second = *register_->state();
    now_ += 86400;
    EXPECT_NE(first, second);
    EXPECT_NE(second, *register_->state());
}

TEST_F(RegisterTest, StaysWhereItIsHeld) {
    append({put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})")});
    const std::string before = *register_->state();
    ASSERT_TRUE(register_->hold());
    append({put(Kind::party, "cn", R"({"title":{"en":"The other"},"type":"state"})"),
            put(Kind::party, "kz", R"({"title":{"en":"Kazakhstan"},"type":"state"})")});
    now_ += 86'400;
    EXPECT_EQ(*register_->state(), before);
    const auto view = register_->now();
    EXPECT_TRUE(view->is_latest());
    EXPECT_EQ((*view->find({Kind::party, "cn"}))->body["title"]["en"], "China");
    EXPECT_EQ(view->all(Kind::party)->size(), 1u);
}

TEST_F(RegisterTest, ManyReadBesideOneWriter) {
    std::atomic<bool> done = false;
    std::atomic<int> reads = 0;
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i)
        readers.emplace_back([&] {
            while (!done) {
                const auto view = register_->now();
                ASSERT_TRUE(view);
                const auto all = view->all(Kind::party);
                ASSERT_TRUE(all) << all.error().message();
                ASSERT_EQ(static_cast<std::int64_t>(all->size()), view->as_of().value);
                ++reads;
            }
        });
    for (int i = 0; i < 60; ++i)
        append({put(Kind::party, "p" + std::to_string(i), R"({"title":{"en":"P"},"type":"state"})")});
    while (reads < 30) std::this_thread::yield();
    done = true;
    for (std::thread& reader : readers) reader.join();
}

TEST_F(RegisterTest, RowsThatAreKeptFollowTheJournal) {
    using Rows = std::map<std::string, std::string>;
    const auto rows_of = [](const View& view, Kind kind) {
        Rows out;
        EXPECT_TRUE(view.each_row(kind, {}, [&](std::string_view id, std::string_view row) {
            return out.emplace(id, row).second;
        }));
        return out;
    };
    const auto party = [](const char* id, const char* title) {
        return put(Kind::party, id,
                   (R"({"type":"state","title":{"en":")" + std::string(title) + "\"}}").c_str());
    };
    const journal::Change steps[] = {
        party("a", "A"),
        party("b", "B"),
        put(Kind::source, "s", R"({"title":{"en":"S"},"url":"https://s.example"})"),
        party("a", "Another"),
        {.verb = journal::Verb::rename, .name = {Kind::party, "a"}, .to = "c"},
        {.verb = journal::Verb::withdraw, .name = {Kind::party, "b"}, .reason = "gone"},
        party("b", "B again"),
        {.verb = journal::Verb::withdraw, .name = {Kind::party, "c"}, .reason = "gone"},
    };
    std::size_t most = 0;
    for (const journal::Change& step : steps) {
        append({step});
        const View kept = at("").value();
        const auto fresh = *Register::open(path(), [this] { return now_.load(); });
        for (const Kind kind : {Kind::party, Kind::source}) {
            EXPECT_EQ(rows_of(kept, kind), rows_of(fresh->now().value(), kind)) << kept.head().value;
            most = std::max(most, rows_of(kept, kind).size());
        }
    }
    EXPECT_EQ(most, 2u);
    EXPECT_EQ(rows_of(at("@5").value(), Kind::party).count("c"), 1u);
    EXPECT_EQ(rows_of(at("@4").value(), Kind::party).count("a"), 1u);
}

}  // namespace
}  // namespace tamga::query
