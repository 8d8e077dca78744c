#include "crypto/sha256.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstdlib>
#include <memory>

namespace tamga::crypto {

namespace {

/// A digest context kept by each thread: making one costs more than hashing a small entry.
EVP_MD_CTX* context() {
    struct Free {
        void operator()(EVP_MD_CTX* made) const { EVP_MD_CTX_free(made); }
    };
    thread_local const std::unique_ptr<EVP_MD_CTX, Free> made(EVP_MD_CTX_new());
    return made.get();
}

/// Fetched once: EVP_sha256() looks its provider up on each use.
const EVP_MD* algorithm() {
    static EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return fetched;
}

}  // namespace

Digest sha256(std::string_view first, std::string_view second, std::string_view third) {
    Digest digest;
    EVP_MD_CTX* const hashing = context();
    bool good = hashing && algorithm() && EVP_DigestInit_ex(hashing, algorithm(), nullptr) == 1;
    for (std::string_view part : {first, second, third})
        good = good && EVP_DigestUpdate(hashing, part.data(), part.size()) == 1;
    good = good && EVP_DigestFinal_ex(hashing, digest.data(), nullptr) == 1;
    // Without SHA-256 nothing that the register says can be relied on.
    if (!good) std::abort();
    return digest;
}

std::string hex(const Digest& digest) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    text.reserve(64);
    for (const std::uint8_t byte : digest) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1)
        std::abort();
    return bytes;
}

}  // namespace tamga::crypto
