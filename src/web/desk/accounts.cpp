#include "web/desk/accounts.hpp"

#include <fmt/format.h>

#include <limits>

#include "web/desk/entrance.hpp"
#include "web/desk/roles.hpp"

namespace tamga::web {

namespace {

using access::AccountInfo;
using access::Accounts;
using access::Grant;

constexpr std::int64_t kEventsPerPage = 100;

struct Told {
    std::string problem = {};
    std::string in_english = {};
    std::string link = {};  ///< Shown this one time.
    std::string link_text = {};
};

/// Nothing if the visitor may do that; else the page that says who could.
std::optional<Answer> unless_may(Services& services, const Visit& visit, Page& page, access::Verb verb) {
    const access::Decision decision = access::may(visit.signed_in->account, verb);
    if (decision) return std::nullopt;
    return forbidden(
        services, visit, page,
        page.language().format("This needs one of these roles: {1}.", {roles_text(page, decision.could)}));
}

Json options_of(Page& page, Kind kind) {
    Json out = Json::array();
    if (const auto all = page.view().all(kind))
        for (const query::SnapshotPtr& one : *all)
            out.push_back({{"option_value", one->name.id}, {"option_label", page.plain_title(*one)}});
    return out;
}

/// What the fields of a form for a role show: {"role_options","owner_options","mechanism_options"}.
Json role_fields(Page& page) {
    Json roles = Json::array();
    for (int i = 0; i < access::kRoleCount; ++i) {
        const auto role = static_cast<access::Role>(i);
        if (role == access::Role::public_) continue;
        roles.push_back({{"option_value", access::name(role)}, {"option_label", role_name(page, role)}});
    }
    Json owners = options_of(page, Kind::party);
    for (Json& centre : options_of(page, Kind::centre)) owners.push_back(std::move(centre));
    return {{"role_options", std::move(roles)},
            {"owner_options", std::move(owners)},
            {"mechanism_options", options_of(page, Kind::mechanism)}};
}

/// The role that a form names, of things that are there; nothing if it names none. Errors: invalid_input.
Result<std::optional<Grant>> grant_of(Page& page, const http::Fields& form, bool is_given) {
    const std::string_view wanted = form.value("role");
    if (wanted.empty()) return std::optional<Grant>();
    const auto role = access::role_named(wanted);
    if (!role || *role == access::Role::public_)
        return fail(ErrorCode::invalid_input, "give a role", fmt::format("there is no role '{}'", wanted));
    Grant grant{*role, std::string(form.value("mechanism")), std::string(form.value("of"))};
    // What is taken need not be there any more.
    if (!is_given) return std::optional(std::move(grant));
    TAMGA_TRY(access::check_grants({&grant, 1}));
    const auto must_be_there = [&](Kind kind, const std::string& id) -> Result<void> {
        const query::SnapshotPtr there = page.find({kind, id});
        if (there && there->name.id == id) return {};
        return fail(ErrorCode::invalid_input, "give a role",
                    fmt::format("there is no {}", RecordId{kind, id}.text()));
    };
    if (!grant.mechanism.empty()) TAMGA_TRY(must_be_there(Kind::mechanism, grant.mechanism));
    const access::Owner owner = access::owner_of(grant.role);
    if (owner == access::Owner::party) TAMGA_TRY(must_be_there(Kind::party, grant.of));
    if (owner == access::Owner::centre) TAMGA_TRY(must_be_there(Kind::centre, grant.of));
    return std::optional(std::move(grant));
}

std::string link_address(const Services& services, const Page& page, std::string_view language,
                         std::string_view token) {
    const bool known = std::ranges::find(languages(), language) != languages().end();
    return fmt::format("{}/{}{}", services.frame.public_url(), known ? language : page.language().tag(),
                       access::link_path(token));
}

void tell(Json& context, const Told& told) {
    context["manage_problem"] = told.problem;
    context["manage_english"] = told.in_english;
    context["manage_link"] = told.link;
    context["manage_link_text"] = told.link_text;
}

struct Everybody {
    std::vector<AccountInfo> accounts;
    std::vector<access::Invitation> invited;
};

Answer list_page(Services& services, const Visit& visit, Page& page, const Told& told, int status = 200) {
    const auto found = services.desk->read([](Accounts& accounts, store::Store&) -> Result<Everybody> {
        Everybody out;
        TAMGA_ASSIGN(out.accounts, accounts.list());
        TAMGA_ASSIGN(out.invited, accounts.invitations());
        return out;
    });
    if (!found) return services.frame.refuse(page, refusal_of(page, found.error()));
    Json accounts = Json::array(), invited = Json::array(), chosen = Json::array();
    for (const AccountInfo& info : found->accounts)
        accounts.push_back({{"listed_id", info.id},
                            {"listed_name", info.name},
                            {"listed_href", page.href("/desk/accounts/" + info.id)},
                            {"listed_roles", roles_text(page, info.grants)},
                            {"listed_state", info.disabled   ? page.say("disabled")
                                             : info.has_totp ? page.say("with a second factor")
                                                             : std::string()}});
    for (const access::Invitation& one : found->invited)
        invited.push_back(
            {{"invited_id", one.account},
             {"invited_text", page.language().format(one.purpose == access::Invitation::Purpose::account
                                                         ? TAMGA_MSG("invited, until {1}")
                                                         : TAMGA_MSG("may choose a new password, until {1}"),
                                                     {page.time_text(one.expires)})}});
    for (const std::string_view tag : languages())
        chosen.push_back({{"option_value", tag}, {"option_label", i18n::language(tag).endonym()}});
    const std::string title = page.say("Accounts");
    Json context = role_fields(page);
    context["accounts_title"] = title;
    context["accounts_action"] = page.href("/desk/accounts");
    context["events_href"] = page.href("/desk/events");
    context["accounts"] = std::move(accounts);
    context["has_invited"] = !invited.empty();
    context["invited"] = std::move(invited);
    context["invite_languages"] = std::move(chosen);
    tell(context, told);
    return desk_html(services, visit, page, "accounts", title, std::move(context), status);
}

/// The account that the address names, or the answer that there is none.
std::expected<AccountInfo, Answer> named(Services& services, const Visit& visit, Page& page) {
    const std::string& id = visit.match.names[0];
    auto found = services.desk->read([&](Accounts& accounts, store::Store&) { return accounts.find(id); });
    if (!found) return std::unexpected(services.frame.refuse(page, refusal_of(page, found.error())));
    if (!*found || (*found)->id != id)
        return std::unexpected(services.frame.refuse(page, no_such_page(page)));
    return **std::move(found);
}

Answer account_of(Services& services, const Visit& visit, Page& page, const Told& told, int status = 200) {
    auto info = named(services, visit, page);
    if (!info) return std::move(info).error();
    const auto passkeys =
        services.desk->read([&](Accounts& accounts, store::Store&) { return accounts.passkeys(info->id); });
    if (!passkeys) return services.frame.refuse(page, refusal_of(page, passkeys.error()));
    Json roles = Json::array();
    for (const Grant& grant : info->grants)
        roles.push_back({{"held_text", role_text(page, grant)},
                         {"held_role", access::name(grant.role)},
                         {"held_of", grant.of},
                         {"held_mechanism", grant.mechanism}});
    Json context = role_fields(page);
    context["one_id"] = info->id;
    context["one_name"] = info->name;
    context["one_email"] = info->email;
    context["one_disabled"] = info->disabled;
    context["one_totp"] = info->has_totp;
    context["one_passkeys"] = !passkeys->empty();
    context["one_action"] = page.href("/desk/accounts/" + info->id);
    context["one_events"] = page.href("/desk/events", {{"account", info->id}});
    context["has_held"] = !roles.empty();
    context["held"] = std::move(roles);
    context["has_crumbs"] = true;
    context["crumbs"] = Json::array(
        {{{"crumb", page.say("Accounts")}, {"crumb_lang", ""}, {"crumb_href", page.href("/desk/accounts")}}});
    tell(context, told);
    return desk_html(services, visit, page, "one_account", info->name, std::move(context), status);
}

}  // namespace

Answer accounts_page(Services& services, const Visit& visit, Page& page) {
    if (auto no = unless_may(services, visit, page, access::Verb::manage_accounts)) return *std::move(no);
    return list_page(services, visit, page, {});
}

Answer invite(Services& services, const Visit& visit, Page& page) {
    if (auto no = unless_may(services, visit, page, access::Verb::manage_accounts)) return *std::move(no);
    const http::Fields& form = *visit.form;
    const auto text = [&](std::string_view field) { return std::string(form.value(field)); };
    const auto refused = [&](const Error& error) {
        if (http_status(error.code) >= 500) return not_written(services, visit, page, error);
        return list_page(services, visit, page,
                         {.problem = page.say("Nobody was invited."), .in_english = error.message()}, 422);
    };
    access::NewAccount account{
        .id = text("id"), .name = text("name"), .email = text("email"), .language = text("language")};
    auto grant = grant_of(page, form, true);
    if (!grant) return refused(grant.error());
    if (*grant) account.grants.push_back(**std::move(grant));
    const auto token = services.desk->write([&](Accounts& accounts, store::Store&) {
        return accounts.invite(account, visit.signed_in->info.id);
    });
    if (!token) return refused(token.error());
    return list_page(services, visit, page,
                     {.link = link_address(services, page, account.language, *token),
                      .link_text = page.language().format(
                          "Send this link to {1}. It is shown this one time, and works once, for seven days.",
                          {account.name})});
}

Answer one_account(Services& services, const Visit& visit, Page& page) {
    if (auto no = unless_may(services, visit, page, access::Verb::manage_accounts)) return *std::move(no);
    return account_of(services, visit, page, {});
}

Answer manage_account(Services& services, const Visit& visit, Page& page) {
    if (auto no = unless_may(services, visit, page, access::Verb::manage_accounts)) return *std::move(no);
    auto info = named(services, visit, page);
    if (!info) return std::move(info).error();
    const std::string_view action = visit.form->value("action");
    const std::string& by = visit.signed_in->info.id;
    const auto refused = [&](const Error& error) {
        if (http_status(error.code) >= 500) return not_written(services, visit, page, error);
        return account_of(
            services, visit, page,
            {.problem = page.say("The account was not changed."), .in_english = error.message()}, 422);
    };
    std::optional<Grant> grant;
    if (action == "give" || action == "take") {
        auto told = grant_of(page, *visit.form, action == "give");
        if (told && !*told) told = fail(ErrorCode::invalid_input, "give a role", "no role is chosen");
        if (!told) return refused(told.error());
        grant = *std::move(told);
    }
    // Gives the token of a link, if one is made.
    const auto done = services.desk->write([&](Accounts& accounts, store::Store&) -> Result<std::string> {
        if (action == "give")
            TAMGA_TRY(accounts.give(info->id, *grant, by));
        else if (action == "take")
            TAMGA_TRY(accounts.take(info->id, *grant, by));
        else if (action == "disable")
            TAMGA_TRY(accounts.disable(info->id, by));
        else if (action == "enable")
            TAMGA_TRY(accounts.enable(info->id, by));
        else if (action == "totp-end")
            TAMGA_TRY(accounts.reset_totp(info->id, by));
        else if (action == "passkeys-end")
            TAMGA_TRY(accounts.reset_passkeys(info->id, by));
        else if (action == "revoke")
            TAMGA_TRY(accounts.revoke_all(info->id, by));
        else if (action == "reset")
            return accounts.reset_password(info->id, by);
        else
            return fail(ErrorCode::invalid_input, "change an account", "there is no such change");
        return std::string();
    });
    if (!done) return refused(done.error());
    if (done->empty()) return see_other(page.href("/desk/accounts/" + info->id));
    return account_of(services, visit, page,
                      {.link = link_address(services, page, info->language, *done),
                       .link_text = page.language().format(
                           "Send this link to {1}. It is shown this one time, and works once, for one day.",
                           {info->name})});
}

Answer events_page(Services& services, const Visit& visit, Page& page) {
    if (auto no = unless_may(services, visit, page, access::Verb::read_events)) return *std::move(no);
    const std::string account(page.address().value("account"));
    const std::string_view from = page.address().value("before");
    const std::int64_t before = number_of(from).value_or(0);
    if (!from.empty() && before < 1) return services.frame.refuse(page, unfit_value(page, "before", from));
    const auto found = services.desk->read([&](Accounts& accounts, store::Store&) {
        return accounts.events(account, before, kEventsPerPage + 1);
    });
    if (!found) return services.frame.refuse(page, refusal_of(page, found.error()));
    Json events = Json::array();
    const std::size_t shown = std::min(found->size(), static_cast<std::size_t>(kEventsPerPage));
    for (std::size_t i = 0; i < shown; ++i) {
        const access::Event& event = (*found)[i];
        events.push_back({{"event_time", page.time_text(event.time)},
                          {"event_what", event.what},
                          {"event_account", event.account},
                          {"event_detail", event.detail},
                          {"event_address", event.address}});
    }
    std::string older;
    if (found->size() > shown) older = page.here({{"before", std::to_string((*found)[shown - 1].id)}});
    const std::string title = page.say("What happened to accounts");
    return desk_html(services, visit, page, "events", title,
                     {{"events_title", title},
                      {"events_action", page.href("/desk/events")},
                      {"events_of", account},
                      {"has_events", !events.empty()},
                      {"events", std::move(events)},
                      {"older_href", older}});
}

}  // namespace tamga::web
