#include <algorithm>

#include "iati/report/report.hpp"

namespace tamga::iati {

namespace {

constexpr ReportFormat kFormats[] = {
    {"text", "text/plain; charset=utf-8", "txt",
     [](std::ostream& out, std::span<const Report> reports, const ReportOptions& options) {
         write_text(out, reports, options.text);
     }},
    {"json", "application/json; charset=utf-8", "json",
     [](std::ostream& out, std::span<const Report> reports, const ReportOptions& options) {
         write_json(out, reports, options.json);
     }},
    {"sarif", "application/sarif+json; charset=utf-8", "sarif",
     [](std::ostream& out, std::span<const Report> reports, const ReportOptions& options) {
         write_sarif(out, reports, options.sarif);
     }},
    {"html", "text/html; charset=utf-8", "html",
     [](std::ostream& out, std::span<const Report> reports, const ReportOptions& options) {
         write_html(out, reports, options.html);
     }},
};

}  // namespace

std::span<const ReportFormat> report_formats() {
    return kFormats;
}

const ReportFormat* find_report_format(std::string_view name) {
    const auto* const found = std::ranges::find(kFormats, name, &ReportFormat::name);
    return found == std::end(kFormats) ? nullptr : found;
}

}  // namespace tamga::iati
