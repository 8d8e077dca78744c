#pragma once

#include "web/desk/visit.hpp"

namespace tamga::web {

/// One's own account: what it is called, its password, second factor and passkeys, where it is signed in, the
/// tokens of its programs. Each change is a small form with an "action".
Answer account_page(Services& services, const Visit& visit, Page& page);
Answer change_account(Services& services, const Visit& visit, Page& page);

/// What a link opens by which somebody chooses a password: of a new account, or a new one for theirs.
Answer link_page(Services& services, const Visit& visit, Page& page);
Answer take_link(Services& services, const Visit& visit, Page& page);

}  // namespace tamga::web
