#include "web/site/site.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>

#include "crypto/sha256.hpp"
#include "http/form.hpp"
#include "sheet/writer.hpp"
#include "web/desk/entrance.hpp"
#include "web/desk/visit.hpp"
#include "web/parts/assets.hpp"
#include "web/site/parameters.hpp"
#include "web/site/route.hpp"

namespace tamga::web {

namespace {

// No inline script or style, nothing from elsewhere: what an attacker might bring into a text cannot run.
constexpr const char* kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Adds a header that the answer does not set itself.
void add_header(http::Headers& headers, std::string_view name, std::string_view value) {
    if (std::ranges::find(headers, name, &http::Headers::value_type::first) == headers.end())
        headers.emplace_back(name, value);
}

/// Data that any page on any site may read: there is nothing in them that is not public, and no cookie.
bool is_public_data(std::string_view type) {
    constexpr std::string_view kTypes[] = {
        "application/json",     "application/problem+json", "text/csv",        "text/calendar",
        "application/geo+json", "application/atom+xml",     "application/xml", "application/feed+json",
        "application/zip",      sheet::kMediaType};
    return std::ranges::find(kTypes, type.substr(0, type.find(';'))) != std::end(kTypes);
}

bool is_personal(const Match& match) {
    return match.route && match.route->keep == Keep::personal;
}

/// The answer with the headers that every answer carries.
http::Response finished(Answer made, bool personal) {
    http::Content content =
        made.content.empty() ? std::move(made.large) : http::Content(std::move(made.content));
    const bool is_data = is_public_data(made.content_type);
    http::Response response{.status = made.status,
                            .headers = std::move(made.headers),
                            .body = http::Body::make(std::move(content), std::move(made.content_type))};
    if (personal) {
        add_header(response.headers, "Cache-Control", "private, no-store");
        add_header(response.headers, "X-Robots-Tag", "noindex");
        // With "no-referrer" browsers would not tell either from which site a form comes.
        add_header(response.headers, "Referrer-Policy", "same-origin");
    }
    add_header(response.headers, "Cache-Control", response.status == 200 ? "no-cache" : "no-store");
    add_header(response.headers, "Content-Security-Policy", kContentPolicy);
    add_header(response.headers, "X-Content-Type-Options", "nosniff");
    add_header(response.headers, "Referrer-Policy", "no-referrer");
    add_header(response.headers, "Cross-Origin-Opener-Policy", "same-origin");
    if (is_data && !personal) {
        add_header(response.headers, "Access-Control-Allow-Origin", "*");
        add_header(response.headers, "Access-Control-Expose-Headers", "ETag, Link");
    }
    return response;
}

/// The tag (RFC 9110 8.8.3) of what is sent while it is made, and so before its bytes are known: of its
/// address and the state of the register.
std::string tag_of(const std::string& key) {
    return '"' + crypto::hex(crypto::sha256(TAMGA_VERSION "\n", key)).substr(0, 32) + '"';
}

/// The same address elsewhere, every byte of it encoded.
Answer moved_to(const http::Request& request, std::string location, int status) {
    char separator = '?';
    for (const auto& [name, value] : request.query) {
        location += fmt::format("{}{}={}", separator, percent_encode(name), percent_encode(value));
        separator = '&';
    }
    return Frame::redirect(std::move(location), status);
}

}  // namespace

struct Site::Parts {
    Parts(query::Register& reg, SiteOptions options)
        : services{.reg = reg,
                   .frame = Frame(options.public_url, options.pictures, options.postman.has_value()),
                   .stopping = std::move(options.stopping),
                   .outlines = std::move(options.outlines)},
          cache(options.cache_bytes) {
        if (options.desk)
            services.desk = std::make_unique<Desk>(*std::move(options.desk), services.frame.public_url());
        if (options.postman && services.desk)
            postman = std::make_unique<Postman>(services, *std::move(options.postman));
        for (const Asset& asset : web::assets())
            assets.emplace(
                asset.path,
                http::freeze({.headers = {{"Cache-Control", "public, max-age=31536000, immutable"},
                                          {"Content-Security-Policy", kFilePolicy},
                                          {"X-Content-Type-Options", "nosniff"}},
                              .body = http::Body::make(std::string(asset.content), std::string(asset.type)),
                              .route = match("GET", asset.path).route->path}));
    }

    http::Answer respond(const http::Request& request);
    Answer answer(const http::Request& request, const Match& match, const std::optional<std::string>& key);
    Answer page_answer(const Visit& visit, const Coming& coming = {});
    Answer personal_answer(Visit visit);
    std::optional<std::string> cache_key(const http::Request& request, const Match& match) const;

    Services services;
    http::Cache cache;
    std::map<std::string, http::Response, std::less<>> assets;  ///< By path.
    std::unique_ptr<Postman> postman;                           ///< Last: it uses all of the above.
};

Site::Site(query::Register& reg, SiteOptions options)
    : parts_(std::make_unique<Parts>(reg, std::move(options))) {}
Site::~Site() = default;

Postman* Site::postman() {
    return parts_->postman.get();
}

http::Cache::Figures Site::cache_figures() const {
    return parts_->cache.figures();
}

std::size_t Site::most_body_bytes(const http::Request& request, std::size_t most_of_file) {
    const Match found = match(request.method, request.path);
    const Takes takes = found.route ? found.route->takes : Takes::nothing;
    return takes == Takes::file ? most_of_file : takes == Takes::form ? kMostFormBytes : 0;
}

http::Answer Site::answer(const http::Request& request) {
    return parts_->respond(request);
}

/// Nothing if the answer is not kept.
std::optional<std::string> Site::Parts::cache_key(const http::Request& request, const Match& match) const {
    if (!match.route || match.route->keep != Keep::until_change) return std::nullopt;
    const auto state = services.reg.state();
    if (!state) return std::nullopt;
    return *state + "\n" + request.target;
}

http::Answer Site::Parts::respond(const http::Request& request) {
    if (const auto asset = assets.find(request.path); asset != assets.end())
        if (request.method == "GET" || request.method == "HEAD") return asset->second;
    Match found = match(request.method, request.path);
    if (!found.allowed.empty() && !found.route) {
        http::Response refused =
            http::plain_text(405, fmt::format("this address answers {} only", found.allowed));
        refused.headers.emplace_back("Allow", found.allowed);
        return refused;
    }
    auto key = cache_key(request, found);
    if (key)
        if (auto known = cache.find(*key)) return *known;
    // Named, and not by "*": that would be true of an address at which there is nothing.
    if (const std::string_view known = request.header("If-None-Match"); key && !known.empty())
        if (const std::string tag = tag_of(*key); known.contains(tag)) {
            http::Response same = finished(
                {.status = 304, .headers = {{"ETag", "W/" + tag}, {"Cache-Control", "no-cache"}}}, false);
            same.body = nullptr;
            return same;
        }
    // A page that tells that there is none, too, is a page to be made.
    const bool moves = found.any_language || !found.moved.empty();
    Runs runs = moves ? Runs::at_once : found.route ? found.route->runs : Runs::as_page;
    // A list without an end is long work.
    if (runs == Runs::as_page && found.route && has_word(found.route->parameters, "first")) {
        const auto first = request.query_value("first").value_or(found.format == "json" ? "" : "all");
        if (first == "all") runs = Runs::aside;
    }
    const std::string_view route = found.route ? found.route->path : std::string_view();
    const auto make = [this, &request, found = std::move(found), key = std::move(key)]() -> http::Response {
        Answer made = answer(request, found, key);
        const bool is_sent = made.is_sent;
        http::Response response = finished(std::move(made), is_personal(found));
        if (found.route) response.route = found.route->path;
        if (key && response.status == 200 && !is_sent) return *cache.insert(*key, std::move(response));
        return response;
    };
    if (runs == Runs::at_once) return make();
    using Lane = http::Later::Lane;
    const Lane lane = runs == Runs::aside       ? Lane::long_work
                      : runs == Runs::elsewhere ? Lane::elsewhere
                                                : Lane::page;
    return http::Later{lane, make, route};
}

Answer Site::Parts::answer(const http::Request& request, const Match& match,
                           const std::optional<std::string>& key) {
    const bool negotiated = match.language.empty();
    const std::string_view tag =
        negotiated ? i18n::negotiate(request.header("Accept-Language")) : std::string_view(match.language);
    if (match.any_language) {
        Answer redirect = moved_to(request, fmt::format("/{}{}", tag, match.moved), 302);
        redirect.headers.emplace_back("Vary", "Accept-Language");
        return redirect;
    }
    if (!match.moved.empty()) return moved_to(request, match.moved, 301);
    Visit visit{request, match, i18n::language(tag)};
    if (request.begin && !is_personal(match))
        visit.begin = [&](Answer head) {
            if (negotiated) head.headers.emplace_back("Vary", "Accept-Language");
            if (key) head.headers.emplace_back("ETag", "W/" + tag_of(*key));
            http::Response response = finished(std::move(head), false);
            response.headers.emplace_back("Content-Type",
                                          std::exchange(response.body, nullptr)->content_type());
            response.route = match.route->path;
            return request.begin(std::move(response));
        };
    if (!match.route || match.route->page_answer) {
        Answer page = is_personal(match) ? personal_answer(visit) : page_answer(visit);
        if (negotiated) page.headers.emplace_back("Vary", "Accept-Language");
        return page;
    }
    if (const auto unfit = unfit_parameter(visit.language, *match.route, std::nullopt, request.query))
        return {http_status(unfit->code), "application/problem+json; charset=utf-8",
                problem(*unfit).dump(1) + "\n"};
    return match.route->answer(services, visit);
}

/// Finds out who asks, and whose the form is that they send, before the page is made.
Answer Site::Parts::personal_answer(Visit visit) {
    Coming coming{.for_signed_in = visit.match.route->who == Who::signed_in};
    if (visit.request.method == "POST") {
        auto read = http::Fields::read(visit.request.header("Content-Type"), visit.request.body.bytes());
        if (read)
            coming.form = *std::move(read);
        else
            coming.unreadable = true;
    }
    if (services.desk) {
        auto entered = services.desk->enter(visit.request, coming.form ? &*coming.form : nullptr);
        if (!entered) return Frame::fail(visit.language, visit.match.format, entered.error());
        coming.entry = *std::move(entered);
    }
    const Entry& entry = coming.entry;
    if (entry.signed_in) visit.signed_in = &*entry.signed_in;
    visit.session = entry.session;
    visit.form_token = entry.form_token;
    if (entry.sent == Sent::ours) visit.form = &*coming.form;
    Answer answer = page_answer(visit, coming);
    answer.headers.insert(answer.headers.end(), entry.cookies.begin(), entry.cookies.end());
    return answer;
}

Answer Site::Parts::page_answer(const Visit& visit, const Coming& coming) {
    const Match& match = visit.match;
    Address address{match.path, match.format, visit.request.query, match.formats};
    if (!match.route) address.formats = "html json";
    const auto past = query::AsOf::parse(address.value("as_of"));
    auto view = past ? services.reg.at(*past) : services.reg.now();
    std::optional<Error> not_then = past ? std::nullopt : std::optional(past.error());
    if (!view && past && view.error().code == ErrorCode::out_of_range) {
        // That day or position cannot be shown: say so on a page of the register as it is now.
        not_then = view.error();
        view = services.reg.now();
    }
    if (!view) return Frame::fail(visit.language, match.format, view.error());
    const auto refused = [&](auto make_refusal) {
        // Links of a page that tells what is wrong with its address do not repeat it.
        const std::string as_of(not_then ? std::string() : std::string(address.value("as_of")));
        const query::AsOf asked = past ? *past : query::AsOf();
        const std::string written(address.value("as_of"));
        address.query.clear();
        if (!as_of.empty()) address.query.emplace_back("as_of", as_of);
        Page page(*view, visit.language, std::move(address), services.statuses);
        return services.frame.refuse(page, make_refusal(page, asked, written));
    };
    if (!match.route) return refused([](Page& page, const auto&, const auto&) { return no_such_page(page); });
    if (not_then)
        return refused([&](Page& page, const query::AsOf& asked, const std::string& written) {
            return unfit_past(page, asked, written, *not_then);
        });
    if (const std::string written(address.value("public_by")); !written.empty()) {
        const auto asked = query::AsOf::parse(written);
        if (!asked || !asked->day() || *asked->day() > view->today())
            return refused([&](Page& page, const auto&, const auto&) {
                return unfit_public_by(page, asked ? *asked : query::AsOf(), written);
            });
        view = services.reg.at(*past, *asked->day());
        if (!view) return Frame::fail(visit.language, match.format, view.error());
    }
    const auto kind = kind_of_plural(match.path.substr(1, match.path.find('/', 1) - 1));
    if (auto unfit = unfit_parameter(visit.language, *match.route, kind, address.query))
        return refused([&](Page&, const auto&, const auto&) { return *std::move(unfit); });
    Page page(*view, visit.language, std::move(address), services.statuses);
    if (services.outlines) page.draw_on(*services.outlines);
    if (is_personal(match))
        if (auto away = turned_away(services, visit, page, coming)) return *std::move(away);
    // A search engine that followed every state of every page would never end.
    const bool is_indexed = past->is_now() && !page.view().public_by();
    Visit asking = visit;
    if (visit.begin && !is_indexed)
        asking.begin = [&](Answer head) {
            head.headers.emplace_back("X-Robots-Tag", "noindex");
            return visit.begin(std::move(head));
        };
    Answer answer = match.route->page_answer(services, asking, page);
    // What could not be read must not be taken for what is not there.
    if (page.error()) answer = services.frame.refuse(page, refusal_of(page, *page.error()));
    if (!is_indexed) answer.headers.emplace_back("X-Robots-Tag", "noindex");
    return answer;
}

}  // namespace tamga::web
