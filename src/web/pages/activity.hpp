#pragma once

#include "web/parts/page.hpp"

namespace tamga::web {

/// Context of the `activity` template: what the IATI activity that a project keeps says of money by year,
/// transactions, places, sectors, results, documents and related activities. Null if the project keeps none,
/// or it cannot be read.
Json activity_context(Page& page, const query::Snapshot& project);

/// What is computed of the same activity, for programs: {"identifier", "years": [{"year", "currency",
/// "budget", "committed", "spent", "received"}]}, sums as decimals, those that there are. Null as above.
Json activity_data(Page& page, const query::Snapshot& project);

}  // namespace tamga::web
