#pragma once

#include <string>

#include "web/lists.hpp"
#include "web/page.hpp"

namespace tamga::web {

/// What is stated on every JSON answer: which register, as known when.
Json as_of_data(const Page& page);

/// A record as data: {"kind","id","as_of","version","url","body","linked_from","status"?}. See
/// docs/formats/json.md.
Json record_data(Page& page, const query::Snapshot& record);

/// A list as data; all records that pass the filters, not paged.
Json list_data(Page& page, const Listing& listing);

/// A record's versions as data.
Json history_data(Page& page, const RecordId& name, const std::vector<query::SnapshotPtr>& versions);

/// Atom (RFC 4287) of the updates, newest first. `origin` is the public address, such as https://example.org,
/// or empty.
std::string atom_feed(Page& page, const std::string& origin);
/// JSON Feed 1.1 of the same.
Json json_feed(Page& page, const std::string& origin);

}  // namespace tamga::web
