#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "query/register.hpp"
#include "web/site/route.hpp"

namespace tamga::web {

/// One address of the site that becomes a file.
struct StaticFile {
    std::string target;  ///< What a server is asked for: "/en/commitments?after=road".
    std::string path;    ///< In the folder, with slashes; percent-encoded as in the target.
};

/// Some addresses of one route: what stands before, for and after the one name in which they differ.
struct StaticFiles {
    std::string before, after;
    std::span<const std::string> names;  ///< Each gives an address.
    bool page;                           ///< They are pages, not data.
};

/// Which addresses of the site become files, and under which names: walks the table of routes, with every
/// kind, record, language and format. No queries, but the further pages of lists. A page's name has ".html"
/// at its end ("en/commitments.html", of the second page "en/commitments.2.html", of the start page
/// "en/index.html"); what else has a name keeps it. Holds the ids of all records, no more. Any number of
/// threads may ask.
class StaticSite {
  public:
    /// Of the register at `view`. Errors: as View::names.
    static Result<StaticSite> of(const query::View& view);

    /// In an order in which what is read for one is used for the next. They refer to this object.
    std::vector<StaticFiles> files() const;

    /// The file of an address; nothing if the address needs a server, or is not there. `target`: a path that
    /// begins with '/', and a query. Of a route whose addresses are published when linked it is the name
    /// only.
    std::optional<std::string> file_of(std::string_view target) const;
    /// The target that a page names as the next of those that it is one of, "/en/commitments?after=road";
    /// empty if there is none.
    static std::string next_page(std::string_view page);

    /// Takes an address out again, for it was asked for and is not there. Not while others ask.
    void refused(std::string target) { refused_.insert(std::move(target)); }

    /// The page at the site's root, on which a reader chooses a language; a server sends readers on instead.
    static std::string start();

  private:
    /// What stands for the one name in braces of a route's path that is neither a kind nor a record.
    std::span<const std::string> names_in(std::string_view path) const;

    std::map<Kind, std::vector<std::string>> ids_;       ///< Sorted.
    std::map<Kind, std::vector<std::string>> sitemaps_;  ///< Their numbers.
    std::vector<std::string> codes_, assets_, indicators_, none_{""};
    std::set<std::string, std::less<>> refused_;
};

/// True if the target is a file that a record holds, which is published when a page links to it.
bool is_kept_file(std::string_view target);

}  // namespace tamga::web
