#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tamga {

/// An exact decimal number of any size, for figures that are added, compared and set in proportion without
/// ever passing through floating point. Keeps as many digits after the point as it was given: "12.50" stays
/// "12.50". Equality and order go by value: 12.5 == 12.50. A value type; any number of threads.
///
/// Wherever digits are cut, the rule is *round half away from zero*: 0.125 to two places is 0.13, -0.125 is
/// -0.13. A result that rounds to zero carries no minus sign.
class Decimal {
  public:
    /// Zero.
    Decimal() = default;
    Decimal(long long whole);  // Not explicit: whole numbers are decimals.

    /// Reads "-12.50": an optional minus, digits, optionally a point and digits; at most 1000 bytes. Errors:
    /// invalid_input.
    static Result<Decimal> parse(std::string_view text);

    /// Canonical text: no plus, no leading zeros, no exponent; "-0.0" is "0.0".
    std::string text() const;
    /// -1, 0 or 1.
    int sign() const;
    /// How many digits it has after the point.
    int places() const { return places_; }
    /// With exactly `places` (0 or more) digits after the point.
    Decimal rounded(int places) const;

    friend Decimal operator+(const Decimal& a, const Decimal& b);
    friend Decimal operator-(const Decimal& a, const Decimal& b);
    /// Exact: with as many digits after the point as both have.
    friend Decimal operator*(const Decimal& a, const Decimal& b);
    friend std::weak_ordering operator<=>(const Decimal& a, const Decimal& b);
    friend bool operator==(const Decimal& a, const Decimal& b) { return (a <=> b) == 0; }

    /// a / b with exactly `places` digits after the point; nothing if b is zero.
    friend std::optional<Decimal> quotient(const Decimal& a, const Decimal& b, int places);

  private:
    Decimal(std::string unscaled, int places) : unscaled_(std::move(unscaled)), places_(places) {}

    // The value is unscaled_ / 10^places_. Kept as text, so that the big-integer library stays out of this
    // header.
    std::string unscaled_ = "0";
    int places_ = 0;
};

std::optional<Decimal> quotient(const Decimal& a, const Decimal& b, int places);

/// 100 × part / whole with `places` digits; nothing if whole is zero.
std::optional<Decimal> percentage(const Decimal& part, const Decimal& whole, int places);

/// 100 × (to - from) / |from| with `places` digits: positive means growth, also from a negative start.
/// Nothing if from is zero.
std::optional<Decimal> percentage_change(const Decimal& from, const Decimal& to, int places);

}  // namespace tamga
