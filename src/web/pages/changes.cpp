#include "web/pages/changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/utf8.hpp"
#include "web/pages/answers.hpp"
#include "web/pages/head.hpp"
#include "web/pages/records.hpp"

namespace tamga::web {

using query::RecordChanges;
using query::Snapshot;
using query::SnapshotPtr;

namespace {

/// So many entries are looked through for a feed.
constexpr std::int64_t kFeedEntries = 1000;
/// So many bytes of a value are told in feeds and messages.
constexpr std::size_t kMostOfValue = 600;

std::optional<Date> first_day(const Snapshot& meeting) {
    const auto day = Date::parse(text_of(meeting.body, "start"));
    return day ? std::optional(*day) : std::nullopt;
}

/// The last meeting of a list that began before another one did; null if there is none.
SnapshotPtr last_before(const std::vector<SnapshotPtr>& meetings, const Date& day, std::string_view level) {
    SnapshotPtr last;
    for (const SnapshotPtr& one : meetings) {
        const auto began = first_day(*one);
        if (!began || !(*began < day) || text_of(one->body, "status") == "cancelled") continue;
        if (!level.empty() && text_of(one->body, "level") != level) continue;
        if (!last || *first_day(*last) < *began) last = one;
    }
    return last;
}

/// What became of a record in a word.
std::string_view what_became(const RecordChanges& one) {
    return one.last().withdrawn ? "withdrawn" : one.is_new() ? "new" : "changed";
}

/// What a record that was withdrawn was called, or another is called now.
Json title_of(Page& page, const RecordChanges& one) {
    return page.title(one.last().withdrawn && one.before ? *one.before : one.last());
}

Json entry_context(Page& page, const RecordChanges& one) {
    const Snapshot& last = one.last();
    Json link = title_of(page, one);
    const std::string path = page.record_path(one.name);
    link["href"] = page.href(last.withdrawn ? path + "/history" : path);
    Json fields = Json::array();
    if (!last.withdrawn && !last.redacted && one.before)
        fields = changed_fields(page, one.name.kind, one.before->body, last.body);
    const bool has_changes = !fields.empty();
    const std::string versions =
        one.versions.size() > 1
            ? page.language().plural("{1} version", "{1} versions", static_cast<long>(one.versions.size()))
            : std::string();
    return {{"record", std::move(link)},
            {"when", page.time_text(last.time)},
            {"by_text", page.language().format("Written by {1}", {page.author(last.author)})},
            {"versions_text", versions},
            {"history_href", page.href(path + "/history")},
            {"withdrawn", last.withdrawn},
            {"redacted", last.redacted},
            {"reason", last.withdrawn ? last.reason : std::string()},
            {"has_changes", has_changes},
            {"changes", std::move(fields)}};
}

/// "12 May 2026, 10:00 UTC, journal position 120"; of a register that held nothing yet, that.
std::string moment(Page& page, const query::View& view) {
    if (view.as_of().value == 0) return page.say("before this register’s first entry");
    return page.language().format(
        "{1}, journal position {2}",
        {page.time_text(view.time()), page.language().number(std::to_string(view.as_of().value))});
}

/// What this register is called by who runs it.
Json register_name(Page& page) {
    if (const SnapshotPtr imprint = page.find({Kind::imprint, "register"})) return page.title(*imprint);
    return {{"text", page.say("Tamga register")}, {"tag", ""}, {"fallback", false}};
}

/// What a version said anew, as plain text: "Due: 2025 → 2026".
std::vector<std::string> told_plainly(Page& page, const Snapshot& before, const Snapshot& after) {
    std::vector<std::string> lines;
    for (const Json& field : changed_fields(page, after.name.kind, before.body, after.body)) {
        std::string was, is;
        for (const Json& words : field["words"]) {
            if (words["del"].is_string()) was += words["del"].get<std::string>();
            if (words["ins"].is_string()) is += words["ins"].get<std::string>();
            if (!words["same"].is_string()) continue;
            was += words["same"].get<std::string>();
            is += words["same"].get<std::string>();
        }
        was = cut(std::move(was), kMostOfValue);
        is = cut(std::move(is), kMostOfValue);
        lines.push_back(page.labelled(field["change_label"].get<std::string>(),
                                      was.empty()  ? is
                                      : is.empty() ? page.language().format("{1} (no longer told)", {was})
                                                   : fmt::format("{} → {}", was, is)));
    }
    return lines;
}

/// "Changed: Title (commitment)".
std::string change_heading(Page& page, const Snapshot* before, const Snapshot& after) {
    const std::string title = page.plain_title(after.withdrawn && before ? *before : after);
    return page.with_detail(page.language().format(after.withdrawn ? TAMGA_MSG("Withdrawn: {1}")
                                                   : before        ? TAMGA_MSG("Changed: {1}")
                                                                   : TAMGA_MSG("New: {1}"),
                                                   {title}),
                            page.kind_label(after.name.kind));
}

/// What a version says that is new, line by line.
std::vector<std::string> change_lines(Page& page, const Snapshot* before, const Snapshot& after) {
    if (after.withdrawn) return after.reason.empty() ? std::vector<std::string>() : std::vector{after.reason};
    if (after.redacted) return {page.say("The content of this version was erased for legal reasons.")};
    if (before) return told_plainly(page, *before, after);
    return {cut(description(page, after), kMostOfValue)};
}

Json plain(std::string text) {
    return {{"text", std::move(text)}, {"tag", ""}, {"fallback", false}};
}

Feed::Entry feed_entry(Page& page, const SnapshotPtr& before, const Snapshot& after) {
    const Snapshot* const was = before && !before->withdrawn ? before.get() : nullptr;
    std::string content;
    for (const std::string& line : change_lines(page, was, after))
        content += (content.empty() ? "" : "\n") + line;
    const std::string position = std::to_string(after.from.value);
    return {.name = fmt::format("{}@{}", after.name.text(), position),
            .href = fmt::format("{}#v{}", page.href(page.record_path(after.name) + "/history"), position),
            .title = plain(change_heading(page, was, after)),
            .text = plain(std::move(content)),
            .published = utc_text(after.time),
            .updated = utc_text(after.time),
            .picture = chart_picture(page, after)};
}

}  // namespace

std::string cut(std::string text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && utf8::continues(text[most])) --most;
    text.resize(most);
    return text + "…";
}

Json told_change(Page& page, const RecordChanges& one) {
    Json lines = Json::array();
    for (std::string& line : change_lines(page, one.before.get(), one.last()))
        lines.push_back({{"line", std::move(line)}});
    const bool has_lines = !lines.empty();
    const std::string path = page.record_path(one.name);
    return {{"text", change_heading(page, one.before.get(), one.last())},
            {"href", page.href(one.last().withdrawn ? path + "/history" : path)},
            {"has_lines", has_lines},
            {"lines", std::move(lines)}};
}

ChangesSubject changes_subject(Page& page, const SnapshotPtr& record) {
    ChangesSubject out;
    out.asked = record;
    if (!record) return out;
    out.of = record->name;
    if (record->name.kind != Kind::meeting) return out;
    const std::string mechanism = text_of(record->body, "mechanism");
    const auto day = first_day(*record);
    if (mechanism.empty()) return out;
    out.of = {Kind::mechanism, mechanism};
    if (!day) return out;
    const auto meetings = page.linking_to(*out.of, Kind::meeting, "mechanism");
    out.meeting_before = last_before(meetings, *day, text_of(record->body, "level"));
    if (!out.meeting_before) out.meeting_before = last_before(meetings, *day, {});
    return out;
}

Date usual_since(const Page& page, const ChangesSubject& subject) {
    if (subject.meeting_before) {
        const Json& body = subject.meeting_before->body;
        const auto ended = Date::parse(text_of(body, "end"));
        const Date day = (ended ? *ended : *first_day(*subject.meeting_before)).last_day();
        if (!(page.view().today() < day)) return day;
    }
    return Date::of_unix_time((page.view().day().day_number() - kUsualDays) * 86400);
}

std::string changes_title(Page& page, const ChangesSubject& subject) {
    if (!subject.asked) return page.say("What is new");
    return page.language().format("What is new: {1}", {page.plain_title(*subject.asked)});
}

Json changes_context(Page& page, const ChangesSubject& subject, const query::View& since,
                     const query::Changes& changes) {
    std::map<Kind, std::vector<const RecordChanges*>> by_kind;
    for (const RecordChanges& one : changes.records) by_kind[one.name.kind].push_back(&one);
    Json groups = Json::array();
    for (const auto& [kind, records] : by_kind) {
        Json added = Json::array(), changed = Json::array(), gone = Json::array();
        for (const RecordChanges* const one : records)
            (one->last().withdrawn ? gone
             : one->is_new()       ? added
                                   : changed)
                .push_back(entry_context(page, *one));
        const bool has_added = !added.empty(), has_changed = !changed.empty(), has_gone = !gone.empty();
        groups.push_back({{"kinds", page.kinds_label(kind)},
                          {"has_added", has_added},
                          {"added", std::move(added)},
                          {"has_changed", has_changed},
                          {"changed", std::move(changed)},
                          {"has_gone", has_gone},
                          {"gone", std::move(gone)}});
    }
    const std::size_t all = changes.records.size() + changes.passed_over;
    const auto root = page.view().root();
    if (!root) page.failed(root.error());
    const bool cut = since.as_of() < changes.looked_since;
    std::string limits;
    if (changes.passed_over > 0)
        limits = page.language().plural("{1} more record changed before these.",
                                        "{1} more records changed before these.",
                                        static_cast<long>(changes.passed_over));
    if (cut)
        limits += (limits.empty() ? "" : " ") +
                  page.language().format(
                      "This is a long time: only the last {1} entries of the journal were looked through.",
                      {page.language().number(std::to_string(query::kMostLookedThrough))});
    const std::string since_day =
        since.as_of().value == 0 ? std::string() : Date::of_unix_time(since.time()).text();
    return {
        {"heading", subject.asked
                        ? page.around("What is new: {1}", page.title(*subject.asked))
                        : Json{{"before", page.say("What is new")}, {"named", nullptr}, {"after", ""}}},
        {"description", page.say("What this register learnt within a period: what is new, what changed and "
                                 "how, and what was withdrawn.")},
        {"register_name", register_name(page)},
        {"period_text", since.as_of().value == 0
                            ? page.language().format("From this register’s first entry up to {1}.",
                                                     {moment(page, page.view())})
                            : page.language().format("After {1}; up to {2}.",
                                                     {moment(page, since), moment(page, page.view())})},
        {"meeting_before", subject.meeting_before ? page.link(*subject.meeting_before) : Json(nullptr)},
        {"told_of",
         subject.asked && subject.of != subject.asked->name ? page.link(*subject.of) : Json(nullptr)},
        {"paper_root", root.value_or("")},
        {"count_text", all == 0 ? page.say("Nothing changed.")
                                : page.language().plural("{1} record changed.", "{1} records changed.",
                                                         static_cast<long>(all))},
        {"limits_text", limits},
        {"groups", std::move(groups)},
        {"since_action", fmt::format("/{}/changes", page.language().tag())},
        {"since_of", page.address().value("of")},
        {"since_as_of", page.address().value("as_of")},
        {"since_day", since_day},
        {"since_last", page.view().today().text()}};
}

Json changes_data(Page& page, const ChangesSubject& subject, const query::View& since,
                  const query::Changes& changes) {
    Json list = Json::array();
    for (const RecordChanges& one : changes.records) {
        const Snapshot& last = one.last();
        Json entry{{"kind", info(one.name.kind).name},
                   {"id", one.name.id},
                   {"url", fmt::format("/{}{}", page.language().tag(), page.record_path(one.name))},
                   {"change", what_became(one)},
                   {"position", last.from.value},
                   {"time", utc_text(last.time)},
                   {"author", last.author},
                   {"versions", one.versions.size()}};
        if (one.before) entry["before"] = one.before->body;
        if (!last.withdrawn) entry["after"] = last.body;
        if (last.withdrawn && !last.reason.empty()) entry["reason"] = last.reason;
        list.push_back(std::move(entry));
    }
    Json begins{{"position", since.as_of().value}};
    if (since.time() > 0) begins["time"] = utc_text(since.time());
    Json out{{"as_of", as_of_data(page)},
             {"since", std::move(begins)},
             {"count", changes.records.size() + changes.passed_over},
             {"changes", std::move(list)}};
    if (subject.of) out["of"] = subject.of->text();
    if (since.as_of() < changes.looked_since) out["looked_since"] = changes.looked_since.value;
    return out;
}

Result<Feed> changes_feed(Page& page, const std::optional<RecordId>& of) {
    const std::string language(page.language().tag());
    Feed feed{.name = of ? fmt::format("changes of {}/{}", of->text(), language)
                         : fmt::format("changes/{}", language),
              .title = page.say("What is new"),
              .entries = {}};
    const query::JournalPos since{std::max<std::int64_t>(0, page.view().as_of().value - kFeedEntries)};
    TAMGA_ASSIGN(query::Changes found, query::changes(page.view(), since, of, kFeedLength));
    if (of) {
        const SnapshotPtr record = page.find(*of);
        if (record) feed.title = page.language().format("What is new: {1}", {page.plain_title(*record)});
        // Its own versions, however long ago they came.
        std::erase_if(found.records, [&](const RecordChanges& one) { return one.name == *of; });
        TAMGA_ASSIGN(auto own, query::changes_of(page.view(), {0}, *of));
        if (own) found.records.push_back(*std::move(own));
    }
    std::vector<std::pair<SnapshotPtr, SnapshotPtr>> versions;
    for (const RecordChanges& one : found.records)
        for (std::size_t i = 0; i < one.versions.size(); ++i)
            versions.emplace_back(i > 0 ? one.versions[i - 1] : one.before, one.versions[i]);
    std::ranges::sort(versions, std::ranges::greater(), [](const auto& one) { return one.second->from; });
    if (versions.size() > kFeedLength) versions.resize(kFeedLength);
    for (const auto& [before, after] : versions) feed.entries.push_back(feed_entry(page, before, *after));
    return feed;
}

}  // namespace tamga::web
