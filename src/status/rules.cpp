#include "status/rules.hpp"

#include <algorithm>
#include <array>

namespace tamga {

namespace {

constexpr Rule kRules[] = {
    {"R1", Pledge::kept, {gettext_noop("{1} shows {2} ({3}), which reaches the target of {4}.")}},
    {"R2", Pledge::kept, {gettext_noop("What was promised is there: {1} ({2}).")}},
    {"R3",
     Pledge::cannot_be_judged,
     {gettext_noop("Independent assessments of the same date ({2}) disagree: {1}.")}},
    {"R4", Pledge::kept, {gettext_noop("An independent assessment found it delivered: {1} ({2}).")}},
    {"R5",
     Pledge::broken,
     {gettext_noop("After the due date, an independent assessment found it not delivered: {1} ({2}).")}},
    {"R6",
     Pledge::broken,
     {gettext_noop("An independent assessment found this standing promise not kept: {1} ({2}).")}},
    {"R7",
     Pledge::partly_kept,
     {gettext_noop("After the due date, an independent assessment found it delivered in part: {1} ({2}).")}},
    {"R8", Pledge::kept, {gettext_noop("By its own account, {1} has delivered it: {2} ({3}).")}},
    {"R9",
     Pledge::partly_kept,
     {gettext_noop("The due date has passed, and a good part of it is there: {1} ({2}).")}},
    {"R10", Pledge::stalled, {gettext_noop("The work on it is suspended or cancelled: {1} ({2}).")}},
    {"R11", Pledge::stalled,
     ngettext_noop("Work on it began, but there has been no word for {1} month: {2} ({3}).",
                   "Work on it began, but there has been no word for {1} months: {2} ({3}).")},
    {"R12", Pledge::in_progress, {gettext_noop("By its own account, {1} is working on it: {2} ({3}).")}},
    {"R13", Pledge::in_progress, {gettext_noop("Work on it is under way or done in part: {1} ({2}).")}},
    {"R14",
     Pledge::in_progress,
     {gettext_noop("An independent assessment found it in progress: {1} ({2}).")}},
    {"R15",
     Pledge::not_started,
     {gettext_noop(
         "An independent assessment, not made after a due date, found nothing delivered: {1} ({2}).")}},
    {"R16", Pledge::not_started, {gettext_noop("By its own account, {1} has not started on it: {2} ({3}).")}},
    {"R17",
     Pledge::cannot_be_judged,
     {gettext_noop(
         "By its own account, {1} is concerned with it, without saying how far it has come: {2} ({3}).")}},
    {"R18",
     Pledge::cannot_be_judged,
     {gettext_noop("It is a standing promise, and the register holds no word on how it is kept.")}},
    {"R19",
     Pledge::not_started,
     {gettext_noop("The register holds no evidence of delivery by the due date, {1}.")}},
    {"R20", Pledge::not_started, {gettext_noop("It is due by {1}; the register holds no word on it yet.")}},
    {"R21",
     Pledge::not_started,
     {gettext_noop("No due date is stated, and the register holds no word on it yet.")}},
    {"R22", std::nullopt, {gettext_noop("Several parties promised it, and each is judged on its own: {1}.")}},
};
static_assert(std::size(kRules) == kRuleCount);

constexpr ScaleValue kPledges[] = {
    {"kept", gettext_noop("Kept"), gettext_noop("What was promised is delivered.")},
    {"partly-kept", gettext_noop("Partly kept"),
     gettext_noop("The due date has passed, and part of what was promised is delivered.")},
    {"in-progress", gettext_noop("In progress"), gettext_noop("Work on it is under way.")},
    {"stalled", gettext_noop("Stalled"),
     gettext_noop("Work on it began, and was stopped or has gone without word for two years.")},
    {"not-started", gettext_noop("Not started"), gettext_noop("Nothing shows that work on it has begun.")},
    {"broken", gettext_noop("Broken"),
     gettext_noop("When it was due, someone independent found it not delivered.")},
    {"cannot-be-judged", gettext_noop("Cannot be judged"),
     gettext_noop("What is known does not allow a judgement.")},
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
};
constexpr ScaleValue kCompletions[] = {
    {"complete", gettext_noop("Complete"), gettext_noop("All that was promised is done.")},
    {"substantial", gettext_noop("Substantial"), gettext_noop("Half of it or more is done.")},
    {"limited", gettext_noop("Limited"), gettext_noop("Work has begun; less than half of it is done.")},
    {"not-started", gettext_noop("Not started"), gettext_noop("Nothing shows that work on it has begun.")},
    kNotScored,
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

std::string_view name(Scale scale) {
    return kScaleNames[static_cast<int>(scale)];
}

std::optional<Scale> scale_named(std::string_view wanted) {
    const auto found = std::ranges::find(kScaleNames, wanted);
    if (found == std::end(kScaleNames)) return std::nullopt;
    return static_cast<Scale>(found - std::begin(kScaleNames));
}

}  // namespace tamga
