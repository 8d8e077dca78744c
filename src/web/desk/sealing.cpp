#include "web/desk/sealing.hpp"

#include <algorithm>
#include <utility>

#include "crypto/ed25519.hpp"
#include "crypto/sha256.hpp"
#include "journal/fold.hpp"
#include "journal/log.hpp"
#include "journal/seal.hpp"
#include "journal/writer.hpp"
#include "web/desk/entrance.hpp"
#include "web/desk/roles.hpp"
#include "web/parts/assets.hpp"

namespace tamga::web {

namespace {

using access::Account;
using access::Verb;
using journal::JournalPos;
using journal::Unsealed;

/// Entries that one request looks at, and entries that a page shows.
constexpr std::int64_t kMostLookedAt = 20'000;
constexpr std::size_t kMostOnPage = 50;
/// As an entry's position stands in the name of its signature's field.
constexpr std::string_view kSignatureOf = "signature.";

/// The position that a text names; 0 if it names none.
std::int64_t position_of(std::string_view text) {
    return std::max<std::int64_t>(0, number_of(text).value_or(0));
}

/// The body that a record has, or had before it was withdrawn, when the journal was at `pos`.
Result<std::optional<Json>> body_at(store::Store& store, const RecordId& name, JournalPos pos) {
    TAMGA_ASSIGN(auto version, store.version(name, pos));
    if (version && version->withdrawn && version->from.value > 1) {
        TAMGA_ASSIGN(version, store.version(name, {version->from.value - 1}));
    }
    if (!version || version->withdrawn) return std::nullopt;
    TAMGA_ASSIGN(const auto payload, store.payload(version->payload));
    if (!payload) return std::optional(Json::object());
    TAMGA_ASSIGN(Json body, parse_json(payload->body));
    return std::optional(std::move(body));
}

/// Whether the account may seal the entry: its party's own word about a record, or about the party's key.
Result<access::Decision> may_seal(store::Store& store, const Account& account, const Unsealed& entry) {
    const RecordId& name = entry.header.name;
    TAMGA_ASSIGN(const JournalPos head, store.head());
    const access::LookUp look_up = [&store, head](const RecordId& other) {
        return body_at(store, other, head);
    };
    TAMGA_ASSIGN(const auto body, body_at(store, name, entry.pos));
    const Json before = body.value_or(Json::object());
    return access::may(account, name.kind == Kind::party ? Verb::register_key : Verb::sign, name, &before,
                       nullptr, look_up);
}

/// What awaits the seal of the account's party, and that it may seal. A token that only reads may see it.
Result<journal::Pending> pending_for(store::Store& store, const Account& account, JournalPos from) {
    Account reader = account;
    reader.read_only = false;
    TAMGA_ASSIGN(journal::Pending found, journal::pending_of(store, signs_for(account), from, kMostLookedAt));
    std::vector<Unsealed> allowed;
    for (Unsealed& entry : found.entries) {
        const auto decision = may_seal(store, reader, entry);
        // Of a record whose mechanism nobody can tell any more, only who signs in all of them may.
        if (decision && *decision) allowed.push_back(std::move(entry));
    }
    found.entries = std::move(allowed);
    return found;
}

/// A signature of an entry, as it was sent.
struct Signed {
    JournalPos entry;
    std::string key, signature;
};

/// What a decision says in the reader's words.
using Told = std::function<std::string(const access::Decision&)>;

/// Why nothing was written, in words; empty if it was.
struct Refused {
    std::string words = {};
    bool by_role = false;  ///< Others could.

    int status() const { return by_role ? 403 : 422; }
};

/// Writes the seals for the account's party, all or none.
Result<Refused> write_seals(Desk& desk, store::Store& store, const Account& account,
                            const std::vector<Signed>& seals, const Told& told) {
    std::vector<journal::Change> changes;
    for (const Signed& seal : seals) {
        TAMGA_ASSIGN(const auto entry, store.entry(seal.entry));
        if (!entry) return Refused{"there is no entry " + std::to_string(seal.entry.value)};
        TAMGA_ASSIGN(journal::Header header, journal::header_of(*entry));
        TAMGA_ASSIGN(const access::Decision decision,
                     may_seal(store, account, {seal.entry, header, entry->header}));
        if (!decision) return Refused{told(decision), true};
        changes.push_back({.verb = journal::Verb::sign,
                           .name = header.name,
                           .of = seal.entry,
                           .key = seal.key,
                           .signature = seal.signature});
    }
    const journal::Author author{journal::Author::Kind::account, account.id, signs_for(account)};
    std::vector<journal::Refusal> refusals;
    const auto done = journal::Writer(store, desk.clock()).submit({author, changes}, refusals);
    if (!refusals.empty()) return Refused{refusals.front().problem.cause};
    TAMGA_TRY(done);
    return Refused{};
}

Json entry_data(store::Store& store, const Unsealed& entry) {
    Json out{{"position", entry.pos.value}, {"header", entry.text}};
    if (entry.header.payload_hash.empty()) return out;
    const auto payload = store.payload(entry.pos);
    if (payload && *payload) {
        out["salt"] = crypto::hex_text((*payload)->salt);
        out["body"] = (*payload)->body;
    }
    return out;
}

// -- for programs

Answer json_answer(const Json& json, int status = 200) {
    return Frame::data(json, status);
}

Answer api_problem(ErrorCode code, int status, std::string text, std::string hint = {}) {
    Json told = problem({.code = code, .text = std::move(text), .hint = std::move(hint)});
    told["status"] = status;
    return {status, "application/problem+json; charset=utf-8", told.dump(1) + "\n"};
}

/// Who asks; the answer where it is nobody who signs for a party.
std::expected<Account, Answer> signatory(Services& services, const Visit& visit) {
    if (!services.desk)
        return std::unexpected(
            api_problem(ErrorCode::not_found, 503, "this copy of the register takes no seals"));
    const auto account = services.desk->bearer(visit.request);
    if (!account) return std::unexpected(Frame::fail(visit.language, "json", account.error()));
    if (!*account) {
        Answer answer = api_problem(ErrorCode::invalid_input, 401, "no token that holds was sent",
                                    "send Authorization: Bearer with a token of your account");
        answer.headers.emplace_back("WWW-Authenticate", "Bearer");
        return std::unexpected(std::move(answer));
    }
    if (signs_for(**account).empty())
        return std::unexpected(api_problem(ErrorCode::invalid_input, 403,
                                           "only a party signatory may sign for its party",
                                           "ask the operator for the role party-signatory"));
    return **account;
}

std::string text_in(const Json& json, const char* member) {
    const auto found = json.find(member);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// -- for browsers

Answer not_a_signatory(Services& services, const Visit& visit, Page& page) {
    return forbidden(services, visit, page, page.say("Only a party’s signatory sets its seal."));
}

std::string verb_text(const Page& page, journal::Verb verb) {
    switch (verb) {
        case journal::Verb::put:
            return page.say("Written");
        case journal::Verb::withdraw:
            return page.say("Withdrawn");
        case journal::Verb::rename:
            return page.say("Renamed");
        case journal::Verb::redact:
            return page.say("Erased");
        case journal::Verb::assent:
            return page.say("A word on a shared text");
        case journal::Verb::key:
            return page.say("A key registered");
        case journal::Verb::revoke:
            return page.say("A key revoked");
        case journal::Verb::sign:
            break;
    }
    return {};
}

struct Shown {
    std::string problem = {};
    int status = 200;
};

Answer shown(Services& services, const Visit& visit, Page& page, const Shown& told = {}) {
    const Account& account = visit.signed_in->account;
    const std::string party = signs_for(account);
    struct Found {
        journal::Pending pending;
        std::vector<Json> entries;
        bool from_start = true;
    };
    const auto found = services.desk->read([&](access::Accounts&, store::Store& store) -> Result<Found> {
        Found out;
        TAMGA_ASSIGN(const JournalPos head, store.head());
        // What was said last is what waits; `tamga pending` goes through all of a long journal.
        const JournalPos from{std::max<std::int64_t>(1, head.value - kMostLookedAt + 1)};
        out.from_start = from.value == 1;
        TAMGA_ASSIGN(out.pending, pending_for(store, account, from));
        if (out.pending.entries.size() > kMostOnPage) out.pending.entries.resize(kMostOnPage);
        for (const Unsealed& entry : out.pending.entries) out.entries.push_back(entry_data(store, entry));
        return out;
    });
    if (!found) return not_written(services, visit, page, found.error());
    Json entries = Json::array();
    for (std::size_t i = 0; i < found->entries.size(); ++i) {
        const Unsealed& entry = found->pending.entries[i];
        const Json& data = found->entries[i];
        const std::string position = std::to_string(entry.pos.value);
        entries.push_back({{"entry_position", position},
                           {"entry_verb", verb_text(page, entry.header.verb)},
                           {"entry_record", page.link(entry.header.name)},
                           {"entry_time", page.time_text(entry.header.time)},
                           {"entry_header", entry.text},
                           {"entry_salt", text_in(data, "salt")},
                           {"entry_body", text_in(data, "body")},
                           {"signature_name", std::string(kSignatureOf) + position}});
    }
    const std::string title = page.say("Your party’s seal");
    const bool has_entries = !entries.empty();
    Json context{{"heading", title},
                 {"description", title},
                 {"party", page.link(RecordId{Kind::party, party})},
                 {"seal_problem", told.problem},
                 {"action", page.href("/desk/seals")},
                 {"has_entries", has_entries},
                 {"entries", std::move(entries)},
                 {"only_newest", !found->from_start},
                 {"page_script", asset_path("seal.js")}};
    return desk_html(services, visit, page, "desk_seals", title, std::move(context), told.status);
}

}  // namespace

bool is_signatory(const Account& account) {
    return !signs_for(account).empty();
}

Answer seals_desk(Services& services, const Visit& visit, Page& page) {
    if (!is_signatory(visit.signed_in->account)) return not_a_signatory(services, visit, page);
    return shown(services, visit, page);
}

Answer seals_sent(Services& services, const Visit& visit, Page& page) {
    const Account& account = visit.signed_in->account;
    if (!is_signatory(account)) return not_a_signatory(services, visit, page);
    const std::string intent(visit.form->value("intent"));
    const std::string key(visit.form->value("key")), reason(visit.form->value("reason"));
    std::vector<Signed> seals;
    for (const auto& [name, value] : visit.form->all())
        if (name.starts_with(kSignatureOf) && !value.empty())
            seals.push_back({{position_of(std::string_view(name).substr(kSignatureOf.size()))}, key, value});
    if (intent == "sign" && seals.empty())
        return shown(services, visit, page,
                     {page.say("Nothing was signed: choose the file of your key first. Without scripts, use "
                               "the command below."),
                      422});
    const Told told = [&page](const access::Decision& decision) { return refusal_text(page, decision); };
    const auto refused = services.desk->write([&](access::Accounts&, store::Store& store) -> Result<Refused> {
        if (intent == "sign") return write_seals(*services.desk, store, account, seals, told);
        const RecordId party{Kind::party, signs_for(account)};
        TAMGA_ASSIGN(const JournalPos head, store.head());
        TAMGA_ASSIGN(const auto body, body_at(store, party, head));
        const Json before = body.value_or(Json::object());
        TAMGA_ASSIGN(const access::Decision decision,
                     access::may(account, Verb::register_key, party, &before, nullptr, {}));
        if (!decision) return Refused{told(decision), true};
        const journal::Change change{.verb = intent == "revoke" ? journal::Verb::revoke : journal::Verb::key,
                                     .name = party,
                                     .reason = intent == "revoke" ? reason : std::string(),
                                     .key = key};
        std::vector<journal::Refusal> refusals;
        const auto done =
            journal::Writer(store, services.desk->clock())
                .submit({{journal::Author::Kind::account, account.id, party.id}, {&change, 1}}, refusals);
        if (!refusals.empty()) return Refused{refusals.front().problem.cause};
        TAMGA_TRY(done);
        return Refused{};
    });
    if (!refused) return not_written(services, visit, page, refused.error());
    if (!refused->words.empty()) return shown(services, visit, page, {refused->words, refused->status()});
    return see_other(page.href("/desk/seals"));
}

Answer pending_api(Services& services, const Visit& visit) {
    auto account = signatory(services, visit);
    if (!account) return std::move(account).error();
    const std::int64_t after = position_of(visit.request.query_value("after").value_or(""));
    const auto told = services.desk->read([&](access::Accounts&, store::Store& store) -> Result<Json> {
        TAMGA_ASSIGN(const journal::Pending found, pending_for(store, *account, {after + 1}));
        Json entries = Json::array();
        for (const Unsealed& entry : found.entries) entries.push_back(entry_data(store, entry));
        Json out{{"party", signs_for(*account)}, {"entries", std::move(entries)}};
        if (found.next.value > 0) out["next"] = found.next.value - 1;
        return out;
    });
    return told ? json_answer(*told) : Frame::fail(visit.language, "json", told.error());
}

Answer seal_api(Services& services, const Visit& visit) {
    auto account = signatory(services, visit);
    if (!account) return std::move(account).error();
    const auto sent = parse_json(visit.request.body.bytes());
    const auto entry = sent && sent->is_object() ? sent->find("entry") : Json::const_iterator();
    if (!sent || !sent->is_object() || entry == sent->end() || !entry->is_number_integer() ||
        entry->get<std::int64_t>() < 1)
        return api_problem(ErrorCode::invalid_input, 422, "what was sent is no seal",
                           R"(send {"entry":N,"key":"HEX","signature":"HEX"})");
    const std::vector<Signed> seals{
        {{entry->get<std::int64_t>()}, text_in(*sent, "key"), text_in(*sent, "signature")}};
    std::int64_t position = 0;
    const auto refused = services.desk->write([&](access::Accounts&, store::Store& store) -> Result<Refused> {
        TAMGA_ASSIGN(Refused refusal,
                     write_seals(*services.desk, store, *account, seals,
                                 [](const access::Decision& decision) { return decision.refusal; }));
        TAMGA_ASSIGN(const JournalPos head, store.head());
        position = head.value;
        return refusal;
    });
    if (!refused) return Frame::fail(visit.language, "json", refused.error());
    if (!refused->words.empty())
        return api_problem(ErrorCode::invalid_input, refused->status(), refused->words);
    return json_answer({{"entry", seals.front().entry.value}, {"position", position}}, 201);
}

}  // namespace tamga::web
