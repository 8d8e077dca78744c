#include "http/server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
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
    explicit Client(unsigned short port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        const timeval patience{20, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    bool connected() const { return connected_; }

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
    bool more() {
        char bytes[65536];
        const ssize_t size = ::recv(socket_, bytes, sizeof bytes, 0);
        if (size <= 0) return false;
        received_.append(bytes, static_cast<std::size_t>(size));
        return true;
    }

    int socket_;
    bool connected_ = false;
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

/// Runs a server on a free port until it goes out of scope.
class Running {
  public:
    explicit Running(Options options = {}, Handler handler = {}) {
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

    void stop() {
        server->stop();
        wait();
    }
    void wait() {
        if (thread_.joinable()) thread_.join();
    }

    Response answer(const Request& request) {
        if (request.path == "/page") return {200, {{"Cache-Control", "no-cache"}, {"X-Page", "1"}}, page};
        if (request.path == "/cached") {
            if (const auto hit = cache.find(request.path)) return *hit;
            return *cache.insert(request.path, {200, {{"Cache-Control", "no-cache"}, {"X-Page", "1"}}, page});
        }
        if (request.path == "/split") return {200, {{"Location", "/\r\nX-Evil: 1"}}, page};
        if (request.path == "/none") return {204};
        if (request.path == "/empty") return {200};
        if (request.path == "/slow") std::this_thread::sleep_for(200ms);
        if (request.path == "/slower") std::this_thread::sleep_for(1s);
        if (request.path == "/large") return {200, {}, Body::make(std::string(8'000'000, 'z'), "image/png")};
        if (request.method != "GET" && request.method != "HEAD" && request.method != "POST") {
            Response refused = plain_text(405);
            refused.headers.emplace_back("Allow", "GET, HEAD, POST");
            return refused;
        }
        std::string text = request.method + " " + request.path;
        for (const auto& [name, value] : request.query) text += " " + name + "=" + value;
        if (!request.header("X-Echo").empty()) text += " " + std::string(request.header("x-echo"));
        if (!request.body.empty()) text += " " + std::string(request.body.bytes());
        return {200, {}, Body::make(text, "text/plain")};
    }

    std::shared_ptr<const Body> page = Body::make(page_text(), "text/html; charset=utf-8");
    Cache cache{1'000'000};
    std::unique_ptr<Server> server;
    unsigned short port = 0;
    std::atomic<bool> ended = false;

  private:
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
    options.header_bytes = 4096;
    options.target_bytes = 1024;
    options.body_bytes = 1000;
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
    options.body_bytes_of = [](const Request& request) -> std::size_t {
        return request.method == "POST" && request.path == "/upload" ? 100'000 : 10;
    };
    Running running(options);
    const auto post = [&](const std::string& path, std::size_t size) {
        Client client(running.port);
        return status_of(client.ask("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(size) +
                                    "\r\n\r\n" + std::string(size, 'x')));
    };
    EXPECT_EQ(post("/upload", 100'000), 200);
    EXPECT_EQ(post("/upload", 100'001), 413);
    EXPECT_EQ(post("/page", 10), 200);
    EXPECT_EQ(post("/page", 11), 413);
    Client asking(running.port);
    EXPECT_EQ(status_of(asking.ask("POST /page HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n")), 413)
        << "before anything of it is sent";
}

TEST(Server, PutsLargeBodiesAside) {
    const auto folder = std::filesystem::temp_directory_path() / ("tamga_http_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    setenv("TMPDIR", folder.c_str(), 1);
    Options options;
    options.threads = 1;
    options.body_bytes = 5'000'000;
    std::string body(3'000'000, 'x');
    for (std::size_t i = 0; i < body.size(); i += 997) body[i] = static_cast<char>('a' + i % 26);
    Running running(options);
    Client client(running.port);
    EXPECT_EQ(body_of(client.ask("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n" + body)), "POST /a " + body);
    EXPECT_EQ(body_of(client.ask("POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2dc6c0\r\n" + body +
                                 "\r\n0\r\n\r\n" + get("/next"))),
              "POST /b " + body);
    EXPECT_EQ(body_of(client.receive()), "GET /next") << "the connection goes on";
    EXPECT_EQ(body_of(client.ask("POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok")), "POST /c ok");
    EXPECT_TRUE(std::filesystem::is_empty(folder)) << "the files have no names";

    // Work on a large body holds nobody up, though there is one worker.
    client.send("POST /slower HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n" + body);
    std::this_thread::sleep_for(100ms);
    Client other(running.port);
    const auto start = SteadyClock::now();
    EXPECT_EQ(body_of(other.ask(get("/quick"))), "GET /quick");
    EXPECT_LT(SteadyClock::now() - start, 700ms);
    EXPECT_EQ(body_of(client.receive()), "POST /slower " + body);

    // Nowhere to put it.
    setenv("TMPDIR", (folder / "none").c_str(), 1);
    EXPECT_EQ(status_of(client.ask("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n" + body)), 507);
    unsetenv("TMPDIR");
    std::filesystem::remove_all(folder);
}

TEST(Server, MakesLargeAnswersAside) {
    std::string text;
    for (std::uint32_t i = 0; text.size() < 3'000'000; ++i) text += std::to_string(i * 7919) + "\n";
    Options options;
    options.threads = 1;
    options.works_long = [](const Request& request) { return request.path == "/long"; };
    Running running(options, [&](const Request& request) {
        if (request.path != "/long") return Response{200, {}, Body::make(request.path, "text/plain")};
        std::this_thread::sleep_for(1s);
        Content content;
        EXPECT_EQ(content.add(text), Content::Added::yes);
        EXPECT_TRUE(content.finish() && content.in_file());
        return Response{200, {}, Body::make(std::move(content), "text/plain")};
    });
    Client client(running.port), other(running.port);
    client.send(get("/long"));
    std::this_thread::sleep_for(100ms);
    const auto start = SteadyClock::now();
    EXPECT_EQ(body_of(other.ask(get("/quick"))), "/quick") << "though there is one worker";
    EXPECT_LT(SteadyClock::now() - start, 700ms);
    EXPECT_TRUE(body_of(client.receive()) == text);
    const std::string packed = client.ask(get("/long", "Accept-Encoding: gzip\r\n"));
    EXPECT_EQ(header_of(packed, "Content-Encoding"), "gzip");
    EXPECT_LT(body_of(packed).size(), text.size() / 2);
    EXPECT_TRUE(gunzip(body_of(packed)) == text);
    EXPECT_EQ(body_of(client.ask(get("/next"))), "/next") << "the connection goes on";
}

TEST(Server, GivesSlowButSteadyBodiesTime) {
    Options options;
    options.body_timeout_ms = 200;
    options.body_bytes_per_second = 100;
    Running running(options);
    Client client(running.port);
    client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 90\r\n\r\n");
    for (int i = 0; i < 9; ++i) {
        client.send("0123456789");
        std::this_thread::sleep_for(50ms);  // 450 ms in all, with 100 ms more for each ten bytes
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
}

TEST(Server, TimesOutSlowHeaders) {
    Options options;
    options.header_timeout_ms = 200;
    Running running(options);
    Client client(running.port), silent(running.port);
    const auto start = SteadyClock::now();
    std::thread drip([&] {
        // A byte now and then must not put the deadline off.
        client.send("GET / HTTP/1.1\r\nHost: h\r\nX-A: ");
        while (SteadyClock::now() - start < 2s && client.send("a")) std::this_thread::sleep_for(20ms);
    });
    const std::string answer = client.receive_all();
    const auto taken = SteadyClock::now() - start;
    drip.join();
    EXPECT_EQ(status_of(answer), 408);
    EXPECT_GT(taken, 150ms);
    EXPECT_LT(taken, 1500ms);
    EXPECT_EQ(silent.receive_all(), "");
}

TEST(Server, TimesOutSlowBodiesAndIdleConnections) {
    Options options;
    options.body_timeout_ms = 200;
    options.idle_timeout_ms = 300;
    Running running(options);
    Client client(running.port);
    const auto start = SteadyClock::now();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
    EXPECT_EQ(status_of(client.receive_all()), 408);
    EXPECT_GT(SteadyClock::now() - start, 150ms);
    Client idle(running.port);
    EXPECT_EQ(status_of(idle.ask(get("/"))), 200);
    const auto idle_start = SteadyClock::now();
    EXPECT_EQ(idle.receive_all(), "");
    EXPECT_GT(SteadyClock::now() - idle_start, 200ms);
    EXPECT_LT(SteadyClock::now() - idle_start, 2s);
}

TEST(Server, DoesNotBlamePeersForASlowHandler) {
    Options options;
    options.threads = 1;
    options.header_timeout_ms = 200;
    options.idle_timeout_ms = 200;
    Running running(options, [](const Request& request) {
        if (request.path == "/slow") std::this_thread::sleep_for(600ms);
        return Response{200, {}, Body::make(request.path, "text/plain")};
    });
    Client slow(running.port), fresh(running.port), kept(running.port);
    EXPECT_EQ(body_of(kept.ask(get("/a"))), "/a");
    slow.send(get("/slow"));
    std::this_thread::sleep_for(100ms);
    fresh.send(get("/b"));
    kept.send(get("/c"));
    EXPECT_EQ(body_of(fresh.receive()), "/b");
    EXPECT_EQ(body_of(kept.receive()), "/c");
    EXPECT_EQ(body_of(slow.receive()), "/slow");
}

TEST(Server, TimesOutThoseWhoDoNotRead) {
    Options options;
    options.write_timeout_ms = 200;
    Running running(options);
    Client client(running.port);
    client.send(get("/large"));
    std::this_thread::sleep_for(600ms);
    EXPECT_LT(client.receive_all().size(), 8'000'000U);
}

TEST(Server, SendsLargeAnswersWhole) {
    Running running;
    Client client(running.port);
    client.send(get("/large"));
    std::this_thread::sleep_for(50ms);
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
}

TEST(Server, RefusesConnectionsWhenAllAreBusy) {
    Options options;
    options.threads = 1;
    options.max_connections = 1;
    Running running(options);
    Client busy(running.port);
    busy.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\na");
    std::this_thread::sleep_for(50ms);
    Client refused(running.port);
    EXPECT_EQ(status_of(refused.receive_all()), 503);
    EXPECT_EQ(body_of(busy.ask("b")), "POST / ab");
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
    slow.send(get("/slow"));
    std::this_thread::sleep_for(50ms);
    running.server->stop();
    const std::string answer = slow.receive_all();
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_EQ(header_of(answer, "Connection"), "close");
    EXPECT_EQ(idle.receive_all(), "");
    running.wait();
    EXPECT_FALSE(Client(running.port).connected());
}

TEST(Server, WaitsNoLongerThanTheGraceTime) {
    Options options;
    options.shutdown_grace_ms = 200;
    Running running(options);
    Client client(running.port);
    client.send("GET / HTTP/1.1\r\n");
    std::this_thread::sleep_for(50ms);
    const auto start = SteadyClock::now();
    running.stop();
    EXPECT_GT(SteadyClock::now() - start, 150ms);
    EXPECT_LT(SteadyClock::now() - start, 2s);
}

TEST(Server, StopsOnASignalAndAtOnceOnTheSecond) {
    Options options;
    options.shutdown_grace_ms = 15'000;
    Running running(options);
    Client idle(running.port), unfinished(running.port);
    EXPECT_EQ(status_of(idle.ask(get("/"))), 200);
    unfinished.send("GET / HTTP/1.1\r\n");
    std::this_thread::sleep_for(50ms);
    const auto start = SteadyClock::now();
    ::kill(::getpid(), SIGTERM);
    EXPECT_EQ(idle.receive_all(), "");
    std::this_thread::sleep_for(100ms);
    EXPECT_FALSE(running.ended);
    ::kill(::getpid(), SIGINT);
    running.wait();
    EXPECT_LT(SteadyClock::now() - start, 5s);
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
