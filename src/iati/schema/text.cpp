#include "iati/schema/text.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "xml/characters.hpp"

namespace tamga::iati::schema {

namespace {

/// libxml2 refuses decimals of more significant digits (its notes name 18 as what the standard asks for).
constexpr std::size_t kMostDigits = 24;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_boolean(std::string_view text) {
    return text == "true" || text == "false" || text == "1" || text == "0";
}

bool is_decimal(std::string_view text) {
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
    const std::size_t point = std::min(text.find('.'), text.size());
    std::string_view whole = text.substr(0, point);
    const std::string_view part = point < text.size() ? text.substr(point + 1) : std::string_view();
    if (whole.empty() && part.empty()) return false;
    if (!std::ranges::all_of(whole, is_digit) || !std::ranges::all_of(part, is_digit)) return false;
    while (!whole.empty() && whole[0] == '0') whole.remove_prefix(1);
    return whole.size() + part.size() <= kMostDigits;
}

/// An integer; gives its sign and its digits without leading zeros.
bool is_integer(std::string_view text, bool& negative, std::string_view& digits) {
    negative = text.starts_with('-');
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
    if (text.empty() || !std::ranges::all_of(text, is_digit)) return false;
    while (!text.empty() && text[0] == '0') text.remove_prefix(1);
    digits = text;
    return digits.size() <= kMostDigits;
}

bool is_int(std::string_view text) {
    bool negative = false;
    std::string_view digits;
    if (!is_integer(text, negative, digits)) return false;
    const std::string_view most = negative ? "2147483648" : "2147483647";
    return digits.size() < most.size() || (digits.size() == most.size() && digits <= most);
}

bool is_non_negative(std::string_view text) {
    bool negative = false;
    std::string_view digits;
    return is_integer(text, negative, digits) && (!negative || digits.empty());
}

bool is_positive(std::string_view text) {
    bool negative = false;
    std::string_view digits;
    return is_integer(text, negative, digits) && !negative && !digits.empty();
}

/// Two digits at the start of `text`, taken off; -1 if they are not there.
int two_digits(std::string_view& text) {
    if (text.size() < 2 || !is_digit(text[0]) || !is_digit(text[1])) return -1;
    const int value = (text[0] - '0') * 10 + (text[1] - '0');
    text.remove_prefix(2);
    return value;
}
bool take(std::string_view& text, char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

/// Year, month and day (3.2.9.1), taken off.
bool take_date(std::string_view& text) {
    const bool negative = take(text, '-');
    std::size_t length = 0;
    std::uint64_t year = 0;
    for (; length < text.size() && is_digit(text[length]); ++length) {
        if (year > (std::numeric_limits<std::int64_t>::max() - 9) / 10) return false;
        year = year * 10 + static_cast<std::uint64_t>(text[length] - '0');
    }
    if (length < 4 || (length > 4 && text[0] == '0') || year == 0) return false;
    text.remove_prefix(length);
    if (!take(text, '-')) return false;
    const int month = two_digits(text);
    if (month < 1 || month > 12 || !take(text, '-')) return false;
    const int day = two_digits(text);
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    // Years before the common era: libxml2 takes the remainder of the negative number, which is the same
    // test.
    (void)negative;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day >= 1 && day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

/// A time zone (3.2.7.3) or nothing, up to the end.
bool is_zone(std::string_view text) {
    if (text.empty() || text == "Z") return true;
    if (text[0] != '+' && text[0] != '-') return false;
    text.remove_prefix(1);
    const int hours = two_digits(text);
    if (hours < 0 || !take(text, ':')) return false;
    const int minutes = two_digits(text);
    return minutes >= 0 && minutes <= 59 && text.empty() && hours * 60 + minutes <= 14 * 60;
}

bool is_date(std::string_view text) {
    return take_date(text) && is_zone(text);
}

bool is_date_time(std::string_view text) {
    if (!take_date(text) || !take(text, 'T')) return false;
    const int hour = two_digits(text);
    if (hour < 0 || hour > 24 || !take(text, ':')) return false;
    const int minute = two_digits(text);
    if (minute < 0 || minute > 59 || !take(text, ':')) return false;
    const int second = two_digits(text);
    if (second < 0 || second > 59) return false;
    bool fraction = false;
    if (take(text, '.')) {
        std::size_t length = 0;
        for (; length < text.size() && is_digit(text[length]); ++length) fraction |= text[length] != '0';
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    if (hour == 24 && (minute != 0 || second != 0 || fraction)) return false;
    return is_zone(text);
}

bool is_nmtoken(std::string_view text) {
    if (text.empty()) return false;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == ':') {
            ++at;
            continue;
        }
        if (!xml::is_name_part(xml::decode(text, at))) return false;
    }
    return true;
}

bool is_nc_name(std::string_view text) {
    if (text.empty()) return false;
    std::size_t at = 0;
    if (!xml::is_name_start(xml::decode(text, at))) return false;
    while (at < text.size())
        if (!xml::is_name_part(xml::decode(text, at))) return false;
    return true;
}

/// RFC 3066 as 3.3.3 writes it down.
bool is_language(std::string_view text) {
    for (bool first = true;; first = false) {
        const std::size_t dash = std::min(text.find('-'), text.size());
        const std::string_view part = text.substr(0, dash);
        if (part.empty() || part.size() > 8) return false;
        if (!std::ranges::all_of(part, [&](char c) { return is_letter(c) || (!first && is_digit(c)); }))
            return false;
        if (dash == text.size()) return true;
        text.remove_prefix(dash + 1);
    }
}

/// A URI reference (RFC 3986, 4.1), where characters that a URI must escape stand for themselves (3.2.17:
/// they would be escaped first), as libxml2 reads it: an IP literal may hold anything, a port has 31 bits.
class UriReference {
  public:
    explicit UriReference(std::string_view text) : text_(text) {}

    bool valid() {
        if (uri()) return true;
        at_ = 0;
        return relative();
    }

  private:
    /// The character at `i` as the parser is shown it: what cannot stand in a URI looks like an unreserved
    /// one.
    char at(std::size_t i) const {
        if (i >= text_.size()) return '\0';
        const auto byte = static_cast<unsigned char>(text_[i]);
        if (byte <= 32 || byte >= 127 ||
            std::string_view("<>\"{}|\\^`").find(text_[i]) != std::string_view::npos)
            return '_';
        return text_[i];
    }
    bool is_hex(std::size_t i) const {
        const char c = at(i);
        return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
    static bool is_unreserved(char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
    }
    static bool is_delimiter(char c) {
        return c != '\0' && std::string_view("!$&'()*+,;=").find(c) != std::string_view::npos;
    }
    /// Goes past one unreserved, escaped or delimiting character, or one of `more`.
    bool skip(std::string_view more = {}) {
        const char c = at(at_);
        if (is_unreserved(c) || is_delimiter(c) || (c != '\0' && more.find(c) != std::string_view::npos)) {
            ++at_;
            return true;
        }
        if (c != '%' || !is_hex(at_ + 1) || !is_hex(at_ + 2)) return false;
        at_ += 3;
        return true;
    }
    void skip_all(std::string_view more) {
        while (skip(more)) {
        }
    }

    bool tail() {
        if (at(at_) == '?') {
            ++at_;
            skip_all(":@/?");
        }
        if (at(at_) == '#') {
            ++at_;
            skip_all(":@/?[]");
        }
        return at_ == text_.size();
    }
    bool uri() {
        if (!is_letter(at(0))) return false;
        while (is_letter(at(at_)) || is_digit(at(at_)) || at(at_) == '+' || at(at_) == '-' || at(at_) == '.')
            ++at_;
        if (at(at_) != ':') return false;
        ++at_;
        if (at(at_) == '/' && at(at_ + 1) == '/') {
            if (!authority()) return false;
        }
        skip_all(":@/");
        return tail();
    }
    bool relative() {
        if (at(0) == '/' && at(1) == '/') {
            if (!authority()) return false;
        } else if (at(0) != '/') {
            skip_all("@");  // the first segment has no colon
            if (at(at_) == ':') return false;
        }
        if (at(at_) == '/') skip_all(":@/");
        return tail();
    }
    bool authority() {
        at_ += 2;
        const std::size_t start = at_;
        skip_all(":");
        if (at(at_) == '@') {
            ++at_;
        } else {
            at_ = start;
        }
        if (!host()) return false;
        if (at(at_) == ':') {
            ++at_;
            if (!is_digit(at(at_))) return false;
            std::uint64_t port = 0;
            for (; is_digit(at(at_)); ++at_) {
                port = port * 10 + static_cast<std::uint64_t>(at(at_) - '0');
                if (port > 2147483647) return false;
            }
        }
        // What follows an authority begins with a slash, or is the query, the fragment or the end.
        return at_ == text_.size() || at(at_) == '/' || at(at_) == '?' || at(at_) == '#';
    }
    bool host() {
        if (at(at_) == '[') {
            while (at_ < text_.size() && at(at_) != ']') ++at_;
            if (at_ == text_.size()) return false;
            ++at_;
            return true;
        }
        const std::size_t start = at_;
        if (is_digit(at(at_)) && octet() && dot() && octet() && dot() && octet() && dot() && octet())
            return true;
        at_ = start;
        skip_all({});
        return true;
    }
    bool dot() {
        if (at(at_) != '.') return false;
        ++at_;
        return true;
    }
    bool octet() {
        const char a = at(at_);
        const char b = at(at_ + 1);
        const char c = at(at_ + 2);
        if (!is_digit(a)) return false;
        if (!is_digit(b)) return at_ += 1, true;
        if (a != '0' && !is_digit(c)) return at_ += 2, true;
        if ((a == '1' && is_digit(c)) || (a == '2' && b <= '4' && is_digit(c)) ||
            (a == '2' && b == '5' && c >= '0' && c <= '5'))
            return at_ += 3, true;
        return false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

bool holds(Text kind, std::string_view value) {
    switch (kind) {
        case Text::any:
            return true;
        case Text::boolean:
            return is_boolean(xml::stripped(value));
        case Text::decimal:
            return is_decimal(xml::stripped(value));
        // libxml2 does not take white space off the next three, though the standard would.
        case Text::date:
            return is_date(value);
        case Text::date_time:
            return is_date_time(value);
        case Text::int_:
            return is_int(value);
        case Text::any_uri:
            return UriReference(xml::stripped(value)).valid();
        case Text::non_negative_integer:
            return is_non_negative(xml::stripped(value));
        case Text::positive_integer:
            return is_positive(xml::stripped(value));
        case Text::nmtoken:
            return is_nmtoken(xml::stripped(value));
        case Text::language:
            return value.empty() || is_language(xml::stripped(value));
        case Text::xml_space:
            return xml::stripped(value) == "default" || xml::stripped(value) == "preserve";
        case Text::xml_id:
            return is_nc_name(xml::stripped(value));
    }
    std::unreachable();
}

std::string_view name(Text kind) {
    switch (kind) {
        case Text::any:
            return "xs:string";
        case Text::boolean:
            return "xs:boolean";
        case Text::decimal:
            return "xs:decimal";
        case Text::date:
            return "xs:date";
        case Text::date_time:
            return "xs:dateTime";
        case Text::any_uri:
            return "xs:anyURI";
        case Text::int_:
            return "xs:int";
        case Text::non_negative_integer:
            return "xs:nonNegativeInteger";
        case Text::positive_integer:
            return "xs:positiveInteger";
        case Text::nmtoken:
            return "xs:NMTOKEN";
        case Text::language:
            return "xs:language";
        case Text::xml_space:
            return "default or preserve";
        case Text::xml_id:
            return "xs:ID";
    }
    std::unreachable();
}

std::string_view example(Text kind) {
    switch (kind) {
        case Text::any:
            return "any text";
        case Text::boolean:
            return "true, false, 1 or 0";
        case Text::decimal:
            return "a plain number such as 1250.50: no thousands separator, no currency sign";
        case Text::date:
            return "a date such as 2026-11-23, without spaces";
        case Text::date_time:
            return "a date and time such as 2026-11-23T09:30:00Z, without spaces";
        case Text::any_uri:
            return "a web address such as https://example.org/file.pdf";
        case Text::int_:
            return "a whole number";
        case Text::non_negative_integer:
            return "a whole number, 0 or more";
        case Text::positive_integer:
            return "a whole number, 1 or more";
        case Text::nmtoken:
            return "one word without spaces";
        case Text::language:
            return "a language code such as en or zh-Hans";
        case Text::xml_space:
            return "default or preserve";
        case Text::xml_id:
            return "a name that begins with a letter and is used once";
    }
    std::unreachable();
}

}  // namespace tamga::iati::schema
