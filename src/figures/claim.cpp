#include "figures/claim.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tamga::figures {

namespace {

constexpr std::array<std::string_view, 11> kAssertions = {"highest", "lowest", "equals",    "at-least",
                                                          "at-most", "change", "rises",     "falls",
                                                          "share",   "rank",   "reached-by"};
constexpr std::array<std::string_view, 5> kVerdicts = {"holds", "within-rounding", "does-not-hold",
                                                       "depends-on-reporter", "cannot-be-checked"};
constexpr std::array<std::string_view, 12> kReasons = {
    "",           "no-assertion", "no-value",   "no-series", "no-figure",    "no-base",
    "no-earlier", "no-whole",     "other-unit", "zero-base", "open-wording", "open-earlier"};
constexpr std::array<std::string_view, 4> kRoles = {"value", "base", "other", "whole"};

constexpr std::string_view kPercent = "percent", kTimes = "times", kPoints = "percentage points";

template <class Names, class Value>
std::string_view word(const Names& names, Value value) {
    return names[static_cast<std::size_t>(value)];
}

Interval above(Ratio number, bool with = false) {
    Interval out;
    out.low = std::move(number);
    out.with_low = with;
    return out;
}
Interval up_to(Ratio number, bool with = true) {
    Interval out;
    out.high = std::move(number);
    out.with_high = with;
    return out;
}

/// What a claim's fields say.
struct Claim {
    std::optional<Assertion> assertion;
    std::optional<WordedFigure> figure;
    std::string unit;
    std::optional<Period> period, base;
    std::optional<Date> date;
    int years = 1;
    bool a_part = false;  ///< To so many times less: to 1 / value of its base.
};

std::optional<Assertion> by_type(std::string_view type, const std::optional<WordedFigure>& figure) {
    if (type == "record") return Assertion::highest;
    if (type == "level" || type == "count") return Assertion::equals;
    if (type == "reached") return Assertion::at_least;
    if (type == "growth") return figure ? Assertion::change : Assertion::rises;
    if (type == "share") return Assertion::share;
    return std::nullopt;
}

Claim read(const Json& body) {
    Claim out;
    if (auto value = Decimal::parse(text_of(body, "value")))
        out.figure = WordedFigure{*std::move(value), text_of(body, "qualifier")};
    out.unit = text_of(body, "unit");
    const std::string assertion = text_of(body, "assertion");
    const auto named = std::ranges::find(kAssertions, assertion);
    out.assertion = named != kAssertions.end()
                        ? std::optional(static_cast<Assertion>(named - kAssertions.begin()))
                        : by_type(text_of(body, "type"), out.figure);
    if (const auto period = parse_period(text_of(body, "period"))) out.period = *period;
    if (const auto base = parse_period(text_of(body, "base"))) out.base = *base;
    if (const auto date = Date::parse(text_of(body, "date"))) out.date = *date;
    // "Fell by 20 percent" is a change of -20.
    const bool falls = out.assertion == Assertion::falls;
    if (out.figure && (falls || out.assertion == Assertion::rises)) {
        out.assertion = Assertion::change;
        Decimal& value = out.figure->value;
        out.a_part = falls && out.unit == kTimes;
        if (!out.a_part && (value.sign() < 0) != falls) value = Decimal(0) - value;
    }
    constexpr int kMostYears = 1000;
    if (const auto years = body.find("years"); years != body.end() && years->is_number_integer())
        out.years = static_cast<int>(std::clamp<std::int64_t>(years->get<std::int64_t>(), 1, kMostYears));
    return out;
}

/// What a change can be that is claimed: "down over 12" is below -12, "up under 5" is above zero.
Interval change_claimed_by(const Claim& claim) {
    const WordedFigure& figure = *claim.figure;
    Interval out = bounds_of(figure);
    const bool under = figure.wording == "under", over = figure.wording == "over";
    const bool ratio = claim.unit == kTimes;
    if (figure.value.sign() < 0 && over) {
        out = up_to(figure.value, false);
    } else if (figure.value.sign() < 0 && under) {
        out = above(figure.value);
        out.high = Ratio(0);
        out.with_high = false;
    } else if (under && !ratio) {
        out.low = Ratio(0);
        out.with_low = false;
    }
    if (!claim.a_part) return out;
    return quotient(Interval(Ratio(1)), out).value_or(std::move(out));
}

/// What the number claimed can stand for, given what is said of it.
Interval claimed_by(const Claim& claim) {
    const auto bounds = [&] { return Interval(bounds_of(*claim.figure)); };
    switch (*claim.assertion) {
        case Assertion::highest:
        case Assertion::rises:
            return above(Ratio(0));
        case Assertion::lowest:
        case Assertion::falls:
            return up_to(Ratio(0), false);
        case Assertion::at_least:
        case Assertion::reached_by: {
            // More than a number is claimed as such; a bare one is reached by itself; of "almost 90" all that
            // the words allow is enough. Under a number is reached from above.
            const std::string& wording = claim.figure->wording;
            if (wording == "under") return up_to(claim.figure->value, false);
            const Interval words = bounds();
            return wording.empty() ? above(claim.figure->value, true) : above(*words.low, words.with_low);
        }
        case Assertion::at_most: {
            const std::string& wording = claim.figure->wording;
            const Interval words = bounds();
            return wording.empty() || !words.high ? up_to(claim.figure->value)
                                                  : up_to(*words.high, words.with_high);
        }
        case Assertion::rank:
            return Ratio(claim.figure->value);
        case Assertion::change:
            return change_claimed_by(claim);
        default:
            return bounds();
    }
}

bool needs_value(Assertion assertion) {
    constexpr std::array kWithout = {Assertion::highest, Assertion::lowest, Assertion::rises,
                                     Assertion::falls};
    return std::ranges::find(kWithout, assertion) == kWithout.end();
}

/// The day so many years earlier; the end of February stays the end of February.
Date years_before(const Date& day, int years) {
    const int year = std::max(day.year() - years, 1);
    const auto last = Date::parse(fmt::format("{:04}-{:02}", year, day.month()));
    if (!last) return day;
    const bool ends_month = day.plus_days(1).day() == 1;
    const int last_day = last->last_day().day();
    return Date::of_day(year, day.month(), ends_month ? last_day : std::min(day.day(), last_day));
}

Period years_before(const Period& period, int years) {
    return {years_before(period.first, years), years_before(period.last, years)};
}

/// As long a period: twelve months, or the same months of a year.
bool alike(const Period& a, const Period& b) {
    const auto months = [](const Period& one) { return months_between(one.first, one.last.plus_days(1)); };
    const bool years = months(a) % 12 == 0 && a.first.day() == 1;
    if (months(a) == 0 || months(b) == 0)
        return months(a) == months(b) &&
               a.first.day_number() - a.last.day_number() == b.first.day_number() - b.last.day_number();
    return months(a) == months(b) && a.first.day() == b.first.day() &&
           (years || a.first.month() == b.first.month());
}

/// Amounts that cannot be below zero by what they are: one told as under something lies above it.
bool never_negative(std::string_view flow) {
    constexpr std::array<std::string_view, 10> kFlows = {
        "exports", "imports",  "turnover", "contracts", "grants",
        "budget",  "spending", "people",   "count",     "investment-stock"};
    return std::ranges::find(kFlows, flow) != kFlows.end();
}

/// The claim, judged on one series.
class Judge {
  public:
    Judge(const Claim& claim, const Interval& claimed, const Series& series, std::span<const Series> against)
        : claim_(claim), claimed_(claimed), series_(series), against_(against) {
        out_.series = series.record.name;
        out_.unit = text_of(*series.record.body, "unit");
    }

    Finding judge() {
        const std::optional<Period> period = period_of_claim();
        if (!period) return cannot(Reason::no_figure);
        switch (*claim_.assertion) {
            case Assertion::highest:
            case Assertion::lowest:
                return record(*period);
            case Assertion::change:
            case Assertion::rises:
            case Assertion::falls:
                return change(*period);
            case Assertion::share:
                return share(*period);
            case Assertion::rank:
                return rank(*period);
            case Assertion::reached_by:
                return reached(*period);
            default:
                return level(*period);
        }
    }

  private:
    Finding cannot(Reason reason) {
        constexpr std::array kLacking = {Reason::no_figure, Reason::no_base, Reason::no_earlier,
                                         Reason::no_whole, Reason::open_earlier};
        out_.verdict = Verdict::cannot_check;
        out_.reason = reason;
        if (std::ranges::find(kLacking, reason) != kLacking.end()) out_.untold = lacking_;
        return out_;
    }

    /// The period that it speaks of; or the newest that the series tells up to the day of the claim.
    std::optional<Period> period_of_claim() {
        if (claim_.period) return claim_.period;
        out_.taken.period = true;
        std::optional<Period> newest;
        for (const Period& one : periods_of(series_)) {
            if (claim_.date && one.last > claim_.date->last_day()) continue;
            if (!newest || one.last > newest->last || one.first < newest->first) newest = one;
        }
        return newest;
    }

    /// A figure that the verdict rests on from now on; null if the series has none.
    const Told* use(Used::Role role, const Series& series, const Period& period) {
        auto told = figure_for(series, period);
        if (!told) {
            if (!lacking_) lacking_ = untold_for(series, period);
            return nullptr;
        }
        if (never_negative(text_of(*series.record.body, "flow")) && !told->bounds.low &&
            told->value.sign() > 0) {
            told->bounds.low = Ratio(0);
            told->bounds.with_low = false;
        }
        out_.used.push_back({role, series.record.name, period, *std::move(told)});
        return &out_.used.back().told;
    }

    /// The verdict on a quantity that was computed from what is used.
    Finding decide(const Ratio& printed, const Interval& bounds) {
        out_.printed = printed;
        out_.bounds = bounds;
        const bool bare = std::ranges::all_of(
            out_.used, [](const Used& one) { return one.told.bare && !one.told.several; });
        if (!claimed_.meets(bounds)) {
            out_.verdict = Verdict::does_not;
        } else if (claimed_.holds(bounds) || (bare && claimed_.holds(printed))) {
            out_.verdict = Verdict::holds;
        } else if (!bounds.low || !bounds.high) {
            return cannot(Reason::open_wording);
        } else {
            out_.verdict = Verdict::within;
        }
        return out_;
    }

    bool in_unit() const { return claim_.unit.empty() || claim_.unit == out_.unit; }

    Finding level(const Period& period) {
        const Told* told = use(Used::Role::value, series_, period);
        if (!told) return cannot(Reason::no_figure);
        if (!in_unit()) return cannot(Reason::other_unit);
        return decide(told->value, told->bounds);
    }

    Finding reached(const Period& by) {
        if (!in_unit()) return cannot(Reason::other_unit);
        const bool downward = claim_.figure->wording == "under";
        std::optional<Period> best;
        std::optional<Decimal> furthest;
        for (const Period& one : periods_of(series_)) {
            if (one.last > by.last) continue;
            const auto told = figure_for(series_, one);
            if (!told || (furthest && (downward ? told->value > *furthest : told->value < *furthest)))
                continue;
            best = one;
            furthest = told->value;
        }
        if (!best) lacking_ = untold_for(series_, by);
        return best ? level(*best) : cannot(Reason::no_figure);
    }

    Finding record(const Period& period) {
        out_.used.reserve(periods_of(series_).size() + 1);
        const Told* value = use(Used::Role::value, series_, period);
        if (!value) return cannot(Reason::no_figure);
        // Copied: what is used further may move it.
        const Told own = *value;
        const bool highest = claim_.assertion == Assertion::highest;
        std::optional<Ratio> extreme;
        std::optional<Interval> bounds;
        for (const Period& earlier : periods_of(series_)) {
            if (earlier.last >= period.last || !alike(earlier, period)) continue;
            const Told* other = use(Used::Role::other, series_, earlier);
            if (!other) continue;
            const Ratio printed = other->value;
            if (!extreme || (highest ? printed > *extreme : printed < *extreme)) extreme = printed;
            bounds = bounds ? beyond(*bounds, other->bounds, highest) : other->bounds;
        }
        lacking_ = withheld_before(period);
        if (!extreme || !bounds) return cannot(Reason::no_earlier);
        const Finding decided = decide(Ratio(own.value) - *extreme, own.bounds - *bounds);
        const bool borne_out = decided.verdict == Verdict::holds || decided.verdict == Verdict::within;
        return borne_out && lacking_ ? cannot(Reason::open_earlier) : decided;
    }

    /// An earlier figure of as long a period that exists and is not told: it can be the higher.
    std::optional<Untold> withheld_before(const Period& period) const {
        for (const Untold& one : untold_by(series_))
            if (is_withheld(one.why) && one.period.last < period.last && alike(one.period, period) &&
                !figure_for(series_, one.period))
                return one;
        return std::nullopt;
    }

    /// What the larger of two numbers can be, each within its bounds; with `highest` false the smaller.
    static Interval beyond(const Interval& a, const Interval& b, bool highest) {
        if (!highest) {
            const Interval turned = beyond(a * Ratio(-1), b * Ratio(-1), true);
            return turned * Ratio(-1);
        }
        Interval out;
        // Of the lower ends the higher one; of the upper ends the higher one too.
        if (a.low && (!b.low || *a.low > *b.low || (*a.low == *b.low && !a.with_low))) {
            out.low = a.low;
            out.with_low = a.with_low;
        } else {
            out.low = b.low;
            out.with_low = b.with_low;
        }
        const Interval both = hull(a, b);
        out.high = both.high;
        out.with_high = both.with_high;
        return out;
    }

    Finding change(const Period& period) {
        Period base = claim_.base ? *claim_.base : years_before(period, claim_.years);
        out_.taken.base = !claim_.base;
        out_.used.reserve(2);
        const Told* value = use(Used::Role::value, series_, period);
        if (!value) return cannot(Reason::no_figure);
        const Told* from = use(Used::Role::base, series_, base);
        for (std::size_t i = 0; !from && i < against_.size(); ++i)
            if (text_of(*against_[i].record.body, "unit") == out_.unit)
                from = use(Used::Role::base, against_[i], base);
        if (!from) return cannot(Reason::no_base);
        const Ratio more = Ratio(value->value) - Ratio(from->value);
        const bool relative = claim_.unit == kPercent || claim_.unit == kTimes;
        if (*claim_.assertion != Assertion::change || !relative) {
            // Points of a percentage are a difference; so is what is told in the series' own unit, or in
            // none.
            const bool points = claim_.unit == kPoints && out_.unit == kPercent;
            if (*claim_.assertion == Assertion::change && !points && !in_unit())
                return cannot(Reason::other_unit);
            if (points) out_.unit = kPoints;
            return decide(more, value->bounds - from->bounds);
        }
        const auto times = quotient(value->bounds, from->bounds);
        const auto printed = quotient(Ratio(value->value), Ratio(from->value));
        if (!times || !printed) return cannot(Reason::zero_base);
        out_.unit = claim_.unit;
        if (claim_.unit == kTimes) return decide(*printed, *times);
        return decide((*printed - Ratio(1)) * Ratio(100), (*times - Ratio(1)) * Ratio(100));
    }

    Finding share(const Period& period) {
        if (out_.unit == kPercent) return level(period);
        if (!claim_.unit.empty() && claim_.unit != kPercent) return cannot(Reason::other_unit);
        out_.used.reserve(2);
        const Told* part = use(Used::Role::value, series_, period);
        if (!part) return cannot(Reason::no_figure);
        const Told* whole = nullptr;
        for (std::size_t i = 0; !whole && i < against_.size(); ++i)
            if (text_of(*against_[i].record.body, "unit") == out_.unit)
                whole = use(Used::Role::whole, against_[i], period);
        if (!whole) return cannot(Reason::no_whole);
        const auto bounds = quotient(part->bounds, whole->bounds);
        const auto printed = quotient(Ratio(part->value), Ratio(whole->value));
        if (!bounds || !printed) return cannot(Reason::zero_base);
        out_.unit = kPercent;
        return decide(*printed * Ratio(100), *bounds * Ratio(100));
    }

    Finding rank(const Period& period) {
        out_.used.reserve(against_.size() + 1);
        const Told* value = use(Used::Role::value, series_, period);
        if (!value) return cannot(Reason::no_figure);
        int printed = 1, low = 1, high = 1;
        for (const Series& each : against_) {
            if (each.record.name == series_.record.name || text_of(*each.record.body, "unit") != out_.unit)
                continue;
            const Told* other = use(Used::Role::other, each, period);
            // One that is not told can be larger or smaller: the rank is open.
            if (!other) return cannot(Reason::no_whole);
            if (value->value < other->value) ++printed;
            const Interval difference = other->bounds - value->bounds;
            if (above(Ratio(0)).holds(difference)) ++low;
            if (above(Ratio(0)).meets(difference)) ++high;
        }
        if (out_.used.size() == 1) return cannot(Reason::no_whole);
        out_.unit.clear();
        return decide(Ratio(printed), Interval(Bounds{Decimal(low), Decimal(high)}));
    }

    const Claim& claim_;
    const Interval& claimed_;
    const Series& series_;
    std::span<const Series> against_;
    std::optional<Untold> lacking_;
    Finding out_;
};

/// What all of them say together.
void conclude(Judged& judged) {
    bool holds = false, within = false, fails = false;
    for (const Finding& finding : judged.findings) {
        holds = holds || finding.verdict == Verdict::holds;
        within = within || finding.verdict == Verdict::within;
        fails = fails || finding.verdict == Verdict::does_not;
    }
    if (fails && (holds || within)) {
        judged.verdict = Verdict::by_reporter;
    } else if (fails) {
        judged.verdict = Verdict::does_not;
    } else if (within) {
        judged.verdict = Verdict::within;
    } else if (holds) {
        judged.verdict = Verdict::holds;
    } else {
        judged.verdict = Verdict::cannot_check;
        const auto differs = [&](const Finding& one) { return one.reason != judged.findings.front().reason; };
        judged.reason = judged.findings.empty()                         ? Reason::no_series
                        : std::ranges::any_of(judged.findings, differs) ? Reason::none
                                                                        : judged.findings.front().reason;
    }
}

}  // namespace

std::string_view name(Assertion assertion) {
    return word(kAssertions, assertion);
}
std::string_view name(Verdict verdict) {
    return word(kVerdicts, verdict);
}
std::string_view name(Reason reason) {
    return word(kReasons, reason);
}
std::string_view name(Used::Role role) {
    return word(kRoles, role);
}

Judged judge(const Json& body, std::span<const Series> series, std::span<const Series> against) {
    Judged out;
    const Claim claim = read(body);
    out.assertion = claim.assertion;
    const Reason missing = !claim.assertion                                 ? Reason::no_assertion
                           : needs_value(*claim.assertion) && !claim.figure ? Reason::no_value
                           : series.empty()                                 ? Reason::no_series
                                                                            : Reason::none;
    if (missing != Reason::none) {
        out.reason = missing;
        return out;
    }
    out.claimed = claimed_by(claim);
    for (const Series& one : series) out.findings.push_back(Judge(claim, out.claimed, one, against).judge());
    conclude(out);
    return out;
}

}  // namespace tamga::figures
