#include "crypto/ed25519.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <cstdlib>
#include <utility>

namespace tamga::crypto {

namespace {

// What stands before the key's bytes in DER: the algorithm's name, and lengths (RFC 8410, 7 and 4).
constexpr std::string_view kPrivatePrefix("\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20",
                                          16);
constexpr std::string_view kPublicPrefix("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12);
constexpr std::string_view kPrivate = "PRIVATE KEY", kPublic = "PUBLIC KEY";

void start() {
    static const int started = sodium_init();
    if (started < 0) std::abort();
}

const unsigned char* data(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* data(std::string& bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

std::string pem_of(std::string_view what, std::string_view prefix, std::string_view key) {
    std::string der = std::string(prefix) + std::string(key);
    std::string text = base64_text(der);
    std::string out = fmt::format("-----BEGIN {0}-----\n{1}\n-----END {0}-----\n", what, text);
    sodium_memzero(der.data(), der.size());
    sodium_memzero(text.data(), text.size());
    return out;
}

Result<std::string> key_of_pem(std::string_view pem, std::string_view what, std::string_view prefix) {
    const std::string begin = fmt::format("-----BEGIN {}-----", what),
                      end = fmt::format("-----END {}-----", what);
    const std::size_t from = pem.find(begin), to = pem.find(end);
    const auto bad = [&] {
        return fail(ErrorCode::invalid_input, "read a key", fmt::format("it holds no Ed25519 {}", what),
                    "make one: tamga key new FILE");
    };
    if (from == std::string_view::npos || to == std::string_view::npos || to < from + begin.size())
        return bad();
    const std::string_view text = pem.substr(from + begin.size(), to - from - begin.size());
    std::string der(prefix.size() + kKeyBytes, '\0');
    std::size_t count = 0;
    const bool read = sodium_base642bin(data(der), der.size(), text.data(), text.size(), "\r\n", &count,
                                        nullptr, sodium_base64_VARIANT_ORIGINAL) == 0 &&
                      count == der.size() && der.starts_with(prefix);
    std::string key = read ? der.substr(prefix.size()) : std::string();
    sodium_memzero(der.data(), der.size());
    if (!read) return bad();
    return key;
}

}  // namespace

SigningKey::SigningKey(std::string_view seed) : secret_(crypto_sign_SECRETKEYBYTES, '\0') {
    start();
    std::string unused(crypto_sign_PUBLICKEYBYTES, '\0');
    crypto_sign_seed_keypair(data(unused), data(secret_), data(seed));
}

SigningKey::~SigningKey() {
    if (!secret_.empty()) sodium_memzero(secret_.data(), secret_.size());
}

SigningKey::SigningKey(SigningKey&& other) noexcept : secret_(std::exchange(other.secret_, {})) {}

SigningKey SigningKey::make() {
    start();
    std::string seed(kKeyBytes, '\0');
    randombytes_buf(seed.data(), seed.size());
    SigningKey key(seed);
    sodium_memzero(seed.data(), seed.size());
    return key;
}

Result<SigningKey> SigningKey::of_pem(std::string_view pem) {
    start();
    TAMGA_ASSIGN(std::string seed, key_of_pem(pem, kPrivate, kPrivatePrefix));
    SigningKey key(seed);
    sodium_memzero(seed.data(), seed.size());
    return key;
}

std::string SigningKey::pem() const {
    return pem_of(kPrivate, kPrivatePrefix, std::string_view(secret_).substr(0, kKeyBytes));
}

std::string SigningKey::public_key() const {
    return secret_.substr(crypto_sign_SEEDBYTES);
}

std::string SigningKey::sign(std::string_view message) const {
    std::string signature(kSignatureBytes, '\0');
    crypto_sign_detached(data(signature), nullptr, data(message), message.size(),
                         data(std::string_view(secret_)));
    return signature;
}

bool is_signature(std::string_view public_key, std::string_view message, std::string_view signature) {
    start();
    return public_key.size() == kKeyBytes && signature.size() == kSignatureBytes &&
           crypto_sign_verify_detached(data(signature), data(message), message.size(), data(public_key)) == 0;
}

bool is_public_key(std::string_view public_key) {
    start();
    return public_key.size() == kKeyBytes && crypto_core_ed25519_is_valid_point(data(public_key)) == 1;
}

std::string public_pem(std::string_view public_key) {
    start();
    return pem_of(kPublic, kPublicPrefix, public_key);
}

Result<std::string> public_key_of_pem(std::string_view pem) {
    start();
    return key_of_pem(pem, kPublic, kPublicPrefix);
}

std::string hex_text(std::string_view bytes) {
    std::string text(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), data(bytes), bytes.size());
    text.pop_back();
    return text;
}

std::string from_hex(std::string_view text) {
    std::string bytes(text.size() / 2, '\0');
    std::size_t count = 0;
    // Upper case would be a second way to write the same.
    if (text.find_first_not_of("0123456789abcdef") != std::string_view::npos ||
        sodium_hex2bin(data(bytes), bytes.size(), text.data(), text.size(), nullptr, &count, nullptr) != 0 ||
        count * 2 != text.size())
        return {};
    return bytes;
}

std::string base64_text(std::string_view bytes) {
    std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), data(bytes), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();  // It ends with a null.
    return text;
}

}  // namespace tamga::crypto
