#include "web/pages/sitemap.hpp"

#include <fmt/format.h>

#include <vector>

#include "query/listing.hpp"

namespace tamga::web {

namespace {

constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
constexpr std::string_view kBegin =
    "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" "
    "xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n";
constexpr std::string_view kEnd = "</urlset>\n";

/// The page in each language, each with all of them (ids and names of kinds need no escape in XML). `changed`
/// may be empty.
std::string page_in_languages(const std::string& origin, std::string_view path, std::string_view changed) {
    std::string others;
    for (const std::string_view language : languages())
        others += fmt::format("<xhtml:link rel=\"alternate\" hreflang=\"{0}\" href=\"{1}/{0}{2}\"/>\n",
                              language, origin, path);
    std::string out;
    for (const std::string_view language : languages())
        out += fmt::format("<url><loc>{}/{}{}</loc>\n{}{}</url>\n", origin, language, path,
                           changed.empty() ? "" : fmt::format("<lastmod>{}</lastmod>\n", changed), others);
    return out;
}

}  // namespace

std::size_t sitemap_parts(Kind kind, std::size_t records) {
    return kind == Kind::observation ? 0 : (records + kSitemapRecords - 1) / kSitemapRecords;
}

Result<std::string> sitemap_index(const query::View& view, const std::string& origin) {
    std::string out(kDeclaration);
    out += "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
    const auto add = [&](std::string_view part) {
        out += fmt::format("<sitemap><loc>{}/sitemaps/{}.xml</loc></sitemap>\n", origin, part);
    };
    add("site");
    for (const KindInfo& kind : kinds()) {
        TAMGA_ASSIGN(const std::size_t records, query::count(view, kind.kind));
        for (std::size_t part = 1; part <= sitemap_parts(kind.kind, records); ++part)
            add(fmt::format("{}/{}", kind.plural, part));
    }
    return out + "</sitemapindex>\n";
}

std::string sitemap_of_site(const std::string& origin) {
    std::string out(kDeclaration);
    out += kBegin;
    for (const char* const page : {"/", "/about", "/status-rules", "/validate"})
        out += page_in_languages(origin, page, {});
    for (const KindInfo& kind : kinds()) out += page_in_languages(origin, "/" + std::string(kind.plural), {});
    return out += kEnd;
}

Result<bool> sitemap_of_kind(const query::View& view, Kind kind, std::size_t number,
                             const std::string& origin, const AddText& add) {
    TAMGA_ASSIGN(const std::size_t records, query::count(view, kind));
    if (number == 0 || number > sitemap_parts(kind, records)) return false;
    std::vector<std::string> ids;
    std::size_t before = (number - 1) * kSitemapRecords;
    TAMGA_TRY(view.each_row(kind, {}, [&](std::string_view id, std::string_view) {
        if (before > 0)
            --before;
        else
            ids.emplace_back(id);
        return ids.size() < kSitemapRecords;
    }));
    TAMGA_TRY(add(kDeclaration));
    TAMGA_TRY(add(kBegin));
    for (const std::string& id : ids) {
        TAMGA_ASSIGN(const query::SnapshotPtr record, view.find({kind, id}));
        if (record)
            TAMGA_TRY(add(page_in_languages(origin, fmt::format("/{}/{}", info(kind).plural, id),
                                            utc_text(record->time))));
    }
    TAMGA_TRY(add(kEnd));
    return true;
}

}  // namespace tamga::web
