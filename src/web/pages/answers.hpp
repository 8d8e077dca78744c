#pragma once

#include <string>

#include "query/listing.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// How many records a feed holds.
inline constexpr std::size_t kFeedLength = 50;

/// A name for a feed, an entry or an event that holds wherever the journal is served, and after it has moved:
/// a UUID of version 8 (RFC 9562 5.8), half of the SHA-256 of the journal's first root, a line feed and the
/// name; "urn:uuid:" before it.
std::string lasting_id(Page& page, std::string_view name);

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

/// Atom (RFC 4287) of records of one kind. `origin` is the public address, such as https://example.org, or
/// empty.
std::string atom_feed(Page& page, Kind kind, const std::vector<query::SnapshotPtr>& records,
                      const std::string& origin);
/// JSON Feed 1.1 of the same.
Json json_feed(Page& page, Kind kind, const std::vector<query::SnapshotPtr>& records,
               const std::string& origin);

}  // namespace tamga::web
