#include "iati/rules/amount.hpp"

#include <algorithm>

#include "xml/characters.hpp"

namespace tamga::iati {

namespace {

constexpr int kAmountPlaces = 8;
constexpr int kPercentagePlaces = 16;
constexpr std::size_t kMostDigits =
    20;  // before the point: with sixteen places it is still far from the limit

/// A decimal as a whole number of 10^-places, rounded half away from zero.
std::optional<Amount> decimal(std::string_view text, int places) {
    text = xml::stripped(text);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const std::size_t point = std::min(text.find('.'), text.size());
    std::string_view whole = text.substr(0, point);
    const std::string_view part = point < text.size() ? text.substr(point + 1) : std::string_view();
    if (whole.empty() && part.empty()) return std::nullopt;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!std::ranges::all_of(whole, is_digit) || !std::ranges::all_of(part, is_digit)) return std::nullopt;
    whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
    if (whole.size() > kMostDigits) return std::nullopt;
    Amount number = 0;
    for (const char c : whole) number = number * 10 + (c - '0');
    const auto kept = static_cast<std::size_t>(places);
    for (std::size_t i = 0; i < kept; ++i) number = number * 10 + (i < part.size() ? part[i] - '0' : 0);
    if (part.size() > kept && part[kept] >= '5') ++number;
    return negative ? -number : number;
}

/// amount × percentage / 100, rounded half away from zero. The product itself may need more than 128 bits:
/// the amount is taken in two halves.
Amount share(Amount amount, Percentage percentage) {
    constexpr Amount kHalf = 100'000'000'000'000;  // 10^14: amounts are below 10^28
    const Amount size = amount < 0 ? -amount : amount;
    const Amount high = size / kHalf * percentage;
    const Amount low = size % kHalf * percentage;
    const Amount rest = high % kWhole * kHalf + low + kWhole / 2;
    const Amount part = high / kWhole * kHalf + rest / kWhole;
    return amount < 0 ? -part : part;
}

}  // namespace

std::optional<Amount> parse_amount(std::string_view text) {
    return decimal(text, kAmountPlaces);
}

std::string amount_text(Amount amount) {
    const bool negative = amount < 0;
    if (negative) amount = -amount;
    std::string digits;
    do {
        digits += static_cast<char>('0' + static_cast<int>(amount % 10));
        amount /= 10;
    } while (amount > 0);
    while (digits.size() <= kAmountPlaces) digits += '0';
    std::ranges::reverse(digits);
    digits.insert(digits.size() - kAmountPlaces, ".");
    while (digits.ends_with('0')) digits.pop_back();
    if (digits.ends_with('.')) digits.pop_back();
    return (negative ? "-" : "") + digits;
}

std::optional<Percentage> parse_percentage(std::string_view text) {
    const auto number = parse_summand(text);
    if (!number || *number < 0 || *number > kWhole) return std::nullopt;
    return static_cast<Percentage>(*number);
}

std::optional<Amount> parse_summand(std::string_view text) {
    return decimal(text, kPercentagePlaces);
}

Amount measured(Amount sum) {
    constexpr Amount kTenThousandth = kWhole / 1'000'000;  // of one percent
    constexpr Amount kInAmount = 10'000;                   // hundred-millionths
    return (sum + (sum < 0 ? -1 : 1) * kTenThousandth / 2) / kTenThousandth * kInAmount;
}

bool adds_up(const Shares& shares) {
    Amount sum = 0;
    for (const auto& [code, percentage] : shares) sum += percentage;
    return measured(sum) == measured(kWhole);
}

std::vector<Amount> split(Amount amount, const Shares& shares) {
    std::vector<Amount> parts;
    parts.reserve(shares.size());
    Amount rest = amount;
    for (const auto& [code, percentage] : shares) {
        parts.push_back(share(amount, percentage));
        rest -= parts.back();
    }
    const auto largest = std::ranges::max_element(shares, {}, [](const auto& one) { return one.second; });
    parts[static_cast<std::size_t>(largest - shares.begin())] += rest;
    return parts;
}

}  // namespace tamga::iati
