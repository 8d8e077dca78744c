#include "figures/pair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tamga::figures {

namespace {

constexpr std::array<std::string_view, 11> kNames = {"flow",      "turnover", "direction",     "product",
                                                     "period",    "currency", "partner-basis", "trade-system",
                                                     "valuation", "coverage", "several"};

constexpr std::string_view kExports = "exports", kImports = "imports", kTurnover = "turnover";

std::string said(const Series& series, FieldName field) {
    return text_of(*series.record.body, field);
}

std::vector<std::string> parties(const Series& series, FieldName field) {
    std::vector<std::string> out = list_of(*series.record.body, field);
    std::ranges::sort(out);
    return out;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

/// From where to where the goods go.
struct Way {
    std::vector<std::string> from, to;
    bool told() const { return !from.empty() && !to.empty(); }
    std::string text() const { return joined(from) + " to " + joined(to); }
    friend bool operator==(const Way&, const Way&) = default;
};

Way way_of(const Series& series) {
    std::vector<std::string> area = parties(series, "area"), partner = parties(series, "partner");
    if (said(series, "flow") == kImports) return {std::move(partner), std::move(area)};
    return {std::move(area), std::move(partner)};
}

bool is_goods(std::string_view flow) {
    return flow == kExports || flow == kImports;
}

/// What their descriptions say, before a figure is looked at.
std::vector<Note> refusals(const Series& a, const Series& b, const std::optional<Rate>& rate) {
    std::vector<Note> out;
    const std::string a_flow = said(a, "flow"), b_flow = said(b, "flow");
    const bool goods = is_goods(a_flow) && is_goods(b_flow);
    if (a_flow == kTurnover && b_flow == kTurnover) {
        out.push_back({Difference::turnover,
                       "turnover against turnover: it adds two directions whose differences have opposite "
                       "signs, and hide each other",
                       "exports of the one and imports of the other, each direction by itself"});
        return out;
    }
    if (a_flow != b_flow && !goods)
        out.push_back({Difference::flow, fmt::format("{} and {} are not the same thing", a_flow, b_flow),
                       fmt::format("a series of {} by both", a_flow)});
    const Way a_way = way_of(a), b_way = way_of(b);
    const bool other_way = a_way.told() && b_way.told() && a_way != b_way;
    if (goods && other_way)
        out.push_back(
            {Difference::direction,
             fmt::format("one tells of goods from {}, the other from {}", a_way.text(), b_way.text()),
             fmt::format("a series of goods from {} by both", a_way.text())});
    else if (out.empty() && other_way)
        out.push_back({Difference::direction,
                       fmt::format("one tells of {}, the other of {}", a_way.text(), b_way.text()),
                       "series of the same parties"});
    if (out.empty() && said(a, "indicator") != said(b, "indicator"))
        out.push_back({Difference::product,
                       fmt::format("they measure different things: {} and {}", said(a, "indicator"),
                                   said(b, "indicator")),
                       fmt::format("a series of {} by both", said(a, "indicator"))});
    if (const std::string a_unit = said(a, "unit"), b_unit = said(b, "unit"); a_unit != b_unit && !rate)
        out.push_back({Difference::currency, fmt::format("one is in {}, the other in {}", a_unit, b_unit),
                       fmt::format("a rate of {} for one {}, with its source", a_unit, b_unit)});
    return out;
}

/// "it has 2023, 2024-01/2024-11": the periods nearest to the one that is missing.
std::string held(const Series& series, const Period& near) {
    constexpr std::size_t kMost = 4;
    std::vector<Period> periods = periods_of(series);
    if (periods.empty()) return "it has none";
    const auto distance = [&](const Period& one) {
        const auto days = [](const Date& x, const Date& y) {
            return std::abs(x.day_number() - y.day_number());
        };
        return days(one.first, near.first) + days(one.last, near.last);
    };
    std::ranges::stable_sort(periods, {}, distance);
    if (periods.size() > kMost) periods.erase(periods.begin() + kMost, periods.end());
    std::ranges::sort(periods, {}, [](const Period& one) { return std::pair(one.first, one.last); });
    std::vector<std::string> words;
    for (const Period& one : periods) words.push_back(written(one));
    return "it has " + joined(words);
}

/// What would have to be there for the series to tell of the period: what one of its figures leaves of it, or
/// tells beyond it.
std::string mend(const Series& series, const Period& wanted) {
    std::string out = fmt::format("a figure of {} by {}", written(wanted), series.record.name.id);
    if (!adds_up(said(series, "flow"))) return out;
    for (const Period& one : periods_of(series)) {
        if (one.first != wanted.first || one.last == wanted.last) continue;
        const auto [shorter, longer] = std::minmax(one.last, wanted.last);
        return out + fmt::format(", or one of {}", written({shorter.plus_days(1), longer}));
    }
    return out;
}

std::optional<Period> newest_common(const Series& a, const Series& b) {
    std::vector<Period> periods = periods_of(a);
    const std::vector<Period> more = periods_of(b);
    periods.insert(periods.end(), more.begin(), more.end());
    std::ranges::sort(periods, [](const Period& x, const Period& y) {
        return x.last != y.last ? x.last > y.last : x.first < y.first;
    });
    for (const Period& one : periods)
        if (figure_for(a, one) && figure_for(b, one)) return one;
    return std::nullopt;
}

void flag(std::vector<Note>& flags, Difference what, const Series& a, const Series& b, FieldName field) {
    const std::string of_a = said(a, field), of_b = said(b, field);
    if (of_a == of_b) return;
    const auto word = [](const std::string& text) { return text.empty() ? "not stated" : text; };
    flags.push_back(
        {what, fmt::format("{}: {}; {}: {}", a.record.name.id, word(of_a), b.record.name.id, word(of_b)),
         ""});
}

void flag_several(std::vector<Note>& flags, const Series& series, const Told& told) {
    if (!told.several) return;
    std::vector<std::string> ids;
    for (const Told::Part& part : told.parts) ids.push_back(part.observation.id);
    flags.push_back(
        {Difference::several,
         fmt::format("{} gives figures that cannot both be true: {}", series.record.name.id, joined(ids)),
         ""});
}

/// Converted to the last digit that the second figure is printed with, its bounds exactly.
End converted(const Told& told, const Rate& rate, int places) {
    const Ratio one_of = quotient(Ratio(1), rate.value).value_or(Ratio(1));
    return {(Ratio(told.value) * one_of).rounded(places), told.bounds * one_of};
}

}  // namespace

std::string_view name(Difference difference) {
    return kNames[static_cast<std::size_t>(difference)];
}

std::expected<Pair, std::vector<Note>> pair_of(const Series& a, const Series& b,
                                               const std::optional<Period>& period,
                                               const std::optional<Rate>& rate) {
    const std::string a_flow = said(a, "flow"), b_flow = said(b, "flow");
    const bool mirror = is_goods(a_flow) && is_goods(b_flow) && a_flow != b_flow;
    const bool swapped = mirror && a_flow == kImports;
    const Series &first = swapped ? b : a, &second = swapped ? a : b;
    std::vector<Note> notes = refusals(first, second, rate);
    const std::optional<Period> wanted = period ? period : newest_common(a, b);
    if (!wanted) {
        notes.push_back(
            {Difference::period, "they tell of no period in common",
             fmt::format("figures of the same period: of {} {}, of {} {}", a.record.name.id,
                         held(a, {Date::of_day(9999, 1, 1), Date::of_day(9999, 1, 1)}), b.record.name.id,
                         held(b, {Date::of_day(9999, 1, 1), Date::of_day(9999, 1, 1)}))});
        return std::unexpected(std::move(notes));
    }
    Pair out{.period = *wanted, .swapped = swapped, .mirror = mirror};
    std::optional<Told> of_first = figure_for(first, *wanted), of_second = figure_for(second, *wanted);
    for (const auto& [series, told] : {std::pair(&first, &of_first), std::pair(&second, &of_second)})
        if (!*told)
            notes.push_back({Difference::period,
                             fmt::format("{} has no figure of {}; {}", series->record.name.id,
                                         written(*wanted), held(*series, *wanted)),
                             mend(*series, *wanted)});
    if (!notes.empty() || !of_first || !of_second) return std::unexpected(std::move(notes));
    out.first = *std::move(of_first);
    out.second = *std::move(of_second);
    out.unit = said(second, "unit");
    out.to = {out.second.value, out.second.bounds};
    out.from = {out.first.value, out.first.bounds};
    if (said(first, "unit") != out.unit && rate) {
        out.converted = true;
        out.from = converted(out.first, *rate, out.second.value.places());
    }
    flag(out.flags, Difference::partner_basis, first, second, "partner_basis");
    flag(out.flags, Difference::trade_system, first, second, "trade_system");
    // Exports FOB and imports CIF are what the walk is for.
    if (!out.mirror) flag(out.flags, Difference::valuation, first, second, "valuation");
    flag(out.flags, Difference::coverage, first, second, "coverage");
    flag_several(out.flags, first, out.first);
    flag_several(out.flags, second, out.second);
    return out;
}

Assumptions assumed_for(const Pair& pair, const Series& a, const Series& b, Assumptions assumptions) {
    const Series &exporter = pair.swapped ? b : a, &importer = pair.swapped ? a : b;
    const std::string of_exports = said(exporter, "valuation"), of_imports = said(importer, "valuation");
    const bool usual =
        (of_exports.empty() || of_exports == "fob") && (of_imports.empty() || of_imports == "cif");
    return pair.mirror && usual ? with_defaults(std::move(assumptions)) : assumptions;
}

}  // namespace tamga::figures
