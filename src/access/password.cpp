#include "access/password.hpp"

#include <fmt/format.h>
#include <sodium.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <array>

#include "access/sodium.hpp"
#include "base/utf8.hpp"

namespace tamga::access {

namespace {

constexpr std::size_t kFewestCharacters = 12, kMostBytes = 1000;

std::unexpected<Error> refused(std::string cause, std::string hint) {
    return fail(ErrorCode::invalid_input, "set a password", std::move(cause), std::move(hint));
}

}  // namespace

Result<std::string> normal_password(std::string_view text) {
    if (text.size() > kMostBytes)
        return refused(fmt::format("the password has more than {} bytes", kMostBytes),
                       "choose a shorter one");
    if (!utf8::is_valid(text)) return refused("the password is not UTF-8", "");
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* const nfc = icu::Normalizer2::getNFCInstance(status);
    icu::UnicodeString normal;
    if (nfc)
        normal = nfc->normalize(
            icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())}), status);
    if (U_FAILURE(status) || !nfc) return fail(ErrorCode::io, "set a password", "it cannot be normalized");
    if (normal.countChar32() < static_cast<std::int32_t>(kFewestCharacters))
        return refused(fmt::format("the password has fewer than {} characters", kFewestCharacters),
                       "take a longer one: a few words do");
    std::string bytes;
    normal.toUTF8String(bytes);
    return bytes;
}

Result<std::string> hash_password(const std::string& normal, const PasswordCost& cost) {
    start_sodium();
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (crypto_pwhash_str(hash.data(), normal.data(), normal.size(), cost.passes, cost.memory_bytes) != 0)
        return fail(ErrorCode::io, "hash a password",
                    fmt::format("there are no {} MiB of memory for it", cost.memory_bytes >> 20),
                    "try again later");
    return std::string(hash.data());
}

bool password_holds(const std::string& hash, const std::string& normal) {
    start_sodium();
    return crypto_pwhash_str_verify(hash.c_str(), normal.data(), normal.size()) == 0;
}

bool costs_otherwise(const std::string& hash, const PasswordCost& cost) {
    start_sodium();
    return crypto_pwhash_str_needs_rehash(hash.c_str(), cost.passes, cost.memory_bytes) != 0;
}

}  // namespace tamga::access
