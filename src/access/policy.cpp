#include "access/policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "model/kind_table.hpp"

namespace tamga::access {

namespace {

struct RoleInfo {
    Role role;
    std::string_view name;
    std::string_view words;  ///< As a refusal tells it.
    Owner owner;
    std::string_view help;
};
constexpr RoleInfo kRoles[] = {
    {Role::party_editor, "party-editor", "a party editor", Owner::party,
     "Writes what its party says: reports, figures, statements, updates."},
    {Role::party_signatory, "party-signatory", "a party signatory", Owner::party,
     "Gives its party's word: assents, signs, keeps the party's key."},
    {Role::centre_editor, "centre-editor", "a centre editor", Owner::centre,
     "Writes about its centre: its programme, its projects, what it spent, whom it reached."},
    {Role::secretariat, "secretariat", "the secretariat", Owner::nobody,
     "Proposes what all parties share, imports, and records what is nobody's own."},
    {Role::assessor, "assessor", "the assessor", Owner::assessor,
     "Scores what was delivered, independently, under its own name."},
    {Role::watcher, "watcher", "a watcher", Owner::nobody,
     "Records what parties without editors here say elsewhere, under its own name and from a source."},
    {Role::moderator, "moderator", "a moderator", Owner::nobody, "Decides which replies appear."},
    {Role::operator_, "operator", "an operator", Owner::nobody,
     "Keeps accounts, settings and backups, and writes no content."},
    {Role::public_, "public", "anybody", Owner::nobody, "Everybody, with an account or without one."},
};
static_assert(std::size(kRoles) == kRoleCount);

struct VerbInfo {
    Verb verb;
    std::string_view name;
    std::string_view words;  ///< What somebody may do, before the record.
    std::string_view help;
};
constexpr VerbInfo kVerbs[] = {
    {Verb::put, "put", "write", "Make a record, or a new version of it."},
    {Verb::withdraw, "withdraw", "withdraw", "Take a record back; its history stays."},
    {Verb::rename, "rename", "rename", "Give a record another id."},
    {Verb::redact, "redact", "erase what was said in", "Erase what an entry of a record said."},
    {Verb::assent, "assent", "assent to", "Agree or object to a shared record, for a party."},
    {Verb::sign, "sign", "sign", "Put a party's seal on a record."},
    {Verb::answer, "answer", "answer for a party under", "Reply under a record in a party's name."},
    {Verb::reply, "reply", "reply under", "Reply under a record; it appears once a moderator has let it."},
    {Verb::moderate, "moderate", "moderate replies under", "Let a reply appear, refuse it, take it away."},
    {Verb::register_key, "register-key", "register a key of", "Name, change or revoke a party's key."},
    {Verb::manage_accounts, "manage-accounts", "manage accounts", "Invite, give roles, disable, reset."},
    {Verb::read_events, "read-events", "read the log of accounts", "See what happened to accounts."},
    {Verb::operate, "operate", "operate the register", "Settings, backup, export of private data."},
};
static_assert(std::size(kVerbs) == kVerbCount);

/// info() goes by the place in the table.
template <class Row, class Name>
constexpr bool in_order(const Row& rows, Name member) {
    int next = 0;
    for (const auto& row : rows)
        if (static_cast<int>(row.*member) != next++) return false;
    return true;
}
static_assert(in_order(kRoles, &RoleInfo::role) && in_order(kVerbs, &VerbInfo::verb));

const RoleInfo& info_of(Role role) {
    return kRoles[static_cast<std::size_t>(role)];
}
const VerbInfo& info_of(Verb verb) {
    return kVerbs[static_cast<std::size_t>(verb)];
}

/// How a record says whose it is and where it belongs.
struct Belonging {
    Kind kind;
    /// The link to another record that says its mechanism; empty: the field `mechanism` does, if there is
    /// one.
    std::string_view via = {};
    Owner owner = Owner::nobody;
    /// The field that names the owner; empty: the record itself is it, or the record that `via` names says
    /// it.
    std::string_view owner_field = {};
    /// The field that names the centre whose own record it is where none of `not_if` says whose word it is.
    std::string_view centre_field = {};
    std::array<std::string_view, 2> not_if = {};
};
constexpr Belonging kBelongings[] = {
    {Kind::source},
    {Kind::party, {}, Owner::party},
    {Kind::mechanism},
    {Kind::principle},
    {Kind::sector},
    {Kind::meeting},
    {Kind::instrument},
    {Kind::provision, "instrument"},
    {Kind::action, "instrument", Owner::party, "party"},
    {Kind::centre, {}, Owner::centre},
    {Kind::series, {}, Owner::party, "reporter", "centre", {"reporter", "reporter_name"}},
    {Kind::statement, {}, Owner::party, "party"},
    {Kind::commitment},
    {Kind::project, {}, Owner::centre, "centre"},
    {Kind::observation, "series", Owner::party},
    {Kind::claim, {}, Owner::party, "claimant"},
    {Kind::report, "commitment", Owner::party, "party"},
    {Kind::assessment, "commitment", Owner::assessor, "assessor"},
    {Kind::update, {}, Owner::party, "party"},
    {Kind::reply, "under", Owner::party, "party"},
    {Kind::name},
    {Kind::imprint},
};
static_assert(std::size(kBelongings) == kKindCount && in_order(kBelongings, &Belonging::kind));

constexpr const Field* field_of(Kind kind, std::string_view name) {
    for (const Field& field : kind_table::kKinds[static_cast<int>(kind)].fields)
        if (field.name == name) return &field;
    return nullptr;
}

/// A field that the kind does not have, or that links elsewhere, would make a record nobody's.
constexpr bool fields_fit(const Belonging& row) {
    if (!row.via.empty()) {
        const Field* const via = field_of(row.kind, row.via);
        // Of any kind: a reply's record, which check_body() lets be one only.
        const bool one = via && (via->type == FieldType::link || row.kind == Kind::reply);
        if (!one || !via->required) return false;
    }
    if (row.owner_field.empty()) return true;
    if (!row.centre_field.empty()) {
        const Field* const centre = field_of(row.kind, row.centre_field);
        if (!centre || centre->type != FieldType::link || centre->target != Kind::centre) return false;
        for (const std::string_view one : row.not_if)
            if (!field_of(row.kind, one)) return false;
    }
    const Field* const field = field_of(row.kind, row.owner_field);
    if (!field) return false;
    if (row.owner == Owner::assessor) return field->type == FieldType::name;
    return field->type == FieldType::link &&
           field->target == (row.owner == Owner::party ? Kind::party : Kind::centre);
}
static_assert(std::ranges::all_of(kBelongings, fields_fit));

const Belonging& belonging(Kind kind) {
    return kBelongings[static_cast<std::size_t>(kind)];
}

template <class... Kind>
constexpr Kinds all(Kind... kind) {
    return (only(kind) | ...);
}
constexpr Kinds kShared = all(Kind::mechanism, Kind::principle, Kind::sector, Kind::meeting, Kind::instrument,
                              Kind::provision, Kind::centre, Kind::commitment);
/// What a party says.
constexpr Kinds kOfParties = all(Kind::action, Kind::series, Kind::statement, Kind::observation, Kind::claim,
                                 Kind::report, Kind::update, Kind::reply);
/// What a party may say elsewhere, for others to record.
constexpr Kinds kOfPartiesElsewhere = kOfParties & ~only(Kind::reply);
/// What may be a party's or a centre's, and need not.
constexpr Kinds kMaybeNobodys =
    all(Kind::series, Kind::statement, Kind::observation, Kind::claim, Kind::project, Kind::update);
/// What belongs to the register as a whole.
constexpr Kinds kCommon = all(Kind::source, Kind::party, Kind::name, Kind::imprint);
/// What a centre says of itself: what it does, and what it spent, reached and counts.
constexpr Kinds kOfCentres = all(Kind::project, Kind::series, Kind::observation);
constexpr Kinds kWithReplies = all(Kind::commitment, Kind::update);

// A party's words are nobody else's to write: no row of another role reaches what a party owns, but for what
// a watcher records of one that has no editors, which pages tell apart. What is shared is proposed by the
// secretariat, and holds by the parties' assent. The operator's rows name no kind.
constexpr Permission kPermissions[] = {
    {Role::party_editor, Verb::put, kOfParties, Condition::own},
    {Role::party_editor, Verb::put, only(Kind::source), Condition::created},
    {Role::party_editor, Verb::withdraw, kOfParties, Condition::own},
    {Role::party_editor, Verb::rename, kOfParties, Condition::own},
    {Role::party_editor, Verb::answer, kWithReplies, Condition::in_mechanism},

    {Role::party_signatory, Verb::redact, kOfParties, Condition::own},
    {Role::party_signatory, Verb::assent, kShared, Condition::in_mechanism},
    {Role::party_signatory, Verb::sign, kOfParties, Condition::own},
    {Role::party_signatory, Verb::sign, kShared, Condition::in_mechanism},
    {Role::party_signatory, Verb::register_key, only(Kind::party), Condition::own},

    {Role::centre_editor, Verb::put, only(Kind::centre) | kOfCentres, Condition::own},
    {Role::centre_editor, Verb::put, only(Kind::source), Condition::created},
    {Role::centre_editor, Verb::withdraw, kOfCentres, Condition::own},
    {Role::centre_editor, Verb::rename, kOfCentres, Condition::own},
    {Role::centre_editor, Verb::redact, kOfCentres, Condition::own},

    {Role::secretariat, Verb::put, kShared | kCommon, Condition::in_mechanism},
    {Role::secretariat, Verb::put, kMaybeNobodys, Condition::nobodys},
    {Role::secretariat, Verb::withdraw, kShared | kCommon, Condition::in_mechanism},
    {Role::secretariat, Verb::withdraw, kMaybeNobodys, Condition::nobodys},
    {Role::secretariat, Verb::rename, kShared | kCommon, Condition::in_mechanism},
    {Role::secretariat, Verb::rename, kMaybeNobodys, Condition::nobodys},
    {Role::secretariat, Verb::redact, kShared | kCommon, Condition::in_mechanism},
    {Role::secretariat, Verb::redact, kMaybeNobodys, Condition::nobodys},

    {Role::assessor, Verb::put, only(Kind::assessment), Condition::own},
    {Role::assessor, Verb::put, only(Kind::source), Condition::created},
    {Role::assessor, Verb::withdraw, only(Kind::assessment), Condition::own},
    {Role::assessor, Verb::rename, only(Kind::assessment), Condition::own},
    {Role::assessor, Verb::redact, only(Kind::assessment), Condition::own},

    // What a party says elsewhere, told as such. Once it has editors here, it speaks for itself.
    {Role::watcher, Verb::put, kOfPartiesElsewhere, Condition::recorded},
    {Role::watcher, Verb::put, only(Kind::source), Condition::created},
    {Role::watcher, Verb::withdraw, kOfPartiesElsewhere, Condition::recorded},

    // A party's official answer is its own: a moderator reaches what readers wrote.
    {Role::moderator, Verb::put, only(Kind::reply), Condition::nobodys},
    {Role::moderator, Verb::withdraw, only(Kind::reply), Condition::nobodys},
    {Role::moderator, Verb::redact, only(Kind::reply), Condition::nobodys},
    {Role::moderator, Verb::moderate, kWithReplies, Condition::in_mechanism},

    {Role::operator_, Verb::manage_accounts, 0, Condition::any},
    {Role::operator_, Verb::read_events, 0, Condition::any},
    {Role::operator_, Verb::operate, 0, Condition::any},

    {Role::public_, Verb::reply, kWithReplies, Condition::any},
};

constexpr bool never_twice() {
    for (const Permission& one : kPermissions)
        for (const Permission& other : kPermissions)
            if (&one != &other && one.role == other.role && one.verb == other.verb &&
                ((one.kinds & other.kinds) != 0 || !is_of_records(one.verb)))
                return false;
    return true;
}
static_assert(never_twice());
static_assert(std::ranges::all_of(kPermissions, [](const Permission& row) {
    return (row.kinds != 0) == is_of_records(row.verb) &&
           (row.role != Role::operator_ || !is_of_records(row.verb));
}));

/// Whether an assessor's names are all among those of the grant, so that none stands in a record of somebody
/// else.
bool names_all(std::string_view granted, const std::vector<std::string>& owner) {
    return std::ranges::all_of(owner, [&](const std::string& one) {
        for (std::size_t at = 0; at <= granted.size();) {
            const std::size_t end = std::min(granted.find(';', at), granted.size());
            if (granted.substr(at, end - at) == one) return true;
            at = end + 1;
        }
        return false;
    });
}

bool is_own(const Grant& grant, Kind kind, const Subject& subject) {
    const Owner owner = owner_of(grant.role);
    const Owner whose = subject.of_centre ? Owner::centre : belonging(kind).owner;
    if (subject.owner.empty() || grant.of.empty() || owner != whose) return false;
    return owner == Owner::assessor ? names_all(grant.of, subject.owner)
                                    : subject.owner == std::vector<std::string>{grant.of};
}

bool is_in(const Grant& grant, const Subject& subject) {
    return grant.mechanism.empty() || subject.mechanism.empty() || grant.mechanism == subject.mechanism;
}

/// Whether somebody else may record what the owner says: it is a party, and has no editors here.
bool is_silent(const Account& account, const Subject& subject) {
    return !subject.owner.empty() && !subject.of_centre &&
           std::ranges::find(account.speaking, subject.owner.front()) == account.speaking.end();
}

bool holds(const Permission& row, const Grant& grant, const Account& account, Kind kind,
           const Subject* before, const Subject* after) {
    const auto of_each = [&](const auto& holds_of) {
        return (before || after) && (!before || holds_of(*before)) && (!after || holds_of(*after));
    };
    if (row.condition == Condition::any) return true;
    if (row.condition == Condition::created && before) return false;
    if (!of_each([&](const Subject& subject) { return is_in(grant, subject); })) return false;
    switch (row.condition) {
        case Condition::own:
            return of_each([&](const Subject& subject) { return is_own(grant, kind, subject); });
        case Condition::nobodys:
            return of_each([](const Subject& subject) { return subject.owner.empty(); });
        case Condition::recorded:
            return (!before || before->recorded) && (!after || after->sourced) &&
                   (!before || !after || before->owner == after->owner) &&
                   of_each([&](const Subject& subject) { return is_silent(account, subject); });
        default:
            return true;
    }
}

/// The grant of the row's role with which it would hold; nothing if none would.
std::optional<Grant> enough(const Permission& row, const Account& account, Kind kind, const Subject* before,
                            const Subject* after) {
    Grant grant{row.role};
    const Subject* const subject = before ? before : after;
    if (subject && row.condition != Condition::any) grant.mechanism = subject->mechanism;
    if (grant.mechanism.empty() && after) grant.mechanism = after->mechanism;
    if (row.condition == Condition::own && subject)
        for (const std::string& one : subject->owner) grant.of += (grant.of.empty() ? "" : ";") + one;
    if (holds(row, grant, account, kind, before, after)) return grant;
    grant.mechanism.clear();  // From one mechanism to another: a role in both.
    return holds(row, grant, account, kind, before, after) ? std::optional(grant) : std::nullopt;
}

/// "a party editor of kz in china-central-asia".
std::string told(const Grant& grant) {
    std::string text(info_of(grant.role).words);
    if (!grant.of.empty()) text += " of " + grant.of;
    if (!grant.mechanism.empty()) text += " in " + grant.mechanism;
    return text;
}

std::string one_of(const std::vector<Grant>& grants) {
    std::string text;
    for (std::size_t i = 0; i < grants.size(); ++i)
        text += (i == 0 ? "" : i + 1 == grants.size() ? " or " : ", ") + told(grants[i]);
    return text;
}

/// The grants of an account, and what everybody has.
template <class Take>
void each_grant(const Account& account, const Take& take) {
    for (const Grant& grant : account.grants) take(grant);
    take(Grant{Role::public_});
}

/// The record that a link names, or the first of links of any kind.
Result<RecordId> linked_by(Kind kind, std::string_view via, const Json& body) {
    const Field& field = *info(kind).field(via);
    if (field.target) return RecordId{*field.target, member_text(body, via)};
    const std::vector<std::string> names = list_of(body, field);
    return parse_record_id(names.empty() ? std::string_view() : std::string_view(names.front()));
}

std::string refusal(const Account& account, Verb verb, std::string_view what,
                    const std::vector<Grant>& could) {
    const std::string deed = fmt::format("{}{}{}", info_of(verb).words, what.empty() ? "" : " ", what);
    if (could.empty()) return fmt::format("nobody may {}", deed);
    if (account.read_only)
        return fmt::format("a token that only reads may not {}; {} could", deed, one_of(could));
    return fmt::format("only {} may {}", one_of(could), deed);
}

}  // namespace

std::string_view name(Role role) {
    return info_of(role).name;
}

std::string_view name(Verb verb) {
    return info_of(verb).name;
}

std::optional<Role> role_named(std::string_view name) {
    const auto* const found = std::ranges::find(kRoles, name, &RoleInfo::name);
    if (found == std::end(kRoles)) return std::nullopt;
    return found->role;
}

Owner owner_of(Role role) {
    return info_of(role).owner;
}

std::string Grant::text() const {
    return fmt::format("{}{}{}{}{}", name(role), of.empty() ? "" : " of ", of,
                       mechanism.empty() ? "" : " in ", mechanism);
}

Result<Subject> subject_of(const RecordId& name, const Json& body, const LookUp& look_up) {
    const Belonging& row = belonging(name.kind);
    Subject subject;
    const auto sources = body.find("sources");
    const bool sourced = sources != body.end() && sources->is_array() && !sources->empty();
    if (!row.via.empty()) {
        TAMGA_ASSIGN(const RecordId other, linked_by(name.kind, row.via, body));
        TAMGA_ASSIGN(const std::optional<Json> there, look_up(other));
        if (!there)
            return fail(ErrorCode::invalid_input, "decide whose " + name.text() + " is",
                        fmt::format("there is no {}, by which it is told", other.text()),
                        fmt::format("make {} first", other.text()));
        TAMGA_ASSIGN(subject, subject_of(other, *there, look_up));
        if (!row.owner_field.empty() || row.owner == Owner::nobody) {
            subject.owner.clear();
            subject.of_centre = false;
        }
    } else {
        subject.mechanism = name.kind == Kind::mechanism ? name.id : member_text(body, "mechanism");
        if (row.owner != Owner::nobody && row.owner_field.empty()) subject.owner = {name.id};
    }
    subject.sourced = sourced;
    if (row.owner_field.empty()) return subject;
    if (!row.centre_field.empty() && body.contains(row.centre_field) &&
        std::ranges::none_of(row.not_if, [&](std::string_view field) { return body.contains(field); })) {
        subject.owner = {member_text(body, row.centre_field)};
        subject.of_centre = true;
        return subject;
    }
    const auto told = body.find(row.owner_field);
    if (told == body.end()) return subject;
    if (told->is_string()) subject.owner = {told->get<std::string>()};
    if (told->is_object())
        for (const auto& [language, text] : told->items())
            if (text.is_string()) subject.owner.push_back(text.get<std::string>());
    return subject;
}

Decision may(const Account& account, Verb verb, Kind kind, const Subject* before, const Subject* after) {
    Decision decision;
    for (const Permission& row : kPermissions) {
        if (row.verb != verb || (row.kinds & only(kind)) == 0) continue;
        each_grant(account, [&](const Grant& grant) {
            if (decision.allowed || grant.role != row.role || account.read_only) return;
            if (!holds(row, grant, account, kind, before, after)) return;
            decision.allowed = true;
            decision.by = grant;
        });
        if (decision.allowed) return decision;
        if (auto grant = enough(row, account, kind, before, after))
            decision.could.push_back(*std::move(grant));
    }
    const bool passes = before && after && before->owner != after->owner && decision.could.empty();
    decision.refusal = refusal(account, verb, fmt::format("this {}", info(kind).name), decision.could);
    if (passes) decision.refusal += ": a record does not pass from one owner to another";
    return decision;
}

Decision may(const Account& account, Verb verb) {
    Decision decision;
    for (const Permission& row : kPermissions) {
        if (row.verb != verb || is_of_records(verb)) continue;
        each_grant(account, [&](const Grant& grant) {
            if (decision.allowed || grant.role != row.role || account.read_only) return;
            decision.allowed = true;
            decision.by = grant;
        });
        if (decision.allowed) return decision;
        decision.could.push_back({row.role});
    }
    decision.refusal = refusal(account, verb, is_of_records(verb) ? "nothing" : "", decision.could);
    return decision;
}

Result<Decision> may(const Account& account, Verb verb, const RecordId& name, const Json* before,
                     const Json* after, const LookUp& look_up, std::optional<std::string_view> written_for) {
    std::optional<Subject> was, becomes;
    if (before) {
        TAMGA_ASSIGN(was, subject_of(name, *before, look_up));
        was->recorded = written_for && was->owner != std::vector<std::string>{std::string(*written_for)};
    }
    if (after) {
        TAMGA_ASSIGN(becomes, subject_of(name, *after, look_up));
    }
    return may(account, verb, name.kind, was ? &*was : nullptr, becomes ? &*becomes : nullptr);
}

std::span<const Permission> permissions() {
    return kPermissions;
}

bool is_shared(Kind kind) {
    return (kShared & only(kind)) != 0;
}

std::string permissions_markdown() {
    std::string text = "| role | |\n|---|---|\n";
    for (const RoleInfo& role : kRoles) text += fmt::format("| `{}` | {} |\n", role.name, role.help);
    text += "\n| verb | |\n|---|---|\n";
    for (const VerbInfo& verb : kVerbs) text += fmt::format("| `{}` | {} |\n", verb.name, verb.help);
    text += "\n| role | verb | kinds | which of them |\n|---|---|---|---|\n";
    for (const Permission& row : kPermissions) {
        std::string kinds_text;
        for (const KindInfo& kind : kinds())
            if ((row.kinds & only(kind.kind)) != 0)
                kinds_text += fmt::format("{}`{}`", kinds_text.empty() ? "" : " ", kind.name);
        std::string_view which;
        switch (row.condition) {
            case Condition::own:
                which = owner_of(row.role) == Owner::party    ? "its party's own"
                        : owner_of(row.role) == Owner::centre ? "its centre's own"
                                                              : "under its own name";
                break;
            case Condition::in_mechanism:
                which = "of its mechanism, or of none";
                break;
            case Condition::nobodys:
                which = "of its mechanism, or of none, and neither a party's nor a centre's own";
                break;
            case Condition::created:
                which = "new ones";
                break;
            case Condition::recorded:
                which =
                    "of its mechanism, or of none: what a party says that has no editors here, from a "
                    "source; "
                    "never what a party wrote itself";
                break;
            case Condition::any:
                which = is_of_records(row.verb) ? "all" : "";
                break;
        }
        text += fmt::format("| `{}` | `{}` | {} | {} |\n", name(row.role), name(row.verb), kinds_text, which);
    }
    text += "\n| kind | whose it is |\n|---|---|\n";
    for (const Belonging& row : kBelongings) {
        if (row.owner == Owner::nobody) continue;
        const std::string_view owner = row.owner == Owner::party    ? "party"
                                       : row.owner == Owner::centre ? "centre"
                                                                    : "assessor";
        std::string whose = row.owner_field.empty() ? fmt::format("the {} that it is", owner)
                                                    : fmt::format("the {} in `{}`", owner, row.owner_field);
        if (row.owner_field.empty() && !row.via.empty()) whose = fmt::format("as its `{}` says", row.via);
        if (!row.centre_field.empty())
            whose += fmt::format("; without `{}` and `{}` the centre in `{}`", row.not_if[0], row.not_if[1],
                                 row.centre_field);
        text += fmt::format("| `{}` | {} |\n", info(row.kind).name, whose);
    }
    return text;
}

const Grant* grant_of(const Account& account, Role role) {
    const auto found = std::ranges::find(account.grants, role, &Grant::role);
    return found == account.grants.end() ? nullptr : &*found;
}

}  // namespace tamga::access
