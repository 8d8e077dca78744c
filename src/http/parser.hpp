#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "http/message.hpp"

namespace tamga::http {

/// What a request may have at most.
struct Limits {
    std::size_t header_bytes = std::size_t{16} * 1024;  ///< Request line and headers; more is 431.
    std::size_t target_bytes = std::size_t{8} * 1024;   ///< More is 414.
    std::size_t body_bytes = std::size_t{64} * 1024;    ///< More is 413, before any of it is read.
    /// The same for some requests, of which method and target are known. 0: this one takes no body, and what
    /// it brings is not read. May be empty.
    std::function<std::size_t(const Request&)> body_bytes_of = {};
};

/// Reads one request after another (RFC 9112) out of bytes as they come, whatever they are, and refuses what
/// the RFC tells servers to refuse. Knows nothing of sockets. `limits` must outlive it; one thread at a time.
class Parser {
  public:
    explicit Parser(const Limits& limits);
    ~Parser();
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    enum class State {
        idle,      ///< Nothing of a request is here.
        head,      ///< Some of its head is.
        body,      ///< All of its head is, and not all of its body.
        complete,  ///< request() is whole.
        refused,   ///< It is answered with refusal(); where the next one would begin is not known.
    };
    State state() const;

    /// Reads on, until the request is complete or more bytes are needed. `bytes` is all that has come and was
    /// not taken yet; gives how many of them are taken now. Not after complete or refused.
    std::size_t read(std::string_view bytes);
    /// Forgets the request, for the next one. Keeps its memory.
    void next();

    /// What is known of the request; its body when complete.
    Request& request();
    const Request& request() const;
    int refusal() const;       ///< 400 or another status.
    bool is_http_1_1() const;  ///< Else 1.0, or not known yet.
    /// The peer waits to be told to go on (100 Continue, RFC 9110 10.1.1).
    bool waits_for_continue() const;
    /// The connection goes on after this request, as far as the request is concerned.
    bool keep_alive() const;
    /// Complete, but the body that it announces was not read, for it takes none.
    bool leaves_body_unread() const;

  private:
    class Grammar;
    std::unique_ptr<Grammar> grammar_;
};

}  // namespace tamga::http
