#include "csv/csv.hpp"

#include <gtest/gtest.h>

namespace tamga::csv {
namespace {

std::vector<std::vector<std::string>> texts(std::string_view content, std::vector<Problem>& problems) {
    std::vector<std::vector<std::string>> out;
    for (const Row& row : parse(content, problems)) {
        out.emplace_back();
        for (const Cell& cell : row) out.back().push_back(cell.text);
    }
    return out;
}

using Table = std::vector<std::vector<std::string>>;

TEST(Csv, ReadsWhatRfc4180Allows) {
    std::vector<Problem> problems;
    EXPECT_EQ(texts("\xEF\xBB\xBF"
                    "id,title\r\na,\"x, \"\"y\"\"\r\nz\"\r\nb,\n\rc,中\n",
                    problems),
              (Table{{"id", "title"}, {"a", "x, \"y\"\nz"}, {"b", ""}, {"c", "中"}}));
    EXPECT_TRUE(problems.empty());
}

TEST(Csv, TellsWhereAFieldBegins) {
    std::vector<Problem> problems;
    const auto rows = parse("a,b\n\"two\nlines\",c\nd,e", problems);
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[1][1].row, 3) << "its record began a line before";
    EXPECT_EQ(rows[2][0].row, 4);
    EXPECT_EQ(rows[2][1].column, 2);
}

TEST(Csv, TellsAllProblemsAndGoesOn) {
    std::vector<Problem> problems;
    const auto rows = parse("a\"b,\"c\"d\n\xFF\xC0\xAF,x\n\"open", problems);
    ASSERT_EQ(problems.size(), 4u);
    EXPECT_EQ(problems[0].column, 1);
    EXPECT_EQ(problems[1].column, 2);
    EXPECT_EQ(problems[2].row, 2);
    EXPECT_EQ(problems[3].row, 3);
    EXPECT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[1][0].text, "\uFFFD\uFFFD\uFFFD");
}

TEST(Csv, WritesWhatItReads) {
    const std::vector<std::string> fields{"plain", "a,b", "\"q\"", "two\nlines", ""};
    std::string out;
    append_row(out, fields);
    append_row(out, {""});
    EXPECT_EQ(out, "plain,\"a,b\",\"\"\"q\"\"\",\"two\nlines\",\r\n\"\"\r\n");
    std::vector<Problem> problems;
    EXPECT_EQ(texts(out, problems), (Table{fields, {""}}));
}

TEST(Csv, KnowsFormulas) {
    EXPECT_TRUE(looks_like_formula("=1+1"));
    EXPECT_TRUE(looks_like_formula("@SUM(A1)"));
    EXPECT_TRUE(looks_like_formula("-2+3"));
    EXPECT_FALSE(looks_like_formula("-12.50"));
    EXPECT_FALSE(looks_like_formula("a=b"));
    EXPECT_FALSE(looks_like_formula(""));
}

}  // namespace
}  // namespace tamga::csv
