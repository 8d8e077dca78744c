#include "web/pages/overview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "query/figures.hpp"
#include "query/listing.hpp"
#include "web/pages/commitments.hpp"
#include "web/pages/compare.hpp"
#include "web/pages/matrix.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

constexpr std::size_t kExamples = 5, kUpdates = 6, kMechanisms = 20, kEvents = 100, kMost = 500;
/// On the start page; a mechanism's own page has more rows.
constexpr std::size_t kFindings = 3, kChanges = 6, kUpcoming = 6, kStartRows = 12, kMatrixRows = 60;
/// Looked at to find those to come: dates of this year may be past or less exact than a day.
constexpr std::size_t kLookedAt = 200;
/// Filters of lists.
constexpr const char *kOf = "mechanism", *kBy = "by";
constexpr Kind kCounted[] = {Kind::instrument, Kind::commitment, Kind::centre, Kind::project};

using Counts = std::map<std::string, std::size_t>;

/// A listing of the mechanism's records of a kind, or of all (""): the first `count` by `sort`.
query::Listing listed(Page& page, Kind kind, const std::string& mechanism, std::string_view sort,
                      std::size_t count) {
    query::ListRequest request{.kind = kind,
                               .sort = std::string(sort),
                               .count = count,
                               .facets = false,
                               .states = kind == Kind::commitment};
    if (!mechanism.empty()) request.filters = {{kOf, {mechanism}}};
    auto made = query::list(page.view(), request,
                            {.language = page.language().tag(), .scale = chosen_scale(page), .label = {}});
    if (made) return *std::move(made);
    page.failed(made.error());
    return {};
}

Counts count_by(Page& page, Kind kind, std::string_view name, const std::string& mechanism = {}) {
    std::vector<query::Filter> filters;
    if (!mechanism.empty()) filters = {{kOf, {mechanism}}};
    auto counted = query::count_by(page.view(), kind, name, filters);
    if (counted) return *std::move(counted);
    page.failed(counted.error());
    return {};
}

std::size_t count_of(const Counts& counts, const std::string& value) {
    const auto found = counts.find(value);
    return found == counts.end() ? 0 : found->second;
}

Json update_list(Page& page, const std::string& mechanism) {
    Json out = Json::array();
    for (const SnapshotPtr& update : listed(page, Kind::update, mechanism, "-date", kUpdates).rows) {
        Json entry = page.link(*update);
        entry["when"] = page.date(update->body, "date");
        out.push_back(std::move(entry));
    }
    return out;
}

/// "Commitments: 12", leading to the list of these.
Json count_line(Page& page, Kind kind, const std::string& mechanism) {
    const std::size_t count = count_of(count_by(page, kind, kOf), mechanism);
    return {{"line", page.labelled(page.kinds_label(kind), page.language().number(std::to_string(count)))},
            {"line_href", page.href(fmt::format("/{}", info(kind).plural), {{kOf, mechanism}})}};
}

Json examples(Page& page, const query::Listing& listing, std::string_view date_field) {
    Json out = Json::array();
    for (const SnapshotPtr& record : listing.rows) {
        Json entry = page.link(*record);
        entry["detail"] = page.date(record->body, date_field);
        out.push_back(std::move(entry));
    }
    return out;
}

/// Who makes a claim: the party, with whom its source names; null if that is not stated.
Json claimant(Page& page, const Snapshot& claim) {
    const std::string party = text_of(claim.body, "claimant"),
                      name = page.name_in(claim.body, "claimant_name");
    if (party.empty() && name.empty()) return nullptr;
    if (party.empty()) {
        Json who = page.named(claim.body["claimant_name"]);
        who["fallback"] = who["tag"] != "";
        who["href"] = "";
        return who;
    }
    Json who = page.link(RecordId{Kind::party, party});
    if (!name.empty()) who["text"] = page.labelled(who["text"].get<std::string>(), name);
    return who;
}

/// Claims as what they are: each with its claimant.
Json findings(Page& page, const query::Listing& claims) {
    Json out = Json::array();
    for (const SnapshotPtr& claim : claims.rows) {
        Json entry{{"claim_link", page.link(*claim)},
                   {"claimant", claimant(page, *claim)},
                   {"when", page.date(claim->body, "date")},
                   {"found_text", ""}};
        const auto judged = query::judged(page.view(), *claim);
        if (!judged) page.failed(judged.error());
        if (judged) entry["found_text"] = verdict_text(page, judged->verdict);
        out.push_back(std::move(entry));
    }
    return out;
}

/// What falls due and what is to meet next, soonest first.
Json upcoming(Page& page, const std::string& mechanism) {
    const Date today = page.view().day();
    std::vector<std::pair<Date, Json>> found;
    for (const auto& [kind, field] : {std::pair{Kind::commitment, "due"}, {Kind::meeting, "start"}}) {
        query::ListRequest request{.kind = kind,
                                   .sort = field,
                                   .count = kLookedAt,
                                   .from = fmt::format("{:04}", today.year()),
                                   .facets = false};
        if (!mechanism.empty()) request.filters = {{kOf, {mechanism}}};
        auto ids = query::listed_ids(page.view(), request,
                                     {.language = page.language().tag(), .scale = {}, .label = {}});
        if (!ids) {
            page.failed(ids.error());
            break;
        }
        std::size_t taken = 0;
        for (const std::string& id : *ids) {
            if (taken == kUpcoming) break;
            const SnapshotPtr record = page.find({kind, id});
            const auto date =
                Date::parse(record ? text_of(record->body, std::string_view(field)) : std::string());
            if (!date || date->last_day() < today) continue;
            Json entry = page.link(*record);
            entry["when"] = page.language().date(*date);
            found.emplace_back(*date, std::move(entry));
            ++taken;
        }
    }
    std::ranges::stable_sort(found, {}, [](const auto& one) { return one.first.last_day(); });
    Json out = Json::array();
    for (auto& [date, entry] : found)
        if (out.size() < kUpcoming) out.push_back(std::move(entry));
    return out;
}

/// What was written into the register last.
Json changes(Page& page) {
    Json out = Json::array();
    auto latest = page.view().latest_changes(kChanges);
    if (!latest) {
        page.failed(latest.error());
        return out;
    }
    for (const SnapshotPtr& record : *latest) {
        if (record->withdrawn || record->redacted) continue;
        Json entry = page.link(*record);
        entry["when"] = page.language().date(Date::of_unix_time(record->time));
        out.push_back(std::move(entry));
    }
    return out;
}

/// Who runs this register; null where it does not say.
Json imprint_context(Page& page) {
    const SnapshotPtr imprint = page.find({Kind::imprint, "register"});
    if (!imprint) return nullptr;
    const auto text = [&](const char* field) {
        return imprint->body.contains(field) ? page.text(imprint->body[field]) : Json(nullptr);
    };
    const std::string contact = text_of(imprint->body, "contact");
    const bool page_address = contact.starts_with("https://") || contact.starts_with("http://");
    return {{"operator", text("operator")},
            {"contact", contact},
            {"contact_href", contact.empty() || page_address ? contact : "mailto:" + contact},
            {"licence", text("licence")},
            {"licence_href", text_of(imprint->body, "licence_url")}};
}

/// What became of a mechanism's commitments; null where it has none.
Json bar_of(Page& page, const query::Listing& commitments, const std::string& mechanism) {
    Json bar = status_bar(page, commitments, {{kOf, mechanism}});
    return bar.is_null() ? Json(nullptr) : Json{{"status_bar", std::move(bar)}};
}

/// A mechanism's newest commitments by party, and the list of all of them.
Json promises_context(Page& page, const Snapshot& mechanism, const query::Listing& commitments) {
    const std::string& id = mechanism.name.id;
    return {{"bar", bar_of(page, commitments, id)},
            {"matrix", matrix_context(page, commitments.rows, list_of(mechanism.body, "parties"))},
            {"all_href", page.href("/commitments", {{kOf, id}})},
            {"all_text", page.language().plural("{1} commitment of this mechanism",
                                                "All {1} commitments of this mechanism",
                                                static_cast<long>(commitments.passing))}};
}

/// What happened, oldest first; of many the newest.
Json timeline(Page& page, const std::string& mechanism) {
    std::vector<std::pair<std::string, SnapshotPtr>> events;
    for (const auto& [kind, field] :
         {std::pair{Kind::meeting, "start"}, {Kind::instrument, "date"}, {Kind::centre, "opened"}})
        for (const SnapshotPtr& record :
             listed(page, kind, mechanism, "-" + std::string(field), kEvents).rows)
            if (std::string date = text_of(record->body, std::string_view(field)); !date.empty())
                events.emplace_back(std::move(date), record);
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
Json chain_context(Page& page, const std::string& id, const query::Listing& commitments) {
    const auto instruments = listed(page, Kind::instrument, id, "-date", kExamples),
               centres = listed(page, Kind::centre, id, "-announced", kExamples),
               projects = listed(page, Kind::project, id, "-start", kExamples),
               claims = listed(page, Kind::claim, id, "-date", kExamples);

    Json chain = Json::array();
    chain.push_back(
        {{"step", page.say("What was promised")},
         {"lines", {count_line(page, Kind::instrument, id), count_line(page, Kind::commitment, id)}},
         {"bar", nullptr},
         {"examples", examples(page, instruments, "date")},
         {"findings", Json::array()}});
    Json doing = examples(page, centres, "opened");
    for (Json& example : examples(page, projects, "start")) doing.push_back(std::move(example));
    chain.push_back({{"step", page.say("What is being done")},
                     {"lines", {count_line(page, Kind::centre, id), count_line(page, Kind::project, id)}},
                     {"bar", nullptr},
                     {"examples", std::move(doing)},
                     {"findings", Json::array()}});
    chain.push_back({{"step", page.say("What came of it")},
                     {"lines",
                      {count_line(page, Kind::report, id), count_line(page, Kind::series, id),
                       count_line(page, Kind::claim, id)}},
                     {"bar", bar_of(page, commitments, id)},
                     {"examples", Json::array()},
                     {"findings", findings(page, claims)}});
    return chain;
}

}  // namespace

Json home_context(Page& page) {
    std::map<Kind, Counts> held;
    for (const Kind kind : kCounted) held[kind] = count_by(page, kind, kOf);
    // The one with most commitments first: the start page shows what became of them.
    const auto listing = listed(page, Kind::mechanism, {}, "title", kMechanisms);
    std::vector<SnapshotPtr> sorted = listing.rows;
    std::vector<std::pair<std::string, std::size_t>> most(held[Kind::commitment].begin(),
                                                          held[Kind::commitment].end());
    std::ranges::stable_sort(most, std::ranges::greater(), &std::pair<std::string, std::size_t>::second);
    if (most.size() > kMechanisms) most.resize(kMechanisms);
    for (const auto& [id, count] : most)
        if (std::ranges::find(sorted, id, [](const SnapshotPtr& one) { return one->name.id; }) ==
            sorted.end())
            if (SnapshotPtr mechanism = page.find({Kind::mechanism, id}))
                sorted.push_back(std::move(mechanism));
    std::ranges::stable_sort(sorted, std::ranges::greater(), [&](const SnapshotPtr& mechanism) {
        return count_of(held[Kind::commitment], mechanism->name.id);
    });
    if (sorted.size() > kMechanisms) sorted.resize(kMechanisms);
    Json mechanisms = Json::array();
    for (const SnapshotPtr& mechanism : sorted) {
        Json entry = page.link(*mechanism);
        entry["summary"] =
            mechanism->body.contains("summary") ? page.text(mechanism->body["summary"]) : Json(nullptr);
        std::vector<std::string> counts;
        for (const Kind kind : kCounted) {
            const std::size_t count = count_of(held[kind], mechanism->name.id);
            if (count > 0)
                counts.push_back(
                    page.labelled(page.kinds_label(kind), page.language().number(std::to_string(count))));
        }
        entry["counts"] = page.one_by_one(counts);
        mechanisms.push_back(std::move(entry));
    }
    Json kind_list = Json::array();
    bool empty = true;
    for (const KindInfo& kind : kinds()) {
        const auto counted = query::count(page.view(), kind.kind);
        if (!counted) page.failed(counted.error());
        const std::size_t count = counted.value_or(0);
        if (count == 0) continue;
        empty = false;
        kind_list.push_back({{"kind_href", page.href("/" + std::string(kind.plural))},
                             {"kind_name", page.kinds_label(kind.kind)},
                             {"kind_count", page.language().number(std::to_string(count))}});
    }
    Json promises = nullptr;
    if (!sorted.empty()) {
        const Snapshot& leading = *sorted.front();
        promises = promises_context(page, leading,
                                    listed(page, Kind::commitment, leading.name.id, "-made", kStartRows));
    }
    Json claimed = findings(page, listed(page, Kind::claim, {}, "-date", kFindings));
    Json to_come = upcoming(page, {});
    return {{"mechanisms", std::move(mechanisms)},
            {"kinds", std::move(kind_list)},
            {"register_empty", empty},
            {"leading", sorted.empty() ? Json(nullptr) : page.link(*sorted.front())},
            {"promises", std::move(promises)},
            {"has_findings", !claimed.empty()},
            {"findings", std::move(claimed)},
            {"claims_href", page.href("/claims")},
            {"has_upcoming", !to_come.empty()},
            {"upcoming", std::move(to_come)},
            {"changes", changes(page)},
            {"changes_href", page.href("/changes")},
            {"changes_atom_href", page.href("/changes.atom")},
            {"imprint", imprint_context(page)},
            {"updates", update_list(page, {})},
            {"updates_href", page.href("/updates")},
            {"atom_href", page.href("/updates.atom")},
            {"feed_href", page.href("/updates.feed")}};
}

Json mechanism_context(Page& page, const Snapshot& mechanism) {
    const std::string& id = mechanism.name.id;
    const Counts promised_by = count_by(page, Kind::commitment, kBy, id);
    Json parties = Json::array();
    for (const std::string& party_id : list_of(mechanism.body, "parties")) {
        const SnapshotPtr party = page.find({Kind::party, party_id});
        if (!party) continue;
        Json entry = page.link(*party);
        entry["official"] =
            party->body.contains("official_name") ? page.text(party->body["official_name"]) : Json(nullptr);
        const auto promised = static_cast<long>(count_of(promised_by, party_id));
        entry["promised_href"] = page.href("/commitments", {{kOf, id}, {kBy, party_id}});
        entry["promised"] = page.language().plural("{1} commitment made", "{1} commitments made", promised);
        parties.push_back(std::move(entry));
    }
    page.sort_by_name(parties);

    const auto principles = listed(page, Kind::principle, id, "position", kMost);
    const Counts promised_in = count_by(page, Kind::commitment, "sector", id);
    Json sectors = Json::array();
    for (const SnapshotPtr& sector : listed(page, Kind::sector, id, "title", kMost).rows) {
        Json entry = page.link(*sector);
        entry["detail"] = page.language().plural("{1} commitment", "{1} commitments",
                                                 static_cast<long>(count_of(promised_in, sector->name.id)));
        sectors.push_back(std::move(entry));
    }
    Json events = timeline(page, id);
    Json to_come = upcoming(page, id);
    const bool published = mechanism.body.contains("publisher_id");
    const auto imported = published ? Result<bool>(true)
                                    : query::any(page.view(), Kind::project,
                                                 {{kOf, {id}}, {"activity", {std::string(query::kStated)}}});
    if (!imported) page.failed(imported.error());
    const std::string iati = page.record_path(mechanism.name) + "/iati/";
    const auto commitments = listed(page, Kind::commitment, id, "-made", kMatrixRows);
    return {{"promises", promises_context(page, mechanism, commitments)},
            {"has_upcoming", !to_come.empty()},
            {"upcoming", std::move(to_come)},
            {"iati_href", imported.value_or(false) ? page.href(iati + "activities.xml") : ""},
            {"iati_organisation_href", published ? page.href(iati + "organisation.xml") : ""},
            {"chain", chain_context(page, id, commitments)},
            {"parties", std::move(parties)},
            {"has_parties", mechanism.body.contains("parties")},
            {"trade_href", page.href(page.record_path(mechanism.name) + "/trade")},
            {"has_principles", !principles.rows.empty()},
            {"principles", page.links(principles.rows)},
            {"has_sectors", !sectors.empty()},
            {"sectors", std::move(sectors)},
            {"has_timeline", !events.empty()},
            {"timeline", std::move(events)},
            {"updates", update_list(page, id)}};
}

}  // namespace tamga::web
