#include "web/frame/frame.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "formats/picture.hpp"
#include "sheet/writer.hpp"
#include "web/parts/assets.hpp"
#include "web/parts/card.hpp"

namespace tamga::web {

namespace {

constexpr Kind kNavigation[] = {Kind::mechanism, Kind::instrument, Kind::meeting, Kind::commitment,
                                Kind::centre,    Kind::project,    Kind::series,  Kind::statement,
                                Kind::update,    Kind::source};

constexpr struct {
    std::string_view format, type, title;
} kData[] = {
    {"json", "application/json", "JSON"},
    {"csv", "text/csv", "CSV"},
    {"xlsx", sheet::kMediaType, "XLSX"},
    {"atom", "application/atom+xml", "Atom"},
    {"feed", "application/feed+json", "JSON Feed"},
    {"ics", "text/calendar", "iCalendar"},
    {"geojson", "application/geo+json", "GeoJSON"},
};

/// The kind whose pages the address belongs to.
std::optional<Kind> kind_of(const Page& page) {
    const std::string_view path = std::string_view(page.address().path).substr(1);
    return kind_of_plural(path.substr(0, path.find('/')));
}

/// A language as Open Graph names it, with a country: its own where language and country are called the same.
std::string locale_of(std::string_view tag) {
    if (tag == "en") return "en_GB";
    if (tag == "zh") return "zh_CN";
    std::string out = fmt::format("{0}_{0}", tag);
    std::transform(out.end() - static_cast<long>(tag.size()), out.end(),
                   out.end() - static_cast<long>(tag.size()),
                   [](char letter) { return static_cast<char>(letter - 'a' + 'A'); });
    return out;
}

/// The page's one address among those that show the same: without filters, order and the past.
std::string canonical(const Page& page) {
    std::string out = fmt::format("/{}{}", page.language().tag(), page.address().path);
    if (const std::string_view number = page.address().value("page"); !number.empty() && number != "1")
        out += fmt::format("?page={}", percent_encode(number));
    if (const std::string_view after = page.address().value("after"); !after.empty())
        out += fmt::format("?after={}", percent_encode(after));
    return out;
}

/// Data for programs that read pages. It is never run, so that the content policy has nothing to say about
/// it; and nothing in it ends its element.
std::string script_of(const Json& linked_data) {
    std::string text = linked_data.dump();
    for (std::size_t at = 0; (at = text.find('<', at)) != std::string::npos;) text.replace(at, 1, "\\u003c");
    return fmt::format("<script type=\"application/ld+json\">{}</script>\n", text);
}

/// The links to the same page as data: [{"data_type","data_href","data_title"}].
Json data_links(const Page& page) {
    Json links = Json::array();
    for (const auto& data : kData) {
        if (!has_word(page.address().formats, data.format)) continue;
        const bool feed = data.format == "atom" || data.format == "feed";  // In an order of their own.
        // Feeds of records are no files of a published site: there would be as many again as pages.
        const bool of_record = feed && kind_of(page) && page.address().path.rfind('/') > 0;
        links.push_back(
            {{"data_type", data.type},
             {"data_href",
              feed ? page.here_as(data.format, {{"after", ""}, {"first", ""}, {"sort", ""}, {"scale", ""}})
                   : page.here_as(data.format, {{"page", ""}, {"after", ""}, {"first", ""}})},
             {"data_title", data.title},
             {"data_server", of_record}});
    }
    return links;
}

/// What is shown of a page where others link to it.
Answer picture_of(const Page& page, const Json& whole) {
    const bool of_record = page.address().path.rfind('/') > 0 && kind_of(page);
    const Card card{.title = whole["page_title"],
                    .finding = whole["description"],
                    .site = whole["site_title"],
                    .as_of = whole["asof_summary"],
                    .kind = of_record ? page.kind_label(*kind_of(page)) : ""};
    auto png = formats::png_of(card_svg(card, page.language().tag()), kCardWidth);
    if (!png) return Frame::fail(page.language(), "json", png.error());
    return {200, "image/png", *std::move(png)};
}

/// The page as what is followed: its path and what it is filtered by.
std::string followed(const Page& page) {
    std::string out = page.address().path;
    char separator = '?';
    for (const auto& [name, value] : page.address().query) {
        if (value.empty() || has_word("as_of public_by page sort scale since first after", name)) continue;
        out += fmt::format("{}{}={}", separator, percent_encode(name), percent_encode(value));
        separator = '&';
    }
    return out;
}

}  // namespace

Frame::Frame(std::string public_url, bool pictures, bool mails)
    : public_url_(std::move(public_url)), pictures_(pictures), mails_(mails) {
    for (std::string_view tag : languages()) {
        const i18n::Language& language = i18n::language(tag);
        by_language_.emplace(tag, Templates(template_source, [&language](std::string_view message) {
                                 return language.translate(message);
                             }));
    }
}

Answer Frame::html(Page& page, std::string_view template_name, std::string title, const Json& context,
                   int status) const {
    Json whole = layout(page);
    whole.update(context);
    whole["page_title"] = std::move(title);
    // What tells that there is no page has no address of its own.
    if (status != 200) whole["canonical"] = nullptr;
    if (status == 200 && page.address().format == "png") return picture_of(page, whole);
    std::string content = by_language_.find(page.language().tag())->second.render(template_name, whole);
    // Templates escape all that they write; in a script that would be read as it stands.
    if (const auto linked = context.find("linked_data"); linked != context.end() && linked->is_object())
        content.insert(content.find("</head>"), script_of(*linked));
    return {.status = status, .content = std::move(content)};
}

std::string Frame::render(const Page& page, std::string_view template_name, Json context) const {
    const std::string_view tag = page.language().tag();
    context["lang"] = tag;
    return by_language_.find(tag)->second.render(template_name, context);
}

Answer Frame::data(const Json& json, int status) {
    return {status, "application/json; charset=utf-8", json.dump(1) + "\n"};
}

Answer Frame::redirect(std::string location, int status) {
    return {
        status, "text/plain; charset=utf-8", "See " + location + "\n", {{"Location", std::move(location)}}};
}

Answer Frame::refuse(Page& page, const Refusal& refusal) const {
    const int status = http_status(refusal.code);
    if (page.address().format != "html")
        return {status, "application/problem+json; charset=utf-8", problem(refusal).dump(1) + "\n"};
    Json suggestions = Json::array();
    if (!refusal.href.empty())
        suggestions.push_back({{"suggestion_href", refusal.href}, {"suggestion", refusal.link}});
    if (const auto kind = kind_of(page))
        suggestions.push_back({{"suggestion_href", page.href("/" + std::string(info(*kind).plural))},
                               {"suggestion", page.kinds_label(*kind)}});
    const std::string title = status == 404   ? page.say("Not found")
                              : status == 410 ? page.say("Withdrawn")
                              : status < 500  ? page.say("This cannot be shown")
                                              : page.say("The server failed");
    std::string text = refusal.text;
    if (!refusal.hint.empty()) text += " " + refusal.hint;
    return html(page, "error", title,
                {{"error_title", title},
                 {"error_text", text},
                 {"error_english", refusal.in_english},
                 {"suggestions", std::move(suggestions)}},
                status);
}

Answer Frame::fail(const i18n::Language& language, std::string_view format, const Error& error) {
    spdlog::error("{}: {}", error.operation, error.message());
    const int status = std::max(http_status(error.code), 500);
    const std::string text =
        language.translate("The page could not be produced. The failure was logged; try again later.");
    if (format == "html") return {status, "text/plain; charset=utf-8", fmt::format("{}: {}\n", status, text)};
    return {status, "application/problem+json; charset=utf-8",
            problem({.code = error.code, .text = text}).dump(1) + "\n"};
}

/// Empty where there is none, or where the server does not know what it is called by others.
std::string Frame::picture_address(Page& page) const {
    const std::string& path = page.address().path;
    // The start page's data and picture have an address of their own, "/en/index.png".
    const bool has_one = path == "/" || has_word(page.address().formats, "png");
    if (!pictures_ || public_url_.empty() || !has_one) return {};
    return public_url_ + page.href(path == "/" ? "/index.png" : path + ".png");
}

Json Frame::layout(Page& page) const {
    const query::View& view = page.view();
    const i18n::Language& language = page.language();
    const std::string_view tag = language.tag();
    const auto kind_here = kind_of(page);
    Json nav = Json::array();
    for (Kind kind : kNavigation)
        nav.push_back({{"nav_href", page.href("/" + std::string(info(kind).plural))},
                       {"nav_label", page.kinds_label(kind)},
                       {"current", kind == kind_here}});
    // Another language orders a list otherwise: there it is begun again.
    const std::string here = page.here({}), begun = page.here({{"after", ""}});
    Json language_list = Json::array(), alternates = Json::array(), locales = Json::array();
    for (const std::string_view other : languages()) {
        const std::string address = fmt::format("/{}{}", other, (other == tag ? here : begun).substr(3));
        language_list.push_back({{"language_href", address},
                                 {"language_tag", other},
                                 {"language_name", i18n::language(other).endonym()},
                                 {"current", other == tag}});
        if (here == begun)
            alternates.push_back({{"hreflang", other}, {"alternate_href", public_url_ + address}});
        if (other != tag) locales.push_back({{"other_locale", locale_of(other)}});
    }
    if (here == begun)
        alternates.push_back({{"hreflang", "x-default"}, {"alternate_href", public_url_ + here.substr(3)}});
    Json hidden = Json::array();
    for (const auto& [key, value] : page.address().query)
        if (key != "as_of" && key != "public_by" && key != "page" && key != "after")
            hidden.push_back({{"name", key}, {"value", value}});
    const auto first_time = view.first_time();
    const std::string first_day = first_time && *first_time > 0 ? Date::of_unix_time(*first_time).text() : "";
    const std::string position = language.number(std::to_string(view.as_of().value));
    std::string past_text;
    if (!view.is_latest())
        past_text =
            language.format("The register as it stood on {1}: journal position {2} of {3}.",
                            {language.date(view.public_by() ? Date::of_unix_time(view.time()) : view.day()),
                             position, language.number(std::to_string(view.head().value))});
    if (const auto& day = view.public_by())
        past_text +=
            (past_text.empty() ? "" : " ") +
            language.format(
                "What was public by {1}: records with a source dated on or before that day, each promise "
                "judged on that day. What has no dated source is left out.",
                {language.date(*day)});
    // What there is a feed of can be followed.
    const std::string follow = mails_ && has_word(page.address().formats, "atom")
                                   ? fmt::format("/{}/follow?what={}", tag, percent_encode(followed(page)))
                                   : std::string();
    const std::string data_as_of = view.time() > 0 ? language.format("Data as of {1}, journal position {2}.",
                                                                     {page.time_text(view.time()), position})
                                                   : page.say("On this day the register held nothing yet.");
    return {
        {"lang", tag},
        {"site_title", page.say("Tamga register")},
        {"description", page.say("A register of international agreements. Every claim in it has a source and "
                                 "a claimant; nothing in it is "
                                 "overwritten.")},
        {"canonical", public_url_ + canonical(page)},
        {"public_address", public_url_.empty() ? "" : public_url_ + canonical(page)},
        {"picture_address", picture_address(page)},
        {"picture_width", std::to_string(kCardWidth)},
        {"picture_height", std::to_string(kCardHeight)},
        {"og_type", kind_here == Kind::update && page.address().path.rfind('/') > 0 ? "article" : "website"},
        {"locale", locale_of(tag)},
        {"locales", std::move(locales)},
        {"assets",
         {{"css", asset_path("app.css")},
          {"icon", asset_path("icon.svg")},
          {"app", asset_path("app.js")},
          {"map", asset_path("map.js")}}},
        {"alternates", std::move(alternates)},
        {"data_links", data_links(page)},
        {"uses_map", false},
        {"page_script", nullptr},
        {"follow_href", follow},
        {"home_href", page.href("/")},
        {"search_href", fmt::format("/{}/search", tag)},
        {"search_words", page.address().path == "/search" ? page.address().value("q") : std::string_view()},
        {"search_as_of", page.address().value("as_of")},
        {"search_public_by", page.address().value("public_by")},
        {"nav", std::move(nav)},
        {"languages", std::move(language_list)},
        {"past", !view.is_latest() || view.public_by()},
        // Asked for by a day or a position, and nothing was written since.
        {"newest", view.as_of() == view.head() && !view.public_by()},
        {"past_text", past_text},
        {"now_href", page.here({{"as_of", ""}, {"public_by", ""}})},
        {"has_crumbs", false},
        {"joint", page.joints()},
        {"path", fmt::format("/{}{}", tag, page.address().path)},
        {"asof_hidden", std::move(hidden)},
        {"asof_summary", view.public_by()
                             ? language.format("Public by {1}", {language.date(*view.public_by())})
                             : language.format("As of {1}", {language.date(view.day())})},
        {"public_day", page.address().value("public_by")},
        {"asof_day", view.is_latest() ? "" : view.day().text()},
        {"asof_first", first_day},
        {"asof_last", view.today().text()},
        {"data_as_of", data_as_of},
        {"about_href", page.href("/about")},
        {"status_rules_href", page.href("/status-rules")},
        {"validate_href", page.href("/validate")},
        {"login_page_href", fmt::format("/{}/desk/login", tag)},
        {"is_desk", false},
        {"desk", nullptr},
        {"sources_href", page.href("/sources")},
        {"print_address", public_url_ + here},
        // What has data can be asked for as it is now.
        {"cite_href", view.is_latest() && has_word(page.address().formats, "json")
                          ? page.here({{"as_of", fmt::format("@{}", view.as_of().value)}})
                          : std::string()},
    };
}

}  // namespace tamga::web
