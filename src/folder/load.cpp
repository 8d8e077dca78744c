#include <algorithm>
#include <fstream>
#include <memory>
#include <span>
#include <system_error>

#include "folder/cells.hpp"
#include "folder/folder.hpp"
#include "folder/names.hpp"

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

std::unexpected<Error> unreadable(const Source& source) {
    return fail(ErrorCode::io, "read a register folder", "the file cannot be read", "check who may read it",
                source.path);
}

}  // namespace

Result<std::vector<Source>> find(const fs::path& path, std::vector<std::string>* passed_over) {
    const auto refuse = [&](ErrorCode code, std::string cause) {
        return fail(code, "read a register folder", std::move(cause),
                    "name a folder that holds parties.csv and so on", path.string());
    };
    std::vector<Source> files;
    std::error_code error;
    if (fs::is_regular_file(path, error)) {
        if (path.extension() != ".csv") return refuse(ErrorCode::invalid_input, "it is not a CSV file");
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
            if (is_leftover(name) && (in_files || name.find(".csv") != std::string::npos)) {
                if (passed_over) passed_over->push_back(entry->path().string());
                continue;
            }
            if (name.starts_with('.') || (!in_files && !name.ends_with(".csv"))) continue;
            TAMGA_ASSIGN(Source file, look_at(entry->path(), (in_files ? std::string(kFiles) : "") + name));
            files.push_back(std::move(file));
        }
        if (error) return refuse(ErrorCode::io, error.message());
    }
    if (files.empty()) return refuse(ErrorCode::not_found, "the folder holds no register");
    std::ranges::sort(files, {}, &Source::name);
    return files;
}

Result<std::vector<File>> load(const fs::path& path, std::vector<std::string>* passed_over) {
    TAMGA_ASSIGN(const auto sources, find(path, passed_over));
    std::vector<File> files;
    for (const Source& source : sources) {
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

Result<csv::Input> input_of(const Source& source) {
    if (source.content)
        return [rest = *source.content](std::span<char> room) mutable -> Result<std::size_t> {
            const std::size_t count = rest.copy(room.data(), room.size());
            rest.remove_prefix(count);
            return count;
        };
    const auto in = std::make_shared<std::ifstream>(source.path, std::ios::binary);
    if (!*in) return unreadable(source);
    return [in, source](std::span<char> room) -> Result<std::size_t> {
        in->read(room.data(), static_cast<std::streamsize>(room.size()));
        if (in->bad()) return unreadable(source);
        return static_cast<std::size_t>(in->gcount());
    };
}

}  // namespace tamga::folder
