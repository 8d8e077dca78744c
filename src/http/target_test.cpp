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
    EXPECT_EQ(parse_target("/a/b/")->path, "/a/b/");
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

TEST(Target, HasOneForm) {
    for (const char* text : {"//", "//evil.example", "///", "/a//b", "/a//", "http://h//evil.example",
                             "/\\evil.example", "/%5cevil.example", "/%5C", "/a%2fb", "/%2Fevil.example"}) {
        const auto target = parse_target(text);
        ASSERT_FALSE(target) << text;
        EXPECT_EQ(target.error().code, ErrorCode::not_found) << text;
    }
    EXPECT_TRUE(parse_target("/a?b=//c\\%2f"));
}

TEST(UriReference, IsPercentEncoded) {
    const auto again = [](std::string_view sent) {
        const auto target = parse_target(sent);
        return target ? uri_reference("/en" + target->path, target->raw_query) : "refused";
    };
    // RFC 3986 3.3: "?" and "#" would end the path, "%" begins an escape.
    EXPECT_EQ(again("/a%3fb%23c%25d"), "/en/a%3Fb%23c%25d");
    EXPECT_EQ(again("/中?q=中&a=%E4%B8%AD"), "/en/%E4%B8%AD?q=%E4%B8%AD&a=%E4%B8%AD");
    EXPECT_EQ(again("/a b\"<>^`{|}?\"<>[]^`{|}"),
              "/en/a%20b%22%3C%3E%5E%60%7B%7C%7D?%22%3C%3E%5B%5D%5E%60%7B%7C%7D");
    EXPECT_EQ(again("/-._~!$&'()*+,;=:@?-._~!$&'()*+,;=:@/?%41"),
              "/en/-._~!$&'()*+,;=:@?-._~!$&'()*+,;=:@/?%41");
    EXPECT_EQ(again("/"), "/en/");
    EXPECT_FALSE(is_uri_text("/中"));
    EXPECT_FALSE(is_uri_text("/a b"));
    EXPECT_FALSE(is_uri_text("/a\\b"));
    EXPECT_TRUE(is_uri_text("https://[::1]:8080/a%20b?c=d#e"));
}

TEST(Printable, IsOneLineOfAscii) {
    EXPECT_EQ(printable("/en/?q=a b~"), "/en/?q=a b~");
    EXPECT_EQ(printable("/\" 200 \\\x1b[31m\n\x7f"), "/\\x22 200 \\x5C\\x1B[31m\\x0A\\x7F");
    EXPECT_EQ(printable("\u202e"), "\\xE2\\x80\\xAE");
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
            ASSERT_EQ(target->path.find("//"), std::string::npos) << target->path;
            // Sent back as a Location it leads to the same page.
            const std::string sent = uri_reference(target->path, target->raw_query);
            ASSERT_TRUE(is_uri_text(sent)) << sent;
            const auto again = parse_target(sent);
            ASSERT_TRUE(again && again->path == target->path && again->query == target->query) << sent;
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
