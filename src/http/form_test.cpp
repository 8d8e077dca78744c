#include "http/form.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tamga::http {
namespace {

constexpr const char* kType = "multipart/form-data; boundary=\"x\"";
const std::string kBody =
    "--x\r\nContent-Disposition: form-data; name=\"format\"\r\n\r\njson\r\n"
    "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\".xml\"\r\nContent-Type: "
    "text/xml\r\n\r\n"
    "<a>\r\n--y</a>\r\n--x--\r\n";

TEST(Form, GivesItsParts) {
    const auto parts = parse_form(kType, kBody);
    ASSERT_TRUE(parts) << parts.error().message();
    ASSERT_EQ(parts->size(), 2U);
    EXPECT_EQ((*parts)[0].name, "format");
    EXPECT_EQ((*parts)[0].content, "json");
    EXPECT_FALSE((*parts)[0].file_name);
    EXPECT_EQ((*parts)[1].file_name, "a \"b\".xml");
    EXPECT_EQ((*parts)[1].content, "<a>\r\n--y</a>");
    EXPECT_TRUE(parse_form("Multipart/Form-Data;boundary=x", "--x--"));
}

TEST(Form, RefusesWhatIsNone) {
    for (const auto& [type, body] : std::vector<std::pair<std::string, std::string>>{
             {"text/plain", kBody},
             {"multipart/form-data", kBody},
             {"multipart/form-data; boundary=y", kBody},
             {kType, ""},
             {kType, "--x\r\n\r\n"},
             {kType, "--x\r\nContent-Type: a\r\n\r\nb\r\n--x--"},
             {kType, "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb"},
             {kType, "--xContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--"}})
        EXPECT_FALSE(parse_form(type, body)) << type << "\n" << body;
}

TEST(Form, TakesAnyBytesAtAll) {
    std::mt19937 random(3);
    for (int round = 0; round < 20'000; ++round) {
        std::string body = kBody;
        for (std::size_t i = 0; i < 3; ++i)
            body[random() % body.size()] = "-x\r\n:;\"\\= \xff"[random() % 11];
        body.resize(random() % (body.size() + 1));
        const auto parts = parse_form(kType, body);
        if (!parts) continue;
        for (const FormPart& part : *parts) ASSERT_LE(part.content.size(), body.size());
    }
}

}  // namespace
}  // namespace tamga::http
