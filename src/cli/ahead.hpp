#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "query/register.hpp"

namespace tamga::cli {

/// Reads on a thread of its own what the pages of a large register need and what is then kept for all of them
/// (rows of lists, what became of commitments): after a start, and whenever the register has changed, whoever
/// wrote to it. So the first reader seldom waits for it. What cannot be read is told to whoever asks for it.
class ReadAhead {
  public:
    /// The register outlives this.
    explicit ReadAhead(query::Register& reg);
    /// Stops; what is being read is given up.
    ~ReadAhead() = default;

  private:
    void run(const std::stop_token& stop);
    void read(const std::stop_token& stop);

    query::Register& register_;
    std::mutex mutex_;
    std::condition_variable_any never_;  ///< To wait with.
    std::jthread thread_;
};

}  // namespace tamga::cli
