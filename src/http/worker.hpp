#pragma once

#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <cstdint>
#include <ctime>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "http/asio.hpp"
#include "http/lane.hpp"
#include "http/server.hpp"

namespace tamga::http {

class Connection;

/// What the workers have in common.
struct Shared {
    Shared(Options given, Handler answers);

    Options options;
    Handler handler;
    Lane pages, long_work, elsewhere;

    Lane& lane(Later::Lane which) {
        return which == Later::Lane::page ? pages : which == Later::Lane::long_work ? long_work : elsewhere;
    }
    void log(const std::string& event) const {
        if (options.event_log) options.event_log(event);
    }
};

/// One thread with its own event loop and connections, so that nothing below is shared between threads
/// but what says so.
class Worker {
  public:
    explicit Worker(Shared& shared);

    Shared& shared() { return shared_; }
    const Options& options() const { return shared_.options; }
    asio::io_context& context() { return context_; }
    bool stopping() const { return stopping_; }

    /// Open and coming connections; counted up by the thread that accepts, down by this one.
    std::atomic<int> load = 0;

    /// Written by this thread, read by any.
    struct Counts {
        std::atomic<std::uint64_t> taken = 0, refused = 0, made_room = 0, bytes_sent = 0;
    };
    Counts counts;

    void run();
    void adopt(tcp::socket socket);
    /// Called by a connection that has closed.
    void remove(Connection& connection);
    /// Closes the connection that waits longest for its peer, of one client or (empty) of all. False: none
    /// does.
    bool make_room(std::string_view client = {});
    /// From any thread: answers composed from now on are the last of their connections.
    void announce_stop() { stopping_ = true; }
    void stop();
    void stop_now();

    /// For deadlines: goes on while this thread can serve, so that nobody is blamed for what a handler takes.
    SteadyClock::time_point time() const { return options().now() - busy_; }
    void was_busy(SteadyClock::duration duration) { busy_ += duration; }

    /// The line of a head that tells the time.
    std::string_view date();

  private:
    void sweep_after_interval();
    void sweep();
    void finish_if_empty();

    Shared& shared_;
    asio::io_context context_{1};  // 1: run by one thread
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    asio::steady_timer sweep_timer_;
    milliseconds sweep_interval_;
    std::size_t max_connections_, max_of_client_;
    std::list<std::shared_ptr<Connection>> connections_;
    std::unordered_map<std::string, std::size_t> of_client_;
    SteadyClock::duration busy_{};
    SteadyClock::time_point stop_by_{};
    std::time_t date_time_ = -1;
    std::string date_line_;
    std::atomic<bool> stopping_ = false;  // by any thread
};

}  // namespace tamga::http
