// Requests, one after another on a connection: what is read does not depend on how the bytes are cut.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "http/parser.hpp"
#include "http/target.hpp"

namespace {

using tamga::http::Parser;

/// What was read, as one text a request.
std::vector<std::string> read(std::string_view bytes, std::size_t step) {
    tamga::http::Limits limits{
        .header_bytes = 1000, .target_bytes = 200, .body_bytes = 500, .body_bytes_of = {}};
    limits.body_bytes_of = [](const tamga::http::Request& request) -> std::size_t {
        return request.method == "POST" ? 300 : 0;
    };
    Parser parser(limits);
    std::vector<std::string> out;
    std::string waiting;
    while (!bytes.empty() || !waiting.empty()) {
        waiting += bytes.substr(0, step);
        const bool last = bytes.size() <= step;
        bytes.remove_prefix(std::min(step, bytes.size()));
        for (;;) {
            const std::size_t taken = parser.read(waiting);
            if (taken > waiting.size()) std::abort();
            waiting.erase(0, taken);
            if (parser.state() == Parser::State::refused) {
                if (parser.refusal() < 400 || parser.refusal() > 599) std::abort();
                out.push_back(std::to_string(parser.refusal()));
                return out;
            }
            if (parser.state() != Parser::State::complete) break;
            const auto& request = parser.request();
            std::string text = request.method + ' ' + request.target;
            for (const auto& [name, value] : request.headers) {
                if (!tamga::http::is_token(name) || !tamga::http::is_field_value(value)) std::abort();
                text.append("\n").append(name).append(": ").append(value);
            }
            if (request.body.size() > 300) std::abort();
            out.push_back(text.append("\n").append(request.body.bytes()));
            if (!parser.keep_alive()) return out;
            parser.next();
        }
        if (last) break;
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = read(bytes, bytes.size() + 1), cut = read(bytes, 1);
    // Cut, a head, or the line of a chunk, that is too long may be refused before its end is seen.
    const bool refused = !cut.empty() && cut.back().size() == 3;
    const std::size_t same = cut.size() - (refused ? 1 : 0);
    if (refused ? whole.size() < same : whole.size() != same) std::abort();
    if (!std::equal(cut.begin(), cut.begin() + static_cast<std::ptrdiff_t>(same), whole.begin()))
        std::abort();
    return 0;
}
