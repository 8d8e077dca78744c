#include "web/commitments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

/// All that bears on a commitment: reports and assessments of it, its results, projects that serve it, and
/// the observations of the series among its results.
std::vector<SnapshotPtr> linked_records(Page& page, const Snapshot& commitment) {
    std::vector<SnapshotPtr> linked;
    std::set<RecordId> seen;
    const auto add = [&](SnapshotPtr record) {
        if (record && seen.insert(record->name).second) linked.push_back(std::move(record));
    };
    for (Kind kind : {Kind::report, Kind::assessment, Kind::project})
        for (SnapshotPtr& record : page.linking_to(commitment.name, kind)) add(std::move(record));
    for (const std::string& text : list_of(commitment.body, "results")) {
        const auto name = parse_record_id(text);
        if (!name) continue;
        add(page.find(*name));
        if (name->kind == Kind::series)
            for (SnapshotPtr& record : page.linking_to(*name, Kind::observation, "series"))
                add(std::move(record));
    }
    return linked;
}

std::string_view completion_code(const std::optional<Completion>& completion) {
    if (!completion) return "not-scored";
    switch (*completion) {
        case Completion::not_started:
            return "not-started";
        case Completion::limited:
            return "limited";
        case Completion::substantial:
            return "substantial";
        case Completion::complete:
            return "complete";
    }
    std::unreachable();
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
            return party.score ? fmt::format("{:+}", *party.score) : state_label(page, scale, "not-scored");
        case Scale::completion:
            return state_label(page, scale, completion_code(party.completion));
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
        out.push_back(std::move(entry));
    }
    return out;
}

/// The reports or assessments of one party, as links with their dates.
Json accounts_of(Page& page, const Snapshot& commitment, Kind kind, const std::string& party) {
    Json out = Json::array();
    for (const SnapshotPtr& record : page.linking_to(commitment.name, kind)) {
        if (text_of(record->body, "party") != party) continue;
        Json entry = page.link(*record);
        entry["when"] = page.date(record->body, "date");
        out.push_back(std::move(entry));
    }
    return out;
}

}  // namespace

const Status& status_of(Page& page, const Snapshot& commitment) {
    auto& known = page.statuses();
    if (const auto found = known.find(commitment.name.id); found != known.end()) return *found->second;
    if (auto kept = page.status_cache().find(page.view(), commitment.name.id))
        return *known.emplace(commitment.name.id, std::move(kept)).first->second;
    const std::vector<SnapshotPtr> linked = linked_records(page, commitment);
    StatusInput input{{commitment.name, &commitment.body}, {}, page.view().day()};
    for (const SnapshotPtr& record : linked) input.linked.push_back({record->name, &record->body});
    auto derived = std::make_shared<const Status>(derive_status(input));
    // What could not be read must not be taken for what is not there.
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
    const Status& status = status_of(page, commitment);
    const Scale scale = chosen_scale(page);
    const std::string_view code = status.code(scale);
    std::string label = state_label(page, scale, code);
    if (scale == Scale::score && status.score)
        label = fmt::format("{} ({})", label, page.language().number(status.score->text()));
    return {{"class", css_class(code)},
            {"label", std::move(label)},
            {"overdue", status.overdue},
            {"overdue_text", page.say("overdue")}};
}

Json scale_choice(const Page& page) {
    Json out = Json::array();
    for (const auto& [scale, label] : {std::pair{Scale::pledge, TAMGA_MSG("Seven states")},
                                       {Scale::score, TAMGA_MSG("−1, 0, +1")},
                                       {Scale::completion, TAMGA_MSG("Completion")}})
        out.push_back(
            {{"scale_href", page.here({{"scale", scale == Scale::pledge ? "" : std::string(name(scale))}})},
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
    for (const PartyStatus& party : status.parties) {
        Json reports = accounts_of(page, commitment, Kind::report, party.party.id);
        Json assessments = accounts_of(page, commitment, Kind::assessment, party.party.id);
        const bool has_reports = !reports.empty(), has_assessments = !assessments.empty();
        accounts.push_back({{"account_party", page.link(party.party)},
                            {"state", party_state(page, party, scale)},
                            {"why", page.sentence(party.explanation)},
                            {"account_reports", std::move(reports)},
                            {"has_reports", has_reports},
                            {"account_assessments", std::move(assessments)},
                            {"has_assessments", has_assessments}});
    }
    Json progress = nullptr;
    if (status.progress) {
        const Progress& reached = *status.progress;
        std::string percent = reached.percent.text();
        if (percent.ends_with(".0")) percent.resize(percent.size() - 2);
        progress = {{"text", page.language().format(
                                 "{1} of {2}: {3}",
                                 {page.language().number(reached.value.text()),
                                  page.amount(reached.target.text(), text_of(commitment.body, "unit")),
                                  page.language().percent(percent)})}};
    }
    return {{"badge", status_badge(page, commitment)},
            {"sentence", page.sentence(status.explanation)},
            {"remarks", std::move(remarks)},
            {"progress", std::move(progress)},
            {"rule_href", page.href("/status-rules") + "#" + std::string(status.rule)},
            {"rule_text", page.language().format("By rule {1}", {std::string(status.rule)})},
            {"scales", scale_choice(page)},
            {"evidence", evidence_context(page, status.evidence)},
            {"has_evidence", !status.evidence.empty()},
            {"accounts", std::move(accounts)}};
}

Json status_data(Page& page, const Snapshot& commitment) {
    const Status& status = status_of(page, commitment);
    Json evidence = Json::array();
    for (const Evidence& item : status.evidence) {
        Json entry{{"record", item.name.text()}};
        if (item.date) entry["date"] = item.date->text();
        evidence.push_back(std::move(entry));
    }
    Json parties = Json::array();
    for (const PartyStatus& party : status.parties) {
        Json entry{{"party", party.party.id},
                   {"pledge", pledge_code(party.pledge)},
                   {"completion", completion_code(party.completion)},
                   {"rule", party.rule}};
        if (party.score) entry["score"] = *party.score;
        parties.push_back(std::move(entry));
    }
    Json out{{"judged_on", page.view().day().text()},
             {"rule", status.rule},
             {"pledge", status.code(Scale::pledge)},
             {"score", status.code(Scale::score)},
             {"completion", status.code(Scale::completion)},
             {"overdue", status.overdue},
             {"evidence", std::move(evidence)},
             {"parties", std::move(parties)}};
    if (status.score) out["average_score"] = status.score->text();
    if (status.overdue) out["days_overdue"] = status.days_overdue;
    if (status.silent_months) out["months_without_word"] = *status.silent_months;
    if (status.progress)
        out["progress"] = {{"value", status.progress->value.text()},
                           {"target", status.progress->target.text()},
                           {"percent", status.progress->percent.text()}};
    return out;
}

Json status_bar(Page& page, const std::vector<SnapshotPtr>& commitments) {
    if (commitments.empty()) return nullptr;
    const Scale scale = chosen_scale(page);
    std::vector<Status> set;
    for (const SnapshotPtr& commitment : commitments) set.push_back(status_of(page, *commitment));
    Json parts = Json::array();
    std::string summary;
    std::size_t before = 0;
    for (const auto& [code, count] : progress_of(set, scale)) {
        if (count == 0) continue;
        // Edges are rounded, not widths, so that the parts fill the bar exactly.
        const std::size_t from = before * 1000 / set.size(), until = (before + count) * 1000 / set.size();
        const std::string label = state_label(page, scale, code);
        std::string target = page.href("/commitments") + (page.address().value("as_of").empty() ? "?" : "&") +
                             "state=" + percent_encode(code);
        if (scale != Scale::pledge) target += "&scale=" + std::string(name(scale));
        parts.push_back({{"class", css_class(code)},
                         {"label", label},
                         {"count", page.language().number(std::to_string(count))},
                         {"x", from},
                         {"width", until - from},
                         {"href", std::move(target)}});
        summary += fmt::format("{}{}: {}", summary.empty() ? "" : ", ", label, count);
        before += count;
    }
    Json out{{"parts", std::move(parts)}, {"summary", summary}, {"average", ""}};
    if (scale == Scale::score) {
        const Average average = average_score(set);
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
                : page.language().plural(rule.sentence.text, rule.sentence.plural, kStalledAfterMonths);
        Json entry{{"rule_id", rule.id},
                   {"rule", page.language().format(text, std::vector<std::string>(9, "…"))},
                   {"label", page.say("as the parties' states decide")},
                   {"class", "none"}};
        if (rule.result) {
            const std::string_view code = pledge_code(*rule.result);
            entry["class"] = css_class(code);
            entry["label"] = state_label(page, Scale::pledge, code);
        }
        rule_list.push_back(std::move(entry));
    }
    Json scales = Json::array();
    for (const auto& [scale, label] : {std::pair{Scale::pledge, TAMGA_MSG("Seven states")},
                                       {Scale::score, TAMGA_MSG("−1, 0, +1")},
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
