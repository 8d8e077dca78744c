#include "web/site/site.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "http/target.hpp"
#include "query/fixture.hpp"
#include "sheet/writer.hpp"
#include "web/frame/refusal.hpp"
#include "web/parts/page.hpp"
#include "web/site/route.hpp"

namespace tamga::web {
namespace {

using journal::Verb;

class SiteTest : public query::RegisterTest {
  protected:
    SiteTest() {
        append(
            {put(Kind::party, "aa", R"({"title":{"en":"Aland"},"type":"state","iso_alpha2":"KZ"})"),
             put(Kind::mechanism, "lake",
                 R"({"title":{"en":"Lake"},"summary":{"en":"A lake"},"established":"2020-01-01","parties":["aa"],"publisher_id":"XE-EXAMPLE-T","publisher_name":{"en":"The publisher"}})"),
             put(Kind::mechanism, "road", R"({"title":{"en":"Road"}})"),
             put(Kind::series, "level",
                 R"({"title":{"en":"Level"},"mechanism":"lake","indicator":"level","flow":"other","unit":"m"})"),
             put(Kind::commitment, "gauge",
                 R"({"title":{"en":"A gauge"},"mechanism":"lake","by":["aa"],"due":"2025"})"),
             put(Kind::commitment, "tunnel", R"({"title":{"en":"A tunnel"},"mechanism":"road","by":["aa"]})"),
             put(Kind::update, "news", R"({"title":{"en":"News"},"date":"2025-01-02","mechanism":"lake"})"),
             put(Kind::update, "other", R"({"title":{"en":"Other"},"date":"2025-01-03","mechanism":"road"})"),
             put(Kind::project, "gone", R"({"title":{"en":"Gone"}})")});
        append({{.verb = Verb::withdraw, .name = {Kind::project, "gone"}, .reason = "entered twice"}});
        site_ = std::make_unique<Site>(*register_, SiteOptions{.public_url = "https://example.org"});
    }

    static http::Response made(http::Answer answer) {
        if (auto* const later = std::get_if<http::Later>(&answer)) return later->work();
        return std::get<http::Response>(std::move(answer));
    }
    http::Response ask(const std::string& target, const std::string& method = "GET") {
        auto read = http::parse_target(target);
        EXPECT_TRUE(read) << target;
        http::Request request;
        request.method = method;
        request.target = target;
        request.path = std::move(read->path);
        request.query = std::move(read->query);
        request.raw_query = std::move(read->raw_query);
        return made(site_->answer(request));
    }
    /// Asks for a path as it is after decoding.
    http::Response ask_path(const std::string& path) {
        http::Request request;
        request.method = "GET";
        request.target = request.path = path;
        return made(site_->answer(request));
    }
    std::string body(const std::string& target) { return std::string(ask(target).body->bytes()); }
    Json json(const std::string& target) { return Json::parse(body(target)); }

    /// An address of the route that there is in this register.
    static std::string example(const Route& route, std::string_view format) {
        std::string out(route.path);
        const auto put_in = [&](std::string_view name, std::string_view value) {
            if (const std::size_t at = out.find(name); at != std::string::npos)
                out.replace(at, name.size(), value);
        };
        put_in("{language}", "en");
        // Replies stand under some kinds only.
        if (route.path.find("{id}/repl") != std::string_view::npos) {
            put_in("{kinds}", "updates");
            put_in("{id}", "news");
        }
        put_in("{kinds}", "parties");
        put_in("{id}", route.path.find("commitments") != std::string_view::npos  ? "gauge"
                       : route.path.find("mechanisms") != std::string_view::npos ? "lake"
                                                                                 : "aa");
        put_in("{indicator}", "level");
        put_in("{code}", "not_found");
        put_in("{sha256}", std::string(64, '0'));
        put_in("{name}", "x");
        put_in("{number}", "1");
        put_in("{token}", std::string(43, 'A'));
        return format.empty() || format == "html" ? out : fmt::format("{}.{}", out, format);
    }

    std::unique_ptr<Site> site_;
};

std::vector<std::string> words(std::string_view text) {
    std::istringstream in{std::string(text)};
    return {std::istream_iterator<std::string>(in), {}};
}

TEST_F(SiteTest, ShowsRepliesUnderTheirRecordOfficialOnesFirst) {
    EXPECT_NE(body("/en/commitments/gauge").find("No replies yet."), std::string::npos);
    append(
        {put(Kind::reply, "r1",
             R"({"under":["commitment:gauge"],"name":"Ana <b>","date":"2025-02-01","text":{"en":"First.\n\n<script>alert(1)</script>"}})"),
         put(Kind::reply, "r2",
             R"({"under":["commitment:gauge"],"name":"Desk","party":"aa","date":"2025-02-02","text":{"en":"We answer."}})"),
         put(Kind::reply, "elsewhere",
             R"({"under":["update:news"],"name":"Bo","date":"2025-02-02","text":{"en":"Of the news."}})")});
    const std::string page = body("/en/commitments/gauge");
    EXPECT_NE(page.find("2 replies"), std::string::npos);
    EXPECT_LT(page.find("id=\"reply-r2\""), page.find("id=\"reply-r1\""));
    EXPECT_NE(page.find("Official reply"), std::string::npos);
    EXPECT_NE(page.find("Ana &lt;b&gt;"), std::string::npos);
    EXPECT_EQ(page.find("<script>alert"), std::string::npos);
    EXPECT_EQ(page.find("Of the news."), std::string::npos);
    EXPECT_EQ(page.find("Closed since"), std::string::npos);
    // A site without accounts takes none, and says so.
    EXPECT_NE(page.find("Replies cannot be written here"), std::string::npos);
    append({put(
        Kind::reply, "last",
        R"({"under":["commitment:gauge"],"name":"Moderator","date":"2025-03-01","text":{"en":"Enough."},"closes":true})")});
    const std::string closed = body("/en/commitments/gauge");
    EXPECT_NE(closed.find("Closed since 1 March 2025"), std::string::npos);
    EXPECT_EQ(closed.find("Replies cannot be written here"), std::string::npos);
    // Their feed, their own page, the search.
    const std::string feed = body("/en/replies.atom?under=commitment:gauge");
    EXPECT_NE(feed.find("We answer."), std::string::npos);
    EXPECT_EQ(feed.find("Of the news."), std::string::npos);
    EXPECT_NE(body("/en/replies/r1").find("Reply by Ana"), std::string::npos);
    EXPECT_NE(body("/en/search?q=enough").find("/en/replies/last"), std::string::npos);
}

TEST_F(SiteTest, AnswersEachRouteInEachFormatThatItClaims) {
    const std::map<std::string, std::string> types = {{"html", "text/html; charset=utf-8"},
                                                      {"json", "application/json; charset=utf-8"},
                                                      {"csv", "text/csv; charset=utf-8; header=present"},
                                                      {"xlsx", std::string(sheet::kMediaType)},
                                                      {"atom", "application/atom+xml; charset=utf-8"},
                                                      {"feed", "application/feed+json; charset=utf-8"},
                                                      {"ics", "text/calendar; charset=utf-8"},
                                                      {"geojson", "application/geo+json"},
                                                      {"svg", "image/svg+xml"},
                                                      {"png", "image/png"},
                                                      {"xml", "application/xml; charset=utf-8"}};
    append({put(Kind::sector, "aa", R"({"title":{"en":"Water"},"mechanism":"lake"})"),
            put(Kind::series, "aa",
                R"({"title":{"en":"Trade"},"indicator":"trade","flow":"exports","unit":"USD"})"),
            put(Kind::observation, "first", R"({"series":"aa","period":"2024","value":"28.1"})")});
    for (const Route& route : routes()) {
        if (!has_word(route.methods, "GET")) continue;
        for (const std::string& format : words(route.formats)) {
            const std::string target = example(route, format);
            const http::Response response = ask(target);
            // Nobody is signed in; desk_test.cpp signs in.
            if (route.who == Who::signed_in) {
                EXPECT_EQ(response.status, 303) << target;
                continue;
            }
            // No link is open.
            EXPECT_EQ(response.status, route.path.ends_with("{token}") ? 404 : 200) << target;
            EXPECT_EQ(response.body->content_type(), types.at(format)) << target;
        }
        if (route.formats.empty()) {
            EXPECT_NE(ask(example(route, "")).status, 405) << route.path;
        }
    }
    EXPECT_EQ(ask("/healthz").status, 200);
    EXPECT_EQ(ask("/robots.txt").status, 200);
    EXPECT_EQ(ask("/favicon.ico").status, 302);
}

TEST_F(SiteTest, WalksFromOneCountToAnother) {
    const auto series = [&](const char* id, const char* flow, const char* area, const char* partner) {
        const Json body{{"title", {{"en", id}}},
                        {"indicator", id == std::string_view("both") ? "sum" : "goods"},
                        {"flow", flow},
                        {"unit", "USD"},
                        {"area", Json::array({area})},
                        {"partner", Json::array({partner})}};
        return put(Kind::series, id, body.dump().c_str());
    };
    append(
        {put(Kind::party, "bb", R"({"title":{"en":"Party BB"},"type":"state"})"),
         series("sent", "exports", "aa", "bb"), series("came", "imports", "bb", "aa"),
         series("both", "turnover", "aa", "bb"),
         put(Kind::observation, "sent-1", R"({"series":"sent","period":"2024","value":"28100"})"),
         put(Kind::observation, "came-1", R"({"series":"came","period":"2024","value":"15200"})"),
         put(Kind::observation, "both-1", R"({"series":"both","period":"2024","value":"40000"})"),
         put(Kind::claim, "much",
             R"({"title":{"en":"Much"},"type":"reached","value":"20000","unit":"USD","period":"2024","series":["sent","came"]})")});
    const std::string pair = "?a=came&b=sent&period=2024";
    const Json walk = json("/en/figures/compare.json" + pair);
    EXPECT_EQ(walk["remainder"], "-14586");
    EXPECT_EQ(walk["assumptions"], "cif=1.06");
    EXPECT_EQ(json("/en/figures/compare.json" + pair + "&transit=0.5&cif=1")["remainder"], "1150");
    const std::string page = body("/en/figures/compare" + pair + "&transit=1%2F3");
    for (const char* shown :
         {"Unexplained remainder", "an assumption of the reader", "widens the gap", "url(#walk-wide-hatch)",
          "name=\"transit\" value=\"1/3\"", "IMF, Direction of Trade Statistics", "48.97"})
        EXPECT_NE(page.find(shown), std::string::npos) << shown;
    const std::string csv = body("/en/figures/compare.csv" + pair);
    EXPECT_NE(csv.find("remainder,-14586,"), std::string::npos) << csv;
    const std::string refused = body("/en/figures/compare?a=sent&b=both");
    EXPECT_NE(refused.find("They tell of different kinds of figures."), std::string::npos);
    EXPECT_NE(refused.find("a series of exports by both"), std::string::npos);
    EXPECT_EQ(json("/en/figures/compare.json?a=sent&b=both")["refused"][0]["difference"], "flow");
    EXPECT_EQ(json("/en/figures/compare.json?a=sent&b=came&transit=2")["parameter"], "transit");
    EXPECT_EQ(json("/en/figures/compare.json?a=sent&b=came&period=24")["parameter"], "period");
    EXPECT_EQ(ask("/en/figures/compare?a=sent&b=nowhere").status, 404);
    EXPECT_NE(body("/en/series/sent").find("/en/figures/compare?a=sent&amp;b=came&amp;period=2024"),
              std::string::npos);
    EXPECT_EQ(json("/en/claims/much.json")["judged"]["verdict"], "depends-on-reporter");
    EXPECT_NE(body("/en/claims/much").find("It depends on the reporter."), std::string::npos);
}

TEST_F(SiteTest, RefusesMethodsThatARouteDoesNotTake) {
    for (const Route& route : routes()) {
        const auto formats = words(route.formats);
        const std::string target = example(route, formats.empty() ? "" : formats.front());
        std::string allowed;
        for (const Route& other : routes())
            if (other.path == route.path && (formats.empty() || has_word(other.formats, formats.front())))
                for (const std::string& method : words(other.methods))
                    allowed += (allowed.empty() ? "" : ", ") + method;
        for (const char* method :
             {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get", "BREW"}) {
            if ((", " + allowed + ",").find(fmt::format(" {},", method)) != std::string::npos) continue;
            const http::Response response = ask(target, method);
            EXPECT_EQ(response.status, 405) << method << ' ' << target;
            EXPECT_EQ(response.header("Allow"), allowed) << method << ' ' << target;
        }
    }
}

TEST_F(SiteTest, RefusesParametersThatARouteDoesNotTake) {
    for (const Route& route : routes()) {
        if (!has_word(route.methods, "GET")) continue;
        auto formats = words(route.formats);
        if (formats.empty()) formats.emplace_back();
        for (const std::string& format : formats) {
            const std::string target = example(route, format) + "?no-such=1";
            const http::Response response = ask(target);
            if (has_word(route.parameters, "*")) {
                EXPECT_NE(response.status, 400) << target;
                continue;
            }
            EXPECT_EQ(response.status, 400) << target;
            EXPECT_NE(response.body->bytes().find("no-such"), std::string_view::npos) << target;
        }
    }
    const Json problem = json("/en/commitments.json?overdew=yes");
    EXPECT_EQ(problem["parameter"], "overdew");
    EXPECT_EQ(problem["nearest"], "overdue");
    EXPECT_EQ(json("/en/commitments.json?state=kep")["nearest"], "kept");
    EXPECT_EQ(json("/en/commitments.json?due=2025")["known"], (Json{"stated", "not-stated"}));
    for (const char* twice : {"/en/commitments?sort=due&sort=made", "/en/commitments?as_of=@1&as_of=@2",
                              "/en/?scale=score&scale=score", "/en/parties/aa/history?page=1&page=2"})
        EXPECT_EQ(ask(twice).status, 400) << twice;
    for (const char* wrong :
         {"/en/parties/aa/history?page=0", "/en/commitments?first=0", "/en/commitments?first=all",
          "/en/commitments?after=A!", "/en/commitments?page=2", "/en/commitments?sort=nothing",
          "/en/commitments?by=A!", "/en/parties?scale=score", "/en/commitments?scale=five",
          "/en/commitments.json?page=2", "/en/updates.atom?sort=title", "/en/parties/aa/history?page=x"})
        EXPECT_EQ(ask(wrong).status, 400) << wrong;
    // What a form sends of a field that is left empty asks for nothing.
    EXPECT_EQ(ask("/en/commitments?q=&state=&by=&first=&after=&as_of=").status, 200);
    EXPECT_EQ(ask("/en/parties/aa/history?page=99999999999999999999999").status, 200);
    EXPECT_EQ(ask("/en/commitments?after=nowhere").status, 404);
}

TEST_F(SiteTest, FiltersEveryViewOfAListAlike) {
    EXPECT_EQ(json("/en/commitments.json?due=not-stated")["count"], 1);
    EXPECT_EQ(json("/en/commitments.json?mechanism=lake&mechanism=road")["count"], 2);
    EXPECT_EQ(json("/en/commitments.json?mechanism=lake")["count"], 1);
    EXPECT_EQ(json("/en/updates.feed?mechanism=lake")["items"].size(), 1u);
    EXPECT_EQ(json("/en/updates.feed")["items"].size(), 2u);
    const std::string atom = body("/en/updates.atom?mechanism=lake");
    EXPECT_NE(atom.find(">News<"), std::string::npos);
    EXPECT_EQ(atom.find(">Other<"), std::string::npos);
    EXPECT_NE(atom.find("https://example.org/en/updates.atom?mechanism=lake"), std::string::npos);
}

TEST_F(SiteTest, AHeadSaysWhatThePageIsToWhoSeesNoMoreOfIt) {
    append({put(Kind::instrument, "pact",
                R"({"title":{"en":"The pact"},"type":"treaty","date":"2025-06-17","parties":["aa"]})"),
            put(Kind::action, "pact-aa", R"({"instrument":"pact","party":"aa","type":"signature"})"),
            put(Kind::update, "trap", R"({"title":{"en":"</script><b>&\"x\""},"date":"2025-01-04"})")});
    const auto linked_data = [&](const std::string& target) {
        const std::string page = body(target);
        const std::string open = "<script type=\"application/ld+json\">";
        const std::size_t at = page.find(open) + open.size();
        return Json::parse(page.substr(at, page.find("</script>", at) - at));
    };
    const std::string party = body("/en/parties/aa");
    for (const char* has : {"<link rel=\"canonical\" href=\"https://example.org/en/parties/aa\">",
                            "<meta property=\"og:url\" content=\"https://example.org/en/parties/aa\">",
                            "<meta property=\"og:locale\" content=\"en_GB\">",
                            "<meta property=\"og:locale:alternate\" content=\"ru_RU\">"})
        EXPECT_NE(party.find(has), std::string::npos) << has;
    EXPECT_NE(body("/en/mechanisms/lake").find("<meta name=\"description\" content=\"A lake\">"),
              std::string::npos);
    EXPECT_NE(body("/en/actions/pact-aa").find("<title>Aland: Signature (The pact) · "), std::string::npos);
    // Whatever is asked of a list, it is one list; further pages and what stands on them are found by
    // themselves.
    for (const char* same : {"/en/commitments?mechanism=lake&sort=due&scale=score", "/en/commitments?first=9",
                             "/en/commitments?as_of=@9"})
        EXPECT_NE(body(same).find("rel=\"canonical\" href=\"https://example.org/en/commitments\""),
                  std::string::npos)
            << same;
    EXPECT_EQ(body("/en/parties/none").find("canonical"), std::string::npos);

    EXPECT_EQ(linked_data("/en/parties/aa")["@type"], "Country");
    EXPECT_EQ(linked_data("/en/")["potentialAction"]["target"]["urlTemplate"],
              "https://example.org/en/search?q={search_term_string}");
    const Json pact = linked_data("/zh/instruments/pact");
    EXPECT_EQ(pact["@type"], "Legislation");
    EXPECT_EQ(pact["legislationDate"], "2025-06-17");
    EXPECT_EQ(pact["url"], "https://example.org/zh/instruments/pact");
    // What ends a script in a text does not end this one.
    EXPECT_EQ(linked_data("/en/updates/trap")["headline"], "</script><b>&\"x\"");
}

TEST_F(SiteTest, AFeedOfAnyListTellsWhatChangedLast) {
    append({put(Kind::party, "bb", R"({"title":{"en":"Bland"},"type":"organisation"})")});
    append({put(Kind::party, "aa", R"({"title":{"en":"Aland again"},"type":"state"})")});
    const auto titles = [&](const std::string& target) {
        std::vector<std::string> out;
        const Json told = json(target);
        for (const Json& item : told["items"]) out.push_back(item["title"]);
        return out;
    };
    EXPECT_EQ(titles("/en/parties.feed"), (std::vector<std::string>{"Aland again", "Bland"}));
    EXPECT_EQ(titles("/en/parties.feed?type=organisation"), (std::vector<std::string>{"Bland"}));
    EXPECT_EQ(titles("/en/parties.feed?as_of=@10"), (std::vector<std::string>{"Aland"}));
    EXPECT_EQ(titles("/en/projects.feed"), std::vector<std::string>());
    EXPECT_EQ(json("/en/commitments.feed?mechanism=road")["items"][0]["title"], "A tunnel");
    EXPECT_NE(body("/en/parties.atom").find("<title type=\"text\">Aland again</title>"), std::string::npos);
    // News keep the order of their days.
    EXPECT_EQ(titles("/en/updates.feed"), (std::vector<std::string>{"Other", "News"}));
}

TEST_F(SiteTest, ListsAreCalendarsAndMapsWhereTheyHaveDaysAndPlaces) {
    append(
        {put(Kind::meeting, "summit",
             R"({"title":{"en":"Summit"},"level":"summit","start":"2025-06-16","end":"2025-06-17"})"),
         put(Kind::meeting, "someday", R"({"title":{"en":"Someday"},"level":"forum"})"),
         put(Kind::project, "dam",
             R"({"title":{"en":"Dam"},"latitude":"43.80","longitude":"87.6","precision":"approximate"})")});
    const std::string meetings = body("/en/meetings.ics");
    EXPECT_NE(meetings.find("DTEND;VALUE=DATE:20250618\r\n"), std::string::npos) << meetings;
    EXPECT_EQ(meetings.find("Someday"), std::string::npos);
    EXPECT_EQ(body("/en/meetings.ics?level=forum").find("VEVENT"), std::string::npos);
    // The last day of a year is the day by which what falls due in it is judged.
    const std::string due = body("/en/commitments.ics?mechanism=lake");
    EXPECT_NE(due.find("DTSTART;VALUE=DATE:20251231\r\n"), std::string::npos) << due;
    EXPECT_NE(due.find("SUMMARY;LANGUAGE=en:Due: A gauge\r\n"), std::string::npos) << due;
    const Json places = json("/en/projects.geojson");
    ASSERT_EQ(places["features"].size(), 1u);
    EXPECT_EQ(places["features"][0]["geometry"]["coordinates"], (Json{87.6, 43.8}));
    EXPECT_EQ(places["features"][0]["properties"]["precision"], "approximate");
    EXPECT_EQ(json("/en/projects.geojson?precision=exact")["features"], Json::array());
    EXPECT_EQ(body("/en/projects.geojson?first=10"), body("/en/projects.geojson"));
}

TEST_F(SiteTest, TablesTellWhatIsDerivedOfTheirRows) {
    append({put(Kind::observation, "level-1", R"({"series":"level","period":"2024","value":"3"})")});
    const std::string commitments = body("/en/commitments.csv");
    EXPECT_NE(commitments.find(",state (derived),rule (derived),overdue (derived)\r\n"), std::string::npos)
        << commitments;
    EXPECT_EQ(commitments.substr(0, commitments.find("\r\n")),
              body("/en/commitments.csv?first=1").substr(0, commitments.find("\r\n")));
    EXPECT_NE(body("/en/observations.csv").find("level-1,level,2024,3,m,,\r\n"), std::string::npos)
        << body("/en/observations.csv");
}

TEST_F(SiteTest, AnySiteMayReadPublicDataAndNoPage) {
    for (const char* data :
         {"/en/parties.json", "/en/parties.csv", "/en/updates.atom", "/en/updates.feed", "/en/meetings.ics",
          "/en/projects.geojson", "/sitemap.xml", "/register.zip", "/en/parties/none.json"})
        EXPECT_EQ(ask(data).header("Access-Control-Allow-Origin"), "*") << data;
    for (const char* page : {"/en/", "/en/parties/aa", "/en/nothing"})
        EXPECT_EQ(ask(page).header("Access-Control-Allow-Origin"), "") << page;
}

TEST_F(SiteTest, SitemapsHoldEveryPageInEveryLanguage) {
    const std::string index = body("/sitemap.xml");
    EXPECT_NE(index.find("<loc>https://example.org/sitemaps/parties/1.xml</loc>"), std::string::npos)
        << index;
    EXPECT_EQ(index.find("/sitemaps/projects/"), std::string::npos) << "the only one was withdrawn";
    EXPECT_NE(body("/robots.txt").find("Sitemap: https://example.org/sitemap.xml\n"), std::string::npos);
    const std::string parties = body("/sitemaps/parties/1.xml");
    for (const std::string_view language : languages())
        EXPECT_NE(parties.find(fmt::format(
                      "<url><loc>https://example.org/{}/parties/aa</loc>\n<lastmod>2025-06-17T", language)),
                  std::string::npos)
            << parties;
    EXPECT_NE(parties.find("hreflang=\"zh\" href=\"https://example.org/zh/parties/aa\""), std::string::npos);
    // The row that a list goes on after stands elsewhere in another language.
    const std::string further = body("/en/parties?first=1&after=aa");
    EXPECT_NE(further.find("href=\"/zh/parties?first=1\""), std::string::npos);
    EXPECT_EQ(further.find("hreflang=\"zh\" href=\"https"), std::string::npos);
    for (const char* none : {"/sitemaps/parties/2.xml", "/sitemaps/observations/1.xml"})
        EXPECT_EQ(ask(none).status, 404) << none;
    Site nameless(*register_, {});
    http::Request request;
    request.method = "GET";
    request.target = request.path = "/sitemap.xml";
    EXPECT_EQ(made(nameless.answer(request)).status, 404);
}

TEST_F(SiteTest, HasOneNormalFormOfPaths) {
    const auto moved = [&](const std::string& target) {
        const http::Response response = ask(target);
        return fmt::format("{} {}", response.status, response.header("Location"));
    };
    EXPECT_EQ(moved("/"), "302 /en/");
    EXPECT_EQ(moved("/parties"), "302 /en/parties");
    EXPECT_EQ(moved("/parties.json?q=a%20b&type=%D0%AF"), "302 /en/parties.json?q=a%20b&type=%D0%AF");
    EXPECT_EQ(moved("/parties?q=%3Cx%3E%0d"), "302 /en/parties?q=%3Cx%3E%0D");
    EXPECT_EQ(moved("/problems/not_found"), "302 /en/problems/not_found");
    EXPECT_EQ(moved("/en"), "301 /en/");
    EXPECT_EQ(moved("/zh/parties/?q=x"), "301 /zh/parties?q=x");
    EXPECT_EQ(moved("/nothing%3Fx"), "302 /en/nothing%3Fx");
    for (const char* nothing : {"//evil.example", "//evil.example/", "/\\evil.example", "/x\\\\evil.example",
                                "/x//y", "/en//parties", "/en/parties//", "/en/parties/aa//",
                                "/en/parties.html", "/en/parties.", "/en/parties.exe", "/en/.json", "/en/Я",
                                "/en/Parties", "/en/parties/AA", "/en/assets", "/en/healthz"}) {
        const http::Response response = ask_path(nothing);
        EXPECT_EQ(response.status, 404) << nothing;
        EXPECT_EQ(response.header("Location"), "") << nothing;
    }
}

TEST_F(SiteTest, CallsWhatIsNoPageOfAListByItsRecords) {
    for (const char* id : {"b1", "b2", "b3", "b4"})
        append(
            {put(Kind::party, id, fmt::format(R"({{"title":{{"en":"{}"}},"type":"state"}})", id).c_str())});
    const auto pager = [&](const std::string& query) {
        const std::string page = body("/en/parties" + query);
        return page.substr(page.find("<nav class=\"pager\""));
    };
    EXPECT_TRUE(pager("?first=2&after=b1").contains("<span>Page 2 of 3</span>"));
    EXPECT_TRUE(pager("?first=2&after=aa").contains("<span>Records 2 to 3</span>"));
    EXPECT_TRUE(pager("?first=2&after=b2").contains("<span>Records 4 to 5</span>"));
    // From where the one before is not the first, a way leads there.
    EXPECT_FALSE(pager("?first=2&after=b1").contains(">Beginning</a>"));
    EXPECT_TRUE(pager("?first=2&after=b3").contains("href=\"/en/parties?first=2\">Beginning</a>"));
}

TEST_F(SiteTest, CallsTheNewestStateNoEarlierOne) {
    const char *const earlier = "You are viewing an earlier state", *const newest = "still the newest state";
    const auto head = json("/en/index.json")["as_of"]["position"].get<std::size_t>();
    const auto says = [&](const std::string& query, const char* words) {
        return body("/en/parties" + query).find(words) != std::string::npos;
    };
    const std::string at_head = fmt::format("?as_of=@{}", head);
    EXPECT_TRUE(says(at_head, newest));
    EXPECT_FALSE(says(at_head, earlier));
    EXPECT_TRUE(says(at_head + "&public_by=2025-06-17", earlier));
    EXPECT_TRUE(says(fmt::format("?as_of=@{}", head - 1), earlier));
    EXPECT_FALSE(says(fmt::format("?as_of=@{}", head - 1), newest));
    EXPECT_FALSE(says("", newest));
}

TEST_F(SiteTest, KeepsSearchEnginesOutOfThePast) {
    EXPECT_EQ(ask("/en/parties/aa?as_of=@9").header("X-Robots-Tag"), "noindex");
    EXPECT_EQ(ask("/en/parties.json?as_of=2025-06-17").header("X-Robots-Tag"), "noindex");
    EXPECT_EQ(ask("/en/parties/aa").header("X-Robots-Tag"), "");
    EXPECT_NE(body("/en/parties/aa?as_of=@9").find("<meta name=\"robots\" content=\"noindex\">"),
              std::string::npos);
    EXPECT_EQ(body("/en/parties/aa").find("noindex"), std::string::npos);
    const std::string robots = body("/robots.txt");
    for (const char* line : {"Disallow: /*?as_of=\n", "Disallow: /*&as_of=\n"})
        EXPECT_NE(robots.find(line), std::string::npos) << line;
}

TEST_F(SiteTest, SaysWhyARecordWasWithdrawn) {
    const http::Response response = ask("/en/projects/gone");
    EXPECT_EQ(response.status, 410);
    EXPECT_NE(response.body->bytes().find("entered twice"), std::string_view::npos);
    EXPECT_EQ(json("/en/projects/gone.json")["reason"], "entered twice");
    EXPECT_EQ(json("/en/projects/gone/history.json")["versions"][1]["reason"], "entered twice");
    EXPECT_NE(body("/en/projects/gone/history").find("entered twice"), std::string::npos);
}

TEST_F(SiteTest, TellsOfTheWrongPastInTheLanguageOfTheAddress) {
    EXPECT_EQ(json("/en/parties.json?as_of=@99")["detail"],
              "The journal has 10 entries, so there is no position 99.");
    for (const char* wrong : {"@99", "2999-01-01", "x", "2025-13-01"}) {
        const std::string russian = json(fmt::format("/ru/parties.json?as_of={}", wrong))["detail"];
        const std::string chinese = json(fmt::format("/zh/parties.json?as_of={}", wrong))["detail"];
        EXPECT_NE(russian.find('\xd0'), std::string::npos) << russian;
        EXPECT_NE(chinese.find_first_of("\xe4\xe5\xe6\xe7\xe8\xe9"), std::string::npos) << chinese;
    }
}

TEST_F(SiteTest, TellsOfWhatItCannotReadInTheLanguageOfTheAddress) {
    for (const char* wrong :
         {"parties.json?after=none", "parties.json?sort=none", "parties.json?none=1",
          "parties.json?type=none", "parties.json?count=none", "search.json?q=a&after=none"}) {
        std::set<std::string> said;
        for (const std::string_view tag : languages()) {
            const Json told = json(fmt::format("/{}/{}", tag, wrong));
            said.insert(told["detail"].get<std::string>());
            EXPECT_FALSE(told.value("hint", "x").empty());
        }
        EXPECT_EQ(said.size(), languages().size()) << wrong;
    }
}

TEST_F(SiteTest, MarksNamesAndTextsInOtherLanguages) {
    append({put(Kind::source, "wire", R"({"title":{"en":"A wire","ru":"Лента"},"publisher":"Xinhua"})")});
    EXPECT_NE(body("/zh/sources/wire").find("<bdi lang=\"en\">Xinhua</bdi>"), std::string::npos);
    EXPECT_NE(body("/en/sources/wire").find("<bdi>Xinhua</bdi>"), std::string::npos);
    EXPECT_NE(body("/zh/sources").find("lang=\"en\"><bdi>A wire</bdi>"), std::string::npos);
    EXPECT_NE(body("/ru/sources").find("\"><bdi>Лента</bdi>"), std::string::npos);
    EXPECT_NE(body("/fr/sources/wire/history").find("<h1>Historique\u00a0: <bdi lang=\"en\""),
              std::string::npos);
}

TEST_F(SiteTest, ExplainsEveryTypeOfProblemInEveryLanguage) {
    for (int code = 0; code <= static_cast<int>(ErrorCode::state_unknown); ++code) {
        const std::string type = name(static_cast<ErrorCode>(code));
        std::set<std::string> meanings;
        for (const std::string_view tag : languages()) {
            const Json told = json(fmt::format("/{}/problems/{}.json", tag, type));
            EXPECT_EQ(told["type"], "/problems/" + type);
            EXPECT_EQ(told["status"], http_status(static_cast<ErrorCode>(code)));
            meanings.insert(told["meaning"]);
            EXPECT_EQ(ask(fmt::format("/{}/problems/{}", tag, type)).status, 200);
        }
        EXPECT_EQ(meanings.size(), languages().size()) << type;
    }
    EXPECT_EQ(ask("/en/problems/none").status, 404);
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    return text;
}

TEST_F(SiteTest, LeadsToExactlyWhatItCounts) {
    // "Reports: 2", "2 commitments made", a legend's "In progress 2": the list behind the link has as many
    // records.
    const std::regex link(R"re(<a href="([^"]*)">((?:<span[^>]*>[^<]*</span> )?[^<]*)</a>)re");
    const std::regex counted(
        R"re((?:[^<>]*: |<span.*</span> )(\d+)|(?:It decides )?(\d+) commitments? (?:made|of this register\.))re");
    std::size_t checked = 0;
    for (const char* target :
         {"/en/", "/en/?scale=score", "/en/mechanisms/lake", "/en/mechanisms/road",
          "/en/mechanisms/road?as_of=@10", "/en/commitments?mechanism=road",
          "/en/commitments?q=tunnel&scale=completion", "/en/status-rules", "/en/status-rules?as_of=@10",
          "/en/mechanisms/lake?scale=completion", "/en/commitments?scale=score"}) {
        const std::string page = body(target);
        for (std::sregex_iterator found(page.begin(), page.end(), link), end; found != end; ++found) {
            const std::string text = (*found)[2];
            std::smatch number;
            if (!std::regex_match(text, number, counted)) continue;
            std::string address = replaced((*found)[1], "&amp;", "&");
            const std::size_t query = std::min(address.find('?'), address.size());
            address.insert(query, ".json");
            EXPECT_EQ(std::to_string(json(address)["count"].get<int>()),
                      number[1].matched ? number[1] : number[2])
                << target << ": " << text << " -> " << address;
            ++checked;
        }
    }
    EXPECT_GT(checked, 40u);
}

TEST_F(SiteTest, DrawsAMapWhereThePlacesAreAndNoneWhereThereIsNone) {
    EXPECT_EQ(body("/en/centres").find("<figure class=\"map\""), std::string::npos);
    append(
        {put(Kind::project, "lake-plant",
             R"({"title":{"en":"Plant"},"latitude":"-15.8","longitude":"-69.4"})"),
         put(Kind::project, "island", R"({"title":{"en":"Island"},"latitude":"-17.5","longitude":"179.9"})"),
         put(Kind::project, "nowhere", R"({"title":{"en":"Nowhere"}})")});
    const std::string page = body("/en/projects");
    const std::size_t begin = page.find("<svg class=\"map--wide\"");
    ASSERT_NE(begin, std::string::npos);
    const std::string map = page.substr(begin, page.find("</svg>", begin) - begin);
    std::smatch box;
    ASSERT_TRUE(std::regex_search(map, box, std::regex(R"re(viewBox="0 0 ([\d.]+) ([\d.]+)")re")));
    const double width = std::stod(box[1]), height = std::stod(box[2]);
    const std::regex mark(R"re(class="mark[^>]*translate\(([-\d.]+) ([-\d.]+)\))re");
    std::size_t points = 0;
    for (std::sregex_iterator found(map.begin(), map.end(), mark), end; found != end; ++found, ++points) {
        EXPECT_TRUE(std::stod((*found)[1]) >= 0 && std::stod((*found)[1]) <= width) << (*found)[0];
        EXPECT_TRUE(std::stod((*found)[2]) >= 0 && std::stod((*found)[2]) <= height) << (*found)[0];
    }
    EXPECT_EQ(points, 2u);
    EXPECT_NE(page.find("1 record has no place on this map"), std::string::npos);
    EXPECT_NE(body("/en/projects/lake-plant").find("<figure class=\"map\""), std::string::npos);
    EXPECT_EQ(body("/en/projects/nowhere").find("<figure class=\"map\""), std::string::npos);
}

TEST_F(SiteTest, ShowsALongHistoryInPages) {
    for (int i = 1; i < 45; ++i)
        append({put(Kind::party, "aa",
                    fmt::format(R"({{"title":{{"en":"Aland {}"}},"type":"state"}})", i).c_str())});
    const auto count = [](const std::string& text, const std::string& part) {
        std::size_t found = 0;
        for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
        return found;
    };
    const std::string first = body("/en/parties/aa/history"), second = body("/en/parties/aa/history?page=2"),
                      third = body("/en/parties/aa/history?page=3");
    EXPECT_EQ(count(first, "<li id=\"v"), 20u);
    EXPECT_EQ(count(second, "<li id=\"v"), 20u);
    EXPECT_EQ(count(third, "<li id=\"v"), 5u);
    // Each version but the first tells what it changed, the last of a page too.
    EXPECT_EQ(count(first, "class=\"diff\""), 20u);
    EXPECT_EQ(count(second, "class=\"diff\""), 20u);
    EXPECT_EQ(count(third, "class=\"diff\""), 4u);
    EXPECT_NE(first.find("start=\"45\""), std::string::npos);
    EXPECT_NE(second.find("start=\"25\""), std::string::npos);
    EXPECT_EQ(json("/en/parties/aa/history.json")["versions"].size(), 45u);
}

/// The table of addresses as docs/formats/json.md must have it.
std::string documented() {
    std::string out = "| address | methods | parameters | |\n|---|---|---|---|\n";
    for (const Route& route : routes()) {
        std::string addresses;
        auto formats = words(route.formats);
        if (formats.empty()) formats.emplace_back("html");
        for (const std::string& format : formats)
            addresses += fmt::format("{}`{}{}`", addresses.empty() ? "" : " ", route.path,
                                     format == "html" ? "" : "." + format);
        std::string parameters;
        for (const std::string& parameter : words(route.parameters))
            parameters += fmt::format("{}`{}`", parameters.empty() ? "" : " ", parameter);
        if (route.filters) parameters += ", filters";
        out += fmt::format("| {} | {} | {} | {} |\n", addresses, fmt::join(words(route.methods), ", "),
                           parameters, route.about);
    }
    return out;
}

TEST(Routes, AreDocumented) {
    std::ifstream file(TAMGA_SOURCE "/docs/formats/json.md");
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_NE(text.str().find(documented()), std::string::npos)
        << "docs/formats/json.md must hold this table:\n"
        << documented();
}

TEST(Routes, HaveOneHandlerEach) {
    for (const Route& route : routes()) {
        EXPECT_NE(route.answer == nullptr, route.page_answer == nullptr) << route.path;
        EXPECT_FALSE(route.about.empty()) << route.path;
        EXPECT_EQ(route.page_answer != nullptr, route.path.starts_with("/{language}/")) << route.path;
    }
}

}  // namespace
}  // namespace tamga::web
