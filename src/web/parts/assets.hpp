#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tamga::web {

/// A script, style or picture of the pages, built from ui/ into the program. Its path holds the start of its
/// SHA-256, so that it may be kept by a browser for ever. Static data.
struct Asset {
    std::string name;  ///< "app.css".
    std::string path;  ///< "/assets/app-0123abcd.css".
    std::string_view type;
    std::string_view content;
};

const std::vector<Asset>& assets();

/// The path of the asset of that name; ends the program if there is none.
const std::string& asset_path(std::string_view name);

/// The text of the template of that name; empty if there is none.
std::string_view template_source(std::string_view name);

/// A file that ui/ built for the server's own use; ends the program if there is none.
std::string_view ui_file(std::string_view name);

}  // namespace tamga::web
