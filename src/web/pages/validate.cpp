#include "web/pages/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <map>
#include <sstream>

#include "http/form.hpp"
#include "iati/report/report.hpp"
#include "xml/source.hpp"

namespace tamga::web {

namespace {

using iati::Finding;
using iati::Report;
using iati::Severity;

constexpr std::size_t kShownRules = 200;
constexpr std::size_t kShownOfRule = 20;
constexpr int kLinesAround = 2;
constexpr std::size_t kLongestLine = 240;

// What one upload may cost; the command line has bounds of its own. Real files unpack to 10 to 30 times their
// size and have some thousands of findings.
constexpr xml::UnpackLimits kUnpacked{.bytes = std::uint64_t{1024} * 1024 * 1024, .ratio = 200};
constexpr std::size_t kMostFindings = 50'000;
constexpr std::chrono::seconds kLongest{120};

iati::Checker checker(iati::Profile profile) {
    // The standard's own tables: they are tested, so that this cannot fail.
    return *iati::Checker::make(
        {.profile = profile, .prefixes = {}, .publishers = {}, .known_activities = {}, .ruleset = {}});
}

std::string severity_label(const Page& page, Severity severity) {
    return page.say("severity", std::string(iati::name(severity)));
}

/// Lines of a text, found by number in one pass; of long ones the beginning. Memory: what is shown.
class Lines {
  public:
    void want(std::uint64_t number) {
        if (number == 0) return;
        const auto from = number > kLinesAround ? number - kLinesAround : 1;
        for (std::uint64_t i = from; i <= number + kLinesAround; ++i) lines_.try_emplace(i);
    }

    void read(std::string_view bytes, const std::string& name) {
        if (lines_.empty()) return;
        const auto source = xml::unpacked_source(xml::memory_source(bytes), name, kUnpacked);
        if (!source) return;
        xml::Decoder decoder(**source);
        std::uint64_t number = 1;
        auto wanted = lines_.begin();
        std::string text;
        for (;;) {
            text.clear();
            const auto more = decoder.more(text, 1 << 16);
            if (!more || !*more) break;
            for (std::string_view rest = text; !rest.empty();) {
                const std::size_t end = std::min(rest.find('\n'), rest.size());
                while (wanted != lines_.end() && wanted->first < number) ++wanted;
                if (wanted == lines_.end()) return;
                if (wanted->first == number) {
                    wanted->second.there = true;
                    // One byte more than is shown, to know that there is more.
                    std::string& line = wanted->second.text;
                    line += rest.substr(
                        0, std::min(end, kLongestLine + 1 - std::min(line.size(), kLongestLine + 1)));
                }
                if (end == rest.size()) break;
                ++number;
                rest.remove_prefix(end + 1);
            }
        }
    }

    /// The lines around one, as rows of a template: [{"number","line","here"}].
    Json around(std::uint64_t number) const {
        Json rows = Json::array();
        if (number == 0) return rows;
        const auto from = number > kLinesAround ? number - kLinesAround : 1;
        for (auto i = lines_.find(from);
             i != lines_.end() && i->first <= number + kLinesAround && i->second.there; ++i) {
            std::string shown = i->second.text.substr(0, kLongestLine);
            if (i->second.text.size() > kLongestLine) {
                while (!shown.empty() && (static_cast<unsigned char>(shown.back()) & 0xc0) == 0x80)
                    shown.pop_back();
                if (!shown.empty() && static_cast<unsigned char>(shown.back()) >= 0xc0) shown.pop_back();
                shown += "…";
            }
            rows.push_back({{"number", std::to_string(i->first)},
                            {"line", shown.empty() ? " " : shown},
                            {"here", i->first == number}});
        }
        return rows;
    }

  private:
    struct Line {
        std::string text;
        bool there = false;
    };
    std::map<std::uint64_t, Line> lines_;
};

/// Findings of one rule.
struct OfRule {
    std::vector<const Finding*> findings;
    std::size_t places = 0;
};

Json result_context(Page& page, const Report& report, std::string_view bytes) {
    const auto& language = page.language();
    const auto number = [&](std::uint64_t value) { return language.number(std::to_string(value)); };
    Json out;
    out["has_result"] = true;
    out["file_name"] = report.file;
    out["valid"] = report.valid();
    out["verdict"] =
        report.valid() ? page.say("No critical findings.") : page.say("The file has critical findings.");
    out["file_kind"] =
        report.file_type.empty()
            ? std::string()
            : language.format("{1}, version {2}, elements: {3}",
                              {report.file_type, report.version, number(report.element_count)});
    Json counts = Json::array();
    for (const Severity severity :
         {Severity::critical, Severity::error, Severity::warning, Severity::advisory})
        counts.push_back({{"severity", iati::name(severity)},
                          {"label", severity_label(page, severity)},
                          {"count", number(report.counts[static_cast<std::size_t>(severity)])}});
    out["counts"] = std::move(counts);
    std::map<std::pair<Severity, std::string>, OfRule> rules;
    for (const Finding& finding : report.findings) {
        // Schema findings share an id: each message is a matter of its own.
        auto& rule = rules[{finding.severity, fmt::format("{}\n{}", finding.id, finding.message.view())}];
        rule.findings.push_back(&finding);
        rule.places += std::max<std::size_t>(1, finding.context.size());
    }
    Lines lines;
    Json shown = Json::array();
    for (const auto& [key, rule] : rules) {
        if (shown.size() == kShownRules) break;
        const Finding& first = *rule.findings.front();
        Json examples = Json::array();
        for (const Finding* finding : rule.findings) {
            for (const iati::Context& context : finding->context) {
                if (examples.size() == kShownOfRule) break;
                lines.want(context.place.line);
                examples.push_back({{"identifier", finding->identifier},
                                    {"activity", finding->title},
                                    {"hint", finding->hint},
                                    {"value", context.text},
                                    {"place", context.place.line == 0
                                                  ? std::string()
                                                  : language.format("line {1}, column {2}",
                                                                    {std::to_string(context.place.line),
                                                                     std::to_string(context.place.column)})},
                                    {"lines", context.place.line}});
            }
            if (finding->context.empty() && examples.size() < kShownOfRule)
                examples.push_back({{"identifier", finding->identifier},
                                    {"activity", finding->title},
                                    {"hint", finding->hint},
                                    {"value", ""},
                                    {"place", ""},
                                    {"lines", 0}});
        }
        const std::size_t left = rule.places - std::min(rule.places, examples.size());
        shown.push_back(
            {{"anchor", fmt::format("rule-{}", shown.size() + 1)},
             {"rule_id", first.id},
             {"severity", iati::name(first.severity)},
             {"severity_label", severity_label(page, first.severity)},
             {"message", first.message},
             {"hint", first.hint},
             {"count", number(rule.findings.size())},
             {"examples", std::move(examples)},
             {"more", left == 0 ? std::string()
                                : language.format("{1} more places are in the report.", {number(left)})}});
    }
    lines.read(bytes, report.file);
    for (Json& rule : shown)
        for (Json& example : rule["examples"])
            example["lines"] = lines.around(example["lines"].get<std::uint64_t>());
    out["has_rules"] = !shown.empty();
    out["rules"] = std::move(shown);
    out["more_rules"] = rules.size() > kShownRules
                            ? language.format("{1} more kinds of findings are in the report.",
                                              {number(rules.size() - kShownRules)})
                            : std::string();
    out["left_out"] = std::string();
    if (const std::uint64_t left = report.left_out.all_findings())
        out["left_out"] = language.format("Findings counted but not listed, because there are too many: {1}.",
                                          {number(left)});
    Json notes = Json::array();
    for (const std::string& note : report.notes) notes.push_back({{"note", note}});
    out["notes"] = std::move(notes);
    return out;
}

std::string write(const Report& report, const iati::ReportFormat& format, bool group, bool details,
                  bool elements) {
    const iati::Provenance provenance{"standard/rules.txt", "standard/codelists",
                                      "OrganisationRegistrationAgency", "tamga"};
    iati::ReportOptions options;
    options.json = {.group = group, .details = details, .elements = elements, .provenance = provenance};
    options.sarif.provenance = options.html.provenance = provenance;
    std::ostringstream out;
    format.write(out, std::span(&report, 1), options);
    return std::move(out).str();
}

/// What the form calls a format.
std::string format_label(const Page& page, std::string_view name) {
    if (name == "html") return page.say("a report to keep (HTML)");
    if (name == "text") return page.say("plain text");
    std::string label(name);
    for (char& c : label) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return label;
}

/// HTTP's word for why a file could not be checked.
int status_of(ErrorCode code) {
    return code == ErrorCode::out_of_range ? 413 : code == ErrorCode::io ? 503 : 0;
}

bool is_on(const http::Request& request, std::string_view name) {
    const auto value = request.query_value(name);
    return value && (*value == "true" || *value == "True" || *value == "1");
}

}  // namespace

Validation::Validation()
    : published_(checker(iati::Profile::as_published)), strict_(checker(iati::Profile::strict)) {}

Json Validation::form_context(Page& page) {
    Json formats = Json::array({{{"value", "page"}, {"label", page.say("this page")}}});
    for (const iati::ReportFormat& format : iati::report_formats())
        formats.push_back({{"value", format.name}, {"label", format_label(page, format.name)}});
    return {{"action", page.href("/validate")},
            {"formats", std::move(formats)},
            {"has_result", false},
            {"problem", nullptr}};
}

Result<Report> Validation::check(std::string_view bytes, const std::string& name, bool strict, bool elements,
                                 const std::stop_token& stop) const {
    iati::Options options;
    options.most_findings = kMostFindings;
    options.stop = stop;
    options.deadline = std::chrono::steady_clock::now() + kLongest;
    options.now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    options.elements = elements;
    auto memory = xml::memory_source(bytes);
    TAMGA_ASSIGN(const auto source, xml::unpacked_source(std::move(memory), name, kUnpacked));
    return (strict ? strict_ : published_).check(*source, name, options);
}

Validation::Outcome Validation::of_form(Page& page, const http::Request& request) const {
    Outcome outcome;
    outcome.context = form_context(page);
    const auto refuse = [&](std::string text) {
        outcome.status = 422;
        outcome.context["problem"] = std::move(text);
        return outcome;
    };
    const auto parts = http::parse_form(request.header("Content-Type"), request.body.bytes());
    if (!parts) return refuse(parts.error().message());
    const http::FormPart* file = nullptr;
    std::string format = "page";
    bool strict = false;
    for (const http::FormPart& part : *parts) {
        // A browser sends a file without a name where none was chosen.
        const bool chosen = part.file_name && (!part.file_name->empty() || !part.content.empty());
        if (part.name == "file" && chosen) file = &part;
        if (part.name == "format") format = part.content;
        if (part.name == "strict") strict = true;
    }
    if (!file) return refuse(page.say("Choose a file first."));
    if (file->content.empty()) return refuse(page.say("The file is empty."));
    const iati::ReportFormat* const written = iati::find_report_format(format);
    if (!written && format != "page") return refuse(page.say("There is no such format."));
    const std::string name = file->file_name->empty() ? "file.xml" : *file->file_name;
    const auto report = check(file->content, name, strict, false, request.stop);
    if (!report) {
        refuse(report.error().message());
        if (const int status = status_of(report.error().code)) outcome.status = status;
        return outcome;
    }
    if (!written) {
        outcome.context.update(result_context(page, *report, file->content));
        return outcome;
    }
    outcome.download = write(*report, *written, false, true, false);
    outcome.content_type = written->content_type;
    outcome.file_name = fmt::format("report.{}", written->ending);
    return outcome;
}

Validation::Outcome Validation::of_api(const http::Request& request) const {
    Outcome outcome;
    const auto refuse = [&](ErrorCode code, int status, std::string detail) {
        outcome.status = status;
        outcome.content_type = "application/problem+json; charset=utf-8";
        outcome.download = Json{{"type", fmt::format("/problems/{}", name(code))},
                                {"title", name(code)},
                                {"status", status},
                                {"detail", std::move(detail)}}
                               .dump(1, ' ', false, Json::error_handler_t::replace) +
                           "\n";
        return outcome;
    };
    const auto asked = request.query_value("format").value_or("json");
    const iati::ReportFormat* const format = iati::find_report_format(asked);
    if (!format) {
        std::string known;
        for (const iati::ReportFormat& one : iati::report_formats())
            known += fmt::format("{}{}", known.empty() ? "" : ", ", one.name);
        return refuse(ErrorCode::invalid_usage, 400,
                      fmt::format("format: there is no '{}'; write one of {}", asked, known));
    }
    const auto profile = request.query_value("profile").value_or("public");
    if (profile != "public" && profile != "strict")
        return refuse(ErrorCode::invalid_usage, 400,
                      fmt::format("profile: there is no '{}'; write public or strict", profile));
    if (request.body.empty())
        return refuse(ErrorCode::invalid_input, 400, "the request has no body: send the file as it is");
    const auto report =
        check(request.body.bytes(), "file.xml", profile == "strict", is_on(request, "meta"), request.stop);
    if (!report) {
        const int status = status_of(report.error().code);
        return refuse(report.error().code, status ? status : 400, report.error().message());
    }
    // The public validator groups unless told otherwise.
    const auto group = request.query_value("group");
    for (const Finding& finding : report->findings) {
        if (finding.id == "0.1.1") outcome.status = 400;
        if (finding.id == "0.2.1" || finding.id == "0.6.1" || finding.id == "0.3.1") outcome.status = 422;
    }
    outcome.download = write(*report, *format, !group || is_on(request, "group"), is_on(request, "details"),
                             is_on(request, "meta"));
    outcome.content_type = format->content_type;
    return outcome;
}

}  // namespace tamga::web
