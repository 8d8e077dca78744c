#include "figures/mapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/kind_table.hpp"

// Some keys that are none toml++ 3.3 asserts to be impossible; it tells of them as errors where nothing is
// asserted.
#define TOML_EXCEPTIONS 1
#define TOML_ASSERT(expr) static_cast<void>(0)
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace tamga::figures {

namespace {

constexpr std::array<std::string_view, 5> kLayouts = {"table", "wide", "sdmx-csv", "comtrade", "world-bank"};
using kind_table::kMissing;
constexpr std::array<std::string_view, 10> kColumns = {"period",    "year",    "month",  "value", "status",
                                                       "qualifier", "locator", "source", "note",  "unit"};
constexpr std::size_t kMostBytes = std::size_t{1} << 20;

std::unexpected<Error> bad(const toml::source_region& where, std::string cause, std::string hint) {
    return fail(ErrorCode::invalid_input, "read a mapping", std::move(cause), std::move(hint),
                where.begin ? fmt::format("{}:{}", where.begin.line, where.begin.column) : std::string());
}

template <class Names>
std::string listed(const Names& names) {
    std::string out;
    for (const std::string_view name : names) out += (out.empty() ? "" : ", ") + std::string(name);
    return out;
}

/// A table of the mapping, key by key; what is not known is refused.
class Table {
  public:
    explicit Table(const toml::table& table) : table_(table) {}

    Result<void> text(std::string_view key, std::string& out) {
        return take(key, "a text in quotation marks", [&](const toml::node& node) {
            const auto value = node.value_exact<std::string>();
            if (value) out = *value;
            return value.has_value();
        });
    }
    Result<void> truth(std::string_view key, bool& out) {
        return take(key, "true or false", [&](const toml::node& node) {
            const auto value = node.value_exact<bool>();
            if (value) out = *value;
            return value.has_value();
        });
    }
    Result<void> texts(std::string_view key, std::vector<std::string>& out) {
        return take(key, "texts in brackets: [\"a\", \"b\"]", [&](const toml::node& node) {
            if (const auto one = node.value_exact<std::string>()) {
                out.push_back(*one);
                return true;
            }
            const toml::array* const array = node.as_array();
            if (!array) return false;
            for (const toml::node& member : *array) {
                const auto value = member.value_exact<std::string>();
                if (!value) return false;
                out.push_back(*value);
            }
            return true;
        });
    }
    Result<void> pairs(std::string_view key, std::map<std::string, std::string>& out) {
        return take(key, "a table of texts", [&](const toml::node& node) {
            const toml::table* const table = node.as_table();
            if (!table) return false;
            for (const auto& [name, member] : *table) {
                const auto value = member.value_exact<std::string>();
                if (!value) return false;
                out.emplace(std::string(name.str()), *value);
            }
            return true;
        });
    }
    template <class Take>
    Result<void> take(std::string_view key, std::string_view wanted, const Take& take) {
        known_.push_back(key);
        const toml::node* const node = table_.get(key);
        if (!node || take(*node)) return {};
        return bad(node->source(), fmt::format("{} is not {}", key, wanted), "see docs/formats/figures.md");
    }
    /// A table under this one; null if there is none.
    Result<const toml::table*> table(std::string_view key) {
        const toml::table* out = nullptr;
        TAMGA_TRY(take(key, "a table", [&](const toml::node& node) {
            out = node.as_table();
            return out != nullptr;
        }));
        return out;
    }
    /// After all that is known was asked for.
    Result<void> end() const {
        for (const auto& [name, node] : table_)
            if (std::ranges::find(known_, name.str()) == known_.end())
                return bad(name.source(),
                           fmt::format("there is nothing called '{}' here", std::string_view(name.str())),
                           "it can be: " + listed(known_));
        return {};
    }

  private:
    const toml::table& table_;
    std::vector<std::string_view> known_;
};

Result<void> read_numbers(const toml::table& numbers, Mapping& out) {
    Table table(numbers);
    std::string decimal = ".";
    TAMGA_TRY(table.text("decimal", decimal));
    TAMGA_TRY(table.text("thousands", out.thousands));
    TAMGA_TRY(table.text("unit", out.unit));
    if (decimal != "." && decimal != ",")
        return bad(numbers.get("decimal")->source(), fmt::format("'{}' is no decimal mark", decimal),
                   "write \".\" or \",\"");
    out.decimal = decimal.front();
    TAMGA_TRY(
        table.take("times", "a whole number, or a number in quotation marks", [&](const toml::node& node) {
            if (const auto whole = node.value_exact<std::int64_t>()) {
                out.times = Decimal(*whole);
                return *whole > 0;
            }
            const auto text = node.value_exact<std::string>();
            auto parsed = text ? Decimal::parse(*text) : Decimal::parse("");
            if (parsed) out.times = *std::move(parsed);
            return out.times.sign() > 0 && text.has_value();
        }));
    return table.end();
}

Result<void> read_period(const toml::table& period, Mapping& out) {
    Table table(period);
    std::string named_by = "start";
    TAMGA_TRY(table.truth("cumulative", out.cumulative));
    TAMGA_TRY(table.take("year_begins", "a month from 1 to 12", [&](const toml::node& node) {
        const auto month = node.value_exact<std::int64_t>();
        if (month) out.year_begins = static_cast<int>(*month);
        return month && *month >= 1 && *month <= 12;
    }));
    TAMGA_TRY(table.text("year_named_by", named_by));
    if (named_by != "start" && named_by != "end")
        return bad(period.get("year_named_by")->source(), fmt::format("'{}' names no year", named_by),
                   "write \"start\" or \"end\"");
    out.year_named_by_end = named_by == "end";
    return table.end();
}

Result<void> read_missing(const toml::table& missing, Mapping& out) {
    Table table(missing);
    for (std::size_t i = 0; i < std::size(kMissing); ++i) {
        std::vector<std::string> words;
        TAMGA_TRY(table.texts(kMissing[i], words));
        for (const std::string& word : words) out.missing.emplace(word, static_cast<Missing>(i));
    }
    TAMGA_TRY(table.texts("nil", out.nil));
    TAMGA_TRY(table.texts("pass-over", out.pass_over));
    return table.end();
}

Result<void> read_series(const toml::table& series, Mapping& out) {
    Table table(series);
    std::string others = "refuse";
    TAMGA_TRY(table.text("every", out.every));
    TAMGA_TRY(table.texts("by", out.by));
    TAMGA_TRY(table.pairs("of", out.of));
    TAMGA_TRY(table.text("others", others));
    if (others != "refuse" && others != "pass-over")
        return bad(series.get("others")->source(),
                   fmt::format("'{}' is nothing that is done with other rows", others),
                   "write \"refuse\" or \"pass-over\"");
    out.pass_others_over = others == "pass-over";
    TAMGA_TRY(table.end());
    if (out.every.empty() == out.by.empty())
        return bad(series.source(), "it must say of which series the figures are",
                   "write every = \"ID\", or by = [\"COLUMN\"] and a table series.of");
    return {};
}

Result<void> read_columns(const toml::table& columns, Mapping& out) {
    for (const auto& [name, node] : columns) {
        const auto heading = node.value_exact<std::string>();
        if (std::ranges::find(kColumns, name.str()) == kColumns.end())
            return bad(name.source(),
                       fmt::format("there is no column '{}' to be named", std::string_view(name.str())),
                       "it can be: " + listed(kColumns));
        if (!heading)
            return bad(node.source(), "the heading of a column is not a text", "write it in quotation marks");
        out.columns.emplace(std::string(name.str()), *heading);
    }
    return {};
}

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) < 0x20)
            out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out + "\"";
}

std::string in_quotes(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + in_quotes(text);
    return "[" + out + "]";
}

}  // namespace

std::string_view name(Layout layout) {
    return kLayouts[static_cast<std::size_t>(layout)];
}

Result<Mapping> parse_mapping(std::string_view text) {
    if (text.size() > kMostBytes)
        return fail(ErrorCode::out_of_range, "read a mapping", "it has more than 1 MiB",
                    "write one for fewer series");
    toml::table parsed;
    try {
        parsed = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return bad(error.source(), std::string(error.description()),
                   "a mapping is written in TOML: see docs/formats/figures.md");
    }
    Mapping out;
    Table table(parsed);
    std::string layout;
    TAMGA_TRY(table.text("layout", layout));
    TAMGA_TRY(table.text("source", out.source));
    TAMGA_TRY(table.text("locator", out.locator));
    if (!layout.empty()) {
        const auto found = std::ranges::find(kLayouts, layout);
        if (found == kLayouts.end())
            return bad(parsed.get("layout")->source(), fmt::format("there is no layout '{}'", layout),
                       "it can be: " + listed(kLayouts));
        out.layout = static_cast<Layout>(found - kLayouts.begin());
    }
    using Read = Result<void> (*)(const toml::table&, Mapping&);
    for (const auto& [key, read] : {std::pair<const char*, Read>{"columns", read_columns},
                                    {"series", read_series},
                                    {"period", read_period},
                                    {"numbers", read_numbers},
                                    {"missing", read_missing}}) {
        TAMGA_ASSIGN(const toml::table* const part, table.table(key));
        if (part) TAMGA_TRY(read(*part, out));
    }
    TAMGA_TRY(table.end());
    if (out.every.empty() && out.by.empty())
        return fail(ErrorCode::invalid_input, "read a mapping",
                    "it does not say of which series the figures are",
                    "add a table [series] with every = \"ID\", or with by and of");
    return out;
}

std::string toml_of(const Mapping& mapping) {
    std::string out;
    const auto line = [&](std::string_view key, const std::string& value) {
        out += fmt::format("{} = {}\n", key, value);
    };
    if (mapping.layout) line("layout", in_quotes(name(*mapping.layout)));
    if (!mapping.source.empty()) line("source", in_quotes(mapping.source));
    if (!mapping.locator.empty()) line("locator", in_quotes(mapping.locator));
    if (!mapping.columns.empty()) out += "\n[columns]\n";
    for (const auto& [key, heading] : mapping.columns) line(key, in_quotes(heading));
    out += "\n[series]\n";
    if (!mapping.every.empty()) line("every", in_quotes(mapping.every));
    if (!mapping.by.empty()) line("by", in_quotes(mapping.by));
    if (mapping.pass_others_over) line("others", in_quotes("pass-over"));
    if (!mapping.of.empty()) out += "\n[series.of]\n";
    for (const auto& [key, id] : mapping.of) line(in_quotes(key), in_quotes(id));
    if (mapping.cumulative || mapping.year_begins != 1 || mapping.year_named_by_end) out += "\n[period]\n";
    if (mapping.cumulative) line("cumulative", "true");
    if (mapping.year_begins != 1) line("year_begins", std::to_string(mapping.year_begins));
    if (mapping.year_named_by_end) line("year_named_by", in_quotes("end"));
    if (mapping.decimal != '.' || !mapping.thousands.empty() || mapping.times != Decimal(1) ||
        !mapping.unit.empty())
        out += "\n[numbers]\n";
    if (mapping.decimal != '.') line("decimal", in_quotes(std::string(1, mapping.decimal)));
    if (!mapping.thousands.empty()) line("thousands", in_quotes(mapping.thousands));
    if (mapping.times != Decimal(1)) line("times", in_quotes(mapping.times.text()));
    if (!mapping.unit.empty()) line("unit", in_quotes(mapping.unit));
    if (!mapping.missing.empty() || !mapping.nil.empty() || !mapping.pass_over.empty())
        out += "\n[missing]\n";
    for (std::size_t i = 0; i < std::size(kMissing); ++i) {
        std::vector<std::string> words;
        for (const auto& [word, missing] : mapping.missing)
            if (missing == static_cast<Missing>(i)) words.push_back(word);
        if (!words.empty()) line(kMissing[i], in_quotes(words));
    }
    if (!mapping.nil.empty()) line("nil", in_quotes(mapping.nil));
    if (!mapping.pass_over.empty()) line("pass-over", in_quotes(mapping.pass_over));
    return out;
}

}  // namespace tamga::figures
