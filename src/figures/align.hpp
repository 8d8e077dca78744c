#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
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
    /// It and the other figures of its unit and period cannot all stand for the same number: see bounds_of().
    bool differs = false;
};

/// What the series say of one period.
struct Row {
    Period period;
    std::string period_text;                      ///< As an observation writes it.
    std::vector<std::vector<Value>> values = {};  ///< By series, in the order given; of one series by id.
    /// By series: that it says why it has none.
    std::vector<std::vector<std::pair<RecordId, Missing>>> untold = {};
    bool differs = false;  ///< One of them does. Figures in different units are never set against each other.
};

/// Sets the series against each other: a row for each exact period of which any of them tells, earliest
/// first. Periods are the same if their first and last days are, however they are written. What has no
/// readable period, or neither a value nor why it is missing, is left out.
std::vector<Row> align(std::span<const Series> series);

/// The smallest and the largest figure of one unit and one period, which cannot stand for the same number.
struct Gap {
    /// Which figure it is: `rows[row].values[series][value]`.
    struct Place {
        std::size_t series, value;
        friend bool operator==(const Place&, const Place&) = default;
    };
    std::size_t row;
    Place smallest, largest;
    Decimal difference;  ///< Of the two as printed.
};

/// The widest gap of rows that align() made of these series: that in which the difference is the largest part
/// of the larger figure (of the two without their signs), so that gaps of different units and of good and bad
/// years can be compared; of equals the newest. Nothing where no figures differ.
std::optional<Gap> widest_gap(std::span<const Series> series, std::span<const Row> rows);

/// Which of many values are drawn where there is room for `most` (4 or more) marks: in order, the first and
/// the last among them, and of each stretch between its smallest and its largest, so that no peak is lost.
/// All of them, if there are no more.
std::vector<std::size_t> thinned(std::span<const double> values, std::size_t most);

}  // namespace tamga::figures
