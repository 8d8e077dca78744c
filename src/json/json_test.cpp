#include "json/json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tamga {
namespace {

TEST(CanonicalJson, SortsMembersAndEscapesAsRfc8785Does) {
    // The string of RFC 8785, 3.2.2.2, and its expected form in 3.2.3, without the numbers that we do not
    // allow.
    const Json value = *parse_json(
        "{\"string\":\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/"
        "\",\"literals\":[null,true,false]}");
    EXPECT_EQ(*canonical(value),
              "{\"literals\":[null,true,false],\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

TEST(CanonicalJson, RefusesWhatHasNoOneForm) {
    EXPECT_FALSE(canonical(Json(1.5)));
    EXPECT_FALSE(canonical(Json{{"é", 1}}));
    EXPECT_FALSE(canonical(Json(std::uint64_t{1} << 53)));
    EXPECT_FALSE(canonical(Json("\xff")));
}

TEST(CanonicalJson, IsWhatTheLibraryWritesOfStringsOfAllKinds) {
    for (int byte = 0; byte < 0x80; ++byte) {
        const Json value{{"a", std::string("x") + static_cast<char>(byte) + "y"}, {"b", Json::array()}};
        EXPECT_EQ(*canonical(value), value.dump()) << byte;
    }
    const Json texts{"", "中文, Ёлка, é", "\xf0\x9f\x8c\x8d", "\u2028", -1, 0, 9007199254740991, nullptr};
    EXPECT_EQ(*canonical(texts), texts.dump());
    for (const char* const damaged : {"\xff", "a\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"})
        EXPECT_FALSE(canonical(Json(damaged))) << damaged;
    EXPECT_FALSE(canonical(Json(-9007199254740992)));
}

TEST(ParseJson, TellsWhereAndWhy) {
    EXPECT_EQ(parse_json("[1, 2").error().cause, "not valid JSON at byte 6");
    EXPECT_EQ(parse_json(R"({"a": {"b": 1, "b": 2}})").error().cause, "the member 'b' is there twice");
    EXPECT_EQ(parse_json("1e999").error().cause, "not valid JSON");
    const auto nested = [](std::size_t levels, const std::string& inside) {
        return std::string(levels, '[') + inside + std::string(levels, ']');
    };
    EXPECT_TRUE(parse_json(nested(64, "1")));
    EXPECT_EQ(parse_json(nested(65, "1")).error().cause, "it is nested more than 64 levels deep");
}

TEST(ParseJson, RefusesDuplicatesDepthAndGarbage) {
    EXPECT_FALSE(parse_json(R"({"a":1,"a":2})"));
    EXPECT_FALSE(parse_json(std::string(100, '[') + std::string(100, ']')));
    EXPECT_FALSE(parse_json("{"));
    EXPECT_FALSE(parse_json("{} x"));
    EXPECT_TRUE(parse_json(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})"));
}

}  // namespace
}  // namespace tamga
