#include "journal/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "crypto/ed25519.hpp"
#include "crypto/sha256.hpp"
#include "journal/files.hpp"
#include "journal/fold.hpp"
#include "journal/list_row.hpp"
#include "journal/seal.hpp"

namespace tamga::journal {

merkle::Reader node_reader(store::Store& store) {
    return [&store](merkle::Level level, std::int64_t index) -> Result<merkle::Hash> {
        TAMGA_ASSIGN(auto hash, store.node(level, index));
        if (!hash)
            return fail(ErrorCode::corrupt, "read the Merkle tree",
                        fmt::format("node {}/{} is missing", level.value, index), "run: tamga verify");
        return *hash;
    };
}

Result<store::Hash> root(store::Store& store, JournalPos size) {
    return merkle::root({size.value}, node_reader(store));
}

std::string hash_of(const store::Payload& payload) {
    return crypto::hex(crypto::sha256(payload.salt, payload.body));
}

Result<Header> header_of(const store::Entry& entry) {
    auto header = parse_header(entry.header);
    if (header) return header;
    return fail(ErrorCode::corrupt, "read the journal", "the header cannot be read: " + header.error().cause,
                "run: tamga verify", fmt::format("journal position {}", entry.pos.value));
}

Result<Header> header_at(store::Store& store, JournalPos pos) {
    TAMGA_ASSIGN(const auto entry, store.entry(pos));
    if (!entry)
        return fail(ErrorCode::corrupt, "read the journal", fmt::format("entry {} is missing", pos.value),
                    "run: tamga verify");
    return header_of(*entry);
}

Result<Json> body_of(JournalPos pos, const Header& header, const store::Payload& payload) {
    const auto bad = [&](std::string cause) {
        return fail(ErrorCode::corrupt, "read the journal", std::move(cause),
                    "run: tamga verify; restore a backup", fmt::format("journal position {}", pos.value));
    };
    if (hash_of(payload) != header.payload_hash)
        return bad("the payload is not the one that the header tells");
    auto body = parse_json(payload.body);
    if (!body) return bad("the body cannot be read: " + body.error().cause);
    return body;
}

namespace {

/// An entry, and what can be told of it without looking at anything else.
struct Examined {
    store::Entry entry;
    std::optional<store::Payload> payload;
    store::Hash leaf = {};
    Result<Header> header = {};
    bool header_canonical = false, payload_told = false;
    std::optional<Json> body = {};  ///< Of the payload, if it is one in canonical form.
    Made made = {};                 ///< Of what is put.
};

void examine(Examined& one) {
    one.leaf = merkle::leaf_hash(one.entry.header);
    one.header = parse_header(one.entry.header);
    one.header_canonical = one.header && one.header->text() == one.entry.header;
    if (one.payload) {
        one.payload_told = one.header && hash_of(*one.payload) == one.header->payload_hash;
        auto read = parse_json(one.payload->body);
        const auto text = read && read->is_object() ? canonical(*read) : Result<std::string>();
        if (text && *text == one.payload->body) one.body = *std::move(read);
    }
    if (one.header && one.header->verb == Verb::put)
        one.made = made_of(one.header->name, one.body ? &*one.body : nullptr);
}

/// Entries that are examined on a thread of their own while those before are taken: so many, or so many
/// bytes, at once.
constexpr std::size_t kExaminedAtOnce = 2048, kExaminedBytes = 1u << 20;

/// Calls `take` for each entry up to `head`, examined, in their order, until it fails. It may use the store.
Result<void> each_examined(store::Store& store, JournalPos head,
                           const std::function<Result<void>(Examined& one)>& take) {
    std::vector<Examined> block;
    std::size_t bytes = 0;
    std::future<std::vector<Examined>> ahead;
    Result<void> taken;
    const auto take_ahead = [&] {
        if (!ahead.valid()) return;
        for (std::vector<Examined> examined = ahead.get(); Examined & one : examined)
            if (taken) taken = take(one);
    };
    const auto hand_over = [&] {
        auto next = std::async(std::launch::async, [given = std::exchange(block, {})]() mutable {
            for (Examined& one : given) examine(one);
            return std::move(given);
        });
        bytes = 0;
        take_ahead();
        ahead = std::move(next);
        return taken.has_value();
    };
    TAMGA_TRY(store.entries({1}, head, [&](const store::Entry& entry, const store::Payload* payload) {
        block.push_back({entry, payload ? std::optional(*payload) : std::nullopt});
        bytes += entry.header.size() + (payload ? payload->body.size() : 0);
        return (block.size() < kExaminedAtOnce && bytes < kExaminedBytes) || hand_over();
    }));
    if (taken) hand_over();
    take_ahead();
    return taken;
}

/// The nodes that are kept, for one who asks for those of a level in their order.
class KeptNodes {
  public:
    explicit KeptNodes(store::Store& store) : store_(store) {}

    /// Null if it is missing. Holds until the next call.
    Result<const store::Hash*> at(merkle::Level level, std::int64_t index) {
        const auto number = static_cast<std::size_t>(level.value);
        if (number >= levels_.size()) levels_.resize(number + 1);
        Read& read = levels_[number];
        const auto end = read.first + static_cast<std::int64_t>(read.nodes.size());
        if (index < read.first || index >= end) {
            read.first = index;
            TAMGA_ASSIGN(read.nodes, store_.nodes(level, index, std::max(kMost >> level.value, kLeast)));
        }
        const auto place = static_cast<std::size_t>(index - read.first);
        return place < read.nodes.size() ? &read.nodes[place] : nullptr;
    }

  private:
    static constexpr std::int64_t kMost = 4096, kLeast = 16;
    struct Read {
        std::int64_t first = 0;
        std::vector<store::Hash> nodes = {};
    };
    store::Store& store_;
    std::vector<Read> levels_;
};

/// Checks the entries one after the other, and folds them again.
class Verification {
  public:
    /// `digests`: of one who takes the tables for right, and is not told where they are not (Fold::checking);
    /// after end() they are of all rows that the tables should have.
    Verification(store::Store& store, store::Store& scratch, const store::Report& report, Fold fold,
                 store::Digests* digests = nullptr)
        : store_(store),
          scratch_(scratch),
          report_(report),
          fold_(std::move(fold)),
          digests_(digests),
          nodes_(store) {}

    Result<void> add(Examined& one) {
        const store::Entry& entry = one.entry;
        pos_ = entry.pos;
        if (pos_.value != checked_ + 1) {
            report_(fmt::format("journal position {}: the entry is missing", checked_ + 1));
            checked_ = pos_.value - 1;
        }
        ++checked_;
        for (const merkle::Node& node : tree_.append(one.leaf)) {
            TAMGA_ASSIGN(const auto* const kept, nodes_.at(node.level, node.index));
            if (!kept)
                at(fmt::format("the Merkle node {}/{} is missing", node.level.value, node.index));
            else if (*kept != node.hash)
                at(fmt::format("the Merkle node {}/{} is not the hash of what is kept", node.level.value,
                               node.index));
        }
        const auto& header = one.header;
        if (!header) {
            at("the header cannot be read: " + header.error().cause);
            return {};
        }
        if (!one.header_canonical) at("the header is not in canonical form");
        if (header->time < last_time_ || header->time != entry.time)
            at("its time is before the entry's before it, or not the header's");
        last_time_ = header->time;
        if (header->verb == Verb::redact) TAMGA_TRY(add_redaction(*header));
        if (header->verb == Verb::assent) TAMGA_TRY(add_assent(*header));
        if (header->verb == Verb::key) TAMGA_TRY(add_key(*header));
        if (header->verb == Verb::revoke || header->verb == Verb::sign) TAMGA_TRY(add_use_of_key(*header));
        if (header->verb == Verb::sign) TAMGA_TRY(add_seal(*header));
        return add_payload(one);
    }

    /// After the last entry.
    Result<std::int64_t> end(JournalPos head) {
        if (const auto folded = fold_.finish(); !folded) at("it cannot be folded: " + folded.error().cause);
        for (const std::int64_t pos : without_payload_)
            if (!redactions_.contains(pos))
                report_(fmt::format(
                    "journal position {}: the payload is missing, and no entry says that it was erased",
                    pos));
        for (const auto& [erased, by] : redactions_) {
            TAMGA_ASSIGN(const auto payload, store_.payload({erased}));
            if (payload)
                report_(fmt::format(
                    "journal position {}: the payload is there, though entry {} says that it was erased",
                    erased, by));
        }
        TAMGA_TRY(store_.check_strays(head, report_));
        TAMGA_TRY(end_files());
        using enum store::Store::Compared;
        TAMGA_TRY(store_.compare_projections(scratch_, damaged_, report_, digests_ ? without_digests : all));
        if (digests_) TAMGA_TRY(scratch_.add_rows_to(*digests_));
        return checked_;
    }

  private:
    void at(std::string_view what) { report_(fmt::format("journal position {}: {}", pos_.value, what)); }

    Result<void> add_payload(Examined& one) {
        const Header& header = *one.header;
        if (header.payload_hash.empty()) {
            if (one.payload) at("there is a payload, though the header tells of none");
        } else if (!one.payload) {
            without_payload_.push_back(pos_.value);
        } else if (!one.payload_told) {
            at("the payload is not the one that the header tells");
            damaged_.insert(header.name);
        }
        if (one.payload && !one.body) at("the body is not a JSON object in canonical form");
        if (one.body && header.verb == Verb::put)
            each_file(header.name.kind, *one.body,
                      [&](const Field&, const std::string& sha256) { named_.insert(sha256); });
        // What cannot be folded is told; the tables then differ.
        if (const auto folded = fold_.add(pos_, header, std::move(one.made)); !folded)
            at("it cannot be folded: " + folded.error().cause);
        return {};
    }

    Result<void> add_redaction(const Header& redaction) {
        const JournalPos erased = redaction.redacts;
        redactions_.emplace(erased.value, pos_.value);
        const auto wrong = [&](std::string_view why) {
            at(fmt::format("it says that payload {} was erased, but {}", erased.value, why));
        };
        if (erased.value < 1 || erased >= pos_) {
            wrong("that is no earlier entry");
            return {};
        }
        TAMGA_ASSIGN(const auto entry, store_.entry(erased));
        const auto header = entry ? parse_header(entry->header) : fail(ErrorCode::corrupt, "", "");
        if (!header)
            wrong("that entry cannot be read");
        else if (!(header->name == redaction.name))
            wrong("that entry is of " + header->name.text());
        else if (header->payload_hash.empty())
            wrong("that entry had none");
        return {};
    }

    /// A party's word is about a version that was the newest when it was given.
    Result<void> add_assent(const Header& assent) {
        if (assent.author.party().empty()) at("an assent by who acts for no party");
        TAMGA_ASSIGN(const auto version, (digests_ ? store_ : scratch_).version(assent.name, pos_));
        if (!version || version->withdrawn || version->payload != assent.of)
            at(fmt::format("an assent to version {}, which was not the newest of {}", assent.of.value,
                           assent.name.text()));
        return {};
    }

    Result<void> add_key(const Header& key) {
        if (key.name.kind != Kind::party || key.author.party() != key.name.id)
            at("a key that its party did not register");
        TAMGA_ASSIGN(const auto known, scratch_.key(key.key, pos_));
        if (known) at("a key that was registered before");
        return {};
    }

    /// What is signed and revoked with a key must be its holder's at that position: what was signed before a
    /// revocation stays valid.
    Result<void> add_use_of_key(const Header& header) {
        TAMGA_ASSIGN(const std::string holder, holder_of(scratch_, header.key, pos_));
        if (holder.empty() || holder != header.author.party())
            at(fmt::format("the key {} was not one of who wrote the entry", header.key));
        return {};
    }

    Result<void> add_seal(const Header& seal) {
        TAMGA_ASSIGN(const auto entry,
                     seal.of < pos_ ? store_.entry(seal.of) : std::optional<store::Entry>());
        if (!entry || !crypto::is_signature(crypto::from_hex(seal.key), entry->header,
                                            crypto::from_hex(seal.signature)))
            at(fmt::format("the signature is not the key's, of entry {}", seal.of.value));
        return {};
    }

    Result<void> end_files() {
        TAMGA_TRY(store_.files([&](std::string_view sha256, std::string_view content) {
            if (crypto::hex(crypto::sha256(content)) != sha256)
                report_(fmt::format("file {}: its content is another", sha256));
            if (named_.erase(std::string(sha256)) == 0)
                report_(fmt::format("file {}: no payload names it", sha256));
        }));
        for (const std::string& sha256 : named_) report_(fmt::format("file {}: it is missing", sha256));
        return {};
    }

    store::Store& store_;
    store::Store& scratch_;
    const store::Report& report_;
    std::set<RecordId> damaged_;  ///< Their payloads are not those that were written.
    Fold fold_;
    store::Digests* const digests_;
    KeptNodes nodes_;
    merkle::Appender tree_;
    JournalPos pos_;
    std::int64_t checked_ = 0, last_time_ = 0;
    std::vector<std::int64_t> without_payload_;
    std::map<std::int64_t, std::int64_t> redactions_;  ///< Erased position → entry that says so.
    std::set<std::string> named_;                      ///< Files that payloads name.
};

/// An empty store, for as long as the fold of one journal takes.
Result<std::unique_ptr<store::Store>> open_for_fold() {
    TAMGA_ASSIGN(auto scratch, store::open_scratch());
    TAMGA_TRY(scratch->begin_write());
    TAMGA_TRY(scratch->set_folded_by(list_rows_version()));
    return scratch;
}

/// Records of several versions that are held; of more all is folded into tables.
constexpr std::size_t kMostOfSeveral = 200'000;

/// What can be told of the database beside the check of its entries.
struct Beside {
    Result<void> checked = {};
    std::vector<std::string> faults = {};     ///< Of its structure.
    std::optional<store::Digests> kept = {};  ///< Of the rows that it has.
};
/// `head`: of the other connection; where this one sees another, the rows that it has tell nothing.
Beside check_beside(store::Store& store, JournalPos head, store::Digests empty) {
    Beside beside;
    beside.checked = [&]() -> Result<void> {
        TAMGA_TRY(store.check_structure([&](std::string_view fault) { beside.faults.emplace_back(fault); }));
        if (!beside.faults.empty()) return {};
        TAMGA_ASSIGN(const JournalPos seen, store.head());
        TAMGA_ASSIGN(const bool folded, is_folded(store));
        if (seen != head || !folded) return {};
        TAMGA_TRY(store.add_rows_to(empty));
        beside.kept = std::move(empty);
        return {};
    }();
    return beside;
}

/// Checks all at once, which is quick, and tells nothing: that all agrees, or nothing where it may not.
Result<std::optional<std::int64_t>> verify_whole(store::Store& store, JournalPos head,
                                                 store::Digests& digests) {
    TAMGA_ASSIGN(const bool folded, is_folded(store));
    TAMGA_ASSIGN(const auto redirects, store.redirects(head));
    if (!folded || !redirects.empty()) return std::nullopt;
    std::set<RecordId> several;
    TAMGA_TRY(store.names_of_several([&](const RecordId& name) {
        if (several.size() <= kMostOfSeveral) several.insert(name);
    }));
    if (several.size() > kMostOfSeveral) return std::nullopt;
    TAMGA_ASSIGN(const auto scratch, open_for_fold());
    bool agrees = true;
    const store::Report disagrees = [&](std::string_view) { agrees = false; };
    Verification verification(store, *scratch, disagrees,
                              Fold::checking(store, *scratch, digests, std::move(several)), &digests);
    const auto differs = fail(ErrorCode::corrupt, "verify", "something differs");
    const auto read = each_examined(store, head, [&](Examined& one) -> Result<void> {
        TAMGA_TRY(verification.add(one));
        return agrees ? Result<void>() : differs;
    });
    if (!read || !agrees) return std::nullopt;
    const auto checked = verification.end(head);
    if (!checked || !agrees) return std::nullopt;
    return *checked;
}

Result<std::int64_t> verify_state(store::Store& store, store::Store* beside, const store::Report& report) {
    const auto read_head = store.head();
    store::Digests digests;
    // With one connection it is done when it is asked for.
    auto checking =
        std::async(beside ? std::launch::async : std::launch::deferred,
                   [&checked = beside ? *beside : store, head = read_head.value_or(JournalPos{}),
                    empty = digests.empty_alike()] { return check_beside(checked, head, empty); });
    Result<std::optional<std::int64_t>> whole = std::nullopt;
    if (read_head) whole = verify_whole(store, *read_head, digests);
    const Beside seen = checking.get();
    // First the file is told of: in a damaged one, anything may follow.
    for (const std::string& fault : seen.faults) report(fault);
    TAMGA_TRY(seen.checked);
    TAMGA_ASSIGN(const JournalPos head, read_head);
    TAMGA_ASSIGN(const auto checked, whole);
    if (checked && seen.kept) {
        digests.remove(*seen.kept);
        if (digests.are_empty()) return *checked;
    }
    TAMGA_ASSIGN(const auto scratch, open_for_fold());
    Verification verification(store, *scratch, report, Fold::of_all(store, *scratch));
    TAMGA_TRY(each_examined(store, head, [&](Examined& one) { return verification.add(one); }));
    return verification.end(head);
}

}  // namespace

Result<std::int64_t> verify(store::Store& store, const store::Report& report, store::Store* beside) {
    TAMGA_TRY(store.begin_read());
    if (beside)
        if (auto begun = beside->begin_read(); !begun) {
            store.roll_back();
            return std::unexpected(std::move(begun).error());
        }
    auto checked = verify_state(store, beside, report);
    if (beside) beside->roll_back();
    store.roll_back();
    return checked;
}

}  // namespace tamga::journal
