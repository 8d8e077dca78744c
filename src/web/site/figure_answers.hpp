#pragma once

#include "web/pages/table.hpp"
#include "web/site/route.hpp"

namespace tamga::web {

/// A small table in the format that the address asks for: CSV, or a workbook.
Answer table_answer(Services& services, Page& page, const Table& table);

// Handlers of the addresses about figures that are no record's.

Answer indicator(Services& services, const Visit& visit, Page& page);
Answer trade_pairs(Services& services, const Visit& visit, Page& page);

}  // namespace tamga::web
