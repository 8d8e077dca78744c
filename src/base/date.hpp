#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tamga {

/// A calendar date as precise as its source: a year, a year and month, or a day (ISO 8601-1 4.3, reduced
/// precision; proleptic Gregorian calendar, years 0001 to 9999). A value type.
class Date {
  public:
    /// Reads "2025", "2025-06" or "2025-06-17". Errors: invalid_input with a hint; days are checked against
    /// the month.
    static Result<Date> parse(std::string_view text);
    /// Reads "17.06.2025" or "06.2025", day before month; also with slashes or hyphens, and days and months
    /// of one digit. Nothing if it is none of these, or no day.
    static std::optional<Date> parse_days_first(std::string_view text);
    static Date of_day(int year, int month, int day);
    /// The UTC day of a time in seconds since 1970-01-01T00:00:00Z.
    static Date of_unix_time(long long seconds);

    int year() const { return year_; }
    int month() const { return month_; }  ///< 1 to 12; 0 if the date is only a year.
    int day() const { return day_; }      ///< 1 to 31; 0 if the date is not a full day.

    /// The first and the last day that the date can mean: 2025-02 is 2025-02-01 to 2025-02-28.
    Date first_day() const;
    Date last_day() const;
    /// Days since 1970-01-01 of first_day().
    long long day_number() const;
    /// The day `days` after first_day().
    Date plus_days(int days) const;

    /// As it is parsed: "2025", "2025-06" or "2025-06-17".
    std::string text() const;

    /// Orders by first day, then the less precise date first.
    friend auto operator<=>(const Date&, const Date&) = default;

  private:
    Date(int year, int month, int day) : year_(year), month_(month), day_(day) {}
    int year_, month_, day_;
};

/// Whole months from `from` to `to` (first days), rounded down; negative if `to` is earlier.
int months_between(const Date& from, const Date& to);

/// RFC 3339 UTC time with whole seconds, "2026-11-23T09:00:00Z", of seconds since 1970-01-01T00:00:00Z.
std::string utc_text(long long seconds);
/// The reverse. Errors: invalid_input if not exactly of that form.
Result<long long> parse_utc(std::string_view text);

}  // namespace tamga
