#include "mail/message.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace tamga::mail {
namespace {

Message message() {
    return {.from = {"The register", "register@example.org"},
            .to = {.address = "reader@example.net"},
            .subject = "What is new",
            .id = "digest.12@example.org",
            .time = 1'750'118'400,
            .language = "en",
            .text = "First line.\nSecond line.\n"};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    std::size_t at = 0;
    for (std::size_t end; (end = text.find("\r\n", at)) != std::string::npos; at = end + 2)
        out.push_back(text.substr(at, end - at));
    EXPECT_EQ(at, text.size());
    return out;
}

std::string header(const std::string& text, const std::string& name) {
    const std::size_t at = text.find(name + ": ");
    if (at == std::string::npos) return {};
    std::size_t end = text.find("\r\n", at);
    while (text.compare(end + 2, 1, " ") == 0) end = text.find("\r\n", end + 2);
    return text.substr(at + name.size() + 2, end - at - name.size() - 2);
}

TEST(Message, HasTheHeadersOfRfc5322) {
    const auto made = compose(message());
    ASSERT_TRUE(made) << made.error().message();
    EXPECT_EQ(header(*made, "Date"), "Tue, 17 Jun 2025 00:00:00 +0000");
    EXPECT_EQ(header(*made, "From"), "\"The register\" <register@example.org>");
    EXPECT_EQ(header(*made, "To"), "reader@example.net");
    EXPECT_EQ(header(*made, "Message-ID"), "<digest.12@example.org>");
    EXPECT_EQ(header(*made, "Subject"), "What is new");
    EXPECT_EQ(header(*made, "Auto-Submitted"), "auto-generated");
    EXPECT_EQ(header(*made, "List-Unsubscribe"), "");
    EXPECT_TRUE(made->ends_with("\r\n\r\nFirst line.\r\nSecond line.\r\n\r\n")) << *made;
    EXPECT_EQ(*made, *compose(message()));
}

TEST(Message, BringsThePicturesOfItsPage) {
    Message one = message();
    one.html = "<p><img src=\"cid:chart1.digest.12@example.org\" alt=\"x\"></p>";
    const std::string png("\x89PNG\r\n\x1a\n\0\n", 10);
    one.pictures = {{"chart1.digest.12@example.org", png}};
    const auto made = compose(one);
    ASSERT_TRUE(made) << made.error().message();
    for (const char* const told :
         {"multipart/alternative", "multipart/related; type=\"text/html\"; boundary=\"=_pictures\"",
          "Content-ID: <chart1.digest.12@example.org>\r\n", "\r\n\r\niVBORw0KGgoACg==\r\n",
          "--=_pictures--\r\n--=_part--\r\n"})
        EXPECT_NE(made->find(told), std::string::npos) << told << *made;
    one.pictures.front().name = "x>\r\nBcc: <y@example.com";
    EXPECT_FALSE(compose(one));
}

TEST(Message, UnsubscribesByOneClick) {
    Message one = message();
    one.unsubscribe = "https://example.org/en/follow/abc";
    const auto made = compose(one);
    EXPECT_EQ(header(*made, "List-Unsubscribe"), "<https://example.org/en/follow/abc>");
    EXPECT_EQ(header(*made, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    one.unsubscribe = "https://example.org/>\r\nBcc: <x@example.com";
    EXPECT_FALSE(compose(one));
}

// Whatever comes from outside begins no header of its own, and names no other recipient.
TEST(Message, NothingBeginsAHeaderOfItsOwn) {
    Message one;
    for (const std::string& bad :
         {std::string("a\r\nBcc: x@example.com"), std::string("a\nBcc: x@example.com"), std::string("a\rb"),
          std::string("a\0b", 3), std::string("a\x7f")}) {
        one = message();
        one.subject = bad;
        EXPECT_FALSE(compose(one)) << bad;
        one = message();
        one.from.name = bad;
        EXPECT_FALSE(compose(one)) << bad;
    }
    for (const char* const bad :
         {"", "reader", "@example.net", "reader@", "a b@example.net", "a@b@example.net", "<a@example.net>",
          "a@example.net,b@example.net", "a@example.net\r\nBcc: b@example.net", "\"a\"@example.net",
          "a@example..net", "a@-example.net", "a..b@example.net", ".a@example.net", "a@exa mple.net",
          "a@example.net>", "читатель@example.net", "a;b@example.net", "a@[127.0.0.1]"}) {
        one = message();
        one.to.address = bad;
        EXPECT_FALSE(compose(one)) << bad;
    }
    EXPECT_FALSE(is_address(std::string(65, 'a') + "@example.net"));
    EXPECT_TRUE(is_address("o'neil+treaties@mail.example.net"));
    one = message();
    one.id = "a b@example.org";
    EXPECT_FALSE(compose(one));
    one = message();
    one.language = "en\r\nX: y";
    EXPECT_FALSE(compose(one));
}

TEST(Message, OtherWritingIsEncodedInWholeCharacters) {
    Message one = message();
    one.subject = "Что нового: обязательства по транспорту и торговле между участниками механизма";
    one.from.name = "登记册";
    one.text = "Первая строка.\n";
    const auto made = compose(one);
    ASSERT_TRUE(made);
    EXPECT_EQ(header(*made, "From"), "=?utf-8?B?55m76K6w5YaM?= <register@example.org>");
    std::istringstream words(header(*made, "Subject"));
    for (std::string word; words >> word;) {
        EXPECT_LE(word.size(), 75U);
        EXPECT_TRUE(word.starts_with("=?utf-8?B?") && word.ends_with("?=")) << word;
    }
    EXPECT_NE(made->find("Content-Transfer-Encoding: base64"), std::string::npos);
    EXPECT_TRUE(std::ranges::all_of(*made, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}

TEST(Message, WhatLooksEncodedIsEncoded) {
    Message one = message();
    one.subject = "=?utf-8?B?QQ==?=";
    EXPECT_EQ(header(*compose(one), "Subject"), "=?utf-8?B?PT91dGYtOD9CP1FRPT0/PQ==?=");
}

TEST(Message, NoLineIsLong) {
    Message one = message();
    one.subject = std::string(500, 'x') + " and more words than fit on one line of a header, which is folded";
    one.text = std::string(5000, 'y') + " \n.\n..dots\nFrom here\ntab\t\n=_part\n--=_part--\n";
    one.html = "<p>" + std::string(3000, 'z') + "</p>";
    const auto made = compose(one);
    ASSERT_TRUE(made) << made.error().message();
    for (const std::string& line : lines_of(*made)) EXPECT_LE(line.size(), 78U) << line;
    // Each part ends at its own boundary, and a text has none.
    std::size_t boundaries = 0;
    for (const std::string& line : lines_of(*made)) boundaries += line.starts_with("--=_part") ? 1 : 0;
    EXPECT_EQ(boundaries, 3U);
    // White space at the end of a line would be lost on the way.
    for (const std::string& line : lines_of(*made)) EXPECT_FALSE(line.ends_with(' ')) << line;
}

TEST(Message, ReadsMailboxes) {
    EXPECT_EQ(parse_mailbox("register@example.org")->address, "register@example.org");
    EXPECT_EQ(parse_mailbox("The register <register@example.org>")->name, "The register");
    EXPECT_EQ(parse_mailbox("\"A, B\" <register@example.org>")->name, "A, B");
    for (const char* const bad :
         {"", "register", "The register <register@example.org", "<>", "a\nb <c@example.org>"})
        EXPECT_EQ(parse_mailbox(bad).error().code, ErrorCode::invalid_input) << bad;
}

}  // namespace
}  // namespace tamga::mail
