#include "access/passkeys.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "access/passkey_fixture.hpp"

namespace tamga::access {
namespace {

using Algorithm = Authenticator::Algorithm;

const RelyingParty kSite{"register.example.org", "https://register.example.org"};
const std::string kChallenge = "Y2hhbGxlbmdl";

TEST(Passkeys, AreOfUseWhereBrowsersHaveThem) {
    const auto site = [](const char* url) {
        const auto found = relying_party(url);
        return found ? found->id + " " + found->origin : std::string();
    };
    EXPECT_EQ(site("https://register.example.org"), "register.example.org https://register.example.org");
    EXPECT_EQ(site("https://Register.example.org:8443/"),
              "register.example.org https://register.example.org:8443");
    EXPECT_EQ(site("https://register.example.org:443"), "register.example.org https://register.example.org");
    EXPECT_EQ(site("http://localhost:8080"), "localhost http://localhost:8080");
    EXPECT_EQ(site("http://localhost:80"), "localhost http://localhost");
    EXPECT_EQ(site("https://localhost"), "localhost https://localhost");
    for (const char* const none :
         {"", "http://register.example.org", "http://127.0.0.1:8080", "https://127.0.0.1",
          "https://[::1]:8080", "ftp://localhost", "https://", "https://a b", "https://пример.org",
          "http://localhost.example.org", "https://user@register.example.org"})
        EXPECT_EQ(site(none), "") << none;
}

class PasskeysOf : public testing::TestWithParam<Algorithm> {};
INSTANTIATE_TEST_SUITE_P(Algorithms, PasskeysOf,
                         testing::Values(Algorithm::es256, Algorithm::eddsa, Algorithm::rs256));

TEST_P(PasskeysOf, AreMadeAndSignWith) {
    Authenticator authenticator(GetParam());
    authenticator.counter_ = 0x01020304;
    const auto made = check_registration(kSite, kChallenge, authenticator.make(kSite, kChallenge));
    ASSERT_TRUE(made) << made.error().message();
    EXPECT_EQ(made->id, authenticator.id_);
    EXPECT_EQ(made->counter, 0x01020304);
    authenticator.counter_ = 0xffffffff;
    const auto checked = [&](const Assertion& shown) {
        return check_assertion(kSite, kChallenge, shown, made->algorithm, made->key);
    };
    const Assertion right = authenticator.sign(kSite, kChallenge);
    const auto counter = checked(right);
    ASSERT_TRUE(counter) << counter.error().message();
    EXPECT_EQ(*counter, 0xffffffff);

    const auto spoilt = [&](const std::function<void(Assertion&)>& spoil) {
        Assertion shown = right;
        spoil(shown);
        const auto refused = checked(shown);
        return refused ? std::string("taken") : refused.error().cause;
    };
    const std::string unsigned_text = "it was not signed with that key";
    EXPECT_EQ(spoilt([](Assertion& shown) { shown.signature[10] ^= 1; }), unsigned_text);
    EXPECT_EQ(spoilt([](Assertion& shown) { shown.signature.clear(); }), unsigned_text);
    EXPECT_EQ(spoilt([](Assertion& shown) { shown.signature.resize(9000); }), unsigned_text);
    EXPECT_EQ(spoilt([](Assertion& shown) { shown.client_data += ' '; }), unsigned_text);
    EXPECT_EQ(spoilt([](Assertion& shown) { shown.authenticator_data[36] ^= 1; }), unsigned_text);
    EXPECT_EQ(spoilt([](Assertion& shown) { shown.authenticator_data += "more"; }), unsigned_text);
    Authenticator other(GetParam());
    EXPECT_EQ(checked(other.sign(kSite, kChallenge)).error().cause, unsigned_text);
    // A key of one algorithm is none of another, nor is half a key one.
    for (const std::int64_t algorithm : {-7, -8, -257, -35, 0})
        EXPECT_EQ(check_assertion(kSite, kChallenge, right, algorithm, made->key).has_value(),
                  algorithm == made->algorithm);
    EXPECT_FALSE(check_assertion(kSite, kChallenge, right, made->algorithm, made->key.substr(1)));
    EXPECT_FALSE(check_assertion(kSite, kChallenge, right, made->algorithm, ""));
}

/// Both ceremonies, with whatever a test spoils: what is said of each.
std::string refusals(const std::function<void(Authenticator&)>& spoil, const RelyingParty& site = kSite,
                     const std::string& challenge = kChallenge) {
    Authenticator authenticator;
    const auto made = check_registration(kSite, kChallenge, authenticator.make(kSite, kChallenge));
    EXPECT_TRUE(made);
    spoil(authenticator);
    const auto registered = check_registration(kSite, kChallenge, authenticator.make(site, challenge));
    const auto signed_in =
        check_assertion(kSite, kChallenge, authenticator.sign(site, challenge), made->algorithm, made->key);
    const std::string first = registered ? "taken" : registered.error().cause;
    const std::string second = signed_in ? "taken" : signed_in.error().cause;
    EXPECT_EQ(first, second);
    return first;
}

TEST(Passkeys, AreAnsweredToThatChallengeOfThatSiteAlone) {
    const auto told = [](const char* member, const nlohmann::json& value) {
        return refusals([&](Authenticator& authenticator) { authenticator.more_[member] = value; });
    };
    const auto nothing = [](Authenticator&) {};
    EXPECT_EQ(refusals(nothing), "taken");
    EXPECT_EQ(told("more", 1), "taken") << "members are added in time";
    EXPECT_EQ(told("crossOrigin", false), "taken");
    EXPECT_EQ(told("type", "webauthn.other"), "it was asked for something else");
    EXPECT_EQ(told("type", nullptr), "it was asked for something else");
    EXPECT_EQ(refusals(nothing, kSite, "b3RoZXI"), "it answers another challenge");
    EXPECT_EQ(told("challenge", 7), "it answers another challenge");
    EXPECT_EQ(told("origin", "https://register.example.org.evil.example"),
              "it was asked for by another site");
    EXPECT_EQ(told("origin", "http://register.example.org"), "it was asked for by another site");
    EXPECT_EQ(told("crossOrigin", true), "it was asked for within another site");
    EXPECT_EQ(told("crossOrigin", "false"), "it was asked for within another site");
    EXPECT_EQ(refusals(nothing, {"evil.example", kSite.origin}), "it is of another site");
}

TEST(Passkeys, AreNotTakenOfOneCeremonyForTheOther) {
    Authenticator authenticator;
    const auto made = check_registration(kSite, kChallenge, authenticator.make(kSite, kChallenge));
    ASSERT_TRUE(made);
    Registration made_again = authenticator.make(kSite, kChallenge);
    const Assertion shown = authenticator.sign(kSite, kChallenge);
    made_again.client_data = shown.client_data;
    EXPECT_EQ(check_registration(kSite, kChallenge, made_again).error().cause,
              "it was asked for something else");
    EXPECT_FALSE(check_registration(kSite, "", authenticator.make(kSite, ""))) << "no challenge is none";
}

TEST(Passkeys, NeedSomebodyWhoWasLookedAt) {
    const auto flags = [](unsigned flags) {
        return refusals([flags](Authenticator& authenticator) { authenticator.flags_ = flags; });
    };
    EXPECT_EQ(flags(Authenticator::kPresent | Authenticator::kVerified), "taken");
    EXPECT_EQ(flags(Authenticator::kVerified), "nobody was there");
    EXPECT_EQ(flags(Authenticator::kPresent),
              "the authenticator did not look who held it: it asked for no PIN, face or finger");
}

TEST(Passkeys, AreNotReadFromWhatIsNone) {
    const Authenticator authenticator;
    const Registration right = authenticator.make(kSite, kChallenge);
    const auto refused = [](const Registration& made) {
        const auto checked = check_registration(kSite, kChallenge, made);
        return checked ? std::string("taken") : checked.error().cause;
    };
    EXPECT_EQ(refused(right), "taken");
    for (const char* const text : {"", "[]", "null", "{", R"({"type":"webauthn.create","type":"x"})"})
        EXPECT_NE(refused({text, right.authenticator_data}), "taken") << text;
    EXPECT_EQ(refused({std::string(9000, ' '), right.authenticator_data}),
              "what the browser tells of it is too long");
    // Cut anywhere it holds no key.
    for (std::size_t size = 0; size < right.authenticator_data.size(); ++size)
        EXPECT_NE(refused({right.client_data, right.authenticator_data.substr(0, size)}), "taken") << size;
    EXPECT_EQ(refused({right.client_data, std::string(9000, 'x')}),
              "what the authenticator tells is too short or too long");
    // Another algorithm (ES384, -35) is not read.
    std::string other = right.authenticator_data;
    const std::size_t algorithm = other.find(std::string("\x03\x26", 2), 55 + 32);
    ASSERT_NE(algorithm, std::string::npos);
    other.replace(algorithm, 2, "\x03\x38\x22");
    EXPECT_EQ(refused({right.client_data, other}),
              "the authenticator tells no key that is read here (ES256, EdDSA, RS256)");
}

TEST(Passkeys, CountOnOrNotAtAll) {
    EXPECT_FALSE(is_counter_back(0, 0)) << "this one does not count";
    EXPECT_FALSE(is_counter_back(0, 1));
    EXPECT_FALSE(is_counter_back(1, 2));
    EXPECT_TRUE(is_counter_back(1, 1));
    EXPECT_TRUE(is_counter_back(2, 1));
    EXPECT_TRUE(is_counter_back(1, 0));
}

}  // namespace
}  // namespace tamga::access
