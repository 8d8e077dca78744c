#include "journal/list_row.hpp"

#include <fmt/format.h>
#include <unicode/coll.h>

#include <cstdint>
#include <nlohmann/json.hpp>

#include "crypto/sha256.hpp"
#include "i18n/language.hpp"

namespace tamga::journal {

namespace {

/// Longer texts are sorted by their beginning.
constexpr std::size_t kLongestText = 100, kLongestKey = 250;

enum : std::size_t { kAbsent, kWithoutContent, kContent };

/// LEB128.
void append_number(std::string& out, std::size_t number) {
    for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
    out += static_cast<char>(number);
}

bool take_long_number(const char*& at, const char* end, std::size_t& number) {
    number = 0;
    for (int shift = 0; at != end && shift < 63; shift += 7) {
        const auto byte = static_cast<unsigned char>(*at++);
        number |= static_cast<std::size_t>(byte & 0x7f) << shift;
        if (byte < 0x80) return true;
    }
    return false;
}

/// Nearly all are of one byte.
inline bool take_number(const char*& at, const char* end, std::size_t& number) {
    if (at == end || static_cast<unsigned char>(*at) >= 0x80) return take_long_number(at, end, number);
    number = static_cast<unsigned char>(*at++);
    return true;
}

inline bool take(const char*& at, const char* end, std::size_t size, std::string_view& taken) {
    if (size > static_cast<std::size_t>(end - at)) return false;
    taken = {at, size};
    at += size;
    return true;
}

std::string content_of(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_array()) return value.dump();
    std::string joined;
    for (const Json& member : value) {
        if (!joined.empty()) joined += ';';
        // Of a citation, the source that it names.
        joined += (member.is_object() ? member.at("source") : member).get_ref<const std::string&>();
    }
    return joined;
}

/// The languages of a text or a name; nothing if it has none.
std::string tags_of(const Json& value) {
    std::string joined;
    if (value.is_object())
        for (const auto& [tag, words] : value.items()) joined += (joined.empty() ? "" : ";") + tag;
    return joined;
}

/// What the record is called where lists are sorted by it; empty if it has no name of its own.
std::string title_in(const RecordId& name, const Json& body, std::string_view language) {
    std::string title;
    if (const auto titled = body.find("title"); titled != body.end())
        title = i18n::pick(*titled, language).text;
    if (name.kind == Kind::provision) {
        // "Article 5" and "Article 10" stand by their position, which is another column.
        const auto told = body.find("number");
        const bool by_language = told != body.end() && told->is_object();
        const std::string number = by_language ? i18n::pick(*told, language).text : text_of(body, "number");
        return title.empty() ? number : number + ". " + title;
    }
    return title.empty() ? name.id : title;
}

/// Records of other kinds stand in the order of their ids, whose few characters have one in every language.
bool is_named(Kind kind) {
    return kind == Kind::provision || info(kind).field("title");
}

}  // namespace

bool ListRow::holds(const Field& field) {
    switch (field.type) {
        case FieldType::text:
        case FieldType::strings:
        case FieldType::file:
            return false;
        default:
            return true;
    }
}

std::string ListRow::pack(const RecordId& name, const Json& body) {
    std::string out;
    const bool by_id = !is_named(name.kind);
    for (const std::string_view language : languages()) {
        std::string key = by_id ? "" : i18n::language(language).sort_key(title_in(name, body, language));
        if (key.size() > kLongestKey) key.resize(kLongestKey);
        append_number(out, key.size());
        out += key;
    }
    for (const Field& field : info(name.kind).fields) {
        const auto found = body.find(field.name);
        if (found == body.end()) {
            append_number(out, kAbsent);
        } else if (!holds(field)) {
            append_number(out, kWithoutContent);
        } else {
            // Lists are in the order of one form of a name.
            const bool is_name = field.type == FieldType::name;
            std::string content = is_name ? text_of(body, field.name) : content_of(*found);
            const bool is_text = is_name || field.type == FieldType::string || field.type == FieldType::url;
            if (is_text && content.size() > kLongestText) content.resize(kLongestText);
            append_number(out, kContent + content.size());
            out += content;
        }
        if (found == body.end() || !has_languages(field.type)) continue;
        const std::string tags = tags_of(*found);
        append_number(out, tags.size());
        out += tags;
    }
    return out;
}

ListRow::ListRow(Kind kind) : wanted_(info(kind).fields.size()), keys_(languages().size()) {
    for (const Field& field : info(kind).fields) fields_.push_back({has_languages(field.type)});
}

bool ListRow::read(std::string_view packed) {
    const char* at = packed.data();
    const char* const end = at + packed.size();
    for (std::string_view& key : keys_) {
        std::size_t size = 0;
        if (!take_number(at, end, size) || !take(at, end, size, key)) return false;
    }
    for (std::size_t i = 0; i < wanted_; ++i) {
        Part& part = fields_[i];
        std::size_t tag = 0;
        if (!take_number(at, end, tag)) return false;
        part = {part.in_languages, tag != kAbsent};
        if (tag >= kContent && !take(at, end, tag - kContent, part.value)) return false;
        std::size_t size = 0;
        if (part.stated && part.in_languages &&
            (!take_number(at, end, size) || !take(at, end, size, part.tags)))
            return false;
    }
    return wanted_ < fields_.size() || at == end;
}

std::vector<std::string_view> tallied_fields(Kind kind) {
    std::vector<std::string_view> found;
    for (const Field& field : info(kind).fields)
        if (field.type == FieldType::code || field.type == FieldType::link ||
            field.type == FieldType::links || field.type == FieldType::file)
            found.push_back(field.name);
    return found;
}

std::string column_of(const Field& field, std::string_view tag) {
    std::string column(field.name);
    if (!tag.empty()) column.append("@").append(tag);
    return column;
}

void add_columns(Kind kind, const Json& body, std::set<std::string>& columns) {
    for (const Field& field : info(kind).fields) {
        const auto value = body.find(field.name);
        if (value == body.end()) continue;
        if (!has_languages(field.type) || !value->is_object())
            columns.emplace(field.name);
        else
            for (const auto& [tag, words] : value->items()) columns.insert(column_of(field, tag));
    }
}

const std::string& list_rows_version() {
    static const std::string version = [] {
        std::string fields;
        for (const KindInfo& kind : kinds())
            for (const Field& field : kind.fields)
                fields += fmt::format("{}.{} {}\n", kind.name, field.name, static_cast<int>(field.type));
        for (const std::string_view language : languages()) fields += fmt::format("{}\n", language);
        const auto digest = crypto::sha256(fields);
        return fmt::format("7 {} ICU {}", crypto::hex(digest).substr(0, 16), U_ICU_VERSION);
    }();
    return version;
}

}  // namespace tamga::journal
