#pragma once

#include <deque>
#include <string>
#include <vector>

#include "figures/matrix.hpp"
#include "query/register.hpp"

namespace tamga::query {

/// Goods from one party to another, as the series of both tell them.
struct TradeDirection {
    std::string from, to;   ///< Ids of parties.
    std::string indicator;  ///< Of the series in the cell: that of which most series tell; empty: of none.
    std::vector<std::string> other_indicators;  ///< Of series of the same direction that are not in the cell.
    std::vector<SnapshotPtr> series;            ///< By id; what the cell's places mean.
    figures::MatrixCell cell;
};

/// Every pair of parties in both directions, for one period.
struct TradeMatrix {
    std::optional<Period> period;  ///< Nothing: no series tells of any.
    /// Periods that both sides of a direction tell, as one figure each, newest first; at most kMostPeriods.
    std::vector<Period> periods;
    std::vector<TradeDirection> directions;  ///< Of every two different parties, in the order given.

    const TradeDirection* find(std::string_view from, std::string_view to) const;
    /// `period`, `periods`, `directions` (`from`, `to`, `indicator`, `other_indicators`, `reported`,
    /// `exports` and `imports`: `held`, `series`, `value`, `bounds`, `observations`, `also_told`, `missing`;
    /// `unit`, `other_unit`, `gap`, `gap_bounds`, `ratio`, `of_exports`, `of_imports`, `index`, `log_ratio`,
    /// `apart`).
    Json data() const;
};
inline constexpr std::size_t kMostPeriods = 24;

/// The measures of a cell in one unit: `gap`, `gap_bounds`, `ratio`, `of_exports`, `of_imports`, `index`,
/// `log_ratio`, `apart`.
Json measures_data(const figures::MatrixCell& cell);

/// Parties of a matrix at most: of so many there are 380 directions.
inline constexpr std::size_t kMostMatrixParties = 20;

/// The matrix of these parties (no more than kMostMatrixParties; the rest is left out) for a period; without
/// one, for the newest calendar year that both sides of a direction tell, else the newest that anybody tells.
/// A series tells of a direction if it is one of exports or imports with one party as its area and one as its
/// partner. Reads short rows of the figures of those series alone. Errors: out_of_range if one has more than
/// kMostCompared figures; those of the view.
Result<TradeMatrix> trade_matrix(const View& view, const std::vector<std::string>& parties,
                                 const std::optional<Period>& period);

}  // namespace tamga::query
