#pragma once

#include <optional>
#include <span>
#include <utility>

#include "base/decimal.hpp"
#include "model/figure.hpp"
#include "model/record.hpp"

namespace tamga {

/// What the figures of one reporter are to come to.
struct Goal {
    WordedFigure value;                ///< Worded as the base that it is reckoned from.
    bool at_most = false;              ///< They are to be no more than it; else no less.
    std::optional<WordedFigure> base;  ///< What it is measured from.
    /// From where shares of the way are told: the base, or nothing at all (0); not there if neither is known,
    /// if the base is told as over or under a number, or if the goal does not lie that way.
    std::optional<Decimal> from;
    Bounds printed, meant;  ///< What it can be, by the base as printed and by all that it can stand for.

    /// So worded, the figure is there whatever both stand for; a bare number counts as printed.
    bool reached_by(const WordedFigure& figure) const;
    /// It is not there, whatever both stand for.
    bool missed_by(const WordedFigure& figure) const;
    /// How much of the way the figure has come, and the whole way, which is above zero.
    std::optional<std::pair<Decimal, Decimal>> way_of(const WordedFigure& figure) const;
    /// The same as a percentage, one place, rounded half away from zero.
    std::optional<Decimal> percent_of(const WordedFigure& figure) const;
    friend bool operator==(const Goal&, const Goal&) = default;
};

/// The number that a commitment states, and how it is meant. docs/status.md ("Targets") has the rules.
struct Target {
    enum class Form : unsigned char { value, change, change_percent };

    Decimal number;
    Form form = Form::value;
    bool at_most = false;
    std::optional<Decimal> base;  ///< As the promise states it.
    std::optional<Period> base_period;

    /// Of a commitment's body; nothing where it states no number, or one that no figure can be a part of:
    /// zero or less, to be reached from nothing.
    static std::optional<Target> of(const Json& commitment);

    /// Nothing but the number itself is needed to measure by it.
    bool is_plain() const { return form == Form::value && !at_most && !base && !base_period; }
    /// Each reporter's own figure of the base period is its base.
    bool by_own_base() const { return !base && base_period; }
    bool is_own_base(const Period& period) const;
    /// Whether figures of such a period can be set against it: with an own base those of a period as long as
    /// the base's, for a month is no year.
    bool takes(const Period& period) const;

    /// `own`: the reporter's figures of the base period, looked at where the promise states no base; they
    /// must be alike. Nothing where it cannot be told: it is a change, and there is no one base; or a
    /// percentage of none above zero.
    std::optional<Goal> goal(std::span<const WordedFigure> own) const;
    /// For records that are counted; nothing where a count says nothing of it.
    std::optional<Goal> goal_of_count() const;
};

/// The number in a body's field; nothing if there is none.
std::optional<Decimal> decimal_of(const Json& body, FieldName field);

/// A span of time in whole months, for telling years from quarters; 0 for a day.
int months_of(const Period& period);

}  // namespace tamga
