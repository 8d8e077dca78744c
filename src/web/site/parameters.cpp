#include "web/site/parameters.hpp"

#include <algorithm>
#include <iterator>

#include "query/listing.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

std::optional<Refusal> unfit_parameter(const i18n::Language& language, const Route& route,
                                       std::optional<Kind> kind,
                                       const std::vector<std::pair<std::string, std::string>>& query) {
    std::vector<std::string_view> known;
    for (std::string_view rest = route.parameters; !rest.empty();) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        known.push_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
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

}  // namespace tamga::web
