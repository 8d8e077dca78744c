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

TEST(ParseJson, RefusesDuplicatesDepthAndGarbage) {
    EXPECT_FALSE(parse_json(R"({"a":1,"a":2})"));
    EXPECT_FALSE(parse_json(std::string(100, '[') + std::string(100, ']')));
    EXPECT_FALSE(parse_json("{"));
    EXPECT_FALSE(parse_json("{} x"));
    EXPECT_TRUE(parse_json(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})"));
}

}  // namespace
}  // namespace tamga
