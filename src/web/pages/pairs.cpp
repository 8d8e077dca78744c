#include "web/pages/pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>

#include "query/listing.hpp"
#include "web/pages/answers.hpp"
#include "web/pages/compare.hpp"
#include "web/pages/indicator.hpp"
#include "web/pages/reporters.hpp"
#include "web/parts/heat.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;
using query::TradeDirection;

namespace {

// In the order of figures::Apart.
constexpr std::array<const char*, 5> kApart = {TAMGA_MSG("they agree"), TAMGA_MSG("close"),
                                               TAMGA_MSG("apart"), TAMGA_MSG("far apart"),
                                               TAMGA_MSG("very far apart")};
constexpr std::array<const char*, 5> kMeanings = {
    TAMGA_MSG("both can stand for the same number"),
    TAMGA_MSG("the difference is below 5 percent of both together"),
    TAMGA_MSG("below 15 percent"),
    TAMGA_MSG("below 30 percent"),
    TAMGA_MSG("30 percent or more"),
};
// What a cell says that has no difference to tell.
constexpr const char *kOneSide = TAMGA_MSG("one side only"), *kNotReported = TAMGA_MSG("not reported"),
                     *kNotAvailable = TAMGA_MSG("not available"), *kConfidential = TAMGA_MSG("confidential"),
                     *kNoSeries = TAMGA_MSG("no series held"), *kUnits = TAMGA_MSG("other units");

constexpr int kRatioPlaces = 2;

struct Sign {
    const char* word;
    std::string_view style;
};

Sign sign_of(const TradeDirection& direction) {
    const figures::MatrixCell& cell = direction.cell;
    if (cell.apart) {
        return {kApart[static_cast<std::size_t>(*cell.apart)], figures::name(*cell.apart)};
    }
    if (direction.series.empty()) return {kNoSeries, "none"};
    if (cell.other_unit) return {kUnits, "units"};
    if (cell.gap.reported != figures::Reported::neither) return {kOneSide, "one"};
    const auto& untold = cell.exports.untold ? cell.exports.untold : cell.imports.untold;
    const Missing why = untold ? untold->why : Missing::not_reported;
    return {why == Missing::confidential    ? kConfidential
            : why == Missing::not_available ? kNotAvailable
                                            : kNotReported,
            "silent"};
}

class Pairs {
  public:
    Pairs(Page& page, const query::TradeMatrix& matrix)
        : page_(page),
          matrix_(matrix),
          period_(matrix.period ? figures::written(*matrix.period) : std::string()) {
        for (const TradeDirection& one : matrix.directions)
            if (std::ranges::find(parties_, one.from, [](const Json& party) {
                    return party["id"].get<std::string>();
                }) == parties_.end())
                parties_.push_back(column(one.from));
        page.sort_by_name(parties_);
    }

    Json context() {
        Json rows = Json::array(), told = Json::array();
        std::vector<std::pair<double, Json>> sized;
        for (const Json& from : parties_) {
            Json cells = Json::array();
            for (const Json& to : parties_) {
                const TradeDirection* const direction = find(from, to);
                cells.push_back({{"pair", direction ? cell(*direction, from, to) : Json(nullptr)}});
                if (direction && !direction->series.empty())
                    sized.emplace_back(size(*direction), row(*direction, from, to));
            }
            rows.push_back({{"pair_party", from}, {"pair_cells", std::move(cells)}});
        }
        // The widest gap first, then those of which nothing is computed.
        std::ranges::stable_sort(sized, std::ranges::greater(), &std::pair<double, Json>::first);
        for (auto& [size, row] : sized) told.push_back(std::move(row));
        Json legend = Json::array();
        for (std::size_t i = 0; i < kApart.size(); ++i) {
            legend.push_back({{"apart", page_.say(kApart[i])},
                              {"apart_style", figures::name(static_cast<figures::Apart>(i))},
                              {"apart_meaning", page_.say(kMeanings[i])}});
        }
        return {{"pair_parties", parties_},
                {"pair_rows", std::move(rows)},
                {"pair_told", std::move(told)},
                {"pair_legend", std::move(legend)},
                {"pair_periods", periods()},
                {"pair_period_text", period_.empty() ? std::string() : page_.period_text(period_)}};
    }

    /// The matrix as a drawing.
    Heat heat(const std::string& title) {
        Heat out{
            .caption = {title,
                        page_.say("Rows send, columns receive. In a cell: the importer’s figure less the "
                                  "exporter’s, and the importer’s over the exporter’s.")},
            .parties = {},
            .cells = {},
            .legend = {}};
        for (const Json& from : parties_) {
            out.parties.push_back({from["text"].get<std::string>(), from["short"].get<std::string>()});
            auto& row = out.cells.emplace_back();
            for (const Json& to : parties_) {
                const TradeDirection* const direction = find(from, to);
                if (!direction) {
                    row.emplace_back(std::nullopt);
                    continue;
                }
                const Sign sign = sign_of(*direction);
                const bool both = direction->cell.apart.has_value();
                row.push_back(Heat::Cell{std::string(sign.style), page_.say(sign.word),
                                         both ? gap(*direction) : std::string(),
                                         both ? number(direction->cell.gap.ratio) : std::string()});
            }
        }
        for (std::size_t i = 0; i < kApart.size(); ++i)
            out.legend.push_back({std::string(figures::name(static_cast<figures::Apart>(i))),
                                  page_.labelled(page_.say(kApart[i]), page_.say(kMeanings[i]))});
        return out;
    }

    /// Who published the figures in the cells.
    std::string sources() {
        std::vector<RecordId> figures;
        for (const TradeDirection& one : matrix_.directions)
            for (const figures::MatrixSide* const side : {&one.cell.exports, &one.cell.imports})
                if (side->told)
                    for (const figures::Told::Part& part : side->told->parts)
                        figures.push_back(part.observation);
        return sources_note(page_, figures);
    }

  private:
    Json column(const std::string& id) {
        Json out = page_.link(RecordId{Kind::party, id});
        const SnapshotPtr party = page_.find({Kind::party, id});
        const std::string code = party ? text_of(party->body, "iso_alpha2") : std::string();
        out["short"] = code.empty() ? out["text"] : Json(code);
        return out;
    }

    /// By which the directions are ordered: |G|, below zero where nothing is computed.
    static double size(const TradeDirection& direction) {
        return direction.cell.apart ? std::abs(std::strtod(direction.cell.gap.gap.text().c_str(), nullptr))
                                    : -1.0;
    }

    const TradeDirection* find(const Json& from, const Json& to) const {
        return matrix_.find(from["id"].get_ref<const std::string&>(), to["id"].get_ref<const std::string&>());
    }

    Json periods() {
        Json out = Json::array();
        for (const Period& one : matrix_.periods) {
            const std::string written = figures::written(one);
            out.push_back({{"pair_period", page_.period_text(written)},
                           {"pair_period_href", page_.here({{"period", written}})},
                           {"current", written == period_}});
        }
        return out;
    }

    std::string unit(const TradeDirection& direction, const figures::MatrixSide& side) const {
        return side.chosen ? text_of(direction.series[*side.chosen]->body, "unit") : std::string();
    }

    std::string figure(const TradeDirection& direction, const figures::MatrixSide& side) const {
        if (!side.told) return {};
        return page_.short_amount(side.told->value.text(), unit(direction, side));
    }

    std::string gap(const TradeDirection& direction) const {
        const Decimal& gap = direction.cell.gap.gap;
        return (gap.sign() > 0 ? "+" : "") +
               page_.short_amount(gap.text(), unit(direction, direction.cell.imports));
    }

    std::string number(const std::optional<figures::Ratio>& ratio) const {
        return ratio ? page_.language().number(ratio->rounded(kRatioPlaces).text()) : std::string();
    }

    /// The page that explains the cell: the walk, or the series that lacks the figure.
    std::string href(const TradeDirection& direction) {
        const figures::MatrixCell& cell = direction.cell;
        if (cell.exports.chosen && cell.imports.chosen)
            return page_.href("/figures/compare", {{"a", direction.series[*cell.exports.chosen]->name.id},
                                                   {"b", direction.series[*cell.imports.chosen]->name.id},
                                                   {"period", period_}});
        return direction.series.empty() ? std::string() : indicator_href(page_, direction.indicator);
    }

    /// What would have to be there for two counts to be set against each other; empty where both are.
    std::string missing(const TradeDirection& direction, const Json& from, const Json& to) const {
        const figures::MatrixCell& cell = direction.cell;
        const std::string exporter = from["text"].get<std::string>(),
                          importer = to["text"].get<std::string>();
        const std::string period = page_.period_text(period_);
        const auto lacks = [&](const figures::MatrixSide& side, const std::string& party, bool exports) {
            if (side.told) return std::string();
            const char* const text =
                side.series.empty()
                    ? (exports ? TAMGA_MSG("No series of exports as {1} counts them is held.")
                               : TAMGA_MSG("No series of imports as {1} counts them is held."))
                    : TAMGA_MSG("{1}: the series held have no figure of {2}.");
            const std::string out = page_.language().format(text, {party, period});
            return side.untold ? page_.sentences(out, untold_text(page_, *side.untold)) : out;
        };
        const std::string one = lacks(cell.exports, exporter, true),
                          other = lacks(cell.imports, importer, false);
        if (cell.other_unit) return page_.say("They are in different units, and no rate is given.");
        return page_.sentences(one, other);
    }

    Json cell(const TradeDirection& direction, const Json& from, const Json& to) {
        const Sign sign = sign_of(direction);
        const bool both = direction.cell.apart.has_value();
        return {{"apart", page_.say(sign.word)},
                {"apart_style", sign.style},
                {"pair_gap", both ? gap(direction) : std::string()},
                {"pair_ratio", both ? number(direction.cell.gap.ratio) : std::string()},
                {"pair_missing", missing(direction, from, to)},
                {"pair_href", href(direction)},
                {"pair_name", way(from, to)}};
    }

    std::string way(const Json& from, const Json& to) const {
        return page_.language().format("from {1} to {2}",
                                       {from["text"].get<std::string>(), to["text"].get<std::string>()});
    }

    /// A side in the long table: figure, reporter, and how many others tell of the period.
    Json side(const TradeDirection& direction, const figures::MatrixSide& side) {
        if (!side.chosen) return {{"side_figure", ""}, {"side_link", nullptr}, {"side_more", ""}};
        const auto more = static_cast<long>(side.also_told.size());
        return {
            {"side_figure", figure(direction, side)},
            {"side_link", reporter_link(page_, *direction.series[*side.chosen])},
            {"side_more",
             more == 0 ? std::string() : page_.language().plural("{1} more count", "{1} more counts", more)}};
    }

    Json row(const TradeDirection& direction, const Json& from, const Json& to) {
        Json out = cell(direction, from, to);
        out["pair_exports"] = side(direction, direction.cell.exports);
        out["pair_imports"] = side(direction, direction.cell.imports);
        out["pair_index"] = direction.cell.apart ? number(direction.cell.gap.index) : std::string();
        Json others = Json::array();
        for (const std::string& indicator : direction.other_indicators) {
            const auto series = query::where(page_.view(), Kind::series, "indicator", indicator);
            if (!series) page_.failed(series.error());
            if (series && !series->empty())
                others.push_back({{"other", indicator_title(page_, *series)["text"]},
                                  {"other_href", indicator_href(page_, indicator)}});
        }
        out["pair_others"] = std::move(others);
        out["pair_all_href"] = indicator_href(page_, direction.indicator);
        return out;
    }

    Page& page_;
    const query::TradeMatrix& matrix_;
    std::string period_;
    Json parties_ = Json::array();
};

}  // namespace

std::expected<std::optional<Period>, Refusal> pairs_period(const Page& page) {
    const std::string_view text = page.address().value("period");
    if (text.empty()) return std::nullopt;
    auto period = parse_period(text);
    if (!period) return std::unexpected(unfit_value(page, "period", text));
    return *period;
}

namespace {

Page::Parameters period_of(const query::TradeMatrix& matrix) {
    if (!matrix.period) return {};
    return {{"period", figures::written(*matrix.period)}};
}

std::string path_of(const Page& page, const Snapshot& mechanism) {
    return page.record_path(mechanism.name) + "/trade";
}

}  // namespace

Json pairs_context(Page& page, const Snapshot& mechanism, const query::TradeMatrix& matrix) {
    Pairs pairs(page, matrix);
    Json out = pairs.context();
    out["sources_text"] = pairs.sources();
    out["as_of_text"] = as_of_note(page);
    out.update(drawn_files(page, path_of(page, mechanism), period_of(matrix)));
    out["csv_href"] = page.here_as("csv");
    out["xlsx_href"] = page.here_as("xlsx");
    out["json_href"] = page.here_as("json");
    return out;
}

Drawn pairs_drawn(Page& page, const Snapshot& mechanism, const query::TradeMatrix& matrix) {
    Pairs pairs(page, matrix);
    const std::string what =
        page.labelled(page.plain_title(mechanism), page.say("Trade between the parties, by both counts"));
    const Heat heat = pairs.heat(
        matrix.period ? page.with_detail(what, page.period_text(figures::written(*matrix.period))) : what);
    Drawn out = drawn(page, heat_piece(heat, ChartSize::wide), heat_piece(heat, ChartSize::narrow),
                      heat.caption, {heat.caption.description, pairs.sources(), as_of_note(page)});
    out.name = "trade";
    out.href = page.href(path_of(page, mechanism), period_of(matrix));
    return out;
}

Json pairs_data(Page& page, const Snapshot& mechanism, const query::TradeMatrix& matrix) {
    Json out = matrix.data();
    out["as_of"] = as_of_data(page);
    out["mechanism"] = mechanism.name.id;
    return out;
}

Table pairs_table(const Page& page, const query::TradeMatrix& matrix) {
    static const std::vector<std::string> kMeasures = {"unit",       "gap",   "ratio",     "of_exports",
                                                       "of_imports", "index", "log_ratio", "apart"};
    Table out{.name = "trade", .title = page.say("Trade between the parties, by both counts"), .rows = {}};
    std::vector<std::string> head = {"from",    "to",      "indicator",      "period",        "reported",
                                     "exports", "imports", "exports_series", "imports_series"};
    head.insert(head.end(), kMeasures.begin(), kMeasures.end());
    out.add(head);
    const Json data = matrix.data();
    for (const Json& one : data["directions"]) {
        std::vector<std::string> row = {
            one["from"].get<std::string>(),      one["to"].get<std::string>(),
            one["indicator"].get<std::string>(), data.value("period", ""),
            one["reported"].get<std::string>(),  one["exports"].value("value", ""),
            one["imports"].value("value", ""),   one["exports"].value("series", ""),
            one["imports"].value("series", "")};
        for (const std::string& measure : kMeasures) row.push_back(one.value(measure, ""));
        out.add(row);
    }
    return out;
}

}  // namespace tamga::web
