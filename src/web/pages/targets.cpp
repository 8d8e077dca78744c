#include "web/pages/targets.hpp"

#include <set>

#include "web/pages/commitments.hpp"
#include "web/pages/promise.hpp"
#include "web/pages/reporters.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

/// On one page; the list has all.
constexpr std::size_t kMostTargets = 30;

std::string unit_of(const Snapshot& commitment) {
    return text_of(commitment.body, "unit");
}

std::string in_unit(const Page& page, const Snapshot& commitment, const WordedFigure& figure) {
    return page.worded(figure.wording, page.readable_amount(figure.value.text(), unit_of(commitment)));
}

/// "at most 80 t".
std::string bounded(const Page& page, bool at_most, const std::string& amount) {
    return at_most ? page.language().format("at most {1}", {amount}) : amount;
}

/// How a share is worded by its figure: of what comes down, more is less of the way.
std::string_view share_wording(const Goal& goal, std::string_view wording) {
    const bool loose_base = goal.base && !goal.base->wording.empty() && goal.base->wording != "exact";
    if (loose_base) return "about";
    if (!goal.at_most) return wording;
    return wording == "over"     ? "under"
           : wording == "under"  ? "over"
           : wording == "almost" ? "about"
                                 : wording;
}

std::string share_text(const Page& page, const Progress& account) {
    if (account.goal && account.percent) {
        const std::string_view wording = share_wording(*account.goal, account.figure.wording);
        // A percentage is told no more exactly than its figure.
        const bool exact = wording.empty() || wording == "exact";
        std::string percent = (exact ? *account.percent : account.percent->rounded(0)).text();
        if (percent.ends_with(".0")) percent.resize(percent.size() - 2);
        return page.worded(wording, page.language().percent(percent));
    }
    if (account.goal && account.goal->reached_by(account.figure)) return page.say("reached");
    if (account.goal && account.goal->missed_by(account.figure)) return page.say("not reached");
    return page.say("cannot be told");
}

Json claimant_link(Page& page, const std::optional<RecordId>& claimant) {
    if (!claimant) return nullptr;
    if (claimant->kind != Kind::series) return page.link(*claimant);
    const SnapshotPtr series = page.find(*claimant);
    return series ? reporter_link(page, *series) : Json(nullptr);
}

Json rows_of(Page& page, const Snapshot& commitment) {
    Json by = Json::array();
    for (const std::string& id : list_of(commitment.body, "by"))
        by.push_back(page.link(RecordId{Kind::party, id}));
    page.sort_by_name(by);
    const std::string due = page.date(commitment.body, "due");
    const Json shared{{"of", page.link(commitment)},
                      {"expected_by", std::move(by)},
                      {"stated_target", target_text(page, commitment)},
                      {"stated_base", base_text(page, commitment)},
                      {"due_text", due.empty() ? due : page.labelled(page.say("By when"), due)}};
    Json rows = account_rows(page, commitment, status_of(page, commitment).progress);
    if (rows.empty())
        rows.push_back({{"claimant", nullptr},
                        {"base", ""},
                        {"goal", ""},
                        {"figure", ""},
                        {"figure_href", ""},
                        {"share", ""},
                        {"when", ""}});
    for (Json& row : rows) row.update(shared);
    return rows;
}

Json context_of(Page& page, const std::vector<SnapshotPtr>& commitments, const std::string& more_href) {
    if (commitments.empty()) return nullptr;
    Json rows = Json::array();
    for (const SnapshotPtr& one : commitments)
        for (Json& row : rows_of(page, *one)) rows.push_back(std::move(row));
    return {{"target_rows", std::move(rows)}, {"more_href", more_href}};
}

/// The commitments of one page; of more, the first.
struct Chosen {
    std::vector<SnapshotPtr> commitments;
    bool more = false;
};

/// Those with a number that pass a filter, the next due first.
Chosen chosen_by(Page& page, const std::string& filter, const std::string& value) {
    query::ListRequest request{
        .kind = Kind::commitment, .sort = "due", .count = kMostTargets, .facets = false};
    request.filters = {{filter, {value}}, {"target", {std::string(query::kStated)}}};
    auto made = query::list(page.view(), request,
                            {.language = page.language().tag(), .scale = chosen_scale(page), .label = {}});
    if (!made) {
        page.failed(made.error());
        return {};
    }
    const bool more = made->passing > made->rows.size();
    return {std::move(made->rows), more};
}

/// Those with a number that have one of the series as a result.
std::vector<SnapshotPtr> chosen_by(Page& page, const std::vector<SnapshotPtr>& series) {
    std::set<RecordId> names;
    for (const SnapshotPtr& one : series) {
        const auto links = page.view().links_to(one->name, Kind::commitment, kMostTargets);
        if (!links) {
            page.failed(links.error());
            continue;
        }
        for (const store::Backlink& link : *links)
            if (link.field == "results") names.insert(link.from);
    }
    std::vector<SnapshotPtr> commitments;
    for (const RecordId& name : names)
        if (SnapshotPtr one = page.find(name); one && one->body.contains("target"))
            commitments.push_back(std::move(one));
    if (commitments.size() > kMostTargets) commitments.resize(kMostTargets);
    return commitments;
}

Json rows_data(Page& page, const std::vector<SnapshotPtr>& commitments) {
    Json out = Json::array();
    for (const SnapshotPtr& one : commitments) {
        Json row{{"commitment", one->name.id}};
        for (const char* const field :
             {"by", "target", "unit", "aim", "target_form", "base", "base_period", "due"})
            if (one->body.contains(field)) row[field] = one->body[field];
        const Json status = status_data(page, *one);
        row["progress"] = status.value("progress", Json::array());
        out.push_back(std::move(row));
    }
    return out;
}

}  // namespace

std::string target_text(const Page& page, const Snapshot& commitment) {
    const auto target = Target::of(commitment.body);
    const std::string number = text_of(commitment.body, "target");
    if (!target || target->form == Target::Form::value)
        return bounded(page, target && target->at_most, page.readable_amount(number, unit_of(commitment)));
    const bool down = target->number.sign() < 0;
    const std::string by =
        page.readable_amount(down ? number.substr(1) : number,
                             target->form == Target::Form::change ? unit_of(commitment) : "percent");
    const bool held = down != target->at_most;  // A line that is not to be crossed.
    const char* const message =
        down   ? (held ? TAMGA_MSG("a decrease by no more than {1}") : TAMGA_MSG("a decrease by {1}"))
        : held ? TAMGA_MSG("an increase by no more than {1}")
               : TAMGA_MSG("an increase by {1}");
    return page.language().format(message, {by});
}

std::string base_text(Page& page, const Snapshot& commitment) {
    const std::string period = page.date(commitment.body, "base_period");
    const std::string base = text_of(commitment.body, "base");
    if (!base.empty()) {
        const std::string amount = page.readable_amount(base, unit_of(commitment));
        return period.empty() ? amount : page.with_detail(amount, period);
    }
    return period.empty() ? std::string() : page.with_detail(page.say("each reporter's own figure"), period);
}

Json account_rows(Page& page, const Snapshot& commitment, const std::vector<Progress>& accounts) {
    Json rows = Json::array();
    for (const Progress& account : accounts) {
        const std::optional<Goal>& goal = account.goal;
        rows.push_back(
            {{"claimant", claimant_link(page, account.claimant)},
             {"base", goal && goal->base ? in_unit(page, commitment, *goal->base) : ""},
             {"goal", goal ? bounded(page, goal->at_most, in_unit(page, commitment, goal->value)) : ""},
             {"figure", in_unit(page, commitment, account.figure)},
             {"figure_href", account.claimant ? page.href(page.record_path(account.from.name)) : ""},
             {"share", share_text(page, account)},
             {"when",
              account.from.date ? page.language().date(*account.from.date) : page.say("date not stated")}});
    }
    return rows;
}

Json targets_context(Page& page, const std::string& filter, const std::string& value) {
    const Chosen chosen = chosen_by(page, filter, value);
    return context_of(
        page, chosen.commitments,
        chosen.more ? page.href("/commitments", {{filter, value}, {"target", std::string(query::kStated)}})
                    : std::string());
}

Json targets_context(Page& page, const std::vector<SnapshotPtr>& series) {
    return context_of(page, chosen_by(page, series), {});
}

Json targets_data(Page& page, const std::string& filter, const std::string& value) {
    return rows_data(page, chosen_by(page, filter, value).commitments);
}

Json targets_data(Page& page, const std::vector<SnapshotPtr>& series) {
    return rows_data(page, chosen_by(page, series));
}

}  // namespace tamga::web
