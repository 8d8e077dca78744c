#include "web/parts/page.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

/// More members of one field than this are no longer read on a page.
constexpr std::size_t kMostLinks = 500;
/// What every link keeps.
constexpr const char* kClocks[] = {"as_of", "public_by"};

}  // namespace

Json Page::title(const Snapshot& record) {
    const auto plain = [&](std::string text) {
        return Json{{"text", std::move(text)}, {"tag", language().tag()}, {"fallback", false}};
    };
    const auto titled = record.body.find("title");
    switch (record.name.kind) {
        case Kind::provision: {
            const Json& number = record.body.at("number");
            if (titled == record.body.end()) {
                Json title = named(number);
                if (title["tag"] == "") return plain(title["text"]);
                title["fallback"] = true;
                return title;
            }
            // One text: its number is told in the title's language.
            Json title = text(*titled);
            const std::string told =
                number.is_string() ? number.get<std::string>()
                                   : i18n::pick(number, title["tag"].get_ref<const std::string&>()).text;
            title["text"] = language().format("{1}. {2}", {told, title["text"].get<std::string>()});
            return title;
        }
        case Kind::action: {
            const SnapshotPtr party = find({Kind::party, text_of(record.body, "party")}),
                              instrument = find({Kind::instrument, text_of(record.body, "instrument")});
            const std::string done = labelled(party ? plain_title(*party) : text_of(record.body, "party"),
                                              code(text_of(record.body, "type")));
            // One text is in one language.
            const Json of = instrument ? title(*instrument) : Json(nullptr);
            return plain(of.is_null() || of["fallback"] ? done : with_detail(done, of["text"]));
        }
        case Kind::observation: {
            const SnapshotPtr series = find({Kind::series, text_of(record.body, "series")});
            const std::string missing = text_of(record.body, "missing");
            return plain(
                labelled(period_text(text_of(record.body, "period")),
                         missing.empty()
                             ? worded(text_of(record.body, "qualifier"),
                                      readable_amount(text_of(record.body, "value"),
                                                      series ? text_of(series->body, "unit") : std::string()))
                             : code(missing)));
        }
        case Kind::reply:
            if (const auto writer = record.body.find("name");
                titled == record.body.end() && writer != record.body.end())
                return plain(language().format(TAMGA_MSG("Reply by {1}"),
                                               {named(*writer)["text"].get<std::string>()}));
            break;
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

Json Page::links(const std::vector<SnapshotPtr>& records) {
    Json out = Json::array();
    for (const SnapshotPtr& record : records) out.push_back(link(*record));
    return out;
}

std::string Page::href(std::string_view path, const Parameters& parameters) const {
    std::string out = fmt::format("/{}{}", language().tag(), path);
    char separator = path.find('?') == std::string_view::npos ? '?' : '&';
    const auto add = [&](std::string_view name, std::string_view value) {
        out += fmt::format("{}{}={}", separator, percent_encode(name), percent_encode(value));
        separator = '&';
    };
    for (const auto& [name, value] : parameters) add(name, value);
    for (const char* clock : kClocks)
        if (const auto set = address_.value(clock); !set.empty()) add(clock, set);
    return out;
}

std::string Page::here(const Parameters& changes) const {
    std::string out = fmt::format("/{}{}", language().tag(), address_.path);
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

std::string Page::here_as(std::string_view format, const Parameters& changes) const {
    std::string address = here(changes);
    if (format == "html") return address;
    const std::size_t end = std::min(address.find('?'), address.size());
    // The start page, "/en/", has its data at "/en/index.json".
    address.insert(end, fmt::format("{}.{}", end > 0 && address[end - 1] == '/' ? "index" : "", format));
    return address;
}

Json Page::sentence(const Message& message) {
    const std::string pattern =
        message.msgid.plural.empty()
            ? say(message.msgid.text)
            : language().plural(message.msgid.text, message.msgid.plural,
                                static_cast<long>(std::get<long long>(message.arguments.at(0))));
    Json parts = Json::array();
    const auto add_text = [&](std::string text) {
        // A date that ends with a point, "… 2026 г.", ends the sentence too.
        if (text.starts_with('.') && !parts.empty() && parts.back()["part_date"].is_string() &&
            parts.back()["part_date"].get_ref<const std::string&>().ends_with('.'))
            text.erase(0, 1);
        if (!text.empty())
            parts.push_back({{"part", std::move(text)}, {"part_date", nullptr}, {"part_link", nullptr}});
    };
    const auto add_link = [&](Json to) {
        parts.push_back({{"part", nullptr}, {"part_date", nullptr}, {"part_link", std::move(to)}});
    };
    const auto add_argument = [&](const Argument& argument) {
        if (std::holds_alternative<NotStated>(argument))
            add_text(say("not stated"));
        else if (const auto* date = std::get_if<Date>(&argument))
            parts.push_back(
                {{"part", nullptr}, {"part_date", language().date(*date)}, {"part_link", nullptr}});
        else if (const auto* number = std::get_if<long long>(&argument))
            add_text(language().number(std::to_string(*number)));
        else if (const auto* decimal = std::get_if<Decimal>(&argument))
            add_text(readable(decimal->text()));
        else if (const auto* figure = std::get_if<WordedFigure>(&argument))
            add_text(worded(figure->wording, readable(figure->value.text())));
        else if (const auto* record = std::get_if<RecordId>(&argument))
            add_link(link(*record));
        else if (const auto* records = std::get_if<std::vector<RecordId>>(&argument)) {
            Json list = Json::array();
            for (const RecordId& one : *records) list.push_back(link(one));
            // Parties are equal: they stand in the order of their names.
            if (std::ranges::all_of(*records, [](const RecordId& one) { return one.kind == Kind::party; }))
                sort_by_name(list);
            const std::vector<std::string> between = language().joints(list.size());
            for (std::size_t i = 0; i < list.size(); ++i) {
                add_text(between[i]);
                add_link(std::move(list[i]));
            }
            add_text(between.back());
        } else if (const auto* code_argument = std::get_if<CodeArgument>(&argument))
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

Json no_value() {
    return {{"in_language", nullptr}, {"plain", nullptr},      {"date", nullptr}, {"written", nullptr},
            {"url", nullptr},         {"links", nullptr},      {"more", nullptr}, {"file", nullptr},
            {"badge", nullptr},       {"not_stated", nullptr}, {"number", false}};
}

Json Page::value(const Field& field, const Json& value) {
    Json out = no_value();
    out["label"] = field_label(field.name);
    out["name"] = field.name;
    const auto put_links = [&](std::vector<RecordId> names) {
        Json list = Json::array();
        if (names.size() > kMostLinks) {
            out["more"] = language().plural("{1} more is in the data of this page.",
                                            "{1} more are in the data of this page.",
                                            static_cast<long>(names.size() - kMostLinks));
            names.resize(kMostLinks);
        }
        for (const RecordId& name : names) list.push_back(link(name));
        // Parties are equal: they stand in the order of their names.
        if (field.target == Kind::party) sort_by_name(list);
        out["links"] = std::move(list);
    };
    switch (field.type) {
        case FieldType::text:
            out["in_language"] = text(value);
            break;
        case FieldType::name:
            out["written"] = named(value);
            break;
        case FieldType::date:
            out["date"] = date_text(value.get_ref<const std::string&>());
            break;
        case FieldType::period:
            out["date"] = period_text(value.get_ref<const std::string&>());
            break;
        case FieldType::decimal:
            out["plain"] = language().number(value.get_ref<const std::string&>());
            break;
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
            auto texts = value.get<std::vector<std::string>>();
            if (field.name == "authentic_languages") {
                for (std::string& tag : texts) tag = language().name_of(tag);
                out["plain"] = one_by_one(texts);
            } else
                out["written"] = as_written(one_by_one(texts));
            break;
        }
        case FieldType::file:
            out["file"] = {{"href", fmt::format("/files/{}/{}", value["sha256"].get<std::string>(),
                                                percent_encode(value["name"].get_ref<const std::string&>()))},
                           {"file_name", value["name"]},
                           {"sha256", value["sha256"]},
                           {"bytes", language().number(std::to_string(value["size"].get<std::uint64_t>()))}};
            break;
        case FieldType::string:
            if (field.name == "unit")
                out["plain"] = say("unit", value.get_ref<const std::string&>());
            else if (field.name == "language")
                out["plain"] = language().name_of(value.get_ref<const std::string&>());
            else
                out["written"] = as_written(value.get<std::string>());
            break;
        case FieldType::citations:
            break;
    }
    return out;
}

std::string_view in_words(const Snapshot& record, std::string_view field) {
    const bool told = record.name.kind == Kind::project && field == "status";
    return told && record.body.contains("status_text") ? "status_text" : field;
}

std::string Page::unit_of(const Snapshot& record, std::string_view field) {
    if (field == "amount") return text_of(record.body, "currency");
    if (field == "target" && text_of(record.body, "target_form") == "change-percent") return "percent";
    const bool is_base = field == "base" && record.name.kind == Kind::commitment;
    if (field != "value" && field != "target" && !is_base) return {};
    // A figure of a series has its unit, a party's report that of the promise.
    const SnapshotPtr of =
        record.name.kind == Kind::observation ? find({Kind::series, text_of(record.body, "series")})
        : record.name.kind == Kind::report    ? find({Kind::commitment, text_of(record.body, "commitment")})
                                              : nullptr;
    return text_of(of ? of->body : record.body, "unit");
}

std::string Page::coordinates(const Json& body) const {
    const auto degrees = [&](FieldName field, const char* above, const char* below) {
        const std::string number = text_of(body, field);
        const bool is_below = number.starts_with('-');
        return language().format(is_below ? below : above, {language().number(number.substr(is_below))});
    };
    const std::string place = degrees("latitude", TAMGA_MSG("{1}° N"), TAMGA_MSG("{1}° S")) +
                              joints()["comma"].get<std::string>() +
                              degrees("longitude", TAMGA_MSG("{1}° E"), TAMGA_MSG("{1}° W"));
    return text_of(body, "precision") == "approximate" ? language().format("{1} (approximate)", {place})
                                                       : place;
}

Json Page::facts(const Snapshot& record, const std::vector<std::string_view>& without) {
    Json out = Json::array();
    // A number's unit stands beside the number.
    const auto has_unit = [&](const char* field) {
        return record.body.contains(field) && unit_of(record, field) == text_of(record.body, "unit");
    };
    const bool has_number = has_unit("value") || has_unit("target") || has_unit("base");
    const bool is_placed = record.body.contains("latitude") && record.body.contains("longitude");
    for (const Field& field : info(record.name.kind).fields) {
        if (field.type == FieldType::citations || std::ranges::find(without, field.name) != without.end())
            continue;
        if (in_words(record, field.name) != field.name) continue;
        if ((field.name == "unit" && has_number) ||
            (field.name == "currency" && record.body.contains("amount")))
            continue;
        if (is_placed && (field.name == "longitude" || field.name == "precision")) continue;
        const auto found = record.body.find(field.name);
        if (found == record.body.end()) continue;
        out.push_back(value(field, *found));
        if (is_placed && field.name == "latitude") {
            out.back()["label"] =
                say(record.name.kind == Kind::party ? TAMGA_MSG("Coordinates of the capital")
                                                    : TAMGA_MSG("Coordinates"));
            out.back()["plain"] = coordinates(record.body);
        }
        if (const std::string unit = unit_of(record, field.name); !unit.empty())
            out.back()["plain"] = readable_amount(found->get<std::string>(), unit);
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
        const auto locator = citation.value("locator", "");
        entry["locator"] = locator.empty() ? Json(nullptr) : as_written(locator);
        entry["url"] = "";
        entry["publisher"] = nullptr;
        entry["date"] = "";
        if (const SnapshotPtr source = find(name)) {
            entry["url"] = text_of(source->body, "url");
            if (const auto who = source->body.find("publisher"); who != source->body.end())
                entry["publisher"] = named(*who);
            entry["date"] = date(source->body, "date");
        }
        out.push_back(std::move(entry));
    }
    return out;
}

}  // namespace tamga::web
