#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "http/message.hpp"
#include "http/parser.hpp"

namespace tamga::http {

/// Work that makes an answer, on a thread that serves no connections.
struct Later {
    enum class Lane {
        page,       ///< Milliseconds, mostly.
        long_work,  ///< More; works of this kind hold up only each other.
        elsewhere,  ///< Waits for other machines, and uses little of this one; likewise.
    };
    Lane lane = Lane::page;
    std::function<Response()> work;
    std::string_view route = {};  ///< Of an answer that has none: where the work is refused, or fails.
};

using Answer = std::variant<Response, Later>;

/// Answers a request: at once with what is at hand, or with the work that makes it, for it is called on the
/// threads that serve all connections, and every connection waits for it. It and the work stay valid until
/// run() has returned; the request is the same object, unchanged, until the answer is made. What they throw
/// is answered with 500, or 503 for want of memory, and logged.
///
/// Work whose client has gone is not begun, and once begun is told to stop (Request::stop).
using Handler = std::function<Answer(const Request&)>;

/// One answered request. The texts are valid during the call only, and come from strangers: see printable().
struct AccessLine {
    std::string_view remote;  ///< The peer's IP address.
    std::string_view method;  ///< Empty if the request could not be read.
    std::string_view target;
    std::string_view route;  ///< The answer's, see Response; empty if it has none.
    int status;
    std::size_t body_bytes;  ///< Sent after the head; less than there were, if the connection ended.
    std::chrono::microseconds
        duration;  ///< From the last byte of the request read to the answer handed over.
};

struct Options {
    std::string address = "127.0.0.1";  ///< An IP address, v4 or v6.
    unsigned short port = 8080;         ///< 0: any free one, see Server::port().
    int threads = 2;                    ///< Event loops, each with its own connections.
    int page_threads = 2;               ///< For Later::Lane::page.
    int long_threads = 1;               ///< For Later::Lane::long_work.
    int elsewhere_threads = 4;          ///< For Later::Lane::elsewhere.
    std::size_t most_waiting_long =
        64;  ///< Works that wait for either of the two; a quarter of them for one client. Beyond it 503.

    Limits limits = {};
    int header_timeout_ms = 10'000;  ///< From a request's first byte (or the connection's start) to the
                                     ///< end of its headers, however many bytes arrive between; then 408.
    int body_timeout_ms = 30'000;  ///< From there to the end of the body, and as much longer as what has come
                                   ///< takes at body_bytes_per_second, but never so long without a byte;
                                   ///< then 408.
    int body_bytes_per_second = 64 * 1024;
    int idle_timeout_ms = 60'000;   ///< Between two requests; then the connection is closed.
    int write_timeout_ms = 30'000;  ///< Without a byte of the answer taken by the peer.

    /// Connections, split over the loops; fewer, if the process may not open so many descriptors when it
    /// begins to listen. Beyond it the connection is closed that waits longest for its peer without work
    /// under way: first of those between requests or in a head, then of those whose body or answer has stood
    /// still for a second. If there is none, the new one is answered with 503.
    int max_connections = 1024;
    /// Of them from one client: an IPv4 address, or the first 64 bits of one of IPv6. Beyond it the same
    /// among the client's own. 0: no such limit.
    int max_connections_of_client = 256;
    /// Addresses for which many clients speak (reverse proxies): no limit by client holds for them, and whom
    /// they speak for is told by their X-Forwarded-For (Request::remote).
    std::vector<std::string> proxies = {};

    int shutdown_grace_ms = 5000;  ///< For answers under way when the server is told to stop.
    int overdue_ms = 3000;         ///< After that, for work to heed Request::stop.
    /// Called once if work still runs then, for run() cannot return before it ends. May end the process.
    std::function<void()> overdue = {};

    std::function<void(const AccessLine&)> access_log = {};  ///< Called on any of the threads; may be empty.
    /// Called once when it serves and heeds signals, once when it begins to stop, and at each SIGHUP, which
    /// does nothing else then. On the thread of run(); may be empty.
    std::function<void()> began = {}, stop_began = {}, hang_up = {};
    /// What the operator should know; one line, of plain text. Called on any of the threads; may be empty.
    std::function<void(std::string_view)> event_log = {};
    bool heeds_signals = true;  ///< SIGTERM and SIGINT stop it. Otherwise stop() alone does.
    /// The clock of all the times above but overdue_ms. Any thread.
    std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

/// Raises the number of descriptors that this process may open to what its system allows it. Gives that
/// number.
std::size_t raise_descriptor_limit();

/// An HTTP/1.1 and 1.0 server (RFC 9110, RFC 9112): keep-alive, pipelining, conditional requests, gzip.
class Server {
  public:
    /// Binds and listens; nothing is answered until run(). Errors: invalid_usage for an address that is none,
    /// conflict if the port is taken, io for the rest.
    static Result<std::unique_ptr<Server>> listen(Options options, Handler handler);
    ~Server();

    /// The port that is listened on.
    unsigned short port() const;

    /// What it has done so far. Any thread, at any time.
    struct Figures {
        std::size_t open = 0;          ///< Connections just now.
        std::uint64_t taken = 0;       ///< Connections ever.
        std::uint64_t refused = 0;     ///< Of them, with 503 because there was no room.
        std::uint64_t made_room = 0;   ///< Of them, closed to make room for another.
        std::uint64_t bytes_sent = 0;  ///< Heads and bodies.
    };
    Figures figures() const;

    /// Serves until stop(), SIGTERM or SIGINT, then lets answers under way finish for the grace time; a
    /// second signal ends that at once. Once only.
    void run();

    /// Ends run(), from any thread, before it or during it. Returns at once.
    void stop();

  private:
    class Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace tamga::http
