#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tamga::access {

/// What a password's hash costs: Argon2id's passes and memory. The defaults are libsodium's for interactive
/// use (crypto_pwhash_OPSLIMIT_INTERACTIVE, …_MEMLIMIT_INTERACTIVE): some 60 ms and 64 MiB for each login
/// that is under way.
struct PasswordCost {
    unsigned long long passes = 2;
    std::size_t memory_bytes = std::size_t{64} << 20;
};

/// A password in the form in which it is hashed (Unicode's NFC), so that the same keys on another machine are
/// the same password. Errors: invalid_input: fewer than 12 characters, more than 1,000 bytes, not UTF-8. Any
/// number of threads.
Result<std::string> normal_password(std::string_view text);

/// The hash as text: the algorithm, its cost, a random salt, the hash. Errors: io where the memory cannot be
/// had.
Result<std::string> hash_password(const std::string& normal, const PasswordCost& cost);
/// True if it is that password's. Takes as long as making it did, whatever the answer.
bool password_holds(const std::string& hash, const std::string& normal);
/// True if it was made at another cost.
bool costs_otherwise(const std::string& hash, const PasswordCost& cost);

}  // namespace tamga::access
