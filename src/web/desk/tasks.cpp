#include "web/desk/tasks.hpp"

#include <algorithm>
#include <set>

#include "query/listing.hpp"
#include "web/desk/assent.hpp"
#include "web/pages/commitments.hpp"

namespace tamga::web {

namespace {

constexpr std::size_t kShown = 8;
/// Fields, as they stand in addresses.
constexpr const char *kBy = "by", *kParty = "party", *kCommitment = "commitment";

std::string write_href(const Page& page, Kind kind, const Page::Parameters& given = {}) {
    return page.href("/desk/write/" + std::string(info(kind).plural), given);
}

/// Promises of a party of which something is expected: those that pass the filter, soonest due first.
Json waiting(Page& page, const std::string& party, const char* filter, std::string heading) {
    const Page::Parameters chosen{{kBy, party}, {filter, "yes"}};
    const query::ListRequest request{.kind = Kind::commitment,
                                     .filters = {{kBy, {party}}, {filter, {"yes"}}},
                                     .sort = "due",
                                     .count = kShown,
                                     .facets = false,
                                     .states = true};
    const auto listing =
        query::list(page.view(), request, {.language = page.language().tag(), .scale = {}, .label = {}});
    if (!listing) {
        page.failed(listing.error());
        return nullptr;
    }
    Json promises = Json::array();
    for (const query::SnapshotPtr& commitment : listing->rows)
        promises.push_back(
            {{"promise_link", page.link(*commitment)},
             {"due_text", page.date(commitment->body, "due")},
             {"badge", status_badge(page, *commitment)},
             {"report_href",
              write_href(page, Kind::report, {{kCommitment, commitment->name.id}, {kParty, party}})}});
    return {{"waiting_heading", std::move(heading)},
            {"waiting_count", page.language().number(std::to_string(listing->passing))},
            {"waiting_href", page.href("/commitments", chosen)},
            {"promises_waiting", std::move(promises)}};
}

}  // namespace

Json tasks_context(Page& page, const access::Account& account, const std::vector<store::DraftRow>& drafts) {
    Json kept = Json::array();
    for (const store::DraftRow& draft : drafts) {
        const query::SnapshotPtr record = page.find(draft.record);
        const std::string title =
            record ? page.plain_title(*record)
                   : page.language().format("New: {1}", {page.kind_label(draft.record.kind)});
        kept.push_back({{"draft_href",
                         write_href(page, draft.record.kind,
                                    record ? Page::Parameters{{"id", draft.record.id}} : Page::Parameters())},
                        {"draft_text", title},
                        {"draft_time", page.time_text(draft.time)}});
    }
    Json parties = Json::array();
    std::set<std::string> seen;
    for (const access::Grant& grant : account.grants) {
        if (grant.role != access::Role::party_editor || !seen.insert(grant.of).second) continue;
        Json lists = Json::array();
        for (Json list : {waiting(page, grant.of, "overdue", page.say("Past their due date")),
                          waiting(page, grant.of, "silent", page.say("No word for long"))})
            if (!list.is_null() && !list["promises_waiting"].empty()) lists.push_back(std::move(list));
        parties.push_back({{"party_link", page.link(RecordId{Kind::party, grant.of})},
                           {"nothing_waits", lists.empty()},
                           {"waiting_lists", std::move(lists)},
                           {"all_promises_href", page.href("/commitments", {{kBy, grant.of}})}});
    }
    // In the order of the table of kinds.
    access::Kinds may_write = 0;
    for (const access::Permission& permission : access::permissions())
        if (permission.verb == access::Verb::put && access::grant_of(account, permission.role))
            may_write |= permission.kinds;
    Json writable = Json::array();
    for (const KindInfo& kind : kinds())
        if ((may_write & access::only(kind.kind)) != 0)
            writable.push_back({{"write_href", write_href(page, kind.kind)},
                                {"write_kind", page.kind_label(kind.kind)},
                                {"write_help", page.say("kind help", kind.help)}});
    Json awaiting = awaiting_assent(page, account);
    return {{"has_awaiting", !awaiting.empty()}, {"texts_awaiting", std::move(awaiting)},
            {"has_drafts", !kept.empty()},       {"drafts", std::move(kept)},
            {"acting_for", std::move(parties)},  {"may_write", !writable.empty()},
            {"writable", std::move(writable)},   {"upload_href", page.href("/desk/upload")}};
}

}  // namespace tamga::web
