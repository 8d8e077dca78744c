#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "access/policy.hpp"
#include "store/private_tables.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// Context of what waits for somebody: the drafts; of each party for which the account writes, the promises
/// that are overdue and those of which nothing was heard for long, each with the way to a report; and what
/// else the account may write. Every list ends with the way to all of it.
Json tasks_context(Page& page, const access::Account& account, const std::vector<store::DraftRow>& drafts);

}  // namespace tamga::web
