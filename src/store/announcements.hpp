#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.hpp"

namespace tamga::store {

/// What a database tells by itself: that somebody, on whatever machine, has committed. It comes within
/// moments, but perhaps after the writer's next word: who must know the newest state asks for it. Threads:
/// one at a time.
class Announcements {
  public:
    virtual ~Announcements() = default;
    /// Waits at most so long for a commit: true if one was announced since the last call, several at once.
    /// Errors: io: the session ended; what was committed since was not heard, so listen anew and look.
    virtual Result<bool> wait(std::chrono::milliseconds most) = 0;
};

/// Listens from now on. Null where nothing is announced: of a file, and of a server that only reads.
/// Errors: as open() has.
Result<std::unique_ptr<Announcements>> listen(const std::string& database);

}  // namespace tamga::store
