#pragma once

#include "access/accounts.hpp"
#include "web/desk/visit.hpp"

// Signing in through an organisation's provider, and linking an account to who its owner is there. What an
// attempt needs to be finished is sealed in a cookie of the browser that began it, for ten minutes.
//
// It begins with a link and not with a form: browsers follow no form to another site, for our pages forbid
// that (form-action), wherever the provider leads.

namespace tamga::web {

/// Sends who comes to the provider; the form to sign in, where there is none or it does not answer.
Answer begin_openid(Services& services, const Visit& visit, Page& page);
/// Takes who comes back: into a session, to the question for a code, to their account that is linked now, or
/// to the form to sign in, which says why not. Always another address, so that the code is in none that is
/// kept.
Answer back_from_openid(Services& services, const Visit& visit);
/// Where the code of the second factor is asked for, and taken.
Answer openid_code(Services& services, const Visit& visit, Page& page);
Answer openid_code_sent(Services& services, const Visit& visit, Page& page);

/// The page by which who is signed in, and has shown their password, goes to the provider to link the
/// account.
Answer begin_link(Services& services, const Visit& visit, Page& page);

/// The sentence of the form to sign in for `told=` in its address; empty for anything else.
std::string openid_problem(const Services& services, const Page& page, std::string_view told);

}  // namespace tamga::web
