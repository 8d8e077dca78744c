#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "journal/entry.hpp"
#include "journal/list_row.hpp"
#include "store/store.hpp"

// The tables of the register as a fold of its journal.
//
// Versions, links and redirects hold from the entry that makes them. What becomes of a commitment does not:
// it is judged at *settled* positions only, those after which no entry has the same time. The entries of a
// batch have one time, so that a commitment is judged once a batch, whatever that holds; and a row of what is
// judged holds from the first entry of that time on, however many batches it took. Who asks for a position
// that is not settled derives. How many records there are, and how many have a value, is counted at settled
// positions too.

namespace tamga::journal {

/// Most steps from an id to the one that it leads to now.
inline constexpr int kRedirectSteps = 16;

/// Where a name leads at `as_of`, after every rename. Errors: the store's.
Result<RecordId> resolve(store::Store& store, RecordId name, JournalPos as_of);

/// The words by which a record is found. `body` is an object.
store::Text words_of(Kind kind, const Json& body);

/// Which names were met: says "no" of none that was, and "yes" of few that were not, whatever their number (a
/// Bloom filter of 16 MB: one in 500 of ten million).
class Filter {
  public:
    /// True if the name may have been met before. From now on it has.
    bool meet(const RecordId& name);

  private:
    std::vector<std::uint64_t> bits_ = std::vector<std::uint64_t>(std::size_t{1} << 21);
};

/// Folds a journal's entries, one after the other, into projections, up to finish(). Whatever writes,
/// rebuilds or verifies goes through here, so that what a rebuild makes is what was there. Memory: the
/// commitments on which entries of one time bear. Errors: the stores'.
class Fold {
  public:
    /// Payloads are read from `journal`; the projections are those of the second, which may be the same
    /// store.
    Fold(store::Store& journal, store::Store& projections) : journal_(journal), projections_(projections) {}

    /// For one who goes on with a journal: `renames` if the register has a redirect, so that links must be
    /// resolved.
    Fold(store::Store& both, bool renames) : journal_(both), projections_(both), renames_(renames) {}

    /// For one who folds a whole journal from its first entry: most records have one version, and need no
    /// look-up of one before.
    static Fold of_all(store::Store& journal, store::Store& projections);

    /// Folds the entry at `pos`. `body` is null where there is no payload.
    Result<void> add(JournalPos pos, const Header& header, const Json* body);
    /// The same for one who knows whether it is the record's first version.
    Result<void> add(JournalPos pos, const Header& header, const Json* body, bool is_first);

    /// After the last entry: judges the commitments on which the entries of its time bear.
    Result<void> finish();

  private:
    Result<void> put(JournalPos pos, const Header& header, const Json* body, bool is_first);
    Result<void> rename(JournalPos pos, const Header& header);
    Result<void> assent(JournalPos pos, const Header& header);
    Result<void> turn_to(JournalPos pos, std::int64_t time);
    /// Note the commitments on which a record bears: as it stands before the entry at `pos`, or after; by its
    /// links; by being a result of theirs.
    Result<void> note(const RecordId& record, JournalPos pos);
    Result<void> note_links(const RecordId& record, const std::vector<Link>& links, JournalPos pos);
    Result<void> note_results(const RecordId& record, JournalPos pos);
    Result<void> judge(const std::string& commitment);
    /// Counts a record with this row, or takes it away (`more`: 1, -1).
    void tally(Kind kind, std::string_view row, std::int64_t more);
    /// Takes away the record as it stands before the entry at `pos`.
    Result<void> untally(const RecordId& record, JournalPos pos);
    Result<void> write_tallies();
    Result<std::optional<std::string>> judged_now(const RecordId& commitment);
    Result<Json> body_of(const store::Version& version);

    store::Store& journal_;
    store::Store& projections_;
    bool renames_ = false;
    std::int64_t time_ = 0;           ///< Of the last entry.
    JournalPos first_, last_;         ///< The first and the last entry of that time so far.
    bool joins_ = false;              ///< An earlier batch has the same time, and may have judged.
    std::set<std::string> to_judge_;  ///< Commitments on which its entries bear.
    std::map<std::tuple<Kind, std::string_view, std::string>, std::int64_t> more_;  ///< By its entries.
    std::map<Kind, ListRow> rows_;                                                  ///< To read them with.
    std::set<RecordId> series_;  ///< Series whose commitments are among them.
    std::optional<Filter> met_;  ///< The names of all entries before.
};

}  // namespace tamga::journal
