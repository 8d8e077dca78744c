#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/decimal.hpp"

namespace tamga::figures {

/// What figures are told in: 8.2 "million USD" are 8.2 times 1000000 of the unit USD.
struct Measure {
    Decimal times = 1;
    std::string unit;  ///< A currency's code (ISO 4217), percent, tonnes, …; empty: none is told.
    friend bool operator==(const Measure&, const Measure&) = default;
};

/// What a heading or a cell says that figures are told in, in the words of English, French, Russian or
/// Chinese: "Value, million USD", "млн долл. США", "亿美元", "thousand tonnes". Nothing if it says neither a
/// scale nor a unit. Pure; any number of threads.
std::optional<Measure> measure_of(std::string_view text);

/// Two names of one unit: "t" and "tonnes", "US$" and "USD".
bool same_unit(std::string_view a, std::string_view b);

}  // namespace tamga::figures
