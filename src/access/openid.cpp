#include "access/openid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "access/sodium.hpp"
#include "crypto/ed25519.hpp"
#include "crypto/sha256.hpp"

namespace tamga::access::openid {

namespace {

using crypto::Signing;

constexpr std::size_t kMostToken = 16 * 1024, kMostKeys = 100, kMostSubject = 255;

constexpr struct {
    std::string_view name;
    Signing how;
} kSignings[] = {
    {.name = "RS256", .how = Signing::rs256},
    {.name = "PS256", .how = Signing::ps256},
    {.name = "ES256", .how = Signing::es256},
};

std::optional<Signing> signing_named(std::string_view name) {
    for (const auto& [known, how] : kSignings)
        if (known == name) return how;
    return std::nullopt;
}

std::unexpected<Error> unfit(std::string cause, std::string hint = {}) {
    return fail(ErrorCode::invalid_input, "sign in through a provider", std::move(cause), std::move(hint));
}

Result<Json> object_of(std::string_view text, std::string_view what) {
    auto json = parse_json(text);
    if (!json || !json->is_object()) return unfit(fmt::format("{} is no JSON object", what));
    return json;
}

/// A member that is a text; empty where it is none.
std::string text_of(const Json& json, const char* member) {
    const auto found = json.find(member);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Whether a list has one of the values; nothing where there is no such list.
std::optional<bool> lists(const Json& json, const char* member, std::string_view value) {
    const auto found = json.find(member);
    if (found == json.end() || !found->is_array()) return std::nullopt;
    return std::ranges::find(*found, Json(value)) != found->end();
}

/// A time in seconds; it may have decimals (RFC 7519, 2).
std::optional<std::int64_t> time_of(const Json& json, const char* member) {
    constexpr double kMost = 1e12;
    const auto found = json.find(member);
    if (found == json.end() || !found->is_number()) return std::nullopt;
    const auto value = found->get<double>();
    if (!(value > -kMost && value < kMost)) return std::nullopt;
    return static_cast<std::int64_t>(value);
}

/// As a value in an address or a form, every byte encoded that is not sure to stand for itself.
std::string encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '.' || c == '_' || c == '~';
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    std::string out;
    for (const auto& [name, value] : fields)
        out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, encoded(value));
    return out;
}

std::string random_text() {
    return base64url(crypto::random_bytes(32));
}

/// Null: it is of another kind, or no key.
Result<crypto::PublicKey> key_of_json(const Json& json) {
    const auto bytes = [&](const char* member) { return from_base64url(text_of(json, member)); };
    if (text_of(json, "kty") == "RSA") return crypto::PublicKey::rsa(bytes("n"), bytes("e"));
    if (text_of(json, "kty") == "EC" && text_of(json, "crv") == "P-256")
        return crypto::PublicKey::p256(bytes("x"), bytes("y"));
    return unfit("it is of another kind");
}

bool fits(const Token& token, const Key& key) {
    return (key.algorithm.empty() || key.algorithm == token.algorithm) &&
           key.key.fits(*signing_named(token.algorithm));
}

}  // namespace

bool is_subject(std::string_view text) {
    return !text.empty() && text.size() <= kMostSubject &&
           std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

std::string discovery_address(std::string_view issuer) {
    while (issuer.ends_with('/')) issuer.remove_suffix(1);
    return fmt::format("{}/.well-known/openid-configuration", issuer);
}

Result<Provider> parse_provider(std::string_view issuer, std::string_view text) {
    TAMGA_ASSIGN(const Json json, object_of(text, "what it says of itself"));
    if (text_of(json, "issuer") != issuer)
        return unfit(fmt::format("it calls itself '{}'", text_of(json, "issuer")),
                     "give --openid-issuer as the provider writes it");
    Provider provider{.authorization = text_of(json, "authorization_endpoint"),
                      .token = text_of(json, "token_endpoint"),
                      .keys = text_of(json, "jwks_uri")};
    if (provider.authorization.empty() || provider.token.empty() || provider.keys.empty())
        return unfit("it does not say where it is asked");
    if (!lists(json, "response_types_supported", "code").value_or(true))
        return unfit("it does not know the authorization code flow");
    if (std::ranges::none_of(kSignings, [&](const auto& one) {
            return lists(json, "id_token_signing_alg_values_supported", one.name).value_or(true);
        }))
        return unfit("it signs in none of the ways RS256, PS256, ES256");
    constexpr const char* kWays = "token_endpoint_auth_methods_supported";
    const bool in_header = lists(json, kWays, "client_secret_basic").value_or(true);
    provider.secret_in_form = !in_header && lists(json, kWays, "client_secret_post").value_or(false);
    if (!in_header && !provider.secret_in_form)
        return unfit("it takes no client secret", "register us with client_secret_basic there");
    const auto names_itself = json.find("authorization_response_iss_parameter_supported");
    provider.names_itself = names_itself != json.end() && *names_itself == Json(true);
    return provider;
}

Result<std::vector<Key>> parse_keys(std::string_view text) {
    TAMGA_ASSIGN(const Json json, object_of(text, "the list of its keys"));
    const auto list = json.find("keys");
    if (list == json.end() || !list->is_array()) return unfit("the list of its keys is none");
    std::vector<Key> keys;
    for (const Json& one : *list) {
        if (!one.is_object() || keys.size() == kMostKeys) continue;
        if (const std::string use = text_of(one, "use"); !use.empty() && use != "sig") continue;
        auto key = key_of_json(one);
        if (key) keys.push_back({text_of(one, "kid"), text_of(one, "alg"), *std::move(key)});
    }
    return keys;
}

Attempt attempt() {
    return {.state = random_text(), .nonce = random_text(), .verifier = random_text()};
}

std::string authorization_address(const Provider& provider, const Client& client, const Attempt& attempt,
                                  std::string_view language) {
    const std::string challenge = base64url(crypto::bytes(crypto::sha256(attempt.verifier)));
    return provider.authorization + (provider.authorization.find('?') == std::string::npos ? "?" : "&") +
           form({{"response_type", "code"},
                 {"scope", "openid"},
                 {"client_id", client.id},
                 {"redirect_uri", client.redirect},
                 {"state", attempt.state},
                 {"nonce", attempt.nonce},
                 {"code_challenge", challenge},
                 {"code_challenge_method", "S256"},
                 {"ui_locales", language}});
}

std::string token_form(const Provider& provider, const Client& client, const Attempt& attempt,
                       std::string_view code) {
    std::string out = form({{"grant_type", "authorization_code"},
                            {"code", code},
                            {"redirect_uri", client.redirect},
                            {"code_verifier", attempt.verifier}});
    if (provider.secret_in_form)
        out += "&" + form({{"client_id", client.id}, {"client_secret", client.secret}});
    return out;
}

std::string authorization_of(const Provider& provider, const Client& client) {
    if (provider.secret_in_form) return {};
    return "Basic " + crypto::base64_text(encoded(client.id) + ":" + encoded(client.secret));
}

Result<std::string> id_token_of(std::string_view answer) {
    TAMGA_ASSIGN(const Json json, object_of(answer, "its answer to a code"));
    std::string token = text_of(json, "id_token");
    if (token.empty()) return unfit("its answer to a code has no ID token");
    return token;
}

Result<Token> parse_token(std::string_view text) {
    if (text.size() > kMostToken) return unfit("the ID token is too long");
    const std::size_t first = text.find('.');
    const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
    if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos)
        return unfit("the ID token has not three parts");
    TAMGA_ASSIGN(const Json header,
                 object_of(from_base64url(text.substr(0, first)), "the ID token's header"));
    Token token{.algorithm = text_of(header, "alg"),
                .key = text_of(header, "kid"),
                .signed_text = std::string(text.substr(0, second)),
                .signature = from_base64url(text.substr(second + 1)),
                .claims = {}};
    if (!signing_named(token.algorithm))
        return unfit(fmt::format("the ID token is signed by '{}'", token.algorithm),
                     "let the provider sign by RS256, PS256 or ES256");
    if (header.contains("crit")) return unfit("the ID token has parts that are not known here");
    TAMGA_ASSIGN(token.claims, object_of(from_base64url(text.substr(first + 1, second - first - 1)),
                                         "what the ID token says"));
    return token;
}

const Key* key_of(const Token& token, std::span<const Key> keys) {
    const Key* found = nullptr;
    for (const Key& key : keys) {
        if (!fits(token, key) || (!token.key.empty() && key.id != token.key)) continue;
        if (found) return nullptr;
        found = &key;
    }
    return found;
}

Result<std::string> subject_of(const Token& token, const Key& key, const Client& client,
                               const Attempt& attempt, std::int64_t now) {
    const Json& claims = token.claims;
    if (!fits(token, key) ||
        !key.key.is_signature(*signing_named(token.algorithm), token.signed_text, token.signature))
        return unfit("the ID token is not signed by the provider");
    if (text_of(claims, "iss") != client.issuer) return unfit("the ID token is of another provider");
    const auto audience = claims.find("aud");
    const bool for_one = audience != claims.end() && audience->is_string() && *audience == Json(client.id);
    const bool for_many = lists(claims, "aud", client.id).value_or(false);
    // Who it is for beside us, we do not know; that it was us who asked, the provider has to say.
    const bool asked_by_us = text_of(claims, "azp") == client.id;
    const bool needs_asker = claims.contains("azp") || (for_many && audience->size() > 1);
    if ((!for_one && !for_many) || (needs_asker && !asked_by_us))
        return unfit("the ID token is not for this register");
    const auto expires = time_of(claims, "exp"), issued = time_of(claims, "iat");
    if (!expires || !issued) return unfit("the ID token has no times");
    if (*expires + kClocksDiffer <= now || *issued + kAttemptLasts + kClocksDiffer < now)
        return unfit("the ID token is over", "see whether both clocks are right");
    if (*issued - kClocksDiffer > now || time_of(claims, "nbf").value_or(0) - kClocksDiffer > now)
        return unfit("the ID token is of the future", "see whether both clocks are right");
    if (attempt.nonce.empty() || !same_in_constant_time(text_of(claims, "nonce"), attempt.nonce))
        return unfit("the ID token is of another attempt");
    std::string subject = text_of(claims, "sub");
    if (!is_subject(subject)) return unfit("the ID token does not say who signed in");
    return subject;
}

}  // namespace tamga::access::openid
