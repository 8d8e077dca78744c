#include "journal/log.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
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

/// Checks the entries one after the other, and folds them again.
class Verification {
  public:
    Verification(store::Store& store, store::Store& scratch, const store::Report& report)
        : store_(store), scratch_(scratch), report_(report), fold_(Fold::of_all(store, scratch)) {}

    Result<void> add(const store::Entry& entry, const store::Payload* payload) {
        pos_ = entry.pos;
        if (pos_.value != checked_ + 1) {
            report_(fmt::format("journal position {}: the entry is missing", checked_ + 1));
            checked_ = pos_.value - 1;
        }
        ++checked_;
        for (const merkle::Node& node : tree_.append(merkle::leaf_hash(entry.header))) {
            TAMGA_ASSIGN(const auto kept, store_.node(node.level, node.index));
            if (!kept)
                at(fmt::format("the Merkle node {}/{} is missing", node.level.value, node.index));
            else if (*kept != node.hash)
                at(fmt::format("the Merkle node {}/{} is not the hash of what is kept", node.level.value,
                               node.index));
        }
        const auto header = parse_header(entry.header);
        if (!header) {
            at("the header cannot be read: " + header.error().cause);
            return {};
        }
        if (header->text() != entry.header) at("the header is not in canonical form");
        if (header->time < last_time_ || header->time != entry.time)
            at("its time is before the entry's before it, or not the header's");
        last_time_ = header->time;
        if (header->verb == Verb::redact) TAMGA_TRY(add_redaction(*header));
        if (header->verb == Verb::assent) TAMGA_TRY(add_assent(*header));
        if (header->verb == Verb::key) TAMGA_TRY(add_key(*header));
        if (header->verb == Verb::revoke || header->verb == Verb::sign) TAMGA_TRY(add_use_of_key(*header));
        if (header->verb == Verb::sign) TAMGA_TRY(add_seal(*header));
        return add_payload(*header, payload);
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
        TAMGA_TRY(store_.compare_projections(scratch_, damaged_, report_));
        return checked_;
    }

  private:
    void at(std::string_view what) { report_(fmt::format("journal position {}: {}", pos_.value, what)); }

    Result<void> add_payload(const Header& header, const store::Payload* payload) {
        std::optional<Json> body;
        if (header.payload_hash.empty()) {
            if (payload) at("there is a payload, though the header tells of none");
        } else if (!payload) {
            without_payload_.push_back(pos_.value);
        } else if (hash_of(*payload) != header.payload_hash) {
            at("the payload is not the one that the header tells");
            damaged_.insert(header.name);
        }
        if (payload) {
            auto read = parse_json(payload->body);
            const auto text = read ? canonical(*read) : std::unexpected(read.error());
            if (!text || *text != payload->body || !read->is_object())
                at("the body is not a JSON object in canonical form");
            else
                body = *std::move(read);
        }
        if (body && header.verb == Verb::put)
            each_file(header.name.kind, *body,
                      [&](const Field&, const std::string& sha256) { named_.insert(sha256); });
        // What cannot be folded is told; the tables then differ.
        if (const auto folded = fold_.add(pos_, header, body ? &*body : nullptr); !folded)
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
        TAMGA_ASSIGN(const auto version, scratch_.version(assent.name, pos_));
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
    merkle::Appender tree_;
    JournalPos pos_;
    std::int64_t checked_ = 0, last_time_ = 0;
    std::vector<std::int64_t> without_payload_;
    std::map<std::int64_t, std::int64_t> redactions_;  ///< Erased position → entry that says so.
    std::set<std::string> named_;                      ///< Files that payloads name.
};

Result<std::int64_t> verify_state(store::Store& store, const store::Report& report) {
    // First the file: in a damaged one, anything may follow.
    TAMGA_TRY(store.check_structure(report));
    TAMGA_ASSIGN(const JournalPos head, store.head());
    TAMGA_ASSIGN(const auto scratch, store::open_scratch());
    TAMGA_TRY(scratch->begin_write());
    TAMGA_TRY(scratch->set_folded_by(list_rows_version()));
    Verification verification(store, *scratch, report);
    Result<void> added;
    TAMGA_TRY(store.entries({1}, head, [&](const store::Entry& entry, const store::Payload* payload) {
        added = verification.add(entry, payload);
        return added.has_value();
    }));
    TAMGA_TRY(added);
    return verification.end(head);
}

}  // namespace

Result<std::int64_t> verify(store::Store& store, const store::Report& report) {
    TAMGA_TRY(store.begin_read());
    auto checked = verify_state(store, report);
    store.roll_back();
    return checked;
}

}  // namespace tamga::journal
