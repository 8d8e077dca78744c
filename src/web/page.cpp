#include "web/page.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

std::string_view Address::value(std::string_view name) const {
    for (const auto& [key, text] : query)
        if (key == name) return text;
    return {};
}

std::string percent_encode(std::string_view text) {
    std::string out;
    for (char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("-._~@").find(c) != std::string_view::npos;
        if (plain)
            out += c;
        else
            out += fmt::format("%{:02X}", byte);
    }
    return out;
}

SnapshotPtr Page::find(const RecordId& name) {
    const auto known = found_.find(name);
    if (known != found_.end()) return known->second;
    auto result = view_.find(name);
    if (!result) {
        if (!error_) error_ = result.error();
        return nullptr;
    }
    found_.emplace(name, *result);
    return *result;
}

std::vector<SnapshotPtr> Page::all(Kind kind) {
    const auto known = all_.find(kind);
    if (known != all_.end()) return known->second;
    auto result = view_.all(kind);
    if (!result) {
        if (!error_) error_ = result.error();
        return {};
    }
    for (const SnapshotPtr& record : *result) found_.emplace(record->name, record);
    return all_.emplace(kind, *std::move(result)).first->second;
}

std::vector<SnapshotPtr> Page::linking_to(const RecordId& to, std::optional<Kind> kind,
                                          std::string_view field) {
    auto result = view_.linking_to(to, kind, field);
    if (!result) {
        if (!error_) error_ = result.error();
        return {};
    }
    return *std::move(result);
}

Json Page::text(const Json& texts) const {
    const auto picked = i18n::pick(texts, language_.tag());
    return {{"text", picked.text}, {"tag", picked.tag}, {"fallback", picked.is_fallback}};
}

Json Page::title(const Snapshot& record) {
    const auto plain = [&](std::string text) {
        return Json{{"text", std::move(text)}, {"tag", language_.tag()}, {"fallback", false}};
    };
    const auto titled = record.body.find("title");
    switch (record.name.kind) {
        case Kind::provision: {
            const std::string number = text_of(record.body, "number");
            if (titled == record.body.end()) return plain(number);
            Json title = text(*titled);
            title["text"] = number + ". " + title["text"].get<std::string>();
            return title;
        }
        case Kind::action: {
            const SnapshotPtr party = find({Kind::party, text_of(record.body, "party")});
            return plain(fmt::format("{}: {}", party ? plain_title(*party) : text_of(record.body, "party"),
                                     code(text_of(record.body, "type"))));
        }
        case Kind::observation: {
            const SnapshotPtr series = find({Kind::series, text_of(record.body, "series")});
            return plain(fmt::format("{}: {}", period_text(text_of(record.body, "period")),
                                     amount(text_of(record.body, "value"),
                                            series ? text_of(series->body, "unit") : std::string())));
        }
        default:
            break;
    }
    if (titled != record.body.end()) return text(*titled);
    return plain(record.name.id);
}

std::string Page::record_path(const RecordId& name) const {
    return fmt::format("/{}/{}", info(name.kind).plural, name.id);
}

Json Page::link(const Snapshot& record) {
    Json out = title(record);
    out["href"] = href(record_path(record.name));
    out["kind"] = kind_label(record.name.kind);
    out["id"] = record.name.id;
    return out;
}

Json Page::link(const RecordId& name) {
    if (const SnapshotPtr record = find(name)) return link(*record);
    return {{"text", name.id},
            {"tag", ""},
            {"fallback", false},
            {"href", href(record_path(name))},
            {"kind", kind_label(name.kind)},
            {"id", name.id}};
}

void Page::sort_by_name(Json& links) const {
    std::ranges::stable_sort(links.get_ref<Json::array_t&>(), [&](const Json& a, const Json& b) {
        return language_.compare(a["text"].get_ref<const std::string&>(),
                                 b["text"].get_ref<const std::string&>()) < 0;
    });
}

Json Page::links(const std::vector<SnapshotPtr>& records) {
    Json out = Json::array();
    for (const SnapshotPtr& record : records) out.push_back(link(*record));
    return out;
}

std::string Page::href(std::string_view path) const {
    std::string out = fmt::format("/{}{}", language_.tag(), path);
    if (const auto as_of = address_.value("as_of"); !as_of.empty())
        out += fmt::format("{}as_of={}", path.find('?') == std::string_view::npos ? '?' : '&',
                           percent_encode(as_of));
    return out;
}

std::string Page::here(const std::vector<std::pair<std::string, std::string>>& changes) const {
    std::string out = fmt::format("/{}{}", language_.tag(), address_.path);
    char separator = '?';
    const auto add = [&](std::string_view key, std::string_view text) {
        if (text.empty()) return;
        out += fmt::format("{}{}={}", separator, percent_encode(key), percent_encode(text));
        separator = '&';
    };
    for (const auto& [key, text] : address_.query)
        if (std::ranges::find(changes, key, &std::pair<std::string, std::string>::first) == changes.end())
            add(key, text);
    for (const auto& [key, text] : changes) add(key, text);
    return out;
}

Json Page::sentence(const Message& message) {
    const std::string pattern =
        message.msgid.plural.empty()
            ? say(message.msgid.text)
            : language_.plural(message.msgid.text, message.msgid.plural,
                               static_cast<long>(std::get<long long>(message.arguments.at(0))));
    Json parts = Json::array();
    const auto add_text = [&](std::string text) {
        if (!text.empty()) parts.push_back({{"part", std::move(text)}});
    };
    const auto add_argument = [&](const Argument& argument) {
        if (std::holds_alternative<NotStated>(argument))
            add_text(say("not stated"));
        else if (const auto* date = std::get_if<Date>(&argument))
            add_text(language_.date(*date));
        else if (const auto* number = std::get_if<long long>(&argument))
            add_text(language_.number(std::to_string(*number)));
        else if (const auto* decimal = std::get_if<Decimal>(&argument))
            add_text(language_.number(decimal->text()));
        else if (const auto* record = std::get_if<RecordId>(&argument))
            parts.push_back({{"part_link", link(*record)}});
        else if (const auto* records = std::get_if<std::vector<RecordId>>(&argument))
            for (std::size_t i = 0; i < records->size(); ++i) {
                if (i > 0) add_text(i + 1 == records->size() ? say(" and ") : say(", "));
                parts.push_back({{"part_link", link((*records)[i])}});
            }
        else if (const auto* code_argument = std::get_if<CodeArgument>(&argument))
            for (const ScaleValue& value : values(code_argument->scale))
                if (value.code == code_argument->code) add_text(say(value.label));
    };
    std::size_t at = 0;
    for (;;) {
        const std::size_t open = pattern.find('{', at), close = pattern.find('}', open);
        if (open == std::string::npos || close != open + 2) break;
        add_text(pattern.substr(at, open - at));
        const std::size_t index = static_cast<std::size_t>(pattern[open + 1] - '1');
        if (index < message.arguments.size()) add_argument(message.arguments[index]);
        at = close + 1;
    }
    add_text(pattern.substr(at));
    return parts;
}

std::string Page::date_text(std::string_view iso) const {
    const auto date = Date::parse(iso);
    return date ? language_.date(*date) : std::string(iso);
}

std::string Page::date(const Json& body, std::string_view field) const {
    const std::string iso = text_of(body, field);
    return iso.empty() ? iso : date_text(iso);
}

std::string Page::period_text(std::string_view period) const {
    const std::size_t slash = period.find('/');
    if (slash == std::string_view::npos) return date_text(period);
    const auto first = Date::parse(period.substr(0, slash)), last = Date::parse(period.substr(slash + 1));
    return first && last ? language_.date_range(*first, *last) : std::string(period);
}

std::string Page::amount(const std::string& decimal, std::string_view unit) const {
    if (decimal.empty()) return {};
    if (unit == "percent" || unit == "%") return language_.percent(decimal);
    const std::string number = language_.number(decimal);
    return unit.empty() ? number : fmt::format("{} {}", number, say("unit", unit));
}

Json Page::value(const Field& field, const Json& value) {
    Json out{{"label", field_label(field.name)}, {"name", field.name}};
    const auto put_links = [&](std::vector<RecordId> names) {
        Json list = Json::array();
        for (const RecordId& name : names) list.push_back(link(name));
        // Parties are equal: they stand in the order of their names.
        if (field.target == Kind::party) sort_by_name(list);
        out["links"] = std::move(list);
    };
    switch (field.type) {
        case FieldType::text:
            out["in_language"] = text(value);
            break;
        case FieldType::date:
            out["plain"] = date_text(value.get_ref<const std::string&>());
            break;
        case FieldType::period:
            out["plain"] = period_text(value.get_ref<const std::string&>());
            break;
        case FieldType::decimal: {
            const auto& text = value.get_ref<const std::string&>();
            const bool coordinate = field.name == "latitude" || field.name == "longitude";
            out["plain"] = coordinate ? text : language_.number(text);
            break;
        }
        case FieldType::integer:
            out["plain"] = value.dump();
            break;
        case FieldType::boolean:
            out["plain"] = value.get<bool>() ? say("yes") : say("no");
            break;
        case FieldType::code:
            out["plain"] = code(value.get_ref<const std::string&>());
            break;
        case FieldType::url:
            out["url"] = value;
            break;
        case FieldType::link:
            put_links({{*field.target, value.get<std::string>()}});
            break;
        case FieldType::links: {
            std::vector<RecordId> names;
            for (const Json& id : value) names.push_back({*field.target, id.get<std::string>()});
            put_links(std::move(names));
            break;
        }
        case FieldType::any_links: {
            std::vector<RecordId> names;
            for (const Json& text : value)
                if (auto name = parse_record_id(text.get_ref<const std::string&>()))
                    names.push_back(*std::move(name));
            put_links(std::move(names));
            break;
        }
        case FieldType::strings: {
            std::string joined;
            for (const Json& text : value) joined += (joined.empty() ? "" : "; ") + text.get<std::string>();
            out["plain"] = joined;
            break;
        }
        case FieldType::file:
            out["file"] = {{"href", fmt::format("/files/{}/{}", value["sha256"].get<std::string>(),
                                                percent_encode(value["name"].get_ref<const std::string&>()))},
                           {"file_name", value["name"]},
                           {"sha256", value["sha256"]},
                           {"bytes", language_.number(std::to_string(value["size"].get<std::uint64_t>()))}};
            break;
        case FieldType::string:
            out["plain"] = field.name == "unit" ? Json(say("unit", value.get_ref<const std::string&>())) : value;
            break;
        case FieldType::citations:
            break;
    }
    return out;
}

Json Page::facts(const Snapshot& record, const std::vector<std::string_view>& without) {
    Json out = Json::array();
    for (const Field& field : info(record.name.kind).fields) {
        if (field.type == FieldType::citations || std::ranges::find(without, field.name) != without.end())
            continue;
        const auto found = record.body.find(field.name);
        if (found != record.body.end()) out.push_back(value(field, *found));
    }
    return out;
}

Json Page::citations(const Json& body) {
    Json out = Json::array();
    const auto found = body.find("sources");
    if (found == body.end()) return out;
    for (const Json& citation : *found) {
        const RecordId name{Kind::source, citation["source"].get<std::string>()};
        Json entry = link(name);
        entry["locator"] = citation.value("locator", "");
        entry["url"] = "";
        entry["publisher"] = "";
        entry["date"] = "";
        if (const SnapshotPtr source = find(name)) {
            entry["url"] = text_of(source->body, "url");
            entry["publisher"] = text_of(source->body, "publisher");
            entry["date"] = date(source->body, "date");
        }
        out.push_back(std::move(entry));
    }
    return out;
}

}  // namespace tamga::web
