#pragma once

#include <fmt/format.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <typeinfo>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "journal/log.hpp"
#include "query/as_of.hpp"
#include "query/assents.hpp"
#include "query/judgements.hpp"
#include "query/seals.hpp"
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
    std::string reason;  ///< Why it was withdrawn, where that was said.
    JournalPos payload =
        {};  ///< The entry whose payload is the body: `from`, or an earlier one after a rename.
    bool redacted = false;  ///< The payload was erased by a later entry: body is an empty object.
    Json body;              ///< Object; empty if withdrawn or redacted.

    /// All texts of the body, folded for searching (i18n/fold.hpp), one a line. Made at the first call.
    const std::string& folded() const;

  private:
    mutable std::once_flag folded_once_;
    mutable std::string folded_;
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// An erasure: the entry at `pos` says that the payload of the entry `erased` is gone, and why.
struct Erasure {
    JournalPos pos, erased;
    RecordId name;  ///< As the record was called in the erased entry.
    std::int64_t time;
    std::string reason;
};

class ChangedOf;
class Register;
/// The days by which sources were public, by their ids: the last day that each one's date can mean.
using SourceDates = std::unordered_map<std::string, Date>;

/// False for the kinds that name who and what the others speak of: they are there whatever was public.
bool claims(Kind kind);

/// The register as it was known at one journal position, judged on one day. The only read door: every page,
/// list, feed and answer asks a View. All look-ups see the same state. Cheap to make. Threads: one per View.
class View {
  public:
    JournalPos as_of() const { return as_of_; }
    JournalPos head() const { return head_; }     ///< The newest position when the view was made.
    const Date& day() const { return day_; }      ///< The UTC day on which due dates are judged.
    const Date& today() const { return today_; }  ///< The last day that can be asked for.
    bool is_latest() const { return latest_; }    ///< No as_of was asked for.
    /// The day by which all that the view shows was public; nothing if it was not asked for. See
    /// Register::at().
    const std::optional<Date>& public_by() const { return public_by_; }
    /// Whether the record counts when it is asked what was public: it is of a kind that names who and what
    /// others speak of, or one of its sources is dated (a source: it is dated itself).
    Result<bool> is_dated(const RecordId& name) const;
    Result<std::shared_ptr<const SourceDates>> source_dates() const;
    std::int64_t time() const { return time_; }  ///< Time of the entry at as_of; 0 if the journal is empty.

    /// The record as known then; null if not there or withdrawn.
    Result<SnapshotPtr> find(const RecordId& name) const;
    /// Whether the record's body, as known then, is this canonical text: for one who asks of many, nothing is
    /// parsed or kept. False where the name is an earlier id.
    Result<bool> says(const RecordId& name, std::string_view canonical_body) const;
    /// All records of a kind, sorted by id.
    Result<std::vector<SnapshotPtr>> all(Kind kind) const;
    /// The same one after the other, for kinds of any size: some are held at a time.
    Result<void> each(Kind kind, const std::function<Result<void>(const Snapshot&)>& take) const;
    /// Their names alone: no body is read.
    Result<std::vector<RecordId>> names(Kind kind) const;
    /// Calls `take` for the row in lists of each record of a kind whose id comes after `after`, sorted by id,
    /// until it gives false.
    Result<void> each_row(Kind kind, std::string_view after,
                          const std::function<bool(std::string_view id, std::string_view row)>& take) const;
    /// The columns (journal::column_of) in which a table of the kind's records has cells.
    Result<std::set<std::string>> columns(Kind kind) const;
    /// How many records of a kind there are by the values of a field that is counted beforehand
    /// (journal::tallied_fields; "": all, by the value ""). Nothing where the position is not settled
    /// (journal/fold.hpp).
    Result<std::optional<std::map<std::string, std::size_t>>> tallies(Kind kind,
                                                                      std::string_view field) const;
    /// Calls `take` for the id of each record of a kind whose texts hold all terms that are sought; in no
    /// order.
    Result<void> ids_with(const i18n::Sought& sought, Kind kind,
                          const std::function<void(std::string_view id)>& take) const {
        return reader_->ids_with(sought, kind, as_of_, take);
    }
    /// The row of one record; nothing if it is not there.
    Result<std::optional<std::string>> row(const RecordId& name) const;
    /// Calls `take` for the row of each record of a kind that links to `to` through `field`, sorted by id,
    /// until it gives false; for no more than `most`, hidden ones included.
    Result<void> linking_rows(
        const RecordId& to, Kind kind, FieldName field, std::size_t most,
        const std::function<bool(std::string_view id, std::string_view row)>& take) const;
    /// Errors: conflict if the rows were made by another version of the program.
    Result<void> check_rows() const;
    /// Records of `kind` (or of any kind) that link to `to`, through `field` if one is named; sorted by kind
    /// and id, each once.
    Result<std::vector<SnapshotPtr>> linking_to(const RecordId& to, std::optional<Kind> kind = {},
                                                std::string_view field = {}) const;
    /// All that bears on a commitment (journal/evidence.hpp), each once.
    Result<std::vector<SnapshotPtr>> evidence_of(const RecordId& commitment) const;
    /// What became of every commitment on the view's day: from what is kept, where the position is settled
    /// (journal/fold.hpp) and `public_by` is not asked for, else derived one by one. Kept for those who ask
    /// the same again.
    Result<std::shared_ptr<const Judgements>> judgements() const;
    /// The same links without a look at the records, sorted by kind, id and field: of one kind if it is
    /// named, and no more than `most`.
    Result<std::vector<store::Backlink>> links_to(const RecordId& to, std::optional<Kind> kind,
                                                  std::size_t most) const {
        return reader_->backlinks(to, as_of_, kind, most);
    }
    /// Who has agreed to the record's newest version (journal/assent.hpp). It is only recorded where the
    /// mechanism states no rule and nobody in the register ever gave a word.
    Result<Assents> assents(const RecordId& name) const;
    /// All that was said of the version that is the payload of the entry, oldest first; with `public_by`, by
    /// that day.
    Result<std::vector<Word>> said_of(JournalPos version) const;
    /// The seals of an entry, oldest first, with all that is needed to check them.
    Result<std::vector<Sealed>> seals_of(JournalPos entry) const;
    /// Versions up to as_of, oldest first, withdrawals included; those under earlier ids too, each by the
    /// name that it then had. At most `count` of them, from number `first` on, counted from 0.
    Result<std::vector<SnapshotPtr>> history(const RecordId& name, std::size_t first = 0,
                                             std::size_t count = static_cast<std::size_t>(-1)) const;
    /// How many there are.
    Result<std::size_t> version_count(const RecordId& name) const;
    /// The id that an old id now leads to; nothing if it is no redirect.
    Result<std::optional<std::string>> redirect(const RecordId& old_name) const;
    Result<std::vector<store::Store::Redirect>> redirects() const;
    /// Content of a kept file; null if there is none.
    Result<std::shared_ptr<const std::string>> file(const std::string& sha256) const;
    /// Calls `take` for each record that the last `most` entries up to as_of changed, the last change first,
    /// until it gives false; among them those that are no longer there.
    Result<void> each_changed(std::size_t most,
                              const std::function<Result<bool>(const RecordId& name)>& take) const;
    /// What `make` derives of this view alone, under a name that tells it from all else of its type: made
    /// once, and kept for those who ask the same of the same state. `Value` knows its size(), in records.
    template <class Value, class Make>
    Result<std::shared_ptr<const Value>> kept(std::string_view name, const Make& make) const {
        const std::string key = fmt::format("{} {} {}", typeid(Value).name(), name, state_key());
        if (auto known = find_kept(key)) return std::static_pointer_cast<const Value>(std::move(known));
        TAMGA_ASSIGN(Value value, make());
        auto made = std::make_shared<const Value>(std::move(value));
        keep(key, made, made->size() + 1);
        return made;
    }
    /// What changed after `since`, by the records that it is of (changes.hpp), as far as the last `looked`
    /// entries tell. Kept for those who ask the same again.
    Result<std::shared_ptr<const ChangedOf>> changed_of(JournalPos since, std::size_t looked) const;
    /// The records that changed last, newest first, at most `count`, and none that changed before the last
    /// thousand entries; without those that are no longer there.
    Result<std::vector<SnapshotPtr>> latest_changes(std::size_t count) const;
    /// Every erasure up to the head (not to as_of: what is gone is gone from the past too), or those of one
    /// payload, oldest first.
    Result<std::vector<Erasure>> erasures(std::optional<JournalPos> erased = {}) const;
    /// For search(): Store::find_texts() and text_of().
    Result<std::vector<store::Store::FoundTexts>> find_texts(const i18n::Sought& sought, bool in_title,
                                                             JournalPos before, std::size_t most) const;
    Result<SnapshotPtr> with_text(JournalPos pos) const;
    /// Time of the journal's first entry; 0 if there is none.
    Result<std::int64_t> first_time() const;

    /// Root of the tree when the journal had one entry, 64 hexadecimal digits: what names the journal for
    /// ever.
    Result<std::string> journal_id() const;

    /// Root of the Merkle tree at as_of, 64 hexadecimal digits (RFC 6962 2.1).
    Result<std::string> root() const;

  private:
    friend class Register;
    View() = default;
    Result<Judgements> judge_all() const;
    std::string state_key() const;
    std::shared_ptr<const void> find_kept(const std::string& key) const;
    void keep(const std::string& key, std::shared_ptr<const void> value, std::size_t weight) const;
    /// Reads what is kept of settled positions (journal/fold.hpp). False, and nothing is read, where the
    /// view's is none.
    Result<bool> if_settled(const std::function<Result<void>()>& read) const;
    Result<SnapshotPtr> look_up(const RecordId& name) const;
    Result<SnapshotPtr> load(const store::Version& version) const;
    Result<std::vector<store::Version>> versions_of(const RecordId& name) const;
    Result<std::vector<SnapshotPtr>> load_all(const std::vector<store::Version>& versions) const;
    /// The first records of a kind whose id comes after `after`, not kept for the next who asks.
    Result<std::vector<SnapshotPtr>> read_some(Kind kind, std::string_view after) const;
    /// Of a version and the entry that made it, with its payload, as far as they are there.
    Result<std::shared_ptr<Snapshot>> made_of(const store::Version& version, const store::Entry* entry,
                                              const store::Payload* payload) const;

    Result<void> each_known_row(
        Kind kind, std::string_view after,
        const std::function<bool(std::string_view id, std::string_view row)>& take) const;
    /// Whether the row's record was public by the day that is asked for.
    bool was_public(const SourceDates& dates, Kind kind, std::string_view id, std::string_view row) const;
    Result<void> keep_public(std::vector<SnapshotPtr>& records) const;

    Register* register_ = nullptr;
    std::shared_ptr<store::Store> reader_;
    std::optional<Date> public_by_;
    JournalPos as_of_, head_;
    Date day_ = Date::of_day(1970, 1, 1), today_ = day_;
    bool latest_ = true;
    std::int64_t time_ = 0;
};

/// Opens Views on one database: keeps a pool of read connections and bounded caches of parsed bodies and of
/// answers (what was known at a journal position never changes, so that they are never wrong). Any number of
/// threads.
class Register {
  public:
    /// Errors: as store::open in read mode.
    static Result<std::unique_ptr<Register>> open(const std::string& database, Clock clock);
    ~Register();

    /// The register now, judged today (UTC): the day of the clock or of the last entry, whichever is later.
    Result<View> now();
    /// The register as it was: judged on the day asked for, or on the day of the entry at the position asked
    /// for. Errors: out_of_range for a position beyond the head and for a day after today.
    ///
    /// With `public_by`, a full day no later than today, of what the register held then no more is shown than
    /// was public by that day, and it is judged on that day. A record was public if one of its sources is
    /// dated on or before the day: a less exact date by its last day. It is derived, not typed. Who and what
    /// others speak of (parties, mechanisms, sectors, principles, the imprint) is always shown; what has no
    /// dated source is not.
    Result<View> at(const AsOf& as_of, std::optional<Date> public_by = {});

    /// From here on every view is of the head and the day of this moment, whatever is written meanwhile. To
    /// be called before other threads ask.
    Result<void> hold();

    /// Head and day as one short text: changes exactly when a page may change. For cache keys and ETags.
    /// Cheap: one look-up of the head.
    Result<std::string> state();

  private:
    friend class View;
    struct Implementation;
    Result<View> as_known(const AsOf& as_of);
    explicit Register(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace tamga::query
