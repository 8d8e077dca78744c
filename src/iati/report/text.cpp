#include <algorithm>
#include <ostream>

#include "iati/report/report.hpp"
#include "iati/report/writing.hpp"

namespace tamga::iati {

namespace {

using writing::columns;
using writing::counted;
using writing::Group;
using writing::Sink;
using writing::Space;
using writing::visible;

constexpr std::string_view kBold = "\x1b[1m", kFaint = "\x1b[2m", kReset = "\x1b[0m";
constexpr std::size_t kSentence = 1000;  // Columns of a message or a hint: far beyond any real one.
constexpr std::size_t kId = 16;
constexpr std::size_t kNarrowest = 40;  // Below this nothing fits between the margins.

std::string_view colour(Severity severity) {
    switch (severity) {
        case Severity::critical:
            return "\x1b[1;31m";
        case Severity::error:
            return "\x1b[31m";
        case Severity::warning:
            return "\x1b[33m";
        case Severity::advisory:
            break;
    }
    return "\x1b[36m";
}

class Writer {
  public:
    Writer(std::ostream& out, const TextOptions& options)
        : sink_(out), options_(options), width_(std::max(options.width, kNarrowest)) {}

    void all(std::span<const Report> reports) {
        if (options_.summary) {
            summary(reports);
        } else {
            for (const Report& report : reports) one(report);
        }
        closing(reports);
        sink_.flush();
    }

  private:
    void pad(std::size_t count) { sink_ << std::string(count, ' '); }

    void styled(std::string_view style, std::string_view text) {
        if (options_.colour && !style.empty())
            sink_ << style << text << kReset;
        else
            sink_ << text;
    }

    /// Writes `text`, which is visible, from column `at` on; further lines begin at column `margin`. Breaks
    /// at spaces; in longer words after a slash where it can.
    void wrapped(std::string_view text, std::size_t at, std::size_t margin, std::string_view style = {}) {
        std::string line;
        std::size_t used = at;
        const auto end = [&] {
            while (line.ends_with(' ')) line.pop_back();
            styled(style, line);
            sink_ << "\n";
            line.clear();
        };
        const auto turn = [&] {
            end();
            pad(margin);
            used = margin;
        };
        while (!text.empty()) {
            const std::string_view word = text.substr(0, text.find(' ', 1));
            // No more of a long word is measured than could matter.
            const std::size_t wide = columns(word.substr(0, 4 * width_ + 4));
            if (used + wide > width_ && used > margin) {
                // A word that fits no line begins on this one if there is room to speak of.
                if (margin + wide <= width_ || used + 20 > width_) {
                    turn();
                    if (text.starts_with(' ')) text.remove_prefix(1);
                    continue;
                }
            }
            if (used + wide <= width_) {
                line += word;
                used += wide;
                text.remove_prefix(word.size());
                continue;
            }
            const std::size_t piece = breakable(word, width_ - used);
            line += word.substr(0, piece);
            text.remove_prefix(piece);
            turn();
        }
        end();
    }

    /// How many bytes of `word` go into `room` columns; at least one character.
    static std::size_t breakable(std::string_view word, std::size_t room) {
        std::size_t bytes = 0, used = 0, slash = 0;
        while (bytes < word.size()) {
            const auto next = writing::first_character(word.substr(bytes));
            used += columns(next.code);
            if (used > room && bytes > 0) break;
            bytes += next.length;
            if (next.code == '/' && used > room / 2) slash = bytes;
        }
        return slash ? slash : bytes;
    }

    void one(const Report& report) {
        const std::string file = visible(report.file);
        styled(kBold, file);
        sink_ << ": ";
        if (!report.unread.empty()) {
            styled("\x1b[1;31m", "could not be read");
            sink_ << ": " << visible(report.unread, kSentence, Space::collapsed) << "\n\n";
            return;
        }
        if (!report.file_type.empty()) sink_ << visible(report.file_type, 40) << " ";
        if (!report.version.empty()) sink_ << visible(report.version, 20);
        sink_ << (report.file_type.empty() && report.version.empty() ? "" : ", ");
        if (options_.no_schema && report.valid())
            sink_ << "schema not checked";
        else
            styled(report.valid() ? "\x1b[32m" : "\x1b[1;31m", report.valid() ? "valid" : "not valid");
        sink_ << (report.findings.empty() ? ", nothing found\n" : "\n");
        for (const std::string& sentence : report.notes) {
            sink_ << "  Note: ";
            wrapped(visible(sentence, kSentence, Space::collapsed), 15, 4);
        }
        if (report.left_out.any()) {
            sink_ << "  Note: ";
            wrapped(writing::left_out(report), 8, 4);
        }
        for (const Group& group : writing::groups(report)) activity(file, group);
        sink_ << "\n";
    }

    void activity(std::string_view file, const Group& group) {
        sink_ << "\n  ";
        const bool whole = group.identifier == writing::kFile;
        const std::string identifier =
            whole ? "The file as a whole" : visible(group.identifier, options_.value, Space::collapsed);
        const std::string title = whole ? "" : visible(group.title, options_.value, Space::collapsed);
        if (columns(identifier) + 4 > width_) {
            wrapped(identifier, 2, 4, kBold);
            if (!title.empty()) pad(4);
            if (!title.empty()) wrapped(title, 4, 4);
        } else {
            styled(kBold, identifier);
            sink_ << (title.empty() ? "\n" : "  ");
            if (!title.empty()) wrapped(title, columns(identifier) + 4, 4);
        }
        for (std::size_t from = 0; from < group.findings.size();) from = rule(file, group, from);
    }

    /// Writes the findings of `group` from `from` on that say the same; returns where the next begin.
    std::size_t rule(std::string_view file, const Group& group, std::size_t from) {
        const Finding& first = *group.findings[from];
        const auto same = [&](const Finding& other) {
            return other.severity == first.severity && other.id == first.id &&
                   other.message == first.message && other.hint == first.hint;
        };
        pad(4);
        const std::string_view severity = name(first.severity);
        styled(colour(first.severity), severity);
        pad(10 - severity.size());
        const std::string id = visible(first.id, kId);
        styled(kBold, id);
        sink_ << "  ";
        wrapped(visible(first.message, kSentence, Space::collapsed), 16 + columns(id), 6);
        std::size_t shown = 0, left = 0, to = from;
        for (; to < group.findings.size() && same(*group.findings[to]); ++to) {
            const Finding& finding = *group.findings[to];
            if (finding.context.empty()) place(file, {}, shown, left);
            for (const Context& context : finding.context) place(file, context, shown, left);
        }
        if (left) {
            pad(6);
            styled(kFaint, "… and " + counted(left, "more place", "more places"));
            sink_ << "\n";
        }
        if (!first.hint.empty()) {
            pad(6);
            wrapped("Hint: " + visible(first.hint, kSentence, Space::collapsed), 6, 12, kFaint);
        }
        return to;
    }

    void place(std::string_view file, const Context& context, std::size_t& shown, std::size_t& left) {
        if (options_.places && shown >= options_.places) {
            ++left;
            return;
        }
        ++shown;
        std::string where(file);
        if (context.place.line) {
            where.append(":").append(std::to_string(context.place.line));
            if (context.place.column) where.append(":").append(std::to_string(context.place.column));
        }
        pad(6);
        sink_ << where;
        const std::string text = visible(context.text, options_.value);
        if (text.empty()) {
            sink_ << "\n";
            return;
        }
        const std::size_t used = 6 + columns(where) + 2;
        // The text has a line of its own where little of it would stand beside the place.
        const std::size_t word = columns(std::string_view(text).substr(0, text.find(' ')));
        if (used + std::min<std::size_t>(columns(text), 30) > width_ ||
            (used + word > width_ && 8 + word <= width_)) {
            sink_ << "\n";
            pad(8);
            wrapped(text, 8, 8);
        } else {
            sink_ << "  ";
            wrapped(text, used, 8);
        }
    }

    void summary(std::span<const Report> reports) {
        const auto rules = writing::tally(reports);
        std::size_t digits = 1, ids = 1;
        for (const auto& rule : rules) {
            digits = std::max(digits, writing::number(rule.findings).size());
            ids = std::max(ids, columns(visible(rule.id, kId)));
        }
        for (const auto& rule : rules) {
            const std::string count = writing::number(rule.findings), id = visible(rule.id, kId);
            const std::string_view severity = name(rule.severity);
            pad(digits - count.size());
            sink_ << count << "  ";
            styled(colour(rule.severity), severity);
            pad(10 - severity.size());
            styled(kBold, id);
            pad(ids - columns(id) + 2);
            const std::size_t used = digits + ids + 14;
            sink_ << visible(rule.message, width_ > used + 20 ? width_ - used : 20, Space::collapsed) << "\n";
        }
        for (const Report& report : reports)
            for (const std::string& sentence : report.notes) {
                sink_ << visible(report.file) << ": note: " << visible(sentence, kSentence, Space::collapsed)
                      << "\n";
            }
        for (const Report& report : reports)
            if (report.left_out.any())
                sink_ << visible(report.file) << ": note: " << writing::left_out(report) << "\n";
        if (!rules.empty()) sink_ << "\n";
    }

    void closing(std::span<const Report> reports) {
        if (reports.empty()) {
            sink_ << "No file was checked.\n";
            return;
        }
        const auto bytes = writing::bytes(reports);
        std::string line = counted(reports.size(), "file", "files") + ", " + writing::elements(reports) +
                           ", " + writing::size(bytes);
        const std::string took = writing::duration(options_.timing.seconds, bytes);
        if (!took.empty()) line += " in " + took;
        const std::string found = counted(writing::counts(reports));
        line += ": " + (found.empty() ? "nothing found" : found);
        const auto unread = static_cast<std::size_t>(
            std::ranges::count_if(reports, [](const Report& report) { return !report.unread.empty(); }));
        const auto bad = static_cast<std::size_t>(std::ranges::count_if(
                             reports, [](const Report& report) { return !report.valid(); })) -
                         unread;
        if (unread > 0) line += "; " + counted(unread, "file", "files") + " could not be read";
        if (unread == reports.size())
            line += ".";
        else if (bad == 0 && options_.no_schema)
            line += "; the schema was not checked.";
        else if (bad == 0 && unread > 0)
            line += "; the others are valid.";
        else if (bad == 0)
            line += reports.size() == 1 ? "; valid." : "; all are valid.";
        else if (reports.size() == 1)
            line += "; not valid.";
        else
            line += "; " + counted(bad, "file is", "files are") + " not valid.";
        wrapped(line, 0, 2, kBold);
    }

    Sink sink_;
    const TextOptions& options_;
    const std::size_t width_;
};

}  // namespace

void write_text(std::ostream& out, std::span<const Report> reports, const TextOptions& options) {
    Writer(out, options).all(reports);
}

}  // namespace tamga::iati
