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
#include "model/figure.hpp"
#include "model/record.hpp"
#include "status/goal.hpp"

namespace tamga {

// What became of a promise, derived and never typed. The rules stand in one table (rules() below) and in
// docs/status.md. Everything here is a pure function of its arguments: no I/O, no state, any number of
// threads.

/// The scales that a reader can choose from.
enum class Scale : unsigned char {
    pledge,      ///< States after the practice of promise trackers, and that of silence.
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
    nothing_reported,
};
inline constexpr int kPledgeCount = 8;

enum class Completion : unsigned char { not_started, limited, substantial, complete };

/// One value of a scale. `label` and `meaning` are gettext msgids in English.
struct ScaleValue {
    std::string_view code;
    std::string_view label;
    std::string_view meaning;
};
/// A scale's values in the order in which bars and filters show them. The last of each is
/// "nothing-reported"; before it stands, for score and completion, "not-scored": where a scale has no answer
/// though something is reported.
std::span<const ScaleValue> values(Scale scale);
/// "limited": as values(Scale::completion) and a report's `progress` have it.
std::string_view code_of(Completion completion);
std::optional<Completion> completion_named(std::string_view code);
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
using Argument = std::variant<NotStated, Date, long long, Decimal, WordedFigure, RecordId,
                              std::vector<RecordId>, CodeArgument>;

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
    std::string_view condition;    ///< When it decides: a gettext msgid in English.
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
    /// the observations of the series among its results; updates and statements about it. In any order; each
    /// once. Records of other kinds are passed over. Bodies pass check_body.
    std::vector<Item> linked;
    Date day;  ///< The full day of judgement. What is dated later is passed over.
};

struct Evidence {
    RecordId name;
    std::optional<Date> date;  ///< Nothing: not stated.
    friend bool operator==(const Evidence&, const Evidence&) = default;
};

/// Progress so far by one account: the newest figure of one claimant towards the commitment's target.
struct Progress {
    /// Who gives the figure: the party that reports, or the series, which names its reporter. Nothing: the
    /// register's own count of linked records.
    std::optional<RecordId> claimant;
    WordedFigure figure;
    std::optional<Goal> goal;        ///< What it is to come to; nothing: the base for that is not known.
    std::optional<Decimal> percent;  ///< How much of the way it has come (Goal::percent_of).
    Evidence from;
    friend bool operator==(const Progress&, const Progress&) = default;
};

/// What holds for one of the parties that promised.
struct PartyStatus {
    RecordId party;
    Pledge pledge;
    std::optional<int> score;              ///< Nothing: not scored.
    std::optional<Completion> completion;  ///< Nothing: cannot be judged.
    std::string_view rule;
    Message explanation;
    std::vector<Evidence> evidence;     ///< What decided, newest first.
    std::vector<Evidence> reports;      ///< Its own, newest first.
    std::vector<Evidence> assessments;  ///< Of it, or of all that promised; newest first.
};

/// A status as lists, counts and averages need it.
struct Judgement {
    Pledge pledge = Pledge::nothing_reported;
    std::optional<Decimal> score;
    std::optional<Completion> completion;
    bool overdue = false;
    bool silent = false;         ///< No word for kSilenceMonths or more.
    std::string_view rule = "";  ///< The id of the rule that decides; static text.

    /// On a scale, as a code of values(scale). A score's code is its average rounded to a whole number, half
    /// away from zero.
    std::string_view code(Scale scale) const;
    friend bool operator==(const Judgement&, const Judgement&) = default;
};

struct Status {
    Pledge pledge = Pledge::nothing_reported;
    std::optional<Decimal> score;  ///< The average over the parties that are scored, two places.
    std::optional<Completion> completion;
    std::string_view rule;  ///< The deciding rule: "R3".
    Message explanation;    ///< Its sentence.
    /// Sentences about the due date and silence: due or overdue or never, computed or not, no word for N
    /// months.
    std::vector<Message> remarks;
    std::vector<Evidence> evidence;  ///< All that was looked at, newest first, undated last.
    std::vector<PartyStatus> parties;
    /// Every claimant's newest figure (several where it gives several for one day), newest first. None is
    /// preferred: where they differ, they stand side by side.
    std::vector<Progress> progress;
    bool overdue = false;        ///< The due date has passed, and nothing shows that it is kept.
    long long days_overdue = 0;  ///< Days since the last day of the due date; 0 if not overdue.
    /// Whole months since the newest evidence or the promise itself; nothing if neither has a date.
    std::optional<int> silent_months;

    Judgement judgement() const;
    std::string_view code(Scale scale) const { return judgement().code(scale); }
};

Status derive_status(const StatusInput& input);

/// One part of a bar.
struct Count {
    std::string_view code;
    std::size_t count;
};
/// How many of a set stand where: every value of the scale in its order, zeros included.
std::vector<Count> progress_of(std::span<const Judgement> set, Scale scale);

/// The average score of a set, and of how many: commitments without a score are left out of it.
struct Average {
    std::optional<Decimal> score;  ///< Of their two-place scores; two places, rounded half away from zero.
    std::size_t scored = 0;
    std::size_t of = 0;
};
Average average_score(std::span<const Judgement> set);

/// Months without word after which the sentence on work under way tells so.
inline constexpr int kSilentAfterMonths = 24;
/// Months without word from which on a commitment is listed as silent.
inline constexpr int kSilenceMonths = 12;

}  // namespace tamga
