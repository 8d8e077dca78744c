#include "web/frame/refusal.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "iati/standard/standard.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

Refusal no_such_page(const Page& page) {
    return {ErrorCode::not_found, page.say("There is no such page.")};
}

Refusal unfit_value(const Page& page, std::string_view parameter, std::string_view value,
                    const std::vector<std::string_view>& known) {
    Refusal out{.code = ErrorCode::invalid_usage,
                .text = page.language().format("'{1}' is no value of the parameter '{2}'.",
                                               {std::string(value), std::string(parameter)}),
                .more = {{"parameter", parameter}, {"value", value}}};
    name_nearest(page.language(), value, known, out);
    return out;
}

Refusal refusal_of(const Page& page, const Error& error) {
    if (http_status(error.code) >= 500) {
        spdlog::error("{}: {}", error.operation, error.message());
        return {error.code, page.say("The page could not be made. The failure was logged; try again later.")};
    }
    return {.code = error.code,
            .text = page.say("What is asked for cannot be shown."),
            .in_english = error.message()};
}

void name_nearest(const i18n::Language& language, std::string_view word,
                  const std::vector<std::string_view>& known, Refusal& refusal) {
    if (known.empty()) return;
    const std::size_t limit = std::max<std::size_t>(2, word.size() / 2);
    std::string_view nearest;
    std::size_t least = limit + 1;
    std::string all;
    for (const std::string_view one : known) {
        const std::size_t distance = iati::edit_distance(word, one, limit);
        if (distance < least) {
            least = distance;
            nearest = one;
        }
        all += fmt::format("{}{}", all.empty() ? "" : ", ", one);
    }
    refusal.more["known"] = known;
    if (!nearest.empty()) {
        refusal.more["nearest"] = nearest;
        refusal.hint = language.format("Did you mean '{1}'?", {std::string(nearest)}) + " ";
    }
    refusal.hint += language.format("There is: {1}.", {all});
}

std::span<const ProblemKind> problem_kinds() {
    static constexpr ProblemKind kKinds[] = {
        {ErrorCode::invalid_input, TAMGA_MSG("Not readable"),
         TAMGA_MSG("What was sent, or asked for, is not written as it must be. The answer says where, and "
                   "how it is "
                   "written.")},
        {ErrorCode::invalid_usage, TAMGA_MSG("Not offered"),
         TAMGA_MSG(
             "The address asks for something that it does not offer: a parameter that it does not take, or a "
             "value that the parameter does not have. The answer names the nearest that there is.")},
        {ErrorCode::not_found, TAMGA_MSG("Not found"),
         TAMGA_MSG("There is no such page, or the register held no such record on the day asked for.")},
        {ErrorCode::withdrawn, TAMGA_MSG("Withdrawn"),
         TAMGA_MSG(
             "The record was there and was withdrawn. Its history stays, with every version and the reason "
             "given.")},
        {ErrorCode::conflict, TAMGA_MSG("In another state"),
         TAMGA_MSG("The thing named is in another state than the request supposes.")},
        {ErrorCode::out_of_range, TAMGA_MSG("Out of range"),
         TAMGA_MSG("A day, a position or a number lies outside its limits: a day still to come, or more "
                   "entries than "
                   "the journal has.")},
        {ErrorCode::io, TAMGA_MSG("Not readable now"),
         TAMGA_MSG("The server could not read or write its files. The failure was logged; the same address "
                   "may answer "
                   "later.")},
        {ErrorCode::corrupt, TAMGA_MSG("Damaged data"),
         TAMGA_MSG("What the server keeps does not agree with itself, so that it is not shown. The failure "
                   "was logged; "
                   "the operator runs: tamga verify.")},
        {ErrorCode::state_unknown, TAMGA_MSG("State not known"),
         TAMGA_MSG("A write failed in a way that leaves its outcome open, and the server writes nothing "
                   "more. The operator runs "
                   "tamga verify and starts it again.")},
    };
    return kKinds;
}

bool is_problem_code(std::string_view code) {
    return std::ranges::any_of(problem_kinds(),
                               [&](const ProblemKind& kind) { return name(kind.code) == code; });
}

Json problem(const Refusal& refusal) {
    Json out{{"type", fmt::format("/problems/{}", name(refusal.code))},
             {"title", name(refusal.code)},
             {"status", http_status(refusal.code)},
             {"detail", refusal.in_english.empty() ? refusal.text
                                                   : fmt::format("{} {}", refusal.text, refusal.in_english)}};
    if (!refusal.hint.empty()) out["hint"] = refusal.hint;
    if (refusal.more.is_object()) out.update(refusal.more);
    return out;
}

}  // namespace tamga::web
