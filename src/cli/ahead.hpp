#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "query/register.hpp"
#include "store/announcements.hpp"

namespace tamga::cli {

/// Reads on a thread of its own what the pages of a large register need and what is then kept for all of them
/// (rows of lists, what became of commitments): after a start, and whenever the register has changed, whoever
/// wrote to it: at once where the database announces that, within a fifth of a second where it does not. So
/// the first reader seldom waits for it. What cannot be read is told to whoever asks for it.
class ReadAhead {
  public:
    /// The register, of that database, outlives this, and so does the number of commits that were announced.
    ReadAhead(query::Register& reg, std::string database, std::atomic<std::uint64_t>& announced);
    /// Stops; what is being read is given up.
    ~ReadAhead() = default;

  private:
    void run(const std::stop_token& stop);
    void listen();
    void wait_for_news(const std::stop_token& stop);
    void rest(const std::stop_token& stop, std::chrono::milliseconds time);
    void read(const std::stop_token& stop);

    query::Register& register_;
    const std::string database_;
    std::atomic<std::uint64_t>& announced_;
    bool announces_ = true;                                ///< Until it is known that nobody does.
    std::unique_ptr<store::Announcements> announcements_;  ///< Null where there are none just now.
    std::mutex mutex_;
    std::condition_variable_any never_;  ///< To wait with.
    std::jthread thread_;
};

}  // namespace tamga::cli
