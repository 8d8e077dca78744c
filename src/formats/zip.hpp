#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct archive;

namespace tamga::formats {

/// A zip archive, written as its files come, none of which is held. The same files and time give the same
/// bytes. One thread.
class ZipWriter {
  public:
    using Write = std::function<Result<void>(std::string_view bytes)>;

    /// `time`: when all files were last changed, in seconds since 1970, UTC. Whatever `write` refuses ends
    /// the work.
    ZipWriter(Write write, std::int64_t time);
    ~ZipWriter();
    ZipWriter(const ZipWriter&) = delete;
    ZipWriter& operator=(const ZipWriter&) = delete;

    /// Ends the file before, if there is one. `name`: "files/treaty.pdf", in UTF-8.
    Result<void> begin(const std::string& name);
    Result<void> add(std::string_view bytes);
    Result<void> finish();

  private:
    Result<void> check(long outcome);

    Write write_;
    std::int64_t time_;
    Result<void> written_;  ///< What `write` said last.
    std::unique_ptr<archive, int (*)(archive*)> archive_;
};

}  // namespace tamga::formats
