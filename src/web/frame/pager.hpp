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
    Json context;  ///< Of the `pager` template: {"has_pages","page_text","previous_href","next_href"}.
};
/// The page that is asked for; the last one where it lies beyond.
Pager pager(const Page& page, std::size_t items, std::size_t items_a_page);

}  // namespace tamga::web
