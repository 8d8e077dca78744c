#include "cli/log_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tamga::cli {

namespace {

Result<int> opened(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (descriptor < 0)
        return fail(ErrorCode::io, "open the log", std::generic_category().message(errno),
                    "name a file in a folder that the server may write to", path);
    return descriptor;
}

}  // namespace

Result<std::unique_ptr<LogFile>> LogFile::open(const std::string& path) {
    TAMGA_ASSIGN(const int descriptor, opened(path));
    return std::unique_ptr<LogFile>(new LogFile(path, descriptor));
}

LogFile::~LogFile() {
    ::close(descriptor_);
}

Result<void> LogFile::reopen() {
    TAMGA_ASSIGN(const int fresh, opened(path_));
    // In one step, so that writers need no lock: one in the midst ends its line in the file where it began.
    const bool done = ::dup3(fresh, descriptor_, O_CLOEXEC) >= 0;
    const int error = errno;
    ::close(fresh);
    if (!done) return fail(ErrorCode::io, "open the log", std::generic_category().message(error), {}, path_);
    return {};
}

bool LogFile::write(std::string_view line) {
    while (!line.empty()) {
        // O_APPEND: each write goes to the file's end as a whole, whoever else writes.
        const ssize_t size = ::write(descriptor_, line.data(), line.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) {
            ++lost_;
            return false;
        }
        line.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
}

}  // namespace tamga::cli
