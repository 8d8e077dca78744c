#include "figures/assumptions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace tamga::figures {

namespace {

constexpr std::size_t kMostText = 4000, kMostSource = 300;

constexpr std::array<std::string_view, kCauses> kNames = {"months",  "currency", "coverage", "system",
                                                          "transit", "indirect", "cif",      "timing"};
constexpr std::array<std::string_view, 3> kForms = {"amount", "share", "factor"};

constexpr std::string_view kStart = "start", kOrder = "order", kMarkup = "markup", kRate = "rate",
                           kSource = "_source";

constexpr Stated kStated[] = {
    {Cause::cif, Form::factor, "1.06",
     "IMF, Direction of Trade Statistics Yearbook 2017: CIF/FOB factor 1.06", true},
    {Cause::cif, Form::factor, "1.05",
     "OECD, mean CIF/FOB margin of about 5 percent (Miao and Fortanier 2017)", false},
};

std::unexpected<Error> refused(std::string_view name, std::string cause, std::string hint) {
    return fail(ErrorCode::invalid_input, "read what is assumed", std::move(cause), std::move(hint),
                std::string(name));
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            out += ' ';
        } else if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                   hex_digit(text[i + 2]) >= 0) {
            out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                           std::string_view("-._~,/").find(c) != std::string_view::npos;
        if (plain)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
    return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> out;
    for (;;) {
        const std::size_t end = text.find(separator);
        out.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end + 1);
    }
}

Result<Ratio> number(std::string_view name, std::string_view text) {
    auto out = Ratio::parse(text);
    if (!out) return refused(name, out.error().cause, out.error().hint);
    return out;
}

/// What the walk could not take: a factor that turns a figure round, a share that takes out more than there
/// is.
Result<void> check(const Assumption& step) {
    if (step.form == Form::factor && step.value.sign() <= 0)
        return refused(name(step.cause), "a factor is above zero", "write 1.06, or leave it out");
    if (step.form == Form::amount && step.of_start)
        return refused(name(step.cause), "an amount is of nothing", "leave out 'start'");
    if (step.form == Form::share && step.value > Ratio(1))
        return refused(name(step.cause), "a share is at most 1", "write 0.6 for 60 percent");
    if (step.form == Form::share && step.value < Ratio(step.cause == Cause::transit ? 0 : -1))
        return refused(name(step.cause),
                       step.cause == Cause::transit ? "a share that is taken out is 0 or more"
                                                    : "a share is at least -1",
                       "write 0.6 for 60 percent");
    return {};
}

Result<Assumption> assumption_of(Cause cause, std::string_view text) {
    const std::vector<std::string_view> parts = split(text, ',');
    TAMGA_ASSIGN(Ratio value, number(name(cause), parts[0]));
    Assumption out{cause, usual_form(cause), std::move(value)};
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const auto form = std::ranges::find(kForms, parts[i]);
        if (i == 1 && form != kForms.end())
            out.form = static_cast<Form>(form - kForms.begin());
        else if (i + 1 == parts.size() && parts[i] == kStart)
            out.of_start = true;
        else
            return refused(name(cause), fmt::format("'{}' is not known", parts[i].substr(0, 40)),
                           "after the value: amount, share or factor, then start");
    }
    TAMGA_TRY(check(out));
    return out;
}

Result<std::vector<Cause>> order_of(std::string_view text) {
    std::vector<Cause> out;
    for (const std::string_view word : split(text, ',')) {
        const auto cause = cause_named(word);
        if (!cause || std::ranges::find(out, *cause) != out.end())
            return refused(kOrder,
                           fmt::format("'{}' {}", word.substr(0, 40),
                                       cause ? "stands there twice" : "is not the name of a step"),
                           "name each once: months,currency,coverage,system,transit,indirect,cif,timing");
        out.push_back(*cause);
    }
    for (int i = 0; i < kCauses; ++i)
        if (const auto cause = static_cast<Cause>(i); std::ranges::find(out, cause) == out.end())
            out.push_back(cause);
    return out;
}

/// Whether steps stand in the order of the list.
bool in_usual_order(const std::vector<Assumption>& steps) {
    return std::ranges::is_sorted(steps, {}, &Assumption::cause);
}

}  // namespace

const Assumption* Assumptions::find(Cause cause) const {
    const auto found = std::ranges::find(steps, cause, &Assumption::cause);
    return found == steps.end() ? nullptr : &*found;
}

std::string_view name(Cause cause) {
    return kNames[static_cast<std::size_t>(cause)];
}

std::string_view name(Form form) {
    return kForms[static_cast<std::size_t>(form)];
}

std::optional<Cause> cause_named(std::string_view name) {
    const auto found = std::ranges::find(kNames, name);
    if (found == kNames.end()) return std::nullopt;
    return static_cast<Cause>(found - kNames.begin());
}

Form usual_form(Cause cause) {
    if (cause == Cause::transit) return Form::share;
    return cause == Cause::cif || cause == Cause::currency ? Form::factor : Form::amount;
}

Result<Assumptions> assumptions_of(std::span<const Argument> arguments) {
    std::map<std::string_view, std::string_view> ours;
    for (const Argument& argument : arguments) {
        std::string_view stem = argument.name;
        if (stem.ends_with(kSource)) stem.remove_suffix(kSource.size());
        const bool is_source = stem.size() != argument.name.size();
        const bool known =
            cause_named(stem) || stem == kRate || (!is_source && (stem == kMarkup || stem == kOrder));
        // A form sends its empty fields too: they say nothing.
        if (!known || argument.value.empty()) continue;
        if (is_source && argument.value.size() > kMostSource)
            return refused(argument.name, fmt::format("a source has more than {} bytes", kMostSource),
                           "name it more shortly");
        if (!ours.emplace(argument.name, argument.value).second)
            return refused(argument.name, "it is said twice", "say it once");
    }
    const auto said = [&](const std::string& name) {
        const auto found = ours.find(name);
        return found == ours.end() ? std::string_view() : found->second;
    };
    TAMGA_ASSIGN(const std::vector<Cause> order,
                 order_of(ours.contains(kOrder) ? ours.at(kOrder) : name(Cause::months)));
    Assumptions out;
    for (const Cause cause : order) {
        const std::string key(name(cause));
        const std::string_view value = said(key), source = said(key + std::string(kSource));
        if (value.empty()) {
            if (!source.empty())
                return refused(key, "a source is named, and nothing that it states", "give the value too");
            continue;
        }
        TAMGA_ASSIGN(Assumption step, assumption_of(cause, value));
        step.source = source;
        out.steps.push_back(std::move(step));
    }
    if (const std::string_view markup = said(std::string(kMarkup)); !markup.empty()) {
        TAMGA_ASSIGN(out.markup, number(kMarkup, markup));
        if (out.markup.sign() < 0 || !out.find(Cause::indirect))
            return refused(kMarkup, "it raises indirect trade", "give 'indirect', and a markup of 0 or more");
    }
    if (const std::string_view rate = said(std::string(kRate)); !rate.empty()) {
        const std::string_view source = said(std::string(kRate) + std::string(kSource));
        TAMGA_ASSIGN(Ratio value, number(kRate, rate));
        if (value.sign() <= 0)
            return refused(kRate, "a rate is above zero", "write how many of the one are one of the other");
        if (source.empty())
            return refused(kRate, "who states the rate is not said", "name its source in rate_source");
        out.rate = Rate{std::move(value), std::string(source)};
    }
    return out;
}

std::vector<Argument> arguments_of(const Assumptions& assumptions) {
    std::vector<Argument> out;
    const auto source = [&](std::string_view of, const std::string& text) {
        if (!text.empty()) out.push_back({std::string(of) + std::string(kSource), text});
    };
    if (assumptions.rate) {
        out.push_back({std::string(kRate), assumptions.rate->value.text()});
        source(kRate, assumptions.rate->source);
    }
    std::vector<Assumption> steps = assumptions.steps;
    std::ranges::sort(steps, {}, &Assumption::cause);
    for (const Assumption& step : steps) {
        std::string value = step.value.text();
        if (step.form != usual_form(step.cause)) value += fmt::format(",{}", name(step.form));
        if (step.of_start) value += fmt::format(",{}", kStart);
        out.push_back({std::string(name(step.cause)), std::move(value)});
        source(name(step.cause), step.source);
    }
    if (assumptions.markup.sign() != 0) out.push_back({std::string(kMarkup), assumptions.markup.text()});
    if (!in_usual_order(assumptions.steps)) {
        std::string order;
        for (const Assumption& step : assumptions.steps)
            order += fmt::format("{}{}", order.empty() ? "" : ",", name(step.cause));
        out.push_back({std::string(kOrder), std::move(order)});
    }
    return out;
}

Result<Assumptions> parse_assumptions(std::string_view text) {
    if (text.size() > kMostText)
        return refused("", fmt::format("it has more than {} bytes", kMostText), "say it more shortly");
    std::vector<Argument> arguments;
    for (const std::string_view argument : split(text, '&')) {
        const std::size_t equals = argument.find('=');
        if (equals == std::string_view::npos) continue;
        arguments.push_back({decoded(argument.substr(0, equals)), decoded(argument.substr(equals + 1))});
    }
    return assumptions_of(arguments);
}

std::string text_of_assumptions(const Assumptions& assumptions) {
    std::string out;
    for (const Argument& argument : arguments_of(assumptions))
        out += fmt::format("{}{}={}", out.empty() ? "" : "&", argument.name, encoded(argument.value));
    return out;
}

std::span<const Stated> stated_parameters() {
    return kStated;
}

std::string_view source_of(const Assumption& assumption) {
    if (!assumption.source.empty()) return assumption.source;
    for (const Stated& stated : kStated)
        if (stated.cause == assumption.cause && stated.form == assumption.form && !assumption.of_start &&
            Ratio::parse(stated.value) == assumption.value)
            return stated.source;
    return {};
}

Assumptions with_defaults(Assumptions assumptions) {
    for (const Stated& stated : kStated) {
        if (!stated.is_default || assumptions.find(stated.cause)) continue;
        const auto value = Ratio::parse(stated.value);
        if (!value) continue;
        // Before the first step that comes later in the order of the list, so that what was asked for keeps
        // its order.
        const auto place = std::ranges::find_if(
            assumptions.steps, [&](const Assumption& step) { return step.cause > stated.cause; });
        assumptions.steps.insert(place, Assumption{stated.cause, stated.form, *value});
    }
    return assumptions;
}

}  // namespace tamga::figures
