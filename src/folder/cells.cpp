#include "folder/cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/lookalike.hpp"
#include "crypto/sha256.hpp"
#include "folder/names.hpp"

namespace tamga::folder {

namespace {

/// Media types that are served as such; everything else is kept as a plain download.
constexpr std::pair<std::string_view, std::string_view> kMediaTypes[] = {
    {".pdf", "application/pdf"}, {".txt", "text/plain"},      {".jpg", "image/jpeg"}, {".jpeg", "image/jpeg"},
    {".png", "image/png"},       {".xml", "application/xml"}, {".html", "text/html"}, {".csv", "text/csv"},
};

std::string_view media_type(std::string_view name) {
    for (const auto& [ending, type] : kMediaTypes)
        if (name.ends_with(ending)) return type;
    return "application/octet-stream";
}

/// The members of a list cell: separated by `;`, where `\;` and `\\` stand for the characters themselves.
std::vector<std::string> members(std::string_view cell) {
    std::vector<std::string> out{""};
    for (std::size_t i = 0; i < cell.size(); ++i) {
        if (cell[i] == '\\' && i + 1 < cell.size() && (cell[i + 1] == ';' || cell[i + 1] == '\\'))
            out.back() += cell[++i];
        else if (cell[i] == ';')
            out.emplace_back();
        else
            out.back() += cell[i];
    }
    for (std::string& member : out) member = trimmed(member);
    std::erase(out, "");
    return out;
}

/// A date written with the day first, or two with a slash, as the register has them; nothing if it is none.
std::optional<std::string> days_first(const std::string& text, bool period) {
    if (const auto date = Date::parse_days_first(text)) return date->text();
    const std::size_t slash = text.find('/');
    if (!period || slash == std::string::npos) return std::nullopt;
    const auto first = Date::parse_days_first(trimmed(text.substr(0, slash)));
    const auto last = Date::parse_days_first(trimmed(text.substr(slash + 1)));
    if (!first || !last) return std::nullopt;
    return first->text() + "/" + last->text();
}

/// The first and the last month of a quarter as SDMX writes it (2024-Q1) or the World Bank (2024Q1).
std::optional<std::pair<std::string, std::string>> quarter(std::string_view text) {
    if (text.size() == 7 && text[4] == '-' && text[5] == 'Q')
        text = text.substr(0, 7);
    else if (text.size() != 6 || text[4] != 'Q')
        return std::nullopt;
    const char number = text.back();
    if (number < '1' || number > '4' || !Date::parse(text.substr(0, 4))) return std::nullopt;
    const int first = (number - '1') * 3 + 1;
    return std::pair(fmt::format("{}-{:02}", text.substr(0, 4), first),
                     fmt::format("{}-{:02}", text.substr(0, 4), first + 2));
}

/// A period with quarters as months: 2024-Q1/2024-Q2 is 2024-01/2024-06.
std::string quarters_as_months(const std::string& text) {
    const std::size_t slash = std::min(text.find('/'), text.size());
    const auto first = quarter(text.substr(0, slash));
    if (slash == text.size()) return first ? first->first + "/" + first->second : text;
    const auto last = quarter(text.substr(slash + 1));
    return (first ? first->first : text.substr(0, slash)) + "/" +
           (last ? last->second : text.substr(slash + 1));
}

}  // namespace

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\n");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\n") - first + 1));
}

void Cells::find(const Field& field, const Where& where, std::string cause, std::string hint) {
    told_ = true;
    std::string like = fmt::format("{}: {}", field.name, hint);
    findings_.add({where.text(), std::move(cause), std::move(hint), std::move(like)});
}

std::string Cells::plain(std::string_view name, const std::string& text, const Where& where) {
    const auto odd = first_lookalike(text);
    if (!odd) return text;
    std::string meant = trimmed(without_lookalikes(text));
    const bool seen = !first_lookalike(meant) && !meant.empty();
    told_ = true;
    // Alike are those with the same character; what to write differs from row to row.
    findings_.add({where.text(),
                   fmt::format("{}: '{}' holds {} as its character {}", name, text, odd->told, odd->where),
                   seen ? fmt::format("write '{}'", meant) : "write it with ASCII characters only",
                   fmt::format("{}: {}", name, odd->told)});
    return meant;
}

std::string Cells::id(std::string_view name, const std::string& text, const Where& where) {
    told_ = false;
    return plain(name, text, where);
}

Json Cells::read(const Field& field, const std::string& text, const Where& where) {
    told_ = false;
    switch (field.type) {
        case FieldType::integer: {
            const std::string digits = plain(field.name, text, where);
            long value = 0;
            const auto [end, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
            if (bad == std::errc() && end == digits.data() + digits.size()) return value;
            if (!told_)
                find(field, where, fmt::format("{} '{}' is not a whole number", field.name, text),
                     "write digits only, such as 3");
            return nullptr;
        }
        case FieldType::boolean:
            if (text == "yes" || text == "no") return text == "yes";
            find(field, where, fmt::format("{} '{}' is neither yes nor no", field.name, text),
                 "write yes or no");
            return nullptr;
        case FieldType::decimal:
            return decimal(field, plain(field.name, text, where), where);
        case FieldType::date:
        case FieldType::period:
            return date(field, plain(field.name, text, where), where);
        case FieldType::code: {
            // A word of another script is no look-alike: the journal tells which words there are.
            const bool meant =
                std::ranges::find(field.codes, trimmed(without_lookalikes(text))) != field.codes.end();
            const std::string code = meant ? plain(field.name, text, where) : text;
            // Spreadsheets take +1 for a number and drop its sign.
            const bool is_code = std::ranges::find(field.codes, code) != field.codes.end();
            return !is_code && std::ranges::find(field.codes, "+" + code) != field.codes.end() ? "+" + code
                                                                                               : code;
        }
        case FieldType::link:
            return plain(field.name, text, where);
        case FieldType::links:
        case FieldType::any_links:
            return members(plain(field.name, text, where));
        case FieldType::strings:
            return members(text);
        case FieldType::citations: {
            Json list = Json::array();
            for (const std::string& member : members(text)) {
                const std::size_t hash = member.find('#');
                Json citation{{"source", plain(field.name, trimmed(member.substr(0, hash)), where)}};
                if (hash != std::string::npos) citation["locator"] = trimmed(member.substr(hash + 1));
                list.push_back(std::move(citation));
            }
            return list;
        }
        case FieldType::file:
            return file(field, text, where);
        default:
            return text;
    }
}

std::string Cells::date(const Field& field, const std::string& text, const Where& where) {
    const bool period = field.type == FieldType::period;
    if (const auto date = days_first(text, period)) {
        if (!options_.days_first)
            find(field, where, fmt::format("{}: '{}' is not a date", field.name, text),
                 "write a year, a month or a day: 2025, 2025-06 or 2025-06-17; or say --dates dmy where all "
                 "dates "
                 "are written so");
        return *date;
    }
    return period ? quarters_as_months(text) : text;
}

Json Cells::decimal(const Field& field, std::string text, const Where& where) {
    const std::string written = text;
    const std::size_t comma = text.find(',');
    if (separator_ != ',' && comma != std::string::npos && comma == text.rfind(',') &&
        text.find('.') == std::string::npos)
        text[comma] = '.';
    const auto decimal = canonical_decimal(text);
    if (!decimal) {
        if (!told_)
            find(field, where, fmt::format("{}: {}", field.name, decimal.error().cause),
                 decimal.error().hint);
        return nullptr;
    }
    if (separator_ != ',' && text.find('.') != std::string::npos) {
        // 1.500 in a file that writes 12,5 may be fifteen hundred: not to be guessed.
        const bool has_comma = comma != std::string::npos;
        const std::string& other = has_comma ? with_point_ : with_comma_;
        if (!other.empty())
            find(field, where,
                 fmt::format("{}: '{}' is written with a {}, and {} with a {}", field.name, written,
                             has_comma ? "comma" : "point", other, has_comma ? "point" : "comma"),
                 "write all decimals of a file in one way");
        std::string& first = has_comma ? with_comma_ : with_point_;
        if (first.empty())
            first = fmt::format(
                "'{}' in {}", written,
                Where{where.file.substr(where.file.rfind('/') + 1), where.row, where.column}.text());
    }
    return *decimal;
}

Json Cells::file(const Field& field, const std::string& text, const Where& where) {
    auto named = kept_.named(text);
    if (!named) {
        find(field, where, fmt::format("the file '{}' in files/ cannot be read", text),
             "check who may read it");
        return nullptr;
    }
    if (named->is_null())
        find(field, where, fmt::format("there is no file '{}' in files/", text),
             "put it there, or correct its name");
    return *std::move(named);
}

std::string Where::text() const {
    return place(file, row, column);
}

Result<Json> read_cell(const Field& field, std::string_view text) {
    const std::string written = trimmed(text);
    if (written.empty()) return Json();
    Findings findings;
    KeptFiles none;
    const ReadOptions options;
    Json value = Cells(findings, options, ',', none).read(field, written, {"", 0, 0});
    if (findings.empty()) return value;
    Finding first = findings.told().front();
    // A form has no options.
    first.hint = first.hint.substr(0, first.hint.find("; or say --"));
    // The field stands beside the cell that it is read from.
    const std::string named = std::string(field.name) + ": ";
    return fail(ErrorCode::invalid_input, "read a value",
                first.cause.starts_with(named) ? first.cause.substr(named.size()) : first.cause, first.hint);
}

void KeptFiles::add(const Source& source) {
    sources_.emplace(source.name.substr(kFiles.size()), &source);
}

Result<Json> KeptFiles::named(const std::string& name) {
    if (const auto known = known_.find(name); known != known_.end()) return known->second;
    const auto source = sources_.find(name);
    if (source == sources_.end()) return Json();
    TAMGA_ASSIGN(std::string content, read_whole(*source->second));
    const std::string sha256 = crypto::hex(crypto::sha256(content));
    const Json value = {
        {"name", name}, {"sha256", sha256}, {"size", content.size()}, {"media_type", media_type(name)}};
    bytes_ += content.size();
    taken_.try_emplace(sha256, journal::File{sha256, std::move(content)});
    known_.emplace(name, value);
    return value;
}

std::vector<journal::File> KeptFiles::take() {
    std::vector<journal::File> files;
    for (auto& [sha256, file] : std::exchange(taken_, {})) files.push_back(std::move(file));
    bytes_ = 0;
    return files;
}

}  // namespace tamga::folder
