#pragma once

#include <string>

#include "query/listing.hpp"
#include "web/pages/feed.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// A record's page in the page's language, as data name it: without as_of.
std::string record_url(const Page& page, const query::Snapshot& record);

/// What is stated on every JSON answer: which register, as known when.
Json as_of_data(Page& page);

/// A record as data: {"kind","id","as_of","version","url","body","linked_from","status"?}. See
/// docs/formats/json.md.
Json record_data(Page& page, const query::Snapshot& record);

/// The rows of a listing; `next` is the address of those that come after them, if there are.
Json list_data(Page& page, Kind kind, const query::Listing& listing, const std::string& next);
/// One row of it.
Json listed_data(Page& page, const query::Snapshot& record);

/// A record's versions as data.
Json history_data(Page& page, const RecordId& name, const std::vector<query::SnapshotPtr>& versions);

/// The rules by which a status is derived, and the scales, as data.
Json rules_data(Page& page);

/// The feed of records of one kind: updates and replies by their days, others by their last changes.
Feed feed_of(Page& page, Kind kind, const std::vector<query::SnapshotPtr>& records);

}  // namespace tamga::web
