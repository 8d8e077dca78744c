#include "http/parser.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tamga::http {
namespace {

using State = Parser::State;

/// Gives the parser all of `text`, `step` bytes at a time, as a connection would; stops at the end of a
/// request. What is left of the text.
std::string feed(Parser& parser, std::string_view text, std::size_t step) {
    std::string waiting;
    while (!text.empty() && parser.state() != State::complete && parser.state() != State::refused) {
        waiting += text.substr(0, step);
        text.remove_prefix(std::min(step, text.size()));
        waiting.erase(0, parser.read(waiting));
    }
    return waiting + std::string(text);
}

TEST(Parser, ReadsTheSameHoweverItIsCut) {
    const std::string first =
        "\r\nPOST /a%20b?c=d HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-B: trailer\r\n\r\n";
    const std::string second = "GET /next HTTP/1.0\r\n\r\n";
    for (const std::size_t step : {1UL, 2UL, 3UL, 7UL, 64UL, 1000UL}) {
        const Limits limits;
        Parser parser(limits);
        const std::string rest = feed(parser, first + second, step);
        ASSERT_EQ(parser.state(), State::complete) << step;
        EXPECT_EQ(parser.request().path, "/a b");
        EXPECT_EQ(parser.request().body.bytes(), "abcde");
        EXPECT_EQ(parser.request().header("X-A"), "1, 2");
        EXPECT_EQ(parser.request().header("X-B"), "");
        EXPECT_TRUE(parser.keep_alive());
        parser.next();
        EXPECT_EQ(parser.state(), State::idle);
        EXPECT_EQ(feed(parser, rest, step), "");
        ASSERT_EQ(parser.state(), State::complete);
        EXPECT_EQ(parser.request().path, "/next");
        EXPECT_TRUE(parser.request().headers.empty());
        EXPECT_FALSE(parser.keep_alive());
    }
}

TEST(Parser, TakesHeadsAsLongAsItSays) {
    const Limits limits;
    const std::string start = "GET / HTTP/1.1\r\nHost: h\r\nX-A: ";
    for (const std::size_t step : {1000UL, 1'000'000UL}) {
        Parser fits(limits), more(limits);
        // The head without the empty line that ends it.
        feed(fits, start + std::string(limits.header_bytes - start.size(), 'a') + "\r\n\r\n", step);
        EXPECT_EQ(fits.state(), State::complete);
        feed(more, start + std::string(limits.header_bytes - start.size() + 1, 'a') + "\r\n\r\n", step);
        EXPECT_EQ(more.state(), State::refused);
        EXPECT_EQ(more.refusal(), 431);
    }
    Parser target(limits);
    feed(target, "GET /" + std::string(limits.target_bytes - 1, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 1000);
    EXPECT_EQ(target.state(), State::complete);
}

TEST(Parser, LeavesBodiesThatNobodyTakes) {
    Limits limits;
    limits.body_bytes_of = [](const Request& request) -> std::size_t {
        return request.path == "/upload" ? 10 : 0;
    };
    for (const char* announced :
         {"Content-Length: 5", "Transfer-Encoding: chunked", "Content-Length: 5\r\nExpect: 100-continue"}) {
        const std::string lines = std::string(" HTTP/1.1\r\nHost: h\r\n") + announced + "\r\n\r\n";
        Parser parser(limits);
        feed(parser, "POST /" + lines, 1000);
        EXPECT_EQ(parser.state(), State::complete) << "before any of it has come: " << announced;
        EXPECT_TRUE(parser.leaves_body_unread());
        EXPECT_FALSE(parser.keep_alive()) << "what follows is no request";
        EXPECT_FALSE(parser.waits_for_continue());
        Parser taking(limits);
        feed(taking, "POST /upload" + lines, 1000);
        EXPECT_EQ(taking.state(), State::body);
    }
    Parser none(limits);
    feed(none, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", 1000);
    EXPECT_EQ(none.state(), State::complete);
    EXPECT_FALSE(none.leaves_body_unread());
    EXPECT_TRUE(none.keep_alive());
    Parser large(limits);
    feed(large, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n", 1000);
    EXPECT_EQ(large.refusal(), 413);
}

TEST(Parser, AnswersPathsOfAnotherFormWithNotFound) {
    const Limits limits;
    for (const char* target : {"//evil.example", "/\\evil.example", "/%5cevil", "/a//b", "/a%2fb"}) {
        Parser parser(limits);
        feed(parser, std::string("GET ") + target + " HTTP/1.1\r\nHost: h\r\n\r\n", 1000);
        EXPECT_EQ(parser.refusal(), 404) << target;
    }
}

}  // namespace
}  // namespace tamga::http
