#include "web/desk/login.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "access/sodium.hpp"
#include "web/desk/entrance.hpp"
#include "web/desk/openid.hpp"
#include "web/parts/assets.hpp"

namespace tamga::web {

namespace {

using access::LoginResult;

constexpr std::int64_t kCodeWithin = 600;
/// As what a challenge to sign in with a passkey is sealed.
constexpr std::string_view kPasskey = "passkey";

/// In the unit in which people wait.
std::string wait_text(const Page& page, std::int64_t seconds) {
    if (seconds <= 90)
        return page.language().plural("Wait {1} second, then try again.", "Wait {1} seconds, then try again.",
                                      seconds);
    return page.language().plural("Wait {1} minute, then try again.", "Wait {1} minutes, then try again.",
                                  (seconds + 59) / 60);
}

template <class LogIn>
Result<Begun> begin(Desk& desk, const LogIn& log_in) {
    return desk.write([&](access::Accounts& accounts, store::Store&) -> Result<Begun> {
        Begun out;
        TAMGA_ASSIGN(out.result, log_in(accounts));
        if (out.result.outcome != LoginResult::Outcome::signed_in) return out;
        TAMGA_ASSIGN(const auto signed_in, accounts.session(out.result.token));
        if (signed_in) out.language = signed_in->info.language;
        return out;
    });
}

Answer throttled(const Services& services, const Visit& visit, Page& page, const LoginResult& result,
                 LoginForm form) {
    form.problem = page.say("There were too many attempts.") + " " + wait_text(page, result.wait_seconds);
    Answer answer = login_form(services, visit, page, form, 429);
    answer.headers.emplace_back("Retry-After", std::to_string(result.wait_seconds));
    return answer;
}

/// By a passkey. Whose it is, is told by it alone.
Answer log_in_by_passkey(Services& services, const Visit& visit, Page& page) {
    Desk& desk = *services.desk;
    const http::Fields& form = *visit.form;
    const auto bytes = [&](std::string_view field) { return access::from_base64url(form.value(field)); };
    const auto sealed = desk.unseal(visit.form_token, form.value("challenge"), kPasskey);
    if (!sealed) return not_written(services, visit, page, sealed.error());
    if (!desk.passkey_site() || !*sealed)
        return login_form(services, visit, page,
                          {.problem = page.say("That took too long. Try the passkey again.")}, 403);
    const access::PasskeyShown shown{.site = *desk.passkey_site(),
                                     .challenge = std::string(form.value("challenge")),
                                     .assertion = {.id = bytes("credential"),
                                                   .client_data = bytes("client_data"),
                                                   .authenticator_data = bytes("authenticator_data"),
                                                   .signature = bytes("signature"),
                                                   .handle = bytes("handle")},
                                     .session = visit.session};
    const auto begun = begin(desk, [&](access::Accounts& accounts) {
        return accounts.log_in_by_passkey(shown, Desk::client_of(visit.request));
    });
    if (!begun) return not_written(services, visit, page, begun.error());
    switch (begun->result.outcome) {
        case LoginResult::Outcome::signed_in:
            return into_session(desk, *begun, page.language().tag(), page.address().value("next"));
        case LoginResult::Outcome::throttled:
            return throttled(services, visit, page, begun->result, {});
        case LoginResult::Outcome::code_wanted:
        case LoginResult::Outcome::refused:
            break;
    }
    return login_form(services, visit, page,
                      {.problem = page.say("This passkey lets nobody in here. Sign in with your password, or "
                                           "ask the operator.")},
                      403);
}

}  // namespace

Answer login_form(const Services& services, const Visit& visit, Page& page, const LoginForm& form,
                  int status) {
    const std::string title = page.say("Sign in");
    const Provider* const provider = services.desk ? services.desk->provider() : nullptr;
    const std::string next(page.address().value("next"));
    // Where the form stands in for another page, the password is taken where it always is.
    const bool stands_in = form.carried.empty() && visit.match.path != "/desk/login";
    std::string challenge;
    if (services.desk && services.desk->passkey_site() && !visit.form_token.empty() && form.carried.empty()) {
        auto sealed = services.desk->seal(visit.form_token, {}, access::kChallengeLasts, kPasskey);
        if (!sealed) return not_written(services, visit, page, sealed.error());
        challenge = *std::move(sealed);
    }
    const bool offers_passkey = !challenge.empty();
    return desk_html(
        services, visit, page, "login", title,
        {{"login_title", title},
         {"login_closed", visit.form_token.empty()},
         {"login_action", stands_in ? page.href("/desk/login") : page.here({{"told", ""}})},
         {"login_account", form.account},
         {"login_problem", form.problem},
         {"login_carried", form.carried},
         {"login_provider",
          provider ? page.language().format("Sign in with {1}", {provider->name()}) : std::string()},
         {"login_provider_href",
          next.empty() ? page.href("/desk/login/openid") : page.href("/desk/login/openid", {{"next", next}})},
         {"passkey_challenge", std::move(challenge)},
         {"passkey_site", offers_passkey ? services.desk->passkey_site()->id : std::string()},
         {"page_script", offers_passkey ? Json(asset_path("passkey.js")) : Json(nullptr)}},
        status);
}

Answer code_refused(const Services& services, const Visit& visit, Page& page, const LoginResult& result,
                    LoginForm form) {
    if (result.outcome == LoginResult::Outcome::throttled)
        return throttled(services, visit, page, result, std::move(form));
    form.problem = page.say("This code is not right, or was used already.");
    return login_form(services, visit, page, form, 403);
}

Result<Begun> begin_session(Desk& desk, const access::Identity& identity, const access::Credentials& shown,
                            const access::Client& client) {
    return begin(desk, [&](access::Accounts& accounts) { return accounts.log_in(identity, shown, client); });
}

Answer into_session(const Desk& desk, const Begun& begun, std::string_view language, std::string_view next) {
    const bool known = std::ranges::find(languages(), begun.language) != languages().end();
    const std::string start = fmt::format("/{}/desk", known ? std::string_view(begun.language) : language);
    Answer answer = see_other(local_path(next, start));
    answer.headers.push_back(desk.session_cookie(begun.result.token));
    return answer;
}

Answer login_page(Services& services, const Visit& visit, Page& page) {
    if (visit.signed_in) return see_other(local_path(page.address().value("next"), page.href("/desk")));
    return login_form(services, visit, page,
                      {.problem = openid_problem(services, page, page.address().value("told"))});
}

Answer log_in(Services& services, const Visit& visit, Page& page) {
    if (!visit.form) return login_form(services, visit, page, {}, 503);
    if (!visit.form->value("client_data").empty()) return log_in_by_passkey(services, visit, page);
    Desk& desk = *services.desk;
    access::Credentials credentials{.account = std::string(visit.form->value("account")),
                                    .password = std::string(visit.form->value("password")),
                                    .code = std::string(visit.form->value("code")),
                                    .session = visit.session};
    std::string carried(visit.form->value("carried"));
    if (!carried.empty()) {
        const auto opened = desk.unseal(visit.form_token, carried);
        if (!opened) return not_written(services, visit, page, opened.error());
        if (!*opened)
            return login_form(services, visit, page,
                              {.problem = page.say("That took too long. Begin again with your password.")},
                              403);
        const std::size_t line = (*opened)->find('\n');
        credentials.account = (*opened)->substr(0, line);
        credentials.password = (*opened)->substr(line + 1);
    }
    // Nobody who writes waits for the look at a password.
    const access::Client client = Desk::client_of(visit.request);
    const auto proof = desk.read(
        [&](access::Accounts& accounts, store::Store&) { return accounts.prove(credentials, client); });
    if (!proof) return not_written(services, visit, page, proof.error());
    const auto begun =
        begin(desk, [&](access::Accounts& accounts) { return accounts.log_in(credentials, *proof, client); });
    if (!begun) return not_written(services, visit, page, begun.error());
    switch (begun->result.outcome) {
        case LoginResult::Outcome::signed_in:
            return into_session(desk, *begun, page.language().tag(), page.address().value("next"));
        case LoginResult::Outcome::code_wanted: {
            // An account's name has no line end.
            if (credentials.account.find('\n') != std::string::npos) break;
            auto sealed =
                desk.seal(visit.form_token, credentials.account + "\n" + credentials.password, kCodeWithin);
            if (!sealed) return not_written(services, visit, page, sealed.error());
            return login_form(services, visit, page,
                              {.account = credentials.account, .carried = *std::move(sealed)});
        }
        case LoginResult::Outcome::throttled:
            return throttled(services, visit, page, begun->result,
                             {.account = credentials.account, .carried = std::move(carried)});
        case LoginResult::Outcome::refused:
            break;
    }
    if (!carried.empty())
        return code_refused(services, visit, page, begun->result,
                            {.account = credentials.account, .carried = std::move(carried)});
    return login_form(
        services, visit, page,
        {.account = credentials.account, .problem = page.say("Account and password do not belong together.")},
        403);
}

Answer log_out(Services& services, const Visit& visit, Page& page) {
    Desk& desk = *services.desk;
    const auto done = desk.write([&](access::Accounts& accounts, store::Store&) {
        return accounts.log_out(visit.session, Desk::client_of(visit.request));
    });
    if (!done) return not_written(services, visit, page, done.error());
    Answer answer = see_other(page.href("/"));
    answer.headers.push_back(desk.session_cookie({}));
    return answer;
}

}  // namespace tamga::web
