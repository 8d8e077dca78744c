#include "http/fetch.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "http/server.hpp"

namespace tamga::http {
namespace {

/// A server that tells what it was asked.
class Other {
  public:
    Other() {
        Options options{.port = 0, .heeds_signals = false};
        options.limits.body_bytes_of = [](const Request&) { return std::size_t{1000}; };
        server_ = *Server::listen(std::move(options), [](const Request& request) -> Answer {
            if (request.path == "/elsewhere") return Response{302, {{"Location", "/told"}}};
            if (request.path == "/large")
                return Response{.body = Body::make(std::string(5000, 'x'), "text/plain")};
            return Response{.body = Body::make(request.method + " " + std::string(request.body.bytes()) +
                                                   " " + std::string(request.header("Authorization")),
                                               "text/plain")};
        });
        thread_ = std::jthread([this] { server_->run(); });
    }
    ~Other() { server_->stop(); }
    std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
    }

  private:
    std::unique_ptr<Server> server_;
    std::jthread thread_;
};

TEST(Fetch, GivesWhatIsAnswered) {
    const Other other;
    const auto got = fetch({.url = other.url("/told"), .authorization = "Basic YTpi"});
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(got->status, 200);
    EXPECT_EQ(got->body, "GET  Basic YTpi");
    EXPECT_EQ(fetch({.url = other.url("/told"), .form = "a=b"})->body, "POST a=b ");
}

TEST(Fetch, IsLedNowhereAndTakesNothingLarge) {
    const Other other;
    const auto led = fetch({.url = other.url("/elsewhere")});
    ASSERT_TRUE(led);
    EXPECT_EQ(led->status, 302);
    EXPECT_EQ(led->body.find("GET"), std::string::npos);
    EXPECT_EQ(fetch({.url = other.url("/large"), .most_bytes = 4999}).error().cause,
              "its answer is too large");
    EXPECT_EQ(fetch({.url = other.url("/large"), .most_bytes = 5000})->body.size(), 5000u);
}

TEST(Fetch, EndsWhereNobodyWaitsOrAnswers) {
    std::string gone;
    {
        const Other other;
        gone = other.url("/told");
        std::stop_source stop;
        stop.request_stop();
        EXPECT_EQ(fetch({.url = gone}, stop.get_token()).error().code, ErrorCode::io);
    }
    EXPECT_EQ(fetch({.url = gone}).error().code, ErrorCode::io);
}

TEST(Fetch, AsksNobodyWhereOthersCouldListen) {
    for (const char* const good : {"https://id.example.org/a?b=c", "http://localhost:80/",
                                   "http://127.0.0.1:8080", "http://[::1]:8080/a"})
        EXPECT_TRUE(may_ask(good)) << good;
    for (const char* const bad :
         {"", "id.example.org", "http://id.example.org/", "http://127.0.0.1.example.org/",
          "file:///etc/passwd", "https://user@id.example.org/", "https://u:p@id.example.org/",
          "https://id.example.org/#a", "javascript:alert(1)", "https://id.example.org/\r\nX: y",
          "https://id.example.org/ a", "http://localhost@evil.example/", "ftp://localhost/"})
        EXPECT_FALSE(may_ask(bad)) << bad;
    EXPECT_EQ(fetch({.url = "http://id.example.org/"}).error().code, ErrorCode::invalid_usage);
}

}  // namespace
}  // namespace tamga::http
