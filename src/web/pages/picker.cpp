#include "web/pages/picker.hpp"

#include <algorithm>

#include "i18n/fold.hpp"
#include "query/listing.hpp"
#include "web/pages/reporters.hpp"

namespace tamga::web {

namespace {

constexpr std::size_t kMostFound = 60;
constexpr const char* kFilters[] = {"flow", "reporter", "partner"};

}  // namespace

Json picker_context(Page& page) {
    query::ListRequest request{.kind = Kind::series, .sort = "title", .count = kMostFound};
    bool asked = false;
    for (const char* const name : kFilters)
        if (const std::string_view value = page.address().value(name); !value.empty()) {
            request.filters.push_back({name, {std::string(value)}});
            asked = true;
        }
    const std::string words(page.address().value("find"));
    if (!words.empty()) {
        request.words = i18n::folded_words(words);
        asked = true;
    }
    const auto listing =
        query::list(page.view(), request,
                    {.language = page.language().tag(),
                     .label = [](std::string_view, const std::string& value) { return value; }});
    if (!listing) {
        page.failed(listing.error());
        return nullptr;
    }
    Json selects = Json::array(), found = Json::array();
    for (const char* const name : kFilters) {
        const auto facet = std::ranges::find(listing->facets, name, &query::Facet::name);
        if (facet == listing->facets.end()) continue;
        Json options = Json::array();
        const std::string_view chosen = page.address().value(name);
        for (const auto& [value, count] : facet->values) {
            if (value == query::kNotStated) continue;
            const bool party = std::string_view(name) != "flow";
            options.push_back(
                {{"option", value},
                 {"text", party ? page.link(RecordId{Kind::party, value})["text"].get<std::string>()
                                : page.code(value)},
                 {"selected", value == chosen}});
        }
        page.sort_by_name(options);
        selects.push_back({{"pick_name", name},
                           {"pick_label", page.field_label(name)},
                           {"pick_options", std::move(options)}});
    }
    if (asked)
        for (const query::SnapshotPtr& series : listing->rows)
            found.push_back({{"picked", series->name.id},
                             {"picked_a", page.address().value("a") == series->name.id},
                             {"picked_b", page.address().value("b") == series->name.id},
                             {"picked_link", page.link(*series)},
                             {"picked_unit", page.say("unit", text_of(series->body, "unit"))}});
    Json hidden = Json::array();
    for (const char* const name : {"a", "b", "period", "as_of", "public_by"})
        if (const std::string_view value = page.address().value(name); !value.empty())
            hidden.push_back({{"name", name}, {"value", value}});
    return {
        {"pick_action", "/" + std::string(page.language().tag()) + "/figures/compare"},
        {"pick_hidden", std::move(hidden)},
        {"pick_words", words},
        {"pick_selects", std::move(selects)},
        {"pick_asked", asked},
        {"pick_some", !found.empty()},
        {"pick_found", std::move(found)},
        {"pick_count", page.language().format("{1} of {2} series are shown.",
                                              {page.language().number(std::to_string(listing->rows.size())),
                                               page.language().number(std::to_string(listing->passing))})}};
}

}  // namespace tamga::web
