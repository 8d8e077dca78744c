#pragma once

#include "web/desk/visit.hpp"

namespace tamga::web {

/// Everybody's accounts, for who may manage them: who there is and is invited; one of them, with its roles;
/// and what happened. Each change is a small form with an "action".
Answer accounts_page(Services& services, const Visit& visit, Page& page);
Answer invite(Services& services, const Visit& visit, Page& page);
Answer one_account(Services& services, const Visit& visit, Page& page);
Answer manage_account(Services& services, const Visit& visit, Page& page);
Answer events_page(Services& services, const Visit& visit, Page& page);

}  // namespace tamga::web
