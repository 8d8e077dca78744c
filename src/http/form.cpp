#include "http/form.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "http/target.hpp"

namespace tamga::http {

namespace {

constexpr std::size_t kMostParts = 100, kMostPairs = 5000;
constexpr std::size_t kLongestBoundary = 70;  // RFC 2046, 5.1.1

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

/// The value of a parameter in a header's value: ; name="value".
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
    std::size_t at = header.find(';');
    while (at != std::string_view::npos) {
        ++at;
        while (at < header.size() && (header[at] == ' ' || header[at] == '\t')) ++at;
        const std::size_t equals = header.find('=', at);
        if (equals == std::string_view::npos) return std::nullopt;
        const bool wanted = lower(header.substr(at, equals - at)) == name;
        at = equals + 1;
        std::string value;
        if (at < header.size() && header[at] == '"') {
            for (++at; at < header.size() && header[at] != '"'; ++at) {
                if (header[at] == '\\' && at + 1 < header.size()) ++at;
                value += header[at];
            }
            if (at == header.size()) return std::nullopt;
            at = header.find(';', at);
        } else {
            const std::size_t end = std::min(header.find(';', at), header.size());
            value = header.substr(at, end - at);
            while (value.ends_with(' ')) value.pop_back();
            at = end == header.size() ? std::string_view::npos : end;
        }
        if (wanted) return value;
    }
    return std::nullopt;
}

std::unexpected<Error> bad(std::string cause) {
    return fail(ErrorCode::invalid_input, "read the form", std::move(cause),
                "send it as multipart/form-data");
}

constexpr std::string_view kUrlencoded = "application/x-www-form-urlencoded";

std::unexpected<Error> bad_fields(std::string cause) {
    return fail(ErrorCode::invalid_input, "read the form", std::move(cause), "send it as a browser does");
}

/// A value as people typed it; nothing if they cannot have.
std::optional<std::string> typed(std::string_view text) {
    if (!utf8::is_valid(text)) return std::nullopt;
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\r') {
            if (i + 1 == text.size() || text[i + 1] != '\n') out += '\n';
            continue;
        }
        const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        if (control && c != '\t' && c != '\n') return std::nullopt;
        out += c;
    }
    return out;
}

}  // namespace

Result<std::vector<FormPart>> parse_form(std::string_view content_type, std::string_view body) {
    if (lower(content_type.substr(0, content_type.find(';'))) != "multipart/form-data")
        return bad("it is not multipart/form-data");
    const auto boundary = parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > kLongestBoundary)
        return bad("it names no boundary");
    const std::string delimiter = "\r\n--" + *boundary;
    std::vector<FormPart> parts;
    // The first delimiter has no line end before it.
    if (!body.starts_with(std::string_view(delimiter).substr(2)))
        return bad("it does not begin with its boundary");
    body.remove_prefix(delimiter.size() - 2);
    while (!body.starts_with("--")) {
        if (!body.starts_with("\r\n")) return bad("a boundary does not end its line");
        body.remove_prefix(2);
        if (parts.size() == kMostParts) return bad("it has too many parts");
        const std::size_t head_end = body.find("\r\n\r\n");
        if (head_end == std::string_view::npos) return bad("a part has no end to its headers");
        FormPart part;
        bool named = false;
        for (std::string_view head = body.substr(0, head_end); !head.empty();) {
            const std::string_view line = head.substr(0, head.find("\r\n"));
            head.remove_prefix(std::min(line.size() + 2, head.size()));
            const std::size_t colon = line.find(':');
            if (colon == std::string_view::npos || lower(line.substr(0, colon)) != "content-disposition")
                continue;
            const auto name = parameter(line, "name");
            if (!name) return bad("a part has no name");
            part.name = *name;
            part.file_name = parameter(line, "filename");
            named = true;
        }
        if (!named) return bad("a part has no name");
        body.remove_prefix(head_end + 4);
        const std::size_t end = body.find(delimiter);
        if (end == std::string_view::npos) return bad("a part has no end");
        part.content = body.substr(0, end);
        parts.push_back(std::move(part));
        body.remove_prefix(end + delimiter.size());
    }
    return parts;
}

Result<Fields::Pairs> parse_urlencoded(std::string_view body) {
    Fields::Pairs pairs;
    while (!body.empty()) {
        const std::size_t end = std::min(body.find('&'), body.size());
        const std::string_view part = body.substr(0, end);
        body.remove_prefix(std::min(end + 1, body.size()));
        const std::size_t equals = part.find('=');
        if (equals == std::string_view::npos) return bad_fields("a part of it has no '='");
        if (pairs.size() == kMostPairs) return bad_fields("it has too many fields");
        TAMGA_ASSIGN(std::string name, decode_percent(part.substr(0, equals), true));
        TAMGA_ASSIGN(std::string value, decode_percent(part.substr(equals + 1), true));
        pairs.emplace_back(std::move(name), std::move(value));
    }
    return pairs;
}

Result<Fields> Fields::read(std::string_view content_type, std::string_view body) {
    Fields fields;
    const auto add = [&fields](const std::string& name, std::string_view value) -> Result<void> {
        auto text = typed(value);
        if (!text || !is_utf8(name) || !is_field_value(name))
            return bad_fields("a field is not text, or has control characters");
        fields.pairs_.emplace_back(name, *std::move(text));
        return {};
    };
    std::string type = lower(content_type.substr(0, content_type.find(';')));
    while (type.ends_with(' ')) type.pop_back();
    if (type == kUrlencoded) {
        TAMGA_ASSIGN(const Pairs pairs, parse_urlencoded(body));
        for (const auto& [name, value] : pairs) TAMGA_TRY(add(name, value));
        return fields;
    }
    TAMGA_ASSIGN(std::vector<FormPart> parts, parse_form(content_type, body));
    for (FormPart& part : parts) {
        if (part.file_name)
            fields.files_.push_back(std::move(part));
        else
            TAMGA_TRY(add(part.name, part.content));
    }
    return fields;
}

std::string_view Fields::value(std::string_view name) const {
    const auto found = std::ranges::find(pairs_, name, &Pairs::value_type::first);
    return found == pairs_.end() ? std::string_view() : std::string_view(found->second);
}

bool Fields::has(std::string_view name) const {
    return std::ranges::find(pairs_, name, &Pairs::value_type::first) != pairs_.end();
}

std::vector<std::string_view> Fields::values(std::string_view name) const {
    std::vector<std::string_view> out;
    for (const auto& [key, value] : pairs_)
        if (key == name) out.push_back(value);
    return out;
}

const FormPart* Fields::file(std::string_view name) const {
    const auto found = std::ranges::find(files_, name, &FormPart::name);
    return found == files_.end() ? nullptr : &*found;
}

}  // namespace tamga::http
