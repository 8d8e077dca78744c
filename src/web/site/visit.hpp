#pragma once

#include <functional>

#include "http/message.hpp"
#include "query/register.hpp"
#include "web/frame/frame.hpp"
#include "web/pages/validate.hpp"
#include "web/parts/status_cache.hpp"
#include "web/site/route.hpp"

namespace tamga::web {

/// What every route may use. Lives as long as the site; any number of threads.
struct Services {
    query::Register& reg;
    Frame frame;
    StatusCache statuses = {};
    Validation validation = {};
    std::function<bool()> stopping = {};  ///< See SiteOptions.
};

/// One request on its way to its route.
struct Visit {
    const http::Request& request;
    const Match& match;
    const i18n::Language& language;  ///< The path's, or what the reader's browser prefers.
};

/// What a reader uploaded, and what tells of it, is downloaded and never run on our origin.
inline constexpr const char* kFilePolicy = "default-src 'none'; sandbox";

}  // namespace tamga::web
