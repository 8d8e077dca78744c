#pragma once

#include <string>

#include "crypto/ed25519.hpp"
#include "journal/entry.hpp"

namespace tamga::cli {

/// Who writes for the party: an account of its own, or the party itself. Errors: invalid_usage.
Result<journal::Author> author_for_party(const std::string& author, const std::string& party);

/// The private key in a file. Errors: io, invalid_input.
Result<crypto::SigningKey> signing_key_in(const std::string& file);

/// The public key, as 64 hexadecimal digits, that a text is, or that a file of a private or a public key
/// holds. Errors: io, invalid_input.
Result<std::string> public_key_in(const std::string& file_or_digits);

}  // namespace tamga::cli
