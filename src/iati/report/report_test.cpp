#include "iati/report/report.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "iati/report/sample_reports.hpp"
#include "iati/report/writing.hpp"
#include "json/json.hpp"

namespace tamga::iati {
namespace {

// Members in the order in which they stand.
using Ordered = nlohmann::ordered_json;
using Names = std::vector<std::string>;

const Provenance kProvenance{"rules", "lists", "prefixes", "0.1.0"};

template <typename Options>
std::string written(void (*write)(std::ostream&, std::span<const Report>, const Options&),
                    const std::vector<Report>& reports, const Options& options) {
    std::ostringstream out;
    write(out, reports, options);
    return out.str();
}

std::string text(const std::vector<Report>& reports, const TextOptions& options = {}) {
    return written(write_text, reports, options);
}

std::string html(const std::vector<Report>& reports, const HtmlOptions& options = {}) {
    return written(write_html, reports, options);
}

/// What was written as JSON, if it is JSON by the strict reader too.
Ordered read(const std::string& content) {
    const auto strict = parse_json(content);
    EXPECT_TRUE(strict);
    return strict ? Ordered::parse(content) : Ordered();
}

Ordered json(const std::vector<Report>& reports, JsonOptions options = {}) {
    options.provenance = kProvenance;
    return read(written(write_json, reports, options));
}

Ordered sarif(const std::vector<Report>& reports) {
    return read(written(write_sarif, reports, SarifOptions{kProvenance}));
}

Names names(const Ordered& object) {
    Names out;
    for (const auto& [name, value] : object.items()) out.push_back(name);
    return out;
}

bool has(const std::string& content, std::string_view what) {
    return content.find(what) != std::string::npos;
}

std::size_t times(std::string_view content, std::string_view what) {
    std::size_t count = 0;
    for (auto at = content.find(what); at != content.npos; at = content.find(what, at + what.size())) ++count;
    return count;
}

bool is_utf8(std::string_view content) {
    while (!content.empty()) {
        const auto next = writing::first_character(content);
        if (!next.well_formed) return false;
        content.remove_prefix(next.length);
    }
    return true;
}

/// Whether `content` holds a control character other than a line's end, or one that changes the direction.
bool controls(std::string_view content) {
    while (!content.empty()) {
        const auto next = writing::first_character(content);
        const char32_t c = next.code;
        if ((c < ' ' && c != '\n') || (c >= 0x7F && c <= 0x9F) || (c >= 0x202A && c <= 0x202E)) return true;
        content.remove_prefix(next.length);
    }
    return false;
}

/// A report with one error for each identifier.
Report with(const std::vector<std::string>& identifiers) {
    Report report = samples::clean();
    for (std::size_t i = 0; i < identifiers.size(); ++i)
        samples::add(
            report,
            {"2.2.1", Severity::error, "financial", "m", "", identifiers[i], "t", "", {{"x", {}}}, i});
    return report;
}

TEST(Writing, KnowsCharacters) {
    EXPECT_EQ(writing::first_character("水").code, U'水');
    EXPECT_EQ(writing::first_character("\xf0\x9f\x92\xa7").code, 0x1F4A7u);
    for (const std::string_view bad :
         {"\x80", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\xe6\xb0"})
        EXPECT_FALSE(writing::first_character(bad).well_formed);
    EXPECT_EQ(writing::columns("水e\u0301x"), 4u);
}

TEST(Writing, ShowsAndCuts) {
    EXPECT_EQ(writing::visible("a\x1b[0m\n\u202e\xff"), "a\\x1b[0m\\n\\u202e\uFFFD");
    EXPECT_EQ(writing::visible("abcdef", 6), "abcdef");
    EXPECT_EQ(writing::visible("abcdefg", 6), "abcde…");
    EXPECT_EQ(writing::visible("水水水水", 6), "水水…");
    EXPECT_EQ(writing::visible("  a \n\t b ", writing::kWhole, writing::Space::collapsed), "a b");
    std::string marks = "e";
    for (int i = 0; i < 100'000; ++i) marks += "\u0301";
    EXPECT_LT(writing::visible(marks, 50).size(), 1000u);
}

TEST(Writing, WritesUris) {
    EXPECT_EQ(writing::uri("a b/c#1%.xml"), "a%20b/c%231%25.xml");
    EXPECT_EQ(writing::uri("/data/é"), "file:///data/%C3%A9");
    EXPECT_EQ(writing::uri("x:y"), "x%3Ay");
    EXPECT_EQ(writing::uri("https://example.org/a?b=%20 c"), "https://example.org/a?b=%20%20c");
}

TEST(Writing, WritesNumbers) {
    EXPECT_EQ(writing::number(0), "0");
    EXPECT_EQ(writing::number(999), "999");
    EXPECT_EQ(writing::number(1'234'567), "1,234,567");
    EXPECT_EQ(writing::counted({1, 0, 2, 1}), "1 critical finding, 2 warnings and 1 advisory");
    EXPECT_EQ(writing::counted({}), "");
}

TEST(Text, TellsWorstFirst) {
    const std::string out = text({samples::full()}, {.timing = {0.5}});
    const auto at = [&](std::string_view what) { return out.find(what); };
    EXPECT_LT(at("KG-GOV-BATKEN-1"), at("  critical  0.3.1  The file must follow"));
    EXPECT_LT(at("critical"), at("error     9.11.1"));
    EXPECT_LT(at("error     9.11.1"), at("error     2.2.1"));
    EXPECT_LT(at("error     2.2.1"), at("\n  42  "));
    EXPECT_LT(at("\n  42  "), at("The file as a whole"));
    EXPECT_TRUE(has(out, "data/activities 2026.xml:131:22  \"14039\" is not"));
    EXPECT_TRUE(has(out, "Hint: Choose a code of the list Sector."));
    EXPECT_TRUE(has(out, "Note: The publisher list"));
    EXPECT_TRUE(
        has(out, "\n1 file, 1,204 activities, 12.3 MB in 0.50 s (24.7 MB/s): 1 critical finding, 3 errors"));
    EXPECT_FALSE(has(out, "\x1b"));
    EXPECT_TRUE(has(text({samples::full()}, {.colour = true}), "\x1b[1;31mcritical\x1b[0m"));
}

TEST(Text, TellsOfNothing) {
    EXPECT_EQ(text({samples::clean()}),
              "data/clean.xml: iati-activities 2.03, valid, nothing found\n\n"
              "1 file, 1 activity, 1.5 kB: nothing found; valid.\n");
    EXPECT_EQ(text({}), "No file was checked.\n");
}

TEST(Text, SumsUpByRule) {
    const std::string out = text({samples::full(), samples::clean()}, {.summary = true, .width = 200});
    EXPECT_TRUE(
        out.starts_with("1  critical  0.3.1     The file must follow the schema of the standard.\n"
                        "2  error     9.11.1    The value must be on the code list.\n"));
    EXPECT_TRUE(has(out, "; 1 file is not valid.\n"));
}

TEST(Text, KeepsToTheWidth) {
    Report report = samples::hostile();
    report.file = "f.xml";
    report.file_type = report.version = "";
    Report many = samples::many();
    many.file = "f.xml";
    for (const std::size_t width : {0, 40, 60, 100, 200}) {
        std::istringstream lines(text({report, many}, {.width = width}));
        for (std::string line; std::getline(lines, line);)
            ASSERT_LE(writing::columns(line), std::max<std::size_t>(width, 40)) << line;
    }
}

TEST(Text, CountsPlacesLeftOut) {
    Report report = samples::full();
    report.findings[0].context.resize(5000);
    EXPECT_TRUE(has(text({report}), "… and 4,980 more places"));
    EXPECT_FALSE(has(text({report}, {.places = 0}), "more place"));
}

TEST(Json, HasThePublicShape) {
    const Ordered report = json({samples::full()});
    EXPECT_EQ(names(report),
              (Names{"valid", "fileType", "iatiVersion", "rulesetCommitSha", "codelistCommitSha",
                     "orgIdPrefixFileName", "apiVersion", "summary", "errors"}));
    EXPECT_EQ(report["valid"], false);
    EXPECT_EQ(report["fileType"], "iati-activities");
    EXPECT_EQ(report["iatiVersion"], "2.03");
    EXPECT_EQ(report["rulesetCommitSha"], "rules");
    EXPECT_EQ(report["codelistCommitSha"], "lists");
    EXPECT_EQ(report["orgIdPrefixFileName"], "prefixes");
    EXPECT_EQ(report["apiVersion"], "0.1.0");
    EXPECT_EQ(report["summary"].dump(), R"({"critical":1,"error":3,"warning":2,"advisory":1})");
    ASSERT_EQ(report["errors"].size(), 7u);
    EXPECT_EQ(names(report["errors"][3]),
              (Names{"id", "severity", "category", "message", "context", "identifier", "title"}));
    for (const Ordered& entry : report["errors"]) {
        for (const char* key : {"id", "severity", "category", "message", "identifier", "title"})
            EXPECT_TRUE(entry[key].is_string()) << key;
        ASSERT_TRUE(entry["context"].is_array());
        for (const Ordered& context : entry["context"]) EXPECT_TRUE(context["text"].is_string());
    }
}

TEST(Json, TellsCodeListsAndAdvisories) {
    const Ordered errors = json({samples::full()})["errors"];
    for (const Ordered& entry : errors) {
        EXPECT_EQ(entry.contains("codelist"), entry["id"] == "9.11.1");
        EXPECT_EQ(entry.contains("details"), entry["severity"] == "advisory");
        EXPECT_EQ(entry["context"][0].contains("lineNumber"), entry["severity"] == "advisory");
    }
    EXPECT_EQ(errors.back()["details"], Ordered::object());
    EXPECT_EQ(errors.back()["context"][0]["columnNumber"], 41);
}

TEST(Json, GivesDetailsAndElements) {
    const Ordered report = json({samples::full()}, {.details = true, .elements = true});
    EXPECT_EQ(names(report)[8], "iati-activities");
    EXPECT_EQ(report["iati-activities"].dump(),
              R"([{"identifier":"KG-GOV-BATKEN-1","valid":false,"index":0},)"
              R"({"identifier":"42","valid":true,"index":1}])");
    EXPECT_EQ(report["notes"].size(), 1u);
    EXPECT_EQ(report["errors"][0]["context"][1]["lineNumber"], 203);
    EXPECT_EQ(report["errors"][0]["context"][1]["columnNumber"], 9);
    EXPECT_TRUE(report["errors"][0]["details"]["hint"].is_string());
    Report organisations = samples::clean();
    organisations.file_type = "iati-organisations";
    EXPECT_EQ(names(json({organisations}, {.elements = true}))[8], "iati-organisations");
}

TEST(Json, GroupsByIdentifierAndCategory) {
    const Ordered report = json({samples::full()}, {.group = true});
    ASSERT_EQ(report["errors"].size(), 3u);
    EXPECT_EQ(report["errors"][0]["identifier"], "42");
    EXPECT_EQ(report["errors"][1]["identifier"], "KG-GOV-BATKEN-1");
    EXPECT_EQ(report["errors"][2]["identifier"], "file");
    for (const Ordered& group : report["errors"]) {
        EXPECT_EQ(names(group), (Names{"identifier", "title", "errors"}));
        for (const Ordered& category : group["errors"]) {
            EXPECT_EQ(names(category), (Names{"category", "errors"}));
            for (const Ordered& entry : category["errors"])
                for (const char* key : {"category", "identifier", "title"}) EXPECT_FALSE(entry.contains(key));
        }
    }
    EXPECT_EQ(report["errors"][1]["errors"].size(), 3u);
}

TEST(Json, PutsPlainIntegersFirst) {
    const Report report = with({"b", "10", "07", "4294967295", "-1", "9", "4294967294", "0", "1e3", "", "b"});
    const Names wanted{"0", "9", "10", "4294967294", "b", "07", "4294967295", "-1", "1e3", ""};
    Names grouped, flat;
    const Ordered groups = json({report}, {.group = true}), list = json({report});
    for (const Ordered& group : groups["errors"]) grouped.push_back(group["identifier"]);
    EXPECT_EQ(grouped, wanted);
    for (const Ordered& entry : list["errors"]) flat.push_back(entry["identifier"]);
    flat.pop_back();
    EXPECT_EQ(flat, wanted);
}

TEST(Json, TellsNoSourcesWhereNoneWereUsed) {
    Report old = samples::clean();
    old.version = "1.05";
    EXPECT_EQ(json({old})["rulesetCommitSha"], "");
    EXPECT_EQ(json({old})["orgIdPrefixFileName"], "prefixes");
    EXPECT_EQ(json({samples::malformed()})["orgIdPrefixFileName"], "");
}

TEST(Json, ListsSeveralFiles) {
    EXPECT_EQ(json({}), Ordered::array());
    EXPECT_EQ(json({samples::clean()})["errors"], Ordered::array());
    const Ordered reports = json({samples::full(), samples::clean()});
    ASSERT_EQ(reports.size(), 2u);
    EXPECT_EQ(names(reports[1])[0], "file");
    EXPECT_EQ(reports[1]["file"], "data/clean.xml");
    EXPECT_EQ(reports[1]["valid"], true);
}

TEST(Reports, TellOfFilesThatCouldNotBeRead) {
    EXPECT_FALSE(samples::missing().valid());
    EXPECT_EQ(json({samples::missing()}), (Ordered{{"error", "data/none.xml: No such <file>"}}));
    EXPECT_EQ(json({samples::missing(), samples::clean()})[0],
              (Ordered{{"file", "data/none.xml"}, {"error", "data/none.xml: No such <file>"}}));
    const Ordered run = sarif({samples::clean(), samples::missing()})["runs"][0];
    EXPECT_EQ(run["invocations"][0]["executionSuccessful"], false);
    EXPECT_EQ(run["invocations"][0]["toolExecutionNotifications"][0]["level"], "error");
    EXPECT_EQ(run["artifacts"].size(), 2U);
    EXPECT_TRUE(
        has(text({samples::missing()}), "data/none.xml: could not be read: data/none.xml: No such <file>\n"));
    EXPECT_TRUE(has(text({samples::missing()}), "1 file could not be read.\n"));
    EXPECT_TRUE(has(text({samples::missing(), samples::clean()}),
                    "; 1 file could not be read; the others are valid.\n"));
    EXPECT_TRUE(has(text({samples::missing(), samples::full()}, {.width = 200}),
                    "; 1 file could not be read; 1 file is not valid.\n"));
    EXPECT_TRUE(has(html({samples::missing()}), "<strong>Not read</strong>"));
    EXPECT_TRUE(has(html({samples::missing()}), "No such &lt;file&gt;"));
    EXPECT_TRUE(has(html({samples::missing(), samples::clean()}), "1 file could not be read. "));
}

TEST(Reports, TellWhatFindingsOfOneRuleHaveInCommon) {
    Report report = samples::clean();
    for (const char* const code : {"x1", "x2"}) {
        samples::add(report, {"9.76.1",
                              Severity::error,
                              "classifications",
                              std::string(code) + " is not a code.",
                              "",
                              "a",
                              "t",
                              "Sector",
                              {},
                              0});
        samples::add(report, {"0.3.1",
                              Severity::critical,
                              "schema",
                              std::string(code) + " is wrong.",
                              "take it out",
                              "a",
                              "t",
                              "",
                              {},
                              0});
    }
    samples::add(
        report,
        {"6.11.1", Severity::error, "information", "A start must be there.", "", "a", "t", "", {}, 0});
    const std::string out = text({report}, {.summary = true});
    for (const char* const line :
         {"2  critical  0.3.1   The structure is not that of the schema.\n",
          "2  error     9.76.1  A code is not on the list Sector.\n", "6.11.1  A start must be there.\n"})
        EXPECT_TRUE(has(out, line)) << out;
    const Ordered rule = sarif({report})["runs"][0]["tool"]["driver"]["rules"][1];
    EXPECT_EQ(rule["shortDescription"]["text"], "The structure is not that of the schema.");
    EXPECT_EQ(rule["help"]["text"], "The structure is not that of the schema.");
}

TEST(Sarif, HasWhatItMust) {
    const Ordered log = sarif({samples::full(), samples::clean(), samples::malformed()});
    EXPECT_EQ(log["version"], "2.1.0");
    ASSERT_EQ(log["runs"].size(), 1u);
    const Ordered& run = log["runs"][0];
    EXPECT_EQ(run["tool"]["driver"]["name"], "Tamga");
    EXPECT_EQ(run["columnKind"], "unicodeCodePoints");
    EXPECT_EQ(run["artifacts"].size(), 3u);
    const Ordered& rules = run["tool"]["driver"]["rules"];
    ASSERT_EQ(rules.size(), 7u);
    for (const Ordered& rule : rules) {
        EXPECT_TRUE(rule["id"].is_string());
        EXPECT_TRUE(rule["shortDescription"]["text"].is_string());
        EXPECT_FALSE(rule["help"]["text"].get<std::string>().empty());
        EXPECT_TRUE(rule["defaultConfiguration"]["level"].is_string());
    }
    // One for each context.
    ASSERT_EQ(run["results"].size(), 9u);
    for (const Ordered& result : run["results"]) {
        EXPECT_EQ(rules[result["ruleIndex"].get<std::size_t>()]["id"], result["ruleId"]);
        EXPECT_FALSE(result["message"]["text"].get<std::string>().empty());
        ASSERT_EQ(result["locations"].size(), 1u);
        const Ordered& place = result["locations"][0];
        const auto index = place["physicalLocation"]["artifactLocation"]["index"].get<std::size_t>();
        EXPECT_EQ(place["physicalLocation"]["artifactLocation"]["uri"],
                  run["artifacts"][index]["location"]["uri"]);
        EXPECT_GE(place["physicalLocation"]["region"]["startLine"], 1);
        EXPECT_GE(place["physicalLocation"]["region"]["startColumn"], 1);
    }
    EXPECT_EQ(run["artifacts"][0]["location"]["uri"], "data/activities%202026.xml");
    EXPECT_EQ(run["artifacts"][2]["location"]["uri"], "file:///tmp/broken%20%26%20empty.xml");
    EXPECT_EQ(run["results"][0]["level"], "error");
    EXPECT_EQ(run["results"][0]["locations"][0]["logicalLocations"][0]["name"], "KG-GOV-BATKEN-1");
    EXPECT_EQ(run["results"][5]["level"], "warning");
    EXPECT_EQ(run["results"][7]["level"], "note");
    EXPECT_FALSE(run["results"][8]["locations"][0].contains("logicalLocations"));
    EXPECT_EQ(run["invocations"][0]["toolExecutionNotifications"].size(), 1u);
}

TEST(Sarif, TellsOfNothing) {
    EXPECT_EQ(sarif({})["runs"][0]["results"], Ordered::array());
    EXPECT_EQ(sarif({samples::clean()})["runs"][0]["tool"]["driver"]["rules"], Ordered::array());
}

TEST(Html, ShowsFindings) {
    const std::string page = html({samples::full()}, {.day = "4 May 2026", .provenance = kProvenance});
    EXPECT_TRUE(has(page, "<h1>IATI check of activities 2026.xml</h1>"));
    EXPECT_TRUE(has(page, "<strong>Not valid</strong>"));
    EXPECT_EQ(times(page, "<li class=\"finding "), 7u);
    EXPECT_TRUE(has(page, "Line 131, column 22</span> <code>&quot;14039&quot; is not"));
    EXPECT_TRUE(has(page, "<strong>What to do:</strong> Choose a code"));
    EXPECT_TRUE(has(page, "publisher list was not given"));
    for (const std::string_view outside : {"<script", "src=", "@import", "url(", "<h4"})
        EXPECT_FALSE(has(page, outside));
    // Every link within the page leads somewhere.
    for (auto at = page.find("href=\"#"); at != page.npos; at = page.find("href=\"#", at + 1)) {
        const std::string name = page.substr(at + 7, page.find('"', at + 7) - at - 7);
        EXPECT_EQ(times(page, "id=\"" + name + "\""), 1u) << name;
    }
    EXPECT_EQ(times(page, "<table>"), times(page, "<caption>"));
}

TEST(Html, TellsOfNothing) {
    EXPECT_TRUE(has(html({samples::clean()}), "Nothing was found that is against"));
    EXPECT_TRUE(has(html({}), "No file was checked."));
}

TEST(Html, ShowsTheWorstAndCountsTheRest) {
    const std::string page = html({samples::many()});
    EXPECT_EQ(times(page, "<li class=\"finding "), 2000u);
    EXPECT_EQ(times(page, "<li class=\"finding error"), 100u);
    EXPECT_TRUE(has(page, "This page shows the 2,000 most serious findings of 2,600. The other 600 are"));
    EXPECT_TRUE(has(page, "600 findings are left out"));
    const std::string none = html({samples::full()}, {.findings = 0});
    EXPECT_TRUE(has(none, "The other 7 are"));
    EXPECT_EQ(times(none, "<li class=\"finding "), 0u);
}

TEST(Reports, SurviveHostileText) {
    const std::vector<Report> reports{samples::hostile(), samples::hostile(false)};
    const std::vector<Report> small{samples::hostile(false), samples::hostile(false)};
    for (const bool group : {false, true}) {
        const std::string out = written(write_json, group ? small : reports,
                                        JsonOptions{.group = group, .details = true, .elements = true});
        EXPECT_TRUE(is_utf8(out));
        EXPECT_EQ(read(out).size(), 2u);
    }
    // What was valid comes back as it was.
    Report quoted = with({"\"\\</script>\x1b\n\u202e水"});
    EXPECT_EQ(json({quoted})["errors"][0]["identifier"], "\"\\</script>\x1b\n\u202e水");
    const Ordered log = sarif(small);
    EXPECT_EQ(log["runs"][0]["results"].size(), 24u);
    for (const bool summary : {false, true}) {
        const std::string out = text(reports, {.summary = summary});
        EXPECT_TRUE(is_utf8(out));
        EXPECT_FALSE(controls(out));
    }
    const std::string page = html(reports);
    EXPECT_TRUE(is_utf8(page));
    EXPECT_FALSE(controls(page));
    EXPECT_FALSE(has(page, "<script"));
    EXPECT_FALSE(has(page, "<b onclick"));
    EXPECT_EQ(times(page, "</style>"), 1u);
    EXPECT_EQ(times(page, "</title>"), 1u);
    EXPECT_LT(page.size(), 1'000'000u);
}

}  // namespace
}  // namespace tamga::iati
