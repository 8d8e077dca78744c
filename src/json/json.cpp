#include "json/json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

// See cmake/precompiled.hpp.
template class nlohmann::basic_json<>;
template class nlohmann::detail::serializer<nlohmann::json>;
template class std::vector<nlohmann::json>;

namespace tamga {

namespace {

constexpr std::int64_t kLargestInteger = (std::int64_t{1} << 53) - 1;
constexpr int kDepthLimit = 64;

/// What in `value` the canonical form does not allow; empty if nothing.
std::string refusal(const Json& value) {
    if (value.is_number_float()) return "floating-point numbers are not allowed";
    if (value.is_number_unsigned() &&
        value.get<std::uint64_t>() > static_cast<std::uint64_t>(kLargestInteger))
        return "an integer is beyond 2^53 - 1";
    if (value.is_number_integer() && !value.is_number_unsigned() &&
        value.get<std::int64_t>() < -kLargestInteger)
        return "an integer is below -(2^53 - 1)";
    if (value.is_binary()) return "binary values are not allowed";
    if (value.is_object()) {
        for (const auto& [key, member] : value.items()) {
            for (char c : key)
                if (static_cast<unsigned char>(c) >= 0x80)
                    return fmt::format("the member name '{}' is not ASCII", key);
            if (auto inner = refusal(member); !inner.empty()) return inner;
        }
    } else if (value.is_array()) {
        for (const auto& element : value)
            if (auto inner = refusal(element); !inner.empty()) return inner;
    }
    return {};
}

}  // namespace

Result<std::string> canonical(const Json& value) {
    if (auto reason = refusal(value); !reason.empty())
        return fail(ErrorCode::invalid_input, "write canonical JSON", reason, "write decimals as strings");
    try {
        return value.dump();
    } catch (const Json::exception&) {
        return fail(ErrorCode::invalid_input, "write canonical JSON", "the text is not UTF-8");
    }
}

Result<Json> parse_json(std::string_view text) {
    std::vector<std::set<std::string>> names;
    std::string reason;
    const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
        if (depth > kDepthLimit && reason.empty()) reason = "it is nested more than 64 levels deep";
        switch (event) {
            case Json::parse_event_t::object_start:
                names.emplace_back();
                break;
            case Json::parse_event_t::object_end:
                names.pop_back();
                break;
            case Json::parse_event_t::key:
                if (!names.back().insert(parsed.get<std::string>()).second && reason.empty())
                    reason = fmt::format("the member '{}' is there twice", parsed.get<std::string>());
                break;
            default:
                break;
        }
        return reason.empty();
    };
    try {
        Json value = Json::parse(text.begin(), text.end(), watch);
        if (!reason.empty()) return fail(ErrorCode::invalid_input, "read JSON", reason);
        return value;
    } catch (const Json::parse_error& error) {
        return fail(ErrorCode::invalid_input, "read JSON",
                    fmt::format("not valid JSON at byte {}", error.byte));
    } catch (const Json::exception&) {
        return fail(ErrorCode::invalid_input, "read JSON", "not valid JSON");
    }
}

}  // namespace tamga
