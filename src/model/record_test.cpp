#include "model/record.hpp"

#include <gtest/gtest.h>

namespace tamga {
namespace {

std::string first_problem(Kind kind, const char* body) {
    std::vector<Problem> problems;
    check_body(kind, *parse_json(body), problems);
    return problems.empty() ? "" : problems.front().field + ": " + problems.front().cause;
}

TEST(CheckBody, TakesAGoodBody) {
    EXPECT_EQ(
        first_problem(Kind::commitment, R"({"title":{"en":"T"},"by":["cn"],"target":"3000","due":"2027-06",
        "results":["centre:c"],"sources":[{"source":"seed","locator":"sentence 3"}]})"),
        "");
}

TEST(CheckBody, NamesTheFieldAndTheFault) {
    EXPECT_EQ(first_problem(Kind::commitment, R"({"title":{"en":"T"}})"), "by: it is required and not there");
    EXPECT_EQ(first_problem(Kind::meeting, R"({"title":{"en":"T"},"level":"party"})"),
              "level: 'party' is not one of its values");
    EXPECT_EQ(first_problem(Kind::source, R"j({"title":{"en":"T"},"url":"javascript:alert(1)"
})j"),
              "url: 'javascript:alert(1)' is not a web address");
    EXPECT_EQ(first_problem(Kind::source, R"({"title":{"en":""}})"), "title: it is empty");
    EXPECT_EQ(first_problem(Kind::source, R"({"title":{"en":"T"},"colour":"red"})"),
              "colour: a source has no field 'colour'");
    EXPECT_EQ(first_problem(Kind::commitment, R"({"title":{"en":"T"},"by":["cn","cn"]})"),
              "by: a member is there twice");
    EXPECT_EQ(first_problem(Kind::commitment, R"({"title":{"en":"T"},"by":["cn"],"target":"3,000"})"),
              "target: '3,000' is not a decimal number");
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
