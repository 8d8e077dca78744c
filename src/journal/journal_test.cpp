#include "journal/journal.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "merkle/tree.hpp"

namespace tamga::journal {
namespace {

class JournalTest : public testing::Test {
  protected:
    JournalTest() {
        folder_ = std::filesystem::temp_directory_path() /
                  ("tamga-journal-" + std::to_string(getpid()) + "-" + std::to_string(++count_));
        std::filesystem::create_directories(folder_);
        open();
    }
    ~JournalTest() override {
        store_.reset();
        std::filesystem::remove_all(folder_);
    }
    void open() { store_ = *store::open(path(), store::Mode::write); }
    std::string path() const { return (folder_ / "register.db").string(); }
    Journal journal() {
        return Journal(*store_, [this] { return now_; });
    }

    static Change put(Kind kind, std::string id, const char* body) {
        return {.verb = Verb::put, .name = {kind, std::move(id)}, .body = *parse_json(body)};
    }

    Appended append(const std::vector<Change>& changes) {
        std::vector<Refusal> refusals;
        auto result = journal().append("tester", changes, {}, refusals);
        EXPECT_TRUE(result) << (result ? "" : result.error().message())
                            << (refusals.empty() ? "" : " " + refusals[0].problem.cause);
        return result.value_or(Appended{});
    }
    std::string refused(const std::vector<Change>& changes) {
        std::vector<Refusal> refusals;
        EXPECT_FALSE(journal().append("tester", changes, {}, refusals));
        return refusals.empty() ? ""
                                : std::to_string(refusals[0].index) + " " + refusals[0].problem.field + ": " +
                                      refusals[0].problem.cause;
    }
    std::string dump() {
        std::string rows;
        EXPECT_TRUE(store_->dump_projections([&](std::string_view row) { rows += std::string(row) + "\n"; }));
        return rows;
    }
    std::vector<std::string> findings() {
        std::vector<std::string> found;
        EXPECT_TRUE(journal().verify([&](std::string finding) { found.push_back(std::move(finding)); }));
        return found;
    }
    void tamper(const char* sql) {
        store_.reset();
        sqlite3* database = nullptr;
        ASSERT_EQ(sqlite3_open(path().c_str(), &database), SQLITE_OK);
        ASSERT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK)
            << sqlite3_errmsg(database);
        sqlite3_close(database);
        open();
    }
    /// A journal with every verb in it.
    void fill() {
        append({put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})"),
                put(Kind::party, "kz", R"({"title":{"en":"Kazakhstan"},"type":"state"})"),
                put(Kind::centre, "c", R"({"title":{"en":"Centre"},"type":"platform","country":"cn"})")});
        now_ += 86400;
        append({put(Kind::centre, "c",
                    R"({"title":{"en":"Centre, corrected"},"type":"platform","country":"kz"})"),
                put(Kind::project, "p", R"({"title":{"en":"Project"},"centre":"c"})")});
        append({{.verb = Verb::rename, .name = {Kind::centre, "c"}, .to = "centre-two"}});
        append({put(Kind::project, "q", R"({"title":{"en":"Project"},"centre":"c"})")});
        append({{.verb = Verb::withdraw, .name = {Kind::project, "p"}, .reason = "double"}});
        append({{.verb = Verb::redact,
                 .name = {Kind::centre, "c"},
                 .reason = "a court's order",
                 .redacted = {3}}});
    }

    std::unique_ptr<store::Store> store_;
    long long now_ = 1'800'000'000;

  private:
    static inline int count_ = 0;
    std::filesystem::path folder_;
};

TEST_F(JournalTest, AddsNothingForTheSameAgain) {
    const Change change = put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})");
    EXPECT_EQ(append({change}).created, 1u);
    const Appended again = append({change});
    EXPECT_EQ(again.unchanged, 1u);
    EXPECT_EQ(again.head.value, 1);
}

TEST_F(JournalTest, WritesCanonicalHeadersWhoseHashesCanBeChecked) {
    append({put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})")});
    const auto entry = **store_->entry({1});
    EXPECT_EQ(entry.header, *canonical(*parse_json(entry.header)));
    const auto payload = **store_->payload({1});
    EXPECT_EQ(parse_header(entry.header)->payload_hash,
              crypto::hex(crypto::sha256(payload.salt + payload.body)));
    EXPECT_EQ(*journal().root({1}), crypto::sha256(std::string("\0", 1) + entry.header));
}

TEST_F(JournalTest, RefusesALinkToNothingAndWritesNothing) {
    EXPECT_EQ(
        refused({put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})"),
                 put(Kind::party, "x", R"({"title":{"en":"X"},"type":"organisation","country":"fr"})")}),
        "1 country: there is no party 'fr'");
    EXPECT_EQ(store_->head()->value, 0);
}

TEST_F(JournalTest, TakesLinksWithinOneImportInAnyOrder) {
    append({put(Kind::party, "x", R"({"title":{"en":"X"},"type":"organisation","country":"cn"})"),
            put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})")});
    EXPECT_EQ(store_->backlinks({Kind::party, "cn"}, {2})->size(), 1u);
}

TEST_F(JournalTest, DoesNotWithdrawWhatIsLinkedTo) {
    append({put(Kind::party, "x", R"({"title":{"en":"X"},"type":"organisation","country":"cn"})"),
            put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})")});
    EXPECT_EQ(refused({{.verb = Verb::withdraw, .name = {Kind::party, "cn"}}}),
              "0 id: party:x still links to party:cn (country)");
    EXPECT_EQ(append({{.verb = Verb::withdraw, .name = {Kind::party, "x"}},
                      {.verb = Verb::withdraw, .name = {Kind::party, "cn"}}})
                  .withdrawn,
              2u);
}

TEST_F(JournalTest, RenamesAndKeepsLinks) {
    fill();
    const store::JournalPos head = *store_->head();
    EXPECT_EQ(**store_->redirect({Kind::centre, "c"}, head), "centre-two");
    EXPECT_FALSE(*store_->version({Kind::centre, "c"}, head));
    EXPECT_TRUE(*store_->version({Kind::centre, "c"}, {5}));
    // q was written with the old id after the rename; p was withdrawn.
    const auto links = *store_->backlinks({Kind::centre, "centre-two"}, head);
    ASSERT_EQ(links.size(), 1u);
    EXPECT_EQ(links[0].from.id, "q");
}

TEST_F(JournalTest, TakesAnEarlierIdOfAnotherRegister) {
    append({{.verb = Verb::rename, .name = {Kind::party, "prc"}, .to = "cn"},
            put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})"),
            put(Kind::centre, "c", R"({"title":{"en":"Centre"},"type":"platform","country":"prc"})")});
    const store::JournalPos head = *store_->head();
    EXPECT_EQ(**store_->redirect({Kind::party, "prc"}, head), "cn");
    EXPECT_EQ(store_->backlinks({Kind::party, "cn"}, head)->size(), 1u);
    std::vector<Refusal> refusals;
    const auto refused = journal().append(
        "tests", {put(Kind::party, "prc", R"({"title":{"en":"China"},"type":"state"})")}, {}, refusals);
    EXPECT_FALSE(refused);
    ASSERT_EQ(refusals.size(), 1u);
    EXPECT_NE(refusals[0].problem.cause.find("earlier id of 'cn'"), std::string::npos);
    const std::string before = dump();
    ASSERT_TRUE(journal().rebuild());
    EXPECT_EQ(dump(), before);
}

TEST_F(JournalTest, RebuildsEveryTableTheSameToTheByte) {
    fill();
    const std::string before = dump();
    EXPECT_GT(before.size(), 500u);
    ASSERT_TRUE(journal().rebuild());
    EXPECT_EQ(dump(), before);
    EXPECT_EQ(findings(), std::vector<std::string>());
}

TEST_F(JournalTest, ErasesAPayloadAndStillHolds) {
    fill();
    EXPECT_FALSE(*store_->payload({3}));
    EXPECT_TRUE(*store_->entry({3}));
    EXPECT_EQ(findings(), std::vector<std::string>());
    // The erased version no longer links to China.
    EXPECT_EQ(store_->backlinks({Kind::party, "cn"}, {3})->size(), 0u);
}

TEST_F(JournalTest, TimeNeverFalls) {
    append({put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})")});
    now_ -= 1000;
    append({put(Kind::party, "kz", R"({"title":{"en":"Kazakhstan"},"type":"state"})")});
    EXPECT_EQ((*store_->entry({2}))->time, (*store_->entry({1}))->time);
}

TEST_F(JournalTest, FindsEveryKindOfTampering) {
    fill();
    const struct {
        const char* sql;
        const char* finding;
    } kCases[] = {
        {"UPDATE entries SET header = replace(header, 'tester', 'nobody') WHERE pos = 2",
         "journal position 2: the Merkle node 0/1 is not the hash of what is kept"},
        {"UPDATE payloads SET body = replace(body, 'Kazakhstan', 'Kasachstan') WHERE pos = 2",
         "journal position 2: the payload is not the one that the header tells"},
        {"DELETE FROM payloads WHERE pos = 1",
         "journal position 1: the payload is missing, and no entry says that it was erased"},
        {"UPDATE nodes SET hash = zeroblob(32) WHERE level = 1 AND idx = 0",
         "journal position 2: the Merkle node 1/0 is not the hash of what is kept"},
        {"DELETE FROM entries WHERE pos = 4", "journal position 4: the entry is missing"},
    };
    for (const auto& one : kCases) {
        store_.reset();
        std::filesystem::copy_file(path(), path() + ".good",
                                   std::filesystem::copy_options::overwrite_existing);
        tamper(one.sql);
        const auto found = findings();
        EXPECT_NE(std::find(found.begin(), found.end(), one.finding), found.end())
            << one.sql << (found.empty() ? "" : "\nfound: " + found[0]);
        store_.reset();
        std::filesystem::copy_file(path() + ".good", path(),
                                   std::filesystem::copy_options::overwrite_existing);
        open();
    }
}

TEST_F(JournalTest, AgreesAfterBeingKilledMidway) {
    append({put(Kind::party, "p0", R"({"title":{"en":"P"},"type":"state"})")});
    store_.reset();
    for (int round = 0; round < 5; ++round) {
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            auto opened = store::open(path(), store::Mode::write);
            if (!opened) _exit(1);
            Journal writer(**opened, [] { return 1'800'000'000LL; });
            for (int i = 0;; ++i) {
                std::vector<Refusal> refusals;
                const std::string id = "p" + std::to_string(round) + "-" + std::to_string(i);
                if (!writer.append(
                        "child",
                        {put(Kind::party, id, R"({"title":{"en":"P"},"type":"state","country":"p0"})")}, {},
                        refusals))
                    _exit(2);
            }
        }
        usleep(60'000 + round * 7'000);
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself with " << WEXITSTATUS(status);
        open();
        EXPECT_EQ(findings(), std::vector<std::string>());
        const std::string before = dump();
        ASSERT_TRUE(journal().rebuild());
        EXPECT_EQ(dump(), before);
        store_.reset();
    }
    open();
    EXPECT_GT(store_->head()->value, 5);
}

TEST(Header, IsReadStrictly) {
    EXPECT_FALSE(parse_header("{}"));
    EXPECT_FALSE(parse_header(
        R"({"author":"a","id":"x","kind":"party","time":"2026-11-23T09:00:00Z","v":2,"verb":"withdraw"})"));
    EXPECT_TRUE(parse_header(
        R"({"author":"a","id":"x","kind":"party","time":"2026-11-23T09:00:00Z","v":1,"verb":"withdraw"})"));
    EXPECT_FALSE(parse_header(
        R"({"author":"a","id":"x","kind":"party","time":"2026-11-23T09:00:00Z","v":1,"verb":"put"})"));
}

}  // namespace
}  // namespace tamga::journal
