#include "query/figures.hpp"

#include <fmt/format.h>

#include "figures/data.hpp"

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

}  // namespace

figures::Series HeldSeries::borrowed() const {
    figures::Series out{{series->name, &series->body}, {}};
    for (const SnapshotPtr& observation : observations)
        out.observations.push_back({observation->name, &observation->body});
    return out;
}

Result<HeldSeries> held_series(const View& view, std::string_view id) {
    HeldSeries out;
    TAMGA_ASSIGN(out.series, view.find({Kind::series, std::string(id)}));
    if (!out.series)
        return fail(ErrorCode::not_found, "compare figures", fmt::format("there is no series '{}'", id),
                    "look at the list of series for their ids");
    TAMGA_ASSIGN(const auto links, view.links_to(out.series->name, Kind::observation, kMostCompared + 1));
    if (links.size() > kMostCompared)
        return fail(ErrorCode::out_of_range, "compare figures",
                    fmt::format("{} has more than {} figures", id, kMostCompared),
                    "compare series of one product and one partner each");
    TAMGA_ASSIGN(out.observations, view.linking_to(out.series->name, Kind::observation, "series"));
    return out;
}

Result<figures::Judged> judged(const View& view, const Snapshot& claim) {
    TAMGA_ASSIGN(const auto series, linked(view, list_of(claim.body, "series")));
    TAMGA_ASSIGN(const auto against, linked(view, list_of(claim.body, "against")));
    return figures::judge(claim.body, borrowed(series), borrowed(against));
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
    return out;
}

Json Compared::data() const {
    if (!pair) return figures::data_of(refusals);
    return figures::data_of(*pair, a.borrowed(), b.borrowed(), walk, assumptions);
}

}  // namespace tamga::query
