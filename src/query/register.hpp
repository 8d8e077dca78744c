#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "journal/journal.hpp"
#include "store/store.hpp"

namespace tamga::query {

using store::JournalPos;

/// One version of a record with its parsed body; never changes, shared freely between threads.
struct Snapshot {
    RecordId name;
    JournalPos from;
    std::int64_t time;  ///< When it was written (seconds since 1970, UTC).
    std::string author;
    bool withdrawn = false;
    std::string reason;     ///< Why it was withdrawn, where that was said.
    bool redacted = false;  ///< The payload was erased by a later entry: body is an empty object.
    Json body;              ///< Object; empty if withdrawn or redacted.
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

class Register;

/// The register as it was known at one journal position, judged on one day. The only read door: every page,
/// list, feed and answer asks a View. All look-ups see the same state. Cheap to make. Threads: one per View.
class View {
  public:
    JournalPos as_of() const { return as_of_; }
    JournalPos head() const { return head_; }    ///< The newest position when the view was made.
    const Date& day() const { return day_; }     ///< The UTC day on which due dates are judged.
    bool is_latest() const { return latest_; }   ///< No as_of was asked for.
    std::int64_t time() const { return time_; }  ///< Time of the entry at as_of; 0 if the journal is empty.

    /// The record as known then; null if not there or withdrawn.
    Result<SnapshotPtr> find(const RecordId& name) const;
    /// All records of a kind, sorted by id.
    Result<std::vector<SnapshotPtr>> all(Kind kind) const;
    /// Records of `kind` (or of any kind) that link to `to`, through `field` if one is named; sorted by kind
    /// and id, each once.
    Result<std::vector<SnapshotPtr>> linking_to(const RecordId& to, std::optional<Kind> kind = {},
                                                std::string_view field = {}) const;
    /// Every version up to as_of, oldest first, withdrawals included; those under earlier ids too, each by
    /// the name that it then had.
    Result<std::vector<SnapshotPtr>> history(const RecordId& name) const;
    /// The id that an old id now leads to; nothing if it is no redirect.
    Result<std::optional<std::string>> redirect(const RecordId& old_name) const;
    Result<std::vector<store::Store::Redirect>> redirects() const;
    /// Content of a kept file; null if there is none.
    Result<std::shared_ptr<const std::string>> file(const std::string& sha256) const;
    /// The newest versions of all kinds up to as_of, newest first, at most `count`: for "latest changes".
    Result<std::vector<SnapshotPtr>> latest_changes(std::size_t count) const;
    /// Time of the journal's first entry; 0 if there is none.
    Result<std::int64_t> first_time() const;

    /// Root of the Merkle tree at as_of, 64 hexadecimal digits (RFC 6962 2.1).
    Result<std::string> root() const;

  private:
    friend class Register;
    View() = default;
    Result<SnapshotPtr> look_up(const RecordId& name) const;
    Result<SnapshotPtr> load(const store::Version& version) const;
    Result<std::vector<SnapshotPtr>> load_all(const std::vector<store::Version>& versions) const;

    Register* register_ = nullptr;
    std::shared_ptr<store::Store> reader_;
    JournalPos as_of_, head_;
    Date day_ = Date::of_day(1970, 1, 1);
    bool latest_ = true;
    std::int64_t time_ = 0;
};

/// Opens Views on one database: keeps a pool of read connections and bounded caches of parsed bodies and of
/// answers (what was known at a journal position never changes, so that they are never wrong). Any number of threads.
class Register {
  public:
    /// Errors: as store::open in read mode.
    static Result<std::unique_ptr<Register>> open(const std::string& database, Clock clock);
    ~Register();

    /// The register now, judged today (UTC).
    Result<View> now();
    /// The register at `as_of`: a day ("2026-11-23": its end, UTC; judged on that day) or "@" and a position
    /// ("@120": judged on the day of that entry). Errors: invalid_input with a hint; out_of_range for a
    /// position beyond the head. A day after today is out_of_range too.
    Result<View> at(std::string_view as_of);

    /// Head and day as one short text: changes exactly when a page may change. For cache keys and ETags.
    /// Cheap: one look-up of the head.
    Result<std::string> state();

  private:
    friend class View;
    struct Implementation;
    explicit Register(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace tamga::query
