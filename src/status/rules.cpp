#include "status/rules.hpp"

#include <algorithm>
#include <array>

namespace tamga {

namespace {

// The place in the table is the place in RuleName and gives the id: R1 is the first.
constexpr Rule kRules[] = {
    {"R1",
     gettext_noop(
         "Linked series reach the target, the last of them later than the newest assessment, if any."),
     Pledge::kept,
     {gettext_noop("{1} shows {2} ({3}), which reaches the target of {4}.")}},
    {"R2",
     gettext_noop("All results are there, the last of them later than the newest assessment, if any."),
     Pledge::kept,
     {gettext_noop("What was promised has been put in place: {1} ({2}).")}},
    {"R3",
     gettext_noop("The newest assessments are of the same date and differ."),
     Pledge::cannot_be_judged,
     {gettext_noop("Independent assessments of the same date ({2}) disagree: {1}.")}},
    {"R4",
     gettext_noop("The newest assessment is +1."),
     Pledge::kept,
     {gettext_noop("An independent assessment found it delivered: {1} ({2}).")}},
    {"R5",
     gettext_noop("The newest assessment is -1 and was made after the due date."),
     Pledge::broken,
     {gettext_noop("After the due date, an independent assessment found it not delivered: {1} ({2}).")}},
    {"R6",
     gettext_noop("The newest assessment of a standing promise is -1."),
     Pledge::broken,
     {gettext_noop("An independent assessment found this standing promise not kept: {1} ({2}).")}},
    {"R7",
     gettext_noop("The newest assessment is 0 and was made after the due date."),
     Pledge::partly_kept,
     {gettext_noop("After the due date, an independent assessment found it in progress or delivered in part: "
                   "{1} ({2}).")}},
    {"R8",
     gettext_noop("By one reporter's series the target is reached, by another's it is not; later than any "
                  "assessment."),
     Pledge::cannot_be_judged,
     {gettext_noop(
         "Whether the target of {3} is reached depends on the reporter: by {1} it is, by {2} it is not.")}},
    {"R9",
     gettext_noop("The party's newest report says complete, or gives a value that reaches the target; not "
                  "older than an assessment."),
     Pledge::kept,
     {gettext_noop("By its own account, {1} has delivered it: {2} ({3}).")}},
    {"R10",
     gettext_noop("The due date has passed, and reports or results later than any assessment are "
                  "substantial, or show a part of it by a figure or a result that is there."),
     Pledge::partly_kept,
     {gettext_noop("The due date has passed, and what is reported shows a part of it: {1} ({2}).")}},
    {"R11",
     gettext_noop("A linked project is suspended or cancelled, or a meeting cancelled, none is under way, "
                  "and since then no result has come and no progress has been reported."),
     Pledge::stalled,
     {gettext_noop("Work towards it is reported as suspended or cancelled: {1} ({2}).")}},
    {"R12",
     gettext_noop("Work has begun, but there has been no word for 24 months. Not for standing promises."),
     Pledge::in_progress,
     ngettext_noop("Work on it has begun, and nothing newer has been reported for {1} month: {2} ({3}).",
                   "Work on it has begun, and nothing newer has been reported for {1} months: {2} ({3}).")},
    {"R13",
     gettext_noop("The party's newest report tells of progress."),
     Pledge::in_progress,
     {gettext_noop("By its own account, {1} is working on it: {2} ({3}).")}},
    {"R14",
     gettext_noop("Results are under way or there in part, or figures show a part of the target."),
     Pledge::in_progress,
     {gettext_noop("Work on it is under way or done in part: {1} ({2}).")}},
    {"R15",
     gettext_noop("The newest assessment is 0."),
     Pledge::in_progress,
     {gettext_noop("An independent assessment found it in progress or delivered in part: {1} ({2}).")}},
    {"R16",
     gettext_noop("The newest assessment is -1, not made after a due date."),
     Pledge::not_started,
     {gettext_noop("With no due date passed, an independent assessment found it neither delivered nor in "
                   "progress: {1} ({2}).")}},
    {"R17",
     gettext_noop("The party's newest report says that it has not started."),
     Pledge::not_started,
     {gettext_noop("By its own account, {1} has not started on it: {2} ({3}).")}},
    {"R18",
     gettext_noop("Linked figures are there, and none has come any of the way to the target."),
     Pledge::not_started,
     {gettext_noop("The figures so far show no progress: {1} ({2}).")}},
    {"R19",
     gettext_noop("The party reported on it without saying how far it has come, and there is nothing else."),
     Pledge::cannot_be_judged,
     {gettext_noop("{1} has reported on it without saying how far it has progressed: {2} ({3}).")}},
    {"R20",
     gettext_noop("Only others than those that promised have reported on it."),
     Pledge::cannot_be_judged,
     {gettext_noop("Others have reported on it, but no party that made the promise: {1} ({2}).")}},
    {"R21",
     gettext_noop("Linked results or figures are known that do not tell how far it has come."),
     Pledge::cannot_be_judged,
     {gettext_noop("What the register holds on it does not show how far it has progressed: {1} ({2}).")}},
    {"R22",
     gettext_noop("Updates or statements about it are newer than the promise, and there is nothing that "
                  "tells a level."),
     Pledge::cannot_be_judged,
     {gettext_noop("It has been spoken of since, and what was said does not show how far it has progressed: "
                   "{1} ({2}).")}},
    {"R23",
     gettext_noop("Linked results are announced or planned, and there is nothing else."),
     Pledge::nothing_reported,
     {gettext_noop("It is announced or planned, and nothing is reported beyond that: {1} ({2}).")}},
    {"R24",
     gettext_noop("Reports or assessments are there, but only of others that promised it too."),
     Pledge::nothing_reported,
     {gettext_noop("Nothing is reported on what {1} has done about it.")}},
    {"R25",
     gettext_noop("A standing promise without evidence."),
     Pledge::nothing_reported,
     {gettext_noop("This is a standing promise; nothing is reported on whether it is being kept.")}},
    {"R26",
     gettext_noop("No evidence, and the due date has passed."),
     Pledge::nothing_reported,
     {gettext_noop("The date has passed and nothing is reported: it was due by {1}.")}},
    {"R27",
     gettext_noop("No evidence, and the due date has not passed."),
     Pledge::nothing_reported,
     {gettext_noop("It is due by {1}; nothing is reported yet.")}},
    {"R28",
     gettext_noop("No evidence, and no due date is stated."),
     Pledge::nothing_reported,
     {gettext_noop("No due date is stated, and nothing is reported.")}},
    {"R29",
     gettext_noop("Several parties promised, and not the same evidence decides for all."),
     std::nullopt,
     {gettext_noop("Several parties promised it, and each is judged on its own: {1}.")}},
};
static_assert(std::size(kRules) == kRuleCount);

/// Silence is not failure: on every scale it has a value of its own.
constexpr ScaleValue kNothingReported = {
    "nothing-reported", gettext_noop("Nothing reported"),
    gettext_noop("Neither work on it nor a result is reported; that says nothing for or against it.")};
constexpr ScaleValue kPledges[] = {
    {"kept", gettext_noop("Kept"),
     gettext_noop("By results, an independent assessment or the party's own account, what was promised is "
                  "delivered.")},
    {"partly-kept", gettext_noop("Partly kept"),
     gettext_noop("The due date has passed, and what is reported shows a part of what was promised.")},
    {"in-progress", gettext_noop("In progress"),
     gettext_noop("According to what is reported, work on it has begun or part of it is done.")},
    {"stalled", gettext_noop("Stalled"),
     gettext_noop("Work towards it is reported as suspended or cancelled.")},
    {"not-started", gettext_noop("Not started"),
     gettext_noop("The party itself, an assessor or a figure says that none of it is done.")},
    {"broken", gettext_noop("Found not delivered"),
     gettext_noop("When it was due, someone independent found it not delivered.")},
    {"cannot-be-judged", gettext_noop("Cannot be judged"),
     gettext_noop(
         "Something is known about it, but not how far it has progressed, or reporters differ on that.")},
    kNothingReported,
};
static_assert(std::size(kPledges) == kPledgeCount);

constexpr ScaleValue kNotScored = {"not-scored", gettext_noop("Not scored"),
                                   gettext_noop("What is known does not allow a value on this scale.")};
constexpr ScaleValue kScores[] = {
    {"+1", gettext_noop("Delivered (+1)"), gettext_noop("What was promised is delivered.")},
    {"0", gettext_noop("In progress or in part (0)"),
     gettext_noop("Work on it is under way, or part of it is delivered.")},
    {"-1", gettext_noop("Not delivered (-1)"), gettext_noop("Someone independent found it not delivered.")},
    kNotScored,
    kNothingReported,
};
constexpr ScaleValue kCompletions[] = {
    {"complete", gettext_noop("Complete"), gettext_noop("All that was promised is done.")},
    {"substantial", gettext_noop("Substantial"), gettext_noop("Half of it or more is done.")},
    {"limited", gettext_noop("Limited"), gettext_noop("Work has begun; less than half of it is done.")},
    {"not-started", gettext_noop("Not started"),
     gettext_noop("The party itself, an assessor or a figure says that none of it is done.")},
    kNotScored,
    kNothingReported,
};

constexpr std::string_view kScaleNames[kScaleCount] = {"pledge", "score", "completion"};

}  // namespace

std::span<const Rule> rules() {
    return kRules;
}

const Rule& rule(RuleName name) {
    return kRules[static_cast<int>(name)];
}

std::span<const ScaleValue> values(Scale scale) {
    switch (scale) {
        case Scale::pledge:
            return kPledges;
        case Scale::score:
            return kScores;
        case Scale::completion:
            return kCompletions;
    }
    std::abort();
}

std::string_view code_of(Completion completion) {
    // The scale is shown from complete downwards.
    return kCompletions[3 - static_cast<std::size_t>(completion)].code;
}

std::optional<Completion> completion_named(std::string_view code) {
    for (const Completion one :
         {Completion::not_started, Completion::limited, Completion::substantial, Completion::complete})
        if (code_of(one) == code) return one;
    return std::nullopt;
}

std::string_view name(Scale scale) {
    return kScaleNames[static_cast<int>(scale)];
}

std::optional<Scale> scale_named(std::string_view wanted) {
    const auto found = std::ranges::find(kScaleNames, wanted);
    if (found == std::end(kScaleNames)) return std::nullopt;
    return static_cast<Scale>(found - std::begin(kScaleNames));
}

}  // namespace tamga
