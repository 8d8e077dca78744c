#include "web/pages/commitments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "query/promise.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

/// A score's code starts with a sign, which no class name may.
std::string css_class(std::string_view code) {
    if (code == "+1") return "score-plus";
    if (code == "-1") return "score-minus";
    if (code == "0") return "score-zero";
    return std::string(code);
}

}  // namespace

std::string_view pledge_code(Pledge pledge) {
    return values(Scale::pledge)[static_cast<std::size_t>(pledge)].code;
}

std::string party_code(const PartyStatus& party, Scale scale) {
    constexpr std::string_view not_scored = "not-scored";
    if (scale == Scale::pledge || party.pledge == Pledge::nothing_reported)
        return std::string(pledge_code(party.pledge));
    if (scale == Scale::completion)
        return std::string(party.completion ? code_of(*party.completion) : not_scored);
    if (!party.score) return std::string(not_scored);
    return *party.score == 0 ? "0" : fmt::format("{:+}", *party.score);
}

Json state_context(const Page& page, Scale scale, std::string_view code) {
    return {{"class", css_class(code)}, {"label", state_label(page, scale, code)}};
}

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

Json rules_context(Page& page) {
    /// How many commitments a rule decides, and the first of them.
    struct Decided {
        std::size_t count = 0;
        std::string example;
    };
    std::map<std::string_view, Decided> decided_by;
    if (const auto judged = page.view().judgements(); !judged)
        page.failed(judged.error());
    else
        (*judged)->each([&](std::string_view commitment, const Judgement& judgement) {
            Decided& decided = decided_by[judgement.rule];
            if (decided.count++ == 0) decided.example = commitment;
        });
    Json rule_list = Json::array();
    for (const Rule& rule : rules()) {
        // The sentence as it stands in the rule, with … where a page names a date, a figure or a record.
        const std::string text =
            rule.sentence.plural.empty()
                ? page.say(rule.sentence.text)
                : page.language().plural(rule.sentence.text, rule.sentence.plural, kSilentAfterMonths);
        const std::string id(rule.id);
        const Decided& decided = decided_by[rule.id];
        const std::size_t count = decided.count;
        Json entry{
            {"rule_id", rule.id},
            {"condition", page.say(rule.condition)},
            {"rule", page.language().format(text, std::vector<std::string>(9, "…"))},
            {"state", nullptr},
            {"decided_href", count == 0 ? "" : page.href("/commitments", {{"rule", id}})},
            {"decided", page.language().plural("It decides {1} commitment of this register.",
                                               "It decides {1} commitments of this register.",
                                               static_cast<long>(count))},
            {"example", count == 0 ? Json(nullptr) : page.link(RecordId{Kind::commitment, decided.example})}};
        if (rule.result) entry["state"] = state_context(page, Scale::pledge, pledge_code(*rule.result));
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
