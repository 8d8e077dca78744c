#include "iati/rules/dates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "iati/schema/text.hpp"
#include "xml/characters.hpp"

namespace tamga::iati {

namespace {

using namespace std::chrono;
using Ms = std::int64_t;

constexpr Ms kMinute = 60'000;
constexpr Ms kHour = 60 * kMinute;
constexpr Ms kDay = 24 * kHour;
// The calendar repeats every 400 years; std::chrono's ends at the year 32767.
constexpr int kCycleYears = 400;
constexpr Ms kCycleDays = 146'097;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
/// V8 counts other scripts' characters, and some marks, among the letters.
bool is_letter(char c) {
    return static_cast<unsigned char>(c) >= 'A';
}

/// The first moment of a day. Days beyond the month's last run on into the next month, up to the 31st.
std::optional<Ms> moment(int year_, int month_, int day_) {
    if (month_ < 1 || month_ > 12 || day_ < 1 || day_ > 31) return std::nullopt;
    const int cycle = (year_ - (year_ < 0 ? kCycleYears - 1 : 0)) / kCycleYears;
    const sys_days first{year{year_ - cycle * kCycleYears} / month{static_cast<unsigned>(month_)} / 1};
    return (first.time_since_epoch().count() + cycle * kCycleDays + day_ - 1) * kDay;
}

/// Takes a text from its front.
struct Front {
    std::string_view rest;

    bool take(char c) {
        if (rest.empty() || lower(rest.front()) != lower(c)) return false;
        rest.remove_prefix(1);
        return true;
    }
    /// So many digits, no fewer.
    std::optional<int> digits(std::size_t count) {
        if (rest.size() < count) return std::nullopt;
        int value = 0;
        for (const char c : rest.substr(0, count)) {
            if (!is_digit(c)) return std::nullopt;
            value = value * 10 + (c - '0');
        }
        rest.remove_prefix(count);
        return value;
    }
    /// All the digits that are here, at most nine of them counted; none: nothing.
    std::optional<int> number() {
        if (rest.empty() || !is_digit(rest.front())) return std::nullopt;
        int value = 0;
        int counted = 0;
        for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1)) {
            if (counted == 0 && rest.front() == '0') continue;
            if (counted++ < 9) value = value * 10 + (rest.front() - '0');
        }
        return value;
    }
    /// The digits after a decimal point, as thousandths.
    std::optional<int> thousandths() {
        if (rest.empty() || !is_digit(rest.front())) return std::nullopt;
        int value = 0;
        for (int scale = 100; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1), scale /= 10)
            value += (rest.front() - '0') * scale;
        return value;
    }
    bool spaces() {
        const std::size_t before = rest.size();
        while (!rest.empty() && (rest.front() == ' ' || (rest.front() >= '\t' && rest.front() <= '\r')))
            rest.remove_prefix(1);
        return rest.size() < before;
    }
};

/// "12:00", "12:00:30.5".
std::optional<Ms> time_of_day(Front& text) {
    const auto hour = text.digits(2);
    if (!hour || !text.take(':')) return std::nullopt;
    const auto minute = text.digits(2);
    if (!minute || *hour > 24 || *minute > 59) return std::nullopt;
    Ms out = *hour * kHour + *minute * kMinute;
    if (text.take(':')) {
        const auto second = text.digits(2);
        if (!second || *second > 59) return std::nullopt;
        out += *second * 1000;
        if (text.take('.')) {
            const auto part = text.thousandths();
            if (!part) return std::nullopt;
            out += *part;
        }
    }
    return out <= kDay ? std::optional(out) : std::nullopt;
}

/// "Z", "+05:00" or "+0500", and nothing after it; what is to be taken off the time.
std::optional<Ms> zone(Front& text) {
    if (text.take('Z')) return text.rest.empty() ? std::optional<Ms>(0) : std::nullopt;
    const int sign = text.take('+') ? 1 : text.take('-') ? -1 : 0;
    const auto hours = text.digits(2);
    if (sign == 0 || !hours) return std::nullopt;
    text.take(':');
    const auto minutes = text.digits(2);
    if (!minutes || *hours > 23 || *minutes > 59 || !text.rest.empty()) return std::nullopt;
    return sign * (*hours * kHour + *minutes * kMinute);
}

/// ECMA-262, 21.4.1.32.
std::optional<Ms> ecma_form(Front text) {
    int year = 0;
    if (const int sign = text.take('+') ? 1 : text.take('-') ? -1 : 0; sign != 0) {
        const auto digits = text.digits(6);
        if (!digits || (sign < 0 && *digits == 0)) return std::nullopt;
        year = sign * *digits;
    } else {
        const auto digits = text.digits(4);
        if (!digits) return std::nullopt;
        year = *digits;
    }
    int month = 1;
    int day = 1;
    if (text.take('-')) {
        const auto digits = text.digits(2);
        if (!digits) return std::nullopt;
        month = *digits;
        if (text.take('-')) {
            const auto last = text.digits(2);
            if (!last) return std::nullopt;
            day = *last;
        }
    }
    const auto first = moment(year, month, day);
    if (!first || text.rest.empty()) return first;
    if (!text.take('T')) return std::nullopt;
    const auto time = time_of_day(text);
    if (!time) return std::nullopt;
    if (text.rest.empty()) return *first + *time;
    const auto east = zone(text);
    return east ? std::optional(*first + *time - *east) : std::nullopt;
}

/// Dates as people write them, as far as V8 takes them: up to three numbers and perhaps the name of a month
/// are the date, numbers with colons the time; words before the first number and what stands in brackets mean
/// nothing.
class Written {
  public:
    static std::optional<Ms> read(std::string_view text) {
        Written written{{text}};
        written.whole_date();
        if (!written.all()) return std::nullopt;
        const auto day = written.day();
        const auto time = written.time();
        if (!day || !time) return std::nullopt;
        return *day + *time - written.east_.value_or(0);
    }

  private:
    explicit Written(Front text) : text_(text) {}

    /// A date in ECMA-262's form, before something else. Unlike after another number, a hyphen after it is
    /// not passed over.
    void whole_date() {
        Front text = text_;
        const auto year = text.digits(4);
        const auto month = text.take('-') ? text.digits(2) : std::nullopt;
        const auto day = text.take('-') ? text.digits(2) : std::nullopt;
        if (!year || !month || !day || (!text.rest.empty() && is_digit(text.rest.front()))) return;
        date_ = {*year, *month, *day};
        count_ = 3;
        any_number_ = true;
        text_ = text;
    }

    bool all() {
        while (!text_.rest.empty()) {
            const char c = text_.rest.front();
            if (const std::size_t space = xml::wide_space_at_start(text_.rest); space > 0) {
                text_.rest.remove_prefix(space);
            } else if (is_digit(c)) {
                if (!number()) return false;
            } else if (is_letter(c)) {
                if (!word()) return false;
            } else if (c == '(') {
                brackets();
            } else if (c == '+' || c == '-') {
                if (!sign()) return false;
            } else if (c == ')' && any_number_) {
                return false;
            } else {
                text_.rest.remove_prefix(1);
            }
        }
        return true;
    }

    bool number() {
        const int value = *text_.number();
        any_number_ = true;
        if (text_.take(':')) {
            if (parts_ == 3 || time_done_) return false;
            times_[parts_++] = value;
            if (text_.take(':')) {  // "12::30"
                if (parts_ != 1) return false;
                times_[parts_++] = 0;
            } else if (!text_.rest.empty() && text_.rest.front() == '.') {
                text_.rest.remove_prefix(1);
            }
            return true;
        }
        const bool in_time = parts_ > 0 && parts_ < 3 && !time_done_ && value < 60;
        if (in_time && parts_ == 2 && !text_.rest.empty() && text_.rest.front() == '.') {
            text_.rest.remove_prefix(1);
            times_[parts_++] = value;
            const auto part = text_.thousandths();
            if (!part) return false;
            thousandths_ = *part;
            time_done_ = true;
            return true;
        }
        if (zone_minutes_wanted_) {
            zone_minutes_wanted_ = false;
            if (value > 59) return false;
            east_ = *east_ + zone_sign_ * value * kMinute;
            return true;
        }
        if (in_time) {
            times_[parts_++] = value;
            time_done_ = true;
            const char next = text_.rest.empty() ? ' ' : lower(text_.rest.front());
            return next == ' ' || next == 'z' || next == '+' || next == '-' || (next >= '\t' && next <= '\r');
        }
        if (count_ == 3) return false;
        date_[count_++] = value;
        text_.take('-');
        if (!text_.rest.empty() && text_.rest.front() == '.') text_.rest.remove_prefix(1);
        return true;
    }

    bool word() {
        std::size_t length = 0;
        while (length < text_.rest.size() && is_letter(text_.rest[length])) ++length;
        std::string name(text_.rest.substr(0, length));
        std::ranges::transform(name, name.begin(), lower);
        text_.rest.remove_prefix(length);
        constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                              "jul", "aug", "sep", "oct", "nov", "dec"};
        constexpr std::pair<std::string_view, int> kZones[] = {
            {"ut", 0},   {"utc", 0},  {"z", 0},    {"gmt", 0},  {"est", -5}, {"edt", -4},
            {"cst", -6}, {"cdt", -5}, {"mst", -7}, {"mdt", -6}, {"pst", -8}, {"pdt", -7}};
        if ((name == "am" || name == "pm") && parts_ > 0) {
            half_ = name == "pm" ? 12 : 0;
            return true;
        }
        if (const auto* const found = std::ranges::find(kMonths, name.substr(0, 3)); found != kMonths.end()) {
            month_ = static_cast<int>(found - kMonths.begin()) + 1;
            text_.take('-');
            return true;
        }
        if (any_number_) {
            const auto* const found =
                std::ranges::find(kZones, name, &std::pair<std::string_view, int>::first);
            if (found == std::end(kZones)) return false;
            east_ = found->second * kHour;
            return true;
        }
        return text_.rest.empty() || !is_digit(text_.rest.front());
    }

    void brackets() {
        int depth = 0;
        do {
            depth += text_.rest.front() == '(' ? 1 : text_.rest.front() == ')' ? -1 : 0;
            text_.rest.remove_prefix(1);
        } while (depth > 0 && !text_.rest.empty());
    }

    /// A zone, after a time or the name of a zone that is UTC; before any number it means nothing.
    bool sign() {
        const int sign = text_.take('+') ? 1 : (text_.take('-'), -1);
        if (!(east_ == 0) && parts_ == 0) return !any_number_;
        const std::size_t before = text_.rest.size();
        const int value = text_.number().value_or(0);
        const std::size_t length = before - text_.rest.size();
        any_number_ = true;
        zone_sign_ = sign;
        if (text_.take(':')) {
            east_ = sign * value * kHour;
            zone_minutes_wanted_ = true;
        } else if (length == 1 || length == 2) {
            east_ = sign * value * kHour;
        } else if (length == 3 || length == 4) {
            east_ = sign * (value / 100 * kHour + value % 100 * kMinute);
        } else {
            return false;
        }
        return true;
    }

    std::optional<Ms> day() const {
        if (count_ == 0) return std::nullopt;
        // What is not stated is 1; a number that is no day is the year.
        const auto& [a, b, c] = date_;
        const bool year_first = a < 1 || a > 31;
        int year = c;
        int month = month_ != 0 ? month_ : a;
        int day = b;
        if (month_ != 0) {
            year = year_first ? a : b;
            day = year_first ? b : a;
        } else if (year_first) {
            year = a;
            month = b;
            day = c;
        }
        if (year < 50)
            year += 2000;
        else if (year < 100)
            year += 1900;
        constexpr int kMostYears = 270'000;  // of an ECMAScript date
        return year > kMostYears ? std::nullopt : moment(year, month, day);
    }
    std::optional<Ms> time() const {
        int hour = times_[0];
        if (half_) {
            if (hour > 12) return std::nullopt;
            hour = hour % 12 + *half_;
        }
        const Ms out = hour * kHour + times_[1] * kMinute + times_[2] * Ms{1000} + thousandths_;
        if (hour == 24 ? out != kDay : hour > 23) return std::nullopt;
        return times_[1] > 59 || times_[2] > 59 ? std::nullopt : std::optional(out);
    }

    Front text_;
    std::array<int, 3> date_{1, 1, 1}, times_{};
    std::size_t count_ = 0, parts_ = 0;
    int month_ = 0;  ///< By its name.
    int thousandths_ = 0;
    std::optional<int> half_;  ///< Hours that the half of the day adds.
    std::optional<Ms> east_;
    int zone_sign_ = 1;
    bool any_number_ = false, time_done_ = false, zone_minutes_wanted_ = false;
};

}  // namespace

std::optional<std::int64_t> xsd_date(std::string_view given) {
    if (!schema::holds(schema::Text::date, given) && !schema::holds(schema::Text::date_time, given))
        return std::nullopt;
    Front text{given};
    const auto year = text.digits(4);
    if (!year || !text.take('-')) return std::nullopt;
    // All that follows is there, and in the calendar.
    const int month = text.digits(2).value();
    text.take('-');
    Ms out = moment(*year, month, text.digits(2).value()).value();
    if (text.take('T')) out += time_of_day(text).value();
    return text.rest.empty() ? out : out - zone(text).value();
}

std::optional<std::int64_t> ecmascript_date(std::string_view text) {
    if (const auto ms = ecma_form({text})) return ms;
    return Written::read(text);
}

std::string timestamp(std::int64_t ms) {
    const auto day = floor<days>(sys_time<milliseconds>(milliseconds(ms)));
    const Ms count = day.time_since_epoch().count();
    const Ms cycle = (count - (count < 0 ? kCycleDays - 1 : 0)) / kCycleDays;
    const year_month_day date{sys_days(days(count - cycle * kCycleDays))};
    const Ms year = static_cast<int>(date.year()) + cycle * kCycleYears;
    const Ms rest = ms - count * kDay;
    return fmt::format("{}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                       year >= 0 && year <= 9999 ? fmt::format("{:04}", year) : fmt::format("{:+07}", year),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), rest / kHour,
                       rest / kMinute % 60, rest / 1000 % 60, rest % 1000);
}

}  // namespace tamga::iati
