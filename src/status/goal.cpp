#include "status/goal.hpp"

#include <algorithm>

namespace tamga {

namespace {

/// Without the zeros at its end that a product leaves.
Decimal trimmed(const Decimal& value) {
    for (int places = 0; places < value.places(); ++places)
        if (Decimal shorter = value.rounded(places); shorter == value) return shorter;
    return value;
}

Bounds only(const Decimal& value) {
    return {value, value};
}

/// How a target that is a change makes the goal from a base.
Decimal changed(const Target& target, const Decimal& base) {
    if (target.form == Target::Form::change) return base + target.number;
    // Exact: a hundredth more of it for each percent.
    return trimmed(base + *quotient(base * target.number, 100, base.places() + target.number.places() + 2));
}

/// A change keeps the order of what a base can stand for.
Bounds changed(const Target& target, Bounds base) {
    for (std::optional<Decimal>* end : {&base.low, &base.high})
        if (*end) **end = changed(target, **end);
    return base;
}

/// Shares are told from a base only where it has two ends, and the goal lies the way that figures are to go.
std::optional<Decimal> from_of(const Target& target, const Goal& goal) {
    if (target.is_plain()) return Decimal();
    if (!goal.base || goal.base->wording == "over" || goal.base->wording == "under") return std::nullopt;
    const Decimal& base = goal.base->value;
    const bool that_way = target.at_most ? goal.value.value < base : goal.value.value > base;
    return that_way ? std::optional(base) : std::nullopt;
}

}  // namespace

std::optional<Decimal> decimal_of(const Json& body, FieldName field) {
    auto value = Decimal::parse(text_of(body, field));
    return value ? std::optional(*std::move(value)) : std::nullopt;
}

int months_of(const Period& period) {
    return months_between(period.first, period.last.plus_days(1));
}

bool Goal::reached_by(const WordedFigure& figure) const {
    if (at_most) return printed.low && comes_down_to(figure, *printed.low);
    return printed.high && reaches(figure, *printed.high);
}

bool Goal::missed_by(const WordedFigure& figure) const {
    const Bounds told = bounds_of(figure);
    return at_most ? meant.below(told) : told.below(meant);
}

std::optional<std::pair<Decimal, Decimal>> Goal::way_of(const WordedFigure& figure) const {
    if (!from) return std::nullopt;
    if (at_most) return std::pair(*from - figure.value, *from - value.value);
    return std::pair(figure.value - *from, value.value - *from);
}

std::optional<Decimal> Goal::percent_of(const WordedFigure& figure) const {
    const auto way = way_of(figure);
    return way ? percentage(way->first, way->second, 1) : std::nullopt;
}

std::optional<Target> Target::of(const Json& commitment) {
    auto number = decimal_of(commitment, "target");
    if (!number) return std::nullopt;
    Target target;
    target.number = *std::move(number);
    const std::string form = text_of(commitment, "target_form");
    if (form == "change") target.form = Form::change;
    if (form == "change-percent") target.form = Form::change_percent;
    target.at_most = text_of(commitment, "aim") == "at-most";
    target.base = decimal_of(commitment, "base");
    if (const auto period = parse_period(text_of(commitment, "base_period"))) target.base_period = *period;
    if (target.is_plain() && target.number.sign() <= 0) return std::nullopt;
    return target;
}

bool Target::is_own_base(const Period& period) const {
    return by_own_base() && period.first == base_period->first && period.last == base_period->last;
}

bool Target::takes(const Period& period) const {
    return !by_own_base() || months_of(period) == months_of(*base_period);
}

std::optional<Goal> Target::goal(std::span<const WordedFigure> own) const {
    Goal goal;
    goal.at_most = at_most;
    Bounds base_printed, base_meant;
    if (base) {
        goal.base = WordedFigure{*base, {}};
        base_printed = base_meant = only(*base);
    } else if (base_period && !own.empty() &&
               std::ranges::all_of(own, [&](const WordedFigure& one) { return one == own.front(); })) {
        goal.base = own.front();
        base_meant = bounds_of(*goal.base);
        base_printed = goal.base->wording.empty() ? only(goal.base->value) : base_meant;
    }
    if (form == Form::value) {
        goal.value = {number, {}};
        goal.printed = goal.meant = only(number);
    } else {
        if (!goal.base || (form == Form::change_percent && goal.base->value.sign() <= 0)) return std::nullopt;
        goal.value = {changed(*this, goal.base->value), goal.base->wording};
        goal.printed = changed(*this, base_printed);
        goal.meant = changed(*this, base_meant);
    }
    goal.from = from_of(*this, goal);
    return goal;
}

std::optional<Goal> Target::goal_of_count() const {
    // What is counted came of the promise: it is all of a change.
    if (!is_plain() && (form != Form::change || at_most || number.sign() <= 0)) return std::nullopt;
    Target counted;
    counted.number = number;
    return counted.goal({});
}

}  // namespace tamga
