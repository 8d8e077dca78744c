#include "store/store.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "store/announcements.hpp"
#include "store/digests.hpp"
#include "store/faulty.hpp"
#include "store/postgres/cluster.hpp"
#include "store/postgres/postgres.hpp"
#include "store/schema.hpp"
#include "store/sqlite/sqlite.hpp"

namespace tamga::store {
namespace {

namespace fs = std::filesystem;

/// What lies under a Store.
struct Under {
    const char* name;
    bool postgres, faulty;
};
constexpr Under kUnder[] = {{"SQLite", false, false},
                            {"FaultySQLite", false, true},
                            {"Postgres", true, false},
                            {"FaultyPostgres", true, true}};

Result<std::unique_ptr<Connection>> connect(const Under& under, const std::string& address, Mode mode) {
    return under.postgres ? open_postgres(address, mode) : open_sqlite(address, mode);
}

/// What every store does, over each connection that there is.
class StoreContract : public testing::TestWithParam<Under> {
  protected:
    StoreContract() {
        folder_ = fs::temp_directory_path() /
                  ("tamga-store-" + std::to_string(getpid()) + "-" + std::to_string(++count_));
        fs::create_directories(folder_);
        address_ = GetParam().postgres ? Cluster::fresh_database() : (folder_ / "register.db").string();
    }
    void SetUp() override {
        if (address_.empty())
            GTEST_SKIP() << "the server of PostgreSQL is not installed: run ./setup --tests";
        {
            const auto made = open(path(), Mode::write);  // Makes the file, or the tables.
            ASSERT_TRUE(made) << made.error().message();
        }
        store = over(Mode::write);
    }
    ~StoreContract() override {
        store.reset();
        fs::remove_all(folder_);
    }
    std::string path() const { return address_; }
    std::unique_ptr<Store> over(Mode mode) {
        auto connection = connect(GetParam(), path(), mode);
        EXPECT_TRUE(connection) << (connection ? "" : connection.error().message());
        if (GetParam().faulty) connection = std::make_unique<FaultyConnection>(*std::move(connection));
        auto made = Store::over(*std::move(connection), mode);
        EXPECT_TRUE(made) << (made ? "" : made.error().message());
        return *std::move(made);
    }
    std::vector<std::string> faults(JournalPos head) {
        std::vector<std::string> found;
        const auto report = [&](std::string fault) { found.push_back(std::move(fault)); };
        EXPECT_TRUE(store->check_structure(report));
        EXPECT_TRUE(store->check_strays(head, report));
        return found;
    }

    std::unique_ptr<Store> store;
    fs::path folder_;

  private:
    static inline int count_ = 0;
    std::string address_;
};

INSTANTIATE_TEST_SUITE_P(Connections, StoreContract, testing::ValuesIn(kUnder),
                         [](const auto& given) { return std::string(given.param.name); });

const RecordId kCentre{Kind::centre, "c"}, kParty{Kind::party, "cn"}, kOther{Kind::party, "kz"};

TEST_P(StoreContract, KeepsVersionsAsIntervals) {
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->put_version({kCentre, {2}, {}, false, {2}}, true));
    ASSERT_TRUE(store->put_version({kCentre, {5}, {}, false, {5}}, false));
    ASSERT_TRUE(store->put_version({kCentre, {7}, {}, true, {7}}, false));
    ASSERT_TRUE(store->commit());
    EXPECT_FALSE(*store->version(kCentre, {1}));
    EXPECT_EQ((*store->version(kCentre, {4}))->from.value, 2);
    EXPECT_EQ((*store->version(kCentre, {4}))->until->value, 5);
    EXPECT_EQ((*store->version(kCentre, {6}))->from.value, 5);
    EXPECT_TRUE((*store->version(kCentre, {9}))->withdrawn);
    EXPECT_EQ(store->versions(Kind::centre, {1})->size(), 0u);
    EXPECT_EQ(store->versions(Kind::centre, {6})->size(), 1u);
    EXPECT_EQ(store->versions(Kind::centre, {7})->size(), 0u);
    EXPECT_EQ(store->history(kCentre, {9})->size(), 3u);
}

/// Entries of a transaction that is long enough to be written behind the caller's back, where a store does
/// so.
constexpr std::int64_t kMany = 6000;

Result<void> append_many(Store& store, std::int64_t first) {
    for (std::int64_t pos = first; pos < first + kMany; ++pos) {
        const std::string header = fmt::format("{{\"entry\":{}}}", pos);
        const Payload payload{std::string(32, 's'), header + " of it"};
        TAMGA_TRY(store.append_entry({{pos}, pos, header}, &payload));
        TAMGA_TRY(
            store.put_version({{Kind::party, fmt::format("p-{}", pos)}, {pos}, {}, false, {pos}}, true));
        TAMGA_TRY(store.put_node({merkle::Level{0}, pos - 1, {static_cast<std::uint8_t>(pos)}}));
    }
    return {};
}

TEST_P(StoreContract, SeesItsOwnLongTransactionAndLosesNoneOfIt) {
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(append_many(*store, 1));
    EXPECT_EQ(store->head()->value, kMany);
    ASSERT_TRUE(append_many(*store, kMany + 1));
    EXPECT_EQ((*store->payload({2 * kMany}))->body, fmt::format("{{\"entry\":{}}} of it", 2 * kMany));
    // Written while rows are read.
    std::int64_t read = 0;
    ASSERT_TRUE(store->names([&](const RecordId&) { ++read; }));
    EXPECT_EQ(read, 2 * kMany);
    ASSERT_TRUE(store->put_version({kCentre, {1}, {}, false, {1}}, true));
    ASSERT_TRUE(store->put_version({kCentre, {2}, {}, false, {2}}, false));
    ASSERT_TRUE(store->commit());
    store = over(Mode::read);
    EXPECT_EQ(store->head()->value, 2 * kMany);
    EXPECT_EQ((*store->entry({kMany}))->header, fmt::format("{{\"entry\":{}}}", kMany));
    const auto nodes = *store->nodes(merkle::Level{0}, kMany - 1, 5 * kMany);
    ASSERT_EQ(nodes.size(), static_cast<std::size_t>(kMany + 1));
    EXPECT_EQ(nodes[1], (Hash{static_cast<std::uint8_t>(kMany + 1)}));
    EXPECT_EQ(store->nodes(merkle::Level{0}, 0, 3)->size(), 3u);
    EXPECT_TRUE(store->nodes(merkle::Level{1}, 0, 3)->empty());
    std::vector<RecordId> several;
    ASSERT_TRUE(store->names_of_several([&](const RecordId& name) { several.push_back(name); }));
    EXPECT_EQ(several, std::vector<RecordId>{kCentre});
}

TEST_P(StoreContract, TellsAFaultOfALongTransactionAndKeepsNothingOfIt) {
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(append_many(*store, 1));
    const bool refused = [&] {
        if (!store->append_entry({{1}, 1, "there already"}, nullptr)) return true;
        if (!append_many(*store, kMany + 1)) return true;
        return !store->commit();
    }();
    EXPECT_TRUE(refused);
    store->roll_back();
    EXPECT_EQ(store->head()->value, 0);
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(append_many(*store, 1));
    store->roll_back();
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->append_entry({{1}, 1, "{}"}, nullptr));
    ASSERT_TRUE(store->commit());
    EXPECT_EQ(store->head()->value, 1);
}

TEST_P(StoreContract, ComparesRowsThatWereNotKeptByTheirDigests) {
    const Link link{"country", kParty};
    const auto fold = [&](Store& into, bool only_several) {
        ASSERT_TRUE(into.begin_write());
        if (!only_several) {
            ASSERT_TRUE(into.put_version({kCentre, {1}, {}, false, {1}}, true));
            ASSERT_TRUE(into.put_list_row(kCentre, {1}, "a row", true));
            ASSERT_TRUE(into.put_links(kCentre, {1}, {link}, {}));
        }
        ASSERT_TRUE(into.put_version({kParty, {2}, {}, false, {2}}, true));
        ASSERT_TRUE(into.put_version({kParty, {3}, {}, false, {3}}, false));
        ASSERT_TRUE(into.commit());
    };
    fold(*store, false);
    const auto folded = *open_scratch();
    fold(*folded, true);
    const auto agree = [&](JournalPos pos, const std::vector<Link>& links, std::string_view row) {
        Digests digests;
        digests.put_only(kCentre, pos, links, row);
        EXPECT_TRUE(folded->add_rows_to(digests));
        Digests kept = digests.empty_alike();
        EXPECT_TRUE(store->add_rows_to(kept));
        digests.remove(kept);
        EXPECT_TRUE(store->compare_projections(
            *folded, {}, [](const std::string& fault) { ADD_FAILURE() << fault; },
            Store::Compared::without_digests));
        return digests.are_empty();
    };
    EXPECT_TRUE(agree({1}, {link}, "a row"));
    EXPECT_FALSE(agree({1}, {link}, "another"));
    EXPECT_FALSE(agree({1}, {}, "a row"));
    EXPECT_FALSE(agree({1}, {{"country", kOther}}, "a row"));
    EXPECT_FALSE(agree({2}, {link}, "a row"));
}

TEST_P(StoreContract, EndsAVersionWithoutANewOne) {
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->put_version({kCentre, {2}, {}, false, {2}}, true));
    ASSERT_TRUE(store->end_version(kCentre, {4}));
    ASSERT_TRUE(store->put_redirect(kCentre, "d", {4}));
    ASSERT_TRUE(store->commit());
    EXPECT_TRUE(*store->version(kCentre, {3}));
    EXPECT_FALSE(*store->version(kCentre, {4}));
    EXPECT_FALSE(*store->redirect(kCentre, {3}));
    EXPECT_EQ(**store->redirect(kCentre, {4}), "d");
    EXPECT_EQ(store->redirects({3})->size(), 0u);
    EXPECT_EQ(store->redirects({4})->at(0).from, kCentre);
    EXPECT_EQ(store->redirects({4})->at(0).to, "d");
}

TEST_P(StoreContract, KeepsLinksOverIntervals) {
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->put_links(kCentre, {2}, {{"country", kParty}}, {}));
    ASSERT_TRUE(store->put_links(kCentre, {5}, {{"country", kOther}}, {{"country", kParty}}));
    ASSERT_TRUE(store->move_links(kOther, {Kind::party, "kaz"}, {8}));
    ASSERT_TRUE(store->commit());
    EXPECT_EQ(store->backlinks(kParty, {1})->size(), 0u);
    EXPECT_EQ(store->backlinks(kParty, {4})->size(), 1u);
    EXPECT_EQ(store->backlinks(kParty, {5})->size(), 0u);
    EXPECT_EQ(store->backlinks(kOther, {5})->at(0).field, "country");
    EXPECT_EQ(store->backlinks(kOther, {7})->size(), 1u);
    EXPECT_EQ(store->backlinks(kOther, {8})->size(), 0u);
    EXPECT_EQ(store->backlinks({Kind::party, "kaz"}, {8})->at(0).from, kCentre);
}

TEST_P(StoreContract, ReadsTheRowsOfThoseThatLink) {
    const RecordId d{Kind::centre, "d"}, e{Kind::centre, "e"};
    ASSERT_TRUE(store->begin_write());
    for (const RecordId& name : {e, kCentre, d}) {
        ASSERT_TRUE(store->put_list_row(name, {2}, name.id + "2", true));
        ASSERT_TRUE(store->put_links(name, {2}, {{"country", kParty}}, {}));
    }
    ASSERT_TRUE(store->put_links(e, {2}, {{"partners", kParty}}, {{"country", kParty}}));
    ASSERT_TRUE(store->put_list_row(d, {4}, "d4", false));
    ASSERT_TRUE(store->end_list_row(kCentre, {5}));
    ASSERT_TRUE(store->commit());
    const auto rows = [&](JournalPos as_of, std::size_t most = 9) {
        std::string out;
        EXPECT_TRUE(store->linking_rows(kParty, Kind::centre, "country", as_of, most,
                                        [&](std::string_view id, std::string_view row) {
                                            out += std::string(id) + "=" + std::string(row) + " ";
                                            return row != "d4";
                                        }));
        return out;
    };
    const std::string first = kCentre.id + "=" + kCentre.id + "2 ";
    EXPECT_EQ(rows({1}), "");
    EXPECT_EQ(rows({3}), first + "d=d2 ");
    EXPECT_EQ(rows({3}, 1), first);
    EXPECT_EQ(rows({4}), first + "d=d4 ");
    EXPECT_EQ(rows({5}), "d=d4 ");
}

TEST_P(StoreContract, KeepsEntriesAndPayloads) {
    const std::string salt("s\0t", 3);
    const Payload payload{salt, R"({"title":{"en":"China"}})"};
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->append_entry({{1}, 10, "{1}"}, &payload));
    ASSERT_TRUE(store->append_entry({{2}, 10, "{2}"}, nullptr));
    ASSERT_TRUE(store->append_entry({{3}, 20, "{3}"}, &payload));
    ASSERT_TRUE(store->commit());
    EXPECT_EQ(store->head()->value, 3);
    EXPECT_EQ((**store->entry({2})).header, "{2}");
    EXPECT_EQ((**store->entry({2})).time, 10);
    EXPECT_FALSE(*store->entry({4}));
    EXPECT_EQ((**store->payload({1})).salt, salt);
    EXPECT_EQ((**store->payload({1})).body, payload.body);
    EXPECT_FALSE(*store->payload({2}));
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->erase_payload({1}));
    ASSERT_TRUE(store->commit());
    std::string seen;
    const auto see = [&](const Entry& entry, const Payload* kept) {
        seen += entry.header + (kept ? kept->body.substr(0, 3) : "-");
        return entry.pos.value < 3;
    };
    ASSERT_TRUE(store->entries({1}, {9}, see));
    EXPECT_EQ(seen, "{1}-{2}-{3}{\"t");
    seen.clear();
    ASSERT_TRUE(store->entries({2}, {2}, see));
    EXPECT_EQ(seen, "{2}-");
}

TEST_P(StoreContract, ReadsMoreThanABlockOfEntries) {
    const Payload payload{"salt", std::string(300'000, 'x')};
    ASSERT_TRUE(store->begin_write());
    for (std::int64_t pos = 1; pos <= 9; ++pos)
        ASSERT_TRUE(store->append_entry({{pos}, pos, "{}"}, &payload));
    ASSERT_TRUE(store->commit());
    std::int64_t next = 1;
    ASSERT_TRUE(store->entries({1}, {9}, [&](const Entry& entry, const Payload* kept) {
        // The store may be used meanwhile, and this very look-up.
        EXPECT_EQ(store->head()->value, 9);
        EXPECT_TRUE(store->entries({1}, {1}, [](const Entry&, const Payload*) { return true; }));
        EXPECT_TRUE(kept && kept->body == payload.body);
        return entry.pos.value == next++;
    }));
    EXPECT_EQ(next, 10);
}

TEST_P(StoreContract, FindsThePositionOfATime) {
    ASSERT_TRUE(store->begin_write());
    for (std::int64_t pos = 1; pos <= 4; ++pos)
        ASSERT_TRUE(store->append_entry({{pos}, 100 * (pos / 2), "{}"}, nullptr));
    ASSERT_TRUE(store->commit());
    EXPECT_EQ(store->position_at(-1)->value, 0);
    EXPECT_EQ(store->position_at(99)->value, 1);
    EXPECT_EQ(store->position_at(100)->value, 3);
    EXPECT_EQ(store->position_at(1000)->value, 4);
}

TEST_P(StoreContract, KeepsMerkleNodes) {
    const Hash hash = crypto::sha256("x");
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->put_node({{3}, 5, hash}));
    ASSERT_TRUE(store->commit());
    EXPECT_EQ(**store->node({3}, 5), hash);
    EXPECT_FALSE(*store->node({3}, 4));
    EXPECT_EQ(faults({0}),
              std::vector<std::string>{"there is a Merkle node 3/5 beyond the journal's last entry"});
    EXPECT_EQ(faults({48}), std::vector<std::string>());
}

TEST_P(StoreContract, CommitsSeveralTransactionsAtOnce) {
    const auto put = [&](std::int64_t pos) { return store->append_entry({{pos}, 1, "{}"}, nullptr); };
    ASSERT_TRUE(store->begin_group());
    EXPECT_TRUE(store->written([&] { return put(1); }));
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(put(2));
    store->roll_back();
    store->roll_back();
    EXPECT_EQ(store->head()->value, 1) << "a part is undone alone, and only once";
    // An entry that is there already: what a database refuses undoes no other part either.
    const auto refused = store->written([&]() -> Result<void> {
        TAMGA_TRY(put(2));
        TAMGA_TRY(put(1));
        TAMGA_ASSIGN(const JournalPos head, store->head());
        return head.value == 2 ? Result<void>() : fail(ErrorCode::io, "look", "no");
    });
    EXPECT_FALSE(refused);
    EXPECT_TRUE(store->written([&] { return put(2); }));
    ASSERT_TRUE(store->commit_group());
    EXPECT_EQ(store->head()->value, 2);

    ASSERT_TRUE(store->begin_group());
    EXPECT_TRUE(store->written([&] { return put(3); }));
    store->roll_back_group();
    EXPECT_EQ(store->head()->value, 2);
    EXPECT_TRUE(store->written([&] { return put(3); })) << "what follows stands alone again";
    EXPECT_EQ(store->head()->value, 3);
}

TEST_P(StoreContract, ForgetsWhatIsRolledBack) {
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->append_entry({{1}, 1, "{}"}, nullptr));
    store->roll_back();
    EXPECT_EQ(store->head()->value, 0);
}

TEST_P(StoreContract, ReadsOneStateWhileAnotherWrites) {
    const auto reader = over(Mode::read);
    ASSERT_TRUE(reader->begin_read());
    EXPECT_EQ(reader->head()->value, 0);
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->append_entry({{1}, 1, "{}"}, nullptr));
    ASSERT_TRUE(store->commit());
    EXPECT_EQ(reader->head()->value, 0);
    reader->roll_back();
    EXPECT_EQ(reader->head()->value, 1);
}

TEST_P(StoreContract, IsOpenedToReadWhateverIsWrittenMeanwhile) {
    std::int64_t written = 0;
    auto connection = std::make_unique<FaultyConnection>(*connect(GetParam(), path(), Mode::read));
    connection->meanwhile = [&] {
        ASSERT_TRUE(store->begin_write());
        ASSERT_TRUE(store->append_entry({{++written}, 7, "{}"}, nullptr));
        ASSERT_TRUE(store->commit());
    };
    const auto reader = Store::over(std::move(connection), Mode::read);
    EXPECT_TRUE(reader) << reader.error().message();
    EXPECT_GT(written, 2);
}

TEST_P(StoreContract, HasOneWriterAndSaysWho) {
    const auto second = open(path(), Mode::write);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::conflict);
    EXPECT_TRUE(
        second.error().cause.starts_with(shown(path()) + " is in use by process " + std::to_string(getpid())))
        << second.error().cause;
    EXPECT_TRUE(open(path(), Mode::read));
    store.reset();
    EXPECT_TRUE(open(path(), Mode::write));
}

TEST_P(StoreContract, ReadersCannotWrite) {
    const auto reader = over(Mode::read);
    EXPECT_FALSE(reader->append_entry({{1}, 1, "{}"}, nullptr));
}

TEST_P(StoreContract, KeepsFilesByContent) {
    ASSERT_TRUE(store->begin_write());
    const std::string content("a\0b", 3);
    const Payload payload{"salt", R"({"file":"abc"})"};
    ASSERT_TRUE(store->put_file("abc", content));
    ASSERT_TRUE(store->put_file("abc", content));
    ASSERT_TRUE(store->put_file("abe", "other"));
    ASSERT_TRUE(store->append_entry({{1}, 1, "{}"}, &payload));
    ASSERT_TRUE(store->commit());
    EXPECT_EQ(**store->file("abc"), content);
    EXPECT_FALSE(*store->file("abd"));
    EXPECT_TRUE(*store->has_file("abc"));
    EXPECT_FALSE(*store->has_file("abd"));
    std::string names;
    ASSERT_TRUE(store->files([&](std::string_view name, std::string_view bytes) {
        names.append(name).append(std::to_string(bytes.size()));
    }));
    EXPECT_EQ(names, "abc3abe5");
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->erase_file_unless_named("abc"));
    ASSERT_TRUE(store->erase_file_unless_named("abe"));
    ASSERT_TRUE(store->commit());
    EXPECT_TRUE(*store->has_file("abc"));
    EXPECT_FALSE(*store->has_file("abe"));
}

TEST_P(StoreContract, ComparesTheFoldRowByRow) {
    const auto fold = [](Store& into) {
        ASSERT_TRUE(into.begin_write());
        ASSERT_TRUE(into.put_version({kParty, {1}, {}, false, {1}}, true));
        ASSERT_TRUE(into.put_version({kCentre, {2}, {}, false, {2}}, true));
        ASSERT_TRUE(into.put_links(kCentre, {2}, {{"country", kParty}}, {}));
        ASSERT_TRUE(into.commit());
    };
    const auto differences = [&](Store& other) {
        std::vector<std::string> found;
        EXPECT_TRUE(
            store->compare_projections(other, {}, [&](const std::string& fault) { found.push_back(fault); }));
        return found;
    };
    const auto dump = [&] {
        std::string rows;
        EXPECT_TRUE(store->dump_projections([&](std::string_view row) { rows.append(row) += '\n'; }));
        return rows;
    };
    fold(*store);
    const auto other = *open_scratch();
    fold(*other);
    EXPECT_EQ(differences(*other), std::vector<std::string>());
    EXPECT_EQ(dump(),
              "records\tcentre\tc\t2\nrecords\tparty\tcn\t1\n"
              "versions\tcentre\tc\t2\t9223372036854775807\t2\t0\n"
              "versions\tparty\tcn\t1\t9223372036854775807\t1\t0\n"
              "links\tparty\tcn\tcentre\tc\tcountry\t2\t9223372036854775807\n");
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->put_version({kParty, {3}, {}, true, {3}}, false));
    ASSERT_TRUE(store->commit());
    EXPECT_EQ(differences(*other),
              (std::vector<std::string>{"table versions, row party cn 1: it is not what the journal makes",
                                        "table versions, row party cn 3: the journal makes no such row"}));
    // Of many it tells a few, and the number.
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->drop_projections());
    for (int i = 10; i < 60; ++i)
        ASSERT_TRUE(store->put_redirect({Kind::party, "p" + std::to_string(i)}, "x", {1}));
    ASSERT_TRUE(store->commit());
    const auto found = differences(*other);
    EXPECT_EQ(found.front(), "table records, row centre c: it is missing");
    EXPECT_EQ(found.back(), "table redirects: 30 more rows");
    EXPECT_EQ(dump().substr(0, 10), "redirects\t");
}

TEST_P(StoreContract, FindsTextsByTheirWords) {
    const RecordId project{Kind::project, "p"};
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->put_text(kParty, {1}, {"silk road \u00b6 中国", "green trade"}, true));
    ASSERT_TRUE(store->put_text(kOther, {2}, {"kazakhstan", "on the silk road"}, true));
    ASSERT_TRUE(store->put_text(kCentre, {3}, {}, true));
    ASSERT_TRUE(store->put_text(project, {4}, {"", "silk \u00b6 road 中国 trader"}, true));
    ASSERT_TRUE(store->put_text(kParty, {5}, {"silk road \u00b6 中国", "green trade"}, false));  // The same.
    ASSERT_TRUE(store->put_text(kOther, {6}, {"kazakhstan", "silk"}, false));
    ASSERT_TRUE(store->put_text(kOther, {7}, {}, false));
    ASSERT_TRUE(store->commit());
    const auto counts = [&](const char* sought, std::int64_t as_of) {
        std::map<Kind, std::int64_t> sums;
        for (const bool in_title : {true, false}) {
            const auto found = store->find_texts(i18n::parse_sought(sought), in_title, {as_of}, {100}, 0);
            EXPECT_TRUE(found) << (found ? "" : found.error().message());
            if (found)
                for (const auto& [kind, count, newest] : *found) sums[kind] += count;
        }
        std::string text;
        for (const auto& [kind, count] : sums)
            text += std::string(info(kind).name) + " " + std::to_string(count) + " ";
        return text;
    };
    EXPECT_EQ(counts("silk", 0), "");
    EXPECT_EQ(counts("silk", 1), "party 1 ");
    EXPECT_EQ(counts("silk road", 2), "party 2 ");
    EXPECT_EQ(counts("silk road", 4), "party 2 project 1 ");
    EXPECT_EQ(counts("\"silk road\"", 4), "party 2 ") << "in the project they are of two texts";
    EXPECT_EQ(counts("silk road", 6), "party 1 project 1 ");
    EXPECT_EQ(counts("silk", 6), "party 2 project 1 ");
    EXPECT_EQ(counts("silk", 7), "party 1 project 1 ");
    EXPECT_EQ(counts("trade", 7), "party 1 ");
    EXPECT_EQ(counts("trad* silk", 7), "party 1 project 1 ");
    EXPECT_EQ(counts("“中国”", 7), "party 1 project 1 ");
    EXPECT_EQ(counts("NOT NEAR", 7), "");
    const auto found = [&](const char* sought, bool in_title, std::int64_t before, std::int64_t as_of) {
        std::string text;
        const auto texts = store->find_texts(i18n::parse_sought(sought), in_title, {as_of}, {before}, 1);
        EXPECT_TRUE(texts) << (texts ? "" : texts.error().message());
        if (!texts) return text;
        for (const auto& [kind, count, newest] : *texts)
            for (const JournalPos pos : newest)
                text += (*store->text_of(pos))->text() + " " + std::to_string(pos.value) + " ";
        return text;
    };
    EXPECT_EQ(found("silk", true, 100, 6), "party:cn 1 ");
    EXPECT_EQ(found("silk", false, 100, 6), "party:kz 6 project:p 4 ");
    EXPECT_EQ(found("silk", false, 100, 5), "party:kz 2 project:p 4 ");
    EXPECT_EQ(found("silk", false, 6, 6), "project:p 4 ");
    EXPECT_EQ(found("silk", false, 100, 7), "project:p 4 ");
    EXPECT_FALSE(*store->text_of({3}));
    // Cleared, nothing is left.
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->drop_projections());
    ASSERT_TRUE(store->commit());
    EXPECT_EQ(counts("silk", 7), "");
}

TEST_P(StoreContract, ComparesTheIndexOfWordsWordByWord) {
    const auto fold = [](Store& into, const char* words) {
        ASSERT_TRUE(into.begin_write());
        ASSERT_TRUE(into.put_text(kParty, {1}, {"title", words}, true));
        ASSERT_TRUE(into.put_text(kOther, {2}, {"", "trade"}, true));
        ASSERT_TRUE(into.commit());
    };
    fold(*store, "green trade");
    const auto same = *open_scratch(), other = *open_scratch();
    fold(*same, "green trade");
    fold(*other, "trade green growth");
    const auto differences = [&](Store& folded) {
        std::vector<std::string> found;
        EXPECT_TRUE(store->compare_projections(folded, {},
                                               [&](const std::string& fault) { found.push_back(fault); }));
        return found;
    };
    EXPECT_EQ(differences(*same), std::vector<std::string>());
    EXPECT_EQ(
        differences(*other),
        (std::vector<std::string>{"table texts, row 1: it is not what the journal makes",
                                  "table text_index, row green 1 words 0: the journal makes no such row",
                                  "table text_index, row green 1 words 1: it is missing",
                                  "table text_index, row growth 1 words 2: it is missing",
                                  "table text_index, row trade 1 words 0: it is missing",
                                  "table text_index, row trade 1 words 1: the journal makes no such row"}));
}

TEST_P(StoreContract, IsCopiedAsItIs) {
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->append_entry({{1}, 1, "{}"}, nullptr));
    ASSERT_TRUE(store->commit());
    const auto reader = over(Mode::read);
    const std::string to = (folder_ / "copy.db").string();
    if (GetParam().postgres) {
        EXPECT_EQ(reader->back_up(to).error().code, ErrorCode::invalid_usage);
        return;
    }
    ASSERT_TRUE(reader->back_up(to));
    EXPECT_EQ((*open(to, Mode::read))->head()->value, 1);
    const auto again = reader->back_up(to);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::conflict);
    EXPECT_EQ(reader->back_up("/nowhere/copy.db").error().code, ErrorCode::io);
    EXPECT_EQ((*open(to, Mode::write))->head()->value, 1);
}

using Committing = std::tuple<Under, Fate>;
class Commit : public testing::TestWithParam<Committing> {};

std::string name_of(const testing::TestParamInfo<Committing>& given) {
    return std::string(std::get<Under>(given.param).name) +
           (std::get<Fate>(given.param) == Fate::lost ? "Lost" : "Fails");
}
INSTANTIATE_TEST_SUITE_P(Fates, Commit,
                         testing::Combine(testing::Values(kUnder[0], kUnder[2]),
                                          testing::Values(Fate::fails, Fate::lost)),
                         name_of);

TEST_P(Commit, WhoseFateIsNotKnownStopsTheWriter) {
    const fs::path folder = fs::temp_directory_path() / ("tamga-commit-" + std::to_string(getpid()));
    fs::create_directories(folder);
    const auto& [under, fate] = GetParam();
    const std::string path = under.postgres ? Cluster::fresh_database() : (folder / "register.db").string();
    if (path.empty()) GTEST_SKIP() << "the server of PostgreSQL is not installed: run ./setup --tests";
    ASSERT_TRUE(open(path, Mode::write));
    bool reached = false;
    for (int wrong = 1; !reached; ++wrong) {
        auto faulty = std::make_unique<FaultyConnection>(*connect(under, path, Mode::write), wrong, fate);
        const FaultyConnection& connection = *faulty;
        auto store = Store::over(std::move(faulty), Mode::write);
        if (!store) continue;  // It went wrong before.
        if (!(*store)->begin_write() || !(*store)->append_entry({{1}, 1, "{}"}, nullptr)) {
            (*store)->roll_back();
            continue;
        }
        const auto done = (*store)->commit();
        ASSERT_FALSE(done) << wrong;
        if (!connection.commit_went_wrong()) {
            EXPECT_EQ(done.error().code, ErrorCode::io);
            EXPECT_TRUE((*store)->begin_write()) << "nothing was committed, and that is known";
            (*store)->roll_back();
            continue;
        }
        reached = true;
        EXPECT_EQ(done.error().code, ErrorCode::state_unknown);
        const auto again = (*store)->begin_write();
        ASSERT_FALSE(again);
        EXPECT_EQ(again.error().code, ErrorCode::state_unknown);
    }
    // Opening again tells what the file holds: all of the transaction or nothing.
    const auto store = open(path, Mode::write);
    ASSERT_TRUE(store);
    EXPECT_EQ((*store)->head()->value, fate == Fate::lost ? 1 : 0);
    EXPECT_TRUE((*store)->begin_write());
    (*store)->roll_back();
    fs::remove_all(folder);
}

/// What only a server can do, or meet.
class Postgres : public testing::Test {
  protected:
    void SetUp() override {
        path = Cluster::fresh_database();
        if (path.empty()) GTEST_SKIP() << "the server of PostgreSQL is not installed: run ./setup --tests";
        store = *open(path, Mode::write);
    }
    void sql(const std::string& text) { Cluster::sql(path, text); }
    /// Ends every session of Tamga's, as a server that is stopped does.
    void end_sessions() {
        sql("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = "
            "current_database() "
            "AND pid <> pg_backend_pid()");
    }
    static void put(Store& store, std::int64_t first, std::int64_t last) {
        ASSERT_TRUE(store.begin_write());
        for (std::int64_t pos = first; pos <= last; ++pos)
            ASSERT_TRUE(store.append_entry({{pos}, pos, "{}"}, nullptr));
        ASSERT_TRUE(store.commit());
    }

    std::string path;
    std::unique_ptr<Store> store;
};

TEST_F(Postgres, HasTheTablesAndColumnsOfSQLite) {
    const auto names = [](Connection& connection, const char* sql) {
        std::set<std::string> found;
        Statement& columns = **connection.prepared(sql);
        while (*columns.step()) found.insert(std::string(columns.text(0)));
        columns.reset();
        return found;
    };
    const auto memory = *open_sqlite_memory();
    ASSERT_EQ(memory->schema().size(), postgres_schema().size()) << "each step stands in both files";
    for (const std::string& step : memory->schema()) ASSERT_TRUE(memory->execute(step.c_str()));
    EXPECT_EQ(names(*memory,
                    "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c "
                    "WHERE m.type = 'table' AND m.name NOT LIKE 'text_index%'"),
              names(**open_postgres(path, Mode::read),
                    "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE "
                    "table_schema = 'tamga' AND table_name NOT IN ('schema', 'text_index')"));
}

TEST_F(Postgres, OrdersByBytesWhateverTheServersLanguageIs) {
    const std::vector<std::string> ids{"a", "a-c", "a1", "ab", "b"};
    ASSERT_TRUE(store->begin_write());
    for (const std::string& id : {ids[3], ids[1], ids[4], ids[2], ids[0]})
        ASSERT_TRUE(store->put_version({{Kind::party, id}, {1}, {}, false, {1}}, true));
    ASSERT_TRUE(store->commit());
    std::vector<std::string> found;
    const auto versions = *store->versions(Kind::party, {1});
    for (const Version& version : versions) found.push_back(version.name.id);
    EXPECT_EQ(found, ids);
}

TEST_F(Postgres, TellsAtTheCommitWhatWentAheadAndFailed) {
    ASSERT_TRUE(store->begin_write());
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(store->append_entry({{1}, 1, "{}"}, nullptr));
    const auto done = store->commit();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::io) << "nothing was committed, and that is known";
    put(*store, 1, 5000);
    EXPECT_EQ(store->head()->value, 5000);
    // A look-up within the transaction sees what was written before it, or what that failed with.
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->append_entry({{5001}, 5001, "{}"}, nullptr));
    EXPECT_EQ(store->head()->value, 5001);
    ASSERT_TRUE(store->append_entry({{1}, 1, "{}"}, nullptr));
    EXPECT_FALSE(store->head());
    EXPECT_FALSE(store->commit());
    EXPECT_EQ(store->head()->value, 5000);
}

TEST_F(Postgres, ReadsWhileOtherRowsAreOnTheirWay) {
    ASSERT_TRUE(store->begin_write());
    for (int i = 100; i < 200; ++i)
        ASSERT_TRUE(store->put_file(std::to_string(i), std::string(10'000, static_cast<char>(i))));
    ASSERT_TRUE(store->commit());
    int seen = 0;
    ASSERT_TRUE(store->files([&](std::string_view name, std::string_view content) {
        EXPECT_EQ(name, std::to_string(100 + seen));
        EXPECT_EQ(content, std::string(10'000, static_cast<char>(100 + seen)));
        EXPECT_TRUE(*store->has_file(std::to_string(199 - seen)));
        ++seen;
    }));
    EXPECT_EQ(seen, 100);
}

TEST_F(Postgres, GoesOnAfterRowsThatNobodyWanted) {
    ASSERT_TRUE(store->begin_write());
    for (std::int64_t pos = 1; pos <= 20'000; ++pos) ASSERT_TRUE(store->put_redaction({pos}, {pos + 1}));
    ASSERT_TRUE(store->commit());
    const auto reader = *open_postgres(path, Mode::read);
    for (const bool one_state : {false, true}) {
        if (one_state) {
            ASSERT_TRUE(reader->begin_read());
        }
        for (int i = 0; i < 3; ++i) {
            const Query some(**reader->prepared("SELECT erased FROM redactions ORDER BY erased"));
            ASSERT_TRUE(*some->step());
            EXPECT_EQ(some->integer(0), 1);
        }
        const Query all(**reader->prepared("SELECT count(*) FROM redactions"));
        ASSERT_TRUE(*all->step());
        EXPECT_EQ(all->integer(0), 20'000);
    }
}

TEST_F(Postgres, AReaderWhoseConnectionWasLostHasItMadeAgain) {
    put(*store, 1, 1);
    const auto reader = *open(path, Mode::read);
    EXPECT_EQ(reader->head()->value, 1);
    end_sessions();
    EXPECT_EQ(reader->head()->value, 1);
    ASSERT_TRUE(reader->begin_read());
    end_sessions();
    EXPECT_FALSE(reader->head()) << "the state that it reads has gone with the session";
    reader->roll_back();
    EXPECT_EQ(reader->head()->value, 1);
    end_sessions();
    EXPECT_TRUE(reader->begin_read());
    reader->roll_back();
}

TEST_F(Postgres, ACommitIsAnnouncedToWhoeverListensAndWhatIsUndoneIsNot) {
    using std::chrono::milliseconds;
    const auto first = *listen(path), second = *listen(path);
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->append_entry({{1}, 1, "{}"}, nullptr));
    store->roll_back();
    EXPECT_FALSE(*first->wait(milliseconds(50)));
    put(*store, 1, 1);
    for (const auto* const one : {&first, &second}) {
        EXPECT_TRUE(*(*one)->wait(milliseconds(600'000)));
        EXPECT_FALSE(*(*one)->wait(milliseconds(0))) << "it is told once";
    }
    end_sessions();
    const auto ended = first->wait(milliseconds(600'000));
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, ErrorCode::io);
    EXPECT_EQ(*listen("/a/file.db"), nullptr);
}

TEST_F(Postgres, AWriterWhoseConnectionWasLostHasWrittenNothing) {
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->append_entry({{1}, 1, "{}"}, nullptr));
    EXPECT_EQ(store->head()->value, 1);
    end_sessions();
    const auto done = store->commit();
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().cause.find("was lost"), std::string::npos) << done.error().message();
    EXPECT_FALSE(store->begin_write()) << "the lock has gone with the session";
    EXPECT_EQ((*open(path, Mode::write))->head()->value, 0);
}

TEST_F(Postgres, TheTurnOfAWriterThatDiesIsTheNextOnes) {
    store.reset();
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const auto first = open(path, Mode::write);
        if (!first || write(ready[1], "x", 1) != 1) _exit(1);
        for (;;) pause();
    }
    char byte = 0;
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    std::string told;
    const auto second = open(path, Mode::write, [&](std::string_view cause) {
        told = cause;
        kill(child, SIGKILL);
    });
    EXPECT_TRUE(second) << second.error().message();
    EXPECT_TRUE(told.starts_with(shown(path) + " is in use by process " + std::to_string(child))) << told;
    waitpid(child, nullptr, 0);
}

TEST_F(Postgres, AWriterDoesNotWaitForItself) {
    const auto second = open(path, Mode::write, [](std::string_view) { ADD_FAILURE(); });
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::conflict);
}

TEST_F(Postgres, WhatIsNotTamgasIsNotWrittenBy) {
    for (const char* const foreign :
         {"CREATE FUNCTION tamga.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
          "CREATE VIEW tamga.v AS SELECT * FROM tamga.entries", "CREATE TABLE tamga.songs (title TEXT)",
          "DROP INDEX tamga.entries_by_time", "ALTER TABLE tamga.entries ENABLE ROW LEVEL SECURITY",
          "ALTER TABLE tamga.entries ADD CHECK (pos < 5)",
          "ALTER TABLE tamga.links ALTER field SET DEFAULT 'x'",
          "CREATE RULE r AS ON INSERT TO tamga.entries DO INSTEAD NOTHING",
          "CREATE TABLE part () INHERITS (tamga.entries)"}) {
        path = Cluster::fresh_database();
        store = *open(path, Mode::write);
        sql(foreign);
        store.reset();
        const auto opened = open(path, Mode::write);
        ASSERT_FALSE(opened) << foreign;
        EXPECT_EQ(opened.error().code, ErrorCode::corrupt) << opened.error().message();
        EXPECT_TRUE(open(path, Mode::read));
    }
}

TEST_F(Postgres, TellsWhatStandsThere) {
    EXPECT_TRUE(*exists(path));
    store.reset();
    sql("INSERT INTO tamga.schema VALUES (1000)");
    EXPECT_EQ(open(path, Mode::read).error().cause, "it was made by a newer Tamga (schema 1000)");
    sql("DELETE FROM tamga.schema WHERE version = 1000; UPDATE tamga.journal SET entries = 5");
    EXPECT_EQ(open(path, Mode::write).error().code, ErrorCode::corrupt);
    const std::string empty = Cluster::fresh_database();
    EXPECT_FALSE(*exists(empty));
    EXPECT_EQ(open(empty, Mode::read).error().code, ErrorCode::not_found);
    EXPECT_FALSE(*exists(empty)) << "looking makes nothing";
}

TEST_F(Postgres, RefusesAServerOrADatabaseThatDoesNotDo) {
    EXPECT_EQ(open("postgresql:///nobody?host=/nowhere", Mode::read).error().code, ErrorCode::io);
    EXPECT_EQ(exists("postgresql:///nobody?host=/nowhere").error().code, ErrorCode::io);
    sql("CREATE DATABASE old_letters ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0");
    std::string other = path;
    other.replace(other.find("@/") + 2, other.find('?') - other.find("@/") - 2, "old_letters");
    EXPECT_EQ(open(other, Mode::write).error().cause, "the database's encoding is LATIN1");
    sql("DROP DATABASE old_letters");
}

TEST(Address, IsToldWithoutItsPassword) {
    EXPECT_EQ(shown("postgresql://ana:s3cret@db.example.org:5433/register?sslmode=require"),
              "postgresql://db.example.org:5433/register");
    EXPECT_EQ(shown("postgresql://a,b:5433/register?password=s3cret&target_session_attrs=read-write"),
              "postgresql://a,b:5433/register");
    EXPECT_EQ(shown("postgresql:///register?host=/run/postgresql"),
              "postgresql:///register?host=/run/postgresql");
    EXPECT_EQ(shown("tamga.db"), "tamga.db");
    for (const char* const bad : {"postgresql://ana:s3cret@[::1/register", "postgresql:s3cret",
                                  "postgres://h/d?s3cret", "postgresql://ana:s3cret@h:port/d"}) {
        const auto opened = open(bad, Mode::read);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().message().find("s3cret"), std::string::npos) << opened.error().message();
    }
    const auto opened = open("postgresql://ana:s3cret@/d?host=/nowhere", Mode::write);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().message().find("s3cret"), std::string::npos) << opened.error().message();
}

/// What can happen to the files of a register.
class Files : public testing::Test {
  protected:
    Files() : folder_(fs::temp_directory_path() / ("tamga-files-" + std::to_string(getpid()))) {
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    ~Files() override {
        fs::permissions(folder_, fs::perms::owner_all);
        fs::remove_all(folder_);
    }
    std::string path() const { return (folder_ / "register.db").string(); }
    std::set<std::string> names() const {
        std::set<std::string> found;
        for (const auto& file : fs::directory_iterator(folder_)) found.insert(file.path().filename());
        return found;
    }
    static void add(Store& store, int count) {
        ASSERT_TRUE(store.begin_write());
        for (int i = 0; i < count; ++i) {
            const std::int64_t pos = store.head()->value + 1;
            const Payload payload{std::string(32, 's'), std::string(200, 'b')};
            ASSERT_TRUE(store.append_entry({{pos}, pos, "{}"}, &payload));
        }
        ASSERT_TRUE(store.commit());
    }
    void make(int count) { add(**open(path(), Mode::write), count); }
    void sql(const char* text) {
        sqlite3* database = nullptr;
        ASSERT_EQ(sqlite3_open(path().c_str(), &database), SQLITE_OK);
        ASSERT_EQ(sqlite3_exec(database, text, nullptr, nullptr, nullptr), SQLITE_OK)
            << sqlite3_errmsg(database);
        sqlite3_close(database);
    }
    /// What takes a database back to the step before the words of texts.
    static constexpr const char* kWithoutTexts =
        "DROP TABLE private_key; DROP TABLE accounts; DROP TABLE recovery_codes; DROP TABLE roles; DROP "
        "TABLE "
        "sessions; DROP TABLE tokens; DROP TABLE invitations; DROP TABLE drafts; DROP TABLE replies; DROP "
        "TABLE "
        "events; DROP TABLE throttle; DROP TABLE follows; DROP TABLE mails; DROP TABLE identities; DROP "
        "TABLE passkeys; "
        "DROP TABLE answered; CREATE INDEX links_by_from ON links (from_kind, from_id, valid_until); DROP "
        "TABLE "
        "assents; DROP TABLE "
        "keys; DROP TABLE seals; "
        "DROP TABLE text_index_words; DROP TABLE text_index; DROP TABLE texts; "
        "UPDATE folded SET step = 6; DELETE FROM schema WHERE version >= 7";
    /// Opens in both modes, expects the code, and gives what is said.
    std::string refused(ErrorCode code) {
        std::string said;
        for (const Mode mode : {Mode::read, Mode::write}) {
            const auto opened = open(path(), mode);
            if (opened) {
                ADD_FAILURE() << "it was opened";
                continue;
            }
            EXPECT_EQ(opened.error().code, code) << opened.error().message();
            if (mode == Mode::write) {
                EXPECT_EQ(opened.error().cause, said);
            }
            said = opened.error().cause;
        }
        return said;
    }
    fs::path folder_;
};

TEST_F(Files, WhoeverClosesLastLeavesOneFile) {
    make(3);
    EXPECT_EQ(names(), std::set<std::string>{"register.db"});
    EXPECT_TRUE(open(path(), Mode::read));
    EXPECT_EQ(names(), std::set<std::string>{"register.db"});
}

TEST_F(Files, AnEmptyFileIsNoRegister) {
    make(3);
    fs::resize_file(path(), 0);
    EXPECT_EQ(refused(ErrorCode::corrupt), path() + " is empty: no register is in it");
    EXPECT_EQ(fs::file_size(path()), 0u);
}

TEST_F(Files, AFileThatIsCutShortIsToldAtEveryLength) {
    make(300);
    const auto whole = fs::file_size(path());
    ASSERT_GT(whole, 100'000u);
    fs::copy_file(path(), path() + ".whole");
    for (const std::uintmax_t length : {whole - 1, whole - 3000, whole - 4096, whole / 2,
                                        std::uintmax_t{4096}, std::uintmax_t{5000}, std::uintmax_t{100}}) {
        fs::copy_file(path() + ".whole", path(), fs::copy_options::overwrite_existing);
        fs::resize_file(path(), length);
        EXPECT_NE(refused(ErrorCode::corrupt).find(" is cut short: "), std::string::npos) << length;
    }
    fs::resize_file(path(), 99);
    EXPECT_EQ(refused(ErrorCode::corrupt), path() + " is not a database");
}

TEST_F(Files, AJournalThatLostEntriesIsTold) {
    make(5);
    sql("DELETE FROM entries WHERE pos > 3");
    EXPECT_EQ(refused(ErrorCode::corrupt), "the journal's last entry is 3, but 5 were written");
}

TEST_F(Files, ARegisterOfTheFirstSchemaIsReadAndThenMigrated) {
    make(5);
    sql(kWithoutTexts);
    sql("DROP TABLE journal; DROP TABLE redirects; DROP TABLE redactions; DROP TABLE judged; DROP TABLE "
        "listed; DROP TABLE tallies; DROP TABLE "
        "folded; DELETE FROM schema WHERE version > 1;"
        "CREATE TABLE redirects (kind TEXT NOT NULL, old_id TEXT NOT NULL, new_id TEXT NOT NULL, valid_from "
        "BIGINT "
        "NOT NULL, PRIMARY KEY (kind, old_id, valid_from)) WITHOUT ROWID;"
        "INSERT INTO redirects VALUES ('party', 'prc', 'cn', 2)");
    EXPECT_EQ((*open(path(), Mode::read))->head()->value, 5);
    EXPECT_EQ(**(*open(path(), Mode::read))->redirect({Kind::party, "prc"}, {2}), "cn");
    add(**open(path(), Mode::write), 1);
    EXPECT_EQ(**(*open(path(), Mode::read))->redirect({Kind::party, "prc"}, {2}), "cn");
    sql("DELETE FROM entries WHERE pos = 6");
    EXPECT_EQ(refused(ErrorCode::corrupt), "the journal's last entry is 5, but 6 were written");
}

TEST_F(Files, WhatANewerProgramMadeIsRefused) {
    make(1);
    sql("INSERT INTO schema VALUES (1000)");
    EXPECT_EQ(refused(ErrorCode::conflict), "it was made by a newer Tamga (schema 1000)");
}

TEST_F(Files, ALogThatWaitsIsReadUnlessTheFileIsAnother) {
    make(3);
    fs::copy_file(path(), path() + ".backup");
    auto store = *open(path(), Mode::write);
    add(*store, 2);  // The file holds five now.
    // A reader in the midst of a query: what is written stays in the log.
    sqlite3* reader = nullptr;
    ASSERT_EQ(sqlite3_open(path().c_str(), &reader), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM entries", nullptr, nullptr, nullptr),
              SQLITE_OK);
    add(*store, 2);
    add(*store, 2);
    ASSERT_GT(fs::file_size(path() + "-wal"), 0u);
    // As a power cut would leave them.
    const std::string lost = (folder_ / "lost.db").string();
    fs::copy_file(path(), lost);
    fs::copy_file(path() + "-wal", lost + "-wal");
    sqlite3_close(reader);
    store.reset();
    EXPECT_EQ((*open(lost, Mode::read))->head()->value, 9);

    // The backup is put where the file was, beside the log that it knows nothing of.
    fs::remove(lost + "-shm");
    fs::copy_file(path() + ".backup", lost, fs::copy_options::overwrite_existing);
    for (const Mode mode : {Mode::read, Mode::write}) {
        const auto opened = open(lost, mode);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code, ErrorCode::conflict);
        EXPECT_EQ(
            opened.error().cause,
            fmt::format("{0}-wal does not belong to {0}: one of them was put there from elsewhere", lost));
    }
    // Doing as the hint says gives the backup, which the refusals left as it was.
    fs::remove(lost + "-wal");
    fs::remove(lost + "-shm");
    EXPECT_EQ((*open(lost, Mode::write))->head()->value, 3);
}

TEST_F(Files, AfterACommitTheFileHoldsAll) {
    auto store = *open(path(), Mode::write);
    add(*store, 3);
    const std::string copy = path() + ".copy";
    fs::copy_file(path(), copy);
    EXPECT_EQ((*open(copy, Mode::read))->head()->value, 3);
}

TEST_F(Files, AFirstTransactionIsWrittenAsideAndTakesItsPlace) {
    make(0);
    fs::permissions(path(), fs::perms(0640));
    const auto early = *open(path(), Mode::read);
    auto store = *open(path(), Mode::write);
    ASSERT_TRUE(store->write_aside());
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->append_entry({{1}, 1, "{}"}, nullptr));
    EXPECT_TRUE(names().contains("register.db-first"));
    EXPECT_EQ(fs::status(path() + "-first").permissions(), fs::perms(0640));
    EXPECT_EQ((*open(path(), Mode::read))->head()->value, 0);
    ASSERT_TRUE(store->commit());
    EXPECT_FALSE(names().contains("register.db-first"));
    EXPECT_EQ(fs::status(path()).permissions(), fs::perms(0640));
    EXPECT_EQ(early->head()->value, 0);
    const auto late = *open(path(), Mode::read);
    EXPECT_EQ(late->head()->value, 1);
    // It is the writer of the file that is there now, and the only one.
    EXPECT_EQ(open(path(), Mode::write).error().code, ErrorCode::conflict);
    EXPECT_EQ(store->head()->value, 1);
    add(*store, 2);
    EXPECT_EQ(late->head()->value, 3);
}

TEST_F(Files, WhoReadWhatWasThereBeforeTakesNothingAlongWhenItGoes) {
    make(0);
    auto early = *open(path(), Mode::read);
    EXPECT_EQ(early->head()->value, 0);
    auto store = *open(path(), Mode::write);
    ASSERT_TRUE(store->write_aside());
    add(*store, 1);
    const auto late = *open(path(), Mode::read);
    EXPECT_EQ(late->head()->value, 1);
    early.reset();
    store.reset();
    make(1);
    EXPECT_EQ(late->head()->value, 2);
}

/// Another process that serves the register, for as long as this lives.
class Server {
  public:
    explicit Server(const std::string& path) {
        int ready[2];
        EXPECT_EQ(pipe(ready), 0);
        EXPECT_EQ(pipe(end_), 0);
        child_ = fork();
        char byte = 'x';
        if (child_ == 0) {
            const auto lock = serving(path);
            ::close(end_[1]);
            if (!lock || write(ready[1], &byte, 1) != 1) _exit(1);
            _exit(read(end_[0], &byte, 1) == 0 ? 0 : 2);
        }
        ::close(ready[1]);
        EXPECT_EQ(read(ready[0], &byte, 1), 1);
        ::close(ready[0]);
    }
    ~Server() {
        ::close(end_[1]);
        ::close(end_[0]);
        int status = 0;
        waitpid(child_, &status, 0);
        EXPECT_EQ(status, 0);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

  private:
    int end_[2] = {};
    pid_t child_ = 0;
};

TEST_F(Files, WhatIsWrittenAsideIsCopiedWhereSomebodyBeganToServe) {
    make(0);
    auto store = *open(path(), Mode::write);
    ASSERT_TRUE(store->write_aside());
    const Server server(path());
    const auto reader = *open(path(), Mode::read);
    add(*store, 3);
    EXPECT_EQ(reader->head()->value, 3);
    add(*store, 1);
    EXPECT_EQ(reader->head()->value, 4);
    EXPECT_FALSE(names().contains("register.db-first"));
}

TEST_F(Files, IsWrittenInItsPlaceWhereItCannotBeReplaced) {
    const auto is_aside = [&](const std::string& name) {
        const auto store = *open(name, Mode::write);
        EXPECT_TRUE(store->write_aside());
        return fs::exists(name + "-first");
    };
    make(0);
    EXPECT_TRUE(is_aside(path()));
    fs::create_symlink("register.db", folder_ / "link.db");
    EXPECT_FALSE(is_aside((folder_ / "link.db").string()));
    fs::create_hard_link(path(), folder_ / "other.db");
    EXPECT_FALSE(is_aside(path()));
    fs::remove(folder_ / "other.db");
    {
        const Server server(path());
        EXPECT_FALSE(is_aside(path()));
    }
    EXPECT_TRUE(is_aside(path()));
    make(1);
    EXPECT_FALSE(is_aside(path()));
}

TEST_F(Files, NothingIsLeftOfWhatWasWrittenAsideAndTakenBack) {
    make(0);
    {
        auto store = *open(path(), Mode::write);
        ASSERT_TRUE(store->write_aside());
        ASSERT_TRUE(store->begin_write());
        ASSERT_TRUE(store->append_entry({{1}, 1, "{}"}, nullptr));
        store->roll_back();
        EXPECT_FALSE(names().contains("register.db-first"));
        EXPECT_EQ(store->head()->value, 0);
        add(*store, 2);
    }
    EXPECT_EQ((*open(path(), Mode::read))->head()->value, 2);
}

TEST_F(Files, WhoIsKilledWhileWritingAsideHasWrittenNothing) {
    make(0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const auto store = open(path(), Mode::write);
        if (!store || !(*store)->write_aside() || !(*store)->begin_write()) _exit(1);
        for (int pos = 1; pos <= 3000; ++pos)
            if (!(*store)->append_entry({{pos}, pos, std::string(4000, 'x')}, nullptr)) _exit(1);
        kill(getpid(), SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_TRUE(names().contains("register.db-first"));
    EXPECT_EQ((*open(path(), Mode::read))->head()->value, 0);
    make(2);
    EXPECT_EQ(names(), std::set<std::string>{"register.db"});
    EXPECT_EQ((*open(path(), Mode::read))->head()->value, 2);
}

TEST_F(Files, ALockCannotBeRemoved) {
    make(1);
    int ready[2], done[2];
    ASSERT_EQ(pipe(ready), 0);
    ASSERT_EQ(pipe(done), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    char byte = 'x';
    if (child == 0) {
        const auto store = open(path(), Mode::write);
        if (!store || write(ready[1], &byte, 1) != 1) _exit(1);
        ::close(done[1]);
        _exit(read(done[0], &byte, 1) == 0 ? 0 : 2);
    }
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    for (const std::string& name : names())
        if (name != "register.db" && name != "register.db-wal" && name != "register.db-shm")
            fs::remove(folder_ / name);
    const auto second = open(path(), Mode::write);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::conflict);
    EXPECT_EQ(second.error().cause, path() + " is in use by process " + std::to_string(child));
    // Readers come and go; the lock stays.
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(open(path(), Mode::read));
    EXPECT_FALSE(open(path(), Mode::write));
    ::close(done[1]);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(open(path(), Mode::write));
}

TEST_F(Files, NothingIsWrittenToFilesThatWereRemoved) {
    auto store = *open(path(), Mode::write);
    add(*store, 1);
    fs::remove(path() + "-wal");
    EXPECT_EQ(store->begin_write().error().code, ErrorCode::conflict);
    store.reset();
    fs::remove(path());
    store = *open(path(), Mode::write);
    fs::rename(path(), path() + ".moved");
    EXPECT_EQ(store->begin_write().error().code, ErrorCode::conflict);
}

TEST_F(Files, AFolderThatMayNotBeWrittenToIsRead) {
    make(7);
    fs::permissions(path(), fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
    fs::permissions(folder_, fs::perms(0555));
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        // The superuser may write everywhere.
        if (getuid() == 0 && setuid(65534) != 0) _exit(1);
        const auto store = open(path(), Mode::read);
        if (!store) _exit(2);
        if ((*store)->head()->value != 7) _exit(3);
        const auto writer = open(path(), Mode::write);
        _exit(!writer && writer.error().code == ErrorCode::io && !writer.error().hint.empty() ? 0 : 4);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_EQ(names(), std::set<std::string>{"register.db"});
}

TEST_F(Files, AReaderWithoutMarksNoticesWhoWrites) {
    make(7);
    fs::permissions(folder_, fs::perms(0555));
    int to_writer[2], to_reader[2];
    ASSERT_EQ(pipe(to_writer) + pipe(to_reader), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        if (getuid() == 0 && setuid(65534) != 0) _exit(1);
        const auto store = open(path(), Mode::read);
        if (!store || (*store)->head()->value != 7 || (*store)->outdated()) _exit(2);
        char byte = 0;
        if (write(to_writer[1], &byte, 1) != 1 || read(to_reader[0], &byte, 1) != 1) _exit(3);
        if (!(*store)->outdated()) _exit(4);
        const auto head = (*store)->head();
        if (head || head.error().code != ErrorCode::conflict) _exit(5);
        const auto another = open(path(), Mode::read);
        _exit(another && (*another)->head()->value == 8 ? 0 : 6);
    }
    char byte = 0;
    ASSERT_EQ(read(to_writer[0], &byte, 1), 1);
    fs::permissions(folder_, fs::perms(0755));
    add(**open(path(), Mode::write), 1);
    ASSERT_EQ(write(to_reader[1], &byte, 1), 1);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0);
    for (const int end : {to_writer[0], to_writer[1], to_reader[0], to_reader[1]}) close(end);
}

TEST_F(Files, ALogInAFolderThatMayNotBeWrittenToIsTold) {
    make(1);
    std::ofstream(path() + "-wal") << "something";
    fs::permissions(folder_, fs::perms(0555));
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        if (getuid() == 0 && setuid(65534) != 0) _exit(1);
        const auto store = open(path(), Mode::read);
        _exit(!store && store.error().cause.starts_with("newer entries are in ") ? 0 : 2);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(Files, AForeignTriggerOrViewIsNotWrittenBy) {
    for (const char* const foreign :
         {"CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM payloads; END",
          "CREATE VIEW v AS SELECT * FROM entries", "CREATE TABLE songs (title TEXT)",
          "DROP INDEX entries_by_time"}) {
        fs::remove(path());
        make(1);
        sql(foreign);
        const auto opened = open(path(), Mode::write);
        ASSERT_FALSE(opened) << foreign;
        EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
    }
}

TEST_F(Files, ANewRegisterIsWholeOrNotThere) {
    {
        const auto store = open(path(), Mode::write);
    }
    EXPECT_EQ(names(), std::set<std::string>{"register.db"});
    EXPECT_EQ((*open(path(), Mode::read))->head()->value, 0);
}

TEST_F(Files, AnOlderSchemaIsBroughtUpToDateByTheFirstThatWrites) {
    {
        auto store = *open(path(), Mode::write);
        ASSERT_TRUE(store->begin_write());
        for (std::int64_t pos = 1; pos <= 3; ++pos)
            ASSERT_TRUE(store->append_entry({{pos}, 1, pos == 3 ? R"({"redacts":2})" : "{}"}, nullptr));
        ASSERT_TRUE(store->commit());
    }
    sql(kWithoutTexts);
    sql("DROP TABLE redactions; DROP TABLE judged; DROP TABLE listed; DROP TABLE tallies; DROP TABLE folded; "
        "DELETE FROM schema "
        "WHERE version > 2");
    auto reader = *open(path(), Mode::read);
    EXPECT_EQ(reader->redactions().error().code, ErrorCode::conflict);
    EXPECT_FALSE(*reader->is_settled({3})) << "what is judged is not kept";
    std::vector<std::string> findings;
    ASSERT_TRUE(reader->check_structure([&](const std::string& fault) { findings.push_back(fault); }));
    EXPECT_EQ(findings, std::vector<std::string>());
    reader.reset();
    auto writer = *open(path(), Mode::write);
    const auto found = writer->redactions();
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 1);
    EXPECT_EQ(found->front().erased.value, 2);
    EXPECT_EQ(found->front().pos.value, 3);
    EXPECT_EQ(writer->redactions(JournalPos{1})->size(), 0);
    EXPECT_FALSE(*writer->is_folded()) << "judged is still to be made";
    EXPECT_FALSE(*writer->is_settled({3}));
    ASSERT_TRUE(writer->drop_projections());
    EXPECT_TRUE(*writer->is_folded());
    EXPECT_TRUE(*writer->is_settled({3}));
    EXPECT_FALSE(*writer->is_settled({2})) << "the next entry has its time";
}

TEST_F(Files, ARegisterWithoutWordsIsNotSearchedUntilTheyAreMade) {
    make(2);
    sql(kWithoutTexts);
    const i18n::Sought sought = i18n::parse_sought("trade");
    const auto found = [&](Store& store) { return store.find_texts(sought, true, {2}, {100}, 5); };
    EXPECT_EQ(found(**open(path(), Mode::read)).error().code, ErrorCode::conflict);
    auto writer = *open(path(), Mode::write);
    EXPECT_EQ(found(*writer).error().code, ErrorCode::conflict);
    ASSERT_TRUE(writer->begin_write());
    ASSERT_TRUE(writer->drop_projections());
    ASSERT_TRUE(writer->commit());
    EXPECT_TRUE(found(*writer));
    EXPECT_TRUE(found(**open(path(), Mode::read)));
}

TEST_F(Files, WhatIsNoRegisterIsLeftAlone) {
    const std::string text = "root:x:0:0:root:/root:/bin/sh\n";
    std::ofstream(path()) << text;
    EXPECT_EQ(refused(ErrorCode::corrupt), path() + " is not a database");
    EXPECT_EQ(names(), std::set<std::string>{"register.db"});
    EXPECT_EQ(fs::file_size(path()), text.size());
}

TEST(Open, RefusesWhatIsNotThere) {
    EXPECT_EQ(open("/nowhere/register.db", Mode::read).error().code, ErrorCode::not_found);
    EXPECT_EQ(open("/nowhere/register.db", Mode::write).error().code, ErrorCode::io);
}

}  // namespace
}  // namespace tamga::store
