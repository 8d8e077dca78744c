#include "model/record.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tamga {

namespace {

constexpr std::size_t kTextLimit = 1u << 20;
constexpr std::size_t kListLimit = 10'000;

bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
    });
}

bool is_sha256(std::string_view text) {
    return text.size() == 64 &&
           std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// A code list as people read it: "a, b or c".
std::string any_of_text(std::span<const std::string_view> codes) {
    std::string text;
    for (std::size_t i = 0; i < codes.size(); ++i)
        text += fmt::format("{}{}", i == 0 ? "" : i + 1 == codes.size() ? " or " : ", ", codes[i]);
    return text;
}

class Checker {
  public:
    Checker(std::vector<Problem>& problems) : problems_(problems) {}

    void check(const Field& field, const Json& value) {
        field_ = field.name;
        switch (field.type) {
            case FieldType::text:
                return check_text(value);
            case FieldType::integer:
                if (!value.is_number_integer())
                    add("it is not a whole number", "write digits only, such as 3");
                return;
            case FieldType::boolean:
                if (!value.is_boolean()) add("it is neither true nor false", "write yes or no");
                return;
            case FieldType::links:
            case FieldType::any_links:
            case FieldType::strings:
            case FieldType::citations:
                return check_list(field, value);
            case FieldType::file:
                return check_file(value);
            default:
                break;
        }
        if (!value.is_string()) return add("it is not a text", "write a JSON string");
        check_string(field, value.get_ref<const std::string&>());
    }

  private:
    void add(std::string cause, std::string hint) {
        problems_.push_back({field_, std::move(cause), std::move(hint)});
    }

    void check_plain(const std::string& text) {
        if (text.empty() || text.find_first_not_of(" \t\n") == std::string::npos)
            return add("it is empty", "leave the field out where nothing is stated");
        if (text.size() > kTextLimit) add("it is longer than 1 MiB", "keep long texts as a file");
        if (has_control(text)) add("it holds a control character", "remove it");
    }

    void check_text(const Json& value) {
        if (!value.is_object()) return add("it is not a text by language", R"(write {"en": "…"})");
        if (value.empty()) return add("it is empty", "leave the field out where nothing is stated");
        for (const auto& [tag, text] : value.items()) {
            if (!is_language_tag(tag))
                add(fmt::format("'{}' is not a language tag", tag), "write en, zh, ru or another BCP 47 tag");
            if (!text.is_string())
                add(fmt::format("the text in {} is not a string", tag), "write a JSON string");
            else
                check_plain(text.get_ref<const std::string&>());
        }
    }

    void check_string(const Field& field, const std::string& text) {
        check_plain(text);
        const auto take = [&](const auto& result) {
            if (!result) add(result.error().cause, result.error().hint);
        };
        switch (field.type) {
            case FieldType::date:
                return take(Date::parse(text));
            case FieldType::period:
                return take(parse_period(text));
            case FieldType::decimal: {
                const auto decimal = canonical_decimal(text);
                take(decimal);
                if (decimal && *decimal != text)
                    add(fmt::format("'{}' is not in its plain form", text),
                        fmt::format("write {}", *decimal));
                return;
            }
            case FieldType::code:
                if (std::ranges::find(field.codes, text) == field.codes.end())
                    add(fmt::format("'{}' is not one of its values", text),
                        "write " + any_of_text(field.codes));
                return;
            case FieldType::url:
                if (!(text.starts_with("https://") || text.starts_with("http://")) ||
                    text.find_first_of(" \"<>\\^`{|}\n\t") != std::string::npos)
                    add(fmt::format("'{}' is not a web address", text),
                        "write an address that starts with https:// or http://");
                return;
            case FieldType::link:
                if (!is_id(text))
                    add(fmt::format("'{}' is not an id", text),
                        "ids are lower-case letters, digits and hyphens");
                return;
            default:
                return;
        }
    }

    void check_list(const Field& field, const Json& value) {
        if (!value.is_array()) return add("it is not a list", "write a JSON array");
        if (value.empty()) return add("it is empty", "leave the field out where nothing is stated");
        if (value.size() > kListLimit) return add("it has more than 10,000 members", "split the record");
        for (const Json& member : value) {
            if (field.type == FieldType::citations) {
                check_citation(member);
                continue;
            }
            if (!member.is_string()) {
                add("a member is not a string", "write JSON strings");
                continue;
            }
            const auto& text = member.get_ref<const std::string&>();
            check_plain(text);
            if (field.type == FieldType::links && !is_id(text))
                add(fmt::format("'{}' is not an id", text), "ids are lower-case letters, digits and hyphens");
            if (field.type == FieldType::any_links)
                if (const auto name = parse_record_id(text); !name)
                    add(name.error().cause, name.error().hint);
        }
        for (std::size_t i = 1; i < value.size(); ++i)
            if (std::find(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(i), value[i]) !=
                value.begin() + static_cast<std::ptrdiff_t>(i))
                return add("a member is there twice", "name each once");
    }

    void check_citation(const Json& citation) {
        const bool shaped =
            citation.is_object() && citation.contains("source") && citation["source"].is_string() &&
            (citation.size() == 1 ||
             (citation.size() == 2 && citation.contains("locator") && citation["locator"].is_string()));
        if (!shaped)
            return add("a citation is not {source, locator}",
                       "name a source's id and, if there is one, the place in it");
        const auto& source = citation["source"].get_ref<const std::string&>();
        if (!is_id(source))
            add(fmt::format("'{}' is not an id", source), "ids are lower-case letters, digits and hyphens");
        if (citation.contains("locator")) check_plain(citation["locator"].get_ref<const std::string&>());
    }

    void check_file(const Json& value) {
        const bool shaped = value.is_object() && value.size() == 4 && value.contains("name") &&
                            value["name"].is_string() && value.contains("sha256") &&
                            value["sha256"].is_string() && value.contains("size") &&
                            value["size"].is_number_unsigned() && value.contains("media_type") &&
                            value["media_type"].is_string();
        if (!shaped) return add("it is not a file", "write {name, sha256, size, media_type}");
        const auto& name = value["name"].get_ref<const std::string&>();
        if (name.empty() || name.starts_with('.') || name.find_first_of("/\\") != std::string::npos ||
            has_control(name))
            add(fmt::format("'{}' is not a file name", name), "write a name without folders");
        if (!is_sha256(value["sha256"].get_ref<const std::string&>()))
            add("its sha256 is not 64 hexadecimal digits", "");
    }

    std::vector<Problem>& problems_;
    std::string field_;
};

}  // namespace

Result<RecordId> parse_record_id(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon != std::string_view::npos) {
        const auto kind = kind_named(text.substr(0, colon));
        const std::string_view id = text.substr(colon + 1);
        if (kind && is_id(id)) return RecordId{*kind, std::string(id)};
    }
    return fail(ErrorCode::invalid_input, "read a record's name",
                fmt::format("'{}' does not name a record", text),
                "write the kind, a colon and the id: centre:poverty-reduction");
}

void check_body(Kind kind, const Json& body, std::vector<Problem>& problems) {
    const KindInfo& kind_info = info(kind);
    if (!body.is_object()) {
        problems.push_back({"", "the body is not a JSON object", ""});
        return;
    }
    for (const Field& field : kind_info.fields)
        if (field.required && !body.contains(field.name))
            problems.push_back(
                {std::string(field.name), "it is required and not there", std::string(field.help)});
    Checker checker(problems);
    for (const auto& [key, value] : body.items()) {
        const Field* field = kind_info.field(key);
        if (field)
            checker.check(*field, value);
        else
            problems.push_back({key, fmt::format("a {} has no field '{}'", kind_info.name, key),
                                "see docs/formats/register-folder.md"});
    }
}

std::vector<Link> links_of(Kind kind, const Json& body) {
    std::vector<Link> links;
    const auto add = [&](const Field& field, RecordId to) {
        Link link{std::string(field.name), std::move(to)};
        if (is_id(link.to.id) && std::ranges::find(links, link) == links.end())
            links.push_back(std::move(link));
    };
    const auto text = [](const Json& value) { return value.is_string() ? value.get<std::string>() : ""; };
    for (const Field& field : info(kind).fields) {
        const auto found = body.find(field.name);
        if (found == body.end()) continue;
        if (field.type == FieldType::link) add(field, {*field.target, text(*found)});
        if (!found->is_array()) continue;
        for (const Json& member : *found) {
            if (field.type == FieldType::links) add(field, {*field.target, text(member)});
            if (field.type == FieldType::any_links)
                if (auto to = parse_record_id(text(member))) add(field, *std::move(to));
            if (field.type == FieldType::citations && member.contains("source"))
                add(field, {Kind::source, text(member["source"])});
        }
    }
    return links;
}

std::string text_of(const Json& body, std::string_view field) {
    const auto found = body.find(field);
    return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::vector<std::string> list_of(const Json& body, std::string_view field) {
    const auto found = body.find(field);
    if (found == body.end() || !found->is_array()) return {};
    return found->get<std::vector<std::string>>();
}

bool is_language_tag(std::string_view tag) {
    std::size_t start = 0;
    bool first = true;
    while (start <= tag.size()) {
        const std::size_t end = std::min(tag.find('-', start), tag.size());
        const std::string_view part = tag.substr(start, end - start);
        const auto alphanumeric = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        };
        const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
        if (first ? part.size() < 2 || part.size() > 3 || !std::ranges::all_of(part, lower)
                  : part.size() < 2 || part.size() > 8 || !std::ranges::all_of(part, alphanumeric))
            return false;
        first = false;
        start = end + 1;
    }
    return true;
}

Result<std::string> canonical_decimal(std::string_view text) {
    const auto bad = [&] {
        return fail(ErrorCode::invalid_input, "read a number",
                    fmt::format("'{}' is not a decimal number", text),
                    "write digits with a point and no grouping: 1500000000 or 22.7");
    };
    std::string_view rest = text;
    const bool negative = rest.starts_with('-');
    if (negative) rest.remove_prefix(1);
    const std::size_t point = rest.find('.');
    std::string_view whole = rest.substr(0, point);
    const std::string_view fraction =
        point == std::string_view::npos ? std::string_view() : rest.substr(point + 1);
    const auto digits = [](std::string_view part) {
        return !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
    };
    if (text.size() > 60 || !digits(whole) || (point != std::string_view::npos && !digits(fraction)))
        return bad();
    while (whole.size() > 1 && whole.front() == '0') whole.remove_prefix(1);
    const bool zero = whole == "0" && fraction.find_first_not_of('0') == std::string_view::npos;
    return fmt::format("{}{}{}{}", negative && !zero ? "-" : "", whole, fraction.empty() ? "" : ".",
                       fraction);
}

Result<Period> parse_period(std::string_view text) {
    const std::size_t slash = text.find('/');
    TAMGA_ASSIGN(const Date first, Date::parse(text.substr(0, slash)));
    if (slash == std::string_view::npos) return Period{first.first_day(), first.last_day()};
    TAMGA_ASSIGN(const Date last, Date::parse(text.substr(slash + 1)));
    if (last.last_day() < first.first_day())
        return fail(ErrorCode::invalid_input, "read a period",
                    fmt::format("'{}' ends before it begins", text), "write the earlier date first");
    return Period{first.first_day(), last.last_day()};
}

}  // namespace tamga
