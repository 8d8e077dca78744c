#include "figures/intake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "figures/measure.hpp"
#include "figures/told.hpp"
#include "formats/sdmx_time.hpp"

namespace tamga::figures {

namespace {

/// Lines before the headings that are looked through for them.
constexpr std::size_t kMostBefore = 12;

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool has(const csv::Row& row, std::string_view heading) {
    return std::ranges::any_of(row, [&](const csv::Cell& cell) { return trimmed(cell.text) == heading; });
}

bool is_world_bank(const csv::Row& row) {
    return has(row, "Country Code") && (has(row, "Indicator Code") || has(row, "Series Code"));
}
bool is_comtrade(const csv::Row& row) {
    return (has(row, "refPeriodId") && has(row, "primaryValue")) ||
           (has(row, "Trade Flow Code") && has(row, "Trade Value (US$)"));
}

/// The row of the headings: the World Bank's; else the first of the first rows in which more than a title
/// stands.
std::size_t heading_row(const csv::Table& table) {
    const std::size_t most = std::min(table.rows.size(), kMostBefore);
    for (std::size_t i = 0; i < most; ++i)
        if (is_world_bank(table.rows[i])) return i;
    for (std::size_t i = 0; i < most; ++i)
        if (std::ranges::count_if(table.rows[i],
                                  [](const csv::Cell& cell) { return !trimmed(cell.text).empty(); }) > 1)
            return i;
    return 0;
}

/// The mapping with what its layout knows by itself.
Mapping completed(Mapping mapping, Layout layout, const Headings& headings) {
    const auto usual = [&](const char* what, std::initializer_list<const char*> names) {
        if (mapping.columns.contains(what)) return;
        for (const char* const name : names)
            if (headings.column(name)) {
                mapping.columns[what] = name;
                return;
            }
    };
    if (layout == Layout::sdmx_csv) {
        usual("period", {"TIME_PERIOD"});
        usual("value", {"OBS_VALUE"});
        usual("status", {"OBS_STATUS"});
        usual("confidentiality", {"CONF_STATUS"});
        usual("qualifier", {"QUALIFIER"});
        usual("source", {"SOURCE"});
        usual("note", {"COMMENT_OBS", "OBS_COMMENT"});
    } else if (layout == Layout::comtrade) {
        usual("period", {"period", "refPeriodId", "Period"});
        usual("value", {"primaryValue", "Trade Value (US$)"});
    } else if (layout == Layout::world_bank) {
        if (mapping.missing.empty()) mapping.missing[".."] = Missing::not_available;
    }
    return mapping;
}

/// What OBS_STATUS says (SDMX's code list CL_OBS_STATUS): the register's status, or why there is no value.
struct Told {
    std::string status;
    std::optional<Missing> missing;
};
Told told_by(std::string_view status, std::string_view confidentiality) {
    if (status == "P") return {"preliminary", {}};
    if (status == "L") return {{}, Missing::not_reported};
    if (status == "M" || status == "O") return {{}, Missing::not_available};
    if (status == "Q" || status == "C") return {{}, Missing::confidential};
    // CL_CONF_STATUS: all but F, free, is withheld from somebody.
    if (!confidentiality.empty() && confidentiality != "F") return {{}, Missing::confidential};
    return {};
}

class Reading {
  public:
    Reading(const csv::Table& table, const Mapping& mapping, const SeriesOf& series)
        : table_(table),
          layout_(mapping.layout.value_or(layout_of(table))),
          headings_(headings_of(table)),
          mapping_(completed(mapping, layout_, headings_)),
          series_(series) {}

    Intake take() {
        if (table_.rows.empty()) {
            problem(1, 1, "the file is empty", "give a table with headings");
            return std::move(out_);
        }
        if (find_columns())
            for (std::size_t i = headings_.row + 1; i < table_.rows.size(); ++i) read(table_.rows[i]);
        return std::move(out_);
    }

  private:
    void problem(int row, int column, std::string cause, std::string hint) {
        out_.problems.push_back({row, column, std::move(cause), std::move(hint)});
    }
    void problem(const csv::Cell& cell, std::string cause, std::string hint) {
        problem(cell.row, cell.column, std::move(cause), std::move(hint));
    }

    bool is_wide() const { return layout_ == Layout::wide || layout_ == Layout::world_bank; }

    /// Finds the columns that the mapping names; tells of each that is not there.
    bool find_columns() {
        const int row = table_.rows[headings_.row].front().row;
        std::string known;
        for (const std::string& name : headings_.names)
            if (!name.empty() && known.size() < 200) known += (known.empty() ? "" : ", ") + name;
        const auto wanted = [&](const std::string& heading) {
            const auto found = headings_.column(heading);
            if (!found)
                problem(row, 1, fmt::format("there is no column '{}'", heading),
                        "the headings are: " + known);
            return found;
        };
        for (const auto& [what, heading] : mapping_.columns)
            if (const auto found = wanted(heading)) columns_[what] = *found;
        for (const std::string& heading : mapping_.by)
            if (const auto found = wanted(heading)) by_.push_back(*found);
        for (const std::string& what : {std::string("period"), std::string("value")})
            if (!is_wide() && !mapping_.columns.contains(what) &&
                !(what == "period" && mapping_.columns.contains("year")))
                problem(
                    row, 1, fmt::format("the mapping does not say which column holds the {}", what),
                    fmt::format("write {} = \"HEADING\" in [columns]; the headings are: {}", what, known));
        if (is_wide()) {
            for (std::size_t i = 0; i < headings_.names.size(); ++i)
                if (auto period = this->period(headings_.names[i])) periods_.emplace_back(i, *period);
            if (periods_.empty())
                problem(row, 1, "no heading is a period", "in a wide table each period heads a column");
        }
        return out_.problems.empty();
    }

    const csv::Cell* cell(const csv::Row& row, std::string_view what) const {
        const auto found = columns_.find(what);
        return found == columns_.end() || found->second >= row.size() ? nullptr : &row[found->second];
    }
    std::string text(const csv::Cell& cell) const {
        return trimmed(headings_.sdmx ? formats::sdmx_code(*headings_.sdmx, cell.text)
                                      : std::string_view(cell.text));
    }
    std::string text(const csv::Row& row, std::string_view what) const {
        const csv::Cell* const found = cell(row, what);
        return found ? text(*found) : std::string();
    }

    Result<Period> period(std::string_view text) const {
        TAMGA_ASSIGN(Period read, read_period(text));
        return moved(read);
    }
    /// As years are told here, and what is cumulative as since its year's beginning.
    Period moved(const Period& told) const {
        Period out = told;
        if (mapping_.year_begins != 1) {
            const int months = mapping_.year_begins - 1 - (mapping_.year_named_by_end ? 12 : 0);
            const bool whole = told.first.day() == 1 && told.last.plus_days(1).day() == 1;
            const bool month =
                whole && told.first.month() == told.last.month() && told.first.year() == told.last.year();
            // A month is told as it is called; years, halves and quarters are those of the year that begins
            // then.
            if (whole && !month)
                out = {formats::plus_months(told.first, months),
                       formats::plus_months(told.last.plus_days(1), months).plus_days(-1)};
        }
        if (!mapping_.cumulative) return out;
        const Date begin = Date::of_day(out.last.year(), mapping_.year_begins, 1);
        out.first = begin > out.last ? Date::of_day(out.last.year() - 1, mapping_.year_begins, 1) : begin;
        return out;
    }

    Result<Period> period_of(const csv::Row& row) const {
        if (columns_.contains("period")) return period(text(row, "period"));
        std::string written = text(row, "year");
        if (const std::string month = text(row, "month"); !month.empty()) {
            if (!is_digits(month) || month.size() > 2)
                return fail(ErrorCode::invalid_input, "read a month", fmt::format("'{}' is no month", month),
                            "write its number, from 1 to 12");
            written += fmt::format("-{:0>2}", month);
        }
        return period(written);
    }

    void read(const csv::Row& row) {
        if (headings_.sdmx && headings_.sdmx->action && *headings_.sdmx->action < row.size()) {
            const csv::Cell& action = row[*headings_.sdmx->action];
            if (action.text == "D")
                return problem(action, "it asks for a deletion", "withdraw records by: tamga withdraw");
        }
        if (const auto begins = headings_.column("REPORTING_YEAR_START_DAY");
            begins && headings_.sdmx && *begins < row.size() && !row[*begins].text.empty() &&
            row[*begins].text != "--01-01")
            return problem(row[*begins], fmt::format("its year begins on {}", row[*begins].text),
                           "say in the mapping when: [period] year_begins = 7");
        const auto series = series_of(row);
        if (!series) return;
        if (is_wide()) {
            for (const auto& [column, period] : periods_)
                if (column < row.size()) figure(row, row[column], *series, period);
            return;
        }
        const csv::Cell* const value = cell(row, "value");
        const auto at = columns_.find(columns_.contains("period") ? "period" : "year");
        const csv::Cell& where = at->second < row.size() ? row[at->second] : row.front();
        if (!value)
            return problem(where, "the row ends before its value",
                           "give each row as many cells as there are headings");
        if (mapping_.every.empty() || !text(*value).empty() || !text(where).empty()) {
            const auto period = period_of(row);
            if (!period) return problem(where, period.error().cause, period.error().hint);
            figure(row, *value, *series, *period);
        }
    }

    /// The series of a row; nothing where it is passed over or a problem was told.
    std::optional<std::string> series_of(const csv::Row& row) {
        std::string id = mapping_.every;
        const csv::Cell* where = &row.front();
        if (id.empty()) {
            std::string key;
            for (const std::size_t column : by_) {
                if (column >= row.size()) {
                    ++out_.passed_over;  // A remark beneath the table.
                    return std::nullopt;
                }
                where = &row[column];
                key += (key.empty() && column == by_.front() ? "" : std::string(kJoint)) + text(*where);
            }
            // One column alone, of which nothing is said, holds ids.
            const bool is_id = mapping_.of.empty() && by_.size() == 1;
            const auto found = mapping_.of.find(key);
            if (is_id && key.empty()) {
                ++out_.passed_over;
                return std::nullopt;
            }
            if (!is_id && found == mapping_.of.end()) {
                ++out_.passed_over;
                if (!mapping_.pass_others_over)
                    problem(*where, fmt::format("the mapping does not say which series '{}' is", key),
                            fmt::format(
                                "write \"{}\" = \"ID\" in [series.of], or others = \"pass-over\" in [series]",
                                key));
                return std::nullopt;
            }
            id = is_id ? key : found->second;
        }
        const auto known = bodies_.find(id);
        const std::optional<Json>& body =
            known == bodies_.end() ? bodies_.emplace(id, series_(id)).first->second : known->second;
        if (!body) {
            problem(*where, fmt::format("the register has no series '{}'", id),
                    "import the series first, or correct the mapping");
            return std::nullopt;
        }
        const std::string unit = text_of(*body, "unit");
        const auto other_unit = [&](const csv::Cell& at, std::string_view told) {
            problem(at, fmt::format("it is in {}, and the series {} in {}", told, id, unit),
                    "name a series in that unit");
            return std::nullopt;
        };
        if (!mapping_.unit.empty() && !same_unit(mapping_.unit, unit))
            return other_unit(*where, mapping_.unit);
        scale_ = 1;
        if (const csv::Cell* const cell = this->cell(row, "unit"); cell && !text(*cell).empty()) {
            const std::string told = text(*cell);
            const auto measure = told == unit ? std::nullopt : measure_of(told);
            const bool same =
                told == unit || (measure && (measure->unit.empty() || same_unit(measure->unit, unit)));
            if (!same) return other_unit(*cell, told);
            if (measure) scale_ = measure->times;
        }
        return id;
    }

    void figure(const csv::Row& row, const csv::Cell& value, const std::string& series,
                const Period& period) {
        const std::string written = text(value), status = text(row, "status");
        const bool sdmx = layout_ == Layout::sdmx_csv;
        const Told told = sdmx ? told_by(status, text(row, "confidentiality")) : Told{status, {}};
        const auto is_in = [&](const std::vector<std::string>& words) {
            return std::ranges::find(words, written) != words.end();
        };
        const auto missing = mapping_.missing.find(written);
        Json body{{"series", series}, {"period", figures::written(period)}};
        if (is_in(mapping_.nil)) {
            body["value"] = "0";
            body["qualifier"] = "exact";
        } else if (missing != mapping_.missing.end()) {
            body["missing"] = name(missing->second);
        } else if (told.missing && (written.empty() || written == "NaN")) {
            body["missing"] = name(*told.missing);
        } else if (written.empty() || is_in(mapping_.pass_over)) {
            ++out_.passed_over;
            return;
        } else {
            const auto number = read_number(written, mapping_, scale_);
            if (!number) return problem(value, number.error().cause, number.error().hint);
            body["value"] = number->text();
        }
        if (!told.status.empty()) body["status"] = told.status;
        if (const std::string word = text(row, "qualifier"); !word.empty() && body.contains("value"))
            body["qualifier"] = word;
        if (const std::string note = text(row, "note"); !note.empty()) body["note"] = {{"en", note}};
        cite(row, body);
        add({series, period, std::move(body), value.row, value.column});
    }

    void cite(const csv::Row& row, Json& body) const {
        std::string source = text(row, "source"), locator = text(row, "locator");
        if (source.empty()) source = mapping_.source;
        if (locator.empty()) locator = mapping_.locator;
        if (source.empty()) return;
        body["sources"] = Json::array();
        for (std::size_t from = 0; from <= source.size();) {
            const std::size_t end = std::min(source.find(';', from), source.size());
            Json citation{{"source", trimmed(std::string_view(source).substr(from, end - from))}};
            if (!locator.empty()) citation["locator"] = locator;
            body["sources"].push_back(std::move(citation));
            from = end + 1;
        }
    }

    void add(TakenFigure taken) {
        const auto key = std::tuple(taken.series, taken.period.first, taken.period.last);
        const auto [at, fresh] = by_period_.try_emplace(key, out_.taken.size());
        if (fresh) return out_.taken.push_back(std::move(taken));
        const TakenFigure& before = out_.taken[at->second];
        const auto said = [](const Json& body) {
            return text_of(body, "value") + text_of(body, "missing") + " " + text_of(body, "qualifier");
        };
        if (said(before.body) == said(taken.body)) {
            ++out_.repeated;
            return;
        }
        const auto what = [&](const Json& body) {
            return body.contains("value") ? text_of(body, "value") : text_of(body, "missing");
        };
        // Told once, at the later one, with the place of the other.
        problem(
            taken.row, taken.column,
            fmt::format("it says {} of {} in {}, and row {}, column {} says {}", what(taken.body),
                        taken.series, written(taken.period), before.row, before.column, what(before.body)),
            "leave one of them out; what a source tells in two ways is written by hand");
    }

    const csv::Table& table_;
    const Layout layout_;
    const Headings headings_;
    const Mapping mapping_;
    const SeriesOf& series_;
    std::map<std::string, std::size_t, std::less<>> columns_;
    std::vector<std::size_t> by_;
    std::vector<std::pair<std::size_t, Period>> periods_;
    std::map<std::string, std::optional<Json>> bodies_;
    std::map<std::tuple<std::string, Date, Date>, std::size_t> by_period_;
    Decimal scale_ = 1;  ///< What the row's own unit says that it is told in: "million USD".
    Intake out_;
};

bool is_year_or_month(std::string_view text) {
    return read_period(text).has_value();
}

/// 10^n → n; nothing of other numbers.
std::optional<int> power_of_ten(const Decimal& number) {
    const std::string text = number.text();
    if (text.front() != '1' || text.find_first_not_of('0', 1) != std::string::npos) return std::nullopt;
    return static_cast<int>(text.size()) - 1;
}

}  // namespace

std::string trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return std::string(text);
}

std::optional<std::size_t> Headings::column(std::string_view name) const {
    const auto found = std::ranges::find(names, name);
    return found == names.end() || name.empty()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - names.begin()));
}

Headings headings_of(const csv::Table& table) {
    Headings out{.row = heading_row(table), .names = {}, .sdmx = {}};
    if (table.rows.empty()) return out;
    const csv::Row& row = table.rows[out.row];
    out.sdmx = formats::sdmx_header(row);
    for (const csv::Cell& cell : row) out.names.push_back(trimmed(cell.text));
    if (out.sdmx) out.names = out.sdmx->components;
    return out;
}

Layout layout_of(const csv::Table& table) {
    for (std::size_t i = 0; i < std::min(table.rows.size(), kMostBefore); ++i)
        if (is_world_bank(table.rows[i])) return Layout::world_bank;
    if (table.rows.empty()) return Layout::table;
    if (formats::sdmx_header(table.rows.front())) return Layout::sdmx_csv;
    if (is_comtrade(table.rows.front())) return Layout::comtrade;
    const auto periods = std::ranges::count_if(table.rows[heading_row(table)], [](const csv::Cell& cell) {
        return is_year_or_month(trimmed(cell.text));
    });
    return periods > 1 ? Layout::wide : Layout::table;
}

Result<Period> read_period(std::string_view text) {
    std::string told = trimmed(text);
    // World Bank's "2015 [YR2015]".
    if (const std::size_t bracket = told.find(" ["); bracket != std::string::npos) told.resize(bracket);
    const bool four = told.size() >= 4 && is_digits(std::string_view(told).substr(0, 4));
    const auto rest = four ? std::string_view(told).substr(4) : std::string_view();
    if (told.size() == 6 && is_digits(told))
        told = told.substr(0, 4) + "-" + told.substr(4);  // 202403
    else if (told.size() == 8 && is_digits(told))
        told = fmt::format("{}-{}-{}", told.substr(0, 4), told.substr(4, 2), told.substr(6));
    else if (four && rest.size() >= 2 &&
             (rest[0] == 'M' || rest[0] == 'Q' || rest[0] == 'S' || rest[0] == 'H'))
        told.insert(4, "-");
    else if (told.size() == 7 && (told[0] == 'Q' || told[0] == 'H' || told[0] == 'S') && told[2] == ' ' &&
             is_digits(std::string_view(told).substr(3)))
        told = told.substr(3) + "-" + told.substr(0, 2);
    if (told.size() > 5 && told[4] == '-' && told[5] == 'H') told[5] = 'S';
    if (auto own = parse_period(told)) return own;
    const auto days = formats::parse_sdmx_period(told);
    if (!days)
        return fail(
            ErrorCode::invalid_input, "read a period", fmt::format("'{}' is no period", trimmed(text)),
            "write 2024, 2024-S1, 2024-Q3, 2024-03, 202403, 2024-03-05, 2024-01/2024-11 or 2024-01-01/P11M");
    return Period{days->first, days->second};
}

Result<Decimal> read_number(std::string_view text, const Mapping& mapping, const Decimal& scale) {
    std::string plain;
    const std::string told = trimmed(text);
    for (std::size_t i = 0; i < told.size();) {
        const std::string_view rest = std::string_view(told).substr(i);
        if (!mapping.thousands.empty() && rest.starts_with(mapping.thousands)) {
            i += mapping.thousands.size();
        } else if (rest.starts_with("\u2212")) {  // A minus sign that is one.
            plain += '-';
            i += std::string_view("\u2212").size();
        } else {
            plain += told[i] == mapping.decimal ? '.' : told[i] == '.' ? '?' : told[i];
            ++i;
        }
    }
    const auto bad = [&](std::string hint) {
        return fail(ErrorCode::invalid_input, "read a number", fmt::format("'{}' is no number", told),
                    std::move(hint));
    };
    if (plain.find_first_of("eE") != std::string::npos &&
        plain.find_first_of("0123456789") != std::string::npos)
        return bad("a spreadsheet has cut its digits: give the column another format and save it again");
    auto number = Decimal::parse(plain);
    if (!number)
        return bad(
            "say in the mapping how numbers are written ([numbers] decimal, thousands), and what cells say "
            "that hold "
            "none ([missing])");
    const Decimal times = mapping.times * scale;
    const auto power = power_of_ten(times);
    const Decimal product = *number * times;
    // Told in millions, 8.2 is 8200000, and not 8200000.0: no digit is added.
    return power ? product.rounded(std::max(0, number->places() - *power)) : product;
}

std::string observation_id(std::string_view series, const Period& period) {
    std::string when = written(period);
    if (const std::size_t slash = when.find('/'); slash != std::string::npos) when.replace(slash, 1, "-to-");
    return fmt::format("{}-{}", series, when);
}

Intake read_table(const csv::Table& table, const Mapping& mapping, const SeriesOf& series) {
    return Reading(table, mapping, series).take();
}

}  // namespace tamga::figures
