#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "http/cache.hpp"
#include "http/server.hpp"
#include "query/register.hpp"
#include "web/desk/desk.hpp"
#include "web/parts/outlines.hpp"
#include "web/site/postman.hpp"

namespace tamga::web {

struct SiteOptions {
    std::string public_url;               ///< "https://example.org" without a slash; empty if not known.
    std::size_t cache_bytes = 16u << 20;  ///< Bound of the page cache; 0: none.
    /// Whether the server is about to end, so that no more should be asked of it. Any thread; may be empty.
    std::function<bool()> stopping = {};
    /// Where people sign in; nothing: nobody can.
    std::optional<DeskOptions> desk = {};
    /// Whether a page has a picture that others show of it; a site of files has none.
    bool pictures = true;
    /// What maps are drawn on; nothing: the outlines that the program brings.
    std::optional<Outlines> outlines = {};
    /// By whom those are told who follow something; nothing: nobody is, and only feeds are offered. Needs the
    /// desk and the public address.
    std::optional<PostmanOptions> postman = {};
};

/// The register's pages and data over HTTP: serves the table of routes (route.hpp), keeps answers, adds the
/// headers that all carry. A page is a function of (journal head, day, URL, language), so that answers are
/// cached by these and nothing else; but for those of routes that are personal (Keep::personal), which know
/// who asks and are kept by nobody.
///
/// Threads: answer(), and the work that it gives, may be called by any number at once. Errors become pages or
/// JSON problems; what libraries throw is the server's to answer.
class Site {
  public:
    /// `reg` must outlive the site.
    Site(query::Register& reg, SiteOptions options);
    ~Site();

    /// At once what is kept, and what its route answers at once; the rest later.
    http::Answer answer(const http::Request& request);

    /// Null where nobody is told.
    Postman* postman();

    /// What has been asked of the page cache.
    http::Cache::Figures cache_figures() const;

    /// The most bytes that a request may bring: method and path decide. `most_of_file`: where it is a file.
    static std::size_t most_body_bytes(const http::Request& request, std::size_t most_of_file);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace tamga::web
