#include "web/site/route.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/result.hpp"
#include "model/record.hpp"
#include "web/frame/refusal.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

namespace {

bool is_language(std::string_view text) {
    return std::ranges::find(languages(), text) != languages().end();
}
bool is_kinds(std::string_view text) {
    return kind_of_plural(text).has_value();
}
bool is_sha256(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}
bool is_number(std::string_view text) {
    return text.size() <= 6 && !text.starts_with('0') && !text.empty() &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}
bool is_anything(std::string_view text) {
    return !text.empty();
}

bool is_token_text(std::string_view text) {
    return text.size() == 43 && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
           });
}

constexpr struct {
    std::string_view name;
    bool (*fits)(std::string_view);
} kNames[] = {
    {"{language}", is_language}, {"{kinds}", is_kinds},      {"{id}", is_id},
    {"{code}", is_problem_code}, {"{sha256}", is_sha256},    {"{name}", is_anything},
    {"{number}", is_number},     {"{token}", is_token_text}, {"{indicator}", is_anything},
};

std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> out;
    for (;;) {
        path.remove_prefix(1);
        const std::size_t slash = std::min(path.find('/'), path.size());
        out.push_back(path.substr(0, slash));
        if (slash == path.size()) return out;
        path.remove_prefix(slash);
    }
}

/// Compares a path's segments with a route's; fills `names`.
bool fits(std::string_view pattern, const std::vector<std::string_view>& path,
          std::vector<std::string>& names) {
    const std::vector<std::string_view> wanted = split(pattern);
    if (wanted.size() != path.size()) return false;
    names.clear();
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (!wanted[i].starts_with('{')) {
            if (wanted[i] != path[i]) return false;
            continue;
        }
        if (!std::ranges::find(kNames, wanted[i], &std::remove_cvref_t<decltype(kNames[0])>::name)
                 ->fits(path[i]))
            return false;
        if (wanted[i] != "{language}") names.emplace_back(path[i]);
    }
    return true;
}

std::string joined(const std::vector<std::string_view>& path) {
    std::string out;
    for (const std::string_view segment : path) out += fmt::format("/{}", percent_encode(segment));
    return out;
}

/// Looks up segments that are in their normal form; `from` is the first that is no language.
void look_up(std::string_view method, const std::vector<std::string_view>& path, std::size_t from,
             Match& out) {
    std::vector<std::string_view> bare = path;
    const std::size_t dot = bare.back().rfind('.');
    if (dot != std::string_view::npos) {
        out.format = bare.back().substr(dot + 1);
        bare.back() = bare.back().substr(0, dot);
    }
    for (std::size_t i = from; i < bare.size(); ++i) out.path += fmt::format("/{}", percent_encode(bare[i]));
    std::vector<std::string> names;
    for (const Route& route : routes()) {
        const bool page = !route.formats.empty();
        if (!fits(route.path, page ? bare : path, names)) continue;
        if (page) {
            // An ending "html" is not the normal form of a page.
            const bool told = dot != std::string_view::npos;
            if (has_word(route.methods, "GET"))
                out.formats += fmt::format("{}{}", out.formats.empty() ? "" : " ", route.formats);
            if (told == (out.format == "html") || !has_word(route.formats, out.format)) continue;
        }
        for (std::string_view methods = route.methods; !methods.empty();) {
            const std::size_t end = std::min(methods.find(' '), methods.size());
            const std::string_view one = methods.substr(0, end);
            if (out.allowed.find(one) == std::string::npos)
                out.allowed += fmt::format("{}{}", out.allowed.empty() ? "" : ", ", one);
            methods.remove_prefix(std::min(end + 1, methods.size()));
        }
        if (!out.route && has_word(route.methods, method)) {
            out.route = &route;
            out.names = names;
        }
    }
}

}  // namespace

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        out.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

Match match(std::string_view method, std::string_view path) {
    Match out;
    std::vector<std::string_view> segments = split(path);
    bool moved = false;
    if (is_language(segments[0])) {
        out.language = segments[0];
        // The start page ends with a slash, no other page does.
        if (segments.size() == 1) segments.emplace_back();
        moved = path.size() == out.language.size() + 1;
    }
    if (segments.size() > (out.language.empty() ? 1U : 2U) && segments.back().empty()) {
        segments.pop_back();
        moved = true;
    }
    look_up(method, segments, out.language.empty() ? 0 : 1, out);
    if (moved && !out.allowed.empty()) out.moved = joined(segments);
    if (!out.allowed.empty() || !out.language.empty()) return out;
    // Without a language in front it is sent on, as it is, to the reader's; but for what a browser might take
    // for another host's address.
    const bool clean = std::ranges::none_of(segments, [&](std::string_view segment) {
        return (segment.empty() && segments.size() > 1) || segment.find('\\') != std::string_view::npos;
    });
    if (clean) {
        out.any_language = true;
        out.moved = joined(segments);
    }
    return out;
}

}  // namespace tamga::web
