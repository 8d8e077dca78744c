#pragma once

#include <span>
#include <string>

#include "access/policy.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// What a role is called: "Party editor".
std::string role_name(const Words& words, access::Role role);
/// With whose it is and where: "Party editor (Kazakhstan; China–Central Asia)".
std::string role_text(Page& page, const access::Grant& grant);
/// All of an account, one after the other; "No role" if it has none.
std::string roles_text(Page& page, std::span<const access::Grant> grants);

/// The party for which the account gives its word and signs; empty if for none.
std::string signs_for(const access::Account& account);

/// What the policy looks up about a record: as the page's reading has it. Borrows the page.
access::LookUp look_up_on(Page& page);

/// Why something is refused, in a sentence of the page's language that names the roles that could; empty if
/// it is allowed.
std::string refusal_text(Page& page, const access::Decision& decision);

}  // namespace tamga::web
