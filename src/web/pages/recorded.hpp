#pragma once

#include "journal/entry.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// Who wrote the text of a version; not who renamed the record since.
journal::Author author_of_text(Page& page, const query::Snapshot& version);

/// Who recorded what a party said, where it was not the party: "account:ana"; empty where it was, and of what
/// no party says.
std::string recorded_by(Page& page, const query::Snapshot& record);

/// Whether a record is a party's own word or was recorded by somebody else, and from which sources, for the
/// `recorded` template; null of what no party says. The same for programs.
Json recorded_context(Page& page, const query::Snapshot& record);
Json recorded_data(Page& page, const query::Snapshot& record);

}  // namespace tamga::web
