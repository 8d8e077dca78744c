#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "crypto/sha256.hpp"
#include "model/record.hpp"

namespace tamga::store {

/// How many entries the journal has; also the position of an entry counted from 1, so that what was known at
/// position N is the tree of the first N entries. A strong type: not to be mixed with leaf indexes (from 0).
struct JournalPos {
    std::int64_t value = 0;
    friend auto operator<=>(const JournalPos&, const JournalPos&) = default;
};

/// A SHA-256 digest.
using Hash = crypto::Digest;

/// One journal entry as stored.
struct Entry {
    JournalPos pos;
    std::int64_t time;   ///< Seconds since 1970-01-01T00:00:00Z; never less than the entry before.
    std::string header;  ///< Canonical JSON: the Merkle leaf's data.
};

/// What an entry's payload hash covers: SHA-256(salt || body).
struct Payload {
    std::string salt;  ///< 32 random bytes.
    std::string body;  ///< Canonical JSON of the record's body.
};

/// One version of a record: valid from the entry that made it up to, not including, the entry that ended it.
struct Version {
    RecordId name;
    JournalPos from;
    std::optional<JournalPos> until;  ///< None: still valid.
    bool withdrawn = false;           ///< True: from `from` on the record is withdrawn and has no body.
    JournalPos payload =
        {};  ///< The entry whose payload is the body: `from`, or an earlier one after a rename.
};

/// A link that holds over an interval of positions, told from the record that it points to.
struct Backlink {
    RecordId from;
    std::string field;
};

/// Everything that is kept, in one database: journal (entries, payloads, Merkle nodes, files) and projections
/// (versions, links, redirects). SQL stands behind this interface and nowhere else.
///
/// Threads: a Store is one connection; each thread uses its own (see open_reader). One writer at a time.
/// Errors: io when the database refuses; state_unknown when a commit's fate is not known (the store then
/// refuses every further write until it is opened again); corrupt when the data does not agree with itself.
class Store {
  public:
    virtual ~Store() = default;

    // -- transactions.
    virtual Result<void> begin_write() = 0;
    virtual Result<void> commit() = 0;
    virtual void roll_back() = 0;

    // -- the journal: appended to, never changed.
    virtual Result<JournalPos> head() = 0;
    virtual Result<void> append_entry(const Entry& entry, const Payload* payload) = 0;
    virtual Result<std::optional<Entry>> entry(JournalPos pos) = 0;
    virtual Result<std::optional<Payload>> payload(JournalPos pos) = 0;
    /// Calls `take` for each entry with first <= pos <= last, in order, until it gives false.
    virtual Result<void> entries(JournalPos first, JournalPos last,
                                 const std::function<bool(const Entry&)>& take) = 0;
    /// The last position whose entry's time is at most `time`; 0 if there is none.
    virtual Result<JournalPos> position_at(std::int64_t time) = 0;
    /// Removes the payload of an entry (redaction); the entry stays.
    virtual Result<void> erase_payload(JournalPos pos) = 0;
    /// Complete Merkle nodes: level 0 are leaf hashes, index from 0.
    virtual Result<void> put_node(int level, std::int64_t index, const Hash& hash) = 0;
    virtual Result<std::optional<Hash>> node(int level, std::int64_t index) = 0;

    // -- files, kept by their SHA-256 (64 hexadecimal digits).
    virtual Result<void> put_file(const std::string& sha256, std::string_view content) = 0;
    virtual Result<std::optional<std::string>> file(const std::string& sha256) = 0;

    // -- projections: a fold of the journal.
    virtual Result<void> drop_projections() = 0;
    /// Starts a version; the record's current one, if any, ends there. `is_first` saves the look-up of one.
    virtual Result<void> put_version(const Version& version, bool is_first) = 0;
    /// Ends the record's current version without a new one (its id is given up by a rename).
    virtual Result<void> end_version(const RecordId& name, JournalPos at) = 0;
    /// Sets the record's links from `from` on: those gone are ended, new ones are started, the rest go on.
    virtual Result<void> put_links(const RecordId& name, JournalPos from, const std::vector<Link>& links,
                                   bool is_first) = 0;
    /// From `from` on, every link to `old_name` is one to `new_name`.
    virtual Result<void> move_links(const RecordId& old_name, const RecordId& new_name, JournalPos from) = 0;
    virtual Result<void> put_redirect(const RecordId& old_name, const std::string& new_id,
                                      JournalPos from) = 0;

    // -- look-ups; each an indexed range, whose cost does not grow with the length of the history.
    /// The version valid at `as_of`; nothing if the record was not yet there. Withdrawn versions are given as
    /// such.
    virtual Result<std::optional<Version>> version(const RecordId& name, JournalPos as_of) = 0;
    /// Names and versions of all records of a kind valid (and not withdrawn) at `as_of`, sorted by id.
    virtual Result<std::vector<Version>> versions(Kind kind, JournalPos as_of) = 0;
    /// All versions of one record up to `as_of`, oldest first.
    virtual Result<std::vector<Version>> history(const RecordId& name, JournalPos as_of) = 0;
    /// Records whose links point to `to` at `as_of`, sorted by kind, id, field.
    virtual Result<std::vector<Backlink>> backlinks(const RecordId& to, JournalPos as_of) = 0;
    /// Where an old id leads at `as_of`; nothing if it is no redirect.
    virtual Result<std::optional<std::string>> redirect(const RecordId& old_name, JournalPos as_of) = 0;
    struct Redirect {
        RecordId from;
        std::string to;
    };
    virtual Result<std::vector<Redirect>> redirects(JournalPos as_of) = 0;

    /// Every row of the projections as text, table by table in key order: for comparing two folds.
    virtual Result<void> dump_projections(const std::function<void(std::string_view row)>& take) = 0;
};

enum class Mode {
    read,   ///< Any number at once.
    write,  ///< One process at a time: takes the database's lock; conflict names the holder.
};

/// Opens the register's database and, in write mode, creates or migrates its tables.
/// `address` is a path, or sqlite:PATH (sqlite::memory: for one that lasts as long as the Store);
/// postgresql:… is refused with a clear word until that store is there. Errors: conflict if another process
/// writes to it; not_found in read mode if there is none; invalid_usage.
Result<std::unique_ptr<Store>> open(const std::string& address, Mode mode);

/// True if a database stands at the address.
bool exists(const std::string& address);

}  // namespace tamga::store
