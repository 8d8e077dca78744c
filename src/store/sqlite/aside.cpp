#include "store/sqlite/aside.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

namespace tamga::store {

namespace {

/// With a log from now on, and all that was written on the disk.
Result<void> make_lasting(const std::string& name) {
    sqlite3* database = nullptr;
    const int opened = sqlite3_open_v2(name.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr);
    const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> closing(database, sqlite3_close);
    sqlite3_file* file = nullptr;
    if (opened == SQLITE_OK &&
        sqlite3_exec(database, "PRAGMA journal_mode=WAL", nullptr, nullptr, nullptr) == SQLITE_OK &&
        sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file)) ==
            SQLITE_OK &&
        file->pMethods->xSync(file, SQLITE_SYNC_FULL) == SQLITE_OK)
        return {};
    return fail(ErrorCode::io, "commit", fmt::format("{}: {}", name, sqlite3_errmsg(database)),
                "check the disk, and do it again: nothing was written");
}

}  // namespace

void sync_folder_of(const std::string& path) {
    const std::string folder = std::filesystem::absolute(path).parent_path().string();
    if (const int made = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); made >= 0) {
        ::fsync(made);
        ::close(made);
    }
}

Aside::~Aside() {
    ::unlink(name_.c_str());
}

bool Aside::take_rights() const {
    struct stat wanted{}, had{};
    if (stat(path_.c_str(), &wanted) != 0 || stat(name_.c_str(), &had) != 0) return false;
    const bool owned = had.st_uid == wanted.st_uid && had.st_gid == wanted.st_gid;
    return (owned || ::chown(name_.c_str(), wanted.st_uid, wanted.st_gid) == 0) &&
           ::chmod(name_.c_str(), wanted.st_mode & 07777) == 0;
}

bool Aside::is_replaceable(const std::string& path) {
    struct stat file{};
    const std::string folder = std::filesystem::absolute(path).parent_path().string();
    return lstat(path.c_str(), &file) == 0 && S_ISREG(file.st_mode) && file.st_nlink == 1 &&
           ::access(folder.c_str(), W_OK) == 0 && FileLock::take(path, FileLock::Right::replace);
}

Result<FileLock> Aside::take_place() {
    TAMGA_TRY(make_lasting(name_));
    // Before it has the name: whoever finds it must find it locked.
    TAMGA_ASSIGN(FileLock lock, FileLock::take(name_, FileLock::Right::write));
    // What belongs to the file that goes must not be taken for a log of the one that comes. It is empty.
    for (const char* const part : {"-wal", "-shm"}) ::unlink((path_ + part).c_str());
    if (!take_rights() || ::rename(name_.c_str(), path_.c_str()) != 0)
        return fail(ErrorCode::io, "commit",
                    fmt::format("{} cannot take the place of {}: {}", name_, path_, std::strerror(errno)),
                    "look at the folder's permissions; nothing was written");
    sync_folder_of(path_);
    return lock;
}

}  // namespace tamga::store
