#pragma once

#include "web/site/route.hpp"

namespace tamga::web {

// Handlers of the addresses about figures that are no record's.

Answer indicator(Services& services, const Visit& visit, Page& page);
Answer trade_pairs(Services& services, const Visit& visit, Page& page);

}  // namespace tamga::web
