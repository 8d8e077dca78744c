#pragma once

#include <expected>

#include "web/frame/refusal.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// The number that `page=` asks for, counted from 1. Errors: it is no such number.
std::expected<std::size_t, Refusal> page_asked(const Page& page);

/// One page of what is too long for one.
struct Pager {
    std::size_t first, last;  ///< From and until which item, counted from 0.
    Json context;
};
/// Of the `pager` template: how the page is called among the others, if that is known, and the addresses of
/// the first one, where that is not the one before, the one before and the next, each empty if there is none.
Json pager_context(std::string page_text, std::string start_href, std::string previous_href,
                   std::string next_href);
/// "Page 2 of 7".
std::string page_text(const Page& page, std::size_t number, std::size_t pages);
/// The page that is asked for; the last one where it lies beyond.
Pager pager(const Page& page, std::size_t items, std::size_t items_a_page);

}  // namespace tamga::web
