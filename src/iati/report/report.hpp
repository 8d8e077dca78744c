#pragma once

#include <cstddef>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

#include "iati/finding.hpp"

/// Reports as people and programs read them. All writers stream: beside the reports themselves they hold a
/// few words for each finding. Whatever bytes a report holds, what they write is UTF-8 (bytes that are not
/// become U+FFFD) and safe where it is meant to be read. They tell no errors: ask the stream afterwards.
/// Safe to call from several threads, each with its own stream.
namespace tamga::iati {

/// By what the files were checked.
struct Provenance {
    std::string ruleset;       ///< Which rules: the commit they come from.
    std::string codelists;     ///< Which code lists.
    std::string prefixes;      ///< Name of the list of organisation prefixes.
    std::string tool_version;  ///< Of this program.
};

/// What the checking took.
struct Timing {
    double seconds = 0;  ///< For all files together; 0 or less: not known, and not shown.
};

struct TextOptions {
    bool colour = false;      ///< ANSI colours: the caller knows whether a terminal reads.
    bool summary = false;     ///< One line a rule in place of the findings.
    bool no_schema = false;   ///< The schema was not checked: nothing is said of whether files are valid.
    std::size_t width = 100;  ///< Columns; lines are wrapped there. A place is never broken.
    std::size_t value = 300;  ///< Columns after which a value is cut with an ellipsis.
    std::size_t places = 20;  ///< Places shown for one rule in one activity; 0: all.
    Timing timing = {};
};

/// For a terminal: by activity and then by rule, worst first, and a closing line. Control characters and
/// those that change the direction of writing are shown escaped, never written.
void write_text(std::ostream& out, std::span<const Report> reports, const TextOptions& options);

struct JsonOptions {
    bool group = false;     ///< By identifier, then by category.
    bool details = false;   ///< With line and column for every context and with our hints.
    bool elements = false;  ///< With what is known of each activity or organisation.
    Provenance provenance = {};
};

/// The shape of the public IATI validator: its keys in its order, its order of groups (identifiers that are
/// plain integers first). An object for one file; for several an array of objects, each with `file` as its
/// first key; of one that could not be read there is `error` in place of all else. With details there is more
/// than the public shape has: `details.hint`, lines and columns, and `notes` for Report::notes. What is left
/// out is counted in `leftOut`, by severity and as `places`; without it nothing is.
void write_json(std::ostream& out, std::span<const Report> reports, const JsonOptions& options);

struct SarifOptions {
    Provenance provenance = {};
};

/// SARIF 2.1.0 (OASIS): one run; one result for each context, so that every place can be shown.
void write_sarif(std::ostream& out, std::span<const Report> reports, const SarifOptions& options);

struct HtmlOptions {
    std::size_t findings = 2000;  ///< The worst are shown, so many; the rest is counted by rule.
    std::size_t value = 400;      ///< Columns after which a value is cut with an ellipsis.
    std::size_t places = 10;      ///< Places shown for one finding.
    std::string day = {};         ///< When the check was made, as it is to be read; may be empty.
    Timing timing = {};
    Provenance provenance = {};
};

/// One page that needs nothing else: no script, no request. Well-formed both as HTML and as XML.
void write_html(std::ostream& out, std::span<const Report> reports, const HtmlOptions& options);

/// What each way of writing is told.
struct ReportOptions {
    TextOptions text = {};
    JsonOptions json = {};
    SarifOptions sarif = {};
    HtmlOptions html = {};
};

/// A way to write reports, as the command, the page and the API offer it: the one table of them.
struct ReportFormat {
    std::string_view name;          ///< As users write it: "json".
    std::string_view content_type;  ///< For HTTP.
    std::string_view ending;        ///< Of a file that is kept: "json".
    void (*write)(std::ostream& out, std::span<const Report> reports, const ReportOptions& options);
};
std::span<const ReportFormat> report_formats();
/// Null if there is none of that name.
const ReportFormat* find_report_format(std::string_view name);

}  // namespace tamga::iati
