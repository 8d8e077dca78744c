#include "http/worker.hpp"

#include <algorithm>
#include <exception>
#include <tuple>

#include "http/connection.hpp"

namespace tamga::http {

namespace {

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

/// A worker's part of a number, rounded up.
std::size_t share(int number, int workers) {
    return static_cast<std::size_t>(std::max(1, (number + workers - 1) / workers));
}

/// Whose a connection is, for limits: nobody's if it is a proxy's.
std::string client_of(const asio::ip::address& address, const std::vector<std::string>& proxies) {
    if (std::ranges::find(proxies, address.to_string()) != proxies.end()) return {};
    if (address.is_v4()) return address.to_string();
    const auto bytes = address.to_v6().to_bytes();
    if (address.to_v6().is_v4_mapped())
        return client_of(asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()), proxies);
    return {bytes.begin(), bytes.begin() + 8};
}

}  // namespace

Shared::Shared(Options given, Handler answers)
    : options(std::move(given)),
      handler(std::move(answers)),
      pages(std::max(1, options.page_threads)),
      long_work(std::max(1, options.long_threads)),
      elsewhere(std::max(1, options.elsewhere_threads)) {}

Worker::Worker(Shared& shared)
    : shared_(shared),
      work_(context_.get_executor()),
      sweep_timer_(context_),
      max_connections_(share(options().max_connections, options().threads)),
      max_of_client_(options().max_connections_of_client > 0
                         ? share(options().max_connections_of_client, options().threads)
                         : max_connections_) {
    const int shortest = std::min({options().header_timeout_ms, options().body_timeout_ms,
                                   options().idle_timeout_ms, options().write_timeout_ms});
    sweep_interval_ = milliseconds(std::clamp(shortest / 4, 5, 500));
}

void Worker::run() {
    sweep_after_interval();
    for (;;) {
        try {
            context_.run();
            return;
        } catch (const std::exception& failure) {
            // Out of memory, most likely. The connection at which it happened waits for nothing any more, and
            // is closed when its time is over.
            shared_.log(std::string("an event of a connection failed: ") + failure.what());
        }
    }
}

std::string_view Worker::date() {
    if (const std::time_t now = std::time(nullptr); now != date_time_) {
        date_time_ = now;
        date_line_ = date_line(now);
    }
    return date_line_;
}

void Worker::adopt(tcp::socket socket) {
    error_code ec;
    const auto peer = socket.remote_endpoint(ec);
    // Who has gone already needs no answer.
    if (ec || stopping_) {
        load.fetch_sub(1, std::memory_order_relaxed);
        return finish_if_empty();
    }
    const auto connection = std::make_shared<Connection>(*this, std::move(socket), peer.address().to_string(),
                                                         client_of(peer.address(), options().proxies));
    ++counts.taken;
    bool room = true;
    if (const std::string& client = connection->client(); !client.empty()) {
        const auto known = of_client_.find(client);
        if (known != of_client_.end() && known->second >= max_of_client_) room = make_room(client);
        ++of_client_[client];
    }
    if (room && connections_.size() >= max_connections_) room = make_room();
    connections_.push_front(connection);
    connection->start(connections_.begin());
    if (room) return;
    ++counts.refused;
    connection->refuse_and_close(503);
}

bool Worker::make_room(std::string_view client) {
    Connection* longest = nullptr;
    for (const auto& connection : connections_) {
        if (!client.empty() && connection->client() != client) continue;
        if (!connection->may_be_closed()) continue;
        if (!longest || std::pair(connection->in_an_exchange(), connection->waiting_since()) <
                            std::pair(longest->in_an_exchange(), longest->waiting_since()))
            longest = connection.get();
    }
    if (longest) {
        ++counts.made_room;
        longest->close();
    }
    return longest != nullptr;
}

void Worker::remove(Connection& connection) {
    load.fetch_sub(1, std::memory_order_relaxed);
    if (const auto known = of_client_.find(connection.client());
        known != of_client_.end() && --known->second == 0)
        of_client_.erase(known);
    connections_.erase(connection.place());
    finish_if_empty();
}

void Worker::finish_if_empty() {
    if (!stopping_ || !connections_.empty()) return;
    sweep_timer_.cancel();
    work_.reset();
}

void Worker::stop() {
    stop_by_ = options().now() + milliseconds(options().shutdown_grace_ms);
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
        sweep_after_interval();  // first: whatever goes wrong below, there is a next time
        sweep();
    });
}

void Worker::sweep() {
    const auto now = time();
    for (auto next = connections_.begin(); next != connections_.end();) {
        const auto connection = *next++;
        connection->look_after_work();
        if (connection->deadline() <= now) connection->expire();
    }
    if (stop_by_ != SteadyClock::time_point{} && stop_by_ <= options().now()) stop_now();
}

}  // namespace tamga::http
