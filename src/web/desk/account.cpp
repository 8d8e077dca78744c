#include "web/desk/account.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <functional>

#include "access/sodium.hpp"
#include "web/desk/entrance.hpp"
#include "web/desk/openid.hpp"
#include "web/desk/roles.hpp"
#include "web/parts/assets.hpp"

namespace tamga::web {

namespace {

using access::Accounts;

constexpr std::int64_t kSecretWithin = 1800, kDay = 86400;
/// As what a challenge to make a passkey is sealed; it holds the handle of the account.
constexpr std::string_view kNewPasskey = "new passkey";

/// What a page of one's account says above its forms.
struct Told {
    std::string done = {}, problem = {};
    std::string in_english = {};  ///< What is wrong, as the accounts say it.
};

/// What is shown this one time, and kept nowhere that it could be read again.
struct ShownOnce {
    std::string title, text;
    std::vector<std::string> lines;
    std::string address = {};  ///< otpauth://…, a link.
    std::string secret = {};   ///< Sealed: the form wants a code of it.
};

Json language_options(std::string_view chosen) {
    Json out = Json::array();
    for (const std::string_view tag : languages())
        out.push_back({{"option_value", tag},
                       {"option_label", i18n::language(tag).endonym()},
                       {"option_chosen", tag == chosen}});
    return out;
}

/// What everybody who is signed in has.
struct Possessions {
    std::vector<access::Passkey> passkeys;
    std::vector<access::Session> sessions;
    std::vector<access::Token> tokens;
    std::vector<access::Identity> identities;
};

/// A sentence for what was done, by the name under which an address tells it.
std::string done_text(const Page& page, std::string_view done) {
    if (done == "described") return page.say("Your account was changed.");
    if (done == "password")
        return page.say("Your password was changed. You are signed out wherever else you were signed in.");
    if (done == "totp") return page.say("The second factor is on.");
    if (done == "passkey") return page.say("The passkey was added.");
    if (done == "passkey-end") return page.say("The passkey was removed.");
    if (done == "session") return page.say("The session was ended.");
    if (done == "token") return page.say("The token was revoked.");
    if (done == "linked") return page.say("From now on you can sign in that way, too.");
    if (done == "unlinked") return page.say("You do not sign in that way any more.");
    return {};
}

Answer own_page(Services& services, const Visit& visit, Page& page, const Told& told, int status = 200) {
    const access::AccountInfo& info = visit.signed_in->info;
    const auto found = services.desk->read([&](Accounts& accounts, store::Store&) -> Result<Possessions> {
        Possessions out;
        TAMGA_ASSIGN(out.passkeys, accounts.passkeys(info.id));
        TAMGA_ASSIGN(out.sessions, accounts.sessions(info.id));
        TAMGA_ASSIGN(out.tokens, accounts.tokens(info.id));
        TAMGA_ASSIGN(out.identities, accounts.identities(info.id));
        return out;
    });
    if (!found) return services.frame.refuse(page, refusal_of(page, found.error()));
    Json passkeys = Json::array(), sessions = Json::array(), tokens = Json::array(),
         mechanisms = Json::array(), identities = Json::array();
    for (const access::Passkey& passkey : found->passkeys)
        passkeys.push_back(
            {{"passkey_name", passkey.name},
             {"passkey_title", passkey.title},
             {"passkey_text",
              passkey.used > 0
                  ? page.language().format("added {1}, last used {2}",
                                           {page.time_text(passkey.made), page.time_text(passkey.used)})
                  : page.language().format("added {1}, not used yet", {page.time_text(passkey.made)})}});
    for (const access::Session& session : found->sessions)
        sessions.push_back({{"session_name", session.name},
                            {"session_agent", session.agent},
                            {"session_text", page.language().format("since {1}, last used {2}",
                                                                    {page.time_text(session.made),
                                                                     page.time_text(session.seen)})},
                            {"session_is_this", session.name == visit.signed_in->session.name}});
    for (const access::Token& token : found->tokens)
        tokens.push_back(
            {{"token_name", token.name},
             {"token_title", token.title},
             {"token_scope", token.scope == access::Token::Scope::write ? page.say("reads and writes")
                                                                        : page.say("only reads")},
             {"token_mechanism", token.mechanism},
             {"token_until", page.language().format("until {1}", {page.time_text(token.expires)})}});
    for (const access::Identity& one : found->identities)
        identities.push_back(
            {{"identity_issuer", one.issuer},
             {"identity_subject", one.subject},
             {"identity_text", page.language().format("{1} at {2}", {one.subject, one.issuer})}});
    const Provider* const provider = services.desk->provider();
    if (const auto all = page.view().all(Kind::mechanism))
        for (const query::SnapshotPtr& one : *all)
            mechanisms.push_back({{"option_value", one->name.id}, {"option_label", page.plain_title(*one)}});
    const std::string title = page.say("Your account");
    Json context{
        {"account_title", title},
        {"account_action", page.href("/desk/account")},
        {"account_done", told.done},
        {"account_problem", told.problem},
        {"account_english", told.in_english},
        {"account_id", info.id},
        {"account_name", info.name},
        {"account_email", info.email},
        {"account_roles", roles_text(page, info.grants)},
        {"language_options", language_options(info.language)},
        {"has_totp", info.has_totp},
        {"recovery_text", page.language().plural("{1} recovery code is left.", "{1} recovery codes are left.",
                                                 info.recovery_codes)},
        {"has_identities", !identities.empty()},
        {"has_elsewhere", provider || !identities.empty()},
        {"identities", std::move(identities)},
        {"openid_name",
         provider ? page.language().format("Link your account to {1}", {provider->name()}) : std::string()},
        {"passkeys_offered", services.desk->passkey_site().has_value()},
        {"has_passkeys", !passkeys.empty()},
        {"passkeys", std::move(passkeys)},
        {"sessions", std::move(sessions)},
        {"has_tokens", !tokens.empty()},
        {"tokens", std::move(tokens)},
        {"mechanism_options", std::move(mechanisms)}};
    return desk_html(services, visit, page, "account", title, std::move(context), status);
}

Answer once_page(Services& services, const Visit& visit, Page& page, const ShownOnce& shown) {
    Json lines = Json::array();
    for (const std::string& line : shown.lines) lines.push_back({{"once_line", line}});
    return desk_html(services, visit, page, "once", shown.title,
                     {{"once_title", shown.title},
                      {"once_text", shown.text},
                      {"once_lines", std::move(lines)},
                      {"once_address", shown.address},
                      {"once_secret", shown.secret},
                      {"once_action", page.href("/desk/account")},
                      {"once_back", page.href("/desk/account")}});
}

/// One change of one's own account.
class Change {
  public:
    Change(Services& services, const Visit& visit, Page& page)
        : services_(services), visit_(visit), page_(page), id_(visit.signed_in->info.id) {}

    Answer make() {
        const std::string_view action = visit_.form->value("action");
        for (const auto& [name, method] : kActions)
            if (name == action) return (this->*method)();
        return own_page(services_, visit_, page_, {.problem = page_.say("This was not taken")}, 422);
    }

  private:
    using Method = Answer (Change::*)();

    std::string value(std::string_view field) const { return std::string(visit_.form->value(field)); }
    access::Client client() const { return Desk::client_of(visit_.request); }

    Answer done(std::string_view what) const {
        return see_other(fmt::format("{}?done={}", page_.href("/desk/account"), what));
    }
    Answer refused(const Error& error, std::string problem) {
        if (http_status(error.code) >= 500) return not_written(services_, visit_, page_, error);
        return own_page(services_, visit_, page_,
                        {.problem = std::move(problem), .in_english = error.message()}, 422);
    }
    /// Writes, and tells of it on the page that is loaded next.
    template <class Work>
    Answer write(const Work& work, std::string_view what, std::string problem) {
        const auto written = services_.desk->write(
            [&](Accounts& accounts, store::Store&) -> Result<void> { return work(accounts); });
        return written ? done(what) : refused(written.error(), std::move(problem));
    }

    /// Lets somebody show again that they are who they are, as a thief of their session could not: they sign
    /// in anew, and are throttled as others are. Gives the new session's token; an answer if it fails.
    std::expected<std::string, Answer> sign_in_again() {
        const access::Credentials shown{.account = id_, .password = value("password"), .code = value("code")};
        const auto proof = services_.desk->read(
            [&](Accounts& accounts, store::Store&) { return accounts.prove(shown, client()); });
        if (!proof) return std::unexpected(not_written(services_, visit_, page_, proof.error()));
        const auto result =
            services_.desk->write([&](Accounts& accounts, store::Store&) -> Result<access::LoginResult> {
                TAMGA_ASSIGN(auto in, accounts.log_in(shown, *proof, client()));
                if (in.outcome == access::LoginResult::Outcome::signed_in)
                    TAMGA_TRY(accounts.log_out(visit_.session, client()));
                return in;
            });
        if (!result) return std::unexpected(not_written(services_, visit_, page_, result.error()));
        switch (result->outcome) {
            case access::LoginResult::Outcome::signed_in:
                return result->token;
            case access::LoginResult::Outcome::throttled: {
                Answer answer = own_page(services_, visit_, page_,
                                         {.problem = page_.say("There were too many attempts.")}, 429);
                answer.headers.emplace_back("Retry-After", std::to_string(result->wait_seconds));
                return std::unexpected(std::move(answer));
            }
            case access::LoginResult::Outcome::code_wanted:
            case access::LoginResult::Outcome::refused:
                break;
        }
        return std::unexpected(own_page(services_, visit_, page_,
                                        {.problem = page_.say("Password or code is not right.")}, 403));
    }
    /// The visit as it goes on in the new session, whose cookie is set with the answer.
    Answer going_on(const std::string& token, const std::function<Answer(const Visit&)>& answer) {
        const auto form_token =
            services_.desk->read([&](Accounts& accounts, store::Store&) -> Result<std::string> {
                return accounts.form_token(token);
            });
        if (!form_token) return services_.frame.refuse(page_, refusal_of(page_, form_token.error()));
        Visit next = visit_;
        next.session = token;
        next.form_token = *form_token;
        Answer made = answer(next);
        made.headers.push_back(services_.desk->session_cookie(token));
        return made;
    }

    Answer describe() {
        return write(
            [&](Accounts& accounts) {
                return accounts.describe(id_, value("name"), value("email"), value("language"), id_);
            },
            "described", page_.say("Your account was not changed."));
    }
    Answer change_password() {
        return write(
            [&](Accounts& accounts) {
                return accounts.change_password(id_, value("password"), value("password_new"), visit_.session,
                                                client());
            },
            "password", page_.say("Your password was not changed."));
    }
    Answer begin_totp() {
        auto token = sign_in_again();
        if (!token) return std::move(token).error();
        return going_on(*token, [&](const Visit& next) {
            access::NewTotp totp = Accounts::new_totp(page_.say("Tamga register"), id_);
            auto sealed = services_.desk->seal(next.form_token, totp.secret, kSecretWithin);
            if (!sealed) return services_.frame.refuse(page_, refusal_of(page_, sealed.error()));
            return once_page(
                services_, next, page_,
                {.title = page_.say("Set up the second factor"),
                 .text =
                     page_.say("Type this key into your authenticator, or open the link on the device that "
                               "has it. Then type the code that it shows."),
                 .lines = {std::move(totp.text)},
                 .address = std::move(totp.address),
                 .secret = *std::move(sealed)});
        });
    }
    Answer confirm_totp() {
        const auto secret = services_.desk->unseal(visit_.form_token, visit_.form->value("secret"));
        if (!secret) return refused(secret.error(), {});
        if (!*secret)
            return own_page(services_, visit_, page_,
                            {.problem = page_.say("That took too long. Begin again with your password.")},
                            403);
        auto codes = services_.desk->write([&](Accounts& accounts, store::Store&) {
            return accounts.confirm_totp(id_, **secret, value("code"), client());
        });
        if (!codes) return refused(codes.error(), page_.say("The second factor was not set up."));
        return recovery_codes(visit_, *std::move(codes));
    }
    Answer recovery_codes(const Visit& visit, std::vector<std::string> codes) {
        return once_page(services_, visit, page_,
                         {.title = page_.say("Recovery codes"),
                          .text = page_.say("Each of these lets you in once without your authenticator. They "
                                            "are shown this one time: keep them where others do not look."),
                          .lines = std::move(codes)});
    }
    Answer new_codes() {
        auto token = sign_in_again();
        if (!token) return std::move(token).error();
        return going_on(*token, [&](const Visit& next) {
            auto codes = services_.desk->write([&](Accounts& accounts, store::Store&) {
                return accounts.new_recovery_codes(id_, client());
            });
            if (!codes) return not_written(services_, next, page_, codes.error());
            return recovery_codes(next, *std::move(codes));
        });
    }
    Answer end_totp() {
        auto token = sign_in_again();
        if (!token) return std::move(token).error();
        const auto written = services_.desk->write(
            [&](Accounts& accounts, store::Store&) { return accounts.reset_totp(id_, id_); });
        if (!written) return not_written(services_, visit_, page_, written.error());
        // All sessions end with it.
        Answer answer = see_other(page_.href("/desk/login"));
        answer.headers.push_back(services_.desk->session_cookie({}));
        return answer;
    }
    Answer begin_openid() {
        if (!services_.desk->provider())
            return own_page(services_, visit_, page_, {.problem = page_.say("This was not taken")}, 422);
        auto token = sign_in_again();
        if (!token) return std::move(token).error();
        return going_on(*token, [&](const Visit& next) { return begin_link(services_, next, page_); });
    }
    Answer end_openid() {
        return write(
            [&](Accounts& accounts) {
                return accounts.unlink(id_, {.issuer = value("issuer"), .subject = value("subject")}, id_);
            },
            "unlinked", page_.say("You do not sign in that way any more."));
    }
    Answer begin_passkey() {
        const auto& site = services_.desk->passkey_site();
        if (!site)
            return own_page(services_, visit_, page_, {.problem = page_.say("This was not taken")}, 422);
        auto token = sign_in_again();
        if (!token) return std::move(token).error();
        return going_on(*token, [&](const Visit& next) {
            struct Known {
                std::string handle, ids;
            };
            const auto known = services_.desk->read([&](Accounts& accounts, store::Store&) -> Result<Known> {
                Known out;
                TAMGA_ASSIGN(out.handle, accounts.passkey_handle(id_));
                TAMGA_ASSIGN(const auto passkeys, accounts.passkeys(id_));
                for (const access::Passkey& passkey : passkeys)
                    out.ids += (out.ids.empty() ? "" : " ") + access::base64url(passkey.id);
                return out;
            });
            if (!known) return services_.frame.refuse(page_, refusal_of(page_, known.error()));
            auto challenge =
                services_.desk->seal(next.form_token, known->handle, access::kChallengeLasts, kNewPasskey);
            if (!challenge) return services_.frame.refuse(page_, refusal_of(page_, challenge.error()));
            const std::string title = page_.say("Add a passkey");
            return desk_html(services_, next, page_, "passkey", title,
                             {{"passkey_title", title},
                              {"passkey_name", value("title")},
                              {"passkey_action", page_.href("/desk/account")},
                              {"passkey_challenge", *std::move(challenge)},
                              {"passkey_site", site->id},
                              {"passkey_register", page_.say("Tamga register")},
                              {"passkey_handle", access::base64url(known->handle)},
                              {"passkey_account", id_},
                              {"passkey_person", visit_.signed_in->info.name},
                              {"passkey_known", known->ids},
                              {"page_script", asset_path("passkey.js")}});
        });
    }
    Answer add_passkey() {
        const auto& site = services_.desk->passkey_site();
        const std::string challenge = value("challenge");
        const auto opened = services_.desk->unseal(visit_.form_token, challenge, kNewPasskey);
        if (!opened) return refused(opened.error(), {});
        if (!site || !*opened)
            return own_page(services_, visit_, page_,
                            {.problem = page_.say("That took too long. Begin again with your password.")},
                            403);
        const access::Registration made{
            .client_data = access::from_base64url(value("client_data")),
            .authenticator_data = access::from_base64url(value("authenticator_data"))};
        return write(
            [&](Accounts& accounts) {
                return accounts.add_passkey(id_, value("title"), *site, challenge, **opened, made, client());
            },
            "passkey", page_.say("The passkey was not added."));
    }
    Answer end_passkey() {
        auto token = sign_in_again();
        if (!token) return std::move(token).error();
        return going_on(*token, [&](const Visit& next) {
            return Change(services_, next, page_)
                .write(
                    [&](Accounts& accounts) {
                        return accounts.remove_passkey(id_, value("passkey"), client());
                    },
                    "passkey-end", page_.say("There is no such passkey any more."));
        });
    }
    Answer end_session() {
        return write([&](Accounts& accounts) { return accounts.revoke(id_, value("session"), id_); },
                     "session", page_.say("There is no such session any more."));
    }
    Answer end_everything() {
        const auto written = services_.desk->write(
            [&](Accounts& accounts, store::Store&) { return accounts.revoke_all(id_, id_); });
        if (!written) return not_written(services_, visit_, page_, written.error());
        Answer answer = see_other(page_.href("/desk/login"));
        answer.headers.push_back(services_.desk->session_cookie({}));
        return answer;
    }
    Answer make_token() {
        const std::int64_t count = number_of(value("days")).value_or(0);
        const auto scope =
            value("scope") == "write" ? access::Token::Scope::write : access::Token::Scope::read;
        // A day more would be refused, and a number too large would not be one any more.
        const std::int64_t lasts = std::clamp<std::int64_t>(count, 0, 10'000) * kDay;
        auto token = services_.desk->write([&](Accounts& accounts, store::Store&) {
            return accounts.make_token(id_, value("title"), scope, value("mechanism"), lasts, client());
        });
        if (!token) return refused(token.error(), page_.say("No token was made."));
        return once_page(services_, visit_, page_,
                         {.title = page_.say("The new token"),
                          .text = page_.say("It is shown this one time. A program sends it with each "
                                            "request, as a bearer token (RFC 6750)."),
                          .lines = {*std::move(token)}});
    }
    Answer end_token() {
        return write([&](Accounts& accounts) { return accounts.revoke_token(id_, value("token"), id_); },
                     "token", page_.say("There is no such token any more."));
    }

    struct Action {
        std::string_view name;
        Method method;
    };
    static constexpr Action kActions[] = {
        {.name = "describe", .method = &Change::describe},
        {.name = "password", .method = &Change::change_password},
        {.name = "totp", .method = &Change::begin_totp},
        {.name = "totp-code", .method = &Change::confirm_totp},
        {.name = "totp-end", .method = &Change::end_totp},
        {.name = "codes", .method = &Change::new_codes},
        {.name = "openid", .method = &Change::begin_openid},
        {.name = "openid-end", .method = &Change::end_openid},
        {.name = "passkey", .method = &Change::begin_passkey},
        {.name = "passkey-made", .method = &Change::add_passkey},
        {.name = "passkey-end", .method = &Change::end_passkey},
        {.name = "session-end", .method = &Change::end_session},
        {.name = "all-end", .method = &Change::end_everything},
        {.name = "token", .method = &Change::make_token},
        {.name = "token-end", .method = &Change::end_token},
    };

    Services& services_;
    const Visit& visit_;
    Page& page_;
    const std::string id_;
};

Answer no_such_link(const Services& services, Page& page) {
    return services.frame.refuse(page,
                                 {.code = ErrorCode::not_found,
                                  .text = page.say("This link was used already, is over, or never was."),
                                  .hint = page.say("Ask whoever sent it for another one.")});
}

Answer choose_password(Services& services, const Visit& visit, Page& page,
                       const access::Invitation& invitation, const Told& told, int status = 200) {
    const bool is_new = invitation.purpose == access::Invitation::Purpose::account;
    const std::string title = is_new ? page.say("Make your account") : page.say("Choose a new password");
    return desk_html(services, visit, page, "link_account", title,
                     {{"link_title", title},
                      {"link_text", page.language().format("For the account {1}.", {invitation.account})},
                      {"link_account", invitation.account},
                      {"link_roles", is_new ? roles_text(page, invitation.grants) : std::string()},
                      {"link_problem", told.problem},
                      {"link_english", told.in_english},
                      {"link_action", page.here({})}},
                     status);
}

}  // namespace

Answer account_page(Services& services, const Visit& visit, Page& page) {
    const std::string_view done = page.address().value("done");
    return own_page(services, visit, page,
                    {.done = done_text(page, done), .problem = openid_problem(services, page, done)});
}

Answer change_account(Services& services, const Visit& visit, Page& page) {
    return Change(services, visit, page).make();
}

Answer link_page(Services& services, const Visit& visit, Page& page) {
    if (!services.desk || visit.form_token.empty()) return no_such_link(services, page);
    const auto invitation = services.desk->read(
        [&](Accounts& accounts, store::Store&) { return accounts.invitation(visit.match.names[0]); });
    if (!invitation) return services.frame.refuse(page, refusal_of(page, invitation.error()));
    if (!*invitation) return no_such_link(services, page);
    return choose_password(services, visit, page, **invitation, {});
}

Answer take_link(Services& services, const Visit& visit, Page& page) {
    if (!visit.form) return no_such_link(services, page);
    const std::string& token = visit.match.names[0];
    const auto invitation =
        services.desk->read([&](Accounts& accounts, store::Store&) { return accounts.invitation(token); });
    if (!invitation) return services.frame.refuse(page, refusal_of(page, invitation.error()));
    if (!*invitation) return no_such_link(services, page);
    const std::string password(visit.form->value("password"));
    if (password != visit.form->value("password_again"))
        return choose_password(services, visit, page, **invitation,
                               {.problem = page.say("The two passwords are not the same.")}, 422);
    const auto accepted = services.desk->write([&](Accounts& accounts, store::Store&) {
        return accounts.accept(token, password, Desk::client_of(visit.request));
    });
    if (accepted) return see_other(page.href("/desk/login"));
    if (http_status(accepted.error().code) >= 500)
        return not_written(services, visit, page, accepted.error());
    return choose_password(
        services, visit, page, **invitation,
        {.problem = page.say("This password was not taken."), .in_english = accepted.error().message()}, 422);
}

}  // namespace tamga::web
