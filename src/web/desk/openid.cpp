#include "web/desk/openid.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "access/sodium.hpp"
#include "http/target.hpp"
#include "web/desk/entrance.hpp"
#include "web/desk/login.hpp"

namespace tamga::web {

namespace {

namespace openid = access::openid;
using access::LoginResult;

constexpr const char* kCookie = "openid";
/// What is sealed in the cookie: an attempt, then who signed in, of whom a code is wanted.
constexpr const char *kAttempt = "openid attempt", *kIdentity = "openid identity";
/// Of an address to go on to, so that the cookie is taken.
constexpr std::size_t kMostNext = 1000;

/// What comes back with the browser.
struct Carried {
    openid::Attempt attempt = {};
    std::string subject = {};   ///< Who signed in.
    std::string link = {};      ///< The account that is to be linked; empty: somebody signs in.
    std::string language = {};  ///< Of the pages where it began.
    std::string next = {};

    /// A line each; no other part has a line's end.
    std::string text() const {
        return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", attempt.state, attempt.nonce, attempt.verifier,
                           subject, link, language, next);
    }
    /// Of what we sealed.
    static Carried of(std::string_view text) {
        Carried out;
        for (std::string* const part : {&out.attempt.state, &out.attempt.nonce, &out.attempt.verifier,
                                        &out.subject, &out.link, &out.language}) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            *part = text.substr(0, end);
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        out.next = text;
        return out;
    }
};

Provider* provider_of(const Services& services) {
    return services.desk ? services.desk->provider() : nullptr;
}

/// Nothing: what came is not ours, of another browser or session, or too late.
std::optional<Carried> carried_in(Desk& desk, std::string_view form_token, std::string_view sealed,
                                  const char* what) {
    const auto opened = desk.unseal(form_token, sealed, what);
    if (!opened || !*opened) return std::nullopt;
    return Carried::of(**opened);
}

Answer login_again(std::string_view language, std::string_view told, std::string_view next = {}) {
    std::string address = fmt::format("/{}/desk/login?told={}", language, told);
    if (!next.empty()) address += "&next=" + percent_encode(next);
    return see_other(std::move(address));
}

/// Seals an attempt that begins, and gives where it leads.
Result<std::string> begin(Desk& desk, const Visit& visit, Carried carried, http::Headers& headers) {
    carried.attempt = openid::attempt();
    TAMGA_ASSIGN(std::string address, desk.provider()->authorization_address(
                                          carried.attempt, carried.language, visit.request.stop));
    TAMGA_ASSIGN(const std::string sealed,
                 desk.seal(visit.form_token, carried.text(), openid::kAttemptLasts, kAttempt));
    headers.push_back(desk.cookie(kCookie, sealed, openid::kAttemptLasts));
    return address;
}

/// What the operator should know; texts of strangers are in it.
void warn(const Error& error) {
    spdlog::warn("{}: {}", error.operation, http::printable(error.message()));
}

/// One answer of the provider, as it came back with a browser.
class Back {
  public:
    Back(Desk& desk, const Visit& visit, const Entry& entry)
        : desk_(desk), visit_(visit), entry_(entry), client_(Desk::client_of(visit.request)) {}

    Answer take() {
        Answer answer = decide();
        // The attempt is over; where a code is wanted, the cookie is set to something else.
        if (!goes_on_) answer.headers.push_back(desk_.cookie(kCookie, {}, 0));
        answer.headers.insert(answer.headers.end(), entry_.cookies.begin(), entry_.cookies.end());
        return answer;
    }

  private:
    std::string asked(std::string_view name) const {
        return std::string(visit_.request.query_value(name).value_or(""));
    }
    /// Back to where it began.
    Answer refused(std::string_view told) const {
        if (carried_.link.empty()) return login_again(carried_.language, told, carried_.next);
        return see_other(fmt::format("/{}/desk/account?done={}", carried_.language, told));
    }
    Answer failed(const Error& error) const {
        spdlog::error("{}: {}", error.operation, error.message());
        return refused("later");
    }

    Answer decide() {
        Provider& provider = *desk_.provider();
        carried_.language = visit_.language.tag();
        const auto found =
            carried_in(desk_, entry_.form_token, desk_.cookie_of(visit_.request, kCookie), kAttempt);
        if (!found) return refused("late");
        carried_ = *found;
        if (!access::same_in_constant_time(asked("state"), carried_.attempt.state)) return refused("late");
        if (!asked("error").empty()) {
            spdlog::info("the provider signs nobody in: {}", http::printable(asked("error")));
            return refused("declined");
        }
        const auto wait =
            desk_.read([&](access::Accounts& accounts, store::Store&) { return accounts.wait_for(client_); });
        if (!wait) return failed(wait.error());
        if (*wait > 0) return refused("often");
        const auto first = desk_.write([&](access::Accounts& accounts, store::Store&) {
            return accounts.comes_first(carried_.attempt.state);
        });
        if (!first) return failed(first.error());
        if (!*first) return refused("late");
        const auto named = visit_.request.query_value("iss");
        auto subject =
            provider.subject(carried_.attempt, asked("code"),
                             named ? std::optional<std::string>(*named) : std::nullopt, visit_.request.stop);
        if (!subject) {
            warn(subject.error());
            if (subject.error().code == ErrorCode::io) return refused("down");
            const auto told = desk_.write([&](access::Accounts& accounts, store::Store&) {
                return accounts.tell_failure("no valid answer of " + provider.issuer(), client_);
            });
            if (!told) return failed(told.error());
            return refused("invalid");
        }
        const access::Identity identity{.issuer = provider.issuer(), .subject = *std::move(subject)};
        return carried_.link.empty() ? sign_in(identity) : link(identity);
    }

    Answer link(const access::Identity& identity) const {
        // The cookie opens in the session where it began, so that nobody else is here.
        if (!entry_.signed_in || entry_.signed_in->info.id != carried_.link) return refused("late");
        const auto linked = desk_.write([&](access::Accounts& accounts, store::Store&) {
            return accounts.link(carried_.link, identity, carried_.link);
        });
        if (linked) return refused("linked");
        return linked.error().code == ErrorCode::conflict ? refused("taken") : failed(linked.error());
    }

    Answer sign_in(const access::Identity& identity) {
        const auto begun = begin_session(desk_, identity, {.session = entry_.session}, client_);
        if (!begun) return failed(begun.error());
        switch (begun->result.outcome) {
            case LoginResult::Outcome::signed_in:
                return into_session(desk_, *begun, carried_.language, carried_.next);
            case LoginResult::Outcome::throttled:
                return refused("often");
            case LoginResult::Outcome::refused:
                return refused("nobody");
            case LoginResult::Outcome::code_wanted:
                break;
        }
        carried_.attempt = {};
        carried_.subject = identity.subject;
        const auto sealed = desk_.seal(entry_.form_token, carried_.text(), openid::kAttemptLasts, kIdentity);
        if (!sealed) return failed(sealed.error());
        goes_on_ = true;
        Answer answer = see_other(fmt::format("/{}/desk/login/openid/code", carried_.language));
        answer.headers.push_back(desk_.cookie(kCookie, *sealed, openid::kAttemptLasts));
        return answer;
    }

    Desk& desk_;
    const Visit& visit_;
    const Entry& entry_;
    const access::Client client_;
    Carried carried_;
    bool goes_on_ = false;
};

}  // namespace

std::string openid_problem(const Services& services, const Page& page, std::string_view told) {
    const Provider* const provider = provider_of(services);
    if (!provider) return {};
    const auto say = [&](std::string_view text) { return page.language().format(text, {provider->name()}); };
    if (told == "down")
        return say("{1} does not answer just now. Sign in with your password, or try again in a minute.");
    if (told == "declined") return say("{1} did not sign you in.");
    if (told == "invalid")
        return say("What {1} answered could not be taken. Try again; if it stays so, tell the operator.");
    if (told == "late") return page.say("That took too long, or your browser keeps no cookies. Begin again.");
    if (told == "often") return page.say("There were too many attempts. Try again in a quarter of an hour.");
    if (told == "later")
        return page.say("The register cannot be written to just now. Try again in a minute.");
    if (told == "nobody")
        return say(
            "No account here is linked to you at {1}. Sign in with your password and link your account on "
            "its page, or ask the operator.");
    if (told == "taken") return say("Who you are at {1} signs in to another account already.");
    return {};
}

Answer begin_openid(Services& services, const Visit& visit, Page& page) {
    const std::string next(page.address().value("next"));
    if (visit.signed_in || !provider_of(services) || visit.form_token.empty())
        return login_page(services, visit, page);
    const std::string language(page.language().tag());
    http::Headers headers;
    const auto address =
        begin(*services.desk, visit,
              {.language = language, .next = next.size() <= kMostNext ? next : std::string()}, headers);
    if (!address) {
        warn(address.error());
        return login_again(language, address.error().code == ErrorCode::io ? "down" : "invalid", next);
    }
    Answer answer = see_other(*address);
    answer.headers.insert(answer.headers.end(), headers.begin(), headers.end());
    return answer;
}

Answer back_from_openid(Services& services, const Visit& visit) {
    if (!provider_of(services)) return login_again(visit.language.tag(), "none");
    const auto entry = services.desk->enter(visit.request, nullptr);
    if (!entry) return Frame::fail(visit.language, "html", entry.error());
    if (!entry->open) return login_again(visit.language.tag(), "none");
    return Back(*services.desk, visit, *entry).take();
}

Answer openid_code(Services& services, const Visit& visit, Page& page) {
    if (visit.signed_in || !provider_of(services) || visit.form_token.empty())
        return login_page(services, visit, page);
    const std::string sealed = services.desk->cookie_of(visit.request, kCookie);
    if (!carried_in(*services.desk, visit.form_token, sealed, kIdentity))
        return login_form(services, visit, page, {.problem = openid_problem(services, page, "late")});
    return login_form(services, visit, page, {.carried = sealed});
}

Answer openid_code_sent(Services& services, const Visit& visit, Page& page) {
    if (!visit.form) return login_form(services, visit, page, {}, 503);
    if (!provider_of(services)) return login_form(services, visit, page, {}, 404);
    Desk& desk = *services.desk;
    const std::string sealed(visit.form->value("carried"));
    const auto carried = carried_in(desk, visit.form_token, sealed, kIdentity);
    if (!carried)
        return login_form(services, visit, page, {.problem = openid_problem(services, page, "late")}, 403);
    const auto begun =
        begin_session(desk, {.issuer = desk.provider()->issuer(), .subject = carried->subject},
                      {.code = std::string(visit.form->value("code")), .session = visit.session},
                      Desk::client_of(visit.request));
    if (!begun) return not_written(services, visit, page, begun.error());
    if (begun->result.outcome == LoginResult::Outcome::signed_in) {
        Answer answer = into_session(desk, *begun, page.language().tag(), carried->next);
        answer.headers.push_back(desk.cookie(kCookie, {}, 0));
        return answer;
    }
    return code_refused(services, visit, page, begun->result, {.carried = sealed});
}

Answer begin_link(Services& services, const Visit& visit, Page& page) {
    http::Headers headers;
    const auto address =
        begin(*services.desk, visit,
              {.link = visit.signed_in->info.id, .language = std::string(page.language().tag())}, headers);
    if (!address) {
        warn(address.error());
        return see_other(page.href("/desk/account",
                                   {{"done", address.error().code == ErrorCode::io ? "down" : "invalid"}}));
    }
    const std::string& name = services.desk->provider()->name();
    const std::string title = page.language().format("Link your account to {1}", {name});
    Answer answer =
        desk_html(services, visit, page, "openid_link", title,
                  {{"openid_title", title},
                   {"openid_text",
                    page.language().format("Sign in at {1} now. You come back to your account, and from then "
                                           "on you can sign in here through {1}.",
                                           {name})},
                   {"openid_href", *address},
                   {"openid_name", page.language().format("Go on to {1}", {name})},
                   {"openid_back", page.href("/desk/account")}});
    answer.headers.insert(answer.headers.end(), headers.begin(), headers.end());
    return answer;
}

}  // namespace tamga::web
