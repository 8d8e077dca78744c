#pragma once

#include <functional>
#include <string_view>

#include "query/register.hpp"
#include "status/status.hpp"

namespace tamga::query {

/// What became of a commitment on the view's day, by what the view knows: what its page and its data tell,
/// both. Errors: as View's.
Result<Status> status_of(const View& view, const Snapshot& commitment);

/// The same of every commitment, sorted by id, as far as lists, counts and averages need it: from what is
/// kept, where the view's position is settled, and else derived one by one. Memory is that of one. `take`
/// must not call this. Errors: as View's.
Result<void> each_judged(const View& view,
                         const std::function<void(std::string_view id, const Judgement&)>& take);

}  // namespace tamga::query
