#include "web/overview.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "web/commitments.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

constexpr std::size_t kExamples = 5, kUpdates = 8;

std::vector<SnapshotPtr> of_mechanism(Page& page, Kind kind, const std::string& mechanism) {
    std::vector<SnapshotPtr> records = page.all(kind);
    std::erase_if(records,
                  [&](const SnapshotPtr& record) { return text_of(record->body, "mechanism") != mechanism; });
    return records;
}

/// Newest first by an ISO date field; undated last.
void newest_first(std::vector<SnapshotPtr>& records, std::string_view field) {
    std::ranges::stable_sort(records, std::ranges::greater(),
                             [&](const SnapshotPtr& record) { return text_of(record->body, field); });
}

Json update_list(Page& page, std::vector<SnapshotPtr> updates) {
    newest_first(updates, "date");
    Json out = Json::array();
    for (std::size_t i = 0; i < updates.size() && i < kUpdates; ++i) {
        Json entry = page.link(*updates[i]);
        entry["when"] = page.date(updates[i]->body, "date");
        out.push_back(std::move(entry));
    }
    return out;
}

/// "12 commitments", leading to the list of them within the mechanism where that list can be so filtered.
Json count_line(const Page& page, Kind kind, std::size_t count, const std::string& mechanism) {
    std::string target = "/" + std::string(info(kind).plural);
    if (info(kind).field("mechanism")) target += "?mechanism=" + mechanism;
    return {{"line",
             fmt::format("{}: {}", page.kinds_label(kind), page.language().number(std::to_string(count)))},
            {"line_href", page.href(target)}};
}

Json examples(Page& page, const std::vector<SnapshotPtr>& records, std::string_view date_field) {
    Json out = Json::array();
    for (std::size_t i = 0; i < records.size() && i < kExamples; ++i) {
        Json entry = page.link(*records[i]);
        entry["detail"] = page.date(records[i]->body, date_field);
        out.push_back(std::move(entry));
    }
    return out;
}

Json timeline(Page& page, const std::vector<SnapshotPtr>& meetings,
              const std::vector<SnapshotPtr>& instruments, const std::vector<SnapshotPtr>& centres) {
    std::vector<std::pair<std::string, SnapshotPtr>> events;
    const auto add = [&](const std::vector<SnapshotPtr>& records, std::string_view field) {
        for (const SnapshotPtr& record : records)
            if (std::string date = text_of(record->body, field); !date.empty())
                events.emplace_back(std::move(date), record);
    };
    add(meetings, "start");
    add(instruments, "date");
    add(centres, "opened");
    std::ranges::stable_sort(events, {}, &std::pair<std::string, SnapshotPtr>::first);
    Json out = Json::array();
    for (const auto& [date, record] : events) {
        Json entry = page.link(*record);
        entry["when"] = page.date_text(date);
        out.push_back(std::move(entry));
    }
    return out;
}

/// From promise to result, in three steps.
Json chain_context(Page& page, const std::string& id) {
    auto instruments = of_mechanism(page, Kind::instrument, id),
         commitments = of_mechanism(page, Kind::commitment, id),
         centres = of_mechanism(page, Kind::centre, id), projects = of_mechanism(page, Kind::project, id),
         series = of_mechanism(page, Kind::series, id), claims = of_mechanism(page, Kind::claim, id);
    newest_first(instruments, "date");
    newest_first(centres, "announced");
    newest_first(projects, "start");
    newest_first(claims, "date");
    std::vector<SnapshotPtr> reports = page.all(Kind::report);
    newest_first(reports, "date");

    Json chain = Json::array();
    chain.push_back({{"step", page.say("What was promised")},
                     {"lines",
                      {count_line(page, Kind::instrument, instruments.size(), id),
                       count_line(page, Kind::commitment, commitments.size(), id)}},
                     {"bar", nullptr},
                     {"examples", examples(page, instruments, "date")}});
    Json doing = examples(page, centres, "opened");
    for (Json& example : examples(page, projects, "start")) doing.push_back(std::move(example));
    chain.push_back({{"step", page.say("What is being done")},
                     {"lines",
                      {count_line(page, Kind::centre, centres.size(), id),
                       count_line(page, Kind::project, projects.size(), id)}},
                     {"bar", nullptr},
                     {"examples", std::move(doing)}});
    const Json bar = status_bar(page, commitments);
    Json came = examples(page, claims, "date");
    chain.push_back({{"step", page.say("What came of it")},
                     {"lines",
                      {count_line(page, Kind::report, reports.size(), id),
                       count_line(page, Kind::series, series.size(), id),
                       count_line(page, Kind::claim, claims.size(), id)}},
                     {"bar", bar.is_null() ? Json(nullptr) : Json{{"status_bar", bar}}},
                     {"examples", std::move(came)}});
    return chain;
}

}  // namespace

Json home_context(Page& page) {
    // The one with most commitments first: the start page shows what became of them.
    std::vector<SnapshotPtr> sorted = page.all(Kind::mechanism);
    std::ranges::stable_sort(sorted, std::ranges::greater(), [&](const SnapshotPtr& mechanism) {
        return of_mechanism(page, Kind::commitment, mechanism->name.id).size();
    });
    Json mechanisms = Json::array();
    for (const SnapshotPtr& mechanism : sorted) {
        Json entry = page.link(*mechanism);
        entry["summary"] =
            mechanism->body.contains("summary") ? page.text(mechanism->body["summary"]) : Json(nullptr);
        std::string counts;
        for (Kind kind : {Kind::instrument, Kind::commitment, Kind::centre, Kind::project}) {
            const std::size_t count = of_mechanism(page, kind, mechanism->name.id).size();
            if (count > 0)
                counts += fmt::format("{}{}: {}", counts.empty() ? "" : " · ", page.kinds_label(kind), count);
        }
        entry["counts"] = counts;
        mechanisms.push_back(std::move(entry));
    }
    Json kind_list = Json::array();
    bool empty = true;
    for (const KindInfo& kind : kinds()) {
        const std::size_t count = page.all(kind.kind).size();
        if (count == 0) continue;
        empty = false;
        kind_list.push_back({{"kind_href", page.href("/" + std::string(kind.plural))},
                             {"kind_name", page.kinds_label(kind.kind)},
                             {"kind_count", page.language().number(std::to_string(count))}});
    }
    return {{"mechanisms", std::move(mechanisms)},
            {"kinds", std::move(kind_list)},
            {"register_empty", empty},
            {"chain", sorted.empty() ? Json::array() : chain_context(page, sorted.front()->name.id)},
            {"chain_of", sorted.empty() ? Json(nullptr) : page.link(*sorted.front())},
            {"updates", update_list(page, page.all(Kind::update))},
            {"updates_href", page.href("/updates")},
            {"atom_href", page.href("/updates.atom")},
            {"feed_href", page.href("/updates.feed")}};
}

Json mechanism_context(Page& page, const Snapshot& mechanism) {
    const std::string& id = mechanism.name.id;
    const auto instruments = of_mechanism(page, Kind::instrument, id),
               commitments = of_mechanism(page, Kind::commitment, id),
               centres = of_mechanism(page, Kind::centre, id),
               meetings = of_mechanism(page, Kind::meeting, id);
    Json parties = Json::array();
    for (const std::string& party_id : list_of(mechanism.body, "parties")) {
        const SnapshotPtr party = page.find({Kind::party, party_id});
        if (!party) continue;
        Json entry = page.link(*party);
        entry["official"] =
            party->body.contains("official_name") ? page.text(party->body["official_name"]) : Json(nullptr);
        const auto promised = std::ranges::count_if(commitments, [&](const SnapshotPtr& commitment) {
            const auto by = list_of(commitment->body, "by");
            return std::ranges::find(by, party_id) != by.end();
        });
        entry["promised_href"] = page.href("/commitments?by=" + party_id);
        entry["promised"] = page.language().plural("{1} commitment made", "{1} commitments made", promised);
        parties.push_back(std::move(entry));
    }
    page.sort_by_name(parties);

    std::vector<SnapshotPtr> principles = of_mechanism(page, Kind::principle, id);
    std::ranges::stable_sort(
        principles, {}, [](const SnapshotPtr& principle) { return principle->body.value("position", 0); });
    Json sectors = Json::array();
    for (const SnapshotPtr& sector : of_mechanism(page, Kind::sector, id)) {
        Json entry = page.link(*sector);
        const auto count = std::ranges::count_if(commitments, [&](const SnapshotPtr& commitment) {
            return text_of(commitment->body, "sector") == sector->name.id;
        });
        entry["detail"] = page.language().plural("{1} commitment", "{1} commitments", count);
        sectors.push_back(std::move(entry));
    }
    Json events = timeline(page, meetings, instruments, centres);
    const auto projects = of_mechanism(page, Kind::project, id);
    const bool published = mechanism.body.contains("publisher_id");
    const bool imported = std::ranges::any_of(projects, [](const SnapshotPtr& one) { return one->body.contains("activity"); });
    const std::string iati = page.record_path(mechanism.name) + "/iati/";
    return {{"iati_href", published || imported ? page.href(iati + "activities.xml") : ""},
            {"iati_organisation_href", published ? page.href(iati + "organisation.xml") : ""},
            {"chain", chain_context(page, id)},
            {"parties", std::move(parties)},
            {"has_parties", mechanism.body.contains("parties")},
            {"has_principles", !principles.empty()},
            {"principles", page.links(principles)},
            {"has_sectors", !sectors.empty()},
            {"sectors", std::move(sectors)},
            {"has_timeline", !events.empty()},
            {"timeline", std::move(events)},
            {"updates", update_list(page, of_mechanism(page, Kind::update, id))}};
}

}  // namespace tamga::web
