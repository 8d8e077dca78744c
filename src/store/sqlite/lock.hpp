#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.hpp"
#include "store/store.hpp"

namespace tamga::store {

/// What a process may do with a database file while others use it too, for as long as this lives: an advisory
/// lock on the file itself, so that there is no second file that somebody could remove. The kernel gives it
/// back when the process ends, however it ends. Any number of threads.
///
/// These are open file description locks (fcntl F_OFD_SETLK) on bytes of the page that SQLite leaves free for
/// locks, away from the bytes that SQLite itself locks. Not plain POSIX locks: those are the process's, and
/// closing any descriptor of the file, SQLite's among them, would drop them unseen. The other way round, our
/// closing a descriptor would drop the POSIX locks that SQLite holds for the readers of this process; so ours
/// are never closed while the file has a name, but kept for the next opening.
class FileLock {
  public:
    enum class Right {
        write,    ///< One at a time.
        serve,    ///< Any number, but none while the file is replaced.
        replace,  ///< One, while nobody serves.
    };

    /// `path` must name a file. Who has to wait calls `waiting` once, with the sentence that says for whom,
    /// and waits until it is its turn, whatever file then bears the name; without one it does not wait.
    /// Errors: conflict, naming the process that is in the way, or of this process itself; io.
    static Result<FileLock> take(const std::string& path, Right right, const Waiting& waiting = {});
    /// True if any process, this one included, writes. False if that cannot be told.
    static bool is_written(const std::string& path);

    FileLock(FileLock&& other) noexcept : file_(other.file_), byte_(other.byte_) { other.file_ = -1; }
    FileLock& operator=(FileLock&&) = delete;
    ~FileLock();

    /// False once the path names another file than the one that is locked, or none.
    bool still_names(const std::string& path) const;

  private:
    FileLock(int file, off_t byte) : file_(file), byte_(byte) {}
    int file_;
    off_t byte_;
};

}  // namespace tamga::store
