#include "http/server.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <ctime>
#include <list>
#include <optional>
#include <thread>
#include <vector>

#include "http/target.hpp"

namespace tamga::http {

namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kReadBodyBytes = 64 * 1024;
constexpr std::size_t kMaxFields = 100;           // joining repeated fields compares each with all before it
constexpr std::size_t kKeptCapacity = 64 * 1024;  // of the buffers of an idle connection
constexpr std::size_t kLingerBytes = 256 * 1024;
constexpr milliseconds kLingerTime{1000};
constexpr std::chrono::hours kLongWork{1};  // an answer that is being made on the thread for long work
constexpr int kServedInOneGo = 32;  // pipelined requests, before other connections get their turn

std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

/// Fills a Request from Beast's grammar, and refuses what RFC 9112 tells servers to refuse and Beast lets
/// pass.
class Parser final : public beast_http::basic_parser<true> {
  public:
    Parser(Request& request, const Options& options) : request_(request), options_(options) {
        body_limit(options.body_bytes);
    }

    /// The status that refuses the request, if the parser's error came from here; else 0.
    int refusal() const { return refusal_; }
    bool is_http_1_1() const { return version_ == 11; }

  private:
    void refuse(int status, error_code& ec) {
        refusal_ = status;
        ec = beast_http::error::bad_field;
    }

    void on_request_impl(beast_http::verb, boost::beast::string_view method, boost::beast::string_view target,
                         int version, error_code& ec) override {
        version_ = version;
        request_.method = view(method);
        request_.target = view(target);
        if (target.size() > options_.target_bytes) return refuse(414, ec);
        auto parsed = http::parse_target(view(target));
        if (!parsed) return refuse(400, ec);
        request_.path = std::move(parsed->path);
        request_.query = std::move(parsed->query);
        request_.raw_query = std::move(parsed->raw_query);
        if (options_.body_bytes_of) body_limit(options_.body_bytes_of(request_));
    }

    void on_field_impl(beast_http::field field, boost::beast::string_view name,
                       boost::beast::string_view value, error_code& ec) override {
        if (head_done_) return;  // a trailer has no say (RFC 9110 6.5.1)
        if (request_.headers.size() == kMaxFields) return refuse(431, ec);
        const std::string_view text = view(value);
        if (!is_field_value(text)) return refuse(400, ec);
        using enum beast_http::field;
        // Two answers to where a message ends, or whom it is for, are how requests are smuggled past a
        // proxy (RFC 9112 11.2).
        if (field == content_length) {
            const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
            if (has_length_ || text.empty() || !digits) return refuse(400, ec);
            has_length_ = true;
        } else if (field == transfer_encoding) {
            if (!is_http_1_1()) return refuse(400, ec);
            if (!equals_ignoring_case(text, "chunked")) return refuse(501, ec);
        } else if (field == host) {
            const bool plain = text.find_first_of(" \t,/?#@\\") == std::string_view::npos;
            if (has_host_ || text.empty() || !plain) return refuse(400, ec);
            has_host_ = true;
        }
        for (auto& [known, known_value] : request_.headers) {
            if (!equals_ignoring_case(known, view(name))) continue;
            known_value.append(field == cookie ? "; " : ", ").append(text);
            return;
        }
        request_.headers.emplace_back(view(name), text);
    }

    void on_header_impl(error_code& ec) override {
        head_done_ = true;
        if (is_http_1_1() && !has_host_) refuse(400, ec);
    }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(boost::beast::string_view part, error_code& ec) override {
        switch (request_.body.add(view(part))) {
            case Content::Added::yes:
                break;
            case Content::Added::no_room:
                refuse(507, ec);
                break;
            case Content::Added::busy:
                refuse(503, ec);
                break;
        }
        return part.size();
    }
    void on_chunk_header_impl(std::uint64_t, boost::beast::string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view part, error_code& ec) override {
        return on_body_impl(part, ec);
    }
    void on_finish_impl(error_code& ec) override {
        if (!request_.body.finish()) refuse(507, ec);
    }
    void on_response_impl(int, boost::beast::string_view, int, error_code&) override {}

    Request& request_;
    const Options& options_;
    int version_ = 0;
    int refusal_ = 0;
    bool has_host_ = false, has_length_ = false, head_done_ = false;
};

void clear(Request& request) {
    request.method.clear();
    request.target.clear();
    request.path.clear();
    request.query.clear();
    request.raw_query.clear();
    request.headers.clear();
    request.body.clear();
}

/// "Date: Mon, 23 Nov 2026 12:00:00 GMT\r\n" (RFC 9110 5.6.7), whatever the process's locale.
std::string date_line(std::time_t now) {
    constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm tm{};
    gmtime_r(&now, &tm);
    std::array<char, 64> text;
    const int size = std::snprintf(text.data(), text.size(), "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
                                   kDays[tm.tm_wday], tm.tm_mday, kMonths[tm.tm_mon], tm.tm_year + 1900,
                                   tm.tm_hour, tm.tm_min, tm.tm_sec);
    return {text.data(), static_cast<std::size_t>(size)};
}

class Connection;

/// One thread with its own event loop and connections, so that nothing below is shared between threads
/// but `load`.
class Worker {
  public:
    Worker(const Options& options, const Handler& handler, asio::thread_pool& aside)
        : options_(options),
          handler_(handler),
          aside_(aside),
          work_(context_.get_executor()),
          sweep_timer_(context_),
          max_connections_(
              std::max<std::size_t>(1, (options.max_connections + options.threads - 1) / options.threads)) {
        const int shortest = std::min({options.header_timeout_ms, options.body_timeout_ms,
                                       options.idle_timeout_ms, options.write_timeout_ms});
        sweep_interval_ = milliseconds(std::clamp(shortest / 4, 5, 500));
    }

    asio::io_context& context() { return context_; }
    const Options& options() const { return options_; }
    const Handler& handler() const { return handler_; }
    asio::thread_pool& aside() const { return aside_; }
    bool stopping() const { return stopping_; }

    /// Open and coming connections; counted up by the thread that accepts, down by this one.
    std::atomic<int> load = 0;

    void run() {
        sweep_after_interval();
        context_.run();
    }
    void adopt(tcp::socket socket);
    void remove(std::list<std::shared_ptr<Connection>>::iterator connection);
    /// From any thread: answers composed from now on are the last of their connections.
    void announce_stop() { stopping_ = true; }
    void stop();
    void stop_now();

    std::string_view date() {
        if (const std::time_t now = std::time(nullptr); now != date_time_) {
            date_time_ = now;
            date_line_ = date_line(now);
        }
        return date_line_;
    }

  private:
    void sweep_after_interval();
    void sweep(milliseconds late);
    bool make_room();
    void finish_if_empty();

    const Options& options_;
    const Handler& handler_;
    asio::thread_pool& aside_;
    asio::io_context context_{1};  // 1: run by one thread
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    asio::steady_timer sweep_timer_;
    milliseconds sweep_interval_;
    std::size_t max_connections_;
    std::list<std::shared_ptr<Connection>> connections_;
    std::time_t date_time_ = -1;
    std::string date_line_;
    std::atomic<bool> stopping_ = false;
};

/// One client's connection: reads a request, has it answered, writes the answer, again. At most one read or
/// write is under way at a time.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(Worker& worker, tcp::socket socket) : worker_(worker), socket_(std::move(socket)) {}

    void start(std::list<std::shared_ptr<Connection>>::iterator place) {
        place_ = place;
        error_code ignored;
        socket_.non_blocking(true, ignored);
        socket_.set_option(tcp::no_delay(true), ignored);
        if (worker_.options().access_log) {
            const auto peer = socket_.remote_endpoint(ignored);
            if (!ignored) remote_ = peer.address().to_string();
        }
        waiting_since_ = SteadyClock::now();
        deadline_ = waiting_since_ + milliseconds(worker_.options().header_timeout_ms);
        read();
    }

    /// True while no complete request head has arrived.
    bool waits_for_head() const { return state_ == State::idle || state_ == State::head; }
    SteadyClock::time_point waiting_since() const { return waiting_since_; }
    SteadyClock::time_point deadline() const { return deadline_; }
    void put_off_deadline(milliseconds time) { deadline_ += time; }

    void expire() {
        if (state_ == State::head || state_ == State::body) refuse_at_once(408);
        close();
    }

    /// Sends an error as far as it goes without waiting.
    void refuse_at_once(int status) {
        started_ = SteadyClock::now();
        compose(plain_text(status), false);
        error_code ignored;
        socket_.write_some(pending_, ignored);
        socket_.shutdown(tcp::socket::shutdown_both, ignored);
        log();
    }

    void close_if_idle() {
        error_code ec;
        if (state_ != State::idle || buffer_.size() > 0) return;
        // What has arrived before we close is still answered.
        if (socket_.available(ec) == 0 || ec) close();
    }

    void close() {
        if (state_ == State::closed) return;
        state_ = State::closed;
        error_code ignored;
        socket_.close(ignored);
        worker_.remove(place_);
    }

  private:
    enum class State {
        idle,       ///< No byte of the next request is here.
        head,       ///< Some of its head is.
        body,       ///< All of its head is.
        answering,  ///< The handler works, or the answer is being written.
        lingering,  ///< The answer is sent; what still comes is thrown away.
        closed,
    };
    enum class Received { more_needed, request, refused };

    void read() {
        socket_.async_read_some(
            buffer_.prepare(state_ == State::body ? kReadBodyBytes : kReadBytes),
            [self = shared_from_this()](error_code ec, std::size_t size) { self->on_read(ec, size); });
    }

    void on_read(error_code ec, std::size_t size) {
        if (state_ == State::closed) return;
        if (ec) return close();
        if (state_ == State::lingering) {
            lingered_ += size;
            if (lingered_ > kLingerBytes) return close();
            return read();  // over what was read before: it is not committed
        }
        buffer_.commit(size);
        serve();
    }

    /// Answers what the buffer holds, until it needs to wait for the peer.
    void serve() {
        for (int served = 0; state_ != State::closed; ++served) {
            if (served == kServedInOneGo)
                return asio::post(worker_.context(), [self = shared_from_this()] { self->serve(); });
            switch (receive()) {
                case Received::more_needed:
                    if (state_ == State::idle && worker_.stopping()) return close();
                    return read();
                case Received::request:
                    if (works_long()) return answer_aside();
                    answer();
                    break;
                case Received::refused:
                    refuse();
                    break;
            }
            if (!write()) return;
        }
    }

    std::string_view buffered() const {
        return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
    }

    Received refused(int status) {
        refusal_ = status;
        return Received::refused;
    }

    Received receive() {
        if (state_ == State::idle) {
            // Empty lines before a request line are passed over (RFC 9112 2.2).
            while (buffered().starts_with("\r\n")) buffer_.consume(2);
            if (buffer_.size() == 0) return Received::more_needed;
            state_ = State::head;
            searched_ = 0;
            deadline_ = SteadyClock::now() + milliseconds(worker_.options().header_timeout_ms);
            parser_.emplace(request_, worker_.options());
        }
        if (state_ == State::head) {
            if (const auto step = receive_head()) return *step;
        }
        error_code ec;
        while (!parser_->is_done()) {
            if (buffer_.size() == 0) {
                // Slow but steady is no fault.
                deadline_ = body_started_ + milliseconds(worker_.options().body_timeout_ms) +
                            milliseconds(request_.body.size() * 1000 /
                                         static_cast<std::size_t>(worker_.options().body_bytes_per_second));
                return Received::more_needed;
            }
            buffer_.consume(parser_->put(buffer_.data(), ec));
            if (ec == beast_http::error::need_more) {
                // Only the line of a chunk's size, or trailers, can be kept waiting for their end.
                if (buffer_.size() > worker_.options().header_bytes) return refused(431);
                return Received::more_needed;
            }
            if (ec) return refused(status_of(ec));
        }
        return Received::request;
    }

    /// Nothing if the head is complete and good.
    std::optional<Received> receive_head() {
        const Options& options = worker_.options();
        const std::string_view data = buffered();
        const std::size_t end = data.find("\r\n\r\n", searched_);
        if (std::min(end, data.size()) > options.header_bytes) {
            const bool long_target = data.find("\r\n") > options.target_bytes;
            return refused(long_target ? 414 : 431);
        }
        if (end == std::string_view::npos) {
            searched_ = data.size() < 3 ? 0 : data.size() - 3;
            return Received::more_needed;
        }
        const std::string_view head = data.substr(0, end + 4);
        // A line that goes on in the next one (obs-fold) is refused, RFC 9112 5.2: not every proxy agrees
        // with us on what it means.
        if (head.find("\r\n ") != std::string_view::npos || head.find("\r\n\t") != std::string_view::npos)
            return refused(400);
        error_code ec;
        const std::size_t used = parser_->put(asio::buffer(head.data(), head.size()), ec);
        if (ec == beast_http::error::bad_version) {
            const std::string_view line = head.substr(0, head.find("\r\n"));
            const bool other = line.size() > 9 && line.substr(line.size() - 9, 6) == " HTTP/";
            return refused(other ? 505 : 400);
        }
        if (ec || used != head.size()) return refused(status_of(ec));
        buffer_.consume(used);
        state_ = State::body;
        if (parser_->is_done()) return {};
        body_started_ = SteadyClock::now();
        deadline_ = body_started_ + milliseconds(options.body_timeout_ms);
        if (const auto expected = request_.header("Expect"); !expected.empty() && parser_->is_http_1_1()) {
            if (!equals_ignoring_case(expected, "100-continue")) return refused(417);
            constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
            // If even this does not fit, the peer has not read its last answers: it will time out.
            if (buffer_.size() == 0) socket_.write_some(asio::buffer(kContinue), ec);
        }
        return {};
    }

    int status_of(error_code ec) const {
        if (parser_->refusal() != 0) return parser_->refusal();
        return ec == beast_http::error::body_limit ? 413 : 400;
    }

    void refuse() {
        started_ = SteadyClock::now();
        unread_ = true;
        compose(plain_text(refusal_), false);
    }

    bool works_long() const {
        const auto& told = worker_.options().works_long;
        return request_.body.in_file() || (told && told(request_));
    }

    void answer() {
        started_ = SteadyClock::now();
        state_ = State::answering;
        compose(worker_.handler()(request_), parser_->keep_alive());
    }

    /// The same on the thread for long work; goes on from there.
    void answer_aside() {
        started_ = SteadyClock::now();
        state_ = State::answering;
        deadline_ = started_ + kLongWork;
        asio::post(worker_.aside(), [self = shared_from_this()] {
            asio::post(self->worker_.context(), [self, made = self->worker_.handler()(self->request_)]() mutable {
                if (self->state_ == State::closed) return;
                self->compose(std::move(made), self->parser_->keep_alive());
                if (self->write()) self->serve();
            });
        });
    }

    /// Lays out the answer for writing.
    void compose(Response response, bool keep_alive) {
        if (response.status < 200 || response.status > 599 || !headers_are_valid(response.headers))
            response = plain_text(500, "The answer was not well-formed.");
        const bool get = request_.method == "GET", head_only = request_.method == "HEAD";
        const Body* body = response.body.get();
        const bool gzip = body && body->compressible() && prefers_gzip(request_.header("Accept-Encoding"));
        if (response.status == 200 && body && (get || head_only)) {
            const std::string_view known = request_.header("If-None-Match");
            if (!known.empty() && etag_matches(known, gzip ? body->gzip_etag() : body->etag()))
                response.status = 304;
        }
        const std::string* start = &head_;
        tail_.clear();
        if (response.head) {
            start = response.status == 304 ? &response.head->not_modified(gzip) : &response.head->full(gzip);
            for (const auto& [name, value] : response.headers)
                tail_.append(name).append(": ").append(value).append("\r\n");
        } else {
            head_.clear();
            append_head(head_, response.status, response.headers, body, gzip);
        }
        tail_.append(worker_.date());
        keep_alive_ = keep_alive && !worker_.stopping();
        if (!keep_alive_)
            tail_.append("Connection: close\r\n");
        else if (!parser_->is_http_1_1())
            tail_.append("Connection: keep-alive\r\n");
        tail_.append("\r\n");

        pending_ = {asio::buffer(*start), asio::buffer(tail_), asio::const_buffer()};
        if (body && !head_only && response.status != 204 && response.status != 304)
            pending_[2] = asio::buffer(gzip ? body->gzip() : body->bytes());
        body_bytes_ = pending_[2].size();
        response_ = std::move(response);  // keeps alive what pending_ points into
    }

    /// Writes what is pending. True if it is all written and the connection goes on.
    bool write() {
        state_ = State::answering;
        error_code ec;
        const std::size_t size = socket_.write_some(pending_, ec);
        if (ec && ec != asio::error::would_block) {
            close();
            return false;
        }
        if (take_written(ec ? 0 : size)) return finish();
        wait_to_write();
        return false;
    }

    void wait_to_write() {
        deadline_ = SteadyClock::now() + milliseconds(worker_.options().write_timeout_ms);
        socket_.async_write_some(pending_, [self = shared_from_this()](error_code ec, std::size_t size) {
            if (self->state_ == State::closed) return;
            if (ec) return self->close();
            if (!self->take_written(size)) return self->wait_to_write();
            if (self->finish()) self->serve();
        });
    }

    /// True if nothing is left.
    bool take_written(std::size_t size) {
        bool all = true;
        for (asio::const_buffer& part : pending_) {
            const std::size_t taken = std::min(size, part.size());
            part += taken;
            size -= taken;
            all = all && part.size() == 0;
        }
        return all;
    }

    void log() const {
        const auto& access_log = worker_.options().access_log;
        if (!access_log) return;
        const auto duration =
            std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - started_);
        access_log({remote_, request_.method, request_.target, response_.status, body_bytes_, duration});
    }

    /// After the answer is written. True if the connection goes on.
    bool finish() {
        log();
        response_ = {};
        if (!keep_alive_) {
            if (unread_ || buffer_.size() > 0)
                linger();
            else
                close();
            return false;
        }
        if (buffer_.size() == 0 && buffer_.capacity() > kKeptCapacity) buffer_.shrink_to_fit();
        clear(request_);
        state_ = State::idle;
        waiting_since_ = SteadyClock::now();
        deadline_ = waiting_since_ + milliseconds(worker_.options().idle_timeout_ms);
        return true;
    }

    /// Closing a socket with bytes unread resets the connection, and the peer may lose the answer: so our
    /// side is shut down, and theirs read for a while (RFC 9112 9.6).
    void linger() {
        state_ = State::lingering;
        deadline_ = SteadyClock::now() + kLingerTime;
        error_code ignored;
        socket_.shutdown(tcp::socket::shutdown_send, ignored);
        buffer_.clear();
        read();
    }

    Worker& worker_;
    tcp::socket socket_;
    std::list<std::shared_ptr<Connection>>::iterator place_;
    State state_ = State::idle;
    std::string remote_;
    SteadyClock::time_point waiting_since_, deadline_, started_, body_started_;

    boost::beast::flat_buffer buffer_;
    std::size_t searched_ = 0;  // bytes of the buffer known not to start the end of a head
    std::optional<Parser> parser_;
    Request request_;
    int refusal_ = 0;

    Response response_;
    std::string head_, tail_;
    std::array<asio::const_buffer, 3> pending_;
    std::size_t body_bytes_ = 0, lingered_ = 0;
    bool keep_alive_ = false, unread_ = false;
};

void Worker::adopt(tcp::socket socket) {
    const auto connection = std::make_shared<Connection>(*this, std::move(socket));
    const bool room = !stopping_ && (connections_.size() < max_connections_ || make_room());
    connections_.push_front(connection);
    connection->start(connections_.begin());
    if (!room) {
        if (!stopping_) connection->refuse_at_once(503);
        connection->close();
    }
}

bool Worker::make_room() {
    std::shared_ptr<Connection> oldest;
    for (const auto& connection : connections_)
        if (connection->waits_for_head() &&
            (!oldest || connection->waiting_since() < oldest->waiting_since()))
            oldest = connection;
    if (oldest) oldest->close();
    return oldest != nullptr;
}

void Worker::remove(std::list<std::shared_ptr<Connection>>::iterator connection) {
    load.fetch_sub(1, std::memory_order_relaxed);
    connections_.erase(connection);
    finish_if_empty();
}

void Worker::finish_if_empty() {
    if (!stopping_ || !connections_.empty()) return;
    sweep_timer_.cancel();
    work_.reset();
}

void Worker::stop() {
    for (const auto connections = connections_; const auto& connection : connections)
        connection->close_if_idle();
    finish_if_empty();
}

void Worker::stop_now() {
    for (const auto connections = connections_; const auto& connection : connections) connection->close();
    finish_if_empty();
}

void Worker::sweep_after_interval() {
    sweep_timer_.expires_after(sweep_interval_);
    sweep_timer_.async_wait([this](error_code ec) {
        if (ec || (stopping_ && connections_.empty())) return;
        sweep(std::chrono::duration_cast<milliseconds>(SteadyClock::now() - sweep_timer_.expiry()));
        sweep_after_interval();
    });
}

void Worker::sweep(milliseconds late) {
    const auto now = SteadyClock::now();
    for (auto next = connections_.begin(); next != connections_.end();) {
        const auto connection = *next++;
        // A handler that took long has kept us from reading: that is not the peers' fault.
        if (late > sweep_interval_) connection->put_off_deadline(late);
        if (connection->deadline() < now) connection->expire();
    }
}

}  // namespace

class Server::Impl {
  public:
    Impl(Options options, Handler handler) : options_(std::move(options)), handler_(std::move(handler)) {
        options_.threads = std::max(1, options_.threads);
        for (int i = 0; i < options_.threads; ++i)
            workers_.push_back(std::make_unique<Worker>(options_, handler_, aside_));
    }

    Result<void> listen() {
        error_code ec;
        const auto address = asio::ip::make_address(options_.address, ec);
        if (ec)
            return fail(ErrorCode::invalid_usage, "listen", "'" + options_.address + "' is not an IP address",
                        "write one, for example 127.0.0.1 or ::1");
        const tcp::endpoint endpoint(address, options_.port);
        acceptor_.open(endpoint.protocol(), ec);
        if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
        if (!ec) acceptor_.bind(endpoint, ec);
        if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
        if (!ec) port_ = acceptor_.local_endpoint(ec).port();
        if (!ec) return {};
        const std::string operation =
            "listen on " + options_.address + " port " + std::to_string(options_.port);
        if (ec == asio::error::address_in_use)
            return fail(ErrorCode::conflict, operation,
                        "port " + std::to_string(options_.port) + " is in use by another program",
                        "stop that program or choose another port");
        return fail(ErrorCode::io, operation, ec.message());
    }

    unsigned short port() const { return port_; }

    void run() {
        signals_.add(SIGTERM);
        signals_.add(SIGINT);
        wait_for_signal();
        accept();
        running_ = workers_.size();
        std::vector<std::jthread> threads;
        for (const auto& worker : workers_)
            threads.emplace_back([this, &worker = *worker] {
                worker.run();
                asio::post(control_, [this] { worker_ended(); });
            });
        control_.run();
        threads.clear();
        // What waits there has no connection any more.
        aside_.stop();
        aside_.join();
    }

    void stop() {
        asio::post(control_, [this] { begin_stop(); });
    }

  private:
    void accept() {
        Worker& worker = **std::ranges::min_element(workers_, {}, [](const auto& candidate) {
            return candidate->load.load(std::memory_order_relaxed);
        });
        acceptor_.async_accept(worker.context(), [this, &worker](error_code ec, tcp::socket socket) {
            if (stopping_) return;
            if (!ec) {
                worker.load.fetch_add(1, std::memory_order_relaxed);
                asio::post(worker.context(), [&worker, taken = std::move(socket)]() mutable {
                    worker.adopt(std::move(taken));
                });
                return accept();
            }
            // Most likely there are no file descriptors left: some will be closed soon.
            timer_.expires_after(milliseconds(100));
            timer_.async_wait([this](error_code timer_ec) {
                if (!timer_ec && !stopping_) accept();
            });
        });
    }

    void wait_for_signal() {
        signals_.async_wait([this](error_code ec, int) {
            if (ec) return;
            if (stopping_)
                stop_now();
            else
                begin_stop();
            wait_for_signal();
        });
    }

    void begin_stop() {
        if (stopping_) return;
        stopping_ = true;
        error_code ignored;
        acceptor_.close(ignored);
        for (const auto& worker : workers_) {
            // The worker itself may be busy with a handler for some time.
            worker->announce_stop();
            asio::post(worker->context(), [&worker = *worker] { worker.stop(); });
        }
        timer_.expires_after(milliseconds(options_.shutdown_grace_ms));
        timer_.async_wait([this](error_code ec) {
            if (!ec) stop_now();
        });
    }

    void stop_now() {
        for (const auto& worker : workers_)
            asio::post(worker->context(), [&worker = *worker] { worker.stop_now(); });
    }

    void worker_ended() {
        if (--running_ > 0) return;
        // Nothing is left to wait for, so control_.run() returns.
        signals_.cancel();
        timer_.cancel();
    }

    Options options_;
    Handler handler_;
    // Before control_, for what control_ still holds when it goes may be sockets of the workers' contexts.
    std::vector<std::unique_ptr<Worker>> workers_;
    asio::thread_pool aside_{1};
    asio::io_context control_{1};
    tcp::acceptor acceptor_{control_};
    asio::signal_set signals_{control_};
    asio::steady_timer timer_{control_};  // a pause in accepting; then the grace time
    unsigned short port_ = 0;
    std::size_t running_ = 0;
    bool stopping_ = false;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::listen(Options options, Handler handler) {
    auto impl = std::make_unique<Impl>(std::move(options), std::move(handler));
    TAMGA_TRY(impl->listen());
    return std::unique_ptr<Server>(new Server(std::move(impl)));
}

unsigned short Server::port() const {
    return impl_->port();
}
void Server::run() {
    impl_->run();
}
void Server::stop() {
    impl_->stop();
}

}  // namespace tamga::http
