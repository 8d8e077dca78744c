#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "csv/csv.hpp"
#include "folder/folder.hpp"
#include "folder/names.hpp"
#include "journal/list_row.hpp"

namespace tamga::folder {

namespace {

namespace fs = std::filesystem;

constexpr int kRedirectSteps = 16;

std::string member_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == ';' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

/// What has no language first, then the interface's languages.
std::vector<std::string> in_order(std::set<std::string> tags) {
    std::vector<std::string> out;
    if (tags.erase("")) out.emplace_back();
    for (const std::string_view tag : languages())
        if (tags.erase(std::string(tag))) out.emplace_back(tag);
    out.insert(out.end(), tags.begin(), tags.end());
    return out;
}

}  // namespace

std::string cell(const Field& field, const Json& value) {
    switch (field.type) {
        case FieldType::integer:
            return value.dump();
        case FieldType::boolean:
            return value.get<bool>() ? "yes" : "no";
        case FieldType::file:
            return value["name"];
        case FieldType::links:
        case FieldType::any_links:
        case FieldType::strings:
        case FieldType::citations: {
            std::string out;
            for (const Json& member : value) {
                if (!out.empty()) out += ';';
                if (field.type == FieldType::citations) {
                    out += member["source"].get_ref<const std::string&>();
                    if (member.contains("locator"))
                        out += "#" + member_text(member["locator"].get_ref<const std::string&>());
                } else {
                    out += member_text(member.get_ref<const std::string&>());
                }
            }
            return out;
        }
        default:
            return value;
    }
}

TableWriter::TableWriter(Kind kind, csv::For reader, const std::set<std::string>& columns) : reader_(reader) {
    for (const Field& field : info(kind).fields) {
        if (!has_languages(field.type)) {
            if (columns.contains(std::string(field.name))) columns_.push_back({&field, ""});
            continue;
        }
        std::set<std::string> tags;
        for (const std::string& column : columns) {
            const std::size_t at = std::min(column.find('@'), column.size());
            if (column.substr(0, at) == field.name)
                tags.insert(column.substr(std::min(at + 1, column.size())));
        }
        for (std::string& tag : in_order(std::move(tags))) columns_.push_back({&field, std::move(tag)});
    }
}

std::vector<std::string> TableWriter::names() const {
    std::vector<std::string> cells{"id"};
    for (const Column& column : columns_) cells.push_back(journal::column_of(*column.field, column.tag));
    return cells;
}

bool TableWriter::holds_numbers(std::size_t column) const {
    if (column == 0) return false;
    const FieldType type = columns_[column - 1].field->type;
    return type == FieldType::decimal || type == FieldType::integer;
}

std::vector<std::string> TableWriter::cells(const Record& record) const {
    std::vector<std::string> cells{record.name.id};
    for (const Column& column : columns_) {
        cells.emplace_back();
        const auto value = record.body.find(column.field->name);
        if (value == record.body.end()) continue;
        if (column.tag.empty()) {
            if (!has_languages(column.field->type) || value->is_string())
                cells.back() = cell(*column.field, *value);
        } else if (const auto text = value->find(column.tag); text != value->end())
            cells.back() = *text;
    }
    return cells;
}

std::string TableWriter::line(const std::vector<std::string>& cells) const {
    std::string out;
    csv::append_row(out, cells, reader_);
    return out;
}

std::string write_table(Kind kind, const std::vector<Record>& records, csv::For reader) {
    std::set<std::string> columns;
    for (const Record& record : records) journal::add_columns(kind, record.body, columns);
    const TableWriter writer(kind, reader, columns);
    std::string out = writer.header();
    for (const Record& record : records) out += writer.row(record);
    return out;
}

namespace {

/// The kept files of a folder: each once, under a name of its own.
class KeptFiles {
  public:
    /// Gives the record's files the names that they have in the folder.
    void name(Record& record) {
        for (const Field& field : info(record.name.kind).fields) {
            if (field.type != FieldType::file || !record.body.contains(field.name)) continue;
            Json& file = record.body[std::string(field.name)];
            const std::string sha256 = file["sha256"];
            // Two files of one name: the later one is told apart by the start of its hash.
            std::string name = file["name"];
            if (const auto taken = names_.find(name); taken != names_.end() && taken->second != sha256)
                file["name"] = name = fmt::format("{}-{}", sha256.substr(0, 8), name);
            if (names_.emplace(name, sha256).second) of_.emplace(std::move(name), record.name);
        }
    }
    Result<void> write(const query::View& view, const Sink& sink) const {
        for (const auto& [name, sha256] : names_) {
            TAMGA_ASSIGN(const auto content, view.file(sha256));
            if (!content)
                return fail(ErrorCode::corrupt, "export the register",
                            fmt::format("the file {} of {} is missing", name, of_.at(name).text()),
                            "run: tamga verify");
            TAMGA_TRY(sink.begin("files/" + name));
            TAMGA_TRY(sink.add(*content));
        }
        return {};
    }

  private:
    std::map<std::string, std::string> names_;  ///< name → SHA-256
    std::map<std::string, RecordId> of_;        ///< Whose they are.
};

/// "redirects.csv", empty if there are none: earlier ids and where they lead now.
Result<std::string> redirects_table(const query::View& view) {
    TAMGA_ASSIGN(const auto redirects, view.redirects());
    std::map<RecordId, std::string> next;
    for (const auto& redirect : redirects) next.emplace(redirect.from, redirect.to);
    std::string table = "kind,from,to\r\n";
    bool any = false;
    for (const auto& [from, to] : next) {
        RecordId end{from.kind, to};
        for (int step = 0; step < kRedirectSteps; ++step) {
            const auto further = next.find(end);
            if (further == next.end()) break;
            end.id = further->second;
        }
        TAMGA_ASSIGN(const auto record, view.find(end));
        if (!record) continue;
        csv::append_row(table, {std::string(info(from.kind).name), from.id, end.id});
        any = true;
    }
    return any ? table : std::string();
}

}  // namespace

Result<void> write_files(const query::View& view, const Sink& sink) {
    KeptFiles kept;
    for (const KindInfo& kind : kinds()) {
        std::optional<TableWriter> table;
        const auto write = [&](const query::Snapshot& snapshot) -> Result<void> {
            if (!table) {
                TAMGA_ASSIGN(const auto columns, view.columns(kind.kind));
                table.emplace(kind.kind, csv::For::exchange, columns);
                TAMGA_TRY(sink.begin(std::string(kind.plural) + ".csv"));
                TAMGA_TRY(sink.add(table->header()));
            }
            // Of one whose text was erased there is nothing to tell.
            if (snapshot.redacted) return {};
            Record record{snapshot.name, snapshot.body};
            kept.name(record);
            return sink.add(table->row(record));
        };
        TAMGA_TRY(view.each(kind.kind, write));
    }
    TAMGA_TRY(kept.write(view, sink));
    TAMGA_ASSIGN(const std::string redirects, redirects_table(view));
    if (redirects.empty()) return {};
    TAMGA_TRY(sink.begin("redirects.csv"));
    return sink.add(redirects);
}

Result<std::vector<File>> files_of(const query::View& view) {
    std::vector<File> files;
    TAMGA_TRY(write_files(view, {.begin = [&](const std::string& name) -> Result<void> {
                                     files.push_back({name, {}});
                                     return {};
                                 },
                                 .add = [&](std::string_view bytes) -> Result<void> {
                                     files.back().content += bytes;
                                     return {};
                                 }}));
    std::ranges::sort(files, {}, &File::name);
    return files;
}

File blank_file(const KindInfo& kind) {
    std::vector<std::string> cells{"id"};
    for (const Field& field : kind.fields) {
        if (!has_languages(field.type))
            cells.emplace_back(field.name);
        else
            for (const std::string_view tag : languages())
                cells.push_back(fmt::format("{}@{}", field.name, tag));
    }
    std::string content = "\xEF\xBB\xBF";
    csv::append_row(content, cells);
    return {std::string(kind.plural) + ".csv", std::move(content)};
}

Result<void> save(const std::vector<File>& files, const fs::path& path) {
    const auto refuse = [&](ErrorCode code, const fs::path& at, std::string cause, std::string hint) {
        return fail(code, "write a register folder", std::move(cause), std::move(hint), at.string());
    };
    std::error_code error;
    if (fs::exists(path, error) && (!fs::is_directory(path, error) || !fs::is_empty(path, error)))
        return refuse(ErrorCode::conflict, path, "it is there already and holds something",
                      "name a folder that is empty or not there");
    for (const File& file : files) {
        const fs::path to = path / file.name;
        fs::create_directories(to.parent_path(), error);
        std::ofstream out(to, std::ios::binary);
        out.write(file.content.data(), static_cast<std::streamsize>(file.content.size()));
        out.close();
        if (error || !out)
            return refuse(ErrorCode::io, to, "it cannot be written", "check the disk and who may write");
    }
    return {};
}

}  // namespace tamga::folder
