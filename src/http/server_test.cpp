#include "http/server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <latch>
#include <mutex>
#include <random>
#include <thread>

#include "http/cache.hpp"

namespace tamga::http {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

/// A client that writes and reads bytes, and knows nothing of the server's code.
class Client {
  public:
    Client() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {}
    explicit Client(unsigned short port, std::uint32_t from = INADDR_LOOPBACK) : Client() {
        sockaddr_in address = address_of(from, 0);
        ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
        connect(port);
    }
    void connect(unsigned short port) {
        sockaddr_in address = address_of(INADDR_LOOPBACK, port);
        connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    bool connected() const { return connected_; }

    /// Waits for the first byte of what the server sends, and takes nothing.
    void await() {
        char byte;
        ::recv(socket_, &byte, 1, MSG_PEEK);
    }

    /// Takes what is there without waiting. True if the server has ended the connection.
    bool ended() {
        while (!ended_ && more(MSG_DONTWAIT)) {
        }
        return ended_;
    }

    bool send(std::string_view text) {
        while (!text.empty()) {
            const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    /// Says that nothing more will be sent.
    void end() { ::shutdown(socket_, SHUT_WR); }

    /// One answer, its body counted by Content-Length; what was received, if the connection ends before.
    std::string receive(bool with_body = true) {
        std::size_t wanted = std::string::npos;
        for (;;) {
            const std::size_t end = received_.find("\r\n\r\n");
            if (end != std::string::npos) {
                const std::size_t at = received_.find("Content-Length: ");
                wanted = end + 4;
                if (with_body && at < end) wanted += std::stoul(received_.substr(at + 16));
            }
            if (received_.size() >= wanted || !more()) break;
        }
        const std::string answer = received_.substr(0, wanted);
        received_.erase(0, wanted);
        return answer;
    }

    /// Waits for so many bytes, and leaves them to be received.
    void await(std::size_t size) {
        while (received_.size() < size && more()) {
        }
    }

    /// All that comes until the server ends the connection.
    std::string receive_all() {
        while (more()) {
        }
        return std::exchange(received_, {});
    }

    std::string ask(std::string_view request) {
        send(request);
        return receive();
    }

  private:
    static sockaddr_in address_of(std::uint32_t host, unsigned short port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(host);
        return address;
    }

    bool more(int flags = 0) {
        char bytes[65536];
        const ssize_t size = ::recv(socket_, bytes, sizeof bytes, flags);
        ended_ = ended_ || size == 0 || (size < 0 && errno != EAGAIN);
        if (size <= 0) return false;
        received_.append(bytes, static_cast<std::size_t>(size));
        return true;
    }

    int socket_;
    bool connected_ = false, ended_ = false;
    std::string received_;
};

int status_of(std::string_view answer) {
    return answer.starts_with("HTTP/1.1 ") ? std::stoi(std::string(answer.substr(9, 3))) : 0;
}

std::string header_of(std::string_view answer, std::string_view name) {
    const std::string_view head = answer.substr(0, answer.find("\r\n\r\n") + 2);
    const std::size_t at = head.find("\r\n" + std::string(name) + ": ");
    if (at == std::string_view::npos) return {};
    const std::size_t start = at + name.size() + 4;
    return std::string(head.substr(start, head.find("\r\n", start) - start));
}

std::string body_of(std::string_view answer) {
    return std::string(answer.substr(answer.find("\r\n\r\n") + 4));
}

std::string get(std::string_view target, std::string_view headers = {}) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) + "\r\n";
}

std::string gunzip(const std::string& bytes) {
    z_stream stream{};
    inflateInit2(&stream, 15 + 16);
    std::string out(8'000'000, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = inflate(&stream, Z_FINISH);
    out.resize(result == Z_STREAM_END ? stream.total_out : 0);
    inflateEnd(&stream);
    return out;
}

std::string page_text() {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "line " + std::to_string(i) + "\n";
    return text;
}

/// A clock that goes on when it is told to.
class ManualClock {
  public:
    SteadyClock::time_point now() const { return SteadyClock::time_point(SteadyClock::duration(ticks_)); }
    void advance(std::chrono::milliseconds by) { ticks_ += SteadyClock::duration(by).count(); }
    /// Goes on in small steps until something has happened. Gives how long that took by this clock.
    template <typename Happened>
    SteadyClock::duration until(const Happened& happened, std::chrono::milliseconds step = 20ms) {
        const auto start = now();
        while (!happened()) {
            advance(step);
            std::this_thread::sleep_for(1ms);
        }
        return now() - start;
    }

  private:
    std::atomic<SteadyClock::rep> ticks_ = SteadyClock::duration(1h).count();
};

/// Options of a server with one event loop and this clock.
Options by(const ManualClock& clock) {
    Options options;
    options.threads = 1;
    options.now = [&clock] { return clock.now(); };
    return options;
}

/// Where work waits until the test lets it go on.
class Gate {
  public:
    void pass() {
        ++came_;
        came_.notify_all();
        open_.wait(false);
    }
    /// Waits until so many have come.
    void await(int number) const {
        for (int came = came_; came < number; came = came_) came_.wait(came);
    }
    void open() {
        open_ = true;
        open_.notify_all();
    }
    int came() const { return came_; }

  private:
    std::atomic<int> came_ = 0;
    std::atomic<bool> open_ = false;
};

Response text(std::string_view words) {
    return {200, {}, Body::make(std::string(words), "text/plain")};
}

/// Runs a server on a free port until it goes out of scope.
class Running {
  public:
    explicit Running(Options options = {}, const Handler& handler = {}) {
        options.port = 0;
        auto listening = Server::listen(
            options, handler ? handler : [this](const Request& request) { return answer(request); });
        if (!listening) throw std::runtime_error(listening.error().message());
        server = std::move(*listening);
        port = server->port();
        thread_ = std::thread([this] {
            server->run();
            ended = true;
        });
    }
    ~Running() { stop(); }

    /// Returns when the server has read what was sent to it before, if it has one event loop.
    void sync() {
        if (!other_) other_ = std::make_unique<Client>(port);
        EXPECT_EQ(status_of(other_->ask(get("/none"))), 204);
    }

    void stop() {
        server->stop();
        wait();
    }
    void wait() {
        if (thread_.joinable()) thread_.join();
    }

    Answer answer(const Request& request) {
        if (request.path == "/page")
            return Response{200, {{"Cache-Control", "no-cache"}, {"X-Page", "1"}}, page};
        if (request.path == "/cached") {
            if (const auto hit = cache.find(request.path)) return *hit;
            return *cache.insert(request.path, {200, {{"Cache-Control", "no-cache"}, {"X-Page", "1"}}, page});
        }
        if (request.path == "/split") return Response{200, {{"Location", "/\r\nX-Evil: 1"}}, page};
        if (request.path == "/astray") return Response{302, {{"Location", "/中"}}, page};
        if (request.path == "/none") return Response{204};
        if (request.path == "/empty") return Response{200};
        if (request.path.starts_with("/held")) {
            const auto lane = request.path == "/held/long" ? Later::Lane::long_work : Later::Lane::page;
            return Later{lane, [this, &request] {
                             gate.pass();
                             return text(std::string(request.path) + " " + std::string(request.body.bytes()));
                         }};
        }
        if (request.path == "/large") return Response{200, {}, large};
        if (request.method != "GET" && request.method != "HEAD" && request.method != "POST") {
            Response refused = plain_text(405);
            refused.headers.emplace_back("Allow", "GET, HEAD, POST");
            return refused;
        }
        std::string words = request.method + " " + request.path;
        for (const auto& [name, value] : request.query)
            words.append(" ").append(name).append("=").append(value);
        if (!request.header("X-Echo").empty()) words += " " + std::string(request.header("x-echo"));
        if (!request.body.empty()) words += " " + std::string(request.body.bytes());
        return text(words);
    }

    std::shared_ptr<const Body> page = Body::make(page_text(), "text/html; charset=utf-8");
    std::shared_ptr<const Body> large = Body::make(std::string(8'000'000, 'z'), "image/png");
    Cache cache{1'000'000};
    Gate gate;
    std::unique_ptr<Server> server;
    unsigned short port = 0;
    std::atomic<bool> ended = false;

  private:
    std::unique_ptr<Client> other_;
    std::thread thread_;
};

TEST(Server, Answers) {
    Running running;
    Client client(running.port);
    const std::string answer = client.ask(get("/a%20b?x=1+2&y"));
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_EQ(body_of(answer), "GET /a b x=1 2 y=");
    EXPECT_EQ(header_of(answer, "Content-Type"), "text/plain");
    EXPECT_EQ(header_of(answer, "Content-Length"), "17");
    EXPECT_EQ(header_of(answer, "Server"), "");
    EXPECT_EQ(header_of(answer, "Vary"), "");
    EXPECT_EQ(header_of(answer, "Date").size(), 29U);
    EXPECT_TRUE(header_of(answer, "Date").ends_with(" GMT"));
}

TEST(Server, KeepsTheConnection) {
    Running running;
    Client client(running.port);
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(body_of(client.ask(get("/" + std::to_string(i)))), "GET /" + std::to_string(i));
    client.send(get("/last", "Connection: close\r\n"));
    const std::string last = client.receive_all();
    EXPECT_EQ(body_of(last), "GET /last");
    EXPECT_EQ(header_of(last, "Connection"), "close");
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
    Running running;
    Client client(running.port);
    std::string requests;
    for (int i = 0; i < 100; ++i) requests += get("/" + std::to_string(i));
    client.send("\r\n" + requests);
    for (int i = 0; i < 100; ++i) ASSERT_EQ(body_of(client.receive()), "GET /" + std::to_string(i));
}

TEST(Server, TakesRequestsByteByByte) {
    Running running;
    Client client(running.port);
    for (const char c : "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nxyz" + get("/b"))
        ASSERT_TRUE(client.send({&c, 1}));
    EXPECT_EQ(body_of(client.receive()), "POST /a xyz");
    EXPECT_EQ(body_of(client.receive()), "GET /b");
}

TEST(Server, SpeaksHttp10) {
    Running running;
    Client once(running.port);
    once.send("GET /a HTTP/1.0\r\n\r\n");
    EXPECT_EQ(body_of(once.receive_all()), "GET /a");
    Client kept(running.port);
    const std::string answer = kept.ask("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(header_of(answer, "Connection"), "keep-alive");
    EXPECT_EQ(body_of(kept.ask("GET /b HTTP/1.0\r\n\r\n")), "GET /b");
}

TEST(Server, AnswersHeadWithTheSameHeaders) {
    Running running;
    Client client(running.port);
    for (const char* path : {"/page", "/cached", "/cached"}) {
        const std::string full = client.ask(get(path));
        client.send("HEAD " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n\r\n");
        const std::string head = client.receive(false);
        for (const char* name : {"Content-Length", "ETag", "Content-Type", "Vary", "X-Page", "Cache-Control"})
            EXPECT_EQ(header_of(head, name), header_of(full, name)) << name;
        EXPECT_EQ(header_of(head, "Content-Length"), std::to_string(page_text().size()));
    }
    EXPECT_EQ(body_of(client.ask(get("/after"))), "GET /after");
}

TEST(Server, SaysNotModified) {
    Running running;
    Client client(running.port);
    for (const char* path : {"/page", "/cached", "/cached"}) {
        const std::string tag = header_of(client.ask(get(path)), "ETag");
        const std::string packed_tag = header_of(client.ask(get(path, "Accept-Encoding: gzip\r\n")), "ETag");
        EXPECT_TRUE(tag.starts_with('"'));
        EXPECT_NE(tag, packed_tag);
        for (const std::string& sent : {tag, "W/" + tag, "\"x\", " + tag, std::string("*")}) {
            const std::string answer = client.ask(get(path, "If-None-Match: " + sent + "\r\n"));
            EXPECT_EQ(status_of(answer), 304) << sent;
            EXPECT_EQ(header_of(answer, "ETag"), tag);
            EXPECT_EQ(header_of(answer, "Vary"), "Accept-Encoding");
            EXPECT_EQ(header_of(answer, "Cache-Control"), "no-cache");
            EXPECT_EQ(header_of(answer, "Content-Length"), "");
            EXPECT_EQ(header_of(answer, "Content-Type"), "");
        }
        EXPECT_EQ(status_of(client.ask(
                      get(path, "Accept-Encoding: gzip\r\nIf-None-Match: " + packed_tag + "\r\n"))),
                  304);
        EXPECT_EQ(status_of(client.ask(get(path, "If-None-Match: " + packed_tag + "\r\n"))), 200);
        EXPECT_EQ(status_of(client.ask(get(path, "If-None-Match: \"x\"\r\nIf-None-Match: " + tag + "\r\n"))),
                  304);
    }
    EXPECT_EQ(status_of(client.ask("POST /page HTTP/1.1\r\nHost: h\r\nIf-None-Match: *\r\n\r\n")), 200);
}

TEST(Server, CompressesForThoseWhoAsk) {
    Running running;
    Client client(running.port);
    for (const char* path : {"/page", "/cached", "/cached"}) {
        const std::string answer = client.ask(get(path, "Accept-Encoding: br, gzip;q=0.5\r\n"));
        EXPECT_EQ(header_of(answer, "Content-Encoding"), "gzip");
        EXPECT_EQ(header_of(answer, "Vary"), "Accept-Encoding");
        EXPECT_EQ(gunzip(body_of(answer)), page_text());
        const std::string plain = client.ask(get(path, "Accept-Encoding: gzip;q=0\r\n"));
        EXPECT_EQ(header_of(plain, "Content-Encoding"), "");
        EXPECT_EQ(body_of(plain), page_text());
    }
    EXPECT_EQ(header_of(client.ask(get("/short", "Accept-Encoding: gzip\r\n")), "Content-Encoding"), "");
}

TEST(Server, LeavesMethodsToTheHandler) {
    Running running;
    Client client(running.port);
    const std::string answer = client.ask("BREW /a HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(status_of(answer), 405);
    EXPECT_EQ(header_of(answer, "Allow"), "GET, HEAD, POST");
    EXPECT_EQ(header_of(client.ask(get("/none")), "Content-Length"), "");
    EXPECT_EQ(header_of(client.ask(get("/empty")), "Content-Length"), "0");
}

TEST(Server, ReadsBodies) {
    Running running;
    Client client(running.port);
    EXPECT_EQ(body_of(client.ask("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nxyz")),
              "POST /a xyz");
    EXPECT_EQ(body_of(client.ask("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                                 "2;e=1\r\nab\r\n1\r\nc\r\n0\r\nX-Echo: trailer\r\n\r\n")),
              "POST /a abc");
    client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.receive(), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(body_of(client.ask("xyz")), "POST /a xyz");
    EXPECT_EQ(status_of(client.ask("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: x\r\n\r\n")),
              417);
}

TEST(Server, KeepsItsLimits) {
    Options options;
    options.limits.header_bytes = 4096;
    options.limits.target_bytes = 1024;
    options.limits.body_bytes = 1000;
    Running running(options);
    const auto status = [&](const std::string& request) {
        Client client(running.port);
        client.send(request);
        const std::string answer = client.receive_all();  // and the connection is closed
        EXPECT_EQ(header_of(answer, "Connection"), "close");
        EXPECT_EQ(header_of(answer, "Content-Type"), "text/plain; charset=utf-8");
        return status_of(answer);
    };
    EXPECT_EQ(status(get("/" + std::string(1024, 'a'))), 414);
    EXPECT_EQ(status(get("/" + std::string(9000, 'a'))), 414);
    EXPECT_EQ(status(get("/", "X-A: " + std::string(4096, 'a') + "\r\n")), 431);
    EXPECT_EQ(status(get("/", "X-A: " + std::string(400'000, 'a') + "\r\n")), 431);
    std::string many;
    for (int i = 0; i < 101; ++i) many += "A" + std::to_string(i) + ": b\r\n";
    EXPECT_EQ(status(get("/", many)), 431);
    EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n"), 413);
    EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n"), 400);
    EXPECT_EQ(
        status("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'x')),
        413);
    EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n200\r\n" +
                     std::string(512, 'x') + "\r\n200\r\n" + std::string(512, 'x') + "\r\n0\r\n\r\n"),
              413);
    EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                     std::string(20'000, 'x')),
              431);
    Client client(running.port);
    EXPECT_EQ(status_of(client.ask(get("/" + std::string(1023, 'a')))), 200);
    EXPECT_EQ(status_of(client.ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" +
                                   std::string(1000, 'x'))),
              200);
}

TEST(Server, HasALimitForEachAddress) {
    Options options;
    options.limits.body_bytes_of = [](const Request& request) -> std::size_t {
        return request.method == "POST" && request.path == "/upload" ? 100'000 : 10;
    };
    Running running(options);
    const auto post = [&](const std::string& path, std::size_t size) {
        Client client(running.port);
        return status_of(client.ask("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " +
                                    std::to_string(size) + "\r\n\r\n" + std::string(size, 'x')));
    };
    EXPECT_EQ(post("/upload", 100'000), 200);
    EXPECT_EQ(post("/upload", 100'001), 413);
    EXPECT_EQ(post("/page", 10), 200);
    EXPECT_EQ(post("/page", 11), 413);
    Client asking(running.port);
    EXPECT_EQ(status_of(asking.ask(
                  "POST /page HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n")),
              413)
        << "before anything of it is sent";
}

TEST(Server, PutsLargeBodiesAside) {
    const auto folder = std::filesystem::temp_directory_path() / ("tamga_http_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    setenv("TMPDIR", folder.c_str(), 1);
    Options options;
    options.threads = 1;
    options.limits.body_bytes = 5'000'000;
    std::string body(3'000'000, 'x');
    for (std::size_t i = 0; i < body.size(); i += 997) body[i] = static_cast<char>('a' + i % 26);
    Running running(options);
    Client client(running.port);
    EXPECT_EQ(body_of(client.ask("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n" + body)),
              "POST /a " + body);
    EXPECT_EQ(
        body_of(client.ask("POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2dc6c0\r\n" +
                           body + "\r\n0\r\n\r\n" + get("/next"))),
        "POST /b " + body);
    EXPECT_EQ(body_of(client.receive()), "GET /next") << "the connection goes on";
    EXPECT_EQ(body_of(client.ask("POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok")),
              "POST /c ok");
    EXPECT_TRUE(std::filesystem::is_empty(folder)) << "the files have no names";

    // Work on a large body holds nobody up, though there is one event loop.
    client.send("POST /held/long HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n" + body);
    running.gate.await(1);
    Client other(running.port);
    EXPECT_EQ(body_of(other.ask(get("/quick"))), "GET /quick");
    running.gate.open();
    EXPECT_EQ(body_of(client.receive()), "/held/long " + body);

    // Nowhere to put it.
    setenv("TMPDIR", (folder / "none").c_str(), 1);
    EXPECT_EQ(status_of(client.ask("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n" + body)),
              507);
    unsetenv("TMPDIR");
    std::filesystem::remove_all(folder);
}

TEST(Server, MakesLargeAnswersAside) {
    std::string lines;
    for (std::uint32_t i = 0; lines.size() < 3'000'000; ++i) lines += std::to_string(i * 7919) + "\n";
    Options options;
    options.threads = 1;
    Gate gate;
    Running running(options, [&](const Request& request) -> Answer {
        if (request.path != "/long") return text(request.path);
        return Later{Later::Lane::long_work, [&] {
                         gate.pass();
                         Content content;
                         EXPECT_EQ(content.add(lines), Content::Added::yes);
                         EXPECT_TRUE(content.finish() && content.in_file());
                         return Response{200, {}, Body::make(std::move(content), "text/plain")};
                     }};
    });
    Client client(running.port), other(running.port);
    client.send(get("/long"));
    gate.await(1);
    EXPECT_EQ(body_of(other.ask(get("/quick"))), "/quick") << "though there is one event loop";
    gate.open();
    EXPECT_TRUE(body_of(client.receive()) == lines);
    const std::string packed = client.ask(get("/long", "Accept-Encoding: gzip\r\n"));
    EXPECT_EQ(header_of(packed, "Content-Encoding"), "gzip");
    EXPECT_LT(body_of(packed).size(), lines.size() / 2);
    EXPECT_TRUE(gunzip(body_of(packed)) == lines);
    EXPECT_EQ(body_of(client.ask(get("/next"))), "/next") << "the connection goes on";
}

/// The content of an answer in chunks (RFC 9112 7.1), and what follows it; "broken" if it is not whole.
std::pair<std::string, std::string> dechunked(std::string_view rest) {
    std::string out;
    for (;;) {
        const std::size_t line = rest.find("\r\n");
        if (line == std::string_view::npos) return {"broken", ""};
        const std::size_t size = std::stoul(std::string(rest.substr(0, line)), nullptr, 16);
        rest.remove_prefix(line + 2);
        if (rest.size() < size + 2 || rest.substr(size, 2) != "\r\n") return {"broken", ""};
        out += rest.substr(0, size);
        rest.remove_prefix(size + 2);
        if (size == 0) return {out, std::string(rest)};
    }
}

TEST(Server, SendsWhatIsStillMade) {
    std::string lines;
    for (std::uint32_t i = 0; lines.size() < 3'000'000; ++i) lines += std::to_string(i * 7919) + "\n";
    Options options;
    options.threads = 1;
    std::mutex logged_mutex;
    std::vector<std::size_t> logged;
    options.access_log = [&](const AccessLine& line) {
        const std::lock_guard lock(logged_mutex);
        logged.push_back(line.body_bytes);
    };
    Gate gate;
    Running running(options, [&](const Request& request) -> Answer {
        if (!request.path.starts_with("/long")) return text(request.path);
        return Later{Later::Lane::long_work, [&request, &lines, &gate] {
                         const auto stream = request.begin({.headers = {{"Content-Type", "text/plain"}}});
                         EXPECT_TRUE(stream);
                         EXPECT_FALSE(request.begin({})) << "there is one answer";
                         if (stream->add(std::string_view(lines).substr(0, 200'000))) gate.pass();
                         for (std::size_t at = 200'000; at < lines.size(); at += 1000)
                             if (!stream->add(std::string_view(lines).substr(at, 1000)))
                                 return plain_text(503);
                         return plain_text(request.path == "/long/half" ? 500 : 200);
                     }};
    });
    Client client(running.port);
    client.send(get("/long"));
    client.await(100'000);
    gate.await(1);
    gate.open();  // So much came before it was whole.
    client.send(get("/last", "Connection: close\r\n"));
    const std::string answer = client.receive_all();
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_EQ(header_of(answer, "Transfer-Encoding"), "chunked");
    EXPECT_EQ(header_of(answer, "Content-Length"), "");
    EXPECT_EQ(header_of(answer, "Vary"), "Accept-Encoding");
    const auto [content, next] = dechunked(body_of(answer));
    EXPECT_TRUE(content == lines);
    EXPECT_EQ(body_of(next), "/last") << "the connection goes on";
    {
        const std::lock_guard lock(logged_mutex);
        EXPECT_EQ(logged, (std::vector<std::size_t>{lines.size(), 5}));
    }
    Client packing(running.port);
    packing.send(get("/long", "Accept-Encoding: gzip\r\nConnection: close\r\n"));
    const std::string packed = packing.receive_all();
    EXPECT_EQ(header_of(packed, "Content-Encoding"), "gzip");
    EXPECT_TRUE(gunzip(dechunked(body_of(packed)).first) == lines);
    Client old(running.port);
    old.send("GET /long HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const std::string unchunked = old.receive_all();
    EXPECT_EQ(header_of(unchunked, "Transfer-Encoding"), "");
    EXPECT_TRUE(body_of(unchunked) == lines);
    Client half(running.port);
    half.send(get("/long/half"));
    EXPECT_EQ(dechunked(body_of(half.receive_all())).first, "broken") << "the client can tell";
    Client head(running.port);
    head.send("HEAD /long HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(header_of(head.receive(false), "Transfer-Encoding"), "chunked");
    EXPECT_EQ(body_of(head.ask(get("/next"))), "/next");
}

TEST(Server, StopsWhatIsStreamedToNobody) {
    Options options;
    options.threads = 1;
    std::atomic<bool> stopped = false;
    Running running(options, [&](const Request& request) -> Answer {
        if (request.path != "/long") return text(request.path);
        return Later{Later::Lane::long_work, [&request, &stopped] {
                         const auto stream = request.begin({.headers = {{"Content-Type", "text/plain"}}});
                         const std::string piece(100'000, 'x');
                         while (stream->add(piece)) {
                         }
                         stopped = true;
                         stopped.notify_all();
                         return plain_text(503);
                     }};
    });
    {
        Client client(running.port);
        client.send(get("/long"));
        client.await();
    }
    stopped.wait(false);
    Client other(running.port);
    EXPECT_EQ(body_of(other.ask(get("/next"))), "/next");
}

TEST(Server, PacksLargeKeptAnswersAside) {
    std::string lines;
    for (std::uint32_t i = 0; lines.size() < 300'000; ++i) lines += std::to_string(i * 7919) + "\n";
    const Response kept = freeze({200, {}, Body::make(lines, "text/plain")});
    Running running({}, [&](const Request&) -> Answer { return kept; });
    Client client(running.port);
    for (int i = 0; i < 2; ++i) {
        const std::string packed = client.ask(get("/", "Accept-Encoding: gzip\r\n"));
        EXPECT_EQ(header_of(packed, "Content-Encoding"), "gzip");
        EXPECT_TRUE(gunzip(body_of(packed)) == lines);
    }
    EXPECT_TRUE(body_of(client.ask(get("/"))) == lines);
}

TEST(Server, AnswersHealthWhileAllPlacesAreTaken) {
    Options options;
    options.threads = 1;
    options.page_threads = 2;
    options.long_threads = 2;
    Running running(options);
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(std::make_unique<Client>(running.port));
        clients.back()->send(i % 2 == 0
                                 ? get("/held/page")
                                 : "POST /held/long HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
    }
    running.gate.await(4);
    for (int i = 0; i < 3; ++i) {
        Client fresh(running.port);
        EXPECT_EQ(body_of(fresh.ask(get("/healthz"))), "GET /healthz");
        EXPECT_EQ(body_of(fresh.ask(get("/cached"))), page_text());
    }
    EXPECT_EQ(running.gate.came(), 4) << "the others wait for their turn";
    running.gate.open();
    for (std::size_t i = 0; i < clients.size(); ++i)
        EXPECT_EQ(body_of(clients[i]->receive()), i % 2 == 0 ? "/held/page " : "/held/long x");
}

TEST(Server, PagesDoNotWaitForLongWork) {
    Options options;
    options.threads = 1;
    Gate gate;
    Running running(options, [&](const Request& request) -> Answer {
        if (request.path == "/long")
            return Later{Later::Lane::long_work, [&] {
                             gate.pass();
                             return text("long");
                         }};
        return Later{Later::Lane::page, [] { return text("page"); }};
    });
    Client first(running.port), second(running.port), reader(running.port);
    first.send(get("/long"));
    second.send(get("/long"));
    gate.await(1);
    EXPECT_EQ(body_of(reader.ask(get("/page"))), "page");
    gate.open();
    EXPECT_EQ(body_of(first.receive()), "long");
    EXPECT_EQ(body_of(second.receive()), "long");
}

TEST(Server, NobodyWaitsForWhatWaitsForOthers) {
    Options options;
    options.threads = 1;
    Gate gate;
    Running running(options, [&](const Request& request) -> Answer {
        if (request.path == "/elsewhere")
            return Later{Later::Lane::elsewhere, [&] {
                             gate.pass();
                             return text("elsewhere");
                         }};
        return Later{request.path == "/long" ? Later::Lane::long_work : Later::Lane::page,
                     [&] { return text(request.path); }};
    });
    std::vector<std::unique_ptr<Client>> waiting;
    for (int i = 0; i < options.elsewhere_threads + 1; ++i) {
        waiting.push_back(std::make_unique<Client>(running.port));
        waiting.back()->send(get("/elsewhere"));
    }
    gate.await(options.elsewhere_threads);
    Client reader(running.port);
    EXPECT_EQ(body_of(reader.ask(get("/page"))), "/page");
    EXPECT_EQ(body_of(reader.ask(get("/long"))), "/long");
    gate.open();
    for (const auto& one : waiting) EXPECT_EQ(body_of(one->receive()), "elsewhere");
}

TEST(Server, DropsWorkOfClientsThatAreGone) {
    Options options;
    options.threads = 1;
    options.most_waiting_long = 1000;
    std::atomic<int> begun = 0;
    std::latch told(1);
    Gate gate;
    Running running(options, [&](const Request& request) -> Answer {
        if (request.path == "/none") return Response{204};
        return Later{Later::Lane::long_work, [&] {
                         ++begun;
                         if (request.path == "/watched") {
                             const std::stop_callback tell(request.stop, [&] { told.count_down(); });
                             gate.pass();
                         }
                         return text(request.path);
                     }};
    });
    std::vector<std::unique_ptr<Client>> others;
    for (int i = 0; i < 100; ++i) others.push_back(std::make_unique<Client>(running.port));
    auto watched = std::make_unique<Client>(running.port);
    watched->send(get("/watched"));
    gate.await(1);
    for (const auto& other : others) other->send(get("/gone"));
    running.sync();
    others.clear();
    watched.reset();
    // The server looks after the newest connection first; when it has answered again, after all.
    told.wait();
    running.sync();
    gate.open();
    Client honest(running.port);
    EXPECT_EQ(body_of(honest.ask(get("/honest"))), "/honest");
    EXPECT_EQ(begun, 2);
}

TEST(Server, RefusesWorkBeyondItsPlaces) {
    Options options;
    options.threads = 1;
    options.most_waiting_long = 8;
    Running running(options);
    std::vector<std::unique_ptr<Client>> clients;
    const auto ask = [&](std::uint32_t from) -> Client& {
        clients.push_back(std::make_unique<Client>(running.port, from));
        clients.back()->send(get("/held/long"));
        return *clients.back();
    };
    ask(INADDR_LOOPBACK);
    running.gate.await(1);
    ask(INADDR_LOOPBACK);
    ask(INADDR_LOOPBACK);
    const std::string refused = ask(INADDR_LOOPBACK).receive();
    EXPECT_EQ(status_of(refused), 503) << "a client may have a quarter of the places";
    EXPECT_EQ(header_of(refused, "Retry-After"), "60");
    Client& other = ask(INADDR_LOOPBACK + 1);
    running.sync();
    running.gate.open();
    EXPECT_EQ(status_of(other.receive()), 200);
    EXPECT_EQ(status_of(clients[2]->receive()), 200);
    EXPECT_EQ(status_of(clients[3]->ask(get("/after"))), 200) << "the connection goes on";
}

TEST(Server, OutlivesWhatHandlersThrow) {
    Options options;
    std::mutex mutex;
    std::vector<std::string> events;
    options.event_log = [&](std::string_view event) {
        const std::lock_guard lock(mutex);
        events.emplace_back(event);
    };
    Running running(options, [](const Request& request) -> Answer {
        const auto fail = [&request]() -> Response {
            if (request.query_value("memory")) throw std::bad_alloc();
            throw std::runtime_error("a reason");
        };
        if (request.path == "/at-once") return fail();
        return Later{request.path == "/long" ? Later::Lane::long_work : Later::Lane::page, fail};
    });
    Client client(running.port);
    for (const char* path : {"/at-once", "/page", "/long"}) {
        const std::string answer = client.ask(get(path));
        EXPECT_EQ(status_of(answer), 500) << path;
        EXPECT_EQ(answer.find("a reason"), std::string::npos) << "that is for the operator";
        EXPECT_EQ(status_of(client.ask(get(std::string(path) + "?memory=%22"))), 503) << path;
    }
    const std::lock_guard lock(mutex);
    ASSERT_EQ(events.size(), 6U);
    EXPECT_EQ(events[0], "answering GET /at-once failed: a reason");
    EXPECT_EQ(events[3], "answering GET /page?memory=%22 failed: there is no memory left");
}

TEST(Server, AnswersAtOnceWhereNoBodyIsTaken) {
    Options options;
    options.limits.body_bytes_of = [](const Request& request) -> std::size_t {
        return request.path == "/upload" ? 100 : 0;
    };
    Running running(options);
    Client stalled(running.port);
    stalled.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n");
    const std::string answer = stalled.receive_all();
    EXPECT_EQ(body_of(answer), "POST /a");
    EXPECT_EQ(header_of(answer, "Connection"), "close");
    Client smuggling(running.port);
    smuggling.send("GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 40\r\n\r\n" + get("/b"));
    EXPECT_EQ(body_of(smuggling.receive_all()), "GET /a") << "what follows is no request";
    Client taken(running.port);
    EXPECT_EQ(body_of(taken.ask("POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx")),
              "POST /upload x");
}

TEST(Server, GivesSlowButSteadyBodiesTime) {
    ManualClock clock;
    Options options = by(clock);
    options.body_timeout_ms = 200;
    options.body_bytes_per_second = 100;
    Running running(options);
    Client client(running.port);
    client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 90\r\n\r\n");
    for (int i = 0; i < 9; ++i) {
        client.send("0123456789");
        running.sync();
        // 720 ms in all, and 100 ms more for each ten bytes: after the eighth a second is allowed.
        clock.advance(80ms);
    }
    EXPECT_EQ(status_of(client.receive()), 200);
}

TEST(Server, RefusesWhatCanBeReadInTwoWays) {
    Running running;
    const auto status = [&](const std::string& head, const std::string& body = {}) {
        Client client(running.port);
        client.send(head + "\r\n\r\n" + body);
        const std::string answer = client.receive_all();
        EXPECT_EQ(answer.find("HTTP/1.1 ", 1), std::string::npos) << "two answers to: " << head;
        return status_of(answer);
    };
    const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
    for (const char* lines : {"Content-Length: 3\r\nTransfer-Encoding: chunked",
                              "Transfer-Encoding: chunked\r\nContent-Length: 3",
                              "Content-Length: 3\r\nContent-Length: 3",
                              "Content-Length: 3\r\nContent-Length: 4",
                              "Content-Length: 3, 3",
                              "Content-Length: +3",
                              "Content-Length: -3",
                              "Content-Length: 0x3",
                              "Content-Length: 3 3",
                              "Content-Length:",
                              "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                              "X-A: b\r\n c",
                              "X-A: b\r\n\tc",
                              " X-A: b",
                              "X-A : b",
                              "X-A",
                              ": b",
                              "X A: b",
                              "X-A: b\rc",
                              "X-A: b\x01",
                              "Host: other",
                              "Host: h"})
        EXPECT_EQ(status(post + lines, "0\r\n\r\n"), 400) << lines;
    for (const char* lines : {"Transfer-Encoding: gzip", "Transfer-Encoding: gzip, chunked",
                              "Transfer-Encoding: chunked, identity", "Transfer-Encoding: xchunked",
                              "Transfer-Encoding: \"chunked\""})
        EXPECT_EQ(status(post + lines, "0\r\n\r\n"), 501) << lines;
    for (const char* head :
         {"GET / HTTP/1.1", "GET / HTTP/1.1\r\nHost:", "GET / HTTP/1.1\r\nHost: a b",
          "GET / HTTP/1.1\r\nHost: a/b", "GET /%00 HTTP/1.1\r\nHost: h", "GET /../a HTTP/1.1\r\nHost: h",
          "GET  / HTTP/1.1\r\nHost: h", "GET / HTTP/1.1 \r\nHost: h", "GET /\r\nHost: h",
          "G(T / HTTP/1.1\r\nHost: h", "GET * HTTP/1.1\r\nHost: h", "CONNECT a:443 HTTP/1.1\r\nHost: h",
          "\x16\x03\x01\x02", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked"})
        EXPECT_EQ(status(head), 400) << head;
    EXPECT_EQ(status("GET / HTTP/2.0\r\nHost: h"), 505);
    EXPECT_EQ(status(post + "Transfer-Encoding: chunked", "x\r\n"), 400);
    EXPECT_EQ(status(post + "Transfer-Encoding: chunked", "1\r\nabc\r\n0\r\n\r\n"), 400);
}

TEST(Server, OutlivesNonsense) {
    Running running;
    std::mt19937 random(11);
    const std::string seed =
        "POST /a%20b?c=d HTTP/1.1\r\nHost: h\r\nIf-None-Match: \"x\"\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\n0\r\n\r\nGET /page HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n";
    for (int i = 0; i < 500; ++i) {
        std::string text = seed;
        for (unsigned changes = 1 + random() % 4; changes-- > 0;) {
            const std::size_t at = random() % text.size();
            if (random() % 2 == 0)
                text.erase(at, 1 + random() % 5);
            else
                text[at] = static_cast<char>(random());
        }
        Client client(running.port);
        client.send(text);
        client.end();
        const std::string answer = client.receive_all();
        ASSERT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 ")) << text;
    }
    EXPECT_EQ(status_of(Client(running.port).ask(get("/"))), 200);
}

TEST(Server, CannotBeMadeToSplitAnAnswer) {
    Running running;
    Client client(running.port);
    const std::string answer = client.ask(get("/split"));
    EXPECT_EQ(status_of(answer), 500);
    EXPECT_EQ(answer.find("X-Evil"), std::string::npos);
    EXPECT_EQ(status_of(client.ask(get("/astray"))), 500) << "a Location is percent-encoded";
}

TEST(Server, TimesOutSlowHeaders) {
    ManualClock clock;
    Options options = by(clock);
    options.header_timeout_ms = 200;
    Running running(options);
    Client client(running.port), silent(running.port);
    client.send("GET / HTTP/1.1\r\nHost: h\r\nX-A: ");
    running.sync();
    const auto taken = clock.until([&] {
        // A byte now and then must not put the deadline off.
        client.send("a");
        return client.ended();
    });
    EXPECT_EQ(status_of(client.receive_all()), 408);
    EXPECT_GE(taken, 200ms);
    clock.until([&] { return silent.ended(); });
    EXPECT_EQ(silent.receive_all(), "");
}

TEST(Server, TimesOutBodiesThatWereFastOnce) {
    ManualClock clock;
    Options options = by(clock);
    options.body_timeout_ms = 200;
    options.body_bytes_per_second = 1;  // at this rate they would have earned the most of a day
    Running running(options);
    Client client(running.port);
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 60001\r\n\r\n" + std::string(60000, 'x'));
    running.sync();
    EXPECT_GE(clock.until([&] { return client.ended(); }), 200ms);
    EXPECT_EQ(status_of(client.receive_all()), 408);
}

TEST(Server, TimesOutSlowBodiesAndIdleConnections) {
    ManualClock clock;
    Options options = by(clock);
    options.body_timeout_ms = 200;
    options.idle_timeout_ms = 300;
    Running running(options);
    Client client(running.port), idle(running.port);
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
    running.sync();
    EXPECT_GE(clock.until([&] { return client.ended(); }), 200ms);
    EXPECT_EQ(status_of(client.receive_all()), 408);
    EXPECT_EQ(status_of(idle.ask(get("/"))), 200);
    EXPECT_GE(clock.until([&] { return idle.ended(); }), 300ms);
    EXPECT_EQ(idle.receive_all(), "");
}

TEST(Server, DoesNotBlamePeersForASlowHandler) {
    ManualClock clock;
    Options options = by(clock);
    options.header_timeout_ms = 200;
    options.idle_timeout_ms = 200;
    Gate gate;
    Running running(options, [&](const Request& request) -> Answer {
        if (request.path == "/none") return Response{204};
        if (request.path == "/slow") gate.pass();
        return text(request.path);
    });
    Client slow(running.port), fresh(running.port), kept(running.port);
    EXPECT_EQ(body_of(kept.ask(get("/a"))), "/a");
    running.sync();
    slow.send(get("/slow"));
    gate.await(1);
    fresh.send("GET");
    clock.advance(600ms);
    gate.open();
    EXPECT_EQ(body_of(slow.receive()), "/slow");
    // Long enough, by the real clock, that the server has looked at its deadlines.
    for (int i = 0; i < 20; ++i) running.sync(), std::this_thread::sleep_for(10ms);
    fresh.send(" /b HTTP/1.1\r\nHost: h\r\n\r\n");
    kept.send(get("/c"));
    EXPECT_EQ(body_of(fresh.receive()), "/b");
    EXPECT_EQ(body_of(kept.receive()), "/c");
}

TEST(Server, TimesOutThoseWhoDoNotRead) {
    ManualClock clock;
    Options options = by(clock);
    options.write_timeout_ms = 200;
    std::atomic<std::size_t> sent = 0;
    options.access_log = [&](const AccessLine& line) {
        if (line.target == "/large") sent = line.body_bytes;
    };
    Running running(options);
    Client client(running.port);
    client.send(get("/large"));
    client.await();
    EXPECT_GE(clock.until([&] { return sent > 0; }), 200ms);
    EXPECT_LT(sent, 8'000'000U) << "and the log says how much was sent";
    EXPECT_LT(client.receive_all().size(), 8'000'000U);
}

TEST(Server, SendsLargeAnswersWhole) {
    Running running;
    Client client(running.port);
    client.send(get("/large"));
    client.await();
    EXPECT_EQ(body_of(client.receive()), std::string(8'000'000, 'z'));
    EXPECT_EQ(body_of(client.ask(get("/a"))), "GET /a");
}

TEST(Server, ServesManyConnectionsAtOnce) {
    Running running;
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 256; ++i) clients.push_back(std::make_unique<Client>(running.port));
    for (int round = 0; round < 4; ++round) {
        for (auto& client : clients) client->send(get("/cached"));
        for (auto& client : clients) ASSERT_EQ(body_of(client->receive()), page_text());
    }
}

TEST(Server, ClosesTheLongestWaitingForANewConnection) {
    Options options;
    options.threads = 1;
    options.max_connections = 2;
    Running running(options);
    Client first(running.port);
    EXPECT_EQ(status_of(first.ask(get("/"))), 200);
    Client second(running.port);
    EXPECT_EQ(status_of(second.ask(get("/"))), 200);
    Client third(running.port);
    EXPECT_EQ(status_of(third.ask(get("/"))), 200);
    EXPECT_EQ(first.receive_all(), "");
    EXPECT_EQ(status_of(second.ask(get("/"))), 200);
    const Server::Figures figures = running.server->figures();
    EXPECT_EQ(figures.open, 2U);
    EXPECT_EQ(figures.taken, 3U);
    EXPECT_EQ(figures.made_room, 1U);
    EXPECT_EQ(figures.refused, 0U);
}

TEST(Server, CountsWhatItSends) {
    Running running;
    Client client(running.port);
    const std::size_t first = client.ask(get("/a")).size(), second = client.ask(get("/large")).size();
    // One after the other on one connection: the first two are over when the third is answered.
    const std::size_t third = client.ask(get("/b")).size();
    EXPECT_GE(running.server->figures().bytes_sent, first + second);
    client.end();
    client.receive_all();
    EXPECT_EQ(running.server->figures().bytes_sent, first + second + third);
}

TEST(Server, RefusesConnectionsWhenAllAreBusy) {
    ManualClock clock;
    Options options = by(clock);
    options.max_connections = 1;
    Running running(options);
    Client busy(running.port);
    busy.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(busy.receive(), "HTTP/1.1 100 Continue\r\n\r\n");
    Client refused(running.port);
    EXPECT_EQ(status_of(refused.receive_all()), 503);
    EXPECT_EQ(body_of(busy.ask("ab")), "POST / ab");
    EXPECT_EQ(running.server->figures().refused, 1U);
}

TEST(Server, ClosesBodiesThatStandStillForANewConnection) {
    ManualClock clock;
    Options options = by(clock);
    options.max_connections = 3;
    Running running(options);
    const std::string head =
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    Client first(running.port), second(running.port), third(running.port);
    for (Client* client : {&first, &second, &third}) {
        client->send(head);
        EXPECT_EQ(client->receive(), "HTTP/1.1 100 Continue\r\n\r\n");
        clock.advance(500ms);
    }
    Client fresh(running.port);
    EXPECT_EQ(status_of(fresh.ask(get("/"))), 200);
    EXPECT_EQ(first.receive_all(), "") << "it stood still for 1.5 seconds, the others for less";
    EXPECT_EQ(body_of(third.ask("ab")), "POST / ab");
    Client next(running.port);
    EXPECT_EQ(status_of(next.ask(get("/"))), 200);
    EXPECT_EQ(fresh.receive_all(), "") << "those without a request go before all others";
    EXPECT_EQ(body_of(second.ask("ab")), "POST / ab");
}

TEST(Server, ClosesTheClientsOwnConnectionBeyondItsShare) {
    Options options;
    options.threads = 1;
    options.max_connections = 10;
    options.max_connections_of_client = 2;
    options.proxies = {"127.0.0.3"};
    Running running(options);
    const auto ask = [&](Client& client) { return status_of(client.ask(get("/"))); };
    Client honest(running.port, INADDR_LOOPBACK + 1);
    EXPECT_EQ(ask(honest), 200);
    std::vector<std::unique_ptr<Client>> many, proxied;
    for (int i = 0; i < 5; ++i) {
        many.push_back(std::make_unique<Client>(running.port));
        EXPECT_EQ(ask(*many.back()), 200);
        proxied.push_back(std::make_unique<Client>(running.port, INADDR_LOOPBACK + 2));
        EXPECT_EQ(ask(*proxied.back()), 200);
    }
    for (int i = 0; i < 3; ++i) EXPECT_EQ(many[static_cast<std::size_t>(i)]->receive_all(), "");
    EXPECT_EQ(ask(*many[3]), 200);
    EXPECT_EQ(ask(*many[4]), 200);
    for (const auto& client : proxied) EXPECT_EQ(ask(*client), 200);
    EXPECT_EQ(ask(honest), 200);
}

TEST(Server, TellsWhoAsksThroughAProxy) {
    Options options;
    options.threads = 1;
    options.proxies = {"127.0.0.3"};
    Running running(options, [](const Request& request) -> Answer {
        return Response{.body = Body::make(request.remote, "text/plain")};
    });
    const std::string with_header =
        "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.4\r\nX-Forwarded-For: 198.51.100.1\r\n\r\n";
    Client plain(running.port), proxied(running.port, INADDR_LOOPBACK + 2);
    EXPECT_EQ(body_of(plain.ask(with_header)), "127.0.0.1");
    EXPECT_EQ(body_of(proxied.ask(with_header)), "198.51.100.1");
    EXPECT_EQ(body_of(proxied.ask(get("/"))), "127.0.0.3") << "nothing is left of the request before";
}

TEST(Server, GoesOnWhenDescriptorsRunOut) {
    Options options;
    options.threads = 1;
    std::mutex mutex;
    std::vector<std::string> events;
    options.event_log = [&](std::string_view event) {
        const std::lock_guard lock(mutex);
        events.emplace_back(event);
    };
    Running running(options);
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 20; ++i) clients.push_back(std::make_unique<Client>());
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    const int next = ::dup(0);
    ::close(next);
    rlimit few = before;
    few.rlim_cur = static_cast<rlim_t>(next) + 5;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
    // More clients than there are descriptors for: each is served, in the place of the one that waits
    // longest.
    for (const auto& client : clients) {
        client->connect(running.port);
        EXPECT_EQ(status_of(client->ask(get("/"))), 200);
    }
    setrlimit(RLIMIT_NOFILE, &before);
    const std::lock_guard lock(mutex);
    ASSERT_GE(events.size(), 1U);
    EXPECT_TRUE(events[0].starts_with("cannot take a connection: Too many open files")) << events[0];
    EXPECT_LE(events.size(), 20U) << "once each time";
}

TEST(Server, ListensForFewerThanItsDescriptors) {
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit few = before;
    few.rlim_cur = 64;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
    EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);
    rlimit raised{};
    getrlimit(RLIMIT_NOFILE, &raised);
    EXPECT_EQ(raised.rlim_cur, before.rlim_max);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
    Options options;
    options.threads = 1;
    {
        Running running(options);
        setrlimit(RLIMIT_NOFILE, &before);
        std::vector<std::unique_ptr<Client>> clients;
        for (int i = 0; i < 33; ++i) {
            clients.push_back(std::make_unique<Client>(running.port));
            EXPECT_EQ(status_of(clients.back()->ask(get("/"))), 200);
        }
        EXPECT_EQ(clients[0]->receive_all(), "") << "half of the 64 are for files";
        EXPECT_EQ(status_of(clients[1]->ask(get("/"))), 200);
    }
    setrlimit(RLIMIT_NOFILE, &before);
}

TEST(Server, WritesAnAccessLog) {
    std::mutex mutex;
    std::vector<std::string> lines;
    Options options;
    options.access_log = [&](const AccessLine& line) {
        const std::lock_guard lock(mutex);
        lines.push_back(std::string(line.remote) + " " + std::string(line.method) + " " +
                        std::string(line.target) + " " + std::to_string(line.status) + " " +
                        std::to_string(line.body_bytes));
    };
    {
        Running running(options);
        Client client(running.port);
        client.ask(get("/a?b=c"));
        client.ask("nonsense\r\n\r\n");
    }
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0], "127.0.0.1 GET /a?b=c 200 10");
    EXPECT_TRUE(lines[1].find(" 400 ") != std::string::npos) << lines[1];
}

TEST(Server, FinishesWhatIsUnderWayWhenStopped) {
    Running running;
    Client slow(running.port), idle(running.port);
    EXPECT_EQ(status_of(idle.ask(get("/"))), 200);
    slow.send(get("/held"));
    running.gate.await(1);
    running.server->stop();
    EXPECT_EQ(idle.receive_all(), "");
    running.gate.open();
    const std::string answer = slow.receive_all();
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_EQ(header_of(answer, "Connection"), "close");
    running.wait();
    EXPECT_FALSE(Client(running.port).connected());
}

TEST(Server, WaitsNoLongerThanTheGraceTime) {
    ManualClock clock;
    Options options = by(clock);
    options.shutdown_grace_ms = 200;
    Running running(options);
    Client client(running.port);
    client.send("GET / HTTP/1.1\r\n");
    running.sync();
    running.server->stop();
    EXPECT_GE(clock.until([&] { return running.ended.load(); }), 200ms);
    EXPECT_EQ(client.receive_all(), "");
}

TEST(Server, TellsWorkToStopWhenTheGraceTimeIsOver) {
    ManualClock clock;
    Options options = by(clock);
    options.shutdown_grace_ms = 200;
    std::latch begun(1);
    Running running(options, [&](const Request& request) -> Answer {
        return Later{Later::Lane::long_work, [&] {
                         begun.count_down();
                         std::latch told(1);
                         const std::stop_callback tell(request.stop, [&] { told.count_down(); });
                         told.wait();
                         return text("stopped");
                     }};
    });
    Client first(running.port), second(running.port);
    first.send(get("/"));
    begun.wait();
    second.send(get("/"));  // waits behind it, and is dropped
    running.server->stop();
    EXPECT_GE(clock.until([&] { return running.ended.load(); }), 200ms);
}

TEST(Server, SaysThatWorkIsOverdue) {
    ManualClock clock;
    Options options = by(clock);
    options.shutdown_grace_ms = 200;
    options.overdue_ms = 0;
    Gate gate;
    std::atomic<int> overdue = 0;
    options.overdue = [&] {
        ++overdue;
        gate.open();
    };
    Running running(options, [&](const Request&) -> Answer {
        return Later{Later::Lane::page, [&] {
                         gate.pass();  // whatever it is told
                         return text("late");
                     }};
    });
    Client client(running.port);
    client.send(get("/"));
    gate.await(1);
    running.server->stop();
    clock.until([&] { return running.ended.load(); });
    EXPECT_EQ(overdue, 1);
}

TEST(Server, StopsOnASignalAndAtOnceOnTheSecond) {
    ManualClock clock;  // the grace time never ends
    Running running(by(clock));
    Client idle(running.port), unfinished(running.port);
    EXPECT_EQ(status_of(idle.ask(get("/"))), 200);
    unfinished.send("GET / HTTP/1.1\r\n");
    running.sync();
    ::kill(::getpid(), SIGTERM);
    EXPECT_EQ(idle.receive_all(), "");
    EXPECT_FALSE(running.ended);
    ::kill(::getpid(), SIGINT);
    running.wait();
    EXPECT_EQ(unfinished.receive_all(), "");
}

TEST(Server, StopsUnderLoad) {
    for (int round = 0; round < 3; ++round) {
        auto running = std::make_unique<Running>();
        std::atomic<int> answered = 0;
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&answered, port = running->port] {
                Client client(port);
                while (status_of(client.ask(get("/cached"))) == 200) ++answered;
            });
        while (answered < 100) std::this_thread::sleep_for(1ms);
        running->stop();
        threads.clear();  // each client has seen its connection end
    }
}

TEST(Server, CanBeStoppedBeforeItRuns) {
    Options options;
    options.port = 0;
    auto server = Server::listen(options, [](const Request&) { return Response{}; });
    ASSERT_TRUE(server);
    (*server)->stop();
    (*server)->run();
}

TEST(Server, SaysWhyItCannotListen) {
    Running running;
    Options options;
    options.port = running.port;
    const auto taken = Server::listen(options, [](const Request&) { return Response{}; });
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, ErrorCode::conflict);
    EXPECT_NE(taken.error().cause.find(std::to_string(running.port)), std::string::npos);
    options.address = "nowhere";
    EXPECT_EQ(Server::listen(options, [](const Request&) { return Response{}; }).error().code,
              ErrorCode::invalid_usage);
}

}  // namespace
}  // namespace tamga::http
