#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "figures/align.hpp"
#include "figures/interval.hpp"

namespace tamga::figures {

/// What a series says of a period: one of its figures, or what several of them give together.
struct Told {
    /// A figure that it rests on.
    struct Part {
        RecordId observation;
        bool taken_away = false;  ///< Its value is subtracted.
        friend bool operator==(const Part&, const Part&) = default;
    };
    Decimal value;            ///< As printed, or the sum of what is printed.
    Interval bounds;          ///< What it can stand for.
    bool bare = true;         ///< None of the figures is worded, unless as exact.
    bool several = false;     ///< The reporter gives figures of one period that cannot both be true.
    std::vector<Part> parts;  ///< Those that are taken away last.
};

/// That a series says it has no figure of a period, and why.
struct Untold {
    RecordId series, observation;
    Period period;
    Missing why;
};
/// All that it says so of, earliest end first.
std::vector<Untold> untold_by(const Series& series);
/// What keeps it from a figure of the period, where figure_for() gives none: that of the period itself, or of
/// a flow that adds up the first of its parts that is not told.
std::optional<Untold> untold_for(const Series& series, const Period& period);

/// Figures of this flow in periods that follow each other can be added: trade and what flows. Stocks, counts,
/// shares and contracts, often told since a beginning, cannot.
bool adds_up(std::string_view flow);

/// What the series says of the period. Of a flow that adds up it may be put together from other periods:
/// twelve months make a year, and January to November less January to October is November; that of the fewest
/// figures is taken. Of figures of one period the one with the narrowest bounds counts, of equals the first
/// by id; if they cannot stand for the same number, the bounds hold all of them. Nothing if the figures held
/// do not give it.
std::optional<Told> figure_for(const Series& series, const Period& period);

/// The periods that the series has figures of, earliest end first, of those the longest first.
std::vector<Period> periods_of(const Series& series);

/// "2024", "2024-11", "2024-01/2024-11", or by days: as short as it can be written for parse_period().
std::string written(const Period& period);

}  // namespace tamga::figures
