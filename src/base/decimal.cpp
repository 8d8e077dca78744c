#include "base/decimal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <limits>

namespace tamga {

namespace {

using Integer = boost::multiprecision::cpp_int;

constexpr std::size_t kTextLimit = 1000;

// Most figures have few digits, and millions of them are compared: of so few, nothing needs the big integers.
__extension__ using Wide = __int128;
constexpr int kFewDigits = 18;
using Few = std::optional<std::int64_t>;

/// The number, if it has few digits.
Few few(std::string_view unscaled) {
    if (unscaled.size() > kFewDigits + (unscaled.starts_with('-') ? 1 : 0)) return std::nullopt;
    std::int64_t value = 0;
    std::from_chars(unscaled.data(), unscaled.data() + unscaled.size(), value);
    return value;
}

/// `exponent` is not negative, nor more than kFewDigits.
std::int64_t few_power(int exponent) {
    std::int64_t power = 1;
    while (exponent-- > 0) power *= 10;
    return power;
}

/// The digits of a number that fits; nothing of a larger one.
std::optional<std::string> text_of(Wide value) {
    if (value < std::numeric_limits<std::int64_t>::min() || value > std::numeric_limits<std::int64_t>::max())
        return std::nullopt;
    return fmt::to_string(static_cast<std::int64_t>(value));
}

/// As below; the denominator is positive, and twice the numerator and it together fit.
Wide divided(Wide numerator, Wide denominator) {
    const Wide size = (2 * (numerator < 0 ? -numerator : numerator) + denominator) / (2 * denominator);
    return numerator < 0 ? -size : size;
}

/// Two numbers of few digits with the same digits after the point.
struct Pair {
    Wide a, b;
};
std::optional<Pair> aligned(Few a, int a_places, Few b, int b_places) {
    const int places = std::max(a_places, b_places);
    if (!a || !b || places - a_places > kFewDigits || places - b_places > kFewDigits) return std::nullopt;
    return Pair{Wide{*a} * few_power(places - a_places), Wide{*b} * few_power(places - b_places)};
}

Integer power_of_ten(int exponent) {
    return boost::multiprecision::pow(Integer(10), static_cast<unsigned>(exponent));
}

/// numerator / denominator, rounded half away from zero; the denominator is positive.
Integer divided(const Integer& numerator, const Integer& denominator) {
    const Integer twice = 2 * abs(numerator) + denominator;
    const Integer size = twice / (2 * denominator);
    return numerator < 0 ? Integer(-size) : size;
}

/// The big integer library reads a leading zero as the start of an octal number: they are taken off first.
std::string without_leading_zeros(const std::string& digits) {
    const std::size_t first = digits.find_first_not_of('0');
    return first == std::string::npos ? "0" : digits.substr(first);
}

}  // namespace

Decimal::Decimal(long long whole) : unscaled_(std::to_string(whole)) {}

Result<Decimal> Decimal::parse(std::string_view text) {
    const auto bad = [&] {
        return fail(ErrorCode::invalid_input, "read a number",
                    fmt::format("'{}' is not a decimal number", text.substr(0, 80)),
                    "write digits with a point and no grouping: 1500000000 or 22.7");
    };
    if (text.size() > kTextLimit) return bad();
    std::string_view rest = text;
    const bool negative = rest.starts_with('-');
    if (negative) rest.remove_prefix(1);
    const std::size_t point = rest.find('.');
    const std::string_view whole = rest.substr(0, point);
    const std::string_view fraction =
        point == std::string_view::npos ? std::string_view() : rest.substr(point + 1);
    const auto digits = [](std::string_view part) {
        return !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
    };
    if (!digits(whole) || (point != std::string_view::npos && !digits(fraction))) return bad();
    std::string unscaled = without_leading_zeros(std::string(whole) + std::string(fraction));
    if (negative && unscaled != "0") unscaled.insert(0, 1, '-');
    return Decimal(std::move(unscaled), static_cast<int>(fraction.size()));
}

std::string Decimal::text() const {
    if (places_ == 0) return unscaled_;
    const bool negative = unscaled_.starts_with('-');
    std::string digits = unscaled_.substr(negative ? 1 : 0);
    const std::size_t places = static_cast<std::size_t>(places_);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    digits.insert(digits.size() - places, 1, '.');
    return (negative ? "-" : "") + digits;
}

int Decimal::sign() const {
    if (unscaled_ == "0") return 0;
    return unscaled_.starts_with('-') ? -1 : 1;
}

Decimal Decimal::rounded(int places) const {
    if (places == places_) return *this;
    const Few small = few(unscaled_);
    if (const int more = places - places_; small && std::abs(more) <= kFewDigits) {
        const Wide power = few_power(std::abs(more));
        if (auto text = text_of(more > 0 ? *small * power : divided(Wide{*small}, power)))
            return Decimal(*std::move(text), places);
    }
    const Integer value(unscaled_);
    if (places >= places_) return Decimal(Integer(value * power_of_ten(places - places_)).str(), places);
    return Decimal(divided(value, power_of_ten(places_ - places)).str(), places);
}

Decimal operator+(const Decimal& a, const Decimal& b) {
    const int places = std::max(a.places_, b.places_);
    if (const auto small = aligned(few(a.unscaled_), a.places_, few(b.unscaled_), b.places_))
        if (auto text = text_of(small->a + small->b)) return Decimal(*std::move(text), places);
    const Integer sum = Integer(a.rounded(places).unscaled_) + Integer(b.rounded(places).unscaled_);
    return Decimal(sum.str(), places);
}

Decimal operator-(const Decimal& a, const Decimal& b) {
    const int places = std::max(a.places_, b.places_);
    if (const auto small = aligned(few(a.unscaled_), a.places_, few(b.unscaled_), b.places_))
        if (auto text = text_of(small->a - small->b)) return Decimal(*std::move(text), places);
    const Integer difference = Integer(a.rounded(places).unscaled_) - Integer(b.rounded(places).unscaled_);
    return Decimal(difference.str(), places);
}

Decimal operator*(const Decimal& a, const Decimal& b) {
    if (const Few first = few(a.unscaled_), second = few(b.unscaled_); first && second)
        if (auto text = text_of(Wide{*first} * *second))
            return Decimal(*std::move(text), a.places_ + b.places_);
    const Integer product = Integer(a.unscaled_) * Integer(b.unscaled_);
    return Decimal(product.str(), a.places_ + b.places_);
}

std::weak_ordering operator<=>(const Decimal& a, const Decimal& b) {
    if (const auto small = aligned(few(a.unscaled_), a.places_, few(b.unscaled_), b.places_))
        return small->a <=> small->b;
    return (a - b).sign() <=> 0;
}

std::optional<Decimal> quotient(const Decimal& a, const Decimal& b, int places) {
    if (b.sign() == 0) return std::nullopt;
    const Few over = few(a.unscaled_), under = few(b.unscaled_);
    if (over && under && b.places_ + places <= kFewDigits && a.places_ <= kFewDigits) {
        const Wide numerator = Wide{*over} * few_power(b.places_ + places),
                   denominator = Wide{*under} * few_power(a.places_);
        if (auto text = text_of(denominator < 0 ? divided(-numerator, -denominator)
                                                : divided(numerator, denominator)))
            return Decimal(*std::move(text), places);
    }
    Integer numerator = Integer(a.unscaled_) * power_of_ten(b.places_ + places);
    Integer denominator = Integer(b.unscaled_) * power_of_ten(a.places_);
    if (denominator < 0) {
        numerator = -numerator;
        denominator = -denominator;
    }
    return Decimal(divided(numerator, denominator).str(), places);
}

std::optional<Decimal> percentage(const Decimal& part, const Decimal& whole, int places) {
    // Multiplied by 100 before the division, so that nothing is rounded twice: two more places, then shifted.
    const auto ratio = quotient(part, whole, places + 2);
    if (!ratio) return std::nullopt;
    return quotient(*ratio, *Decimal::parse("0.01"), places);
}

std::optional<Decimal> percentage_change(const Decimal& from, const Decimal& to, int places) {
    return percentage(to - from, from.sign() < 0 ? Decimal() - from : from, places);
}

}  // namespace tamga
