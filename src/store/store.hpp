#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "crypto/sha256.hpp"
#include "i18n/sought.hpp"
#include "merkle/tree.hpp"
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

/// How many more records have a value in a field. Fields and values as the fold names them.
struct TallyChange {
    std::string_view field, value;
    std::int64_t more;
};

/// The words by which a record is found, as i18n::each_word() gives them, parted by spaces. What must not be
/// taken for one phrase is parted by kTextsPart, which is no word.
struct Text {
    std::string title;  ///< Of its titles.
    std::string words;  ///< Of its other texts.
    bool empty() const { return title.empty() && words.empty(); }
};
inline constexpr std::string_view kTextsPart = "\u00b6";

/// What a party said of a version of a shared record: from the entry at `pos` up to, not including, that of
/// its next word about the same version.
struct Assent {
    JournalPos version;  ///< The entry whose payload the version is.
    std::string party;   ///< By the id that it then had.
    std::string answer;  ///< As the entry tells it.
    JournalPos pos;
    std::optional<JournalPos> until;  ///< None: it holds.
};

/// A party's public key, from the entry that registers it up to, not including, the one that revokes it.
struct Key {
    std::string key;    ///< 64 hexadecimal digits.
    std::string party;  ///< By the id that it then had.
    JournalPos from;
    std::optional<JournalPos> until;  ///< None: it holds.
};

/// The entry at `pos` holds a signature of the header of the entry `of`, by the key.
struct Seal {
    JournalPos of, pos;
    std::string key;
};

enum class Mode {
    read,   ///< Any number at once.
    write,  ///< One process at a time, each in its turn.
};

/// Is told once, in a sentence, who is in the way of one that has to wait for its turn.
using Waiting = std::function<void(std::string_view cause)>;

class Connection;
class Digests;
class PrivateTables;
class Query;

/// Takes one fault, as a sentence without a full stop.
using Report = std::function<void(std::string fault)>;

/// Everything that is kept, in one database: journal (entries, payloads, Merkle nodes, files) and projections
/// (versions, links, redirects, redactions, assents, keys, seals, judged, texts). SQL stands behind this
/// class and nowhere else; which database it is, the Connection knows.
///
/// Threads: a Store is one connection; each thread uses its own (see open_reader). One writer at a time.
/// Errors: io when the database refuses; state_unknown when a commit's fate is not known (the store then
/// refuses every further write until it is opened again); corrupt when the data does not agree with itself.
class Store {
  public:
    /// A store over a database that is open: in write mode its tables are made or brought up to date. Checks
    /// that the journal is whole and, in write mode, that nothing foreign stands in the schema. Errors:
    /// conflict if a newer program made the tables; corrupt.
    static Result<std::unique_ptr<Store>> over(std::unique_ptr<Connection> connection, Mode mode);
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    // -- transactions.
    Result<void> begin_write();
    Result<void> commit();
    void roll_back();
    /// The next transaction writes a whole register where there was none, and may be large. A file of
    /// SQLite's is then written beside its place, without a log, and put there by commit(), so that each page
    /// is written once; the others still find the register empty until then. Where that cannot be done
    /// (somebody serves it, the folder is not to be written to), and in other databases, it changes nothing.
    Result<void> write_aside();
    /// Makes one commit of several transactions: up to commit_group() each of them is a part that can be
    /// undone alone, and nothing of any is there for others. Errors: as of begin_write().
    Result<void> begin_group();
    /// Errors: as of commit(); then nothing of any part is there.
    Result<void> commit_group();
    void roll_back_group();
    /// Does `change`, which gives a Result, as one transaction: committed if it succeeds, undone if not.
    template <class Do>
    auto written(const Do& change) -> decltype(change()) {
        TAMGA_TRY(begin_write());
        auto done = change();
        if (!done) {
            roll_back();
            return done;
        }
        TAMGA_TRY(commit());
        return done;
    }
    /// Until roll_back() every look-up sees the same state.
    Result<void> begin_read();
    /// What was read here is no more, and nothing is read any more (conflict): open another.
    bool outdated() const;
    /// Copies everything, as it is at one moment, to a file that is not there yet: whole or not at all.
    /// Others may write meanwhile. Errors: conflict if there is a file; invalid_usage where the database
    /// itself is none; io.
    Result<void> back_up(const std::string& path);

    // -- the journal: appended to, never changed.
    Result<JournalPos> head();
    Result<void> append_entry(const Entry& entry, const Payload* payload);
    Result<std::optional<Entry>> entry(JournalPos pos);
    Result<std::optional<Payload>> payload(JournalPos pos);
    /// Calls `take` for each entry with first <= pos <= last and its payload (null if there is none), in
    /// order, until it gives false. Reads ahead by blocks of about 1 MiB, so that `take` may use the store.
    Result<void> entries(JournalPos first, JournalPos last,
                         const std::function<bool(const Entry&, const Payload*)>& take);
    /// The last position whose entry's time is at most `time`; 0 if there is none.
    Result<JournalPos> position_at(std::int64_t time);
    /// Removes the payload of an entry (redaction); the entry stays.
    Result<void> erase_payload(JournalPos pos);
    /// Complete Merkle nodes: level 0 are leaf hashes, index from 0.
    Result<void> put_node(const merkle::Node& node);
    Result<std::optional<Hash>> node(merkle::Level level, std::int64_t index);
    /// Nodes of a level from `first` on, up to the first that is missing, `most` at most.
    Result<std::vector<Hash>> nodes(merkle::Level level, std::int64_t first, std::int64_t most);

    // -- files, kept by their SHA-256 (64 hexadecimal digits).
    Result<void> put_file(const std::string& sha256, std::string_view content);
    Result<std::optional<std::string>> file(const std::string& sha256);

    Result<bool> has_file(const std::string& sha256);
    /// Removes a file that no payload names any more.
    Result<void> erase_file_unless_named(const std::string& sha256);
    /// Calls `take` for each file, sorted by name. The content holds until it returns.
    Result<void> files(const std::function<void(std::string_view sha256, std::string_view content)>& take);

    // -- projections: a fold of the journal.
    /// Whether they are all made: an older Tamga did not make those that came since.
    Result<bool> is_folded();
    /// For one who makes them all again.
    Result<void> drop_projections();
    /// Starts a version; the record's current one, if any, ends there. `is_first` saves the look-up of one.
    Result<void> put_version(const Version& version, bool is_first);
    /// Ends the record's current version without a new one (its id is given up by a rename).
    Result<void> end_version(const RecordId& name, JournalPos at);
    /// Sets the record's links from `from` on in place of those that it has: those gone are ended, new ones
    /// are started, the rest go on.
    Result<void> put_links(const RecordId& name, JournalPos from, const std::vector<Link>& links,
                           const std::vector<Link>& current);
    /// From `from` on, every link to `old_name` is one to `new_name`.
    Result<void> move_links(const RecordId& old_name, const RecordId& new_name, JournalPos from);
    Result<void> put_redirect(const RecordId& old_name, const std::string& new_id, JournalPos from);
    Result<void> put_redaction(JournalPos erased, JournalPos pos);
    /// From its `pos` on it holds; the party's word about the version before it, if any, must have ended.
    Result<void> put_assent(const Assent& assent);
    Result<void> end_assent(JournalPos version, const std::string& party, JournalPos at);
    /// A key is registered once, and revoked once.
    Result<void> put_key(const Key& key);
    Result<void> end_key(const std::string& key, JournalPos at);
    Result<void> put_seal(const Seal& seal);
    /// What became of the commitment, by `days` (status/judged.hpp; nothing: it is not there), from `from`
    /// on.
    Result<void> put_judged(const std::string& commitment, JournalPos from,
                            const std::optional<std::string>& days);
    /// Undoes the commitment's put_judged() of that position; what held before it goes on.
    Result<void> take_back_judged(const std::string& commitment, JournalPos from);
    /// From `from` on this is the record's row in lists (journal/list_row.hpp); it goes on if it is the same.
    Result<void> put_list_row(const RecordId& name, JournalPos from, std::string_view row, bool is_first);
    /// From `at` on the record is in no list.
    Result<void> end_list_row(const RecordId& name, JournalPos at);
    /// From `from` on, the first position of a time, so many more records of the kind have each value; none
    /// is among them twice. Of one position it may be called again.
    Result<void> add_to_tallies(Kind kind, std::span<const TallyChange> changes, JournalPos from);
    /// Which version of the program made the projections, in its own words; empty: an older one, that said
    /// nothing.
    Result<std::string> folded_by();
    Result<void> set_folded_by(std::string_view version);

    /// From `from` on the record is found by these words; by none if there are none. What stays as it was
    /// goes on as one row. At most one of the records that an entry changes has words of its own from there
    /// on.
    Result<void> put_text(const RecordId& name, JournalPos from, const Text& text, bool is_first);

    // -- look-ups; each an indexed range, whose cost does not grow with the length of the history.
    /// The version valid at `as_of`; nothing if the record was not yet there. Withdrawn versions are given as
    /// such.
    Result<std::optional<Version>> version(const RecordId& name, JournalPos as_of);
    /// Calls `take` for the name of each record that was ever there, sorted by kind and id; `take` may not
    /// use the store. Errors: corrupt if one is of a kind that is not known.
    Result<void> names(const std::function<void(const RecordId& name)>& take);
    /// The same for those that have more than one version.
    Result<void> names_of_several(const std::function<void(const RecordId& name)>& take);
    /// Names and versions of the records of a kind valid (and not withdrawn) at `as_of` whose id comes after
    /// `after`, sorted by id; no more than `most`.
    Result<std::vector<Version>> versions(Kind kind, JournalPos as_of, std::string_view after = {},
                                          std::int64_t most = kAll);
    static constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
    /// Calls `take` for each row of the kind valid at `as_of` whose id comes after `after`, sorted by id,
    /// until it gives false. `take` may use the store, but not ask this.
    Result<void> list_rows(Kind kind, JournalPos as_of, std::string_view after,
                           const std::function<bool(std::string_view id, std::string_view row)>& take);
    /// The record's row at `as_of`; nothing if it is in no list.
    Result<std::optional<std::string>> list_row(const RecordId& name, JournalPos as_of);
    /// All versions of one record up to `as_of`, oldest first.
    Result<std::vector<Version>> history(const RecordId& name, JournalPos as_of);
    /// Records whose links point to `to` at `as_of`, sorted by kind, id, field; of one kind, if it is named,
    /// and no more than `most`.
    Result<std::vector<Backlink>> backlinks(const RecordId& to, JournalPos as_of,
                                            std::optional<Kind> kind = {},
                                            std::size_t most = static_cast<std::size_t>(-1));
    /// Calls `take` for the row at `as_of` of each record of a kind that links to `to` through `field`,
    /// sorted by id, until it gives false; for no more than `most`. `take` may use the store, but not ask
    /// this.
    Result<void> linking_rows(const RecordId& to, Kind kind, std::string_view field, JournalPos as_of,
                              std::size_t most,
                              const std::function<bool(std::string_view id, std::string_view row)>& take);
    /// Whether no entry after `pos` has the same time: what is judged holds at such positions alone, and only
    /// there it is kept. False where the database is of an older Tamga.
    Result<bool> is_settled(JournalPos pos);
    /// What became of a commitment at `as_of`, as put_judged() had it; nothing if it was not there.
    Result<std::optional<std::string>> judged(const std::string& commitment, JournalPos as_of);
    /// Of all commitments, sorted by id. What is given holds until `take` returns.
    Result<void> each_judged(JournalPos as_of,
                             const std::function<void(std::string_view id, std::string_view days)>& take);
    /// The values of a field and how many records have each at `as_of`, a settled position; in no order.
    Result<std::vector<std::pair<std::string, std::int64_t>>> tallies(Kind kind, std::string_view field,
                                                                      JournalPos as_of);
    /// Where an old id leads at `as_of`; nothing if it is no redirect.
    Result<std::optional<std::string>> redirect(const RecordId& old_name, JournalPos as_of);
    struct Redirect {
        RecordId from;
        std::string to;
    };
    Result<std::vector<Redirect>> redirects(JournalPos as_of);

    /// The entry at `pos` says that the payload of the entry `erased` is gone.
    struct Redaction {
        JournalPos erased, pos;
    };
    /// Of one payload, or all, sorted. Errors: conflict in a database of an older Tamga that was not yet
    /// opened for writing.
    Result<std::vector<Redaction>> redactions(std::optional<JournalPos> erased = {});

    /// All that was said of a version up to `as_of`, oldest first; what was followed by `as_of` says so.
    Result<std::vector<Assent>> assents(JournalPos version, JournalPos as_of);
    /// Whether anybody ever assented or objected to anything.
    Result<bool> has_assents(JournalPos as_of);

    /// A key as it was known at `as_of`; nothing if it was not yet registered. If it was revoked it says so.
    Result<std::optional<Key>> key(const std::string& key, JournalPos as_of);
    /// The seals of an entry up to `as_of`, oldest first.
    Result<std::vector<Seal>> seals(JournalPos of, JournalPos as_of);

    /// How many records of a kind hold what is sought, and the texts of some.
    struct FoundTexts {
        Kind kind;
        std::int64_t count;
        std::vector<JournalPos> newest;  ///< Since when each has had these words, newest first.
    };
    /// Of each kind of which there are any, sorted by kind: the records that hold, at `as_of`, all terms that
    /// are sought, of which there is at least one. Either those that hold them in their titles, or the
    /// others. `newest` are at most `most` of each kind, those from before `before`. Errors: as of
    /// redactions().
    Result<std::vector<FoundTexts>> find_texts(const i18n::Sought& sought, bool in_title, JournalPos as_of,
                                               JournalPos before, std::size_t most);
    /// Calls `take` for the id of each record of a kind that holds, at `as_of`, all terms that are sought; in
    /// no order. Errors: as of redactions().
    Result<void> ids_with(const i18n::Sought& sought, Kind kind, JournalPos as_of,
                          const std::function<void(std::string_view id)>& take);
    /// Whose text it is.
    Result<std::optional<RecordId>> text_of(JournalPos pos);

    /// Every row of the projections as text, table by table in key order: for comparing two folds.
    Result<void> dump_projections(const std::function<void(std::string_view row)>& take);

    // -- checks of what is kept. Each calls `report` with a sentence for each fault and goes on; of many rows
    // of one table it tells the first few and how many more there are.
    /// The database's own check of its structure, and whether its tables are those that Tamga makes: a
    /// trigger or a view could change what is written or read.
    Result<void> check_structure(const Report& report);
    /// Payloads of no entry, and Merkle nodes beyond a tree of `head` leaves.
    Result<void> check_strays(JournalPos head, const Report& report);
    /// Compares the projections, row by row, with those of `folded`; but not what lists and searches know
    /// of `damaged` records, whose bodies are known to be others. `tables`: all, or those that no digests are
    /// made of (digests.hpp).
    enum class Compared : unsigned char { all, without_digests };
    Result<void> compare_projections(Store& folded, const std::set<RecordId>& damaged, const Report& report,
                                     Compared tables = Compared::all);
    /// Adds every row of the tables that digests are made of.
    Result<void> add_rows_to(Digests& digests);

  private:
    friend class PrivateTables;  // private_tables.hpp
    explicit Store(std::unique_ptr<Connection> connection);
    Result<Query> query(const char* sql);
    /// The first number of the first row.
    Result<std::int64_t> single(const char* sql);
    Result<std::int64_t> schema_step();
    Result<void> read_names(Query& select, const std::function<void(const RecordId& name)>& take);
    /// The step of the schema up to which the projections are made.
    Result<std::int64_t> folded_step();
    Result<void> migrate(std::size_t steps);
    Result<void> check_head();
    Result<void> check_schema(const Report& report);
    Result<void> check_has_texts();
    Result<void> end_link(const RecordId& from_record, const Link& link, JournalPos at);
    Result<void> start_link(const RecordId& from_record, const Link& link, JournalPos at);

    std::unique_ptr<Connection> connection_;
    bool broken_ = false;  ///< A commit's fate is not known.
    bool grouped_ = false, in_part_ = false;
};

/// Opens the register's database and, in write mode, creates or migrates its tables. `address` is a path, or
/// sqlite:PATH (sqlite::memory: for one that lasts as long as the Store), or postgresql://… as libpq reads
/// it. Who would write while another process does waits for its turn if there is a `waiting`, and sees then
/// what that one wrote. Errors: conflict if another process writes to it; not_found in read mode if there is
/// none; invalid_usage.
Result<std::unique_ptr<Store>> open(const std::string& address, Mode mode, const Waiting& waiting = {});

/// Says to other processes, for as long as what is given lives, that the database is served: it may be
/// written to, but not be replaced. Errors: conflict while it is; io.
Result<std::shared_ptr<const void>> serving(const std::string& address);

/// An empty store for the time being, whose memory is bounded: what is more goes to a file without a name in
/// the folder for temporary files. Nothing in it is ever synced.
Result<std::unique_ptr<Store>> open_scratch();

/// Makes a copy of `from` the register at `address`. What was there, in whatever state, is kept beside it
/// under the name that is given; an empty one if there was nothing. Errors: conflict while another process
/// writes there or serves it; invalid_usage where that is no file; io. A crash leaves the old one or the new
/// one.
Result<std::string> restore(Store& from, const std::string& address);

/// True if a register stands at the address. Errors: io where the server does not tell.
Result<bool> exists(const std::string& address);

/// The address as it may be told to anybody: without a password.
std::string shown(const std::string& address);

}  // namespace tamga::store
