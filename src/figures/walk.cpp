#include "figures/walk.hpp"

#include <algorithm>

namespace tamga::figures {

namespace {

Decimal size(const Decimal& number) {
    return number.sign() < 0 ? Decimal(0) - number : number;
}

/// What a step adds, as a linear function of the walk's first figure and of what is running.
struct Linear {
    Ratio of_base, constant;
    bool of_start;
};

Linear linear(const Assumption& step, const Ratio& markup) {
    switch (step.form) {
        case Form::factor:
            return {step.value - Ratio(1), 0, step.of_start};
        case Form::share:
            return {step.cause == Cause::transit ? step.value * Ratio(-1) : step.value, 0, step.of_start};
        case Form::amount:
            break;
    }
    if (step.cause == Cause::transit) return {0, step.value * Ratio(-1), false};
    if (step.cause == Cause::indirect) return {0, step.value * (Ratio(1) + markup), false};
    return {0, step.value, false};
}

/// A walk from one number.
struct Path {
    Ratio start, running;

    Ratio take(const Linear& step, int places) {
        const Ratio exact = step.of_base * (step.of_start ? start : running) + step.constant;
        const Ratio amount = exact.rounded(places);
        running = running + amount;
        return amount;
    }
};

/// What lies between the values at both ends of the first figure, where the value grows by `slope` with it.
Interval between(const Interval& ends, const std::optional<Ratio>& at_low,
                 const std::optional<Ratio>& at_high, const Ratio& slope, const Ratio& anywhere) {
    if (slope.sign() == 0) return at_low ? *at_low : at_high ? *at_high : anywhere;
    Interval out;
    out.low = at_low;
    out.high = at_high;
    out.with_low = ends.with_low;
    out.with_high = ends.with_high;
    if (slope.sign() < 0) {
        std::swap(out.low, out.high);
        std::swap(out.with_low, out.with_high);
    }
    // Rounding can bring two ends together, or a hair past each other.
    if (out.low && out.high && *out.low >= *out.high) {
        if (*out.low > *out.high) std::swap(out.low, out.high);
        out.with_low = out.with_high = true;
    }
    return out;
}

}  // namespace

Walk walk(const End& from, const End& to, const Assumptions& assumptions, int places) {
    Walk out{from, to, places, {}, {}, {}, false, {}};
    Path printed{from.value, from.value};
    const auto path_from = [](const std::optional<Ratio>& end) {
        return end ? std::optional<Path>(Path{*end, *end}) : std::nullopt;
    };
    std::optional<Path> low = path_from(from.bounds.low), high = path_from(from.bounds.high);
    Ratio slope = 1;
    Decimal running = from.value;
    Interval running_bounds = from.bounds;
    for (const Assumption& assumption : assumptions.steps) {
        const Linear step = linear(assumption, assumptions.markup);
        const auto taken = [&](std::optional<Path>& path) {
            return path ? std::optional<Ratio>(path->take(step, places)) : std::nullopt;
        };
        const std::optional<Ratio> at_low = taken(low), at_high = taken(high);
        const Ratio amount = printed.take(step, places),
                    step_slope = step.of_base * (step.of_start ? 1 : slope);
        slope = slope + step_slope;
        Step done{assumption, amount.rounded(places), {}, {}, {}, false};
        done.bounds = between(from.bounds, at_low, at_high, step_slope, amount);
        const Decimal before = size(to.value - running);
        running = running + done.amount;
        done.running = running;
        running_bounds = between(from.bounds, low ? std::optional(low->running) : std::nullopt,
                                 high ? std::optional(high->running) : std::nullopt, slope, printed.running);
        done.running_bounds = running_bounds;
        done.widens = size(to.value - running) > before;
        out.steps.push_back(std::move(done));
    }
    out.remainder = to.value - running;
    out.remainder_bounds = to.bounds - running_bounds;
    const auto assumed = [&](Cause cause) {
        const Assumption* found = assumptions.find(cause);
        return found && found->value.sign() != 0;
    };
    out.may_overlap = assumed(Cause::transit) && assumed(Cause::indirect);
    if (from.value.sign() > 0) {
        const Assumption* cif = assumptions.find(Cause::cif);
        const Ratio factor = cif && cif->form == Form::factor ? cif->value : Ratio(1);
        if (const auto part = quotient(Ratio(to.value), Ratio(from.value) * factor))
            out.break_even = Ratio(1) - *part;
    }
    return out;
}

int places_of(const End& from, const End& to) {
    return std::max(from.value.places(), to.value.places());
}

}  // namespace tamga::figures
