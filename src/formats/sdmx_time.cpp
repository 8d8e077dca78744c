#include "formats/sdmx_time.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace tamga::formats {

namespace {

std::optional<int> number(std::string_view text, std::size_t most) {
    int out = 0;
    if (text.empty() || text.size() > most) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size() || out < 0) return std::nullopt;
    return out;
}

std::unexpected<Error> bad(std::string_view text) {
    return fail(ErrorCode::invalid_input, "read a time period", fmt::format("'{}' is no time period", text),
                "write 2024, 2024-S1, 2024-Q3, 2024-03, 2024-03-05 or 2024-01-01/P11M");
}

Days months_from(int year, int month, int length) {
    const Date first = Date::of_day(year, month, 1);
    return {first, plus_months(first, length).plus_days(-1)};
}

/// "Q3" of a year.
std::optional<Days> reporting(int year, char kind, std::string_view which) {
    const auto at = number(which, 3);
    if (!at || *at == 0) return std::nullopt;
    const auto part = [&](int parts) -> std::optional<Days> {
        if (*at > parts) return std::nullopt;
        const int length = 12 / parts;
        return months_from(year, (*at - 1) * length + 1, length);
    };
    switch (kind) {
        case 'A':
            return part(1);
        case 'S':
            return part(2);
        case 'T':
            return part(3);
        case 'Q':
            return part(4);
        case 'M':
            return part(12);
        case 'D': {
            const Date day = Date::of_day(year, 1, 1).plus_days(*at - 1);
            return day.year() == year ? std::optional(Days{day, day}) : std::nullopt;
        }
        default:
            return std::nullopt;
    }
}

/// "P11M", "P1Y6M", "P10D": the day after the last one.
std::optional<Date> after(const Date& first, std::string_view duration) {
    if (!duration.starts_with('P') || duration.size() < 3) return std::nullopt;
    duration.remove_prefix(1);
    int months = 0, days = 0;
    while (!duration.empty()) {
        const std::size_t end = duration.find_first_not_of("0123456789");
        if (end == std::string_view::npos) return std::nullopt;
        const auto count = number(duration.substr(0, end), 4);
        if (!count) return std::nullopt;
        const char unit = duration[end];
        if (unit == 'Y')
            months += 12 * *count;
        else if (unit == 'M')
            months += *count;
        else if (unit == 'D')
            days += *count;
        else
            return std::nullopt;
        duration.remove_prefix(end + 1);
    }
    // Months of unlike length are counted from firsts of months alone.
    if (months > 0 && first.day() != 1) return std::nullopt;
    if (first.year() + months / 12 > 9000) return std::nullopt;
    return (months > 0 ? plus_months(first, months) : first).plus_days(days);
}

bool is_first(const Date& day) {
    return day.day() == 1;
}

/// How many whole months the days are; 0 if they are not.
int whole_months(const Days& days) {
    const Date next = days.second.plus_days(1);
    if (!is_first(days.first) || !is_first(next)) return 0;
    return (next.year() - days.first.year()) * 12 + next.month() - days.first.month();
}

}  // namespace

Date plus_months(const Date& first, int months) {
    const int at = first.year() * 12 + first.month() - 1 + months;
    return Date::of_day(at / 12, at % 12 + 1, 1);
}

Result<Days> parse_sdmx_period(std::string_view text) {
    if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
        const auto first = Date::parse(text.substr(0, slash));
        if (!first || first->first_day() != first->last_day()) return bad(text);
        const auto next = after(first->first_day(), text.substr(slash + 1));
        if (!next || *next <= first->first_day()) return bad(text);
        return Days{first->first_day(), next->plus_days(-1)};
    }
    if (text.size() >= 7 && text[4] == '-' && text[5] >= 'A' && text[5] <= 'Z') {
        const auto year = number(text.substr(0, 4), 4);
        const auto days = year && *year > 0 ? reporting(*year, text[5], text.substr(6)) : std::nullopt;
        if (!days) return bad(text);
        return *days;
    }
    const auto date = Date::parse(text);
    if (!date) return bad(text);
    return Days{date->first_day(), date->last_day()};
}

std::string sdmx_period(const Days& days) {
    const auto& [first, last] = days;
    if (first == last) return first.text();
    const int months = whole_months(days);
    if (months == 1) return first.text().substr(0, 7);
    if (months == 12 && first.month() == 1) return first.text().substr(0, 4);
    if (months == 6 && first.month() % 6 == 1)
        return fmt::format("{:04}-S{}", first.year(), first.month() / 6 + 1);
    if (months == 3 && first.month() % 3 == 1)
        return fmt::format("{:04}-Q{}", first.year(), first.month() / 3 + 1);
    if (months > 0 && months % 12 == 0) return fmt::format("{}/P{}Y", first.text(), months / 12);
    if (months > 0) return fmt::format("{}/P{}M", first.text(), months);
    return fmt::format("{}/P{}D", first.text(), last.day_number() - first.day_number() + 1);
}

std::string_view sdmx_frequency(const Days& days) {
    if (days.first == days.second) return "D";
    const int months = whole_months(days);
    const int month = days.first.month();
    if (months == 1) return "M";
    if (months == 3 && month % 3 == 1) return "Q";
    if (months == 6 && month % 6 == 1) return "S";
    if (months == 12 && month == 1) return "A";
    return "_O";
}

}  // namespace tamga::formats
