#include "access/follows.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "store/postgres/cluster.hpp"
#include "store/sqlite/sqlite.hpp"

namespace tamga::access {
namespace {

namespace fs = std::filesystem;
using Outcome = Follows::Outcome;

const Client kHome{"192.0.2.77", "A browser"};

TEST(NextDue, IsTheMorningOfADayOrOfAMonday) {
    constexpr std::int64_t kTuesday = 1'750'118'400;  // 2025-06-17T00:00:00Z
    EXPECT_EQ(next_due(Frequency::at_once, kTuesday, 600), kTuesday + 600);
    EXPECT_EQ(next_due(Frequency::daily, kTuesday, 600), kTuesday + 6 * 3600);
    EXPECT_EQ(next_due(Frequency::daily, kTuesday + 6 * 3600, 0), kTuesday + 30 * 3600);
    EXPECT_EQ(next_due(Frequency::weekly, kTuesday, 0), kTuesday + 6 * 86400 + 6 * 3600);
    EXPECT_EQ(next_due(Frequency::weekly, kTuesday - 86400, 0), kTuesday - 86400 + 6 * 3600);
}

/// Over each database that there is.
class FollowsOf : public testing::TestWithParam<bool> {
  protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() /
                  ("tamga-follows-" + std::to_string(getpid()) + "-" + std::to_string(++count_));
        fs::create_directories(folder_);
        const std::string address =
            GetParam() ? store::Cluster::fresh_database() : (folder_ / "register.db").string();
        if (address.empty()) GTEST_SKIP() << "the server of PostgreSQL is not installed: run ./setup --tests";
        store_ = *store::open(address, store::Mode::write);
        follows_.emplace(*store_, Vault::with_key(std::string(32, 'k')), [this] { return now_; });
    }
    void TearDown() override {
        follows_.reset();
        store_.reset();
        fs::remove_all(folder_);
    }
    Follows::Asked ask(const std::string& email = "ana@example.org", const std::string& what = "/commitments",
                       Frequency frequency = Frequency::at_once, const Client& client = kHome) {
        const auto asked =
            follows_->ask({what, frequency, "ru", email}, "form " + std::to_string(++forms_), client);
        EXPECT_TRUE(asked) << (asked ? "" : asked.error().message());
        return asked.value_or(Follows::Asked{});
    }
    /// Takes the next message and says what became of it.
    std::optional<Mail> post(Posted posted = Posted::taken) {
        auto mail = *follows_->claim();
        if (mail) {
            EXPECT_TRUE(follows_->settle(*mail, posted));
        }
        return mail;
    }
    /// Asks, and confirms at that position; gives the link's token.
    std::string follow(std::int64_t head, Frequency frequency = Frequency::at_once) {
        ask("ana@example.org", "/commitments", frequency);
        const std::string token = follows_->token_of(post()->follow.id);
        EXPECT_TRUE(*follows_->confirm(token, head));
        return token;
    }
    /// As the sender does after a new head: tells whoever is due.
    void tell(std::int64_t head, bool news = true) {
        std::vector<Follows::Looked> looked;
        const auto due = *follows_->due(head, 100);
        for (const Follow& one : due) looked.push_back({one.id, news});
        EXPECT_TRUE(follows_->tell(looked, head, 600));
    }
    std::vector<std::string> events() {
        std::vector<std::string> out;
        const auto all = *store::PrivateTables(*store_).events("", 1 << 20, 100);
        for (const auto& event : all) {
            out.push_back(event.what + " " + event.detail);
            EXPECT_EQ(event.address, "");
            EXPECT_EQ(event.detail.find("example.org"), std::string::npos);
        }
        return out;
    }

    fs::path folder_;
    long long now_ = 1'800'000'000;
    std::unique_ptr<store::Store> store_;
    std::optional<Follows> follows_;

  private:
    static inline int count_ = 0;
    int forms_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Databases, FollowsOf, testing::Bool(),
                         [](const auto& given) { return std::string(given.param ? "Postgres" : "SQLite"); });

TEST_P(FollowsOf, NothingIsSentBeforeTheAddressSaysYes) {
    EXPECT_EQ(ask().outcome, Outcome::waits);
    tell(5);
    const auto mail = post();
    ASSERT_TRUE(mail);
    EXPECT_EQ(mail->purpose, Mail::Purpose::confirm);
    EXPECT_EQ(mail->email, "ana@example.org");
    EXPECT_EQ(mail->follow.language, "ru");
    EXPECT_FALSE(post());
    const std::string token = follows_->token_of(mail->follow.id);
    EXPECT_EQ(token.size(), 43U);
    EXPECT_FALSE((*follows_->find(token))->confirmed);
    EXPECT_TRUE(*follows_->confirm(token, 5));
    EXPECT_TRUE(*follows_->confirm(token, 6));
    EXPECT_TRUE((*follows_->find(token))->confirmed);
    // Of what was there before nothing is told.
    tell(5);
    EXPECT_FALSE(post());
    tell(7);
    const auto digest = post();
    ASSERT_TRUE(digest);
    EXPECT_EQ(digest->purpose, Mail::Purpose::digest);
    EXPECT_EQ(digest->since, 5);
    EXPECT_EQ(digest->until, 7);
    // Not again before a pause.
    tell(8);
    EXPECT_FALSE(post());
    now_ += 600;
    tell(9);
    EXPECT_EQ(post()->since, 7);
    EXPECT_EQ(events(),
              (std::vector<std::string>{"follow-confirmed /commitments", "follow-asked /commitments"}));
}

TEST_P(FollowsOf, WhatHasNoNewsIsNotTold) {
    follow(5);
    tell(6, false);
    EXPECT_FALSE(post());
    tell(7);
    EXPECT_EQ(post()->since, 6);
}

TEST_P(FollowsOf, AQuestionThatIsNotAnsweredIsForgotten) {
    ask();
    const std::string token = follows_->token_of(post()->follow.id);
    now_ += Follows::kAskedLasts;
    EXPECT_FALSE(*follows_->find(token));
    EXPECT_FALSE(*follows_->confirm(token, 5));
    now_ += 1;
    EXPECT_TRUE(follows_->clean());
    EXPECT_EQ(follows_->figures()->asked, 0);
}

TEST_P(FollowsOf, NobodyElseMakesALink) {
    const std::string token = follow(5);
    EXPECT_TRUE(*follows_->find(token));
    std::string other = token;
    other[0] = other[0] == 'A' ? 'B' : 'A';
    for (const std::string& wrong :
         {other, std::string(43, 'A'), std::string(), token + "A", std::string(42, '-')}) {
        EXPECT_FALSE(*follows_->find(wrong)) << wrong;
        EXPECT_FALSE(*follows_->confirm(wrong, 5));
        EXPECT_TRUE(follows_->end(wrong));
    }
    EXPECT_TRUE(*follows_->find(token));
}

TEST_P(FollowsOf, EndingErasesTheAddressAndWhatWaits) {
    const std::string token = follow(5);
    tell(6);
    EXPECT_TRUE(follows_->end(token));
    EXPECT_TRUE(follows_->end(token));
    EXPECT_FALSE(*follows_->find(token));
    EXPECT_FALSE(post());
    EXPECT_EQ(follows_->figures()->confirmed, 0);
    EXPECT_EQ(events().front(), "follow-ended /commitments");
}

// Whoever stops between the claim and the answer leaves a message that may have been taken.
TEST_P(FollowsOf, WhatWasOnItsWayIsNotSentAgain) {
    const std::string token = follow(5);
    tell(6);
    ASSERT_TRUE(*follows_->claim());
    EXPECT_FALSE(*follows_->claim());
    const auto lost = follows_->recover();
    ASSERT_EQ(lost->size(), 1U);
    EXPECT_EQ(lost->front().until, 6);
    EXPECT_FALSE(post());
    EXPECT_EQ(follows_->recover()->size(), 0U);
    EXPECT_EQ(follows_->figures()->unknown, 1);
    // The next one tells what came since, and knows up to where it is sure.
    now_ += 600;
    tell(7);
    const auto next = post();
    EXPECT_EQ(next->since, 6);
    EXPECT_EQ(next->follow.sure, 5);
    EXPECT_EQ((*follows_->find(token))->sure, 7);
}

TEST_P(FollowsOf, WhatSurelyWasNotTakenIsTriedAgainForSomeDays) {
    follow(5);
    tell(6);
    const long long begun = now_;
    int attempts = 0;
    for (; now_ < begun + 2 * Follows::kTriedFor; now_ += 600)
        if (const auto mail = *follows_->claim()) {
            ++attempts;
            EXPECT_EQ(mail->attempts, attempts);
            EXPECT_EQ(*follows_->settle(*mail, Posted::later), now_ < begun + Follows::kTriedFor);
        }
    EXPECT_GT(attempts, 10);
    EXPECT_LT(attempts, 100);
    EXPECT_EQ(follows_->figures()->given_up, 1);
}

TEST_P(FollowsOf, AnAddressThatIsRefusedAgainAndAgainIsGivenUp) {
    const std::string token = follow(5);
    for (std::int64_t head = 6; head < 6 + Follows::kMostRefused; ++head, now_ += 600) {
        EXPECT_TRUE(*follows_->find(token));
        tell(head);
        EXPECT_TRUE(post(Posted::refused));
    }
    EXPECT_FALSE(*follows_->find(token));
    EXPECT_EQ(events().front(), "follow-given-up /commitments");
}

TEST_P(FollowsOf, AskingAgainChangesHowOftenAndTellsNothingTwice) {
    const std::string first = follow(5);
    tell(6);
    EXPECT_TRUE(post());
    ask("Ana@Example.org", "/commitments", Frequency::weekly);
    const std::string second = follows_->token_of(post()->follow.id);
    EXPECT_TRUE(*follows_->confirm(second, 9));
    EXPECT_FALSE(*follows_->find(first));
    const auto now = *follows_->find(second);
    EXPECT_EQ(now->frequency, Frequency::weekly);
    EXPECT_EQ(now->told, 6);
    EXPECT_EQ(follows_->figures()->confirmed, 1);
}

TEST_P(FollowsOf, TooManyAreBoundedAndTellNothingOfAnAddress) {
    for (std::size_t i = 0; i < Follows::kMostAsked + 2; ++i) EXPECT_EQ(ask().outcome, Outcome::waits);
    EXPECT_EQ(follows_->figures()->asked, static_cast<std::int64_t>(Follows::kMostAsked));
    const Client elsewhere{"2001:db8:7::1", ""};
    for (std::int64_t i = 0; i < Follows::kMostOfNetwork; ++i)
        EXPECT_EQ(
            ask("b" + std::to_string(i) + "@example.org", "/updates", Frequency::daily, elsewhere).outcome,
            Outcome::waits);
    const auto more = ask("c@example.org", "/updates", Frequency::daily, elsewhere);
    EXPECT_EQ(more.outcome, Outcome::throttled);
    EXPECT_GT(more.wait_seconds, 0);
    EXPECT_EQ(ask("c@example.org").outcome, Outcome::waits);
    // A form is taken once.
    const FollowAsked asked{"/updates", Frequency::daily, "en", "d@example.org"};
    EXPECT_EQ(follows_->ask(asked, "the same form", kHome)->outcome, Outcome::waits);
    EXPECT_EQ(follows_->ask(asked, "the same form", kHome)->outcome, Outcome::used);
}

TEST_P(FollowsOf, AreCarriedByCopiesWithTheirQueue) {
    const std::string token = follow(5);
    tell(6);
    auto copy = *store::open((folder_ / "copy.db").string(), store::Mode::write);
    ASSERT_TRUE(store::copy_private(*store_, *copy));
    Follows there(*copy, Vault::with_key(std::string(32, 'k')), [this] { return now_; });
    EXPECT_TRUE(*there.find(token));
    EXPECT_EQ((*there.claim())->email, "ana@example.org");
}

TEST_P(FollowsOf, KeepNoAddressThatCanBeRead) {
    follow(5);
    const auto rows = *store::PrivateTables(*store_).follows_due("confirmed", now_, 100, 10);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].email.find("ana"), std::string::npos);
    EXPECT_EQ(rows[0].email_hash.find("ana"), std::string::npos);
}

}  // namespace
}  // namespace tamga::access
