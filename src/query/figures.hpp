#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "figures/claim.hpp"
#include "figures/pair.hpp"
#include "query/register.hpp"

namespace tamga::query {

/// Figures of one series that are compared at most; one with more is refused.
inline constexpr std::size_t kMostCompared = 20'000;

/// A figure as the short row of its observation tells it (journal/list_row.hpp), whose body is not read.
struct HeldFigure {
    RecordId name;
    Period period;
    Json body;  ///< Of `period`, `value`, `qualifier` and `missing` what is stated.
    std::vector<std::string> sources;
};

/// A series and its figures, held for what is computed from them.
struct HeldSeries {
    SnapshotPtr series;
    std::vector<HeldFigure> figures;

    /// Borrows the bodies.
    tamga::figures::Series borrowed() const;
};

struct NewestFigures {
    std::vector<HeldFigure> figures = {};
    std::size_t total = 0;  ///< How many were looked at.
};

/// Of a series the figures of the `most` newest periods, earliest first: by the last day, then by the first,
/// then by id. No more than `looked_at` are looked at, in the order of their ids. Errors: those of the view.
Result<NewestFigures> newest_figures(const View& view, const RecordId& series, std::size_t most,
                                     std::size_t looked_at = static_cast<std::size_t>(-1));

/// The series of that id with all its figures. Errors: not_found; out_of_range if it has more than
/// kMostCompared figures; those of the view.
Result<HeldSeries> held_series(const View& view, std::string_view id);

/// Judges a claim by the figures that the view knows (figures::judge()); kept for those who ask again. Series
/// that it names and that are not there are left out. Errors: as held_series().
Result<figures::Judged> judged(const View& view, const Snapshot& claim);

/// Two series, set against each other as far as that can be, and the walk between them.
struct Compared {
    HeldSeries a, b;
    std::optional<figures::Pair> pair;    ///< Nothing if they cannot be compared:
    std::vector<figures::Note> refusals;  ///< All that keeps them from it.
    figures::Assumptions assumptions;     ///< With the defaults.
    figures::Walk walk;
    /// Statements about series of the same that name a cause (`cause`) of the gap, by id.
    std::vector<SnapshotPtr> declared;

    /// As figures::data_of() has it, of what it came to; with `declared`: [{"cause","statement","party"}].
    Json data() const;
};

/// Compares the two series of these ids for a period ("": the newest of both). Errors: not_found,
/// invalid_input if it is no period, out_of_range; those of the view.
Result<Compared> compared(const View& view, std::string_view a, std::string_view b, std::string_view period,
                          const figures::Assumptions& assumptions);

}  // namespace tamga::query
