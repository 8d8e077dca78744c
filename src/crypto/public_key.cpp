#include "crypto/public_key.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <string>
#include <utility>

namespace tamga::crypto {

namespace {

constexpr int kFewestBits = 2048, kMostBits = 8192;
constexpr std::size_t kCoordinate = 32, kMostExponent = 8;

template <auto release>
struct By {
    template <class Thing>
    void operator()(Thing* thing) const {
        release(thing);
    }
};
using Number = std::unique_ptr<BIGNUM, By<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, By<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, By<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, By<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, By<EVP_MD_CTX_free>>;

const unsigned char* data(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
Number number(std::string_view bytes) {
    return Number(BN_bin2bn(data(bytes), static_cast<int>(bytes.size()), nullptr));
}

std::unexpected<Error> no_key(std::string cause) {
    // What OpenSSL says of it waits for nobody.
    ERR_clear_error();
    return fail(ErrorCode::invalid_input, "read a public key", std::move(cause));
}

/// Null: the parameters make no key of that kind.
std::shared_ptr<EVP_PKEY> made(const char* kind, const Builder& builder) {
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
        return nullptr;
    return {key, EVP_PKEY_free};
}

/// The two numbers of an ECDSA signature as OpenSSL reads them: DER. Empty for what is none.
std::string der_of(std::string_view signature) {
    if (signature.size() != 2 * kCoordinate) return {};
    Number r = number(signature.substr(0, kCoordinate)), s = number(signature.substr(kCoordinate));
    const std::unique_ptr<ECDSA_SIG, By<ECDSA_SIG_free>> both(ECDSA_SIG_new());
    if (!r || !s || !both || ECDSA_SIG_set0(both.get(), r.get(), s.get()) != 1) return {};
    std::ignore = r.release();
    std::ignore = s.release();
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(both.get(), &der);
    if (size <= 0) return {};
    std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return out;
}

}  // namespace

Result<PublicKey> PublicKey::rsa(std::string_view modulus, std::string_view exponent) {
    while (modulus.starts_with('\0')) modulus.remove_prefix(1);
    while (exponent.starts_with('\0')) exponent.remove_prefix(1);
    if (modulus.size() > kMostBits / 8) return no_key("an RSA key has more than 8192 bits");
    if (exponent.empty() || exponent.size() > kMostExponent || exponent.back() % 2 == 0 || exponent == "\1")
        return no_key("an RSA key has no fitting exponent");
    const Number n = number(modulus), e = number(exponent);
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!n || !e || !builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
        return no_key("there is no memory for it");
    if (BN_num_bits(n.get()) < kFewestBits) return no_key("an RSA key has fewer than 2048 bits");
    auto key = made("RSA", builder);
    if (!key) return no_key("that is no RSA key");
    return PublicKey(std::move(key));
}

Result<PublicKey> PublicKey::p256(std::string_view x, std::string_view y) {
    if (x.size() != kCoordinate || y.size() != kCoordinate)
        return no_key("a point of P-256 has two numbers of 32 bytes");
    // As SEC 1, 2.3.3 writes a point, not compressed.
    const std::string point = "\4" + std::string(x) + std::string(y);
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!builder ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) != 1)
        return no_key("there is no memory for it");
    auto key = made("EC", builder);
    const KeyContext check(key ? EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr) : nullptr);
    if (!check || EVP_PKEY_public_check(check.get()) != 1) return no_key("that is no point of P-256");
    return PublicKey(std::move(key));
}

bool PublicKey::fits(Signing how) const {
    return EVP_PKEY_is_a(key_.get(), how == Signing::es256 ? "EC" : "RSA") == 1;
}

bool PublicKey::is_signature(Signing how, std::string_view message, std::string_view signature) const {
    if (!fits(how)) return false;
    const std::string der = how == Signing::es256 ? der_of(signature) : std::string();
    if (how == Signing::es256) signature = der;
    const DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* key = nullptr;  // The context's own.
    bool holds = context && EVP_DigestVerifyInit(context.get(), &key, EVP_sha256(), nullptr, key_.get()) == 1;
    if (holds && how == Signing::ps256)
        holds = EVP_PKEY_CTX_set_rsa_padding(key, RSA_PKCS1_PSS_PADDING) == 1 &&
                EVP_PKEY_CTX_set_rsa_mgf1_md(key, EVP_sha256()) == 1 &&
                EVP_PKEY_CTX_set_rsa_pss_saltlen(key, RSA_PSS_SALTLEN_DIGEST) == 1;
    holds = holds && EVP_DigestVerify(context.get(), data(signature), signature.size(), data(message),
                                      message.size()) == 1;
    ERR_clear_error();
    return holds;
}

}  // namespace tamga::crypto
