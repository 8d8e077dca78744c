#include "base/date.hpp"

#include <fmt/format.h>

#include <chrono>

namespace tamga {

namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

/// The number that `digits` spell, or nothing if they are not all digits or more than any number of a date
/// has.
std::optional<int> number(std::string_view digits) {
    int value = 0;
    if (digits.empty() || digits.size() > 4) return std::nullopt;
    for (char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

year_month_day calendar(int year, int month, int day) {
    return {std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
            std::chrono::day(static_cast<unsigned>(day))};
}

int last_day_of(int year, int month) {
    const std::chrono::year_month_day_last last{
        std::chrono::year(year),
        std::chrono::month_day_last(std::chrono::month(static_cast<unsigned>(month)))};
    return static_cast<int>(static_cast<unsigned>(last.day()));
}

}  // namespace

Result<Date> Date::parse(std::string_view text) {
    const auto bad = [&] {
        return fail(ErrorCode::invalid_input, "read a date", fmt::format("'{}' is not a date", text),
                    "write a year, a month or a day: 2025, 2025-06 or 2025-06-17");
    };
    if (text.size() != 4 && text.size() != 7 && text.size() != 10) return bad();
    if (text.size() >= 7 && text[4] != '-') return bad();
    if (text.size() == 10 && text[7] != '-') return bad();
    const auto year = number(text.substr(0, 4));
    const auto month = text.size() >= 7 ? number(text.substr(5, 2)) : 0;
    const auto day = text.size() == 10 ? number(text.substr(8, 2)) : 0;
    if (!year || !month || !day || *year == 0) return bad();
    if (text.size() >= 7 && (*month < 1 || *month > 12)) return bad();
    if (text.size() == 10 && (*day < 1 || *day > last_day_of(*year, *month))) return bad();
    return Date(*year, *month, *day);
}

std::optional<Date> Date::parse_days_first(std::string_view text) {
    const std::size_t at = text.find_first_of("./-");
    if (at == std::string_view::npos) return std::nullopt;
    std::string_view parts[3] = {};
    std::size_t count = 0;
    for (std::string_view rest = text; count < 3;) {
        const std::size_t end = rest.find(text[at]);
        parts[count++] = rest.substr(0, end);
        if (end == std::string_view::npos) break;
        if (count == 3) return std::nullopt;
        rest.remove_prefix(end + 1);
    }
    const auto day = count == 3 ? number(parts[0]) : 0;
    const auto month = number(parts[count - 2]), year = number(parts[count - 1]);
    if (count < 2 || parts[count - 1].size() != 4 || parts[0].size() > 2 ||
        parts[1].size() > (count == 3 ? 2 : 4))
        return std::nullopt;
    if (!day || !month || !year || *year == 0 || *month < 1 || *month > 12) return std::nullopt;
    if (count == 3 && (*day < 1 || *day > last_day_of(*year, *month))) return std::nullopt;
    return Date(*year, *month, *day);
}

Date Date::of_day(int year, int month, int day) {
    return Date(year, month, day);
}

Date Date::of_unix_time(long long seconds) {
    const auto days =
        std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(seconds)));
    const year_month_day date(days);
    return Date(static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
                static_cast<int>(static_cast<unsigned>(date.day())));
}

Date Date::first_day() const {
    return Date(year_, month_ ? month_ : 1, day_ ? day_ : 1);
}

Date Date::last_day() const {
    if (day_) return *this;
    const int month = month_ ? month_ : 12;
    return Date(year_, month, last_day_of(year_, month));
}

long long Date::day_number() const {
    const Date first = first_day();
    return sys_days(calendar(first.year_, first.month_, first.day_)).time_since_epoch().count();
}

Date Date::plus_days(int days) const {
    return of_unix_time((day_number() + days) * 86400);
}

std::string Date::text() const {
    if (day_) return fmt::format("{:04}-{:02}-{:02}", year_, month_, day_);
    if (month_) return fmt::format("{:04}-{:02}", year_, month_);
    return fmt::format("{:04}", year_);
}

int months_between(const Date& from, const Date& to) {
    const Date a = from.first_day(), b = to.first_day();
    int months = (b.year() - a.year()) * 12 + (b.month() - a.month());
    if (b.day() < a.day()) --months;
    return months;
}

std::string utc_text(long long seconds) {
    const Date day = Date::of_unix_time(seconds);
    const long long in_day = seconds - day.day_number() * 86400;
    return fmt::format("{}T{:02}:{:02}:{:02}Z", day.text(), in_day / 3600, in_day / 60 % 60, in_day % 60);
}

Result<long long> parse_utc(std::string_view text) {
    const auto bad = [&] {
        return fail(ErrorCode::invalid_input, "read a time", fmt::format("'{}' is not a UTC time", text),
                    "write it as 2026-11-23T09:00:00Z");
    };
    if (text.size() != 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z')
        return bad();
    const auto day = Date::parse(text.substr(0, 10));
    const auto hour = number(text.substr(11, 2)), minute = number(text.substr(14, 2)),
               second = number(text.substr(17, 2));
    if (!day || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return bad();
    return day->day_number() * 86400 + *hour * 3600 + *minute * 60 + *second;
}

}  // namespace tamga
