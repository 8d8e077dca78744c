#include "web/desk/provider.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "access/openid_fixture.hpp"

namespace tamga::web {
namespace {

namespace openid = access::openid;
using openid::Signer;

constexpr const char* kIssuer = "https://id.example.org";
const openid::Attempt kAttempt{.state = "s", .nonce = "n", .verifier = "v"};

/// A provider that says what a test wants, and what it was asked.
class ProviderTest : public testing::Test {
  protected:
    Result<http::Fetched> answer(const http::Ask& ask) {
        asked_.push_back(ask.url.substr(ask.url.rfind('/') + 1));
        if (down_) return fail(ErrorCode::io, "ask another server", "nobody is there");
        const std::string& what = asked_.back();
        if (what == "openid-configuration")
            return http::Fetched{200, Json{{"issuer", kIssuer},
                                           {"authorization_endpoint", authorization_},
                                           {"token_endpoint", "https://id.example.org/token"},
                                           {"jwks_uri", "https://id.example.org/keys"}}
                                          .dump()};
        if (what == "keys") return http::Fetched{200, Json{{"keys", {Signer::ec().jwk(published_)}}}.dump()};
        EXPECT_EQ(what, "token");
        token_ask_ = ask;
        const Json claims{{"iss", kIssuer}, {"aud", "tamga"},   {"sub", "person-7"},
                          {"iat", now_},    {"exp", now_ + 60}, {"nonce", "n"}};
        return http::Fetched{
            token_status_,
            Json{{"id_token", Signer::ec().token({{"alg", "ES256"}, {"kid", signs_}}, claims)}}.dump()};
    }
    std::string subject(std::optional<std::string> named = {}) {
        const auto got = provider_.subject(kAttempt, "the code", std::move(named), {});
        return got ? *got : got.error().cause;
    }
    std::vector<std::string> asked() { return std::exchange(asked_, {}); }

    std::int64_t now_ = 1'790'000'000;
    bool down_ = false;
    int token_status_ = 200;
    std::string authorization_ = "https://id.example.org/auth", published_ = "one", signs_ = "one";
    std::vector<std::string> asked_;
    http::Ask token_ask_;
    Provider provider_{
        {.issuer = kIssuer,
         .client = "tamga",
         .secret = "hush",
         .fetch = [this](const http::Ask& ask, const std::stop_token&) { return answer(ask); }},
        "https://register.example.org",
        [this] { return now_; }};
};
using Asked = std::vector<std::string>;

TEST_F(ProviderTest, IsAskedOnceWhatItIs) {
    EXPECT_EQ(provider_.name(), "id.example.org");
    const auto address = provider_.authorization_address(kAttempt, "ru", {});
    ASSERT_TRUE(address) << address.error().message();
    EXPECT_TRUE(address->starts_with("https://id.example.org/auth?response_type=code&")) << *address;
    EXPECT_EQ(subject(), "person-7");
    EXPECT_EQ(asked(), (Asked{"openid-configuration", "keys", "token"}));
    EXPECT_NE(token_ask_.form->find("code=the%20code"), std::string::npos);
    EXPECT_NE(token_ask_.form->find("redirect_uri=https%3A%2F%2Fregister.example.org%2Fopenid"),
              std::string::npos);
    EXPECT_EQ(token_ask_.authorization, "Basic dGFtZ2E6aHVzaA==");
    now_ += 3600;
    EXPECT_EQ(subject(), "person-7");
    EXPECT_EQ(asked(), (Asked{"openid-configuration", "keys", "token"}))
        << "an hour later it may be otherwise";
}

TEST_F(ProviderTest, IsAskedForItsKeysAnewWhereATokenNamesAnother) {
    EXPECT_EQ(subject(), "person-7");
    asked();
    now_ += 60;
    published_ = signs_ = "two";
    EXPECT_EQ(subject(), "person-7");
    EXPECT_EQ(asked(), (Asked{"token", "keys"}));
    // Whoever sends tokens of keys that there never were makes us ask once a minute.
    signs_ = "three";
    for (int i = 0; i < 3; ++i) EXPECT_EQ(subject(), "the ID token is signed by a key that is not known");
    EXPECT_EQ(asked(), (Asked{"token", "token", "token"}));
    now_ += 60;
    for (int i = 0; i < 2; ++i) EXPECT_EQ(subject(), "the ID token is signed by a key that is not known");
    EXPECT_EQ(asked(), (Asked{"token", "keys", "token"}));
}

TEST_F(ProviderTest, IsLeftAloneForAWhileWhereItDoesNotAnswer) {
    down_ = true;
    EXPECT_EQ(provider_.authorization_address(kAttempt, "en", {}).error().code, ErrorCode::io);
    EXPECT_EQ(provider_.authorization_address(kAttempt, "en", {}).error().code, ErrorCode::io);
    EXPECT_EQ(asked(), Asked{"openid-configuration"});
    down_ = false;
    now_ += 10;
    EXPECT_EQ(subject(), "person-7");
    asked();
    // What it said before holds.
    down_ = true;
    now_ += 3600;
    EXPECT_TRUE(provider_.authorization_address(kAttempt, "en", {}));
    EXPECT_EQ(asked(), Asked{"openid-configuration"});
    EXPECT_EQ(provider_.subject(kAttempt, "c", {}, {}).error().code, ErrorCode::io);
    EXPECT_EQ(asked(), Asked{"token"});
}

TEST_F(ProviderTest, LetsNobodyInByWhatIsNotItsOwn) {
    EXPECT_EQ(subject("https://evil.example"), "the answer is another provider's");
    EXPECT_EQ(asked(), (Asked{"openid-configuration", "keys"})) << "nobody else is told the code";
    EXPECT_EQ(subject(kIssuer), "person-7");
    token_status_ = 400;
    EXPECT_EQ(provider_.subject(kAttempt, "c", {}, {}).error().code, ErrorCode::invalid_input);
    token_status_ = 302;
    EXPECT_EQ(provider_.subject(kAttempt, "c", {}, {}).error().code, ErrorCode::invalid_input);
    token_status_ = 503;
    EXPECT_EQ(provider_.subject(kAttempt, "c", {}, {}).error().code, ErrorCode::io);
}

TEST_F(ProviderTest, LeadsNobodyWhereOthersCouldListen) {
    for (const char* const bad : {"http://id.example.org/auth", "javascript:alert(1)", "/auth"}) {
        authorization_ = bad;
        EXPECT_EQ(provider_.authorization_address(kAttempt, "en", {}).error().code, ErrorCode::invalid_input)
            << bad;
        now_ += 10;
    }
}

}  // namespace
}  // namespace tamga::web
