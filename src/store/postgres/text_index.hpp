#pragma once

#include "store/sql.hpp"

namespace tamga::store {

/// Texts by their words in PostgreSQL's text search. Static data.
const TextIndex& postgres_text_index();

}  // namespace tamga::store
