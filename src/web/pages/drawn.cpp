#include "web/pages/drawn.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tamga::web {

Drawn drawn(const Page& page, const Picture& wide, const Picture& narrow, Caption caption,
            std::vector<std::string> notes) {
    Drawn out{.wide_svg = part_svg(wide, caption, ChartSize::wide, "wide"),
              .narrow_svg = part_svg(narrow, caption, ChartSize::narrow, "narrow"),
              .file_svg = file_svg(wide, caption, notes, page.language().tag())};
    out.caption = std::move(caption);
    out.notes = std::move(notes);
    return out;
}

Json drawn_files(const Page& page, const std::string& path, const Page::Parameters& parameters) {
    Page::Parameters framed = parameters;
    if (page.address().value("as_of").empty())
        framed.emplace_back("as_of", fmt::format("@{}", page.view().as_of().value));
    return {{"svg_href", page.href(path + ".svg", parameters)},
            {"png_href", page.href("/embed" + path + ".png", parameters)},
            {"frame_href", page.href("/embed" + path, framed)}};
}

std::string publisher_of(const Json& citation) {
    return (citation["publisher"].is_null() ? citation["text"] : citation["publisher"]["text"])
        .get<std::string>();
}

std::string sources_note(Page& page, const std::vector<RecordId>& records) {
    std::vector<std::string> names;
    for (const RecordId& record : records) {
        const auto found = page.find(record);
        if (!found) continue;
        for (const Json& citation : page.citations(found->body))
            if (std::string name = publisher_of(citation); std::ranges::find(names, name) == names.end())
                names.push_back(std::move(name));
        if (names.size() > kMostCited) break;
    }
    return sources_note(page, std::move(names));
}

std::string sources_note(const Page& page, std::vector<std::string> names) {
    if (names.empty()) return {};
    const bool more = names.size() > kMostCited;
    if (more) names.resize(kMostCited);
    const std::string list = page.one_by_one(names);
    return more ? page.language().format("Sources: {1}, and others that the table names.", {list})
                : page.language().format("Sources: {1}.", {list});
}

std::string as_of_note(const Page& page) {
    return page.language().format("As this register held it on {1}.",
                                  {page.language().date(Date::of_unix_time(page.view().time()))});
}

}  // namespace tamga::web
