#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/kind.hpp"
#include "query/as_of.hpp"
#include "web/frame/refusal.hpp"
#include "web/site/route.hpp"

namespace tamga::web {

/// Why the query parameters do not fit the route: one that it does not take, with the nearest that it takes,
/// or one that stands twice and may not. Nothing if all fit. `kind` is that of the list, where the route
/// takes its filters.
std::optional<Refusal> unfit_parameter(const i18n::Language& language, const Route& route,
                                       std::optional<Kind> kind,
                                       const std::vector<std::pair<std::string, std::string>>& query);

/// Why the register cannot be shown as `public_by` asks; `written` is what stands in the address.
Refusal unfit_public_by(const Page& page, const query::AsOf& asked, const std::string& written);

/// Why the register cannot be shown as `as_of` asks; `written` is what stands in the address.
Refusal unfit_past(const Page& page, const query::AsOf& asked, const std::string& written,
                   const Error& error);

}  // namespace tamga::web
