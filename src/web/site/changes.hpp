#pragma once

#include "web/frame/answer.hpp"
#include "web/pages/feed.hpp"

namespace tamga::web {

struct Services;
struct Visit;

/// What is new: a page, data, or a feed of it.
Answer changes_page(Services& services, const Visit& visit, Page& page);
/// The feed of one record, and of all that is of it.
Answer record_feed(Services& services, const Visit& visit, Page& page);

/// A feed in the format that the page's address asks for.
Answer feed_answer(const Services& services, Page& page, const Feed& feed);

}  // namespace tamga::web
