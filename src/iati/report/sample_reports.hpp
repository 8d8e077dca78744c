#pragma once

#include <string>
#include <vector>

#include "iati/finding.hpp"

/// Reports made by hand, for tests and for the program that writes them.
namespace tamga::iati::samples {

inline void add(Report& report, Finding finding) {
    ++report.counts[static_cast<std::size_t>(finding.severity)];
    report.findings.push_back(std::move(finding));
}

/// A file in which nothing was found.
inline Report clean() {
    Report report;
    report.file = "data/clean.xml";
    report.file_type = "iati-activities";
    report.version = "2.03";
    report.element_count = 1;
    report.bytes = 1536;
    report.elements = {{"KG-GOV-1", true}};
    return report;
}

/// A file with findings of every severity, from every check.
inline Report full() {
    Report report;
    report.file = "data/activities 2026.xml";
    report.file_type = "iati-activities";
    report.version = "2.03";
    report.element_count = 1204;
    report.bytes = 12'345'678;
    report.elements = {{"KG-GOV-BATKEN-1", false}, {"42", true}};
    report.notes = {"The publisher list was not given, so publishers were not looked up."};
    const std::string water = "Чистая вода для Баткена: clean water for twelve villages";
    add(report, {"0.3.1",
                 Severity::critical,
                 "schema",
                 "The file must follow the schema of the standard.",
                 "Take the element away or move it to where the schema has it.",
                 "KG-GOV-BATKEN-1",
                 water,
                 "",
                 {{"Element 'locaton': this element is not expected.", {118, 9}},
                  {"Element 'buget': this element is not expected.", {203, 9}}},
                 0});
    add(report, {"9.11.1",
                 Severity::error,
                 "classifications",
                 "The value must be on the code list.",
                 "Choose a code of the list Sector.",
                 "KG-GOV-BATKEN-1",
                 water,
                 "Sector",
                 {{"\"14039\" is not a valid value for attribute @code of sector", {131, 22}}},
                 0});
    add(report, {"9.11.1",
                 Severity::error,
                 "classifications",
                 "The value must be on the code list.",
                 "Choose a code of the list Sector.",
                 "42",
                 "Второй этап",
                 "Sector",
                 {{"\"ABC\" is not a valid value for attribute @code of sector", {1042, 22}}},
                 1});
    add(report, {"2.2.1",
                 Severity::error,
                 "financial",
                 "The sum of percentages must be 100.",
                 "Make the percentages of one vocabulary add up to 100.",
                 "KG-GOV-BATKEN-1",
                 water,
                 "",
                 {{"For the elements \"sector\" with the vocabularies \"DAC\" the sum is 90.", {131, 9}}},
                 0});
    add(report,
        {"1.14.8",
         Severity::warning,
         "identifiers",
         "The organisation identifier should begin with a registered prefix of a list of organisations.",
         "",
         "42",
         "Второй этап",
         "",
         {{"/iati-activities/iati-activity/participating-org/@ref 'KG-XX-1'", {1050, 30}}},
         1});
    add(report, {"11.4.1",
                 Severity::warning,
                 "performance",
                 "The file should say when it was made.",
                 "Add the attribute generated-datetime.",
                 "file",
                 "The file as a whole",
                 "",
                 {{"", {2, 1}}},
                 0});
    add(report, {"1000.0.4",
                 Severity::advisory,
                 "relations",
                 "The linked activity should exist in the file or elsewhere.",
                 "",
                 "42",
                 "Второй этап",
                 "",
                 {{"/iati-activities/iati-activity/transaction/provider-org/@provider-activity-id 'KG-2'",
                   {1077, 41}}},
                 1});
    return report;
}

/// A file that could not be read at all.
inline Report malformed() {
    Report report;
    report.file = "/tmp/broken & empty.xml";
    report.bytes = 17;
    add(report, {"0.1.1",
                 Severity::critical,
                 "iati",
                 "The file must be XML.",
                 "Open it in an XML editor.",
                 "file",
                 "The file as a whole",
                 "",
                 {{"Start tag expected, '<' not found", {1, 1}}},
                 0});
    return report;
}

/// A file that there is not.
inline Report missing() {
    Report report;
    report.file = "data/none.xml";
    report.unread = "data/none.xml: No such <file>";
    return report;
}

/// 2,600 findings in 300 activities, the worst of them last.
inline Report many() {
    Report report = clean();
    report.file = "data/many.xml";
    report.element_count = 300;
    report.elements.clear();
    const auto one = [&](std::string id, Severity severity, std::uint64_t index, std::uint64_t line) {
        add(report,
            {std::move(id),
             severity,
             "financial",
             "The value date must not be in the future.",
             "Correct the date.",
             "XX-" + std::to_string(index),
             "Activity " + std::to_string(index),
             "",
             {{"/iati-activities/iati-activity/transaction/value/@value-date '2099-01-01'", {line, 5}}},
             index});
    };
    for (std::uint64_t i = 0; i < 2500; ++i)
        one("8.6." + std::to_string(i % 7), Severity::warning, i % 290, i + 2);
    for (std::uint64_t i = 0; i < 100; ++i) one("8.6.3", Severity::error, 290 + i % 10, i + 2600);
    return report;
}

/// What no reader may trip over.
inline std::string hostile_text() {
    return "\"'</script></style></title>]]><!-- <b onclick=\"x\">&amp;&#0; \x1b[31mred\x1b]0;t\x07 \r\n\t\\ "
           "\x80\xff\xc0\xaf\xed\xa0\x80\xf5 \xc2\x9b \xe2\x80\xae \xe2\x80\xa8 \xef\xbf\xbe \x7f {{x}} %s "
           "%00 " +
           std::string(1, '\0') + " \xf0\x9f\x92\xa7 \xe6\xb0\xb4 e\xcc\x81 \xe2\x82";
}

/// Hostile text in every field; with `megabytes` also values of a megabyte.
inline Report hostile(bool megabytes = true) {
    const std::string text = hostile_text();
    Report report;
    report.file = "dir:1/" + text + ".xml";
    report.file_type = text;
    report.version = text;
    report.element_count = 2;
    report.elements = {{text, false}, {"", true}};
    report.notes = {text};
    for (const Severity severity :
         {Severity::critical, Severity::error, Severity::warning, Severity::advisory})
        add(report, {text,
                     severity,
                     text,
                     text,
                     text,
                     text,
                     text,
                     text,
                     {{text, {1, 1}}, {text, {}}, {"", {}}},
                     static_cast<std::uint64_t>(severity)});
    if (megabytes)
        for (const std::string& piece :
             {std::string("a"), std::string("\xe6\xb0\xb4"), text, std::string("w ")}) {
            std::string big;
            while (big.size() < 1'000'000) big += piece;
            add(report, {"9.9",
                         Severity::error,
                         "c",
                         big,
                         big,
                         big,
                         big,
                         "",
                         {{big, {9, 9}}},
                         report.findings.size()});
        }
    return report;
}

}  // namespace tamga::iati::samples
