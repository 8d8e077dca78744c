// What a provider of log-ins says: its description, its keys, an ID token. Nobody signs in by bytes that no
// key signed.

#include <cstdint>
#include <cstdlib>

#include "access/openid.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tamga::access::openid;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static const auto kKeys = parse_keys(R"({"keys":[{"kty":"EC","crv":"P-256",
        "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})");
    if (!kKeys || kKeys->size() != 1) std::abort();
    const Client client{.issuer = "https://id.example.org", .id = "tamga", .secret = {}, .redirect = {}};
    if (const auto provider = parse_provider(client.issuer, text))
        if (provider->authorization.empty() || provider->token.empty() || provider->keys.empty())
            std::abort();
    if (const auto keys = parse_keys(text))
        for (const Key& key : *keys)
            if (key.key.fits(tamga::crypto::Signing::es256) == key.key.fits(tamga::crypto::Signing::rs256))
                std::abort();
    const auto token = parse_token(text);
    if (!token) return 0;
    if (!text.starts_with(token->signed_text + ".") || !token->claims.is_object()) std::abort();
    const Attempt attempt{.state = "s", .nonce = "n", .verifier = "v"};
    if (const Key* const key = key_of(*token, *kKeys))
        if (subject_of(*token, *key, client, attempt, 1'300'819'000)) std::abort();
    return 0;
}
