#include "query/claim_history.hpp"

#include <fmt/format.h>

#include <map>

#include "query/figures.hpp"

namespace tamga::query {

namespace {

/// Figures of a claim's series whose versions are looked at; of a claim on more it is not told.
constexpr std::size_t kMostFigures = 2000;

/// The last position of each time at which the record changed.
Result<void> add_times(const View& view, const RecordId& name, std::map<std::int64_t, JournalPos>& times) {
    TAMGA_ASSIGN(const auto versions, view.history(name));
    for (const SnapshotPtr& version : versions) {
        auto& at = times[version->time];
        at = std::max(at, version->from);
    }
    return {};
}

}  // namespace

Result<std::vector<PastVerdict>> past_verdicts(Register& reg, const View& view, const Snapshot& claim,
                                               std::size_t most) {
    std::map<std::int64_t, JournalPos> times;
    TAMGA_TRY(add_times(view, claim.name, times));
    std::size_t figures = 0;
    for (const auto& named : {list_of(claim.body, "series"), list_of(claim.body, "against")})
        for (const std::string& id : named) {
            const RecordId series{Kind::series, id};
            TAMGA_TRY(add_times(view, series, times));
            TAMGA_ASSIGN(const auto links, view.links_to(series, Kind::observation, kMostFigures + 1));
            figures += links.size();
            if (figures > kMostFigures) return std::vector<PastVerdict>();
            for (const store::Backlink& link : links)
                if (link.field == "series") TAMGA_TRY(add_times(view, link.from, times));
        }
    while (times.size() > most) times.erase(times.begin());
    std::vector<PastVerdict> out;
    for (const auto& [time, position] : times) {
        TAMGA_ASSIGN(const AsOf then, AsOf::parse(fmt::format("@{}", position.value)));
        TAMGA_ASSIGN(const View past, reg.at(then));
        TAMGA_ASSIGN(const SnapshotPtr known, past.find(claim.name));
        if (!known) continue;
        TAMGA_ASSIGN(const figures::Judged judged, query::judged(past, *known));
        if (out.empty() || out.back().verdict != judged.verdict)
            out.push_back({position, time, judged.verdict, judged.reason});
    }
    return out;
}

}  // namespace tamga::query
