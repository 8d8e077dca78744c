#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tamga::cli {

/// A log that others rotate: lines are appended to the file of a name, and after reopen() to the file that
/// then has that name. None is lost or split meanwhile. Any thread may write.
class LogFile {
  public:
    /// Makes the file, readable by its owner and group, if it is not there. Errors: io.
    static Result<std::unique_ptr<LogFile>> open(const std::string& path);
    ~LogFile();
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;

    /// Errors: io; the lines then go on to where they went before.
    Result<void> reopen();

    /// Appends a line, which ends with a newline. False if it could not be written: it is lost, and counted.
    bool write(std::string_view line);
    std::uint64_t lost() const { return lost_; }

  private:
    LogFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

    const std::string path_;
    const int descriptor_;  // its number never changes, only the file behind it
    std::atomic<std::uint64_t> lost_ = 0;
};

}  // namespace tamga::cli
