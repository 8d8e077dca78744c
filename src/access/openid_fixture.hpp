#pragma once

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "access/sodium.hpp"
#include "json/json.hpp"

// For tests of what providers of log-ins say.

namespace tamga::access::openid {

/// A key of a provider that is not ours: it signs by OpenSSL.
class Signer {
  public:
    static const Signer& rsa() {
        static const Signer one(EVP_RSA_gen(2048));
        return one;
    }
    static const Signer& ec() {
        static const Signer one(EVP_EC_gen("P-256"));
        return one;
    }
    bool is_rsa() const { return EVP_PKEY_is_a(key_.get(), "RSA") == 1; }

    std::string sign(std::string_view algorithm, const std::string& text) const {
        const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
        EVP_PKEY_CTX* key = nullptr;
        EVP_DigestSignInit(context.get(), &key, EVP_sha256(), nullptr, key_.get());
        if (algorithm == "PS256") {
            EVP_PKEY_CTX_set_rsa_padding(key, RSA_PKCS1_PSS_PADDING);
            EVP_PKEY_CTX_set_rsa_pss_saltlen(key, RSA_PSS_SALTLEN_DIGEST);
        }
        std::string out(1024, '\0');
        std::size_t size = out.size();
        EVP_DigestSign(context.get(), bytes(out), &size, bytes(text), text.size());
        out.resize(size);
        if (is_rsa()) return out;
        const unsigned char* der = bytes(out);
        ECDSA_SIG* const both = d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(size));
        out = big_endian(ECDSA_SIG_get0_r(both), 32) + big_endian(ECDSA_SIG_get0_s(both), 32);
        ECDSA_SIG_free(both);
        return out;
    }
    Json jwk(const std::string& id) const {
        if (is_rsa()) return {{"kty", "RSA"}, {"kid", id}, {"n", part("n", 256)}, {"e", part("e", 3)}};
        return {{"kty", "EC"}, {"crv", "P-256"}, {"kid", id}, {"x", part("qx", 32)}, {"y", part("qy", 32)}};
    }
    std::string token(const Json& header, const Json& claims) const {
        const std::string text = base64url(header.dump()) + "." + base64url(claims.dump());
        return text + "." + base64url(sign(header.value("alg", ""), text));
    }

  private:
    explicit Signer(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}
    static unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
    static const unsigned char* bytes(const std::string& text) {
        return reinterpret_cast<const unsigned char*>(text.data());
    }
    static std::string big_endian(const BIGNUM* number, int size) {
        std::string out(static_cast<std::size_t>(size), '\0');
        BN_bn2binpad(number, bytes(out), size);
        return out;
    }
    std::string part(const char* name, int size) const {
        BIGNUM* number = nullptr;
        EVP_PKEY_get_bn_param(key_.get(), name, &number);
        std::string out = base64url(big_endian(number, size));
        BN_free(number);
        return out;
    }
    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
};

}  // namespace tamga::access::openid
