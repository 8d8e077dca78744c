#include "access/vault.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "access/sodium.hpp"
#include "crypto/sha256.hpp"
#include "store/postgres/address.hpp"
#include "store/private_tables.hpp"

namespace tamga::access {

namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr char kContext[] = "tamgakey";  // crypto_kdf takes eight bytes.
static_assert(sizeof kContext == crypto_kdf_CONTEXTBYTES + 1);

/// A part with its length before it, so that no two lists of parts are the same bytes.
std::string framed(std::string_view part) {
    return fmt::format("{}:{}", part.size(), part);
}

/// What is authenticated with a value.
std::string place(const Cell& cell) {
    return framed(cell.table) + framed(cell.row) + framed(cell.column);
}

/// A file descriptor that is closed in the end.
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return number_; }

  private:
    int number_;
};

std::unexpected<Error> not_read(const std::string& file) {
    const int cause = errno;
    return fail(ErrorCode::io, "read the key", fmt::format("cannot read {}: {}", file, std::strerror(cause)),
                "check whose the file is");
}

/// The key in a file.
Result<std::string> read_key(const std::string& file) {
    const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (descriptor.get() < 0) return not_read(file);
    struct stat told{};
    if (::fstat(descriptor.get(), &told) != 0) return not_read(file);
    if ((told.st_mode & (S_IROTH | S_IWOTH)) != 0)
        return fail(ErrorCode::conflict, "read the key", fmt::format("everybody may read or change {}", file),
                    fmt::format("chmod 600 {}", file));
    std::string text(2 * kKeyBytes + 2, '\0');
    const ssize_t had = ::read(descriptor.get(), text.data(), text.size());
    if (had < 0) return not_read(file);
    text.resize(static_cast<std::size_t>(had));
    if (text.ends_with('\n')) text.pop_back();
    std::string key(kKeyBytes, '\0');
    std::size_t bytes = 0;
    const bool whole = text.size() == 2 * kKeyBytes &&
                       sodium_hex2bin(reinterpret_cast<unsigned char*>(key.data()), key.size(), text.data(),
                                      text.size(), nullptr, &bytes, nullptr) == 0 &&
                       bytes == kKeyBytes;
    sodium_memzero(text.data(), text.size());
    if (!whole)
        return fail(ErrorCode::invalid_input, "read the key",
                    fmt::format("{} holds no key: it is not 64 hexadecimal digits", file),
                    "put back the key that was there");
    return key;
}

/// Makes the file with a new key: whole and synced, or not at all.
Result<void> make_key(const std::string& file) {
    const auto refused = [&] {
        const int cause = errno;
        return fail(ErrorCode::io, "make the key",
                    fmt::format("cannot write {}: {}", file, std::strerror(cause)),
                    "check that the folder may be written to, or name another file: TAMGA_KEY_FILE");
    };
    std::string key = crypto::random_bytes(kKeyBytes);
    std::string text(2 * kKeyBytes + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), reinterpret_cast<const unsigned char*>(key.data()), key.size());
    text.back() = '\n';
    const std::string unfinished = fmt::format("{}.new-{}", file, getpid());
    ::unlink(unfinished.c_str());  // Of a process that had this number and was killed here.
    Result<void> made;
    {
        const Descriptor descriptor(::open(
            unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
        if (descriptor.get() < 0 ||
            ::write(descriptor.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
            ::fsync(descriptor.get()) != 0)
            made = refused();
    }
    sodium_memzero(key.data(), key.size());
    sodium_memzero(text.data(), text.size());
    // A link refuses where another process made the key first: that one is then read.
    if (made && ::link(unfinished.c_str(), file.c_str()) != 0 && errno != EEXIST) made = refused();
    ::unlink(unfinished.c_str());
    if (!made) return made;
    const std::string folder = std::filesystem::absolute(file).parent_path().string();
    const Descriptor folder_descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder_descriptor.get() >= 0) ::fsync(folder_descriptor.get());
    return {};
}

bool is_there(const std::string& file) {
    std::error_code ignored;
    return std::filesystem::exists(file, ignored);
}

}  // namespace

/// One key a purpose, made from the one in the file.
struct Vault::Keys {
    static constexpr std::size_t kBytes = 32;
    enum Use : std::uint64_t { cells = 1, digests = 2, codes = 3, print = 4 };

    explicit Keys(std::string_view key)
        : bytes(static_cast<unsigned char*>(sodium_malloc(4 * kBytes)), sodium_free) {
        start_sodium();
        // Without memory for the key nothing private can be read.
        if (!bytes || key.size() != crypto_kdf_KEYBYTES) std::abort();
        for (const Use use : {cells, digests, codes, print})
            crypto_kdf_derive_from_key(at(use), kBytes, use, kContext,
                                       reinterpret_cast<const unsigned char*>(key.data()));
        sodium_mprotect_readonly(bytes.get());
    }
    unsigned char* at(Use use) const { return bytes.get() + (use - 1) * kBytes; }

    std::unique_ptr<unsigned char, decltype(&sodium_free)> bytes;
};
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32 && crypto_auth_KEYBYTES == 32 &&
              crypto_generichash_KEYBYTES == 32 && crypto_kdf_KEYBYTES == kKeyBytes);

Vault::Vault(std::string_view key) : keys_(std::make_shared<const Keys>(key)) {}

Vault Vault::with_key(std::string_view key) {
    start_sodium();
    return Vault(key);
}

Result<std::string> Vault::file_for(const std::string& database, const std::string& named) {
    if (!named.empty()) return named;
    // Commands and the server ask before they start threads.
    const char* const told = std::getenv("TAMGA_KEY_FILE");  // NOLINT(concurrency-mt-unsafe)
    if (told && *told != '\0') return std::string(told);
    if (store::is_postgres(database))
        return fail(ErrorCode::invalid_usage, "find the key",
                    "a database on a server has no key file beside it",
                    "name the file with --key-file or TAMGA_KEY_FILE");
    const std::string path = database.starts_with("sqlite:") ? database.substr(7) : database;
    return path + ".key";
}

Result<Vault> Vault::open_existing(store::Store& store, const std::string& file) {
    start_sodium();
    TAMGA_ASSIGN(const auto fingerprint, store::PrivateTables(store).key_fingerprint());
    if (!fingerprint)
        return fail(ErrorCode::not_found, "open the key", "there are no accounts yet",
                    "make one with: tamga account add");
    if (!is_there(file))
        return fail(ErrorCode::not_found, "open the key",
                    fmt::format("the key of the accounts is missing: there is no {}", file),
                    "put it back from where it is kept, or name its file: --key-file, TAMGA_KEY_FILE");
    TAMGA_ASSIGN(std::string key, read_key(file));
    Vault vault(key);
    sodium_memzero(key.data(), key.size());
    if (vault.fingerprint() != *fingerprint)
        return fail(ErrorCode::conflict, "open the key",
                    fmt::format("{} is not the key of this register's accounts", file),
                    "put back the one that was there, or name its file: --key-file, TAMGA_KEY_FILE");
    return vault;
}

Result<Vault> Vault::open(store::Store& store, const std::string& file) {
    start_sodium();
    store::PrivateTables tables(store);
    TAMGA_ASSIGN(const auto fingerprint, tables.key_fingerprint());
    if (fingerprint) return open_existing(store, file);
    if (!is_there(file)) TAMGA_TRY(make_key(file));
    // A crash here leaves a key with which nothing is sealed yet; the next opening takes it.
    TAMGA_ASSIGN(std::string key, read_key(file));
    Vault vault(key);
    sodium_memzero(key.data(), key.size());
    TAMGA_TRY(store.written([&] { return tables.put_key_fingerprint(vault.fingerprint()); }));
    return vault;
}

std::string Vault::seal(const Cell& cell, std::string_view value) const {
    const std::string about = place(cell);
    std::string sealed(kNonceBytes + value.size() + kTagBytes, '\0');
    auto* const bytes = reinterpret_cast<unsigned char*>(sealed.data());
    randombytes_buf(bytes, kNonceBytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        bytes + kNonceBytes, nullptr, reinterpret_cast<const unsigned char*>(value.data()), value.size(),
        reinterpret_cast<const unsigned char*>(about.data()), about.size(), nullptr, bytes,
        keys_->at(Keys::cells));
    return sealed;
}

Result<std::string> Vault::unseal(const Cell& cell, std::string_view sealed) const {
    const std::string about = place(cell);
    if (sealed.size() >= kNonceBytes + kTagBytes) {
        std::string value(sealed.size() - kNonceBytes - kTagBytes, '\0');
        const auto* const bytes = reinterpret_cast<const unsigned char*>(sealed.data());
        if (crypto_aead_xchacha20poly1305_ietf_decrypt(
                reinterpret_cast<unsigned char*>(value.data()), nullptr, nullptr, bytes + kNonceBytes,
                sealed.size() - kNonceBytes, reinterpret_cast<const unsigned char*>(about.data()),
                about.size(), bytes, keys_->at(Keys::cells)) == 0)
            return value;
    }
    return fail(ErrorCode::corrupt, "open a private value",
                fmt::format("the {} of {} was changed, or put there from elsewhere", cell.column, cell.row),
                "restore it from a backup", fmt::format("table {}", cell.table));
}

std::string Vault::digest(std::string_view purpose, std::string_view value) const {
    const std::string text = framed(purpose) + framed(value);
    std::string made(crypto_generichash_BYTES, '\0');
    crypto_generichash(reinterpret_cast<unsigned char*>(made.data()), made.size(),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                       keys_->at(Keys::digests), Keys::kBytes);
    return made;
}

std::string Vault::authenticate(std::string_view value) const {
    std::string code(crypto_auth_BYTES, '\0');
    crypto_auth(reinterpret_cast<unsigned char*>(code.data()),
                reinterpret_cast<const unsigned char*>(value.data()), value.size(), keys_->at(Keys::codes));
    return code;
}

bool Vault::is_authentic(std::string_view value, std::string_view code) const {
    return code.size() == crypto_auth_BYTES &&
           crypto_auth_verify(reinterpret_cast<const unsigned char*>(code.data()),
                              reinterpret_cast<const unsigned char*>(value.data()), value.size(),
                              keys_->at(Keys::codes)) == 0;
}

std::string Vault::fingerprint() const {
    return {reinterpret_cast<const char*>(keys_->at(Keys::print)), Keys::kBytes};
}

}  // namespace tamga::access
