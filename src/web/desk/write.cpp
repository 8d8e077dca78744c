#include "web/desk/write.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "journal/writer.hpp"
#include "store/private_tables.hpp"
#include "web/desk/checked.hpp"
#include "web/desk/entrance.hpp"
#include "web/desk/form.hpp"
#include "web/desk/roles.hpp"
#include "web/pages/recorded.hpp"
#include "web/pages/records.hpp"
#include "web/pages/replies.hpp"
#include "web/parts/assets.hpp"

namespace tamga::web {

namespace {

using access::Decision;
using access::Verb;
using query::SnapshotPtr;
using store::JournalPos;

/// Under which a draft of a record is kept that has no id yet.
constexpr const char* kNew = "new";

std::string value_of(const FormFields& sent, std::string_view name) {
    const auto found = std::ranges::find(sent, name, &FormFields::value_type::first);
    return found == sent.end() ? std::string() : found->second;
}

/// The record as a store has it now: its version and body; nothing if it is not there.
struct Current {
    JournalPos from;
    Json body;
    std::string written_for;  ///< The party that its author acted for; empty: none.
};
Result<std::optional<Current>> current(store::Store& store, const RecordId& name) {
    TAMGA_ASSIGN(const JournalPos head, store.head());
    TAMGA_ASSIGN(const auto version, store.version(name, head));
    if (!version || version->withdrawn) return std::nullopt;
    TAMGA_ASSIGN(const auto payload, store.payload(version->payload));
    Json body = Json::object();
    if (payload) {
        TAMGA_ASSIGN(body, parse_json(payload->body));
    }
    TAMGA_ASSIGN(const journal::Header header, journal::header_at(store, version->payload));
    return Current{version->from, std::move(body), header.author.party()};
}

access::LookUp look_up_in(store::Store& store) {
    return [&store](const RecordId& name) -> Result<std::optional<Json>> {
        TAMGA_ASSIGN(auto found, current(store, name));
        return found ? std::optional(std::move(found->body)) : std::nullopt;
    };
}

/// Who the journal says it was: an account, and the party for which its role lets it write.
journal::Author author_of(const access::Account& account, const Decision& decision) {
    const bool for_party = access::owner_of(decision.by.role) == access::Owner::party;
    return {journal::Author::Kind::account, account.id, for_party ? decision.by.of : std::string()};
}

/// One visit to one form.
class Visitor {
  public:
    Visitor(Services& services, const Visit& visit, Page& page, Kind kind)
        : services_(services),
          visit_(visit),
          page_(page),
          account_(visit.signed_in->account),
          kind_(kind),
          form_(RecordForm::of({kind, {}}, Json::object())) {}

    Answer show() {
        const std::string id(page_.address().value("id"));
        const FormFields& given = page_.address().query;
        look(id);
        const auto draft = draft_of(id.empty() ? kNew : id);
        if (!draft) return failed(draft.error());
        if (*draft) {
            base_ = (*draft)->base;
            FormFields typed;
            if (const auto kept = parse_json((*draft)->body); kept && kept->is_array())
                for (const Json& one : *kept) typed.emplace_back(one.at(0), one.at(1));
            form_ = RecordForm::read(kind_, typed, before());
            has_draft_ = true;
            notice_ = page_.language().format("Your draft of {1}.", {page_.time_text((*draft)->time)});
        } else if (record_) {
            form_ = RecordForm::of(record_->name, record_->body);
        } else {
            form_ = RecordForm::of({kind_, {}}, begun_with(given));
            std::vector<std::string> parts;
            for (const auto& [field, value] : given) parts.push_back(value);
            parts.push_back(page_.view().today().text());
            form_ = RecordForm::of({kind_, free_id(page_, kind_, parts)}, form_.body());
        }
        return shown();
    }

    Answer take() {
        const FormFields& sent = visit_.form->all();
        const std::string intent = value_of(sent, "intent"), id = value_of(sent, "field.id");
        look(id);
        base_ = number_of(value_of(sent, "base")).value_or(0);
        if (intent == "discard") return discard(id);
        if (intent == "withdraw") return withdraw(value_of(sent, "reason"));
        form_ = RecordForm::read(kind_, sent, before());
        if (intent == "draft") return keep_draft();
        const auto decision = decide(Verb::put);
        if (!decision) return failed(decision.error());
        if (!decision->allowed || !form_.problems().empty()) return unfit();
        if (const std::string closed = closed_text(); !closed.empty()) {
            refused_ = closed;
            status_ = 409;
            return shown();
        }
        check_sense(kind_, form_.body(), page_.view().today(), warnings_);
        if (intent == "publish") return publish();
        changes_ = changes_context(page_, kind_, before(), form_.body());
        preview_ = preview_context(page_, form_.name(), form_.body());
        notice_ = changes_.empty() ? page_.say("Nothing would change.")
                                   : page_.say("Nothing is wrong. This is what would be published.");
        return shown();
    }

  private:
    Json before() const { return record_ ? record_->body : Json::object(); }

    void look(const std::string& id) {
        if (!is_id(id)) return;
        record_ = page_.find({kind_, id});
        // An earlier id leads to its record, which is another's address.
        if (record_ && record_->name.id != id) record_ = nullptr;
        if (record_) base_ = record_->from.value;
        if (record_) written_for_ = author_of_text(page_, *record_).party();
    }

    /// What a new record begins with: only what names records and codes can come by an address.
    Json begun_with(const FormFields& given) const {
        Json body = Json::object();
        for (const auto& [name, value] : given) {
            const Field* const field = info(kind_).field(name);
            if (field && field->type == FieldType::link) body[name] = value;
        }
        if (kind_ == Kind::reply) {
            const auto under = parse_record_id(page_.address().value("under"));
            if (under && takes_replies(under->kind)) body["under"] = Json::array({under->text()});
            body["name"] = visit_.signed_in->info.name;
        }
        // Who writes for one party or centre writes its own.
        const auto fill = [&](const char* field, access::Role role) {
            const access::Grant* const grant = access::grant_of(account_, role);
            if (grant && info(kind_).field(field) && !body.contains(field)) body[field] = grant->of;
        };
        for (const char* const own : {"party", "claimant", "reporter"}) fill(own, access::Role::party_editor);
        fill("centre", access::Role::centre_editor);
        if (info(kind_).field("date")) body["date"] = page_.view().today().text();
        return body;
    }

    /// Where no more replies are taken: since when, in a sentence. What was answered before can be mended.
    std::string closed_text() {
        if (kind_ != Kind::reply || record_) return {};
        for (const std::string& under : list_of(form_.body(), "under")) {
            const auto name = parse_record_id(under);
            const auto since = name ? replies_closed_since(page_, *name) : std::nullopt;
            if (since)
                return page_.language().format("Closed since {1}: no more replies are taken here.",
                                               {page_.date_text(*since)});
        }
        return {};
    }

    Result<Decision> decide(Verb verb) {
        const Json was = before();
        auto decision =
            access::may(account_, verb, {kind_, form_.name().id}, record_ ? &was : nullptr,
                        verb == Verb::put ? &form_.body() : nullptr, look_up_on(page_), written_for_);
        // A link that leads nowhere is for the form to tell.
        if (!decision && decision.error().code == ErrorCode::invalid_input) {
            refuse_by_check(decision.error().cause);
            return Decision{};
        }
        if (decision && !decision->allowed) refused_ = refusal_text(page_, *decision);
        return decision;
    }

    /// As decide(), of what stands when it is written.
    Result<Decision> decide_in(store::Store& store, Verb verb, const std::optional<Current>& now) {
        TAMGA_ASSIGN(auto decision,
                     access::may(account_, verb, form_.name(), now ? &now->body : nullptr,
                                 verb == Verb::put ? &form_.body() : nullptr, look_up_in(store),
                                 now ? std::optional<std::string_view>(now->written_for) : std::nullopt));
        if (!decision) refused_ = refusal_text(page_, decision);
        return decision;
    }

    Result<std::optional<store::DraftRow>> draft_of(const std::string& id) {
        return services_.desk->read([&](access::Accounts&, store::Store& store) {
            return store::PrivateTables(store).draft(account_.id, {kind_, id});
        });
    }

    template <class Work>
    auto write(Work work) {
        return services_.desk->write([&](access::Accounts&, store::Store& store) { return work(store); });
    }

    /// Draft of this form: by the record's id where it is there, else the one new draft of the kind.
    RecordId draft_name() const { return {kind_, record_ ? record_->name.id : std::string(kNew)}; }

    Result<void> erase_draft(store::Store& store) {
        return store.written(
            [&] { return store::PrivateTables(store).erase_draft(account_.id, draft_name()); });
    }

    Answer keep_draft() {
        Json typed = Json::array();
        for (const auto& [name, value] : form_.sent()) typed.push_back({name, value});
        const std::int64_t now = services_.desk->clock()();
        const auto kept = write([&](store::Store& store) {
            return store.written([&] {
                return store::PrivateTables(store).put_draft(
                    {account_.id, draft_name(), typed.dump(), base_, now});
            });
        });
        if (!kept) return failed(kept.error());
        has_draft_ = true;
        notice_ = page_.say("The draft is kept. Only you see it.");
        // What is still missing is told, and no reason not to keep it.
        return shown();
    }

    Answer discard(const std::string& id) {
        const auto gone = write([&](store::Store& store) { return erase_draft(store); });
        if (!gone) return failed(gone.error());
        return leads_to(record_ ? page_.href(page_.record_path({kind_, id})) : page_.href("/desk"));
    }

    Answer publish() {
        enum class Outcome { written, conflict, refused } outcome = Outcome::written;
        std::vector<journal::Refusal> refusals;
        std::optional<Current> now;
        const auto done = write([&](store::Store& store) -> Result<void> {
            // What stands now, not what the page saw.
            TAMGA_ASSIGN(now, current(store, form_.name()));
            if ((now ? now->from.value : 0) != base_) {
                outcome = Outcome::conflict;
                return {};
            }
            TAMGA_ASSIGN(const Decision decision, decide_in(store, Verb::put, now));
            if (!decision) {
                outcome = Outcome::refused;
                return {};
            }
            const journal::Change change{
                .verb = journal::Verb::put, .name = form_.name(), .body = form_.body()};
            const auto appended = journal::Writer(store, services_.desk->clock())
                                      .submit({author_of(account_, decision), {&change, 1}}, refusals);
            if (!refusals.empty()) {
                outcome = Outcome::refused;
                return {};
            }
            TAMGA_TRY(appended);
            return erase_draft(store);
        });
        if (!done) return failed(done.error());
        if (outcome == Outcome::written) return leads_to(published_at());
        if (outcome == Outcome::refused) {
            for (journal::Refusal& refusal : refusals) form_.add(std::move(refusal.problem));
            return unfit();
        }
        // Somebody changed it meanwhile. Sent again as it is, it stands above theirs.
        was_text_ = page_.say("What stands now");
        changes_ = changes_context(page_, kind_, now ? now->body : Json::object(), form_.body());
        base_ = now ? now->from.value : 0;
        refused_ =
            now ? page_.say(
                      "Somebody changed this record while you wrote. Below is what stands now and what you "
                      "wrote: mend yours, or publish it as it is.")
                : page_.say(
                      "Somebody withdrew this record while you wrote. What you publish would make it anew.");
        status_ = 409;
        return shown();
    }

    /// Where readers find what was written: a reply under what it answers.
    std::string published_at() {
        if (kind_ == Kind::reply)
            for (const std::string& under : list_of(form_.body(), "under"))
                if (const auto name = parse_record_id(under))
                    return page_.href(page_.record_path(*name)) + "#reply-" + form_.name().id;
        return page_.href(page_.record_path(form_.name()));
    }

    Answer withdraw(const std::string& reason) {
        if (!record_) return leads_to(page_.href("/desk"));
        form_ = RecordForm::of(record_->name, record_->body);
        const auto decision = decide(Verb::withdraw);
        if (!decision) return failed(decision.error());
        if (!decision->allowed) return unfit();
        if (reason.empty()) {
            refused_ = page_.say("Say why it is withdrawn.");
            return unfit();
        }
        std::vector<journal::Refusal> refusals;
        const auto done = write([&](store::Store& store) -> Result<void> {
            // Its owner may have taken it over since the page was read.
            TAMGA_ASSIGN(const auto now, current(store, record_->name));
            if (!now) return {};
            TAMGA_ASSIGN(const Decision still, decide_in(store, Verb::withdraw, now));
            if (!still) return {};
            const journal::Change change{
                .verb = journal::Verb::withdraw, .name = record_->name, .reason = reason};
            const auto appended = journal::Writer(store, services_.desk->clock())
                                      .submit({author_of(account_, still), {&change, 1}}, refusals);
            if (!refusals.empty()) return {};
            TAMGA_TRY(appended);
            return erase_draft(store);
        });
        if (!done) return failed(done.error());
        if (!refusals.empty()) {
            refuse_by_check(refusals.front().problem.cause);
        }
        if (!refused_.empty()) return unfit();
        return leads_to(page_.href(page_.record_path(record_->name) + "/history"));
    }

    /// By another part of the program.
    void refuse_by_check(const std::string& cause) {
        const Json told = checked(page_, cause, "");
        refused_ = told["fault"].get<std::string>();
        refused_in_english_ = told["fault_english"].get<bool>();
    }
    Answer failed(const Error& error) { return not_written(services_, visit_, page_, error); }
    static Answer leads_to(std::string location) { return see_other(std::move(location)); }
    /// The form comes back with what is wrong.
    Answer unfit() {
        status_ = refused_.empty() ? 422 : 403;
        return shown();
    }

    /// Who will be told to have written it.
    std::string written_by() {
        const std::string& name = visit_.signed_in->info.name;
        const access::Grant* const grant = access::grant_of(account_, access::Role::party_editor);
        const SnapshotPtr party = grant ? page_.find({Kind::party, grant->of}) : nullptr;
        return party ? page_.with_detail(name, page_.plain_title(*party)) : name;
    }

    Answer shown() {
        const std::string kind_label = page_.kind_label(kind_);
        const std::string title = record_
                                      ? page_.language().format("Change: {1}", {page_.plain_title(*record_)})
                                      : page_.language().format("New: {1}", {kind_label});
        const std::string plural(info(kind_).plural);
        Json warnings = Json::array();
        for (const Problem& warning : warnings_) {
            warnings.push_back({{"warning_of", page_.field_label(warning.field)}});
            warnings.back().update(checked(page_, warning.cause, warning.hint));
        }
        const bool as_it_was = refused_.empty();
        bool may_put = true, may_withdraw = false;
        if (as_it_was) {
            const auto decision = decide(Verb::put);
            may_put = decision && (decision->allowed || !form_.problems().empty());
            if (may_put) refused_.clear();
        }
        if (record_) {
            const std::string told = std::exchange(refused_, {});
            const auto decision = decide(Verb::withdraw);
            may_withdraw = decision && decision->allowed;
            refused_ = told;
        }
        if (const std::string closed = closed_text(); !closed.empty()) {
            if (refused_.empty()) refused_ = closed;
            may_put = false;
        }
        const auto id_problem = std::ranges::find(form_.problems(), "id", &Problem::field);
        const bool told_faults = status_ == 422 || has_draft_;
        Json faults = told_faults ? form_.problems_context(page_) : Json::array();
        const auto count = static_cast<long>(faults.size());
        Json context{
            {"heading", title},
            {"lede", page_.language().format(
                         "You write as {1}. What you publish is public at once, and stays in the history.",
                         {written_by()})},
            {"notice", notice_},
            {"refused", refused_},
            {"refused_in_english", refused_in_english_ && !refused_.empty()},
            {"has_faults", !faults.empty()},
            {"faults_text",
             page_.language().plural("{1} thing is to be mended", "{1} things are to be mended", count)},
            {"faults", std::move(faults)},
            {"warnings", std::move(warnings)},
            {"has_changes", !changes_.empty()},
            {"changes_text", page_.say("What would change")},
            {"was_text", was_text_.empty() ? page_.say("As it stands") : was_text_},
            {"becomes_text", page_.say("As you wrote it")},
            {"changes", changes_},
            {"preview", preview_},
            {"action", page_.href("/desk/write/" + plural)},
            {"base", std::to_string(base_)},
            {"id_value", form_.name().id},
            {"id_fixed", record_ != nullptr},
            {"id_is_wrong", told_faults && id_problem != form_.problems().end()},
            {"id_faults", told_faults && id_problem != form_.problems().end()
                              ? Json::array({checked(page_, id_problem->cause, id_problem->hint)})
                              : Json::array()},
            {"form_fields", form_.context(page_)},
            {"may_publish", may_put},
            {"has_draft", has_draft_},
            {"page_script", asset_path("form.js")},
            {"may_withdraw", may_withdraw},
            {"description", title}};
        // On a form that nobody sent yet nothing is wrong.
        if (!told_faults)
            for (Json& field : context["form_fields"]) field["fault"] = field["cure"] = "";
        return desk_html(services_, visit_, page_, "desk_write", title, std::move(context), status_);
    }

    Services& services_;
    const Visit& visit_;
    Page& page_;
    const access::Account& account_;
    const Kind kind_;
    RecordForm form_;
    std::string written_for_;  ///< The party that wrote the record as it stands; empty: none did.
    SnapshotPtr record_;       ///< As it stands; null if it is new.
    std::int64_t base_ = 0;    ///< The position of the version that the form began with; 0: of none.
    bool has_draft_ = false;
    bool refused_in_english_ = false;
    int status_ = 200;
    std::string notice_, refused_, was_text_;
    Json changes_ = Json::array();
    std::vector<Problem> warnings_;
    Json preview_ = nullptr;  ///< What readers would see, where it was asked for.
};

}  // namespace

Answer record_form(Services& services, const Visit& visit, Page& page) {
    return Visitor(services, visit, page, *kind_of_plural(visit.match.names[0])).show();
}

Answer record_form_sent(Services& services, const Visit& visit, Page& page) {
    return Visitor(services, visit, page, *kind_of_plural(visit.match.names[0])).take();
}

}  // namespace tamga::web
