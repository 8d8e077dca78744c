#pragma once

#include "web/parts/page.hpp"

namespace tamga::web {

/// The entry on which a version's seals are.
query::JournalPos sealed_entry(const query::Snapshot& version);

/// The seals of an entry, for the `seals` template: what was signed, by which key, and how to check it; and
/// for programs.
Json seals_context(Page& page, query::JournalPos entry);
Json seals_data(Page& page, query::JournalPos entry);

/// "This version is sealed by …" for the page of a record; empty if it is not.
std::string sealed_text(Page& page, query::JournalPos entry);

}  // namespace tamga::web
