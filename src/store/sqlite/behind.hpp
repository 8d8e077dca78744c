#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "store/sql.hpp"

struct sqlite3_stmt;

namespace tamga::store {

/// A value of a parameter. Bytes are somebody else's.
struct Value {
    Type type = Type::null;
    std::int64_t number = 0;
    std::string_view bytes = {};
};

/// Carries out statements that give no rows on a thread of its own, in the order in which they come, so that
/// whoever writes much makes the next rows meanwhile. Values are copied; what waits is bounded by a few MiB,
/// then add() waits too.
///
/// Threads: one calls it. Between an add() and the next settle() or drop() the database is its thread's
/// alone.
class WriteBehind {
  public:
    using CarryOut = std::function<Result<void>(sqlite3_stmt* statement, std::span<const Value> values)>;

    /// `carry_out` is called on the thread.
    explicit WriteBehind(CarryOut carry_out);
    /// Drops what waits.
    ~WriteBehind();
    WriteBehind(const WriteBehind&) = delete;
    WriteBehind& operator=(const WriteBehind&) = delete;

    /// Takes a statement. After one that failed nothing is carried out up to drop(). Errors: what failed.
    Result<void> add(sqlite3_stmt* statement, std::span<const Value> values);
    /// Waits until all is carried out. Errors: what failed.
    Result<void> settle();
    /// Waits for the statement at work, and forgets the others and what failed.
    void drop();

  private:
    struct Step {
        sqlite3_stmt* statement;
        std::size_t values;  ///< How many.
    };
    /// What the thread is handed at once. The bytes of values stand one after the other.
    struct Part {
        std::vector<Step> steps;
        std::vector<Value> values;
        std::string bytes;
    };

    void hand_over();
    void wait();
    void run();
    Result<void> carry_out(Part& part);

    const CarryOut carry_out_;
    Part part_;            ///< Of the caller: not yet handed over.
    bool settled_ = true;  ///< Of the caller: nothing was handed over since it waited.
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Part> waiting_;  ///< Under the mutex, and all below.
    std::vector<Part> used_;    ///< To be filled again.
    std::optional<Error> failure_;
    bool working_ = false, stop_ = false;
    std::atomic<bool> failed_ = false;  ///< There is a failure, or what waits is to be dropped.
    std::thread thread_;
};

}  // namespace tamga::store
