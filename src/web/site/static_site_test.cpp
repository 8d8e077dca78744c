#include "web/site/static_site.hpp"

#include <gtest/gtest.h>

#include <set>

#include "http/target.hpp"
#include "query/fixture.hpp"
#include "web/site/site.hpp"
#include "web/site/static_links.hpp"

namespace tamga::web {
namespace {

class StaticSiteTest : public query::RegisterTest {
  protected:
    StaticSiteTest() {
        append(
            {put(Kind::party, "aa", R"({"title":{"en":"Aland"},"type":"state"})"),
             put(Kind::party, "bb", R"({"title":{"en":"Bland"},"type":"state"})"),
             put(Kind::mechanism, "lake", R"({"title":{"en":"Lake"}})"),
             put(Kind::commitment, "gauge", R"({"title":{"en":"A gauge"},"mechanism":"lake","by":["aa"]})")});
        append({{.verb = journal::Verb::withdraw, .name = {Kind::party, "bb"}, .reason = "entered twice"}});
        site_ = *StaticSite::of(*register_->now());
    }
    std::set<std::string> targets() const {
        std::set<std::string> out;
        for (const StaticFiles& files : site_.files())
            for (const std::string& name : files.names) {
                const std::string target = files.before + name + files.after;
                EXPECT_TRUE(out.insert(target).second) << target << " is there twice";
            }
        return out;
    }
    std::string file(std::string_view target) const { return site_.file_of(target).value_or("none"); }

    StaticSite site_;
};

TEST_F(StaticSiteTest, WalksTheTableOfRoutes) {
    const std::set<std::string> found = targets();
    for (const char* target : {"/en/",
                               "/zh/index.json",
                               "/ru/about",
                               "/en/problems/not_found.json",
                               "/en/parties",
                               "/en/parties.csv",
                               "/en/parties/aa",
                               "/zh/parties/aa.json",
                               "/en/parties/aa/history",
                               "/en/commitments",
                               "/en/commitments.csv",
                               "/en/commitments/gauge.json",
                               "/en/mechanisms/lake",
                               "/en/mechanisms/lake/iati/activities.xml",
                               "/en/updates.atom",
                               "/en/updates.feed",
                               "/en/updates",
                               "/en/parties.atom",
                               "/zh/meetings.ics",
                               "/ru/commitments.ics",
                               "/en/projects.geojson",
                               "/register.zip",
                               "/sitemap.xml",
                               "/sitemaps/site.xml",
                               "/sitemaps/parties/1.xml",
                               "/robots.txt"})
        EXPECT_TRUE(found.contains(target)) << target;
    for (const char* target : {"/healthz", "/favicon.ico", "/sitemaps/parties/2.xml",
                               "/sitemaps/meetings/1.xml", "/en/validate", "/en/parties/bb", "/"})
        EXPECT_FALSE(found.contains(target)) << target;
    for (const std::string& target : found) EXPECT_NE(file(target), "none") << target;
}

TEST_F(StaticSiteTest, EveryAddressIsAnswered) {
    Site site(*register_, {.public_url = "https://example.org"});
    for (const std::string& target : targets()) {
        http::Request request;
        request.method = "GET";
        const auto asked = http::parse_target(target);
        ASSERT_TRUE(asked) << target;
        request.target = target;
        request.path = asked->path;
        request.query = asked->query;
        http::Answer answer = site.answer(request);
        if (auto* const later = std::get_if<http::Later>(&answer)) answer = later->work();
        if (target.find("/iati/") != std::string::npos) continue;  // Whoever publishes nothing has none.
        EXPECT_EQ(std::get<http::Response>(answer).status, 200) << target;
    }
}

TEST_F(StaticSiteTest, NamesFilesSoThatAnyServerFindsThem) {
    EXPECT_EQ(file("/en/"), "en/index.html");
    EXPECT_EQ(file("/en/parties"), "en/parties.html");
    EXPECT_EQ(file("/en/parties?after=aa"), "en/parties.after-aa.html");
    EXPECT_EQ(file("/en/parties/aa/history?page=2"), "en/parties/aa/history.2.html");
    EXPECT_EQ(file("/en/parties/aa"), "en/parties/aa.html");
    EXPECT_EQ(file("/en/parties/aa/history"), "en/parties/aa/history.html");
    EXPECT_EQ(file("/en/parties/aa.json"), "en/parties/aa.json");
    for (const char* target : {"/en/parties/bb", "/en/parties/zz", "/en/parties?sort=title",
                               "/en/parties/aa?as_of=@1", "/en/parties?after=aa&q=x", "/en/parties?page=2",
                               "/en/validate", "/parties/aa", "/assets/x.js", "/no//path"})
        EXPECT_EQ(file(target), "none") << target;
    EXPECT_EQ(StaticSite::next_page("<p><a rel=\"next\" href=\"/en/parties?after=aa\">Next</a>"),
              "/en/parties?after=aa");
    EXPECT_EQ(StaticSite::next_page("<p><a rel=\"prev\" href=\"/en/parties\">Previous</a>"), "");
    site_.refused("/en/parties/aa.json");
    EXPECT_EQ(file("/en/parties/aa.json"), "none");
}

class StaticLinksTest : public testing::Test {
  protected:
    static std::string rewrite(std::string_view page, std::string server = "", std::string public_url = "") {
        StaticLinks links(
            [](std::string_view target) -> std::optional<std::string> {
                if (target == "/en/") return "en/index.html";
                if (target == "/assets/app.css") return "assets/app.css";
                if (target == "/en/parties/aa" || target == "/en/parties")
                    return std::string(target.substr(1)) + ".html";
                return std::nullopt;
            },
            std::move(public_url), std::move(server));
        return links.rewrite(page, "en/parties/aa.html");
    }
};

TEST_F(StaticLinksTest, LeadFromFileToFile) {
    EXPECT_EQ(
        rewrite(
            R"(<a class="x" href="/en/parties/aa#v1">A</a> <a href="/en/">B</a> <a href="/en/parties">C</a>)"),
        R"(<a class="x" href="aa.html#v1">A</a> <a href="../index.html">B</a> <a href="../parties.html">C</a>)");
    EXPECT_EQ(rewrite("<link rel=\"stylesheet\" href=\"/assets/app.css\">\n"),
              "<link rel=\"stylesheet\" href=\"../../assets/app.css\">\n");
    const char* const others =
        R"(<a href="#top">1</a><a href="https://example.com/en/">2</a>&lt;a href="/en/"<p title="/en/">)";
    EXPECT_EQ(rewrite(others), others);
}

TEST_F(StaticLinksTest, LeaveOutWhatNeedsAServer) {
    const char* const page =
        "<link rel=\"alternate\" href=\"/parties\">\n<a href=\"/en/parties?sort=a&amp;as_of=@1\" "
        "rel=\"nofollow\">A</a>"
        "<form action=\"/en/parties\"><input name=\"q\"></form>\n<p>";
    EXPECT_EQ(rewrite(page), "<a rel=\"nofollow\">A</a><p>");
    EXPECT_EQ(rewrite(page, "https://s.example"),
              "<link rel=\"alternate\" href=\"https://s.example/parties\">\n<a "
              "href=\"https://s.example/en/parties?sort=a&amp;as_of=@1\" rel=\"nofollow\">A</a>"
              "<form action=\"https://s.example/en/parties\"><input name=\"q\"></form>\n<p>");
}

TEST_F(StaticLinksTest, KeepAddressesThatAreSpelledOut) {
    const char* const page =
        "<link href=\"https://p.example/en/parties\">\n<link href=\"https://p.example/parties\">\n";
    EXPECT_EQ(rewrite(page, "", "https://p.example"), "<link href=\"https://p.example/en/parties\">\n");
}

TEST(RelativePath, GoesUpNoFurtherThanItMust) {
    EXPECT_EQ(relative_path("index.html", "en/index.html"), "en/index.html");
    EXPECT_EQ(relative_path("en/parties.html", "en/parties/aa.html"), "parties/aa.html");
    EXPECT_EQ(relative_path("en/parties/aa/history.html", "en/parties/aa.html"), "../aa.html");
    EXPECT_EQ(relative_path("en/a.html", "zh/a.html"), "../zh/a.html");
}

}  // namespace
}  // namespace tamga::web
