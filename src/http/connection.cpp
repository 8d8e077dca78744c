#include "http/connection.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <new>
#include <utility>

#include "http/forwarded.hpp"
#include "http/target.hpp"
#include "http/worker.hpp"

namespace tamga::http {

namespace {

constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kReadBodyBytes = std::size_t{64} * 1024;
constexpr std::size_t kKeptCapacity = std::size_t{64} * 1024;  // of the buffers of an idle connection
constexpr std::size_t kPackedAtOnce = std::size_t{64} * 1024;  // larger bodies get their gzip form elsewhere
constexpr std::size_t kLingerBytes = std::size_t{256} * 1024;
constexpr milliseconds kLingerTime{1000};
constexpr milliseconds kStandsStill{1000};  // within a request or an answer: it is not unfair to close it
constexpr std::chrono::hours kLongWork{24};
constexpr int kServedInOneGo = 32;  // pipelined requests, before other connections get their turn

/// What `make` gives, or an error in its place. What is at fault is told to the operator.
template <typename Make>
auto guarded(const Shared& shared, const Request& request, const Make& make) -> decltype(make()) {
    const auto failed = [&](int status, const char* what) {
        shared.log("answering " + printable(request.method) + ' ' + printable(request.target) +
                   " failed: " + what);
        return plain_text(status, "The server failed at this; the failure was logged.");
    };
    try {
        return make();
    } catch (const std::bad_alloc& none) {
        return failed(503, "there is no memory left");
    } catch (const std::exception& unexpected) {
        return failed(500, unexpected.what());
    }
}

bool wants_gzip(const Request& request, const Response& response) {
    return response.body && response.body->compressible() && prefers_gzip(request.header("Accept-Encoding"));
}

}  // namespace

Connection::Connection(Worker& worker, tcp::socket socket, std::string remote, std::string client)
    : worker_(worker),
      socket_(std::move(socket)),
      remote_(std::move(remote)),
      client_(std::move(client)),
      parser_(worker.options().limits) {}

void Connection::start(Place place) {
    place_ = place;
    error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(tcp::no_delay(true), ignored);
    waiting_since_ = worker_.time();
    deadline_ = waiting_since_ + milliseconds(worker_.options().header_timeout_ms);
    read();
}

bool Connection::in_an_exchange() const {
    return state_ == State::writing || state_ == State::working ||
           (state_ == State::reading && parser_.state() == Parser::State::body);
}

bool Connection::may_be_closed() const {
    if (state_ == State::closed || state_ == State::working || is_starved_) return false;
    return !in_an_exchange() || worker_.time() - waiting_since_ >= kStandsStill;
}

void Connection::expire() {
    const Parser::State at = parser_.state();
    if (state_ == State::reading && (at == Parser::State::head || at == Parser::State::body))
        return refuse_and_close(408);
    close();
}

void Connection::refuse_and_close(int status) {
    started_ = worker_.options().now();
    keep_alive_ = false;
    compose(plain_text(status));
    error_code ignored;
    take_written(socket_.write_some(pending_, ignored));
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
    state_ = State::writing;
    close();
}

void Connection::close_if_idle() {
    error_code ec;
    if (state_ != State::reading || parser_.state() != Parser::State::idle || buffer_.size() > 0) return;
    // What has arrived before we close is still answered.
    if (socket_.available(ec) == 0 || ec) close();
}

void Connection::close() {
    if (state_ == State::closed) return;
    if (state_ == State::writing) log();
    state_ = State::closed;
    unwanted_.request_stop();
    if (response_.stream) response_.stream->cancel();
    error_code ignored;
    socket_.close(ignored);
    worker_.remove(*this);
}

void Connection::look_after_work() {
    if (state_ != State::working) return;
    pollfd peer{.fd = socket_.native_handle(), .events = POLLRDHUP, .revents = 0};
    if (poll(&peer, 1, 0) <= 0) return;
    // It may have closed the direction to us only, and still listen: what is begun is answered, if it comes
    // to that. What has to wait is not made for somebody who is most likely gone.
    unwanted_.request_stop();
    if (!begun_ || (peer.revents & (POLLHUP | POLLERR)) != 0) close();
}

void Connection::read() {
    const bool body = state_ == State::reading && parser_.state() == Parser::State::body;
    socket_.async_read_some(
        buffer_.prepare(body ? kReadBodyBytes : kReadBytes),
        [self = shared_from_this()](error_code ec, std::size_t size) { self->on_read(ec, size); });
}

void Connection::on_read(error_code ec, std::size_t size) {
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

/// Answers what the buffer holds, until it needs to wait for the peer or for work.
void Connection::serve() {
    for (int served = 0; state_ != State::closed; ++served) {
        if (served == kServedInOneGo)
            return asio::post(worker_.context(), [self = shared_from_this()] { self->serve(); });
        if (!receive()) {
            if (parser_.state() == Parser::State::idle && worker_.stopping()) return close();
            return read();
        }
        if (!answer() || !write()) return;
    }
}

/// True if there is a request to answer, or to refuse.
bool Connection::receive() {
    const auto data = buffer_.data();
    buffer_.consume(parser_.read({static_cast<const char*>(data.data()), data.size()}));
    if (parser_.state() == Parser::State::complete || parser_.state() == Parser::State::refused) return true;
    await_more();
    return false;
}

/// Says until when more must come.
void Connection::await_more() {
    const Options& options = worker_.options();
    const Parser::State at = parser_.state();
    const bool new_state = std::exchange(was_, at) != at;
    const auto now = worker_.time();
    if (at == Parser::State::head && new_state) {
        waiting_since_ = now;
        deadline_ = now + milliseconds(options.header_timeout_ms);
    } else if (at == Parser::State::body) {
        waiting_since_ = now;
        if (new_state) {
            body_started_ = now;
            tell_to_continue();
        }
        // Slow but steady is no fault; what came fast once is no excuse for standing still.
        const milliseconds earned(parser_.request().body.size() * 1000 /
                                  static_cast<std::size_t>(options.body_bytes_per_second));
        deadline_ = std::min(now, body_started_ + earned) + milliseconds(options.body_timeout_ms);
    }
}

void Connection::tell_to_continue() {
    if (!parser_.waits_for_continue() || buffer_.size() > 0) return;
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    // If even this does not fit, the peer has not read its last answers: it will time out.
    error_code ignored;
    socket_.write_some(asio::buffer(kContinue), ignored);
}

/// True if the answer is there to be written.
bool Connection::answer() {
    const Options& options = worker_.options();
    started_ = options.now();
    if (parser_.state() == Parser::State::refused) {
        keep_alive_ = false;
        compose(plain_text(parser_.refusal()));
        return true;
    }
    keep_alive_ = parser_.keep_alive();
    // Of a proxy's connection each request may be somebody else's.
    parser_.request().remote =
        client_.empty() ? asked_by(remote_, parser_.request().header("X-Forwarded-For"), options.proxies)
                        : remote_;
    const Request& request = parser_.request();
    Answer made =
        guarded(worker_.shared(), request, [&]() -> Answer { return worker_.shared().handler(request); });
    worker_.was_busy(worker_.options().now() - started_);
    if (auto* later = std::get_if<Later>(&made)) {
        work(std::move(*later));
        return state_ == State::writing;
    }
    auto& response = std::get<Response>(made);
    if (wants_gzip(request, response) && !response.body->has_gzip() &&
        response.body->bytes().size() > kPackedAtOnce) {
        work({Later::Lane::page, [response] { return response; }});
        return state_ == State::writing;
    }
    compose(std::move(response));
    return true;
}

/// Has the answer made on a lane, and goes on from there. Composes a refusal if the lane is full.
void Connection::work(Later later) {
    state_ = State::working;
    deadline_ = worker_.time() + kLongWork;
    unwanted_ = std::stop_source();
    begun_ = false;
    parser_.request().stop = unwanted_.get_token();
    parser_.request().begin = [this](Response head) { return begin(std::move(head)); };
    const Options& options = worker_.options();
    // Each connection has one work at most, so that there is no need to count pages.
    const Lane::Limits most =
        later.lane == Later::Lane::page
            ? Lane::Limits{.all = SIZE_MAX, .one = SIZE_MAX}
            : Lane::Limits{.all = options.most_waiting_long, .one = (options.most_waiting_long + 3) / 4};
    auto run = [self = shared_from_this(), make = std::move(later.work), route = later.route] {
        self->begun_ = true;
        const Request& request = self->parser_.request();
        Response made = guarded(self->worker_.shared(), request, [&] {
            Response response = make();
            if (wants_gzip(request, response)) response.body->gzip();
            return response;
        });
        if (const auto stream = std::exchange(self->streamed_, nullptr)) {
            const bool whole = made.status == 200;
            if (!whole && !stream->is_cancelled())
                self->worker_.shared().log("answering " + printable(request.method) + ' ' +
                                           printable(request.target) +
                                           " was broken off: what was left could not be made");
            // After this the request may be another.
            return stream->end(whole);
        }
        if (made.route.empty()) made.route = route;
        asio::post(self->worker_.context(), [self, made = std::move(made)]() mutable {
            if (self->state_ == State::closed) return;
            self->compose(std::move(made));
            if (self->write()) self->serve();
        });
    };
    if (worker_.shared().lane(later.lane).add(client_, unwanted_.get_token(), std::move(run), most)) return;
    Response refused = plain_text(503, "Too much is being worked on. Try again in a minute.");
    refused.headers.emplace_back("Retry-After", "60");
    refused.route = later.route;
    compose(std::move(refused));
}

/// Request::begin, on the thread of the work.
std::shared_ptr<Stream> Connection::begin(Response head) {
    if (streamed_ || head.status != 200 || head.body || !headers_are_valid(head.headers)) return nullptr;
    const auto self = shared_from_this();
    const auto& request = std::as_const(parser_).request();
    const bool packs = is_text(head.header("Content-Type"));
    const bool gzip = packs && prefers_gzip(request.header("Accept-Encoding"));
    streamed_ = Stream::make(gzip, [weak = weak_from_this(), &context = worker_.context()] {
        asio::post(context, [weak] {
            if (const auto connection = weak.lock()) connection->wake();
        });
    });
    if (!streamed_) return nullptr;
    if (packs) head.headers.emplace_back("Vary", "Accept-Encoding");
    if (gzip) head.headers.emplace_back("Content-Encoding", "gzip");
    head.stream = streamed_;
    asio::post(worker_.context(), [self, head = std::move(head)]() mutable {
        if (self->state_ == State::closed) return head.stream->cancel();
        self->compose(std::move(head));
        if (self->write()) self->serve();
    });
    return streamed_;
}

/// Lays out the answer for writing.
void Connection::compose(Response response) {
    state_ = State::writing;
    const Request& request = parser_.request();
    if (response.status < 200 || response.status > 599 || !headers_are_valid(response.headers))
        response = plain_text(500, "The answer was not well-formed.");
    const bool get = request.method == "GET", head_only = request.method == "HEAD";
    const Body* body = response.body.get();
    const bool gzip = wants_gzip(request, response);
    if (response.status == 200 && body && (get || head_only)) {
        const std::string_view known = request.header("If-None-Match");
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
        append_head(head_, response.status, response.headers, body, gzip, !response.stream);
    }
    tail_.append(worker_.date());
    is_chunked_ = response.stream && parser_.is_http_1_1();
    if (is_chunked_) tail_.append("Transfer-Encoding: chunked\r\n");
    // Nobody wants what HEAD leaves out; the work has to end, though, before there is another request.
    if (response.stream && head_only) response.stream->cancel();
    keep_alive_ = keep_alive_ && !worker_.stopping() && (!response.stream || is_chunked_);
    if (!keep_alive_)
        tail_.append("Connection: close\r\n");
    else if (!parser_.is_http_1_1())
        tail_.append("Connection: keep-alive\r\n");
    tail_.append("\r\n");

    pending_ = {asio::buffer(*start), asio::buffer(tail_), asio::const_buffer()};
    if (body && !head_only && response.status != 204 && response.status != 304)
        pending_[2] = asio::buffer(gzip ? body->gzip() : body->bytes());
    body_bytes_ = pending_[2].size();
    response_ = std::move(response);  // keeps alive what pending_ points into
}

/// Writes what is pending. True if it is all written and the connection goes on.
bool Connection::write() {
    error_code ec;
    const std::size_t size = socket_.write_some(pending_, ec);
    if (ec && ec != asio::error::would_block) {
        close();
        return false;
    }
    if (take_written(ec ? 0 : size)) return go_on();
    wait_to_write();
    return false;
}

void Connection::wait_to_write() {
    waiting_since_ = worker_.time();
    deadline_ = waiting_since_ + milliseconds(worker_.options().write_timeout_ms);
    socket_.async_write_some(pending_, [self = shared_from_this()](error_code ec, std::size_t size) {
        if (self->state_ == State::closed) return;
        if (ec) return self->close();
        if (!self->take_written(size)) return self->wait_to_write();
        if (self->go_on()) self->serve();
    });
}

/// After all that was pending is written. True if that was the answer, and the connection goes on.
bool Connection::go_on() {
    return response_.stream ? go_on_streaming() : finish();
}

bool Connection::go_on_streaming() {
    const Stream::Took took = response_.stream->take(piece_);
    if (took == Stream::Took::none_yet) {
        is_starved_ = true;
        deadline_ = worker_.time() + kLongWork;
        return false;
    }
    if (parser_.request().method == "HEAD") return finish();
    if (took == Stream::Took::broken) {
        close();
        return false;
    }
    if (took == Stream::Took::all) {
        response_.stream.reset();
        piece_.clear();
        if (!is_chunked_) return finish();
    }
    // RFC 9112 7.1. The line's end that belongs to a chunk stands before the next one's size.
    head_.clear();
    if (is_chunked_) {
        const bool first = body_bytes_ == 0;
        fmt::format_to(std::back_inserter(head_), "{}{:x}\r\n{}", first ? "" : "\r\n", piece_.size(),
                       piece_.empty() ? "\r\n" : "");
    }
    body_bytes_ += piece_.size();
    pending_ = {asio::buffer(head_), asio::const_buffer(), asio::buffer(piece_)};
    wait_to_write();
    return false;
}

/// There is more of what is streamed.
void Connection::wake() {
    if (state_ != State::writing || !std::exchange(is_starved_, false)) return;
    if (go_on()) serve();
}

/// True if nothing is left.
bool Connection::take_written(std::size_t size) {
    worker_.counts.bytes_sent += size;
    bool all = true;
    for (asio::const_buffer& part : pending_) {
        const std::size_t taken = std::min(size, part.size());
        part += taken;
        size -= taken;
        all = all && part.size() == 0;
    }
    return all;
}

void Connection::log() const {
    const Options& options = worker_.options();
    if (!options.access_log) return;
    const Request& request = parser_.request();
    const auto duration = std::chrono::duration_cast<std::chrono::microseconds>(options.now() - started_);
    options.access_log({remote_, request.method, request.target, response_.route, response_.status,
                        body_bytes_ - pending_[2].size(), duration});
}

/// After the answer is written. True if the connection goes on.
bool Connection::finish() {
    log();
    response_ = {};
    is_starved_ = false;
    if (piece_.capacity() > kKeptCapacity) piece_ = {};
    const bool unread = parser_.state() == Parser::State::refused || parser_.leaves_body_unread();
    parser_.next();
    was_ = Parser::State::idle;
    if (!keep_alive_) {
        state_ = State::lingering;
        if (unread || buffer_.size() > 0)
            linger();
        else
            close();
        return false;
    }
    if (buffer_.size() == 0 && buffer_.capacity() > kKeptCapacity) buffer_.shrink_to_fit();
    state_ = State::reading;
    waiting_since_ = worker_.time();
    deadline_ = waiting_since_ + milliseconds(worker_.options().idle_timeout_ms);
    return true;
}

/// Closing a socket with bytes unread resets the connection, and the peer may lose the answer: so our
/// side is shut down, and theirs read for a while (RFC 9112 9.6).
void Connection::linger() {
    waiting_since_ = worker_.time();
    deadline_ = waiting_since_ + kLingerTime;
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    buffer_.clear();
    read();
}

}  // namespace tamga::http
