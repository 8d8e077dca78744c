#pragma once

#include <string>
#include <vector>

#include "query/register.hpp"
#include "web/pages/drawn.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

// One thing over time, by all who report it: the series of one `indicator`.

/// The address of its page.
std::string indicator_href(const Page& page, std::string_view indicator, std::string_view format = "");

/// What it is called: the title of its first series without who reports it; {"text","tag","fallback"}.
Json indicator_title(Page& page, const std::vector<query::SnapshotPtr>& series);

/// Context of the `indicator` template. `series` are those of the indicator, at least one.
Json indicator_context(Page& page, const std::string& indicator,
                       const std::vector<query::SnapshotPtr>& series);

/// Its chart, by itself.
Drawn indicator_drawn(Page& page, const std::string& indicator,
                      const std::vector<query::SnapshotPtr>& series);

/// The same as data.
Json indicator_data(Page& page, const std::string& indicator, const std::vector<query::SnapshotPtr>& series);

}  // namespace tamga::web
