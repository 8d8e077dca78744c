#include "web/site/static_site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "http/target.hpp"
#include "i18n/language.hpp"
#include "journal/list_row.hpp"
#include "web/frame/refusal.hpp"
#include "web/pages/sitemap.hpp"
#include "web/parts/address.hpp"
#include "web/parts/assets.hpp"
#include "web/parts/template.hpp"

namespace tamga::web {

namespace {

/// As many names at a time are worth a thread's turn.
constexpr std::size_t kAtATime = 32;

bool replace(std::string& text, std::string_view name, std::string_view by) {
    const std::size_t at = text.find(name);
    if (at != std::string::npos) text.replace(at, name.size(), by);
    return at != std::string::npos;
}

/// The kind of "/{language}/mechanisms/{id}": its second segment.
std::optional<Kind> kind_of(std::string_view path) {
    const std::size_t from = std::min(path.find('/', 1), path.size() - 1) + 1;
    return kind_of_plural(path.substr(from, path.find('/', from) - from));
}

/// What series measure, sorted; without keys that would not stand in a file's name as they are.
Result<std::vector<std::string>> indicators(const query::View& view) {
    const KindInfo& kind = info(Kind::series);
    const auto at = kind.place("indicator");
    std::set<std::string> found;
    journal::ListRow row(Kind::series);
    row.want(at + 1);
    TAMGA_TRY(view.each_row(Kind::series, {}, [&](std::string_view, std::string_view packed) {
        const auto plain = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                   c == '_';
        };
        if (row.read(packed) && row.has(at) && std::ranges::all_of(row.value(at), plain))
            found.emplace(row.value(at));
        return true;
    }));
    return std::vector<std::string>(found.begin(), found.end());
}

}  // namespace

Result<StaticSite> StaticSite::of(const query::View& view) {
    StaticSite site;
    for (const KindInfo& kind : kinds()) {
        TAMGA_ASSIGN(const auto names, view.names(kind.kind));
        auto& ids = site.ids_[kind.kind];
        ids.reserve(names.size());
        for (const RecordId& name : names) ids.push_back(name.id);
        std::ranges::sort(ids);
        auto& parts = site.sitemaps_[kind.kind];
        for (std::size_t part = 1; part <= sitemap_parts(kind.kind, ids.size()); ++part)
            parts.push_back(std::to_string(part));
    }
    TAMGA_ASSIGN(site.indicators_, indicators(view));
    for (const ProblemKind& problem : problem_kinds()) site.codes_.emplace_back(name(problem.code));
    for (const Asset& asset : assets()) site.assets_.push_back(asset.path.substr(asset.path.rfind('/') + 1));
    return site;
}

std::span<const std::string> StaticSite::names_in(std::string_view path) const {
    for (const auto& [name, names] :
         {std::pair("{code}", &codes_), {"{name}", &assets_}, {"{indicator}", &indicators_}})
        if (path.find(name) != std::string_view::npos) return *names;
    return none_;
}

std::vector<StaticFiles> StaticSite::files() const {
    std::vector<StaticFiles> out;
    const auto add = [&](const Route& route, const std::string& path, std::string_view format,
                         std::span<const std::string> names) {
        if (names.empty()) return;
        StaticFiles files{.before = {}, .after = {}, .names = names, .page = format == "html"};
        const std::size_t name = std::min(path.rfind('{'), path.size());
        const std::size_t end = name == path.size() ? name : path.find('}', name) + 1;
        files.before = path.substr(0, name);
        files.after = path.substr(end);
        if (!format.empty() && !files.page) files.after += fmt::format(".{}", format);
        const std::string one = files.before + std::string(names.front()) + files.after;
        // A file holds a list whole.
        if (format == "json" && has_word(route.parameters, "first")) files.after += "?first=all";
        // The first route that fits is taken, in this table too.
        if (match("GET", one).route == &route) out.push_back(std::move(files));
    };
    const auto add_formats = [&](const Route& route, std::string_view path,
                                 std::span<const std::string> names) {
        auto formats = words_of(route.formats);
        if (formats.empty()) formats.emplace_back();
        for (const std::string_view format : formats) {
            std::string in_language(path);
            if (!replace(in_language, "{language}", "")) {
                add(route, in_language, format, names);
                continue;
            }
            for (const std::string_view language : languages()) {
                in_language = path;
                replace(in_language, "{language}", language);
                add(route, in_language, format, names);
            }
        }
    };
    for (const Route& route : routes()) {
        if (route.publish != Publish::each || route.path.find("{id}") != std::string_view::npos) continue;
        if (route.path.find("{kinds}") == std::string_view::npos) {
            add_formats(route, route.path, names_in(route.path));
        } else {
            for (const KindInfo& kind : kinds()) {
                std::string path(route.path);
                replace(path, "{kinds}", kind.plural);
                const bool part = path.find("{number}") != std::string::npos;
                add_formats(route, path, part ? sitemaps_.at(kind.kind) : none_);
            }
        }
    }
    for (const auto& [kind, ids] : ids_)
        for (std::size_t at = 0; at < ids.size(); at += kAtATime)
            for (const Route& route : routes()) {
                if (route.publish != Publish::each || route.path.find("{id}") == std::string_view::npos)
                    continue;
                std::string path(route.path);
                replace(path, "{kinds}", info(kind).plural);
                if (kind_of(path) != kind) continue;
                add_formats(route, path, std::span(ids).subspan(at, std::min(kAtATime, ids.size() - at)));
            }
    return out;
}

std::optional<std::string> StaticSite::file_of(std::string_view target) const {
    if (refused_.contains(target)) return std::nullopt;
    const auto asked = http::parse_target(target);
    if (!asked) return std::nullopt;
    const Match found = match("GET", asked->path);
    if (!found.route || !found.moved.empty() || found.route->publish == Publish::never) return std::nullopt;
    const std::string_view path = target.substr(1, std::min(target.find('?'), target.size()) - 1);
    const std::string_view route = found.route->path;
    if (route.find("{id}") != std::string_view::npos) {
        const auto kind = kind_of(asked->path);
        const std::string& id =
            route.find("{kinds}") == std::string_view::npos ? found.names[0] : found.names[1];
        if (!kind || !std::ranges::binary_search(ids_.at(*kind), id)) return std::nullopt;
    }
    if (route.find("{indicator}") != std::string_view::npos &&
        !std::ranges::binary_search(indicators_, found.names[0]))
        return std::nullopt;
    if (route == "/assets/{name}" && std::ranges::find(assets_, found.names[0]) == assets_.end())
        return std::nullopt;
    std::string number;
    if (!asked->query.empty()) {
        // Without further pages of a list, what stands on them would not be found.
        const auto& [name, value] = asked->query.front();
        const bool whole = name == "first" && value == "all" && found.format == "json";
        if (asked->query.size() > 1 || (name != "page" && name != "after" && !whole) ||
            !has_word(found.route->parameters, name))
            return std::nullopt;
        if (!whole) number = (name == "after" ? ".after-" : ".") + value;
    }
    if (found.route->formats.empty() || found.format != "html") return std::string(path);
    return fmt::format("{}{}{}.html", path, path.ends_with('/') ? "index" : "", number);
}

std::string StaticSite::next_page(std::string_view page) {
    constexpr std::string_view kLink = "<a rel=\"next\" href=\"";
    const std::size_t at = page.find(kLink);
    if (at == std::string_view::npos) return {};
    page.remove_prefix(at + kLink.size());
    return std::string(page.substr(0, page.find('"')));
}

std::string StaticSite::start() {
    std::string links;
    for (const std::string_view tag : languages())
        links += fmt::format("<li><a href=\"{0}/index.html\" lang=\"{0}\" hreflang=\"{0}\">{1}</a></li>\n",
                             tag, escape_html(i18n::language(tag).endonym()));
    const std::string_view first = languages().front();
    return fmt::format(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<meta name=\"color-scheme\" "
        "content=\"light dark\">\n<link rel=\"stylesheet\" "
        "href=\"{}\">\n</head>\n<body>\n<main>\n<h1>{}</h1>\n"
        "<ul>\n{}</ul>\n</main>\n</body>\n</html>\n",
        first, i18n::language(first).translate("Tamga register"), asset_path("app.css").substr(1),
        i18n::language(first).translate("Tamga register"), links);
}

bool is_kept_file(std::string_view target) {
    const auto asked = http::parse_target(target);
    if (!asked) return false;
    const Match found = match("GET", asked->path);
    return found.route && found.route->publish == Publish::when_linked;
}

}  // namespace tamga::web
