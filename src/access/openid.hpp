#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "crypto/public_key.hpp"
#include "json/json.hpp"

/// Signing in through an organisation's provider: OpenID Connect Core 1.0, the authorization code flow (3.1)
/// with PKCE (RFC 7636, S256). Here is what is said and what is checked; who asks the provider is
/// web/desk/provider. Pure, but for attempt(), which draws random numbers. Any number of threads.
///
/// Whatever comes from a provider may be anything at all. Errors: invalid_input, with what is wrong with it.
namespace tamga::access::openid {

/// Whom the provider takes us for.
struct Client {
    std::string issuer;      ///< The provider's name: "https://id.example.org", as it writes it.
    std::string id, secret;  ///< As it gave them to us.
    std::string redirect;    ///< Where it sends people back to; it has to know that address.
};

/// What a provider says of itself (OpenID Connect Discovery 1.0, 3). Whether its addresses may be asked is
/// not looked at here.
struct Provider {
    std::string authorization, token, keys;  ///< Addresses.
    bool secret_in_form = false;  ///< It takes our secret in the form alone, not as RFC 6749, 2.3.1 prefers.
    bool names_itself = false;    ///< It says who it is with each answer (RFC 9207).
};

/// Where a provider says that.
std::string discovery_address(std::string_view issuer);
/// Errors, too: it calls itself otherwise than `issuer`, or can nothing that we can.
Result<Provider> parse_provider(std::string_view issuer, std::string_view text);

/// A key by which a provider signs.
struct Key {
    std::string id;         ///< "kid"; empty: it has none.
    std::string algorithm;  ///< "alg", the only one it is for; empty: any that fits.
    crypto::PublicKey key;
};
/// A provider's keys (RFC 7517, 5), without those that are of another kind or for something else.
Result<std::vector<Key>> parse_keys(std::string_view text);

/// What is made up for one attempt, and has to come back or to be told with it.
struct Attempt {
    std::string state;     ///< Comes back with the answer: it is one to this attempt.
    std::string nonce;     ///< Comes back in the token: it was made for this attempt.
    std::string verifier;  ///< PKCE's: who asks for the token is who began.
};
Attempt attempt();

/// Where somebody is sent to sign in. `language`: of the pages that they should see.
std::string authorization_address(const Provider& provider, const Client& client, const Attempt& attempt,
                                  std::string_view language);
/// The form by which a token is asked for with the code that came back; our secret is in it where the
/// provider wants it there.
std::string token_form(const Provider& provider, const Client& client, const Attempt& attempt,
                       std::string_view code);
/// The Authorization header's value that goes with it (RFC 6749, 2.3.1); empty where the secret is in the
/// form.
std::string authorization_of(const Provider& provider, const Client& client);
/// The ID token of the answer to that form (3.1.3.3).
Result<std::string> id_token_of(std::string_view answer);

/// An ID token, read; nothing of it is believed yet.
struct Token {
    std::string algorithm, key;  ///< By which it says that it is signed; no key: it names none.
    std::string signed_text, signature;
    Json claims;
};
/// Errors, too: "alg" is none of ours, such as "none" or "HS256"; it has parts that must be understood.
Result<Token> parse_token(std::string_view text);

/// The key that a token is signed by; null: there is none of that id, or several fit one that names none.
const Key* key_of(const Token& token, std::span<const Key> keys);

/// Who signed in, as the provider calls them ("sub"): of a token that this key signed, that provider made
/// for us, in that attempt, and just now. A clock may be wrong by kClocksDiffer seconds (3.1.3.7).
Result<std::string> subject_of(const Token& token, const Key& key, const Client& client,
                               const Attempt& attempt, std::int64_t now);
inline constexpr std::int64_t kClocksDiffer = 60;
/// An attempt takes no longer, and no token is older.
inline constexpr std::int64_t kAttemptLasts = 600;

/// Whether it can be what a provider calls somebody: 1 to 255 characters of ASCII (Core 1.0, 2).
bool is_subject(std::string_view text);

}  // namespace tamga::access::openid
