#pragma once

#include <string>

#include "web/parts/page.hpp"

namespace tamga::web {

/// A record's title for where it stands alone, as in a browser's tab or a list of results: an article says of
/// which instrument, a value of which series.
std::string lone_title(Page& page, const query::Snapshot& record);

/// What a record says in a sentence or two, for who sees no more of its page than that. Plain text.
std::string description(Page& page, const query::Snapshot& record);

/// A text in one line, of as many characters as others show of a description.
std::string in_short(std::string_view text);

/// The record in schema.org's words; null for kinds that it has no word for. `origin` is the public address,
/// or empty: then nothing says an address.
Json linked_data(Page& page, const query::Snapshot& record, const std::string& origin);
/// The same of the register as a whole, with its search.
Json site_linked_data(const Page& page, const std::string& origin);

}  // namespace tamga::web
