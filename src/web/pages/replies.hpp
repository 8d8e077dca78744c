#pragma once

#include "web/parts/page.hpp"

namespace tamga::web {

/// Context of the `replies` template: what was answered to a record, official answers first, each with an
/// anchor of its own, `#reply-ID`; since when no more are taken, if a moderator said so. Null for kinds that
/// take no replies. `write_href` and `not_taken` are left open: the route knows whether this server takes
/// any.
Json replies_context(Page& page, const query::Snapshot& record);

/// The day from which on no more replies are taken under a record; nothing while they are. With the view that
/// the page has.
std::optional<std::string> replies_closed_since(Page& page, const RecordId& record);

/// A text as paragraphs, with its language where that is not the page's: {"paragraphs","tag"}.
Json article_text(const Page& page, const Json& texts);

}  // namespace tamga::web
