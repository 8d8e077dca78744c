#include "http/target.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tamga::http {
namespace {

using namespace std::string_view_literals;

TEST(Target, IsDecodedOnce) {
    EXPECT_EQ(parse_target("/a%2520b")->path, "/a%20b");
    EXPECT_EQ(parse_target("/%e4%b8%ad")->path, "/中");
    EXPECT_EQ(parse_target("/a+b")->path, "/a+b");
    EXPECT_EQ(parse_target("/...")->path, "/...");
    EXPECT_EQ(parse_target("/a//b/")->path, "/a//b/");
}

TEST(Target, TakesTheAbsoluteForm) {
    const auto target = parse_target("HTTP://example.org:80/a?b=c");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/a");
    EXPECT_EQ(target->raw_query, "b=c");
    EXPECT_EQ(parse_target("http://example.org")->path, "/");
    EXPECT_EQ(parse_target("http://example.org?b")->path, "/");
    EXPECT_FALSE(parse_target("http:///a"));
}

TEST(Target, SplitsTheQueryInOrder) {
    const auto target = parse_target("/?b=1&a=x+y%26z&&b=2&flag&=v&e==");
    ASSERT_TRUE(target);
    const std::vector<std::pair<std::string, std::string>> expected = {
        {"b", "1"}, {"a", "x y&z"}, {"b", "2"}, {"flag", ""}, {"", "v"}, {"e", "="}};
    EXPECT_EQ(target->query, expected);
    EXPECT_EQ(target->raw_query, "b=1&a=x+y%26z&&b=2&flag&=v&e==");
}

TEST(Target, RefusesWhatMisleads) {
    for (const char* text : {"",
                             "*",
                             "a",
                             "example.org:443",
                             "/%",
                             "/%4",
                             "/%4g",
                             "/%00",
                             "/%0a",
                             "/%7f",
                             "/%ff",
                             "/%c0%af",
                             "/%ed%a0%80",
                             "/.",
                             "/..",
                             "/a/../b",
                             "/a/%2e%2e/b",
                             "/a/..%2fb",
                             "/a/.",
                             "/a#b",
                             "/?a=%ff",
                             "/?%",
                             "/?a=%00",
                             "?a"})
        EXPECT_FALSE(parse_target(text)) << text;
}

TEST(AcceptEncoding, IsWeighed) {
    for (const char* text : {"gzip", "GZIP", "deflate, gzip", "gzip;q=0.001", "*", "br, *;q=0.1", "x-gzip",
                             "gzip ; q=1.000", "identity;q=0.5, gzip;q=0.5", "identity;q=0, gzip;q=0.1"})
        EXPECT_TRUE(prefers_gzip(text)) << text;
    for (const char* text :
         {"", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "identity, gzip;q=0.5", "gzip;q=2",
          "gzip;q=-1", "gzip;q=", "gzip;level=9", "gzipped", ",;,;="})
        EXPECT_FALSE(prefers_gzip(text)) << text;
}

TEST(IfNoneMatch, IsComparedWeakly) {
    for (const char* text : {"\"x\"", "W/\"x\"", "*", " * ", "\"a\", \"x\"", "\"a,b\",W/\"x\"", ",, \"x\" ,"})
        EXPECT_TRUE(etag_matches(text, "\"x\"")) << text;
    for (const char* text : {"", "x", "\"x", "\"X\"", "\"y\"", "\"x-gz\"", "w/\"x\"", "W/", "\"a\" x \"x\""})
        EXPECT_FALSE(etag_matches(text, "\"x\"")) << text;
}

TEST(Field, CannotEndItsLine) {
    EXPECT_TRUE(is_field_value("text/html; charset=utf-8\tx"));
    EXPECT_TRUE(is_field_value("中"));
    EXPECT_FALSE(is_field_value("a\r\nSet-Cookie: b"));
    EXPECT_FALSE(is_field_value("a\nb"));
    EXPECT_FALSE(is_field_value(std::string_view("a\0b", 3)));
    EXPECT_TRUE(is_token("X-A_b"));
    for (const char* name : {"", "a b", "a:", "a\r\n", "é"}) EXPECT_FALSE(is_token(name)) << name;
}

/// Changes a few bytes of `text` at random, to ones that have a meaning somewhere.
std::string mutated(std::string text, std::mt19937& random) {
    constexpr std::string_view kBytes = "%/.?#&=+;,*\"q01:fF2eW\0\r\n \x80\xc3\xed\xff"sv;
    const auto below = [&random](std::size_t n) { return random() % n; };
    for (std::size_t i = below(6); i-- > 0;) {
        const char byte = kBytes[below(kBytes.size())];
        const std::size_t at = below(text.size() + 1);
        if (at == text.size() || below(3) == 0)
            text.insert(at, 1, byte);
        else if (below(3) == 0)
            text.erase(at, below(4));
        else
            text[at] = byte;
    }
    return text;
}

TEST(Readers, KeepTheirWordOnAnyBytes) {
    std::mt19937 random(7);
    int accepted = 0;
    for (int i = 0; i < 50'000; ++i) {
        for (const char* seed :
             {"/en/a%2e%2e/b?x=1&y=%e4%b8%ad+z", "http://h/%2e/../c?d", "/a/./b%2f..%2fc"}) {
            const auto target = parse_target(mutated(seed, random));
            if (!target) continue;
            ++accepted;
            const std::string around = target->path + '/';
            ASSERT_EQ(target->path.front(), '/');
            ASSERT_TRUE(is_utf8(target->path));
            ASSERT_TRUE(is_field_value(target->path));
            ASSERT_EQ(around.find("/../"), std::string::npos) << target->path;
            ASSERT_EQ(around.find("/./"), std::string::npos) << target->path;
            for (const auto& [name, value] : target->query) ASSERT_TRUE(is_utf8(name) && is_utf8(value));
        }
        // What names no gzip, and nothing for all, never gets it.
        const std::string encodings = mutated("br;q=1.0, gzip;q=0.5, *;q=0.001, identity", random);
        if (encodings.find("gzip") == std::string::npos && encodings.find('*') == std::string::npos) {
            ASSERT_FALSE(prefers_gzip(encodings)) << encodings;
        } else {
            prefers_gzip(encodings);
        }
        const std::string tags = mutated("\"a\", W/\"b,c\", \"d\"", random);
        if (etag_matches(tags, "\"d\"") && tags.find('*') == std::string::npos) {
            ASSERT_NE(tags.find("\"d\""), std::string::npos) << tags;
        }
    }
    EXPECT_GT(accepted, 1000);
}

}  // namespace
}  // namespace tamga::http
