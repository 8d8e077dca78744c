#include <fmt/format.h>

#include "activities/publish.hpp"
#include "folder/folder.hpp"
#include "formats/picture.hpp"
#include "formats/zip.hpp"
#include "sheet/writer.hpp"
#include "web/desk/account.hpp"
#include "web/desk/accounts.hpp"
#include "web/desk/assent.hpp"
#include "web/desk/login.hpp"
#include "web/desk/openid.hpp"
#include "web/desk/replies.hpp"
#include "web/desk/sealing.hpp"
#include "web/desk/start.hpp"
#include "web/desk/upload.hpp"
#include "web/desk/visit.hpp"
#include "web/desk/write.hpp"
#include "web/frame/pager.hpp"
#include "web/pages/answers.hpp"
#include "web/pages/commitments.hpp"
#include "web/pages/compare.hpp"
#include "web/pages/downloads.hpp"
#include "web/pages/figures.hpp"
#include "web/pages/head.hpp"
#include "web/pages/lists.hpp"
#include "web/pages/overview.hpp"
#include "web/pages/records.hpp"
#include "web/pages/search.hpp"
#include "web/pages/sitemap.hpp"
#include "web/parts/assets.hpp"
#include "web/parts/map.hpp"
#include "web/site/changes.hpp"
#include "web/site/figure_answers.hpp"
#include "web/site/follow.hpp"
#include "web/site/openapi.hpp"
#include "web/site/route.hpp"

// The handlers, and the table that leads to them.
namespace tamga::web {

namespace {

using query::Snapshot;
using query::SnapshotPtr;

constexpr std::size_t kVersionsPerPage = 20;

Answer health(Services& services, const Visit&) {
    const auto state = services.reg.state();
    const Json told = state ? Json{{"status", "ok"}, {"state", *state}}
                            : Json{{"status", "failing"}, {"reason", state.error().cause}};
    return {state ? 200 : 503,
            "application/json; charset=utf-8",
            told.dump() + "\n",
            {{"Cache-Control", "no-store"}}};
}

/// As health(), but a server that is about to end says so while it still answers.
Answer ready(Services& services, const Visit&) {
    const auto told = [](int status, const Json& what) -> Answer {
        return {
            status, "application/json; charset=utf-8", what.dump() + "\n", {{"Cache-Control", "no-store"}}};
    };
    if (services.stopping && services.stopping())
        return told(503, {{"status", "not ready"}, {"reason", "the server is stopping"}});
    // A view reads the last entry too.
    const auto view = services.reg.now();
    if (!view) return told(503, {{"status", "not ready"}, {"reason", view.error().cause}});
    return told(200, {{"status", "ready"}, {"entries", view->head().value}});
}

constexpr const char* kXml = "application/xml; charset=utf-8";

Answer robots(Services& services, const Visit&) {
    std::string text =
        "User-agent: *\nDisallow: /*?as_of=\nDisallow: /*&as_of=\nDisallow: /*?public_by=\nDisallow: "
        "/*&public_by=\nDisallow: /*/desk\nDisallow: /*/account/link/\nDisallow: /*/follow\nAllow: /\n";
    if (const std::string& origin = services.frame.public_url(); !origin.empty())
        text += fmt::format("Sitemap: {}/sitemap.xml\n", origin);
    return {200, "text/plain; charset=utf-8", std::move(text)};
}

/// Sitemaps hold whole addresses only, which a server knows that was told its own.
Answer no_sitemap() {
    return {404, "text/plain; charset=utf-8",
            "404: there is no such sitemap, or the server was not told its public address (--public-url).\n"};
}

Answer sitemap(Services& services, const Visit& visit) {
    const std::string& origin = services.frame.public_url();
    if (origin.empty()) return no_sitemap();
    const auto view = services.reg.now();
    if (!view) return Frame::fail(visit.language, "xml", view.error());
    auto made = sitemap_index(*view, origin);
    if (!made) return Frame::fail(visit.language, "xml", made.error());
    return {200, kXml, *std::move(made)};
}

Answer site_sitemap(Services& services, const Visit&) {
    const std::string& origin = services.frame.public_url();
    if (origin.empty()) return no_sitemap();
    return {200, kXml, sitemap_of_site(origin)};
}

Answer kind_sitemap(Services& services, const Visit& visit) {
    const std::string& origin = services.frame.public_url();
    if (origin.empty()) return no_sitemap();
    const auto view = services.reg.now();
    if (!view) return Frame::fail(visit.language, "xml", view.error());
    Answer answer{.content_type = kXml};
    bool is_there = false;
    const auto made = fill(answer, visit.begin, [&](const AddText& add) -> Result<void> {
        TAMGA_ASSIGN(is_there, sitemap_of_kind(*view, *kind_of_plural(visit.match.names[0]),
                                               std::stoul(visit.match.names[1]), origin, add));
        return {};
    });
    if (!made) return Frame::fail(visit.language, "xml", made.error());
    return is_there ? std::move(answer) : no_sitemap();
}

Answer openapi_answer(Services& services, const Visit&) {
    return {200, "application/json; charset=utf-8", openapi(services.frame.public_url())};
}

Answer icon(Services&, const Visit&) {
    return Frame::redirect(asset_path("icon.svg"), 302);
}

/// The names of assets that there are stand for themselves; this is any other.
Answer no_asset(Services&, const Visit&) {
    return {404, "text/plain; charset=utf-8", "404: no such asset.\n"};
}

/// The register as `tamga export` writes it.
Answer register_zip(Services& services, const Visit& visit) {
    const auto refused = [](const Error& error) -> Answer {
        return {http_status(error.code), "application/problem+json; charset=utf-8",
                problem({.code = error.code, .text = error.cause, .hint = error.hint}).dump(1) + "\n"};
    };
    const auto asked = query::AsOf::parse(visit.request.query_value("as_of").value_or(""));
    if (!asked) return refused(asked.error());
    const auto view = services.reg.at(*asked);
    if (!view) return refused(view.error());
    Answer answer{.content_type = "application/zip",
                  .headers = {{"Content-Disposition", "attachment; filename=\"register.zip\""}}};
    if (!asked->is_now()) answer.headers.emplace_back("X-Robots-Tag", "noindex");
    const auto made = fill(answer, visit.begin, [&](const AddText& add) -> Result<void> {
        formats::ZipWriter zip(add, view->time());
        TAMGA_TRY(
            folder::write_files(*view, {.begin = [&](const std::string& name) { return zip.begin(name); },
                                        .add = [&](std::string_view bytes) { return zip.add(bytes); }}));
        return zip.finish();
    });
    if (!made) return Frame::fail(visit.language, "zip", made.error());
    return answer;
}

Answer kept_file(Services& services, const Visit& visit) {
    const std::string& sha256 = visit.match.names[0];
    auto view = services.reg.now();
    if (!view) return Frame::fail(visit.language, "html", view.error());
    auto content = view->file(sha256);
    if (!content) return Frame::fail(visit.language, "html", content.error());
    if (!*content)
        return {404, "text/plain; charset=utf-8", "404: the register keeps no file with this SHA-256.\n"};
    const std::string& file_name = visit.match.names.back();
    return {200,
            "application/octet-stream",
            **content,
            {{"Content-Disposition", "attachment; filename*=UTF-8''" + percent_encode(file_name)},
             {"Content-Security-Policy", kFilePolicy},
             {"Cache-Control", "public, max-age=31536000, immutable"}}};
}

Answer of_validation(Validation::Outcome outcome) {
    Answer answer{outcome.status,
                  std::move(outcome.content_type),
                  std::move(outcome.download),
                  {{"Cache-Control", "no-store"}}};
    if (!outcome.file_name.empty())
        answer.headers.emplace_back("Content-Disposition",
                                    fmt::format("attachment; filename=\"{}\"", outcome.file_name));
    answer.headers.emplace_back("Content-Security-Policy", kFilePolicy);
    return answer;
}

Answer validate_api(Services& services, const Visit& visit) {
    return of_validation(services.validation.of_api(visit.request));
}

Answer validate_page(Services& services, const Visit&, Page& page) {
    Json context = Validation::form_context(page);
    context["description"] = page.say(
        "XML, schema, code lists, rules and identifiers, by the IATI standard 2.01 to 2.03. The file is "
        "checked "
        "and not kept.");
    return services.frame.html(page, "validate", page.say("Check an IATI file"), context);
}

Answer validate_form(Services& services, const Visit& visit, Page& page) {
    Validation::Outcome outcome = services.validation.of_form(page, visit.request);
    if (!outcome.download.empty()) return of_validation(std::move(outcome));
    Answer answer = services.frame.html(page, "validate", page.say("Check an IATI file"), outcome.context,
                                        outcome.status);
    answer.headers.emplace_back("Cache-Control", "no-store");
    return answer;
}

/// The address of the whole register, as known when the page is.
std::string everything(const Page& page) {
    const std::string_view as_of = page.address().value("as_of");
    return as_of.empty() ? "/register.zip" : "/register.zip?as_of=" + percent_encode(as_of);
}

Answer start_page(Services& services, const Visit&, Page& page) {
    Json context = home_context(page);
    // Its own data, and the feeds, which it shows too.
    context["data_links"] = {{{"data_type", "application/json"},
                              {"data_href", page.here_as("json")},
                              {"data_title", "JSON"},
                              {"data_server", false}},
                             {{"data_type", "application/atom+xml"},
                              {"data_href", page.href("/updates.atom")},
                              {"data_title", "Atom"},
                              {"data_server", false}},
                             {{"data_type", "application/feed+json"},
                              {"data_href", page.href("/updates.feed")},
                              {"data_title", "JSON Feed"},
                              {"data_server", false}},
                             {{"data_type", "application/zip"},
                              {"data_href", everything(page)},
                              {"data_title", "ZIP"},
                              {"data_server", false}}};
    context["linked_data"] = site_linked_data(page, services.frame.public_url());
    return services.frame.html(page, "home", page.say("Home"), context);
}

Answer counts(Services&, const Visit&, Page& page) {
    Json counted = Json::object();
    for (const KindInfo& kind : kinds()) {
        const auto count = query::count(page.view(), kind.kind);
        if (!count) page.failed(count.error());
        counted[std::string(kind.plural)] = count.value_or(0);
    }
    return Frame::data({{"as_of", as_of_data(page)}, {"counts", std::move(counted)}});
}

Answer status_rules(Services& services, const Visit&, Page& page) {
    if (page.address().format == "json") return Frame::data(rules_data(page));
    Json context = rules_context(page);
    context["description"] = page.say(
        "No status is entered by hand. Each follows from reports, assessments, due dates and linked results "
        "by "
        "these rules; the first rule that applies decides.");
    return services.frame.html(page, "rules", page.say("How status is derived"), context);
}

Answer search(Services& services, const Visit&, Page& page) {
    const auto request = search_request(page);
    if (!request) return services.frame.refuse(page, request.error());
    std::vector<query::FoundOfKind> found;
    if (!request->sought.terms.empty()) {
        auto searched = query::search(page.view(), *request);
        if (!searched) return services.frame.refuse(page, refusal_of(page, searched.error()));
        found = *std::move(searched);
    }
    const std::string words = search_words(page);
    Answer answer = page.address().format == "json"
                        ? Frame::data(search_data(page, *request, found))
                        : services.frame.html(page, "search", words.empty() ? page.say("Search") : words,
                                              search_context(page, *request, found));
    // There is no end of what can be searched for.
    if (page.view().is_latest()) answer.headers.emplace_back("X-Robots-Tag", "noindex");
    return answer;
}

/// Kinds with records that have no dated source. Where there are too many to look through, the kind is
/// named whether it has such records or not.
Json undated_kinds(Page& page) {
    Json out = Json::array();
    for (const KindInfo& kind : kinds()) {
        if (!query::claims(kind.kind)) continue;
        const auto count = query::count(page.view(), kind.kind);
        auto found = count && *count > query::kMostSorted
                         ? Result<bool>(true)
                         : query::any(page.view(), kind.kind, {{query::kDated, {"no"}}});
        if (!count) found = std::unexpected(count.error());
        if (!found) page.failed(found.error());
        if (found.value_or(false))
            out.push_back(
                {{"undated_kind", page.kinds_label(kind.kind)},
                 {"undated_href", page.href("/" + std::string(kind.plural), {{query::kDated, "no"}})}});
    }
    return out;
}

Answer about(Services& services, const Visit&, Page& page) {
    if (page.address().format == "json") return Frame::data({{"as_of", as_of_data(page)}});
    const auto root = page.view().root();
    if (!root) page.failed(root.error());
    const std::string journal_text = page.language().format(
        "Every change is an entry of an append-only journal, which now has {1} entries.",
        {page.language().number(std::to_string(page.view().head().value))});
    Json undated = undated_kinds(page);
    return services.frame.html(page, "about", page.say("About this register"),
                               {{"journal_text", journal_text},
                                {"description", journal_text},
                                {"has_undated", !undated.empty()},
                                {"undated_kinds", std::move(undated)},
                                {"root", root.value_or("")}});
}

Answer problem_page(Services& services, const Visit& visit, Page& page) {
    for (const ProblemKind& kind : problem_kinds()) {
        if (name(kind.code) != visit.match.names[0]) continue;
        const int status = http_status(kind.code);
        if (page.address().format == "json")
            return Frame::data({{"type", fmt::format("/problems/{}", name(kind.code))},
                                {"title", page.say(kind.title)},
                                {"meaning", page.say(kind.meaning)},
                                {"status", status}});
        return services.frame.html(
            page, "problem", page.say(kind.title),
            {{"problem_title", page.say(kind.title)},
             {"problem_meaning", page.say(kind.meaning)},
             {"description", page.say(kind.meaning)},
             {"problem_status", page.language().format("HTTP status {1}, problem type {2}.",
                                                       {std::to_string(status),
                                                        fmt::format("/problems/{}", name(kind.code))})}});
    }
    return services.frame.refuse(page, no_such_page(page));
}

/// A title for one of several pages.
std::string numbered(const Page& page, const std::string& title, std::size_t number) {
    return number == 1 ? title : page.language().format("{1}, page {2}", {title, std::to_string(number)});
}

Answer list_page(Services& services, Page& page, const query::ListRequest& request,
                 const query::Listing& listing) {
    Json context = list_context(page, request, listing);
    context["heading"] = page.kinds_label(request.kind);
    context["lede_text"] = page.say("kind help", info(request.kind).help);
    context["description"] = fmt::format("{} {}", context["lede_text"].get<std::string>(),
                                         context["count_text"].get<std::string>());
    context["map"] = nullptr;
    context["status_bar"] = nullptr;
    context["has_scales"] = request.kind == Kind::commitment;
    if (request.kind == Kind::commitment) {
        context["status_bar"] = status_bar(page, listing, chosen(page));
        context["scales"] = scale_choice(page);
    }
    // Where those that measure the same stand together, they stand under what they measure.
    const std::string_view sort = request.sort;
    const bool grouped = request.kind == Kind::series && !listing.rows.empty() &&
                         (sort.empty() || sort.ends_with("title") || sort.ends_with("indicator"));
    context["grouped"] = grouped;
    context["series_groups"] = grouped ? series_groups(page, listing.rows) : Json::array();
    if (request.kind == Kind::project || request.kind == Kind::centre) {
        context["map"] = map_context(page, request.kind, listing);
        context["uses_map"] = !context["map"].is_null();
    }
    return services.frame.html(
        page, "list", numbered(page, page.kinds_label(request.kind), page_number(request, listing)), context);
}

/// How many rows each_listed() goes over.
Result<std::size_t> count_listed(Page& page, const query::ListRequest& request) {
    std::size_t count = 0;
    TAMGA_TRY(each_listed_id(page, request, [&](std::string_view) -> Result<void> {
        ++count;
        return {};
    }));
    return count;
}

/// A list without an end as JSON: as one document would be written.
Result<void> add_whole_json(Page& page, const query::ListRequest& request, const AddText& add) {
    query::Listing none;
    TAMGA_ASSIGN(none.passing, count_listed(page, request));
    TAMGA_ASSIGN(none.total, query::count(page.view(), request.kind));
    const std::string text = list_data(page, request.kind, none, {}).dump(1) + "\n";
    const std::size_t at = text.find("\"records\": []") + std::string_view("\"records\": [").size();
    TAMGA_TRY(add(text.substr(0, at)));
    std::string_view before = "\n";
    TAMGA_TRY(each_listed(page, request, [&](const Snapshot& record) -> Result<void> {
        std::string one = std::string(before) + listed_data(page, record).dump(1);
        for (std::size_t line = one.find('\n'); line != std::string::npos; line = one.find('\n', line + 3))
            one.insert(line + 1, "  ");
        before = ",\n";
        page.statuses().clear();
        return add(one);
    }));
    if (none.passing > 0) TAMGA_TRY(add("\n "));
    return add(text.substr(at));
}

/// A list without an end, made piece by piece.
Answer whole_list(Services& services, const Visit& visit, Page& page, const query::ListRequest& request,
                  Answer answer) {
    const auto made = fill(answer, visit.begin, [&](const AddText& add) -> Result<void> {
        const auto writer = rows_writer(page, request.kind, services.frame.public_url());
        if (!writer) return add_whole_json(page, request, add);
        if (writer->is_bounded()) {
            TAMGA_ASSIGN(const std::size_t count, count_listed(page, request));
            TAMGA_TRY(writer->fits(count));
        }
        TAMGA_TRY(add(writer->head()));
        TAMGA_TRY(each_listed(page, request, [&](const Snapshot& record) {
            const std::string row = writer->row(record);
            page.statuses().clear();
            return add(row);
        }));
        return writer->finish(add);
    });
    if (!made) return services.frame.refuse(page, refusal_of(page, made.error()));
    return answer;
}

/// The newest of what passes: updates by the days of the news, of any other kind what changed last.
Answer feed(Services& services, Page& page, query::ListRequest request) {
    request.count = kFeedLength;
    Result<std::vector<SnapshotPtr>> records;
    if (request.kind == Kind::update) {
        request.sort = "-date";
        auto listing = make_listing(page, request);
        if (!listing) return services.frame.refuse(page, refusal_of(page, listing.error()));
        records = std::move(listing->rows);
    } else {
        records = last_changed(page, request);
        if (!records) return services.frame.refuse(page, refusal_of(page, records.error()));
    }
    return feed_answer(services, page, feed_of(page, request.kind, *records));
}

Answer list(Services& services, const Visit& visit, Page& page) {
    const std::string& format = page.address().format;
    const std::string_view plural = std::string_view(page.address().path).substr(1);
    auto request = list_request(page, *kind_of_plural(plural));
    if (!request) return services.frame.refuse(page, request.error());
    if (format == "atom" || format == "feed") return feed(services, page, *std::move(request));
    const std::string_view type = format == "csv"       ? "text/csv; charset=utf-8; header=present"
                                  : format == "xlsx"    ? sheet::kMediaType
                                  : format == "ics"     ? "text/calendar; charset=utf-8"
                                  : format == "geojson" ? "application/geo+json"
                                                        : "application/json; charset=utf-8";
    http::Headers headers;
    if (format == "csv" || format == "xlsx" || format == "ics")
        headers = {{"Content-Disposition", fmt::format("inline; filename=\"{}.{}\"", plural, format)}};
    const bool is_page = format == "html" || format == "png";
    if (!is_page && wants_all(*request))
        return whole_list(services, visit, page, *request,
                          {.content_type = std::string(type), .headers = std::move(headers)});
    auto listing = make_listing(page, *request);
    if (!listing && listing.error().code == ErrorCode::not_found)
        return services.frame.refuse(
            page, {.code = ErrorCode::not_found,
                   .text = page.language().format("This list holds no record '{1}' to go on from.",
                                                  {request->after}),
                   .hint = page.say("Begin the list again, or give the as_of of the page before.")});
    if (!listing) return services.frame.refuse(page, refusal_of(page, listing.error()));
    const std::string next = next_rows(page, *listing);
    if (!next.empty() && format != "png")
        headers.emplace_back("Link", fmt::format("<{}>; rel=\"next\"", next));
    if (is_page) {
        Answer answer = list_page(services, page, *request, *listing);
        std::ranges::move(headers, std::back_inserter(answer.headers));
        return answer;
    }
    std::string content;
    if (const auto writer = rows_writer(page, request->kind, services.frame.public_url())) {
        content = writer->head();
        for (const SnapshotPtr& record : listing->rows) content += writer->row(*record);
        const auto end = writer->finish([&](std::string_view text) -> Result<void> {
            content += text;
            return {};
        });
        if (!end) return services.frame.refuse(page, refusal_of(page, end.error()));
    } else {
        content = list_data(page, request->kind, *listing, next).dump(1) + "\n";
    }
    return {200, std::string(type), std::move(content), std::move(headers)};
}

Answer never_known(Services& services, Page& page) {
    return services.frame.refuse(
        page, {ErrorCode::not_found, page.say("The register holds no such record on this day.")});
}

/// The record of an address that is not there: withdrawn, or never known.
Answer not_there(Services& services, Page& page, const RecordId& record_id) {
    const auto versions = page.view().history(record_id);
    if (!versions) return services.frame.refuse(page, refusal_of(page, versions.error()));
    if (versions->empty()) return never_known(services, page);
    Refusal refusal{.code = ErrorCode::withdrawn,
                    .text = page.say("This record was withdrawn. Its history remains."),
                    .href = page.href(page.record_path(record_id) + "/history"),
                    .link = page.say("Its history")};
    if (const std::string& reason = versions->back()->reason; !reason.empty()) {
        refusal.hint = page.language().format("The reason given: {1}", {reason});
        refusal.more = {{"reason", reason}};
    }
    return services.frame.refuse(page, refusal);
}

RecordId record_of(const Visit& visit, const Page& page) {
    const std::string_view path = std::string_view(page.address().path).substr(1);
    // "/commitments/{id}" says its kind by itself, "/{kinds}/{id}" by a name.
    return {*kind_of_plural(path.substr(0, path.find('/'))), visit.match.names[visit.match.names.size() - 1]};
}

Json kind_crumb(const Page& page, Kind kind) {
    return {{"crumb", page.kinds_label(kind)},
            {"crumb_lang", ""},
            {"crumb_href", page.href("/" + std::string(info(kind).plural))}};
}

Answer record(Services& services, const Visit& visit, Page& page) {
    const RecordId record_id = record_of(visit, page);
    const SnapshotPtr record = page.find(record_id);
    if (!record) return not_there(services, page, record_id);
    if (record->name != record_id) {
        const std::string ending = page.address().format == "html" ? "" : "." + page.address().format;
        return Frame::redirect(page.href(page.record_path(record->name) + ending), 301);
    }
    // How the verdict on a claim went is looked up in other states of the register.
    std::vector<query::PastVerdict> past;
    if (record_id.kind == Kind::claim && !page.view().public_by()) {
        auto judged = query::past_verdicts(services.reg, page.view(), *record);
        if (!judged) return services.frame.refuse(page, refusal_of(page, judged.error()));
        past = *std::move(judged);
    }
    if (page.address().format == "json") {
        Json data = record_data(page, *record);
        return Frame::data(record_id.kind == Kind::claim ? with_verdicts_data(std::move(data), past) : data);
    }
    Json context = record_context(page, *record);
    if (context["claim"].is_object()) context["claim"]["claim_past"] = past_verdicts_context(page, past);
    const bool mechanism = record_id.kind == Kind::mechanism;
    if (mechanism) context.update(mechanism_context(page, *record));
    // Others may come to write while a page is kept, never to a register as it was.
    if (Json& replies = context["replies"];
        !replies.is_null() && services.desk && page.view().is_latest() && !page.view().public_by()) {
        if (replies["closed_text"].is_null()) {
            replies["write_href"] = page.href(page.record_path(record_id) + "/reply");
            replies["official_href"] = page.href("/desk/write/replies", {{"under", record_id.text()}});
        }
        replies["not_taken"] = false;
    }
    const Json& activity = context["activity"];
    context["uses_map"] =
        !context["place"].is_null() || (activity.is_object() && !activity["places_map"].is_null());
    context["has_crumbs"] = true;
    context["crumbs"] = Json::array({kind_crumb(page, record_id.kind)});
    context["description"] = description(page, *record);
    context["linked_data"] = linked_data(page, *record, services.frame.public_url());
    return services.frame.html(page, mechanism ? "mechanism" : "record", lone_title(page, *record), context);
}

/// The series whose chart is asked for; where it is not there, or has another id now, the answer that says
/// so.
std::expected<SnapshotPtr, Answer> series_of(Services& services, const Visit& visit, Page& page,
                                             std::string_view before, std::string_view ending) {
    const RecordId name{Kind::series, visit.match.names[0]};
    SnapshotPtr series = page.find(name);
    if (!series) return std::unexpected(not_there(services, page, name));
    if (series->name != name)
        return std::unexpected(Frame::redirect(
            page.href(fmt::format("{}{}{}", before, page.record_path(series->name), ending)), 301));
    return series;
}

Answer chart(Services& services, const Visit& visit, Page& page) {
    const std::string& format = page.address().format;
    auto series = series_of(services, visit, page, format == "svg" ? "" : "/embed",
                            format == "html" ? "" : "." + format);
    if (!series) return std::move(series).error();
    return drawn_answer(services, page, series_drawn(page, **series));
}

Answer compare(Services& services, const Visit&, Page& page) {
    const auto request = compare_request(page);
    if (!request) return services.frame.refuse(page, request.error());
    std::optional<query::Compared> compared;
    if (request->whole()) {
        auto made =
            query::compared(page.view(), request->a, request->b, request->period, request->assumptions);
        if (!made) return services.frame.refuse(page, refusal_of(page, made.error()));
        compared = *std::move(made);
    }
    const query::Compared* const shown = compared ? &*compared : nullptr;
    const std::string& format = page.address().format;
    Answer answer;
    if (is_drawing(page)) {
        answer = drawn_answer(services, page, compare_drawn(page, *request, shown));
    } else if (format == "json") {
        answer = Frame::data(compare_data(page, *request, shown));
    } else if (format == "csv" || format == "xlsx") {
        answer = table_answer(services, page, compare_table(page, compare_data(page, *request, shown)));
    } else {
        Json context = compare_context(page, *request, shown);
        context["description"] = page.say(
            "From the exporter’s figure to the importer’s, in steps that add up. It says of neither that it "
            "is wrong.");
        answer = services.frame.html(page, "compare", page.say("Why two figures differ"), context);
    }
    // There is no end of what can be assumed.
    if (request->whole() && page.view().is_latest()) answer.headers.emplace_back("X-Robots-Tag", "noindex");
    return answer;
}

Answer history(Services& services, const Visit& visit, Page& page) {
    const RecordId record_id = record_of(visit, page);
    if (page.address().format == "json") {
        auto versions = page.view().history(record_id);
        if (!versions) return services.frame.refuse(page, refusal_of(page, versions.error()));
        if (versions->empty()) return never_known(services, page);
        return Frame::data(history_data(page, record_id, *versions));
    }
    if (const auto asked = page_asked(page); !asked) return services.frame.refuse(page, asked.error());
    const auto count = page.view().version_count(record_id);
    if (!count) return services.frame.refuse(page, refusal_of(page, count.error()));
    if (*count == 0) return never_known(services, page);
    // Pages begin with the newest version, the journal with the oldest.
    const Pager shown = pager(page, *count, kVersionsPerPage);
    const std::size_t oldest = *count - shown.last, before = oldest > 0 ? 1 : 0;
    auto versions = page.view().history(record_id, oldest - before, shown.last - shown.first + before);
    if (!versions) return services.frame.refuse(page, refusal_of(page, versions.error()));
    Json context = history_context(page, record_id, *versions, before > 0);
    context.update(shown.context);
    context["newest"] = shown.context["has_pages"].get<bool>() ? Json(*count - shown.first) : Json(nullptr);
    const SnapshotPtr record = page.find(record_id);
    const Json title =
        record ? page.title(*record) : Json{{"text", record_id.id}, {"tag", ""}, {"fallback", false}};
    const std::string heading = page.language().format("History: {1}", {title["text"].get<std::string>()});
    context["heading"] = page.around("History: {1}", title);
    context["has_crumbs"] = true;
    context["crumbs"] = Json::array({kind_crumb(page, record_id.kind),
                                     {{"crumb", title["text"]},
                                      {"crumb_lang", title["fallback"].get<bool>() ? title["tag"] : Json("")},
                                      {"crumb_href", page.href(page.record_path(record_id))}}});
    context["description"] = page.say(
        "Every version that the register has held, newest first. Nothing is overwritten: a correction is a "
        "new version.");
    const std::string title_of_all =
        record ? page.language().format("History: {1}", {lone_title(page, *record)}) : heading;
    return services.frame.html(page, "history",
                               numbered(page, title_of_all, shown.first / kVersionsPerPage + 1), context);
}

/// What cannot be published, in a sentence of the page's language and the engine's own words.
Answer unpublished(Services& services, Page& page, std::string why) {
    return services.frame.refuse(page, {.code = ErrorCode::not_found,
                                        .text = page.say("This cannot be published as IATI."),
                                        .in_english = std::move(why)});
}

/// The mechanism whose file is asked for; where it is not there, or has another id now, the answer that says
/// so.
std::expected<SnapshotPtr, Answer> mechanism_of(Services& services, const Visit& visit, Page& page,
                                                std::string_view file) {
    const RecordId name{Kind::mechanism, visit.match.names[0]};
    SnapshotPtr record = page.find(name);
    if (!record) return std::unexpected(services.frame.refuse(page, no_such_page(page)));
    if (record->name != name)
        return std::unexpected(Frame::redirect(
            page.href(fmt::format("{}/iati/{}.xml", page.record_path(record->name), file)), 301));
    return record;
}

Answer iati_organisation(Services& services, const Visit& visit, Page& page) {
    auto mechanism = mechanism_of(services, visit, page, "organisation");
    if (!mechanism) return std::move(mechanism).error();
    auto made = activities::publish_organisation(page.view(), **mechanism);
    if (made) return {200, kXml, *std::move(made)};
    if (made.error().code == ErrorCode::not_found) return unpublished(services, page, made.error().message());
    return services.frame.refuse(page, refusal_of(page, made.error()));
}

Answer iati_activities(Services& services, const Visit& visit, Page& page) {
    auto mechanism = mechanism_of(services, visit, page, "activities");
    if (!mechanism) return std::move(mechanism).error();
    Answer answer{.content_type = kXml};
    activities::Published published;
    const auto made = fill(answer, visit.begin, [&](const AddText& add) -> Result<void> {
        TAMGA_ASSIGN(published, activities::publish_activities(page.view(), **mechanism,
                                                               services.validation.as_published(),
                                                               page.address().value("all") == "yes", add));
        return {};
    });
    if (!made) return services.frame.refuse(page, refusal_of(page, made.error()));
    if (published.activities == 0)
        return unpublished(services, page,
                           published.left_out.empty()
                               ? "It has no projects, centres or series."
                               : fmt::format("{}: {}", published.left_out.front().record.text(),
                                             published.left_out.front().why));
    return answer;
}

constexpr Runs kAtOnce = Runs::at_once, kAsPage = Runs::as_page, kAside = Runs::aside,
               kElsewhere = Runs::elsewhere;
constexpr Keep kNever = Keep::never, kUntilChange = Keep::until_change, kPersonal = Keep::personal;
constexpr Publish kNoFile = Publish::never, kFile = Publish::each, kLinkedFile = Publish::when_linked;
constexpr const char *kRead = "GET HEAD", *kSend = "POST";
constexpr bool kFilters = true;
constexpr Takes kNothing = Takes::nothing, kAForm = Takes::form, kAFile = Takes::file;
constexpr Who kSignedIn = Who::signed_in;

/// Two series, a period, and all that is assumed on the way from one to the other.
constexpr std::string_view kWalk =
    "as_of a b find flow reporter partner period months months_source currency currency_source coverage "
    "coverage_source system system_source transit transit_source indirect indirect_source markup cif "
    "cif_source timing timing_source order rate rate_source";

// The first that fits is taken.
constexpr Route kRoutes[] = {
    {"/healthz", "", kRead, "", !kFilters, kNothing, kAtOnce, kNever, kNoFile,
     "Whether the server can read its register", health},
    {"/readyz", "", kRead, "", !kFilters, kNothing, kAtOnce, kNever, kNoFile,
     "Whether requests should be sent to the server now", ready},
    {"/robots.txt", "", kRead, "", !kFilters, kNothing, kAtOnce, kNever, kFile,
     "What search engines should leave alone: the past, and what is nobody else's", robots},
    {"/sitemap.xml", "", kRead, "", !kFilters, kNothing, kAsPage, kUntilChange, kFile,
     "Where the sitemaps are, if the server knows its public address", sitemap},
    {"/sitemaps/site", "xml", kRead, "", !kFilters, kNothing, kAsPage, kUntilChange, kFile,
     "The pages that are no record's, in each language, for search engines", site_sitemap},
    {"/sitemaps/{kinds}/{number}", "xml", kRead, "", !kFilters, kNothing, kAside, kUntilChange, kFile,
     "The pages of 5,000 records of a kind, in each language, for search engines", kind_sitemap},
    {"/register.zip", "", kRead, "as_of", !kFilters, kNothing, kAside, kUntilChange, kFile,
     "Everything: the register as a folder of CSV files", register_zip},
    {"/openapi.json", "", kRead, "", !kFilters, kNothing, kAtOnce, kNever, kFile,
     "The addresses of this table that answer with data, as OpenAPI 3.1", openapi_answer},
    {"/favicon.ico", "", kRead, "", !kFilters, kNothing, kAtOnce, kNever, kNoFile, "Leads to the icon", icon},
    {"/assets/{name}", "", kRead, "", !kFilters, kNothing, kAtOnce, kNever, kFile,
     "Scripts and styles of the pages, named by their content", no_asset},
    {"/files/{sha256}", "", kRead, "", !kFilters, kNothing, kAsPage, kNever, kNoFile,
     "A file that a record holds, as a download", kept_file},
    {"/files/{sha256}/{name}", "", kRead, "", !kFilters, kNothing, kAsPage, kNever, kLinkedFile,
     "The same, under a name to keep it by", kept_file},
    {kProviderReturns, "", "GET", "*", !kFilters, kNothing, kElsewhere, kPersonal, kNoFile,
     "Where a provider of log-ins sends people back to (OpenID Connect)", back_from_openid},
    {"/api/v1/pending", "", kRead, "after", !kFilters, kNothing, kAsPage, kPersonal, kNoFile,
     "What a party wrote and has not sealed, for a program with a token of its signatory", pending_api},
    {"/api/v1/seals", "", kSend, "", !kFilters, kAForm, kAsPage, kPersonal, kNoFile,
     "Takes a party's signature of an entry, from such a program", seal_api},
    {"/api/v1/iati/validate", "", kSend, "format group details meta profile", !kFilters, kAFile, kAside,
     kNever, kNoFile, "Checks an IATI file", validate_api},

    {"/{language}/", "html", kRead, "as_of scale", !kFilters, kNothing, kAsPage, kUntilChange, kFile,
     "The start page", nullptr, start_page},
    {"/{language}/index", "png", kRead, "as_of", !kFilters, kNothing, kAside, kUntilChange, kNoFile,
     "The start page's picture, for where others link to it (1200 by 630)", nullptr, start_page},
    {"/{language}/index", "json", kRead, "as_of scale", !kFilters, kNothing, kAsPage, kUntilChange, kFile,
     "How many records of each kind there are", nullptr, counts},
    {"/{language}/about", "html json", kRead, "as_of", !kFilters, kNothing, kAsPage, kUntilChange, kFile,
     "About the register: its state", nullptr, about},
    {"/{language}/about", "png", kRead, "as_of", !kFilters, kNothing, kAside, kUntilChange, kNoFile,
     "Its picture", nullptr, about},
    {"/{language}/status-rules", "png", kRead, "as_of", !kFilters, kNothing, kAside, kUntilChange, kNoFile,
     "Its picture", nullptr, status_rules},
    {"/{language}/changes", "html json", kRead, "as_of of since", !kFilters, kNothing, kAside, kUntilChange,
     kFile, "What is new since a day or position, of all records or of one", nullptr, changes_page},
    {"/{language}/changes", "atom feed", kRead, "as_of of", !kFilters, kNothing, kAside, kUntilChange, kFile,
     "The 50 last changes, of all records or of one", nullptr, changes_page},
    {"/{language}/follow", "html", kRead, "what sent", !kFilters, kNothing, kAsPage, kNever, kNoFile,
     "The form to follow a list, a record or everything by e-mail", nullptr, follow_form},
    {"/{language}/follow", "html", kSend, "", !kFilters, kAForm, kAsPage, kNever, kNoFile,
     "Asks the address whether it wants this", nullptr, follow_form_sent},
    {"/{language}/follow/{token}", "html", kRead, "", !kFilters, kNothing, kAsPage, kNever, kNoFile,
     "The page of a link in a message: confirms, or ends it", nullptr, follow_link},
    {"/{language}/follow/{token}", "html", kSend, "", !kFilters, kAForm, kAsPage, kNever, kNoFile,
     "Confirms or ends it; by one click, too (RFC 8058)", nullptr, follow_link_sent},
    {"/{language}/search", "html json", kRead, "as_of q kind after", !kFilters, kNothing, kAsPage,
     kUntilChange, kNoFile, "Records of all kinds by their words", nullptr, search},
    {"/{language}/status-rules", "html json", kRead, "as_of", !kFilters, kNothing, kAsPage, kUntilChange,
     kFile, "The rules by which a status is derived, and the scales", nullptr, status_rules},
    {"/{language}/problems/{code}", "html json", kRead, "as_of", !kFilters, kNothing, kAsPage, kUntilChange,
     kFile, "What a type of problem means", nullptr, problem_page},
    {"/{language}/validate", "html", kRead, "as_of", !kFilters, kNothing, kAsPage, kUntilChange, kNoFile,
     "The form for checking an IATI file", nullptr, validate_page},
    {"/{language}/validate", "html", kSend, "as_of", !kFilters, kAFile, kAside, kNever, kNoFile,
     "Checks the file that the form sends", nullptr, validate_form},

    {"/{language}/desk", "html", kRead, "", !kFilters, kNothing, kAsPage, kPersonal, kNoFile,
     "What waits for who is signed in", nullptr, desk_start, kSignedIn},
    {"/{language}/desk/write/{kinds}", "html", kRead, "id commitment party series mechanism instrument under",
     !kFilters, kNothing, kAsPage, kPersonal, kNoFile, "The form of a record", nullptr, record_form,
     kSignedIn},
    {"/{language}/desk/write/{kinds}", "html", kSend, "", !kFilters, kAForm, kAsPage, kPersonal, kNoFile,
     "Checks, keeps or publishes what the form of a record sends", nullptr, record_form_sent, kSignedIn},
    {"/{language}/desk/assent/{kinds}/{id}", "html", kRead, "", !kFilters, kNothing, kAsPage, kPersonal,
     kNoFile, "Where a party's signatory gives its word on a shared record", nullptr, assent_form, kSignedIn},
    {"/{language}/desk/assent/{kinds}/{id}", "html", kSend, "", !kFilters, kAForm, kAsPage, kPersonal,
     kNoFile, "Takes the word", nullptr, assent_form_sent, kSignedIn},
    {"/{language}/desk/upload", "html", kRead, "", !kFilters, kNothing, kAsPage, kPersonal, kNoFile,
     "The form to upload a table, a workbook or IATI activities", nullptr, upload_form, kSignedIn},
    {"/{language}/desk/upload", "html", kSend, "", !kFilters, kAFile, kAside, kPersonal, kNoFile,
     "Shows what would come of a file; writes it once that is asked for", nullptr, upload_sent, kSignedIn},
    {"/{language}/desk/seals", "html", kRead, "", !kFilters, kNothing, kAsPage, kPersonal, kNoFile,
     "What a party wrote and has not sealed, to be signed in the browser", nullptr, seals_desk, kSignedIn},
    {"/{language}/desk/seals", "html", kSend, "", !kFilters, kAForm, kAsPage, kPersonal, kNoFile,
     "Takes a party's signatures; registers a key, or revokes it", nullptr, seals_sent, kSignedIn},
    {"/{language}/desk/login", "html", kRead, "next told", !kFilters, kNothing, kAsPage, kPersonal, kNoFile,
     "The form to sign in", nullptr, login_page},
    {"/{language}/desk/login", "html", kSend, "next told", !kFilters, kAForm, kAsPage, kPersonal, kNoFile,
     "Signs in", nullptr, log_in},
    {"/{language}/desk/login/openid", "html", kRead, "next", !kFilters, kNothing, kElsewhere, kPersonal,
     kNoFile, "Leads to the provider of log-ins that the operator names", nullptr, begin_openid},
    {"/{language}/desk/login/openid/code", "html", kRead, "", !kFilters, kNothing, kAsPage, kPersonal,
     kNoFile, "The form for the code of a second factor, after that", nullptr, openid_code},
    {"/{language}/desk/login/openid/code", "html", kSend, "", !kFilters, kAForm, kAsPage, kPersonal, kNoFile,
     "Takes the code", nullptr, openid_code_sent},
    {"/{language}/desk/logout", "html", kSend, "", !kFilters, kAForm, kAsPage, kPersonal, kNoFile,
     "Signs out", nullptr, log_out, kSignedIn},
    {"/{language}/account/link/{token}", "html", kRead, "", !kFilters, kNothing, kAsPage, kPersonal, kNoFile,
     "Where somebody who was sent a link chooses a password", nullptr, link_page},
    {"/{language}/account/link/{token}", "html", kSend, "", !kFilters, kAForm, kAsPage, kPersonal, kNoFile,
     "Sets the password that a link is for", nullptr, take_link},
    {"/{language}/desk/account", "html", kRead, "done", !kFilters, kNothing, kAsPage, kPersonal, kNoFile,
     "One's own account", nullptr, account_page, kSignedIn},
    {"/{language}/desk/account", "html", kSend, "done", !kFilters, kAForm, kElsewhere, kPersonal, kNoFile,
     "Changes one's own account", nullptr, change_account, kSignedIn},
    {"/{language}/desk/accounts", "html", kRead, "", !kFilters, kNothing, kAsPage, kPersonal, kNoFile,
     "All accounts, for operators", nullptr, accounts_page, kSignedIn},
    {"/{language}/desk/accounts", "html", kSend, "", !kFilters, kAForm, kAsPage, kPersonal, kNoFile,
     "Invites somebody", nullptr, invite, kSignedIn},
    {"/{language}/desk/accounts/{id}", "html", kRead, "", !kFilters, kNothing, kAsPage, kPersonal, kNoFile,
     "An account, for operators", nullptr, one_account, kSignedIn},
    {"/{language}/desk/accounts/{id}", "html", kSend, "", !kFilters, kAForm, kAsPage, kPersonal, kNoFile,
     "Changes an account", nullptr, manage_account, kSignedIn},
    {"/{language}/desk/events", "html", kRead, "account before", !kFilters, kNothing, kAsPage, kPersonal,
     kNoFile, "What happened to accounts, newest first, for operators", nullptr, events_page, kSignedIn},
    {"/{language}/desk/replies", "html", kRead, "after", !kFilters, kNothing, kAsPage, kPersonal, kNoFile,
     "Replies that wait for a moderator, and those that appeared", nullptr, replies_desk, kSignedIn},
    {"/{language}/desk/replies/{number}", "html", kSend, "", !kFilters, kAForm, kAsPage, kPersonal, kNoFile,
     "Lets a reply appear, refuses or erases it, or closes what it stands under", nullptr, moderate_reply,
     kSignedIn},

    {"/{language}/commitments", "html", kRead, "as_of q sort scale first after", kFilters, kNothing, kAsPage,
     kUntilChange, kFile, "The commitments, 100 a page, with their states", nullptr, list},
    {"/{language}/commitments", "json csv xlsx", kRead, "as_of q sort scale first after", kFilters, kNothing,
     kAsPage, kUntilChange, kFile, "Commitments that pass the filters, by the page or all", nullptr, list},
    {"/{language}/commitments", "ics", kRead, "as_of q sort scale first after", kFilters, kNothing, kAsPage,
     kUntilChange, kFile, "Due dates that pass the filters, as a calendar", nullptr, list},
    {"/{language}/meetings", "ics", kRead, "as_of q sort first after", kFilters, kNothing, kAsPage,
     kUntilChange, kFile, "Meetings that pass the filters, as a calendar", nullptr, list},
    {"/{language}/projects", "geojson", kRead, "as_of q sort first after", kFilters, kNothing, kAsPage,
     kUntilChange, kFile, "Projects with coordinates that pass the filters, as points and lines", nullptr,
     list},
    {"/{language}/centres", "geojson", kRead, "as_of q sort first after", kFilters, kNothing, kAsPage,
     kUntilChange, kFile, "Centres with coordinates that pass the filters, as points", nullptr, list},
    {"/{language}/commitments/{id}", "html json", kRead, "as_of scale", !kFilters, kNothing, kAsPage,
     kUntilChange, kFile, "A commitment with its status", nullptr, record},
    {"/{language}/mechanisms/{id}", "html json", kRead, "as_of scale", !kFilters, kNothing, kAsPage,
     kUntilChange, kFile, "A mechanism", nullptr, record},
    {"/{language}/mechanisms/{id}/iati/activities", "xml", kRead, "as_of all", !kFilters, kNothing, kAside,
     kUntilChange, kFile, "A mechanism's activities as IATI", nullptr, iati_activities},
    {"/{language}/mechanisms/{id}/iati/organisation", "xml", kRead, "as_of", !kFilters, kNothing, kAsPage,
     kUntilChange, kFile, "Who publishes a mechanism, as IATI", nullptr, iati_organisation},
    {"/{language}/mechanisms/{id}/targets", "svg csv", kRead, "as_of", !kFilters, kNothing, kAsPage,
     kUntilChange, kFile, "A mechanism's promises with a number, and what came of them, drawn and as a table",
     nullptr, targets},
    {"/{language}/sectors/{id}/targets", "svg csv", kRead, "as_of", !kFilters, kNothing, kAsPage,
     kUntilChange, kFile, "The same of a sector", nullptr, targets},
    {"/{language}/mechanisms/{id}/trade", "html json csv xlsx svg", kRead, "as_of period", !kFilters,
     kNothing, kAsPage, kUntilChange, kFile,
     "Every pair of a mechanism's parties: the counts of both, and how far apart they are", nullptr,
     trade_pairs},
    {"/{language}/indicators/{indicator}/figures", "html json svg", kRead, "as_of", !kFilters, kNothing,
     kAsPage, kUntilChange, kFile,
     "All who report one thing over time, with measures and the claims made on it", nullptr, indicator},
    {"/{language}/series/{id}", "svg", kRead, "as_of", !kFilters, kNothing, kAsPage, kUntilChange, kFile,
     "What all reporters of the same say, drawn", nullptr, chart},
    {"/{language}/embed/series/{id}", "html", kRead, "as_of", !kFilters, kNothing, kAsPage, kUntilChange,
     kNoFile, "The same as a page of its own, which any site may show in a frame", nullptr, chart},
    {"/{language}/embed/series/{id}", "png", kRead, "as_of", !kFilters, kNothing, kAside, kUntilChange,
     kNoFile, "The same as a picture, 1520 pixels wide", nullptr, chart},
    {"/{language}/embed/indicators/{indicator}/figures", "html", kRead, "as_of", !kFilters, kNothing, kAsPage,
     kUntilChange, kNoFile, "The chart of all who report one thing, for a frame", nullptr, indicator},
    {"/{language}/embed/indicators/{indicator}/figures", "png", kRead, "as_of", !kFilters, kNothing, kAside,
     kUntilChange, kNoFile, "The same as a picture", nullptr, indicator},
    {"/{language}/embed/mechanisms/{id}/trade", "html", kRead, "as_of period", !kFilters, kNothing, kAsPage,
     kUntilChange, kNoFile, "The matrix of trade, for a frame", nullptr, trade_pairs},
    {"/{language}/embed/mechanisms/{id}/trade", "png", kRead, "as_of period", !kFilters, kNothing, kAside,
     kUntilChange, kNoFile, "The same as a picture", nullptr, trade_pairs},
    {"/{language}/embed/mechanisms/{id}/targets", "html", kRead, "as_of", !kFilters, kNothing, kAsPage,
     kUntilChange, kNoFile, "A mechanism's targets, for a frame", nullptr, targets},
    {"/{language}/embed/mechanisms/{id}/targets", "png", kRead, "as_of", !kFilters, kNothing, kAside,
     kUntilChange, kNoFile, "The same as a picture", nullptr, targets},
    {"/{language}/embed/sectors/{id}/targets", "html", kRead, "as_of", !kFilters, kNothing, kAsPage,
     kUntilChange, kNoFile, "A sector's targets, for a frame", nullptr, targets},
    {"/{language}/embed/sectors/{id}/targets", "png", kRead, "as_of", !kFilters, kNothing, kAside,
     kUntilChange, kNoFile, "The same as a picture", nullptr, targets},
    {"/{language}/embed/figures/compare", "html", kRead, kWalk, !kFilters, kNothing, kAsPage, kUntilChange,
     kNoFile, "A walk from one count to the other, for a frame", nullptr, compare},
    {"/{language}/embed/figures/compare", "png", kRead, kWalk, !kFilters, kNothing, kAside, kUntilChange,
     kNoFile, "The same as a picture", nullptr, compare},
    {"/{language}/figures/compare", "html json csv xlsx svg", kRead, kWalk, !kFilters, kNothing, kAsPage,
     kUntilChange, kNoFile,
     "Why two series differ, in steps that add up ([the parameters](../figures.md#then-the-steps))", nullptr,
     compare},
    {"/{language}/updates", "atom feed", kRead, "as_of q", kFilters, kNothing, kAsPage, kUntilChange, kFile,
     "The 50 newest updates that pass the filters", nullptr, list},
    {"/{language}/{kinds}", "html", kRead, "as_of q sort first after", kFilters, kNothing, kAsPage,
     kUntilChange, kFile, "The records of a kind, 100 a page", nullptr, list},
    {"/{language}/{kinds}", "json csv xlsx", kRead, "as_of q sort first after", kFilters, kNothing, kAsPage,
     kUntilChange, kFile, "Records of a kind that pass the filters, by the page or all", nullptr, list},
    {"/{language}/{kinds}", "atom feed", kRead, "as_of q", kFilters, kNothing, kAside, kUntilChange, kFile,
     "The 50 records of a kind that pass the filters and changed last", nullptr, list},
    {"/{language}/{kinds}/{id}", "html json", kRead, "as_of", !kFilters, kNothing, kAsPage, kUntilChange,
     kFile, "A record, and what links to it", nullptr, record},
    {"/{language}/{kinds}", "png", kRead, "as_of q", kFilters, kNothing, kAside, kUntilChange, kNoFile,
     "A list's picture", nullptr, list},
    {"/{language}/{kinds}/{id}", "png", kRead, "as_of", !kFilters, kNothing, kAside, kUntilChange, kNoFile,
     "A record's picture", nullptr, record},
    {"/{language}/{kinds}/{id}", "atom feed", kRead, "as_of", !kFilters, kNothing, kAside, kUntilChange,
     kNoFile, "The 50 last changes of a record, and of what is of it", nullptr, record_feed},
    {"/{language}/{kinds}/{id}/reply", "html", kRead, "sent", !kFilters, kNothing, kAsPage, kNever, kNoFile,
     "The form for a reply under a commitment or an update", nullptr, reply_form},
    {"/{language}/{kinds}/{id}/replies", "html", kSend, "", !kFilters, kAForm, kAsPage, kNever, kNoFile,
     "Takes a reply; it appears once a moderator has let it", nullptr, send_reply},
    {"/{language}/{kinds}/{id}/history", "html", kRead, "as_of page", !kFilters, kNothing, kAsPage,
     kUntilChange, kFile, "The versions of a record and what each changed", nullptr, history},
    {"/{language}/{kinds}/{id}/history", "json", kRead, "as_of", !kFilters, kNothing, kAsPage, kUntilChange,
     kFile, "The versions of a record", nullptr, history},
};

}  // namespace

std::span<const Route> routes() {
    return kRoutes;
}

}  // namespace tamga::web
