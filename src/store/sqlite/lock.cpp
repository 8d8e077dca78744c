#include "store/sqlite/lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

namespace tamga::store {

namespace {

/// SQLite locks the 512 bytes from 2^30 on (its file format, "The Lock-Byte Page"); these are behind them.
constexpr off_t kWriterByte = (1 << 30) + 1024, kServerByte = kWriterByte + 2;
/// The byte after each is locked besides in the POSIX way, which is the one that tells the holder's process;
/// nothing relies on it.
constexpr off_t kTeller = 1;

struct Known {
    dev_t device;
    ino_t inode;
    int file;
    bool writable, writes;
    int locks;      ///< How many hold it: it is closed for none of them.
    pid_t process;  ///< Who opened it: a child process must not lock by its parent's descriptor.
};
std::mutex mutex;
/// Never destroyed: locks may be given back while the program ends.
std::vector<Known>& all_known() {
    static auto* const known = new std::vector<Known>;
    return *known;
}

struct flock lock_of(int type, off_t byte) {
    struct flock lock{};
    lock.l_type = static_cast<short>(type);
    lock.l_whence = SEEK_SET;
    lock.l_start = byte;
    lock.l_len = 1;
    return lock;
}

/// The descriptor kept for the file; null if it cannot be opened (errno tells why). The mutex is held.
Known* descriptor(const std::string& path, bool writable) {
    const pid_t self = getpid();
    // A file without a name can be reached by nobody else: closing it drops no lock that matters.
    std::erase_if(all_known(), [&](const Known& one) {
        struct stat now{};
        const bool gone =
            one.locks == 0 && one.process == self && fstat(one.file, &now) == 0 && now.st_nlink == 0;
        if (gone) ::close(one.file);
        return gone;
    });
    struct stat wanted{};
    if (stat(path.c_str(), &wanted) != 0) return nullptr;
    for (Known& one : all_known())
        if (one.device == wanted.st_dev && one.inode == wanted.st_ino && one.process == self &&
            (one.writable || !writable))
            return &one;
    const int file = ::open(path.c_str(), (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    if (file < 0 || fstat(file, &wanted) != 0) return nullptr;
    all_known().push_back({wanted.st_dev, wanted.st_ino, file, writable, false, 0, self});
    return &all_known().back();
}

std::unexpected<Error> in_the_way(const std::string& path, const Known& known, FileLock::Right right) {
    const bool of_writer = right == FileLock::Right::write;
    struct flock teller = lock_of(F_WRLCK, (of_writer ? kWriterByte : kServerByte) + kTeller);
    pid_t holder = 0;
    if (of_writer && known.writes)
        holder = known.process;
    else if (fcntl(known.file, F_GETLK, &teller) == 0 && teller.l_type != F_UNLCK)
        holder = teller.l_pid;
    const std::string who = holder > 0 ? fmt::format("process {}", holder) : "another process";
    if (right == FileLock::Right::serve)
        return fail(ErrorCode::conflict, "serve " + path,
                    fmt::format("{} is being replaced by {}", path, who), "wait until it is done");
    return fail(ErrorCode::conflict, "open " + path, fmt::format("{} is in use by {}", path, who),
                "stop that one first");
}

/// Tries to lock. True if it did, false if somebody is in the way.
Result<bool> acquire(const Known& known, const std::string& path, FileLock::Right right) {
    const off_t byte = right == FileLock::Right::write ? kWriterByte : kServerByte;
    const int type = right == FileLock::Right::serve ? F_RDLCK : F_WRLCK;
    struct flock wanted = lock_of(type, byte);
    if (fcntl(known.file, F_OFD_SETLK, &wanted) != 0) {
        if (errno == EAGAIN || errno == EACCES) return false;
        return fail(ErrorCode::io, "open " + path,
                    fmt::format("cannot lock {}: {}", path, std::strerror(errno)),
                    "keep the register on a file system that has locks");
    }
    struct flock teller = lock_of(type, byte + kTeller);
    fcntl(known.file, F_SETLK, &teller);
    return true;
}

}  // namespace

Result<FileLock> FileLock::take(const std::string& path, Right right, const Waiting& waiting) {
    for (bool told = false;; told = true) {
        {
            const std::lock_guard guard(mutex);
            Known* const known = descriptor(path, right != Right::serve);
            if (!known)
                return fail(ErrorCode::io, "open " + path,
                            fmt::format("cannot open {}: {}", path, std::strerror(errno)),
                            "check that the file and its folder may be read and written");
            // Who waits for itself waits for ever.
            if (right == Right::write && known->writes) return in_the_way(path, *known, right);
            TAMGA_ASSIGN(const bool locked, acquire(*known, path, right));
            if (locked) {
                known->writes = known->writes || right == Right::write;
                ++known->locks;
                return FileLock(known->file, right == Right::write ? kWriterByte : kServerByte);
            }
            auto error = in_the_way(path, *known, right);
            if (!waiting) return error;
            if (!told) waiting(error.error().cause);
        }
        // A lock that is waited for in the kernel would bind the descriptor, which threads share.
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

bool FileLock::is_written(const std::string& path) {
    const std::lock_guard guard(mutex);
    const Known* const known = descriptor(path, false);
    if (!known) return false;
    struct flock lock = lock_of(F_WRLCK, kWriterByte);
    return known->writes || (fcntl(known->file, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK);
}

FileLock::~FileLock() {
    if (file_ < 0) return;
    const std::lock_guard guard(mutex);
    struct flock teller = lock_of(F_UNLCK, byte_ + kTeller), lock = lock_of(F_UNLCK, byte_);
    fcntl(file_, F_SETLK, &teller);
    fcntl(file_, F_OFD_SETLK, &lock);
    const auto known = std::ranges::find(all_known(), file_, &Known::file);
    if (known == all_known().end()) return;
    --known->locks;
    if (byte_ == kWriterByte) known->writes = false;
}

bool FileLock::still_names(const std::string& path) const {
    struct stat locked{}, named{};
    return fstat(file_, &locked) == 0 && stat(path.c_str(), &named) == 0 && locked.st_dev == named.st_dev &&
           locked.st_ino == named.st_ino;
}

}  // namespace tamga::store
