#include "web/pages/feed.hpp"

#include <fmt/format.h>

#include "crypto/sha256.hpp"
#include "web/parts/template.hpp"

namespace tamga::web {

namespace {

/// A text construct of Atom, with its language where that is not the feed's.
std::string atom_text(const char* element, const Json& text) {
    const std::string tag = text["fallback"].get<bool>() ? text["tag"].get<std::string>() : std::string();
    return fmt::format("<{0} type=\"text\"{1}>{2}</{0}>\n", element,
                       tag.empty() ? "" : fmt::format(" xml:lang=\"{}\"", escape_html(tag)),
                       escape_html(text["text"].get_ref<const std::string&>()));
}

/// The text with the picture beneath, as HTML; readers of feeds draw no SVG within it.
std::string pictured(const Feed::Entry& entry, const std::string& origin) {
    return fmt::format("<p>{}</p><p><img src=\"{}\" alt=\"{}\"></p>",
                       escape_html(entry.text["text"].get_ref<const std::string&>()),
                       escape_html(origin + entry.picture),
                       escape_html(entry.title["text"].get_ref<const std::string&>()));
}

/// A picture has a whole address only where the server knows its own.
bool is_pictured(const Feed::Entry& entry, const std::string& origin) {
    return !origin.empty() && !entry.picture.empty();
}

}  // namespace

query::SnapshotPtr charted_series(Page& page, const query::Snapshot& record) {
    std::string id;
    if (record.name.kind == Kind::series) id = record.name.id;
    if (record.name.kind == Kind::observation) id = text_of(record.body, "series");
    if (record.name.kind == Kind::claim)
        if (const auto series = list_of(record.body, "series"); !series.empty()) id = series.front();
    return id.empty() ? nullptr : page.find({Kind::series, id});
}

std::string chart_picture(Page& page, const query::Snapshot& record) {
    const query::SnapshotPtr series = charted_series(page, record);
    if (!series) return {};
    Page::Parameters now;
    if (page.address().value("as_of").empty())
        now = {{"as_of", fmt::format("@{}", page.view().as_of().value)}};
    return page.href("/embed" + page.record_path(series->name) + ".png", now);
}

std::string lasting_id(Page& page, std::string_view name) {
    const auto journal = page.view().journal_id();
    if (!journal) {
        page.failed(journal.error());
        return {};
    }
    auto digest = crypto::sha256(fmt::format("{}\n{}", *journal, name));
    digest[6] = static_cast<unsigned char>((digest[6] & 0x0f) | 0x80);
    digest[8] = static_cast<unsigned char>((digest[8] & 0x3f) | 0x80);
    const std::string hex = crypto::hex(digest);
    return fmt::format("urn:uuid:{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                       hex.substr(16, 4), hex.substr(20, 12));
}

std::string atom_feed(Page& page, const Feed& feed, const std::string& origin) {
    std::string out = fmt::format(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" "
        "xml:lang=\"{}\">\n"
        "<id>{}</id>\n<title>{}</title>\n<updated>{}</updated>\n<author><name>{}</name></author>\n"
        "<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n<link rel=\"alternate\" "
        "type=\"text/html\" href=\"{}\"/>\n",
        page.language().tag(), lasting_id(page, feed.name), escape_html(feed.title),
        utc_text(page.view().time()), escape_html(page.say("Tamga register")),
        escape_html(origin + page.here_as("atom")), escape_html(origin + page.here_as("html")));
    for (const Feed::Entry& entry : feed.entries)
        out += fmt::format(
            "<entry>\n<id>{}</id>\n{}<published>{}</published>\n<updated>{}</updated>\n"
            "<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n{}</entry>\n",
            lasting_id(page, entry.name), atom_text("title", entry.title), entry.published, entry.updated,
            escape_html(origin + entry.href),
            is_pictured(entry, origin)
                ? fmt::format("<content type=\"html\">{}</content>\n", escape_html(pictured(entry, origin)))
                : atom_text("content", entry.text));
    return out + "</feed>\n";
}

Json json_feed(Page& page, const Feed& feed, const std::string& origin) {
    Json items = Json::array();
    for (const Feed::Entry& entry : feed.entries) {
        Json item{{"id", lasting_id(page, entry.name)}, {"url", origin + entry.href},
                  {"title", entry.title["text"]},       {"content_text", entry.text["text"]},
                  {"date_published", entry.published},  {"date_modified", entry.updated}};
        if (is_pictured(entry, origin)) {
            item["content_html"] = pictured(entry, origin);
            item["image"] = origin + entry.picture;
        }
        if (entry.text["fallback"].get<bool>()) item["language"] = entry.text["tag"];
        items.push_back(std::move(item));
    }
    return {{"version", "https://jsonfeed.org/version/1.1"},
            {"title", feed.title},
            {"language", page.language().tag()},
            {"home_page_url", origin + page.here_as("html")},
            {"feed_url", origin + page.here_as("feed")},
            {"items", std::move(items)}};
}

}  // namespace tamga::web
