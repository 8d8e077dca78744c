#include "query/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "crypto/sha256.hpp"
#include "figures/data.hpp"
#include "journal/list_row.hpp"
#include "query/listing.hpp"

namespace tamga::query {

namespace {

/// The series that a field of the claim links to.
Result<std::vector<HeldSeries>> linked(const View& view, const std::vector<std::string>& ids) {
    std::vector<HeldSeries> out;
    for (const std::string& id : ids) {
        auto held = held_series(view, id);
        if (held)
            out.push_back(*std::move(held));
        else if (held.error().code != ErrorCode::not_found)
            return std::unexpected(std::move(held).error());
    }
    return out;
}

std::vector<figures::Series> borrowed(const std::vector<HeldSeries>& held) {
    std::vector<figures::Series> out;
    for (const HeldSeries& one : held) out.push_back(one.borrowed());
    return out;
}

/// Statements about any series of what these measure that say why counts of it differ, each once.
Result<std::vector<SnapshotPtr>> declared_about(const View& view,
                                                std::initializer_list<const HeldSeries*> series) {
    constexpr std::size_t kMostSeries = 100, kMostStatements = 100;
    std::set<std::string> indicators;
    for (const HeldSeries* const one : series) indicators.insert(text_of(one->series->body, "indicator"));
    std::map<RecordId, SnapshotPtr> found;
    for (const std::string& indicator : indicators) {
        TAMGA_ASSIGN(auto all, where(view, Kind::series, "indicator", indicator));
        if (all.size() > kMostSeries) all.resize(kMostSeries);
        for (const SnapshotPtr& one : all) {
            TAMGA_ASSIGN(const auto links, view.links_to(one->name, Kind::statement, kMostStatements));
            for (const store::Backlink& link : links) {
                if (link.field != "about" || found.contains(link.from)) continue;
                TAMGA_ASSIGN(SnapshotPtr statement, view.find(link.from));
                if (statement && !text_of(statement->body, "cause").empty())
                    found.emplace(link.from, std::move(statement));
            }
        }
    }
    std::vector<SnapshotPtr> out;
    for (auto& [name, statement] : found) out.push_back(std::move(statement));
    return out;
}

}  // namespace

figures::Series HeldSeries::borrowed() const {
    tamga::figures::Series out{{series->name, &series->body}, {}};
    for (const HeldFigure& figure : figures) out.observations.push_back({figure.name, &figure.body});
    return out;
}

Result<NewestFigures> newest_figures(const View& view, const RecordId& series, std::size_t most,
                                     std::size_t looked_at) {
    const KindInfo& kind = info(Kind::observation);
    const std::size_t period_at = kind.place("period"), sources_at = kind.place("sources");
    std::vector<std::pair<std::string, std::size_t>> told;
    for (const FieldName field : std::initializer_list<FieldName>{"period", "value", "qualifier", "missing"})
        told.emplace_back(field.text(), kind.place(field));
    TAMGA_TRY(view.check_rows());
    NewestFigures out;
    const auto older = [](const HeldFigure& a, const HeldFigure& b) {
        return std::tie(a.period.last, a.period.first, a.name) <
               std::tie(b.period.last, b.period.first, b.name);
    };
    const auto drop_older = [&] {
        if (out.figures.size() <= most) return;
        const auto kept = out.figures.end() - static_cast<std::ptrdiff_t>(most);
        std::ranges::nth_element(out.figures, kept, older);
        out.figures.erase(out.figures.begin(), kept);
    };
    journal::ListRow row(Kind::observation);
    const auto take = [&](std::string_view id, std::string_view packed) {
        ++out.total;
        if (!row.read(packed)) return true;
        const auto period = parse_period(row.value(period_at));
        if (!period) return true;
        HeldFigure figure{{Kind::observation, std::string(id)}, *period, {}, {}};
        for (const auto& [field, at] : told)
            if (row.has(at)) figure.body[field] = row.value(at);
        row.each_value(sources_at, [&](std::string_view source) { figure.sources.emplace_back(source); });
        out.figures.push_back(std::move(figure));
        // Not at each one too many.
        if (out.figures.size() / 2 > most) drop_older();
        return true;
    };
    TAMGA_TRY(view.linking_rows(series, Kind::observation, "series", looked_at, take));
    drop_older();
    std::ranges::sort(out.figures, older);
    return out;
}

Result<HeldSeries> held_series(const View& view, std::string_view id) {
    TAMGA_ASSIGN(SnapshotPtr series, view.find({Kind::series, std::string(id)}));
    if (!series)
        return fail(ErrorCode::not_found, "compare figures", fmt::format("there is no series '{}'", id),
                    "look at the list of series for their ids");
    TAMGA_ASSIGN(NewestFigures all, newest_figures(view, series->name, kMostCompared, kMostCompared + 1));
    if (all.total > kMostCompared)
        return fail(ErrorCode::out_of_range, "compare figures",
                    fmt::format("{} has more than {} figures", id, kMostCompared),
                    "compare series of one product and one partner each");
    return HeldSeries{std::move(series), std::move(all.figures)};
}

namespace {

/// The verdict on a claim, as it is kept: each finding, with its texts, takes as much as so many records of
/// which it is only kept what became of them. Whoever asks for one past after the other must not fill the
/// memory.
struct KeptJudged {
    static constexpr std::size_t kOfOne = 64;
    figures::Judged judged;
    std::size_t size() const { return kOfOne * (judged.findings.size() + 1); }
};

}  // namespace

Result<figures::Judged> judged(const View& view, const Snapshot& claim) {
    // By what it says, not by its name: it may be one that is only being written.
    const std::string said = crypto::hex(crypto::sha256(claim.body.dump()));
    TAMGA_ASSIGN(const auto kept, view.kept<KeptJudged>(said, [&]() -> Result<KeptJudged> {
        TAMGA_ASSIGN(const auto series, linked(view, list_of(claim.body, "series")));
        TAMGA_ASSIGN(const auto against, linked(view, list_of(claim.body, "against")));
        return KeptJudged{figures::judge(claim.body, borrowed(series), borrowed(against))};
    }));
    return kept->judged;
}

Result<Compared> compared(const View& view, std::string_view a, std::string_view b, std::string_view period,
                          const figures::Assumptions& assumptions) {
    Compared out;
    TAMGA_ASSIGN(out.a, held_series(view, a));
    TAMGA_ASSIGN(out.b, held_series(view, b));
    std::optional<Period> wanted;
    if (!period.empty()) {
        TAMGA_ASSIGN(wanted, parse_period(period));
    }
    const figures::Series first = out.a.borrowed(), second = out.b.borrowed();
    auto pair = figures::pair_of(first, second, wanted, assumptions.rate);
    out.assumptions = assumptions;
    if (!pair) {
        out.refusals = std::move(pair).error();
        return out;
    }
    out.pair = *std::move(pair);
    out.assumptions = figures::assumed_for(*out.pair, first, second, assumptions);
    out.walk = figures::walk(out.pair->from, out.pair->to, out.assumptions,
                             figures::places_of(out.pair->from, out.pair->to));
    TAMGA_ASSIGN(out.declared, declared_about(view, {&out.a, &out.b}));
    return out;
}

Json Compared::data() const {
    if (!pair) return figures::data_of(refusals);
    Json out = figures::data_of(*pair, a.borrowed(), b.borrowed(), walk, assumptions);
    Json& told = out["declared"] = Json::array();
    for (const SnapshotPtr& statement : declared) {
        Json one{{"cause", text_of(statement->body, "cause")}, {"statement", statement->name.id}};
        if (std::string party = text_of(statement->body, "party"); !party.empty())
            one["party"] = std::move(party);
        told.push_back(std::move(one));
    }
    return out;
}

}  // namespace tamga::query
