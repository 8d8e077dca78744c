#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace tamga::iati {

/// Critical findings make a file invalid; the others do not (the public validator's rule).
enum class Severity : std::uint8_t { critical, error, warning, advisory };
std::string_view name(Severity severity);

/// A place in the file as it was given: both count from 1; column counts characters. 0: not known.
struct Place {
    std::uint64_t line = 0;
    std::uint64_t column = 0;
};

/// A text that never changes and that many findings share: a large file has the same fault a hundred thousand
/// times. Copies are cheap. Any number of threads may read.
class SharedText {
  public:
    SharedText() = default;
    SharedText(std::string text)
        : text_(text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text))) {}
    SharedText(std::string_view text) : SharedText(std::string(text)) {}
    SharedText(const char* text) : SharedText(std::string(text)) {}

    std::string_view view() const { return text_ ? std::string_view(*text_) : std::string_view(); }
    operator std::string_view() const { return view(); }
    bool empty() const { return !text_; }

    friend bool operator==(const SharedText& a, const SharedText& b) {
        return a.text_ == b.text_ || a.view() == b.view();
    }
    friend bool operator==(const SharedText& a, std::string_view b) { return a.view() == b; }
    friend bool operator==(const SharedText& a, const std::string& b) { return a.view() == b; }
    friend bool operator==(const SharedText& a, const char* b) { return a.view() == b; }
    friend std::strong_ordering operator<=>(const SharedText& a, const SharedText& b) {
        return a.view() <=> b.view();
    }
    friend std::ostream& operator<<(std::ostream& out, const SharedText& text) { return out << text.view(); }

  private:
    std::shared_ptr<const std::string> text_;  ///< Null if empty.
};

/// One thing in the file that a finding is about.
struct Context {
    std::string text;  ///< What is there, in words: "/iati-activities/iati-activity/sector/@code 'X'".
    Place place;
};

/// One finding. The same fault of the same kind in one activity is one finding with several contexts.
struct Finding {
    std::string id;  ///< "8.6.3": as in the standard's rule table.
    Severity severity = Severity::error;
    std::string category;   ///< "financial".
    SharedText message;     ///< What is asked for, one sentence.
    SharedText hint;        ///< What to do; may be empty.
    SharedText identifier;  ///< Of the activity or organisation; "file" for the file as a whole.
    SharedText title;       ///< Of the activity or organisation.
    std::string codelist;   ///< Name of the code list; code-list findings only.
    std::vector<Context> context;
    std::uint64_t index = 0;  ///< Which activity, from 0; meaningless for "file".
    std::uint64_t link = 0;   ///< Of a link to an activity that is not known: the hash of its identifier.
};

/// What is known of one activity or organisation of the file.
struct Element {
    std::string identifier;
    bool valid = true;  ///< No schema finding in it.
};

/// What was found and is not kept: a file may hold more faults than anybody can read.
struct LeftOut {
    std::array<std::uint64_t, 4> findings{};  ///< By Severity.
    std::uint64_t places = 0;                 ///< Of findings that are kept.

    std::uint64_t all_findings() const { return findings[0] + findings[1] + findings[2] + findings[3]; }
    bool any() const { return places > 0 || all_findings() > 0; }
    LeftOut& operator+=(const LeftOut& more) {
        for (std::size_t i = 0; i < findings.size(); ++i) findings[i] += more.findings[i];
        places += more.places;
        return *this;
    }
};

/// The outcome of checking one file.
struct Report {
    std::string file;               ///< As it was named by the caller.
    std::string file_type;          ///< "iati-activities", "iati-organisations" or empty.
    std::string version;            ///< As written; may be empty.
    std::vector<Finding> findings;  ///< Schema, code lists, rules, advisories: each in document order.
    std::array<std::uint64_t, 4> counts{};  ///< By Severity; those that are left out among them.
    LeftOut left_out;                       ///< The last ones, beyond Options::most_findings.
    std::vector<Element> elements;          ///< Empty unless asked for; no more than Options::most_findings.
    std::vector<std::uint64_t>
        activities;  ///< Hashes of all identifiers, ascending, if links were asked for.
    std::uint64_t element_count = 0;
    std::uint64_t bytes = 0;
    std::vector<std::string> notes;  ///< What could not be looked up, and such: one sentence each.
    std::string
        unread;  ///< Why the file could not be read; then nothing else is known of it. Empty: it was read.

    bool valid() const { return unread.empty() && counts[static_cast<std::size_t>(Severity::critical)] == 0; }
};

}  // namespace tamga::iati
