#pragma once

#include "web/desk/visit.hpp"

namespace tamga::web {

/// The form by which something is followed by e-mail, with the feed beside it. Kept by nobody: it carries a
/// token of the moment (access/reply_rules.hpp).
Answer follow_form(Services& services, const Visit& visit, Page& page);
/// Takes the form: 303 to where it says that a question is on its way to the address, whether that is known
/// or not; or the form again.
Answer follow_form_sent(Services& services, const Visit& visit, Page& page);

/// The page of a link in a message: what it is for, and a button; to look at it does nothing, for mail
/// servers follow links.
Answer follow_link(Services& services, const Visit& visit, Page& page);
/// Confirms or ends it. What programs send for a reader who wants no more (RFC 8058) ends it, without cookie
/// or token of a form: the link is both.
Answer follow_link_sent(Services& services, const Visit& visit, Page& page);

}  // namespace tamga::web
