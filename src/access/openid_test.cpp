#include "access/openid.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "access/openid_fixture.hpp"
#include "access/sodium.hpp"

namespace tamga::access::openid {
namespace {

constexpr std::int64_t kNow = 1'790'000'000;
const Client kClient{.issuer = "https://id.example.org",
                     .id = "tamga",
                     .secret = "hush &",
                     .redirect = "https://register.example.org/openid"};
const Attempt kAttempt{.state = "the state", .nonce = "the nonce", .verifier = "the verifier"};

std::vector<Key> keys() {
    return *parse_keys(Json{{"keys", {Signer::rsa().jwk("r"), Signer::ec().jwk("e")}}}.dump());
}

Json claims() {
    return {{"iss", kClient.issuer}, {"aud", "tamga"},     {"sub", "person-7"},
            {"iat", kNow - 1},       {"exp", kNow + 3600}, {"nonce", kAttempt.nonce}};
}

/// Whom a token lets in, or why it does not.
std::string read(const std::string& text) {
    const auto token = parse_token(text);
    if (!token) return token.error().cause;
    const std::vector<Key> known = keys();
    const Key* const key = key_of(*token, known);
    if (!key) return "no key";
    const auto subject = subject_of(*token, *key, kClient, kAttempt, kNow);
    return subject ? *subject : subject.error().cause;
}

std::string by_ec(const Json& claims) {
    return Signer::ec().token({{"alg", "ES256"}, {"kid", "e"}}, claims);
}

/// What becomes of a token with one claim otherwise; null: without it.
std::string with(const char* claim, const Json& value) {
    Json changed = claims();
    if (value.is_null())
        changed.erase(claim);
    else
        changed[claim] = value;
    return read(by_ec(changed));
}

TEST(OpenId, TakesATokenSignedInEachOfTheWays) {
    EXPECT_EQ(read(Signer::rsa().token({{"alg", "RS256"}, {"kid", "r"}}, claims())), "person-7");
    EXPECT_EQ(read(Signer::rsa().token({{"alg", "PS256"}, {"kid", "r"}}, claims())), "person-7");
    EXPECT_EQ(read(by_ec(claims())), "person-7");
    EXPECT_EQ(read(Signer::ec().token({{"alg", "ES256"}}, claims())), "person-7") << "one key fits";
}

TEST(OpenId, TakesNoTokenThatNoKeySigned) {
    const std::string good = by_ec(claims());
    const std::string head = good.substr(0, good.find('.')), tail = good.substr(good.rfind('.') + 1);
    EXPECT_EQ(read(head + "." + base64url(Json(claims()).dump() + " ") + "." + tail),
              "the ID token is not signed by the provider");
    EXPECT_EQ(read(good.substr(0, good.rfind('.') + 1)), "the ID token is not signed by the provider");
    const std::string unsigned_text = base64url(R"({"alg":"none"})") + "." + base64url(claims().dump()) + ".";
    EXPECT_EQ(read(unsigned_text), "the ID token is signed by 'none'");
    // By what everybody knows, as if it were a secret that two share.
    EXPECT_EQ(read(Signer::rsa().token({{"alg", "HS256"}, {"kid", "r"}}, claims())),
              "the ID token is signed by 'HS256'");
    EXPECT_EQ(read(Signer::rsa().token({{"kid", "r"}}, claims())), "the ID token is signed by ''");
    EXPECT_EQ(read(Signer::rsa().token({{"alg", "RS256"}, {"kid", "e"}}, claims())), "no key");
    EXPECT_EQ(read(Signer::ec().token({{"alg", "ES256"}, {"kid", "new"}}, claims())), "no key");
    EXPECT_EQ(read(Signer::ec().token({{"alg", "ES256"}, {"kid", "e"}, {"crit", {"x"}}}, claims())),
              "the ID token has parts that are not known here");
    // Signed one way, said to be another.
    const std::string text = base64url(R"({"alg":"PS256","kid":"r"})") + "." + base64url(claims().dump());
    EXPECT_EQ(read(text + "." + base64url(Signer::rsa().sign("RS256", text))),
              "the ID token is not signed by the provider");
}

TEST(OpenId, TakesNoTokenOfAnotherForAnotherOrOfAnotherTime) {
    for (const Json& other : {Json("https://id.example.org/"), Json(), Json(7)})
        EXPECT_EQ(with("iss", other), "the ID token is of another provider");
    for (const Json& other :
         {Json("other"), Json(), Json(Json::array()), Json({"other"}), Json({"tamga", "other"})})
        EXPECT_EQ(with("aud", other), "the ID token is not for this register");
    EXPECT_EQ(with("azp", "other"), "the ID token is not for this register");
    EXPECT_EQ(with("azp", 7), "the ID token is not for this register");
    EXPECT_EQ(with("aud", Json::array({"tamga"})), "person-7");
    EXPECT_EQ(with("azp", "tamga"), "person-7");
    Json both = claims();
    both["aud"] = {"other", "tamga"};
    both["azp"] = "tamga";
    EXPECT_EQ(read(by_ec(both)), "person-7");
    EXPECT_EQ(with("exp", kNow - kClocksDiffer), "the ID token is over");
    EXPECT_EQ(with("exp", kNow - kClocksDiffer + 1), "person-7");
    EXPECT_EQ(with("exp", double(kNow) + 0.5), "person-7");
    EXPECT_EQ(with("iat", kNow - kAttemptLasts - kClocksDiffer - 1), "the ID token is over");
    EXPECT_EQ(with("iat", kNow + kClocksDiffer + 1), "the ID token is of the future");
    EXPECT_EQ(with("nbf", kNow + kClocksDiffer + 1), "the ID token is of the future");
    for (const char* const time : {"exp", "iat"})
        for (const Json& none : {Json(), Json("1790000000"), Json(1e300)})
            EXPECT_EQ(with(time, none), "the ID token has no times");
    for (const Json& other : {Json("another"), Json(), Json("")})
        EXPECT_EQ(with("nonce", other), "the ID token is of another attempt");
    for (const Json& none :
         {Json(), Json(""), Json(7), Json("a\nb"), Json("\u00e9"), Json(std::string(256, 'a'))})
        EXPECT_EQ(with("sub", none), "the ID token does not say who signed in");
    EXPECT_EQ(with("sub", std::string(255, 'a')), std::string(255, 'a'));
}

TEST(OpenId, ReadsNothingThatIsNoToken) {
    for (const char* const text : {"", ".", "a.b", "a.b.c.d", "e30.e30.", "..", "e30.!.a"})
        EXPECT_FALSE(parse_token(text)) << text;
    const std::string header = base64url(R"({"alg":"ES256"})");
    EXPECT_EQ(parse_token(header + ".W10.").error().cause, "what the ID token says is no JSON object");
    EXPECT_EQ(parse_token(header + "." + base64url(R"({"iss":"a","iss":"b"})") + ".").error().cause,
              "what the ID token says is no JSON object");
    EXPECT_EQ(parse_token(std::string(17'000, 'a')).error().cause, "the ID token is too long");
}

TEST(OpenId, KeepsTheKeysThatItCanUse) {
    Json weak = Signer::rsa().jwk("weak");
    weak["n"] = base64url(std::string(128, '\xff'));
    Json off_curve = Signer::ec().jwk("off");
    off_curve["y"] = off_curve["x"];
    Json for_encryption = Signer::rsa().jwk("enc");
    for_encryption["use"] = "enc";
    const Json set{{"keys",
                    {weak, off_curve, for_encryption, Json{{"kty", "oct"}, {"k", "c2VjcmV0"}}, Json("none"),
                     Signer::rsa().jwk("good")}}};
    const auto kept = parse_keys(set.dump());
    ASSERT_EQ(kept->size(), 1u);
    EXPECT_EQ(kept->front().id, "good");
    EXPECT_TRUE(parse_keys(R"({"keys":[]})")->empty());
    for (const char* const none : {"", "[]", "{}", R"({"keys":{}})"}) EXPECT_FALSE(parse_keys(none)) << none;
    // A key is for what it says alone; two of one name are none.
    Json bound = Signer::rsa().jwk("r");
    bound["alg"] = "RS256";
    const auto token = parse_token(Signer::rsa().token({{"alg", "PS256"}, {"kid", "r"}}, claims()));
    EXPECT_EQ(key_of(*token, *parse_keys(Json{{"keys", {bound}}}.dump())), nullptr);
    const auto nameless = parse_token(Signer::rsa().token({{"alg", "RS256"}}, claims()));
    const auto two = *parse_keys(Json{{"keys", {Signer::rsa().jwk("a"), Signer::rsa().jwk("b")}}}.dump());
    EXPECT_EQ(key_of(*nameless, two), nullptr);
}

TEST(OpenId, ReadsWhatAProviderSaysOfItself) {
    const Json good{{"issuer", kClient.issuer},
                    {"authorization_endpoint", "https://id.example.org/auth"},
                    {"token_endpoint", "https://id.example.org/token"},
                    {"jwks_uri", "https://id.example.org/keys"},
                    {"response_types_supported", {"code"}},
                    {"id_token_signing_alg_values_supported", {"HS256", "ES256"}}};
    const auto provider = parse_provider(kClient.issuer, good.dump());
    ASSERT_TRUE(provider);
    EXPECT_EQ(provider->token, "https://id.example.org/token");
    EXPECT_FALSE(provider->secret_in_form);
    EXPECT_FALSE(provider->names_itself);
    const auto changed = [&](const char* member, const Json& value) {
        Json other = good;
        other[member] = value;
        return parse_provider(kClient.issuer, other.dump());
    };
    constexpr const char* kWays = "token_endpoint_auth_methods_supported";
    EXPECT_TRUE(changed(kWays, {"client_secret_post"})->secret_in_form);
    EXPECT_FALSE(changed(kWays, {"client_secret_post", "client_secret_basic"})->secret_in_form);
    EXPECT_EQ(changed(kWays, {"private_key_jwt"}).error().cause, "it takes no client secret");
    EXPECT_TRUE(changed("authorization_response_iss_parameter_supported", true)->names_itself);
    EXPECT_EQ(changed("issuer", "https://evil.example").error().cause,
              "it calls itself 'https://evil.example'");
    EXPECT_EQ(changed("jwks_uri", 7).error().cause, "it does not say where it is asked");
    EXPECT_FALSE(changed("response_types_supported", {"id_token"}));
    EXPECT_FALSE(changed("id_token_signing_alg_values_supported", {"HS256", "none"}));
    EXPECT_FALSE(parse_provider(kClient.issuer, "<html>"));
    EXPECT_EQ(discovery_address("https://id.example.org/realm/"),
              "https://id.example.org/realm/.well-known/openid-configuration");
}

TEST(OpenId, AsksWithWhatOnlyThisAttemptHas) {
    const Provider provider{.authorization = "https://id.example.org/auth?tenant=1",
                            .token = "https://id.example.org/token",
                            .keys = "https://id.example.org/keys"};
    // RFC 7636, appendix B.
    const Attempt known{
        .state = "s t", .nonce = "n", .verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"};
    EXPECT_EQ(authorization_address(provider, kClient, known, "zh"),
              "https://id.example.org/auth?tenant=1&response_type=code&scope=openid&client_id=tamga&"
              "redirect_uri=https%3A%2F%2Fregister.example.org%2Fopenid&state=s%20t&nonce=n&"
              "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&"
              "ui_locales=zh");
    EXPECT_EQ(token_form(provider, kClient, known, "c&d"),
              "grant_type=authorization_code&code=c%26d&"
              "redirect_uri=https%3A%2F%2Fregister.example.org%2Fopenid&"
              "code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    Provider in_form = provider;
    in_form.secret_in_form = true;
    EXPECT_TRUE(
        token_form(in_form, kClient, known, "c").ends_with("&client_id=tamga&client_secret=hush%20%26"));
    EXPECT_EQ(authorization_of(in_form, kClient), "");
    EXPECT_EQ(authorization_of(provider, kClient), "Basic dGFtZ2E6aHVzaCUyMCUyNg==") << "tamga:hush%20%26";
    const Attempt one = attempt(), other = attempt();
    EXPECT_EQ(one.verifier.size(), 43u);  // RFC 7636, 4.1
    for (const std::string Attempt::* part : {&Attempt::state, &Attempt::nonce, &Attempt::verifier})
        EXPECT_NE(one.*part, other.*part);
    EXPECT_NE(one.state, one.nonce);
    EXPECT_EQ(*id_token_of(R"({"access_token":"x","id_token":"a.b.c"})"), "a.b.c");
    for (const char* const none : {"", "{}", R"({"id_token":7})", R"({"error":"invalid_grant"})"})
        EXPECT_FALSE(id_token_of(none));
}

}  // namespace
}  // namespace tamga::access::openid
