#pragma once

#include "web/desk/visit.hpp"

namespace tamga::web {

/// The form under a commitment or an update, and where it says that a reply waits. Its answer is kept by
/// nobody: it carries a token of the moment (access/reply_rules.hpp).
Answer reply_form(Services& services, const Visit& visit, Page& page);
/// Takes what the form sent: 303 to the page that says that it waits; or the form again, with all that was
/// typed.
Answer send_reply(Services& services, const Visit& visit, Page& page);

/// For moderators: what waits, oldest first, with what the rules say of it; what appeared, to be erased.
Answer replies_desk(Services& services, const Visit& visit, Page& page);
/// Lets one appear, refuses or erases it, or ends the replies under its record with a last word.
Answer moderate_reply(Services& services, const Visit& visit, Page& page);

/// Whether an account may moderate anywhere.
bool is_moderator(const access::Account& account);

}  // namespace tamga::web
