#include "web/desk/roles.hpp"

#include <optional>
#include <vector>

namespace tamga::web {

namespace {

/// What a record is called, or its id where it is not there any more.
std::string called(Page& page, Kind kind, const std::string& id) {
    const query::SnapshotPtr record = page.find({kind, id});
    return record ? page.plain_title(*record) : id;
}

}  // namespace

std::string role_name(const Words& words, access::Role role) {
    switch (role) {
        case access::Role::party_editor:
            return words.say("Party editor");
        case access::Role::party_signatory:
            return words.say("Party signatory");
        case access::Role::centre_editor:
            return words.say("Centre editor");
        case access::Role::secretariat:
            return words.say("Secretariat");
        case access::Role::assessor:
            return words.say("Assessor");
        case access::Role::watcher:
            return words.say("Watcher");
        case access::Role::moderator:
            return words.say("Moderator");
        case access::Role::operator_:
            return words.say("Operator");
        case access::Role::public_:
            break;
    }
    return words.say("Everybody");
}

std::string role_text(Page& page, const access::Grant& grant) {
    std::vector<std::string> details;
    switch (access::owner_of(grant.role)) {
        case access::Owner::party:
            details.push_back(called(page, Kind::party, grant.of));
            break;
        case access::Owner::centre:
            details.push_back(called(page, Kind::centre, grant.of));
            break;
        case access::Owner::assessor:
            details.push_back(grant.of);
            break;
        case access::Owner::nobody:
            break;
    }
    if (!grant.mechanism.empty()) details.push_back(called(page, Kind::mechanism, grant.mechanism));
    const std::string name = role_name(page, grant.role);
    return details.empty() ? name : page.with_detail(name, page.one_by_one(details));
}

std::string roles_text(Page& page, std::span<const access::Grant> grants) {
    if (grants.empty()) return page.say("No role");
    std::vector<std::string> texts;
    for (const access::Grant& grant : grants) texts.push_back(role_text(page, grant));
    return page.one_by_one(texts);
}

std::string signs_for(const access::Account& account) {
    const access::Grant* const grant = access::grant_of(account, access::Role::party_signatory);
    return grant ? grant->of : std::string();
}

access::LookUp look_up_on(Page& page) {
    return [&page](const RecordId& name) -> Result<std::optional<Json>> {
        TAMGA_ASSIGN(const query::SnapshotPtr found, page.view().find(name));
        return found ? std::optional(found->body) : std::nullopt;
    };
}

std::string refusal_text(Page& page, const access::Decision& decision) {
    // English has it with the deed and the record.
    if (decision.allowed || page.language().tag() == "en") return decision.refusal;
    if (decision.could.empty())
        return page.say(
            "Nobody may do this: a record does not pass from one owner to another, and some things "
            "are left to nobody.");
    return page.language().format("Only these roles may do this: {1}.", {roles_text(page, decision.could)});
}

}  // namespace tamga::web
