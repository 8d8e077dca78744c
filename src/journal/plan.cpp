#include "journal/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "access/policy.hpp"
#include "crypto/ed25519.hpp"
#include "journal/assent.hpp"
#include "journal/files.hpp"
#include "journal/fold.hpp"
#include "journal/log.hpp"
#include "journal/seal.hpp"

namespace tamga::journal {

namespace {

/// Refusals and names that are kept: nobody reads more, and memory must not grow with what is wrong.
constexpr std::size_t kRefusalLimit = 100'000;
/// Names kept of records of one kind that are there.
constexpr std::size_t kKnownLimit = 30'000;
/// A batch is long from so many changes on, and if the register's entries are no more than so many times as
/// many: then it takes less time to read all its names than to ask for each.
constexpr std::size_t kManyChanges = 1'000, kEntriesAChange = 8;

constexpr const char* kIdHint = "ids are lower-case letters, digits and hyphens, at most 100";

}  // namespace

void Bits::set(std::size_t number) {
    if (number >= size()) words_.resize(std::max(number / 64 + 1, words_.size() * 2));
    words_[number / 64] |= std::uint64_t{1} << number % 64;
}

bool Bits::test(std::size_t number) const {
    return number < size() && (words_[number / 64] >> number % 64 & 1) != 0;
}

bool Known::contains(const RecordId& name) const {
    const auto kind = static_cast<std::size_t>(name.kind);
    return kind < by_kind_.size() && by_kind_[kind].contains(name.id);
}

std::unordered_set<std::string>& Known::of(Kind kind) {
    const auto index = static_cast<std::size_t>(kind);
    if (index >= by_kind_.size()) by_kind_.resize(index + 1);
    return by_kind_[index];
}

void Known::add(const RecordId& name) {
    if (auto& names = of(name.kind); names.size() < kKnownLimit) names.insert(name.id);
}

void Known::add_found(const RecordId& name) {
    auto& names = of(name.kind);
    if (names.size() >= kKnownLimit) names.clear();
    names.insert(name.id);
}

Result<void> Planner::begin() {
    TAMGA_ASSIGN(begun_, store_.head());
    head_ = begun_;
    TAMGA_ASSIGN(const auto redirects, store_.redirects(begun_));
    had_redirects_ = !redirects.empty();
    return {};
}

Result<std::optional<Step>> Planner::next(const Change& change, Outcome& outcome) {
    outcome = Outcome::unchanged;
    if (!met_ && index_ >= kManyChanges &&
        begun_.value <= static_cast<std::int64_t>(index_ * kEntriesAChange))
        TAMGA_TRY(meet_all());
    auto step = plan(change, outcome);
    if (step && *step) {
        written_.set(index_);
        ++head_.value;
    }
    ++index_;
    return step;
}

void Planner::refuse(std::size_t index, Problem problem) {
    ++refused_count_;
    if (refusals_.size() < kRefusalLimit) refusals_.push_back({index, std::move(problem)});
}

void Planner::refuse_name(std::size_t index, std::string cause, std::string hint) {
    refuse(index, {"id", std::move(cause), std::move(hint)});
}

Result<std::optional<Step>> Planner::plan(const Change& change, Outcome& outcome) {
    if (!is_id(change.name.id)) {
        refuse_name(index_, fmt::format("'{}' is not an id", change.name.id), kIdHint);
        return std::nullopt;
    }
    switch (change.verb) {
        case Verb::put:
            return put(change, outcome);
        case Verb::withdraw:
            return withdraw(change, outcome);
        case Verb::rename:
            return rename(change, outcome);
        case Verb::redact:
            return redact(change, outcome);
        case Verb::assent:
            return assent(change, outcome);
        case Verb::key:
            return key(change, outcome);
        case Verb::revoke:
            return revoke(change, outcome);
        case Verb::sign:
            return sign(change, outcome);
    }
    std::unreachable();
}

/// Whether a put of the batch was for the same record.
bool Planner::is_twice(const RecordId& name, const std::optional<store::Version>& version) const {
    if (refused_.contains(name)) return true;
    if (!version) return false;
    // A renaming makes a version too, whose payload is an earlier entry's.
    const bool is_put = version->from > begun_ && version->payload == version->from && !version->withdrawn;
    return is_put || unchanged_.test(static_cast<std::size_t>(version->from.value));
}

Result<std::optional<Step>> Planner::put(const Change& change, Outcome& outcome) {
    const std::size_t before = refused_count_;
    std::vector<Problem> problems;
    check_body(change.name.kind, change.body, problems);
    for (Problem& problem : problems) refuse(index_, std::move(problem));
    TAMGA_ASSIGN(const auto version, version_of(change.name));
    if (is_twice(change.name, version))
        refuse_name(index_, fmt::format("{} is there twice", change.name.text()),
                    "give each record one id of its own");
    if (problems.empty() && had_redirects_) {
        TAMGA_ASSIGN(const auto to, store_.redirect(change.name, begun_));
        if (to)
            refuse_name(index_, fmt::format("{} is an earlier id of '{}'", change.name.text(), *to),
                        fmt::format("write {}", *to));
    }
    std::string body;
    if (problems.empty()) {
        if (auto text = canonical(change.body))
            body = *std::move(text);
        else
            refuse(index_, {"", text.error().cause, text.error().hint});
    }
    std::vector<Link> links;
    if (change.body.is_object()) {
        TAMGA_TRY(check_files(change));
        links = links_of(change.name.kind, change.body);
    }
    // What is not there may come yet, or be the record itself.
    std::vector<Link> unsure;
    for (Link& link : links) {
        if (link.to == change.name) continue;
        TAMGA_ASSIGN(const bool there, holds(link));
        if (!there) unsure.push_back(std::move(link));
    }
    if (refused_count_ > before) {
        if (refused_.size() < kRefusalLimit) refused_.insert(change.name);
        if (!unsure.empty() && asked_.size() < kRefusalLimit) asked_.push_back({index_, std::move(unsure)});
        return std::nullopt;
    }
    if (version && !version->withdrawn) {
        TAMGA_ASSIGN(const auto payload, store_.payload(version->payload));
        if (payload && payload->body == body) {
            unchanged_.set(static_cast<std::size_t>(version->from.value));
            return std::nullopt;
        }
    }
    if (!unsure.empty()) unsure_.set(static_cast<std::size_t>(head_.value - begun_.value));
    known_.add(change.name);
    outcome = version ? Outcome::changed : Outcome::created;
    return Step{std::move(body), !version};
}

Result<std::optional<Step>> Planner::withdraw(const Change& change, Outcome& outcome) {
    TAMGA_ASSIGN(const bool there, alive(change.name));
    if (!there) {
        refuse_name(index_, fmt::format("{} is not in the register", change.name.text()));
        return std::nullopt;
    }
    known_.clear();
    unsure_.set(static_cast<std::size_t>(head_.value - begun_.value));
    outcome = Outcome::withdrawn;
    return Step{};
}

Result<std::optional<Step>> Planner::rename(const Change& change, Outcome& outcome) {
    const RecordId to{change.name.kind, change.to};
    if (!is_id(change.to)) {
        refuse(index_, {"to", fmt::format("'{}' is not an id", change.to), kIdHint});
        return std::nullopt;
    }
    renamed_to_.insert(to);
    if (met_) met_->meet(to);
    TAMGA_ASSIGN(const bool there, alive(change.name));
    TAMGA_ASSIGN(const bool taken, alive(to));
    if (there && taken) {
        refuse(index_, {"to", fmt::format("{} is there already", to.text()), "choose an id that is free"});
        return std::nullopt;
    }
    if (!there) {
        TAMGA_ASSIGN(const auto already, store_.redirect(change.name, begun_));
        if (already) {
            TAMGA_ASSIGN(const RecordId leads_to, resolve(store_, change.name, begun_));
            if (leads_to == to) return std::nullopt;  // It was renamed so before.
        }
        // An id that another register held before: from now on it leads to the record here, which may come
        // yet.
        if (!taken) unsure_.set(static_cast<std::size_t>(head_.value - begun_.value));
    }
    known_.clear();
    outcome = Outcome::renamed;
    return Step{};
}

Result<std::optional<Step>> Planner::redact(const Change& change, Outcome& outcome) {
    const auto refuse_entry = [&](std::string cause) -> Result<std::optional<Step>> {
        refuse(index_, {"redacts", std::move(cause), ""});
        return std::nullopt;
    };
    const JournalPos pos = change.redacted;
    TAMGA_ASSIGN(const auto entry, store_.entry(pos));
    if (!entry || pos > begun_) return refuse_entry(fmt::format("there is no entry {}", pos.value));
    TAMGA_ASSIGN(const Header header, header_of(*entry));
    if (!(header.name == change.name))
        return refuse_entry(fmt::format("entry {} is of {}", pos.value, header.name.text()));
    TAMGA_ASSIGN(const auto payload, store_.payload(pos));
    if (!payload) return refuse_entry(fmt::format("entry {} has no payload to erase", pos.value));
    outcome = Outcome::redacted;
    return Step{};
}

Result<std::optional<Step>> Planner::assent(const Change& change, Outcome& outcome) {
    TAMGA_ASSIGN(const bool may, may_assent(change));
    if (!may) return std::nullopt;
    Step step;
    if (!change.words.empty()) {
        auto body = assent_body(change.words);
        if (!body) {
            refuse(index_, {"words", body.error().cause, body.error().hint});
            return std::nullopt;
        }
        step.body = *std::move(body);
    }
    TAMGA_ASSIGN(const bool said, has_said(change, step.body));
    if (said) {
        refuse(index_,
               {"answer", fmt::format("party:{} has said so of this version already", author_.party()), ""});
        return std::nullopt;
    }
    outcome = Outcome::assented;
    return step;
}

/// Who says it, of what, in which words: refuses what is wrong with that.
Result<bool> Planner::may_assent(const Change& change) {
    const auto wrong = [&](const char* field, std::string cause, std::string hint = {}) {
        refuse(index_, {field, std::move(cause), std::move(hint)});
        return false;
    };
    const std::string record = change.name.text(), &party = author_.party();
    if (!access::is_shared(change.name.kind))
        return wrong("id", fmt::format("{} is not shared: nobody's word is asked", record));
    if (party.empty())
        return wrong("author", fmt::format("{} acts for no party", author_.text()),
                     "a party's own signatory says it: account:ID for party:ID");
    TAMGA_ASSIGN(const auto version, store_.version(change.name, head_));
    if (!version || version->withdrawn) return wrong("id", fmt::format("{} is not in the register", record));
    if (version->payload != change.of)
        return wrong("of",
                     fmt::format("{} is not the newest version of {}: that is entry {}", change.of.value,
                                 record, version->payload.value),
                     "read that one first");
    TAMGA_ASSIGN(const bool there, alive({Kind::party, party}));
    if (!there) return wrong("author", fmt::format("party:{} is not in the register", party));
    TAMGA_ASSIGN(const journal::Asked asked, asked_of(store_, change.name, head_));
    if (std::ranges::find(asked.parties, party) == asked.parties.end())
        return wrong("author", fmt::format("{} does not ask for the word of party:{}", record, party));
    const bool says = change.words.find_first_not_of(" \t\r\n") != std::string::npos;
    if (change.answer == Answer::reservation && !says)
        return wrong("words", "a reservation says nothing", "say it in words");
    if (change.answer == Answer::yes && !change.words.empty())
        return wrong("words", "a yes with words is a reservation", "answer: reservation");
    return true;
}

/// Whether it is the party's last word about the version.
Result<bool> Planner::has_said(const Change& change, const std::string& body) {
    TAMGA_ASSIGN(const auto given, store_.assents(change.of, head_));
    for (const store::Assent& one : given) {
        if (one.until || one.answer != name(change.answer)) continue;
        TAMGA_ASSIGN(const RecordId party, resolve(store_, {Kind::party, one.party}, head_));
        if (party.id != author_.party()) continue;
        TAMGA_ASSIGN(const auto payload, store_.payload(one.pos));
        return (payload ? payload->body : std::string()) == body;
    }
    return false;
}

Result<bool> Planner::keeps_key(const Change& change) {
    const std::string& party = author_.party();
    if (change.name.kind != Kind::party || party.empty() || party != change.name.id) {
        refuse(index_, {"author", fmt::format("{} keeps no key of {}", author_.text(), change.name.text()),
                        "a party's own signatory does: account:ID for party:ID"});
        return false;
    }
    TAMGA_ASSIGN(const bool there, alive(change.name));
    if (!there) refuse_name(index_, fmt::format("{} is not in the register", change.name.text()));
    return there;
}

Result<std::optional<Step>> Planner::key(const Change& change, Outcome& outcome) {
    TAMGA_ASSIGN(const bool may, keeps_key(change));
    if (!may) return std::nullopt;
    if (!crypto::is_public_key(crypto::from_hex(change.key))) {
        refuse(index_, {"key", fmt::format("'{}' is no Ed25519 key", change.key), "64 hexadecimal digits"});
        return std::nullopt;
    }
    TAMGA_ASSIGN(const auto known, store_.key(change.key, head_));
    if (known) {
        // What was revoked may be in other hands.
        refuse(index_,
               {"key",
                fmt::format("the key {} since entry {}", known->until ? "was revoked" : "is registered",
                            (known->until ? *known->until : known->from).value),
                "make another: tamga key new FILE"});
        return std::nullopt;
    }
    outcome = Outcome::registered;
    return Step{};
}

Result<std::optional<Step>> Planner::revoke(const Change& change, Outcome& outcome) {
    TAMGA_ASSIGN(const bool may, keeps_key(change));
    if (!may) return std::nullopt;
    TAMGA_ASSIGN(const auto party, holder_of(store_, change.key, head_));
    if (party != change.name.id) {
        refuse(index_, {"key", fmt::format("it is no key of {}", change.name.text()), ""});
        return std::nullopt;
    }
    outcome = Outcome::revoked;
    return Step{};
}

Result<std::optional<Step>> Planner::sign(const Change& change, Outcome& outcome) {
    const auto wrong = [&](const char* field, std::string cause) -> Result<std::optional<Step>> {
        refuse(index_, {field, std::move(cause), ""});
        return std::nullopt;
    };
    const std::string& party = author_.party();
    if (party.empty()) return wrong("author", fmt::format("{} acts for no party", author_.text()));
    TAMGA_ASSIGN(const auto entry, store_.entry(change.of));
    if (!entry) return wrong("of", fmt::format("there is no entry {}", change.of.value));
    TAMGA_ASSIGN(const Header header, header_of(*entry));
    if (!(header.name == change.name))
        return wrong("of", fmt::format("entry {} is of {}", change.of.value, header.name.text()));
    const std::string& writer = header.author.party();
    if (!writer.empty() && writer != party)
        return wrong("of", fmt::format("entry {} says what party:{} says", change.of.value, writer));
    if (header.verb == Verb::sign)
        return wrong("of", fmt::format("entry {} is a seal itself", change.of.value));
    TAMGA_ASSIGN(const auto holder, holder_of(store_, change.key, head_));
    if (holder != party) return wrong("key", fmt::format("it is no key of party:{}", party));
    if (!crypto::is_signature(crypto::from_hex(change.key), entry->header,
                              crypto::from_hex(change.signature)))
        return wrong("signature", fmt::format("it is not the key's, of entry {}", change.of.value));
    TAMGA_ASSIGN(const auto seals, store_.seals(change.of, head_));
    if (std::ranges::find(seals, change.key, &store::Seal::key) != seals.end())
        return wrong("of", fmt::format("entry {} has this seal already", change.of.value));
    outcome = Outcome::sealed;
    return Step{};
}

/// Every file that a body names must be kept.
Result<void> Planner::check_files(const Change& change) {
    Result<void> looked;
    each_file(change.name.kind, change.body, [&](const Field& field, const std::string& sha256) {
        if (!looked) return;
        const auto kept = store_.has_file(sha256);
        if (!kept)
            looked = std::unexpected(kept.error());
        else if (!*kept)
            refuse(index_, {std::string(field.name), "the register does not hold this file",
                            "give the file with the record"});
    });
    return looked;
}

Result<void> Planner::meet_all() {
    met_.emplace();
    return store_.names([&](const RecordId& name) { met_->meet(name); });
}

Result<std::optional<store::Version>> Planner::version_of(const RecordId& name) {
    if (met_ && !met_->meet(name)) return std::nullopt;
    return store_.version(name, head_);
}

/// Whether the record lives after the changes so far, those that were refused taken for good.
Result<bool> Planner::alive(const RecordId& name) {
    TAMGA_ASSIGN(const auto version, store_.version(name, head_));
    return (version && !version->withdrawn) || refused_.contains(name);
}

Result<bool> Planner::alive_or_redirected(RecordId name) {
    for (int step = 0; step < kRedirectSteps; ++step) {
        TAMGA_ASSIGN(const bool there, alive(name));
        if (there) return true;
        TAMGA_ASSIGN(const auto to, store_.redirect(name, head_));
        if (!to) return false;
        name.id = *to;
    }
    return false;
}

Result<bool> Planner::holds(const Link& link) {
    if (known_.contains(link.to)) return true;
    TAMGA_ASSIGN(const bool there, alive_or_redirected(link.to));
    if (there) known_.add_found(link.to);
    return there;
}

/// Every link must lead to a record that lives after the batch.
Result<void> Planner::check_links(std::size_t index, const std::vector<Link>& links) {
    for (const Link& link : links) {
        TAMGA_ASSIGN(const bool there, holds(link));
        // Among more refused records than are kept may be any.
        if (!there && refused_.size() < kRefusalLimit)
            refuse(index,
                   {link.field, fmt::format("there is no {} '{}'", info(link.to.kind).name, link.to.id),
                    fmt::format("add it to {}.csv, or name one that is there", info(link.to.kind).plural)});
    }
    return {};
}

/// No record that lives after the batch may link to one that is withdrawn in it.
Result<void> Planner::check_backlinks(std::size_t index, const RecordId& withdrawn) {
    TAMGA_ASSIGN(const bool back, alive(withdrawn));
    if (back) return {};
    TAMGA_ASSIGN(const auto backlinks, store_.backlinks(withdrawn, head_));
    for (const store::Backlink& backlink : backlinks) {
        if (backlink.from == withdrawn) continue;
        TAMGA_ASSIGN(const auto version, store_.version(backlink.from, head_));
        if (version && version->payload > begun_) {
            // Written in this batch: its own links tell it.
            unsure_.set(static_cast<std::size_t>(version->payload.value - begun_.value - 1));
            continue;
        }
        refuse_name(
            index,
            fmt::format("{} still links to {} ({})", backlink.from.text(), withdrawn.text(), backlink.field),
            "change or withdraw that one first");
    }
    return {};
}

Result<void> Planner::each_unsure(
    const std::function<Result<void>(std::size_t, JournalPos, const Header&)>& take) {
    std::size_t index = 0;
    for (std::size_t entry = 0; entry < std::min<std::size_t>(unsure_.size(), head_.value - begun_.value);
         ++entry, ++index) {
        while (!written_.test(index)) ++index;
        if (!unsure_.test(entry)) continue;
        const JournalPos pos{begun_.value + static_cast<std::int64_t>(entry) + 1};
        TAMGA_ASSIGN(const Header header, header_at(store_, pos));
        TAMGA_TRY(take(index, pos, header));
    }
    return {};
}

Result<void> Planner::end() {
    known_.clear();
    // Withdrawals first: they tell which puts are to be looked at besides.
    TAMGA_TRY(each_unsure([&](std::size_t index, JournalPos, const Header& header) -> Result<void> {
        if (header.verb == Verb::withdraw) return check_backlinks(index, header.name);
        if (header.verb != Verb::rename) return {};
        TAMGA_ASSIGN(const bool there, alive({header.name.kind, header.to}));
        if (!there) refuse_name(index, fmt::format("{} is not in the register", header.name.text()));
        return {};
    }));
    TAMGA_TRY(each_unsure([&](std::size_t index, JournalPos pos, const Header& header) -> Result<void> {
        if (header.verb != Verb::put) return {};
        TAMGA_ASSIGN(const auto payload, store_.payload(pos));
        if (!payload) return {};
        TAMGA_ASSIGN(const Json body, parse_json(payload->body));
        return check_links(index, links_of(header.name.kind, body));
    }));
    for (const Asked& asked : asked_) TAMGA_TRY(check_links(asked.index, asked.links));
    return {};
}

Result<bool> Planner::names(const RecordId& name) {
    if (refused_.contains(name) || renamed_to_.contains(name)) return true;
    TAMGA_ASSIGN(const auto version, store_.version(name, head_));
    return !version || version->from > begun_ ||
           unchanged_.test(static_cast<std::size_t>(version->from.value));
}

std::string_view name(Outcome outcome) {
    switch (outcome) {
        case Outcome::unchanged:
            return "unchanged";
        case Outcome::created:
            return "new";
        case Outcome::changed:
            return "changed";
        case Outcome::withdrawn:
            return "withdrawn";
        case Outcome::renamed:
            return "renamed";
        case Outcome::redacted:
            return "redacted";
        case Outcome::assented:
            return "assented";
        case Outcome::registered:
            return "registered";
        case Outcome::revoked:
            return "revoked";
        case Outcome::sealed:
            return "sealed";
    }
    std::unreachable();
}

}  // namespace tamga::journal
