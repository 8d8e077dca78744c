#pragma once

#include <functional>
#include <string_view>

#include "query/register.hpp"
#include "status/status.hpp"

namespace tamga::query {

/// What became of a commitment on the view's day, by what the view knows: what its page and its data tell,
/// both. Errors: as View's.
Result<Status> status_of(const View& view, const Snapshot& commitment);

}  // namespace tamga::query
