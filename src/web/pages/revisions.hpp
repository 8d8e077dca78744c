#pragma once

#include <vector>

#include "web/parts/page.hpp"

namespace tamga::web {

/// How a series' figures moved: context of the `revisions` template; null where none of those looked at ever
/// changed. A row for each figure that did, a column for each day on which one of them was written.
Json revisions_context(Page& page, const query::Snapshot& series);

/// The same as data:
/// [{"observation","period","versions":[{"position","time","value","missing","qualifier","status"}]}] of the
/// figures that changed; without a value: withdrawn or erased.
Json revisions_data(Page& page, const query::Snapshot& series);

}  // namespace tamga::web
