#include "sheet/writer.hpp"

#include <gtest/gtest.h>

#include "sheet/sheet.hpp"

namespace tamga::sheet {
namespace {

using Table = std::vector<std::vector<Written>>;

Result<std::string> written(const Table& rows) {
    TAMGA_ASSIGN(Writer writer, Writer::make("parties", {.title = "T", .created = 1'700'000'000}));
    for (const std::vector<Written>& row : rows) TAMGA_TRY(writer.add(row));
    std::string bytes;
    TAMGA_TRY(writer.finish([&](std::string_view piece) -> Result<void> {
        bytes += piece;
        return {};
    }));
    return bytes;
}

/// The cells as our own reader has them, and whether anything is wrong with one.
std::vector<std::vector<std::string>> read(const std::string& bytes) {
    const auto workbook = Workbook::of(bytes, "book");
    EXPECT_TRUE(workbook);
    EXPECT_EQ(workbook->sheets(), std::vector<std::string>{"parties"});
    auto rows = workbook->rows(0);
    EXPECT_TRUE(rows);
    std::vector<std::vector<std::string>> out;
    std::vector<csv::Problem> problems;
    for (csv::Row row; rows->next(row, problems).value();) {
        out.emplace_back();
        for (const csv::Cell& cell : row) out.back().push_back(cell.text);
    }
    EXPECT_TRUE(problems.empty());
    return out;
}

TEST(Writer, GivesBackEveryTextAsItWas) {
    const Table rows{{{"id"}, {"value"}, {"note"}},
                     {{"a"}, {"28.1", true}, {"one\ntwo \"three\" <b> & \u4e2d\u6587"}},
                     {{"b"}, {"28.10", true}, {"=1+1"}},
                     {{"c"}, {"-0.00001", true}, {"_x0041_ and _x0041"}},
                     {{"d"}, {"106300000000", true}, {" spaced "}},
                     {{"e"}, {"12345678901234567890", true}, {"2025-06"}},
                     {{"f"}, {"0.1234567890123456", true}, {"007"}},
                     {{"g"}, {"007", true}, {}},
                     {{"h"}, {"0", true}, {"1E+09"}}};
    const auto bytes = written(rows);
    ASSERT_TRUE(bytes);
    std::vector<std::vector<std::string>> expected;
    for (const std::vector<Written>& row : rows) {
        expected.emplace_back();
        for (const Written& cell : row) expected.back().push_back(cell.text);
    }
    EXPECT_EQ(read(*bytes), expected);
    EXPECT_EQ(*written(rows), *bytes) << "the same content makes the same bytes";
}

TEST(Writer, KeepsAFormulaAText) {
    const auto bytes = written({{{"id"}}, {{"=HYPERLINK(\"http://x.example\")"}}});
    ASSERT_TRUE(bytes);
    EXPECT_EQ(read(*bytes)[1][0], "=HYPERLINK(\"http://x.example\")");
}

TEST(Writer, RefusesWhatNoSheetHolds) {
    const auto text = written({{{"id"}}, {{"a"}, {std::string(32'768, 'x')}}});
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, ErrorCode::out_of_range);
    EXPECT_NE(text.error().message().find("B2"), std::string::npos) << text.error().message();
    EXPECT_TRUE(written({{{"id"}}, {{"a"}, {std::string(32'767, 'x')}}}));
    auto writer = Writer::make("parties", {});
    ASSERT_TRUE(writer);
    for (int i = 0; i < kMostRows; ++i) ASSERT_TRUE(writer->add({}));
    const auto over = writer->add({});
    ASSERT_FALSE(over);
    EXPECT_NE(over.error().message().find("CSV"), std::string::npos);
    EXPECT_FALSE(Writer::make(std::string(32, 'x'), {}));
}

}  // namespace
}  // namespace tamga::sheet
