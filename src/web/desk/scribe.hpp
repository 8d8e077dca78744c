#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "store/store.hpp"

namespace tamga::web {

/// How a Scribe takes its turn.
struct ScribeTimes {
    /// How long works wait for another program that writes; a browser waits as well.
    std::chrono::milliseconds turn{4000};
    /// How long the store stays open when nothing waits.
    std::chrono::milliseconds idle{50};
    /// How long it stays open at most while works come one after the other, and then closed, so that another
    /// program gets its turn: longer than that one sleeps between two looks at the lock.
    std::chrono::milliseconds held{1000}, away{60};
};

/// Does all that a server writes, one work after the other on a thread of its own, on a store that is open
/// for writing only while works wait (docs/decisions/0011): a command that writes gets its turn between them.
/// Works that wait together are one commit, for what takes its time is the disk: each work's transactions can
/// be undone alone, and all works are told that they are done once the commit is.
///
/// Threads: run() by any number. Who calls it waits until the work is done; a work must not call it. What
/// was given back as done is committed, whatever happens then. The destructor does what still waits.
class Scribe {
  public:
    explicit Scribe(std::string database, ScribeTimes times = {});
    ~Scribe();
    Scribe(const Scribe&) = delete;
    Scribe& operator=(const Scribe&) = delete;

    /// `work(store)` gives a Result, which is given back; it ends the transactions that it begins. What the
    /// work throws is thrown here, and its transaction undone. Errors: the work's; io: another program writes
    /// for longer than works wait, or the database cannot be opened for writing or fails; state_unknown.
    template <class Work>
    auto run(Work work) -> std::invoke_result_t<Work&, store::Store&> {
        using Given = std::invoke_result_t<Work&, store::Store&>;
        std::optional<Given> given;
        Job job;
        job.work = [&](store::Store& store) -> std::optional<ErrorCode> {
            given.emplace(work(store));
            if (*given) return std::nullopt;
            return given->error().code;
        };
        // What failed for a reason of its own keeps it.
        job.refuse = [&](const Error& error) {
            if (!given || *given) given.emplace(std::unexpected(error));
        };
        carry_out(job);
        return *std::move(given);
    }

    /// How many works wait, that which is being done left out.
    std::size_t waiting() const;

  private:
    struct Job {
        /// Gives the code of its failure.
        std::function<std::optional<ErrorCode>(store::Store&)> work;
        std::function<void(const Error&)> refuse;
        std::exception_ptr thrown = nullptr;
        bool done = false;
    };

    void carry_out(Job& job);
    void serve();
    Result<std::unique_ptr<store::Store>> take_turn() const;
    /// Gives whether the store can be used after it.
    static bool carry_out(Job& job, store::Store& store);
    /// Does the jobs as one commit; gives whether the store can be used after them.
    static bool carry_out(const std::vector<Job*>& jobs, store::Store& store);
    void serve_while_open(std::unique_lock<std::mutex>& lock);

    const std::string database_;
    const ScribeTimes times_;
    mutable std::mutex mutex_;
    std::condition_variable came_, went_;
    std::deque<Job*> waiting_;  ///< Each lives on its caller's stack, which waits for it.
    bool ends_ = false;
    std::thread thread_;  ///< Last: it uses all of the above.
};

}  // namespace tamga::web
