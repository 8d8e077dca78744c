#include "journal/journal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "merkle/tree.hpp"

namespace tamga::journal {

using store::Payload;
using store::Store;
using store::Version;

namespace {

constexpr std::size_t kRefusalLimit = 1000;
constexpr std::size_t kSaltBytes = 32;
/// From so many changes of a kind on, the kind's current versions are read at once rather than one by one.
constexpr std::size_t kBulk = 200;
constexpr int kRedirectSteps = 16;

constexpr std::pair<Verb, std::string_view> kVerbs[] = {
    {Verb::put, "put"}, {Verb::withdraw, "withdraw"}, {Verb::rename, "rename"}, {Verb::redact, "redact"}};

std::string_view verb_name(Verb verb) {
    return std::ranges::find(kVerbs, verb, &std::pair<Verb, std::string_view>::first)->second;
}

struct NameHash {
    std::size_t operator()(const RecordId& name) const {
        return std::hash<std::string>{}(name.id) * 31 + static_cast<std::size_t>(name.kind);
    }
};
struct SameName {
    bool operator()(const RecordId& a, const RecordId& b) const { return a.kind == b.kind && a.id == b.id; }
};
template <class T>
using ByName = std::unordered_map<RecordId, T, NameHash, SameName>;
using Names = std::unordered_set<RecordId, NameHash, SameName>;

merkle::Reader reader(Store& store) {
    return [&store](int level, std::int64_t index) -> Result<merkle::Hash> {
        TAMGA_ASSIGN(auto hash, store.node(level, index));
        if (!hash)
            return fail(ErrorCode::corrupt, "read the Merkle tree",
                        fmt::format("node {}/{} is missing", level, index), "run: tamga verify");
        return *hash;
    };
}

std::string header_text(const std::string& author, const Change& change, const std::string& payload_hash,
                        const std::string& time) {
    // Written out rather than through a JSON value: members in byte order, each string in canonical form. At
    // a hundred thousand entries an import this is what costs.
    const auto text = [](const std::string& value) { return Json(value).dump(); };
    std::string out = fmt::format(R"({{"author":{},"id":"{}","kind":"{}")", text(author), change.name.id,
                                  info(change.name.kind).name);
    if (!payload_hash.empty()) out += fmt::format(R"(,"payload":"{}")", payload_hash);
    if (!change.reason.empty()) out += ",\"reason\":" + text(change.reason);
    if (change.verb == Verb::redact) out += fmt::format(R"(,"redacts":{})", change.redacted.value);
    out += fmt::format(R"(,"time":"{}")", time);
    if (change.verb == Verb::rename) out += fmt::format(R"(,"to":"{}")", change.to);
    return out + fmt::format(R"(,"v":1,"verb":"{}"}})", verb_name(change.verb));
}

/// Where a name leads at `as_of`, after every rename.
Result<RecordId> resolve(Store& store, RecordId name, JournalPos as_of) {
    for (int step = 0; step < kRedirectSteps; ++step) {
        TAMGA_ASSIGN(const auto version, store.version(name, as_of));
        if (version) return name;
        TAMGA_ASSIGN(const auto to, store.redirect(name, as_of));
        if (!to) return name;
        name.id = *to;
    }
    return name;
}

/// Folds one entry into the projections. append() and rebuild() both go through here, so that what a rebuild
/// makes is what was there. `body` is null where there is no payload; `is_first` is true where the record has
/// no version yet, and `renames` false where the register has no redirect at all (then links need no
/// resolving).
Result<void> fold(Store& store, JournalPos pos, const Header& header, const Json* body, bool is_first,
                  bool renames) {
    switch (header.verb) {
        case Verb::put: {
            std::vector<Link> links;
            if (body) links = links_of(header.name.kind, *body);
            if (renames)
                for (Link& link : links) {
                    TAMGA_ASSIGN(link.to, resolve(store, link.to, pos));
                }
            TAMGA_TRY(store.put_version({header.name, pos, std::nullopt, false, pos}, is_first));
            return store.put_links(header.name, pos, links, is_first);
        }
        case Verb::withdraw:
            TAMGA_TRY(store.put_version({header.name, pos, std::nullopt, true, pos}, false));
            return store.put_links(header.name, pos, {}, false);
        case Verb::rename: {
            const RecordId renamed{header.name.kind, header.to};
            TAMGA_ASSIGN(const auto version, store.version(header.name, pos));
            // An id that the register never held, told only so that it leads to its record.
            if (!version) return store.put_redirect(header.name, header.to, pos);
            // Its own links first: they are told from its name.
            std::vector<Link> links;
            TAMGA_ASSIGN(const auto payload, store.payload(version->payload));
            if (payload) {
                TAMGA_ASSIGN(const Json current, parse_json(payload->body));
                links = links_of(header.name.kind, current);
                for (Link& link : links) {
                    TAMGA_ASSIGN(link.to, resolve(store, link.to, pos));
                }
            }
            TAMGA_TRY(store.put_links(header.name, pos, {}, false));
            TAMGA_TRY(store.end_version(header.name, pos));
            TAMGA_TRY(store.put_version({renamed, pos, std::nullopt, false, version->payload}, true));
            TAMGA_TRY(store.put_redirect(header.name, header.to, pos));
            TAMGA_TRY(store.move_links(header.name, renamed, pos));
            for (Link& link : links)
                if (link.to == header.name) link.to = renamed;
            return store.put_links(renamed, pos, links, true);
        }
        case Verb::redact:
            return {};  // What it erased is gone from the payloads; the fold of the rest is told by that.
    }
    std::unreachable();
}

}  // namespace

Result<Header> parse_header(std::string_view canonical_json) {
    TAMGA_ASSIGN(const Json json, parse_json(canonical_json));
    const auto bad = [](const char* what) {
        return fail(ErrorCode::corrupt, "read an entry's header", fmt::format("{} is missing or wrong", what),
                    "run: tamga verify");
    };
    const auto text = [&](const char* member) {
        return json.contains(member) && json[member].is_string() ? json[member].get<std::string>()
                                                                 : std::string();
    };
    if (!json.is_object() || json.value("v", 0) != 1) return bad("v");
    Header header{};
    const auto time = parse_utc(text("time"));
    if (!time) return bad("time");
    header.time = *time;
    header.author = text("author");
    if (header.author.empty()) return bad("author");
    const std::string verb = text("verb");
    const auto known = std::ranges::find(kVerbs, verb, &std::pair<Verb, std::string_view>::second);
    if (known == std::end(kVerbs)) return bad("verb");
    header.verb = known->first;
    const auto kind = kind_named(text("kind"));
    if (!kind) return bad("kind");
    header.name = {*kind, text("id")};
    if (!is_id(header.name.id)) return bad("id");
    header.payload_hash = text("payload");
    header.to = text("to");
    header.reason = text("reason");
    if (header.verb == Verb::put && header.payload_hash.size() != 64) return bad("payload");
    if (header.verb == Verb::rename && !is_id(header.to)) return bad("to");
    if (header.verb == Verb::redact) {
        if (!json.contains("redacts") || !json["redacts"].is_number_integer()) return bad("redacts");
        header.redacts = {json["redacts"].get<std::int64_t>()};
    }
    return header;
}

/// What is to be written: the changes that change something, checked.
struct Journal::Plan {
    struct Step {
        std::size_t index;      ///< Of the change.
        std::string body = {};  ///< Canonical, for a put.
        bool is_first = false;
    };
    JournalPos head;
    std::vector<Step> steps;
    std::vector<std::string_view> outcomes;  ///< One a change.
    bool renames = false;                    ///< The register has redirects, or will have.
};

Result<Journal::Plan> Journal::plan(const std::vector<Change>& changes, const std::vector<File>& files,
                                    std::vector<Refusal>& refusals) {
    Plan plan;
    plan.outcomes.assign(changes.size(), "unchanged");
    TAMGA_ASSIGN(plan.head, store_.head());
    const auto refuse = [&](std::size_t index, Problem problem) {
        if (refusals.size() < kRefusalLimit) refusals.push_back({index, std::move(problem)});
    };
    const auto refuse_name = [&](std::size_t index, std::string cause, std::string hint) {
        refuse(index, {"id", std::move(cause), std::move(hint)});
    };

    // Current versions, read at once for the kinds of which many change.
    std::map<Kind, std::size_t> per_kind;
    for (const Change& change : changes) ++per_kind[change.name.kind];
    ByName<std::optional<Version>> current;
    std::set<Kind> whole;
    const auto current_version = [&](const RecordId& name) -> Result<std::optional<Version>> {
        if (plan.head.value == 0) return std::nullopt;
        if (const auto known = current.find(name); known != current.end()) return known->second;
        const auto many = per_kind.find(name.kind);
        if (many != per_kind.end() && many->second >= kBulk && whole.insert(name.kind).second) {
            TAMGA_ASSIGN(const auto all, store_.versions(name.kind, plan.head));
            for (const Version& version : all) current.emplace(version.name, version);
            if (const auto known = current.find(name); known != current.end()) return known->second;
        }
        // Not among the live ones: it may be withdrawn, or not there.
        TAMGA_ASSIGN(auto version, store_.version(name, plan.head));
        current.emplace(name, version);
        return version;
    };
    TAMGA_ASSIGN(const auto old_redirects, store_.redirects(plan.head));
    plan.renames = !old_redirects.empty();
    ByName<std::string> earlier_ids;
    for (const Store::Redirect& redirect : old_redirects) earlier_ids.emplace(redirect.from, redirect.to);

    // How the register will stand: what lives, what was renamed, whose links change.
    ByName<bool> lives;
    ByName<RecordId> renamed, aliases;
    ByName<const Json*> new_bodies;
    Names put;
    for (const Change& change : changes)
        if (change.verb == Verb::put) put.insert(change.name);
    const auto alive = [&](const RecordId& name) -> Result<bool> {
        if (const auto known = lives.find(name); known != lives.end()) return known->second;
        TAMGA_ASSIGN(const auto version, current_version(name));
        return version && !version->withdrawn;
    };
    const auto alive_or_redirected = [&](RecordId name) -> Result<bool> {
        for (int step = 0; step < kRedirectSteps; ++step) {
            TAMGA_ASSIGN(const bool there, alive(name));
            if (there) return true;
            if (const auto now = renamed.find(name); now != renamed.end())
                name = now->second;
            else if (const auto alias = aliases.find(name); alias != aliases.end())
                name = alias->second;
            else {
                TAMGA_ASSIGN(const auto to, store_.redirect(name, plan.head));
                if (!to) return false;
                name.id = *to;
            }
        }
        return false;
    };

    for (std::size_t i = 0; i < changes.size(); ++i) {
        const Change& change = changes[i];
        if (!is_id(change.name.id)) {
            refuse_name(i, fmt::format("'{}' is not an id", change.name.id),
                        "ids are lower-case letters, digits and hyphens, at most 100");
            continue;
        }
        switch (change.verb) {
            case Verb::put: {
                std::vector<Problem> problems;
                check_body(change.name.kind, change.body, problems);
                for (Problem& problem : problems) refuse(i, std::move(problem));
                if (!new_bodies.emplace(change.name, &change.body).second)
                    refuse_name(i, fmt::format("{} is there twice", change.name.text()),
                                "give each record one id of its own");
                lives[change.name] = true;
                if (!problems.empty()) break;
                if (const auto to = earlier_ids.find(change.name); to != earlier_ids.end()) {
                    refuse_name(i, fmt::format("{} is an earlier id of '{}'", change.name.text(), to->second),
                                fmt::format("write {}", to->second));
                    break;
                }
                auto body = canonical(change.body);
                if (!body) {
                    refuse(i, {"", body.error().cause, body.error().hint});
                    break;
                }
                const bool taken_over = std::ranges::any_of(
                    renamed, [&](const auto& entry) { return entry.second == change.name; });
                const RecordId* stored = &change.name;
                for (const auto& [old_name, new_name] : renamed)
                    if (new_name == change.name) stored = &old_name;
                TAMGA_ASSIGN(const auto version, current_version(*stored));
                if (version && !version->withdrawn) {
                    TAMGA_ASSIGN(const auto payload, store_.payload(version->payload));
                    if (payload && payload->body == *body) break;
                }
                plan.outcomes[i] = version ? "changed" : "new";
                plan.steps.push_back({i, *std::move(body), !version && !taken_over});
                break;
            }
            case Verb::withdraw: {
                TAMGA_ASSIGN(const bool there, alive(change.name));
                if (!there) {
                    refuse_name(i, fmt::format("{} is not in the register", change.name.text()), "");
                    break;
                }
                lives[change.name] = false;
                plan.outcomes[i] = "withdrawn";
                plan.steps.push_back({i});
                break;
            }
            case Verb::rename: {
                const RecordId to{change.name.kind, change.to};
                if (!is_id(change.to)) {
                    refuse(i, {"to", fmt::format("'{}' is not an id", change.to),
                               "ids are lower-case letters, digits and hyphens, at most 100"});
                    break;
                }
                TAMGA_ASSIGN(const bool there, alive(change.name));
                TAMGA_ASSIGN(const bool taken, alive(to));
                TAMGA_ASSIGN(const auto already, store_.redirect(change.name, plan.head));
                if (!there && already) {
                    TAMGA_ASSIGN(const RecordId leads_to, resolve(store_, change.name, plan.head));
                    if (leads_to == to) break;  // It was renamed so before.
                }
                // An id that another register held before: from now on it leads to the record here.
                if (!there && (taken || put.contains(to))) {
                    aliases.emplace(change.name, to);
                    plan.renames = true;
                    plan.outcomes[i] = "renamed";
                    plan.steps.push_back({i});
                    break;
                }
                if (!there) {
                    refuse_name(i, fmt::format("{} is not in the register", change.name.text()), "");
                    break;
                }
                if (taken) {
                    refuse(i, {"to", fmt::format("{} is there already", to.text()),
                               "choose an id that is free"});
                    break;
                }
                lives[change.name] = false;
                lives[to] = true;
                renamed.emplace(change.name, to);
                plan.renames = true;
                plan.outcomes[i] = "renamed";
                plan.steps.push_back({i});
                break;
            }
            case Verb::redact: {
                TAMGA_ASSIGN(const auto entry, store_.entry(change.redacted));
                if (!entry)
                    refuse(i, {"redacts", fmt::format("there is no entry {}", change.redacted.value), ""});
                else {
                    TAMGA_ASSIGN(const Header header, parse_header(entry->header));
                    if (!(header.name == change.name))
                        refuse(i,
                               {"redacts",
                                fmt::format("entry {} is of {}", change.redacted.value, header.name.text()),
                                ""});
                    else {
                        TAMGA_ASSIGN(const auto payload, store_.payload(change.redacted));
                        if (!payload)
                            refuse(i, {"redacts",
                                       fmt::format("entry {} has no payload to erase", change.redacted.value),
                                       ""});
                    }
                }
                plan.outcomes[i] = "redacted";
                plan.steps.push_back({i});
                break;
            }
        }
    }

    std::unordered_set<std::string> given;
    for (const File& file : files) given.insert(file.sha256);
    ByName<bool> known_links;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const Change& change = changes[i];
        if (change.verb == Verb::put && change.body.is_object()) {
            for (const Field& field : info(change.name.kind).fields) {
                if (field.type != FieldType::file || !change.body.contains(field.name)) continue;
                const Json& file = change.body[std::string(field.name)];
                if (!file.is_object() || !file.contains("sha256") || !file["sha256"].is_string()) continue;
                const auto sha256 = file["sha256"].get<std::string>();
                if (given.contains(sha256)) continue;
                TAMGA_ASSIGN(const auto kept, store_.file(sha256));
                if (!kept)
                    refuse(i, {std::string(field.name), "the register does not hold this file",
                               "give the file with the record"});
            }
            for (const Link& link : links_of(change.name.kind, change.body)) {
                auto known = known_links.find(link.to);
                if (known == known_links.end()) {
                    TAMGA_ASSIGN(const bool there, alive_or_redirected(link.to));
                    known = known_links.emplace(link.to, there).first;
                }
                if (!known->second)
                    refuse(i, {link.field,
                               fmt::format("there is no {} '{}'", info(link.to.kind).name, link.to.id),
                               fmt::format("add it to {}.csv, or name one that is there",
                                           info(link.to.kind).plural)});
            }
        }
        if (change.verb == Verb::withdraw) {
            TAMGA_ASSIGN(const auto backlinks, store_.backlinks(change.name, plan.head));
            for (const store::Backlink& backlink : backlinks) {
                TAMGA_ASSIGN(const bool stays, alive(backlink.from));
                if (!stays || backlink.from == change.name) continue;
                if (const auto body = new_bodies.find(backlink.from); body != new_bodies.end()) {
                    const auto links = links_of(backlink.from.kind, *body->second);
                    if (std::ranges::none_of(links, [&](const Link& link) { return link.to == change.name; }))
                        continue;
                }
                refuse_name(i,
                            fmt::format("{} still links to {} ({})", backlink.from.text(), change.name.text(),
                                        backlink.field),
                            "change or withdraw that one first");
            }
        }
    }
    return plan;
}

Result<Appended> Journal::append(const std::string& author, const std::vector<Change>& changes,
                                 const std::vector<File>& files, std::vector<Refusal>& refusals) {
    if (author.empty())
        return fail(ErrorCode::invalid_usage, "append to the journal", "no author is named",
                    "say who writes");
    TAMGA_TRY(canonical(Json(author)));
    for (const Change& change : changes) TAMGA_TRY(canonical(Json(change.reason)));
    TAMGA_TRY(store_.begin_write());
    struct RollBack {
        Store* store;
        ~RollBack() {
            if (store) store->roll_back();
        }
    } guard{&store_};

    TAMGA_ASSIGN(const Plan made, plan(changes, files, refusals));
    if (!refusals.empty())
        return fail(ErrorCode::invalid_input, "append to the journal",
                    fmt::format("{} of the changes do not hold; nothing was written", refusals.size()));

    Appended appended{made.head};
    std::int64_t time = clock_();
    if (made.head.value > 0) {
        TAMGA_ASSIGN(const auto last, store_.entry(made.head));
        if (last) time = std::max(time, last->time);
    }
    const std::string time_text = utc_text(time);
    TAMGA_ASSIGN(merkle::Appender tree, merkle::Appender::resume(made.head.value, reader(store_)));
    for (const File& file : files) TAMGA_TRY(store_.put_file(file.sha256, file.content));

    // Salts are drawn at once: one call to the generator costs more than hashing a small entry.
    const auto puts = std::ranges::count_if(
        made.steps, [&](const Plan::Step& step) { return changes[step.index].verb == Verb::put; });
    const std::string salts = crypto::random_bytes(static_cast<std::size_t>(puts) * kSaltBytes);
    std::size_t salt_at = 0;
    bool redacted = false;
    for (const Plan::Step& step : made.steps) {
        const Change& change = changes[step.index];
        const JournalPos pos{appended.head.value + 1};
        Payload payload;
        std::string payload_hash;
        if (change.verb == Verb::put) {
            payload = {salts.substr(salt_at, kSaltBytes), step.body};
            salt_at += kSaltBytes;
            payload_hash = crypto::hex(crypto::sha256(payload.salt, payload.body));
        }
        const std::string header = header_text(author, change, payload_hash, time_text);
        TAMGA_TRY(store_.append_entry({pos, time, header}, change.verb == Verb::put ? &payload : nullptr));
        for (const merkle::Node& node : tree.append(merkle::leaf_hash(header)))
            TAMGA_TRY(store_.put_node(node.level, node.index, node.hash));
        if (change.verb == Verb::redact) {
            TAMGA_TRY(store_.erase_payload(change.redacted));
            redacted = true;
        }
        const Header told{time,         author,    change.verb,   change.name,
                          payload_hash, change.to, change.reason, change.redacted};
        TAMGA_TRY(fold(store_, pos, told, change.verb == Verb::put ? &change.body : nullptr, step.is_first,
                       made.renames));
        appended.head = pos;
    }
    for (std::string_view outcome : made.outcomes) {
        if (outcome == "new") ++appended.created;
        if (outcome == "changed") ++appended.changed;
        if (outcome == "unchanged") ++appended.unchanged;
        if (outcome == "withdrawn") ++appended.withdrawn;
        if (outcome == "renamed") ++appended.renamed;
    }
    // An erased payload takes its links with it: the projections are made again from what is left. It is
    // rare.
    if (redacted) TAMGA_TRY(refold());
    guard.store = nullptr;
    TAMGA_TRY(store_.commit());
    return appended;
}

Result<Appended> Journal::preview(const std::vector<Change>& changes, const std::vector<File>& files,
                                  std::vector<Refusal>& refusals,
                                  const std::function<void(std::size_t, std::string_view)>& describe) {
    TAMGA_ASSIGN(const Plan made, plan(changes, files, refusals));
    Appended would{made.head};
    for (std::size_t i = 0; i < changes.size(); ++i) {
        describe(i, made.outcomes[i]);
        if (made.outcomes[i] == "new") ++would.created;
        if (made.outcomes[i] == "changed") ++would.changed;
        if (made.outcomes[i] == "unchanged") ++would.unchanged;
        if (made.outcomes[i] == "withdrawn") ++would.withdrawn;
        if (made.outcomes[i] == "renamed") ++would.renamed;
    }
    return would;
}

Result<void> Journal::refold() {
    TAMGA_TRY(store_.drop_projections());
    TAMGA_ASSIGN(const JournalPos head, store_.head());
    Result<void> folded;
    bool renames = false;
    TAMGA_TRY(store_.entries({1}, head, [&](const store::Entry& entry) {
        folded = [&]() -> Result<void> {
            TAMGA_ASSIGN(const Header header, parse_header(entry.header));
            renames = renames || header.verb == Verb::rename;
            if (header.verb != Verb::put) return fold(store_, entry.pos, header, nullptr, false, renames);
            TAMGA_ASSIGN(const auto version, store_.version(header.name, entry.pos));
            TAMGA_ASSIGN(const auto payload, store_.payload(entry.pos));
            if (!payload) return fold(store_, entry.pos, header, nullptr, !version, renames);
            TAMGA_ASSIGN(const Json body, parse_json(payload->body));
            return fold(store_, entry.pos, header, &body, !version, renames);
        }();
        return folded.has_value();
    }));
    return folded;
}

Result<void> Journal::rebuild() {
    TAMGA_TRY(store_.begin_write());
    if (auto folded = refold(); !folded) {
        store_.roll_back();
        return folded;
    }
    return store_.commit();
}

Result<std::int64_t> Journal::verify(const std::function<void(std::string)>& report) {
    TAMGA_ASSIGN(const JournalPos head, store_.head());
    merkle::Appender tree;
    std::int64_t checked = 0, last_time = 0;
    std::set<std::int64_t> without_payload, redacted;
    Result<void> failed;
    TAMGA_TRY(store_.entries({1}, head, [&](const store::Entry& entry) {
        failed = [&]() -> Result<void> {
            if (entry.pos.value != checked + 1) {
                report(fmt::format("journal position {}: the entry is missing", checked + 1));
                checked = entry.pos.value - 1;
            }
            ++checked;
            const auto at = [&](std::string_view what) {
                report(fmt::format("journal position {}: {}", entry.pos.value, what));
            };
            for (const merkle::Node& node : tree.append(merkle::leaf_hash(entry.header))) {
                TAMGA_ASSIGN(const auto kept, store_.node(node.level, node.index));
                if (!kept)
                    at(fmt::format("the Merkle node {}/{} is missing", node.level, node.index));
                else if (*kept != node.hash)
                    at(fmt::format("the Merkle node {}/{} is not the hash of what is kept", node.level,
                                   node.index));
            }
            const auto header = parse_header(entry.header);
            if (!header) {
                at("the header cannot be read: " + header.error().cause);
                return {};
            }
            if (header->time < last_time || header->time != entry.time)
                at("its time is before the entry's before it, or not the header's");
            last_time = header->time;
            if (header->verb == Verb::redact) redacted.insert(header->redacts.value);
            if (header->payload_hash.empty()) return {};
            TAMGA_ASSIGN(const auto payload, store_.payload(entry.pos));
            if (!payload)
                without_payload.insert(entry.pos.value);
            else if (crypto::hex(crypto::sha256(payload->salt, payload->body)) != header->payload_hash)
                at("the payload is not the one that the header tells");
            return {};
        }();
        return failed.has_value();
    }));
    TAMGA_TRY(failed);
    for (std::int64_t pos : without_payload)
        if (!redacted.contains(pos))
            report(fmt::format(
                "journal position {}: the payload is missing, and no entry says that it was erased", pos));
    return checked;
}

Result<store::Hash> Journal::root(JournalPos size) {
    return merkle::root(size.value, reader(store_));
}

}  // namespace tamga::journal
