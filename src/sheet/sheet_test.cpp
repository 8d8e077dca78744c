#include "sheet/sheet.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "sheet/fixture.hpp"

namespace tamga::sheet {
namespace {

using Grid = std::vector<std::string>;  ///< Rows: "3: a|b|c", with the row's number.

/// A sheet of a workbook as lines; problems behind them as "B2: cause"; an error as its message.
Grid grid_of(const std::string& bytes, std::size_t sheet = 0, std::size_t most = 50) {
    const auto workbook = Workbook::of(bytes, "book");
    if (!workbook) return {workbook.error().message()};
    auto rows = workbook->rows(sheet);
    if (!rows) return {rows.error().message()};
    Grid grid;
    std::vector<csv::Problem> problems;
    for (csv::Row row; grid.size() < most;) {
        const auto more = rows->next(row, problems);
        if (!more) return {more.error().message()};
        if (!*more) break;
        std::string line = std::to_string(row[0].row) + ": ";
        for (const csv::Cell& cell : row)
            line += (&cell == row.data() ? "" : "|") + cell.text + (cell.told ? "!" : "");
        grid.push_back(line);
    }
    for (const csv::Problem& problem : problems)
        grid.push_back(cell_name(problem.row, problem.column) + ": " + problem.cause);
    return grid;
}

Grid xlsx(const std::string& rows, const std::string& properties = "") {
    return grid_of(packed(xlsx_parts(xlsx_sheet(rows), properties)));
}

Grid ods(const std::string& rows, const std::string& styles = "") {
    return grid_of(packed(
        ods_parts(ods_content("<table:table table:name=\"parties\">" + rows + "</table:table>", styles))));
}

std::string cell(const std::string& attributes, const std::string& inside) {
    return "<table:table-cell " + attributes + ">" + inside + "</table:table-cell>";
}

std::string row(const std::string& cells) {
    return "<table:table-row>" + cells + "</table:table-row>";
}

std::string message(const Parts& parts) {
    return grid_of(packed(parts)).front();
}

TEST(Cells, AreNamedAsSpreadsheetsNameThem) {
    EXPECT_EQ(cell_name(7, 2), "B7");
    EXPECT_EQ(cell_name(1, 26), "Z1");
    EXPECT_EQ(cell_name(1, 27), "AA1");
    EXPECT_EQ(cell_name(kMostRows, kMostColumns), "XFD1048576");
}

TEST(Xlsx, ReadsEachTypeOfCell) {
    EXPECT_EQ(
        xlsx(
            R"(<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>inline</t></is></c></row>)"
            R"(<row r="3"><c r="A3"><v>1.1000000000000001</v></c><c r="B3" t="b"><v>1</v></c>)"
            R"(<c r="C3" t="b"><v>0</v></c><c r="D3" t="str"><f>A1&amp;"x"</f><v>kept &amp; told</v></c>)"
            R"(<c r="E3" s="1"><v>45825</v></c><c r="F3" s="2"><v>45809</v></c><c r="G3" s="3"><v>0.35</v></c>)"
            R"(<c r="H3" t="d" s="1"><v>2025-06-17T00:00:00</v></c><c r="I3"><f>1+1</f><v>2</v></c></row>)"),
        (Grid{"1: shared|inline", "3: 1.1|yes|no|kept & told|2025-06-17|2025-06|35%|2025-06-17|2"}));
}

TEST(Xlsx, TellsCellsThatCannotBeRead) {
    EXPECT_EQ(
        xlsx(
            R"(<row><c t="str"><v>a</v></c><c t="e"><v>#N/A</v></c></row>)"
            R"(<row><c s="1"><v>45825.5</v></c><c s="4"><v>0.5</v></c></row><row><c s="1"><v>60</v></c></row>)"),
        (Grid{"1: a|!", "2: !|!", "3: !|", "B1: the cell holds the error #N/A",
              "A2: the cell holds a time of day too: 2025-06-17 12:00",
              "B2: the cell holds a time, and no day",
              "A3: the cell holds 29 February 1900, a day that there was not"}));
}

TEST(Xlsx, ReadsBothDateSystems) {
    const std::string rows = R"(<row><c s="1"><v>44363</v></c></row>)";
    EXPECT_EQ(xlsx(rows), Grid{"1: 2021-06-16"});
    EXPECT_EQ(xlsx(rows, R"(<workbookPr date1904="1"/>)"), Grid{"1: 2025-06-17"});
}

TEST(Xlsx, ReadsRichTextPlain) {
    EXPECT_EQ(grid_of(packed(xlsx_parts(
                  xlsx_sheet(R"(<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>)"), "",
                  "<si><r><rPr><b/></rPr><t>bold</t></r><r><t xml:space=\"preserve\"> plain</t></r>"
                  "<rPh sb=\"0\" eb=\"1\"><t>spoken</t></rPh></si><si><t>a_x000D_\nb</t></si>"))),
              Grid{"1: bold plain|a\nb"});
}

TEST(Xlsx, FillsGapsAndDropsWhatIsEmptyBehind) {
    EXPECT_EQ(
        xlsx(
            R"(<row r="2"><c r="B2" t="str"><v>b</v></c><c r="C2" t="str"><v>c</v></c><c r="D2" s="1"/></row>)"
            R"(<row r="3"><c r="A3" s="1"/></row><row r="4"/>)"
            R"(<row r="9" hidden="1"><c r="A9" t="str"><v>a</v></c></row>)"
            R"(<row r="10"><c r="E10" t="str"><v>beyond</v></c></row>)"),
        (Grid{"2: |b|c", "9: a||", "10: ||||beyond"}));
}

TEST(Xlsx, TakesSheetsAndNoCharts) {
    const std::string bytes = packed(xlsx_parts(xlsx_sheet("")));
    const auto workbook = Workbook::of(bytes, "book");
    ASSERT_TRUE(workbook);
    EXPECT_EQ(workbook->sheets(), Grid{"parties"});
    EXPECT_EQ(grid_of(bytes), Grid{});
}

TEST(Xlsx, ReadsTheStrictForm) {
    Parts parts = xlsx_parts(xlsx_sheet(R"(<row><c s="1"><v>45825</v></c></row>)"));
    const auto replace = [](std::string& text, const std::string& from, const std::string& to) {
        for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
            text.replace(at, from.size(), to);
    };
    for (auto& [name, content] : parts) {
        replace(content, "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                "http://purl.oclc.org/ooxml/spreadsheetml/main");
        replace(content, "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                "http://purl.oclc.org/ooxml/officeDocument/relationships");
    }
    EXPECT_EQ(grid_of(packed(parts)), Grid{"1: 2025-06-17"});
}

TEST(Xlsx, RefusesWhatDoesNotKeepToTheForm) {
    const std::string damaged = "book: the workbook is damaged: ";
    const std::string hint = "; open it in a spreadsheet program and save it anew as .xlsx or .ods";
    const std::pair<const char*, const char*> cases[] = {
        {R"(<row r="2"/><row r="2"/>)", "a row has the number '2' behind 2"},
        {R"(<row r="1048577"/>)", "a row has the number '1048577' behind 0"},
        {R"(<row r="x"/>)", "a row has the number 'x' behind 0"},
        {R"(<row r="1"><c r="B1"/><c r="A1"/></row>)", "a cell of its row 1 is called 'A1'"},
        {R"(<row r="1"><c r="B2"/></row>)", "a cell of its row 1 is called 'B2'"},
        {R"(<row r="1"><c r="XFE1"/></row>)", "a cell of its row 1 is called 'XFE1'"},
        {R"(<row r="1"><c t="s"><v>1</v></c></row>)", "its cell A1 names a text that is not there"},
        {R"(<row r="1"><c t="s"><v>-1</v></c></row>)", "its cell A1 names a text that is not there"},
        {R"(<row r="1">)", "its XML is not well-formed (mismatched tag)"},
        {"&boom;", "its XML is not well-formed (undefined entity)"},
    };
    for (const auto& [rows, what] : cases) {
        const auto grid = xlsx(rows);
        ASSERT_EQ(grid.size(), 1u) << rows;
        EXPECT_TRUE(grid[0].find(damaged.substr(6) + what + hint) != std::string::npos) << grid[0];
    }
}

TEST(Ods, ReadsEachTypeOfCell) {
    EXPECT_EQ(
        ods(row(
            cell(R"(office:value-type="string")", "<text:p>text</text:p>") +
            cell(R"(office:value-type="float" office:value="0.30000000000000004")", "<text:p>0,3</text:p>") +
            cell(R"(office:value-type="boolean" office:boolean-value="true")", "<text:p>WAHR</text:p>") +
            cell(R"(office:value-type="percentage" office:value="0.35")", "<text:p>35 %</text:p>") +
            cell(R"(office:value-type="currency" office:currency="EUR" office:value="12.5")",
                 "<text:p>12,50 €</text:p>") +
            cell(R"(office:value-type="date" office:date-value="2025-06-17")", "<text:p>17.06.25</text:p>") +
            cell(R"(table:formula="of:=1+1" office:value-type="float" office:value="2")",
                 "<text:p>2</text:p>") +
            cell(R"(office:value-type="string" office:string-value="meant")", "<text:p>shown</text:p>"))),
        Grid{"1: text|0.3|yes|35%|12.5|2025-06-17|2|meant"});
}

TEST(Ods, TellsCellsThatCannotBeRead) {
    EXPECT_EQ(ods(row(cell(R"(office:value-type="string" office:string-value="" calcext:value-type="error")",
                           "<text:p>#N/A</text:p>") +
                      cell(R"(office:value-type="time" office:time-value="PT14H30M00S")",
                           "<text:p>14:30</text:p>") +
                      cell(R"(office:value-type="date" office:date-value="2025-06-17T14:30:00")",
                           "<text:p>x</text:p>"))),
              (Grid{"1: !|!|!", "A1: the cell holds the error #N/A", "B1: the cell holds a time, and no day",
                    "C1: the cell holds a time of day too: 2025-06-17 14:30"}));
}

TEST(Ods, ReadsTextsAsTheyAreSeen) {
    EXPECT_EQ(
        ods(row(cell(
            R"(office:value-type="string")",
            "<office:annotation><text:p>a remark</text:p></office:annotation>"
            "<text:p>one  <text:span>rich\n <text:a>link</text:a></text:span><text:s text:c=\"2\"/>x "
            "</text:p><text:p>two<text:line-break/>three<text:note><text:p>no</text:p></text:note></text:p>"
            "<draw:frame><text:p>a picture</text:p></draw:frame>"))),
        Grid{"1: one rich link  x\ntwo\nthree"});
}

TEST(Ods, RepeatsWhatIsRepeated) {
    EXPECT_EQ(
        ods(row(cell(R"(office:value-type="string")", "<text:p>h</text:p>") +
                R"(<table:table-cell table:number-columns-repeated="16383"/>)") +
            R"(<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>)"
            R"(<table:table-row-group><table:table-row table:number-rows-repeated="2">)" +
            cell(R"(table:number-columns-repeated="2" office:value-type="float" office:value="1")", "") +
            "</table:table-row></table:table-row-group>"
            R"(<table:table-row table:number-rows-repeated="1048569"><table:table-cell/></table:table-row>)"),
        (Grid{"1: h", "5: 1|1", "6: 1|1"}));
}

TEST(Ods, TakesSheetsAndNoOtherTables) {
    const std::string bytes = packed(ods_parts(ods_content(
        R"(<table:tracked-changes><table:cell-content-change><table:table-cell office:value-type="string">)"
        R"(<text:p>gone</text:p></table:table-cell></table:cell-content-change></table:tracked-changes>)"
        R"(<table:table table:name="one"><table:shapes><draw:frame><table:table table:name="no">)" +
        row(cell("", "<text:p>no</text:p>")) + "</table:table></draw:frame></table:shapes>" +
        row(cell("", "<text:p>1</text:p>")) + R"(</table:table><table:table table:name="two">)" +
        row(cell("", "<text:p>2</text:p>")) +
        R"(</table:table><table:dde-links><table:dde-link><table:table table:name="no"/></table:dde-link>)"
        "</table:dde-links>")));
    const auto workbook = Workbook::of(bytes, "book");
    ASSERT_TRUE(workbook);
    EXPECT_EQ(workbook->sheets(), (Grid{"one", "two"}));
    EXPECT_EQ(grid_of(bytes, 0), Grid{"1: 1"});
    EXPECT_EQ(grid_of(bytes, 1), Grid{"1: 2"});
}

TEST(Ods, ShowsDatesAsPreciselyAsTheirStyles) {
    const std::string styles =
        R"(<number:date-style style:name="N1"><number:month/><number:text>.</number:text><number:year/></number:date-style>)"
        R"(<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>)";
    const std::string june = R"(office:value-type="date" office:date-value="2025-06-01")";
    EXPECT_EQ(ods(R"(<table:table-column/><table:table-column table:default-cell-style-name="ce1"/>)" +
                      row(cell(june, "") + cell(june, "") + cell(june + R"( table:style-name="ce0")", "") +
                          cell(june + R"( table:style-name="ce1")", "")),
                  styles),
              Grid{"1: 2025-06-01|2025-06|2025-06-01|2025-06"});
}

TEST(Ods, RefusesRepetitionWithoutMeasure) {
    const std::string text = "<text:p>x</text:p>";
    for (const std::string& rows :
         {R"(<table:table-row table:number-rows-repeated="99999999999"/>)" + std::string(),
          R"(<table:table-row table:number-rows-repeated="0"/>)" + std::string(),
          R"(<table:table-row table:number-rows-repeated="1048577">)" + cell("", text) + "</table:table-row>",
          row(cell(R"(table:number-columns-repeated="16385")", text)),
          row(cell(R"(table:number-columns-repeated="-2")", text))}) {
        const auto grid = ods(rows);
        ASSERT_EQ(grid.size(), 1u) << rows;
        EXPECT_TRUE(grid[0].starts_with("book: ")) << grid[0];
    }
    // A full sheet of one value, in a few bytes.
    const std::string bytes = packed(ods_parts(ods_content(
        R"(<table:table table:name="a"><table:table-row table:number-rows-repeated="1048576">)" +
        cell(R"(table:number-columns-repeated="16384")", text) + "</table:table-row></table:table>")));
    EXPECT_NE(grid_of(bytes, 0, 1u << 21).front().find("more than 134 million cells"), std::string::npos);
}

TEST(Workbooks, AreToldFromWhatIsNone) {
    const auto refused = [](std::string_view bytes) {
        const auto workbook = Workbook::of(bytes, "book");
        return workbook ? "taken" : workbook.error().message();
    };
    const std::string none = "it is not a workbook; save it as .xlsx or .ods";
    for (const std::string_view bytes : {"", "P", "id,title\r\n", "<html/>"})
        EXPECT_NE(refused(bytes).find(none), std::string::npos) << refused(bytes);
    EXPECT_NE(refused(packed({{"a.txt", "text"}})).find(none), std::string::npos);
    EXPECT_NE(
        message(
            ods_parts(
                kXml +
                R"(<a><b><office:text xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/></b></a>)"))
            .find(none),
        std::string::npos)
        << "a text document";
    EXPECT_NE(refused(std::string_view("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more", 17))
                  .find("it is encrypted, or in the form of Excel before 2007"),
              std::string::npos);
    EXPECT_NE(message(ods_parts("\x01\x02", "<manifest:encryption-data/>")).find("it is encrypted"),
              std::string::npos);
}

TEST(Workbooks, AreReadWholeOrNotAtAll) {
    for (const std::string& whole :
         {packed(xlsx_parts(xlsx_sheet(R"(<row><c t="s"><v>0</v></c></row>)"))),
          packed(ods_parts(ods_content("<table:table table:name=\"a\">" +
                                       row(cell("", "<text:p>x</text:p>")) + "</table:table>")))}) {
        for (std::size_t length = 0; length < whole.size(); length += 7)
            EXPECT_TRUE(grid_of(whole.substr(0, length)).front().starts_with("book: ")) << length;
        // A bit that flips in what is packed: its sum tells, or its XML; never an answer that differs.
        const Grid meant = grid_of(whole);
        for (std::size_t at = 0; at < whole.size(); at += 3) {
            std::string flipped = whole;
            flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
            const Grid grid = grid_of(flipped);
            EXPECT_TRUE(grid == meant || grid.empty() || grid.front().starts_with("book: ")) << at;
        }
    }
}

TEST(Workbooks, HaveNoPartTwice) {
    Parts parts = xlsx_parts(xlsx_sheet(""));
    parts.push_back(parts.back());
    EXPECT_NE(message(parts).find("its part xl/worksheets/sheet1.xml is there twice"), std::string::npos);
    parts.resize(parts.size() - 2);
    EXPECT_NE(message(parts).find("its part xl/worksheets/sheet1.xml is missing"), std::string::npos);
}

TEST(Workbooks, HaveNoEntities) {
    const std::string bomb =
        R"(<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>)";
    std::string sheet = xlsx_sheet(R"(<row><c t="str"><v>&b;</v></c></row>)");
    sheet.insert(kXml.size(), bomb);
    EXPECT_NE(message(xlsx_parts(sheet)).find("it declares a document type"), std::string::npos);
    std::string content = ods_content("");
    content.insert(kXml.size(), R"(<!DOCTYPE a SYSTEM "file:///etc/passwd">)");
    EXPECT_NE(message(ods_parts(content)).find("it declares a document type"), std::string::npos);
}

TEST(Workbooks, DoNotBurst) {
    const auto spaces = [](std::size_t mebibytes) { return std::string(mebibytes << 20, ' '); };
    const std::string more = "more than 64 MiB come out of this file, too many for one of its size";
    EXPECT_NE(message(xlsx_parts(xlsx_sheet(spaces(65)))).find(more), std::string::npos);
    EXPECT_EQ(grid_of(packed(xlsx_parts(xlsx_sheet(spaces(60))))), Grid{});
    EXPECT_NE(message(xlsx_parts(xlsx_sheet("<!--" + spaces(17) + "-->")))
                  .find("one tag of it is longer than 16 MiB"),
              std::string::npos);
    std::string deep;
    for (int i = 0; i < 300; ++i) deep += "<a>";
    EXPECT_NE(message(xlsx_parts(xlsx_sheet(deep))).find("its elements stand too deep"), std::string::npos);
}

TEST(Workbooks, AreFilesOnADisk) {
    const std::filesystem::path path = std::filesystem::temp_directory_path() / "tamga_sheet_test.xlsx";
    EXPECT_EQ(Workbook::open("/nowhere/book.xlsx").error().code, ErrorCode::not_found);
    std::ofstream(path, std::ios::binary)
        << packed(xlsx_parts(xlsx_sheet(R"(<row><c t="s"><v>0</v></c></row>)")));
    {
        const auto workbook = Workbook::open(path.string());
        ASSERT_TRUE(workbook);
        auto rows = workbook->rows(0);
        ASSERT_TRUE(rows);
        csv::Row row;
        std::vector<csv::Problem> problems;
        EXPECT_TRUE(rows->next(row, problems).value_or(false));
        EXPECT_EQ(row[0].text, "shared");
        EXPECT_FALSE(rows->next(row, problems).value_or(true));
        EXPECT_FALSE(rows->next(row, problems).value_or(true)) << "the end stays the end";
    }
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace tamga::sheet
