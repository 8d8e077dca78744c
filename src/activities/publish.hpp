#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "iati/check/check.hpp"
#include "query/register.hpp"

namespace tamga::activities {

/// A record that is not published, and why, in one English sentence.
struct LeftOut {
    RecordId record;
    std::string why;
};

struct Published {
    std::size_t activities = 0;
    std::vector<LeftOut> left_out;
};

/// A mechanism as IATI 2.03, as it was known at the view (docs/iati-register.md tells the rules): the
/// mechanism itself with its series as results, its centres below it, its projects below these; a project
/// that was imported stands as its publisher gave it. What the standard asks for and the register does not
/// state is not made up: such a record is left out, and so is, unless `all`, one that the checker finds
/// anything but advisories in. The file names what it leaves out in a comment at its end. The file goes to
/// `write` piece by piece as it is made, few activities being held at a time; nothing goes there if there is
/// no activity to publish: IATI has no file without one. Errors: those of the view and of `write`, which end
/// the work; corrupt.
Result<Published> publish_activities(const query::View& view, const query::Snapshot& mechanism,
                                     const iati::Checker& checker, bool all,
                                     const std::function<Result<void>(std::string_view)>& write);

/// The organisation that publishes a mechanism, as IATI 2.03. Errors: not_found, if the mechanism does not
/// name it.
Result<std::string> publish_organisation(const query::View& view, const query::Snapshot& mechanism);

}  // namespace tamga::activities
