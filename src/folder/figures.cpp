#include "folder/figures.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "figures/told.hpp"
#include "sheet/sheet.hpp"

namespace tamga::folder {

namespace {

using Days = std::pair<Date, Date>;
/// The figures that the register has of a series.
using Held = std::map<Days, std::vector<query::SnapshotPtr>>;

std::string place(const std::string& path, int row, int column) {
    return fmt::format("{}:{}:{}", path, row, column);
}

Result<Held> held(const query::View& view, const std::string& series) {
    Held out;
    TAMGA_ASSIGN(const auto observations,
                 view.linking_to({Kind::series, series}, Kind::observation, "series"));
    for (const query::SnapshotPtr& one : observations)
        if (const auto period = parse_period(text_of(one->body, "period")))
            out[{period->first, period->last}].push_back(one);
    return out;
}

std::vector<std::string> sources_of(const Json& body) {
    std::vector<std::string> out;
    if (const auto sources = body.find("sources"); sources != body.end())
        for (const Json& citation : *sources) out.push_back(citation.value("source", ""));
    return out;
}

/// What the figure says, over what the register has.
Json merged(const Json& before, const Json& told) {
    Json out = before;
    for (const char* const field : {"value", "missing", "qualifier", "status"}) out.erase(field);
    // The same days stay written as they were, and so do the places in the same sources.
    const bool same_sources = sources_of(before) == sources_of(told);
    for (const auto& [field, value] : told.items())
        if (field != "period" && !(field == "sources" && same_sources)) out[field] = value;
    return out;
}

/// What becomes another of the codes, numbers and citations of a figure.
void compare(const Json& before, const Json& after, std::size_t index, std::vector<Difference>& out) {
    for (const Field& field : info(Kind::observation).fields) {
        if (has_languages(field.type)) continue;
        const auto said = [&](const Json& body) {
            const auto found = body.find(field.name);
            return found == body.end() ? std::string() : cell(field, *found);
        };
        std::string was = said(before), becomes = said(after);
        if (was != becomes)
            out.push_back({index, std::string(field.name), std::move(was), std::move(becomes)});
    }
}

}  // namespace

Result<csv::Table> read_figure_table(const File& file, std::vector<Finding>& findings) {
    const std::string& path = file.path.empty() ? file.name : file.path;
    std::vector<csv::Problem> problems;
    csv::Table out;
    // Workbooks are packed.
    if (file.content.starts_with("PK")) {
        TAMGA_ASSIGN(const sheet::Workbook workbook, sheet::Workbook::of(file.content, path));
        TAMGA_ASSIGN(sheet::Rows rows, workbook.rows(0));
        for (csv::Row row;;) {
            TAMGA_ASSIGN(const bool more, rows.next(row, problems));
            if (!more) break;
            out.rows.push_back(row);
        }
    } else {
        out = csv::parse(file.content, problems);
    }
    for (const csv::Problem& one : problems)
        findings.push_back({place(path, one.row, one.column), one.cause, one.hint});
    return out;
}

Result<FigureChanges> figure_changes(const query::View& view, const csv::Table& table,
                                     const figures::Mapping& mapping, const std::string& path) {
    FigureChanges out;
    Result<void> looked_up;
    const figures::Intake intake =
        figures::read_table(table, mapping, [&](const std::string& id) -> std::optional<Json> {
            if (!is_id(id)) return std::nullopt;
            auto found = view.find({Kind::series, id});
            if (!found) looked_up = std::unexpected(std::move(found).error());
            return found && *found ? std::optional((*found)->body) : std::nullopt;
        });
    TAMGA_TRY(looked_up);
    for (const csv::Problem& one : intake.problems)
        out.findings.push_back({place(path, one.row, one.column), one.cause, one.hint});
    out.passed_over = intake.passed_over;
    out.repeated = intake.repeated;
    std::map<std::string, Held> by_series;
    for (const figures::TakenFigure& one : intake.taken) {
        auto known = by_series.find(one.series);
        if (known == by_series.end()) {
            TAMGA_ASSIGN(Held all, held(view, one.series));
            known = by_series.emplace(one.series, std::move(all)).first;
        }
        journal::Change change{.verb = journal::Verb::put, .name = {Kind::observation, {}}, .body = one.body};
        const auto same = known->second.find({one.period.first, one.period.last});
        if (same == known->second.end()) {
            change.name.id = figures::observation_id(one.series, one.period);
            TAMGA_ASSIGN(const auto taken, view.find(change.name));
            if (taken) change.name.id += "-figure";
        } else if (same->second.size() == 1) {
            change.name = same->second.front()->name;
            change.body = merged(same->second.front()->body, one.body);
            compare(same->second.front()->body, change.body, out.changes.size(), out.differences);
        } else {
            std::string ids;
            for (const query::SnapshotPtr& other : same->second)
                ids += (ids.empty() ? "" : ", ") + other->name.id;
            out.findings.push_back({place(path, one.row, one.column),
                                    fmt::format("the register has several figures of {} in {}: {}",
                                                one.series, figures::written(one.period), ids),
                                    "say which one changes in a file observations.csv"});
            continue;
        }
        if (const std::string why = text_of(one.body, "missing"); !why.empty()) ++out.missing[why];
        out.changes.push_back(std::move(change));
        out.places.push_back(place(path, one.row, one.column));
    }
    return out;
}

}  // namespace tamga::folder
