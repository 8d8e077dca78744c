#pragma once

#include <memory>
#include <string_view>

#include "base/result.hpp"

struct evp_pkey_st;

namespace tamga::crypto {

/// How somebody else signed (RFC 7518, 3.1). There is no other way here: neither none nor a shared secret.
enum class Signing : unsigned char {
    rs256,  ///< RSASSA-PKCS1-v1_5 with SHA-256.
    ps256,  ///< RSASSA-PSS with SHA-256 and a salt of 32 bytes.
    es256,  ///< ECDSA on P-256 with SHA-256.
};

/// Somebody else's public key, RSA or P-256, by OpenSSL. Any number of threads; copies share it.
class PublicKey {
  public:
    /// Of big-endian numbers (RFC 7518, 6.3.1). Errors: invalid_input for fewer than 2048 bits, which can be
    /// broken, for more than 8192, whose check takes long, and for an exponent that is even or beyond 64
    /// bits.
    static Result<PublicKey> rsa(std::string_view modulus, std::string_view exponent);
    /// Of a point's coordinates, 32 bytes each (RFC 7518, 6.2.1). Errors: invalid_input for what is no point
    /// of P-256.
    static Result<PublicKey> p256(std::string_view x, std::string_view y);

    /// Whether such a key can sign so.
    bool fits(Signing how) const;
    /// Whether it signed the message; false for what is no signature, or none that fits. One of es256 is 64
    /// bytes, as RFC 7518, 3.4 has it.
    bool is_signature(Signing how, std::string_view message, std::string_view signature) const;

  private:
    explicit PublicKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
    std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace tamga::crypto
