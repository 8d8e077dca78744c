#include "sheet/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "base/date.hpp"
#include "base/utf8.hpp"

namespace tamga::sheet {

namespace {

constexpr int kShownDigits = 15;
constexpr double kExact = 9'007'199'254'740'992.0;  // 2^53: up to it a double holds every integer.
constexpr long long kMillisecondsADay = 86'400'000;
constexpr int kLastSerial = 2'958'465;  // 9999-12-31.

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool starts_with_word(std::string_view text, std::string_view word) {
    return text.size() >= word.size() &&
           std::ranges::equal(text.substr(0, word.size()), word, {}, lower, lower);
}

std::optional<double> double_of(std::string_view written) {
    double value = 0;
    if (written.starts_with('+')) written.remove_prefix(1);
    const auto [end, bad] = std::from_chars(written.data(), written.data() + written.size(), value);
    if (bad != std::errc() || end != written.data() + written.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::unexpected<Wrong> no_number(std::string_view written) {
    return std::unexpected(
        Wrong{fmt::format("the file has '{}' here for a number", written), "write the number anew"});
}

/// Digits and the place of the point as plain text: ("125", 1) is 12.5 for 1.25e1.
std::string laid_out(bool negative, const std::string& digits, int exponent) {
    std::string text = negative ? "-" : "";
    const int count = static_cast<int>(digits.size());
    if (exponent < 0)
        text += "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    else if (exponent + 1 >= count)
        text += digits + std::string(static_cast<std::size_t>(exponent + 1 - count), '0');
    else
        text += digits.substr(0, static_cast<std::size_t>(exponent) + 1) + "." +
                digits.substr(static_cast<std::size_t>(exponent) + 1);
    return text;
}

/// A day as far as the cell shows it. The first of a month that is shown without its day is what a
/// spreadsheet makes of a month that somebody typed; another day was typed as a day.
std::string as_shown(int year, int month, int day, const Shown& shown) {
    if (!shown.day && shown.year && day == 1 && (shown.month || month == 1))
        return shown.month ? fmt::format("{:04}-{:02}", year, month) : fmt::format("{:04}", year);
    return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

std::unexpected<Wrong> no_day(std::string cause) {
    return std::unexpected(Wrong{std::move(cause), "write the day as a date, or as text: 2025-06-17"});
}

std::unexpected<Wrong> with_time(std::string_view day, std::string_view time) {
    return std::unexpected(
        Wrong{fmt::format("the cell holds a time of day too: {} {}", day, time), "write the day alone"});
}

}  // namespace

Shown shown_by(std::string_view code) {
    Shown shown;
    char last = ' ';  // Letter of the last run that told of a date or time.
    for (std::size_t at = 0; at < code.size();) {
        const std::string_view rest = code.substr(at);
        const char c = lower(code[at]);
        if (c == ';') break;
        if (c == '"') {
            const std::size_t close = code.find('"', at + 1);
            at = close == std::string_view::npos ? code.size() : close + 1;
        } else if (c == '\\' || c == '_' || c == '*') {
            at += 2;
        } else if (c == '[') {
            // [h] counts hours beyond a day; others are colours, conditions and locales.
            const std::size_t close = std::min(code.find(']', at), code.size());
            const std::string_view inside = code.substr(at + 1, close - at - 1);
            if (!inside.empty() && std::ranges::all_of(inside, [&](char letter) {
                    return lower(letter) == lower(inside[0]) &&
                           std::string_view("hms").find(lower(letter)) != std::string_view::npos;
                })) {
                shown.time = true;
                last = lower(inside[0]);
            }
            at = close + 1;
        } else if (starts_with_word(rest, "general")) {
            at += 7;
        } else if (starts_with_word(rest, "am/pm") || starts_with_word(rest, "a/p")) {
            shown.time = true;
            at += lower(rest[1]) == 'm' ? 5 : 3;
        } else if (c == 'e' && rest.size() > 1 && (rest[1] == '+' || rest[1] == '-')) {
            at += 2;
        } else if (std::string_view("yebmdhs").find(c) != std::string_view::npos) {
            std::size_t end = at;
            while (end < code.size() && lower(code[end]) == c) ++end;
            if (c == 'm') {
                // Minutes stand behind hours or before seconds (18.8.31).
                const std::size_t next = code.find_first_not_of(" :.]", end);
                const bool minutes =
                    last == 'h' || (next != std::string_view::npos && lower(code[next]) == 's');
                (minutes ? shown.time : shown.month) = true;
            } else if (c == 'h' || c == 's') {
                shown.time = true;
            } else {
                (c == 'd' ? shown.day : shown.year) = true;
            }
            last = c;
            at = end;
        } else {
            if (c == '%') shown.percent = true;
            ++at;
        }
    }
    return shown;
}

Shown shown_by_number(int number) {
    const auto is_in = [&](int first, int last) { return number >= first && number <= last; };
    Shown shown;
    shown.percent = number == 9 || number == 10;
    if (is_in(14, 15) || is_in(27, 31) || number == 36 || is_in(50, 54) || is_in(57, 58) || is_in(71, 74))
        shown.year = shown.month = shown.day = true;
    // Month and year of the Chinese and Japanese tables are of one number and not of one kind: the day is
    // kept.
    if (number == 16) shown.month = shown.day = true;
    if (number == 17) shown.year = shown.month = true;
    if (is_in(55, 56)) shown.year = shown.month = shown.day = true;
    if (number == 22) shown.year = shown.month = shown.day = shown.time = true;
    if (is_in(18, 21) || is_in(32, 35) || is_in(45, 47)) shown.time = true;
    return shown;
}

Text number_text(std::string_view written, bool percent) {
    const auto value = double_of(written);
    if (!value) return no_number(written);
    if (*value == 0) return percent ? "0%" : "0";
    char buffer[40];
    const auto in_digits = [&](auto... precision) {
        const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::abs(*value),
                                       std::chars_format::scientific, precision...);
        return std::string_view(buffer, static_cast<std::size_t>(end.ptr - buffer));
    };
    const auto digits_of = [](std::string_view scientific) {
        std::string digits(scientific.substr(0, scientific.find('e')));
        std::erase(digits, '.');
        digits.resize(digits.find_last_not_of('0') + 1);
        return digits;
    };
    std::string_view scientific = in_digits();
    std::string digits = digits_of(scientific);
    const bool exact = std::abs(*value) <= kExact && std::trunc(*value) == *value;
    if (static_cast<int>(digits.size()) > kShownDigits && !exact) {
        scientific = in_digits(kShownDigits - 1);
        digits = digits_of(scientific);
    }
    std::string_view told = scientific.substr(scientific.find('e') + 1);
    if (told.starts_with('+')) told.remove_prefix(1);
    int exponent = 0;
    std::from_chars(told.data(), told.data() + told.size(), exponent);
    return laid_out(*value < 0, digits, exponent + (percent ? 2 : 0)) + (percent ? "%" : "");
}

Text serial_date(std::string_view written, const Shown& shown, bool since_1904) {
    const auto value = double_of(written);
    if (!value) return no_number(written);
    if (!shown.is_date()) return std::unexpected(time_in_cell());
    if (*value < 0 || *value >= kLastSerial + 1)
        return no_day(fmt::format("the cell shows a date, and its number {} is that of no day", written));
    // Spreadsheets keep a time as a fraction that is seldom exact.
    const long long whole = std::llround(*value * kMillisecondsADay);
    const int serial = static_cast<int>(whole / kMillisecondsADay);
    const long long time = whole % kMillisecondsADay;
    if (!since_1904 && serial == 0)
        return shown.time && time != 0 ? std::unexpected(time_in_cell())
                                       : no_day("the cell shows a date, and holds the day 0 of January 1900");
    if (!since_1904 && serial == 60)
        return no_day("the cell holds 29 February 1900, a day that there was not");
    const Date begin = since_1904 ? Date::of_day(1904, 1, 1) : Date::of_day(1899, 12, serial > 60 ? 30 : 31);
    if (begin.day_number() + serial > Date::of_day(9999, 12, 31).day_number())
        return no_day(fmt::format("the cell shows a date, and its number {} is that of no day", written));
    const Date day = begin.plus_days(serial);
    if (time != 0)
        return with_time(day.text(), fmt::format("{:02}:{:02}", time / 3'600'000, time / 60'000 % 60));
    return as_shown(day.year(), day.month(), day.day(), shown);
}

Text iso_date(std::string_view written, const Shown& shown) {
    const std::size_t end = std::min(written.find('T'), written.size());
    const auto day = Date::parse(written.substr(0, end));
    if (!day || day->day() == 0) return no_day(fmt::format("the file has '{}' here for a date", written));
    if (end < written.size()) {
        std::string_view time = written.substr(end + 1);
        if (time.ends_with('Z')) time.remove_suffix(1);
        if (time.find_first_not_of("0:.") != std::string_view::npos)
            return with_time(day->text(), time.substr(0, 5));
    }
    return as_shown(day->year(), day->month(), day->day(), shown);
}

Wrong error_in_cell(std::string_view error) {
    return {fmt::format("the cell holds the error {}", error.empty() ? "of a formula" : error),
            "correct its formula, or empty the cell"};
}

Wrong time_in_cell() {
    return {"the cell holds a time, and no day", "write a day, or the time as text"};
}

std::optional<int> whole_number(std::string_view text) {
    int value = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (bad != std::errc() || end != text.data() + text.size() || text.starts_with('-')) return std::nullopt;
    return value;
}

std::string unescaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    const auto is_escape = [](std::string_view rest) {
        return rest.size() >= 7 && rest.starts_with("_x") && rest[6] == '_' &&
               rest.substr(2, 4).find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
    };
    const auto code_of = [](std::string_view rest) {
        char32_t code = 0;
        unsigned read = 0;
        std::from_chars(rest.data() + 2, rest.data() + 6, read, 16);
        code = read;
        return code;
    };
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view rest = text.substr(at);
        if (rest[0] != '_' || !is_escape(rest)) {
            out += rest[0];
            ++at;
            continue;
        }
        char32_t code = code_of(rest);
        at += 7;
        const bool high = code >= 0xD800 && code < 0xDC00;
        if (high && is_escape(text.substr(at))) {
            const char32_t low = code_of(text.substr(at));
            if (low >= 0xDC00 && low < 0xE000) {
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                at += 7;
            }
        }
        utf8::append(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
    }
    // As the CSV reader has them: a file means the same however it was saved.
    std::string lines;
    lines.reserve(out.size());
    for (std::size_t at = 0; at < out.size(); ++at) {
        if (out[at] == '\r' && at + 1 < out.size() && out[at + 1] == '\n') continue;
        lines += out[at] == '\r' ? '\n' : out[at];
    }
    return lines;
}

}  // namespace tamga::sheet
