#include "web/frame/pager.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tamga::web {

std::expected<std::size_t, Refusal> page_asked(const Page& page) {
    const std::string_view asked = page.address().value("page");
    if (asked.empty()) return 1;
    std::size_t number = 0;
    const auto [end, problem] = std::from_chars(asked.data(), asked.data() + asked.size(), number);
    // More pages than a number holds are beyond the last one.
    if (problem == std::errc::result_out_of_range) number = static_cast<std::size_t>(-1);
    if (end == asked.data() + asked.size() && number > 0) return number;
    Refusal refusal = unfit_value(page, "page", asked);
    refusal.hint = page.say("Pages are counted from 1.");
    return std::unexpected(std::move(refusal));
}

Pager pager(const Page& page, std::size_t items, std::size_t items_a_page) {
    const std::size_t pages = std::max<std::size_t>(1, (items + items_a_page - 1) / items_a_page);
    const std::size_t number = std::min(page_asked(page).value_or(1), pages);
    return {.first = (number - 1) * items_a_page,
            .last = std::min(number * items_a_page, items),
            .context = pager_context(
                page_text(page, number, pages), "",
                number > 1 ? page.here({{"page", number == 2 ? "" : std::to_string(number - 1)}}) : "",
                number < pages ? page.here({{"page", std::to_string(number + 1)}}) : "")};
}

std::string page_text(const Page& page, std::size_t number, std::size_t pages) {
    const auto text = [&](std::size_t value) { return page.language().number(std::to_string(value)); };
    return page.language().format("Page {1} of {2}", {text(number), text(pages)});
}

Json pager_context(std::string page_text, std::string start_href, std::string previous_href,
                   std::string next_href) {
    const bool has_pages = !start_href.empty() || !previous_href.empty() || !next_href.empty();
    return {{"has_pages", has_pages},
            {"page_text", has_pages ? std::move(page_text) : ""},
            {"start_href", std::move(start_href)},
            {"previous_href", std::move(previous_href)},
            {"next_href", std::move(next_href)}};
}

}  // namespace tamga::web
