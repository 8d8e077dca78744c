#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tamga {

/// A JSON value; objects keep their members sorted by key. Translation units that look inside include
/// <nlohmann/json.hpp> themselves.
using Json = nlohmann::json;

/// The canonical form of RFC 8785, narrowed: no floating-point numbers (decimals travel as strings) and
/// member names in ASCII, so that sorting by byte is sorting by UTF-16 code unit. Errors: invalid_input if
/// the value holds a floating-point number, an integer beyond ±(2^53 - 1), a member name outside ASCII or
/// text that is not UTF-8.
Result<std::string> canonical(const Json& value);

/// Reads one JSON text. Errors: invalid_input with the byte offset; nesting beyond 64 levels is refused, as
/// are duplicate member names.
Result<Json> parse_json(std::string_view text);

}  // namespace tamga
