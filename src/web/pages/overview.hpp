#pragma once

#include "web/parts/page.hpp"

namespace tamga::web {

/// Context of the `home` template.
Json home_context(Page& page);

/// What the `mechanism` template needs beside record_context: the chain from promise to result, parties as
/// equals, the timeline.
Json mechanism_context(Page& page, const query::Snapshot& mechanism);

}  // namespace tamga::web
