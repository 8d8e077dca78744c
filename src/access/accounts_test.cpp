#include "access/accounts.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "access/passkey_fixture.hpp"
#include "access/totp.hpp"
#include "store/faulty.hpp"
#include "store/postgres/cluster.hpp"
#include "store/sqlite/sqlite.hpp"

namespace tamga::access {
namespace {

namespace fs = std::filesystem;
using Outcome = LoginResult::Outcome;

const std::string kPassword = "correct horse battery";
const Client kHome{"192.0.2.77", "A browser"};

/// Over each database that there is.
class AccountsOf : public testing::TestWithParam<bool> {
  protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() /
                  ("tamga-accounts-" + std::to_string(getpid()) + "-" + std::to_string(++count_));
        fs::create_directories(folder_);
        address_ = GetParam() ? store::Cluster::fresh_database() : (folder_ / "register.db").string();
        if (address_.empty())
            GTEST_SKIP() << "the server of PostgreSQL is not installed: run ./setup --tests";
        store_ = *store::open(address_, store::Mode::write);
        accounts_.emplace(*store_, vault_, [this] { return now_; }, PasswordCost{1, 8192});
    }
    void TearDown() override {
        accounts_.reset();
        store_.reset();
        fs::remove_all(folder_);
    }
    Accounts& accounts() { return *accounts_; }
    void add(const std::string& id, std::vector<Grant> grants = {}) {
        const auto added = accounts().add({id, "Name of " + id, id + "@example.org", "ru", std::move(grants)},
                                          kPassword, "");
        ASSERT_TRUE(added) << added.error().message();
    }
    LoginResult log_in(const std::string& account, const std::string& password = kPassword,
                       const std::string& code = {}, const std::string& session = {},
                       const Client& client = kHome) {
        const auto result = accounts().log_in({account, password, code, session}, client);
        EXPECT_TRUE(result) << (result ? "" : result.error().message());
        return result ? *result : LoginResult{};
    }
    bool goes_on(const std::string& token) { return accounts().session(token)->has_value(); }
    /// What happened, newest first.
    std::vector<std::string> events(std::int64_t most = 100) {
        std::vector<std::string> told;
        const auto found = *accounts().events("", 0, most);
        for (const Event& event : found)
            told.push_back(event.account + "|" + event.what + "|" + event.detail + "|" + event.address);
        return told;
    }

    fs::path folder_;
    std::string address_;
    long long now_ = 1'800'000'000;
    const Vault vault_ = Vault::with_key(std::string(32, 'k'));
    std::unique_ptr<store::Store> store_;
    std::optional<Accounts> accounts_;

  private:
    static inline int count_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Databases, AccountsOf, testing::Bool(),
                         [](const auto& given) { return std::string(given.param ? "Postgres" : "SQLite"); });

TEST_P(AccountsOf, AreMadeAndComeIn) {
    add("ana", {{Role::party_editor, "m", "kz"}});
    const auto info = *accounts().find("ana");
    ASSERT_TRUE(info);
    EXPECT_EQ(info->email, "ana@example.org");
    EXPECT_EQ(info->language, "ru");
    EXPECT_TRUE(info->has_password);
    EXPECT_FALSE(info->has_totp);
    EXPECT_EQ(info->grants, (std::vector<Grant>{{Role::party_editor, "m", "kz"}}));
    EXPECT_EQ((*accounts().find("ANA@example.org"))->id, "ana");
    EXPECT_FALSE(*accounts().find("ben"));
    const LoginResult in = log_in("ana");
    ASSERT_EQ(in.outcome, Outcome::signed_in);
    const auto signed_in = *accounts().session(in.token);
    ASSERT_TRUE(signed_in);
    EXPECT_EQ(signed_in->account.id, "ana");
    EXPECT_EQ(signed_in->account.grants, info->grants);
    EXPECT_EQ(signed_in->session.agent, "A browser");
    EXPECT_EQ(log_in("Ana@Example.org").outcome, Outcome::signed_in);
    EXPECT_EQ(log_in("ana", "another password").outcome, Outcome::refused);
    EXPECT_EQ(log_in("ben").outcome, Outcome::refused);
    EXPECT_EQ(log_in("ana", "").outcome, Outcome::refused);
    EXPECT_EQ(events(), (std::vector<std::string>{
                            "ana|login-failed||192.0.2.0", "|login-failed||192.0.2.0",
                            "ana|login-failed||192.0.2.0", "ana|login||192.0.2.0", "ana|login||192.0.2.0",
                            "ana|role-given|party-editor of kz in m, by the command line|",
                            "ana|account-made|by the command line|"}));
}

TEST_P(AccountsOf, MustBeAsTheyShould) {
    const auto refused = [&](const NewAccount& account, const std::string& password = kPassword) {
        const auto added = accounts().add(account, password, "");
        return added ? std::string() : added.error().cause;
    };
    EXPECT_EQ(refused({"Ana", "Ana"}), "'Ana' is no id of an account");
    EXPECT_EQ(refused({"ana", ""}), "an account needs a name: one line of at most 200 bytes");
    EXPECT_EQ(refused({"ana", "Ana\nBcc: all"}), "an account needs a name: one line of at most 200 bytes");
    for (const char* const email :
         {"ana", "@example.org", "ana@", "a@b@c", "a b@c", "a@b\r\nBcc:c", "<a@b>", "a@b,c@d"})
        EXPECT_EQ(refused({"ana", "Ana", email}), fmt::format("'{}' is no e-mail address", email));
    EXPECT_EQ(refused({"ana", "Ana", "", "Russian"}), "'Russian' is no language tag");
    EXPECT_EQ(refused({"ana", "Ana"}, "too short"), "the password has fewer than 12 characters");
    EXPECT_EQ(accounts().list()->size(), 0u);
    EXPECT_EQ(events().size(), 0u) << "what was not done left no word";
    add("ana");
    EXPECT_EQ(refused({"ana", "Another"}), "there is an account ana already");
    EXPECT_EQ(refused({"ben", "Ben", "ANA@example.org"}), "the account ana has that e-mail address");
    EXPECT_EQ(refused({"ben", "Ben"}), "");
    EXPECT_EQ(refused({"eve", "Eve"}), "") << "two without an address";
}

TEST_P(AccountsOf, AreInvitedByALinkThatWorksOnceAndForAWeek) {
    const NewAccount eve{"eve", "Eve", "eve@example.org", "zh", {{Role::moderator, "m"}}};
    const std::string first = *accounts().invite(eve, "op"), second = *accounts().invite(eve, "op");
    EXPECT_FALSE(*accounts().invitation(first)) << "the second took its place";
    const auto told = *accounts().invitation(second);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->purpose, Invitation::Purpose::account);
    EXPECT_EQ(told->account, "eve");
    EXPECT_EQ(told->email, "eve@example.org");
    EXPECT_EQ(told->language, "zh");
    EXPECT_EQ(told->grants, eve.grants);
    EXPECT_EQ(accounts().invitations()->size(), 1u);
    EXPECT_FALSE(*accounts().find("eve")) << "not before it is accepted";
    EXPECT_EQ(accounts().accept(second, "short", kHome).error().code, ErrorCode::invalid_input);
    EXPECT_EQ(*accounts().accept(second, kPassword, kHome), "eve");
    EXPECT_EQ(accounts().accept(second, kPassword, kHome).error().code, ErrorCode::not_found);
    EXPECT_EQ((*accounts().find("eve@example.org"))->grants, eve.grants);
    EXPECT_EQ(log_in("eve").outcome, Outcome::signed_in);
    EXPECT_EQ(accounts().invite(eve, "op").error().code, ErrorCode::conflict);

    const std::string late = *accounts().invite({"late", "Late"}, "op");
    now_ += kInvitationLasts - 1;
    EXPECT_TRUE(*accounts().invitation(late));
    now_ += 1;
    EXPECT_FALSE(*accounts().invitation(late));
    EXPECT_EQ(accounts().invitations()->size(), 0u);
    EXPECT_EQ(accounts().accept(late, kPassword, kHome).error().code, ErrorCode::not_found);
}

TEST_P(AccountsOf, GetANewPasswordByALinkThatEndsTheirSessions) {
    add("ana");
    const std::string session = log_in("ana").token;
    const std::string link = *accounts().reset_password("ana", "op");
    EXPECT_EQ((*accounts().invitation(link))->purpose, Invitation::Purpose::password);
    EXPECT_EQ(log_in("ana").outcome, Outcome::signed_in) << "until then the old one holds";
    EXPECT_EQ(*accounts().accept(link, "another long password", kHome), "ana");
    EXPECT_FALSE(goes_on(session));
    EXPECT_EQ(log_in("ana").outcome, Outcome::refused);
    EXPECT_EQ(log_in("ana", "another long password").outcome, Outcome::signed_in);
    EXPECT_EQ(accounts().reset_password("ben", "op").error().code, ErrorCode::not_found);
    const std::string late = *accounts().reset_password("ana", "op");
    now_ += kResetLasts;
    EXPECT_FALSE(*accounts().invitation(late));
}

TEST_P(AccountsOf, ChangeTheirOwnPassword) {
    add("ana");
    const std::string here = log_in("ana").token, there = log_in("ana").token;
    EXPECT_EQ(accounts()
                  .change_password("ana", "a wrong password", "another long password", here, kHome)
                  .error()
                  .cause,
              "the old password is another one");
    ASSERT_TRUE(accounts().change_password("ana", kPassword, "another long password", here, kHome));
    EXPECT_TRUE(goes_on(here));
    EXPECT_FALSE(goes_on(there));
    EXPECT_EQ(log_in("ana", "another long password").outcome, Outcome::signed_in);
}

TEST_P(AccountsOf, AreNotGuessedByWhoTookASession) {
    add("ana");
    const std::string session = log_in("ana").token;
    const auto change = [&](const std::string& old) {
        const auto done = accounts().change_password("ana", old, "another long password", session, kHome);
        return done ? std::string("done") : done.error().message();
    };
    for (int i = 0; i <= Accounts::kFreeFailures; ++i)
        EXPECT_EQ(change("a wrong password"), "the old password is another one");
    EXPECT_EQ(change(kPassword), "the old password was wrong too often; try again in 1 s");
    EXPECT_EQ(log_in("ana").outcome, Outcome::signed_in) << "to come in is another thing";
    now_ += 1;
    EXPECT_EQ(change(kPassword), "done");
}

TEST_P(AccountsOf, AreDescribedAnew) {
    add("ana");
    add("ben");
    ASSERT_TRUE(accounts().describe("ana", "Anna", "anna@example.org", "fr", "ana"));
    EXPECT_EQ((*accounts().find("anna@example.org"))->name, "Anna");
    EXPECT_FALSE(*accounts().find("ana@example.org"));
    EXPECT_EQ((*accounts().find("ana"))->language, "fr");
    EXPECT_EQ(accounts().describe("ana", "Anna", "ben@example.org", "fr", "").error().code,
              ErrorCode::conflict);
    EXPECT_EQ(accounts().describe("ana", "", "", "", "").error().code, ErrorCode::invalid_input);
    ASSERT_TRUE(accounts().describe("ana", "Anna", "anna@example.org", "fr", "")) << "her own";
    ASSERT_TRUE(accounts().describe("ana", "Anna", "", "", ""));
    EXPECT_EQ((*accounts().find("ana"))->email, "");
    EXPECT_EQ(log_in("ana").outcome, Outcome::signed_in) << "the password stays";
}

TEST_P(AccountsOf, AreDisabledAndEnabled) {
    add("ana", {{Role::moderator, "m"}});
    const std::string session = log_in("ana").token;
    const std::string token = *accounts().make_token("ana", "Script", Token::Scope::write, "", 3600, kHome);
    ASSERT_TRUE(accounts().disable("ana", "op"));
    EXPECT_FALSE(goes_on(session));
    EXPECT_FALSE(*accounts().token(token));
    EXPECT_EQ(log_in("ana").outcome, Outcome::refused);
    EXPECT_TRUE((*accounts().find("ana"))->disabled);
    ASSERT_TRUE(accounts().enable("ana", "op"));
    EXPECT_TRUE(*accounts().token(token));
    EXPECT_FALSE(goes_on(session));
    EXPECT_EQ(log_in("ana").outcome, Outcome::signed_in);
    EXPECT_EQ(accounts().disable("ben", "op").error().code, ErrorCode::not_found);
}

TEST_P(AccountsOf, HashAgainWhenThePriceRises) {
    add("ana");
    accounts_.emplace(*store_, vault_, [this] { return now_; }, PasswordCost{2, 16384});
    EXPECT_EQ(log_in("ana", "a wrong password").outcome, Outcome::refused);
    const auto hash = [&] { return (*store::PrivateTables(*store_).account("ana"))->password; };
    EXPECT_TRUE(costs_otherwise(hash(), {2, 16384}));
    EXPECT_EQ(log_in("ana").outcome, Outcome::signed_in);
    EXPECT_FALSE(costs_otherwise(hash(), {2, 16384}));
    EXPECT_EQ(log_in("ana").outcome, Outcome::signed_in);
}

TEST_P(AccountsOf, HashAPasswordWhetherThereIsSuchAnAccountOrNot) {
    // With a price that is felt: what would answer at once would answer in less than a tenth of the time.
    accounts_.emplace(*store_, vault_, [this] { return now_; }, PasswordCost{2, std::size_t{32} << 20});
    add("ana");
    log_in("nobody");  // Makes the hash of nobody's password.
    const auto spent = [&](const std::string& account, const std::string& password) {
        timespec before{}, after{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
        log_in(account, password);
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
        return static_cast<double>(after.tv_sec - before.tv_sec) +
               1e-9 * static_cast<double>(after.tv_nsec - before.tv_nsec);
    };
    const double known = spent("ana", "a wrong password");
    EXPECT_GT(spent("nobody", "a wrong password"), known / 10);
    EXPECT_GT(spent("ana", "short"), known / 10);
    EXPECT_GT(spent("nobody", std::string(5000, 'x')), known / 10);
    ASSERT_TRUE(accounts().disable("ana", ""));
    EXPECT_GT(spent("ana", kPassword), known / 10);
}

TEST_P(AccountsOf, WaitAfterFailuresLongerAndLonger) {
    add("ana");
    for (int i = 0; i < Accounts::kFreeFailures; ++i)
        EXPECT_EQ(log_in("ana", "a wrong password").outcome, Outcome::refused) << i;
    EXPECT_EQ(log_in("ana", "a wrong password").outcome, Outcome::refused);
    EXPECT_EQ(log_in("ana").outcome, Outcome::throttled) << "even the right one";
    EXPECT_EQ(log_in("ana").wait_seconds, 1);
    // By its address, and from another place, it is the same account.
    EXPECT_EQ(log_in("ana@example.org", kPassword, "", "", {"198.51.100.1", ""}).outcome, Outcome::throttled);
    for (std::int64_t wait = 2; wait <= 2 * Accounts::kLongestWait; wait *= 2) {
        now_ += log_in("ana").wait_seconds;
        EXPECT_EQ(log_in("ana", "a wrong password").outcome, Outcome::refused);
        EXPECT_EQ(log_in("ana").wait_seconds, std::min(wait, Accounts::kLongestWait));
    }
    now_ += Accounts::kLongestWait;
    EXPECT_EQ(log_in("ana").outcome, Outcome::signed_in) << "never for good";
    EXPECT_EQ(log_in("ana", "a wrong password").outcome, Outcome::refused);
    EXPECT_EQ(log_in("ana").outcome, Outcome::signed_in) << "it begins anew";
}

TEST_P(AccountsOf, ForgetFailuresAfterADay) {
    add("ana");
    for (int i = 0; i < Accounts::kFreeFailures; ++i) log_in("ana", "a wrong password");
    now_ += 86400;
    for (int i = 0; i < Accounts::kFreeFailures; ++i) log_in("ana", "a wrong password");
    EXPECT_EQ(log_in("ana").outcome, Outcome::signed_in);
}

TEST_P(AccountsOf, AreThrottledWhetherTheyAreThereOrNot) {
    for (int i = 0; i <= Accounts::kFreeFailures; ++i) EXPECT_EQ(log_in("nobody").outcome, Outcome::refused);
    EXPECT_EQ(log_in("Nobody").outcome, Outcome::throttled);
    EXPECT_EQ(log_in("somebody").outcome, Outcome::refused);
}

TEST_P(AccountsOf, WaitByTheAddressThatTriesMany) {
    add("ana");
    const Client near{"2001:db8:1:2::1", ""}, nearby{"2001:db8:1:2:ffff::9", ""}, far{"2001:db8:1:3::1", ""};
    for (int i = 0; i <= Accounts::kFreeFailuresOfAddress; ++i)
        EXPECT_EQ(log_in("guess-" + std::to_string(i), "a wrong password", "", "", near).outcome,
                  Outcome::refused);
    EXPECT_EQ(log_in("ana", kPassword, "", "", nearby).outcome, Outcome::throttled);
    EXPECT_EQ(log_in("ana", kPassword, "", "", far).outcome, Outcome::signed_in);
    now_ += 1;
    EXPECT_EQ(log_in("ana", kPassword, "", "", nearby).outcome, Outcome::signed_in);
}

TEST_P(AccountsOf, OwnersAreNotLockedOutByStrangers) {
    add("ana");
    add("ben");
    const NewTotp totp = Accounts::new_totp("Tamga", "ana");
    const auto codes = *accounts().confirm_totp("ana", totp.secret, totp_code(totp.secret, now_ / 30), kHome);
    now_ += 60;
    const LoginResult mine = log_in("ana", kPassword, totp_code(totp.secret, now_ / 30));
    ASSERT_EQ(mine.outcome, Outcome::signed_in);
    const std::string of_ben = log_in("ben").token;
    for (int i = 0; i < 40; ++i) {
        log_in("ana", "a wrong password");
        now_ += log_in("ana", "a wrong password").wait_seconds;
    }
    log_in("ana", "a wrong password");
    ASSERT_EQ(log_in("ana").outcome, Outcome::throttled);
    EXPECT_EQ(log_in("ana", kPassword, "AAAA-AAAA-AAAA-AAAA").outcome, Outcome::throttled);
    EXPECT_EQ(log_in("ana", kPassword, totp_code(totp.secret, now_ / 30), of_ben).outcome,
              Outcome::throttled);
    EXPECT_EQ(log_in("ana", "a wrong password", codes[0]).outcome, Outcome::refused);
    EXPECT_EQ(log_in("ana", kPassword, codes[0]).outcome, Outcome::signed_in);
}

TEST_P(AccountsOf, WithALiveSessionComeInAtOnce) {
    add("ana");
    const std::string session = log_in("ana").token;
    for (int i = 0; i <= Accounts::kFreeFailures; ++i) log_in("ana", "a wrong password");
    ASSERT_EQ(log_in("ana").outcome, Outcome::throttled);
    const LoginResult again = log_in("ana", kPassword, "", session);
    EXPECT_EQ(again.outcome, Outcome::signed_in);
    EXPECT_FALSE(goes_on(session)) << "the cookie of before is worth nothing";
    EXPECT_TRUE(goes_on(again.token));
}

TEST_P(AccountsOf, ShowASecondFactorWhereTheyHaveOne) {
    add("ana");
    const NewTotp totp = Accounts::new_totp("Tamga", "ana");
    EXPECT_TRUE(totp.address.starts_with("otpauth://totp/Tamga:ana?secret=" + totp.text));
    EXPECT_EQ(accounts().confirm_totp("ana", totp.secret, "000000x", kHome).error().code,
              ErrorCode::invalid_input);
    EXPECT_FALSE((*accounts().find("ana"))->has_totp);
    const std::string first = totp_code(totp.secret, now_ / 30);
    ASSERT_TRUE(accounts().confirm_totp("ana", totp.secret, first, kHome));
    EXPECT_TRUE((*accounts().find("ana"))->has_totp);
    EXPECT_EQ(log_in("ana").outcome, Outcome::code_wanted);
    EXPECT_EQ(log_in("ana", "a wrong password").outcome, Outcome::refused);
    EXPECT_EQ(log_in("ana", kPassword, first).outcome, Outcome::refused) << "it was used";
    now_ += 30;
    const std::string second = totp_code(totp.secret, now_ / 30);
    EXPECT_EQ(log_in("ana", kPassword, second).outcome, Outcome::signed_in);
    EXPECT_EQ(log_in("ana", kPassword, second).outcome, Outcome::refused) << "a code is used once";
    ASSERT_TRUE(accounts().reset_totp("ana", "op"));
    EXPECT_EQ(log_in("ana").outcome, Outcome::signed_in);
    EXPECT_EQ((*accounts().find("ana"))->recovery_codes, 0);
}

TEST_P(AccountsOf, UseEachRecoveryCodeOnce) {
    add("ana");
    add("ben");
    EXPECT_EQ(accounts().new_recovery_codes("ana", kHome).error().code, ErrorCode::conflict);
    const auto enrol = [&](const std::string& id) {
        const NewTotp totp = Accounts::new_totp("Tamga", id);
        return *accounts().confirm_totp(id, totp.secret, totp_code(totp.secret, now_ / 30), kHome);
    };
    const auto codes = enrol("ana"), others = enrol("ben");
    ASSERT_EQ(codes.size(), 10u);
    EXPECT_EQ(codes[0].size(), 19u);
    EXPECT_EQ(log_in("ana", kPassword, others[0]).outcome, Outcome::refused) << "another's";
    EXPECT_EQ(log_in("ana", kPassword, codes[0]).outcome, Outcome::signed_in);
    EXPECT_EQ(events(2).back(), "ana|recovery-code-used||192.0.2.0");
    EXPECT_EQ(log_in("ana", kPassword, codes[0]).outcome, Outcome::refused);
    EXPECT_EQ((*accounts().find("ana"))->recovery_codes, 9);
    // As people type it.
    std::string typed = codes[1];
    std::erase(typed, '-');
    for (char& c : typed) c = static_cast<char>(std::tolower(c));
    EXPECT_EQ(log_in("ana", kPassword, " " + typed).outcome, Outcome::signed_in);
    const auto fresh = *accounts().new_recovery_codes("ana", kHome);
    EXPECT_EQ(log_in("ana", kPassword, codes[2]).outcome, Outcome::refused);
    EXPECT_EQ(log_in("ana", kPassword, fresh[2]).outcome, Outcome::signed_in);
}

TEST_P(AccountsOf, StayInUntilIdleOrForAWeek) {
    add("ana");
    const std::string idle = log_in("ana").token, used = log_in("ana").token;
    const long long begun = now_;
    while (now_ - begun < kSessionLasts - 3600) {
        now_ += 3600;
        EXPECT_TRUE(goes_on(used)) << now_ - begun;
        ASSERT_TRUE(accounts().touch(used));
        EXPECT_EQ(goes_on(idle), now_ - begun < kSessionIdle) << now_ - begun;
    }
    now_ += 3600;
    EXPECT_FALSE(goes_on(used)) << "over in any case";
    ASSERT_TRUE(accounts().touch(used));
    EXPECT_FALSE(goes_on(used));
    EXPECT_FALSE(goes_on(""));
    EXPECT_FALSE(goes_on("no token"));
    ASSERT_TRUE(accounts().tidy_up(1000));
    EXPECT_EQ(store::PrivateTables(*store_).sessions("ana")->size(), 0u);
}

TEST_P(AccountsOf, TellTheirLastUseNoMoreExactlyThanNeedBe) {
    add("ana");
    const std::string token = log_in("ana").token;
    const auto seen = [&] { return (*accounts().session(token))->session.seen; };
    now_ += kSessionSeenEvery - 1;
    ASSERT_TRUE(accounts().touch(token));
    EXPECT_EQ(seen(), now_ - kSessionSeenEvery + 1);
    now_ += 1;
    EXPECT_TRUE(Accounts::wants_touch((*accounts().session(token))->session, now_));
    ASSERT_TRUE(accounts().touch(token));
    EXPECT_EQ(seen(), now_);
}

TEST_P(AccountsOf, RotateASessionAndEndIt) {
    add("ana", {{Role::moderator, "m"}});
    const std::string first = log_in("ana").token;
    const std::int64_t ends = (*accounts().session(first))->session.ends;
    now_ += 100;
    ASSERT_TRUE(accounts().give("ana", {Role::party_editor, "m", "kz"}, "op"));
    const auto changed = *accounts().session(first);
    EXPECT_TRUE(changed->session.wants_rotation);
    EXPECT_EQ(changed->account.grants.size(), 2u) << "what it may do is of this moment";
    const std::string second = *accounts().rotate(first);
    EXPECT_FALSE(goes_on(first));
    EXPECT_FALSE((*accounts().session(second))->session.wants_rotation);
    EXPECT_EQ((*accounts().session(second))->session.ends, ends) << "it does not last longer";
    EXPECT_EQ(accounts().rotate(first).error().code, ErrorCode::not_found);
    ASSERT_TRUE(accounts().take("ana", {Role::party_editor, "m", "kz"}, "op"));
    EXPECT_TRUE((*accounts().session(second))->session.wants_rotation);
    EXPECT_EQ((*accounts().session(second))->account.grants.size(), 1u);
    EXPECT_EQ(accounts().take("ana", {Role::party_editor, "m", "kz"}, "op").error().code,
              ErrorCode::not_found);
    ASSERT_TRUE(accounts().log_out(second, kHome));
    EXPECT_FALSE(goes_on(second));
    ASSERT_TRUE(accounts().log_out(second, kHome)) << "twice is once";
}

TEST_P(AccountsOf, ListTheirSessionsAndRevokeThem) {
    add("ana");
    add("ben");
    const std::string first = log_in("ana").token;
    now_ += 10;
    const std::string second =
        log_in("ana", kPassword, "", "", {"", std::string(119, 'x') + "\xc3\xa9\xff"}).token;
    const std::string of_ben = log_in("ben").token;
    const auto listed = *accounts().sessions("ana");
    ASSERT_EQ(listed.size(), 2u);
    EXPECT_EQ(listed[0].agent, std::string(119, 'x')) << "cut between characters";
    EXPECT_EQ(listed[1].agent, "A browser");
    EXPECT_EQ(listed[0].name, (*accounts().session(second))->session.name);
    EXPECT_EQ(second.find(listed[0].name), std::string::npos);
    EXPECT_EQ(accounts().revoke("ben", listed[0].name, "ben").error().code, ErrorCode::not_found)
        << "not his";
    ASSERT_TRUE(accounts().revoke("ana", listed[0].name, "ana"));
    EXPECT_FALSE(goes_on(second));
    EXPECT_TRUE(goes_on(first));
    const std::string token = *accounts().make_token("ana", "Script", Token::Scope::read, "", 3600, kHome);
    ASSERT_TRUE(accounts().revoke_all("ana", "op"));
    EXPECT_FALSE(goes_on(first));
    EXPECT_FALSE(*accounts().token(token));
    EXPECT_TRUE(goes_on(of_ben));
}

TEST_P(AccountsOf, GiveProgramsTokensWithFewerRights) {
    add("ana", {{Role::secretariat}, {Role::moderator, "n"}, {Role::moderator, "m"}});
    const auto make = [&](Token::Scope scope, const std::string& mechanism) {
        return *accounts().make_token("ana", "A script", scope, mechanism, 3600, kHome);
    };
    const std::string reads = make(Token::Scope::read, ""), writes = make(Token::Scope::write, "m");
    EXPECT_TRUE(reads.starts_with("tamga_"));
    const auto reader = *accounts().token(reads), writer = *accounts().token(writes);
    EXPECT_TRUE(reader->read_only);
    EXPECT_EQ(reader->grants.size(), 3u);
    EXPECT_FALSE(writer->read_only);
    EXPECT_EQ(writer->grants, (std::vector<Grant>{{Role::secretariat, "m"}, {Role::moderator, "m"}}));
    EXPECT_FALSE(*accounts().token("tamga_nothing"));
    EXPECT_FALSE(*accounts().token(log_in("ana").token)) << "a session's token is none";
    EXPECT_FALSE(goes_on(reads)) << "nor the other way round";
    const auto listed = *accounts().tokens("ana");
    ASSERT_EQ(listed.size(), 2u);
    EXPECT_EQ(listed[0].title, "A script");
    EXPECT_EQ(accounts().revoke_token("ben", listed[0].name, "ben").error().code, ErrorCode::not_found);
    for (const Token& token : listed) ASSERT_TRUE(accounts().revoke_token("ana", token.name, "ana"));
    EXPECT_FALSE(*accounts().token(reads));
    const std::string last = make(Token::Scope::read, "");
    now_ += 3600;
    EXPECT_FALSE(*accounts().token(last));
    EXPECT_EQ(accounts().tokens("ana")->size(), 0u);
    for (const std::int64_t lasts : {std::int64_t{0}, std::int64_t{-1}, kLongestToken + 1})
        EXPECT_FALSE(accounts().make_token("ana", "x", Token::Scope::read, "", lasts, kHome));
    EXPECT_FALSE(accounts().make_token("ana", "", Token::Scope::read, "", 1, kHome));
    EXPECT_FALSE(accounts().make_token("ben", "x", Token::Scope::read, "", 1, kHome));
}

TEST_P(AccountsOf, OperatorsTokensForOneMechanismOperateNothing) {
    add("op", {{Role::operator_}});
    const std::string whole = *accounts().make_token("op", "x", Token::Scope::write, "", 60, kHome);
    const std::string part = *accounts().make_token("op", "x", Token::Scope::write, "m", 60, kHome);
    EXPECT_TRUE(may(**accounts().token(whole), Verb::operate));
    EXPECT_FALSE(may(**accounts().token(part), Verb::operate));
}

TEST_P(AccountsOf, LetInWhoTheirProviderVouchesFor) {
    add("ana");
    add("ben");
    const Identity her{"https://id.example.org", "7"}, other{"https://other.example.org", "7"};
    const auto come = [&](const Identity& identity, const std::string& code = {},
                          const std::string& session = {}) {
        const auto result = accounts().log_in(identity, {.code = code, .session = session}, kHome);
        EXPECT_TRUE(result) << (result ? "" : result.error().message());
        return result ? *result : LoginResult{};
    };
    EXPECT_EQ(come(her).outcome, Outcome::refused) << "nobody makes an account so";
    ASSERT_TRUE(accounts().link("ana", her, "ana"));
    ASSERT_TRUE(accounts().link("ana", her, "ana")) << "twice is once";
    const LoginResult in = come(her);
    ASSERT_EQ(in.outcome, Outcome::signed_in);
    EXPECT_EQ((*accounts().session(in.token))->account.id, "ana");
    EXPECT_EQ(come(other).outcome, Outcome::refused) << "another provider calls somebody the same";
    EXPECT_EQ(events(5), (std::vector<std::string>{"|login-failed|7 of https://other.example.org|192.0.2.0",
                                                   "ana|login|7 of https://id.example.org|192.0.2.0",
                                                   "ana|identity-linked|7 of https://id.example.org, by ana|",
                                                   "|login-failed|7 of https://id.example.org|192.0.2.0",
                                                   "ben|account-made|by the command line|"}));
    // The session of before ends with the next.
    EXPECT_EQ(come(her, {}, in.token).outcome, Outcome::signed_in);
    EXPECT_FALSE(goes_on(in.token));
    EXPECT_EQ(accounts().link("ben", her, "").error().code, ErrorCode::conflict);
    EXPECT_EQ(accounts().link("eve", other, "").error().code, ErrorCode::not_found);
    for (const Identity& none :
         {Identity{"https://id.example.org", ""}, Identity{"https://id.example.org", "a\nb"},
          Identity{"id.example.org", "7"}, Identity{"https://id.example.org\n", "7"}})
        EXPECT_EQ(accounts().link("ben", none, "").error().code, ErrorCode::invalid_input);
    ASSERT_EQ(accounts().identities("ana")->size(), 1u);
    EXPECT_EQ(accounts().identities("ana")->front().subject, "7");

    ASSERT_TRUE(accounts().disable("ana", ""));
    EXPECT_EQ(come(her).outcome, Outcome::refused);
    ASSERT_TRUE(accounts().enable("ana", ""));
    EXPECT_EQ(accounts().unlink("ben", her, "ben").error().code, ErrorCode::not_found);
    ASSERT_TRUE(accounts().unlink("ana", her, "ana"));
    EXPECT_EQ(come(her).outcome, Outcome::refused);
    ASSERT_TRUE(accounts().link("ben", her, "")) << "and is free for another";
}

TEST_P(AccountsOf, AskWhoComesFromAProviderForTheSecondFactorToo) {
    add("ana");
    const Identity her{"https://id.example.org", "7"};
    ASSERT_TRUE(accounts().link("ana", her, ""));
    const NewTotp totp = Accounts::new_totp("Tamga", "ana");
    const auto codes = *accounts().confirm_totp("ana", totp.secret, totp_code(totp.secret, now_ / 30), kHome);
    now_ += 60;
    const auto come = [&](const std::string& code) { return *accounts().log_in(her, {.code = code}, kHome); };
    EXPECT_EQ(come("").outcome, Outcome::code_wanted);
    const std::string code = totp_code(totp.secret, now_ / 30);
    EXPECT_EQ(come(code).outcome, Outcome::signed_in);
    EXPECT_EQ(come(code).outcome, Outcome::refused) << "a code is taken once";
    for (int i = 1; i <= Accounts::kFreeFailures; ++i) EXPECT_EQ(come("000000").outcome, Outcome::refused);
    const LoginResult next = come("000000");
    EXPECT_EQ(next.outcome, Outcome::throttled);
    EXPECT_EQ(next.wait_seconds, 1);
    EXPECT_EQ(log_in("ana").outcome, Outcome::throttled)
        << "failures are the account's, whichever way they came";
    EXPECT_EQ(come(codes[0]).outcome, Outcome::signed_in) << "who has a recovery code need not wait";
}

TEST_P(AccountsOf, LetWaitWhoBringsNoValidAnswer) {
    for (int i = 0; i < Accounts::kFreeFailuresOfAddress; ++i) {
        EXPECT_EQ(*accounts().wait_for(kHome), 0);
        ASSERT_TRUE(accounts().tell_failure("no valid answer", kHome));
    }
    EXPECT_EQ(*accounts().wait_for(kHome), 0);
    ASSERT_TRUE(accounts().tell_failure("no valid answer", kHome));
    EXPECT_EQ(*accounts().wait_for(kHome), 1);
    EXPECT_EQ(*accounts().wait_for({"198.51.100.1", ""}), 0);
    EXPECT_EQ(events(1).front(), "|login-failed|no valid answer|192.0.2.0");
}

TEST_P(AccountsOf, TakeOneAnswerToAnAttemptAtAProvider) {
    EXPECT_TRUE(*accounts().comes_first("a"));
    EXPECT_TRUE(*accounts().comes_first("b"));
    now_ += kChallengeLasts - 1;
    ASSERT_TRUE(accounts().tidy_up(1'000'000));
    EXPECT_FALSE(*accounts().comes_first("a"));
}

TEST_P(AccountsOf, FormsCarryATokenOfTheirSession) {
    add("ana");
    const std::string mine = log_in("ana").token, other = log_in("ana").token;
    const std::string form = accounts().form_token(mine);
    EXPECT_TRUE(accounts().is_form_token(mine, form));
    EXPECT_FALSE(accounts().is_form_token(other, form));
    EXPECT_FALSE(accounts().is_form_token(mine, form.substr(1)));
    EXPECT_FALSE(accounts().is_form_token(mine, ""));
    EXPECT_FALSE(accounts().is_form_token(mine, "no base64!"));
    EXPECT_EQ(form.find(mine), std::string::npos);
}

TEST_P(AccountsOf, KeepNoSecretAsItIs) {
    add("ana");
    const NewTotp totp = Accounts::new_totp("Tamga", "ana");
    const auto codes = *accounts().confirm_totp("ana", totp.secret, totp_code(totp.secret, now_ / 30), kHome);
    const std::string session = log_in("ana", kPassword, codes[0]).token;
    const std::string token = *accounts().make_token("ana", "x", Token::Scope::read, "", 60, kHome);
    const std::string link = *accounts().invite({"eve", "Eve", "eve@example.org"}, "");
    const auto scratch = *store::open_scratch();
    ASSERT_TRUE(store::copy_private(*store_, *scratch));
    const std::string copy = (folder_ / "copy.db").string();
    ASSERT_TRUE(scratch->back_up(copy));
    std::ifstream file(copy, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    EXPECT_NE(bytes.find("Name of ana"), std::string::npos) << "it is there at all";
    std::string code = codes[1];
    std::erase(code, '-');
    for (const std::string& secret :
         {kPassword, totp.secret, totp.text, codes[1], code, session, token, link,
          std::string("ana@example.org"), std::string("eve@example.org"), std::string("192.0.2.77")})
        EXPECT_EQ(bytes.find(secret), std::string::npos) << secret;
}

TEST_P(AccountsOf, TellCellsThatWereSwappedOrChanged) {
    add("ana");
    add("ben");
    store::PrivateTables tables(*store_);
    auto ana = **tables.account("ana");
    const auto ben = **tables.account("ben");
    const auto put = [&] {
        ASSERT_TRUE(store_->begin_write());
        ASSERT_TRUE(tables.put_account(ana));
        ASSERT_TRUE(store_->commit());
    };
    const std::string own = ana.email;
    ana.email = ben.email;
    put();
    EXPECT_EQ(accounts().find("ana").error().code, ErrorCode::corrupt);
    EXPECT_EQ(accounts().list().error().cause, "the email of ana was changed, or put there from elsewhere");
    ana.email = own;
    ana.totp = own;  // Of another column.
    put();
    EXPECT_EQ(accounts().log_in({"ana", kPassword, "123456", ""}, kHome).error().code, ErrorCode::corrupt);
    ana.totp.clear();
    ana.email.back() = static_cast<char>(ana.email.back() ^ 1);
    put();
    EXPECT_EQ(accounts().find("ana").error().code, ErrorCode::corrupt);
}

/// With an authenticator of ana's, and one of nobody's.
class PasskeysOfAccounts : public AccountsOf {
  protected:
    static inline const RelyingParty kSite{"register.example.org", "https://register.example.org"};

    std::string challenge() { return "challenge" + std::to_string(++asked_); }
    Result<void> add_passkey(Authenticator& authenticator, const std::string& id = "ana",
                             const std::string& title = "A telephone") {
        authenticator.handle_ = *accounts().passkey_handle(id);
        const std::string asked = challenge();
        return accounts().add_passkey(id, title, kSite, asked, authenticator.handle_,
                                      authenticator.make(kSite, asked), kHome);
    }
    PasskeyShown shown(const Authenticator& authenticator) {
        const std::string asked = challenge();
        return {kSite, asked, authenticator.sign(kSite, asked)};
    }
    LoginResult come_in(const PasskeyShown& with, const Client& client = kHome) {
        const auto result = accounts().log_in_by_passkey(with, client);
        EXPECT_TRUE(result) << (result ? "" : result.error().message());
        return result ? *result : LoginResult{};
    }
    LoginResult come_in(const Authenticator& authenticator, const Client& client = kHome) {
        return come_in(shown(authenticator), client);
    }
    std::string last_event() { return events(1).at(0); }

    Authenticator hers_, nobodys_;

  private:
    int asked_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Databases, PasskeysOfAccounts, testing::Bool(),
                         [](const auto& given) { return std::string(given.param ? "Postgres" : "SQLite"); });

TEST_P(PasskeysOfAccounts, LetInWithoutAPassword) {
    add("ana");
    ASSERT_TRUE(add_passkey(hers_));
    EXPECT_EQ(last_event(), "ana|passkey-added|A telephone|192.0.2.0");
    const LoginResult before = log_in("ana");
    now_ += 5;
    PasskeyShown right = shown(hers_);
    right.session = before.token;
    const LoginResult in = come_in(right);
    ASSERT_EQ(in.outcome, Outcome::signed_in);
    EXPECT_EQ(last_event(), "ana|login|by the passkey A telephone|192.0.2.0");
    EXPECT_EQ((*accounts().session(in.token))->account.id, "ana");
    EXPECT_NE(in.token, before.token);
    EXPECT_FALSE(goes_on(before.token)) << "the browser's session of before is over";
    const auto listed = *accounts().passkeys("ana");
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].title, "A telephone");
    EXPECT_EQ(listed[0].id, hers_.id_);
    EXPECT_EQ(listed[0].made, now_ - 5);
    EXPECT_EQ(listed[0].used, now_);
    // A second factor is not asked for beside it.
    const NewTotp totp = Accounts::new_totp("Register", "ana");
    ASSERT_TRUE(accounts().confirm_totp("ana", totp.secret, totp_code(totp.secret, now_ / 30), kHome));
    EXPECT_EQ(come_in(hers_).outcome, Outcome::signed_in);
}

TEST_P(PasskeysOfAccounts, AreAnsweredOnce) {
    add("ana");
    const std::string asked = challenge();
    hers_.handle_ = *accounts().passkey_handle("ana");
    const Registration made = hers_.make(kSite, asked);
    ASSERT_TRUE(accounts().add_passkey("ana", "A key", kSite, asked, hers_.handle_, made, kHome));
    EXPECT_EQ(accounts().add_passkey("ana", "A key", kSite, asked, hers_.handle_, made, kHome).error().cause,
              "this was sent already");
    const PasskeyShown once = shown(hers_);
    EXPECT_EQ(come_in(once).outcome, Outcome::signed_in);
    EXPECT_EQ(come_in(once).outcome, Outcome::refused);
    EXPECT_EQ(last_event(), "ana|login-failed|by a passkey: this was sent already|192.0.2.0");
    // As long as a challenge lasts, whatever is tidied up.
    now_ += kChallengeLasts - 1;
    ASSERT_TRUE(accounts().tidy_up(1'000'000));
    EXPECT_EQ(come_in(once).outcome, Outcome::refused);
}

TEST_P(PasskeysOfAccounts, OfAnAccountHaveOneHandleWhichTellsNothing) {
    add("ana");
    const std::string handle = *accounts().passkey_handle("ana");
    EXPECT_EQ(handle.size(), 64u);
    EXPECT_NE(*accounts().passkey_handle("ana"), handle) << "by chance, until there is one";
    ASSERT_TRUE(add_passkey(hers_));
    EXPECT_EQ(*accounts().passkey_handle("ana"), hers_.handle_);
    Authenticator second(Authenticator::Algorithm::eddsa);
    ASSERT_TRUE(add_passkey(second, "ana", "A second"));
    EXPECT_EQ(second.handle_, hers_.handle_);
    EXPECT_EQ(come_in(second).outcome, Outcome::signed_in);
    second.handle_ = "of another";
    EXPECT_EQ(come_in(second).outcome, Outcome::refused);
    EXPECT_EQ(last_event(), "ana|login-failed|by a passkey: it is of another account|192.0.2.0");
}

TEST_P(PasskeysOfAccounts, AreNotAddedTwiceNorWithoutEnd) {
    add("ana");
    add("ben");
    ASSERT_TRUE(add_passkey(hers_));
    EXPECT_EQ(add_passkey(hers_, "ben").error().cause, "this passkey is there already");
    Authenticator other;
    for (const char* const title : {"", "two\nlines"})
        EXPECT_EQ(add_passkey(other, "ana", title).error().code, ErrorCode::invalid_input);
    EXPECT_EQ(add_passkey(other, "nobody").error().code, ErrorCode::not_found);
    const std::string asked = challenge();
    EXPECT_EQ(accounts()
                  .add_passkey("ana", "A key", kSite, asked, "h", other.make(kSite, "another"), kHome)
                  .error()
                  .cause,
              "it answers another challenge");
    for (std::size_t count = 1; count < Accounts::kMostPasskeys; ++count) {
        other.id_ = "id " + std::to_string(count);
        ASSERT_TRUE(add_passkey(other));
    }
    other.id_ = "one too many";
    EXPECT_EQ(add_passkey(other).error().cause, "the account has as many passkeys as it may");
}

TEST_P(PasskeysOfAccounts, WhoseCounterGoesBackAreRefusedAndTold) {
    add("ana");
    hers_.counter_ = 7;
    ASSERT_TRUE(add_passkey(hers_));
    hers_.counter_ = 8;
    EXPECT_EQ(come_in(hers_).outcome, Outcome::signed_in);
    for (const std::uint32_t counter : {8u, 3u, 0u}) {
        hers_.counter_ = counter;
        EXPECT_EQ(come_in(hers_).outcome, Outcome::refused);
        EXPECT_EQ(last_event(),
                  "ana|passkey-refused|A telephone: its counter went back, there may be a copy|192.0.2.0");
    }
    hers_.counter_ = 9;
    EXPECT_EQ(come_in(hers_).outcome, Outcome::signed_in);
}

TEST_P(PasskeysOfAccounts, ThatFailCostTimeAndKeepTheirOwnerOutForNoGuessedPassword) {
    add("ana");
    ASSERT_TRUE(add_passkey(hers_));
    EXPECT_EQ(come_in(nobodys_).outcome, Outcome::refused);
    EXPECT_EQ(last_event(), "|login-failed|by a passkey: nobody has it|192.0.2.0");
    // Passwords are guessed from elsewhere, until the account has to wait.
    const Client elsewhere{"203.0.113.9", ""};
    for (int i = 0; i <= Accounts::kFreeFailures; ++i)
        log_in("ana", "a guess of a password", {}, {}, elsewhere);
    EXPECT_EQ(log_in("ana").outcome, Outcome::throttled);
    EXPECT_EQ(come_in(hers_).outcome, Outcome::signed_in);
    // Her passkey's id, with what was not signed.
    const auto guess = [&](const Client& client) {
        PasskeyShown guessed = shown(hers_);
        guessed.assertion.signature[8] ^= 1;
        return come_in(guessed, client);
    };
    for (int i = 0; i <= Accounts::kFreeFailures; ++i) EXPECT_EQ(guess(elsewhere).outcome, Outcome::refused);
    const LoginResult waits = come_in(hers_);
    EXPECT_EQ(waits.outcome, Outcome::throttled);
    EXPECT_EQ(waits.wait_seconds, 1);
    now_ += 1;
    EXPECT_EQ(come_in(hers_).outcome, Outcome::signed_in);
    // By address, whoever it is.
    for (int i = 0; i <= Accounts::kFreeFailuresOfAddress; ++i) come_in(nobodys_, {"198.51.100.3", ""});
    EXPECT_EQ(come_in(hers_, {"198.51.100.3", ""}).outcome, Outcome::throttled);
    EXPECT_EQ(come_in(hers_).outcome, Outcome::signed_in);
}

TEST_P(PasskeysOfAccounts, GoWithTheirRemovalAnOperatorsResetAndALink) {
    add("ana");
    const auto is_let_in = [&] { return come_in(hers_).outcome == Outcome::signed_in; };
    ASSERT_TRUE(add_passkey(hers_));
    EXPECT_TRUE(is_let_in());
    ASSERT_TRUE(accounts().disable("ana", ""));
    EXPECT_FALSE(is_let_in());
    EXPECT_EQ(last_event(), "ana|login-failed|by a passkey: the account is disabled|192.0.2.0");
    ASSERT_TRUE(accounts().enable("ana", ""));
    EXPECT_TRUE(is_let_in());

    const std::string name = accounts().passkeys("ana")->at(0).name;
    EXPECT_EQ(accounts().remove_passkey("ben", name, kHome).error().code, ErrorCode::not_found);
    ASSERT_TRUE(accounts().remove_passkey("ana", name, kHome));
    EXPECT_EQ(last_event(), "ana|passkey-removed|A telephone|192.0.2.0");
    EXPECT_FALSE(is_let_in());
    EXPECT_EQ(accounts().remove_passkey("ana", name, kHome).error().code, ErrorCode::not_found);

    ASSERT_TRUE(add_passkey(hers_));
    const std::string session = log_in("ana").token;
    ASSERT_TRUE(accounts().reset_passkeys("ana", "op"));
    EXPECT_EQ(last_event(), "ana|passkeys-reset|by op|");
    EXPECT_FALSE(is_let_in());
    EXPECT_FALSE(goes_on(session));
    EXPECT_EQ(accounts().reset_passkeys("ben", "op").error().code, ErrorCode::not_found);

    ASSERT_TRUE(add_passkey(hers_));
    const std::string link = *accounts().reset_password("ana", "op");
    EXPECT_TRUE(is_let_in()) << "until the link is used";
    ASSERT_TRUE(accounts().accept(link, "another good password", kHome));
    EXPECT_EQ(events(2).at(1), "ana|passkeys-reset|by a link|192.0.2.0");
    EXPECT_FALSE(is_let_in());
}

TEST_P(AccountsOf, LeaveAnEventOfEachChange) {
    add("ana");
    ASSERT_TRUE(accounts().give("ana", {Role::moderator, "m"}, "op"));
    ASSERT_TRUE(accounts().give("ana", {Role::moderator, "m"}, "op")) << "twice is once";
    ASSERT_TRUE(accounts().tell("op", "private-data-exported", "replies", {"2001:db8:1:2::3", ""}));
    EXPECT_EQ(accounts().tell("op", "something", "", {}).error().code, ErrorCode::invalid_input);
    EXPECT_EQ(events(), (std::vector<std::string>{"op|private-data-exported|replies|2001:db8:1::",
                                                  "ana|role-given|moderator in m, by op|",
                                                  "ana|account-made|by the command line|"}));
    EXPECT_EQ(accounts().events("ana", 0, 10)->size(), 2u);
    EXPECT_EQ(accounts().events("", 2, 10)->size(), 1u);
    const auto all = *accounts().events("", 0, 100);
    for (const Event& event : all)
        EXPECT_TRUE(std::ranges::find(event_names(), event.what) != event_names().end());
    now_ += 1001;
    ASSERT_TRUE(accounts().tidy_up(1000));
    EXPECT_EQ(events().size(), 0u);
}

TEST(AccountsOverFaults, AreMadeWholeOrNotAtAll) {
    const fs::path folder = fs::temp_directory_path() / ("tamga-faulty-accounts-" + std::to_string(getpid()));
    const std::string path = (folder / "register.db").string();
    const Vault vault = Vault::with_key(std::string(32, 'k'));
    const auto clock = [] { return 1'800'000'000LL; };
    int commits_lost = 0, whole = 0, nothing = 0;
    for (const store::Fate fate : {store::Fate::fails, store::Fate::lost})
        for (int wrong = 1;; ++wrong) {
            fs::remove_all(folder);
            fs::create_directories(folder);
            std::string link;
            {
                const auto store = *store::open(path, store::Mode::write);
                link = *Accounts(*store, vault, clock, {1, 8192})
                            .invite({"eve", "Eve", "eve@example.org", "en", {{Role::moderator, "m"}}}, "");
            }
            bool went_wrong = false, accepted = false;
            {
                auto faulty = std::make_unique<store::FaultyConnection>(
                    *store::open_sqlite(path, store::Mode::write), wrong, fate);
                const store::FaultyConnection& calls = *faulty;
                const auto store = store::Store::over(std::move(faulty), store::Mode::write);
                if (!store) continue;  // It went wrong while the store was opened.
                const auto done = Accounts(**store, vault, clock, {1, 8192}).accept(link, kPassword, kHome);
                accepted = done.has_value();
                went_wrong = calls.went_wrong();
                if (calls.commit_went_wrong() && fate == store::Fate::lost) ++commits_lost;
            }
            const auto store = *store::open(path, store::Mode::write);
            Accounts accounts(*store, vault, clock, {1, 8192});
            const bool made = accounts.find("eve")->has_value();
            EXPECT_NE(made, accounts.invitation(link)->has_value()) << wrong;
            if (made) {
                EXPECT_EQ((*accounts.find("eve"))->grants.size(), 1u) << wrong;
                EXPECT_EQ(accounts.events("eve", 0, 10)->size(), 3u) << wrong;
                ++whole;
            } else {
                EXPECT_FALSE(accepted);
                EXPECT_EQ(accounts.events("eve", 0, 10)->size(), 1u) << wrong;
                ++nothing;
            }
            if (!went_wrong) {
                EXPECT_TRUE(accepted);
                break;
            }
        }
    fs::remove_all(folder);
    EXPECT_EQ(commits_lost, 1) << "made, and told as not known";
    EXPECT_EQ(whole, 3);
    EXPECT_GT(nothing, 20);
}

TEST(Grants, AreOfOneHandEach) {
    const auto cause = [](std::vector<Grant> grants) {
        const auto checked = check_grants(grants);
        return checked ? std::string() : checked.error().cause;
    };
    EXPECT_EQ(cause({}), "");
    EXPECT_EQ(
        cause(
            {{Role::party_editor, "m", "kz"}, {Role::party_signatory, "m", "kz"}, {Role::secretariat, "m"}}),
        "");
    EXPECT_EQ(cause({{Role::party_editor, "m"}}), "the role party-editor needs its party");
    EXPECT_EQ(cause({{Role::centre_editor, "m"}}), "the role centre-editor needs its centre");
    EXPECT_EQ(cause({{Role::assessor, "m"}}), "the role assessor needs the name under which it assesses");
    EXPECT_EQ(cause({{Role::secretariat, "m", "kz"}}), "the role secretariat is of no party or centre");
    EXPECT_EQ(cause({{Role::public_}}), "everybody has the role public");
    EXPECT_EQ(cause({{Role::party_editor, "m", "KZ"}}), "'KZ' is no record's id");
    EXPECT_EQ(cause({{Role::moderator, "a b"}}), "'a b' is no record's id");
    EXPECT_EQ(cause({{Role::operator_, "m"}}), "the operator is one of the whole register");
    EXPECT_EQ(cause({{Role::operator_}, {Role::moderator}}),
              "the operator writes no content, and so has no other role");
    EXPECT_EQ(cause({{Role::party_editor, "m", "kz"}, {Role::party_signatory, "n", "cn"}}),
              "nobody acts for two parties: kz and cn");
    EXPECT_EQ(cause({{Role::party_editor, "m", "kz"}, {Role::assessor, "m", "Watch"}}),
              "an assessor is independent of the parties");
}

TEST(Grants, GoThroughJson) {
    const std::vector<Grant> grants{{Role::party_editor, "m", "kz"}, {Role::operator_}};
    EXPECT_EQ(*parse_grants(grants_json(grants)), grants);
    for (const char* const text : {"{}", "[1]", R"([{"role":"king"}])", R"([{"role":1}])", "[{}]"})
        EXPECT_FALSE(parse_grants(Json::parse(text))) << text;
}

TEST(Addresses, AreShortened) {
    EXPECT_EQ(shortened_address("192.0.2.77"), "192.0.2.0");
    EXPECT_EQ(shortened_address("::ffff:192.0.2.77"), "192.0.2.0");
    EXPECT_EQ(shortened_address("2001:db8:1:2:3::4"), "2001:db8:1::");
    EXPECT_EQ(shortened_address("fe80::1%eth0"), "fe80::");
    EXPECT_EQ(shortened_address(""), "");
    EXPECT_EQ(shortened_address("unix"), "");
}

}  // namespace
}  // namespace tamga::access
