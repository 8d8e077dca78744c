#pragma once

#include "store/sql.hpp"

namespace tamga::store {

/// Texts by their words in FTS5. Static data.
const TextIndex& sqlite_text_index();

}  // namespace tamga::store
