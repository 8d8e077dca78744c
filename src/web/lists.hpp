#pragma once

#include <string>
#include <vector>

#include "web/page.hpp"

namespace tamga::web {

/// What the list of a kind shows, and by what it can be filtered and sorted; all of it lives in the URL.
struct ListSpec {
    Kind kind;
    std::vector<std::string_view>
        columns;  ///< Fields after the title; "state" is a commitment's derived state.
    std::vector<std::string_view>
        filters;            ///< Fields of type code, link or links; "state", "overdue" and "silent".
    std::string_view sort;  ///< The field sorted by where none is asked for; "-" before it: descending.
};

const ListSpec& list_spec(Kind kind);

/// The records of a kind that pass the address's filters, sorted as it asks, and what each filter would
/// offer.
struct Listing {
    const ListSpec* spec;
    std::vector<query::SnapshotPtr> records;  ///< Filtered and sorted, not paged.
    std::size_t total = 0;                    ///< How many there are without filters.
    Json filters = Json::array();  ///< [{"name","label","options":[{"value","label","count","selected"}]}]
};

/// Errors: invalid_usage for an unknown sort field.
Result<Listing> make_listing(Page& page, Kind kind);

/// Context of the `list` template for one page of the listing.
Json list_context(Page& page, const Listing& listing);

}  // namespace tamga::web
