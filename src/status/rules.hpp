#pragma once

#include "status/status.hpp"

namespace tamga {

/// The rules by what they say; the order is the order in which they are tried and that of rules().
enum class RuleName : unsigned char {
    figure_reached,
    results_delivered,
    assessors_disagree,
    assessed_delivered,
    assessed_broken_after_due,
    assessed_broken_standing,
    assessed_partly_after_due,
    reporters_differ,
    reported_complete,
    partly_delivered_after_due,
    project_stopped,
    silent_after_start,
    reported_progress,
    results_under_way,
    assessed_in_progress,
    assessed_not_begun,
    reported_not_begun,
    figures_show_nothing,
    reported_without_level,
    reported_by_others,
    known_without_level,
    spoken_of,
    only_planned,
    nothing_of_this_party,
    standing_without_word,
    nothing_by_due,
    nothing_yet,
    nothing_without_due,
    parties_differ,
};
inline constexpr int kRuleCount = 29;

const Rule& rule(RuleName name);

/// Mark msgids for xgettext (--keyword=gettext_noop --keyword=ngettext_noop:1,2); they are translated where
/// they are shown.
constexpr std::string_view gettext_noop(std::string_view text) {
    return text;
}
constexpr Msgid ngettext_noop(std::string_view one, std::string_view many) {
    return {one, many};
}

}  // namespace tamga
