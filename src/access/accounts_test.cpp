#include "access/accounts.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "access/totp.hpp"
#include "store/postgres/cluster.hpp"

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

}  // namespace
}  // namespace tamga::access
