#include "web/answers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "web/activity.hpp"
#include "web/commitments.hpp"
#include "web/template.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

constexpr std::size_t kFeedLength = 50;

std::string record_url(const Page& page, const Snapshot& record) {
    return fmt::format("/{}{}", page.language().tag(), page.record_path(record.name));
}

Json version_data(const Snapshot& record) {
    return {{"position", record.from.value}, {"time", utc_text(record.time)}, {"author", record.author}};
}

std::vector<SnapshotPtr> feed_updates(Page& page) {
    std::vector<SnapshotPtr> updates = page.all(Kind::update);
    std::ranges::stable_sort(updates, std::ranges::greater(),
                             [](const SnapshotPtr& update) { return text_of(update->body, "date"); });
    if (updates.size() > kFeedLength) updates.resize(kFeedLength);
    return updates;
}

/// An update's text in the page's language; its title where it has none.
std::string feed_text(Page& page, const Snapshot& update) {
    return update.body.contains("text") ? page.text(update.body["text"])["text"].get<std::string>()
                                        : page.plain_title(update);
}

/// An RFC 3339 time of an update's own date: its first day, at midnight UTC.
std::string feed_time(const Snapshot& update) {
    const auto date = Date::parse(text_of(update.body, "date"));
    return date ? utc_text(date->day_number() * 86400) : utc_text(update.time);
}

/// A name for a feed or an entry that holds wherever the register is served (RFC 4151, with a reserved
/// domain when no public address is set).
std::string tag_uri(const std::string& origin, std::string_view rest) {
    const std::size_t scheme = origin.find("://");
    std::string host = scheme == std::string::npos ? "register.invalid" : origin.substr(scheme + 3);
    host = host.substr(0, host.find_first_of(":/"));
    return fmt::format("tag:{},2026:{}", host, rest);
}

}  // namespace

Json as_of_data(const Page& page) {
    Json out{{"position", page.view().as_of().value},
             {"day", page.view().day().text()},
             {"latest", page.view().is_latest()}};
    if (page.view().time() > 0) out["time"] = utc_text(page.view().time());
    if (auto root = page.view().root()) out["root"] = *std::move(root);
    return out;
}

Json record_data(Page& page, const Snapshot& record) {
    Json linked = Json::array();
    for (const SnapshotPtr& from : page.linking_to(record.name))
        for (const Link& link : links_of(from->name.kind, from->body))
            if (link.to == record.name)
                linked.push_back({{"record", from->name.text()}, {"field", link.field}});
    Json out{{"kind", info(record.name.kind).name}, {"id", record.name.id},
             {"url", record_url(page, record)},     {"as_of", as_of_data(page)},
             {"version", version_data(record)},     {"body", record.body},
             {"linked_from", std::move(linked)}};
    if (record.name.kind == Kind::commitment) out["status"] = status_data(page, record);
    if (record.name.kind == Kind::project)
        if (Json activity = activity_data(page, record); !activity.is_null()) out["activity"] = std::move(activity);
    return out;
}

Json list_data(Page& page, const Listing& listing) {
    Json records = Json::array();
    for (const SnapshotPtr& record : listing.records) {
        Json entry{{"id", record->name.id},
                   {"url", record_url(page, *record)},
                   {"version", version_data(*record)},
                   {"body", record->body}};
        if (record->name.kind == Kind::commitment) entry["status"] = status_data(page, *record);
        records.push_back(std::move(entry));
    }
    return {{"kind", info(listing.spec->kind).name},
            {"as_of", as_of_data(page)},
            {"total", listing.total},
            {"count", listing.records.size()},
            {"records", std::move(records)}};
}

Json history_data(Page& page, const RecordId& name, const std::vector<SnapshotPtr>& versions) {
    Json list = Json::array();
    for (const SnapshotPtr& version : versions) {
        Json entry = version_data(*version);
        entry["withdrawn"] = version->withdrawn;
        entry["redacted"] = version->redacted;
        if (!version->withdrawn && !version->redacted) entry["body"] = version->body;
        list.push_back(std::move(entry));
    }
    return {{"kind", info(name.kind).name},
            {"id", name.id},
            {"as_of", as_of_data(page)},
            {"versions", std::move(list)}};
}

std::string atom_feed(Page& page, const std::string& origin) {
    const std::string language(page.language().tag());
    const std::string self = origin + page.href("/updates.atom");
    std::string out = fmt::format(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" "
        "xml:lang=\"{}\">\n"
        "<id>{}</id>\n<title>{}</title>\n<updated>{}</updated>\n<author><name>{}</name></author>\n"
        "<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n<link rel=\"alternate\" "
        "type=\"text/html\" href=\"{}\"/>\n",
        language, escape_html(tag_uri(origin, "updates/" + language)), escape_html(page.say("Updates")),
        utc_text(page.view().time()), escape_html(page.say("Tamga register")), escape_html(self),
        escape_html(origin + page.href("/updates")));
    for (const SnapshotPtr& update : feed_updates(page)) {
        out += fmt::format(
            "<entry>\n<id>{}</id>\n<title>{}</title>\n<published>{}</published>\n<updated>{}</updated>\n"
            "<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n<content "
            "type=\"text\">{}</content>\n</entry>\n",
            escape_html(tag_uri(origin, update->name.text())), escape_html(page.plain_title(*update)),
            feed_time(*update), utc_text(update->time),
            escape_html(origin + page.href(page.record_path(update->name))),
            escape_html(feed_text(page, *update)));
    }
    return out + "</feed>\n";
}

Json json_feed(Page& page, const std::string& origin) {
    Json items = Json::array();
    for (const SnapshotPtr& update : feed_updates(page))
        items.push_back({{"id", tag_uri(origin, update->name.text())},
                         {"url", origin + page.href(page.record_path(update->name))},
                         {"title", page.plain_title(*update)},
                         {"content_text", feed_text(page, *update)},
                         {"date_published", feed_time(*update)},
                         {"date_modified", utc_text(update->time)}});
    return {{"version", "https://jsonfeed.org/version/1.1"},
            {"title", page.say("Updates")},
            {"language", page.language().tag()},
            {"home_page_url", origin + page.href("/updates")},
            {"feed_url", origin + page.href("/updates.feed")},
            {"items", std::move(items)}};
}

}  // namespace tamga::web
