#include "model/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tamga {

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

std::vector<Link> links_of(Kind kind, const Json& body) {
    std::vector<Link> links;
    std::set<RecordId> seen;  // Of one field.
    const auto add = [&](const Field& field, RecordId to) {
        if (is_id(to.id) && seen.insert(to).second) links.push_back({std::string(field.name), std::move(to)});
    };
    const auto text = [](const Json& value) { return value.is_string() ? value.get<std::string>() : ""; };
    for (const Field& field : info(kind).fields) {
        const auto found = body.find(field.name);
        if (found == body.end()) continue;
        seen.clear();
        if (field.type == FieldType::link) add(field, {*field.target, text(*found)});
        if (!found->is_array() || found->size() > kListLimit) continue;
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

void each_text(Kind kind, const Json& body,
               const std::function<void(const Field&, std::string_view tag, const std::string& text)>& take) {
    const auto give = [&](const Field& field, std::string_view tag, const Json& text) {
        if (text.is_string()) take(field, tag, text.get_ref<const std::string&>());
    };
    for (const Field& field : info(kind).fields) {
        if (!has_languages(field.type) && field.type != FieldType::string && field.type != FieldType::strings)
            continue;
        const auto found = body.find(field.name);
        if (found == body.end()) continue;
        if (field.type == FieldType::string || field.type == FieldType::name) give(field, {}, *found);
        if (has_languages(field.type) && found->is_object())
            for (const auto& [tag, text] : found->items()) give(field, tag, text);
        if (field.type == FieldType::strings && found->is_array() && found->size() <= kListLimit)
            for (const Json& text : *found) give(field, {}, text);
    }
}

std::string text_of(const Json& body, FieldName field) {
    return member_text(body, field);
}

std::string member_text(const Json& body, std::string_view field) {
    const auto found = body.find(field);
    if (found == body.end()) return {};
    if (found->is_string()) return found->get<std::string>();
    if (!found->is_object()) return {};
    if (const auto english = found->find("en"); english != found->end() && english->is_string())
        return english->get<std::string>();
    for (const auto& [tag, text] : found->items())
        if (is_language_tag(tag) && text.is_string()) return text.get<std::string>();
    return {};
}

std::vector<std::string> list_of(const Json& body, FieldName field) {
    const auto found = body.find(field.text());
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
