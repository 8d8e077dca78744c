#include "i18n/language.hpp"

#include <unicode/coll.h>
#include <unicode/dcfmtsym.h>
#include <unicode/dtitvfmt.h>
#include <unicode/dtptngen.h>
#include <unicode/listformatter.h>
#include <unicode/numberformatter.h>
#include <unicode/smpdtfmt.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>

#include "catalogues.hpp"
#include "i18n/catalogue.hpp"
#include "i18n/character.hpp"
#include "i18n/plural.hpp"

namespace tamga::i18n {

namespace {

using icu::UnicodeString;

constexpr double kDayMs = 24.0 * 60 * 60 * 1000;

/// ICU fails only where its data is missing or memory is: nothing to go on with.
void check(UErrorCode status, const char* what) {
    if (U_SUCCESS(status)) return;
    std::fprintf(stderr, "tamga: ICU cannot %s: %s\n", what, u_errorName(status));
    std::abort();
}

std::string utf8(const UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

/// A decimal number taken apart; parts of another text.
struct Decimal {
    bool negative;
    std::string_view whole, fraction;
};

std::optional<Decimal> read_decimal(std::string_view text) {
    Decimal out{text.starts_with('-'), {}, {}};
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    const std::size_t point = text.find('.');
    out.whole = text.substr(0, point);
    if (point != std::string_view::npos) out.fraction = text.substr(point + 1);
    const auto digits = [](std::string_view part) {
        return !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
    };
    if (!digits(out.whole) || (point != std::string_view::npos && !digits(out.fraction))) return std::nullopt;
    return out;
}

/// The digits from the first to the last that is not 0: "-0.0120" → "12".
std::string significant_digits(std::string_view decimal) {
    std::string out;
    for (char c : decimal)
        if (c >= '0' && c <= '9' && (c != '0' || !out.empty())) out += c;
    while (out.ends_with('0')) out.pop_back();
    return out;
}

void replace(std::string& text, std::string_view what, std::string_view with) {
    if (const std::size_t at = text.find(what); at != std::string::npos) text.replace(at, what.size(), with);
}

/// "joint-statement" → "Joint statement".
std::string readable(std::string_view name) {
    std::string out(name);
    std::ranges::replace_if(out, [](char c) { return c == '-' || c == '_'; }, ' ');
    // "-1" and "+1" are scores, not words.
    if (name.size() > 1 && name[0] == '-' && name[1] >= '0' && name[1] <= '9') out[0] = '-';
    if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
    return out;
}

std::string fill(std::string_view text, const std::vector<std::string>& arguments) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool placeholder = text[i] == '{' && i + 2 < text.size() && text[i + 2] == '}' &&
                                 text[i + 1] >= '1' && text[i + 1] <= '9';
        const std::size_t index = placeholder ? static_cast<std::size_t>(text[i + 1] - '1') : 0;
        if (placeholder && index < arguments.size()) {
            out += arguments[index];
            i += 2;
            // "… 2026 г." ends a sentence with the point that it has.
            if (out.ends_with('.') && text.substr(i + 1).starts_with('.')) ++i;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// What is to be known of a language beside its catalogue. **A new one is a row here and po/TAG.po**; all
/// else follows.
struct Row {
    std::string_view tag;
    const char*
        locale;  ///< ICU's. British English: days before months, as in the documents of international bodies.
    std::string_view endonym;
    bool compact_is_letters;       ///< ICU's short form of numbers is "94.8B", not words.
    std::string_view first = "1";  ///< The first day of a month, in a date.
};
constexpr Row kLanguages[] = {
    {"en", "en_GB", "English", true},
    {"zh", "zh_Hans_CN", "中文", false},
    {"ru", "ru_RU", "Русский", false},
    {"fr", "fr_FR", "Français", true, "1er"},
};

const Row& row_of(std::string_view tag) {
    const Row* const row = std::ranges::find(kLanguages, tag, &Row::tag);
    return row == std::end(kLanguages) ? kLanguages[0] : *row;
}

Catalogue catalogue_of(std::string_view tag) {
    for (const EmbeddedFile& file : embedded::catalogues())
        if (file.path == std::string(tag) + ".mo") return Catalogue(file.content);
    return {};
}

}  // namespace

struct Language::Parts {
    explicit Parts(std::string_view language_tag);

    const Row& row;
    icu::Locale locale;
    Catalogue catalogue;
    PluralForms plurals;
    std::unique_ptr<icu::Collator> collator;
    std::unique_ptr<icu::ListFormatter> lists;
    icu::number::LocalizedNumberFormatter compact;
    std::string grouping, point, minus;
    std::string percent;  ///< "7%": with 7 for the number.

    // Dates are written by replacing the 3333 and 22 of an example, which ICU wrote once for each month. That
    // takes no lock, which ICU's date formats need, and knows no change of calendar.
    std::string year;
    std::array<std::string, 12> months, days;

    // Formats a span; not safe for threads even though it is const.
    mutable std::mutex intervals_mutex;
    std::unique_ptr<icu::DateIntervalFormat> month_interval, day_interval;
};

Language::Parts::Parts(std::string_view language_tag)
    : row(row_of(language_tag)), locale(row.locale), catalogue(catalogue_of(row.tag)), plurals(locale) {
    UErrorCode status = U_ZERO_ERROR;
    collator.reset(icu::Collator::createInstance(locale, status));
    check(status, "load rules of order");
    lists.reset(icu::ListFormatter::createInstance(locale, status));
    check(status, "load patterns of lists");

    using icu::number::NumberFormatter;
    compact = NumberFormatter::withLocale(locale)
                  .notation(row.compact_is_letters ? icu::number::Notation::compactLong()
                                                   : icu::number::Notation::compactShort())
                  .precision(icu::number::Precision::maxSignificantDigits(5));
    const icu::DecimalFormatSymbols symbols(locale, status);
    grouping = utf8(symbols.getConstSymbol(icu::DecimalFormatSymbols::kGroupingSeparatorSymbol));
    point = utf8(symbols.getConstSymbol(icu::DecimalFormatSymbols::kDecimalSeparatorSymbol));
    minus = utf8(symbols.getConstSymbol(icu::DecimalFormatSymbols::kMinusSignSymbol));
    percent = utf8(NumberFormatter::withLocale(locale)
                       .unit(icu::NoUnit::percent())
                       .formatInt(7, status)
                       .toString(status));
    check(status, "load formats of numbers");

    std::unique_ptr<icu::DateTimePatternGenerator> patterns(
        icu::DateTimePatternGenerator::createInstance(locale, status));
    check(status, "load patterns of dates");
    std::unique_ptr<icu::TimeZone> utc(icu::TimeZone::createTimeZone("UTC"));
    const auto formats = [&](const char16_t* skeleton) {
        icu::SimpleDateFormat format(patterns->getBestPattern(skeleton, status), locale, status);
        check(status, "load formats of dates");
        format.setTimeZone(*utc);
        return format;
    };
    const auto write = [&](const icu::SimpleDateFormat& format, int month) {
        UnicodeString out;
        format.format(static_cast<double>(Date::of_day(3333, month, 22).day_number()) * kDayMs, out);
        return utf8(out);
    };
    const icu::SimpleDateFormat year_format = formats(u"y"), month_format = formats(u"yMMMM"),
                                day_format = formats(u"yMMMMd");
    year = write(year_format, 1);
    for (int month = 1; month <= 12; ++month) {
        months[static_cast<std::size_t>(month - 1)] = write(month_format, month);
        days[static_cast<std::size_t>(month - 1)] = write(day_format, month);
    }

    for (auto [interval, skeleton] :
         {std::pair{&month_interval, u"yMMMM"}, std::pair{&day_interval, u"yMMMMd"}}) {
        interval->reset(icu::DateIntervalFormat::createInstance(skeleton, locale, status));
        check(status, "load formats of spans");
        (*interval)->setTimeZone(*utc);
    }
}

Language::Language(std::string_view tag) : parts_(std::make_unique<const Parts>(tag)) {}
Language::~Language() = default;

std::string_view Language::tag() const {
    return parts_->row.tag;
}

std::string_view Language::endonym() const {
    return parts_->row.endonym;
}

std::string Language::translate(std::string_view message) const {
    const std::string_view found = parts_->catalogue.find(message);
    return std::string(found.empty() ? message : found);
}

std::string Language::translate(std::string_view context, std::string_view message) const {
    const std::string_view found = parts_->catalogue.find(context, message);
    if (!found.empty()) return std::string(found);
    return context == "unit" ? std::string(message) : readable(message);
}

std::string Language::plural(std::string_view one, std::string_view many, long count) const {
    const std::string_view found = parts_->catalogue.find_plural(one, parts_->plurals.form(count));
    const std::string_view text = !found.empty() ? found : count == 1 ? one : many;
    return fill(text, {number(std::to_string(count))});
}

std::string Language::format(std::string_view message, const std::vector<std::string>& arguments) const {
    return fill(translate(message), arguments);
}

std::string Language::date(const Date& date) const {
    const auto month = static_cast<std::size_t>(date.month() - 1);
    std::string out = date.day() > 0     ? parts_->days[month]
                      : date.month() > 0 ? parts_->months[month]
                                         : parts_->year;
    if (date.day() > 0)
        replace(out, "22", date.day() == 1 ? std::string(parts_->row.first) : std::to_string(date.day()));
    replace(out, "3333", std::to_string(date.year()));
    return out;
}

std::string Language::date_range(const Date& first, const Date& last) const {
    if (first == last) return date(first);
    // ICU's spans change to the Julian calendar before 1583, which our dates do not.
    constexpr int kFirstYear = 1583;
    const bool days = first.day() > 0,
               same_precision = days == (last.day() > 0) && (first.month() > 0) == (last.month() > 0);
    if (!same_precision || first.month() == 0 || last < first || first.year() < kFirstYear)
        return date(first) + "–" + date(last);
    const icu::DateInterval span(static_cast<double>(first.day_number()) * kDayMs,
                                 static_cast<double>(last.day_number()) * kDayMs);
    UErrorCode status = U_ZERO_ERROR;
    UnicodeString out;
    icu::FieldPosition position;
    const std::lock_guard lock(parts_->intervals_mutex);
    (days ? parts_->day_interval : parts_->month_interval)->format(&span, out, position, status);
    check(status, "write a span");
    // British English sets thin spaces around the dash in some spans and none in others; we set none.
    return utf8(out.findAndReplace(u"\u2009–\u2009", u"–"));
}

std::vector<std::string> Language::joints(std::size_t size) const {
    // Members that no joint has in it, put where the true ones go: what is left between them are the joints.
    const UnicodeString mark(u'\uFFFC');
    const std::vector<UnicodeString> marks(size, mark);
    UErrorCode status = U_ZERO_ERROR;
    UnicodeString written;
    parts_->lists->format(marks.data(), static_cast<int32_t>(size), written, status);
    check(status, "write a list");
    std::vector<std::string> out;
    for (int32_t at = 0, end = 0; out.size() <= size; at = end + 1) {
        end = written.indexOf(mark, at);
        if (end < 0) end = written.length();
        out.push_back(utf8(written.tempSubStringBetween(at, end)));
    }
    return out;
}

std::string Language::list(const std::vector<std::string>& members) const {
    const std::vector<std::string> between = joints(members.size());
    std::string out = between.front();
    for (std::size_t i = 0; i < members.size(); ++i) out.append(members[i]).append(between[i + 1]);
    return out;
}

std::string Language::number(std::string_view decimal) const {
    const auto read = read_decimal(decimal);
    if (!read) return std::string(decimal);
    std::string out = read->negative ? parts_->minus : "";
    for (std::size_t i = 0; i < read->whole.size(); ++i) {
        if (i > 0 && (read->whole.size() - i) % 3 == 0) out += parts_->grouping;
        out += read->whole[i];
    }
    if (!read->fraction.empty()) out.append(parts_->point).append(read->fraction);
    return out;
}

Language::Compact Language::compact_number(std::string_view decimal) const {
    constexpr std::size_t kLimit =
        100;  // Digits; what has more is no figure, and its exponent must not cost memory.
    constexpr std::size_t kWorded = 7;  // Digits before the point from which on a word says it shorter.
    const auto parts = read_decimal(decimal);
    if (!parts || decimal.size() > kLimit || parts->whole.size() < kWorded) return {number(decimal), true};
    UErrorCode status = U_ZERO_ERROR;
    const icu::StringPiece piece(decimal.data(), static_cast<int32_t>(decimal.size()));
    const auto formatted = parts_->compact.formatDecimal(piece, status);
    const std::string text = utf8(formatted.toString(status));
    // What is left after rounding, without its power of ten. Rounding always changes the digits that are not
    // zero.
    const auto rounded = formatted.toDecimalNumber<std::string>(status);
    check(status, "write a number");
    return {text, significant_digits(decimal) == significant_digits(rounded.substr(0, rounded.find('E')))};
}

std::string Language::percent(std::string_view decimal) const {
    std::string out = parts_->percent;
    replace(out, "7", number(decimal));
    return out;
}

std::string Language::name_of(std::string_view language_tag) const {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Locale of = icu::Locale::forLanguageTag(
        icu::StringPiece(language_tag.data(), static_cast<int32_t>(language_tag.size())), status);
    if (U_FAILURE(status) || of.isBogus() || *of.getLanguage() == '\0') return std::string(language_tag);
    icu::UnicodeString name;
    std::string out;
    of.getDisplayName(parts_->locale, name).toUTF8String(out);
    return out;
}

int Language::compare(std::string_view a, std::string_view b) const {
    UErrorCode status = U_ZERO_ERROR;
    const int order =
        parts_->collator->compareUTF8(icu::StringPiece(a.data(), static_cast<int32_t>(a.size())),
                                      icu::StringPiece(b.data(), static_cast<int32_t>(b.size())), status);
    check(status, "compare two texts");
    return order;
}

std::string Language::sort_key(std::string_view text) const {
    const auto unicode = icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
    std::string key(2 * text.size() + 16, '\0');
    const auto make = [&] {
        return parts_->collator->getSortKey(unicode, reinterpret_cast<std::uint8_t*>(key.data()),
                                            static_cast<int32_t>(key.size()));
    };
    int32_t size = make();
    if (size > static_cast<int32_t>(key.size())) {
        key.resize(static_cast<std::size_t>(size));
        size = make();
    }
    key.resize(size > 0 ? static_cast<std::size_t>(size - 1) : 0);  // Without the null that ends it.
    return key;
}

std::string_view likely_language(std::string_view text) {
    struct Script {
        UScriptCode code;
        std::string_view language;
        int letters = 0;
    } scripts[] = {{USCRIPT_HAN, "zh"}, {USCRIPT_CYRILLIC, "ru"}, {USCRIPT_LATIN, "en"}};
    for (std::size_t at = 0; at < text.size();) {
        UErrorCode status = U_ZERO_ERROR;
        const UScriptCode code = uscript_getScript(static_cast<UChar32>(next_character(text, at)), &status);
        for (Script& script : scripts) script.letters += script.code == code;
    }
    const Script& most = *std::ranges::max_element(scripts, {}, &Script::letters);
    return most.letters > 0 ? most.language : std::string_view();
}

const Language& language(std::string_view tag) {
    static const std::vector<std::unique_ptr<const Language>> kLoaded = [] {
        std::vector<std::unique_ptr<const Language>> loaded;
        for (const Row& row : kLanguages) loaded.push_back(std::make_unique<const Language>(row.tag));
        return loaded;
    }();
    return *kLoaded[static_cast<std::size_t>(&row_of(tag) - kLanguages)];
}

}  // namespace tamga::i18n

namespace tamga {

std::span<const std::string_view> languages() {
    static constexpr auto kTags = [] {
        std::array<std::string_view, std::size(i18n::kLanguages)> tags;
        std::ranges::transform(i18n::kLanguages, tags.begin(), &i18n::Row::tag);
        return tags;
    }();
    return kTags;
}

}  // namespace tamga
