#pragma once

#include "web/parts/page.hpp"

namespace tamga::web {

/// What the parties of a principle's mechanism promised each other, delivered, told and measured, for the
/// `mutual` template; null where the mechanism names no parties. Each number leads to the list that it
/// counts.
Json mutual_context(Page& page, const query::Snapshot& principle);
/// The same for programs, each count with the address of its list.
Json mutual_data(Page& page, const query::Snapshot& principle);

}  // namespace tamga::web
