#include "model/record.hpp"

#include <gtest/gtest.h>

namespace tamga {
namespace {

TEST(TextOf, IsOneFormOfAName) {
    const Json body = *parse_json(R"({"speaker":{"zh":"习近平","en":"Xi Jinping"},"chair":{"zh":"王毅"},
        "head":"Wu Yingqin","original":{"name":"a.pdf","sha256":"00","size":1}})");
    EXPECT_EQ(text_of(body, "speaker"), "Xi Jinping");
    EXPECT_EQ(text_of(body, "chair"), "王毅");
    EXPECT_EQ(text_of(body, "head"), "Wu Yingqin");
    EXPECT_EQ(text_of(body, "original"), "");
    std::string told;
    each_text(Kind::statement, body, [&](const Field& field, std::string_view tag, const std::string& text) {
        told += std::string(field.name) + "@" + std::string(tag) + "=" + text + " ";
    });
    EXPECT_EQ(told, "speaker@en=Xi Jinping speaker@zh=习近平 ");
}

TEST(Kinds, AreInTheOrderOfTheirRequiredLinks) {
    for (const KindInfo& kind : kinds())
        for (const Field& field : kind.fields)
            if (field.required && field.target) {
                EXPECT_LE(*field.target, kind.kind) << kind.name << "." << field.name;
            }
    for (int i = 0; i < kKindCount; ++i)
        EXPECT_EQ(static_cast<int>(kinds()[static_cast<std::size_t>(i)].kind), i);
}

TEST(LinksOf, FindsEachLinkOnce) {
    const Json body = *parse_json(R"({"title":{"en":"T"},"by":["cn"],"to":["cn","kz"],"results":["centre:c"],
        "sources":[{"source":"seed","locator":"1"},{"source":"seed","locator":"2"}]})");
    std::string text;
    for (const Link& link : links_of(Kind::commitment, body)) text += link.field + "=" + link.to.text() + " ";
    EXPECT_EQ(text, "by=party:cn to=party:cn to=party:kz results=centre:c sources=source:seed ");
}

TEST(LinksOf, TakesNoMoreMembersThanABodyMayHave) {
    Json body{{"title", {{"en", "T"}}}, {"by", {"kz"}}, {"to", Json::array()}};
    for (int i = 0; i < 10'000; ++i) body["to"].push_back("p" + std::to_string(i));
    EXPECT_EQ(links_of(Kind::commitment, body).size(), 10'001u);
    for (int i = 10'000; i < 300'000; ++i) body["to"].push_back("p" + std::to_string(i));
    EXPECT_EQ(links_of(Kind::commitment, body).size(), 1u) << "what is refused links to nothing";
}

TEST(Decimal, HasOneForm) {
    EXPECT_EQ(*canonical_decimal("007.50"), "7.50");
    EXPECT_EQ(*canonical_decimal("-0.0"), "0.0");
    for (const char* text : {"", "-", "1.", ".5", "1e3", "+1", "1 000", "1,5"})
        EXPECT_FALSE(canonical_decimal(text)) << text;
}

TEST(Period, IsADateOrTwo) {
    EXPECT_EQ(parse_period("2024-01/2024-05")->last.text(), "2024-05-31");
    EXPECT_EQ(parse_period("2024")->first.text(), "2024-01-01");
    EXPECT_FALSE(parse_period("2024-05/2024-01"));
}

TEST(Id, IsReadable) {
    EXPECT_TRUE(is_id("treaty-2025"));
    for (const char* text : {"", "-a", "A", "a b", "a/b", "é"}) EXPECT_FALSE(is_id(text)) << text;
}

}  // namespace
}  // namespace tamga
