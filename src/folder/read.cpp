#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "crypto/sha256.hpp"
#include "csv/csv.hpp"
#include "folder/folder.hpp"

namespace tamga::folder {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kFileLimit = 256u << 20;
constexpr std::size_t kFindingLimit = 1000;
constexpr std::string_view kRedirects = "redirects.csv";
constexpr std::string_view kFiles = "files/";

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

std::string place(std::string_view file, int row, int column) {
    return fmt::format("{}:{}:{}", file, row, column);
}
std::string place(const File& file, int row, int column) {
    return place(file.path.empty() ? file.name : file.path, row, column);
}

/// The kind whose plural is the file's name without ".csv".
std::optional<Kind> kind_of_file(std::string_view name) {
    if (!name.ends_with(".csv")) return std::nullopt;
    name.remove_suffix(4);
    return kind_of_plural(name);
}

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\n");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\n") - first + 1));
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

/// The names nearest to a mistyped one: a hint that saves a look into the documentation.
std::string column_hint(const KindInfo& kind, std::string_view name) {
    std::string names;
    for (const Field& field : kind.fields)
        if (field.name.starts_with(name.substr(0, 3)))
            names += fmt::format("{}{}{}", names.empty() ? "" : ", ", field.name,
                                 field.type == FieldType::text ? "@en" : "");
    if (!names.empty()) return "did you mean " + names + "?";
    return fmt::format("the columns of {}.csv are told in docs/formats/register-folder.md", kind.plural);
}

struct Header {
    const Field* field = nullptr;  ///< Null: the id, or a column that is not understood.
    std::string language;
    bool is_id = false;
};

}  // namespace

namespace {

/// Reads one file of a folder. `name` is its name in the register folder.
Result<File> load_file(const fs::path& path, std::string name) {
    const auto refuse = [&](ErrorCode code, std::string cause, std::string hint) {
        return fail(code, "read a register folder", std::move(cause), std::move(hint), path.string());
    };
    std::error_code error;
    if (fs::symlink_status(path, error).type() != fs::file_type::regular)
        return refuse(ErrorCode::invalid_input, "it is not a plain file", "put a copy of the file here");
    if (name.ends_with(".csv") && name != kRedirects && !kind_of_file(name) && !name.starts_with(kFiles))
        return refuse(ErrorCode::invalid_input, "no kind of record has this name",
                      "files are called parties.csv, commitments.csv and so on");
    const std::uintmax_t size = fs::file_size(path, error);
    if (!error && size > kFileLimit)
        return refuse(ErrorCode::out_of_range, "the file is larger than 256 MiB",
                      "split it, or keep it elsewhere and cite it");
    std::ifstream in(path, std::ios::binary);
    std::string content(error ? 0 : static_cast<std::size_t>(size), '\0');
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (error || !in) return refuse(ErrorCode::io, "the file cannot be read", "check who may read it");
    return File{std::move(name), std::move(content), path.string()};
}

}  // namespace

Result<std::vector<File>> load(const fs::path& path) {
    const auto refuse = [&](ErrorCode code, std::string cause) {
        return fail(code, "read a register folder", std::move(cause),
                    "name a folder that holds parties.csv and so on", path.string());
    };
    std::vector<File> files;
    std::error_code error;
    if (fs::is_regular_file(path, error)) {
        if (path.extension() != ".csv") return refuse(ErrorCode::invalid_input, "it is not a CSV file");
        TAMGA_ASSIGN(File file, load_file(path, path.filename().string()));
        files.push_back(std::move(file));
        return files;
    }
    if (!fs::is_directory(path, error)) return refuse(ErrorCode::not_found, "there is no such folder");
    for (const bool in_files : {false, true}) {
        const fs::path folder = in_files ? path / "files" : path;
        if (in_files && !fs::is_directory(folder, error)) break;
        for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
             entry.increment(error)) {
            const std::string name = entry->path().filename().string();
            if (name.starts_with('.') || (!in_files && !name.ends_with(".csv"))) continue;
            TAMGA_ASSIGN(File file, load_file(entry->path(), (in_files ? std::string(kFiles) : "") + name));
            files.push_back(std::move(file));
        }
        if (error) return refuse(ErrorCode::io, error.message());
    }
    if (files.empty()) return refuse(ErrorCode::not_found, "the folder holds no register");
    std::ranges::sort(files, {}, &File::name);
    return files;
}

/// Reads the tables of one folder.
class Reader {
  public:
    Reader(Changes& out, std::vector<Finding>& findings) : out_(out), findings_(findings) {}

    void read(const std::vector<File>& files) {
        for (const File& file : files)
            if (file.name.starts_with(kFiles)) kept_.emplace(file.name.substr(kFiles.size()), &file);
        // Renames go first: what follows is told under the new ids.
        for (const File& file : files)
            if (file.name == kRedirects) read_redirects(file);
        for (const KindInfo& kind : kinds())
            for (const File& file : files)
                if (kind_of_file(file.name) == kind.kind) read_table(kind, file);
    }

  private:
    void find(std::string where, std::string cause, std::string hint) {
        if (findings_.size() < kFindingLimit)
            findings_.push_back({std::move(where), std::move(cause), std::move(hint)});
    }

    std::vector<csv::Row> rows_of(const File& file) {
        std::vector<csv::Problem> problems;
        std::vector<csv::Row> rows = csv::parse(file.content, problems);
        for (csv::Problem& problem : problems)
            find(place(file, problem.row, problem.column), std::move(problem.cause), std::move(problem.hint));
        return rows;
    }

    void read_redirects(const File& file) {
        const std::vector<csv::Row> rows = rows_of(file);
        std::vector<std::string> header;
        if (!rows.empty())
            for (const csv::Cell& cell : rows[0]) header.push_back(trimmed(cell.text));
        if (header != std::vector<std::string>{"kind", "from", "to"})
            return find(place(file, 1, 1), "its columns are not kind, from, to",
                        "write kind,from,to in the first line");
        out_.tables_.push_back({{"id", 2}, {"to", 3}});
        for (std::size_t i = 1; i < rows.size(); ++i) {
            const csv::Row& row = rows[i];
            if (row.size() != 3) {
                find(place(file, row[0].row, 1),
                     fmt::format("the row has {} cells and the first line 3", row.size()),
                     "write kind,from,to");
                continue;
            }
            const auto kind = kind_named(trimmed(row[0].text));
            if (!kind) {
                find(place(file, row[0].row, 1), fmt::format("'{}' is not a kind", row[0].text),
                     "write party, commitment or another kind");
                continue;
            }
            add({.verb = journal::Verb::rename,
                 .name = {*kind, trimmed(row[1].text)},
                 .to = trimmed(row[2].text)},
                file, row[0].row);
        }
    }

    void read_table(const KindInfo& kind, const File& file) {
        const std::vector<csv::Row> rows = rows_of(file);
        if (rows.empty())
            return find(place(file, 1, 1), "the file is empty",
                        "write the columns' names in the first line, or leave the file out");
        const std::vector<Header> headers = read_header(kind, file, rows[0]);
        for (std::size_t i = 1; i < rows.size(); ++i) {
            const csv::Row& row = rows[i];
            // Spreadsheets leave rows of nothing but commas behind.
            if (std::ranges::all_of(row, [](const csv::Cell& cell) { return trimmed(cell.text).empty(); }))
                continue;
            if (row.size() != headers.size())
                find(place(file, row[0].row, 1),
                     fmt::format("the row has {} cells and the first line {}", row.size(), headers.size()),
                     "check the commas and quotation marks of this row");
            read_row(kind, file, headers, row);
        }
    }

    std::vector<Header> read_header(const KindInfo& kind, const File& file, const csv::Row& row) {
        std::vector<Header> headers;
        std::vector<Changes::Column> columns;
        std::set<std::string> seen;
        for (const csv::Cell& cell : row) {
            Header header;
            const std::string name = trimmed(cell.text);
            const std::string where = place(file, cell.row, cell.column);
            const std::size_t at = name.find('@');
            header.is_id = name == "id";
            header.field = kind.field(name.substr(0, at));
            if (!seen.insert(name).second) {
                find(where, fmt::format("the column '{}' is there twice", name), "keep one of them");
                header = {};
            } else if (!header.is_id && !header.field) {
                find(where, fmt::format("{} have no column '{}'", kind.plural, name),
                     column_hint(kind, name));
            } else if (header.field && header.field->type == FieldType::text) {
                if (at == std::string::npos) {
                    find(where, fmt::format("the column '{}' does not say its language", name),
                         fmt::format("write {}@en, {}@zh or another language", name, name));
                    header.field = nullptr;
                } else {
                    header.language = name.substr(at + 1);
                }
            } else if (at != std::string::npos) {
                find(where, fmt::format("the column '{}' is not a text with a language", name),
                     fmt::format("write {}", name.substr(0, at)));
                header.field = nullptr;
            }
            if (header.is_id || header.field)
                columns.push_back({header.is_id ? "id" : std::string(header.field->name), cell.column});
            headers.push_back(std::move(header));
        }
        if (!seen.contains("id"))
            find(place(file, 1, 1), "there is no column 'id'",
                 "give each row an id of its own: lower-case letters, digits and hyphens");
        out_.tables_.push_back(std::move(columns));
        return headers;
    }

    void read_row(const KindInfo& kind, const File& file, const std::vector<Header>& headers,
                  const csv::Row& row) {
        journal::Change change{.name = {kind.kind, ""}, .body = Json::object()};
        for (std::size_t i = 0; i < std::min(row.size(), headers.size()); ++i) {
            const Header& header = headers[i];
            const std::string text = trimmed(row[i].text);
            if (header.is_id) change.name.id = text;
            if (!header.field || text.empty()) continue;
            Json value = read_cell(*header.field, text, place(file, row[i].row, row[i].column));
            if (value.is_null()) continue;
            Json& member = change.body[std::string(header.field->name)];
            if (header.field->type == FieldType::text)
                member[header.language] = std::move(value);
            else
                member = std::move(value);
        }
        if (!change.name.id.empty())
            add(std::move(change), file, row[0].row);
        else if (std::ranges::any_of(headers, &Header::is_id))
            find(place(file, row[0].row, column_of("id")), "the row has no id",
                 "give it an id of its own: lower-case letters, digits and hyphens");
    }

    /// The value of a cell; null, with a finding, if it has none.
    Json read_cell(const Field& field, const std::string& text, const std::string& where) {
        switch (field.type) {
            case FieldType::integer: {
                long value = 0;
                const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
                if (bad == std::errc() && end == text.data() + text.size()) return value;
                find(where, fmt::format("{} '{}' is not a whole number", field.name, text),
                     "write digits only, such as 3");
                return nullptr;
            }
            case FieldType::boolean:
                if (text == "yes" || text == "no") return text == "yes";
                find(where, fmt::format("{} '{}' is neither yes nor no", field.name, text),
                     "write yes or no");
                return nullptr;
            case FieldType::decimal: {
                const auto decimal = canonical_decimal(text);
                if (decimal) return *decimal;
                find(where, fmt::format("{}: {}", field.name, decimal.error().cause), decimal.error().hint);
                return nullptr;
            }
            case FieldType::links:
            case FieldType::any_links:
            case FieldType::strings:
                return members(text);
            case FieldType::citations: {
                Json list = Json::array();
                for (const std::string& member : members(text)) {
                    const std::size_t hash = member.find('#');
                    Json citation{{"source", trimmed(member.substr(0, hash))}};
                    if (hash != std::string::npos) citation["locator"] = trimmed(member.substr(hash + 1));
                    list.push_back(std::move(citation));
                }
                return list;
            }
            case FieldType::file: {
                const auto kept = kept_.find(text);
                if (kept == kept_.end()) {
                    find(where, fmt::format("there is no file '{}' in files/", text),
                         "put it there, or correct its name");
                    return nullptr;
                }
                const std::string& content = kept->second->content;
                const std::string sha256 = crypto::hex(crypto::sha256(content));
                if (taken_.insert(sha256).second) out_.files_.push_back({sha256, content});
                return {{"name", text},
                        {"sha256", sha256},
                        {"size", content.size()},
                        {"media_type", media_type(text)}};
            }
            default:
                return text;
        }
    }

    int column_of(std::string_view field) const {
        for (const Changes::Column& column : out_.tables_.back())
            if (column.field == field) return column.column;
        return 1;
    }

    void add(journal::Change change, const File& file, int row) {
        out_.changes_.push_back(std::move(change));
        out_.places_.push_back(
            {file.path.empty() ? file.name : file.path, row, static_cast<int>(out_.tables_.size()) - 1});
    }

    Changes& out_;
    std::vector<Finding>& findings_;
    std::map<std::string, const File*> kept_;
    std::set<std::string> taken_;
};

Changes Changes::read(const std::vector<File>& files, std::vector<Finding>& findings) {
    Changes changes;
    Reader(changes, findings).read(files);
    return changes;
}

Result<void> Changes::withdraw_missing(const query::View& view, const std::string& reason) {
    std::set<RecordId> named;
    for (const journal::Change& change : changes_) {
        named.insert(change.name);
        if (change.verb == journal::Verb::rename) named.insert({change.name.kind, change.to});
    }
    // What links goes before what it links to.
    for (auto kind = kinds().rbegin(); kind != kinds().rend(); ++kind) {
        TAMGA_ASSIGN(const auto records, view.all(kind->kind));
        for (const query::SnapshotPtr& record : records) {
            if (named.contains(record->name)) continue;
            changes_.push_back({.verb = journal::Verb::withdraw, .name = record->name, .reason = reason});
            places_.push_back({std::string(kind->plural) + ".csv"});
        }
    }
    return {};
}

Finding Changes::finding(const journal::Refusal& refusal) const {
    const Place& at = places_[refusal.index];
    const Problem& problem = refusal.problem;
    Finding finding{at.file,
                    problem.field.empty() || problem.field == "id" || problem.field == "to"
                        ? problem.cause
                        : problem.field + ": " + problem.cause,
                    problem.hint};
    if (at.table < 0) return finding;
    int column = 1;
    for (const Column& candidate : tables_[static_cast<std::size_t>(at.table)])
        if (candidate.field == problem.field) {
            column = candidate.column;
            break;
        }
    finding.place = place(at.file, at.row, column);
    return finding;
}

void Changes::sort(std::vector<Finding>& findings) {
    const auto key = [](const Finding& finding) {
        // "file:row:column"; a file's name holds no colon.
        const std::size_t first = finding.place.find(':');
        int row = 0, column = 0;
        if (first != std::string::npos) std::sscanf(finding.place.c_str() + first, ":%d:%d", &row, &column);
        return std::tuple(finding.place.substr(0, first), row, column);
    };
    std::ranges::stable_sort(findings, {}, key);
}

}  // namespace tamga::folder
