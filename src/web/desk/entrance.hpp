#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/form.hpp"
#include "web/desk/visit.hpp"

namespace tamga::web {

/// A visit to a personal route, before it is let through.
struct Coming {
    bool for_signed_in = false;             ///< The route's Who.
    bool unreadable = false;                ///< What was sent is no form.
    std::optional<http::Fields> form = {};  ///< What was sent, whoever sent it.
    Entry entry = {};
};

/// The answer of a visit that is not let through; nothing if it is. Who is not signed in is led to the page
/// where that is done and back. What somebody typed comes back with it, to be sent again, but for passwords
/// and codes; what another site sent does not.
std::optional<Answer> turned_away(Services& services, const Visit& visit, Page& page, const Coming& coming);

/// A page of who is signed in: Frame::html() with the desk's bar. `context` need not have what every page
/// has: "form_token" is there for its forms ({{> form_token}}).
Answer desk_html(const Services& services, const Visit& visit, Page& page, std::string_view template_name,
                 std::string title, Json context, int status = 200);

/// What a form sent could not be written: 503 where another program writes or the database fails, with what
/// was typed to be sent again; else the refusal that the error is.
Answer not_written(const Services& services, const Visit& visit, Page& page, const Error& error);

/// 403: who is signed in may not do that. `why` is a sentence.
Answer forbidden(const Services& services, const Visit& visit, Page& page, const std::string& why);

/// After a form was taken: 303 to another page, so that loading it again sends nothing again.
Answer see_other(std::string location);

}  // namespace tamga::web
