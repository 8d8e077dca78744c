#include "web/pages/replies.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "web/pages/seal.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

/// More replies under one record than this are told in the list of replies.
constexpr std::size_t kMostShown = 500;

bool is_official(const Snapshot& reply) {
    return !text_of(reply.body, "party").empty();
}

/// A party's reply never does: none ends what another may still answer.
bool closes(const Snapshot& reply) {
    if (is_official(reply)) return false;
    const auto told = reply.body.find("closes");
    return told != reply.body.end() && told->is_boolean() && told->get<bool>();
}

/// Oldest first.
std::vector<SnapshotPtr> replies_under(Page& page, const RecordId& record, std::size_t most) {
    std::vector<SnapshotPtr> out;
    const auto links = page.view().links_to(record, Kind::reply, most);
    if (!links) {
        page.failed(links.error());
        return out;
    }
    for (const store::Backlink& link : *links)
        if (link.field == "under")
            if (SnapshotPtr reply = page.find(link.from)) out.push_back(std::move(reply));
    std::ranges::stable_sort(out, std::ranges::less(), [](const SnapshotPtr& reply) {
        return std::pair(text_of(reply->body, "date"), reply->from.value);
    });
    return out;
}

/// The day of the first reply that closes, or of its entry in the journal where it tells none.
std::optional<std::string> closed_by(const std::vector<SnapshotPtr>& replies) {
    for (const SnapshotPtr& reply : replies)
        if (closes(*reply)) {
            std::string day = text_of(reply->body, "date");
            return day.empty() ? Date::of_unix_time(reply->time).text() : std::move(day);
        }
    return std::nullopt;
}

Json reply_context(Page& page, const Snapshot& reply) {
    const auto name = reply.body.find("name");
    const SnapshotPtr party =
        is_official(reply) ? page.find({Kind::party, text_of(reply.body, "party")}) : nullptr;
    const auto title = reply.body.find("title");
    Json out = article_text(page, reply.body.value("text", Json::object()));
    out.update({{"anchor", "reply-" + reply.name.id},
                {"official", is_official(reply)},
                {"of_party", party ? page.link(*party) : Json(nullptr)},
                {"writer", name == reply.body.end() ? Json(nullptr) : page.named(*name)},
                {"heading", title == reply.body.end() ? Json(nullptr) : page.text(*title)},
                {"when", page.date(reply.body, "date")},
                {"seals", seals_context(page, sealed_entry(reply))}});
    return out;
}

}  // namespace

Json article_text(const Page& page, const Json& texts) {
    const Json picked = page.text(texts);
    const std::string whole = picked["text"];
    Json paragraphs = Json::array();
    std::size_t start = 0;
    while (start < whole.size()) {
        const std::size_t end = std::min(whole.find("\n\n", start), whole.size());
        if (end > start) paragraphs.push_back({{"paragraph", whole.substr(start, end - start)}});
        start = end + 2;
    }
    return {{"paragraphs", std::move(paragraphs)},
            {"tag", picked["fallback"].get<bool>() ? picked["tag"] : Json("")}};
}

std::optional<std::string> replies_closed_since(Page& page, const RecordId& record) {
    return closed_by(replies_under(page, record, kMostShown));
}

Json replies_context(Page& page, const Snapshot& record) {
    if (!takes_replies(record.name.kind)) return nullptr;
    std::vector<SnapshotPtr> replies = replies_under(page, record.name, kMostShown + 1);
    const bool more = replies.size() > kMostShown;
    const auto closed = closed_by(replies);
    if (more) replies.resize(kMostShown);
    std::ranges::stable_sort(replies, std::ranges::greater(),
                             [](const SnapshotPtr& reply) { return is_official(*reply); });
    Json list = Json::array();
    for (const SnapshotPtr& reply : replies) list.push_back(reply_context(page, *reply));
    const Page::Parameters under{{"under", record.name.text()}};
    const bool none = list.empty();
    return {{"count_text",
             none   ? page.say("No replies yet.")
             : more ? page.language().format("More than {1} replies",
                                             {page.language().number(std::to_string(kMostShown))})
                    : page.language().plural("{1} reply", "{1} replies", static_cast<long>(list.size()))},
            {"all_replies", std::move(list)},
            {"all_href", more ? Json(page.href("/replies", under)) : Json(nullptr)},
            {"feed_href", none ? Json(nullptr) : Json(page.href("/replies.atom", under))},
            {"closed_text",
             closed ? Json(page.language().format("Closed since {1}: no more replies are taken here.",
                                                  {page.date_text(*closed)}))
                    : Json(nullptr)},
            {"write_href", nullptr},
            {"official_href", nullptr},
            {"not_taken", !closed}};
}

}  // namespace tamga::web
