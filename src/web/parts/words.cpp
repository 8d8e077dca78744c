#include "web/parts/words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tamga::web {

namespace {

/// Before which French says "d’".
constexpr std::string_view kVowels[] = {"a", "â", "e", "é", "è", "ê", "h", "i", "o",
                                        "u", "A", "E", "É", "H", "I", "O", "U"};

}  // namespace

Json Words::text(const Json& texts) const {
    const auto picked = i18n::pick(texts, language_.tag());
    return {{"text", picked.text}, {"tag", picked.tag}, {"fallback", picked.is_fallback}};
}

void Words::sort_by_name(Json& links, const char* member) const {
    const auto name = [&](const Json& one) -> const std::string& {
        return (member ? one.at(member) : one).at("text").get_ref<const std::string&>();
    };
    std::ranges::stable_sort(links.get_ref<Json::array_t&>(), [&](const Json& a, const Json& b) {
        return language_.compare(name(a), name(b)) < 0;
    });
}

std::string Words::date_text(std::string_view iso) const {
    const auto date = Date::parse(iso);
    return date ? language_.date(*date) : std::string(iso);
}

std::string Words::code_within(std::string_view value) const {
    std::string text = code(value);
    // English labels begin with a capital of their own making; other languages write theirs as they are to
    // be.
    const auto is = [&](std::size_t at, char first, char last) {
        return at < text.size() && text[at] >= first && text[at] <= last;
    };
    if (is(0, 'A', 'Z') && is(1, 'a', 'z')) text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

std::string Words::date(const Json& body, std::string_view field) const {
    const std::string iso = text_of(body, field);
    return iso.empty() ? iso : date_text(iso);
}

std::string Words::period_text(std::string_view period) const {
    const std::size_t slash = period.find('/');
    if (slash == std::string_view::npos) return date_text(period);
    const auto first = Date::parse(period.substr(0, slash)), last = Date::parse(period.substr(slash + 1));
    return first && last ? language_.date_range(*first, *last) : std::string(period);
}

std::string Words::author(std::string_view text) const {
    return text == kByImport ? say("the editors of this register") : std::string(text);
}

std::string Words::time_text(std::int64_t unix_time) const {
    return language_.format(TAMGA_MSG("{1}, {2} UTC"), {language_.date(Date::of_unix_time(unix_time)),
                                                        utc_text(unix_time).substr(11, 5)});
}

std::string Words::labelled(const std::string& label, const std::string& text) const {
    return language_.format(TAMGA_MSG("{1}: {2}"), {label, text});
}

std::string Words::with_detail(const std::string& text, const std::string& detail) const {
    return language_.format(TAMGA_MSG("{1} ({2})"), {text, detail});
}

std::string Words::sentences(std::string_view first, std::string_view second) const {
    const bool apart = !first.empty() && !second.empty() && language_.tag() != "zh";
    return fmt::format("{}{}{}", first, apart ? " " : "", second);
}

std::string Words::one_by_one(const std::vector<std::string>& texts) const {
    return fmt::format("{}", fmt::join(texts, say(TAMGA_MSG("; "))));
}

Json Words::joints() const {
    return {{"comma", say(TAMGA_MSG(", "))},
            {"colon", say(TAMGA_MSG(": "))},
            {"open", say(TAMGA_MSG(" ("))},
            {"close", say(TAMGA_MSG(")"))}};
}

Json Words::around(std::string_view message, const Json& text) const {
    constexpr std::string_view kPlace = "{1}";
    const std::string said = say(message);
    const std::size_t at = std::min(said.find(kPlace), said.size());
    const std::size_t end = std::min(at + kPlace.size(), said.size());
    return {{"before", said.substr(0, at)}, {"named", text}, {"after", said.substr(end)}};
}

Json Words::as_written(std::string text) const {
    const std::string_view tag = i18n::likely_language(text);
    return {{"text", std::move(text)}, {"tag", tag == language_.tag() ? std::string_view() : tag}};
}

std::string Words::readable(std::string_view decimal) const {
    i18n::Language::Compact compact = language_.compact_number(decimal);
    return compact.exact ? std::move(compact.text) : language_.number(decimal);
}

Json Words::named(const Json& name) const {
    if (name.is_string()) return as_written(name.get<std::string>());
    const auto picked = i18n::pick(name, language_.tag());
    return {{"text", picked.text}, {"tag", picked.is_fallback ? picked.tag : ""}};
}

std::string Words::name_in(const Json& body, std::string_view field) const {
    const auto found = body.find(field);
    return found == body.end() ? std::string() : named(*found)["text"].get<std::string>();
}

std::string Words::amount(const std::string& decimal, std::string_view unit) const {
    if (decimal.empty()) return {};
    if (unit == "percent" || unit == "%") return language_.percent(decimal);
    return with_unit(language_.number(decimal), unit);
}

std::string Words::readable_amount(const std::string& decimal, std::string_view unit) const {
    const bool percent = unit == "percent" || unit == "%";
    return percent ? amount(decimal, unit) : with_unit(readable(decimal), unit);
}

std::string Words::short_amount(const std::string& decimal, std::string_view unit) const {
    if (decimal.empty()) return {};
    if (unit == "percent" || unit == "%") return language_.percent(decimal);
    return with_unit(language_.compact_number(decimal).text, unit);
}

std::string Words::with_unit(const std::string& number, std::string_view unit) const {
    if (unit.empty()) return number;
    const std::string said = say("unit", unit);
    // French has "de" between the word "milliards" and the unit, and "d’" before a vowel.
    const auto is_latin = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    const bool in_words = std::ranges::any_of(number, is_latin);
    const bool before_vowel =
        std::ranges::any_of(kVowels, [&](std::string_view vowel) { return said.starts_with(vowel); });
    // Translators: a number and its unit; Chinese has no space between them.
    const std::string form = !in_words      ? say("{1} {2}")
                             : before_vowel ? say("number in words, before a vowel", "{1} {2}")
                                            : say("number in words", "{1} {2}");
    return language_.format(form, {number, said});
}

std::string Words::worded(std::string_view qualifier, const std::string& number) const {
    const char* message = qualifier == "exact"    ? TAMGA_MSG("exactly {1}")
                          : qualifier == "about"  ? TAMGA_MSG("about {1}")
                          : qualifier == "over"   ? TAMGA_MSG("over {1}")
                          : qualifier == "under"  ? TAMGA_MSG("under {1}")
                          : qualifier == "almost" ? TAMGA_MSG("almost {1}")
                                                  : nullptr;
    return message ? language_.format(message, {number}) : number;
}

}  // namespace tamga::web
