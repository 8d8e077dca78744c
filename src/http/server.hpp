#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/message.hpp"

namespace tamga::http {

/// Answers a request. Called on the worker threads, at most one call a thread at a time; must not throw (an
/// exception ends the program) and stays valid until run() has returned. A request that a handler works on
/// holds up the others of its thread.
///
/// A request whose body is in a file (Content::in_file), or of which Options::works_long says so, is answered on a thread of
/// its own, one after another, so that long work holds nobody up.
using Handler = std::function<Response(const Request&)>;

/// One answered request. The texts are valid during the call only.
struct AccessLine {
    std::string_view remote;  ///< The peer's IP address.
    std::string_view method;  ///< Empty if the request could not be read.
    std::string_view target;
    int status;
    std::size_t body_bytes;  ///< Sent after the head.
    std::chrono::microseconds
        duration;  ///< From the last byte of the request read to the answer handed over.
};

struct Options {
    std::string address = "127.0.0.1";  ///< An IP address, v4 or v6.
    unsigned short port = 8080;         ///< 0: any free one, see Server::port().
    int threads = 2;                    ///< Workers, each with its own connections.

    std::size_t header_bytes = 16 * 1024;  ///< Request line and headers; more is 431.
    std::size_t target_bytes = 8 * 1024;   ///< More is 414.
    std::size_t body_bytes = 64 * 1024;    ///< More is 413, before any of it is read.
    /// The same for some requests, of which method and target are known. May be empty.
    std::function<std::size_t(const Request&)> body_bytes_of = {};
    /// Whether answering takes long; asked on the worker threads once the request is complete. May be empty.
    std::function<bool(const Request&)> works_long = {};
    int header_timeout_ms = 10'000;        ///< From a request's first byte (or the connection's start) to the
                                     ///< end of its headers, however many bytes arrive between; then 408.
    int body_timeout_ms = 30'000;   ///< From there to the end of the body, and as much longer as what has come takes
                                    ///< at body_bytes_per_second; then 408.
    int body_bytes_per_second = 64 * 1024;
    int idle_timeout_ms = 60'000;   ///< Between two requests; then the connection is closed.
    int write_timeout_ms = 30'000;  ///< Without a byte of the answer taken by the peer.
    int max_connections = 1024;     ///< Split over the workers. Beyond it the connection that waits longest
                                    ///< without a complete request is closed; if there is none, 503.
    int shutdown_grace_ms = 5000;   ///< For answers under way when the server is told to stop.

    std::function<void(const AccessLine&)> access_log = {};  ///< Called on the worker threads; may be empty.
};

/// An HTTP/1.1 and 1.0 server (RFC 9110, RFC 9112): keep-alive, pipelining, conditional requests, gzip.
class Server {
  public:
    /// Binds and listens; nothing is answered until run(). Errors: invalid_usage for an address that is none,
    /// conflict if the port is taken, io for the rest.
    static Result<std::unique_ptr<Server>> listen(Options options, Handler handler);
    ~Server();

    /// The port that is listened on.
    unsigned short port() const;

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
