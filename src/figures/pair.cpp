#include "figures/pair.hpp"

#include <algorithm>
#include <array>

namespace tamga::figures {

namespace {

constexpr std::array<std::string_view, 12> kNames = {
    "flow", "turnover",      "direction",    "product",   "period",   "currency",
    "unit", "partner-basis", "trade-system", "valuation", "coverage", "several"};

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

/// Marks a message for the catalogues.
constexpr const char* gettext_noop(const char* message) {
    return message;
}

using As = Detail::As;

/// From where to where the goods go.
struct Way {
    std::vector<std::string> from, to;
    bool told() const { return !from.empty() && !to.empty(); }
    friend bool operator==(const Way&, const Way&) = default;
};

Way way_of(const Series& series) {
    std::vector<std::string> area = parties(series, "area"), partner = parties(series, "partner");
    if (said(series, "flow") == kImports) return {std::move(partner), std::move(area)};
    return {std::move(area), std::move(partner)};
}

/// Both ways, as details.
std::vector<Detail> told(const Way& way) {
    return {{As::parties, joined(way.from)}, {As::parties, joined(way.to)}};
}
std::vector<Detail> told(const Way& a, const Way& b) {
    std::vector<Detail> out = told(a);
    for (Detail& one : told(b)) out.push_back(std::move(one));
    return out;
}

bool is_goods(std::string_view flow) {
    return flow == kExports || flow == kImports;
}

/// By its form, as ISO 4217 has it: what is no currency is not exchanged.
bool is_currency(std::string_view unit) {
    return unit.size() == 3 && std::ranges::all_of(unit, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// What their units say.
std::optional<Note> refused_unit(const Series& a, const Series& b, const std::optional<Rate>& rate) {
    const std::string a_unit = said(a, "unit"), b_unit = said(b, "unit");
    if (a_unit == b_unit) return std::nullopt;
    const Sentence cause{gettext_noop("one is in {1}, the other in {2}"),
                         {{As::text, a_unit}, {As::text, b_unit}}};
    if (!is_currency(a_unit) || !is_currency(b_unit))
        return Note{
            Difference::unit,
            cause,
            {gettext_noop("a series in {1} by both"), {{As::text, is_currency(a_unit) ? a_unit : b_unit}}}};
    if (rate) return std::nullopt;
    return Note{Difference::currency,
                cause,
                {gettext_noop("a rate of {1} for one {2}, with its source"),
                 {{As::text, a_unit}, {As::text, b_unit}}}};
}

/// What their descriptions say, before a figure is looked at.
std::vector<Note> refusals(const Series& a, const Series& b, const std::optional<Rate>& rate) {
    std::vector<Note> out;
    const std::string a_flow = said(a, "flow"), b_flow = said(b, "flow");
    const bool goods = is_goods(a_flow) && is_goods(b_flow);
    if (a_flow == kTurnover && b_flow == kTurnover) {
        out.push_back(
            {Difference::turnover,
             {gettext_noop(
                 "turnover against turnover: it adds two directions whose differences have opposite "
                 "signs, and hide each other")},
             {gettext_noop("exports of the one and imports of the other, each direction by itself")}});
        return out;
    }
    if (a_flow != b_flow && !goods)
        out.push_back(
            {Difference::flow,
             {gettext_noop("{1} and {2} are not the same thing"), {{As::code, a_flow}, {As::code, b_flow}}},
             {gettext_noop("a series of {1} by both"), {{As::code, a_flow}}}});
    const Way a_way = way_of(a), b_way = way_of(b);
    const bool other_way = a_way.told() && b_way.told() && a_way != b_way;
    if (goods && other_way)
        out.push_back({Difference::direction,
                       {gettext_noop("one tells of goods from {1} to {2}, the other from {3} to {4}"),
                        told(a_way, b_way)},
                       {gettext_noop("a series of goods from {1} to {2} by both"), told(a_way)}});
    else if (out.empty() && other_way)
        out.push_back({Difference::direction,
                       {gettext_noop("one tells of {1} to {2}, the other of {3} to {4}"), told(a_way, b_way)},
                       {gettext_noop("series of the same parties")}});
    if (out.empty() && said(a, "indicator") != said(b, "indicator"))
        out.push_back({Difference::product,
                       {gettext_noop("they measure different things: {1} and {2}"),
                        {{As::text, said(a, "indicator")}, {As::text, said(b, "indicator")}}},
                       {gettext_noop("a series of {1} by both"), {{As::text, said(a, "indicator")}}}});
    const std::string a_product = said(a, "product"), b_product = said(b, "product");
    if (out.empty() && !a_product.empty() && !b_product.empty() && a_product != b_product)
        out.push_back({Difference::product,
                       {gettext_noop("they tell of different products of the Harmonized System: {1} and {2}"),
                        {{As::text, a_product}, {As::text, b_product}}},
                       {gettext_noop("series of the same product by both")}});
    if (auto note = refused_unit(a, b, rate)) out.push_back(*std::move(note));
    return out;
}

/// The periods nearest to the one that is missing.
Detail held(const Series& series, const Period& near) {
    constexpr std::size_t kMost = 4;
    std::vector<Period> periods = periods_of(series);
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
    return {As::periods, joined(words)};
}

Detail named(const Series& series) {
    return {As::series, series.record.name.id};
}

/// What would have to be there for the series to tell of the period: what its figures leave of it, from their
/// beginning and from their end, or what one of them tells beyond it.
Sentence mend(const Series& series, const Period& wanted) {
    const Detail period{As::periods, written(wanted)};
    if (adds_up(said(series, "flow"))) {
        Period left = wanted;
        std::optional<Period> beyond;
        for (const Period& one : periods_of(series)) {
            if (one.first == wanted.first && one.last > wanted.last && !beyond)
                beyond = Period{wanted.last.plus_days(1), one.last};
            if (one.first > wanted.last || one.last < wanted.first) continue;
            if (one.last < wanted.last && one.last >= left.first &&
                figure_for(series, {wanted.first, one.last}))
                left.first = one.last.plus_days(1);
            if (one.first > left.first && one.first <= left.last &&
                figure_for(series, {one.first, wanted.last}))
                left.last = one.first.plus_days(-1);
        }
        const bool part = left.first != wanted.first || left.last != wanted.last;
        if (part || beyond)
            return {gettext_noop("a figure of {1} by {2}, or one of {3}"),
                    {period, named(series), {As::periods, written(part ? left : *beyond)}}};
    }
    return {gettext_noop("a figure of {1} by {2}"), {period, named(series)}};
}

/// That it has no figure of the period, and what it says of that.
Sentence lacking(const Series& series, const Period& wanted) {
    const Detail has = held(series, wanted);
    if (const auto untold = untold_for(series, wanted))
        return {gettext_noop("{1} has no figure of {2}, which it states as {3}; it has {4}"),
                {named(series),
                 {As::periods, written(untold->period)},
                 {As::code, std::string(name(untold->why))},
                 has}};
    return {gettext_noop("{1} has no figure of {2}; it has {3}"),
            {named(series), {As::periods, written(wanted)}, has}};
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
    const As as = field.text() == "coverage" || field.text() == "product" ? As::text : As::code;
    flags.push_back(
        {what, {gettext_noop("{1}: {2}; {3}: {4}"), {named(a), {as, of_a}, named(b), {as, of_b}}}, {}});
}

void flag_several(std::vector<Note>& flags, const Series& series, const Told& told) {
    if (!told.several) return;
    std::vector<std::string> ids;
    for (const Told::Part& part : told.parts) ids.push_back(part.observation.id);
    flags.push_back({Difference::several,
                     {gettext_noop("{1} gives figures that cannot both be true: {2}"),
                      {named(series), {As::text, joined(ids)}}},
                     {}});
}

/// Says at which rate both figures would be one: arithmetic, and no source of a rate.
void add_implied_rate(Note& note, const Told& first, const Told& second) {
    constexpr int kRatePlaces = 6;
    const auto rate = quotient(Ratio(first.value), Ratio(second.value));
    if (!rate || rate->sign() <= 0) return;
    note.mend.message = gettext_noop(
        "a rate of {1} for one {2}, with its source; were both figures the same, it would be {3}");
    note.mend.details.push_back({As::text, rate->rounded(kRatePlaces).text()});
}

/// Converted to the last digit that the second figure is printed with, its bounds exactly.
End converted(const Told& told, const Rate& rate, int places) {
    const Ratio one_of = quotient(Ratio(1), rate.value).value_or(Ratio(1));
    return {(Ratio(told.value) * one_of).rounded(places), told.bounds * one_of};
}

}  // namespace

std::string Sentence::text() const {
    std::string out;
    for (std::string_view rest = message; !rest.empty(); rest.remove_prefix(1)) {
        const std::size_t at = rest.size() > 2 && rest[0] == '{' && rest[2] == '}'
                                   ? static_cast<std::size_t>(rest[1] - '1')
                                   : details.size();
        if (at >= details.size()) {
            out += rest.front();
            continue;
        }
        const Detail& detail = details[at];
        out += !detail.value.empty()              ? detail.value
               : detail.as == Detail::As::periods ? "none"
                                                  : "not stated";
        rest.remove_prefix(2);
    }
    return out;
}

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
        const Period latest{Date::of_day(9999, 1, 1), Date::of_day(9999, 1, 1)};
        notes.push_back({Difference::period,
                         {gettext_noop("they tell of no period in common")},
                         {gettext_noop("figures of the same period; {1} has {2}, {3} has {4}"),
                          {named(a), held(a, latest), named(b), held(b, latest)}}});
        return std::unexpected(std::move(notes));
    }
    Pair out{.period = *wanted, .swapped = swapped, .mirror = mirror};
    std::optional<Told> of_first = figure_for(first, *wanted), of_second = figure_for(second, *wanted);
    for (const auto& [series, told] : {std::pair(&first, &of_first), std::pair(&second, &of_second)})
        if (!*told) notes.push_back({Difference::period, lacking(*series, *wanted), mend(*series, *wanted)});
    if (notes.size() == 1 && notes.front().what == Difference::currency && of_first && of_second)
        add_implied_rate(notes.front(), *of_first, *of_second);
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
    flag(out.flags, Difference::product, first, second, "product");
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
