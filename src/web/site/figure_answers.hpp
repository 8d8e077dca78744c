#pragma once

#include "web/pages/drawn.hpp"
#include "web/pages/table.hpp"
#include "web/site/route.hpp"

namespace tamga::web {

/// A small table in the format that the address asks for: CSV, or a workbook.
Answer table_answer(Services& services, Page& page, const Table& table);

/// The address is one of a drawing that stands by itself: a file, or a page for a frame.
bool is_drawing(const Page& page);
/// The drawing as the address asks for it: SVG, a picture, or a page that any site may show in a frame.
Answer drawn_answer(Services& services, Page& page, const Drawn& drawn);

// Handlers of the addresses about figures that are no record's.

Answer indicator(Services& services, const Visit& visit, Page& page);
Answer targets(Services& services, const Visit& visit, Page& page);
Answer trade_pairs(Services& services, const Visit& visit, Page& page);

}  // namespace tamga::web
