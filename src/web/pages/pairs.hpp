#pragma once

#include <expected>
#include <optional>

#include "query/matrix.hpp"
#include "web/frame/refusal.hpp"
#include "web/pages/drawn.hpp"
#include "web/pages/table.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

// Every pair of a mechanism's parties: what each counts of the goods between them.

/// The period that the address asks for; nothing: none. A value that is none is a refusal.
std::expected<std::optional<Period>, Refusal> pairs_period(const Page& page);

/// Context of the `pairs` template.
Json pairs_context(Page& page, const query::Snapshot& mechanism, const query::TradeMatrix& matrix);
/// The matrix as a drawing that stands by itself.
Drawn pairs_drawn(Page& page, const query::Snapshot& mechanism, const query::TradeMatrix& matrix);

/// The same as data.
Json pairs_data(Page& page, const query::Snapshot& mechanism, const query::TradeMatrix& matrix);
/// And as a table, a row a direction.
Table pairs_table(const Page& page, const query::TradeMatrix& matrix);

}  // namespace tamga::web
