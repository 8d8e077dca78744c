#include "web/pages/promise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <ranges>

#include "status/rules.hpp"
#include "web/pages/commitments.hpp"
#include "web/pages/recorded.hpp"
#include "web/pages/reporters.hpp"
#include "web/pages/targets.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

/// Evidence that a page shows; of more the newest. Data have all.
constexpr std::size_t kMostEvidence = 40;

/// A name that is no link, or that leads to `href`, in whatever language it is written.
Json as_claimant(Json written, std::string href = {}) {
    written["fallback"] = written["tag"] != "";
    written["href"] = std::move(href);
    return written;
}

/// Who says so: the party that reports, the reporter of a figure, the speaker, the assessor; else who
/// published the first source. Null where no source is stated.
Json claimant_of(Page& page, const Snapshot& record) {
    switch (record.name.kind) {
        case Kind::report:
            return page.link(RecordId{Kind::party, text_of(record.body, "party")});
        case Kind::assessment:
            if (record.body.contains("assessor")) return as_claimant(page.named(record.body["assessor"]));
            break;
        case Kind::statement:
            if (record.body.contains("speaker")) return as_claimant(page.named(record.body["speaker"]));
            break;
        case Kind::observation:
            if (const SnapshotPtr series = page.find({Kind::series, text_of(record.body, "series")}))
                return reporter_link(page, *series);
            break;
        default:
            break;
    }
    const Json citations = page.citations(record.body);
    if (citations.empty()) return nullptr;
    const Json& source = citations.front();
    return source["publisher"].is_null() ? source : as_claimant(source["publisher"], source["href"]);
}

/// What a party said, if the register's editors wrote it, as they write most: told once, beneath.
bool is_by_editors(Page& page, const Snapshot& record) {
    return recorded_by(page, record) == kByImport;
}

/// "its own word" of what a party wrote itself, "as recorded by account:ana" where somebody else did; empty
/// of what no party says, or the editors wrote.
std::string as_recorded(Page& page, const Snapshot& record) {
    const Json recorded = recorded_data(page, record);
    if (recorded.is_null() || is_by_editors(page, record)) return {};
    if (recorded["own"]) return page.say("its own word");
    return page.language().format("as recorded by {1}", {recorded["by"].get<std::string>()});
}

/// One step of the timeline.
struct Step {
    std::optional<Date> date;
    Json context;
};

Json step_context(const Page& page, const std::optional<Date>& date, std::string what) {
    return {{"when", date ? page.language().date(*date) : page.say("date not stated")},
            {"kind_of", ""},
            {"what", std::move(what)},
            {"record", nullptr},
            {"claimant", nullptr},
            {"as_recorded", ""},
            {"to_come", false}};
}

/// The promise, what was said and done since, and the day by which it is due; oldest first, undated before
/// all.
Json timeline(Page& page, const Snapshot& commitment, const Status& status) {
    std::vector<Step> steps;
    const auto made = Date::parse(text_of(commitment.body, "made"));
    if (made) steps.push_back({*made, step_context(page, *made, page.say("Promised"))});
    for (const Evidence& one : status.evidence | std::views::take(kMostEvidence)) {
        const SnapshotPtr record = page.find(one.name);
        if (!record) continue;
        Json step = step_context(page, one.date, "");
        step["kind_of"] = page.kind_label(one.name.kind);
        step["record"] = page.link(*record);
        step["claimant"] = claimant_of(page, *record);
        step["as_recorded"] = as_recorded(page, *record);
        steps.push_back({one.date, std::move(step)});
    }
    if (const auto due = Date::parse(text_of(commitment.body, "due"))) {
        Json step = step_context(page, *due, page.say("Due"));
        step["to_come"] = page.view().day() <= due->last_day();
        steps.push_back({*due, std::move(step)});
    }
    std::ranges::stable_sort(steps, {}, [](const Step& step) {
        return step.date ? step.date->first_day().day_number() : std::numeric_limits<long long>::min();
    });
    Json out = Json::array();
    for (Step& step : steps) out.push_back(std::move(step.context));
    return out;
}

/// Each claimant's figure towards the target.
Json progress_context(Page& page, const Snapshot& commitment, const std::vector<Progress>& accounts) {
    if (accounts.empty()) return nullptr;
    const std::string base = base_text(page, commitment);
    return {{"target", page.language().format("The target is {1}.", {target_text(page, commitment)})},
            {"measured_from",
             base.empty() ? base : page.language().format("It is measured from a base: {1}.", {base})},
            {"rows", account_rows(page, commitment, accounts)}};
}

/// A sentence in which series are named by those who report them: all of them measure what the page is about.
Json by_reporter(Page& page, const Message& message) {
    Json parts = page.sentence(message);
    const std::string kind = page.kind_label(Kind::series);
    for (Json& part : parts) {
        Json& link = part["part_link"];
        if (!link.is_object() || link["kind"] != kind) continue;
        if (const SnapshotPtr series = page.find({Kind::series, link["id"]}))
            link["text"] = reporter_link(page, *series)["text"];
    }
    return parts;
}

/// A message in the page's language, its links as plain text.
std::string plain_sentence(Page& page, const Message& message) {
    std::string text;
    for (const Json& part : by_reporter(page, message))
        text += (part["part"].is_string()        ? part["part"]
                 : part["part_date"].is_string() ? part["part_date"]
                                                 : part["part_link"]["text"])
                    .get_ref<const std::string&>();
    return text;
}

/// What the promise says, in the source's words where a quotation is held, else as the register tells the
/// article or point that it comes from, else in the editors' words, which are its title:
/// {"quote","quote_of"},
/// {"wording","wording_of","wording_note"} or {"paraphrase"}, each null where there is none.
Json wording_context(Page& page, const Snapshot& commitment) {
    Json out{{"quote", nullptr},      {"quote_of", nullptr},     {"wording", nullptr},
             {"wording_of", nullptr}, {"wording_note", nullptr}, {"paraphrase", nullptr}};
    if (commitment.body.contains("quote")) {
        out["quote"] = page.text(commitment.body["quote"]);
        if (Json cited = page.citations(commitment.body); !cited.empty())
            out["quote_of"] = std::move(cited.front());
        return out;
    }
    const std::string id = text_of(commitment.body, "provision");
    const SnapshotPtr provision = id.empty() ? nullptr : page.find({Kind::provision, id});
    if (!provision || !provision->body.contains("text")) {
        out["paraphrase"] = page.title(commitment);
        return out;
    }
    out["wording"] = page.text(provision->body["text"]);
    out["wording_of"] = page.link(*provision);
    if (provision->body.contains("note")) out["wording_note"] = page.text(provision->body["note"]);
    return out;
}

/// Parties as links in the order of the language.
Json party_links(Page& page, const std::vector<std::string>& ids) {
    Json links = Json::array();
    for (const std::string& id : ids) links.push_back(page.link(RecordId{Kind::party, id}));
    page.sort_by_name(links);
    return links;
}

std::string due_text(Page& page, const Snapshot& commitment) {
    if (commitment.body.contains("due")) {
        const std::string date = page.date(commitment.body, "due");
        return text_of(commitment.body, "due_basis") == "computed"
                   ? page.language().format("{1}, computed from the words of the promise", {date})
                   : date;
    }
    return text_of(commitment.body, "due_basis") == "standing" ? page.say("without end") : std::string();
}

/// Where it was promised: the meeting, instrument, article and statement, each a link.
Json places_of(Page& page, const Snapshot& commitment) {
    Json places = Json::array();
    for (const FieldName field :
         {FieldName("meeting"), FieldName("instrument"), FieldName("provision"), FieldName("statement")})
        if (const std::string id = text_of(commitment.body, field); !id.empty())
            places.push_back(page.link(RecordId{*info(Kind::commitment).field(field)->target, id}));
    return places;
}

/// Party by party. Where the same holds for all of them, once.
Json accounts_context(Page& page, const Status& status) {
    const Scale scale = chosen_scale(page);
    const auto records = [&](const std::vector<Evidence>& evidence) {
        Json out = Json::array();
        for (const Evidence& one : evidence) {
            Json entry = page.link(one.name);
            entry["when"] = one.date ? page.language().date(*one.date) : page.say("date not stated");
            const SnapshotPtr record = page.find(one.name);
            entry["as_recorded"] = record ? as_recorded(page, *record) : std::string();
            out.push_back(std::move(entry));
        }
        return out;
    };
    Json accounts = Json::array();
    for (const PartyStatus& party : status.parties) {
        Json account = page.link(party.party);
        account["state"] = state_context(page, scale, party_code(party, scale));
        account["why"] = by_reporter(page, party.explanation);
        account["account_reports"] = records(party.reports);
        account["has_reports"] = !party.reports.empty();
        account["account_assessments"] = records(party.assessments);
        account["has_assessments"] = !party.assessments.empty();
        accounts.push_back(std::move(account));
    }
    page.sort_by_name(accounts);
    return accounts;
}

/// Whether one sentence says it of all parties: the same rule by the same evidence, and no report of any.
bool all_alike(const Status& status) {
    const PartyStatus& first = status.parties.front();
    return std::ranges::all_of(status.parties, [&](const PartyStatus& one) {
        return one.rule == first.rule && one.explanation.arguments == first.explanation.arguments &&
               one.reports.empty() && one.assessments == first.assessments;
    });
}

/// Whether accounts that the register holds contradict one another, in a sentence.
std::string dispute_text(const Page& page, const Status& status) {
    // A figure of which it cannot be told ("about 70" of 70) is neither.
    const auto reached = [](const Progress& one) { return one.goal && one.goal->reached_by(one.figure); };
    const auto missed = [](const Progress& one) { return one.goal && one.goal->missed_by(one.figure); };
    const bool some = std::ranges::any_of(status.progress, reached),
               some_not = std::ranges::any_of(status.progress, missed);
    if (some && some_not)
        return page.say("By some of these figures the target is reached, by others it is not.");
    if (std::ranges::any_of(status.parties, [](const PartyStatus& one) {
            return one.rule == rule(RuleName::assessors_disagree).id;
        }))
        return page.say("Independent assessors disagree: see what is known.");
    if (status.progress.size() > 1 && std::ranges::all_of(status.progress, reached))
        return page.say("By each of these figures the target is reached.");
    if (status.progress.size() > 1 && std::ranges::all_of(status.progress, missed))
        return page.say("By none of these figures the target is reached.");
    return page.say("The register holds no two accounts of it that contradict one another.");
}

/// What a reader would look for and the register does not hold.
Json missing_context(Page& page, const Snapshot& commitment, const Status& status, bool has_wording) {
    Json out = Json::array();
    const auto add = [&](std::string text) { out.push_back({{"missing", std::move(text)}}); };
    if (!has_wording) add(page.say("The wording of the promise"));
    if (!commitment.body.contains("to")) add(page.say("To whom it was promised"));
    if (!commitment.body.contains("due") && text_of(commitment.body, "due_basis") != "standing")
        add(page.say("By when it is to be done"));
    if (!commitment.body.contains("target")) add(page.say("A number by which it could be measured"));
    std::vector<std::string> silent;
    for (const PartyStatus& party : status.parties)
        if (party.reports.empty() && !party.party.id.empty()) silent.push_back(party.party.id);
    if (silent.size() > 1 && silent.size() == status.parties.size())
        add(page.say("A report by any of the parties that promised it"));
    else if (!silent.empty()) {
        std::string names;
        for (const Json& link : party_links(page, silent))
            names += (names.empty() ? "" : page.say(", ")) + link["text"].get<std::string>();
        add(page.language().format("A report by {1}", {names}));
    }
    if (std::ranges::all_of(status.parties, [](const PartyStatus& one) { return one.assessments.empty(); }))
        add(page.say("An assessment by someone independent of the parties"));
    return out;
}

Json evidence_data(const std::vector<Evidence>& evidence) {
    Json out = Json::array();
    for (const Evidence& item : evidence) {
        Json entry{{"record", item.name.text()}};
        if (item.date) entry["date"] = item.date->text();
        out.push_back(std::move(entry));
    }
    return out;
}

}  // namespace

Json promise_context(Page& page, const Snapshot& commitment) {
    const Status& status = status_of(page, commitment);
    Json context = wording_context(page, commitment);
    const bool has_wording = !context["quote"].is_null() || !context["wording"].is_null();
    Json remarks = Json::array();
    for (const Message& remark : status.remarks) remarks.push_back({{"parts", page.sentence(remark)}});
    const auto by = list_of(commitment.body, "by"), to = list_of(commitment.body, "to");
    const bool mutual = by.size() > 1 && std::ranges::is_permutation(by, to);
    Json missing = missing_context(page, commitment, status, has_wording);
    Json steps = timeline(page, commitment, status);
    const std::size_t hidden =
        status.evidence.size() > kMostEvidence ? status.evidence.size() - kMostEvidence : 0;
    const bool alike = status.parties.size() > 1 && all_alike(status);
    const bool by_editors =
        std::ranges::any_of(status.evidence | std::views::take(kMostEvidence), [&](const Evidence& one) {
            const SnapshotPtr record = page.find(one.name);
            return record && is_by_editors(page, *record);
        });
    const std::string due = due_text(page, commitment);
    context.update(
        {{"promised_by", party_links(page, by)},
         {"promised_to", mutual ? Json::array() : party_links(page, to)},
         {"mutual", mutual},
         {"has_to", !to.empty()},
         {"made_text", page.date(commitment.body, "made")},
         {"made_at", places_of(page, commitment)},
         {"due_text", due},
         {"badge", status_badge(page, commitment)},
         {"sentence", by_reporter(page, status.explanation)},
         {"remarks", std::move(remarks)},
         {"rule_href", page.href("/status-rules") + "#" + std::string(status.rule)},
         {"rule_text", page.language().format("By rule {1}", {std::string(status.rule)})},
         {"scales", scale_choice(page)},
         {"has_steps", !steps.empty()},
         {"steps", std::move(steps)},
         {"hidden_text", hidden == 0 ? ""
                                     : page.language().plural("{1} older record is in the data alone.",
                                                              "{1} older records are in the data alone.",
                                                              static_cast<long>(hidden))},
         {"editors_text",
          by_editors
              ? page.say("What parties said was recorded here by the editors of this register, from the "
                         "sources, where nothing else is written beside it.")
              : ""},
         {"progress", progress_context(page, commitment, status.progress)},
         {"dispute_text", dispute_text(page, status)},
         {"alike", alike},
         {"accounts", alike ? Json::array() : accounts_context(page, status)},
         {"has_missing", !missing.empty()},
         {"missing_list", std::move(missing)}});
    return context;
}

Json status_data(Page& page, const Snapshot& commitment) {
    const Status& status = status_of(page, commitment);
    Json parties = Json::array();
    for (const PartyStatus& party : status.parties) {
        Json entry{{"party", party.party.id},
                   {"pledge", pledge_code(party.pledge)},
                   {"completion", party_code(party, Scale::completion)},
                   {"rule", party.rule},
                   {"sentence", plain_sentence(page, party.explanation)},
                   {"reports", evidence_data(party.reports)},
                   {"assessments", evidence_data(party.assessments)}};
        if (party.score) entry["score"] = *party.score;
        parties.push_back(std::move(entry));
    }
    Json remarks = Json::array();
    for (const Message& remark : status.remarks) remarks.push_back(plain_sentence(page, remark));
    Json out{{"judged_on", page.view().day().text()},
             {"rule", status.rule},
             {"sentence", plain_sentence(page, status.explanation)},
             {"remarks", std::move(remarks)},
             {"pledge", status.code(Scale::pledge)},
             {"score", status.code(Scale::score)},
             {"completion", status.code(Scale::completion)},
             {"overdue", status.overdue},
             {"evidence", evidence_data(status.evidence)},
             {"parties", std::move(parties)}};
    if (status.score) out["average_score"] = status.score->text();
    if (status.overdue) out["days_overdue"] = status.days_overdue;
    if (status.silent_months) out["months_without_word"] = *status.silent_months;
    if (!status.progress.empty()) {
        Json progress = Json::array();
        for (const Progress& account : status.progress) {
            Json entry{{"value", account.figure.value.text()}, {"record", account.from.name.text()}};
            if (account.goal) {
                entry["target"] = account.goal->value.value.text();
                if (account.goal->base) entry["base"] = account.goal->base->value.text();
                const bool reached = account.goal->reached_by(account.figure);
                if (reached || account.goal->missed_by(account.figure)) entry["reached"] = reached;
            }
            if (account.percent) entry["percent"] = account.percent->text();
            if (account.claimant) entry["claimant"] = account.claimant->text();
            if (!account.figure.wording.empty()) entry["qualifier"] = account.figure.wording;
            if (account.from.date) entry["date"] = account.from.date->text();
            progress.push_back(std::move(entry));
        }
        out["progress"] = std::move(progress);
    }
    return out;
}

}  // namespace tamga::web
