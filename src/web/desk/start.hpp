#pragma once

#include "web/desk/visit.hpp"

namespace tamga::web {

/// Context of the desk's first page: who is signed in, what they are, and where they go from here.
Json desk_context(Services& services, const Visit& visit, Page& page);
Answer desk_start(Services& services, const Visit& visit, Page& page);

}  // namespace tamga::web
