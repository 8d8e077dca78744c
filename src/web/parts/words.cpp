#include "web/parts/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tamga::web {

Json Words::text(const Json& texts) const {
    const auto picked = i18n::pick(texts, language_.tag());
    return {{"text", picked.text}, {"tag", picked.tag}, {"fallback", picked.is_fallback}};
}

void Words::sort_by_name(Json& links) const {
    std::ranges::stable_sort(links.get_ref<Json::array_t&>(), [&](const Json& a, const Json& b) {
        return language_.compare(a["text"].get_ref<const std::string&>(),
                                 b["text"].get_ref<const std::string&>()) < 0;
    });
}

std::string Words::date_text(std::string_view iso) const {
    const auto date = Date::parse(iso);
    return date ? language_.date(*date) : std::string(iso);
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

std::string Words::amount(const std::string& decimal, std::string_view unit) const {
    if (decimal.empty()) return {};
    if (unit == "percent" || unit == "%") return language_.percent(decimal);
    const std::string number = language_.number(decimal);
    return unit.empty() ? number : fmt::format("{} {}", number, say("unit", unit));
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
