#include "access/replies.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "store/postgres/cluster.hpp"
#include "store/sqlite/sqlite.hpp"

namespace tamga::access {
namespace {

namespace fs = std::filesystem;
using Outcome = SentReply::Outcome;
using Faults = std::vector<ReplyFault>;
using Doubts = std::vector<ReplyDoubt>;

const RecordId kPromise{Kind::commitment, "road"};
const Client kHome{"192.0.2.77", "A browser"};

Vault some_vault() {
    return Vault::with_key(std::string(32, 'k'));
}

TEST(ReplyRules, LeaveOutWhatCannotBeSeenOrTurnsTextRound) {
    const Reply reply = cleaned({"  Ana\n\xe2\x80\xae  Bo\x01\xef\xbb\xbf ", " ana@example.org\t",
                                 "One  line \n\n\n\n Two\xe2\x81\xa6\x7f\xc2\x85\nthree\xe2\x80\xa8\n \n"});
    EXPECT_EQ(reply.name, "Ana Bo");
    EXPECT_EQ(reply.email, "ana@example.org");
    EXPECT_EQ(reply.text, "One  line\n\nTwo\nthree");
    // Joiners stay, that Persian and emoji need; of a tower of marks three.
    EXPECT_EQ(cleaned({.text = "\xd9\x85\xe2\x80\x8c\xd8\xb1"}).text, "\xd9\x85\xe2\x80\x8c\xd8\xb1");
    std::string tower = "a";
    for (int i = 0; i < 50; ++i) tower += "\xcc\x81";
    EXPECT_EQ(cleaned({.text = tower}).text.size(), 1 + 3 * 2);
    // Markup is text as any other.
    EXPECT_EQ(cleaned({.text = "<script>alert(1)</script>"}).text, "<script>alert(1)</script>");
}

TEST(ReplyRules, TellEveryFault) {
    EXPECT_EQ(faults_of({}), (Faults{ReplyFault::no_name, ReplyFault::no_email, ReplyFault::no_text}));
    EXPECT_EQ(faults_of({"Ana", "ana@example.org", "Good."}), Faults{});
    EXPECT_EQ(faults_of({"Ana", "ana@example.org\r\nBcc: x@y.example", "Good."}),
              Faults{ReplyFault::bad_email});
    EXPECT_EQ(faults_of({"Ana", "ana", "Good."}), Faults{ReplyFault::bad_email});
    std::string most;
    for (std::size_t i = 0; i < kMostReplyCharacters; ++i) most += "ж";
    EXPECT_EQ(faults_of({"Ana", "a@b.example", most}), Faults{});
    EXPECT_EQ(faults_of({"Ana", "a@b.example", most + "x"}), Faults{ReplyFault::long_text});
    EXPECT_EQ(faults_of({std::string(kMostNameCharacters + 1, 'a'), "a@b.example", "Good."}),
              Faults{ReplyFault::long_name});
    EXPECT_EQ(faults_of({"Ana", "a@b.example", "http://a.example www.b.example HTTPS://www.c.example"}),
              Faults{ReplyFault::many_links});
    EXPECT_EQ(faults_of({"www.buy.example", "a@b.example", "Good."}), Faults{ReplyFault::many_links});
}

TEST(ReplyRules, CountLinksAndSeeMixedScripts) {
    EXPECT_EQ(links_in("none at all"), 0);
    EXPECT_EQ(links_in("https://www.a.example and WWW.b.example"), 2);
    EXPECT_FALSE(mixes_scripts("Ana Жанар 习近平"));
    EXPECT_TRUE(
        mixes_scripts("\xd0\xa0"
                      "aura"));
    EXPECT_EQ(doubts_of({"\xd0\xa0"
                         "aura",
                         "a@b.example", "See https://a.example"},
                        false),
              (Doubts{ReplyDoubt::no_work, ReplyDoubt::links, ReplyDoubt::mixed_scripts}));
    EXPECT_EQ(doubts_of({"Ana", "a@b.example", "Good."}, true), Doubts{});
    const Doubts all{ReplyDoubt::no_work, ReplyDoubt::links, ReplyDoubt::mixed_scripts,
                     ReplyDoubt::same_text};
    EXPECT_EQ(parse_doubts("in:ru " + doubts_text(all)), all);
}

TEST(ReplyToken, IsOfOneRecordForOneDay) {
    const Vault vault = some_vault();
    const std::string token = reply_token(vault, kPromise, 1'000'000);
    EXPECT_NE(token, reply_token(vault, kPromise, 1'000'000));
    EXPECT_EQ(age_of_form(vault, kPromise, token, 1'000'000 + kYoungestForm - 1), FormAge::too_young);
    EXPECT_EQ(age_of_form(vault, kPromise, token, 1'000'000 + kYoungestForm), FormAge::good);
    EXPECT_EQ(age_of_form(vault, kPromise, token, 1'000'000 + kOldestForm), FormAge::good);
    EXPECT_EQ(age_of_form(vault, kPromise, token, 1'000'000 + kOldestForm + 1), FormAge::too_old);
    EXPECT_EQ(age_of_form(vault, kPromise, token, 999'000), FormAge::too_young);
    EXPECT_EQ(age_of_form(vault, {Kind::update, "road"}, token, 1'000'100), FormAge::foreign);
    EXPECT_EQ(age_of_form(Vault::with_key(std::string(32, 'x')), kPromise, token, 1'000'100),
              FormAge::foreign);
    for (std::size_t at = 0; at < token.size(); ++at) {
        std::string changed = token;
        changed[at] = changed[at] == '1' ? '2' : '1';
        EXPECT_EQ(age_of_form(vault, kPromise, changed, 1'000'100), FormAge::foreign) << at;
    }
    std::string capitals = token;
    for (char& c : capitals)
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    for (const std::string& wrong :
         {capitals, token + "0", token + "g0", std::string(), std::string("-"), std::string(500, '-')})
        EXPECT_EQ(age_of_form(vault, kPromise, wrong, 1'000'100), FormAge::foreign) << wrong;
}

TEST(ReplyWork, IsFoundAndOfOneToken) {
    int nonce = 0;
    while (!has_work("token", std::to_string(nonce))) ++nonce;
    // As `printf token:NONCE | sha256sum` tells: four hexadecimal zeros.
    EXPECT_GT(nonce, 0);
    EXPECT_FALSE(has_work("another", std::to_string(nonce)));
    EXPECT_FALSE(has_work("token", ""));
    EXPECT_FALSE(has_work("token", std::string(1000, '0')));
}

/// Over each database that there is.
class RepliesOf : public testing::TestWithParam<bool> {
  protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() /
                  ("tamga-replies-" + std::to_string(getpid()) + "-" + std::to_string(++count_));
        fs::create_directories(folder_);
        const std::string address =
            GetParam() ? store::Cluster::fresh_database() : (folder_ / "register.db").string();
        if (address.empty()) GTEST_SKIP() << "the server of PostgreSQL is not installed: run ./setup --tests";
        store_ = *store::open(address, store::Mode::write);
        replies_.emplace(*store_, some_vault(), [this] { return now_; });
    }
    void TearDown() override {
        replies_.reset();
        store_.reset();
        fs::remove_all(folder_);
    }
    SentReply send(const std::string& token, const std::string& text = "Good.", const Client& client = kHome,
                   bool worked = true) {
        auto sent = replies_->send(kPromise, {"Ana", "ana@example.org", text}, "ru", token, worked, client);
        EXPECT_TRUE(sent) << (sent ? "" : sent.error().message());
        return sent ? *sent : SentReply{};
    }

    fs::path folder_;
    long long now_ = 1'800'000'000;
    std::unique_ptr<store::Store> store_;
    std::optional<Replies> replies_;

  private:
    static inline int count_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Databases, RepliesOf, testing::Bool(),
                         [](const auto& given) { return std::string(given.param ? "Postgres" : "SQLite"); });

TEST_P(RepliesOf, WaitWithTheirAddressSealed) {
    EXPECT_EQ(send("t1", "Good.", kHome, false).outcome, Outcome::waits);
    EXPECT_EQ(send("t1").outcome, Outcome::used);
    EXPECT_EQ(send("t2").outcome, Outcome::waits);
    const auto waiting = *replies_->in_state(Replies::kWaits, 0, 10);
    ASSERT_EQ(waiting.size(), 2);
    EXPECT_EQ(waiting[0].reply.email, "ana@example.org");
    EXPECT_EQ(waiting[0].language, "ru");
    EXPECT_EQ(waiting[0].doubts, Doubts{ReplyDoubt::no_work});
    EXPECT_EQ(waiting[1].doubts, Doubts{ReplyDoubt::same_text});
    const auto row = *store::PrivateTables(*store_).reply(1);
    EXPECT_EQ(row->email.find("example"), std::string::npos);
    // What becomes a record has no address.
    EXPECT_EQ(Replies::record_body(waiting[0]),
              Json::parse(
                  R"({"under":["commitment:road"],"name":"Ana","date":"2027-01-15","text":{"ru":"Good."}})"));
}

TEST_P(RepliesOf, AreThrottledByNetworkAndAltogether) {
    int number = 0;
    const auto send_from = [&](const std::string& address) {
        return send("t" + std::to_string(++number), "Good.", {address, ""}).outcome;
    };
    for (int i = 0; i < Replies::kMostOfNetwork; ++i)
        EXPECT_EQ(send_from("192.0.2." + std::to_string(i)), Outcome::waits);
    const SentReply refused = send("again", "Good.", {"192.0.2.200", ""});
    EXPECT_EQ(refused.outcome, Outcome::throttled);
    EXPECT_EQ(refused.wait_seconds, Replies::kThrottleLasts);
    EXPECT_EQ(send_from("198.51.100.1"), Outcome::waits);
    now_ += Replies::kThrottleLasts;
    // The form that was refused was not used.
    EXPECT_EQ(send("again", "Good.", {"192.0.2.200", ""}).outcome, Outcome::waits);
    for (int i = 1; i < Replies::kMostOfAll; ++i)
        EXPECT_EQ(send_from("10.0." + std::to_string(i) + ".1"), Outcome::waits);
    EXPECT_EQ(send_from("10.1.1.1"), Outcome::throttled);
    now_ += Replies::kThrottleLasts;
    EXPECT_EQ(send_from("10.1.1.1"), Outcome::waits);
}

TEST_P(RepliesOf, AppearAreRefusedAndErased) {
    const std::int64_t first = send("t1").number, second = send("t2", "Bad.").number;
    const std::string id = replies_->record_id(first, now_);
    EXPECT_TRUE(is_id(id));
    EXPECT_EQ(id, replies_->record_id(first, now_));
    EXPECT_NE(id, replies_->record_id(second, now_));
    EXPECT_FALSE(*replies_->appeared_as(kPromise, id));
    ASSERT_TRUE(replies_->tell_appeared(first, "mod"));
    ASSERT_TRUE(replies_->tell_appeared(first, "mod")) << "again, after a crash between journal and this";
    const auto appeared = *replies_->appeared_as(kPromise, id);
    ASSERT_TRUE(appeared);
    EXPECT_EQ(appeared->reply.email, "ana@example.org");
    EXPECT_EQ(appeared->reply.text, "") << "it stands in the journal";
    EXPECT_EQ(replies_->refuse(first, "mod", "late").error().code, ErrorCode::conflict);

    ASSERT_TRUE(replies_->refuse(second, "mod", "It is abuse"));
    const KeptReply refused = *replies_->find(second);
    EXPECT_EQ(refused.reply.name + refused.reply.email + refused.reply.text, "");
    EXPECT_EQ(refused.state, Replies::kRefused);
    EXPECT_EQ(refused.reason, "It is abuse");
    EXPECT_EQ(replies_->tell_appeared(second, "mod").error().code, ErrorCode::conflict);

    ASSERT_TRUE(replies_->tell_erased(first, "mod", "on request"));
    const KeptReply erased = *replies_->find(first);
    EXPECT_EQ(erased.reply.name + erased.reply.email + erased.reply.text, "");
    EXPECT_EQ(erased.reason, "on request");
    EXPECT_FALSE(*replies_->appeared_as(kPromise, id));
    EXPECT_EQ(replies_->find(77).error().code, ErrorCode::not_found);

    std::vector<std::string> told;
    const auto events = *store::PrivateTables(*store_).events("", 1000, 10);
    for (const store::EventRow& event : events)
        told.push_back(event.account + " " + event.what + " " + event.detail);
    EXPECT_EQ(told, (std::vector<std::string>{"mod reply-erased reply 1 under commitment:road",
                                              "mod reply-refused reply 2 under commitment:road",
                                              "mod reply-approved reply 1 under commitment:road"}));
}

}  // namespace
}  // namespace tamga::access
