#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "i18n/words.hpp"
#include "journal/log.hpp"
#include "journal/writer.hpp"
#include "merkle/tree.hpp"
#include "store/faulty.hpp"
#include "store/sqlite/sqlite.hpp"

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
    void open(store::Mode mode = store::Mode::write) { store_ = *store::open(path(), mode); }
    std::string path() const { return (folder_ / "register.db").string(); }
    Writer writer() {
        return Writer(*store_, [this] { return now_; });
    }

    static Change put(Kind kind, std::string id, const char* body) {
        return {.verb = Verb::put, .name = {kind, std::move(id)}, .body = *parse_json(body)};
    }

    Appended append(const std::vector<Change>& changes) {
        std::vector<Refusal> refusals;
        auto result = writer().submit({Author::parse("tester"), changes}, refusals);
        EXPECT_TRUE(result) << (result ? "" : result.error().message())
                            << (refusals.empty() ? "" : " " + refusals[0].problem.cause);
        return result.value_or(Appended{});
    }
    std::string refused(const std::vector<Change>& changes) {
        std::vector<Refusal> refusals;
        EXPECT_FALSE(writer().submit({Author::parse("tester"), changes}, refusals));
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
        EXPECT_TRUE(verify(*store_, [&](std::string finding) { found.push_back(std::move(finding)); }));
        return found;
    }
    void tamper(const char* sql) {
        store_.reset();
        sqlite3* database = nullptr;
        ASSERT_EQ(sqlite3_open(path().c_str(), &database), SQLITE_OK);
        ASSERT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK)
            << sqlite3_errmsg(database);
        sqlite3_close(database);
        open(store::Mode::read);
    }
    /// The content of every table, read without Tamga; what cannot be read says so.
    std::string tables() {
        std::string text;
        sqlite3* database = nullptr;
        EXPECT_EQ(sqlite3_open(path().c_str(), &database), SQLITE_OK);
        for (const char* const table :
             {"schema", "journal", "entries", "payloads", "nodes", "files", "records", "versions", "links",
              "redirects", "redactions", "judged", "folded", "texts", "text_index_words"}) {
            sqlite3_stmt* select = nullptr;
            const std::string sql = std::string("SELECT * FROM ") + table;
            int code = sqlite3_prepare_v2(database, sql.c_str(), -1, &select, nullptr);
            while (code == SQLITE_OK || code == SQLITE_ROW) {
                code = sqlite3_step(select);
                for (int column = 0; code == SQLITE_ROW && column < sqlite3_column_count(select); ++column) {
                    const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(select, column));
                    text.append(bytes ? bytes : "",
                                static_cast<std::size_t>(sqlite3_column_bytes(select, column)));
                    text += '|';
                }
            }
            text += std::to_string(code) + "\n";
            sqlite3_finalize(select);
        }
        sqlite3_close(database);
        return text;
    }
    /// What somebody does who rewrites a header and every hash above it.
    void forge(std::int64_t pos, std::string_view from, std::string_view to) {
        std::string sql;
        merkle::Appender tree;
        ASSERT_TRUE(
            store_->entries({1}, *store_->head(), [&](const store::Entry& entry, const store::Payload*) {
                std::string header = entry.header;
                if (entry.pos.value == pos) {
                    EXPECT_NE(header.find(from), std::string::npos) << header;
                    header.replace(header.find(from), from.size(), to);
                    std::string quoted = header;
                    for (std::size_t at = 0; (at = quoted.find('\'', at)) != std::string::npos; at += 2)
                        quoted.insert(at, 1, '\'');
                    sql += "UPDATE entries SET header = '" + quoted + "' WHERE pos = " + std::to_string(pos) +
                           ";";
                }
                for (const merkle::Node& node : tree.append(merkle::leaf_hash(header)))
                    sql += "UPDATE nodes SET hash = x'" + crypto::hex(node.hash) +
                           "' WHERE level = " + std::to_string(node.level.value) +
                           " AND idx = " + std::to_string(node.index) + ";";
                return true;
            }));
        tamper(sql.c_str());
    }
    void keep_good() {
        store_.reset();
        std::filesystem::copy_file(path(), path() + ".good",
                                   std::filesystem::copy_options::overwrite_existing);
    }
    void put_good_back() {
        store_.reset();
        std::filesystem::copy_file(path() + ".good", path(),
                                   std::filesystem::copy_options::overwrite_existing);
        open();
    }

    /// And commitments, on which something bears.
    void fill_promises() {
        std::vector<Change> changes;
        for (int i = 0; i < 12; ++i) {
            const std::string id = "promise-" + std::to_string(i);
            changes.push_back(
                put(Kind::commitment, id,
                    R"({"title":{"en":"Promise"},"by":["cn","kz"],"made":"2025-06-17","due":"2027-06"})"));
            Json report = *parse_json(R"({"title":{"en":"Report"},"party":"kz","progress":"limited"})");
            report["commitment"] = id;
            report["date"] = "2026-0" + std::to_string(i % 9 + 1);
            changes.push_back(
                {.verb = Verb::put, .name = {Kind::report, "report-" + std::to_string(i)}, .body = report});
        }
        append(changes);
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
    EXPECT_EQ(*root(*store_, {1}), crypto::sha256(std::string("\0", 1) + entry.header));
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
    const auto refused =
        writer().submit({Author::parse("tests"),
                         std::vector{put(Kind::party, "prc", R"({"title":{"en":"China"},"type":"state"})")}},
                        refusals);
    EXPECT_FALSE(refused);
    ASSERT_EQ(refusals.size(), 1u);
    EXPECT_NE(refusals[0].problem.cause.find("earlier id of 'cn'"), std::string::npos);
    const std::string before = dump();
    ASSERT_TRUE(writer().rebuild());
    EXPECT_EQ(dump(), before);
}

TEST_F(JournalTest, RebuildsEveryTableTheSameToTheByte) {
    fill();
    const std::string before = dump();
    EXPECT_GT(before.size(), 500u);
    ASSERT_TRUE(writer().rebuild());
    EXPECT_EQ(dump(), before);
    EXPECT_EQ(findings(), std::vector<std::string>());
}

TEST_F(JournalTest, MakesTheTablesThatAnOlderTamgaDidNotMake) {
    fill();
    fill_promises();
    const std::string before = dump();
    EXPECT_NE(before.find("\njudged\tpromise-0\t"), std::string::npos);
    tamper("DELETE FROM judged; UPDATE folded SET step = 3");
    EXPECT_FALSE(*store_->is_settled(*store_->head())) << "who asks derives";
    EXPECT_EQ(findings(), std::vector<std::string>());
    open();
    append({put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})")});
    EXPECT_EQ(dump(), before);
    EXPECT_TRUE(*store_->is_settled(*store_->head()));
}

TEST_F(JournalTest, FindsThatWhatIsJudgedIsAnother) {
    fill();
    fill_promises();
    for (const auto& [sql, what] :
         {std::pair{"DELETE FROM judged WHERE id = 'promise-3'", "it is missing"},
          std::pair{"UPDATE judged SET days = 'kept 1.00 complete' WHERE id = 'promise-3'",
                    "it is not what the journal makes"}}) {
        keep_good();
        tamper(sql);
        EXPECT_EQ(findings(),
                  std::vector<std::string>{std::string("table judged, row promise-3 4: ") + what});
        put_good_back();
    }
    tamper("UPDATE folded SET step = 2");
    EXPECT_EQ(findings(), std::vector<std::string>{"the table folded is not as Tamga made it"});
}

TEST_F(JournalTest, ErasesAPayloadAndStillHolds) {
    fill();
    EXPECT_FALSE(*store_->payload({3}));
    EXPECT_TRUE(*store_->entry({3}));
    EXPECT_EQ(findings(), std::vector<std::string>());
    // The erased version no longer links to China.
    EXPECT_EQ(store_->backlinks({Kind::party, "cn"}, {3})->size(), 0u);
}

TEST_F(JournalTest, FindsRecordsByTheWordsThatTheyHadThen) {
    fill();
    const auto found = [&](const char* sought, std::int64_t as_of) {
        std::string names;
        const auto texts = store_->find_texts(i18n::parse_sought(sought), true, {as_of}, {100}, 10);
        EXPECT_TRUE(texts);
        for (const auto& [kind, count, newest] : *texts)
            for (const store::JournalPos pos : newest) names += (*store_->text_of(pos))->text() + " ";
        return names;
    };
    EXPECT_EQ(found("china", 9), "party:cn ");
    EXPECT_EQ(found("china", 0), "");
    EXPECT_EQ(found("centre", 3), "") << "what it said then is erased";
    EXPECT_EQ(found("centre", 5), "centre:c ");
    EXPECT_EQ(found("centre", 9), "centre:centre-two ") << "renamed";
    EXPECT_EQ(found("project", 7), "project:q project:p ");
    EXPECT_EQ(found("project", 9), "project:q ") << "the other was withdrawn";
}

TEST_F(JournalTest, LeavesNothingOfAnErasedPayload) {
    append({put(Kind::party, "cn", R"({"title":{"en":"Zanzibar"},"type":"state"})"),
            put(Kind::party, "kz", R"({"title":{"en":"Kazakhstan"},"type":"state"})")});
    append({put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})")});
    const auto holds = [&](std::string_view word) {
        store_.reset();
        std::ifstream file(path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(file), {}};
        open();
        return bytes.find(word) != std::string::npos;
    };
    EXPECT_TRUE(holds("zanzibar"));
    append({{.verb = Verb::redact, .name = {Kind::party, "cn"}, .reason = "order", .redacted = {1}}});
    for (const char* const word : {"zanzibar", "Zanzibar", "anzibar"}) EXPECT_FALSE(holds(word));
    EXPECT_TRUE(holds("kazakhstan"));
}

TEST_F(JournalTest, TimeNeverFalls) {
    append({put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})")});
    now_ -= 1000;
    append({put(Kind::party, "kz", R"({"title":{"en":"Kazakhstan"},"type":"state"})")});
    EXPECT_EQ((*store_->entry({2}))->time, (*store_->entry({1}))->time);
    EXPECT_EQ(
        append({put(Kind::party, "uz", R"({"title":{"en":"Uzbekistan"},"type":"state"})")}).clock_behind,
        1000);
    now_ += 1001;
    EXPECT_EQ(
        append({put(Kind::party, "tm", R"({"title":{"en":"Turkmenistan"},"type":"state"})")}).clock_behind,
        0);
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
        {"UPDATE entries SET time = time + 1 WHERE pos = 9",
         "journal position 9: its time is before the entry's before it, or not the header's"},
        {"INSERT INTO payloads VALUES (50, zeroblob(32), '{}')", "there is a payload 50 of no entry"},
        {"INSERT INTO payloads VALUES (8, zeroblob(32), '{}')",
         "journal position 8: there is a payload, though the header tells of none"},
        {"INSERT INTO payloads VALUES (3, zeroblob(32), '{}')",
         "journal position 3: the payload is there, though entry 9 says that it was erased"},
        {"INSERT INTO nodes VALUES (0, 9, zeroblob(32))",
         "there is a Merkle node 0/9 beyond the journal's last entry"},
        {"INSERT INTO nodes VALUES (3, 1, zeroblob(32))",
         "there is a Merkle node 3/1 beyond the journal's last entry"},
        {"INSERT INTO nodes VALUES (70, 0, zeroblob(32))",
         "there is a Merkle node 70/0 beyond the journal's last entry"},
        {"INSERT INTO files VALUES ('aa', 'x')", "file aa: no payload names it"},
        // The tables, row by row against the journal.
        {"UPDATE versions SET withdrawn = 1 WHERE id = 'cn'",
         "table versions, row party cn 1: it is not what the journal makes"},
        {"UPDATE versions SET payload = 1 WHERE id = 'kz'",
         "table versions, row party kz 2: it is not what the journal makes"},
        {"UPDATE versions SET valid_until = '9223372036854775807x' WHERE id = 'kz'",
         "table versions, row party kz 2: it is not what the journal makes"},
        {"DELETE FROM versions WHERE id = 'kz'", "table versions, row party kz 2: it is missing"},
        {"INSERT INTO versions VALUES ('party', 'xx', 3, 9223372036854775807, 3, 0)",
         "table versions, row party xx 3: the journal makes no such row"},
        {"UPDATE records SET first_pos = 2 WHERE id = 'cn'",
         "table records, row party cn: it is not what the journal makes"},
        {"DELETE FROM links WHERE from_id = 'q'",
         "table links, row centre centre-two project q centre 7: it is missing"},
        {"UPDATE links SET valid_until = 8 WHERE from_id = 'q'",
         "table links, row centre centre-two project q centre 7: it is not what the journal makes"},
        {"UPDATE redirects SET new_id = 'cn'",
         "table redirects, row centre c 6: it is not what the journal makes"},
        {"DELETE FROM redirects", "table redirects, row centre c 6: it is missing"},
        {"UPDATE texts SET id = 'xx' WHERE id = 'q'", "table texts, row 7: it is not what the journal makes"},
        {"DELETE FROM texts WHERE pos = 2", "table texts, row 2: it is missing"},
        {"UPDATE texts SET digest = zeroblob(16) WHERE pos = 2",
         "table texts, row 2: it is not what the journal makes"},
        {"INSERT INTO text_index (text_index) VALUES ('delete-all')",
         "table text_index, row china 1 title 0: it is missing"},
        {"INSERT INTO text_index (rowid, title, words) VALUES (2, 'zanzibar', '')",
         "table text_index, row zanzibar 2 title 0: the journal makes no such row"},
        // What does not belong there at all.
        {"CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM payloads; END",
         "the schema holds a trigger t that is not Tamga's"},
        {"CREATE VIEW v AS SELECT * FROM entries", "the schema holds a view v that is not Tamga's"},
        {"CREATE TABLE songs (title TEXT)", "the schema holds a table songs that is not Tamga's"},
        {"DROP INDEX entries_by_time", "the index entries_by_time is missing"},
        {"DROP INDEX entries_by_time; CREATE INDEX entries_by_time ON entries (pos)",
         "the index entries_by_time is not as Tamga made it"},
        {"INSERT INTO schema VALUES (1.5)", "the table schema is not as Tamga made it"},
        {"INSERT INTO journal VALUES (3)", "the table journal is not as Tamga made it"},
    };
    for (const auto& one : kCases) {
        keep_good();
        tamper(one.sql);
        const auto found = findings();
        EXPECT_NE(std::find(found.begin(), found.end(), one.finding), found.end())
            << one.sql << (found.empty() ? "" : "\nfound: " + found[0]);
        put_good_back();
    }
    EXPECT_EQ(findings(), std::vector<std::string>());
}

TEST_F(JournalTest, FindsForgedHeadersWhoseHashesWereMadeAnew) {
    fill();
    const struct {
        std::int64_t pos;
        const char *from, *to, *finding;
    } kCases[] = {
        {2, R"("id":"kz")", R"( "id":"kz")", "journal position 2: the header is not in canonical form"},
        {2, R"("kind":"party",)", R"("kind":"party","note":"x",)",
         "journal position 2: the header is not in canonical form"},
        {8, R"("v":1)", R"("to":"x","v":1)", "journal position 8: the header is not in canonical form"},
        {9, R"("redacts":3)", R"("redacts":2)",
         "journal position 9: it says that payload 2 was erased, but that entry is of party:kz"},
        {9, R"("redacts":3)", R"("redacts":9)",
         "journal position 9: it says that payload 9 was erased, but that is no earlier entry"},
        {9, R"("redacts":3)", R"("redacts":6)",
         "journal position 9: it says that payload 6 was erased, but that entry had none"},
        {9, R"("redacts":3)", R"("redacts":4)",
         "journal position 4: the payload is there, though entry 9 says that it was erased"},
    };
    for (const auto& one : kCases) {
        keep_good();
        open();
        forge(one.pos, one.from, one.to);
        const auto found = findings();
        EXPECT_NE(std::find(found.begin(), found.end(), one.finding), found.end())
            << one.to << (found.empty() ? "" : "\nfound: " + found[0]);
        put_good_back();
    }
}

TEST_F(JournalTest, ChecksKeptFilesAndErasesThoseThatARedactionLeavesUnnamed) {
    fill();
    const std::string content = "scanned pages", sha256 = crypto::hex(crypto::sha256(content));
    const std::string original = R"("original":{"media_type":"application/pdf","name":"t.pdf","sha256":")" +
                                 sha256 + R"(","size":13})";
    const std::string body = R"({"title":{"en":"T"},"type":"treaty","parties":["cn"],)" + original + "}";
    std::vector<Refusal> refusals;
    const auto write = [&](const std::vector<Change>& changes, const std::vector<File>& files) {
        const auto done = writer().submit({Author::parse("tester"), changes, files}, refusals);
        ASSERT_TRUE(done) << (refusals.empty() ? done.error().message() : refusals[0].problem.cause);
    };
    write({put(Kind::instrument, "t", body.c_str()), put(Kind::instrument, "u", body.c_str())},
          {{sha256, content}, {crypto::hex(crypto::sha256("x")), "x"}});
    EXPECT_FALSE(*store_->has_file(crypto::hex(crypto::sha256("x")))) << "nothing names it";
    EXPECT_EQ(findings(), std::vector<std::string>());
    for (const auto& [sql, finding] :
         {std::pair{"UPDATE files SET content = 'other'", ": its content is another"},
          std::pair{"DELETE FROM files", ": it is missing"}}) {
        keep_good();
        tamper(sql);
        EXPECT_EQ(findings(), std::vector<std::string>{"file " + sha256 + finding});
        put_good_back();
    }
    const auto redact = [](const char* id, std::int64_t pos) {
        return Change{
            .verb = Verb::redact, .name = {Kind::instrument, id}, .reason = "order", .redacted = {pos}};
    };
    write({redact("t", 10)}, {});
    EXPECT_TRUE(*store_->has_file(sha256)) << "the other treaty names it";
    write({redact("u", 11)}, {});
    EXPECT_FALSE(*store_->has_file(sha256));
    EXPECT_EQ(findings(), std::vector<std::string>());
}

TEST_F(JournalTest, ErasesADamagedPayloadWithTheFilesThatOnlyItNamed) {
    fill();
    const std::string content = "scanned pages", sha256 = crypto::hex(crypto::sha256(content));
    const std::string body =
        R"({"title":{"en":"T"},"type":"treaty","original":{"media_type":"application/pdf","name":"t.pdf","sha256":")" +
        sha256 + R"(","size":13}})";
    const std::vector<Change> changes = {put(Kind::instrument, "t", body.c_str())};
    const std::vector<File> files = {{sha256, content}};
    std::vector<Refusal> refusals;
    ASSERT_TRUE(writer().submit({Author::parse("tester"), changes, files}, refusals));
    for (const char* damage : {"substr(body, 2)", "'[1]'", R"('{"original":7}')"}) {
        keep_good();
        tamper(("UPDATE payloads SET body = " + std::string(damage) + " WHERE pos = 10").c_str());
        open();
        append(
            {{.verb = Verb::redact, .name = {Kind::instrument, "t"}, .reason = "order", .redacted = {10}}});
        EXPECT_FALSE(*store_->has_file(sha256)) << damage;
        EXPECT_EQ(findings(), std::vector<std::string>()) << damage;
        put_good_back();
    }
}

TEST_F(JournalTest, NoFlippedByteChangesATableUnseen) {
    fill();
    fill_promises();
    keep_good();
    open(store::Mode::read);
    store_.reset();
    const std::string before = tables();
    const auto size = static_cast<long>(std::filesystem::file_size(path()));
    constexpr long kPage = 8192;
    int changed = 0;
    for (int round = 0; round < 240; ++round) {
        std::filesystem::copy_file(path() + ".good", path(),
                                   std::filesystem::copy_options::overwrite_existing);
        // Over all pages; mostly at their ends, where the rows of small tables stand.
        const long page = round * 7919L % (size / kPage) * kPage;
        const long offset =
            page + (round % 4 == 0 ? round * 104'729L % kPage : kPage - 1 - round * 37L % 300);
        FILE* const file = std::fopen(path().c_str(), "r+b");
        std::fseek(file, offset, SEEK_SET);
        const int byte = std::fgetc(file);
        std::fseek(file, offset, SEEK_SET);
        std::fputc(byte ^ (1 << round % 8), file);
        std::fclose(file);
        bool clean = false;
        if (auto opened = store::open(path(), store::Mode::read)) {
            std::size_t found = 0;
            const auto checked = verify(**opened, [&](const std::string&) { ++found; });
            clean = checked && found == 0;
        }
        if (tables() == before) continue;
        ++changed;
        EXPECT_FALSE(clean) << "the byte at " << offset;
    }
    EXPECT_GT(changed, 30) << "the test flips bytes that matter";
    put_good_back();
}

TEST_F(JournalTest, AgreesAfterBeingKilledMidway) {
    append({put(Kind::party, "p0", R"({"title":{"en":"P"},"type":"state"})")});
    store_.reset();
    for (int round = 0; round < 5; ++round) {
        int written[2];
        ASSERT_EQ(pipe(written), 0);
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            auto opened = store::open(path(), store::Mode::write);
            if (!opened) _exit(1);
            Writer child_writer(**opened, [] { return 1'800'000'000LL; });
            for (int i = 0;; ++i) {
                std::vector<Refusal> refusals;
                const std::string id = "p" + std::to_string(round) + "-" + std::to_string(i);
                const std::vector<Change> changes{
                    put(Kind::party, id, R"({"title":{"en":"P"},"type":"state","country":"p0"})")};
                if (!child_writer.submit({Author::parse("child"), changes}, refusals)) _exit(2);
                if (write(written[1], "x", 1) != 1) _exit(3);
            }
        }
        // Killed in the midst of whatever it does after so many entries.
        close(written[1]);
        for (int i = 0; i < 2 + round; ++i) {
            char byte;
            ASSERT_EQ(read(written[0], &byte, 1), 1) << "the writer ended by itself";
        }
        kill(child, SIGKILL);
        close(written[0]);
        int status = 0;
        waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself with " << WEXITSTATUS(status);
        open();
        EXPECT_EQ(findings(), std::vector<std::string>());
        const std::string before = dump();
        ASSERT_TRUE(writer().rebuild());
        EXPECT_EQ(dump(), before);
        store_.reset();
    }
    open();
    EXPECT_GT(store_->head()->value, 5);
}

TEST_F(JournalTest, AgreesWhicheverCallToTheDatabaseGoesWrong) {
    append({put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})")});
    keep_good();
    const std::vector<Change> changes{
        put(Kind::party, "kz", R"({"title":{"en":"Kazakhstan"},"type":"state"})"),
        put(Kind::centre, "c", R"({"title":{"en":"Centre"},"type":"platform","country":"kz"})")};
    for (const store::Fate fate : {store::Fate::fails, store::Fate::lost}) {
        bool all_tried = false;
        int refused_commits = 0;
        for (int wrong = 1; !all_tried; ++wrong) {
            put_good_back();
            store_.reset();
            auto faulty = std::make_unique<store::FaultyConnection>(
                *store::open_sqlite(path(), store::Mode::write), wrong, fate);
            const store::FaultyConnection& connection = *faulty;
            auto opened = store::Store::over(std::move(faulty), store::Mode::write);
            bool reported = false, lost_commit = false;
            if (opened) {
                std::vector<Refusal> refusals;
                Writer one(**opened, [this] { return now_; });
                const auto done = one.submit({Author::parse("tester"), changes}, refusals);
                reported = done.has_value();
                EXPECT_TRUE(refusals.empty());
                if (connection.commit_went_wrong()) {
                    ++refused_commits;
                    ASSERT_FALSE(done);
                    EXPECT_EQ(done.error().code, ErrorCode::state_unknown);
                    lost_commit = fate == store::Fate::lost;
                    const auto again = one.submit({Author::parse("tester"), changes}, refusals);
                    ASSERT_FALSE(again) << "nothing more is written before the database was looked at";
                    EXPECT_EQ(again.error().code, ErrorCode::state_unknown);
                }
                all_tried = !connection.went_wrong();
                opened->reset();
            }
            open();
            EXPECT_EQ(store_->head()->value, reported || lost_commit ? 3 : 1) << "call " << wrong;
            EXPECT_EQ(findings(), std::vector<std::string>()) << "call " << wrong;
        }
        EXPECT_EQ(refused_commits, 1);
    }
}

TEST(Author, IsTheSameAfterWritingAndReading) {
    for (const char* const text :
         {"import", "secretariat", "account:ana", "account:ana for party:kz", "party:kz"})
        EXPECT_EQ(Author::parse(text).text(), text);
    EXPECT_EQ(Author::parse("import").kind, Author::Kind::name);
    EXPECT_EQ(Author::parse("party:kz").kind, Author::Kind::party);
    EXPECT_EQ(Author::parse("account:ana for party:kz").for_party, "kz");
    // What only looks like one of the forms is a name, and stays as it is.
    for (const char* const text :
         {"party:", "party:K Z", "account:ana for party:", "account:", "Account:ana"}) {
        EXPECT_EQ(Author::parse(text).kind, Author::Kind::name) << text;
        EXPECT_EQ(Author::parse(text).text(), text);
    }
}

TEST(Header, IsReadStrictly) {
    for (const char* const text :
         {"", "{", "{}", "[]", "1", R"({"v":"1"})", R"({"v":{}})", R"({"v":1,"time":1})"})
        EXPECT_FALSE(parse_header(text)) << text;
    EXPECT_FALSE(parse_header(
        R"({"author":"a","id":"x","kind":"party","time":"2026-11-23T09:00:00Z","v":2,"verb":"withdraw"})"));
    EXPECT_TRUE(parse_header(
        R"({"author":"a","id":"x","kind":"party","time":"2026-11-23T09:00:00Z","v":1,"verb":"withdraw"})"));
    EXPECT_FALSE(parse_header(
        R"({"author":"a","id":"x","kind":"party","time":"2026-11-23T09:00:00Z","v":1,"verb":"put"})"));
    for (const char* const payload : {"x", "a\\\"b"})
        EXPECT_FALSE(parse_header(
            R"({"author":"a","id":"x","kind":"party","time":"2026-11-23T09:00:00Z","v":1,"verb":"withdraw","payload":")" +
            std::string(payload) + "\"}"));
}

}  // namespace
}  // namespace tamga::journal
