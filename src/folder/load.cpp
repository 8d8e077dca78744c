#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <span>
#include <system_error>
#include <tuple>

#include "folder/cells.hpp"
#include "folder/folder.hpp"
#include "folder/names.hpp"
#include "sheet/sheet.hpp"

namespace tamga::folder {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kFileLimit = 256u << 20;

/// True for what programs leave beside a file that they have open or have changed: locks of spreadsheets,
/// copies of editors, what macOS keeps of a file on a disk that is not its own.
bool is_leftover(std::string_view name) {
    return name.starts_with("~") || name.starts_with(".~") || name.starts_with("._") ||
           name.starts_with("#") || name.starts_with(".#") || name.ends_with("~") || name.ends_with(".bak") ||
           name.ends_with(".swp") || name.ends_with(".tmp") || name.ends_with(".orig");
}

/// Looks at one file of a folder. `name` is its name in the register folder.
Result<Source> look_at(const fs::path& path, std::string name) {
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
    if (error) return refuse(ErrorCode::io, "the file cannot be read", "check who may read it");
    if (name.starts_with(kFiles) && size > kFileLimit)
        return refuse(ErrorCode::out_of_range, "the file is larger than 256 MiB",
                      "split it, or keep it elsewhere and cite it");
    return Source{std::move(name), path.string()};
}

bool is_workbook(std::string_view name) {
    return name.ends_with(".xlsx") || name.ends_with(".ods");
}

/// True for a file of a folder that holds tables.
bool holds_tables(std::string_view name) {
    return name.ends_with(".csv") || is_workbook(name);
}

/// The names that sheets are read by.
std::string sheet_names() {
    std::string names;
    for (const KindInfo& kind : kinds()) names += std::string(kind.plural) + ", ";
    return names + "redirects";
}

/// Adds the sheets of a workbook that are a register's.
Result<void> find_sheets(const fs::path& path, std::vector<Source>& files,
                         std::vector<PassedOver>* passed_over) {
    TAMGA_ASSIGN(auto opened, sheet::Workbook::open(path.string()));
    const auto workbook = std::make_shared<const sheet::Workbook>(std::move(opened));
    std::vector<std::string> others;
    const std::size_t before = files.size();
    for (std::size_t i = 0; i < workbook->sheets().size(); ++i) {
        const std::string& name = workbook->sheets()[i];
        std::string file = name + ".csv";
        if (file == kRedirects || kind_of_file(file))
            files.push_back({.name = std::move(file),
                             .path = fmt::format("{}{}{}", path.string(), kSheet, name),
                             .workbook = workbook,
                             .sheet = i});
        else
            others.push_back("'" + name + "'");
    }
    if (files.size() == before)
        return fail(ErrorCode::invalid_input, "read a register folder",
                    "none of its sheets has a name that is read",
                    "call sheets by what they hold: " + sheet_names(), path.string());
    if (!others.empty() && passed_over)
        passed_over->push_back({fmt::format("{}, {} {}", path.string(),
                                            others.size() == 1 ? "sheet" : "sheets", fmt::join(others, ", ")),
                                "only sheets with these names are read: " + sheet_names()});
    return {};
}

std::unexpected<Error> unreadable(const Source& source) {
    return fail(ErrorCode::io, "read a register folder", "the file cannot be read", "check who may read it",
                source.path);
}

}  // namespace

Result<std::vector<Source>> find(const fs::path& path, std::vector<PassedOver>* passed_over) {
    const auto refuse = [&](ErrorCode code, std::string cause) {
        return fail(code, "read a register folder", std::move(cause),
                    "name a folder that holds parties.csv and so on", path.string());
    };
    std::vector<Source> files;
    std::error_code error;
    if (fs::is_regular_file(path, error)) {
        if (is_workbook(path.filename().string())) {
            TAMGA_TRY(find_sheets(path, files, passed_over));
            return files;
        }
        if (path.extension() != ".csv")
            return refuse(ErrorCode::invalid_input, "it is neither a CSV file nor a workbook (.xlsx, .ods)");
        TAMGA_ASSIGN(Source file, look_at(path, path.filename().string()));
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
            const bool of_tables = std::ranges::any_of(
                std::array{".csv", ".xlsx", ".ods"},
                [&](const char* ending) { return name.find(ending) != std::string::npos; });
            if (is_leftover(name) && (in_files || of_tables)) {
                if (passed_over)
                    passed_over->push_back(
                        {entry->path().string(), "an editor or a spreadsheet left it there"});
                continue;
            }
            if (name.starts_with('.') || (!in_files && !holds_tables(name))) continue;
            TAMGA_ASSIGN(Source file, look_at(entry->path(), (in_files ? std::string(kFiles) : "") + name));
            if (!in_files && is_workbook(name))
                TAMGA_TRY(find_sheets(entry->path(), files, passed_over));
            else
                files.push_back(std::move(file));
        }
        if (error) return refuse(ErrorCode::io, error.message());
    }
    if (files.empty()) return refuse(ErrorCode::not_found, "the folder holds no register");
    std::ranges::sort(files, {}, [](const Source& file) { return std::tie(file.name, file.path); });
    return files;
}

Result<std::vector<File>> load(const fs::path& path, std::vector<PassedOver>* passed_over) {
    TAMGA_ASSIGN(const auto sources, find(path, passed_over));
    std::vector<File> files;
    for (const Source& source : sources) {
        if (source.workbook)
            return fail(ErrorCode::invalid_input, "read a register folder", "a workbook is not read here",
                        "save its sheets as CSV files", source.path);
        TAMGA_ASSIGN(std::string content, read_whole(source));
        files.push_back({source.name, std::move(content), source.path});
    }
    return files;
}

Result<std::string> read_whole(const Source& source) {
    if (source.content) return std::string(*source.content);
    std::error_code error;
    const std::uintmax_t size = fs::file_size(source.path, error);
    std::ifstream in(source.path, std::ios::binary);
    std::string content(error ? 0 : static_cast<std::size_t>(size), '\0');
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (error || !in) return unreadable(source);
    return content;
}

Result<Rows> rows_of(const Source& source) {
    if (source.workbook) return source.workbook->rows(source.sheet);
    if (source.content)
        return csv::Reader([rest = *source.content](std::span<char> room) mutable -> Result<std::size_t> {
            const std::size_t count = rest.copy(room.data(), room.size());
            rest.remove_prefix(count);
            return count;
        });
    const auto in = std::make_shared<std::ifstream>(source.path, std::ios::binary);
    if (!*in) return unreadable(source);
    return csv::Reader([in, source](std::span<char> room) -> Result<std::size_t> {
        in->read(room.data(), static_cast<std::streamsize>(room.size()));
        if (in->bad()) return unreadable(source);
        return static_cast<std::size_t>(in->gcount());
    });
}

}  // namespace tamga::folder
