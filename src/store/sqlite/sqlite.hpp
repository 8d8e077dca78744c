#pragma once

#include <memory>
#include <string>

#include "store/sql.hpp"
#include "store/store.hpp"

namespace tamga::store {

/// Opens an SQLite database file: WAL, synchronous=FULL. In write mode it takes the lock beside the file
/// (FILE.lock, flock) and keeps it until the connection is closed; the lock file tells the holder's process
/// number. Errors: conflict (in use), not_found (read mode, no file), io.
Result<std::unique_ptr<Connection>> open_sqlite(const std::string& path, Mode mode);

}  // namespace tamga::store
