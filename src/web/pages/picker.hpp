#pragma once

#include "web/parts/page.hpp"

namespace tamga::web {

/// Context of the `picker` template: a form that finds series by what they measure, who reports them, the
/// flow and the partner, and those found, of which two are chosen. Its fields stand in the address: `find`,
/// `flow`, `reporter`, `partner`.
Json picker_context(Page& page);

}  // namespace tamga::web
