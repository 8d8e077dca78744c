#include "web/desk/login.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "web/desk/entrance.hpp"

namespace tamga::web {

namespace {

using access::LoginResult;

constexpr std::int64_t kCodeWithin = 600;

struct LoginForm {
    std::string account = {};
    std::string problem = {};
    std::string carried = {};  ///< Account and password, sealed: a code is wanted.
};

Answer form_page(const Services& services, const Visit& visit, Page& page, const LoginForm& form,
                 int status = 200) {
    const std::string title = page.say("Sign in");
    return desk_html(services, visit, page, "login", title,
                     {{"login_title", title},
                      {"login_closed", visit.form_token.empty()},
                      {"login_action", page.here({})},
                      {"login_account", form.account},
                      {"login_problem", form.problem},
                      {"login_carried", form.carried}},
                     status);
}

/// In the unit in which people wait.
std::string wait_text(const Page& page, std::int64_t seconds) {
    if (seconds <= 90)
        return page.language().plural("Wait {1} second, then try again.", "Wait {1} seconds, then try again.",
                                      seconds);
    return page.language().plural("Wait {1} minute, then try again.", "Wait {1} minutes, then try again.",
                                  (seconds + 59) / 60);
}

/// What a session begins with.
struct Begun {
    LoginResult result;
    std::string language;  ///< Of the account.
};

}  // namespace

Answer login_page(Services& services, const Visit& visit, Page& page) {
    if (visit.signed_in) return see_other(local_path(page.address().value("next"), page.href("/desk")));
    return form_page(services, visit, page, {});
}

Answer log_in(Services& services, const Visit& visit, Page& page) {
    if (!visit.form) return form_page(services, visit, page, {}, 503);
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
            return form_page(services, visit, page,
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
    const auto begun = desk.write([&](access::Accounts& accounts, store::Store&) -> Result<Begun> {
        Begun out;
        TAMGA_ASSIGN(out.result, accounts.log_in(credentials, *proof, client));
        if (out.result.outcome != LoginResult::Outcome::signed_in) return out;
        TAMGA_ASSIGN(const auto signed_in, accounts.session(out.result.token));
        if (signed_in) out.language = signed_in->info.language;
        return out;
    });
    if (!begun) return not_written(services, visit, page, begun.error());
    switch (begun->result.outcome) {
        case LoginResult::Outcome::signed_in: {
            const bool known = std::ranges::find(languages(), begun->language) != languages().end();
            const std::string start =
                fmt::format("/{}/desk", known ? begun->language : std::string(page.language().tag()));
            Answer answer = see_other(local_path(page.address().value("next"), start));
            answer.headers.push_back(desk.session_cookie(begun->result.token));
            return answer;
        }
        case LoginResult::Outcome::code_wanted: {
            // An account's name has no line end.
            if (credentials.account.find('\n') != std::string::npos) break;
            auto sealed =
                desk.seal(visit.form_token, credentials.account + "\n" + credentials.password, kCodeWithin);
            if (!sealed) return not_written(services, visit, page, sealed.error());
            return form_page(services, visit, page,
                             {.account = credentials.account, .carried = *std::move(sealed)});
        }
        case LoginResult::Outcome::throttled: {
            Answer answer = form_page(services, visit, page,
                                      {.account = credentials.account,
                                       .problem = page.say("There were too many attempts.") + " " +
                                                  wait_text(page, begun->result.wait_seconds),
                                       .carried = std::move(carried)},
                                      429);
            answer.headers.emplace_back("Retry-After", std::to_string(begun->result.wait_seconds));
            return answer;
        }
        case LoginResult::Outcome::refused:
            break;
    }
    if (!carried.empty())
        return form_page(services, visit, page,
                         {.account = credentials.account,
                          .problem = page.say("This code is not right, or was used already."),
                          .carried = std::move(carried)},
                         403);
    return form_page(
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
