#pragma once

#include "query/register.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// Context of the `promise` template, a commitment as an answer: what was promised, by whom, to whom, by
/// when; what is known; when what was said and done, and by whom; who disagrees; what the register does not
/// hold.
Json promise_context(Page& page, const query::Snapshot& commitment);

/// The same as data, for .json: every scale, the rule, the sentences that the page shows, the evidence.
Json status_data(Page& page, const query::Snapshot& commitment);

}  // namespace tamga::web
