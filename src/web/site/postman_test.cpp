#include "web/site/postman.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "access/follows.hpp"
#include "query/fixture.hpp"
#include "web/site/site.hpp"

namespace tamga::web {
namespace {

using access::Frequency;

/// A register that is served and has a mail server that keeps what it is given. The thread is the test's own,
/// and the clock, too.
class PostmanTest : public query::RegisterTest {
  protected:
    PostmanTest() {
        append({put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})"),
                put(Kind::commitment, "road", R"({"title":{"en":"A road","ru":"Дорога"},"by":["cn"]})")});
        vault_ = *access::Vault::open(*store_, path() + ".key");
        store_.reset();
        site_ = std::make_unique<Site>(
            *register_,
            SiteOptions{
                .public_url = "https://register.example",
                .desk = DeskOptions{.database = path(), .key_file = path() + ".key", .clock = clock()},
                .postman =
                    PostmanOptions{.from = {"The register", "register@example.org"},
                                   .send =
                                       [this](const std::string&, const std::string& to,
                                              const std::string& message, const std::function<bool()>&) {
                                           sent_.push_back({to, message});
                                           return mail::Sent{fate_, 250, "taken"};
                                       },
                                   .per_minute = 0,
                                   .pause_seconds = 600,
                                   .look_every = std::chrono::milliseconds(0)}});
    }
    ~PostmanTest() override { site_.reset(); }
    Clock clock() {
        return [this] { return now_.load(); };
    }
    /// The register for writing, once the server does not have it.
    std::unique_ptr<store::Store> opened() {
        for (;;) {
            auto store = store::open(path(), store::Mode::write);
            if (store) return *std::move(store);
            EXPECT_EQ(store.error().code, ErrorCode::conflict) << store.error().message();
        }
    }
    template <class Work>
    auto with_follows(const Work& work) {
        const auto store = opened();
        access::Follows follows(*store, *vault_, clock());
        return work(follows, *store);
    }
    /// Follows something from now on; gives the link's token.
    std::string follow(const std::string& what, Frequency frequency, const std::string& language = "en") {
        const std::string email = "reader" + std::to_string(++readers_) + "@example.net";
        with_follows([&](access::Follows& follows, store::Store&) {
            return follows.ask({what, frequency, language, email}, "form " + email, {"192.0.2.7", ""});
        });
        look();
        const std::string token = with_follows([&](access::Follows& follows, store::Store& store) {
            const auto asked = *store::PrivateTables(store).follows_due("asked", now_, 1 << 20, 10);
            return follows.token_of(asked.at(0).id);
        });
        with_follows([&](access::Follows& follows, store::Store& store) {
            return follows.confirm(token, (*store.head()).value);
        });
        sent_.clear();
        return token;
    }
    void change(const char* title) {
        store_ = opened();
        append({put(Kind::commitment, "road",
                    (std::string(R"({"title":{"en":")") + title + R"("},"by":["cn"]})").c_str())});
        store_.reset();
    }
    void look() {
        const auto done = site_->postman()->look();
        EXPECT_TRUE(done) << done.error().message();
    }
    /// To whom messages went since this was last asked.
    std::vector<std::string> told() {
        look();
        std::vector<std::string> out;
        for (const auto& one : sent_) out.push_back(one.to);
        sent_.clear();
        std::ranges::sort(out);
        return out;
    }

    struct Message {
        std::string to, message;
    };
    std::vector<Message> sent_;
    mail::Fate fate_ = mail::Fate::taken;
    std::optional<access::Vault> vault_;
    std::unique_ptr<Site> site_;

  private:
    int readers_ = 0;
};
using To = std::vector<std::string>;

// The fixture's clock begins on Tuesday, 17 June 2025, at midnight.
TEST_F(PostmanTest, TellsAtOnceInTheMorningAndOnMondays) {
    follow("/commitments", Frequency::at_once);
    follow("/commitments/road", Frequency::daily);
    follow("/changes", Frequency::weekly);
    change("B");
    EXPECT_EQ(told(), To{"reader1@example.net"});
    EXPECT_EQ(told(), To{});
    change("C");
    EXPECT_EQ(told(), To{}) << "not before a pause";
    now_ += 600;
    EXPECT_EQ(told(), To{"reader1@example.net"});
    now_ += 6 * 3600;
    look();
    ASSERT_EQ(sent_.size(), 1U);
    EXPECT_EQ(sent_[0].to, "reader2@example.net");
    // Both changes as one: from what it said before the first.
    EXPECT_NE(sent_[0].message.find("A road =E2=86=92 C"), std::string::npos) << sent_[0].message;
    EXPECT_EQ(told(), To{"reader2@example.net"});
    now_ += 86400;
    EXPECT_EQ(told(), To{}) << "nothing is new";
    now_ += 5 * 86400;
    EXPECT_EQ(told(), To{"reader3@example.net"});
}

TEST_F(PostmanTest, TellsWhatPassesTheFiltersAndNothingElse) {
    follow("/commitments?by=cn", Frequency::at_once);
    follow("/commitments?by=kz", Frequency::at_once);
    follow("/updates", Frequency::at_once);
    follow("/parties/cn", Frequency::at_once);
    change("B");
    EXPECT_EQ(told(), (To{"reader1@example.net", "reader4@example.net"}));
}

TEST_F(PostmanTest, SpeaksTheReadersLanguageAndNamesItsMessages) {
    const std::string token = follow("/commitments/road", Frequency::at_once, "ru");
    change("B");
    look();
    ASSERT_EQ(sent_.size(), 1U);
    const std::string& message = sent_[0].message;
    EXPECT_NE(message.find("Content-Language: ru\r\n"), std::string::npos);
    EXPECT_NE(message.find("List-Unsubscribe: <https://register.example/ru/follow/" + token + ">\r\n"),
              std::string::npos);
    EXPECT_NE(message.find(".3@example.org>"), std::string::npos) << "its name ends with the position";
}

TEST_F(PostmanTest, WhatIsNotTakenWaitsAndWhatNobodyKnowsOfDoesNot) {
    follow("/commitments", Frequency::at_once);
    change("B");
    fate_ = mail::Fate::later;
    EXPECT_EQ(told().size(), 1U);
    EXPECT_EQ(told(), To{}) << "not before a pause";
    now_ += 60;
    fate_ = mail::Fate::unknown;
    EXPECT_EQ(told().size(), 1U);
    fate_ = mail::Fate::taken;
    now_ += 86400;
    EXPECT_EQ(told(), To{});
    change("C");
    look();
    ASSERT_EQ(sent_.size(), 1U);
    EXPECT_NE(sent_[0].message.find("An earlier message may not have reached you"), std::string::npos);
    sent_.clear();
    now_ += 600;
    change("D");
    look();
    EXPECT_EQ(sent_[0].message.find("An earlier message may not have reached you"), std::string::npos);
}

TEST_F(PostmanTest, ARecordThatIsWithdrawnIsToldOnce) {
    follow("/commitments/road", Frequency::at_once);
    store_ = opened();
    append({{.verb = journal::Verb::withdraw, .name = {Kind::commitment, "road"}, .reason = "said twice"}});
    store_.reset();
    look();
    ASSERT_EQ(sent_.size(), 1U);
    EXPECT_NE(sent_[0].message.find("said twice"), std::string::npos);
    EXPECT_NE(sent_[0].message.find("/en/commitments/road/history"), std::string::npos);
}

}  // namespace
}  // namespace tamga::web
