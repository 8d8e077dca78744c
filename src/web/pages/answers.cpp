#include "web/pages/answers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "figures/data.hpp"
#include "query/figures.hpp"
#include "status/status.hpp"
#include "web/pages/activity.hpp"
#include "web/pages/assent.hpp"
#include "web/pages/centre.hpp"
#include "web/pages/figures.hpp"
#include "web/pages/head.hpp"
#include "web/pages/mutual.hpp"
#include "web/pages/project.hpp"
#include "web/pages/promise.hpp"
#include "web/pages/recorded.hpp"
#include "web/pages/revisions.hpp"
#include "web/pages/seal.hpp"
#include "web/pages/targets.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

/// Links to a record that its data tell.
constexpr std::size_t kMostLinkedFrom = 10000;

Json version_data(const Snapshot& record) {
    return {{"position", record.from.value}, {"time", utc_text(record.time)}, {"author", record.author}};
}

/// Says of a version whose body was erased that it was, by which entry of the journal, when and why.
void add_redaction(Json& out, Page& page, const Snapshot& record) {
    if (!record.redacted) return;
    out["redacted"] = true;
    const auto erasures = page.view().erasures(record.payload);
    if (!erasures) return page.failed(erasures.error());
    for (const query::Erasure& erasure : *erasures)
        out["redaction"] = {
            {"position", erasure.pos.value}, {"time", utc_text(erasure.time)}, {"reason", erasure.reason}};
}

/// What was written to be read on its day, with a text of its own.
bool is_news(Kind kind) {
    return kind == Kind::update || kind == Kind::reply;
}

/// What an entry of a feed says: an update's or a reply's own text, of any other record its description.
Json feed_text(Page& page, const Snapshot& record) {
    if (!is_news(record.name.kind))
        return {{"text", description(page, record)}, {"tag", ""}, {"fallback", false}};
    return record.body.contains("text") ? page.text(record.body["text"]) : page.title(record);
}

/// When an update or a reply was news, as an RFC 3339 time: its date's first day, at midnight UTC. Other
/// records are told for their changes.
std::string feed_time(const Snapshot& record) {
    const auto date = Date::parse(text_of(record.body, "date"));
    return is_news(record.name.kind) && date ? utc_text(date->day_number() * 86400) : utc_text(record.time);
}

}  // namespace

std::string record_url(const Page& page, const Snapshot& record) {
    return fmt::format("/{}{}", page.language().tag(), page.record_path(record.name));
}

Json as_of_data(Page& page) {
    Json out{{"position", page.view().as_of().value},
             {"day", page.view().day().text()},
             {"latest", page.view().is_latest()}};
    if (const auto& day = page.view().public_by()) out["public_by"] = day->text();
    if (page.view().time() > 0) out["time"] = utc_text(page.view().time());
    if (auto root = page.view().root())
        out["root"] = *std::move(root);
    else
        page.failed(root.error());
    return out;
}

Json record_data(Page& page, const Snapshot& record) {
    Json linked = Json::array();
    const auto links = page.view().links_to(record.name, {}, kMostLinkedFrom + 1);
    if (!links) page.failed(links.error());
    if (links)
        for (const store::Backlink& link : *links)
            if (linked.size() < kMostLinkedFrom)
                linked.push_back({{"record", link.from.text()}, {"field", link.field}});
    Json out{{"kind", info(record.name.kind).name}, {"id", record.name.id},
             {"url", record_url(page, record)},     {"as_of", as_of_data(page)},
             {"version", version_data(record)},     {"body", record.body},
             {"linked_from", std::move(linked)}};
    if (links && links->size() > kMostLinkedFrom) out["linked_from_cut"] = true;
    add_redaction(out, page, record);
    if (Json seals = seals_data(page, sealed_entry(record)); !seals.empty()) out["seals"] = std::move(seals);
    if (Json assent = assent_data(page, record); !assent.is_null()) out["assent"] = std::move(assent);
    if (Json recorded = recorded_data(page, record); !recorded.is_null())
        out["recorded"] = std::move(recorded);
    if (record.name.kind == Kind::commitment) out["status"] = status_data(page, record);
    if (record.name.kind == Kind::series || record.name.kind == Kind::claim)
        out["comparison"] = comparison_data(page, record);
    if (record.name.kind == Kind::principle)
        if (Json mutual = mutual_data(page, record); !mutual.is_null()) out["mutual"] = std::move(mutual);
    if (record.name.kind == Kind::series) out["revisions"] = revisions_data(page, record);
    if (record.name.kind == Kind::mechanism || record.name.kind == Kind::sector)
        out["targets"] = targets_data(page, std::string(info(record.name.kind).name), record.name.id);
    if (record.name.kind == Kind::centre) out["centre"] = centre_data(page, record);
    if (record.name.kind == Kind::claim) {
        const auto judged = query::judged(page.view(), record);
        if (!judged) page.failed(judged.error());
        if (judged) out["judged"] = figures::data_of(*judged);
    }
    if (record.name.kind == Kind::project) {
        if (Json figures = project_data(page, record); !figures.empty()) out["figures"] = std::move(figures);
        if (Json activity = activity_data(page, record); !activity.is_null())
            out["activity"] = std::move(activity);
    }
    return out;
}

Json listed_data(Page& page, const Snapshot& record) {
    Json entry{{"id", record.name.id},
               {"url", record_url(page, record)},
               {"version", version_data(record)},
               {"body", record.body}};
    add_redaction(entry, page, record);
    if (record.name.kind == Kind::commitment) entry["status"] = status_data(page, record);
    return entry;
}

Json list_data(Page& page, Kind kind, const query::Listing& listing, const std::string& next) {
    Json records = Json::array();
    for (const SnapshotPtr& record : listing.rows) records.push_back(listed_data(page, *record));
    Json out{{"kind", info(kind).name},
             {"as_of", as_of_data(page)},
             {"total", listing.total},
             {"count", listing.passing},
             {"records", std::move(records)}};
    if (!next.empty()) out["next"] = next;
    return out;
}

Json history_data(Page& page, const RecordId& name, const std::vector<SnapshotPtr>& versions) {
    Json list = Json::array();
    for (const SnapshotPtr& version : versions) {
        Json entry = version_data(*version);
        entry["withdrawn"] = version->withdrawn;
        entry["redacted"] = version->redacted;
        add_redaction(entry, page, *version);
        if (version->withdrawn && !version->reason.empty()) entry["reason"] = version->reason;
        if (!version->withdrawn && !version->redacted) entry["body"] = version->body;
        if (Json seals = seals_data(page, sealed_entry(*version)); !seals.empty())
            entry["seals"] = std::move(seals);
        if (Json said = said_data(page, *version); !said.empty()) entry["said"] = std::move(said);
        list.push_back(std::move(entry));
    }
    return {{"kind", info(name.kind).name},
            {"id", name.id},
            {"as_of", as_of_data(page)},
            {"versions", std::move(list)}};
}

Json rules_data(Page& page) {
    Json rule_list = Json::array();
    for (const Rule& rule : rules()) {
        Json entry{{"id", rule.id},
                   {"condition", page.say(rule.condition)},
                   {"sentence", page.say(rule.sentence.text)}};
        if (rule.result) entry["pledge"] = values(Scale::pledge)[static_cast<std::size_t>(*rule.result)].code;
        rule_list.push_back(std::move(entry));
    }
    Json scales = Json::object();
    for (const Scale scale : {Scale::pledge, Scale::score, Scale::completion}) {
        Json steps = Json::array();
        for (const ScaleValue& value : values(scale))
            steps.push_back({{"code", value.code},
                             {"label", page.say(value.label)},
                             {"meaning", page.say(value.meaning)}});
        scales[std::string(name(scale))] = std::move(steps);
    }
    return {{"as_of", as_of_data(page)}, {"rules", std::move(rule_list)}, {"scales", std::move(scales)}};
}

Feed feed_of(Page& page, Kind kind, const std::vector<SnapshotPtr>& records) {
    Feed feed{.name = fmt::format("{}/{}", info(kind).plural, page.language().tag()),
              .title = page.kinds_label(kind),
              .entries = {}};
    for (const SnapshotPtr& record : records)
        feed.entries.push_back({.name = record->name.text(),
                                .href = page.href(page.record_path(record->name)),
                                .title = page.title(*record),
                                .text = feed_text(page, *record),
                                .published = feed_time(*record),
                                .updated = utc_text(record->time),
                                .picture = chart_picture(page, *record)});
    return feed;
}

}  // namespace tamga::web
