#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "figures/gap.hpp"
#include "figures/told.hpp"

namespace tamga::figures {

// Goods from one party to another, by the count of each: the cells of a matrix of all pairs. Pure functions.

/// How far apart two counts are, by |G| / (X + M). The bounds of the words are ours: no reference states any.
enum class Apart {
    agree,     ///< They can stand for the same number.
    close,     ///< Below 5 percent.
    apart,     ///< Below 15 percent.
    far,       ///< Below 30 percent.
    very_far,  ///< From 30 percent on.
};
std::string_view name(Apart apart);
std::string_view name(Reported reported);

/// What one side of a direction tells.
struct MatrixSide {
    std::vector<std::size_t> series;     ///< All that tell of it, by their places among those given.
    std::optional<std::size_t> chosen;   ///< Whose figure stands in the cell; nothing if none tells it.
    std::optional<Told> told;            ///< That figure.
    std::vector<std::size_t> also_told;  ///< Others that tell of the period.
    std::optional<Untold> untold;        ///< Where none tells it: what the first says of that.
};

struct MatrixCell {
    MatrixSide exports, imports;
    bool other_unit = false;     ///< Both tell, in different units: `gap` says only that.
    GapMeasures gap;             ///< Of what is reported.
    std::optional<Apart> apart;  ///< Where both tell in one unit.
};

/// One direction of one pair for a period. `series` are those of it, exports by the one and imports by the
/// other; any other flow is left out. Where several of a side tell of the period, that pair in one unit is
/// taken whose reporters are parties of the register, whose figures are each one figure and not put together,
/// and whose bounds are the narrowest, in this order; of equals the first by id.
MatrixCell matrix_cell(std::span<const Series> series, const Period& period);

/// Both counts of one direction for a period.
struct MirrorPeriod {
    Period period;
    MatrixCell cell;
};
/// The periods that both sides tell as one figure each, newest first, `most` of them at most.
std::vector<MirrorPeriod> mirror_periods(std::span<const Series> series, std::size_t most);

/// Whether the difference is a steady one, of method, or a jumping one, of events: mean and spread (standard
/// deviation) of ln(M / X) over calendar years, two at least.
struct Steadiness {
    std::size_t years;
    double mean, spread;
};
std::optional<Steadiness> steadiness(std::span<const MirrorPeriod> periods);

}  // namespace tamga::figures
