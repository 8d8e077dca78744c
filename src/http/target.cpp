#include "http/target.hpp"

#include <algorithm>
#include <optional>

#include "base/utf8.hpp"

namespace tamga::http {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (lower(c) >= 'a' && lower(c) <= 'f') return lower(c) - 'a' + 10;
    return -1;
}

std::unexpected<Error> refused(std::string cause) {
    return fail(ErrorCode::invalid_input, "read the request target", std::move(cause));
}

std::unexpected<Error> no_such_path(std::string cause) {
    return fail(ErrorCode::not_found, "read the request target", std::move(cause));
}

constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
constexpr std::string_view kOfPaths = "!$&'()*+,;=:@/";
constexpr std::string_view kOfQueries = "!$&'()*+,;=:@/?%";

bool among(char c, std::string_view some, std::string_view others) {
    return some.find(c) != std::string_view::npos || others.find(c) != std::string_view::npos;
}

void append_hex(std::string& out, char c) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
}

void append_escaped(std::string& out, std::string_view text, std::string_view kept) {
    for (const char c : text) {
        if (among(c, kUnreserved, kept)) {
            out += c;
            continue;
        }
        out += '%';
        append_hex(out, c);
    }
}

std::string_view trim(std::string_view text) {
    const auto space = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && space(text.front())) text.remove_prefix(1);
    while (!text.empty() && space(text.back())) text.remove_suffix(1);
    return text;
}

/// Takes what comes before `separator` off the front of `rest`.
std::string_view next_part(std::string_view& rest, char separator) {
    const std::size_t end = rest.find(separator);
    const std::string_view part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return part;
}

/// A weight in thousandths, 0 to 1000 (RFC 9110 12.4.2).
std::optional<int> parse_weight(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return {};
    int weight = (text[0] - '0') * 1000;
    if (text.size() > 1 && text[1] != '.') return {};
    int unit = 100;
    for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (c < '0' || c > '9') return {};
        weight += (c - '0') * unit;
        unit /= 10;
    }
    if (weight > 1000) return {};
    return weight;
}

}  // namespace

Result<std::string> decode_percent(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0) return refused("a '%' is not followed by two hexadecimal digits");
            c = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        out += c;
    }
    if (!is_utf8(out)) return refused("it is not UTF-8");
    return out;
}

Result<Target> parse_target(std::string_view target) {
    bool absolute = false;
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (target.size() < scheme.size() || !equals_ignoring_case(target.substr(0, scheme.size()), scheme))
            continue;
        target.remove_prefix(scheme.size());
        const std::size_t authority_end = target.find_first_of("/?");
        if (authority_end == 0) return refused("the address has no host");
        if (authority_end == std::string_view::npos) return Target{"/", {}, {}};
        target.remove_prefix(authority_end);
        absolute = true;
        break;
    }
    if (target.find('#') != std::string_view::npos) return refused("the address has a '#'");
    const std::size_t mark = target.find('?');
    std::string_view raw_path = target.substr(0, mark);
    // An absolute address with an empty path means the root (RFC 9110 4.2.3).
    if (absolute && raw_path.empty()) raw_path = "/";
    if (raw_path.empty() || raw_path.front() != '/') return refused("the path does not start with '/'");

    Target out;
    TAMGA_ASSIGN(out.path, decode_percent(raw_path, false));
    if (std::ranges::any_of(out.path, is_control)) return refused("the path has a control character");
    for (std::string_view rest = std::string_view(out.path).substr(1); !rest.empty();) {
        const std::string_view segment = next_part(rest, '/');
        if (segment == "." || segment == "..") return refused("the path has a segment '.' or '..'");
    }
    if (out.path.find("//") != std::string::npos) return no_such_path("the path has an empty segment");
    if (out.path.find('\\') != std::string::npos) return no_such_path("the path has a '\\'");
    if (std::ranges::count(out.path, '/') != std::ranges::count(raw_path, '/'))
        return no_such_path("the path has an escaped '/'");

    if (mark == std::string_view::npos) return out;
    out.raw_query = target.substr(mark + 1);
    if (std::ranges::any_of(out.raw_query, is_control)) return refused("the query has a control character");
    for (std::string_view rest = out.raw_query; !rest.empty();) {
        std::string_view value = next_part(rest, '&');
        if (value.empty()) continue;
        const std::string_view name = next_part(value, '=');
        TAMGA_ASSIGN(std::string decoded_name, decode_percent(name, true));
        TAMGA_ASSIGN(std::string decoded_value, decode_percent(value, true));
        // Line ends are legal in a form's value; NUL has no use but to confuse.
        if ((decoded_name + decoded_value).find('\0') != std::string::npos)
            return refused("the query has a NUL");
        out.query.emplace_back(std::move(decoded_name), std::move(decoded_value));
    }
    return out;
}

std::string uri_reference(std::string_view path, std::string_view raw_query) {
    std::string out;
    append_escaped(out, path, kOfPaths);
    if (!raw_query.empty()) append_escaped(out += '?', raw_query, kOfQueries);
    return out;
}

bool is_uri_text(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return among(c, kUnreserved, "!$&'()*+,;=:@/?#[]%"); });
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (c >= ' ' && c <= '~' && c != '"' && c != '\\')
            out += c;
        else
            append_hex(out += "\\x", c);
    }
    return out;
}

bool prefers_gzip(std::string_view accept_encoding) {
    std::optional<int> gzip, identity, any;
    for (std::string_view rest = accept_encoding; !rest.empty();) {
        std::string_view parameters = next_part(rest, ',');
        const std::string_view coding = trim(next_part(parameters, ';'));
        int weight = 1000;
        if (parameters = trim(parameters); !parameters.empty()) {
            if (parameters.size() < 3 || lower(parameters[0]) != 'q' || parameters[1] != '=') continue;
            const auto parsed = parse_weight(parameters.substr(2));
            if (!parsed) continue;
            weight = *parsed;
        }
        if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip"))
            gzip = weight;
        else if (equals_ignoring_case(coding, "identity"))
            identity = weight;
        else if (coding == "*")
            any = weight;
    }
    const int gzip_weight = gzip.value_or(any.value_or(0));
    // Identity that is not named is acceptable, and the least wanted.
    return gzip_weight > 0 && gzip_weight >= identity.value_or(0);
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
    std::string_view rest = trim(if_none_match);
    if (rest == "*") return true;
    while (!rest.empty()) {
        if (rest.front() == ',' || rest.front() == ' ' || rest.front() == '\t') {
            rest.remove_prefix(1);
            continue;
        }
        if (rest.starts_with("W/")) rest.remove_prefix(2);
        // A tag may hold commas, so the list is read by its quotes.
        if (rest.empty() || rest.front() != '"') return false;
        const std::size_t end = rest.find('"', 1);
        if (end == std::string_view::npos) return false;
        if (rest.substr(0, end + 1) == etag) return true;
        rest.remove_prefix(end + 1);
    }
    return false;
}

bool is_utf8(std::string_view text) {
    return utf8::is_valid(text);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_token(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

bool is_field_value(std::string_view value) {
    return std::ranges::none_of(value, [](char c) { return is_control(c) && c != '\t'; });
}

}  // namespace tamga::http
