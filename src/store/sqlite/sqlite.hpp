#pragma once

#include <memory>
#include <string>

#include "store/sql.hpp"
#include "store/store.hpp"

namespace tamga::store {

/// A database in memory, seen by this connection alone. back_up() makes the file of a new register of it.
Result<std::unique_ptr<Connection>> open_sqlite_memory();

/// A database for the time being, seen by this connection alone: 64 MB in memory, the rest in a file without
/// a name in the folder for temporary files (SQLITE_TMPDIR, TMPDIR, /var/tmp, /tmp). back_up() works too.
Result<std::unique_ptr<Connection>> open_sqlite_scratch();

/// Opens the file of an SQLite database: WAL, synchronous=FULL. In write mode it holds the file's lock
/// until it is closed, and waits for it if there is a `waiting` (lock.hpp). In read mode it works in a folder
/// that may not be written to as well, as long as nobody writes and nothing waits in a write-ahead log.
///
/// Before anything is read it is checked that the file is whole: neither empty nor cut short, and that a
/// write-ahead log beside it belongs to it. Errors: conflict (in use; another program's), not_found, corrupt,
/// io.
Result<std::unique_ptr<Connection>> open_sqlite(const std::string& path, Mode mode,
                                                const Waiting& waiting = {});

/// Puts the database at `copy` in the place of whatever stands at `path`, in whatever state that is. What was
/// there, its log with it, is kept beside under another name, which is given; an empty one if there was
/// nothing. After a crash either the old or the new one stands there. Errors: conflict while another process
/// writes or serves; io.
Result<std::string> replace_sqlite(const std::string& path, const std::string& copy);

}  // namespace tamga::store
