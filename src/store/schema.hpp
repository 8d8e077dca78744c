#pragma once

#include <string>
#include <vector>

namespace tamga::store {

/// The steps by which the tables of a database are made, in order; see schema.sqlite.sql,
/// schema.postgres.sql, which have the same. Static data.
const std::vector<std::string>& sqlite_schema();
const std::vector<std::string>& postgres_schema();

}  // namespace tamga::store
