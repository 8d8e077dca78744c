#include "web/pages/targets.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "web/pages/commitments.hpp"
#include "web/pages/promise.hpp"
#include "web/pages/reporters.hpp"
#include "web/parts/bullets.hpp"

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

std::optional<double> drawn_number(const std::optional<WordedFigure>& figure) {
    return figure ? std::optional(std::strtod(figure->value.text().c_str(), nullptr)) : std::nullopt;
}

bool has_accounts(Page& page, const std::vector<SnapshotPtr>& commitments) {
    return std::ranges::any_of(
        commitments, [&](const SnapshotPtr& one) { return !status_of(page, *one).progress.empty(); });
}

/// That not all are drawn; empty where they are.
std::string drawn_note(Page& page, const std::vector<SnapshotPtr>& commitments) {
    const bool all =
        !has_accounts(page, commitments) || std::ranges::all_of(commitments, [&](const SnapshotPtr& one) {
            return !status_of(page, *one).progress.empty();
        });
    return all ? std::string()
               : page.say("Drawn are those of which somebody tells a figure; the table names the others.");
}

/// Each promise and how far each account of it is on the way; those without one only where none has.
Bullets bullets_of(Page& page, const std::vector<SnapshotPtr>& commitments, const std::string& subject) {
    Bullets out{
        .caption = {page.labelled(subject, page.say("Promises with a number, and what came of it")),
                    page.say("Each bar leads from the baseline to the figure; the upright line is the "
                             "target. The table beneath tells the same.")},
        .rows = {}};
    const auto told = [&](const char* label, const std::string& amount) {
        return amount.empty() ? amount : page.labelled(page.say(label), amount);
    };
    const bool some = has_accounts(page, commitments);
    for (const SnapshotPtr& one : commitments) {
        if (some && status_of(page, *one).progress.empty()) continue;
        Bullets::Row row{page.plain_title(*one), {}};
        const std::string due = page.date(one->body, "due");
        const std::string target = target_text(page, *one);
        const std::string target_told =
            told("Target",
                 due.empty() ? target : page.with_detail(target, page.labelled(page.say("By when"), due)));
        const std::vector<Progress> accounts = status_of(page, *one).progress;
        for (const Progress& account : accounts) {
            const std::optional<Goal>& goal = account.goal;
            const Json claimant = claimant_link(page, account.claimant);
            row.bars.push_back(
                {.who = claimant.is_null() ? page.say("Counted from the records of this register")
                                           : claimant["text"].get<std::string>(),
                 .base = goal ? drawn_number(goal->base) : std::nullopt,
                 .actual = drawn_number(account.figure),
                 .target = goal ? drawn_number(goal->value) : std::nullopt,
                 .base_text = told("Baseline", goal && goal->base ? in_unit(page, *one, *goal->base)
                                                                  : base_text(page, *one)),
                 .actual_text = told("Actual", in_unit(page, *one, account.figure)),
                 .target_text = target_told,
                 .share = told("Share of the way", share_text(page, account))});
        }
        const auto wanted = Target::of(one->body);
        if (accounts.empty())
            row.bars.push_back({.who = {},
                                .base = {},
                                .actual = {},
                                .target = wanted && wanted->form == Target::Form::value
                                              ? drawn_number(WordedFigure{wanted->number, {}})
                                              : std::nullopt,
                                .base_text = told("Baseline", base_text(page, *one)),
                                .actual_text = told("Actual", page.say("not stated")),
                                .target_text = target_told,
                                .share = {}});
        out.rows.push_back(std::move(row));
    }
    return out;
}

/// Who published what the accounts say.
std::string sources_of(Page& page, const std::vector<SnapshotPtr>& commitments) {
    std::vector<RecordId> records;
    for (const SnapshotPtr& one : commitments) {
        records.push_back(one->name);
        for (const Progress& account : status_of(page, *one).progress) records.push_back(account.from.name);
    }
    return sources_note(page, records);
}

/// `path`: of the page of the drawing alone; empty: there is none, and nothing is drawn.
Json context_of(Page& page, const std::vector<SnapshotPtr>& commitments, const std::string& more_href,
                const std::string& subject, const std::string& path) {
    if (commitments.empty()) return nullptr;
    Json rows = Json::array();
    for (const SnapshotPtr& one : commitments)
        for (Json& row : rows_of(page, *one)) rows.push_back(std::move(row));
    Json out{{"target_rows", std::move(rows)},
             {"more_href", more_href},
             {"targets_wide_svg", ""},
             {"targets_narrow_svg", ""},
             {"targets_title", ""},
             {"targets_note", ""},
             {"sources_text", ""},
             {"as_of_text", ""},
             {"svg_href", ""},
             {"png_href", ""},
             {"frame_href", ""},
             {"csv_href", ""}};
    if (path.empty()) return out;
    const Bullets bullets = bullets_of(page, commitments, subject);
    const auto part = [&](ChartSize size, const char* id) {
        return part_svg(bullets_piece(bullets, size), bullets.caption, size, id);
    };
    out["targets_wide_svg"] = part(ChartSize::wide, "targets-wide");
    out["targets_narrow_svg"] = part(ChartSize::narrow, "targets-narrow");
    out["targets_title"] = bullets.caption.title;
    out["targets_note"] = drawn_note(page, commitments);
    out["sources_text"] = sources_of(page, commitments);
    out["as_of_text"] = as_of_note(page);
    out["csv_href"] = page.href(path + ".csv");
    out.update(drawn_files(page, path));
    return out;
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

Json targets_context(Page& page, const Snapshot& of) {
    const std::string filter(info(of.name.kind).name), &value = of.name.id;
    const Chosen chosen = chosen_by(page, filter, value);
    return context_of(
        page, chosen.commitments,
        chosen.more ? page.href("/commitments", {{filter, value}, {"target", std::string(query::kStated)}})
                    : std::string(),
        page.plain_title(of), page.record_path(of.name) + "/targets");
}

Json targets_context(Page& page, const std::vector<SnapshotPtr>& series) {
    return context_of(page, chosen_by(page, series), {}, {}, {});
}

Drawn targets_drawn(Page& page, const Snapshot& of) {
    const Chosen chosen = chosen_by(page, std::string(info(of.name.kind).name), of.name.id);
    const Bullets bullets = bullets_of(page, chosen.commitments, page.plain_title(of));
    std::vector<std::string> notes{as_of_note(page)};
    if (std::string sources = sources_of(page, chosen.commitments); !sources.empty())
        notes.insert(notes.begin(), std::move(sources));
    if (chosen.commitments.empty())
        notes.insert(notes.begin(), page.say("No promise with a number is held."));
    Drawn out = drawn(page, bullets_piece(bullets, ChartSize::wide),
                      bullets_piece(bullets, ChartSize::narrow), bullets.caption, std::move(notes));
    out.name = "targets-" + of.name.id;
    out.href = page.href(page.record_path(of.name)) + "#targets-heading";
    return out;
}

Table targets_table(Page& page, const Snapshot& of) {
    Table out{
        .name = "targets", .title = page.say("Promises with a number, and what came of it"), .rows = {}};
    out.add({std::string("commitment"), "by", "target", "unit", "aim", "due", "claimant", "base", "goal",
             "value", "qualifier", "percent", "from"});
    const Chosen chosen = chosen_by(page, std::string(info(of.name.kind).name), of.name.id);
    for (const SnapshotPtr& one : chosen.commitments) {
        std::string by;
        for (const std::string& party : list_of(one->body, "by")) by += (by.empty() ? "" : ";") + party;
        const auto row = [&](const std::vector<std::string>& rest) {
            std::vector<std::string> cells{one->name.id,
                                           by,
                                           text_of(one->body, "target"),
                                           unit_of(*one),
                                           text_of(one->body, "aim"),
                                           text_of(one->body, "due")};
            cells.insert(cells.end(), rest.begin(), rest.end());
            out.add(cells);
        };
        const std::vector<Progress> accounts = status_of(page, *one).progress;
        for (const Progress& account : accounts) {
            const std::optional<Goal>& goal = account.goal;
            row({account.claimant ? account.claimant->text() : "register",
                 goal && goal->base ? goal->base->value.text() : "", goal ? goal->value.value.text() : "",
                 account.figure.value.text(), account.figure.wording,
                 account.percent ? account.percent->text() : "", account.from.name.text()});
        }
        if (accounts.empty()) row({"", "", "", "", "", "", ""});
    }
    return out;
}

Json targets_data(Page& page, const std::string& filter, const std::string& value) {
    return rows_data(page, chosen_by(page, filter, value).commitments);
}

Json targets_data(Page& page, const std::vector<SnapshotPtr>& series) {
    return rows_data(page, chosen_by(page, series));
}

}  // namespace tamga::web
