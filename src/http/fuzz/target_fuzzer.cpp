// The readers of what a request's line and headers hold.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "http/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tamga::http;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto must = [](bool holds) {
        if (!holds) std::abort();
    };
    if (const auto target = parse_target(text)) {
        const std::string around = target->path + '/';
        must(target->path.starts_with('/') && !target->path.starts_with("//"));
        must(target->path.find('\\') == std::string::npos);
        must(is_utf8(target->path) && is_field_value(target->path));
        must(around.find("/../") == std::string::npos && around.find("/./") == std::string::npos);
        for (const auto& [name, value] : target->query) must(is_utf8(name) && is_utf8(value));
        // Sent back as a Location it leads to the same page.
        const std::string sent = uri_reference(target->path, target->raw_query);
        const auto again = parse_target(sent);
        must(is_uri_text(sent) && again && again->path == target->path && again->query == target->query);
    }
    if (prefers_gzip(text))
        must(text.find('*') != std::string_view::npos || text.find_first_of("gG") != std::string_view::npos);
    if (etag_matches(text, "\"d\""))
        must(text.find('*') != std::string_view::npos || text.find("\"d\"") != std::string_view::npos);
    const std::string line = printable(text);
    must(is_uri_text("") && line.size() >= text.size() &&
         line.find_first_of("\"\r\n\x1b") == std::string::npos);
    return 0;
}
