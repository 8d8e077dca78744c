#include "web/pages/revisions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ranges>

#include "query/figures.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

/// Figures of a series whose versions are looked at, the newest periods of them; figures and days that are
/// shown.
constexpr std::size_t kMostLookedAt = 400, kMostLinked = 20'000, kMostRows = 60, kMostDays = 10;

/// A figure that changed.
struct Moved {
    RecordId name;
    std::string period;
    std::vector<SnapshotPtr> versions;  ///< Oldest first; those that say another value than the one before.
};

std::string said(const Snapshot& version) {
    return text_of(version.body, "value") + text_of(version.body, "missing") + " " +
           text_of(version.body, "qualifier");
}

std::vector<Moved> moved(Page& page, const Snapshot& series) {
    std::vector<Moved> out;
    const auto held = query::newest_figures(page.view(), series.name, kMostLookedAt, kMostLinked + 1);
    if (!held) page.failed(held.error());
    if (!held || held->total > kMostLinked) return out;
    for (const auto& [name, period, body, sources] : held->figures | std::views::reverse) {
        if (out.size() == kMostRows) break;
        const auto count = page.view().version_count(name);
        if (!count) page.failed(count.error());
        if (!count || *count < 2) continue;
        const auto versions = page.view().history(name);
        if (!versions) {
            page.failed(versions.error());
            continue;
        }
        Moved one{name, {}, {}};
        for (const SnapshotPtr& version : *versions) {
            if (const std::string told = text_of(version->body, "period"); !told.empty()) one.period = told;
            if (one.versions.empty() || said(*one.versions.back()) != said(*version))
                one.versions.push_back(version);
        }
        if (one.versions.size() > 1) out.push_back(std::move(one));
    }
    return out;
}

}  // namespace

Json revisions_context(Page& page, const Snapshot& series) {
    if (page.view().public_by()) return nullptr;
    const std::vector<Moved> figures = moved(page, series);
    if (figures.empty()) return nullptr;
    // By the last position of each day.
    std::map<Date, query::JournalPos> days;
    for (const Moved& one : figures)
        for (const SnapshotPtr& version : one.versions) {
            auto& at = days[Date::of_unix_time(version->time)];
            at = std::max(at, version->from);
        }
    while (days.size() > kMostDays) days.erase(days.begin());
    const std::string unit = text_of(series.body, "unit");
    Json columns = Json::array(), rows = Json::array();
    for (const auto& [day, position] : days)
        columns.push_back({{"revision_day", page.language().date(day)},
                           {"revision_href", page.here({{"as_of", fmt::format("@{}", position.value)}})}});
    for (const Moved& one : figures) {
        Json cells = Json::array();
        for (const auto& [day, position] : days) {
            const Snapshot* here = nullptr;
            bool fresh = false;
            for (const SnapshotPtr& version : one.versions) {
                if (version->from > position) break;
                fresh = here && Date::of_unix_time(version->time) == day;
                here = version.get();
            }
            std::string figure;
            if (here)
                figure = here->withdrawn  ? page.say("withdrawn")
                         : here->redacted ? page.say("erased")
                         : here->body.contains("missing")
                             ? page.code(text_of(here->body, "missing"))
                             : page.worded(text_of(here->body, "qualifier"),
                                           page.short_amount(text_of(here->body, "value"), unit));
            cells.push_back({{"revised_figure", std::move(figure)}, {"revised", fresh}});
        }
        rows.push_back({{"revised_period", page.period_text(one.period)},
                        {"revised_href", page.href(page.record_path(one.name) + "/history")},
                        {"revised_cells", std::move(cells)}});
    }
    return {{"revision_days", std::move(columns)}, {"revision_rows", std::move(rows)}};
}

Json revisions_data(Page& page, const Snapshot& series) {
    Json out = Json::array();
    if (page.view().public_by()) return out;
    for (const Moved& one : moved(page, series)) {
        Json versions = Json::array();
        for (const SnapshotPtr& version : one.versions) {
            Json told{{"position", version->from.value}, {"time", utc_text(version->time)}};
            for (const char* const field : {"value", "missing", "qualifier", "status"})
                if (const std::string text = text_of(version->body, std::string_view(field)); !text.empty())
                    told[field] = text;
            versions.push_back(std::move(told));
        }
        out.push_back(
            {{"observation", one.name.id}, {"period", one.period}, {"versions", std::move(versions)}});
    }
    return out;
}

}  // namespace tamga::web
