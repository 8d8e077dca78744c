#include "web/pages/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <set>
#include <unordered_map>

#include "base/decimal.hpp"
#include "figures/align.hpp"
#include "query/figures.hpp"
#include "web/pages/compare.hpp"
#include "web/pages/indicator.hpp"
#include "web/pages/reporters.hpp"
#include "web/pages/revisions.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

// What a page shows at most, whatever the register holds: reporters, figures of one of them that are read,
// marks that are drawn, rows of the table, points of a small line.
constexpr std::size_t kMostReporters = 24, kMostFigures = 1000, kMostMarks = 480, kMostRows = 300,
                      kSparkPoints = 24;
/// Of a series in a list with more figures only that is told.
constexpr std::size_t kMostLinkedInList = 240;

query::NewestFigures newest_figures(Page& page, const RecordId& series, std::size_t most) {
    auto found = query::newest_figures(page.view(), series, most);
    if (found) return *std::move(found);
    page.failed(found.error());
    return {};
}

/// What one reporter says: of very many figures the newest.
struct Told {
    query::HeldSeries held;
    std::size_t total;  ///< How many there are.
    Json reporter;      ///< As reporter_link().

    std::string name() const { return reporter["text"].get<std::string>(); }
    std::string unit() const { return text_of(held.series->body, "unit"); }
};

Told told_by(Page& page, const SnapshotPtr& series) {
    query::NewestFigures newest = newest_figures(page, series->name, kMostFigures);
    return {{series, std::move(newest.figures)}, newest.total, reporter_link(page, *series)};
}

/// The series that measure the same as this one, itself among them.
std::vector<SnapshotPtr> of_same_indicator(Page& page, const Snapshot& series) {
    auto found = query::where(page.view(), Kind::series, "indicator", text_of(series.body, "indicator"));
    if (found) return *std::move(found);
    page.failed(found.error());
    return {};
}

std::vector<SnapshotPtr> series_of_claim(Page& page, const Snapshot& claim) {
    std::vector<SnapshotPtr> series;
    for (const std::string& id : list_of(claim.body, "series"))
        if (SnapshotPtr found = page.find({Kind::series, id})) series.push_back(std::move(found));
    return series;
}

/// A figure as people say it: "almost 90 billion USD".
std::string said(const Page& page, const WordedFigure& figure, const std::string& unit) {
    return page.worded(figure.wording, page.short_amount(figure.value.text(), unit));
}

/// A figure as it is drawn, but for its label; nothing where it has no value, or one beyond all measure.
std::optional<Chart::Mark> mark_of(const query::HeldFigure& figure) {
    constexpr double kOpen = std::numeric_limits<double>::infinity();
    auto decimal = Decimal::parse(text_of(figure.body, "value"));
    if (!decimal) return std::nullopt;
    const auto number = [](const Decimal& exact) { return std::strtod(exact.text().c_str(), nullptr); };
    const WordedFigure worded{*std::move(decimal), text_of(figure.body, "qualifier")};
    const double value = number(worded.value);
    if (!(std::abs(value) <= kMostDrawn)) return std::nullopt;
    Chart::Mark out{figure.period.first, figure.period.last, value, value, value, {}};
    if (worded.wording.empty() || worded.wording == "exact") return out;
    const Bounds bounds = bounds_of(worded);
    out.low = bounds.low ? number(*bounds.low) : -kOpen;
    out.high = bounds.high ? number(*bounds.high) : kOpen;
    return out;
}

/// "2024: almost 90 billion USD", of a figure that has a mark.
std::string mark_label(const Page& page, const query::HeldFigure& figure, const std::string& unit) {
    const WordedFigure worded{*Decimal::parse(text_of(figure.body, "value")),
                              text_of(figure.body, "qualifier")};
    return page.labelled(page.period_text(text_of(figure.body, "period")), said(page, worded, unit));
}

/// The period of a figure that says why it has no value; nothing of one that has.
std::optional<Chart::Hole> hole_of(const query::HeldFigure& figure) {
    if (!missing_named(text_of(figure.body, "missing"))) return std::nullopt;
    return Chart::Hole{figure.period.first, figure.period.last};
}

/// What several reporters say of the same, set against each other.
class Comparison {
  public:
    /// The series whose page it is, if any, stands first, and the others in the order of the names of their
    /// reporters.
    Comparison(Page& page, std::vector<SnapshotPtr> series, const RecordId* own) : page_(page) {
        std::ranges::stable_partition(series,
                                      [&](const SnapshotPtr& one) { return own && one->name == *own; });
        reporters_in_all_ = series.size();
        if (series.size() > kMostReporters) series.resize(kMostReporters);
        for (const SnapshotPtr& one : series) {
            Told told = told_by(page, one);
            figures_in_all_ += told.total;
            if (!told.held.figures.empty()) told_.push_back(std::move(told));
        }
        std::ranges::stable_sort(told_, [&](const Told& a, const Told& b) {
            const bool a_own = own && a.held.series->name == *own, b_own = own && b.held.series->name == *own;
            return a_own != b_own ? a_own : page.language().compare(a.name(), b.name()) < 0;
        });
        for (const Told& told : told_) series_.push_back(told.held.borrowed());
        rows_ = figures::align(series_);
        for (const figures::Row& row : rows_)
            for (const auto& untold : row.untold) figures_in_all_ -= untold.size();
    }

    bool empty() const { return told_.empty(); }

    Chart chart(const std::string& subject) {
        Chart out;
        out.number = [&language = page_.language()](std::string_view decimal) {
            return language.compact_number(decimal).text;
        };
        for (const Told& told : told_) add_line(out, told);
        add_bands(out);
        out.title = title(subject, out);
        out.description =
            page_.say("Each figure is a mark over its period; the table beneath tells the same.");
        return out;
    }

    /// "For 2024 the smallest and the largest figure differ by …"; empty if no figures differ.
    std::string gap() const {
        const auto widest = figures::widest_gap(series_, rows_);
        if (!widest) return {};
        const figures::Row& row = rows_[widest->row];
        const auto figure = [&](const figures::Gap::Place& place) -> const WordedFigure& {
            return row.values[place.series][place.value].figure;
        };
        const auto name = [&](const figures::Gap::Place& place) { return told_[place.series].name(); };
        const std::string unit = told_[widest->largest.series].unit();
        const WordedFigure &smallest = figure(widest->smallest), &largest = figure(widest->largest);
        const bool bare = smallest.wording.empty() && largest.wording.empty();
        return page_.language().format(
            "The widest gap: for {1} the smallest and the largest figure differ by {2} ({3}: {4}; {5}: {6}).",
            {page_.period_text(row.period_text),
             page_.worded(bare ? "" : "about", page_.short_amount(widest->difference.text(), unit)),
             name(widest->smallest), said(page_, smallest, unit), name(widest->largest),
             said(page_, largest, unit)});
    }

    /// The page that walks from the one figure of the widest gap to the other; empty if no two series differ.
    std::string gap_href() const {
        const auto widest = figures::widest_gap(series_, rows_);
        if (!widest || widest->smallest.series == widest->largest.series) return {};
        return page_.href("/figures/compare", {{"a", told_[widest->largest.series].held.series->name.id},
                                               {"b", told_[widest->smallest.series].held.series->name.id},
                                               {"period", rows_[widest->row].period_text}});
    }

    /// What the marks mean, as far as there are such marks.
    std::string signs(const Chart& chart) const {
        bool part = false, open = false, range = false;
        for (const Chart::Panel& panel : chart.panels)
            for (const Chart::Line& line : panel.lines)
                for (const Chart::Mark& mark : line.marks) {
                    part = part || !is_whole(mark);
                    const bool arrow = std::isinf(mark.low) || std::isinf(mark.high);
                    open = open || arrow;
                    range = range || (!arrow && mark.low != mark.high);
                }
        std::string out;
        if (part) out += page_.say("Hollow: a part of a year, not to be read as a year.");
        if (open) out = page_.sentences(out, page_.say("Arrow: “over” or “under” the figure."));
        if (range) out = page_.sentences(out, page_.say("Upright line: what “about” or “almost” allows."));
        const auto has_bands = [](const Chart::Panel& panel) { return !panel.bands.empty(); };
        if (std::ranges::any_of(chart.panels, has_bands))
            out = page_.sentences(out, page_.say("Shaded: figures of one period that cannot all be true."));
        return out;
    }

    /// "Gaps, where a reporter gives no figure: A: 2023 (confidential)."; empty where all are told.
    std::string untold() const {
        std::vector<std::string> all;
        for (auto row = rows_.rbegin(); row != rows_.rend(); ++row)
            for (std::size_t i = 0; i < told_.size(); ++i)
                for (const auto& [observation, why] : row->untold[i])
                    all.push_back(
                        page_.labelled(told_[i].name(), page_.with_detail(page_.period_text(row->period_text),
                                                                          page_.code_within(name(why)))));
        if (all.empty()) return {};
        const bool more = all.size() > kMostCited;
        if (more) all.resize(kMostCited);
        const std::string list = page_.one_by_one(all);
        return more ? page_.language().format(
                          "Gaps, where a reporter gives no figure: {1}, and others that the table names.",
                          {list})
                    : page_.language().format("Gaps, where a reporter gives no figure: {1}.", {list});
    }

    /// How many of the figures are seen, where it is not all of them.
    std::string shown(const Chart& chart) const {
        std::size_t drawn = 0;
        for (const Chart::Panel& panel : chart.panels)
            for (const Chart::Line& line : panel.lines) drawn += line.marks.size();
        const auto number = [&](std::size_t count) { return page_.language().number(std::to_string(count)); };
        std::string out;
        if (drawn < figures_in_all_)
            out = page_.language().format(
                "Drawn: {1} of {2} figures, with the newest and the extreme ones; the CSV has all.",
                {number(drawn), number(figures_in_all_)});
        if (reporters_in_all_ > kMostReporters)
            out = page_.sentences(
                out, page_.language().format("{1} of {2} series are shown.",
                                             {number(kMostReporters), number(reporters_in_all_)}));
        return out;
    }

    /// Who published what the figures are taken from.
    std::string sources() {
        std::vector<std::string> names;
        std::set<std::string> seen;
        for (const Told& told : told_)
            for (auto one = told.held.figures.rbegin(); one != told.held.figures.rend(); ++one) {
                for (const std::string& source : one->sources) {
                    if (!seen.insert(source).second) continue;
                    std::string name = publisher_of(page_.citations(citing({source})).front());
                    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
                }
                if (names.size() > kMostCited) break;
            }
        return sources_note(page_, std::move(names));
    }

    std::vector<std::string> notes(const Chart& chart) {
        std::vector<std::string> out;
        for (std::string note : {gap(), untold(), signs(chart), shown(chart), sources(), as_of_note(page_)})
            if (!note.empty()) out.push_back(std::move(note));
        return out;
    }

    /// Context of the `comparison` template, but for the addresses of files.
    Json context(const std::string& subject, std::string_view id) {
        const Chart chart = this->chart(subject);
        for (const Told& told : told_)
            for (const query::HeldFigure& figure : told.held.figures) by_id_.emplace(figure.name.id, &figure);
        Json rows = Json::array();
        std::size_t told = 0;
        for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) {
            for (std::size_t i = 0; i < told_.size(); ++i) {
                for (const figures::Value& value : row->values[i])
                    if (++told <= kMostRows) rows.push_back(table_row(*row, told_[i], value));
                for (const auto& [observation, why] : row->untold[i])
                    if (++told <= kMostRows) rows.push_back(untold_row(*row, told_[i], observation, why));
            }
        }
        Page::Parameters all;
        for (const Told& one : told_) all.emplace_back("series", one.held.series->name.id);
        const auto number = [&](std::size_t count) { return page_.language().number(std::to_string(count)); };
        return {{"chart_title", chart.title},
                {"chart_id", std::string(id) + "-heading"},
                {"chart_wide_svg", chart_svg(chart, ChartSize::wide, std::string(id) + "-wide")},
                {"chart_narrow_svg", chart_svg(chart, ChartSize::narrow, std::string(id) + "-narrow")},
                {"gap_text", gap()},
                {"gap_href", gap_href()},
                {"untold_text", untold()},
                {"signs_text", signs(chart)},
                {"shown_text", shown(chart)},
                {"sources_text", sources()},
                {"as_of_text", as_of_note(page_)},
                {"told", std::move(rows)},
                {"told_text", figures_in_all_ > kMostRows && told > kMostRows
                                  ? page_.language().format("The newest {1} of {2} figures; the CSV has all.",
                                                            {number(kMostRows), number(figures_in_all_)})
                                  : ""},
                {"csv_href", page_.href("/observations.csv", all)},
                {"xlsx_href", page_.href("/observations.xlsx", all)},
                {"svg_href", ""},
                {"png_href", ""},
                {"frame_href", ""}};
    }

  private:
    /// A body that cites these sources.
    static Json citing(const std::vector<std::string>& sources) {
        Json cited = Json::array();
        for (const std::string& source : sources) cited.push_back({{"source", source}});
        return {{"sources", std::move(cited)}};
    }

    void add_line(Chart& chart, const Told& told) const {
        Chart::Line line{told.name(), {}};
        std::vector<std::pair<Chart::Mark, const query::HeldFigure*>> marks;
        std::vector<double> values;
        for (const query::HeldFigure& figure : told.held.figures)
            if (auto mark = mark_of(figure)) {
                values.push_back(mark->value);
                marks.emplace_back(*std::move(mark), &figure);
            } else if (const auto hole = hole_of(figure)) {
                line.holes.push_back(*hole);
            }
        const std::size_t room = std::max<std::size_t>(kMostMarks / told_.size(), 4);
        for (const std::size_t kept : figures::thinned(values, room)) {
            auto& [mark, figure] = marks[kept];
            mark.label = mark_label(page_, *figure, told.unit());
            line.marks.push_back(std::move(mark));
        }
        if (line.marks.empty()) return;
        const std::string unit = page_.say("unit", told.unit());
        auto panel = std::ranges::find(chart.panels, unit, &Chart::Panel::unit);
        if (panel == chart.panels.end()) panel = chart.panels.insert(panel, {unit, {}});
        panel->lines.push_back(std::move(line));
    }

    /// Of each period of which figures cannot all be true, from the smallest to the largest; of one unit
    /// each.
    void add_bands(Chart& chart) const {
        for (const figures::Row& row : rows_) {
            if (!row.differs) continue;
            for (Chart::Panel& panel : chart.panels) {
                std::optional<Chart::Band> band;
                for (std::size_t i = 0; i < told_.size(); ++i) {
                    if (page_.say("unit", told_[i].unit()) != panel.unit) continue;
                    for (const figures::Value& one : row.values[i]) {
                        if (!one.differs) continue;
                        const double value = std::strtod(one.figure.value.text().c_str(), nullptr);
                        if (!band) band = {row.period.first, row.period.last, value, value, {}};
                        band->low = std::min(band->low, value);
                        band->high = std::max(band->high, value);
                    }
                }
                if (!band || band->low == band->high || panel.bands.size() >= kMostMarks) continue;
                band->label = page_.labelled(page_.period_text(row.period_text), page_.say("differs"));
                panel.bands.push_back(*std::move(band));
            }
        }
    }

    /// "What 5 reporters say: trade, 2013–2025, USD".
    std::string title(const std::string& subject, const Chart& chart) const {
        std::set<std::string> reporters;
        for (const Told& told : told_)
            reporters.insert(text_of(told.held.series->body, "reporter") + "\n" +
                             page_.name_in(told.held.series->body, "reporter_name"));
        const std::string who =
            told_.size() == 1 ? told_.front().name()
                              : page_.language().plural("What {1} reporter says", "What {1} reporters say",
                                                        static_cast<long>(reporters.size()));
        std::vector<std::string> units;
        for (const Chart::Panel& panel : chart.panels) units.push_back(panel.unit);
        if (rows_.empty()) return page_.labelled(who, subject);
        int first = 9999, last = 0;
        for (const figures::Row& row : rows_) {
            first = std::min(first, row.period.first.year());
            last = std::max(last, row.period.last.year());
        }
        const auto year = [](int number) { return Date::parse(fmt::format("{:04}", number)); };
        const std::string span = page_.language().date_range(*year(first), *year(last));
        return page_.language().format("{1}: {2}, {3} ({4})", {who, subject, span, page_.one_by_one(units)});
    }

    Json table_row(const figures::Row& row, const Told& told, const figures::Value& value) const {
        Json out = row_of(row, told, value.observation);
        out["figure"] = said(page_, value.figure, told.unit());
        out["figure_exact"] = page_.amount(value.figure.value.text(), told.unit());
        out["differs"] = value.differs;
        return out;
    }

    Json untold_row(const figures::Row& row, const Told& told, const RecordId& observation,
                    Missing why) const {
        Json out = row_of(row, told, observation);
        out["figure"] = page_.code(name(why));
        return out;
    }

    /// A row of the table but for what it says.
    Json row_of(const figures::Row& row, const Told& told, const RecordId& name) const {
        Json cites = Json::array();
        for (Json& citation : page_.citations(citing(by_id_.at(name.id)->sources))) {
            const Json& named = citation["publisher"].is_null() ? citation : citation["publisher"];
            const bool is_foreign = named.value("fallback", true);
            cites.push_back({{"href", citation["href"]},
                             {"text", named["text"]},
                             {"tag", is_foreign ? named["tag"] : Json("")}});
        }
        return {{"period", page_.period_text(row.period_text)},
                {"reporter", told.reporter},
                {"figure", ""},
                {"figure_exact", ""},
                {"figure_href", page_.href(page_.record_path(name))},
                {"differs", false},
                {"cites", std::move(cites)}};
    }

    Page& page_;
    std::vector<Told> told_;
    std::vector<figures::Series> series_;
    std::vector<figures::Row> rows_;
    std::unordered_map<std::string_view, const query::HeldFigure*> by_id_;
    std::size_t figures_in_all_ = 0, reporters_in_all_ = 0;
};

/// Who reports a series, its last figure, and a small line of the newest.
Json list_row(Page& page, const Snapshot& series) {
    Json row{{"reporter", reporter_link(page, series)},
             {"last", ""},
             {"exact", ""},
             {"period", ""},
             {"many", ""},
             {"spark_svg", ""}};
    // Links alone tell that there are too many.
    const auto links = page.view().links_to(series.name, Kind::observation, kMostLinkedInList + 1);
    if (!links) page.failed(links.error());
    if (!links || links->size() > kMostLinkedInList) {
        row["many"] = page.language().format("more than {1} figures",
                                             {page.language().number(std::to_string(kMostLinkedInList))});
        return row;
    }
    const query::NewestFigures newest = newest_figures(page, series.name, kSparkPoints);
    if (newest.figures.empty()) {
        row["many"] = page.say("not stated");
        return row;
    }
    const Json& last = newest.figures.back().body;
    const std::string unit = text_of(series.body, "unit");
    if (const std::string missing = text_of(last, "missing"); !missing.empty()) {
        row["last"] = page.code(missing);
    } else {
        row["last"] =
            page.worded(text_of(last, "qualifier"), page.short_amount(text_of(last, "value"), unit));
        row["exact"] = page.amount(text_of(last, "value"), unit);
    }
    row["period"] = page.period_text(text_of(last, "period"));
    std::vector<Chart::Mark> marks;
    std::vector<Chart::Hole> holes;
    for (const query::HeldFigure& figure : newest.figures)
        if (auto mark = mark_of(figure)) {
            mark->label = mark_label(page, figure, unit);
            marks.push_back(*std::move(mark));
        } else if (const auto hole = hole_of(figure)) {
            holes.push_back(*hole);
        }
    row["spark_svg"] = sparkline_svg(marks, holes);
    return row;
}

/// The pages of what these series measure, each once.
Json indicators_of(Page& page, const std::vector<SnapshotPtr>& series) {
    Json out = Json::array();
    std::set<std::string> told;
    for (const SnapshotPtr& one : series) {
        const std::string indicator = text_of(one->body, "indicator");
        if (!told.insert(indicator).second) continue;
        Json link = subject_of(page, *one);
        std::string href = indicator_href(page, indicator);
        if (href.empty()) continue;
        link["href"] = std::move(href);
        out.push_back(std::move(link));
    }
    return out;
}

Comparison of_series(Page& page, const Snapshot& series) {
    return {page, of_same_indicator(page, series), &series.name};
}

Drawn drawn_of(Page& page, Comparison comparison, const std::string& subject) {
    const Chart chart = comparison.chart(subject);
    Drawn out{.caption = {chart.title, chart.description},
              .wide_svg = chart_svg(chart, ChartSize::wide, "wide"),
              .narrow_svg = chart_svg(chart, ChartSize::narrow, "narrow")};
    out.notes =
        comparison.empty() ? std::vector{page.say("No figures are stated.")} : comparison.notes(chart);
    out.file_svg = standalone_svg(chart, out.notes, page.language().tag());
    return out;
}

}  // namespace

Json comparison_context(Page& page, const std::vector<SnapshotPtr>& series, const std::string& subject) {
    Comparison comparison(page, series, nullptr);
    if (comparison.empty()) return nullptr;
    return comparison.context(subject, "figures");
}

Json comparison_data(Page& page, const Snapshot& record) {
    return comparison_data(page, record.name.kind == Kind::claim ? series_of_claim(page, record)
                                                                 : of_same_indicator(page, record));
}

Json comparison_data(Page& page, const std::vector<SnapshotPtr>& series) {
    std::vector<query::HeldSeries> held;
    std::vector<figures::Series> input;
    for (const SnapshotPtr& one : series) {
        held.push_back({one, newest_figures(page, one->name, static_cast<std::size_t>(-1)).figures});
        input.push_back(held.back().borrowed());
    }
    const std::vector<figures::Row> rows = figures::align(input);
    Json out = Json::array();
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        Json told = Json::array();
        for (std::size_t i = 0; i < series.size(); ++i) {
            for (const auto& [observation, why] : row->untold[i])
                told.push_back({{"series", series[i]->name.id},
                                {"observation", observation.id},
                                {"missing", name(why)},
                                {"unit", text_of(series[i]->body, "unit")}});
            for (const figures::Value& value : row->values[i]) {
                Json entry{{"series", series[i]->name.id},
                           {"observation", value.observation.id},
                           {"value", value.figure.value.text()},
                           {"unit", text_of(series[i]->body, "unit")}};
                if (!value.figure.wording.empty()) entry["qualifier"] = value.figure.wording;
                told.push_back(std::move(entry));
            }
        }
        out.push_back(
            {{"period", row->period_text}, {"differs", row->differs}, {"figures", std::move(told)}});
    }
    return out;
}

Json series_context(Page& page, const Snapshot& series) {
    Comparison comparison = of_series(page, series);
    const std::string all_href = indicator_href(page, text_of(series.body, "indicator"));
    Json revisions = revisions_context(page, series);
    if (comparison.empty())
        return {{"comparison", nullptr}, {"indicator_href", all_href}, {"revisions", std::move(revisions)}};
    Json context = comparison.context(subject_of(page, series)["text"].get<std::string>(), "figures");
    context.update(drawn_files(page, page.record_path(series.name)));
    return {{"comparison", std::move(context)},
            {"indicator_href", all_href},
            {"revisions", std::move(revisions)}};
}

Drawn series_drawn(Page& page, const Snapshot& series) {
    Drawn out = drawn_of(page, of_series(page, series), subject_of(page, series)["text"].get<std::string>());
    out.name = series.name.id;
    out.href = page.href(page.record_path(series.name));
    return out;
}

Drawn comparison_drawn(Page& page, const std::vector<SnapshotPtr>& series, const std::string& subject) {
    return drawn_of(page, {page, series, nullptr}, subject);
}

Json claim_context(Page& page, const Snapshot& claim) {
    const std::vector<SnapshotPtr> series = series_of_claim(page, claim);
    const std::string text =
        claim.body.contains("value")
            ? page.language().format(
                  "The number claimed: {1}.",
                  {page.worded(text_of(claim.body, "qualifier"),
                               page.short_amount(text_of(claim.body, "value"), text_of(claim.body, "unit")))})
            : page.say("The claim gives no number.");
    Comparison comparison(page, series, nullptr);
    return {{"claim_text", text},
            {"claim_verdict", verdict_context(page, claim)},
            {"claim_indicators", indicators_of(page, series)},
            {"claim_past", nullptr},  // Looked up where other states of the register are at hand.
            {"claim_series",
             comparison.empty() ? Json(nullptr) : comparison.context(page.plain_title(claim), "claim")}};
}

Json series_groups(Page& page, const std::vector<SnapshotPtr>& series) {
    Json groups = Json::array();
    std::string indicator;
    for (const SnapshotPtr& one : series) {
        Json subject = subject_of(page, *one);
        const std::string measured = text_of(one->body, "indicator");
        if (groups.empty() || measured != indicator || groups.back()["subject"]["text"] != subject["text"])
            groups.push_back({{"subject", std::move(subject)}, {"rows", Json::array()}});
        indicator = measured;
        groups.back()["rows"].push_back(list_row(page, *one));
    }
    return groups;
}

}  // namespace tamga::web
