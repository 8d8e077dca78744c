#include "store/private_tables.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>

#include "store/postgres/cluster.hpp"

namespace tamga::store {
namespace {

namespace fs = std::filesystem;

/// Over each database that there is.
class PrivateTablesOf : public testing::TestWithParam<bool> {
  protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() /
                  ("tamga-private-" + std::to_string(getpid()) + "-" + std::to_string(++count_));
        fs::create_directories(folder_);
        address_ = GetParam() ? Cluster::fresh_database() : (folder_ / "register.db").string();
        if (address_.empty())
            GTEST_SKIP() << "the server of PostgreSQL is not installed: run ./setup --tests";
        store_ = *open(address_, Mode::write);
        tables_.emplace(*store_);
    }
    void TearDown() override {
        tables_.reset();
        store_.reset();
        fs::remove_all(folder_);
    }
    /// Makes changes in one transaction.
    void write(const std::function<void(PrivateTables&)>& change) {
        ASSERT_TRUE(store_->begin_write());
        change(*tables_);
        const auto done = store_->commit();
        ASSERT_TRUE(done) << done.error().message();
    }
    PrivateTables& tables() { return *tables_; }

    fs::path folder_;
    std::string address_;
    std::unique_ptr<Store> store_;

  private:
    static inline int count_ = 0;
    std::optional<PrivateTables> tables_;
};
INSTANTIATE_TEST_SUITE_P(Databases, PrivateTablesOf, testing::Bool(),
                         [](const auto& given) { return std::string(given.param ? "Postgres" : "SQLite"); });

const std::string kBytes("\0\xff\x80 bytes", 9);

AccountRow ana() {
    return {"ana", "Ana", kBytes, "hash of ana", "$argon2id$", kBytes, 17, "ru", 100, 0};
}

TEST_P(PrivateTablesOf, KeepAccountsByIdAndByAddress) {
    EXPECT_FALSE(*tables().account("ana"));
    write([](PrivateTables& tables) {
        ASSERT_TRUE(tables.put_account(ana()));
        ASSERT_TRUE(tables.put_account({"aaron", "Aaron", "", "", "", "", 0, "en", 1, 2}));
    });
    const auto kept = *tables().account("ana");
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->name, "Ana");
    EXPECT_EQ(kept->email, kBytes);
    EXPECT_EQ(kept->email_hash, "hash of ana");
    EXPECT_EQ(kept->password, "$argon2id$");
    EXPECT_EQ(kept->totp, kBytes);
    EXPECT_EQ(kept->totp_step, 17);
    EXPECT_EQ(kept->language, "ru");
    EXPECT_EQ(kept->made, 100);
    EXPECT_EQ(kept->disabled, 0);
    EXPECT_EQ((*tables().account_by_email("hash of ana"))->id, "ana");
    EXPECT_FALSE(*tables().account_by_email("other"));
    ASSERT_EQ(tables().accounts()->size(), 2u);
    EXPECT_EQ(tables().accounts()->front().id, "aaron");
    // A row is set, not added, and the last word of a transaction counts.
    write([](PrivateTables& tables) {
        AccountRow row = ana();
        row.name = "Anna";
        ASSERT_TRUE(tables.put_account(row));
        row.name = "Anya";
        ASSERT_TRUE(tables.put_account(row));
    });
    EXPECT_EQ((*tables().account("ana"))->name, "Anya");
    EXPECT_EQ(tables().accounts()->size(), 2u);
}

TEST_P(PrivateTablesOf, KeepRolesAndRecoveryCodes) {
    write([](PrivateTables& tables) {
        for (const char* const role : {"moderator", "assessor", "moderator"})
            ASSERT_TRUE(tables.put_role({"ana", "m", role, role[0] == 'a' ? "Watch" : ""}));
        ASSERT_TRUE(tables.put_role({"ben", "m", "operator", ""}));
        ASSERT_TRUE(tables.put_recovery_code("ana", kBytes));
        ASSERT_TRUE(tables.put_recovery_code("ana", "b"));
    });
    const auto roles = *tables().roles("ana");
    ASSERT_EQ(roles.size(), 2u);
    EXPECT_EQ(roles[0].role, "assessor");
    EXPECT_EQ(roles[0].subject, "Watch");
    EXPECT_EQ(roles[1].mechanism, "m");
    EXPECT_EQ(*tables().count_recovery_codes("ana"), 2);
    EXPECT_TRUE(*tables().has_recovery_code("ana", kBytes));
    EXPECT_FALSE(*tables().has_recovery_code("ben", kBytes));
    write([](PrivateTables& tables) {
        ASSERT_TRUE(tables.erase_role({"ana", "m", "moderator", ""}));
        ASSERT_TRUE(tables.erase_recovery_code("ana", kBytes));
    });
    EXPECT_EQ(tables().roles("ana")->size(), 1u);
    EXPECT_FALSE(*tables().has_recovery_code("ana", kBytes));
    write([](PrivateTables& tables) { ASSERT_TRUE(tables.erase_recovery_codes("ana")); });
    EXPECT_EQ(*tables().count_recovery_codes("ana"), 0);
}

TEST_P(PrivateTablesOf, KeepSessionsTokensAndInvitationsByHash) {
    write([](PrivateTables& tables) {
        ASSERT_TRUE(tables.put_session({kBytes, "ana", 1, 2, 3, true, "A browser"}));
        ASSERT_TRUE(tables.put_session({"b", "ana", 1, 20, 30, false, ""}));
        ASSERT_TRUE(tables.put_token({kBytes, "ana", "A script", "read", "m", 1, 9}));
        ASSERT_TRUE(tables.put_invitation({kBytes, "account", "eve", "Eve", kBytes, "zh", "[]", 1, 9}));
        ASSERT_TRUE(tables.put_invitation({"c", "password", "eve", "Eve", "", "zh", "[]", 1, 90}));
    });
    const auto session = *tables().session(kBytes);
    ASSERT_TRUE(session);
    EXPECT_EQ(session->account, "ana");
    EXPECT_EQ(session->seen, 2);
    EXPECT_EQ(session->ends, 3);
    EXPECT_TRUE(session->stale);
    EXPECT_EQ(session->agent, "A browser");
    EXPECT_EQ(tables().sessions("ana")->size(), 2u);
    EXPECT_EQ((*tables().token(kBytes))->name, "A script");
    EXPECT_EQ(tables().tokens("ana")->at(0).expires, 9);
    const auto invitation = *tables().invitation(kBytes);
    ASSERT_TRUE(invitation);
    EXPECT_EQ(invitation->purpose, "account");
    EXPECT_EQ(invitation->email, kBytes);
    EXPECT_EQ(invitation->roles, "[]");
    EXPECT_EQ(tables().invitations()->size(), 2u);
    write([](PrivateTables& tables) { ASSERT_TRUE(tables.erase_invitations("eve", "account")); });
    EXPECT_EQ(tables().invitations()->size(), 1u);
    // At 9 the token is over; sessions not seen since 2 are, whatever their end.
    write([](PrivateTables& tables) {
        ASSERT_TRUE(tables.put_throttle("t", {7, 5}));
        ASSERT_TRUE(tables.put_throttle("u", {7, 50}));
        ASSERT_TRUE(tables.erase_expired(9, 2, 5));
    });
    EXPECT_FALSE(*tables().session(kBytes));
    EXPECT_TRUE(*tables().session("b"));
    EXPECT_FALSE(*tables().token(kBytes));
    EXPECT_TRUE(*tables().invitation("c"));
    EXPECT_EQ(tables().throttle("t")->failures, 0);
    EXPECT_EQ(tables().throttle("u")->failures, 7);
    EXPECT_EQ(tables().throttle("u")->until, 50);
    write([](PrivateTables& tables) {
        ASSERT_TRUE(tables.erase_sessions("ana"));
        ASSERT_TRUE(tables.erase_tokens("ana"));
        ASSERT_TRUE(tables.erase_throttle("u"));
    });
    EXPECT_EQ(tables().sessions("ana")->size(), 0u);
    EXPECT_EQ(tables().throttle("u")->failures, 0);
}

TEST_P(PrivateTablesOf, KeepPasskeysByIdAndWhatWasAnswered) {
    EXPECT_FALSE(*tables().passkey(kBytes));
    write([](PrivateTables& tables) {
        ASSERT_TRUE(tables.put_passkey({"b", "ana", "handle", "A key", -8, "k", 0, 2, 0}));
        ASSERT_TRUE(tables.put_passkey({kBytes, "ana", kBytes, "A telephone", -257, kBytes, 5, 1, 7}));
        ASSERT_TRUE(tables.put_passkey({"c", "ben", "other", "A key", -7, "k", 0, 1, 0}));
        ASSERT_TRUE(tables.put_answered(kBytes, 9));
        ASSERT_TRUE(tables.put_answered("b", 10));
    });
    const auto kept = *tables().passkey(kBytes);
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->account, "ana");
    EXPECT_EQ(kept->handle, kBytes);
    EXPECT_EQ(kept->name, "A telephone");
    EXPECT_EQ(kept->algorithm, -257);
    EXPECT_EQ(kept->key, kBytes);
    EXPECT_EQ(kept->counter, 5);
    EXPECT_EQ(kept->made, 1);
    EXPECT_EQ(kept->used, 7);
    const auto hers = *tables().passkeys("ana");
    ASSERT_EQ(hers.size(), 2u);
    EXPECT_EQ(hers[0].name, "A telephone");
    EXPECT_TRUE(*tables().was_answered(kBytes));
    write([](PrivateTables& tables) {
        ASSERT_TRUE(tables.erase_expired(9, 0, 0));
        ASSERT_TRUE(tables.erase_passkey("b"));
    });
    EXPECT_FALSE(*tables().was_answered(kBytes));
    EXPECT_TRUE(*tables().was_answered("b"));
    EXPECT_EQ(tables().passkeys("ana")->size(), 1u);
    write([](PrivateTables& tables) { ASSERT_TRUE(tables.erase_passkeys("ana")); });
    EXPECT_EQ(tables().passkeys("ana")->size(), 0u);
    EXPECT_TRUE(*tables().passkey("c"));
}

TEST_P(PrivateTablesOf, KeepDraftsAndReplies) {
    const RecordId promise{Kind::commitment, "p"}, news{Kind::update, "p"};
    write([&](PrivateTables& tables) {
        ASSERT_TRUE(tables.put_draft({"ana", promise, R"({"a":1})", 5, 7}));
        ASSERT_TRUE(tables.put_draft({"ana", promise, R"({"a":2})", 5, 8}));
        ASSERT_TRUE(tables.put_draft({"ana", news, "{}", 0, 8}));
        EXPECT_EQ(*tables.add_reply({0, promise, "", "Reader", "Text", kBytes, "waiting", 9, "", ""}), 1);
        EXPECT_EQ(*tables.add_reply({0, promise, "kz", "Kazakhstan", "Word", "", "shown", 9, "", ""}), 2);
        EXPECT_EQ(*tables.add_reply({0, news, "", "Reader", "Text", kBytes, "waiting", 9, "", ""}), 3);
    });
    EXPECT_EQ((*tables().draft("ana", promise))->body, R"({"a":2})");
    EXPECT_EQ((*tables().draft("ana", promise))->base, 5);
    EXPECT_EQ(tables().drafts("ana")->size(), 2u);
    EXPECT_EQ(tables().drafts("ben")->size(), 0u);
    const auto replies = *tables().replies(promise);
    ASSERT_EQ(replies.size(), 2u);
    EXPECT_EQ(replies[0].email, kBytes);
    EXPECT_EQ(replies[1].party, "kz");
    EXPECT_EQ(tables().replies_in("waiting", 0, 10)->size(), 2u);
    EXPECT_EQ(tables().replies_in("waiting", 1, 10)->at(0).record, news);
    EXPECT_EQ(tables().replies_in("waiting", 0, 1)->size(), 1u);
    write([&](PrivateTables& tables) {
        auto reply = **tables.reply(1);
        reply.state = "refused";
        reply.moderated_by = "mod";
        reply.reason = "No reply";
        ASSERT_TRUE(tables.put_reply(reply));
        ASSERT_TRUE(tables.erase_draft("ana", promise));
    });
    EXPECT_EQ((*tables().reply(1))->reason, "No reply");
    EXPECT_FALSE(*tables().reply(9));
    EXPECT_FALSE(*tables().draft("ana", promise));
}

TEST_P(PrivateTablesOf, KeepEventsNewestFirst) {
    write([](PrivateTables& tables) {
        for (std::int64_t time = 1; time <= 5; ++time)
            ASSERT_TRUE(tables.add_event({0, time, time % 2 != 0 ? "ana" : "", "login", "d", "192.0.2.0"}));
    });
    const auto all = *tables().events("", 1000, 3);
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].id, 5);
    EXPECT_EQ(all[0].what, "login");
    EXPECT_EQ(all[0].address, "192.0.2.0");
    const auto hers = *tables().events("ana", 5, 10);
    ASSERT_EQ(hers.size(), 2u);
    EXPECT_EQ(hers[0].time, 3);
    write([](PrivateTables& tables) { ASSERT_TRUE(tables.erase_events_before(4)); });
    EXPECT_EQ(tables().events("", 1000, 10)->size(), 2u);
}

TEST_P(PrivateTablesOf, KeepWhoAnAccountIsElsewhere) {
    constexpr const char *kOne = "https://a.example.org", *kOther = "https://b.example.org";
    write([&](PrivateTables& tables) {
        ASSERT_TRUE(tables.put_identity({kOther, "7", "ana", 1}));
        ASSERT_TRUE(tables.put_identity({kOne, "7", "ana", 2}));
        ASSERT_TRUE(tables.put_identity({kOne, "8", "ben", 3}));
    });
    EXPECT_EQ((*tables().identity(kOne, "7"))->account, "ana");
    EXPECT_FALSE(*tables().identity(kOther, "8"));
    const auto hers = *tables().identities("ana");
    ASSERT_EQ(hers.size(), 2u);
    EXPECT_EQ(hers[0].issuer, kOne);
    EXPECT_EQ(hers[1].made, 1);
    write([&](PrivateTables& tables) {
        ASSERT_TRUE(tables.put_identity({kOne, "8", "ana", 4}));
        ASSERT_TRUE(tables.erase_identity(kOne, "7"));
    });
    EXPECT_FALSE(*tables().identity(kOne, "7"));
    EXPECT_EQ((*tables().identity(kOne, "8"))->account, "ana");
    EXPECT_TRUE(tables().identities("ben")->empty());
}

TEST_P(PrivateTablesOf, MoveWholeIntoAnotherDatabaseAndStandInNoFold) {
    write([](PrivateTables& tables) {
        ASSERT_TRUE(tables.put_key_fingerprint("old"));
        ASSERT_TRUE(tables.put_key_fingerprint(kBytes));
        ASSERT_TRUE(tables.put_account(ana()));
        ASSERT_TRUE(tables.put_role({"ana", "m", "moderator", ""}));
        ASSERT_TRUE(tables.put_recovery_code("ana", kBytes));
        ASSERT_TRUE(tables.put_session({kBytes, "ana", 1, 2, 3, true, "A browser"}));
        ASSERT_TRUE(tables.put_token({kBytes, "ana", "A script", "read", "m", 1, 9}));
        ASSERT_TRUE(tables.put_invitation({kBytes, "account", "eve", "Eve", kBytes, "zh", "[]", 1, 9}));
        ASSERT_TRUE(tables.put_identity({"https://id.example.org", "s", "ana", 4}));
        ASSERT_TRUE(tables.put_draft({"ana", {Kind::update, "u"}, "{}", 0, 8}));
        ASSERT_TRUE(
            tables.add_reply({0, {Kind::update, "u"}, "", "Reader", "Text", kBytes, "waiting", 9, "", ""}));
        ASSERT_TRUE(tables.add_event({0, 1, "ana", "login", "", ""}));
        ASSERT_TRUE(tables.put_throttle("t", {7, 5}));
        ASSERT_TRUE(tables.put_passkey({kBytes, "ana", kBytes, "A telephone", -7, kBytes, 5, 6, 7}));
        ASSERT_TRUE(tables.put_answered(kBytes, 9));
    });
    std::string rows;
    ASSERT_TRUE(store_->dump_projections([&](std::string_view row) { rows += row; }));
    EXPECT_EQ(rows, "");
    ASSERT_TRUE(store_->begin_write());
    ASSERT_TRUE(store_->drop_projections());
    ASSERT_TRUE(store_->commit());
    ASSERT_TRUE(store_->check_structure([](const std::string& fault) { ADD_FAILURE() << fault; }));

    // To SQLite and from there into a new one of the same kind; twice, as after a crash.
    const auto scratch = *open_scratch();
    ASSERT_TRUE(copy_private(*store_, *scratch));
    const std::string back_address = GetParam() ? Cluster::fresh_database() : (folder_ / "back.db").string();
    const auto back = *open(back_address, Mode::write);
    ASSERT_TRUE(copy_private(*scratch, *back));
    const auto again = copy_private(*scratch, *back);
    ASSERT_TRUE(again) << again.error().message();
    PrivateTables copied(*back);
    EXPECT_EQ(**copied.key_fingerprint(), kBytes);
    EXPECT_EQ((*copied.account("ana"))->totp, kBytes);
    EXPECT_EQ((*copied.account("ana"))->totp_step, 17);
    EXPECT_EQ(copied.roles("ana")->size(), 1u);
    EXPECT_TRUE(*copied.has_recovery_code("ana", kBytes));
    EXPECT_TRUE((*copied.session(kBytes))->stale);
    EXPECT_EQ((*copied.token(kBytes))->scope, "read");
    EXPECT_EQ((*copied.invitation(kBytes))->language, "zh");
    EXPECT_EQ((*copied.identity("https://id.example.org", "s"))->made, 4);
    EXPECT_EQ(copied.drafts("ana")->size(), 1u);
    EXPECT_EQ((*copied.reply(1))->email, kBytes);
    EXPECT_EQ(copied.events("", 10, 10)->size(), 1u);
    EXPECT_EQ(copied.throttle("t")->until, 5);
    EXPECT_EQ((*copied.passkey(kBytes))->key, kBytes);
    EXPECT_TRUE(*copied.was_answered(kBytes));

    // Nor are accounts of another register taken away.
    ASSERT_TRUE(scratch->begin_write());
    ASSERT_TRUE(PrivateTables(*scratch).put_key_fingerprint("another"));
    ASSERT_TRUE(scratch->commit());
    EXPECT_EQ(copy_private(*scratch, *back).error().cause, "there are accounts of another register");
    EXPECT_TRUE(*copied.account("ana"));
    EXPECT_EQ(copy_private(*store_, *scratch).error().code, ErrorCode::conflict);

    ASSERT_TRUE(back->begin_write());
    ASSERT_TRUE(back->append_entry({{1}, 1, "{}"}, nullptr));
    ASSERT_TRUE(back->commit());
    EXPECT_EQ(copy_private(*store_, *back).error().cause, "there is one already, of 1 entries");
}

TEST(PrivateTablesFile, OfAnOlderTamgaAreMadeByTheFirstThatWrites) {
    const fs::path path = fs::temp_directory_path() / ("tamga-private-" + std::to_string(getpid()) + ".db");
    {
        const auto made = open(path.string(), Mode::write);
    }
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(
                  database,
                  "DROP TABLE private_key; DROP TABLE accounts; DROP TABLE recovery_codes; DROP TABLE roles; "
                  "DROP TABLE sessions; DROP TABLE tokens; DROP TABLE invitations; DROP TABLE drafts; DROP "
                  "TABLE replies; DROP TABLE events; DROP TABLE throttle; DROP TABLE assents; DROP TABLE "
                  "keys; DROP TABLE seals; DROP TABLE follows; DROP TABLE mails; DROP TABLE identities; "
                  "DROP TABLE passkeys; DROP TABLE answered; CREATE INDEX links_by_from ON links (from_kind, "
                  "from_id, valid_until); "
                  "UPDATE folded SET step = 7; DELETE FROM schema WHERE version >= 8",
                  nullptr, nullptr, nullptr),
              SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
    {
        const auto reader = *open(path.string(), Mode::read);
        EXPECT_EQ(PrivateTables(*reader).accounts().error().code, ErrorCode::conflict);
        EXPECT_EQ(PrivateTables(*reader).passkeys("ana").error().code, ErrorCode::conflict);
        EXPECT_TRUE(*reader->is_folded()) << "no projection is missing";
        ASSERT_TRUE(reader->check_structure([](const std::string& fault) { ADD_FAILURE() << fault; }));
        // There is nothing in it to be copied.
        const auto scratch = *open_scratch();
        EXPECT_TRUE(copy_private(*reader, *scratch));
    }
    EXPECT_EQ(PrivateTables(**open(path.string(), Mode::write)).accounts()->size(), 0u);
    EXPECT_EQ(PrivateTables(**open(path.string(), Mode::read)).accounts()->size(), 0u);
    fs::remove(path);
}

}  // namespace
}  // namespace tamga::store
