#include "sheet/package.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

namespace tamga::sheet {

namespace {

/// Workbooks have some dozens of parts, and those with many pictures some thousands.
constexpr std::size_t kMostParts = 50'000;
constexpr std::size_t kBlock = std::size_t{64} << 10;

std::string path_of(archive_entry* entry) {
    const char* path = archive_entry_pathname_utf8(entry);
    if (path == nullptr) path = archive_entry_pathname(entry);
    return path == nullptr ? std::string() : std::string(path);
}

std::string reason(archive* of) {
    const char* const why = archive_error_string(of);
    return why == nullptr ? "it ends too early" : why;
}

}  // namespace

std::unexpected<Error> refuse(ErrorCode code, const std::string& place, std::string cause, std::string hint) {
    return fail(code, "read a workbook", std::move(cause), std::move(hint), place);
}

std::unexpected<Error> damaged(const std::string& place, std::string what) {
    return refuse(ErrorCode::invalid_input, place, "the workbook is damaged: " + std::move(what),
                  "open it in a spreadsheet program and save it anew as .xlsx or .ods");
}

Result<std::size_t> Part::read(std::span<char> to) {
    const la_ssize_t count = archive_read_data(archive_.get(), to.data(), to.size());
    if (count < 0) return damaged(place_, reason(archive_.get()));
    bytes_ += static_cast<std::uint64_t>(count);
    if (bytes_ > most_)
        return refuse(
            ErrorCode::out_of_range, place_,
            fmt::format("more than {} MiB come out of this file, too many for one of its size", most_ >> 20),
            "split it into several workbooks, or save its sheets as CSV files");
    return static_cast<std::size_t>(count);
}

Result<Package> Package::open(const std::string& path) {
    Package package;
    package.place_ = path;
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        return refuse(ErrorCode::not_found, path, "there is no such file", "check its name");
    package.size_ = std::filesystem::file_size(path, error);
    std::ifstream file(path, std::ios::binary);
    if (error || !file)
        return refuse(ErrorCode::io, path, "the file cannot be read", "check who may read it");
    TAMGA_TRY(package.list());
    return package;
}

Result<Package> Package::of(std::string_view bytes, std::string name) {
    Package package;
    package.place_ = std::move(name);
    package.in_memory_ = true;
    package.bytes_ = bytes;
    package.size_ = bytes.size();
    TAMGA_TRY(package.list());
    return package;
}

/// Opens the archive before its first entry. Only by its directory, at its end: what is read past it, entry
/// by entry, may be what no spreadsheet program shows.
Result<Part::Archive> Package::start() const {
    Part::Archive opened(archive_read_new(), archive_read_free);
    if (!opened) return refuse(ErrorCode::out_of_range, place_, "there is no memory left", "");
    archive_read_support_format_zip_seekable(opened.get());
    const int state = in_memory_ ? archive_read_open_memory(opened.get(), bytes_.data(), bytes_.size())
                                 : archive_read_open_filename(opened.get(), place_.c_str(), kBlock);
    if (state == ARCHIVE_OK) return opened;
    std::string begin(4, '\0');
    if (in_memory_) {
        begin = bytes_.substr(0, begin.size());
    } else {
        std::ifstream file(place_, std::ios::binary);
        file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
        begin.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    }
    if (begin == "\xD0\xCF\x11\xE0")
        return refuse(ErrorCode::invalid_input, place_,
                      "it is encrypted, or in the form of Excel before 2007",
                      "save it as .xlsx or .ods, without a password");
    if (begin.starts_with("PK")) return damaged(place_, "its end is missing");
    return refuse(ErrorCode::invalid_input, place_, "it is not a workbook", "save it as .xlsx or .ods");
}

Result<void> Package::list() {
    TAMGA_ASSIGN(const Part::Archive opened, start());
    archive_entry* entry = nullptr;
    int state = ARCHIVE_OK;
    while ((state = archive_read_next_header(opened.get(), &entry)) == ARCHIVE_OK || state == ARCHIVE_WARN) {
        std::string name = path_of(entry);
        if (archive_entry_is_data_encrypted(entry) != 0)
            return refuse(ErrorCode::invalid_input, place_, "it is encrypted", "save it without a password");
        if (parts_.size() == kMostParts) return damaged(place_, "it has too many parts");
        if (name.ends_with('/')) continue;
        // Which of two counts is a matter of the program that reads: no two people would see the same.
        if (!parts_.insert(name).second)
            return damaged(place_, fmt::format("its part {} is there twice", name));
    }
    if (state != ARCHIVE_EOF) {
        // Of a file that is no archive at all, the opening may have said nothing.
        if (parts_.empty() && !(in_memory_ && bytes_.starts_with("PK")))
            return refuse(ErrorCode::invalid_input, place_, "it is not a workbook",
                          "save it as .xlsx or .ods");
        return damaged(place_, reason(opened.get()));
    }
    return {};
}

Result<Part> Package::part(const std::string& name) const {
    TAMGA_ASSIGN(Part::Archive opened, start());
    archive_entry* entry = nullptr;
    int state = ARCHIVE_OK;
    while ((state = archive_read_next_header(opened.get(), &entry)) == ARCHIVE_OK || state == ARCHIVE_WARN) {
        if (path_of(entry) != name) continue;
        const std::uint64_t most = std::min(kMostBytes, std::max(kFreeBytes, size_ * kMostRatio));
        return Part(std::move(opened), place_, most);
    }
    return damaged(place_, fmt::format("its part {} is missing", name));
}

}  // namespace tamga::sheet
