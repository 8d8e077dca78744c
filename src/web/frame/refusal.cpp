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
                .text = page.language().format("'{1}' is not a value of the parameter '{2}'.",
                                               {std::string(value), std::string(parameter)}),
                .more = {{"parameter", parameter}, {"value", value}}};
    name_nearest(page.language(), value, known, out);
    return out;
}

Refusal refusal_of(const Page& page, const Error& error) {
    if (http_status(error.code) >= 500) {
        spdlog::error("{}: {}", error.operation, error.message());
        return {error.code,
                page.say("The page could not be produced. The failure was logged; try again later.")};
    }
    return {.code = error.code,
            .text = page.say("What was requested cannot be shown."),
            .in_english = error.message()};
}

void name_nearest(const i18n::Language& language, std::string_view word,
                  const std::vector<std::string_view>& known, Refusal& refusal) {
    if (known.empty()) return;
    const std::size_t limit = std::max<std::size_t>(2, word.size() / 2);
    std::string_view nearest;
    std::size_t least = limit + 1;
    for (const std::string_view one : known) {
        const std::size_t distance = iati::edit_distance(word, one, limit);
        if (distance < least) {
            least = distance;
            nearest = one;
        }
    }
    refusal.more["known"] = known;
    if (!nearest.empty()) {
        refusal.more["nearest"] = nearest;
        refusal.hint = language.format("Did you mean '{1}'?", {std::string(nearest)}) + " ";
    }
    refusal.hint += language.format("Available: {1}.", {language.list({known.begin(), known.end()})});
}

std::span<const ProblemKind> problem_kinds() {
    static constexpr ProblemKind kKinds[] = {
        {ErrorCode::invalid_input, TAMGA_MSG("Not readable"),
         TAMGA_MSG("What was sent or requested is not in the required form. The answer says where, and what "
                   "the form is.")},
        {ErrorCode::invalid_usage, TAMGA_MSG("Not offered"),
         TAMGA_MSG(
             "The address asks for something that is not available there: a parameter that it does not take, "
             "or a value that the parameter does not have. The answer names the nearest one available.")},
        {ErrorCode::not_found, TAMGA_MSG("Not found"),
         TAMGA_MSG("There is no such page, or the register held no such record on the day requested.")},
        {ErrorCode::withdrawn, TAMGA_MSG("Withdrawn"),
         TAMGA_MSG("The record existed and was withdrawn. Its history remains, with every version and the "
                   "reason given.")},
        {ErrorCode::conflict, TAMGA_MSG("Not in the expected state"),
         TAMGA_MSG("What is named is not in the state that the request supposes.")},
        {ErrorCode::out_of_range, TAMGA_MSG("Out of range"),
         TAMGA_MSG("A day, a position or a number lies outside its limits: a day still to come, or more "
                   "entries than "
                   "the journal has.")},
        {ErrorCode::io, TAMGA_MSG("Not readable now"),
         TAMGA_MSG("The server could not read or write its files. The failure was logged; try the same "
                   "address later.")},
        {ErrorCode::corrupt, TAMGA_MSG("Damaged data"),
         TAMGA_MSG("The stored data contradict one another, so they are not shown. The failure was logged; "
                   "the operator should run: tamga verify.")},
        {ErrorCode::state_unknown, TAMGA_MSG("State not known"),
         TAMGA_MSG("A write failed and its outcome is unknown, so the server accepts no further writes. The "
                   "operator should run tamga verify and restart it.")},
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
