#include "web/desk/desk.hpp"

#include <gtest/gtest.h>

#include <map>
#include <regex>

#include "access/passkey_fixture.hpp"
#include "access/sodium.hpp"
#include "access/totp.hpp"
#include "http/target.hpp"
#include "query/fixture.hpp"
#include "web/parts/page.hpp"
#include "web/site/route.hpp"
#include "web/site/site.hpp"

namespace tamga::web {
namespace {

constexpr access::PasswordCost kCheap{.passes = 1, .memory_bytes = 8192};
constexpr const char* kPassword = "a long password";

/// One browser: keeps its cookies, sends what forms send.
class Browser {
  public:
    explicit Browser(Site& site) : site_(&site) {}

    http::Response send(const std::string& method, const std::string& target, const std::string& body = {}) {
        auto read = http::parse_target(target);
        EXPECT_TRUE(read) << target;
        http::Request request;
        request.method = method;
        request.target = target;
        request.path = std::move(read->path);
        request.query = std::move(read->query);
        request.raw_query = std::move(read->raw_query);
        request.remote = "192.0.2.7";
        request.headers = {{"Host", "register.example.org"}, {"User-Agent", "a browser"}};
        std::string cookies;
        for (const auto& [name, value] : cookies_)
            cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
        if (!cookies.empty()) request.headers.emplace_back("Cookie", cookies);
        for (const auto& header : more_) request.headers.push_back(header);
        if (method == "POST") {
            request.headers.emplace_back("Content-Type", type_);
            request.body = http::Content(body);
        }
        http::Answer answer = site_->answer(request);
        auto* const later = std::get_if<http::Later>(&answer);
        http::Response response = later ? later->work() : std::get<http::Response>(std::move(answer));
        for (const auto& [name, value] : response.headers)
            if (name == "Set-Cookie") keep(value);
        return response;
    }
    http::Response get(const std::string& target) { return send("GET", target); }
    std::string text(const std::string& target) { return std::string(get(target).body->bytes()); }
    /// Sends a form of the page at `page`, with its token.
    http::Response post(const std::string& page, const std::string& target, const std::string& fields) {
        return send("POST", target, "form_token=" + token_in(text(page)) + "&" + fields);
    }
    static std::string token_in(const std::string& page) {
        std::smatch found;
        return std::regex_search(page, found, std::regex("name=\"form_token\" value=\"([^\"]*)\""))
                   ? found[1].str()
                   : "";
    }
    http::Response log_in(const std::string& account = "ana", const std::string& password = kPassword,
                          const std::string& query = {}) {
        return post("/en/desk/login", "/en/desk/login" + query,
                    "account=" + account + "&password=" + percent_encode(password));
    }
    std::map<std::string, std::string> cookies_;
    http::Headers more_;  ///< Of each request.
    std::string type_ = "application/x-www-form-urlencoded";

  private:
    void keep(const std::string& line) {
        const std::size_t equals = line.find('='), end = line.find(';');
        const std::string name = line.substr(0, equals);
        if (line.find("Max-Age=0") != std::string::npos)
            cookies_.erase(name);
        else
            cookies_[name] = line.substr(equals + 1, end - equals - 1);
    }
    Site* site_;
};

class DeskTest : public query::RegisterTest {
  protected:
    DeskTest() {
        append({put(Kind::party, "kz", R"({"title":{"en":"Kazakhstan"},"type":"state"})"),
                put(Kind::mechanism, "lake", R"({"title":{"en":"Lake"}})")});
        store_.reset();
        site_ = std::make_unique<Site>(*register_, options("https://register.example.org"));
    }
    SiteOptions options(const std::string& url) {
        return {.public_url = url,
                .desk = DeskOptions{.database = path(),
                                    .key_file = path() + ".key",
                                    .clock = [this] { return now_.load(); },
                                    .times = {.turn = std::chrono::minutes(10)},
                                    .cost = kCheap}};
    }
    /// As `tamga account` does, beside the server.
    template <class Work>
    void manage(const Work& work) {
        for (;;) {
            auto store = store::open(path(), store::Mode::write);
            if (!store) continue;
            auto vault = access::Vault::open(**store, path() + ".key");
            ASSERT_TRUE(vault) << vault.error().message();
            access::Accounts accounts(**store, *vault, [this] { return now_.load(); }, kCheap);
            const auto done = work(accounts);
            ASSERT_TRUE(done) << done.error().message();
            return;
        }
    }
    void add(const std::string& id, const std::vector<access::Grant>& grants = {}) {
        manage([&](access::Accounts& accounts) {
            return accounts.add({.id = id,
                                 .name = "The " + id,
                                 .email = id + "@example.org",
                                 .language = "en",
                                 .grants = grants},
                                kPassword, {});
        });
    }
    static std::string location(const http::Response& response) {
        return std::string(response.header("Location"));
    }
    static std::string bytes(const http::Response& response) { return std::string(response.body->bytes()); }

    std::unique_ptr<Site> site_;
};

TEST_F(DeskTest, SaysWhatTheOperatorDoesWhereThereAreNoAccounts) {
    Browser browser(*site_);
    const http::Response login = browser.get("/en/desk/login");
    EXPECT_EQ(login.status, 200);
    EXPECT_NE(bytes(login).find("tamga account add"), std::string::npos);
    EXPECT_EQ(bytes(login).find("<input id=\"password\""), std::string::npos);
    EXPECT_EQ(browser.send("POST", "/en/desk/login", "account=ana&password=x").status, 503);
    EXPECT_EQ(location(browser.get("/en/desk")), "/en/desk/login");
    Site none(*register_, {.public_url = "https://register.example.org"});
    Browser other(none);
    EXPECT_NE(other.text("/en/desk/login").find("tamga account add"), std::string::npos);
    EXPECT_EQ(location(other.get("/en/desk")), "/en/desk/login");
    EXPECT_EQ(other.get("/en/parties/kz").status, 200);
    add("ana");
    EXPECT_EQ(browser.log_in().status, 303) << "no restart is needed";
}

TEST_F(DeskTest, LetsInWhoKnowsThePasswordAndOutAgain) {
    add("ana", {{access::Role::party_editor, "lake", "kz"}});
    Browser browser(*site_);
    EXPECT_EQ(location(browser.get("/en/desk")), "/en/desk/login?next=%2Fen%2Fdesk");
    EXPECT_EQ(browser.log_in("ana", "another password").status, 403);
    EXPECT_EQ(browser.log_in("nobody", kPassword).status, 403);
    EXPECT_EQ(location(browser.get("/en/desk")), "/en/desk/login?next=%2Fen%2Fdesk");
    const http::Response in = browser.log_in("ana@example.org");
    EXPECT_EQ(in.status, 303);
    EXPECT_EQ(location(in), "/en/desk");
    const std::string desk = browser.text("/en/desk");
    EXPECT_NE(desk.find("The ana"), std::string::npos);
    EXPECT_NE(desk.find("Party editor (Kazakhstan; Lake)"), std::string::npos) << desk;
    EXPECT_EQ(location(browser.get("/en/desk/login?next=/ru/desk")), "/ru/desk");
    const auto cookies = browser.cookies_;
    EXPECT_EQ(location(browser.post("/en/desk", "/en/desk/logout", "")), "/en/");
    EXPECT_EQ(browser.get("/en/desk").status, 303);
    browser.cookies_ = cookies;
    EXPECT_EQ(browser.get("/en/desk").status, 303) << "the token is no more";
}

TEST_F(DeskTest, SetsCookiesThatNobodyElseReads) {
    add("ana");
    const auto set_by = [](const http::Response& response) {
        std::vector<std::string> out;
        for (const auto& [name, value] : response.headers)
            if (name == "Set-Cookie") out.push_back(value);
        return out;
    };
    Browser secure(*site_);
    for (const std::string& line : set_by(secure.log_in()))
        EXPECT_TRUE(std::regex_match(
            line, std::regex("__Host-session=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax; Secure; "
                             "Max-Age=604800")))
            << line;
    Site plain(*register_, options("http://127.0.0.1:8080"));
    Browser browser(plain);
    const auto first = set_by(browser.get("/en/desk/login"));
    ASSERT_EQ(first.size(), 1u);
    EXPECT_TRUE(
        std::regex_match(first[0], std::regex("browser=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax")))
        << first[0];
    EXPECT_TRUE(set_by(browser.get("/en/desk/login")).empty());
    EXPECT_EQ(set_by(browser.log_in()).size(), 1u);
}

TEST_F(DeskTest, GivesAnotherTokenToWhoSignsIn) {
    add("ana");
    add("ben");
    Browser browser(*site_);
    // Somebody else set it before: what begins here is not theirs.
    browser.cookies_["__Host-session"] = std::string(43, 'A');
    ASSERT_EQ(browser.log_in().status, 303);
    const std::string first = browser.cookies_["__Host-session"];
    EXPECT_NE(first, std::string(43, 'A'));
    // Who is signed in and sends the form again, as another tab does.
    ASSERT_EQ(browser.post("/en/desk", "/en/desk/login", "account=ben&password=a+long+password").status, 303);
    EXPECT_NE(browser.cookies_["__Host-session"], first);
    Browser thief(*site_);
    thief.cookies_["__Host-session"] = first;
    EXPECT_EQ(thief.get("/en/desk").status, 303);
}

TEST_F(DeskTest, AnswersToNobodyElse) {
    add("ana");
    Browser browser(*site_);
    browser.log_in();
    for (const char* personal : {"/en/desk", "/en/desk/login", "/zh/desk?no-such=1"}) {
        const http::Response response = browser.get(personal);
        EXPECT_EQ(response.header("Cache-Control"), "private, no-store") << personal;
        EXPECT_EQ(response.header("X-Robots-Tag"), "noindex") << personal;
        EXPECT_EQ(response.header("Access-Control-Allow-Origin"), "") << personal;
    }
    EXPECT_NE(browser.text("/robots.txt").find("Disallow: /*/desk\n"), std::string::npos);
    // Others' pages do not know who asks.
    Browser stranger(*site_);
    for (const char* page : {"/en/", "/en/parties/kz", "/en/parties", "/en/nothing", "/en/search?q=ana"}) {
        const http::Response mine = browser.get(page);
        EXPECT_EQ(bytes(mine), bytes(stranger.get(page))) << page;
        EXPECT_EQ(mine.header("Set-Cookie"), "") << page;
        EXPECT_EQ(bytes(mine).find("The ana"), std::string::npos) << page;
    }
    EXPECT_TRUE(stranger.cookies_.empty());
    EXPECT_EQ(stranger.get("/en/desk").status, 303);
}

TEST_F(DeskTest, TakesFormsOfItsOwnPagesAlone) {
    add("ana");
    Browser browser(*site_);
    browser.log_in();
    const std::string good = "form_token=" + Browser::token_in(browser.text("/en/desk"));
    const auto refused = [&](const std::string& body) {
        const http::Response response = browser.send("POST", "/en/desk/logout", body);
        EXPECT_EQ(browser.get("/en/desk").status, 200) << "nothing was done";
        return response.status;
    };
    EXPECT_EQ(refused(""), 403);
    EXPECT_EQ(refused("form_token="), 403);
    EXPECT_EQ(refused("form_token=" + std::string(43, 'A')), 403);
    EXPECT_EQ(refused("form_token=%"), 422);
    Browser other(*site_);
    EXPECT_EQ(refused("form_token=" + Browser::token_in(other.text("/en/desk/login"))), 403);
    for (const auto& [name, value] : http::Headers{{"Sec-Fetch-Site", "cross-site"},
                                                   {"Sec-Fetch-Site", "same-site"},
                                                   {"Origin", "https://evil.example"},
                                                   {"Origin", "null"}}) {
        browser.more_ = {{name, value}};
        EXPECT_EQ(refused(good), 403) << value;
    }
    browser.more_ = {{"Sec-Fetch-Site", "same-origin"}, {"Origin", "https://register.example.org"}};
    browser.type_ = "text/plain";
    EXPECT_EQ(refused(good), 422);
    browser.type_ = "application/x-www-form-urlencoded";
    EXPECT_EQ(browser.send("POST", "/en/desk/logout", good).status, 303);
    // Signing in is one of them: else somebody could be signed in as who wants to know what they write.
    EXPECT_EQ(other.send("POST", "/en/desk/login", "account=ana&password=a+long+password").status, 403);
    EXPECT_EQ(other.cookies_.count("__Host-session"), 0u);
}

TEST_F(DeskTest, GivesBackWhatWasTypedButNoPassword) {
    add("ana");
    Browser browser(*site_);
    const http::Response again = browser.send("POST", "/en/desk/login?next=/en/desk",
                                              "account=%3Cana%3E&password=a+long+password&form_token=old");
    EXPECT_EQ(again.status, 403);
    const std::string page = bytes(again);
    EXPECT_NE(page.find("name=\"account\" value=\"&lt;ana&gt;\""), std::string::npos) << page;
    EXPECT_EQ(page.find("a long password"), std::string::npos);
    EXPECT_EQ(page.find("value=\"old\""), std::string::npos);
    EXPECT_NE(page.find("action=\"/en/desk/login?next="), std::string::npos);
    // Nothing comes back of what another site sent.
    browser.more_ = {{"Sec-Fetch-Site", "cross-site"}};
    EXPECT_EQ(bytes(browser.send("POST", "/en/desk/login", "account=planted")).find("planted"),
              std::string::npos);
}

TEST_F(DeskTest, LeadsNowhereElse) {
    add("ana");
    for (const char* next :
         {"https://evil.example/", "//evil.example", "/\\evil.example", "/%5Cevil.example", "evil.example",
          "javascript:alert(1)", "/en//evil.example", "/%2F/evil.example", "http:evil", "%2F%2Fevil.example",
          "/en/desk%0d%0aSet-Cookie:x=y", "/..//evil.example", ""}) {
        Browser browser(*site_);
        const http::Response in = browser.log_in("ana", kPassword, "?next=" + percent_encode(next));
        EXPECT_EQ(in.status, 303) << next;
        EXPECT_EQ(location(in), "/en/desk") << next;
    }
    Browser browser(*site_);
    EXPECT_EQ(location(browser.log_in("ana", kPassword, "?next=%2Fzh%2Fparties%3Fq%3D%25D0%25AF")),
              "/zh/parties?q=%D0%AF");
}

TEST_F(DeskTest, EveryRouteForWhoIsSignedInRefusesOthers) {
    add("ana");
    int walked = 0;
    for (const Route& route : routes()) {
        if (route.who != Who::signed_in) continue;
        ++walked;
        EXPECT_EQ(route.keep, Keep::personal) << route.path;
        EXPECT_EQ(route.publish, Publish::never) << route.path;
        EXPECT_TRUE(route.path.starts_with("/{language}/desk")) << route.path;
        std::string target(route.path);
        for (const auto& [name, value] : {std::pair{"{language}", "en"},
                                          {"{id}", "kz"},
                                          {"{kinds}", "parties"},
                                          {"{number}", "1"},
                                          {"{name}", "x"}})
            if (const std::size_t at = target.find(name); at != std::string::npos)
                target.replace(at, std::string_view(name).size(), value);
        for (const char* method : {"GET", "HEAD", "POST"}) {
            if (!has_word(route.methods, method)) continue;
            for (const char* session : {"", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "a\"b"}) {
                Browser browser(*site_);
                if (*session != '\0') browser.cookies_["__Host-session"] = session;
                const http::Response response = browser.send(method, target, "a=b");
                EXPECT_EQ(response.status, std::string_view(method) == "POST" ? 403 : 303)
                    << method << ' ' << target;
                EXPECT_EQ(response.header("Cache-Control"), "private, no-store");
            }
        }
    }
    EXPECT_GE(walked, 2);
}

TEST_F(DeskTest, LetsWhoGuessesWait) {
    add("ana");
    Browser browser(*site_);
    for (int i = 0; i < access::Accounts::kFreeFailures; ++i)
        EXPECT_EQ(browser.log_in("ana", "a wrong password").status, 403);
    EXPECT_EQ(browser.log_in("ana", "a wrong password").status, 403);
    const http::Response throttled = browser.log_in();
    EXPECT_EQ(throttled.status, 429);
    EXPECT_EQ(throttled.header("Retry-After"), "1");
    EXPECT_NE(bytes(throttled).find("Wait 1 second, then try again."), std::string::npos);
    now_ += 1;
    EXPECT_EQ(browser.log_in().status, 303);
}

TEST_F(DeskTest, WantsACodeOfWhoHasASecondFactor) {
    add("ana");
    const std::string secret(20, 's');
    std::vector<std::string> recovery;
    manage([&](access::Accounts& accounts) -> Result<void> {
        TAMGA_ASSIGN(recovery,
                     accounts.confirm_totp("ana", secret, access::totp_code(secret, now_ / 30), {}));
        return {};
    });
    now_ += 60;
    Browser browser(*site_);
    const auto carried_in = [](const std::string& page) {
        std::smatch found;
        return std::regex_search(page, found, std::regex("name=\"carried\" value=\"([^\"]*)\""))
                   ? found[1].str()
                   : "";
    };
    const http::Response asked = browser.log_in();
    EXPECT_EQ(asked.status, 200);
    EXPECT_EQ(browser.cookies_.count("__Host-session"), 0u);
    const std::string carried = carried_in(bytes(asked));
    ASSERT_FALSE(carried.empty());
    EXPECT_EQ(bytes(asked).find("a long password"), std::string::npos);
    const auto with_code = [&](Browser& from, const std::string& code) {
        return from.post("/en/desk/login", "/en/desk/login?next=/en/about",
                         "carried=" + carried + "&code=" + code);
    };
    EXPECT_EQ(with_code(browser, "000000").status, 403);
    Browser other(*site_);
    EXPECT_EQ(with_code(other, access::totp_code(secret, now_ / 30)).status, 403) << "it is that browser's";
    EXPECT_EQ(other.cookies_.count("__Host-session"), 0u);
    const std::string code = access::totp_code(secret, now_ / 30);
    const http::Response in = with_code(browser, code);
    EXPECT_EQ(in.status, 303);
    EXPECT_EQ(location(in), "/en/about");
    Browser late(*site_);
    const std::string kept = carried_in(bytes(late.log_in()));
    now_ += 601;
    const http::Response over =
        late.post("/en/desk/login", "/en/desk/login",
                  "carried=" + kept + "&code=" + access::totp_code(secret, now_ / 30));
    EXPECT_EQ(over.status, 403);
    EXPECT_NE(bytes(over).find("Begin again"), std::string::npos);
}

/// The bytes that people type as base32 (RFC 4648, 6).
std::string from_base32(const std::string& text) {
    std::string out;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        if (c == ' ') continue;
        bits = bits << 5 | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26);
        if ((count += 5) < 8) continue;
        count -= 8;
        out += static_cast<char>(bits >> count & 0xff);
    }
    return out;
}

TEST_F(DeskTest, AnOwnerSetsUpASecondFactorAndTakesItAway) {
    add("ana");
    Browser browser(*site_);
    browser.log_in();
    const auto field = [](const std::string& page, const std::string& pattern) {
        std::smatch found;
        return std::regex_search(page, found, std::regex(pattern)) ? found[1].str() : "";
    };
    const auto change = [&](const std::string& fields) {
        return browser.post("/en/desk/account", "/en/desk/account", fields);
    };
    EXPECT_EQ(change("action=totp&password=not+this+one").status, 403) << "a thief of a session cannot";
    const std::string before = browser.cookies_["__Host-session"];
    const std::string begun = bytes(change("action=totp&password=a+long+password"));
    EXPECT_NE(browser.cookies_["__Host-session"], before);
    const std::string secret = from_base32(field(begun, "shown-once\">([A-Z2-7 ]+)<"));
    const std::string sealed = field(begun, "name=\"secret\" value=\"([^\"]+)\"");
    ASSERT_EQ(secret.size(), 20u) << begun;
    EXPECT_EQ(change("action=totp-code&code=000000&secret=" + sealed).status, 422);
    const std::string told =
        bytes(change("action=totp-code&code=" + access::totp_code(secret, now_ / 30) + "&secret=" + sealed));
    const std::string recovery = field(told, "shown-once\">([A-Z2-7 -]+)<");
    EXPECT_FALSE(recovery.empty()) << told;
    EXPECT_NE(browser.text("/en/desk/account").find("10 recovery codes are left."), std::string::npos);

    Browser other(*site_);
    const std::string asked = bytes(other.log_in());
    const std::string carried = field(asked, "name=\"carried\" value=\"([^\"]+)\"");
    ASSERT_FALSE(carried.empty());
    EXPECT_EQ(other
                  .post("/en/desk/login", "/en/desk/login",
                        "carried=" + carried + "&code=" + percent_encode(recovery))
                  .status,
              303);
    EXPECT_NE(other.text("/en/desk/account").find("9 recovery codes are left."), std::string::npos);
    EXPECT_EQ(change("action=totp-end&password=a+long+password").status, 403) << "a code is wanted too";
    now_ += 60;
    EXPECT_EQ(change("action=totp-end&password=a+long+password&code=" + access::totp_code(secret, now_ / 30))
                  .status,
              303);
    EXPECT_EQ(browser.get("/en/desk").status, 303) << "all sessions end";
    EXPECT_EQ(browser.log_in().status, 303);
}

const access::RelyingParty kSite{"register.example.org", "https://register.example.org"};

std::string data_in(const std::string& page, const std::string& name) {
    std::smatch found;
    return std::regex_search(page, found, std::regex("data-" + name + "=\"([^\"]*)\"")) ? found[1].str() : "";
}

/// What the browser's script sends to sign in.
std::string shown_in_form(const access::Authenticator& authenticator, const std::string& challenge) {
    const access::Assertion shown = authenticator.sign(kSite, challenge);
    std::string form = "challenge=" + challenge;
    for (const auto& [field, bytes] : {std::pair("credential", shown.id),
                                       {"client_data", shown.client_data},
                                       {"authenticator_data", shown.authenticator_data},
                                       {"signature", shown.signature},
                                       {"handle", shown.handle}})
        form += std::string("&") + field + "=" + access::base64url(bytes);
    return form;
}

/// Adds one to the account that is signed in; the last answer.
http::Response add_passkey(Browser& browser, access::Authenticator& authenticator,
                           const std::string& more = {}) {
    const http::Response asked =
        browser.post("/en/desk/account", "/en/desk/account",
                     "action=passkey&title=A+telephone&password=a+long+password" + more);
    const std::string page(asked.body->bytes());
    EXPECT_EQ(data_in(page, "site"), "register.example.org") << page;
    authenticator.handle_ = access::from_base64url(data_in(page, "handle"));
    EXPECT_EQ(authenticator.handle_.size(), 64u);
    const std::string challenge = data_in(page, "challenge");
    const access::Registration made = authenticator.make(kSite, challenge);
    return browser.post("/en/desk/account", "/en/desk/account",
                        "action=passkey-made&title=A+telephone&challenge=" + challenge +
                            "&client_data=" + access::base64url(made.client_data) +
                            "&authenticator_data=" + access::base64url(made.authenticator_data));
}

TEST_F(DeskTest, APasskeyLetsInInThePlaceOfPasswordAndCode) {
    add("ana");
    Browser browser(*site_);
    browser.log_in();
    EXPECT_EQ(browser
                  .post("/en/desk/account", "/en/desk/account",
                        "action=passkey&title=A+telephone&password=not+this+one")
                  .status,
              403)
        << "a thief of a session cannot";
    access::Authenticator authenticator;
    const std::string before = browser.cookies_["__Host-session"];
    EXPECT_EQ(location(add_passkey(browser, authenticator)), "/en/desk/account?done=passkey");
    EXPECT_NE(browser.cookies_["__Host-session"], before);
    EXPECT_NE(browser.text("/en/desk/account").find("A telephone"), std::string::npos);

    Browser other(*site_);
    const auto come_in = [&](const std::string& challenge) {
        return other.post("/en/desk/login", "/en/desk/login?next=/en/desk/account",
                          shown_in_form(authenticator, challenge));
    };
    const auto asked = [](Browser& from) { return data_in(from.text("/en/desk/login"), "challenge"); };
    Browser third(*site_);
    const std::string old = asked(other);
    EXPECT_NE(asked(other), old) << "by chance, each time";
    EXPECT_EQ(come_in(asked(third)).status, 403) << "it was sent to another browser";
    EXPECT_EQ(come_in(old + "A").status, 403);
    EXPECT_EQ(come_in("").status, 403);
    now_ += access::kChallengeLasts + 1;
    EXPECT_NE(bytes(come_in(old)).find("That took too long."), std::string::npos);
    const std::string challenge = asked(other);
    const http::Response in = come_in(challenge);
    EXPECT_EQ(in.status, 303) << bytes(in);
    EXPECT_EQ(location(in), "/en/desk/account");
    EXPECT_NE(other.text("/en/desk/account").find("last used"), std::string::npos);

    // What was sent once is of no use to who reads it.
    other.cookies_.erase("__Host-session");
    EXPECT_NE(bytes(come_in(challenge)).find("lets nobody in"), std::string::npos);
    manage([](access::Accounts& accounts) { return accounts.disable("ana", ""); });
    EXPECT_NE(bytes(come_in(asked(other))).find("lets nobody in"), std::string::npos);
    manage([](access::Accounts& accounts) { return accounts.enable("ana", ""); });
    EXPECT_EQ(come_in(asked(other)).status, 303);
    other.cookies_.erase("__Host-session");
    for (int i = 0; i <= access::Accounts::kFreeFailures; ++i) {
        access::Authenticator copy;
        copy.id_ = authenticator.id_;
        copy.handle_ = authenticator.handle_;
        EXPECT_EQ(other.post("/en/desk/login", "/en/desk/login", shown_in_form(copy, asked(other))).status,
                  403);
    }
    const http::Response waits = come_in(asked(other));
    EXPECT_EQ(waits.status, 429);
    EXPECT_NE(waits.header("Retry-After"), "");
}

TEST_F(DeskTest, APasskeyIsRemovedByWhoShowsThePasswordAndByAnOperator) {
    add("ana");
    add("op", {{access::Role::operator_}});
    Browser browser(*site_), office(*site_);
    browser.log_in();
    office.log_in("op");
    access::Authenticator authenticator;
    EXPECT_EQ(office.text("/en/desk/accounts/ana").find("passkeys-end"), std::string::npos);
    add_passkey(browser, authenticator);
    std::smatch found;
    const std::string page = browser.text("/en/desk/account");
    ASSERT_TRUE(
        std::regex_search(page, found, std::regex("name=\"passkey\" id=\"[^\"]*\" value=\"([^\"]*)\"")));
    const std::string remove = "action=passkey-end&passkey=" + found[1].str() + "&password=";
    EXPECT_EQ(browser.post("/en/desk/account", "/en/desk/account", remove + "not+this+one").status, 403);
    EXPECT_EQ(location(browser.post("/en/desk/account", "/en/desk/account", remove + "a+long+password")),
              "/en/desk/account?done=passkey-end");
    EXPECT_EQ(browser.text("/en/desk/account").find("A telephone"), std::string::npos);
    EXPECT_EQ(browser.post("/en/desk/account", "/en/desk/account", remove + "a+long+password").status, 422);

    add_passkey(browser, authenticator);
    EXPECT_EQ(office.post("/en/desk/accounts/ana", "/en/desk/accounts/ana", "action=passkeys-end").status,
              303);
    EXPECT_EQ(browser.get("/en/desk").status, 303) << "her sessions end";
    const std::string challenge = data_in(browser.text("/en/desk/login"), "challenge");
    EXPECT_EQ(
        browser.post("/en/desk/login", "/en/desk/login", shown_in_form(authenticator, challenge)).status,
        403);
    const std::string events = office.text("/en/desk/events?account=ana");
    for (const char* const what : {"passkey-added", "passkey-removed", "passkeys-reset"})
        EXPECT_NE(events.find(what), std::string::npos) << what;
}

TEST_F(DeskTest, APasskeyIsOfferedOverTlsAlone) {
    add("ana");
    Site plain(*register_, options("http://register.example.org"));
    Browser browser(plain);
    EXPECT_EQ(browser.text("/en/desk/login").find("passkey"), std::string::npos);
    browser.log_in();
    const std::string page = browser.text("/en/desk/account");
    EXPECT_NE(page.find("only where this register is reached over https"), std::string::npos);
    EXPECT_EQ(page.find("value=\"passkey\""), std::string::npos);
    EXPECT_EQ(
        browser
            .post("/en/desk/account", "/en/desk/account", "action=passkey&title=x&password=a+long+password")
            .status,
        422);
    Site local(*register_, options("http://localhost:8080"));
    Browser here(local);
    EXPECT_EQ(data_in(here.text("/en/desk/login"), "site"), "localhost");
}

TEST_F(DeskTest, ASessionEndsWhenItIsOverAndWithItsAccount) {
    add("ana");
    Browser browser(*site_);
    browser.log_in();
    now_ += access::kSessionIdle - 1;
    EXPECT_EQ(browser.get("/en/desk").status, 200);
    now_ += access::kSessionIdle - 1;
    EXPECT_EQ(browser.get("/en/desk").status, 200) << "it was used";
    now_ += access::kSessionIdle;
    EXPECT_EQ(browser.get("/en/desk").status, 303);
    browser.log_in();
    EXPECT_EQ(browser.get("/en/desk").status, 200);
    manage([](access::Accounts& accounts) { return accounts.disable("ana", {}); });
    EXPECT_EQ(browser.get("/en/desk").status, 303);
    EXPECT_EQ(browser.log_in().status, 403);
}

TEST_F(DeskTest, ARoleHoldsFromTheNextRequestOnAndChangesTheToken) {
    const access::Grant grant{access::Role::moderator, "lake"};
    add("ana", {grant});
    Browser browser(*site_);
    browser.log_in();
    const auto before = browser.cookies_;
    EXPECT_NE(browser.text("/en/desk").find("Moderator"), std::string::npos);
    manage([&](access::Accounts& accounts) { return accounts.take("ana", grant, {}); });
    EXPECT_EQ(browser.text("/en/desk").find("Moderator"), std::string::npos);
    EXPECT_NE(browser.cookies_, before);
    EXPECT_EQ(browser.post("/en/desk", "/en/desk/logout", "").status, 303);
    Browser old(*site_);
    old.cookies_ = before;
    EXPECT_EQ(old.get("/en/desk").status, 303);
}

TEST_F(DeskTest, ATokenOfAProgramTellsWhoActs) {
    add("ana", {{access::Role::moderator, "lake"}});
    std::string token;
    manage([&](access::Accounts& accounts) -> Result<void> {
        TAMGA_ASSIGN(token, accounts.make_token("ana", "script", access::Token::Scope::read, "", 60, {}));
        return {};
    });
    Desk desk(*options("https://register.example.org").desk, "https://register.example.org");
    const auto by = [&](const std::string& header) {
        http::Request request;
        request.headers = {{"Authorization", header}};
        const auto account = desk.bearer(request);
        EXPECT_TRUE(account) << account.error().message();
        return account && *account ? (*account)->id : "";
    };
    EXPECT_EQ(by("Bearer " + token), "ana");
    EXPECT_EQ(by("bearer " + token), "ana");
    for (const std::string& none :
         {std::string(), token, std::string("Bearer "), "Basic " + token, "Bearer " + token + "x"})
        EXPECT_EQ(by(none), "") << none;
    now_ += 61;
    EXPECT_EQ(by("Bearer " + token), "");
}

}  // namespace
}  // namespace tamga::web
