#pragma once

#include <memory>
#include <string>

#include "store/sql.hpp"
#include "store/store.hpp"

namespace tamga::store {

/// Opens a database of PostgreSQL 15 or later; its tables stand in the schema `tamga`, one register a
/// database. In write mode the session holds an advisory lock until it is closed, and waits for it if there
/// is a `waiting`; the server gives it back when the session ends, however that ends. Commits are durable
/// whatever the server's default is. In read mode nothing can be written, the server may be a standby, and a
/// connection that was lost is made again, once, before that is told.
///
/// Errors: conflict (in use); not_found in read mode where there is no register; invalid_usage; io.
Result<std::unique_ptr<Connection>> open_postgres(const std::string& address, Mode mode,
                                                  const Waiting& waiting = {});

/// How each commit that writes is announced to all sessions of the database that listen (announcements.hpp).
inline constexpr const char* kListen = "LISTEN tamga_commit";
inline constexpr const char* kAnnounceAndCommit = "NOTIFY tamga_commit; COMMIT";

/// True if there is a register. Errors: io, invalid_usage.
Result<bool> exists_postgres(const std::string& address);

}  // namespace tamga::store
