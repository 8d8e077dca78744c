#pragma once

#include <string>
#include <string_view>

#include "query/register.hpp"
#include "web/frame/answer.hpp"

namespace tamga::web {

// What search engines may go over, as sitemaps.org and their hreflang links tell it: every page of every
// record in every language, but the observations', which their series show all of. `origin` is the public
// address, without which there is no sitemap: its addresses are whole ones.

/// Records of one part: of four languages 20,000 addresses, of the 50,000 that one may have.
inline constexpr std::size_t kSitemapRecords = 5000;

/// How many parts the kind has; 0 if its records have none.
std::size_t sitemap_parts(Kind kind, std::size_t records);

/// "/sitemap.xml": where the parts are.
Result<std::string> sitemap_index(const query::View& view, const std::string& origin);
/// "/sitemaps/site.xml": the pages that are no record's.
std::string sitemap_of_site(const std::string& origin);
/// "/sitemaps/{kinds}/{number}.xml", counted from 1. False, and nothing is added, where there is no such
/// part.
Result<bool> sitemap_of_kind(const query::View& view, Kind kind, std::size_t number,
                             const std::string& origin, const AddText& add);

}  // namespace tamga::web
