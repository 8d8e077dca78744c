#include "web/parts/assets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "crypto/sha256.hpp"
#include "tamga_templates.hpp"
#include "tamga_ui.hpp"

namespace tamga::web {

namespace {

constexpr std::string_view kTemplateEnding = ".mustache";
constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
};

[[noreturn]] void missing(std::string_view name) {
    fmt::print(stderr, "tamga: the program holds no file '{}'\n", name);
    std::abort();
}

std::vector<Asset> make_assets() {
    std::vector<Asset> assets;
    for (const EmbeddedFile& file : embedded::tamga_ui())
        for (const auto& [ending, type] : kTypes)
            if (file.path.ends_with(ending))
                assets.push_back(
                    {std::string(file.path),
                     fmt::format("/assets/{}-{}{}", file.path.substr(0, file.path.size() - ending.size()),
                                 crypto::hex(crypto::sha256(file.content)).substr(0, 12), ending),
                     type, file.content});
    return assets;
}

}  // namespace

const std::vector<Asset>& assets() {
    static const std::vector<Asset> made = make_assets();
    return made;
}

const std::string& asset_path(std::string_view name) {
    const auto found = std::ranges::find(assets(), name, &Asset::name);
    if (found == assets().end()) missing(name);
    return found->path;
}

std::string_view template_source(std::string_view name) {
    for (const EmbeddedFile& file : embedded::tamga_templates())
        if (file.path.size() == name.size() + kTemplateEnding.size() && file.path.starts_with(name))
            return file.content;
    return {};
}

std::string_view ui_file(std::string_view name) {
    for (const EmbeddedFile& file : embedded::tamga_ui())
        if (file.path == name) return file.content;
    missing(name);
}

}  // namespace tamga::web
