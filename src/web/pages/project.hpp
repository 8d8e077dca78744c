#pragma once

#include "web/parts/page.hpp"

namespace tamga::web {

/// What is measured of a project, one series each: its length, its cost. Context of the `project` template,
/// each reporter's figures side by side; null where no series is of the project.
Json project_context(Page& page, const query::Snapshot& project);

/// The same as data: [{"indicator","comparison"}], each comparison as that of a series.
Json project_data(Page& page, const query::Snapshot& project);

/// The fields of a project whose value stands among its figures: stated alone, one of several would pass for
/// the only one.
std::vector<std::string_view> told_by_figures(Page& page, const query::Snapshot& project);

}  // namespace tamga::web
