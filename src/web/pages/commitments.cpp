#include "web/pages/commitments.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "query/promise.hpp"
#include "web/pages/figures.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

std::string_view completion_code(const PartyStatus& party) {
    if (party.completion) return code_of(*party.completion);
    return party.pledge == Pledge::nothing_reported ? "nothing-reported" : "not-scored";
}

std::string_view pledge_code(Pledge pledge) {
    return values(Scale::pledge)[static_cast<std::size_t>(pledge)].code;
}

/// A party's state on the chosen scale.
std::string party_state(const Page& page, const PartyStatus& party, Scale scale) {
    switch (scale) {
        case Scale::pledge:
            return state_label(page, scale, pledge_code(party.pledge));
        case Scale::score:
            if (party.score) return fmt::format("{:+}", *party.score);
            return state_label(page, scale,
                               party.pledge == Pledge::nothing_reported ? "nothing-reported" : "not-scored");
        case Scale::completion:
            return state_label(page, scale, completion_code(party));
    }
    std::unreachable();
}

/// A score's code starts with a sign, which no class name may.
std::string css_class(std::string_view code) {
    if (code == "+1") return "score-plus";
    if (code == "-1") return "score-minus";
    if (code == "0") return "score-zero";
    return std::string(code);
}

Json evidence_context(Page& page, const std::vector<Evidence>& evidence) {
    Json out = Json::array();
    for (const Evidence& item : evidence) {
        Json entry = page.link(item.name);
        entry["when"] = item.date ? page.language().date(*item.date) : page.say("date not stated");
        // A figure is nothing without the one who gives it.
        if (item.name.kind == Kind::observation)
            if (const SnapshotPtr observation = page.find(item.name))
                if (const SnapshotPtr series =
                        page.find({Kind::series, text_of(observation->body, "series")}))
                    entry["when"] = page.language().format(
                        "{1}, {2}", {reporter_link(page, *series)["text"].get<std::string>(),
                                     entry["when"].get<std::string>()});
        out.push_back(std::move(entry));
    }
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

std::string short_percent(const Decimal& percent) {
    std::string text = percent.text();
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text;
}

/// Each claimant's figure towards the target.
Json progress_context(Page& page, const Snapshot& commitment, const std::vector<Progress>& accounts) {
    if (accounts.empty()) return nullptr;
    const std::string unit = text_of(commitment.body, "unit");
    Json rows = Json::array();
    for (const Progress& account : accounts) {
        Json claimant = nullptr;
        if (account.claimant && account.claimant->kind == Kind::series) {
            if (const SnapshotPtr series = page.find(*account.claimant))
                claimant = reporter_link(page, *series);
        } else if (account.claimant) {
            claimant = page.link(*account.claimant);
        }
        const WordedFigure& figure = account.figure;
        // A percentage is told no more exactly than its figure.
        const bool exact = figure.wording.empty() || figure.wording == "exact";
        const std::string percent = short_percent(exact ? account.percent : account.percent.rounded(0));
        rows.push_back(
            {{"claimant", std::move(claimant)},
             {"figure", page.worded(figure.wording, page.language().number(figure.value.text()))},
             {"figure_href", account.claimant ? page.href(page.record_path(account.from.name)) : ""},
             {"share", page.worded(figure.wording, page.language().percent(percent))},
             {"when",
              account.from.date ? page.language().date(*account.from.date) : page.say("date not stated")}});
    }
    return {{"target", page.language().format("The target is {1}.",
                                              {page.amount(accounts.front().target.text(), unit)})},
            {"rows", std::move(rows)}};
}

/// A message in the page's language, its links as plain text.
std::string plain_sentence(Page& page, const Message& message) {
    std::string text;
    for (const Json& part : page.sentence(message))
        text += (part["part"].is_string()        ? part["part"]
                 : part["part_date"].is_string() ? part["part_date"]
                                                 : part["part_link"]["text"])
                    .get_ref<const std::string&>();
    return text;
}

}  // namespace

const Status& status_of(Page& page, const Snapshot& commitment) {
    auto& known = page.statuses();
    if (const auto found = known.find(commitment.name.id); found != known.end()) return *found->second;
    if (auto kept = page.status_cache().find(page.view(), commitment.name.id))
        return *known.emplace(commitment.name.id, std::move(kept)).first->second;
    auto status = query::status_of(page.view(), commitment);
    // What could not be read must not be taken for what is not there.
    if (!status) page.failed(status.error());
    auto derived = std::make_shared<const Status>(status ? *std::move(status) : Status());
    if (!page.error()) page.status_cache().insert(page.view(), commitment.name.id, derived);
    return *known.emplace(commitment.name.id, std::move(derived)).first->second;
}

Scale chosen_scale(const Page& page) {
    return scale_named(page.address().value("scale")).value_or(Scale::pledge);
}

std::string state_label(const Page& page, Scale scale, std::string_view code) {
    for (const ScaleValue& value : values(scale))
        if (value.code == code) return page.say(value.label);
    return std::string(code);
}

Json status_badge(Page& page, const Snapshot& commitment) {
    return status_badge(page, status_of(page, commitment).judgement());
}

Json status_badge(const Page& page, const Judgement& judgement) {
    const Scale scale = chosen_scale(page);
    const std::string_view code = judgement.code(scale);
    std::string label = state_label(page, scale, code);
    if (scale == Scale::score && judgement.score)
        label = page.with_detail(label, page.language().number(judgement.score->text()));
    return {{"class", css_class(code)},
            {"label", std::move(label)},
            {"overdue", judgement.overdue},
            {"overdue_text", page.say("due date passed")}};
}

Json scale_choice(const Page& page) {
    Json out = Json::array();
    for (const auto& [scale, label] : {std::pair{Scale::pledge, TAMGA_MSG("Statuses")},
                                       {Scale::score, TAMGA_MSG("Score from −1 to +1")},
                                       {Scale::completion, TAMGA_MSG("Completion")}})
        out.push_back(
            // A state of one scale is none of another.
            {{"scale_href",
              page.here({{"scale", scale == Scale::pledge ? "" : std::string(name(scale))}, {"state", ""}})},
             {"scale_label", page.say(label)},
             {"current", scale == chosen_scale(page)}});
    return out;
}

Json status_context(Page& page, const Snapshot& commitment) {
    const Status& status = status_of(page, commitment);
    const Scale scale = chosen_scale(page);
    Json remarks = Json::array();
    for (const Message& remark : status.remarks) remarks.push_back({{"parts", page.sentence(remark)}});
    Json accounts = Json::array();
    for (const PartyStatus& party : status.parties)
        accounts.push_back({{"account_party", page.link(party.party)},
                            {"state", party_state(page, party, scale)},
                            {"why", page.sentence(party.explanation)},
                            {"account_reports", evidence_context(page, party.reports)},
                            {"has_reports", !party.reports.empty()},
                            {"account_assessments", evidence_context(page, party.assessments)},
                            {"has_assessments", !party.assessments.empty()}});
    page.sort_by_name(accounts, "account_party");
    return {{"badge", status_badge(page, commitment)},
            {"sentence", page.sentence(status.explanation)},
            {"remarks", std::move(remarks)},
            {"progress", progress_context(page, commitment, status.progress)},
            {"rule_href", page.href("/status-rules") + "#" + std::string(status.rule)},
            {"rule_text", page.language().format("By rule {1}", {std::string(status.rule)})},
            {"scales", scale_choice(page)},
            {"evidence", evidence_context(page, status.evidence)},
            {"has_evidence", !status.evidence.empty()},
            {"accounts", std::move(accounts)}};
}

Json status_data(Page& page, const Snapshot& commitment) {
    const Status& status = status_of(page, commitment);
    Json parties = Json::array();
    for (const PartyStatus& party : status.parties) {
        Json entry{{"party", party.party.id},
                   {"pledge", pledge_code(party.pledge)},
                   {"completion", completion_code(party)},
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
            Json entry{{"value", account.figure.value.text()},
                       {"target", account.target.text()},
                       {"percent", account.percent.text()},
                       {"record", account.from.name.text()}};
            if (account.claimant) entry["claimant"] = account.claimant->text();
            if (!account.figure.wording.empty()) entry["qualifier"] = account.figure.wording;
            if (account.from.date) entry["date"] = account.from.date->text();
            progress.push_back(std::move(entry));
        }
        out["progress"] = std::move(progress);
    }
    return out;
}

Json status_bar(Page& page, const query::Listing& commitments, const Page::Parameters& chosen) {
    // Of too many to be looked at it is not known.
    if (commitments.passing == 0 || commitments.states.empty()) return nullptr;
    const Scale scale = chosen_scale(page);
    const std::size_t all = commitments.passing;
    Json parts = Json::array();
    std::vector<std::string> summary;
    std::size_t before = 0;
    for (const auto& [code, count] : commitments.states) {
        if (count == 0) continue;
        // Edges are rounded, not widths, so that the parts fill the bar exactly.
        const std::size_t from = before * 1000 / all, until = (before + count) * 1000 / all;
        const std::string label = state_label(page, scale, code);
        Page::Parameters parameters = chosen;
        std::erase_if(parameters, [](const auto& parameter) { return parameter.first == "state"; });
        parameters.emplace_back("state", code);
        if (scale != Scale::pledge) parameters.emplace_back("scale", name(scale));
        parts.push_back({{"class", css_class(code)},
                         {"label", label},
                         {"count", page.language().number(std::to_string(count))},
                         {"x", from},
                         {"width", until - from},
                         {"href", page.href("/commitments", parameters)}});
        summary.push_back(page.labelled(label, page.language().number(std::to_string(count))));
        before += count;
    }
    Json out{{"parts", std::move(parts)}, {"summary", page.one_by_one(summary)}, {"average", ""}};
    if (scale == Scale::score) {
        const Average& average = commitments.average;
        if (average.score)
            out["average"] =
                page.language().format("Average score {1}, over {2} of {3} commitments",
                                       {page.language().number(average.score->text()),
                                        std::to_string(average.scored), std::to_string(average.of)});
    }
    return out;
}

Json rules_context(const Page& page) {
    Json rule_list = Json::array();
    for (const Rule& rule : rules()) {
        // The sentence as it stands in the rule, with … where a page names a date, a figure or a record.
        const std::string text =
            rule.sentence.plural.empty()
                ? page.say(rule.sentence.text)
                : page.language().plural(rule.sentence.text, rule.sentence.plural, kSilentAfterMonths);
        Json entry{{"rule_id", rule.id},
                   {"rule", page.language().format(text, std::vector<std::string>(9, "…"))},
                   {"label", page.say("follows from the parties' statuses")},
                   {"class", "none"}};
        if (rule.result) {
            const std::string_view code = pledge_code(*rule.result);
            entry["class"] = css_class(code);
            entry["label"] = state_label(page, Scale::pledge, code);
        }
        rule_list.push_back(std::move(entry));
    }
    Json scales = Json::array();
    for (const auto& [scale, label] : {std::pair{Scale::pledge, TAMGA_MSG("Statuses")},
                                       {Scale::score, TAMGA_MSG("Score from −1 to +1")},
                                       {Scale::completion, TAMGA_MSG("Completion")}}) {
        Json steps = Json::array();
        for (const ScaleValue& value : values(scale))
            steps.push_back({{"class", css_class(value.code)},
                             {"label", page.say(value.label)},
                             {"meaning", page.say(value.meaning)}});
        scales.push_back({{"scale_label", page.say(label)}, {"steps", std::move(steps)}});
    }
    return {{"rules", std::move(rule_list)}, {"scales", std::move(scales)}};
}

}  // namespace tamga::web
