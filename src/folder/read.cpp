#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/lookalike.hpp"
#include "folder/names.hpp"
#include "folder/reader.hpp"

namespace tamga::folder {

namespace {

/// Bytes of kept files from which on a part ends.
constexpr std::size_t kFilesAtOnce = 16u << 20;

/// The names nearest to a mistyped one: a hint that saves a look into the documentation.
std::string column_hint(const KindInfo& kind, std::string_view name) {
    std::string names;
    for (const Field& field : kind.fields)
        if (field.name.starts_with(name.substr(0, 3)))
            names += fmt::format("{}{}{}", names.empty() ? "" : ", ", field.name,
                                 has_languages(field.type) ? "@en" : "");
    if (!names.empty()) return "did you mean " + names + "?";
    return fmt::format("the columns of {}.csv are told in docs/formats/register-folder.md", kind.plural);
}

std::string text_of_cell(const csv::Cell& cell) {
    return trimmed(csv::unguarded(cell.text));
}

bool is_empty(const csv::Cell& cell) {
    return trimmed(cell.text).empty();
}

}  // namespace

Reader::Reader(std::vector<Source> sources, Findings& findings, const ReadOptions& options)
    : sources_(std::move(sources)), findings_(findings), options_(options) {
    // Renames go first: what follows is told under the new ids.
    for (const Source& source : sources_)
        if (source.name == kRedirects) jobs_.push_back({&source, nullptr});
    for (const KindInfo& kind : kinds())
        for (const Source& source : sources_)
            if (kind_of_file(source.name) == kind.kind) jobs_.push_back({&source, &kind});
    for (const Source& source : sources_)
        if (source.name.starts_with(kFiles)) kept_.add(source);
}

Result<bool> Reader::read(Changes& out, std::size_t most) {
    out.tables_ = tables_;
    bool more = true;
    while (more && out.changes_.size() < most && kept_.taken() < kFilesAtOnce) {
        if (!open_) {
            TAMGA_ASSIGN(more, open_next(out));
            continue;
        }
        TAMGA_ASSIGN(const bool row, next_row());
        if (!row)
            open_.reset();
        else if (open_->job.kind)
            add_row(out);
        else
            add_redirect(out);
    }
    for (journal::File& file : kept_.take()) out.files_.push_back(std::move(file));
    return more;
}

void Reader::find(std::string where, std::string cause, std::string hint, std::string like) {
    findings_.add({std::move(where), std::move(cause), std::move(hint), std::move(like)});
}

std::string Reader::here(int row, int column) const {
    return place(file(), row, column);
}

/// Reads a row of the open file into row_.
Result<bool> Reader::next_row() {
    std::vector<csv::Problem> problems;
    auto read = std::visit([&](auto& rows) { return rows.next(row_, problems); }, open_->rows);
    for (csv::Problem& problem : problems)
        find(here(problem.row, problem.column), problem.cause, std::move(problem.hint), problem.cause);
    return read;
}

/// Opens the next file and reads its first line; false where there is none.
Result<bool> Reader::open_next(Changes& out) {
    if (next_job_ == jobs_.size()) return false;
    const Job job = jobs_[next_job_++];
    TAMGA_ASSIGN(Rows rows, rows_of(*job.source));
    open_ = std::make_unique<Open>(Open{job, std::move(rows), tables_->tables.size()});
    tables_->tables.push_back({job.source->path.empty() ? job.source->name : job.source->path,
                               job.kind ? job.kind->kind : Kind{}, !job.kind});
    TAMGA_ASSIGN(const bool any, next_row());
    if (!any) row_.clear();
    if (job.kind)
        begin_table(out);
    else
        begin_redirects();
    return true;
}

void Reader::begin_redirects() {
    std::vector<std::string> header;
    for (const csv::Cell& cell : row_) header.push_back(trimmed(cell.text));
    if (header == std::vector<std::string>{"kind", "from", "to"}) {
        tables_->tables.back().columns = {{"id", "", 2}, {"to", "", 3}};
        return;
    }
    find(here(1, 1), "its columns are not kind, from, to", "write kind,from,to in the first line");
    open_.reset();
}

void Reader::add_redirect(Changes& out) {
    if (std::ranges::any_of(row_, &csv::Cell::told)) return;
    if (row_.size() != 3)
        return find(here(row_[0].row, 1),
                    fmt::format("the row has {} cells and the first line 3", row_.size()),
                    "write kind,from,to");
    const auto kind = kind_named(trimmed(row_[0].text));
    if (!kind)
        return find(here(row_[0].row, 1), fmt::format("'{}' is not a kind", row_[0].text),
                    "write party, commitment or another kind");
    journal::Change change{
        .verb = journal::Verb::rename, .name = {*kind, trimmed(row_[1].text)}, .to = trimmed(row_[2].text)};
    tables_->earlier.emplace(RecordId{*kind, change.to}, change.name);
    add(out, std::move(change));
}

void Reader::begin_table(Changes& out) {
    if (row_.empty()) {
        const char* const what = is_sheet(file()) ? "sheet" : "file";
        find(here(1, 1), fmt::format("the {} is empty", what),
             fmt::format("write the columns' names in the first line, or leave the {} out", what));
        open_.reset();
        return;
    }
    read_header(row_);
    out.kinds_.insert(open_->job.kind->kind);
    // In a sheet numbers are numbers: a comma in one that is text is as in a file with commas.
    const auto* const text = std::get_if<csv::Reader>(&open_->rows);
    open_->cells.emplace(findings_, options_, text ? text->separator() : ',', kept_);
}

void Reader::read_header(const csv::Row& row) {
    const KindInfo& kind = *open_->job.kind;
    std::vector<Column> columns;
    std::set<std::string> seen;
    for (const csv::Cell& cell : row) {
        Header header;
        const std::string where = here(cell.row, cell.column);
        const std::string name = column_name(text_of_cell(cell), where);
        if (name.empty()) {
            open_->headers.push_back({});
            continue;
        }
        header.name = name;
        const std::size_t at = name.find('@');
        header.is_id = name == "id";
        header.field = kind.field(name.substr(0, at));
        if (!seen.insert(name).second) {
            find(where, fmt::format("the column '{}' is there twice", name), "keep one of them");
            header = {};
            header.name = name;
        } else if (name.ends_with(kDerivedColumn)) {
            header.field = nullptr;
        } else if (!header.is_id && !header.field) {
            find(where, fmt::format("{} have no column '{}'", kind.plural, name), column_hint(kind, name));
        } else if (header.field && has_languages(header.field->type)) {
            if (at != std::string::npos) {
                header.language = name.substr(at + 1);
            } else if (header.field->type == FieldType::text) {
                find(where, fmt::format("the column '{}' does not say its language", name),
                     fmt::format("write {}@en, {}@zh or another language", name, name));
                header.field = nullptr;
            }
        } else if (at != std::string::npos) {
            find(where, fmt::format("the column '{}' is not a text with a language", name),
                 fmt::format("write {}", name.substr(0, at)));
            header.field = nullptr;
        }
        if (header.is_id || header.field)
            columns.push_back(
                {header.is_id ? "id" : std::string(header.field->name), header.language, cell.column});
        open_->headers.push_back(std::move(header));
    }
    if (!seen.contains("id"))
        find(here(1, 1), "there is no column 'id'",
             "give each row an id of its own: lower-case letters, digits and hyphens");
    tables_->tables.back().columns = std::move(columns);
}

/// A column's name as it was meant: a look-alike in it is told.
std::string Reader::column_name(const std::string& text, const std::string& where) {
    const auto odd = first_lookalike(text);
    if (!odd) return text;
    std::string meant = trimmed(without_lookalikes(text));
    find(where, fmt::format("the column '{}' holds {} as its character {}", text, odd->told, odd->where),
         fmt::format("write '{}'", meant));
    return meant;
}

void Reader::add_row(Changes& out) {
    // Spreadsheets leave rows of nothing but commas behind, and empty columns after the last one.
    if (std::ranges::all_of(row_, is_empty)) return;
    const std::vector<Header>& headers = open_->headers;
    const std::string& file = tables_->tables[open_->table].file;
    const auto both = static_cast<std::ptrdiff_t>(std::min(row_.size(), headers.size()));
    if (!std::all_of(row_.begin() + both, row_.end(), is_empty) ||
        std::any_of(headers.begin() + both, headers.end(), [](const Header& h) { return !h.name.empty(); }))
        find(here(row_[0].row, 1),
             fmt::format("the row has {} cells and the first line {}", row_.size(), headers.size()),
             is_sheet(file) ? "name all columns in the first line"
                            : "check the commas and quotation marks of this row",
             "cells");
    Cells& cells = *open_->cells;
    journal::Change change{.name = {open_->job.kind->kind, ""}, .body = Json::object()};
    std::vector<std::string> told;
    bool id_told = false;
    for (std::size_t i = 0; i < static_cast<std::size_t>(both); ++i) {
        const Header& header = headers[i];
        const std::string text = text_of_cell(row_[i]);
        const Where where{file, row_[i].row, row_[i].column};
        if (row_[i].told) {
            id_told = id_told || header.is_id;
            if (header.is_id || header.field)
                told.emplace_back(header.is_id ? std::string("id") : std::string(header.field->name));
            continue;
        }
        if (header.is_id) {
            change.name.id = cells.id("id", text, where);
            if (cells.told()) told.emplace_back("id");
        }
        if (header.name.empty() && !text.empty())
            find(where.text(), fmt::format("the column has no name, and here '{}'", text),
                 "name it in the first line, or empty it", "no name");
        if (!header.field) continue;
        // What cannot be seen states nothing: a title of one no-break space.
        if (is_blank(text)) continue;
        Json value = cells.read(*header.field, text, where);
        if (cells.told()) told.emplace_back(header.field->name);
        if (value.is_null()) continue;
        Json& member = change.body[std::string(header.field->name)];
        if (!member.is_null() && header.language.empty() != member.is_string())
            find(where.text(),
                 fmt::format("{} has a language in one column and none in another", header.field->name),
                 "empty one of them", std::string(header.field->name));
        else if (header.language.empty())
            member = std::move(value);
        else
            member[header.language] = std::move(value);
    }
    if (!change.name.id.empty()) {
        for (std::string& field : told) out.told_.emplace(out.changes_.size(), std::move(field));
        add(out, std::move(change));
    } else if (!id_told && std::ranges::any_of(headers, &Header::is_id)) {
        const auto& columns = tables_->tables[open_->table].columns;
        const auto id = std::ranges::find(columns, "id", &Column::field);
        find(here(row_[0].row, id == columns.end() ? 1 : id->column), "the row has no id",
             "give it an id of its own: lower-case letters, digits and hyphens", "no id");
    }
}

void Reader::add(Changes& out, journal::Change change) {
    out.changes_.push_back(std::move(change));
    out.places_.push_back({row_[0].row, open_->table});
}

Changes Changes::read(const std::vector<File>& files, Findings& findings, const ReadOptions& options) {
    std::vector<Source> sources;
    for (const File& file : files) sources.push_back({file.name, file.path, file.content});
    Reader reader(std::move(sources), findings, options);
    Changes changes;
    // What is in memory can be read, up to its end.
    while (reader.read(changes, static_cast<std::size_t>(-1)).value_or(false)) continue;
    return changes;
}

}  // namespace tamga::folder
