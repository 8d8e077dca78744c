#include "http/cookie.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tamga::http {
namespace {

TEST(Cookie, IsReadByItsName) {
    EXPECT_EQ(cookie_value("session=abc", "session"), "abc");
    EXPECT_EQ(cookie_value("a=b; session=a-b_c=; z=1", "session"), "a-b_c=");
    EXPECT_EQ(cookie_value("a=b;session = abc\t;", "session"), "abc");
    EXPECT_EQ(cookie_value("session=", "session"), "");
    EXPECT_FALSE(cookie_value("", "session"));
    EXPECT_FALSE(cookie_value("session", "session"));
    EXPECT_FALSE(cookie_value("Session=abc; xsession=abc; session2=abc", "session"));
}

TEST(Cookie, IsNoneIfItIsThereTwiceOrHasWhatCookiesDoNot) {
    EXPECT_FALSE(cookie_value("session=abc; session=abd", "session"));
    EXPECT_FALSE(cookie_value("session=abc; session=abc", "session"));
    for (const char* bad :
         {"session=a b", "session=\"abc\"", "session=a,b", "session=a\\b", "session=\xd0\xb0"})
        EXPECT_FALSE(cookie_value(bad, "session")) << bad;
}

TEST(Cookie, TakesAnyBytesAtAll) {
    std::mt19937 random(5);
    for (int round = 0; round < 20'000; ++round) {
        std::string text = "a=b; session=abc; c=d";
        for (int i = 0; i < 4; ++i) text[random() % text.size()] = "=; \t\"\\,s\0\xff"[random() % 10];
        const std::string_view value = cookie_value(text, "session").value_or("");
        EXPECT_EQ(value.find_first_of("; \t\",\\"), std::string_view::npos) << text;
    }
}

TEST(Cookie, IsSetForThisHostAlone) {
    EXPECT_EQ(set_cookie("session", "abc", {}), "__Host-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
    EXPECT_EQ(set_cookie("session", "abc", {.secure = false, .lasts_seconds = 60}),
              "session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60");
    EXPECT_EQ(set_cookie("session", "", {.lasts_seconds = 0}),
              "__Host-session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
    EXPECT_DEATH(set_cookie("session", "a; Domain=example.org", {}), "");
    EXPECT_DEATH(set_cookie("session", "a\r\nX: y", {}), "");
}

}  // namespace
}  // namespace tamga::http
