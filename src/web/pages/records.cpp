#include "web/pages/records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "query/listing.hpp"
#include "web/pages/activity.hpp"
#include "web/pages/assent.hpp"
#include "web/pages/centre.hpp"
#include "web/pages/commitments.hpp"
#include "web/pages/figures.hpp"
#include "web/pages/instrument.hpp"
#include "web/pages/mutual.hpp"
#include "web/pages/project.hpp"
#include "web/pages/promise.hpp"
#include "web/pages/recorded.hpp"
#include "web/pages/replies.hpp"
#include "web/pages/seal.hpp"
#include "web/pages/targets.hpp"
#include "web/parts/difference.hpp"
#include "web/parts/map.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

/// Related records of one sort that are shown, and those of one kind that are counted.
constexpr std::size_t kRelationLimit = 20, kCitingLimit = 200, kMostRelations = 5000, kMostSorted = 200;

/// What a relation's heading says: "Commitments resulting from it". Where no phrase is made for kind and
/// field, the kind's plural and the field's label stand.
std::string relation_heading(const Page& page, Kind kind, std::string_view field) {
    struct Phrase {
        Kind kind;
        std::string_view field;
        const char* text;
    };
    static constexpr Phrase kPhrases[] = {
        {Kind::commitment, "meeting", TAMGA_MSG("Commitments resulting from it")},
        {Kind::commitment, "by", TAMGA_MSG("Commitments made by it")},
        {Kind::commitment, "to", TAMGA_MSG("Commitments made to it")},
        {Kind::commitment, "results", TAMGA_MSG("Commitments it helps to fulfil")},
        {Kind::commitment, "instrument", TAMGA_MSG("Commitments it contains")},
        {Kind::instrument, "meeting", TAMGA_MSG("Instruments adopted there")},
        {Kind::instrument, "parties", TAMGA_MSG("Instruments that it is a party to")},
        {Kind::meeting, "country", TAMGA_MSG("Meetings that it hosted")},
        {Kind::meeting, "parties", TAMGA_MSG("Meetings that it took part in")},
        {Kind::statement, "meeting", TAMGA_MSG("Statements made there")},
        {Kind::statement, "about", TAMGA_MSG("Statements about it")},
        {Kind::update, "about", TAMGA_MSG("Updates about it")},
        {Kind::project, "countries", TAMGA_MSG("Projects there")},
        {Kind::project, "commitments", TAMGA_MSG("Projects that serve it")},
        {Kind::series, "reporter", TAMGA_MSG("Figures that it reports")},
        {Kind::series, "partner", TAMGA_MSG("Figures about trade and investment with it")},
        {Kind::mechanism, "parent", TAMGA_MSG("Mechanisms within it")},
        {Kind::mechanism, "parties", TAMGA_MSG("Mechanisms that it is a party to")},
        {Kind::claim, "series", TAMGA_MSG("Claims that can be checked against it")},
        {Kind::report, "commitment", TAMGA_MSG("Reports by the parties")},
        {Kind::assessment, "commitment", TAMGA_MSG("Independent assessments")},
        {Kind::party, "country", TAMGA_MSG("Organisations there")},
        {Kind::reply, "party", TAMGA_MSG("Its official replies")},
        {Kind::sector, "parent", TAMGA_MSG("Sectors within it")},
        {Kind::instrument, "depositary", TAMGA_MSG("Instruments that are deposited with it")},
        {Kind::action, "party", TAMGA_MSG("What it signed, ratified or declared")},
        {Kind::centre, "country", TAMGA_MSG("Centres there")},
        {Kind::centre, "countries", TAMGA_MSG("Centres that work there")},
        {Kind::series, "centre", TAMGA_MSG("Figures of the centre")},
        {Kind::centre, "sector", TAMGA_MSG("Centres in this sector")},
        {Kind::centre, "meeting", TAMGA_MSG("Centres announced there")},
        {Kind::series, "area", TAMGA_MSG("Figures about it")},
        {Kind::series, "sector", TAMGA_MSG("Figures of this sector")},
        {Kind::statement, "party", TAMGA_MSG("Statements made for it")},
        {Kind::commitment, "provision", TAMGA_MSG("Commitments that come from it")},
        {Kind::commitment, "statement", TAMGA_MSG("Commitments that come from it")},
        {Kind::commitment, "sector", TAMGA_MSG("Commitments in this sector")},
        {Kind::project, "sector", TAMGA_MSG("Projects in this sector")},
        {Kind::project, "centre", TAMGA_MSG("Projects under it")},
        {Kind::claim, "claimant", TAMGA_MSG("Claims that it makes")},
        {Kind::claim, "statement", TAMGA_MSG("Claims made in it")},
        {Kind::report, "party", TAMGA_MSG("Its own reports")},
        {Kind::assessment, "party", TAMGA_MSG("Independent assessments of its delivery")},
    };
    if (info(kind).field(field)->type == FieldType::citations)
        return page.language().format("{1} that cite it", {page.kinds_label(kind)});
    for (const Phrase& phrase : kPhrases)
        if (phrase.kind == kind && phrase.field == field) return page.say(phrase.text);
    return page.with_detail(page.kinds_label(kind), page.field_label(field));
}

constexpr const char* kDates[] = {"date", "start", "made", "announced"};

/// Newest first; undated last.
void sort_newest_first(std::vector<SnapshotPtr>& records) {
    const auto date_of = [](const SnapshotPtr& record) {
        for (const char* field : kDates)
            if (record->body.contains(field)) return text_of(record->body, std::string_view(field));
        return std::string();
    };
    std::ranges::stable_sort(records, std::ranges::greater(), date_of);
}

/// A short word beside a related record: its date or period.
std::string detail_of(Page& page, const Snapshot& record) {
    for (const char* field : kDates)
        if (record.body.contains(field)) return page.date(record.body, field);
    return {};
}

/// A field's value as one line of text, for differences.
std::string plain_value(const Page& page, const Field* field, const Json& value) {
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        if (field && field->type == FieldType::date) return page.date_text(text);
        if (field && field->type == FieldType::code) return page.code(text);
        return text;
    }
    if (field && field->type == FieldType::citations) {
        std::vector<std::string> all;
        for (const Json& citation : value) {
            const auto source = citation["source"].get<std::string>(),
                       locator = citation.value("locator", "");
            all.push_back(locator.empty() ? source : page.with_detail(source, locator));
        }
        return page.one_by_one(all);
    }
    if (value.is_array()) return page.one_by_one(value.get<std::vector<std::string>>());
    if (value.is_object() && value.contains("sha256"))
        return fmt::format("{} SHA-256 {}", value["name"].get<std::string>(),
                           value["sha256"].get<std::string>());
    return value.is_boolean() ? page.say(value.get<bool>() ? "yes" : "no") : value.dump();
}

/// The differences of two texts: [{"del"}, {"ins"}, {"same"}].
Json word_difference(const std::string& before, const std::string& after) {
    Json parts = Json::array();
    for (const Piece& piece : differences(before, after)) {
        const auto text = [&](Piece::Sort sort) {
            return piece.sort == sort ? Json(piece.text) : Json(nullptr);
        };
        parts.push_back({{"del", text(Piece::Sort::removed)},
                         {"ins", text(Piece::Sort::added)},
                         {"same", text(Piece::Sort::same)}});
    }
    return parts;
}

/// A row's label, and the tag of its text's language, empty where it has none.
using Label = std::pair<std::string, std::string>;

/// A body's fields as rows of label and text, language by language.
std::map<Label, std::string> flat_body(const Page& page, Kind kind, const Json& body) {
    std::map<Label, std::string> rows;
    for (const auto& [key, value] : body.items()) {
        const Field* field = info(kind).field(key);
        if (field && has_languages(field->type) && value.is_object())
            for (const auto& [tag, text] : value.items())
                rows[{page.with_detail(page.field_label(key), tag), tag}] = text.get<std::string>();
        else
            rows[{page.field_label(key), {}}] = plain_value(page, field, value);
    }
    return rows;
}

}  // namespace

Json relations(Page& page, const Snapshot& record, const std::vector<Kind>& without) {
    Json out = Json::array();
    for (const KindInfo& kind : kinds()) {
        if (kind.kind == Kind::name || std::ranges::find(without, kind.kind) != without.end()) continue;
        const auto links = page.view().links_to(record.name, kind.kind, kMostRelations + 1);
        if (!links) {
            page.failed(links.error());
            break;
        }
        std::map<std::string, std::vector<RecordId>> by_field;
        for (const store::Backlink& link : *links) by_field[link.field].push_back(link.from);
        for (const auto& [field, members] : by_field) {
            // A list cannot be filtered by citations, so that more of them are shown.
            const FieldType type = kind.field(field)->type;
            const bool citing = type == FieldType::citations;
            const std::size_t limit = citing ? kCitingLimit : kRelationLimit;
            std::vector<SnapshotPtr> records;
            for (std::size_t i = 0; i < members.size() && i < kMostSorted; ++i)
                if (SnapshotPtr member = page.find(members[i])) records.push_back(std::move(member));
            sort_newest_first(records);
            if (records.size() > limit) records.resize(limit);
            Json list = Json::array();
            for (const SnapshotPtr& member : records) {
                Json entry = page.link(*member);
                entry["detail"] = kind.kind == Kind::commitment ? status_badge(page, *member)["label"]
                                                                : Json(detail_of(page, *member));
                list.push_back(std::move(entry));
            }
            Json group{{"heading", relation_heading(page, kind.kind, field)},
                       {"members", std::move(list)},
                       {"more_href", ""},
                       {"more_text", ""}};
            if (members.size() > limit) {
                group["more_href"] =
                    citing ? page.href(page.record_path(record.name) + ".json")
                           : page.href(fmt::format(
                                 "/{}?{}={}", kind.plural, field,
                                 type == FieldType::any_links ? record.name.text() : record.name.id));
                const std::string number =
                    page.language().number(std::to_string(std::min(members.size(), kMostRelations)));
                group["more_text"] = links->size() > kMostRelations
                                         ? page.language().format("All, more than {1}", {number})
                                         : page.language().format("All {1}", {number});
            }
            out.push_back(std::move(group));
        }
    }
    return out;
}

Json history_line(Page& page, const Snapshot& record) {
    const auto count = page.view().version_count(record.name);
    if (!count) page.failed(count.error());
    return {{"changed_text", page.language().format("Last changed on {1} by {2}.",
                                                    {page.language().date(Date::of_unix_time(record.time)),
                                                     page.author(record.author)})},
            {"versions_text",
             page.language().plural("{1} version", "{1} versions", static_cast<long>(count.value_or(0)))},
            {"history_href", page.href(page.record_path(record.name) + "/history")},
            {"new_href", page.href("/changes", {{"of", record.name.text()}})}};
}

namespace {

/// What a page shows of a record by itself: its words, its fields, its sources.
Json own_context(Page& page, const Snapshot& record) {
    const Kind kind = record.name.kind;
    std::vector<std::string_view> shown_apart = {"title", "note", "summary"};
    const bool is_article = kind == Kind::update || kind == Kind::reply;
    if (is_article) shown_apart.push_back("text");
    if (kind == Kind::series) shown_apart.push_back("indicator");  // A key for programs.
    if (kind == Kind::project) {
        shown_apart.push_back("route");  // On the map.
        for (const std::string_view field : told_by_figures(page, record)) shown_apart.push_back(field);
    }
    Json context{
        {"title", page.title(record)}, {"lede", nullptr}, {"note", nullptr}, {"article_text", nullptr}};
    if (record.body.contains("summary")) context["lede"] = page.text(record.body["summary"]);
    if (record.body.contains("note")) context["note"] = page.text(record.body["note"]);
    if (is_article && record.body.contains("text"))
        context["article_text"] = article_text(page, record.body["text"]);
    context["facts"] = page.facts(record, shown_apart);
    context["citations"] = page.citations(record.body);
    context["has_citations"] = !context["citations"].empty();
    context["cites"] = kind != Kind::source && kind != Kind::reply;  // They cite none.
    return context;
}

}  // namespace

Json preview_context(Page& page, const RecordId& name, const Json& body) {
    Snapshot record;
    record.name = name;
    record.body = body;
    return own_context(page, record);
}

Json record_context(Page& page, const Snapshot& record) {
    Json context = own_context(page, record);
    for (const char* const none : {"promise", "claim", "place", "series", "activity", "treaty", "mutual",
                                   "centre", "targets", "project"})
        context[none] = nullptr;
    context["folded"] = false;
    context["assent"] = assent_context(page, record);
    context["recorded"] = recorded_context(page, record);
    Json names = Json::array();
    for (const SnapshotPtr& name : page.linking_to(record.name, Kind::name, "of")) {
        Json entry = page.link(*name);
        names.push_back(std::move(entry));
    }
    context["has_names"] = !names.empty();
    context["names"] = std::move(names);

    std::vector<Kind> without;
    if (takes_replies(record.name.kind)) without = {Kind::reply};
    context["replies"] = replies_context(page, record);
    switch (record.name.kind) {
        case Kind::commitment:
            context["promise"] = promise_context(page, record);
            context["folded"] = true;
            break;
        case Kind::instrument:
            context["treaty"] = instrument_context(page, record);
            without = {Kind::action, Kind::provision};
            break;
        case Kind::series:
            context["series"] = series_context(page, record);
            without = {Kind::observation};
            break;
        case Kind::mechanism:
            context["targets"] = targets_context(page, record);
            // The overview shows these in its own way; see mechanism_context().
            without = {Kind::principle, Kind::sector,     Kind::meeting,  Kind::instrument,
                       Kind::centre,    Kind::commitment, Kind::project,  Kind::series,
                       Kind::claim,     Kind::update,     Kind::statement};
            break;
        case Kind::sector:
            context["targets"] = targets_context(page, record);
            break;
        case Kind::principle:
            context["mutual"] = mutual_context(page, record);
            break;
        case Kind::claim:
            context["claim"] = claim_context(page, record);
            break;
        case Kind::centre:
        case Kind::project:
            if (record.name.kind == Kind::centre) context["centre"] = centre_context(page, record);
            if (record.body.contains("latitude"))
                context["place"] = map_context(page, record.name.kind,
                                               {.passing = 1,
                                                .places = {{record.name.id, text_of(record.body, "latitude"),
                                                            text_of(record.body, "longitude")}}});
            if (record.name.kind == Kind::project) {
                context["project"] = project_context(page, record);
                without = {Kind::series};
            }
            context["activity"] = activity_context(page, record);
            // One map is enough: that of all its places.
            if (context["activity"].is_object() && !context["activity"]["places_map"].is_null())
                context["place"] = nullptr;
            break;
        default:
            break;
    }
    context["relations"] = relations(page, record, without);
    const auto dated = page.view().is_dated(record.name);
    if (!dated) page.failed(dated.error());
    context["undated"] = dated && !*dated;
    context["undated_href"] =
        page.href("/" + std::string(info(record.name.kind).plural), {{query::kDated, "no"}});
    context.update(history_line(page, record));
    context["seals_text"] = sealed_text(page, sealed_entry(record));
    return context;
}

Json changed_fields(Page& page, Kind kind, const Json& before, const Json& after) {
    std::map<Label, std::pair<std::string, std::string>> both;
    for (auto& [label, text] : flat_body(page, kind, before)) both[label].first = text;
    for (auto& [label, text] : flat_body(page, kind, after)) both[label].second = text;
    Json changes = Json::array();
    for (const auto& [label, texts] : both)
        if (texts.first != texts.second)
            changes.push_back(
                {{"change_label", label.first},
                 {"change_tag", label.second == page.language().tag() ? std::string() : label.second},
                 {"words", word_difference(texts.first, texts.second)}});
    return changes;
}

Json history_context(Page& page, const RecordId& name, const std::vector<SnapshotPtr>& versions,
                     bool first_before) {
    Json list = Json::array();
    for (std::size_t i = versions.size(); i-- > (first_before ? 1U : 0U);) {
        const Snapshot& version = *versions[i];
        Json changes = Json::array();
        if (i > 0 && !version.withdrawn && !version.redacted)
            changes = changed_fields(page, name.kind, versions[i - 1]->body, version.body);
        const std::string position = std::to_string(version.from.value);
        const bool has_changes = !changes.empty();
        Json said = said_context(page, version);
        const bool has_said = !said.empty();
        list.push_back({{"position", position},
                        {"when", page.time_text(version.time)},
                        {"as_of_href", fmt::format("/{}{}?as_of=@{}", page.language().tag(),
                                                   page.record_path(version.name), position)},
                        {"by_text", page.language().format("Written by {1}", {page.author(version.author)})},
                        {"position_text",
                         page.language().format("journal position {1}", {page.language().number(position)})},
                        {"withdrawn", version.withdrawn},
                        {"redacted", version.redacted},
                        {"first", i == 0},
                        {"reason", version.withdrawn ? version.reason : ""},
                        {"has_changes", has_changes},
                        {"changes", std::move(changes)},
                        {"seals", seals_context(page, sealed_entry(version))},
                        {"has_said", has_said},
                        {"said", std::move(said)}});
    }
    return {{"versions", std::move(list)}};
}

}  // namespace tamga::web
