#pragma once

#include <array>
#include <atomic>
#include <boost/beast/core/flat_buffer.hpp>
#include <functional>
#include <list>
#include <memory>
#include <stop_token>
#include <string>

#include "http/asio.hpp"
#include "http/parser.hpp"
#include "http/server.hpp"

namespace tamga::http {

class Worker;

/// One client's connection: reads a request, has it answered, writes the answer, again. At most one read, one
/// write or one work is under way at a time. Everything is called on its worker's thread; it is kept by its
/// worker until it closes, and by whatever is under way.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    /// `remote` is the peer's address, `client` whose it is for limits (empty: no limit).
    Connection(Worker& worker, tcp::socket socket, std::string remote, std::string client);

    using Place = std::list<std::shared_ptr<Connection>>::iterator;
    /// Begins to serve; `place` is where the worker keeps it.
    void start(Place place);
    Place place() const { return place_; }
    const std::string& client() const { return client_; }

    /// Sends an error as far as it goes without waiting, and closes.
    void refuse_and_close(int status);
    /// Closes unless a request has come, or some of it.
    void close_if_idle();
    /// Closes, whatever is under way. Work for it is told to stop.
    void close();

    /// When to expire(), by the worker's time.
    SteadyClock::time_point deadline() const { return deadline_; }
    /// The peer was too slow.
    void expire();
    /// If work is under way: drops it or tells it to stop if the peer has gone.
    void look_after_work();

    // For choosing whom to close when there is no room.
    bool may_be_closed() const;   ///< It waits for its peer, and it is not unfair to close it.
    bool in_an_exchange() const;  ///< A request's head has come, and its answer is not sent yet.
    SteadyClock::time_point waiting_since() const { return waiting_since_; }

  private:
    enum class State {
        reading,    ///< See the parser's state.
        working,    ///< The answer is being made elsewhere.
        writing,    ///< The answer is being written.
        lingering,  ///< The answer is sent; what still comes is thrown away.
        closed,
    };

    void read();
    void on_read(error_code ec, std::size_t size);
    void serve();
    bool receive();
    void await_more();
    void tell_to_continue();
    bool answer();
    void work(Later later);
    std::shared_ptr<Stream> begin(Response head);
    void compose(Response response);
    bool write();
    void wait_to_write();
    bool take_written(std::size_t size);
    bool go_on();
    bool go_on_streaming();
    void wake();
    bool finish();
    void linger();
    void log() const;

    Worker& worker_;
    tcp::socket socket_;
    Place place_;
    const std::string remote_, client_;
    State state_ = State::reading;
    SteadyClock::time_point waiting_since_, deadline_, started_;

    boost::beast::flat_buffer buffer_;
    Parser parser_;
    Parser::State was_ = Parser::State::idle;  // the parser's state at the last look
    SteadyClock::time_point body_started_;

    std::stop_source unwanted_{std::nostopstate};  // of the work under way
    std::atomic<bool> begun_ = false;              // that work; set by its thread
    std::shared_ptr<Stream> streamed_;             // by that work; of its thread

    Response response_;
    std::string head_, tail_, piece_;
    std::array<asio::const_buffer, 3> pending_;
    std::size_t body_bytes_ = 0, lingered_ = 0;
    bool keep_alive_ = false;
    bool is_chunked_ = false, is_starved_ = false;  // of a stream; it has to wait for what is made
};

}  // namespace tamga::http
