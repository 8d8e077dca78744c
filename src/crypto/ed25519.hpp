#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

// Signatures by Ed25519 (RFC 8032). Any number of threads.

namespace tamga::crypto {

inline constexpr std::size_t kKeyBytes = 32, kSignatureBytes = 64;

/// A key that signs. Its bytes are wiped when it goes.
class SigningKey {
  public:
    static SigningKey make();
    /// From a file's content: PKCS #8 as PEM, as `openssl genpkey -algorithm ed25519` writes it (RFC 8410).
    /// Errors: invalid_input.
    static Result<SigningKey> of_pem(std::string_view pem);
    ~SigningKey();
    SigningKey(SigningKey&& other) noexcept;
    SigningKey& operator=(SigningKey&&) = delete;
    SigningKey(const SigningKey&) = delete;
    SigningKey& operator=(const SigningKey&) = delete;

    /// The same file again; a secret.
    std::string pem() const;
    /// 32 bytes.
    std::string public_key() const;
    /// 64 bytes.
    std::string sign(std::string_view message) const;

  private:
    explicit SigningKey(std::string_view seed);
    std::string secret_;  ///< Seed and public key, as libsodium has them.
};

/// Whether it is the key's signature of the message; false for what is no key or no signature.
bool is_signature(std::string_view public_key, std::string_view message, std::string_view signature);
/// Whether 32 bytes are a key that can have signed something.
bool is_public_key(std::string_view public_key);

/// A public key as a file of PEM, as openssl reads it (RFC 8410); and the reverse. Errors: invalid_input.
std::string public_pem(std::string_view public_key);
Result<std::string> public_key_of_pem(std::string_view pem);

/// Lower-case hexadecimal digits, and the reverse; empty for what is none.
std::string hex_text(std::string_view bytes);
std::string from_hex(std::string_view text);

/// Base64 with its padding (RFC 4648, section 4).
std::string base64_text(std::string_view bytes);

}  // namespace tamga::crypto
