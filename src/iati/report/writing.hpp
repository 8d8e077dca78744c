#pragma once

#include <cstdint>
#include <iosfwd>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "iati/finding.hpp"

/// What the writers of reports share. Not for use outside this folder.
namespace tamga::iati::writing {

constexpr std::string_view kFile = "file";  ///< The identifier of the file as a whole.

/// The character at the front of a text.
struct Character {
    char32_t code;
    std::size_t length;  ///< In bytes.
    bool well_formed;    ///< False: `code` is U+FFFD and stands for one byte.
};

/// `text` must not be empty. Well-formed is what RFC 3629 calls so.
Character first_character(std::string_view text);

/// Columns that a terminal gives to the character: 0, 1 or 2.
std::size_t columns(char32_t code);
std::size_t columns(std::string_view text);

enum class Space { shown, collapsed };
constexpr std::size_t kWhole = std::numeric_limits<std::size_t>::max();

/// `text` as it may be shown: control characters and those that change the direction of writing escaped
/// ("\x1b", "\u202e"), cut with an ellipsis where it takes more than `limit` columns. With Space::collapsed
/// white space becomes one space, and none at the ends.
std::string visible(std::string_view text, std::size_t limit = kWhole, Space space = Space::shown);

/// Gathers small pieces before they go to a stream. Call flush() at the end.
class Sink {
  public:
    explicit Sink(std::ostream& out) : out_(out) {}
    Sink& operator<<(std::string_view text);
    Sink& operator<<(std::uint64_t number);
    void flush();

  private:
    std::ostream& out_;
    std::string buffer_;
};

/// Writes `text` as a JSON string, with its quotation marks. Control characters are escaped, so that the
/// result may also be looked at.
void json_string(Sink& sink, std::string_view text);

/// Writes `text` for an element or an attribute of HTML.
void html(Sink& sink, std::string_view text);

/// The name of a file as a URI reference: percent-encoded; absolute paths with the scheme file. Addresses
/// with the scheme http or https stay what they are.
std::string uri(std::string_view file);

/// "1,204".
std::string number(std::uint64_t value);
/// "1 error", "2 errors".
std::string counted(std::uint64_t value, std::string_view one, std::string_view more);
/// "2 errors and 1 warning": by severity, without those of which there is none; empty if there is none at
/// all.
std::string counted(const std::array<std::uint64_t, 4>& counts);
/// What was counted and is not listed, as one or two sentences; empty if there is nothing.
std::string left_out(const Report& report);
/// "1.5 kB": decimal units.
std::string size(std::uint64_t bytes);
/// "1,204 activities", or organisations, or elements if there are both.
std::string elements(std::span<const Report> reports);
/// "0.12 s (102.5 MB/s)"; empty if the time is not known.
std::string duration(double seconds, std::uint64_t bytes);

std::array<std::uint64_t, 4> counts(std::span<const Report> reports);
std::uint64_t bytes(std::span<const Report> reports);

/// The findings of one activity, worst first, those of one rule together.
struct Group {
    std::string_view identifier, title;
    Severity worst = Severity::advisory;
    std::vector<const Finding*> findings;
};

/// The report by activity; those with the worst findings first, otherwise as in the file.
std::vector<Group> groups(const Report& report);

/// How often one rule was broken.
struct Tally {
    std::string_view id;
    std::string message;  ///< What its findings say; where that differs, what they have in common.
    std::string_view hint;
    Severity severity = Severity::error;
    std::uint64_t findings = 0, places = 0;
};

/// What all findings of one id have in common, if their messages differ.
std::string in_common(const Finding& finding);

using RuleKey = std::pair<Severity, std::string_view>;  ///< With the id.

/// Worst first, then by count.
std::vector<Tally> tally(std::span<const Report> reports);

}  // namespace tamga::iati::writing
