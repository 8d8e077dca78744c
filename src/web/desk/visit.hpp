#pragma once

#include <functional>
#include <memory>
#include <string>

#include "http/form.hpp"
#include "http/message.hpp"
#include "query/register.hpp"
#include "web/desk/desk.hpp"
#include "web/frame/frame.hpp"
#include "web/frame/match.hpp"
#include "web/pages/validate.hpp"
#include "web/parts/status_cache.hpp"

namespace tamga::web {

/// What every route may use. Lives as long as the site; any number of threads.
struct Services {
    query::Register& reg;
    Frame frame;
    StatusCache statuses = {};
    Validation validation = {};
    std::function<bool()> stopping = {};    ///< See SiteOptions.
    std::optional<Outlines> outlines = {};  ///< See SiteOptions.
    std::unique_ptr<Desk> desk = {};        ///< Null: nobody signs in here, and nothing is written.
};

/// One request on its way to its route. All that knows who asks is of routes whose answers are kept by nobody
/// (Keep::personal) alone.
struct Visit {
    const http::Request& request;
    const Match& match;
    const i18n::Language& language;  ///< The path's, or what the reader's browser prefers.
    Begin begin = {};                ///< Of this request; not of one whose answer is personal.

    /// Who is signed in; null: nobody. Never null where the route is for Who::signed_in.
    const access::SignedIn* signed_in = nullptr;
    std::string session = {};     ///< The token of that session.
    std::string form_token = {};  ///< What each form of the page carries, in the hidden field "form_token".
    /// What a form sent; it was sent by one of our pages, to who is signed in now. Null but for POST, and
    /// where nobody can sign in at all.
    const http::Fields* form = nullptr;
};

/// What a reader uploaded, and what tells of it, is downloaded and never run on our origin.
inline constexpr const char* kFilePolicy = "default-src 'none'; sandbox";

}  // namespace tamga::web
