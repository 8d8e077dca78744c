#include <algorithm>
#include <array>
#include <map>
#include <ostream>

#include "iati/report/report.hpp"
#include "iati/report/writing.hpp"
#include "tamga_report_styles.hpp"

namespace tamga::iati {

namespace {

using writing::counted;
using writing::Group;
using writing::RuleKey;
using writing::Sink;
using writing::Space;
using writing::Tally;
using writing::visible;

constexpr std::array kSeverities{Severity::critical, Severity::error, Severity::warning, Severity::advisory};
constexpr std::size_t kSentence = 2000;  // Columns of a message, a title or a hint: far beyond any real one.
constexpr std::size_t kId = 24;
constexpr std::size_t kLinks = 3;  // Activities named beside a rule.

/// "Error"; with `several` "Errors".
std::string_view label(Severity severity, bool several = false) {
    switch (severity) {
        case Severity::critical:
            return "Critical";
        case Severity::error:
            return several ? "Errors" : "Error";
        case Severity::warning:
            return several ? "Warnings" : "Warning";
        case Severity::advisory:
            break;
    }
    return several ? "Advisories" : "Advisory";
}

/// A group as far as the page shows it.
struct Part {
    Group group;  ///< With the findings shown only.
    std::size_t file, number;
};

class Writer {
  public:
    Writer(std::ostream& out, std::span<const Report> reports, const HtmlOptions& options)
        : sink_(out), reports_(reports), options_(options), counts_(writing::counts(reports)) {}

    void all() {
        choose();
        head();
        result();
        not_checked();
        rules();
        findings();
        rest();
        foot();
        sink_.flush();
    }

  private:
    Sink& text(std::string_view words, std::size_t limit = kSentence) {
        writing::html(sink_, visible(words, limit, Space::collapsed));
        return sink_;
    }

    /// Decides which findings are shown: the worst, and among equals the first.
    void choose() {
        tallies_ = writing::tally(reports_);
        for (std::size_t i = 0; i < tallies_.size(); ++i)
            rules_.emplace(RuleKey(tallies_[i].severity, tallies_[i].id), i);
        places_.resize(tallies_.size());
        shown_.resize(tallies_.size());
        std::array<std::size_t, kSeverities.size()> quota{};
        std::array<std::size_t, kSeverities.size()> there{};
        for (const Report& report : reports_)
            for (const Finding& finding : report.findings) ++there[index(finding.severity)];
        std::size_t room = options_.findings;
        for (std::size_t i = 0; i < quota.size(); ++i) {
            quota[i] = std::min(room, there[i]);
            room -= quota[i];
            total_ += there[i];
        }
        left_ = total_ - (options_.findings - room);
        for (std::size_t file = 0; file < reports_.size(); ++file) {
            std::size_t number = 0;
            for (Group& group : writing::groups(reports_[file])) {
                std::erase_if(group.findings, [&](const Finding* finding) {
                    std::size_t& still = quota[index(finding->severity)];
                    if (still == 0) return true;
                    --still;
                    return false;
                });
                if (group.findings.empty()) continue;
                for (const Finding* finding : group.findings) {
                    const std::size_t rule = rules_.at({finding->severity, finding->id});
                    ++shown_[rule];
                    if (places_[rule].empty() || places_[rule].back() != parts_.size())
                        places_[rule].push_back(parts_.size());
                }
                parts_.push_back({std::move(group), file, number++});
            }
        }
    }

    static std::size_t index(Severity severity) { return static_cast<std::size_t>(severity); }

    /// The name by which links reach a part.
    static std::string anchor(const Part& part) {
        return "a" + std::to_string(part.file + 1) + "-" + std::to_string(part.number + 1);
    }

    /// What a part is called: its identifier, or a phrase for the file as a whole.
    std::string called(const Part& part, std::size_t limit) const {
        if (part.group.identifier != writing::kFile)
            return visible(part.group.identifier, limit, Space::collapsed);
        return reports_.size() == 1 ? "the file as a whole" : visible(reports_[part.file].file, limit);
    }

    std::string heading() const {
        if (reports_.size() != 1) return "IATI check of " + counted(reports_.size(), "file", "files");
        const std::string& file = reports_[0].file;
        return "IATI check of " + visible(file.substr(file.find_last_of('/') + 1), 200);
    }

    std::size_t bad() const {
        return static_cast<std::size_t>(
            std::ranges::count_if(reports_, [](const Report& report) { return !report.valid(); }));
    }

    void head() {
        const std::string title = heading();
        sink_ << "<!DOCTYPE html>\n"
                 "<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta "
                 "charset=\"utf-8\"/>\n"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                 "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
                 "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
                 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                 "'unsafe-inline'\"/>\n<link rel=\"icon\" href=\"data:,\"/>\n<title>";
        writing::html(sink_, title);
        sink_ << "</title>\n<style>\n";
        // The page's own rules come after the colours, which they use.
        for (const std::string_view wanted : {"ui/styles/tokens.css", "src/iati/report/page.css"})
            for (const EmbeddedFile& file : embedded::tamga_report_styles())
                if (file.path == wanted) sink_ << file.content;
        sink_ << "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n"
                 "<header>\n<p class=\"brand\">Tamga · validation against the IATI Standard</p>\n<h1>";
        writing::html(sink_, title);
        sink_ << "</h1>\n";
        verdict();
        sink_ << "</header>\n<main>\n";
    }

    void verdict() {
        if (reports_.empty()) {
            sink_ << "<p>No file was checked.</p>\n";
            return;
        }
        const bool one = reports_.size() == 1;
        const auto unread = static_cast<std::size_t>(
            std::ranges::count_if(reports_, [](const Report& report) { return !report.unread.empty(); }));
        if (unread == reports_.size()) {
            sink_ << "<p class=\"verdict bad\"><strong>Not read</strong> <span>"
                  << (one ? "The file could not be read." : "None of the files could be read.")
                  << "</span></p>\n";
            return;
        }
        const std::size_t wrong = bad() - unread;
        sink_ << (wrong || unread ? "<p class=\"verdict bad\"><strong>Not valid</strong> <span>"
                                  : "<p class=\"verdict\"><strong>Valid</strong> <span>");
        const std::string found = counted(counts_);
        if (unread) sink_ << counted(unread, "file", "files") << " could not be read. ";
        if (wrong && !one)
            sink_ << counted(wrong, "file of ", "files of ") << writing::number(reports_.size())
                  << (wrong == 1 ? " has" : " have") << " critical findings. In all: " << found << ".";
        else if (wrong)
            sink_ << "Found: " << found
                  << ". What is critical must be put right before the file can be used.";
        else if (found.empty())
            sink_ << "Nothing was found.";
        else
            sink_ << (one ? "The file can be used. " : "The files can be used. ")
                  << "To be put right or looked at: " << found << ".";
        sink_ << "</span></p>\n";
    }

    void fact(std::string_view name, std::string_view value) {
        if (value.empty()) return;
        sink_ << "<div><dt>" << name << "</dt><dd>";
        text(value, 300) << "</dd></div>\n";
    }

    void result() {
        sink_ << "<section>\n<h2>Result</h2>\n<dl class=\"counts\">\n";
        for (const Severity severity : kSeverities) {
            const auto count = counts_[index(severity)];
            sink_ << "<div class=\"" << (count ? name(severity) : "none") << "\"><dt>"
                  << label(severity, count != 1) << "</dt><dd>" << writing::number(count) << "</dd></div>\n";
        }
        sink_ << "</dl>\n<dl class=\"facts\">\n";
        const std::uint64_t bytes = writing::bytes(reports_);
        if (reports_.size() == 1) {
            const Report& report = reports_[0];
            fact("File", report.file);
            fact("Kind of file", report.file_type);
            fact("Version", report.version);
        }
        if (!reports_.empty()) fact("Checked", writing::elements(reports_) + ", " + writing::size(bytes));
        fact("Day", options_.day);
        fact("Time taken", writing::duration(options_.timing.seconds, bytes));
        sink_ << "</dl>\n</section>\n";
        if (reports_.size() > 1) files();
    }

    void files() {
        sink_
            << "<section>\n<h2>Files</h2>\n<table>\n<caption>What was found in each "
               "file</caption>\n<thead><tr>"
               "<th scope=\"col\">File</th><th scope=\"col\">Result</th><th scope=\"col\">Findings</th></tr>"
               "</thead>\n<tbody>\n";
        for (std::size_t i = 0; i < reports_.size(); ++i) {
            const Report& report = reports_[i];
            const bool linked = std::ranges::any_of(parts_, [&](const Part& part) { return part.file == i; });
            sink_ << "<tr><th scope=\"row\" class=\"name\">";
            if (linked) sink_ << "<a href=\"#file-" << i + 1 << "\">";
            text(report.file, 200) << (linked ? "</a>" : "") << " <span class=\"soft\">";
            text(report.file_type, 40) << " ";
            text(report.version, 20) << "</span></th><td class=\"nowrap\">"
                                     << (!report.unread.empty() ? "not read"
                                         : report.valid()       ? "valid"
                                                                : "not valid")
                                     << "</td><td>";
            const std::string found = counted(report.counts);
            if (report.unread.empty())
                sink_ << (found.empty() ? "nothing" : found);
            else
                text(report.unread);
            sink_ << "</td></tr>\n";
        }
        sink_ << "</tbody>\n</table>\n</section>\n";
    }

    void not_checked() {
        // Of several, the table of files tells which could not be read.
        const bool alone = reports_.size() == 1 && !reports_[0].unread.empty();
        if (!alone && std::ranges::all_of(reports_, [](const Report& report) {
                return report.notes.empty() && !report.left_out.any();
            }))
            return;
        sink_ << "<section>\n<h2>Notes</h2>\n<ul>\n";
        for (const Report& report : reports_) {
            const auto tell = [&](std::string_view sentence) {
                sink_ << "<li>";
                if (reports_.size() > 1) text(report.file, 200) << ": ";
                text(sentence) << "</li>\n";
            };
            if (alone) tell(report.unread);
            for (const std::string& sentence : report.notes) tell(sentence);
            if (report.left_out.any()) tell(writing::left_out(report));
        }
        sink_ << "</ul>\n</section>\n";
    }

    void rule_cell(const Tally& rule) {
        sink_ << "<th scope=\"row\"><span class=\"id\">";
        text(rule.id, kId) << "</span> ";
        badge(rule.severity);
        sink_ << "</th>";
    }

    void badge(Severity severity) {
        sink_ << "<span class=\"badge " << name(severity) << "\">" << label(severity) << "</span>";
    }

    void rules() {
        if (tallies_.empty()) return;
        sink_
            << "<section>\n<h2>Rules</h2>\n<table>\n<caption>The rules that were not kept, the most serious "
               "first</caption>\n<thead><tr><th scope=\"col\">Rule</th><th scope=\"col\">What it asks "
               "for</th>"
               "<th scope=\"col\" class=\"num\">Findings</th></tr></thead>\n<tbody>\n";
        for (std::size_t i = 0; i < tallies_.size(); ++i) {
            sink_ << "<tr id=\"rule-" << i + 1 << "\">";
            rule_cell(tallies_[i]);
            sink_ << "<td><p>";
            text(tallies_[i].message) << "</p>";
            const auto& places = places_[i];
            if (!places.empty()) {
                sink_ << "<p class=\"soft\">In ";
                for (std::size_t at = 0; at < std::min(places.size(), kLinks); ++at) {
                    sink_ << (at ? ", " : "") << "<a href=\"#" << anchor(parts_[places[at]]) << "\">";
                    writing::html(sink_, called(parts_[places[at]], 60));
                    sink_ << "</a>";
                }
                if (places.size() > kLinks)
                    sink_ << " and " << writing::number(places.size() - kLinks) << " more";
                sink_ << "</p>";
            }
            sink_ << "</td><td class=\"num\">" << writing::number(tallies_[i].findings) << "</td></tr>\n";
        }
        sink_ << "</tbody>\n</table>\n</section>\n";
    }

    void filter() {
        sink_ << "<fieldset>\n<legend>Show</legend>\n<label><input type=\"radio\" name=\"show\" "
                 "id=\"show-all\" "
                 "checked=\"checked\"/>All "
              << writing::number(total_) << "</label>\n";
        for (const Severity severity : kSeverities) {
            const auto count = counts_[index(severity)];
            if (count)
                sink_ << "<label><input type=\"radio\" name=\"show\" id=\"show-" << name(severity) << "\"/>"
                      << label(severity, count != 1) << " " << writing::number(count) << "</label>\n";
        }
        sink_ << "</fieldset>\n";
    }

    void findings() {
        sink_ << "<section id=\"findings\">\n<h2>Findings</h2>\n";
        if (total_ == 0 && std::ranges::all_of(reports_, &std::string::empty, &Report::unread))
            sink_ << "<p class=\"empty\">Nothing was found that is against the standard's rules.</p>\n";
        if (left_)
            sink_ << "<p>This page shows the "
                  << counted(total_ - left_, "most serious finding", "most serious findings") << " of "
                  << writing::number(total_) << ". The other " << writing::number(left_)
                  << " are <a href=\"#rest\">counted by rule</a> below.</p>\n";
        if (std::ranges::count_if(counts_, [](std::uint64_t count) { return count != 0; }) > 1) filter();
        const bool several = reports_.size() > 1;
        std::size_t file = reports_.size();
        for (const Part& part : parts_) {
            if (several && part.file != file) {
                sink_ << "<h3 id=\"file-" << part.file + 1 << "\">";
                text(reports_[part.file].file, 200) << "</h3>\n";
            }
            file = part.file;
            activity(part, several ? "h4" : "h3");
        }
        sink_ << "</section>\n";
    }

    void activity(const Part& part, std::string_view level) {
        const Group& group = part.group;
        sink_ << "<section id=\"" << anchor(part) << "\" class=\"group";
        for (const Severity severity : kSeverities)
            if (std::ranges::any_of(group.findings,
                                    [&](const Finding* f) { return f->severity == severity; }))
                sink_ << " has-" << name(severity);
        sink_ << "\">\n<" << level << ">";
        const bool whole = group.identifier == writing::kFile;
        const std::string title = visible(group.title, 300, Space::collapsed);
        writing::html(sink_, whole ? "The file as a whole" : title.empty() ? "No title" : title);
        sink_ << "</" << level << ">\n";
        if (!whole) {
            sink_ << "<p class=\"code\">";
            text(group.identifier, options_.value) << "</p>\n";
        }
        sink_ << "<ul class=\"findings\">\n";
        for (const Finding* finding : group.findings) one(*finding);
        sink_ << "</ul>\n</section>\n";
    }

    void one(const Finding& finding) {
        sink_ << "<li class=\"finding " << name(finding.severity) << "\">\n<p>";
        badge(finding.severity);
        sink_ << " <a class=\"id\" href=\"#rule-" << rules_.at({finding.severity, finding.id}) + 1 << "\">";
        text(finding.id, kId) << "</a> ";
        text(finding.message);
        if (!finding.category.empty()) {
            sink_ << " <span class=\"soft\">";
            text(finding.category, 60) << "</span>";
        }
        sink_ << "</p>\n";
        const std::size_t places = std::min(finding.context.size(), options_.places);
        if (places) sink_ << "<ul class=\"places\">\n";
        for (std::size_t i = 0; i < places; ++i) {
            const Context& context = finding.context[i];
            const bool both = context.place.line && !context.text.empty();
            sink_ << (both ? "<li>" : "<li class=\"only\">");
            if (context.place.line) {
                sink_ << "<span class=\"place\">Line " << context.place.line;
                if (context.place.column) sink_ << ", column " << context.place.column;
                sink_ << "</span>";
            }
            if (!context.text.empty()) {
                sink_ << (both ? " <code>" : "<code>");
                writing::html(sink_, visible(context.text, options_.value));
                sink_ << "</code>";
            }
            sink_ << "</li>\n";
        }
        if (places && finding.context.size() > places)
            sink_ << "<li class=\"more soft\">and "
                  << counted(finding.context.size() - places, "more place", "more places") << "</li>\n";
        if (places) sink_ << "</ul>\n";
        if (!finding.hint.empty()) {
            sink_ << "<p class=\"hint\"><strong>What to do:</strong> ";
            text(finding.hint) << "</p>\n";
        }
        sink_ << "</li>\n";
    }

    void rest() {
        if (left_ == 0) return;
        sink_ << "<section id=\"rest\">\n<h2>Not shown here</h2>\n<p>"
              << counted(left_, "finding is", "findings are")
              << " left out so that this page stays readable. The report as JSON or text has them "
                 "all.</p>\n<table>\n"
                 "<caption>Findings left out, by rule</caption>\n<thead><tr><th scope=\"col\">Rule</th>"
                 "<th scope=\"col\">What it asks for</th><th scope=\"col\" class=\"num\">Left "
                 "out</th></tr></thead>\n"
                 "<tbody>\n";
        for (std::size_t i = 0; i < tallies_.size(); ++i) {
            if (tallies_[i].findings == shown_[i]) continue;
            sink_ << "<tr>";
            rule_cell(tallies_[i]);
            sink_ << "<td>";
            text(tallies_[i].message) << "</td><td class=\"num\">"
                                      << writing::number(tallies_[i].findings - shown_[i]) << "</td></tr>\n";
        }
        sink_ << "</tbody>\n</table>\n</section>\n";
    }

    void foot() {
        sink_ << "</main>\n<footer>\n<p>Made by Tamga";
        if (!options_.provenance.tool_version.empty()) {
            sink_ << " ";
            text(options_.provenance.tool_version, 40);
        }
        sink_ << ".</p>\n";
        source("Rules", options_.provenance.ruleset);
        source("Code lists", options_.provenance.codelists);
        source("Organisation prefixes", options_.provenance.prefixes);
        sink_ << "</footer>\n</body>\n</html>\n";
    }

    void source(std::string_view what, std::string_view which) {
        if (which.empty()) return;
        sink_ << "<p>" << what << ": ";
        text(which, 200) << "</p>\n";
    }

    Sink sink_;
    const std::span<const Report> reports_;
    const HtmlOptions& options_;
    const std::array<std::uint64_t, 4> counts_;
    std::vector<Tally> tallies_;
    std::map<RuleKey, std::size_t> rules_;          ///< Index in tallies_.
    std::vector<std::vector<std::size_t>> places_;  ///< By rule: the parts in which it was broken.
    std::vector<std::size_t> shown_;                ///< By rule: how many findings are shown.
    std::vector<Part> parts_;
    std::size_t total_ = 0, left_ = 0;
};

}  // namespace

void write_html(std::ostream& out, std::span<const Report> reports, const HtmlOptions& options) {
    Writer(out, reports, options).all();
}

}  // namespace tamga::iati
