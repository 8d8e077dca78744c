#include "cli/key_file.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace tamga::cli {

namespace {

/// A key's file is short; who names another gets a word about it, and not all of it in memory.
constexpr std::size_t kMostBytes = 4096;

Result<std::string> read(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in)
        return fail(ErrorCode::io, "read the key", "it cannot be opened", "name a file that is there", file);
    std::string text(kMostBytes, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

}  // namespace

Result<journal::Author> author_for_party(const std::string& author, const std::string& party) {
    journal::Author parsed = journal::Author::parse(author);
    if (parsed.kind == journal::Author::Kind::account && parsed.for_party.empty()) parsed.for_party = party;
    if (parsed.party() == party) return parsed;
    return fail(ErrorCode::invalid_usage, "speak for a party",
                fmt::format("{} does not speak for party:{}", author, party),
                "name who does, such as: --author account:ana");
}

Result<crypto::SigningKey> signing_key_in(const std::string& file) {
    TAMGA_ASSIGN(const std::string pem, read(file));
    return crypto::SigningKey::of_pem(pem);
}

Result<std::string> public_key_in(const std::string& file_or_digits) {
    if (crypto::from_hex(file_or_digits).size() == crypto::kKeyBytes) return file_or_digits;
    TAMGA_ASSIGN(const std::string pem, read(file_or_digits));
    if (const auto key = crypto::SigningKey::of_pem(pem)) return crypto::hex_text(key->public_key());
    TAMGA_ASSIGN(const std::string key, crypto::public_key_of_pem(pem));
    return crypto::hex_text(key);
}

}  // namespace tamga::cli
