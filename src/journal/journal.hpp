#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/store.hpp"

namespace tamga::journal {

using store::JournalPos;

/// What an entry does.
enum class Verb { put, withdraw, rename, redact };

/// One change that an author asks for.
struct Change {
    Verb verb = Verb::put;
    RecordId name = {};
    Json body = {};            ///< For put.
    std::string to = {};       ///< For rename: the new id.
    std::string reason = {};   ///< For withdraw and redact: why. For redact also `redacted`.
    JournalPos redacted = {};  ///< For redact: the entry whose payload goes.
};

/// A file to be kept with the changes that name it.
struct File {
    std::string sha256;
    std::string content;
};

/// One problem of one change; `index` counts the changes from 0.
struct Refusal {
    std::size_t index;
    Problem problem;
};

/// What append() did.
struct Appended {
    JournalPos head;
    std::size_t created = 0, changed = 0, unchanged = 0, withdrawn = 0, renamed = 0;
};

/// Appends changes to the journal and folds them into the projections, all in one transaction: entry,
/// payload, Merkle nodes, versions and links agree after a crash.
///
/// A put whose body equals the record's current one adds no entry. All changes are checked before any is
/// written: bodies against their kinds, and every link against the register as it will stand after all of
/// them; a rename gives the record a new id, moves links that are not in these changes, and leaves a
/// redirect. If anything is refused, all refusals are told (at most 1,000) and nothing is written.
///
/// Errors: as the store's; `refusals` non-empty (with code invalid_input) when changes do not hold.
class Journal {
  public:
    Journal(store::Store& store, Clock clock) : store_(store), clock_(std::move(clock)) {}

    Result<Appended> append(const std::string& author, const std::vector<Change>& changes,
                            const std::vector<File>& files, std::vector<Refusal>& refusals);

    /// What append() would do, without writing: for --dry-run. `describe` is told each change's outcome:
    /// "new", "changed", "unchanged", "withdrawn", "renamed".
    Result<Appended> preview(
        const std::vector<Change>& changes, const std::vector<File>& files, std::vector<Refusal>& refusals,
        const std::function<void(std::size_t index, std::string_view outcome)>& describe);

    /// Drops the projections and folds the whole journal again, in one transaction.
    Result<void> rebuild();

    /// Recomputes every leaf, node and payload hash and compares them with what is kept. Calls `report` for
    /// each disagreement and goes on. Gives the number of entries checked.
    Result<std::int64_t> verify(const std::function<void(std::string finding)>& report);

    /// Root of the tree of the first `size` entries (RFC 6962 2.1); of no entries: SHA-256 of nothing.
    Result<store::Hash> root(JournalPos size);

  private:
    struct Plan;
    Result<void> refold();
    Result<Plan> plan(const std::vector<Change>& changes, const std::vector<File>& files,
                      std::vector<Refusal>& refusals);

    store::Store& store_;
    Clock clock_;
};

/// An entry's header, read. See docs/formats/journal.md.
struct Header {
    std::int64_t time;
    std::string author;
    Verb verb;
    RecordId name;
    std::string payload_hash;  ///< 64 hexadecimal digits; empty where there is no payload.
    std::string to;            ///< For rename.
    std::string reason;
    JournalPos redacts;  ///< For redact: the entry whose payload was erased.
};
Result<Header> parse_header(std::string_view canonical_json);

}  // namespace tamga::journal
