#include "figures/guess.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "base/utf8.hpp"
#include "figures/intake.hpp"
#include "figures/measure.hpp"
#include "i18n/fold.hpp"

namespace tamga::figures {

namespace {

/// Rows that are looked at, at most.
constexpr std::size_t kMostRows = 1000;

using Words = std::initializer_list<std::string_view>;

bool is_one_of(std::string_view text, Words words) {
    return std::ranges::find(words, text) != words.end();
}

/// Both without differences of case and accents.
bool is_folded_one_of(std::string_view folded, Words words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return i18n::fold(word) == folded; });
}

/// What stands in a column, without what is empty; of a long table its beginning.
class Column {
  public:
    Column(const csv::Table& table, const Headings& headings, std::size_t at) {
        for (std::size_t i = headings.row + 1; i < table.rows.size() && cells.size() < kMostRows; ++i)
            if (at < table.rows[i].size())
                if (std::string text = trimmed(table.rows[i][at].text); !text.empty())
                    cells.push_back(std::move(text));
    }
    template <class Is>
    bool mostly(const Is& is) const {
        const auto fit = static_cast<std::size_t>(std::ranges::count_if(cells, is));
        return !cells.empty() && fit * 10 >= cells.size() * 8;
    }
    std::vector<std::string> cells;
};

bool is_period(std::string_view text) {
    return read_period(text).has_value();
}

/// Digits, with marks and spaces between them.
bool is_like_a_number(std::string_view text) {
    bool digit = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (std::isdigit(byte))
            digit = true;
        else if (text.substr(i).starts_with("\u00a0") || text.substr(i).starts_with("\u2212"))
            i += text[i] == '\xC2' ? 1 : 2;
        else if (!(text[i] == '.' || text[i] == ',' || text[i] == ' ' || text[i] == '\'' ||
                   (i == 0 && (text[i] == '-' || text[i] == '+'))))
            return false;
    }
    return digit;
}

/// How numbers are written, where that can be told: a mark that stands twice in a number, or before other
/// than three digits, can be one thing only.
void guess_numbers(const std::vector<std::string>& cells, Mapping& out) {
    bool comma_groups = false, comma_decimal = false, point_groups = false;
    for (const std::string& text : cells) {
        if (!is_like_a_number(text)) continue;
        for (const char* const space : {" ", "\u00a0", "'"})
            if (text.find(space) != std::string::npos) out.thousands = space;
        const std::size_t comma = text.rfind(','), point = text.rfind('.');
        const bool has_comma = comma != std::string::npos, has_point = point != std::string::npos;
        if (has_comma && has_point) {
            (comma < point ? comma_groups : comma_decimal) = true;
            point_groups = point_groups || point < comma;
        } else if (has_comma) {
            const bool twice = text.find(',') != comma;
            if (twice)
                comma_groups = true;
            else if (text.size() - comma != 4)
                comma_decimal = true;
        } else if (has_point && text.find('.') != point) {
            point_groups = true;
        }
    }
    // Digits with one comma before three of them could be either: the decimal mark where the point groups.
    if (comma_decimal || point_groups) out.decimal = ',';
    if (point_groups) out.thousands = ".";
    if (comma_groups && !comma_decimal) out.thousands = ",";
}

/// Words for no value that say why, as statistical offices write them.
void guess_missing(const std::vector<std::string>& cells, Mapping& out) {
    for (const std::string& text : cells) {
        const std::string word = utf8::lower_ascii(text);
        if (is_one_of(word, {"..", "...", "n/a", "na", "n.a.", "нет данных", "无数据"}))
            out.missing.emplace(text, Missing::not_available);
        else if (is_one_of(word, {"c", "(c)", "conf", "confidential", "конф.", "保密"}))
            out.missing.emplace(text, Missing::confidential);
        else if (is_one_of(word, {"n/r", "nr", "not reported", "未报告"}))
            out.missing.emplace(text, Missing::not_reported);
    }
}

class Guess {
  public:
    explicit Guess(const csv::Table& table) : table_(table), headings_(headings_of(table)) {
        out_.layout = layout_of(table);
    }

    Mapping made() {
        if (out_.layout == Layout::table) columns();
        if (out_.layout == Layout::table || is_wide()) measure();
        tell_apart();
        std::vector<std::string> values = value_cells();
        guess_numbers(values, out_);
        guess_missing(values, out_);
        // Each series that the file tells of, to be named.
        for (std::string& key : series_keys(table_, out_.by)) out_.of.emplace(std::move(key), "");
        return std::move(out_);
    }

  private:
    bool is_wide() const { return out_.layout == Layout::wide || out_.layout == Layout::world_bank; }
    Column column(std::size_t at) const { return {table_, headings_, at}; }
    bool is_taken(std::string_view heading) const {
        return std::ranges::any_of(out_.columns, [&](const auto& one) { return one.second == heading; });
    }

    bool named(const char* what, Words names) {
        for (const std::string_view name : names)
            for (const std::string& heading : headings_.names)
                if (i18n::fold(heading) == i18n::fold(name) && !is_taken(heading)) {
                    out_.columns.emplace(what, heading);
                    return true;
                }
        return false;
    }

    /// A column of numbers whose heading says what they are told in, before others one of money: "Value,
    /// million USD".
    bool measured_value() {
        for (const bool money : {true, false})
            for (std::size_t i = 0; i < headings_.names.size(); ++i) {
                const std::string& heading = headings_.names[i];
                const auto measure = measure_of(heading);
                if (!measure || is_taken(heading) || (money && measure->unit.size() != 3) ||
                    !column(i).mostly(is_like_a_number))
                    continue;
                out_.columns.emplace("value", heading);
                return true;
            }
        return false;
    }

    /// What figures are told in: by a column, by the heading of the values, or of a table that is wide by any
    /// heading that is no period.
    void measure() {
        named("unit", {"unit", "units", "unit of measure", "currency", "единица", "единица измерения",
                       "ед. изм.", "валюта", "单位", "计量单位", "货币", "unité", "devise"});
        if (const auto unit = out_.columns.find("unit"); unit != out_.columns.end()) {
            // Each row says what it is told in: nothing is multiplied twice.
            const auto scaled = [](const std::string& text) {
                const auto measure = measure_of(text);
                return measure && measure->times != Decimal(1);
            };
            if (std::ranges::any_of(column(*headings_.column(unit->second)).cells, scaled)) return;
        }
        const auto value = out_.columns.find("value");
        for (const std::string& heading : headings_.names) {
            const bool tells = is_wide() ? !is_period(heading) && !is_taken(heading)
                                         : value != out_.columns.end() && heading == value->second;
            const auto measure = tells ? measure_of(heading) : std::nullopt;
            if (!measure) continue;
            out_.times = measure->times;
            out_.unit = measure->unit;
            return;
        }
        // Above the headings: "Trade of the republic, million USD".
        for (std::size_t i = 0; i < headings_.row; ++i)
            for (const csv::Cell& cell : table_.rows[i])
                if (const auto measure = measure_of(cell.text); measure && measure->times != Decimal(1)) {
                    out_.times = measure->times;
                    out_.unit = measure->unit;
                    return;
                }
    }

    /// By their headings; the period and the value else by what stands in them.
    void columns() {
        const auto like = [&](const char* what, const auto& is) {
            for (std::size_t i = 0; i < headings_.names.size(); ++i)
                if (!headings_.names[i].empty() && !is_taken(headings_.names[i]) && column(i).mostly(is)) {
                    out_.columns.emplace(what, headings_.names[i]);
                    return;
                }
        };
        named("year", {"year", "год", "年份", "année"});
        named("month", {"month", "месяц", "月份", "mois"});
        // A month that is no number tells its year too.
        const auto month = out_.columns.find("month");
        const bool apart = out_.columns.contains("year") && month != out_.columns.end() &&
                           column(*headings_.column(month->second)).mostly([](std::string_view text) {
                               return text.size() <= 2 && text.find_first_not_of("0123456789") == text.npos;
                           });
        if (!apart) {
            out_.columns.erase("year");
            out_.columns.erase("month");
            if (!named("period",
                       {"period", "time_period", "time", "date", "month", "quarter", "year", "период", "год",
                        "месяц", "时期", "年份", "月份", "période", "année", "mois"}))
                like("period", is_period);
        }
        if (!named("value", {"value", "obs_value", "amount", "figure", "значение", "сумма", "数值", "金额",
                             "valeur", "montant"}) &&
            !measured_value())
            like("value", is_like_a_number);
        named("note", {"note", "comment", "примечание", "备注", "remarque"});
        named("status", {"status"});
    }

    /// What tells series apart: columns of words.
    void tell_apart() {
        const auto add = [&](Words names) {
            for (const std::string_view name : names)
                if (headings_.column(name)) out_.by.emplace_back(name);
        };
        if (out_.layout == Layout::comtrade)
            return add({"reporterISO", "flowCode", "partnerISO", "cmdCode", "Reporter ISO", "Trade Flow Code",
                        "Partner ISO", "Commodity Code"});
        if (out_.layout == Layout::world_bank) return add({"Country Code", "Indicator Code", "Series Code"});
        // Our own SDMX-CSV names its series.
        if (out_.layout == Layout::sdmx_csv && headings_.column("SERIES")) return add({"SERIES"});
        for (std::size_t i = 0; i < headings_.names.size(); ++i) {
            const std::string& heading = headings_.names[i];
            if (heading.empty() || is_taken(heading) || is_period(heading) || heading.starts_with("OBS_") ||
                heading == "TIME_PERIOD" || heading == "CONF_STATUS")
                continue;
            const bool words = role_of(heading) != Role::other || column(i).mostly([](std::string_view text) {
                return !is_like_a_number(text);
            });
            if (words) out_.by.push_back(heading);
        }
    }

    std::vector<std::string> value_cells() const {
        std::vector<std::string> out;
        const auto value = out_.columns.find("value");
        for (std::size_t i = 0; i < headings_.names.size(); ++i) {
            const std::string& name = headings_.names[i];
            const bool holds = is_wide() ? is_period(name)
                                         : (value != out_.columns.end() && name == value->second) ||
                                               name == "OBS_VALUE" || name == "primaryValue";
            if (holds) std::ranges::move(column(i).cells, std::back_inserter(out));
        }
        return out;
    }

    const csv::Table& table_;
    const Headings headings_;
    Mapping out_;
};

std::vector<std::string> parts_of(std::string_view key) {
    std::vector<std::string> out;
    for (;;) {
        const std::size_t end = std::min(key.find(kJoint), key.size());
        out.push_back(i18n::fold(key.substr(0, end)));
        if (end == key.size()) return out;
        key.remove_prefix(end + kJoint.size());
    }
}

std::string_view flow_of(std::string_view word) {
    if (is_folded_one_of(word, {"x", "e", "2", "export", "exports", "экспорт", "出口", "exportations"}))
        return "exports";
    if (is_folded_one_of(word, {"m", "i", "1", "import", "imports", "импорт", "进口", "importations"}))
        return "imports";
    return word;
}

bool holds(const std::vector<std::string>& names, std::string_view word) {
    return std::ranges::find(names, word) != names.end();
}

/// As it is compared: each name once, folded.
KnownSeries folded(KnownSeries series) {
    for (std::vector<std::string>* const names : {&series.reporter, &series.partner})
        for (std::string& name : *names) name = i18n::fold(name);
    series.indicator = i18n::fold(series.indicator);
    return series;
}

/// `series` is folded.
bool fits(const KnownSeries& series, const std::vector<std::string>& by,
          const std::vector<std::string>& parts) {
    bool told = false;
    for (std::size_t i = 0; i < by.size() && i < parts.size(); ++i) {
        const Role role = role_of(by[i]);
        const std::string& word = parts[i];
        const bool fit = role == Role::reporter    ? holds(series.reporter, word)
                         : role == Role::partner   ? holds(series.partner, word)
                         : role == Role::flow      ? series.flow == flow_of(word)
                         : role == Role::indicator ? series.indicator == word || word == "total"
                                                   : true;
        if (!fit) return false;
        told = told || role != Role::other;
    }
    return told;
}

}  // namespace

Mapping guess_mapping(const csv::Table& table) {
    return Guess(table).made();
}

std::vector<std::string> series_keys(const csv::Table& table, const std::vector<std::string>& by) {
    const Headings headings = headings_of(table);
    std::vector<std::size_t> columns;
    for (const std::string& heading : by)
        if (const auto found = headings.column(heading)) columns.push_back(*found);
    std::vector<std::string> out;
    if (columns.empty() || columns.size() < by.size()) return out;
    std::set<std::string> seen;
    for (std::size_t i = headings.row + 1; i < table.rows.size() && out.size() < kMostListed; ++i) {
        const csv::Row& row = table.rows[i];
        if (std::ranges::any_of(columns, [&](std::size_t at) { return at >= row.size(); })) continue;
        std::string key;
        for (const std::size_t at : columns) {
            const std::string_view text = row[at].text;
            key += (at == columns.front() ? "" : std::string(kJoint)) +
                   trimmed(headings.sdmx ? formats::sdmx_code(*headings.sdmx, text) : text);
        }
        if (!key.empty() && seen.insert(key).second) out.push_back(std::move(key));
    }
    return out;
}

Role role_of(std::string_view heading) {
    const std::string name = i18n::fold(heading);
    const auto is_one_of = [&](Words words) { return is_folded_one_of(name, words); };
    if (is_one_of({"reporter", "reporteriso", "reporter iso", "reporting country", "ref_area", "area",
                   "country", "country code", "страна", "отчитывающаяся страна", "国家", "报告方", "pays",
                   "déclarant"}))
        return Role::reporter;
    if (is_one_of({"partner", "partneriso", "partner iso", "counterpart", "counterpart_area",
                   "partner country", "партнёр", "партнер", "страна-партнёр", "伙伴", "贸易伙伴",
                   "partenaire"}))
        return Role::partner;
    if (is_one_of({"flow", "flowcode", "trade flow", "trade flow code", "direction", "поток", "направление",
                   "流向", "flux"}))
        return Role::flow;
    if (is_one_of({"indicator", "indicator code", "series code", "cmdcode", "commodity code", "product",
                   "показатель", "指标", "indicateur"}))
        return Role::indicator;
    return Role::other;
}

void guess_series(Mapping& mapping, std::span<const KnownSeries> known) {
    const auto is_id = [&](const std::string& text) {
        return std::ranges::find(known, text, &KnownSeries::id) != known.end();
    };
    // A column of ids needs no table of what its values mean.
    if (mapping.by.size() == 1 && !mapping.of.empty() &&
        std::ranges::all_of(mapping.of, [&](const auto& one) { return is_id(one.first); }))
        return mapping.of.clear();
    std::vector<KnownSeries> usable;
    for (const KnownSeries& one : known)
        if (mapping.unit.empty() || one.unit.empty() || same_unit(mapping.unit, one.unit))
            usable.push_back(folded(one));
    for (auto& [key, id] : mapping.of) {
        if (!id.empty()) continue;
        const std::vector<std::string> parts = parts_of(key);
        const KnownSeries* only = nullptr;
        std::size_t count = 0;
        for (const KnownSeries& one : usable)
            if (one.id == key || fits(one, mapping.by, parts)) {
                only = &one;
                ++count;
            }
        if (count == 1) id = only->id;
    }
}

}  // namespace tamga::figures
