#include "cli/map_file.hpp"

#include <fstream>
#include <iterator>

namespace tamga::cli {

namespace {

constexpr std::size_t kMostBytes = 64u << 20;

}  // namespace

void add_map_options(CLI::App& command, MapOptions& options) {
    CLI::Option* const file =
        command
            .add_option("--map", options.file,
                        "Draw maps on these outlines, GeoJSON polygons, instead of Natural Earth's")
            ->type_name("FILE");
    command.add_option("--map-credit", options.credit, "Whose outlines those are; stands under each map")
        ->needs(file)
        ->type_name("TEXT");
}

Result<std::optional<web::Outlines>> outlines_of(const MapOptions& options) {
    if (options.file.empty()) return std::nullopt;
    constexpr const char* kWhat = "read the outlines of maps";
    if (options.credit.empty())
        return fail(ErrorCode::invalid_usage, kWhat, "nobody is named as their source",
                    "say with --map-credit whose they are", options.file);
    std::ifstream in(options.file, std::ios::binary);
    std::string text;
    for (char block[65536]; in.read(block, sizeof block), in.gcount() > 0;) {
        text.append(block, static_cast<std::size_t>(in.gcount()));
        if (text.size() > kMostBytes)
            return fail(ErrorCode::out_of_range, kWhat, "it is larger than 64 MB",
                        "simplify the outlines; a map is at most a few thousand points wide", options.file);
    }
    if (text.empty()) return fail(ErrorCode::io, kWhat, "it cannot be read, or is empty", "", options.file);
    auto read = web::read_outlines(text, options.credit);
    if (!read) {
        read.error().place = options.file;
        return std::unexpected(std::move(read).error());
    }
    return std::optional(*std::move(read));
}

}  // namespace tamga::cli
