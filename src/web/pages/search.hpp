#pragma once

#include <expected>
#include <string>
#include <vector>

#include "query/search.hpp"
#include "web/frame/refusal.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// What the address asks the register for: no terms where it asks for nothing, or for signs alone. Errors: a
/// value that its parameter does not have, too many words.
std::expected<query::SearchRequest, Refusal> search_request(const Page& page);

/// What is searched for, as it was written.
std::string search_words(const Page& page);

/// Context of the `search` template.
Json search_context(Page& page, const query::SearchRequest& request,
                    const std::vector<query::FoundOfKind>& found);

/// The same as data.
Json search_data(Page& page, const query::SearchRequest& request,
                 const std::vector<query::FoundOfKind>& found);

}  // namespace tamga::web
