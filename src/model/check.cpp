#include "model/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/decimal.hpp"
#include "base/lookalike.hpp"
#include "iati/standard/standard.hpp"

namespace tamga {

namespace {

constexpr std::size_t kTextLimit = 1u << 20;

/// Two dates of a kind that follow each other; `must`: it cannot be otherwise.
struct Order {
    Kind kind;
    FieldName earlier, later;
    bool must;
};
constexpr Order kOrders[] = {
    {Kind::meeting, "start", "end", true},
    {Kind::mechanism, "proposed", "established", false},
    {Kind::instrument, "date", "entry_into_force", false},
    {Kind::action, "date", "effective", false},
    {Kind::centre, "announced", "opened", false},
    {Kind::commitment, "made", "due", false},
    // Publishers of IATI files mix planned and actual dates.
    {Kind::project, "start", "end", false},
};

/// Dates that tell what happened, so that they are seldom still to come.
struct Happened {
    Kind kind;
    FieldName field;
};
constexpr Happened kHappened[] = {
    {Kind::source, "date"},   {Kind::instrument, "date"},       {Kind::action, "date"},
    {Kind::centre, "opened"}, {Kind::statement, "date"},        {Kind::commitment, "made"},
    {Kind::claim, "date"},    {Kind::report, "date"},           {Kind::assessment, "date"},
    {Kind::update, "date"},   {Kind::mechanism, "established"}, {Kind::observation, "period"},
    {Kind::reply, "date"},
};

/// Numbers that say nothing without another field.
struct Pair {
    Kind kind;
    FieldName field, other;
};
constexpr Pair kPairs[] = {
    {Kind::commitment, "target", "unit"},     {Kind::commitment, "due_basis", "due"},
    {Kind::claim, "value", "unit"},           {Kind::project, "amount", "currency"},
    {Kind::project, "latitude", "longitude"}, {Kind::project, "longitude", "latitude"},
    {Kind::centre, "latitude", "longitude"},  {Kind::centre, "longitude", "latitude"},
    {Kind::party, "latitude", "longitude"},   {Kind::party, "longitude", "latitude"},
    {Kind::project, "route", "latitude"},
};

/// A date or period of a body as its first and last day; nothing if there is none.
std::optional<Period> period_of(const Json& body, FieldName field) {
    const auto period = parse_period(text_of(body, field));
    return period ? std::optional(*period) : std::nullopt;
}

/// "'2020-01-01' is before made '2025-01-01'", if it is.
std::optional<Problem> out_of_order(const Order& order, const Json& body) {
    const auto earlier = period_of(body, order.earlier), later = period_of(body, order.later);
    if (!earlier || !later || later->last >= earlier->first) return std::nullopt;
    return Problem{std::string(order.later.text()),
                   fmt::format("'{}' is before {} '{}'", text_of(body, order.later), order.earlier.text(),
                               text_of(body, order.earlier)),
                   "correct one of them"};
}

/// True if a decimal's text lies within -most and most.
bool is_within(std::string_view decimal, int most) {
    const auto value = Decimal::parse(decimal);
    return value && *value <= Decimal(most) && *value >= Decimal(-most);
}

/// True for "39.47 75.99": degrees north and east.
bool is_place(std::string_view text) {
    const std::size_t space = text.find(' ');
    return space != std::string_view::npos && is_within(text.substr(0, space), 90) &&
           is_within(text.substr(space + 1), 180);
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
    });
}

/// True for "15.3" and "4.b", which are targets of the seventeen goals.
bool is_sdg_target(std::string_view text) {
    const auto targets = iati::find_code_list("UNSDG-Targets");
    return targets && targets->find(iati::Version::v2_03, text);
}

bool is_sha256(std::string_view text) {
    return text.size() == 64 &&
           std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// A code list as people read it: "a, b or c".
std::string any_of_text(std::span<const std::string_view> codes) {
    std::string text;
    for (std::size_t i = 0; i < codes.size(); ++i)
        text += fmt::format("{}{}", i == 0 ? "" : i + 1 == codes.size() ? " or " : ", ", codes[i]);
    return text;
}

class Checker {
  public:
    Checker(std::vector<Problem>& problems) : problems_(problems) {}

    void check(const Field& field, const Json& value) {
        field_ = field.name;
        switch (field.type) {
            case FieldType::name:
                if (value.is_string()) return check_plain(value.get_ref<const std::string&>());
                return check_text(value);
            case FieldType::text:
                return check_text(value);
            case FieldType::integer:
                if (!value.is_number_integer())
                    add("it is not a whole number", "write digits only, such as 3");
                return;
            case FieldType::boolean:
                if (!value.is_boolean()) add("it is neither true nor false", "write yes or no");
                return;
            case FieldType::links:
            case FieldType::any_links:
            case FieldType::strings:
            case FieldType::citations:
                return check_list(field, value);
            case FieldType::file:
                return check_file(value);
            default:
                break;
        }
        if (!value.is_string()) return add("it is not a text", "write a JSON string");
        check_string(field, value.get_ref<const std::string&>());
    }

  private:
    void add(std::string cause, std::string hint) {
        problems_.push_back({field_, std::move(cause), std::move(hint)});
    }

    void check_plain(const std::string& text) {
        if (is_blank(text)) return add("it is empty", "leave the field out where nothing is stated");
        if (text.size() > kTextLimit) add("it is longer than 1 MiB", "keep long texts as a file");
        if (has_control(text)) add("it holds a control character", "remove it");
    }

    void check_text(const Json& value) {
        if (!value.is_object()) return add("it is not a text by language", R"(write {"en": "…"})");
        if (value.empty()) return add("it is empty", "leave the field out where nothing is stated");
        for (const auto& [tag, text] : value.items()) {
            if (!is_language_tag(tag))
                add(fmt::format("'{}' is not a language tag", tag), "write en, zh or another BCP 47 tag");
            if (!text.is_string())
                add(fmt::format("the text in {} is not a string", tag), "write a JSON string");
            else
                check_plain(text.get_ref<const std::string&>());
        }
    }

    void check_string(const Field& field, const std::string& text) {
        check_plain(text);
        const auto take = [&](const auto& result) {
            if (!result) add(result.error().cause, result.error().hint);
        };
        switch (field.type) {
            case FieldType::date:
                return take(Date::parse(text));
            case FieldType::period:
                return take(parse_period(text));
            case FieldType::decimal: {
                const auto decimal = canonical_decimal(text);
                take(decimal);
                if (decimal && *decimal != text)
                    add(fmt::format("'{}' is not in its plain form", text),
                        fmt::format("write {}", *decimal));
                if (decimal && field.name == "latitude" && !is_within(text, 90))
                    add(fmt::format("'{}' is no latitude", text), "write degrees north, from -90 to 90");
                if (decimal && field.name == "longitude" && !is_within(text, 180))
                    add(fmt::format("'{}' is no longitude", text), "write degrees east, from -180 to 180");
                return;
            }
            case FieldType::code:
                if (std::ranges::find(field.codes, text) == field.codes.end())
                    add(fmt::format("'{}' is not one of its values", text),
                        "write " + any_of_text(field.codes));
                return;
            case FieldType::url:
                return check_url(text);
            case FieldType::link:
                if (!is_id(text))
                    add(fmt::format("'{}' is not an id", text),
                        "ids are lower-case letters, digits and hyphens");
                return;
            case FieldType::string:
                if (field.name == "sdg_target" && !is_sdg_target(text))
                    add(fmt::format("'{}' is no target of the goals", text),
                        "write the goal, a point and the target, such as 15.3 or 4.b");
                return;
            default:
                return;
        }
    }

    void check_url(const std::string& text) {
        if (!text.starts_with("https://") && !text.starts_with("http://"))
            return add(fmt::format("'{}' is not a web address", text),
                       "write an address that starts with https:// or http://");
        // RFC 3986, section 2: these stand in no address but percent-encoded.
        const std::size_t bad = text.find_first_of(" \"<>\\^`{|}\n\t");
        if (bad == std::string::npos) return;
        const char c = text[bad];
        add(fmt::format("'{}' holds {}, which no web address has", text,
                        c == ' '                 ? "a space"
                        : c == '\n' || c == '\t' ? "a line break or a tab"
                                                 : fmt::format("'{}'", c)),
            fmt::format("write %{:02X} for it, or name one address only", static_cast<int>(c)));
    }

    void check_list(const Field& field, const Json& value) {
        if (!value.is_array()) return add("it is not a list", "write a JSON array");
        if (value.empty()) return add("it is empty", "leave the field out where nothing is stated");
        if (value.size() > kListLimit) return add("it has more than 10,000 members", "split the record");
        for (const Json& member : value) {
            if (field.type == FieldType::citations) {
                check_citation(member);
                continue;
            }
            if (!member.is_string()) {
                add("a member is not a string", "write JSON strings");
                continue;
            }
            const auto& text = member.get_ref<const std::string&>();
            check_plain(text);
            if (field.name == "route" && !is_place(text))
                add(fmt::format("'{}' is no place", text),
                    "write degrees north, a space and degrees east, such as 39.47 75.99");
            if (field.type == FieldType::links && !is_id(text))
                add(fmt::format("'{}' is not an id", text), "ids are lower-case letters, digits and hyphens");
            if (field.type == FieldType::any_links)
                if (const auto name = parse_record_id(text); !name)
                    add(name.error().cause, name.error().hint);
        }
        if (value.size() == 1) {
            if (field.name == "route") add("it is a single place", "name both ends, or leave it out");
            return;
        }
        std::set<std::string> seen;
        for (const Json& member : value)
            if (!seen.insert(member.dump(-1, ' ', false, Json::error_handler_t::replace)).second)
                return add("a member is there twice", "name each once");
    }

    void check_citation(const Json& citation) {
        const bool shaped =
            citation.is_object() && citation.contains("source") && citation["source"].is_string() &&
            (citation.size() == 1 ||
             (citation.size() == 2 && citation.contains("locator") && citation["locator"].is_string()));
        if (!shaped)
            return add("a citation is not {source, locator}",
                       "name a source's id and, if there is one, the place in it");
        const auto& source = citation["source"].get_ref<const std::string&>();
        if (!is_id(source))
            add(fmt::format("'{}' is not an id", source), "ids are lower-case letters, digits and hyphens");
        if (citation.contains("locator")) check_plain(citation["locator"].get_ref<const std::string&>());
    }

    void check_file(const Json& value) {
        const bool shaped = value.is_object() && value.size() == 4 && value.contains("name") &&
                            value["name"].is_string() && value.contains("sha256") &&
                            value["sha256"].is_string() && value.contains("size") &&
                            value["size"].is_number_unsigned() && value.contains("media_type") &&
                            value["media_type"].is_string();
        if (!shaped) return add("it is not a file", "write {name, sha256, size, media_type}");
        const auto& name = value["name"].get_ref<const std::string&>();
        if (name.empty() || name.starts_with('.') || name.find_first_of("/\\") != std::string::npos ||
            has_control(name))
            add(fmt::format("'{}' is not a file name", name), "write a name without folders");
        if (!is_sha256(value["sha256"].get_ref<const std::string&>()))
            add("its sha256 is not 64 hexadecimal digits", "");
    }

    std::vector<Problem>& problems_;
    std::string field_;
};

/// A reply stands under one record, of a kind that takes replies.
void check_under(const Json& body, std::vector<Problem>& problems) {
    const std::vector<std::string> under = list_of(body, "under");
    if (under.size() > 1)
        problems.push_back({"under", "it names more than one record", "name the one that it answers"});
    for (const std::string& one : under)
        if (const auto name = parse_record_id(one); name && !takes_replies(name->kind))
            problems.push_back(
                {"under", fmt::format("'{}' takes no replies", one), "name a commitment or an update"});
}

/// What a target is measured against is there, and says the same as the target.
void check_target(const Json& body, std::vector<Problem>& problems) {
    for (const FieldName field :
         {FieldName("aim"), FieldName("target_form"), FieldName("base"), FieldName("base_period")})
        if (body.contains(field.text()) && !body.contains("target"))
            problems.push_back({std::string(field.text()), "there is no target beside it",
                                "state the number promised, or leave it out"});
    const std::string form = text_of(body, "target_form"), aim = text_of(body, "aim");
    const auto target = Decimal::parse(text_of(body, "target"));
    if (!target || (form != "change" && form != "change-percent")) return;
    const auto base = Decimal::parse(text_of(body, "base"));
    if (!body.contains("base") && !body.contains("base_period"))
        problems.push_back({"target_form", "a change needs what it is a change against",
                            "state base or base_period; if the source states neither, leave target and "
                            "target_form out, for the change cannot be measured"});
    if (target->sign() == 0)
        problems.push_back(
            {"target", "a change of 0 is none",
             "if it is to stay at the base, write the base as the target, without target_form"});
    if (target->sign() < 0 && aim.empty())
        problems.push_back(
            {"target",
             fmt::format("'{}' is a decrease, and aim says not which way it goes", text_of(body, "target")),
             "write at-most in aim for a promise to come down; at-least for one not to fall "
             "further"});
    if (form != "change-percent") return;
    if (*target < Decimal(-100))
        problems.push_back({"target",
                            fmt::format("'{}' is a decrease by more than all of it", text_of(body, "target")),
                            "write percent of the base, such as -20"});
    if (base && base->sign() <= 0)
        problems.push_back(
            {"base",
             fmt::format("'{}' is not above zero, so that there are no percent of it", text_of(body, "base")),
             "write the change in the unit, with change in target_form"});
}

/// No party ends what others answer.
void check_closes(const Json& body, std::vector<Problem>& problems) {
    if (body.contains("party") && body.value("closes", Json(false)) == true)
        problems.push_back({"closes", "a party's reply cannot be the last word", "leave it out"});
}

/// A figure is told, or it is said why not.
void check_figure(const Json& body, std::vector<Problem>& problems) {
    const bool told = body.contains("value"), missing = body.contains("missing");
    if (!told && !missing)
        problems.push_back({"value", "neither a value is there nor why it is missing",
                            "write the value, or in missing why the source gives none"});
    if (told && missing)
        problems.push_back(
            {"missing", "there is a value beside it", "write one of them: a figure is told, or it is not"});
    if (!told && body.contains("qualifier"))
        problems.push_back({"qualifier", "there is no value that it could word", "leave it out"});
}

}  // namespace

void check_body(Kind kind, const Json& body, std::vector<Problem>& problems) {
    const KindInfo& kind_info = info(kind);
    if (!body.is_object()) {
        problems.push_back({"", "the body is not a JSON object", ""});
        return;
    }
    for (const Field& field : kind_info.fields)
        if (field.required && !body.contains(field.name))
            problems.push_back(
                {std::string(field.name), "it is required and not there", std::string(field.help)});
    Checker checker(problems);
    for (const auto& [key, value] : body.items()) {
        const Field* field = kind_info.field(key);
        if (field)
            checker.check(*field, value);
        else
            problems.push_back({key, fmt::format("a {} has no field '{}'", kind_info.name, key),
                                "see docs/formats/register-folder.md"});
    }
    for (const Order& order : kOrders)
        if (order.kind == kind && order.must)
            if (auto problem = out_of_order(order, body)) problems.push_back(*std::move(problem));
    if (kind == Kind::commitment) check_target(body, problems);
    if (kind == Kind::observation) check_figure(body, problems);
    if (kind != Kind::reply) return;
    check_under(body, problems);
    check_closes(body, problems);
}

namespace {

/// A target that a figure has before anything is done, or could never have.
template <typename Warn>
void check_sense_of_target(const Json& body, const Warn& warn) {
    const auto target = Decimal::parse(text_of(body, "target")), base = Decimal::parse(text_of(body, "base"));
    const std::string form = text_of(body, "target_form");
    if (!target || (!form.empty() && form != "value")) return;
    const bool down = text_of(body, "aim") == "at-most";
    if (target->sign() < 0 && !down && !base && !body.contains("base_period"))
        warn("target", fmt::format("'{}' is below zero", text_of(body, "target")),
             "a target is the number to be reached; correct it if it is a slip");
    if (base && (down ? *target >= *base : *target <= *base))
        warn("target",
             fmt::format("'{}' is not {} the base '{}'", text_of(body, "target"), down ? "below" : "above",
                         text_of(body, "base")),
             "aim says which way the number is to go; correct one of them if it is a slip");
}

}  // namespace

void check_sense(Kind kind, const Json& body, const Date& today, std::vector<Problem>& warnings) {
    if (!body.is_object()) return;
    const auto warn = [&](FieldName field, std::string cause, std::string hint) {
        warnings.push_back({std::string(field.text()), std::move(cause), std::move(hint)});
    };
    for (const Order& order : kOrders)
        if (order.kind == kind && !order.must)
            if (auto problem = out_of_order(order, body)) warnings.push_back(*std::move(problem));
    for (const auto& [of, field] : kHappened) {
        if (of != kind) continue;
        if (const auto when = period_of(body, field); when && when->first > today)
            warn(field, fmt::format("'{}' is still to come", text_of(body, field)),
                 "correct it if it is a slip");
    }
    if (const auto start = period_of(body, "start");
        kind == Kind::meeting && start && start->first > today && text_of(body, "status") == "held")
        warn("status",
             fmt::format("it is said to be held, and '{}' is still to come", text_of(body, "start")),
             "correct one of them");
    for (const Pair& pair : kPairs)
        if (pair.kind == kind && body.contains(pair.field.text()) && !body.contains(pair.other.text()) &&
            text_of(body, pair.field) != "standing")  // Which says that there is none.
            warn(pair.field, fmt::format("there is no {} beside it", pair.other.text()),
                 "state it, if the source does");
    if (kind != Kind::commitment) return;
    check_sense_of_target(body, warn);
    // A promise of several to each other names them on both sides.
    const std::vector<std::string> by = list_of(body, "by");
    if (by.size() == 1 && by == list_of(body, "to"))
        warn("to", fmt::format("'{}' promises it to itself", by.front()), "correct it if it is a slip");
}

bool is_on_earth(std::string_view latitude, std::string_view longitude) {
    return is_within(latitude, 90) && is_within(longitude, 180);
}

}  // namespace tamga
