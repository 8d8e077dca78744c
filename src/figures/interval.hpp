#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/decimal.hpp"
#include "base/result.hpp"
#include "model/figure.hpp"

namespace tamga::figures {

// Numbers that are not told more exactly than their wording and last digit, added, multiplied and divided
// without a rounding on the way. Pure functions on values; any number of threads.

/// An exact fraction: a third stays a third until it is printed. A value type.
class Ratio {
  public:
    /// Zero.
    Ratio() = default;
    Ratio(Decimal whole) : over_(std::move(whole)) {}  // Not explicit: decimals are fractions.
    Ratio(long long whole) : over_(whole) {}
    /// Nothing if `under` is zero.
    static std::optional<Ratio> of(Decimal over, Decimal under);

    /// Reads "0.6", "-350" or "1/3": decimals of at most 40 characters. Errors: invalid_input.
    static Result<Ratio> parse(std::string_view text);
    /// As it is parsed, with the digits that it was given.
    std::string text() const;

    int sign() const { return over_.sign(); }
    /// With exactly `places` digits after the point, rounded half away from zero.
    Decimal rounded(int places) const;

    friend Ratio operator+(const Ratio& a, const Ratio& b);
    friend Ratio operator-(const Ratio& a, const Ratio& b);
    friend Ratio operator*(const Ratio& a, const Ratio& b);
    /// Nothing if b is zero.
    friend std::optional<Ratio> quotient(const Ratio& a, const Ratio& b);
    /// By value: 1/2 == 0.5.
    friend std::weak_ordering operator<=>(const Ratio& a, const Ratio& b);
    friend bool operator==(const Ratio& a, const Ratio& b) { return (a <=> b) == 0; }

  private:
    Decimal over_, under_ = 1;  ///< The lower one is above zero.
};
std::optional<Ratio> quotient(const Ratio& a, const Ratio& b);

/// From `low` to `high`; an end that is not there is open. What is computed from Bounds.
struct Interval {
    std::optional<Ratio> low, high;
    bool with_low = true, with_high = true;  ///< Whether the ends themselves are among it.

    Interval() = default;
    Interval(Ratio number) : low(number), high(std::move(number)) {}
    Interval(const Bounds& bounds);

    bool is_number() const { return low && high && *low == *high; }
    bool holds(const Ratio& number) const;
    /// All of `inner` lies in this.
    bool holds(const Interval& inner) const;
    /// One number lies in both.
    bool meets(const Interval& other) const;
    /// "[99.5, 100.5)", "(-∞, 30]": the ends with `places` digits, as docs/status.md writes them.
    std::string text(int places) const;
};

Interval operator+(const Interval& a, const Interval& b);
Interval operator-(const Interval& a, const Interval& b);
Interval operator*(const Interval& a, const Ratio& factor);
/// a / b for numbers b that all lie above zero; nothing if b holds zero or less. Zero may be b's open end.
std::optional<Interval> quotient(const Interval& a, const Interval& b);
/// The smallest interval that holds both.
Interval hull(const Interval& a, const Interval& b);

}  // namespace tamga::figures
