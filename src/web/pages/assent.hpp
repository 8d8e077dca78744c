#pragma once

#include "web/parts/page.hpp"

namespace tamga::web {

/// Who has agreed to a shared record, for the `assent` template; null where nobody's word is asked.
Json assent_context(Page& page, const query::Snapshot& record);
/// The same for programs; null where nobody's word is asked.
Json assent_data(Page& page, const query::Snapshot& record);

/// What was said of a version, oldest first, for the `said` template; and for programs.
Json said_context(Page& page, const query::Snapshot& version);
Json said_data(Page& page, const query::Snapshot& version);

}  // namespace tamga::web
