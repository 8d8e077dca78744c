#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/record.hpp"

// Who may do what: one table of role, verb, kinds of record and whose they must be. Pure functions over
// static data: any number of threads. docs/permissions.md is made from the table, and a test compares it.

namespace tamga::access {

/// What somebody is in a mechanism. The order is that of the documentation.
enum class Role : unsigned char {
    party_editor,     ///< Writes what its party says: reports, figures, statements, updates.
    party_signatory,  ///< Assents for its party, and signs.
    centre_editor,    ///< Writes a centre's programme and projects.
    secretariat,      ///< Proposes what is shared, and records what is nobody's own.
    assessor,         ///< Scores, independently, under its own name.
    watcher,          ///< Records what parties say elsewhere that do not write themselves.
    moderator,        ///< Lets replies appear, or not.
    operator_,        ///< Accounts, settings, backup; writes no content.
    public_,          ///< Everybody, with an account or without one.
};
inline constexpr int kRoleCount = 9;

/// What is asked for.
enum class Verb : unsigned char {
    put,           ///< Make a record, or a new version of it.
    withdraw,      ///< Take a record back; its history stays.
    rename,        ///< Give a record another id.
    redact,        ///< Erase what an entry of a record said.
    assent,        ///< Agree or object to a shared record, for a party.
    sign,          ///< Put a party's seal on a record.
    answer,        ///< Reply under a record in a party's name.
    reply,         ///< Reply under a record.
    moderate,      ///< Let a reply under a record appear, refuse it, take it away.
    register_key,  ///< Name, change or revoke a party's key; the record is the party.
    // Of no record:
    manage_accounts,
    read_events,  ///< The log of what happened to accounts.
    operate,      ///< Settings, backup, export of private data.
};
inline constexpr int kVerbCount = 13;
/// False for the verbs of no record.
constexpr bool is_of_records(Verb verb) {
    return verb < Verb::manage_accounts;
}

/// "party-editor", "operator", "public"; "put", "register-key". In the database, in commands, in the
/// documentation.
std::string_view name(Role role);
std::string_view name(Verb verb);
std::optional<Role> role_named(std::string_view name);

/// What the `of` of a grant of this role names.
enum class Owner : unsigned char { nobody, party, centre, assessor };
Owner owner_of(Role role);

/// A role that an account has.
struct Grant {
    Role role;
    std::string mechanism = {};  ///< Id; empty: in every one.
    std::string of = {};  ///< The id of the party or centre; for an assessor its names as records tell them,
                          ///< in each language that they do, parted by `;`. Empty for the other roles.

    friend bool operator==(const Grant&, const Grant&) = default;
    /// "party-editor of kz in china-central-asia".
    std::string text() const;
};

/// Somebody who acts. One without an account has no id and no grants.
struct Account {
    std::string id = {};
    std::vector<Grant> grants = {};
    bool read_only = false;  ///< By a token that may only read.
    /// Ids of the parties that have editors: they write what they say, and nobody records it for them.
    std::vector<std::string> speaking = {};
};

/// The account's first grant of a role; borrowed; null if it has none.
const Grant* grant_of(const Account& account, Role role);

/// What the policy sees of a record: the mechanism that it belongs to and whose it is.
struct Subject {
    std::string mechanism = {};           ///< Id; empty: of none.
    std::vector<std::string> owner = {};  ///< One party or centre, or an assessor's names; empty: nobody's.
    bool sourced = false;                 ///< It cites a source.
    bool recorded = false;   ///< Of what stands: somebody wrote it who did not act for its owner.
    bool of_centre = false;  ///< Of a kind whose owner mostly is a party: here it is a centre.

    friend bool operator==(const Subject&, const Subject&) = default;
};

/// Gives the body of a record as it will stand when the change is made; nothing if there is none, or it is
/// withdrawn.
using LookUp = std::function<Result<std::optional<Json>>(const RecordId& name)>;

/// The subject of a record with that body. A record that says its mechanism or its party by another one (an
/// observation by its series, a report by its commitment) needs `look_up` for that. Errors: look_up's;
/// invalid_input where that other record is not there.
Result<Subject> subject_of(const RecordId& name, const Json& body, const LookUp& look_up);

/// Allowed, or why not.
struct Decision {
    bool allowed = false;
    /// By which of the account's grants; of the public role if by none of them. An entry's author acts for
    /// the party that it names.
    Grant by = {Role::public_};
    /// One sentence without a full stop that says which role could: "only a party editor of kz may write this
    /// report". English; pages have `could` for other languages.
    std::string refusal = {};
    /// The grants that would do, of which an account needs one; empty where nobody may.
    std::vector<Grant> could = {};

    explicit operator bool() const { return allowed; }
};

/// Decides about a record of a kind: `before` is what it is, null if it is not there; `after` what it is to
/// be, null if it is not changed or goes. Both must be the account's to change: a record does not pass from
/// one party to another.
Decision may(const Account& account, Verb verb, Kind kind, const Subject* before, const Subject* after);
/// Of no record: `verb` must be one of those.
Decision may(const Account& account, Verb verb);
/// The same, with bodies. `before` and `after` as above; `written_for` is the party for which `before` was
/// written, empty for none; where it is not told, what stands is taken for its owner's own word.
Result<Decision> may(const Account& account, Verb verb, const RecordId& name, const Json* before,
                     const Json* after, const LookUp& look_up,
                     std::optional<std::string_view> written_for = {});

/// Whose the record must be.
enum class Condition : unsigned char {
    own,           ///< The role's party's, centre's or assessor's own.
    in_mechanism,  ///< Any of the role's mechanism, and those of none.
    nobodys,       ///< The same, but neither a party's nor a centre's own.
    created,       ///< Not there yet.
    recorded,      ///< A party's without editors, from a source; not what it wrote itself.
    any,           ///< Any at all.
};

/// A set of kinds.
using Kinds = std::uint32_t;
constexpr Kinds only(Kind kind) {
    return Kinds{1} << static_cast<unsigned>(kind);
}

/// A row of the table. What no row allows is refused.
struct Permission {
    Role role;
    Verb verb;
    Kinds kinds;  ///< None for the verbs of no record.
    Condition condition;
};

/// The table. At most one row has a role, a verb and a kind. Static data.
std::span<const Permission> permissions();

/// True for what all parties hold together, and what needs their assent.
bool is_shared(Kind kind);

/// The table as docs/permissions.md has it, in Markdown.
std::string permissions_markdown();

}  // namespace tamga::access
