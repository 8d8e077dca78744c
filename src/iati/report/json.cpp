#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <ostream>
#include <unordered_map>

#include "iati/report/report.hpp"
#include "iati/report/writing.hpp"

namespace tamga::iati {

namespace {

using writing::json_string;
using writing::Sink;

/// The value of an identifier that the public validator's objects keep before all others: what ECMAScript
/// calls an array index, written without signs or leading zeros.
std::optional<std::uint32_t> array_index(std::string_view identifier) {
    if (identifier.empty() || (identifier.size() > 1 && identifier.front() == '0')) return std::nullopt;
    std::uint32_t value = 0;
    const char* end = identifier.data() + identifier.size();
    const auto [stop, error] = std::from_chars(identifier.data(), end, value);
    if (error != std::errc() || stop != end || value == std::numeric_limits<std::uint32_t>::max())
        return std::nullopt;
    return value;
}

/// Where an identifier stands among others: integers ascending, then the rest as it came.
std::uint64_t rank(std::string_view identifier) {
    const auto index = array_index(identifier);
    return index ? *index : std::numeric_limits<std::uint64_t>::max();
}

/// The checks whose findings the public validator keeps in an object by identifier before it lists them.
enum class Source { schema, codelists, rules, advisories };

Source source(const Finding& finding) {
    if (finding.severity == Severity::advisory) return Source::advisories;
    if (!finding.codelist.empty()) return Source::codelists;
    if (finding.severity == Severity::critical || finding.category == "schema") return Source::schema;
    return Source::rules;
}

/// All findings in the order of the public flat list.
std::vector<const Finding*> listed(const Report& report) {
    std::vector<const Finding*> out;
    out.reserve(report.findings.size());
    for (const Finding& finding : report.findings) out.push_back(&finding);
    for (auto begin = out.begin(); begin != out.end();) {
        const Source here = source(**begin);
        const auto end = std::find_if(begin, out.end(), [&](const Finding* f) { return source(*f) != here; });
        if (here == Source::codelists || here == Source::rules)
            std::stable_sort(begin, end, [](const Finding* a, const Finding* b) {
                return rank(a->identifier) < rank(b->identifier);
            });
        begin = end;
    }
    return out;
}

class Writer {
  public:
    Writer(std::ostream& out, const JsonOptions& options) : sink_(out), options_(options) {}

    void all(std::span<const Report> reports) {
        const bool several = reports.size() != 1;
        if (several) sink_ << "[";
        for (std::size_t i = 0; i < reports.size(); ++i) {
            sink_ << (i ? ",\n{" : "{");
            if (several) text("file", reports[i].file, "");
            one(reports[i], several ? "," : "");
            sink_ << "}";
        }
        sink_ << (several ? "]\n" : "\n");
        sink_.flush();
    }

  private:
    void key(std::string_view name, std::string_view before = ",") {
        sink_ << before << "\"" << name << "\":";
    }

    void text(std::string_view name, std::string_view value, std::string_view before = ",") {
        key(name, before);
        json_string(sink_, value);
    }

    void one(const Report& report, std::string_view before) {
        if (!report.unread.empty()) return text("error", report.unread, before);
        // As published: no rules were used where the version is not one that has any.
        const bool known = report.version == "2.01" || report.version == "2.02" || report.version == "2.03";
        const auto told = [](bool is, std::string_view value) { return is ? value : std::string_view(); };
        key("valid", before);
        sink_ << (report.valid() ? "true" : "false");
        text("fileType", report.file_type);
        text("iatiVersion", report.version);
        text("rulesetCommitSha", told(known, options_.provenance.ruleset));
        text("codelistCommitSha", told(known, options_.provenance.codelists));
        text("orgIdPrefixFileName", told(!report.file_type.empty(), options_.provenance.prefixes));
        text("apiVersion", options_.provenance.tool_version);
        key("summary");
        for (std::size_t i = 0; i < report.counts.size(); ++i) {
            key(name(static_cast<Severity>(i)), i ? "," : "{");
            sink_ << report.counts[i];
        }
        sink_ << "}";
        if (options_.elements && !report.file_type.empty()) elements(report);
        key("errors");
        const auto findings = listed(report);
        if (options_.group)
            grouped(findings);
        else
            flat(findings);
        if (report.left_out.any()) {
            key("leftOut");
            for (std::size_t i = 0; i < report.left_out.findings.size(); ++i) {
                key(name(static_cast<Severity>(i)), i ? "," : "{");
                sink_ << report.left_out.findings[i];
            }
            key("places");
            sink_ << report.left_out.places << "}";
        }
        if (!options_.details || report.notes.empty()) return;
        key("notes");
        for (std::size_t i = 0; i < report.notes.size(); ++i) {
            sink_ << (i ? "," : "[");
            json_string(sink_, report.notes[i]);
        }
        sink_ << "]";
    }

    void elements(const Report& report) {
        key(report.file_type == "iati-organisations" ? "iati-organisations" : "iati-activities");
        sink_ << "[";
        for (std::size_t i = 0; i < report.elements.size(); ++i) {
            text("identifier", report.elements[i].identifier, i ? ",{" : "{");
            sink_ << (report.elements[i].valid ? ",\"valid\":true" : ",\"valid\":false") << ",\"index\":" << i
                  << "}";
        }
        sink_ << "]";
    }

    void flat(const std::vector<const Finding*>& findings) {
        sink_ << "[";
        std::string_view before = "\n";
        for (const Finding* finding : findings) {
            sink_ << before;
            entry(*finding, true);
            before = ",\n";
        }
        sink_ << "]";
    }

    /// One finding; in a group without the keys that the group carries.
    void entry(const Finding& finding, bool whole) {
        text("id", finding.id, "{");
        text("severity", name(finding.severity));
        if (whole) text("category", finding.category);
        text("message", finding.message);
        if (!finding.codelist.empty()) text("codelist", finding.codelist);
        key("context");
        sink_ << "[";
        const bool advisory = finding.severity == Severity::advisory;
        for (std::size_t i = 0; i < finding.context.size(); ++i) {
            const Context& context = finding.context[i];
            // Of faults of the structure, the public report too tells the line alone.
            const bool line_alone = context.text.empty() && context.place.line > 0;
            text("text", line_alone ? fmt::format("line {}", context.place.line) : context.text,
                 i ? ",{" : "{");
            if (advisory || (options_.details && context.place.line))
                sink_ << ",\"lineNumber\":" << context.place.line;
            if (advisory || (options_.details && context.place.column))
                sink_ << ",\"columnNumber\":" << context.place.column;
            sink_ << "}";
        }
        sink_ << "]";
        if (options_.details && !finding.hint.empty()) {
            key("details");
            text("hint", finding.hint, "{");
            sink_ << "}";
        } else if (options_.details || advisory) {
            sink_ << ",\"details\":{}";
        }
        if (whole) {
            text("identifier", finding.identifier);
            text("title", finding.title);
        }
        sink_ << "}";
    }

    void grouped(const std::vector<const Finding*>& findings) {
        struct Group {
            std::uint64_t rank;
            std::vector<const Finding*> findings;
        };
        std::vector<Group> groups;
        std::unordered_map<std::string_view, std::size_t> places;
        for (const Finding* finding : findings) {
            const auto [place, fresh] = places.try_emplace(finding->identifier, groups.size());
            if (fresh) groups.push_back({rank(finding->identifier), {}});
            groups[place->second].findings.push_back(finding);
        }
        std::ranges::stable_sort(groups, {}, &Group::rank);
        sink_ << "[";
        std::string_view before = "\n{";
        for (const Group& group : groups) {
            text("identifier", group.findings.front()->identifier, before);
            text("title", group.findings.front()->title);
            key("errors");
            categories(group.findings);
            sink_ << "}";
            before = ",\n{";
        }
        sink_ << "]";
    }

    void categories(const std::vector<const Finding*>& findings) {
        struct Category {
            std::string_view name;
            std::vector<const Finding*> findings;
        };
        std::vector<Category> categories;
        for (const Finding* finding : findings) {
            auto place = std::ranges::find(categories, finding->category, &Category::name);
            if (place == categories.end()) place = categories.insert(place, {finding->category, {}});
            place->findings.push_back(finding);
        }
        sink_ << "[";
        for (const Category& category : categories) {
            text("category", category.name, &category == categories.data() ? "{" : ",{");
            key("errors");
            sink_ << "[";
            for (const Finding* finding : category.findings) {
                if (finding != category.findings.front()) sink_ << ",";
                entry(*finding, false);
            }
            sink_ << "]}";
        }
        sink_ << "]";
    }

    Sink sink_;
    const JsonOptions& options_;
};

}  // namespace

void write_json(std::ostream& out, std::span<const Report> reports, const JsonOptions& options) {
    Writer(out, options).all(reports);
}

}  // namespace tamga::iati
