#include "journal/seal.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "crypto/ed25519.hpp"
#include "journal/log.hpp"
#include "journal/writer.hpp"

namespace tamga::journal {
namespace {

using crypto::SigningKey;

/// Two parties, each with a report of its own, and a statement that a watcher recorded.
class SealTest : public testing::Test {
  protected:
    SealTest() : store_(*store::open(":memory:", store::Mode::write)) {
        append("tester", {put("party:kz", R"({"title":{"en":"Kazakhstan"},"type":"state"})"),
                          put("party:uz", R"({"title":{"en":"Uzbekistan"},"type":"state"})"),
                          put("centre:hub", R"({"title":{"en":"Hub"},"type":"platform"})")});
        append("account:ana for party:kz",
               {put("update:news", R"({"title":{"en":"News"},"party":"kz","date":"2025-06-01"})")});  // 4
    }
    static Change put(std::string_view name, const char* body) {
        return {.verb = Verb::put, .name = *parse_record_id(name), .body = *parse_json(body)};
    }
    static Change about_key(Verb verb, const char* party, const SigningKey& key) {
        return {.verb = verb, .name = {Kind::party, party}, .key = crypto::hex_text(key.public_key())};
    }
    /// Signs what stands at `of`, or another text.
    Change seal(std::string_view name, std::int64_t of, const SigningKey& key, std::string text = {}) {
        if (text.empty()) text = (*store_->entry({of}))->header;
        return {.verb = Verb::sign,
                .name = *parse_record_id(name),
                .of = {of},
                .key = crypto::hex_text(key.public_key()),
                .signature = crypto::hex_text(key.sign(text))};
    }
    Result<Appended> submit(std::string_view author, const std::vector<Change>& changes) {
        refusals_.clear();
        Writer writer(*store_, [] { return std::int64_t{1'750'118'400}; });
        return writer.submit({Author::parse(author), changes}, refusals_);
    }
    void append(std::string_view author, const std::vector<Change>& changes) {
        const auto done = submit(author, changes);
        ASSERT_TRUE(done) << (refusals_.empty() ? done.error().message() : refusals_[0].problem.cause);
    }
    std::string refused(std::string_view author, const Change& change) {
        EXPECT_FALSE(submit(author, {change}));
        return refusals_.size() == 1 ? refusals_[0].problem.cause
                                     : std::to_string(refusals_.size()) + " refusals";
    }
    std::vector<std::string> findings() {
        std::vector<std::string> found;
        EXPECT_TRUE(verify(*store_, [&](std::string finding) { found.push_back(std::move(finding)); }));
        return found;
    }
    std::string holder(const SigningKey& key, std::int64_t as_of) {
        return *holder_of(*store_, crypto::hex_text(key.public_key()), {as_of});
    }

    std::unique_ptr<store::Store> store_;
    std::vector<Refusal> refusals_;
    const SigningKey key_ = SigningKey::make(), other_ = SigningKey::make();
};

TEST_F(SealTest, APartyKeepsItsOwnKeysAndNobodyElses) {
    EXPECT_EQ(refused("operator", about_key(Verb::key, "kz", key_)), "operator keeps no key of party:kz");
    EXPECT_EQ(refused("account:ulugbek for party:uz", about_key(Verb::key, "kz", key_)),
              "account:ulugbek for party:uz keeps no key of party:kz");
    EXPECT_EQ(refused("party:fr", about_key(Verb::key, "fr", key_)), "party:fr is not in the register");
    Change none = about_key(Verb::key, "kz", key_);
    none.key = std::string(64, '0');
    EXPECT_EQ(refused("party:kz", none), "'" + std::string(64, '0') + "' is no Ed25519 key");
    append("account:ana for party:kz", {about_key(Verb::key, "kz", key_)});  // 5
    EXPECT_EQ(refused("party:uz", about_key(Verb::key, "uz", key_)), "the key is registered since entry 5");
    EXPECT_EQ(refused("party:uz", about_key(Verb::revoke, "uz", key_)), "it is no key of party:uz");
    append("party:kz", {about_key(Verb::key, "kz", other_), about_key(Verb::revoke, "kz", key_)});  // 6, 7
    EXPECT_EQ(refused("party:kz", about_key(Verb::revoke, "kz", key_)), "it is no key of party:kz");
    EXPECT_EQ(refused("party:kz", about_key(Verb::key, "kz", key_)), "the key was revoked since entry 7");
    EXPECT_EQ(holder(key_, 4), "");
    EXPECT_EQ(holder(key_, 6), "kz");
    EXPECT_EQ(holder(key_, 7), "");
    EXPECT_EQ(holder(other_, 7), "kz");
    EXPECT_EQ(findings(), std::vector<std::string>());
}

TEST_F(SealTest, ASealIsTheSignatureOfWhatTheEntrySaysByAKeyThatHolds) {
    EXPECT_EQ(refused("party:kz", seal("update:news", 4, key_)), "it is no key of party:kz");
    append("party:kz", {about_key(Verb::key, "kz", key_)});    // 5
    append("party:uz", {about_key(Verb::key, "uz", other_)});  // 6
    EXPECT_EQ(refused("operator", seal("update:news", 4, key_)), "operator acts for no party");
    EXPECT_EQ(refused("party:kz", seal("update:news", 99, key_, "x")), "there is no entry 99");
    EXPECT_EQ(refused("party:kz", seal("centre:hub", 4, key_)), "entry 4 is of update:news");
    EXPECT_EQ(refused("party:kz", seal("update:news", 4, other_)), "it is no key of party:kz");
    EXPECT_EQ(refused("party:uz", seal("update:news", 4, other_)), "entry 4 says what party:kz says");
    EXPECT_EQ(refused("party:kz", seal("update:news", 4, key_, "another text")),
              "it is not the key's, of entry 4");
    append("party:kz", {seal("update:news", 4, key_)});  // 7
    EXPECT_EQ(refused("party:kz", seal("update:news", 4, key_)), "entry 4 has this seal already");
    EXPECT_EQ(refused("party:kz", seal("update:news", 7, key_)), "entry 7 is a seal itself");
    append("party:uz", {seal("centre:hub", 3, other_)});  // 8: written for no party.
    append("party:kz", {seal("centre:hub", 3, key_)});    // 9
    EXPECT_EQ(store_->seals({3}, {9})->size(), 2U);
    EXPECT_EQ(store_->seals({3}, {8})->size(), 1U);
    // What was signed before the key was revoked stays; nothing more is signed with it.
    append("party:kz", {about_key(Verb::revoke, "kz", key_)});
    EXPECT_EQ(store_->seals({4}, {10})->size(), 1U);
    EXPECT_EQ(refused("party:kz", seal("party:kz", 1, key_)), "it is no key of party:kz");
    EXPECT_EQ(findings(), std::vector<std::string>());
    Writer writer(*store_, [] { return std::int64_t{0}; });
    ASSERT_TRUE(writer.rebuild());
    EXPECT_EQ(findings(), std::vector<std::string>());
    EXPECT_EQ(store_->seals({3}, {9})->size(), 2U);
}

TEST_F(SealTest, AHeaderHoldsKeyAndSignature) {
    append("party:kz", {about_key(Verb::key, "kz", key_)});
    append("party:kz", {seal("update:news", 4, key_)});
    const std::string text = (*store_->entry({6}))->header;
    const std::string key = crypto::hex_text(key_.public_key());
    EXPECT_EQ(text, R"({"author":"party:kz","id":"news","key":")" + key +
                        R"(","kind":"update","of":4,"signature":")" +
                        crypto::hex_text(key_.sign((*store_->entry({4}))->header)) +
                        R"(","time":"2025-06-17T00:00:00Z","v":1,"verb":"sign"})");
    EXPECT_EQ(parse_header(text)->text(), text);
    EXPECT_EQ((*store_->entry({5}))->header, R"({"author":"party:kz","id":"kz","key":")" + key +
                                                 R"(","kind":"party","time":"2025-06-17T00:00:00Z","v":1,)"
                                                 R"("verb":"key"})");
    std::string wrong = text;
    wrong.replace(wrong.find(key), 2, "zz");
    EXPECT_FALSE(parse_header(wrong));
}

TEST_F(SealTest, AForgedSealIsFound) {
    append("party:kz", {about_key(Verb::key, "kz", key_)});
    ASSERT_TRUE(store_->begin_write());
    merkle::Appender tree = *merkle::Appender::resume({5}, node_reader(*store_));
    Fold fold(*store_, false);
    Change change = seal("update:news", 4, key_, "another text");
    const auto forge = [&](std::int64_t pos, const Header& header) {
        EXPECT_TRUE(store_->append_entry({{pos}, header.time, header.text()}, nullptr));
        for (const merkle::Node& node : tree.append(merkle::leaf_hash(header.text())))
            EXPECT_TRUE(store_->put_node(node));
        EXPECT_TRUE(fold.add({pos}, header, nullptr));
    };
    Header header{};
    header.time = 1'750'118'400;
    header.author = Author::parse("party:kz");
    header.verb = Verb::sign;
    header.name = change.name;
    header.of = change.of;
    header.key = change.key;
    header.signature = change.signature;
    forge(6, header);
    change = seal("update:news", 4, other_);
    header.key = change.key;
    header.signature = change.signature;
    forge(7, header);
    ASSERT_TRUE(fold.finish());
    ASSERT_TRUE(store_->commit());
    EXPECT_EQ(findings(),
              (std::vector<std::string>{
                  "journal position 6: the signature is not the key's, of entry 4",
                  "journal position 7: the key " + change.key + " was not one of who wrote the entry"}));
}

}  // namespace
}  // namespace tamga::journal
