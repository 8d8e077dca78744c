#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace tamga::http {

/// Threads for work that the event loops do not wait for, and the queue before them. Whoever asks first is
/// served first, but nobody's second request before everybody's first. Any thread may call.
class Lane {
  public:
    /// `threads` is 1 or more.
    explicit Lane(int threads);
    /// As close().
    ~Lane();

    struct Limits {
        std::size_t all;  ///< Most that may wait.
        std::size_t one;  ///< Most of them for one client.
    };
    /// Takes up `work`, which must not throw. It is dropped, unrun, if `unwanted` is requested before its
    /// turn. `client` names for whom it is; empty: for one of whom nothing is known, who may have all places.
    /// False if there are `most` that wait and are wanted, or the lane is closed.
    bool add(std::string client, std::stop_token unwanted, std::function<void()> work, Limits most);

    /// Drops what waits, and takes nothing more. True if nothing runs by the end of `patience`.
    bool close(std::chrono::milliseconds patience);
    /// After close(): waits for what runs, however long it takes.
    void join() { threads_.clear(); }

  private:
    struct Waiting {
        std::string client;
        std::size_t before;  ///< Works of the same client that waited when it came.
        std::stop_token unwanted;
        std::function<void()> work;
    };
    void serve();

    std::mutex mutex_;  // guards all below but threads_; not held while work runs
    std::condition_variable changed_;
    std::list<Waiting> waiting_;  // by `before`, then as they came
    int running_ = 0;
    bool closed_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace tamga::http
