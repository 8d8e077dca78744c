#include "web/site.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include "activities/publish.hpp"
#include "folder/folder.hpp"
#include "web/answers.hpp"
#include "web/assets.hpp"
#include "web/commitments.hpp"
#include "web/lists.hpp"
#include "web/map.hpp"
#include "web/overview.hpp"
#include "web/records.hpp"
#include "web/validate.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

constexpr std::string_view kValidateApi = "/api/v1/iati/validate";

constexpr const char* kTemplates[] = {"home",    "mechanism", "record", "list",
                                      "history", "rules",     "about",  "error",
                                      "validate"};

constexpr Kind kNavigation[] = {Kind::mechanism, Kind::instrument, Kind::meeting, Kind::commitment,
                                Kind::centre,    Kind::project,    Kind::series,  Kind::statement,
                                Kind::update,    Kind::source};

// No inline script or style, nothing from elsewhere: what an attacker might bring into a text cannot run.
constexpr const char* kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
// A kept file is somebody's upload: it is downloaded, never run on our origin.
constexpr const char* kFilePolicy = "default-src 'none'; sandbox";

/// The answer before it becomes an HTTP response.
struct Answer {
    int status = 200;
    std::string content_type = "text/html; charset=utf-8";
    std::string content;
    http::Headers headers;
    http::Content large = {};  ///< In place of `content`, if that is empty.
};

/// Adds a header that the answer does not set itself.
void add_header(http::Headers& headers, std::string_view name, std::string_view value) {
    if (std::ranges::find(headers, name, &http::Headers::value_type::first) == headers.end())
        headers.emplace_back(name, value);
}

Answer redirect_to(std::string location, int status = 302) {
    return {
        status, "text/plain; charset=utf-8", "See " + location + "\n", {{"Location", std::move(location)}}};
}

std::vector<std::string_view> segments(std::string_view path) {
    std::vector<std::string_view> out;
    while (!path.empty()) {
        path.remove_prefix(1);
        const std::size_t slash = std::min(path.find('/'), path.size());
        if (slash > 0) out.push_back(path.substr(0, slash));
        path.remove_prefix(slash);
    }
    return out;
}

bool is_language(std::string_view text) {
    return std::ranges::find(languages(), text) != languages().end();
}

/// An error as JSON problem details (RFC 9457).
Json problem(const Error& error) {
    Json out{{"type", fmt::format("/problems/{}", name(error.code))},
             {"title", name(error.code)},
             {"status", http_status(error.code)},
             {"detail", error.cause}};
    if (!error.hint.empty()) out["hint"] = error.hint;
    return out;
}

}  // namespace

struct Site::Parts {
    Parts(query::Register& reg, SiteOptions site_options)
        : register_(reg), options(std::move(site_options)), cache(options.cache_bytes) {
        for (std::string_view tag : languages()) {
            const i18n::Language& language = i18n::language(tag);
            Templates templates(template_source, [&language](std::string_view message) {
                return language.translate(message);
            });
            for (const char* name : kTemplates) templates.load(name);
            by_language.emplace(tag, std::move(templates));
        }
        for (const Asset& asset : web::assets())
            assets.emplace(asset.path,
                           http::freeze({.headers = {{"Cache-Control", "public, max-age=31536000, immutable"},
                                                     {"Content-Security-Policy", kFilePolicy},
                                                     {"X-Content-Type-Options", "nosniff"}},
                                         .body = http::Body::make(std::string(asset.content),
                                                                  std::string(asset.type))}));
    }

    http::Response respond(const http::Request& request);
    std::optional<std::string> cache_key(const http::Request& request);
    http::Response finished(Answer made);
    Answer answer(const http::Request& request);
    Answer validate_form(const http::Request& request, std::string_view tag);
    static Answer of_validation(Validation::Outcome outcome);
    Answer in_language(const http::Request& request, std::string_view tag, std::string_view path);
    Answer page_answer(Page& page);
    Answer list_answer(Page& page, Kind kind);
    Answer record_answer(Page& page, const RecordId& record_id);
    Answer history_answer(Page& page, const RecordId& record_id);
    Answer iati_answer(Page& page, const std::string& mechanism, std::string_view file);
    Answer file_answer(const std::vector<std::string_view>& path);
    Answer error_answer(Page& page, const Error& error);
    Answer data(const Json& json) const {
        return {200, "application/json; charset=utf-8", json.dump(1) + "\n", {}};
    }

    /// A page from its template: the layout's members beside the page's own.
    Answer html(Page& page, std::string_view template_name, std::string title, Json context,
                int status = 200);
    Json layout(Page& page) const;
    Json data_links(Page& page) const;

    query::Register& register_;
    SiteOptions options;
    http::Cache cache;
    StatusCache statuses;
    Validation validation;
    std::map<std::string, Templates, std::less<>> by_language;
    std::map<std::string, http::Response, std::less<>> assets;  ///< By path.
};

Site::Site(query::Register& reg, SiteOptions options)
    : parts_(std::make_unique<Parts>(reg, std::move(options))) {}
Site::~Site() = default;

bool Site::takes_uploads(const http::Request& request) {
    const std::vector<std::string_view> path = segments(request.path);
    return request.method == "POST" &&
           (request.path == kValidateApi || (path.size() == 2 && is_language(path[0]) && path[1] == "validate"));
}

bool Site::works_long(const http::Request& request) {
    const std::vector<std::string_view> path = segments(request.path);
    if (path.size() != 5 || path[1] != "mechanisms" || path[3] != "iati" || path[4] != "activities.xml") return false;
    const auto key = parts_->cache_key(request);
    return !key || !parts_->cache.find(*key);
}

http::Response Site::handle(const http::Request& request) {
    try {
        return parts_->respond(request);
    } catch (const std::exception& unexpected) {
        // A library threw where it should not (out of memory, a bug): the reader is told, the server goes on.
        spdlog::error("{} {}: {}", request.method, request.target, unexpected.what());
        return http::plain_text(500, "the server failed on this page; the failure was logged");
    }
}

/// Nothing if the answer is not kept: redirects by Accept-Language would need the header in their key.
std::optional<std::string> Site::Parts::cache_key(const http::Request& request) {
    const auto state = register_.state();
    if (!state || request.path.size() < 3 || request.path[0] != '/' || !is_language(std::string_view(request.path).substr(1, 2)))
        return std::nullopt;
    return *state + "\n" + request.target;
}

http::Response Site::Parts::respond(const http::Request& request) {
    const std::vector<std::string_view> asked = segments(request.path);
    const bool api = request.path == kValidateApi;
    const bool form = asked.size() == 2 && is_language(asked[0]) && asked[1] == "validate";
    const bool read = request.method == "GET" || request.method == "HEAD";
    if (!(read && !api) && !(request.method == "POST" && (api || form))) {
        const char* const allowed = api ? "POST" : form ? "GET, HEAD, POST" : "GET, HEAD";
        http::Response refused = http::plain_text(405, fmt::format("this address answers {} only", allowed));
        refused.headers.emplace_back("Allow", allowed);
        return refused;
    }
    if (!read) return finished(api ? of_validation(validation.of_api(request)) : validate_form(request, asked[0]));
    if (const auto asset = assets.find(request.path); asset != assets.end()) return asset->second;
    auto key = cache_key(request);
    if (key)
        if (auto known = cache.find(*key)) return *known;
    http::Response response = finished(answer(request));
    if (key && response.status == 200) return *cache.insert(*std::move(key), std::move(response));
    return response;
}

/// The answer with the headers that every answer carries.
http::Response Site::Parts::finished(Answer made) {
    http::Content content = made.content.empty() ? std::move(made.large) : http::Content(std::move(made.content));
    http::Response response{.status = made.status,
                            .headers = std::move(made.headers),
                            .body = http::Body::make(std::move(content), std::move(made.content_type))};
    add_header(response.headers, "Cache-Control", response.status == 200 ? "no-cache" : "no-store");
    add_header(response.headers, "Content-Security-Policy", kContentPolicy);
    add_header(response.headers, "X-Content-Type-Options", "nosniff");
    add_header(response.headers, "Referrer-Policy", "no-referrer");
    add_header(response.headers, "Cross-Origin-Opener-Policy", "same-origin");
    return response;
}

Answer Site::Parts::of_validation(Validation::Outcome outcome) {
    Answer answer{outcome.status, std::move(outcome.content_type), std::move(outcome.download), {{"Cache-Control", "no-store"}}};
    if (!outcome.file_name.empty())
        answer.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"{}\"", outcome.file_name));
    // A report tells of somebody's file: it is downloaded, never run on our origin.
    answer.headers.emplace_back("Content-Security-Policy", kFilePolicy);
    return answer;
}

Answer Site::Parts::validate_form(const http::Request& request, std::string_view tag) {
    auto view = register_.now();
    if (!view) return {503, "text/plain; charset=utf-8", "503: the register cannot be read.\n", {}};
    Page page(*view, i18n::language(tag), Address{"/validate", "html", {}}, statuses);
    Validation::Outcome outcome = validation.of_form(page, request);
    if (!outcome.download.empty()) return of_validation(std::move(outcome));
    Answer answer = html(page, "validate", page.say("Check an IATI file"), std::move(outcome.context), outcome.status);
    answer.headers.emplace_back("Cache-Control", "no-store");
    return answer;
}

Answer Site::Parts::answer(const http::Request& request) {
    const std::vector<std::string_view> path = segments(request.path);
    if (path.size() == 1 && path[0] == "healthz") {
        const auto state = register_.state();
        if (!state)
            return {503,
                    "application/json; charset=utf-8",
                    Json{{"status", "failing"}, {"reason", state.error().cause}}.dump() + "\n",
                    {}};
        return {200,
                "application/json; charset=utf-8",
                Json{{"status", "ok"}, {"state", *state}}.dump() + "\n",
                {{"Cache-Control", "no-store"}}};
    }
    if (path.size() == 1 && path[0] == "robots.txt")
        return {200, "text/plain; charset=utf-8", "User-agent: *\nAllow: /\n", {}};
    if (path.size() == 1 && path[0] == "favicon.ico") return redirect_to(std::string(asset_path("icon.svg")));
    if (!path.empty() && path[0] == "assets")
        return {404, "text/plain; charset=utf-8", "404: no such asset.\n", {}};
    if (path.size() >= 2 && path[0] == "files") return file_answer(path);
    if (!path.empty() && is_language(path[0]))
        return in_language(request, path[0], std::string_view(request.path).substr(3));
    const std::string_view tag = i18n::negotiate(request.header("Accept-Language"));
    std::string location = fmt::format("/{}{}", tag, request.path);
    if (!request.raw_query.empty()) location += "?" + request.raw_query;
    Answer answer = redirect_to(std::move(location));
    answer.headers.emplace_back("Vary", "Accept-Language");
    return answer;
}

Answer Site::Parts::in_language(const http::Request& request, std::string_view tag, std::string_view path) {
    Address address{std::string(path), "html", request.query};
    while (address.path.size() > 1 && address.path.back() == '/') address.path.pop_back();
    if (address.path.empty()) address.path = "/";
    const std::size_t dot = address.path.rfind('.');
    if (dot != std::string::npos && dot > address.path.rfind('/')) {
        address.format = address.path.substr(dot + 1);
        address.path.resize(dot);
    }
    const i18n::Language& language = i18n::language(tag);
    const std::string as_of(address.value("as_of"));
    auto view = as_of.empty() ? register_.now() : register_.at(as_of);
    if (view) {
        Page page(*view, language, std::move(address), statuses);
        Answer answer = page_answer(page);
        if (page.error()) return error_answer(page, *page.error());
        return answer;
    }
    // The day or position asked for cannot be shown: say so on a page of the register as it is now.
    const Error error = view.error();
    auto now = register_.now();
    if (!now)
        return {503,
                "text/plain; charset=utf-8",
                "503: the register cannot be read: " + now.error().message() + "\n",
                {}};
    std::erase_if(address.query, [](const auto& parameter) { return parameter.first == "as_of"; });
    Page page(*now, language, std::move(address), statuses);
    return error_answer(page, error);
}

Answer Site::Parts::page_answer(Page& page) {
    const std::vector<std::string_view> path = segments(page.address().path);
    const std::string& format = page.address().format;
    const auto missing = [&](std::string what, std::string hint) {
        return error_answer(page, Error{ErrorCode::not_found, "show " + page.address().path, "",
                                        std::move(what), std::move(hint)});
    };
    if (path.empty() || (path.size() == 1 && path[0] == "index")) {
        Json context = home_context(page);
        if (format == "json") {
            Json counts = Json::object();
            for (const KindInfo& kind : kinds())
                counts[std::string(kind.plural)] = page.all(kind.kind).size();
            return data({{"as_of", as_of_data(page)}, {"counts", std::move(counts)}});
        }
        return html(page, "home", page.say("Start"), std::move(context));
    }
    if (path.size() == 1 && path[0] == "status-rules") {
        Json context = rules_context(page);
        return format == "json" ? data(context)
                                : html(page, "rules", page.say("How status is derived"), std::move(context));
    }
    if (path.size() == 1 && path[0] == "about") {
        Json context{{"journal_text",
                      page.language().format(
                          "Every change is an entry of an append-only journal, which now has {1} entries.",
                          {page.language().number(std::to_string(page.view().head().value))})}};
        return format == "json" ? data({{"as_of", as_of_data(page)}})
                                : html(page, "about", page.say("About this register"), std::move(context));
    }
    if (path.size() == 1 && path[0] == "validate" && format == "html")
        return html(page, "validate", page.say("Check an IATI file"), Validation::form_context(page));
    if (path.size() == 4 && path[0] == "mechanisms" && path[2] == "iati" && format == "xml")
        return iati_answer(page, std::string(path[1]), path[3]);
    const auto kind = kind_of_plural(path[0]);
    if (!kind || path.size() > 3) return missing(page.say("There is no such page."), "");
    if (path.size() == 1) return list_answer(page, *kind);
    const RecordId record_id{*kind, std::string(path[1])};
    if (!is_id(record_id.id)) return missing(page.say("There is no such page."), "");
    if (path.size() == 2) return record_answer(page, record_id);
    if (path[2] == "history") return history_answer(page, record_id);
    return missing(page.say("There is no such page."), "");
}

Answer Site::Parts::list_answer(Page& page, Kind kind) {
    const std::string& format = page.address().format;
    if (kind == Kind::update && format == "atom")
        return {200, "application/atom+xml; charset=utf-8", atom_feed(page, options.public_url), {}};
    if (kind == Kind::update && format == "feed")
        return {200,
                "application/feed+json; charset=utf-8",
                json_feed(page, options.public_url).dump(1) + "\n",
                {}};
    auto listing = make_listing(page, kind);
    if (!listing) return error_answer(page, listing.error());
    if (format == "json") return data(list_data(page, *listing));
    if (format == "csv") {
        std::vector<Record> records;
        for (const SnapshotPtr& record : listing->records) records.push_back({record->name, record->body});
        return {200,
                "text/csv; charset=utf-8; header=present",
                folder::write_table(kind, records),
                {{"Content-Disposition", fmt::format("inline; filename=\"{}.csv\"", info(kind).plural)}}};
    }
    if (format != "html")
        return error_answer(
            page, Error{ErrorCode::not_found, "show a list", "", page.say("There is no such page."), ""});
    Json context = list_context(page, *listing);
    context["heading"] = page.kinds_label(kind);
    context["lede_text"] = page.say("kind help", info(kind).help);
    context["map"] = nullptr;
    context["status_bar"] = nullptr;
    context["has_scales"] = kind == Kind::commitment;
    if (kind == Kind::commitment) {
        context["status_bar"] = status_bar(page, listing->records);
        context["scales"] = scale_choice(page);
    }
    if (kind == Kind::project || kind == Kind::centre) {
        context["map"] = map_context(page, listing->records);
        context["uses_map"] = true;
    }
    return html(page, "list", page.kinds_label(kind), std::move(context));
}

Answer Site::Parts::record_answer(Page& page, const RecordId& record_id) {
    const SnapshotPtr record = page.find(record_id);
    if (!record) {
        auto history = page.view().history(record_id);
        const bool once = history && !history->empty();
        return error_answer(
            page, Error{once ? ErrorCode::withdrawn : ErrorCode::not_found, "show " + record_id.text(), "",
                        once ? page.say("This record was withdrawn. Its history stays.")
                             : page.say("The register holds no such record on this day."),
                        page.href(page.record_path(record_id) + "/history")});
    }
    if (record->name != record_id) {
        const std::string suffix = page.address().format == "html" ? "" : "." + page.address().format;
        return redirect_to(page.href(page.record_path(record->name) + suffix), 301);
    }
    if (page.address().format == "json") return data(record_data(page, *record));
    if (page.address().format != "html")
        return error_answer(
            page, Error{ErrorCode::not_found, "show a record", "", page.say("There is no such page."), ""});
    Json context = record_context(page, *record);
    const bool mechanism = record_id.kind == Kind::mechanism;
    if (mechanism) context.update(mechanism_context(page, *record));
    const Json& activity = context["activity"];
    context["uses_map"] = !context["place"].is_null() || (activity.is_object() && !activity["places_map"].is_null());
    context["uses_chart"] = !context["series"].is_null();
    context["has_crumbs"] = true;
    context["crumbs"] = {{{"crumb", page.kinds_label(record_id.kind)},
                          {"crumb_href", page.href("/" + std::string(info(record_id.kind).plural))}}};
    return html(page, mechanism ? "mechanism" : "record", page.plain_title(*record), std::move(context));
}

Answer Site::Parts::history_answer(Page& page, const RecordId& record_id) {
    auto versions = page.view().history(record_id);
    if (!versions) return error_answer(page, versions.error());
    if (versions->empty())
        return error_answer(page, Error{ErrorCode::not_found, "show a history", "",
                                        page.say("The register holds no such record on this day."), ""});
    if (page.address().format == "json") return data(history_data(page, record_id, *versions));
    Json context = history_context(page, record_id, *versions);
    const SnapshotPtr record = page.find(record_id);
    const std::string title = record ? page.plain_title(*record) : record_id.id;
    context["heading"] = page.language().format("History: {1}", {title});
    context["has_crumbs"] = true;
    context["crumbs"] = {{{"crumb", page.kinds_label(record_id.kind)},
                          {"crumb_href", page.href("/" + std::string(info(record_id.kind).plural))}},
                         {{"crumb", title}, {"crumb_href", page.href(page.record_path(record_id))}}};
    return html(page, "history", page.language().format("History: {1}", {title}), std::move(context));
}

Answer Site::Parts::iati_answer(Page& page, const std::string& mechanism, std::string_view file) {
    const auto missing = [&](std::string what, std::string hint) {
        return error_answer(page, Error{ErrorCode::not_found, "publish " + mechanism, "", std::move(what), std::move(hint)});
    };
    const SnapshotPtr record = is_id(mechanism) ? page.find({Kind::mechanism, mechanism}) : nullptr;
    if (!record || (file != "activities" && file != "organisation")) return missing(page.say("There is no such page."), "");
    if (record->name.id != mechanism)
        return redirect_to(page.href(fmt::format("{}/iati/{}.xml", page.record_path(record->name), file)), 301);
    const char* const type = "application/xml; charset=utf-8";
    if (file == "organisation") {
        auto made = activities::publish_organisation(page.view(), *record);
        if (!made) return error_answer(page, made.error());
        return {200, type, *std::move(made), {}};
    }
    http::Content content;
    const auto no_room = [&] {
        return fail(ErrorCode::io, "publish " + mechanism, "there is no room to make the file", "try again later");
    };
    const auto made = activities::publish_activities(page.view(), *record, validation.as_published(),
                                                     page.address().value("all") == "yes", [&](std::string_view text) -> Result<void> {
                                                         if (content.add(text) != http::Content::Added::yes) return no_room();
                                                         return {};
                                                     });
    if (!made) return error_answer(page, made.error());
    if (made->activities == 0)
        return missing("nothing of this mechanism can be published as IATI",
                       made->left_out.empty() ? "it has no projects, centres or series"
                                              : fmt::format("{}: {}", made->left_out.front().record.text(), made->left_out.front().why));
    if (!content.finish()) return error_answer(page, no_room().error());
    return {200, type, {}, {}, std::move(content)};
}

Answer Site::Parts::file_answer(const std::vector<std::string_view>& path) {
    auto view = register_.now();
    if (!view) return {503, "text/plain; charset=utf-8", "503: the register cannot be read.\n", {}};
    const std::string sha256(path[1]);
    auto content = view->file(sha256);
    if (!content || !*content)
        return {404, "text/plain; charset=utf-8", "404: the register keeps no file with this SHA-256.\n", {}};
    const std::string file_name = path.size() > 2 ? std::string(path[2]) : sha256;
    return {200,
            "application/octet-stream",
            **content,
            {{"Content-Disposition", "attachment; filename*=UTF-8''" + percent_encode(file_name)},
             {"Content-Security-Policy", kFilePolicy},
             {"Cache-Control", "public, max-age=31536000, immutable"}}};
}

Answer Site::Parts::error_answer(Page& page, const Error& error) {
    const int status = http_status(error.code);
    if (status >= 500) spdlog::error("{}: {}", error.operation, error.message());
    if (page.address().format != "html")
        return {status, "application/problem+json; charset=utf-8", problem(error).dump(1) + "\n", {}};
    Json suggestions = Json::array();
    if (error.hint.starts_with('/'))
        suggestions.push_back({{"suggestion_href", error.hint}, {"suggestion", page.say("Its history")}});
    const std::vector<std::string_view> path = segments(page.address().path);
    if (!path.empty())
        if (const auto kind = kind_of_plural(path[0]))
            suggestions.push_back({{"suggestion_href", page.href("/" + std::string(path[0]))},
                                   {"suggestion", page.kinds_label(*kind)}});
    const std::string title = status == 404   ? page.say("Not found")
                              : status == 410 ? page.say("Withdrawn")
                              : status < 500  ? page.say("This cannot be shown")
                                              : page.say("The server failed");
    std::string text = status >= 500
                           ? page.say("The page could not be made. The failure was logged; try again later.")
                           : error.cause;
    if (!error.hint.empty() && !error.hint.starts_with('/') && status < 500) text += "; " + error.hint;
    return html(page, "error", title,
                {{"error_title", title}, {"error_text", text}, {"suggestions", std::move(suggestions)}},
                status);
}

Answer Site::Parts::html(Page& page, std::string_view template_name, std::string title, Json context,
                         int status) {
    Json whole = layout(page);
    whole.update(context);
    whole["page_title"] = std::move(title);
    return {status,
            "text/html; charset=utf-8",
            by_language.find(page.language().tag())->second.render(template_name, whole),
            {}};
}

Json Site::Parts::data_links(Page& page) const {
    const std::vector<std::string_view> path = segments(page.address().path);
    const auto with_suffix = [&](const char* suffix) {
        std::string address = page.here({{"page", ""}});
        const std::size_t query = std::min(address.find('?'), address.size());
        std::string base = address.substr(0, query);
        if (path.empty()) base += "index";
        return base + suffix + address.substr(query);
    };
    if (path.size() == 1 && path[0] == "validate") return Json::array();
    Json links = {
        {{"data_type", "application/json"}, {"data_href", with_suffix(".json")}, {"data_title", "JSON"}}};
    const auto kind = path.size() == 1 ? kind_of_plural(path[0]) : std::nullopt;
    if (kind)
        links.push_back(
            {{"data_type", "text/csv"}, {"data_href", with_suffix(".csv")}, {"data_title", "CSV"}});
    if (path.empty() || kind == Kind::update) {
        links.push_back({{"data_type", "application/atom+xml"},
                         {"data_href", page.href("/updates.atom")},
                         {"data_title", "Atom"}});
        links.push_back({{"data_type", "application/feed+json"},
                         {"data_href", page.href("/updates.feed")},
                         {"data_title", "JSON Feed"}});
    }
    return links;
}

Json Site::Parts::layout(Page& page) const {
    const query::View& view = page.view();
    const std::vector<std::string_view> path = segments(page.address().path);
    const std::string_view tag = page.language().tag();
    Json nav = Json::array();
    for (Kind kind : kNavigation)
        nav.push_back({{"nav_href", page.href("/" + std::string(info(kind).plural))},
                       {"nav_label", page.kinds_label(kind)},
                       {"current", !path.empty() && path[0] == info(kind).plural}});
    const std::string here = page.here({});
    Json language_list = Json::array(), alternates = Json::array();
    for (const auto& [other, label] :
         {std::pair<std::string_view, const char*>{"en", "English"}, {"zh", "中文"}, {"ru", "Русский"}}) {
        const std::string address = fmt::format("/{}{}", other, here.substr(3));
        language_list.push_back({{"language_href", address},
                                 {"language_tag", other},
                                 {"language_name", label},
                                 {"current", other == tag}});
        alternates.push_back({{"hreflang", other}, {"alternate_href", options.public_url + address}});
    }
    alternates.push_back(
        {{"hreflang", "x-default"}, {"alternate_href", options.public_url + here.substr(3)}});
    Json hidden = Json::array();
    for (const auto& [key, value] : page.address().query)
        if (key != "as_of" && key != "page") hidden.push_back({{"name", key}, {"value", value}});
    const std::string asked(page.address().value("as_of"));
    const auto first_time = view.first_time();
    const std::string first_day = first_time && *first_time > 0 ? Date::of_unix_time(*first_time).text() : "";
    const std::string position = page.language().number(std::to_string(view.as_of().value));
    std::string past_text;
    if (!view.is_latest())
        past_text =
            page.language().format("The register as it was known on {1}: journal position {2} of {3}.",
                                   {page.language().date(view.day()), position,
                                    page.language().number(std::to_string(view.head().value))});
    const std::string data_as_of =
        view.time() > 0 ? page.language().format("Data as of {1} UTC, journal position {2}.",
                                                 {page.language().date(Date::of_unix_time(view.time())) +
                                                      ", " + utc_text(view.time()).substr(11, 5),
                                                  position})
                        : page.say("On this day the register held nothing yet.");
    return {
        {"lang", tag},
        {"site_title", page.say("Tamga register")},
        {"page_kind", ""},
        {"description", ""},
        {"assets",
         {{"css", asset_path("app.css")},
          {"icon", asset_path("icon.svg")},
          {"app", asset_path("app.js")},
          {"chart", asset_path("chart.js")},
          {"map", asset_path("map.js")}}},
        {"alternates", std::move(alternates)},
        {"data_links", data_links(page)},
        {"uses_chart", false},
        {"uses_map", false},
        {"home_href", page.href("/")},
        {"nav", std::move(nav)},
        {"languages", std::move(language_list)},
        {"past", !view.is_latest()},
        {"past_text", past_text},
        {"now_href", page.here({{"as_of", ""}})},
        {"has_crumbs", false},
        {"path", fmt::format("/{}{}", tag, page.address().path)},
        {"asof_hidden", std::move(hidden)},
        {"asof_day", view.is_latest() ? "" : view.day().text()},
        {"asof_first", first_day},
        {"asof_last", Date::of_unix_time(options.clock()).text()},
        {"data_as_of", data_as_of},
        {"about_href", page.href("/about")},
        {"status_rules_href", page.href("/status-rules")},
        {"validate_href", page.href("/validate")},
        {"sources_href", page.href("/sources")},
        {"print_address", options.public_url + here},
    };
}

}  // namespace tamga::web
