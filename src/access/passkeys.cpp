#include "access/passkeys.hpp"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "access/sodium.hpp"
#include "base/utf8.hpp"
#include "crypto/sha256.hpp"
#include "json/json.hpp"

namespace tamga::access {

namespace {

constexpr std::size_t kMostBytes = 8192;  ///< Of anything that an authenticator tells.
constexpr std::size_t kMostId = 1023;     ///< CTAP 2.1, 6.5.

/// Of authenticator data (6.1): the hash of the site's id, flags, the counter.
constexpr std::size_t kHashBytes = 32, kFlagsAt = 32, kCounterAt = 33, kShortest = 37;
constexpr unsigned kUserPresent = 0x01, kUserVerified = 0x04;

std::unexpected<Error> not_taken(std::string cause) {
    return fail(ErrorCode::invalid_input, "take a passkey", std::move(cause), "try again");
}

const unsigned char* raw(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
std::string bytes(const unsigned char* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// The library is quiet, and speaks to no device here.
void start_fido() {
    [[maybe_unused]] static const int started = (fido_init(0), 0);
}

struct FreeCredential {
    void operator()(fido_cred_t* made) const { fido_cred_free(&made); }
};
struct FreeAssertion {
    void operator()(fido_assert_t* made) const { fido_assert_free(&made); }
};
template <auto Free>
struct FreeKey {
    template <class Key>
    void operator()(Key* made) const {
        Free(&made);
    }
};

std::string text_in(const Json& json, const char* member) {
    const auto found = json.find(member);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// 7.1, steps 5 to 9, and 7.2, steps 10 to 14.
Result<void> check_client_data(const RelyingParty& site, std::string_view type, std::string_view challenge,
                               std::string_view client_data) {
    if (client_data.size() > kMostBytes) return not_taken("what the browser tells of it is too long");
    const auto told = parse_json(client_data);
    if (!told || !told->is_object()) return not_taken("what the browser tells of it is no JSON object");
    if (text_in(*told, "type") != type) return not_taken("it was asked for something else");
    if (challenge.empty() || !same_in_constant_time(text_in(*told, "challenge"), challenge))
        return not_taken("it answers another challenge");
    if (text_in(*told, "origin") != site.origin) return not_taken("it was asked for by another site");
    // One that a page within another site's page asked for is not what people thought they were shown.
    if (const auto crossing = told->find("crossOrigin"); crossing != told->end() && *crossing != false)
        return not_taken("it was asked for within another site");
    return {};
}

/// 7.1, steps 13 to 15, and 7.2, steps 15 to 17. Gives the counter.
Result<std::int64_t> check_authenticator_data(const RelyingParty& site, std::string_view data) {
    if (data.size() < kShortest || data.size() > kMostBytes)
        return not_taken("what the authenticator tells is too short or too long");
    if (data.substr(0, kHashBytes) != crypto::bytes(crypto::sha256(site.id)))
        return not_taken("it is of another site");
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(data[at]); };
    if ((byte(kFlagsAt) & kUserPresent) == 0) return not_taken("nobody was there");
    if ((byte(kFlagsAt) & kUserVerified) == 0)
        return not_taken("the authenticator did not look who held it: it asked for no PIN, face or finger");
    std::int64_t counter = 0;
    for (std::size_t at = kCounterAt; at < kShortest; ++at) counter = counter << 8 | byte(at);
    return counter;
}

/// fido_assert_verify() with the key, as that algorithm keeps it.
template <class Key, auto New, auto Free, auto Read>
int verify_with(const fido_assert_t* assertion, int algorithm, std::string_view key) {
    const std::unique_ptr<Key, FreeKey<Free>> kept(New());
    if (!kept) return FIDO_ERR_INTERNAL;
    if (const int read = Read(kept.get(), key.data(), key.size()); read != FIDO_OK) return read;
    return fido_assert_verify(assertion, 0, algorithm, kept.get());
}

int verify(const fido_assert_t* assertion, std::int64_t algorithm, std::string_view key) {
    switch (algorithm) {
        case COSE_ES256:
            return verify_with<es256_pk_t, es256_pk_new, es256_pk_free, es256_pk_from_ptr>(assertion,
                                                                                           COSE_ES256, key);
        case COSE_EDDSA:
            return verify_with<eddsa_pk_t, eddsa_pk_new, eddsa_pk_free, eddsa_pk_from_ptr>(assertion,
                                                                                           COSE_EDDSA, key);
        case COSE_RS256:
            return verify_with<rs256_pk_t, rs256_pk_new, rs256_pk_free, rs256_pk_from_ptr>(assertion,
                                                                                           COSE_RS256, key);
        default:
            return FIDO_ERR_UNSUPPORTED_ALGORITHM;
    }
}

}  // namespace

std::optional<RelyingParty> relying_party(std::string_view public_url) {
    const std::string url = utf8::lower_ascii(public_url);
    const std::size_t scheme = url.find("://");
    if (scheme == std::string::npos) return std::nullopt;
    const std::size_t from = scheme + 3, to = std::min(url.find('/', from), url.size());
    const std::size_t colon = url.find(':', from);
    const std::string host = url.substr(from, std::min(colon, to) - from);
    const bool secure = url.starts_with("https://");
    if (!secure && !(url.starts_with("http://") && host == "localhost")) return std::nullopt;
    // As browsers know hosts: letters, digits, hyphens and dots. The last part of a number has no letter.
    const auto among = [](const char* set) {
        return [set](char c) { return std::string_view(set).contains(c); };
    };
    if (host.empty() || !std::ranges::all_of(host, among("abcdefghijklmnopqrstuvwxyz0123456789-.")) ||
        std::ranges::all_of(host.substr(host.rfind('.') + 1), among("0123456789")))
        return std::nullopt;
    std::string origin = url.substr(0, to);
    // A browser does not tell the port that goes without saying.
    const std::string_view usual = secure ? ":443" : ":80";
    if (colon < to && origin.substr(colon) == usual) origin.resize(colon);
    return RelyingParty{host, std::move(origin)};
}

Result<RegisteredKey> check_registration(const RelyingParty& site, std::string_view challenge,
                                         const Registration& registration) {
    TAMGA_TRY(check_client_data(site, "webauthn.create", challenge, registration.client_data));
    TAMGA_ASSIGN(const std::int64_t counter, check_authenticator_data(site, registration.authenticator_data));
    start_fido();
    // The library reads a key only as one of the algorithm that it was told of (7.1, step 16).
    for (const int algorithm : {COSE_ES256, COSE_EDDSA, COSE_RS256}) {
        const std::unique_ptr<fido_cred_t, FreeCredential> made(fido_cred_new());
        if (!made || fido_cred_set_type(made.get(), algorithm) != FIDO_OK ||
            fido_cred_set_authdata_raw(made.get(), raw(registration.authenticator_data),
                                       registration.authenticator_data.size()) != FIDO_OK)
            continue;
        const std::size_t id_size = fido_cred_id_len(made.get()), key_size = fido_cred_pubkey_len(made.get());
        if (id_size == 0 || id_size > kMostId || key_size == 0) continue;
        return RegisteredKey{bytes(fido_cred_id_ptr(made.get()), id_size), algorithm,
                             bytes(fido_cred_pubkey_ptr(made.get()), key_size), counter};
    }
    return not_taken("the authenticator tells no key that is read here (ES256, EdDSA, RS256)");
}

Result<std::int64_t> check_assertion(const RelyingParty& site, std::string_view challenge,
                                     const Assertion& assertion, std::int64_t algorithm,
                                     std::string_view key) {
    TAMGA_TRY(check_client_data(site, "webauthn.get", challenge, assertion.client_data));
    TAMGA_ASSIGN(const std::int64_t counter, check_authenticator_data(site, assertion.authenticator_data));
    start_fido();
    const std::unique_ptr<fido_assert_t, FreeAssertion> told(fido_assert_new());
    // The library hashes what the browser told (7.2, step 19), looks at the site and the flags again, and at
    // the signature (step 20).
    const bool holds =
        told && assertion.signature.size() <= kMostBytes &&
        fido_assert_set_rp(told.get(), site.id.c_str()) == FIDO_OK &&
        fido_assert_set_clientdata(told.get(), raw(assertion.client_data), assertion.client_data.size()) ==
            FIDO_OK &&
        fido_assert_set_count(told.get(), 1) == FIDO_OK &&
        fido_assert_set_authdata_raw(told.get(), 0, raw(assertion.authenticator_data),
                                     assertion.authenticator_data.size()) == FIDO_OK &&
        fido_assert_set_sig(told.get(), 0, raw(assertion.signature), assertion.signature.size()) == FIDO_OK &&
        fido_assert_set_up(told.get(), FIDO_OPT_TRUE) == FIDO_OK &&
        fido_assert_set_uv(told.get(), FIDO_OPT_TRUE) == FIDO_OK &&
        verify(told.get(), algorithm, key) == FIDO_OK;
    if (!holds) return not_taken("it was not signed with that key");
    return counter;
}

}  // namespace tamga::access
