#include "web/desk/assent.hpp"

#include <algorithm>
#include <utility>

#include "journal/writer.hpp"
#include "query/assents.hpp"
#include "web/desk/entrance.hpp"
#include "web/desk/form.hpp"
#include "web/desk/roles.hpp"
#include "web/pages/assent.hpp"

namespace tamga::web {

namespace {

using query::Assents;
using query::SnapshotPtr;

constexpr std::size_t kLookedAt = 1'000, kNamed = 12;
/// Versions among which the party's last word is looked for.
constexpr std::size_t kVersions = 200;
constexpr std::size_t kLongestWords = 4'000;

/// One visit to the form.
class Visitor {
  public:
    Visitor(Services& services, const Visit& visit, Page& page)
        : services_(services), visit_(visit), page_(page), account_(visit.signed_in->account) {}

    Answer show() {
        if (!find()) return services_.frame.refuse(page_, no_such_page(page_));
        if (const auto decision = decide(); !decision)
            return not_written(services_, visit_, page_, decision.error());
        return shown();
    }

    Answer take() {
        if (!find()) return services_.frame.refuse(page_, no_such_page(page_));
        const auto decision = decide();
        if (!decision) return not_written(services_, visit_, page_, decision.error());
        if (!decision->allowed) return shown(403);
        answer_ = std::string(visit_.form->value("answer"));
        words_ = std::string(visit_.form->value("words"));
        const auto answer = journal::answer_named(answer_);
        if (!answer) problem_ = page_.say("Choose an answer.");
        if (answer == journal::Answer::reservation && words_.empty())
            problem_ = page_.say("Say what the reservation is.");
        if (words_.size() > kLongestWords) problem_ = page_.say("That is too long.");
        if (!problem_.empty()) return shown(422);
        journal::Change change{.verb = journal::Verb::assent, .name = record_->name};
        change.answer = *answer;
        change.words = words_;
        change.of = {number_of(visit_.form->value("version")).value_or(0)};
        const journal::Author author{journal::Author::Kind::account, account_.id, decision->by.of};
        std::vector<journal::Refusal> refusals;
        const auto done = services_.desk->write([&](access::Accounts&, store::Store& store) -> Result<void> {
            const auto appended =
                journal::Writer(store, services_.desk->clock()).submit({author, {&change, 1}}, refusals);
            if (!refusals.empty()) return {};
            TAMGA_TRY(appended);
            return {};
        });
        if (!done) return not_written(services_, visit_, page_, done.error());
        if (refusals.empty()) return see_other(page_.href(page_.record_path(record_->name)));
        // The text may have changed since it was read: what stands now is shown, to be read.
        problem_ = refusals.front().problem.cause;
        return shown(409);
    }

  private:
    bool find() {
        const auto kind = kind_of_plural(visit_.match.names[0]);
        if (kind && access::is_shared(*kind)) record_ = page_.find({*kind, visit_.match.names[1]});
        return record_ != nullptr;
    }

    Result<access::Decision> decide() {
        TAMGA_ASSIGN(auto decision, access::may(account_, access::Verb::assent, record_->name, &record_->body,
                                                nullptr, look_up_on(page_)));
        if (!decision.allowed) refused_ = refusal_text(page_, decision);
        return decision;
    }

    /// What changed since the party spoke last; null where it never did, or nothing has.
    Json since_last_word() {
        const std::string party = signs_for(account_);
        const auto count = page_.view().version_count(record_->name);
        if (!count) {
            page_.failed(count.error());
            return nullptr;
        }
        const std::size_t first = *count - std::min(*count, kVersions);
        const auto history = page_.view().history(record_->name, first);
        if (!history) {
            page_.failed(history.error());
            return nullptr;
        }
        for (auto version = history->rbegin(); version != history->rend(); ++version) {
            if ((*version)->withdrawn || (*version)->payload != (*version)->from) continue;
            const auto said = page_.view().said_of((*version)->payload);
            if (!said) {
                page_.failed(said.error());
                return nullptr;
            }
            if (std::ranges::find(*said, party, &query::Word::party) != said->end())
                return changes_context(page_, record_->name.kind, (*version)->body, record_->body);
        }
        return nullptr;
    }

    Answer shown(int status = 200) {
        Json changes = since_last_word();
        const auto assents = page_.view().assents(record_->name);
        if (!assents) page_.failed(assents.error());
        Json answers = Json::array();
        for (const auto& [code, label] : {std::pair{"yes", page_.say("We agree")},
                                          std::pair{"reservation", page_.say("We agree, with a reservation")},
                                          std::pair{"no", page_.say("We object")}})
            answers.push_back(
                {{"answer_code", code}, {"answer_label", label}, {"is_chosen", answer_ == code}});
        const std::string title =
            page_.language().format("Your party’s word on: {1}", {page_.plain_title(*record_)});
        const std::string party = signs_for(account_);
        Json context{{"heading", title},
                     {"record", page_.link(*record_)},
                     {"refused", refused_},
                     {"problem", problem_},
                     {"may_answer", refused_.empty()},
                     {"speaks_for", party.empty() ? Json(nullptr) : page_.link(RecordId{Kind::party, party})},
                     {"facts", page_.facts(*record_)},
                     {"assent", assent_context(page_, *record_)},
                     {"has_changes", !changes.is_null() && !changes.empty()},
                     {"same_as_before", !changes.is_null() && changes.empty()},
                     {"changes", changes.is_null() ? Json::array() : std::move(changes)},
                     {"action", page_.href("/desk/assent" + page_.record_path(record_->name))},
                     {"version", std::to_string(record_->payload.value)},
                     {"answers", std::move(answers)},
                     {"words", words_},
                     {"description", title}};
        return desk_html(services_, visit_, page_, "desk_assent", title, std::move(context), status);
    }

    Services& services_;
    const Visit& visit_;
    Page& page_;
    const access::Account& account_;
    SnapshotPtr record_;
    std::string refused_, problem_, answer_, words_;
};

}  // namespace

Answer assent_form(Services& services, const Visit& visit, Page& page) {
    return Visitor(services, visit, page).show();
}

Answer assent_form_sent(Services& services, const Visit& visit, Page& page) {
    return Visitor(services, visit, page).take();
}

Json awaiting_assent(Page& page, const access::Account& account) {
    Json out = Json::array();
    const std::string party = signs_for(account);
    if (party.empty()) return out;
    const auto looked = page.view().each_changed(kLookedAt, [&](const RecordId& name) -> Result<bool> {
        if (!access::is_shared(name.kind)) return true;
        TAMGA_ASSIGN(const SnapshotPtr record, page.view().find(name));
        if (!record || record->name != name) return true;
        TAMGA_ASSIGN(const Assents assents, page.view().assents(name));
        const bool asked = assents.state != Assents::State::recorded && !assents.of(party) &&
                           std::ranges::find(assents.needed, party) != assents.needed.end();
        if (asked)
            out.push_back({{"awaiting", page.link(*record)},
                           {"awaiting_kind", page.kind_label(name.kind)},
                           {"awaiting_href", page.href("/desk/assent" + page.record_path(name))}});
        return out.size() < kNamed;
    });
    if (!looked) page.failed(looked.error());
    return out;
}

}  // namespace tamga::web
