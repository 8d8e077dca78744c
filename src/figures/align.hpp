#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/figure.hpp"
#include "model/record.hpp"

namespace tamga::figures {

// How series of figures compare. Pure functions: no I/O, no state, any number of threads.

/// A record; borrows the body, which must outlive the call only.
struct Item {
    RecordId name;
    const Json* body;
};

/// A series and its observations, in any order. Bodies pass check_body.
struct Series {
    Item record;
    std::vector<Item> observations;
};

/// What one observation says.
struct Value {
    RecordId observation;
    WordedFigure figure;
};

/// What the series say of one period.
struct Row {
    Period period;
    std::string period_text;                 ///< As an observation writes it.
    std::vector<std::vector<Value>> values;  ///< By series, in the order given; of one series by id.
    /// Two figures of one unit cannot stand for the same number: see bounds_of(). Figures in different units
    /// are never set against each other.
    bool differs = false;
};

/// Sets the series against each other: a row for each exact period of which any of them tells, earliest
/// first. Periods are the same if their first and last days are, however they are written. What has no
/// readable period or value is left out.
std::vector<Row> align(std::span<const Series> series);

}  // namespace tamga::figures
