#pragma once

#include "web/desk/visit.hpp"

namespace tamga::web {

/// Where one signs in; where nobody can, it says what the operator does.
Answer login_page(Services& services, const Visit& visit, Page& page);
/// Account and password; then, where the account has a second factor, a code.
Answer log_in(Services& services, const Visit& visit, Page& page);
Answer log_out(Services& services, const Visit& visit, Page& page);

}  // namespace tamga::web
