#include "figures/interval.hpp"

#include <fmt/format.h>

namespace tamga::figures {

namespace {

constexpr std::size_t kMostDigits = 40;

Decimal negated(const Decimal& number) {
    return Decimal(0) - number;
}

/// The lower of two ends that are lower ends, or with `upper` the higher of two upper ones; an open one wins.
void widen(std::optional<Ratio>& end, bool& with, const std::optional<Ratio>& other, bool with_other,
           bool upper) {
    if (!end) return;
    if (!other) {
        end.reset();
        with = true;
        return;
    }
    const std::weak_ordering order = *other <=> *end;
    if (order == 0) {
        with = with || with_other;
    } else if (upper ? order > 0 : order < 0) {
        end = other;
        with = with_other;
    }
}

}  // namespace

std::optional<Ratio> Ratio::of(Decimal over, Decimal under) {
    if (under.sign() == 0) return std::nullopt;
    Ratio out;
    const bool below = under.sign() < 0;
    out.over_ = below ? negated(over) : std::move(over);
    out.under_ = below ? negated(under) : std::move(under);
    return out;
}

Result<Ratio> Ratio::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string_view parts[] = {text.substr(0, slash), slash == std::string_view::npos
                                                                 ? std::string_view("1")
                                                                 : text.substr(slash + 1)};
    for (const std::string_view part : parts)
        if (part.size() > kMostDigits)
            return fail(
                ErrorCode::invalid_input, "read a number",
                fmt::format("'{}…' has more than {} characters", part.substr(0, kMostDigits), kMostDigits),
                "write fewer digits");
    TAMGA_ASSIGN(Decimal over, Decimal::parse(parts[0]));
    TAMGA_ASSIGN(Decimal under, Decimal::parse(parts[1]));
    if (auto out = of(std::move(over), std::move(under))) return *std::move(out);
    return fail(ErrorCode::invalid_input, "read a number", fmt::format("'{}' divides by zero", text),
                "write a fraction such as 1/3");
}

std::string Ratio::text() const {
    // Of a fraction that was given as one number, that number.
    return under_.text() == "1" ? over_.text() : over_.text() + "/" + under_.text();
}

Decimal Ratio::rounded(int places) const {
    return quotient(over_, under_, places).value_or(Decimal());
}

Ratio operator+(const Ratio& a, const Ratio& b) {
    Ratio out;
    if (a.under_ == b.under_) {
        out.over_ = a.over_ + b.over_;
        out.under_ = a.under_;
    } else {
        out.over_ = a.over_ * b.under_ + b.over_ * a.under_;
        out.under_ = a.under_ * b.under_;
    }
    return out;
}

Ratio operator-(const Ratio& a, const Ratio& b) {
    return a + b * Ratio(-1);
}

Ratio operator*(const Ratio& a, const Ratio& b) {
    Ratio out;
    out.over_ = a.over_ * b.over_;
    out.under_ = a.under_ * b.under_;
    return out;
}

std::optional<Ratio> quotient(const Ratio& a, const Ratio& b) {
    return Ratio::of(a.over_ * b.under_, a.under_ * b.over_);
}

std::weak_ordering operator<=>(const Ratio& a, const Ratio& b) {
    return a.over_ * b.under_ <=> b.over_ * a.under_;
}

Interval::Interval(const Bounds& bounds) : with_low(bounds.with_low), with_high(bounds.with_high) {
    if (bounds.low) low = *bounds.low;
    if (bounds.high) high = *bounds.high;
}

bool Interval::holds(const Ratio& number) const {
    return holds(Interval(number));
}

bool Interval::holds(const Interval& inner) const {
    if (low && (!inner.low || *inner.low < *low || (*inner.low == *low && inner.with_low && !with_low)))
        return false;
    return !high ||
           (inner.high && (*inner.high < *high || (*inner.high == *high && (with_high || !inner.with_high))));
}

bool Interval::meets(const Interval& other) const {
    const auto starts_by_end = [](const Interval& a, const Interval& b) {
        if (!a.low || !b.high) return true;
        return *a.low < *b.high || (*a.low == *b.high && a.with_low && b.with_high);
    };
    return starts_by_end(*this, other) && starts_by_end(other, *this);
}

std::string Interval::text(int places) const {
    return fmt::format("{}{}, {}{}", low && with_low ? '[' : '(', low ? low->rounded(places).text() : "-∞",
                       high ? high->rounded(places).text() : "∞", high && with_high ? ']' : ')');
}

Interval operator+(const Interval& a, const Interval& b) {
    Interval out;
    if (a.low && b.low) {
        out.low = *a.low + *b.low;
        out.with_low = a.with_low && b.with_low;
    }
    if (a.high && b.high) {
        out.high = *a.high + *b.high;
        out.with_high = a.with_high && b.with_high;
    }
    return out;
}

Interval operator-(const Interval& a, const Interval& b) {
    return a + b * Ratio(-1);
}

Interval operator*(const Interval& a, const Ratio& factor) {
    if (factor.sign() == 0) return Ratio(0);
    Interval out = a;
    if (out.low) out.low = *a.low * factor;
    if (out.high) out.high = *a.high * factor;
    if (factor.sign() < 0) {
        std::swap(out.low, out.high);
        std::swap(out.with_low, out.with_high);
    }
    return out;
}

std::optional<Interval> quotient(const Interval& a, const Interval& b) {
    if (!b.low || b.low->sign() < 0 || (b.low->sign() == 0 && b.with_low)) return std::nullopt;
    // A quotient is smallest where a is smallest, divided by what brings that furthest from zero where it is
    // below zero, and nearest where it is above; and likewise largest.
    struct End {
        std::optional<Ratio> at;
        bool with;
    };
    const End small{b.low, b.with_low}, large{b.high, b.with_high};
    const auto divided = [](const Ratio& part, bool with, const End& by) -> End {
        if (part.sign() == 0) return {part, with};
        if (!by.at) return {Ratio(0), false};  // Ever nearer to zero.
        auto out = quotient(part, *by.at);
        if (!out) return {std::nullopt, true};  // Ever further away.
        return {std::move(out), with && by.with};
    };
    Interval out;
    if (a.low) {
        End end = divided(*a.low, a.with_low, a.low->sign() < 0 ? small : large);
        out.low = std::move(end.at);
        out.with_low = end.with;
    }
    if (a.high) {
        End end = divided(*a.high, a.with_high, a.high->sign() < 0 ? large : small);
        out.high = std::move(end.at);
        out.with_high = end.with;
    }
    return out;
}

Interval hull(const Interval& a, const Interval& b) {
    Interval out = a;
    widen(out.low, out.with_low, b.low, b.with_low, false);
    widen(out.high, out.with_high, b.high, b.with_high, true);
    return out;
}

}  // namespace tamga::figures
