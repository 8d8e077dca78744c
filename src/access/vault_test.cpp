#include "access/vault.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "store/private_tables.hpp"

namespace tamga::access {
namespace {

namespace fs = std::filesystem;

const Cell kEmail{"accounts", "ana", "email"};

Vault some_vault(char byte = 'k') {
    return Vault::with_key(std::string(32, byte));
}

TEST(Vault, OpensWhatItSealed) {
    const Vault vault = some_vault();
    for (const std::string& value :
         {std::string(), std::string("ana@example.org"), std::string(100'000, '\0')}) {
        const std::string sealed = vault.seal(kEmail, value);
        EXPECT_EQ(*vault.unseal(kEmail, sealed), value);
        EXPECT_EQ(sealed.size(), value.size() + 40);
        EXPECT_NE(sealed, vault.seal(kEmail, value)) << "the nonce is another";
        if (!value.empty()) {
            EXPECT_EQ(sealed.find(value), std::string::npos);
        }
    }
}

TEST(Vault, RefusesEveryByteThatWasChanged) {
    const Vault vault = some_vault();
    const std::string sealed = vault.seal(kEmail, "ana@example.org");
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        std::string changed = sealed;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        ASSERT_FALSE(vault.unseal(kEmail, changed)) << at;
    }
    for (const std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{39}, sealed.size() - 1})
        EXPECT_FALSE(vault.unseal(kEmail, sealed.substr(0, length)));
    const auto refused = vault.unseal(kEmail, sealed + "x");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
    EXPECT_EQ(refused.error().message(),
              "table accounts: the email of ana was changed, or put there from elsewhere; restore it from a "
              "backup");
}

TEST(Vault, OpensACellNowhereElse) {
    const Vault vault = some_vault();
    const std::string sealed = vault.seal(kEmail, "ana@example.org");
    EXPECT_FALSE(vault.unseal({"accounts", "ben", "email"}, sealed));
    EXPECT_FALSE(vault.unseal({"accounts", "ana", "totp"}, sealed));
    EXPECT_FALSE(vault.unseal({"replies", "ana", "email"}, sealed));
    // The same letters, parted elsewhere.
    EXPECT_FALSE(vault.unseal({"accountsa", "na", "email"}, sealed));
    EXPECT_FALSE(some_vault('l').unseal(kEmail, sealed)) << "another key";
}

TEST(Vault, HasDigestsByPurposeAndCodesByKey) {
    const Vault vault = some_vault(), other = some_vault('l');
    EXPECT_EQ(vault.digest("email", "a"), vault.digest("email", "a"));
    EXPECT_NE(vault.digest("email", "a"), vault.digest("email", "b"));
    EXPECT_NE(vault.digest("email", "a"), vault.digest("code", "a"));
    EXPECT_NE(vault.digest("ab", "c"), vault.digest("a", "bc"));
    EXPECT_NE(vault.digest("email", "a"), other.digest("email", "a"));
    EXPECT_TRUE(vault.is_authentic("form", vault.authenticate("form")));
    EXPECT_FALSE(vault.is_authentic("farm", vault.authenticate("form")));
    EXPECT_FALSE(other.is_authentic("form", vault.authenticate("form")));
    EXPECT_FALSE(vault.is_authentic("form", ""));
    EXPECT_NE(vault.fingerprint(), other.fingerprint());
}

class KeyFile : public testing::Test {
  protected:
    KeyFile() {
        folder_ = fs::temp_directory_path() / ("tamga-key-" + std::to_string(getpid()));
        fs::remove_all(folder_);
        fs::create_directories(folder_);
        unsetenv("TAMGA_KEY_FILE");
    }
    ~KeyFile() override { fs::remove_all(folder_); }
    std::string database() const { return (folder_ / "register.db").string(); }
    std::string file() const { return database() + ".key"; }
    std::unique_ptr<store::Store> open(store::Mode mode) const { return *store::open(database(), mode); }
    void write(const std::string& text) const {
        std::ofstream(file(), std::ios::binary) << text;
        fs::permissions(file(), fs::perms::owner_read | fs::perms::owner_write);
    }
    std::string read() const {
        std::ifstream in(file());
        return {std::istreambuf_iterator<char>(in), {}};
    }
    Error refused() const {
        const auto store = open(store::Mode::write);
        const auto opened = Vault::open(*store, file());
        EXPECT_FALSE(opened);
        return opened ? Error{} : opened.error();
    }

    fs::path folder_;
};

TEST_F(KeyFile, IsMadeAtTheFirstNeedForItsOwnerAlone) {
    std::string fingerprint;
    {
        const auto store = open(store::Mode::write);
        EXPECT_EQ(Vault::open_existing(*store, file()).error().code, ErrorCode::not_found);
        EXPECT_FALSE(fs::exists(file()));
        const auto vault = Vault::open(*store, file());
        ASSERT_TRUE(vault) << vault.error().message();
        fingerprint = vault->fingerprint();
    }
    struct stat told{};
    ASSERT_EQ(stat(file().c_str(), &told), 0);
    EXPECT_EQ(told.st_mode & 0777, 0600u);
    EXPECT_EQ(read().size(), 65u);
    EXPECT_EQ(Vault::open_existing(*open(store::Mode::read), file())->fingerprint(), fingerprint);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 2)
        << "nothing beside";
}

TEST_F(KeyFile, OfThatNameIsTakenWhereNothingIsSealedYet) {
    write(std::string(64, 'a') + "\n");
    const auto store = open(store::Mode::write);
    EXPECT_EQ(Vault::open(*store, file())->fingerprint(),
              Vault::with_key(std::string(32, '\xaa')).fingerprint());
    EXPECT_EQ(read(), std::string(64, 'a') + "\n");
}

TEST_F(KeyFile, IsNeverMadeAnewWhereOneWasInUse) {
    ASSERT_TRUE(Vault::open(*open(store::Mode::write), file()));
    fs::remove(file());
    const Error error = refused();
    EXPECT_EQ(error.code, ErrorCode::not_found);
    EXPECT_EQ(error.cause, "the key of the accounts is missing: there is no " + file());
    EXPECT_FALSE(fs::exists(file()));
}

TEST_F(KeyFile, OfAnotherRegisterIsTold) {
    ASSERT_TRUE(Vault::open(*open(store::Mode::write), file()));
    write(std::string(64, 'a'));
    const Error error = refused();
    EXPECT_EQ(error.code, ErrorCode::conflict);
    EXPECT_EQ(error.cause, file() + " is not the key of this register's accounts");
}

TEST_F(KeyFile, ThatHoldsNoKeyIsTold) {
    for (const std::string& text :
         {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'x'),
          std::string(64, 'a') + "\n\n", std::string(70, 'a')}) {
        write(text);
        EXPECT_EQ(refused().code, ErrorCode::invalid_input) << text.size();
    }
}

TEST_F(KeyFile, ThatEverybodyReadsIsRefused) {
    write(std::string(64, 'a'));
    fs::permissions(file(), fs::perms::others_read, fs::perm_options::add);
    const Error error = refused();
    EXPECT_EQ(error.code, ErrorCode::conflict);
    EXPECT_EQ(error.hint, "chmod 600 " + file());
}

TEST_F(KeyFile, IsFoundByOptionEnvironmentOrDatabase) {
    EXPECT_EQ(*Vault::file_for("a.db"), "a.db.key");
    EXPECT_EQ(*Vault::file_for("sqlite:a.db"), "a.db.key");
    EXPECT_EQ(*Vault::file_for("a.db", "/keys/k"), "/keys/k");
    EXPECT_EQ(Vault::file_for("postgresql:///x").error().code, ErrorCode::invalid_usage);
    setenv("TAMGA_KEY_FILE", "/keys/e", 1);
    EXPECT_EQ(*Vault::file_for("a.db"), "/keys/e");
    EXPECT_EQ(*Vault::file_for("postgresql:///x"), "/keys/e");
    EXPECT_EQ(*Vault::file_for("a.db", "/keys/k"), "/keys/k");
    unsetenv("TAMGA_KEY_FILE");
}

}  // namespace
}  // namespace tamga::access
