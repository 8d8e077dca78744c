#include "iati/rules/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "iati/rules/amount.hpp"
#include "iati/rules/dates.hpp"
#include "iati/rules/pattern.hpp"
#include "iati/schema/names.hpp"
#include "tamga_rules.hpp"
#include "xml/characters.hpp"

namespace tamga::iati {

using xml::Name;
using xml::Node;

namespace {

constexpr std::int64_t kDayMs = 86'400'000;
/// A year in the time_limit rule as published: 366 days are too many, in leap years too.
constexpr std::int64_t kMostDays = 365;

/// The same moment a year later; of 29 February: 1 March.
std::int64_t a_year_after(std::int64_t ms) {
    using namespace std::chrono;
    const auto day = floor<days>(sys_time<milliseconds>(milliseconds(ms)));
    year_month_day later = year_month_day(day) + years(1);
    if (!later.ok()) later = later.year() / March / 1;
    return ms + duration_cast<milliseconds>(sys_days(later) - day).count();
}

enum class Kind : std::uint8_t {
    no_more_than_one,
    atleast_one,
    only_one_of,
    one_or_all,
    unique,
    sum,
    strict_sum,
    date_order,
    date_now,
    between_dates,
    time_limit,
    regex_matches,
    regex_no_matches,
    startswith,
    if_then,
    range,
    no_spaces,
    dependent,
};
constexpr std::string_view kKinds[] = {
    "no_more_than_one", "atleast_one", "only_one_of", "one_or_all",    "unique",     "sum",
    "strict_sum",       "date_order",  "date_now",    "between_dates", "time_limit", "regex_matches",
    "regex_no_matches", "startswith",  "if_then",     "range",         "no_spaces",  "dependent",
};

/// Attributes by which people know an element.
constexpr StandardName kTold[] = {"code", "vocabulary", "percentage", "type", "role", "ref", "iso-date"};

/// A case before it is compiled.
struct Source {
    std::string context, kind;
    Rule rule;
    std::multimap<std::string, std::string> keys;  ///< "path", "if", …; several of one key in their order.
    std::string each;
    std::vector<std::string> with;  ///< Keys of the published form: "paths", "if", …
    std::string place;              ///< For errors.

    std::string one(const std::string& key) const {
        const auto found = keys.find(key);
        return found == keys.end() ? std::string() : found->second;
    }
    std::vector<std::string> all(const std::string& key) const {
        std::vector<std::string> out;
        for (auto [at, end] = keys.equal_range(key); at != end; ++at) out.push_back(at->second);
        return out;
    }
};

struct Case {
    Rule rule;
    Kind kind = Kind::unique;
    std::vector<XPath> paths, prefixes, excluded;
    std::vector<XPath> members;  ///< Of sums: the elements whose attributes are added.
    std::optional<XPath> condition, first, second, third;  ///< if/then, less/more, date/start/end, one.
    std::optional<XPath> each;
    std::string all, separator;
    bool first_is_now = false, second_is_now = false;
    bool agency = false;  ///< The prefix is that of a registration agency.
    enum class Unless : std::uint8_t { never, registered, registered_prefix } unless = Unless::never;
    Amount sum = 0;  ///< As measured().
    std::optional<double> least, most;
    std::optional<std::string> forbidden;  ///< The regular expression is ^[^…]+$ with these characters.
    std::optional<Pattern> pattern;
    std::string described;
};

bool has_space_around(std::string_view text) {
    if (text.empty()) return false;
    if (xml::wide_space_at_start(text) > 0) return true;
    std::size_t last = text.size() - 1;
    while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xc0) == 0x80) --last;
    return xml::wide_space_at_start(text.substr(last)) > 0;
}

std::optional<std::string> forbidden_characters(std::string_view regex) {
    if (!regex.starts_with("^[^") || !regex.ends_with("]+$")) return std::nullopt;
    std::string out;
    const std::string_view set = regex.substr(3, regex.size() - 6);
    for (std::size_t i = 0; i < set.size(); ++i) {
        if (set[i] == '-' || set[i] == ']' || set[i] == '[') return std::nullopt;
        if (set[i] == '\\') {
            ++i;
            if (i == set.size() || std::isalnum(static_cast<unsigned char>(set[i])) != 0) return std::nullopt;
        }
        out += set[i];
    }
    return out;
}

}  // namespace

double rule_number(std::string_view text) {
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    while (std::size_t length = xml::wide_space_at_start(text)) text.remove_prefix(length);
    while (!text.empty()) {
        std::size_t last = text.size() - 1;
        while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xc0) == 0x80) --last;
        if (xml::wide_space_at_start(text.substr(last)) == 0) break;
        text = text.substr(0, last);
    }
    if (text.empty()) return 0;
    if (text.size() > 2 && text[0] == '0' && (text[1] | 32) == 'x') {
        double value = 0;
        for (char c : text.substr(2)) {
            if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return kNaN;
            value = value * 16 + (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
        }
        return value;
    }
    std::string_view digits = text;
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) digits.remove_prefix(1);
    if (digits == "Infinity") return negative ? -HUGE_VAL : HUGE_VAL;
    if (digits.empty() || (digits[0] != '.' && (digits[0] < '0' || digits[0] > '9'))) return kNaN;
    double value = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (end != digits.data() + digits.size()) return kNaN;
    if (problem == std::errc::result_out_of_range) value = HUGE_VAL;
    return negative ? -value : value;
}

namespace {

/// What sums are made of: a decimal as it stands, and whatever else rule_number() takes. Nothing if it is no
/// number, or one too large to be exact.
std::optional<Amount> summand(std::string_view text) {
    if (const auto exact = parse_summand(text)) return exact;
    return parse_summand(fmt::format("{:.16f}", rule_number(text)));
}

}  // namespace

struct Ruleset::Implementation {
    struct Group {
        std::string written;
        XPath context;
        std::vector<Case> cases;
    };
    std::vector<Group> groups;
    bool strict = false;
};

Ruleset::Ruleset() : implementation_(std::make_unique<Implementation>()) {}
Ruleset::Ruleset(Ruleset&&) noexcept = default;
Ruleset& Ruleset::operator=(Ruleset&&) noexcept = default;
Ruleset::~Ruleset() = default;

std::size_t Ruleset::size() const {
    std::size_t count = 0;
    for (const auto& group : implementation_->groups) count += group.cases.size();
    return count;
}

std::vector<std::string> Ruleset::described() const {
    std::vector<std::string> out;
    for (const auto& group : implementation_->groups)
        for (const Case& one : group.cases) out.push_back(one.described);
    return out;
}

class RulesetBuilder {
  public:
    RulesetBuilder(bool strict, xml::Names& names) : names_(names) { parts().strict = strict; }

    Result<void> add(const Source& source) {
        auto& groups = parts().groups;
        auto group = std::ranges::find(groups, source.context, &Ruleset::Implementation::Group::written);
        if (group == groups.end()) {
            TAMGA_ASSIGN(XPath context, compile(source.context, false, source));
            groups.push_back({source.context, std::move(context), {}});
            group = groups.end() - 1;
        }
        Case made;
        made.rule = source.rule;
        const auto* const kind = std::ranges::find(kKinds, source.kind);
        if (kind == std::end(kKinds)) return bad(source, fmt::format("there is no rule '{}'", source.kind));
        made.kind = static_cast<Kind>(kind - std::begin(kKinds));
        const bool repeated = !source.each.empty();
        const auto with = [&](const std::string& key) {
            return repeated && (parts().strict || std::ranges::find(source.with, key) != source.with.end());
        };
        const auto one = [&](std::optional<XPath>& place, const std::string& key) -> Result<void> {
            const std::string text = source.one(key);
            if (text.empty()) return {};
            TAMGA_ASSIGN(place, compile(text, with(key), source));
            return {};
        };
        const auto many = [&](std::vector<XPath>& place, const std::string& key,
                              const std::string& published) -> Result<void> {
            for (const std::string& text : source.all(key)) {
                if (key == "prefix" && text == "ORG-ID-PREFIX") {
                    made.agency = true;
                    continue;
                }
                TAMGA_ASSIGN(XPath path, compile(text, with(published), source));
                place.push_back(std::move(path));
            }
            return {};
        };
        TAMGA_TRY(many(made.paths, "path", "paths"));
        TAMGA_TRY(many(made.prefixes, "prefix", "prefix"));
        TAMGA_TRY(many(made.prefixes, "start", "start_prefix"));
        TAMGA_TRY(many(made.excluded, "excluded", "excluded"));
        if (made.kind != Kind::startswith) made.prefixes.clear();
        if (made.kind == Kind::sum || made.kind == Kind::strict_sum)
            for (const std::string& text : source.all("path"))
                if (const std::size_t attribute = text.rfind("/@"); attribute != std::string::npos) {
                    TAMGA_ASSIGN(XPath path, compile(text.substr(0, attribute), with("paths"), source));
                    made.members.push_back(std::move(path));
                }
        TAMGA_TRY(one(made.condition, "condition"));
        switch (made.kind) {
            case Kind::if_then:
                TAMGA_TRY(one(made.first, "if"));
                TAMGA_TRY(one(made.second, "then"));
                if (!made.first || !made.second) return bad(source, "if_then needs 'if' and 'then'");
                break;
            case Kind::date_order:
                made.first_is_now = source.one("less") == "NOW";
                made.second_is_now = source.one("more") == "NOW";
                if (!made.first_is_now) TAMGA_TRY(one(made.first, "less"));
                if (!made.second_is_now) TAMGA_TRY(one(made.second, "more"));
                break;
            case Kind::date_now:
                TAMGA_TRY(one(made.first, "date"));
                made.second_is_now = true;
                break;
            case Kind::between_dates:
                TAMGA_TRY(one(made.third, "date"));
                [[fallthrough]];
            case Kind::time_limit:
                TAMGA_TRY(one(made.first, "start"));
                TAMGA_TRY(one(made.second, "end"));
                break;
            case Kind::one_or_all:
                TAMGA_TRY(one(made.first, "one"));
                made.all = source.one("all");
                break;
            default:
                break;
        }
        if (repeated) {
            TAMGA_ASSIGN(made.each, compile(source.each, false, source));
        }
        made.separator = source.one("separator");
        if (const std::string text = source.one("sum"); !text.empty()) {
            const auto sum = summand(text);
            if (!sum) return bad(source, fmt::format("'{}' is no number that can be added up to", text));
            made.sum = measured(*sum);
        }
        if (const std::string text = source.one("min"); !text.empty()) made.least = rule_number(text);
        if (const std::string text = source.one("max"); !text.empty()) made.most = rule_number(text);
        const std::string unless = source.one("unless");
        if (unless == "registered") made.unless = Case::Unless::registered;
        if (unless == "registered-prefix") made.unless = Case::Unless::registered_prefix;
        if (const std::string regex = source.one("regex"); !regex.empty()) {
            made.forbidden = forbidden_characters(regex);
            if (!made.forbidden) {
                made.pattern = Pattern::compile(regex);
                if (!made.pattern) return bad(source, fmt::format("'{}' is no regular expression", regex));
            }
        }
        made.described = fmt::format("{}\t{}\t{}\t{}\t{}", source.context, source.kind, source.rule.id,
                                     name(source.rule.severity), source.rule.category);
        for (const auto& [key, text] : source.keys) made.described += fmt::format("\t{}={}", key, text);
        if (repeated)
            made.described += fmt::format("\teach={}\twith={}", source.each, fmt::join(source.with, ","));
        group->cases.push_back(std::move(made));
        return {};
    }

    Ruleset finish() { return std::move(ruleset_); }

  private:
    Ruleset::Implementation& parts() { return *ruleset_.implementation_; }
    static std::unexpected<Error> bad(const Source& source, std::string cause) {
        return fail(ErrorCode::invalid_input, "read the rules", std::move(cause),
                    "see the ruleset specification", source.place);
    }
    Result<XPath> compile(const std::string& text, bool variable, const Source& source) {
        auto compiled = XPath::compile(text, names_, variable);
        if (!compiled) return bad(source, compiled.error().cause);
        return compiled;
    }

    Ruleset ruleset_;
    xml::Names& names_;
};

namespace {

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (true) {
        const std::size_t from = line.find_first_not_of(' ');
        if (from == std::string_view::npos) return words;
        line.remove_prefix(from);
        const std::size_t length = std::min(line.find(' '), line.size());
        words.push_back(line.substr(0, length));
        line.remove_prefix(length);
    }
}

/// Whether a rule, told by the words of its first line, is one of a version and profile.
bool is_of(const std::vector<std::string_view>& words, Version version, bool strict) {
    bool any = true, named = false;
    for (std::size_t i = 4; i < words.size(); ++i) {
        if (words[i] == (strict ? "public" : "strict")) return false;
        if (words[i] == "public" || words[i] == "strict") continue;
        any = false;
        named |= words[i] == name(version);
    }
    return any || named;
}

std::optional<Severity> severity_of(std::string_view text) {
    for (const Severity severity :
         {Severity::critical, Severity::error, Severity::warning, Severity::advisory})
        if (name(severity) == text) return severity;
    return std::nullopt;
}

}  // namespace

Result<Ruleset> Ruleset::from_text(std::string_view text, std::string_view file, Version version, bool strict,
                                   xml::Names& names) {
    RulesetBuilder builder(strict, names);
    std::string context;
    std::optional<Source> source;
    bool wanted = false;
    const auto flush = [&]() -> Result<void> {
        if (source && wanted) TAMGA_TRY(builder.add(*source));
        source.reset();
        return {};
    };
    int number = 0;
    while (!text.empty()) {
        ++number;
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.empty() || line[0] == '#') continue;
        const std::string place = fmt::format("{}:{}", file, number);
        const auto bad = [&](std::string cause) {
            return fail(ErrorCode::invalid_input, "read the rules", std::move(cause),
                        "see the top of standard/rules.txt", place);
        };
        if (line.starts_with("in ")) {
            TAMGA_TRY(flush());
            context = line.substr(3);
        } else if (!line.starts_with(' ')) {
            TAMGA_TRY(flush());
            const auto words = words_of(line);
            if (words.size() < 4) return bad("a rule begins with its kind, id, severity and category");
            const auto severity = severity_of(words[2]);
            if (!severity) return bad(fmt::format("'{}' is no severity", words[2]));
            source.emplace();
            source->context = context;
            source->kind = words[0];
            source->rule.id = words[1];
            source->rule.severity = *severity;
            source->rule.category = words[3];
            source->place = place;
            wanted = is_of(words, version, strict);
        } else {
            if (!source) return bad("this belongs to no rule");
            line.remove_prefix(line.find_first_not_of(' '));
            const std::size_t space = line.find(' ');
            if (space == std::string_view::npos) return bad("a key needs a value");
            const std::string key(line.substr(0, space));
            const std::string value(line.substr(space + 1));
            if (key == "says") {
                source->rule.message = value;
            } else if (key == "hint") {
                source->rule.hint = value;
            } else if (key == "each") {
                source->each = value;
            } else if (key == "with") {
                for (const std::string_view word : words_of(value)) source->with.emplace_back(word);
            } else {
                source->keys.emplace(key, value);
            }
        }
    }
    TAMGA_TRY(flush());
    return builder.finish();
}

std::string_view rule_sentence(Version version, std::string_view id) {
    std::string_view text = embedded::tamga_rules()[0].content;
    bool wanted = false;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.empty() || line[0] == '#') continue;
        if (line[0] != ' ') {
            const auto words = words_of(line);
            wanted = words.size() >= 4 && words[1] == id && is_of(words, version, false);
        } else if (wanted && line.starts_with("    says ")) {
            return line.substr(9);
        }
    }
    return {};
}

Ruleset Ruleset::standard(Version version, bool strict, xml::Names& names) {
    auto made = from_text(embedded::tamga_rules()[0].content, "standard/rules.txt", version, strict, names);
    if (!made) {  // part of the program: a test reads it
        fmt::print(stderr, "tamga: {}\n", made.error().message());
        std::abort();
    }
    return *std::move(made);
}

Result<Ruleset> Ruleset::from_json(std::string_view text, bool strict, xml::Names& names) {
    using Json = nlohmann::ordered_json;
    const auto bad = [](std::string cause) {
        return fail(ErrorCode::invalid_input, "read the ruleset", std::move(cause),
                    "see the ruleset specification");
    };
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return bad("it is not a JSON object");
    RulesetBuilder builder(strict, names);
    const auto plain = [](const Json& value) {
        return value.is_string() ? value.get<std::string>() : value.dump();
    };
    const auto read = [&](Source& source, const Json& one) -> Result<void> {
        for (const auto& [key, value] : one.items()) {
            if (key == "ruleInfo" && value.is_object()) {
                source.rule.id = value.value("id", "");
                source.rule.category = value.value("category", "");
                source.rule.message = value.value("message", "");
                source.rule.severity =
                    severity_of(value.value("severity", "error")).value_or(Severity::error);
            } else if (key == "idCondition") {
                const std::string name = plain(value);
                source.keys.emplace("unless",
                                    name == "NOT_EXISTING_ORG_ID" ? "registered" : "registered-prefix");
            } else if (key == "start" && source.kind == "startswith") {
                source.keys.emplace("start", plain(value));
            } else if (value.is_array()) {
                const std::string singular = key == "paths" ? "path" : key;
                for (const Json& element : value) source.keys.emplace(singular, plain(element));
            } else if (!value.is_object()) {
                source.keys.emplace(key, plain(value));
            }
        }
        // A rule that nobody named is called by its kind.
        if (source.rule.id.empty()) source.rule.id = source.kind;
        if (source.rule.message.empty())
            source.rule.message =
                fmt::format("The rule '{}' of {} must be kept.", source.kind, source.context);
        return builder.add(source);
    };
    for (const auto& [context, rules] : json.items()) {
        if (!rules.is_object()) return bad(fmt::format("'{}' holds no rules", context));
        for (const auto& [kind, body] : rules.items()) {
            if (!body.is_object() || !body.contains("cases") || !body["cases"].is_array())
                return bad(fmt::format("'{}' has no cases", kind));
            for (const Json& one : body["cases"]) {
                if (!one.is_object()) return bad(fmt::format("a case of '{}' is not an object", kind));
                Source source;
                source.context = context;
                source.kind = kind;
                if (kind != "loop") {
                    TAMGA_TRY(read(source, one));
                    continue;
                }
                if (!one.contains("foreach") || !one.contains("do") || !one["do"].is_object())
                    return bad("a loop needs foreach and do");
                for (const auto& [inner, inner_body] : one["do"].items()) {
                    if (!inner_body.is_object() || !inner_body.contains("cases") ||
                        !inner_body["cases"].is_array())
                        return bad(fmt::format("'{}' has no cases", inner));
                    for (const Json& inner_case : inner_body["cases"]) {
                        if (!inner_case.is_object())
                            return bad(fmt::format("a case of '{}' is not an object", inner));
                        Source repeated;
                        repeated.context = context;
                        repeated.kind = inner;
                        repeated.each = plain(one["foreach"]);
                        if (one.contains("subs"))
                            for (const Json& key : one["subs"]) repeated.with.push_back(plain(key));
                        TAMGA_TRY(read(repeated, inner_case));
                    }
                }
            }
        }
    }
    return builder.finish();
}

namespace {

/// One evaluation of one case at one element.
class Evaluation {
  public:
    Evaluation(const Ruleset::Implementation& rules, const RuleInputs& inputs, std::int64_t now_ms,
               XPathScratch& scratch)
        : rules_(rules), inputs_(inputs), now_ms_(now_ms), scratch_(scratch) {}

    /// False if the case is broken; contexts are then in contexts().
    bool kept(const Case& one, const std::string& context, const Node& at) {
        contexts_.clear();
        context_ = &context;
        if (one.condition) {
            const bool holds = one.condition->holds(at, scratch_);
            if (!holds && (rules_.strict || one.condition->kind() == XPath::Kind::boolean)) return true;
        }
        if (one.kind == Kind::if_then) return if_then(one, at);
        switch (one.kind) {
            case Kind::date_order:
            case Kind::date_now:
                return dates(one, at);
            case Kind::between_dates:
                return between(one, at);
            case Kind::time_limit:
                return time_limit(one, at);
            case Kind::one_or_all:
                return one_or_all(one, at);
            default:
                break;
        }
        found_.clear();
        owner_.clear();
        for (std::size_t i = 0; i < one.paths.size(); ++i) {
            one.paths[i].nodes(at, scratch_, found_);
            owner_.resize(found_.size(), i);
        }
        if (one.unless != Case::Unless::never && waived(one)) return true;
        switch (one.kind) {
            case Kind::no_more_than_one:
                return found_.size() <= 1 || all(one);
            case Kind::atleast_one:
                return !found_.empty() || missing(at);
            case Kind::only_one_of:
                for (const XPath& excluded : one.excluded) {
                    const bool there = excluded.first(at, scratch_).node != nullptr;
                    if (there ? !found_.empty() : found_.size() != 1)
                        return found_.empty() ? missing(at) : all(one);
                }
                return true;
            case Kind::unique:
                return unique(one);
            case Kind::sum:
                return found_.empty() || sum(one, at);
            case Kind::strict_sum:
                return sum(one, at);
            case Kind::regex_matches:
            case Kind::regex_no_matches:
                return regex(one);
            case Kind::startswith:
                return starts_with(one, at);
            case Kind::range:
                return range(one);
            case Kind::no_spaces:
                return no_spaces(one);
            case Kind::dependent: {
                std::size_t there = 0;
                for (const XPath& path : one.paths) there += path.first(at, scratch_).node != nullptr;
                return there == 0 || there == one.paths.size() || missing(at);
            }
            default:
                return true;
        }
    }
    std::vector<RuleFailure::At>& contexts() { return contexts_; }

  private:
    std::string_view text(const XmlItem& item) { return string_value(item, buffer_); }
    /// A value by its path, an element by what people know it by: "sector code '11110', no percentage".
    std::string shown(const Case& one, std::size_t i) {
        if (!found_[i].attribute && xml::is_blank(text(found_[i]))) return shown(*found_[i].node);
        std::string path(one.paths[owner_[i]].text());
        if (const std::size_t at = path.find("$1"); at != std::string::npos && one.each)
            path.replace(at, 2, scratch_.variable);
        return fmt::format("{}/{} '{}'", *context_, path, text(found_[i]));
    }
    std::string shown(const Node& node) const {
        std::string out(node.qualified);
        for (const Name name : kTold)
            if (const xml::Attribute* const found = node.attribute(name))
                out += fmt::format("{} {} '{}'", out.size() == node.qualified.size() ? "" : ",",
                                   found->qualified, found->value);
        if (lacks_percentage(node))
            out += out.size() == node.qualified.size() ? " without percentage" : ", no percentage";
        return out;
    }
    bool lacks_percentage(const Node& node) const {
        return (node.name == "sector"_iati || node.name == "recipient-country"_iati ||
                node.name == "recipient-region"_iati || node.name == "budget-item"_iati) &&
               !node.attribute("percentage"_iati);
    }
    bool each(const Case& one, std::size_t i) {
        contexts_.push_back({shown(one, i), found_[i].where()});
        return false;
    }
    /// Tells each node; those that `first` picks before the others.
    template <typename First>
    bool all(const Case& one, const First& first) {
        for (const bool wanted : {true, false})
            for (std::size_t i = 0; i < found_.size(); ++i)
                if (first(i) == wanted) each(one, i);
        return false;
    }
    bool all(const Case& one) {
        return all(one, [](std::size_t) { return false; });
    }
    bool missing(const Node& at) {
        contexts_.push_back({fmt::format("<{}>", at.qualified), at.where});
        return false;
    }

    bool waived(const Case& one) {
        return std::ranges::any_of(found_, [&](const XmlItem& item) {
            const std::string_view value = text(item);
            if (one.unless == Case::Unless::registered) return inputs_.publishers.contains(value);
            for (std::size_t hyphen = value.find('-'); hyphen != std::string_view::npos;
                 hyphen = value.find('-', hyphen + 1))
                if (inputs_.publishers.contains(value.substr(0, hyphen))) return true;
            return false;
        });
    }

    bool if_then(const Case& one, const Node& at) {
        const auto holds = [&](const XPath& expression) {
            return expression.holds(at, scratch_) ||
                   (!rules_.strict && expression.kind() == XPath::Kind::nodes);
        };
        if (!holds(*one.first) || holds(*one.second)) return true;
        // Only a boolean that is false counts as broken.
        if (!rules_.strict && one.second->kind() != XPath::Kind::boolean) return true;
        found_.clear();
        owner_.clear();
        for (std::size_t i = 0; i < one.paths.size(); ++i) {
            one.paths[i].nodes(at, scratch_, found_);
            owner_.resize(found_.size(), i);
        }
        if (found_.empty()) return missing(at);
        // Where some have a percentage, those without are what is to be mended.
        return all(one,
                   [&](std::size_t i) { return !found_[i].attribute && lacks_percentage(*found_[i].node); });
    }

    bool unique(const Case& one) {
        std::map<std::string, std::size_t, std::less<>> texts;
        for (const XmlItem& item : found_) ++texts[std::string(text(item))];
        if (texts.size() == found_.size()) return true;
        return all(one, [&](std::size_t i) { return texts.find(text(found_[i]))->second > 1; });
    }

    bool sum(const Case& one, const Node& at) {
        std::optional<Amount> total = 0;  // Nothing, once something is no number.
        std::vector<std::string> elements;
        for (const XmlItem& item : found_) {
            const auto one_more = summand(text(item));
            if (!one_more || !total || __builtin_add_overflow(*total, *one_more, &*total)) total.reset();
            if (std::string name(item.node->qualified); std::ranges::find(elements, name) == elements.end())
                elements.push_back(std::move(name));
        }
        if (total && measured(*total) == one.sum) return true;
        std::vector<XmlItem> members;
        for (const XPath& path : one.members) path.nodes(at, scratch_, members);
        if (elements.empty())
            for (const XmlItem& member : members)
                if (std::string name(member.node->qualified);
                    std::ranges::find(elements, name) == elements.end())
                    elements.push_back(std::move(name));
        const Node& first = !found_.empty() ? *found_[0].node : members.empty() ? at : *members[0].node;
        contexts_.push_back(
            {found_.empty()
                 ? fmt::format("{}: none has a percentage", fmt::join(elements, ", "))
                 : fmt::format("{} add up to {}, not {}", fmt::join(elements, ", "),
                               total ? amount_text(measured(*total)) : "nan", amount_text(one.sum)),
             first.where});
        for (const XmlItem& member : members) contexts_.push_back({shown(*member.node), member.node->where});
        return false;
    }

    bool regex(const Case& one) {
        const bool wanted = one.kind == Kind::regex_matches;
        for (std::size_t i = 0; i < found_.size(); ++i) {
            const std::string_view value = text(found_[i]);
            if (value.empty()) continue;
            auto matches = Pattern::Found::yes;
            if (one.forbidden) {
                if (value.find_first_of(*one.forbidden) != std::string_view::npos)
                    matches = Pattern::Found::no;
            } else if (one.pattern) {
                matches = one.pattern->find_in(value);
            }
            if (matches == Pattern::Found::unclear)
                contexts_.push_back(
                    {fmt::format("the rule's expression takes too long over {}", shown(one, i)),
                     found_[i].where()});
            else if ((matches == Pattern::Found::yes) != wanted)
                each(one, i);
        }
        return contexts_.empty();
    }

    bool starts_with(const Case& one, const Node& at) {
        std::vector<XmlItem> starts;
        for (const XPath& prefix : one.prefixes) prefix.nodes(at, scratch_, starts);
        const auto fits = [&](std::size_t i) {
            if (one.agency) {
                const std::string_view value = text(found_[i]);
                const std::size_t first = value.find('-');
                const std::size_t second =
                    first == std::string_view::npos ? first : value.find('-', first + 1);
                return inputs_.prefixes.contains(value.substr(0, second));
            }
            const std::string value(text(found_[i]));
            return std::ranges::any_of(starts, [&](const XmlItem& start) {
                const std::string_view prefix = text(start);
                return value.starts_with(prefix) &&
                       std::string_view(value).substr(prefix.size()).starts_with(one.separator);
            });
        };
        std::size_t i = 0;
        while (i < found_.size() && fits(i)) ++i;
        return i == found_.size() || all(one, [&](std::size_t item) { return !fits(item); });
    }

    bool range(const Case& one) {
        for (std::size_t i = 0; i < found_.size(); ++i) {
            const double value = rule_number(text(found_[i]));
            if (std::isnan(value) || (one.least && value < *one.least) || (one.most && value > *one.most))
                each(one, i);
        }
        return contexts_.empty();
    }

    bool no_spaces(const Case& one) {
        for (std::size_t i = 0; i < found_.size(); ++i)
            if (has_space_around(text(found_[i]))) each(one, i);
        return contexts_.empty();
    }

    struct Dated {
        std::int64_t ms;
        XmlItem item;  ///< Null: now.
    };
    /// The dates that a path selects: the first only, or (strictly) all that can be read.
    void dates_of(const std::optional<XPath>& path, bool now, const Node& at, std::vector<Dated>& out) {
        out.clear();
        if (now) return out.push_back({now_ms_, {}});
        if (!path) return;
        if (!rules_.strict) {
            const XmlItem item = path->first(at, scratch_);
            if (!item.node) return;
            if (const auto ms = ecmascript_date(text(item))) out.push_back({*ms, item});
            return;
        }
        found_.clear();
        path->nodes(at, scratch_, found_);
        for (const XmlItem& item : found_)
            if (const auto ms = xsd_date(text(item))) out.push_back({*ms, item});
    }
    void tell(const Dated& date, const std::optional<XPath>& path) {
        if (date.item.node) {
            contexts_.push_back(
                {fmt::format("{}/{} {}", *context_, path->text(), timestamp(date.ms)), date.item.where()});
        } else {
            contexts_.push_back({fmt::format("now {}", timestamp(date.ms)), RuleFailure::kNowhere});
        }
    }

    bool dates(const Case& one, const Node& at) {
        dates_of(one.first, one.first_is_now, at, less_);
        if (less_.empty()) return true;
        dates_of(one.second, one.second_is_now, at, more_);
        for (const Dated& less : less_) {
            for (const Dated& more : more_) {
                if (less.ms <= more.ms) continue;
                tell(less, one.first);
                tell(more, one.second);
                break;
            }
        }
        return contexts_.empty();
    }

    bool between(const Case& one, const Node& at) {
        dates_of(one.first, false, at, less_);
        dates_of(one.second, false, at, more_);
        if (less_.empty() || more_.empty()) return true;
        std::vector<Dated> within;
        dates_of(one.third, false, at, within);
        for (const Dated& date : within)
            if (date.ms < less_[0].ms || date.ms > more_[0].ms) tell(date, one.third);
        return contexts_.empty();
    }

    bool time_limit(const Case& one, const Node& at) {
        dates_of(one.first, false, at, less_);
        dates_of(one.second, false, at, more_);
        if (less_.empty() || more_.empty()) return true;
        for (std::size_t i = 0; i < std::min(less_.size(), more_.size()); ++i) {
            if (rules_.strict ? more_[i].ms <= a_year_after(less_[i].ms)
                              : (more_[i].ms - less_[i].ms) / kDayMs <= kMostDays)
                continue;
            tell(less_[i], one.first);
            tell(more_[i], one.second);
        }
        return contexts_.empty();
    }

    bool one_or_all(const Case& one, const Node& at) {
        if (one.first && one.first->first(at, scratch_).node) return true;
        const auto offender = [&](const Node& node) {
            contexts_.push_back({fmt::format("{}/{}", *context_, node.qualified), node.where});
        };
        if (one.all == "sector" || one.all == "recipient-country|recipient-region") {
            const bool sector = one.all == "sector";
            for (const Node* node = at.child("transaction"_iati); node; node = node->same)
                if (sector ? !node->child("sector"_iati)
                           : !node->child("recipient-country"_iati) && !node->child("recipient-region"_iati))
                    offender(*node);
            return contexts_.empty();
        }
        if (one.all != "lang" && one.all != "currency") return true;
        const bool lang = one.all == "lang";
        const Node* node = &at;
        for (;;) {
            if (node->first) {
                node = node->first;
            } else {
                while (node != &at && !node->next) node = node->parent;
                if (node == &at) break;
                node = node->next;
            }
            if (lang) {
                if (node->name == "narrative"_iati && !node->attribute(xml::kXmlSpace, "lang"))
                    offender(*node);
            } else if ((node->name == "value"_iati || node->name == "forecast"_iati ||
                        node->name == "loan-status"_iati) &&
                       !node->attribute("currency"_iati)) {
                offender(*node);
            }
        }
        return contexts_.empty();
    }

    const Ruleset::Implementation& rules_;
    const RuleInputs& inputs_;
    std::int64_t now_ms_;
    XPathScratch& scratch_;
    const std::string* context_ = nullptr;
    std::vector<RuleFailure::At> contexts_;
    std::vector<XmlItem> found_;
    std::vector<std::size_t> owner_;  ///< Which path selected found_[i].
    std::vector<Dated> less_, more_;
    std::string buffer_;
};

}  // namespace

void Ruleset::run(const Node& element, const RuleInputs& inputs, std::int64_t now_ms, XPathScratch& scratch,
                  std::vector<RuleFailure>& failures) const {
    const Implementation& rules = *implementation_;
    scratch.index(&element);
    Evaluation evaluation(rules, inputs, now_ms, scratch);
    std::vector<XmlItem> contexts;
    std::vector<std::string> values;
    std::string buffer;
    for (const auto& group : rules.groups) {
        contexts.clear();
        group.context.contexts(element, scratch, contexts);
        if (contexts.empty()) continue;
        for (const Case& one : group.cases) {
            for (const XmlItem& context : contexts) {
                if (context.attribute) continue;
                const Node& at = *context.node;
                if (!one.each) {
                    if (!evaluation.kept(one, group.written, at))
                        failures.push_back({&one.rule, std::move(evaluation.contexts())});
                    continue;
                }
                values.clear();
                std::vector<XmlItem> found;
                one.each->nodes(at, scratch, found);
                std::unordered_set<std::string> seen;
                for (const XmlItem& item : found)
                    if (const auto [value, fresh] = seen.emplace(string_value(item, buffer)); fresh)
                        values.push_back(*value);
                for (const std::string& value : values) {
                    scratch.variable = value;
                    if (!evaluation.kept(one, group.written, at))
                        failures.push_back({&one.rule, std::move(evaluation.contexts())});
                }
                scratch.variable = {};
            }
        }
    }
    scratch.index(nullptr);
}

}  // namespace tamga::iati
