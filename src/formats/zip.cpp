#include "formats/zip.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <cerrno>
#include <utility>

namespace tamga::formats {

ZipWriter::ZipWriter(Write write, std::int64_t time)
    : write_(std::move(write)), time_(time), archive_(archive_write_new(), archive_write_free) {
    archive_write_set_format_zip(archive_.get());
    archive_write_set_format_option(archive_.get(), "zip", "hdrcharset", "UTF-8");
    archive_write_set_bytes_in_last_block(archive_.get(), 1);  // Nothing is put after the end.
    const auto give = [](archive* writing, void* self, const void* bytes, size_t size) -> la_ssize_t {
        auto& writer = *static_cast<ZipWriter*>(self);
        if (writer.written_) writer.written_ = writer.write_({static_cast<const char*>(bytes), size});
        if (writer.written_) return static_cast<la_ssize_t>(size);
        archive_set_error(writing, EIO, "refused");
        return -1;
    };
    archive_write_open(archive_.get(), this, nullptr, give, nullptr);
}

ZipWriter::~ZipWriter() = default;

Result<void> ZipWriter::check(long outcome) {
    if (!written_) return written_;
    // A warning tells of what zip has no place for.
    if (outcome >= ARCHIVE_WARN) return {};
    const char* const why = archive_error_string(archive_.get());
    return fail(ErrorCode::io, "write a zip archive", why ? why : "it cannot be written", "try again");
}

Result<void> ZipWriter::begin(const std::string& name) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                         archive_entry_free);
    archive_entry_set_pathname_utf8(entry.get(), name.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), static_cast<time_t>(time_), 0);
    return check(archive_write_header(archive_.get(), entry.get()));
}

Result<void> ZipWriter::add(std::string_view bytes) {
    return check(archive_write_data(archive_.get(), bytes.data(), bytes.size()));
}

Result<void> ZipWriter::finish() {
    return check(archive_write_close(archive_.get()));
}

}  // namespace tamga::formats
