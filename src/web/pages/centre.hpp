#pragma once

#include "web/parts/page.hpp"

namespace tamga::web {

/// Context of the `centre` template: from the announcement to the opening to what came of it; the promises
/// that lead to it, the projects under it with their money, its figures, and what no source states.
Json centre_context(Page& page, const query::Snapshot& centre);

/// The same as data: {"commitments","projects","series","not_stated"}.
Json centre_data(Page& page, const query::Snapshot& centre);

}  // namespace tamga::web
