#include "web/desk/replies.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "access/replies.hpp"
#include "journal/writer.hpp"
#include "web/desk/entrance.hpp"
#include "web/desk/roles.hpp"
#include "web/pages/replies.hpp"
#include "web/parts/assets.hpp"

namespace tamga::web {

namespace {

using access::KeptReply;
using access::ReplyDoubt;
using access::ReplyFault;
using query::SnapshotPtr;

constexpr std::int64_t kMostOnDesk = 50;
constexpr std::size_t kMostReason = 500;

/// A reply's form in the making.
struct ReplyForm {
    access::Reply reply = {};
    std::string token = {}, nonce = {};
    std::vector<ReplyFault> faults = {};
    std::string problem = {};  ///< Of the whole form.
};

/// What is said beside a field; empty if nothing.
std::string said_of(const Page& page, const std::vector<ReplyFault>& faults,
                    std::initializer_list<ReplyFault> of_field) {
    for (const ReplyFault fault : faults) {
        if (std::ranges::find(of_field, fault) == of_field.end()) continue;
        switch (fault) {
            case ReplyFault::no_name:
                return page.say("Write your name.");
            case ReplyFault::long_name:
                return page.say("This name is too long.");
            case ReplyFault::no_email:
                return page.say("Write your e-mail address.");
            case ReplyFault::bad_email:
                return page.say("This is not an e-mail address.");
            case ReplyFault::no_text:
                return page.say("Write your reply.");
            case ReplyFault::long_text:
                return page.language().format(
                    "It is too long: at most {1} characters are taken.",
                    {page.language().number(std::to_string(access::kMostReplyCharacters))});
            case ReplyFault::many_links:
                return page.say("It has too many web addresses: at most two in the text, none in the name.");
        }
    }
    return {};
}

Answer private_page(Answer answer) {
    answer.headers.emplace_back("Cache-Control", "no-store");
    answer.headers.emplace_back("X-Robots-Tag", "noindex");
    return answer;
}

/// The record that a form stands under; the answer that says why there is none.
std::expected<SnapshotPtr, Answer> record_under(Services& services, const Visit& visit, Page& page) {
    const auto kind = kind_of_plural(visit.match.names[0]);
    const SnapshotPtr record =
        kind && takes_replies(*kind) ? page.find({*kind, visit.match.names[1]}) : nullptr;
    if (!record) return std::unexpected(services.frame.refuse(page, no_such_page(page)));
    if (record->name.id != visit.match.names[1])
        return std::unexpected(Frame::redirect(page.href(page.record_path(record->name)), 301));
    return record;
}

Answer form_page(Services& services, Page& page, const query::Snapshot& record, const ReplyForm& form,
                 int status = 200, bool sent = false) {
    const std::string heading = page.language().format("Reply to: {1}", {page.plain_title(record)});
    const auto closed = replies_closed_since(page, record.name);
    const bool open = !form.token.empty() && !closed;
    const std::string name_problem = said_of(page, form.faults, {ReplyFault::no_name, ReplyFault::long_name}),
                      email_problem =
                          said_of(page, form.faults, {ReplyFault::no_email, ReplyFault::bad_email}),
                      text_problem =
                          said_of(page, form.faults,
                                  {ReplyFault::no_text, ReplyFault::long_text, ReplyFault::many_links});
    Json context{{"reply_heading", heading},
                 {"record_href", page.href(page.record_path(record.name))},
                 {"reply_action", page.href(page.record_path(record.name) + "/replies")},
                 {"reply_sent", sent},
                 {"reply_open", open && !sent},
                 {"reply_closed",
                  sent     ? std::string()
                  : closed ? page.language().format("Closed since {1}: no more replies are taken here.",
                                                    {page.date_text(*closed)})
                  : open   ? std::string()
                           : page.say("Replies cannot be written here: this copy of the register only "
                                        "shows them.")},
                 {"reply_problem", form.problem.empty() && !form.faults.empty()
                                       ? page.say("Nothing was sent yet: see what is said beside the fields.")
                                       : form.problem},
                 {"reply_name", form.reply.name},
                 {"reply_email", form.reply.email},
                 {"reply_text", form.reply.text},
                 {"name_problem", name_problem},
                 {"email_problem", email_problem},
                 {"text_problem", text_problem},
                 {"reply_token", form.token},
                 {"reply_nonce", form.nonce},
                 {"work_bits", access::kWorkBits},
                 {"page_script", open && !sent ? Json(asset_path("reply.js")) : Json(nullptr)}};
    return private_page(services.frame.html(page, "reply", heading, context, status));
}

/// A new token; empty where none can be given.
std::string token_for(Services& services, const RecordId& record) {
    if (!services.desk) return {};
    const auto vault = services.desk->vault();
    return vault ? access::reply_token(*vault, record, services.desk->clock()()) : std::string();
}

/// The language that a text is marked with: by its letters, or where they tell of several the page's.
std::string language_of(const Page& page, std::string_view text) {
    const std::string_view likely = i18n::likely_language(text), tag = page.language().tag();
    const bool latin = likely.empty() || likely == "en";
    return std::string(latin && tag != "zh" && tag != "ru" ? tag : likely.empty() ? tag : likely);
}

Answer wait_page(Services& services, Page& page, const query::Snapshot& record, ReplyForm form,
                 std::int64_t seconds) {
    form.problem = page.language().plural(
        "Too many replies were sent. Nothing is lost: send yours again in {1} minute.",
        "Too many replies were sent. Nothing is lost: send yours again in {1} minutes.",
        static_cast<long>((seconds + 59) / 60));
    Answer answer = form_page(services, page, record, form, 429);
    answer.headers.emplace_back("Retry-After", std::to_string(seconds));
    return answer;
}

std::string doubt_text(const Page& page, ReplyDoubt doubt) {
    switch (doubt) {
        case ReplyDoubt::no_work:
            return page.say("Sent without scripts: by a careful person, or by a program.");
        case ReplyDoubt::links:
            return page.say("It has web addresses.");
        case ReplyDoubt::mixed_scripts:
            return page.say("Its name mixes letters that look alike.");
        case ReplyDoubt::same_text:
            return page.say("Another reply that waits says the same.");
    }
    return {};
}

/// Whether somebody may moderate under a record; the sentence that says who could, if not.
std::string refusal_under(Page& page, const access::Account& account, const RecordId& under) {
    const SnapshotPtr record = page.find(under);
    if (!record) return {};  // Withdrawn meanwhile: it can still be refused.
    const auto decision =
        access::may(account, access::Verb::moderate, record->name, &record->body, nullptr, look_up_on(page));
    if (!decision) return decision.error().message();
    return refusal_text(page, *decision);
}

Answer not_yours(Services& services, const Visit& visit, Page& page, const std::string& english) {
    const std::string title = page.say("Replies");
    return desk_html(
        services, visit, page, "error", title,
        {{"error_title", title},
         {"error_text", page.say("Only moderators decide on replies.")},
         {"error_english", english},
         {"suggestions",
          Json::array({{{"suggestion_href", page.href("/desk")}, {"suggestion", page.say("Desk")}}})}},
        403);
}

Answer desk_page(Services& services, const Visit& visit, Page& page, const std::string& problem, int status,
                 std::int64_t typed_for = 0, const std::string& typed = {}) {
    struct Lists {
        std::vector<KeptReply> waiting, appeared;
        std::vector<std::string> ids;
    };
    const std::int64_t after = number_of(page.address().value("after")).value_or(0);
    const auto lists = services.desk->read([&](access::Accounts&, store::Store& store) -> Result<Lists> {
        TAMGA_ASSIGN(const access::Vault vault, services.desk->vault());
        access::Replies replies(store, vault, services.desk->clock());
        Lists out;
        TAMGA_ASSIGN(out.waiting, replies.in_state(access::Replies::kWaits, after, kMostOnDesk));
        TAMGA_ASSIGN(out.appeared, replies.in_state(access::Replies::kAppeared, after, kMostOnDesk));
        for (const KeptReply& one : out.appeared) out.ids.push_back(replies.record_id(one.number, one.time));
        return out;
    });
    if (!lists) return services.frame.refuse(page, refusal_of(page, lists.error()));
    const access::Account& account = visit.signed_in->account;
    const auto told = [&](const KeptReply& one) {
        return Json{{"number", std::to_string(one.number)},
                    {"when", page.time_text(one.time)},
                    {"email", one.reply.email},
                    {"decide_action", page.href(fmt::format("/desk/replies/{}", one.number))},
                    {"typed_reason", one.number == typed_for ? typed : std::string()}};
    };
    Json waiting = Json::array(), appeared = Json::array();
    for (const KeptReply& one : lists->waiting) {
        if (!refusal_under(page, account, one.under).empty()) continue;
        Json entry = told(one);
        Json doubts = Json::array();
        for (const ReplyDoubt doubt : one.doubts) doubts.push_back({{"doubt", doubt_text(page, doubt)}});
        entry.update({{"writer", page.as_written(one.reply.name)},
                      {"under", page.link(one.under)},
                      {"has_doubts", !doubts.empty()},
                      {"doubts", std::move(doubts)}});
        entry.update(article_text(page, {{one.language, one.reply.text}}));
        waiting.push_back(std::move(entry));
    }
    for (std::size_t i = 0; i < lists->appeared.size(); ++i) {
        const KeptReply& one = lists->appeared[i];
        if (!refusal_under(page, account, one.under).empty()) continue;
        Json entry = told(one);
        entry["reply"] = page.link({Kind::reply, lists->ids[i]});
        entry["under"] = page.link(one.under);
        appeared.push_back(std::move(entry));
    }
    std::int64_t next = 0;
    for (const auto* const list : {&lists->waiting, &lists->appeared})
        if (list->size() == static_cast<std::size_t>(kMostOnDesk))
            next = next == 0 ? list->back().number : std::min(next, list->back().number);
    const std::string title = page.say("Replies");
    return desk_html(services, visit, page, "moderation", title,
                     {{"moderation_problem", problem},
                      {"has_waiting", !waiting.empty()},
                      {"waiting", std::move(waiting)},
                      {"has_appeared", !appeared.empty()},
                      {"appeared", std::move(appeared)},
                      {"next_href", next > 0 ? page.here({{"after", std::to_string(next)}}) : std::string()}},
                     status);
}

Result<void> append(store::Store& store, const Clock& clock, const std::string& account,
                    const std::vector<journal::Change>& changes) {
    journal::Writer writer(store, clock);
    std::vector<journal::Refusal> refusals;
    const auto done = writer.submit(
        {.author = {.kind = journal::Author::Kind::account, .id = account}, .changes = changes}, refusals);
    if (!refusals.empty())
        return fail(ErrorCode::invalid_input, "write a reply", refusals.front().problem.cause,
                    refusals.front().problem.hint);
    if (!done) return std::unexpected(done.error());
    return {};
}

/// What erases all that versions of a record said, and takes it back.
Result<std::vector<journal::Change>> erasure(store::Store& store, const RecordId& name,
                                             const std::string& reason) {
    std::vector<journal::Change> changes;
    TAMGA_ASSIGN(const auto head, store.head());
    TAMGA_ASSIGN(const auto versions, store.history(name, head));
    for (const store::Version& version : versions) {
        if (version.withdrawn) continue;
        TAMGA_ASSIGN(const auto payload, store.payload(version.payload));
        if (payload)
            changes.push_back(
                {.verb = journal::Verb::redact, .name = name, .reason = reason, .redacted = version.payload});
    }
    if (!versions.empty() && !versions.back().withdrawn)
        changes.push_back({.verb = journal::Verb::withdraw, .name = name, .reason = reason});
    return changes;
}

}  // namespace

bool is_moderator(const access::Account& account) {
    return access::grant_of(account, access::Role::moderator) != nullptr;
}

Answer reply_form(Services& services, const Visit& visit, Page& page) {
    auto record = record_under(services, visit, page);
    if (!record) return std::move(record).error();
    const bool sent = page.address().value("sent") == "yes";
    return form_page(services, page, **record, {.token = token_for(services, (*record)->name)}, 200, sent);
}

Answer send_reply(Services& services, const Visit& visit, Page& page) {
    auto found = record_under(services, visit, page);
    if (!found) return std::move(found).error();
    const query::Snapshot& record = **found;
    const auto fields = http::Fields::read(visit.request.header("Content-Type"), visit.request.body.bytes());
    if (!fields)
        return services.frame.refuse(page, {.code = ErrorCode::invalid_input,
                                            .text = page.say("What was sent is not a form of this site.")});
    ReplyForm form{
        .reply = access::cleaned({std::string(fields->value("name")), std::string(fields->value("email")),
                                  std::string(fields->value("text"))}),
        .token = std::string(fields->value("token")),
        .nonce = std::string(fields->value("nonce"))};
    form.faults = access::faults_of(form.reply);
    if (!services.desk) return form_page(services, page, record, {.reply = form.reply}, 503);
    const auto vault = services.desk->vault();
    if (!vault || replies_closed_since(page, record.name))
        return form_page(services, page, record, {.reply = form.reply}, vault ? 409 : 503);
    const std::int64_t now = services.desk->clock()();
    const access::FormAge age = access::age_of_form(*vault, record.name, form.token, now);
    if (age == access::FormAge::foreign || age == access::FormAge::too_old) {
        form.token = access::reply_token(*vault, record.name, now);
        form.nonce.clear();
        form.problem = page.say("The form was open for too long. Nothing is lost: send it again.");
        return form_page(services, page, record, form, 422);
    }
    // A field that people do not see; a browser that fills in what it can may fill it, and its owner sends
    // again.
    if (age == access::FormAge::too_young || !fields->value("website").empty()) {
        form.problem =
            page.say("That was very quick. Nothing is lost: read it once more, then send it again.");
        return form_page(services, page, record, form, 422);
    }
    if (!form.faults.empty()) return form_page(services, page, record, form, 422);
    const bool worked = access::has_work(form.token, form.nonce);
    const auto sent = services.desk->write([&](access::Accounts&, store::Store& store) {
        return access::Replies(store, *vault, services.desk->clock())
            .send(record.name, form.reply, language_of(page, form.reply.text), form.token, worked,
                  Desk::client_of(visit.request));
    });
    if (!sent) {
        form.problem = page.say(
            "The register cannot be written to just now. Nothing is lost: send this again in a minute.");
        return form_page(services, page, record, form, 503);
    }
    if (sent->outcome == access::SentReply::Outcome::throttled)
        return wait_page(services, page, record, std::move(form), sent->wait_seconds);
    return private_page(see_other(page.href(page.record_path(record.name) + "/reply", {{"sent", "yes"}})));
}

Answer replies_desk(Services& services, const Visit& visit, Page& page) {
    if (!is_moderator(visit.signed_in->account)) return not_yours(services, visit, page, {});
    return desk_page(services, visit, page, {}, 200);
}

Answer moderate_reply(Services& services, const Visit& visit, Page& page) {
    const access::Account& account = visit.signed_in->account;
    if (!is_moderator(account)) return not_yours(services, visit, page, {});
    const std::int64_t number = number_of(visit.match.names[0]).value_or(0);
    Desk& desk = *services.desk;
    const std::string deed(visit.form->value("deed"));
    const std::string reason = access::cleaned({.name = std::string(visit.form->value("reason"))}).name;
    if (deed != "approve" && deed != "refuse" && deed != "erase" && deed != "close")
        return services.frame.refuse(page, {.code = ErrorCode::invalid_input,
                                            .text = page.say("What was sent is not a form of this site.")});
    if (deed != "approve" && (reason.empty() || reason.size() > kMostReason))
        return desk_page(services, visit, page, page.say("Give a reason, in at most 500 letters."), 422,
                         number, reason.substr(0, kMostReason));
    const auto kept = desk.read([&](access::Accounts&, store::Store& store) -> Result<KeptReply> {
        TAMGA_ASSIGN(const access::Vault vault, desk.vault());
        return access::Replies(store, vault, desk.clock()).find(number);
    });
    if (!kept) return services.frame.refuse(page, refusal_of(page, kept.error()));
    if (const std::string refusal = refusal_under(page, account, kept->under); !refusal.empty())
        return not_yours(services, visit, page, refusal);
    const auto done = desk.write([&](access::Accounts&, store::Store& store) -> Result<void> {
        TAMGA_ASSIGN(const access::Vault vault, desk.vault());
        access::Replies replies(store, vault, desk.clock());
        if (deed == "refuse") return replies.refuse(number, account.id, reason);
        // As it is now: another moderator may have been here meanwhile.
        TAMGA_ASSIGN(const KeptReply reply, replies.find(number));
        const RecordId name{Kind::reply, replies.record_id(number, reply.time)};
        if (deed == "approve") {
            if (reply.state == access::Replies::kAppeared) return {};
            if (reply.state != access::Replies::kWaits)
                return fail(ErrorCode::conflict, "let a reply appear", "it was decided on already", "");
            // First the journal: after a crash between the two the same is done again, and changes nothing.
            TAMGA_TRY(append(store, desk.clock(), account.id,
                             {{.name = name, .body = access::Replies::record_body(reply)}}));
            return replies.tell_appeared(number, account.id);
        }
        if (deed == "close") {
            KeptReply last;
            last.under = reply.under;
            last.reply.name = visit.signed_in->info.name;
            last.reply.text = reason;
            last.time = desk.clock()();
            last.language = page.language().tag();
            Json body = access::Replies::record_body(last);
            body["closes"] = true;
            return append(store, desk.clock(), account.id,
                          {{.name = {Kind::reply, name.id + "-closes"}, .body = std::move(body)}});
        }
        if (reply.state == access::Replies::kErased) return {};
        if (reply.state != access::Replies::kAppeared)
            return fail(ErrorCode::conflict, "erase a reply", "it did not appear", "refuse it instead");
        TAMGA_ASSIGN(const auto changes, erasure(store, name, reason));
        // None where a crash came between the journal and this.
        if (!changes.empty()) TAMGA_TRY(append(store, desk.clock(), account.id, changes));
        return replies.tell_erased(number, account.id, reason);
    });
    if (!done) return not_written(services, visit, page, done.error());
    return see_other(page.href("/desk/replies"));
}

}  // namespace tamga::web
