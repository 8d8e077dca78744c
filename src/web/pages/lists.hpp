#pragma once

#include <expected>
#include <string>
#include <vector>

#include "query/listing.hpp"
#include "web/frame/refusal.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// What the address asks a list of the kind for: a page for people, some rows for programs (`first` and
/// `after`), all of them for tables. Of the names of its parameters it knows already that they are known.
/// Errors: a value that the parameter does not have.
std::expected<query::ListRequest, Refusal> list_request(const Page& page, Kind kind);

/// Whether rows are wanted without an end.
bool wants_all(const query::ListRequest& request);

/// The listing in the page's language. Errors: those of the view; not_found if `after` is in no such list.
Result<query::Listing> make_listing(Page& page, const query::ListRequest& request);
/// Which of the pages of a list that is sorted this is, from 1 on: as many rows each as are asked for.
std::size_t page_number(const query::ListRequest& request, const query::Listing& listing);
/// The ids of its rows alone, in the same order.
Result<void> each_listed_id(Page& page, const query::ListRequest& request,
                            const std::function<Result<void>(std::string_view id)>& take);

/// Goes over all its records, as it was in one moment, and holds some at a time.
Result<void> each_listed(Page& page, const query::ListRequest& request,
                         const std::function<Result<void>(const query::Snapshot&)>& take);

/// Those that pass the filters and changed last, newest change first.
Result<std::vector<query::SnapshotPtr>> last_changed(Page& page, const query::ListRequest& request);

/// The address of the rows that come after these; empty if there are none.
std::string next_rows(const Page& page, const query::Listing& listing);

/// Context of the `list` template.
Json list_context(Page& page, const query::ListRequest& request, const query::Listing& listing);

/// What the list of the page's address is called: "Commitments (By: China)".
std::string list_title(Page& page, Kind kind);

/// The query parameters of the address that choose among the records: those that a link to the same choice
/// keeps.
Page::Parameters chosen(const Page& page);

}  // namespace tamga::web
