#include "csv/csv.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>

namespace tamga::csv {
namespace {

std::vector<std::vector<std::string>> texts(std::string_view content, std::vector<Problem>& problems) {
    std::vector<std::vector<std::string>> out;
    for (const Row& row : parse(content, problems).rows) {
        out.emplace_back();
        for (const Cell& cell : row) out.back().push_back(cell.text);
    }
    return out;
}

using Texts = std::vector<std::vector<std::string>>;

TEST(Csv, ReadsWhatRfc4180Allows) {
    std::vector<Problem> problems;
    EXPECT_EQ(texts("\xEF\xBB\xBF"
                    "id,title\r\na,\"x, \"\"y\"\"\r\nz\"\r\nb,\n\rc,中\n",
                    problems),
              (Texts{{"id", "title"}, {"a", "x, \"y\"\nz"}, {"b", ""}, {"c", "中"}}));
    EXPECT_TRUE(problems.empty());
}

TEST(Csv, TellsWhereAFieldBegins) {
    std::vector<Problem> problems;
    const auto rows = parse("a,b\n\"two\nlines\",c\nd,e", problems).rows;
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[1][1].row, 3) << "its record began a line before";
    EXPECT_EQ(rows[2][0].row, 4);
    EXPECT_EQ(rows[2][1].column, 2);
}

TEST(Csv, TellsAllProblemsAndGoesOn) {
    std::vector<Problem> problems;
    const auto rows = parse("a\"b,\"c\"d\n\xFF\xC0\xAF,x\n\"open", problems).rows;
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
    EXPECT_EQ(texts(out, problems), (Texts{fields, {""}}));
}

TEST(Csv, FindsTheSeparator) {
    std::vector<Problem> problems;
    const Texts wanted{{"id", "by"}, {"a", "x,y;z"}};
    EXPECT_EQ(texts("id;by\na;\"x,y;z\"\n", problems), wanted);
    EXPECT_EQ(texts("id\tby\na\tx,y;z\n", problems), wanted);
    EXPECT_EQ(texts("\xEF\xBB\xBF\"id\",by\na,\"x,y;z\"\n", problems), wanted);
    EXPECT_EQ(texts("\"i;;d\",b\n", problems), (Texts{{"i;;d", "b"}}));
    EXPECT_EQ(texts("id\na;b\n", problems), (Texts{{"id"}, {"a;b"}})) << "nothing to be separated: a comma";
    EXPECT_EQ(texts("sep=;\r\nid;by\r\na;\"x,y;z\"", problems), wanted);
    EXPECT_EQ(parse("sep=;\nid;by\n", problems).rows[0][0].row, 2);
    EXPECT_EQ(parse("id;by\n", problems).separator, ';');
    EXPECT_TRUE(problems.empty());
}

TEST(Csv, ReadsUtf16WithOrWithoutAMark) {
    std::vector<Problem> problems;
    const Texts wanted{{"id"}, {"\u4e2d\U0001F600"}};
    constexpr std::string_view little("i\0d\0\n\0\x2d\x4e\x3d\xd8\x00\xde", 12);
    constexpr std::string_view big("\0i\0d\0\n\x4e\x2d\xd8\x3d\xde\x00", 12);
    EXPECT_EQ(texts(little, problems), wanted);
    EXPECT_EQ(texts("\xff\xfe" + std::string(little), problems), wanted);
    EXPECT_EQ(texts(big, problems), wanted);
    EXPECT_EQ(texts("\xfe\xff" + std::string(big), problems), wanted);
    EXPECT_TRUE(problems.empty());
    parse(little.substr(0, 11), problems);  // Half a character at the end.
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_EQ(problems[0].cause, "the text begins as UTF-16 and is damaged further on");
}

TEST(Csv, TellsOnceThatAFileIsNotUtf8) {
    std::vector<Problem> problems;
    parse("id,title\na,\xcf\xf0\nb,\xcf\xf0,\xe8\n", problems);
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_EQ(problems[0].row, 2);
    EXPECT_EQ(problems[0].column, 2);
    EXPECT_EQ(problems[0].cause, "the text is not UTF-8, nor is that of 2 more cells");
}

/// What a Reader gives that gets the file in blocks of so many bytes.
Table in_blocks(std::string_view content, std::size_t block, std::vector<Problem>& problems) {
    Reader reader([&](std::span<char> room) -> Result<std::size_t> {
        const std::size_t count = content.copy(room.data(), std::min(block, room.size()));
        content.remove_prefix(count);
        return count;
    });
    Table table;
    for (Row row; *reader.next(row, problems);) table.rows.push_back(row);
    table.separator = reader.separator();
    return table;
}

TEST(Csv, ReadsTheSameInBlocks) {
    // Rows that end beyond a block's end in every possible place, a quarter of a million bytes from the
    // start.
    std::string content = "\xEF\xBB\xBFid,text\r\n";
    const std::string row = "a\"b,\"two\r\nlines, \"\"quoted\"\"\"\r\n\r\n中,\xFF\n\n\rc,\n";
    for (std::size_t shift = 0; shift < row.size() + 4; ++shift) {
        const std::string long_row =
            "x," + std::string((256u << 10) - content.size() - shift - 3, 'y') + "\n";
        const std::string file = content + long_row + row + row;
        std::vector<Problem> problems, whole_problems;
        const Table whole = parse(file, whole_problems), read = in_blocks(file, 100'000, problems);
        ASSERT_EQ(whole.rows.size(), 8u);
        ASSERT_EQ(read.rows.size(), whole.rows.size()) << shift;
        for (std::size_t i = 0; i < read.rows.size(); ++i) {
            ASSERT_EQ(read.rows[i].size(), whole.rows[i].size());
            for (std::size_t j = 0; j < read.rows[i].size(); ++j) {
                EXPECT_EQ(read.rows[i][j].text, whole.rows[i][j].text);
                EXPECT_EQ(read.rows[i][j].row, whole.rows[i][j].row);
            }
        }
        EXPECT_EQ(whole.rows.back()[0].row, 16);
        ASSERT_EQ(problems.size(), 3u) << shift;
        EXPECT_EQ(problems.back().cause, "the text is not UTF-8, nor is that of 1 more cells");
    }
}

TEST(Csv, ReadsUtf16InBlocks) {
    std::string file("\xff\xfe", 2);
    for (int i = 0; i < 100'000; ++i) file.append("\x2d\x4e,\0\x3d\xd8\x00\xde\n\0", 10);
    for (const std::size_t block : {999u, 1000u, 1u << 20}) {
        std::vector<Problem> problems;
        const Table table = in_blocks(file, block, problems);
        EXPECT_TRUE(problems.empty());
        ASSERT_EQ(table.rows.size(), 100'000u);
        EXPECT_EQ(table.rows.back()[0].text, "中");
        EXPECT_EQ(table.rows.back()[1].text, "\U0001F600");
    }
}

TEST(Csv, EndsAtARecordWithoutEnd) {
    std::vector<Problem> problems;
    std::string_view begin = "a,b\n1,2\n\"open,";
    std::size_t given = 0;
    Reader reader(
        [&](std::span<char> room) -> Result<std::size_t> {
            given += room.size();
            std::ranges::fill(room, 'x');
            begin.remove_prefix(begin.copy(room.data(), room.size()));
            return room.size();
        },
        1u << 20);
    Row row;
    EXPECT_TRUE(*reader.next(row, problems));
    EXPECT_TRUE(*reader.next(row, problems));
    EXPECT_TRUE(problems.empty());
    EXPECT_FALSE(*reader.next(row, problems));
    EXPECT_FALSE(*reader.next(row, problems));
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_EQ(problems[0].row, 3);
    EXPECT_EQ(problems[0].cause, "the record that begins here is longer than 1 MiB");
    EXPECT_LT(given, 5u << 20);
}

TEST(Csv, GivesTheErrorsOfItsInput) {
    Reader reader([](std::span<char>) -> Result<std::size_t> { return fail(ErrorCode::io, "read", "gone"); });
    Row row;
    std::vector<Problem> problems;
    EXPECT_EQ(reader.next(row, problems).error().code, ErrorCode::io);
}

TEST(Csv, GuardsWhatASpreadsheetWouldRun) {
    EXPECT_EQ(guarded("=1+1"), "'=1+1");
    EXPECT_EQ(guarded("-12.50"), "-12.50");
    EXPECT_EQ(guarded("plain"), "plain");
    EXPECT_EQ(escaped("=1+1"), "=1+1") << "an exchange file keeps texts as they are";
    EXPECT_EQ(escaped("'tis"), "'tis");
    for (const char* const text :
         {"", "'", "''", "=x", "'=x", "''=x", "'-5", "-5", "+1", "@a", "\tb", "\uff1dx", "'tis", "a'=b"}) {
        EXPECT_EQ(unguarded(guarded(text)), text);
        EXPECT_EQ(unguarded(escaped(text)), text);
        EXPECT_FALSE(looks_like_formula(guarded(text))) << text;
    }
    std::string out;
    append_row(out, {"=cmd|' /C calc'!A0", "-1"}, For::spreadsheet);
    EXPECT_EQ(out, "'=cmd|' /C calc'!A0,-1\r\n");
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
