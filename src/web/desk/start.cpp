#include "web/desk/start.hpp"

#include "web/desk/entrance.hpp"
#include "web/desk/replies.hpp"
#include "web/desk/roles.hpp"
#include "web/desk/sealing.hpp"
#include "web/desk/tasks.hpp"

namespace tamga::web {

Json desk_context(Services& services, const Visit& visit, Page& page) {
    const access::SignedIn& who = *visit.signed_in;
    const auto drafts = services.desk->read([&](access::Accounts&, store::Store& store) {
        return store::PrivateTables(store).drafts(who.account.id);
    });
    if (!drafts) page.failed(drafts.error());
    Json roles = Json::array();
    for (const access::Grant& grant : who.info.grants)
        roles.push_back({{"role_text", role_text(page, grant)}});
    Json links = Json::array();
    links.push_back(
        {{"desk_link_href", page.href("/desk/account")}, {"desk_link", page.say("Your account")}});
    if (access::may(who.account, access::Verb::manage_accounts))
        links.push_back(
            {{"desk_link_href", page.href("/desk/accounts")}, {"desk_link", page.say("Accounts")}});
    if (is_signatory(who.account))
        links.push_back(
            {{"desk_link_href", page.href("/desk/seals")}, {"desk_link", page.say("Your party’s seal")}});
    if (is_moderator(who.account))
        links.push_back({{"desk_link_href", page.href("/desk/replies")}, {"desk_link", page.say("Replies")}});
    Json context = tasks_context(page, who.account, drafts ? *drafts : std::vector<store::DraftRow>());
    context.update({{"welcome", page.language().format("Signed in as {1}.", {who.info.name})},
                    {"has_roles", !roles.empty()},
                    {"roles", std::move(roles)},
                    {"desk_links", std::move(links)}});
    return context;
}

Answer desk_start(Services& services, const Visit& visit, Page& page) {
    return desk_html(services, visit, page, "desk", page.say("Desk"), desk_context(services, visit, page));
}

}  // namespace tamga::web
