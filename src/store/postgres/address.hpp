#pragma once

#include <string>
#include <string_view>

namespace tamga::store {

/// True if the address names a database of PostgreSQL: postgresql:… or postgres:….
bool is_postgres(std::string_view address);

/// The address as it may be told to anybody: without passwords. An address that cannot be read becomes
/// "postgresql:".
std::string shown_postgres(const std::string& address);

}  // namespace tamga::store
