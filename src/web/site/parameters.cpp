#include "web/site/parameters.hpp"

#include <algorithm>
#include <iterator>

#include "query/listing.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

std::optional<Refusal> unfit_parameter(const i18n::Language& language, const Route& route,
                                       std::optional<Kind> kind,
                                       const std::vector<std::pair<std::string, std::string>>& query) {
    if (has_word(route.parameters, "*")) return std::nullopt;
    std::vector<std::string_view> known;
    for (std::string_view rest = route.parameters; !rest.empty();) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        known.push_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    // Whatever can be shown as it was can be shown as it was public.
    if (has_word(route.parameters, "as_of")) known.push_back("public_by");
    const std::size_t own = known.size();
    if (route.filters && kind) std::ranges::copy(query::filters_of(*kind), std::back_inserter(known));
    for (auto parameter = query.begin(); parameter != query.end(); ++parameter) {
        const std::string& name = parameter->first;
        const auto found = std::ranges::find(known, name);
        if (found == known.end()) {
            Refusal refusal{
                .code = ErrorCode::invalid_usage,
                .text = language.format("This address does not take the parameter '{1}'.", {name}),
                .more = {{"parameter", name}}};
            name_nearest(language, name, known, refusal);
            if (known.empty()) refusal.hint = language.translate("It takes no parameters.");
            return refusal;
        }
        // Filters may be repeated, each value letting more records pass, and so may words.
        const bool repeats = found - known.begin() >= static_cast<std::ptrdiff_t>(own) || name == "q";
        const auto same = [&](const auto& other) { return other.first == name; };
        if (!repeats && std::any_of(query.begin(), parameter, same))
            return Refusal{.code = ErrorCode::invalid_usage,
                           .text = language.format("The parameter '{1}' may be given only once.", {name}),
                           .more = {{"parameter", name}}};
    }
    return std::nullopt;
}

Refusal unfit_past(const Page& page, const query::AsOf& asked, const std::string& written,
                   const Error& error) {
    Refusal out{.code = error.code, .text = {}, .more = {{"parameter", "as_of"}}};
    if (asked.position())
        out.text = page.language().format("The journal has {1} entries, so there is no position {2}.",
                                          {page.language().number(std::to_string(page.view().head().value)),
                                           page.language().number(std::to_string(*asked.position()))});
    else if (asked.day())
        out.text = page.language().format("{1} is in the future.", {page.language().date(*asked.day())});
    else
        out.text = page.language().format("'{1}' is neither a day nor a journal position.", {written});
    out.hint =
        page.say("Write as_of=2026-11-23 (the end of that day, UTC) or as_of=@120 (a journal position).");
    return out;
}

Refusal unfit_public_by(const Page& page, const query::AsOf& asked, const std::string& written) {
    Refusal out{.code = ErrorCode::invalid_usage, .text = {}, .more = {{"parameter", "public_by"}}};
    if (asked.day()) {
        out.code = ErrorCode::out_of_range;
        out.text = page.language().format("{1} is still to come.", {page.language().date(*asked.day())});
    } else {
        out.text = page.language().format("'{1}' is no day.", {written});
    }
    out.hint = page.say(
        "Write public_by=2025-06-01: what was public at the end of that day, by the dates of its sources.");
    return out;
}

}  // namespace tamga::web
