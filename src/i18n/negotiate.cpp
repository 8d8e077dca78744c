#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "i18n/language.hpp"
#include "model/kind.hpp"

namespace tamga::i18n {

namespace {

std::string_view trim(std::string_view text) {
    constexpr std::string_view kSpace = " \t";
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// A qvalue (RFC 9110 12.4.2) in thousandths; nothing if it is not well formed.
std::optional<int> read_weight(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    if (text.size() > 1 && text[1] != '.') return std::nullopt;
    int weight = (text[0] - '0') * 1000, scale = 100;
    for (char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (digit < '0' || digit > '9') return std::nullopt;
        weight += (digit - '0') * scale;
        scale /= 10;
    }
    return weight <= 1000 ? std::optional(weight) : std::nullopt;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// True if a language range asks for `tag` or for a variety of it.
bool asks_for(std::string_view range, std::string_view tag) {
    if (range.size() < tag.size() || (range.size() > tag.size() && range[tag.size()] != '-')) return false;
    return std::ranges::equal(range.substr(0, tag.size()), tag, {}, lower);
}

}  // namespace

std::string_view negotiate(std::string_view accept_language_header) {
    constexpr std::size_t kLimit = 2000;  // Longer headers are not made by people's browsers.
    const std::span<const std::string_view> tags = languages();
    if (accept_language_header.size() > kLimit) return tags.front();
    // Of each language the greatest weight that a range gives it; -1 while no range speaks of it.
    std::vector<int> weights(tags.size(), -1);
    int others = -1;
    for (std::string_view rest = accept_language_header; !rest.empty();) {
        const std::size_t comma = rest.find(',');
        const std::string_view item = trim(rest.substr(0, comma));
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        const std::size_t semicolon = item.find(';');
        const std::string_view range = trim(item.substr(0, semicolon));
        std::optional<int> weight = 1000;
        if (semicolon != std::string_view::npos) {
            const std::string_view parameter = trim(item.substr(semicolon + 1));
            weight = parameter.starts_with("q=") || parameter.starts_with("Q=")
                         ? read_weight(parameter.substr(2))
                         : std::nullopt;
        }
        if (!weight) continue;
        if (range == "*") others = std::max(others, *weight);
        for (std::size_t i = 0; i < tags.size(); ++i)
            if (asks_for(range, tags[i])) weights[i] = std::max(weights[i], *weight);
    }
    for (int& weight : weights)
        if (weight < 0) weight = others;
    // The first of the greatest: where a reader has no preference, English.
    const auto best = std::ranges::max_element(weights);
    return *best > 0 ? tags[static_cast<std::size_t>(best - weights.begin())] : tags.front();
}

Json in_each_language(std::string_view message, const std::vector<std::string>& arguments) {
    Json texts = Json::object();
    for (const std::string_view tag : languages()) texts[tag] = language(tag).format(message, arguments);
    return texts;
}

Picked pick(const Json& texts, std::string_view language) {
    if (!texts.is_object()) return {"", "", true};
    for (const std::string_view tag : {language, std::string_view("en")})
        if (const auto found = texts.find(tag); found != texts.end() && found->is_string())
            return {found->get<std::string>(), std::string(tag), tag != language};
    for (const auto& [tag, text] : texts.items())
        if (text.is_string()) return {text.get<std::string>(), tag, true};
    return {"", "", true};
}

}  // namespace tamga::i18n
