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

TEST(Urlencoded, GivesItsFields) {
    const auto pairs = parse_urlencoded("a=b+c&d=%D0%AF%26&a=&=x");
    ASSERT_TRUE(pairs) << pairs.error().message();
    EXPECT_EQ(*pairs, (Fields::Pairs{{"a", "b c"}, {"d", "Я&"}, {"a", ""}, {"", "x"}}));
    EXPECT_EQ(parse_urlencoded("")->size(), 0U);
    for (const char* none : {"a", "a=b&", "a=b&&c=d", "a=%", "a=%4", "a=%zz", "%ff=a", "a=%c0%80"})
        EXPECT_EQ(parse_urlencoded(none).has_value(), std::string_view(none) == "a=b&") << none;
    std::string many;
    for (int i = 0; i < 5001; ++i) many += "&a=b";
    EXPECT_TRUE(parse_urlencoded(many.substr(5)));
    EXPECT_FALSE(parse_urlencoded(many.substr(1)));
}

TEST(Fields, AreTheSameWhicheverWayTheyWereSent) {
    const std::string multipart =
        "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\none\r\ntwo\rthree\r\n--x\r\n"
        "Content-Disposition: form-data; name=\"to\"\r\n\r\na\r\n--x\r\nContent-Disposition: form-data; "
        "name=\"to\"\r\n\r\nb\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; "
        "filename=\"a\"\r\n\r\n\xff\r\n\r\n--x--";
    const auto sent = Fields::read("multipart/form-data; boundary=x", multipart);
    const auto other = Fields::read("Application/X-WWW-Form-Urlencoded ; charset=utf-8",
                                    "note=one%0D%0Atwo%0Dthree&to=a&to=b");
    ASSERT_TRUE(sent) << sent.error().message();
    ASSERT_TRUE(other) << other.error().message();
    EXPECT_EQ(sent->all(), other->all());
    EXPECT_EQ(sent->value("note"), "one\ntwo\nthree");
    EXPECT_EQ(sent->value("to"), "a");
    EXPECT_EQ(sent->values("to"), (std::vector<std::string_view>{"a", "b"}));
    EXPECT_TRUE(sent->has("to"));
    EXPECT_FALSE(sent->has("file")) << "a file is no field";
    EXPECT_EQ(sent->value("none"), "");
    ASSERT_NE(sent->file("file"), nullptr);
    EXPECT_EQ(sent->file("file")->content, "\xff\r\n");
    EXPECT_EQ(other->file("file"), nullptr);
}

TEST(Fields, RefuseWhatNobodyTypes) {
    for (const char* none : {"a=%00", "a=%1b%5b", "a=%7f", "a%0D%0Ab=c", "a%00=c"})
        EXPECT_FALSE(Fields::read("application/x-www-form-urlencoded", none)) << none;
    EXPECT_TRUE(Fields::read("application/x-www-form-urlencoded", "a=%09%0A"));
    EXPECT_FALSE(Fields::read("text/plain", "a=b"));
    EXPECT_FALSE(Fields::read("", "a=b"));
    EXPECT_FALSE(Fields::read("multipart/form-data; boundary=x",
                              "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--x--"));
}

}  // namespace
}  // namespace tamga::http
