#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/date.hpp"
#include "base/decimal.hpp"
#include "model/record.hpp"

namespace tamga {

// What became of a promise, derived and never typed. The rules stand in one table (rules() below) and in
// docs/status.md. Everything here is a pure function of its arguments: no I/O, no state, any number of
// threads.

/// The scales that a reader can choose from.
enum class Scale : unsigned char {
    pledge,      ///< Seven states, after the practice of promise trackers.
    score,       ///< -1, 0, +1, after the compliance reports on G7 and G20 summits; averaged over parties.
    completion,  ///< Not started, limited, substantial, complete, after the Open Government Partnership's
                 ///< IRM.
};
inline constexpr int kScaleCount = 3;

enum class Pledge : unsigned char {
    kept,
    partly_kept,
    in_progress,
    stalled,
    not_started,
    broken,
    cannot_be_judged,
};
inline constexpr int kPledgeCount = 7;

enum class Completion : unsigned char { not_started, limited, substantial, complete };

/// One value of a scale. `label` and `meaning` are gettext msgids in English.
struct ScaleValue {
    std::string_view code;
    std::string_view label;
    std::string_view meaning;
};
/// A scale's values in the order in which bars and filters show them; "not-scored" is the last of score and
/// completion: it stands where a scale has no answer.
std::span<const ScaleValue> values(Scale scale);
/// "pledge", "score", "completion": for URLs and JSON.
std::string_view name(Scale scale);
std::optional<Scale> scale_named(std::string_view name);

/// What no source states, as an argument of a message: shown as "date not stated".
struct NotStated {
    friend bool operator==(const NotStated&, const NotStated&) = default;
};
/// One value of a scale as an argument; a page shows its label.
struct CodeArgument {
    Scale scale;
    std::string code;
    friend bool operator==(const CodeArgument&, const CodeArgument&) = default;
};
/// A list of ids is shown as links, in its order.
using Argument =
    std::variant<NotStated, Date, long long, Decimal, RecordId, std::vector<RecordId>, CodeArgument>;

/// A gettext msgid in English, with {1}, {2}, … for arguments; null-terminated static text. Where `plural` is
/// not empty, it is the plural msgid, and the number in {1} is what counts.
struct Msgid {
    std::string_view text;
    std::string_view plural = {};
};

/// A sentence to be translated.
struct Message {
    Msgid msgid;
    std::vector<Argument> arguments;
};

/// A published rule.
struct Rule {
    std::string_view id;           ///< "R3".
    std::optional<Pledge> result;  ///< The state that it gives; nothing where the parties' states decide.
    Msgid sentence;                ///< Explains a status that the rule decides.
};
/// All rules, in the order in which they are tried. docs/status.md lists exactly these.
std::span<const Rule> rules();

/// A record that may bear on a commitment. Borrows the body, which must outlive the call only.
struct Item {
    RecordId name;
    const Json* body;
};

/// What a commitment is judged by.
struct StatusInput {
    Item commitment;
    /// Its reports and assessments; the records in its `results`; the projects that name it in `commitments`;
    /// the observations of the series among its results. In any order; each once. Records of other kinds are
    /// passed over. Bodies pass check_body.
    std::vector<Item> linked;
    Date day;  ///< The full day of judgement. What is dated later is passed over.
};

struct Evidence {
    RecordId name;
    std::optional<Date> date;  ///< Nothing: not stated.
    friend bool operator==(const Evidence&, const Evidence&) = default;
};

/// How far a figure has come: the newest figure towards the commitment's target.
struct Progress {
    Decimal value, target;
    Decimal percent;  ///< 100 × value / target, one place, rounded half away from zero.
    Evidence from;
};

/// What holds for one of the parties that promised.
struct PartyStatus {
    RecordId party;
    Pledge pledge;
    std::optional<int> score;              ///< Nothing: not scored.
    std::optional<Completion> completion;  ///< Nothing: cannot be judged.
    std::string_view rule;
    Message explanation;
    std::vector<Evidence> evidence;  ///< What decided, newest first.
};

struct Status {
    Pledge pledge = Pledge::not_started;
    std::optional<Decimal> score;  ///< The average over the parties that are scored, two places.
    std::optional<Completion> completion;
    std::string_view rule;  ///< The deciding rule: "R3".
    Message explanation;    ///< Its sentence.
    /// Sentences about the due date and silence: due or overdue or never, computed or not, no word for N
    /// months.
    std::vector<Message> remarks;
    std::vector<Evidence> evidence;  ///< All that was looked at, newest first, undated last.
    std::vector<PartyStatus> parties;
    std::optional<Progress> progress;
    bool overdue = false;
    long long days_overdue = 0;  ///< Days since the last day of the due date; 0 if not overdue.
    /// Whole months since the newest evidence or the promise itself; nothing if neither has a date.
    std::optional<int> silent_months;

    /// The status on a scale, as a code of values(scale). A score's code is its average rounded to a whole
    /// number, half away from zero.
    std::string_view code(Scale scale) const;
};

Status derive_status(const StatusInput& input);

/// One part of a bar.
struct Count {
    std::string_view code;
    std::size_t count;
};
/// How many of a set stand where: every value of the scale in its order, zeros included.
std::vector<Count> progress_of(std::span<const Status> set, Scale scale);

/// The average score of a set, and of how many: commitments without a score are left out of it.
struct Average {
    std::optional<Decimal> score;  ///< Of their two-place scores; two places, rounded half away from zero.
    std::size_t scored = 0;
    std::size_t of = 0;
};
Average average_score(std::span<const Status> set);

/// Months without word after which work under way is called stalled.
inline constexpr int kStalledAfterMonths = 24;

}  // namespace tamga
