#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

// Passkeys: what an authenticator answers when a browser asks it to make a key, or to sign with one. Web
// Authentication, W3C Recommendation of 8 April 2021 (Level 2); the numbers below are its sections'. The
// attestation of an authenticator's maker is not asked for and not looked at ("none", 8.7). Signatures are
// checked, and keys are read, by libfido2. All that is given comes from outside. Any number of threads.

namespace tamga::access {

/// Where passkeys are of use: one site.
struct RelyingParty {
    std::string id;      ///< A host, "register.example.org" or "localhost" (5.1.2, RP ID).
    std::string origin;  ///< "https://register.example.org", as browsers tell it.
};

/// The site that readers reach at that address; nothing where browsers have no passkeys: it is not https, and
/// not on this very machine by the name of localhost; or its host is a number.
std::optional<RelyingParty> relying_party(std::string_view public_url);

/// What came of navigator.credentials.create(): AuthenticatorAttestationResponse (5.2.1), as bytes.
struct Registration {
    std::string client_data;         ///< clientDataJSON.
    std::string authenticator_data;  ///< getAuthenticatorData().
};

/// A key that was made.
struct RegisteredKey {
    std::string id;              ///< Of the credential: 1 to 1023 bytes.
    std::int64_t algorithm = 0;  ///< Of COSE: -7 (ES256), -8 (EdDSA by Ed25519) or -257 (RS256, 2048 bits).
    std::string key;             ///< The public one, as libfido2 keeps it.
    std::int64_t counter = 0;
};

/// The key, if the registration answers the challenge, which is base64url without padding, on that site, and
/// whoever held the authenticator was looked at (7.1, steps 5 to 17; for the rest see Accounts).
/// Errors: invalid_input: which of it does not hold.
Result<RegisteredKey> check_registration(const RelyingParty& site, std::string_view challenge,
                                         const Registration& registration);

/// What came of navigator.credentials.get(): AuthenticatorAssertionResponse (5.2.2), as bytes.
struct Assertion {
    std::string id;                  ///< Of the credential.
    std::string client_data;         ///< clientDataJSON.
    std::string authenticator_data;  ///< authenticatorData.
    std::string signature;
    std::string handle;  ///< userHandle.
};

/// The authenticator's counter, if it signed the challenge, which is base64url without padding, with that key
/// and on that site, and whoever held it was looked at (7.2, steps 10 to 20).
/// Errors: invalid_input: which of it does not hold.
Result<std::int64_t> check_assertion(const RelyingParty& site, std::string_view challenge,
                                     const Assertion& assertion, std::int64_t algorithm,
                                     std::string_view key);

/// Whether there may be two of an authenticator, for its counter did not go on (7.2, step 21). One that does
/// not count tells 0 always.
constexpr bool is_counter_back(std::int64_t before, std::int64_t now) {
    return (before != 0 || now != 0) && now <= before;
}

}  // namespace tamga::access
