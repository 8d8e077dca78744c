#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/store.hpp"

namespace tamga::access {

/// Where a sealed value stands. It opens there and nowhere else.
struct Cell {
    std::string_view table, row, column;
};

/// The key of the private tables, and what is done with it: 32 bytes in a file outside the database, so that
/// whoever has the database or a backup of it alone reads no address and no second factor.
///
/// Values are sealed by XChaCha20-Poly1305 (libsodium) with a random nonce of 24 bytes in front; the cell is
/// authenticated with it. The file holds 64 hexadecimal digits and is its owner's alone (mode 0600). The
/// database keeps a fingerprint of the key: a wrong one is told at once, and none is made where one was in
/// use.
///
/// Threads: any number; nothing changes after opening. The key lies in memory that is locked and wiped
/// (sodium_malloc).
class Vault {
  public:
    /// Where the key is looked for: `named`, if it is not empty; else what TAMGA_KEY_FILE names; else
    /// DATABASE.key beside a database that is a file. Errors: invalid_usage for a server's database without
    /// any of these.
    static Result<std::string> file_for(const std::string& database, const std::string& named = {});

    /// Opens the key of a store. In a store where nothing was ever sealed, which must be open for writing and
    /// in no transaction, it is made if there is no file. Errors: not_found, conflict: the key is missing, or
    /// another one's; invalid_input: no key is in the file; io; those of the store.
    static Result<Vault> open(store::Store& store, const std::string& file);
    /// The same, for readers: not_found where there is no key yet.
    static Result<Vault> open_existing(store::Store& store, const std::string& file);
    /// A key that is in no file, for tests: `key` has 32 bytes.
    static Vault with_key(std::string_view key);

    /// The bytes to be kept in that cell. The same value becomes other bytes each time.
    std::string seal(const Cell& cell, std::string_view value) const;
    /// The reverse. Errors: corrupt for bytes that were changed, or were sealed for another cell.
    Result<std::string> unseal(const Cell& cell, std::string_view sealed) const;

    /// 32 bytes by which a value is recognised and that tell nothing to who has not the key (BLAKE2b, keyed).
    /// Each purpose has others.
    std::string digest(std::string_view purpose, std::string_view value) const;
    /// 32 bytes that nobody else can make for that value (HMAC-SHA-512-256, crypto_auth), and whether they
    /// are those.
    std::string authenticate(std::string_view value) const;
    bool is_authentic(std::string_view value, std::string_view code) const;
    /// What the database keeps of the key: 32 bytes.
    std::string fingerprint() const;

  private:
    struct Keys;
    explicit Vault(std::string_view key);
    std::shared_ptr<const Keys> keys_;
};

}  // namespace tamga::access
