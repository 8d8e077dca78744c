#pragma once

#include <string>

#include "base/result.hpp"
#include "store/sqlite/lock.hpp"

namespace tamga::store {

/// Makes a file's new name last.
void sync_folder_of(const std::string& path);

/// The file beside a register's (PATH-first) in which its first transaction is written, until it takes the
/// register's place. A crash leaves it there; nobody reads it, and the next writer removes it.
class Aside {
  public:
    /// Of a file that is there under that name, for the writer of the one at `path`.
    explicit Aside(const std::string& path) : path_(path), name_(name_beside(path)) {}
    /// Gone again, unless it took its place.
    ~Aside();
    Aside(const Aside&) = delete;
    Aside& operator=(const Aside&) = delete;

    static std::string name_beside(const std::string& path) { return path + "-first"; }
    /// Whether a file may be put in the place of the one at `path`: it has one name, in a folder that may be
    /// written to, and nobody serves it. Who only reads goes on with what was there.
    static bool is_replaceable(const std::string& path);

    const std::string& name() const { return name_; }

    /// Gives it the other's owner, group and mode. False: that cannot be done.
    bool take_rights() const;
    /// For one who may replace the file, once nobody has this one open: gives it a write-ahead log, as
    /// readers expect, syncs it, and puts it in its place, whose log must hold nothing. Gives the lock of its
    /// writer. Errors: io; the register is then what it was.
    Result<FileLock> take_place();

  private:
    const std::string path_, name_;
};

}  // namespace tamga::store
