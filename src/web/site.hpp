#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "http/cache.hpp"
#include "http/message.hpp"
#include "query/register.hpp"
#include "web/page.hpp"
#include "web/template.hpp"

namespace tamga::web {

struct SiteOptions {
    std::string public_url;               ///< "https://example.org" without a slash; empty if not known.
    std::size_t cache_bytes = 16u << 20;  ///< Bound of the page cache; 0: none.
    Clock clock = system_clock_seconds;
};

/// The register's pages and data over HTTP: routes, languages, as_of, formats, headers. A page is a function
/// of (journal head, day, URL, language), so that answers are cached by these and nothing else.
///
/// Threads: handle() may be called by any number at once. Errors become pages or JSON problems; nothing is
/// thrown.
class Site {
  public:
    /// `reg` must outlive the site.
    Site(query::Register& reg, SiteOptions options);
    ~Site();

    http::Response handle(const http::Request& request);

    /// Whether files may be sent there: method and path decide.
    static bool takes_uploads(const http::Request& request);
    /// Whether the answer is large and yet to be made: a mechanism's activities as IATI.
    bool works_long(const http::Request& request);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace tamga::web
