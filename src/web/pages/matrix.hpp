#pragma once

#include <string>
#include <vector>

#include "query/listing.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// Context of the `matrix` template: a row for each commitment, a column for each party, in each cell the
/// party's state on the chosen scale; null without commitments. Derives every row's status: a handful, not a
/// register.
Json matrix_context(Page& page, const std::vector<query::SnapshotPtr>& commitments,
                    const std::vector<std::string>& parties);

}  // namespace tamga::web
