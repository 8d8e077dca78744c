#pragma once

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/zip.hpp"

// Workbooks made for tests and the fuzz target.
namespace tamga::sheet {

using Parts = std::vector<std::pair<std::string, std::string>>;

/// The parts as a zip archive.
inline std::string packed(const Parts& parts) {
    std::string bytes;
    formats::ZipWriter zip(
        [&](std::string_view more) -> Result<void> {
            bytes += more;
            return {};
        },
        0);
    for (const auto& [name, content] : parts)
        if (!zip.begin(name) || !zip.add(content)) std::abort();
    if (!zip.finish()) std::abort();
    return bytes;
}

inline const std::string kXml = R"(<?xml version="1.0" encoding="UTF-8"?>)";
inline const std::string kMain = R"( xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main")";

/// The parts of an XLSX workbook: one sheet, `parties`, from the text of its part; `properties` of the
/// workbook.
inline Parts xlsx_parts(std::string sheet, const std::string& properties = "",
                        const std::string& texts = "<si><t>shared</t></si>") {
    const std::string relations =
        kXml + R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)";
    const std::string type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
    const auto relation = [&](const char* id, const std::string& what, const char* target) {
        return std::string("<Relationship Id=\"") + id + "\" Type=\"" + type + what + "\" Target=\"" +
               target + "\"/>";
    };
    return {
        {"[Content_Types].xml", kXml + "<Types/>"},
        {"_rels/.rels", relations + relation("a", "officeDocument", "xl/workbook.xml") + "</Relationships>"},
        {"xl/workbook.xml",
         kXml + "<workbook" + kMain +
             R"( xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">)" +
             properties +
             R"(<sheets><sheet name="Graph" r:id="e"/><sheet name="parties" r:id="b"/></sheets>)"
             "</workbook>"},
        {"xl/_rels/workbook.xml.rels", relations + relation("b", "worksheet", "worksheets/sheet1.xml") +
                                           relation("c", "styles", "/xl/styles.xml") +
                                           relation("d", "sharedStrings", "sharedStrings.xml") +
                                           relation("e", "chartsheet", "chart.xml") + "</Relationships>"},
        {"xl/styles.xml", kXml + "<styleSheet" + kMain +
                              R"(><numFmts><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd;@"/></numFmts>)"
                              R"(<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>)"
                              R"(<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="17"/>)"
                              R"(<xf numFmtId="9"/><xf numFmtId="20"/></cellXfs></styleSheet>)"},
        {"xl/sharedStrings.xml", kXml + "<sst" + kMain + ">" + texts + "</sst>"},
        {"xl/worksheets/sheet1.xml", std::move(sheet)},
    };
}

/// The rows as a sheet of XLSX.
inline std::string xlsx_sheet(const std::string& rows) {
    return kXml + "<worksheet" + kMain + "><sheetData>" + rows + "</sheetData></worksheet>";
}

/// The parts of an ODS workbook with this content.
inline Parts ods_parts(std::string content, const std::string& manifest = "") {
    return {
        {"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
        {"content.xml", std::move(content)},
        {"META-INF/manifest.xml",
         kXml + R"(<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">)" +
             manifest + "</manifest:manifest>"}};
}

/// A document of tables, and the styles before them.
inline std::string ods_content(const std::string& tables, const std::string& styles = "") {
    return kXml +
           R"(<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0")"
           R"( xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0")"
           R"( xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0")"
           R"( xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0")"
           R"( xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0")"
           R"( xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0")"
           R"( xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">)"
           "<office:automatic-styles>" +
           styles + "</office:automatic-styles><office:body><office:spreadsheet>" + tables +
           "</office:spreadsheet></office:body></office:document-content>";
}

}  // namespace tamga::sheet
