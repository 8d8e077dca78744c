#include "http/message.hpp"

#include <gtest/gtest.h>

namespace tamga::http {
namespace {

TEST(Body, HasATagForEachForm) {
    const auto page = Body::make(std::string(600, 'x'), "text/html; charset=utf-8");
    const auto same = Body::make(std::string(600, 'x'), "text/html; charset=utf-8");
    const auto other = Body::make(std::string(600, 'y'), "text/html; charset=utf-8");
    EXPECT_EQ(page->etag(), same->etag());
    EXPECT_NE(page->etag(), other->etag());
    EXPECT_NE(page->etag(), page->gzip_etag());
    EXPECT_EQ(page->gzip(), same->gzip());
    EXPECT_LT(page->gzip().size(), 100U);
}

TEST(Body, IsCompressedIfItIsTextAndLong) {
    const std::string text(512, 'x');
    for (const char* type : {"text/css", "application/json", "image/svg+xml", "application/geo+json",
                             "application/atom+xml; charset=utf-8"})
        EXPECT_TRUE(Body::make(text, type)->compressible()) << type;
    for (const char* type : {"", "image/png", "font/woff2", "application/pdf"})
        EXPECT_FALSE(Body::make(text, type)->compressible()) << type;
    EXPECT_FALSE(Body::make(std::string(511, 'x'), "text/css")->compressible());
}

TEST(Response, SaysTheSameFrozen) {
    const Response plain{200, {{"X-Colour", "blue"}}, Body::make("hello", "text/plain")};
    const Response frozen = freeze(plain);
    EXPECT_EQ(frozen.header("x-colour"), "blue");
    EXPECT_EQ(frozen.header("x-other"), "");
    std::string head;
    append_head(head, 200, plain.headers, plain.body.get(), false);
    EXPECT_EQ(frozen.head->full(false), head);
    EXPECT_EQ(head, "HTTP/1.1 200 OK\r\nX-Colour: blue\r\nContent-Type: text/plain\r\nETag: " +
                        plain.body->etag() + "\r\nContent-Length: 5\r\n");
}

TEST(Response, IsReplacedIfItsHeadersAreBad) {
    EXPECT_EQ(freeze({200, {{"X-A", "b\r\nX-C: d"}}}).status, 500);
    EXPECT_EQ(freeze({200, {{"Content-Length", "7"}}}).status, 500);
}

TEST(Request, FindsHeadersWithoutCase) {
    Request request;
    request.headers = {{"Accept-Language", "zh"}};
    request.query = {{"a", "1"}, {"a", "2"}};
    EXPECT_EQ(request.header("accept-LANGUAGE"), "zh");
    EXPECT_EQ(request.header("accept"), "");
    EXPECT_EQ(request.query_value("a"), "1");
    EXPECT_EQ(request.query_value("b"), std::nullopt);
}

}  // namespace
}  // namespace tamga::http
