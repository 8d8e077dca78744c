#include "http/server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/signal_set.hpp>
#include <thread>

#include "http/worker.hpp"

namespace tamga::http {

namespace {

constexpr milliseconds kAcceptPause{100};
constexpr rlim_t kOtherDescriptors = 128;  // for files: the database's, those of uploads and answers

/// How many connections the process's limit on descriptors leaves room for.
int connections_possible() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return INT_MAX;
    const rlim_t others = std::min(kOtherDescriptors, limit.rlim_cur / 2);
    return static_cast<int>(std::min<rlim_t>(limit.rlim_cur - others, INT_MAX));
}

}  // namespace

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    return static_cast<std::size_t>(setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before);
}

class Server::Impl {
  public:
    Impl(Options options, Handler handler)
        : shared_(within_limits(std::move(options)), std::move(handler)), options_(shared_.options) {
        for (int i = 0; i < options_.threads; ++i) workers_.push_back(std::make_unique<Worker>(shared_));
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
        if (options_.heeds_signals) {
            signals_.add(SIGTERM);
            signals_.add(SIGINT);
        }
        if (options_.hang_up) signals_.add(SIGHUP);
        wait_for_signal();
        if (options_.began) options_.began();
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
        // No work has a connection any more, and what runs was told to stop.
        const SteadyClock::time_point patience_ends = SteadyClock::now() + milliseconds(options_.overdue_ms);
        bool all_ended = true;
        for (Lane* lane : {&shared_.pages, &shared_.long_work, &shared_.elsewhere})
            all_ended = lane->close(std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(
                                                                  patience_ends - SteadyClock::now()))) &&
                        all_ended;
        if (!all_ended && options_.overdue) options_.overdue();
        shared_.pages.join();
        shared_.long_work.join();
        shared_.elsewhere.join();
    }

    void stop() {
        asio::post(control_, [this] { begin_stop(); });
    }

    Figures figures() const {
        Figures sum;
        for (const auto& worker : workers_) {
            sum.open += static_cast<std::size_t>(std::max(0, worker->load.load()));
            sum.taken += worker->counts.taken;
            sum.refused += worker->counts.refused;
            sum.made_room += worker->counts.made_room;
            sum.bytes_sent += worker->counts.bytes_sent;
        }
        return sum;
    }

  private:
    static Options within_limits(Options options) {
        options.threads = std::max(1, options.threads);
        options.max_connections = std::min(options.max_connections, connections_possible());
        return options;
    }

    void accept() {
        Worker& worker = **std::ranges::min_element(workers_, {}, [](const auto& candidate) {
            return candidate->load.load(std::memory_order_relaxed);
        });
        acceptor_.async_accept(worker.context(), [this, &worker](error_code ec, tcp::socket socket) {
            if (stopping_) return;
            if (ec) return accept_failed(ec);
            accept_fails_ = false;
            worker.load.fetch_add(1, std::memory_order_relaxed);
            accept();
            asio::post(worker.context(),
                       [&worker, taken = std::move(socket)]() mutable { worker.adopt(std::move(taken)); });
        });
    }

    /// Most likely there are no file descriptors left, in the process or in the system.
    void accept_failed(error_code ec) {
        if (!std::exchange(accept_fails_, true))
            shared_.log("cannot take a connection: " + ec.message() +
                        "; those that have waited longest are closed to make room");
        for (const auto& worker : workers_)
            asio::post(worker->context(), [&worker = *worker] { worker.make_room(); });
        pause_.expires_after(kAcceptPause);
        pause_.async_wait([this](error_code timer_ec) {
            if (!timer_ec && !stopping_) accept();
        });
    }

    void wait_for_signal() {
        signals_.async_wait([this](error_code ec, int signal) {
            if (ec) return;
            if (signal == SIGHUP)
                options_.hang_up();
            else if (stopping_)
                stop_now();
            else
                begin_stop();
            wait_for_signal();
        });
    }

    void begin_stop() {
        if (stopping_) return;
        stopping_ = true;
        if (options_.stop_began) options_.stop_began();
        error_code ignored;
        acceptor_.close(ignored);
        pause_.cancel();
        for (const auto& worker : workers_) {
            worker->announce_stop();
            asio::post(worker->context(), [&worker = *worker] { worker.stop(); });
        }
    }

    void stop_now() {
        for (const auto& worker : workers_)
            asio::post(worker->context(), [&worker = *worker] { worker.stop_now(); });
    }

    void worker_ended() {
        if (--running_ > 0) return;
        // Nothing is left to wait for, so control_.run() returns.
        signals_.cancel();
    }

    Shared shared_;
    const Options& options_;
    // Before control_, for what control_ still holds when it goes may be sockets of the workers' contexts.
    std::vector<std::unique_ptr<Worker>> workers_;
    asio::io_context control_{1};
    tcp::acceptor acceptor_{control_};
    asio::signal_set signals_{control_};
    asio::steady_timer pause_{control_};  // in accepting
    unsigned short port_ = 0;
    std::size_t running_ = 0;
    bool stopping_ = false, accept_fails_ = false;
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
Server::Figures Server::figures() const {
    return impl_->figures();
}
void Server::run() {
    impl_->run();
}
void Server::stop() {
    impl_->stop();
}

}  // namespace tamga::http
