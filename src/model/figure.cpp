#include "model/figure.hpp"

#include <algorithm>

#include "model/kind_table.hpp"

namespace tamga {

namespace {

/// `digit` × 10^exponent, with a digit from 0 to 9.
Decimal at(char digit, int exponent) {
    const auto zeros = static_cast<std::size_t>(exponent < 0 ? -exponent - 1 : exponent);
    const std::string text =
        exponent < 0 ? "0." + std::string(zeros, '0') + digit : digit + std::string(zeros, '0');
    const auto parsed = Decimal::parse(text);
    return parsed ? *parsed : Decimal();
}

/// Where the digits of a number stand.
struct Digits {
    int whole = 0;     ///< How many before the point.
    int zeros = 0;     ///< How many of these are zeros at the end of a whole number.
    int fraction = 0;  ///< How many after the point.
};

Digits digits_of(const Decimal& value) {
    std::string text = value.text();
    if (text.starts_with('-')) text.erase(0, 1);
    const std::size_t point = std::min(text.find('.'), text.size());
    Digits digits;
    digits.whole = static_cast<int>(point);
    if (point < text.size()) digits.fraction = static_cast<int>(text.size() - point - 1);
    if (digits.fraction == 0 && value.sign() != 0)
        digits.zeros = static_cast<int>(text.size() - 1 - text.find_last_not_of('0'));
    return digits;
}

/// The power of ten of the last digit that was printed.
int last_printed(const Digits& digits) {
    if (digits.fraction > 0) return -digits.fraction;
    const int word = digits.whole > 12 ? 12 : digits.whole > 9 ? 9 : digits.whole > 6 ? 6 : 0;
    return std::min(digits.zeros, word);
}

/// The power of ten that `about` and `almost` speak in.
int last_meant(const Digits& digits) {
    if (digits.fraction > 0) return -digits.fraction;
    return std::max(0, std::min(digits.zeros, digits.whole - 2));
}

}  // namespace

bool Bounds::below(const Bounds& other) const {
    if (!high || !other.low) return false;
    return *high < *other.low || (*high == *other.low && !(with_high && other.with_low));
}

std::string_view name(Missing missing) {
    return kind_table::kMissing[static_cast<std::size_t>(missing)];
}

std::optional<Missing> missing_named(std::string_view code) {
    const auto* const found = std::ranges::find(kind_table::kMissing, code);
    if (found == std::end(kind_table::kMissing)) return std::nullopt;
    return static_cast<Missing>(found - std::begin(kind_table::kMissing));
}

Bounds bounds_of(const WordedFigure& figure) {
    const Decimal& value = figure.value;
    const std::string_view wording = figure.wording;
    if (wording == "exact") return {value, value};
    if (wording == "over") return {value, std::nullopt, false, true};
    if (wording == "under") return {std::nullopt, value, true, false};
    const Digits digits = digits_of(value);
    if (wording == "about") {
        const Decimal unit = at('1', last_meant(digits));
        return {value - unit, value + unit};
    }
    if (wording == "almost") {
        // Of a number below zero, almost is nearer to zero.
        const Decimal unit = at('1', last_meant(digits));
        if (value.sign() < 0) return {value, value + unit, false, true};
        return {value - unit, value, true, false};
    }
    // Rounded half away from zero: the end that would have been rounded further away is not among it.
    const Decimal half = at('5', last_printed(digits) - 1);
    return {value - half, value + half, value.sign() > 0, value.sign() < 0};
}

bool agree(std::span<const Bounds> bounds) {
    std::optional<Decimal> low, high;
    bool with_low = true, with_high = true;
    for (const Bounds& one : bounds) {
        if (one.low && (!low || *one.low >= *low)) {
            with_low = one.with_low && (!low || *one.low > *low || with_low);
            low = one.low;
        }
        if (one.high && (!high || *one.high <= *high)) {
            with_high = one.with_high && (!high || *one.high < *high || with_high);
            high = one.high;
        }
    }
    if (!low || !high) return true;
    return *low < *high || (*low == *high && with_low && with_high);
}

bool reaches(const WordedFigure& figure, const Decimal& target) {
    if (figure.wording.empty()) return figure.value >= target;
    const Bounds bounds = bounds_of(figure);
    return bounds.low && *bounds.low >= target;
}

bool comes_down_to(const WordedFigure& figure, const Decimal& target) {
    if (figure.wording.empty()) return figure.value <= target;
    const Bounds bounds = bounds_of(figure);
    return bounds.high && *bounds.high <= target;
}

}  // namespace tamga
