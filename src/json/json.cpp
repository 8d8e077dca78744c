#include "json/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.hpp"

// See cmake/precompiled.hpp.
template class nlohmann::basic_json<>;
template class nlohmann::detail::serializer<nlohmann::json>;
template class std::vector<nlohmann::json>;

namespace tamga {

namespace {

constexpr std::int64_t kLargestInteger = (std::int64_t{1} << 53) - 1;
constexpr std::size_t kDepthLimit = 64;

/// Writes a value; the reason where the canonical form does not allow it.
class Writer {
  public:
    explicit Writer(std::string& out) : out_(out) {}

    /// Empty if it is written.
    std::string write(const Json& value) {
        switch (value.type()) {
            case Json::value_t::null:
                out_ += "null";
                return {};
            case Json::value_t::boolean:
                out_ += value.get<bool>() ? "true" : "false";
                return {};
            case Json::value_t::number_integer:
                if (value.get<std::int64_t>() < -kLargestInteger) return "an integer is below -(2^53 - 1)";
                if (value.get<std::int64_t>() > kLargestInteger) return "an integer is beyond 2^53 - 1";
                fmt::format_to(std::back_inserter(out_), "{}", value.get<std::int64_t>());
                return {};
            case Json::value_t::number_unsigned:
                if (value.get<std::uint64_t>() > static_cast<std::uint64_t>(kLargestInteger))
                    return "an integer is beyond 2^53 - 1";
                fmt::format_to(std::back_inserter(out_), "{}", value.get<std::uint64_t>());
                return {};
            case Json::value_t::string:
                return write_string(value.get_ref<const std::string&>());
            case Json::value_t::array:
                return write_array(value.get_ref<const Json::array_t&>());
            case Json::value_t::object:
                return write_object(value.get_ref<const Json::object_t&>());
            case Json::value_t::number_float:
                return "floating-point numbers are not allowed";
            case Json::value_t::binary:
            case Json::value_t::discarded:
                break;
        }
        return "binary values are not allowed";
    }

  private:
    std::string write_array(const Json::array_t& members) {
        out_ += '[';
        for (const Json& member : members) {
            if (&member != &members.front()) out_ += ',';
            if (auto reason = write(member); !reason.empty()) return reason;
        }
        out_ += ']';
        return {};
    }

    std::string write_object(const Json::object_t& members) {
        out_ += '{';
        bool first = true;
        for (const auto& [key, member] : members) {
            if (std::ranges::any_of(key, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
                return fmt::format("the member name '{}' is not ASCII", key);
            if (!std::exchange(first, false)) out_ += ',';
            if (auto reason = write_string(key); !reason.empty()) return reason;
            out_ += ':';
            if (auto reason = write(member); !reason.empty()) return reason;
        }
        out_ += '}';
        return {};
    }

    /// RFC 8785, 3.2.2.2.
    std::string write_string(std::string_view text) {
        out_ += '"';
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t plain = at;
            while (at < text.size() && is_plain(text[at])) ++at;
            out_.append(text, plain, at - plain);
            if (at == text.size()) break;
            if (static_cast<unsigned char>(text[at]) < 0x80) {
                escape(text[at++]);
                continue;
            }
            const std::size_t length = utf8::length(text.substr(at));
            if (length == 0) return "the text is not UTF-8";
            out_.append(text, at, length);
            at += length;
        }
        out_ += '"';
        return {};
    }

    static bool is_plain(char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
    }

    void escape(char c) {
        constexpr std::string_view kShort = "\"\\\b\f\n\r\t", kLetters = "\"\\bfnrt";
        const std::size_t known = kShort.find(c);
        if (known == std::string_view::npos)
            fmt::format_to(std::back_inserter(out_), "\\u{:04x}", static_cast<int>(c));
        else
            out_.append({'\\', kLetters[known]});
    }

    std::string& out_;
};

}  // namespace

Result<std::string> canonical(const Json& value) {
    std::string text;
    if (auto reason = Writer(text).write(value); !reason.empty())
        return fail(ErrorCode::invalid_input, "write canonical JSON", std::move(reason),
                    "write decimals as strings");
    return text;
}

namespace {

/// Makes a value of what the parser of the library tells it.
class Builder {
  public:
    bool null() { return put(nullptr) != nullptr; }
    bool boolean(bool value) { return put(value) != nullptr; }
    bool number_integer(std::int64_t value) { return put(value) != nullptr; }
    bool number_unsigned(std::uint64_t value) { return put(value) != nullptr; }
    bool number_float(double value, const std::string&) { return put(value) != nullptr; }
    bool string(std::string& value) { return put(std::move(value)) != nullptr; }
    bool binary(Json::binary_t&) { return false; }
    bool start_object(std::size_t) { return open(Json::object()); }
    bool start_array(std::size_t) { return open(Json::array()); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string& name) {
        if (too_deep()) return false;
        auto [member, is_new] = open_.back()->get_ref<Json::object_t&>().try_emplace(std::move(name));
        if (!is_new) reason_ = fmt::format("the member '{}' is there twice", member->first);
        member_ = &member->second;
        return is_new;
    }
    bool parse_error(std::size_t, const std::string&, const Json::exception& error) {
        const auto* const known = dynamic_cast<const Json::parse_error*>(&error);
        reason_ = known ? fmt::format("not valid JSON at byte {}", known->byte) : "not valid JSON";
        return false;
    }

    Json take() { return std::move(root_); }
    /// Why there is no value.
    std::string take_reason() { return std::move(reason_); }

  private:
    bool too_deep() {
        if (open_.size() <= kDepthLimit) return false;
        reason_ = "it is nested more than 64 levels deep";
        return true;
    }
    /// Where it was put; null if it may not be there.
    Json* put(Json value) {
        if (too_deep()) return nullptr;
        if (open_.empty()) return &(root_ = std::move(value));
        if (open_.back()->is_object()) return &(*member_ = std::move(value));
        auto& members = open_.back()->get_ref<Json::array_t&>();
        return &members.emplace_back(std::move(value));
    }
    bool open(Json value) {
        Json* const put_there = put(std::move(value));
        // It stays where it is: nothing is put beside it before it is closed.
        if (put_there) open_.push_back(put_there);
        return put_there != nullptr;
    }
    bool close() {
        open_.pop_back();
        return true;
    }

    Json root_;
    std::vector<Json*> open_;  ///< Objects and arrays that are not yet closed, the innermost last.
    Json* member_ = nullptr;   ///< Of the innermost object: the one whose name came last.
    std::string reason_;
};

}  // namespace

Result<Json> parse_json(std::string_view text) {
    Builder builder;
    if (Json::sax_parse(text.begin(), text.end(), &builder)) return builder.take();
    return fail(ErrorCode::invalid_input, "read JSON", builder.take_reason());
}

}  // namespace tamga
