#include <algorithm>
#include <ostream>
#include <unordered_map>

#include "iati/report/report.hpp"
#include "iati/report/writing.hpp"

namespace tamga::iati {

namespace {

using writing::json_string;
using writing::Sink;

std::string_view level(Severity severity) {
    switch (severity) {
        case Severity::critical:
        case Severity::error:
            return "error";
        case Severity::warning:
            return "warning";
        case Severity::advisory:
            break;
    }
    return "note";
}

class Writer {
  public:
    Writer(std::ostream& out, const SarifOptions& options) : sink_(out), options_(options) {}

    void all(std::span<const Report> reports) {
        collect(reports);
        sink_ << R"({"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{)";
        driver();
        // Places count characters (SARIF 3.14.17).
        sink_ << ",\"columnKind\":\"unicodeCodePoints\"";
        invocation(reports);
        artifacts(reports);
        sink_ << ",\"results\":[";
        for (std::size_t i = 0; i < reports.size(); ++i)
            for (const Finding& finding : reports[i].findings) results(i, reports[i], finding);
        sink_ << "]}]}\n";
        sink_.flush();
    }

  private:
    struct Rule {
        std::string_view id, category;
        std::string message;
        std::string_view hint;
        Severity worst;
    };

    void text(std::string_view before, std::string_view value) {
        sink_ << before;
        json_string(sink_, value);
    }

    void collect(std::span<const Report> reports) {
        for (const Report& report : reports)
            for (const Finding& finding : report.findings) {
                const auto [place, fresh] = indexes_.try_emplace(finding.id, rules_.size());
                if (fresh)
                    rules_.push_back({finding.id, finding.category, std::string(finding.message.view()),
                                      finding.hint, finding.severity});
                Rule& rule = rules_[place->second];
                rule.worst = std::min(rule.worst, finding.severity);
                if (finding.message == rule.message) {
                    if (rule.hint.empty()) rule.hint = finding.hint;
                } else {
                    rule.message = writing::in_common(finding);
                    rule.hint = {};
                }
            }
    }

    void driver() {
        sink_ << R"("tool":{"driver":{"name":"Tamga")";
        if (!options_.provenance.tool_version.empty())
            text(",\"version\":", options_.provenance.tool_version);
        sink_ << ",\"rules\":[";
        for (const Rule& rule : rules_) {
            text(&rule == rules_.data() ? "\n{\"id\":" : ",\n{\"id\":", rule.id);
            text(R"(,"shortDescription":{"text":)", rule.message);
            text(R"(},"help":{"text":)", rule.hint.empty() ? rule.message : rule.hint);
            text(R"(},"defaultConfiguration":{"level":)", level(rule.worst));
            text(R"(},"properties":{"category":)", rule.category);
            sink_ << "}}";
        }
        sink_ << "],\"properties\":{";
        text("\"ruleset\":", options_.provenance.ruleset);
        text(",\"codelists\":", options_.provenance.codelists);
        text(",\"prefixes\":", options_.provenance.prefixes);
        sink_ << "}}}";
    }

    void location(std::size_t index, const Report& report) {
        text(R"({"uri":)", writing::uri(report.file));
        sink_ << ",\"index\":" << index << "}";
    }

    void invocation(std::span<const Report> reports) {
        const bool all_read = std::ranges::all_of(reports, &std::string::empty, &Report::unread);
        sink_ << R"(,"invocations":[{"executionSuccessful":)" << (all_read ? "true" : "false")
              << R"(,"toolExecutionNotifications":[)";
        std::string_view before;
        const auto notify = [&](std::size_t i, std::string_view level, std::string_view sentence) {
            sink_ << before << R"({"level":")" << level << R"(","message":{"text":)";
            json_string(sink_, sentence);
            sink_ << R"(},"locations":[{"physicalLocation":{"artifactLocation":)";
            location(i, reports[i]);
            sink_ << "}}]}";
            before = ",";
        };
        for (std::size_t i = 0; i < reports.size(); ++i) {
            if (!reports[i].unread.empty()) notify(i, "error", reports[i].unread);
            for (const std::string& sentence : reports[i].notes) notify(i, "note", sentence);
            if (reports[i].left_out.any()) notify(i, "warning", writing::left_out(reports[i]));
        }
        sink_ << "]}]";
    }

    void artifacts(std::span<const Report> reports) {
        sink_ << ",\"artifacts\":[";
        for (std::size_t i = 0; i < reports.size(); ++i) {
            const Report& report = reports[i];
            sink_ << (i ? "," : "") << "{\"location\":";
            location(i, report);
            sink_ << R"(,"roles":["analysisTarget"],"length":)" << report.bytes
                  << (report.valid() ? R"(,"properties":{"valid":true)" : R"(,"properties":{"valid":false)");
            text(",\"fileType\":", report.file_type);
            text(",\"iatiVersion\":", report.version);
            sink_ << "}}";
        }
        sink_ << "]";
    }

    void results(std::size_t index, const Report& report, const Finding& finding) {
        static const std::vector<Context> kNowhere(1);
        for (const Context& context : finding.context.empty() ? kNowhere : finding.context) {
            text(first_ ? "\n{\"ruleId\":" : ",\n{\"ruleId\":", finding.id);
            first_ = false;
            sink_ << ",\"ruleIndex\":" << indexes_.at(finding.id);
            text(",\"level\":", level(finding.severity));
            std::string message(finding.message.view());
            if (!context.text.empty()) message.append(message.empty() ? "" : " ").append(context.text);
            text(R"(,"message":{"text":)", message);
            sink_ << R"(},"locations":[{"physicalLocation":{"artifactLocation":)";
            location(index, report);
            if (context.place.line) {
                sink_ << ",\"region\":{\"startLine\":" << context.place.line;
                if (context.place.column) sink_ << ",\"startColumn\":" << context.place.column;
                sink_ << "}";
            }
            sink_ << "}";
            if (finding.identifier != writing::kFile) {
                text(R"(,"logicalLocations":[{"name":)", finding.identifier);
                text(",\"fullyQualifiedName\":", finding.identifier);
                sink_ << R"(,"kind":"element"}])";
            }
            text(R"(}],"properties":{"severity":)", name(finding.severity));
            text(",\"category\":", finding.category);
            if (!finding.title.empty()) text(",\"title\":", finding.title);
            if (!finding.codelist.empty()) text(",\"codelist\":", finding.codelist);
            if (!finding.hint.empty()) text(",\"hint\":", finding.hint);
            sink_ << "}}";
        }
    }

    Sink sink_;
    const SarifOptions& options_;
    std::vector<Rule> rules_;
    std::unordered_map<std::string_view, std::size_t> indexes_;
    bool first_ = true;
};

}  // namespace

void write_sarif(std::ostream& out, std::span<const Report> reports, const SarifOptions& options) {
    Writer(out, options).all(reports);
}

}  // namespace tamga::iati
