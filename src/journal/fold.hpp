#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "journal/entry.hpp"
#include "journal/filter.hpp"
#include "journal/list_row.hpp"
#include "store/digests.hpp"
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

/// Whether the projections are all made, by this version of the program. Errors: the store's.
Result<bool> is_folded(store::Store& store);

/// The words by which a record is found. `body` is an object.
store::Text words_of(Kind kind, const Json& body);

/// What a version makes by itself, whatever else the register holds.
struct Made {
    std::vector<Link> links = {};  ///< As they stand in the body.
    std::string row = {};          ///< ListRow::pack()
    store::Text words = {};
};
/// `body` is null where it was erased. On any thread.
Made made_of(const RecordId& name, const Json* body);

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

    /// For one who checks `journal`, a register without renames, against a fold of it: what follows from
    /// records with one version goes to `digests`, all else to `projections`. `several` are the records with
    /// more versions, as the register has them; look-ups at a position are made in its own tables. Both may
    /// be wrong: then what is folded differs from the tables, and that shows.
    static Fold checking(store::Store& journal, store::Store& projections, store::Digests& digests,
                         std::set<RecordId> several);

    /// Folds the entry at `pos`. `body` is null where there is no payload.
    Result<void> add(JournalPos pos, const Header& header, const Json* body);
    /// The same for one who knows whether it is the record's first version.
    Result<void> add(JournalPos pos, const Header& header, const Json* body, bool is_first);
    /// The same for one who has made_of() of what the entry puts; of others nothing.
    Result<void> add(JournalPos pos, const Header& header, Made made);

    /// After the last entry: judges the commitments on which the entries of its time bear.
    Result<void> finish();

  private:
    struct TextHash : std::hash<std::string_view> {
        using is_transparent = void;  // A look-up makes no copy.
    };
    /// How many more records of a kind there are, and how many more have a value, or a cell in a column.
    struct Counts {
        explicit Counts(Kind kind);
        ListRow row;
        std::int64_t records = 0;
        struct Field {
            std::string_view name;
            std::size_t at;  ///< In the row.
            bool held;       ///< The row holds its values.
            std::int64_t without = 0;
            std::unordered_map<std::string, std::int64_t, TextHash, std::equal_to<>> by_value = {};
        };
        std::vector<Field> fields = {};
        std::vector<std::int64_t> stated;  ///< Without a language: by the place of the field.
        std::unordered_map<std::string, std::int64_t, TextHash, std::equal_to<>> in_languages = {};
    };

    /// Where links and versions are looked up, and where it is told how things stood before an entry.
    store::Store& known() { return digests_ ? journal_ : projections_; }
    JournalPos before(JournalPos pos) const { return digests_ ? JournalPos{pos.value - 1} : pos; }

    Result<void> add(JournalPos pos, const Header& header, Made made, bool is_first);
    Result<void> put(JournalPos pos, const Header& header, Made made, bool is_first);
    Result<void> rename(JournalPos pos, const Header& header);
    Result<void> assent(JournalPos pos, const Header& header);
    Result<void> turn_to(JournalPos pos, std::int64_t time);
    /// Note the commitments on which a record bears: as it stands before the entry at `pos`, or after; by its
    /// links; by being a result of theirs.
    Result<void> note(const RecordId& record, JournalPos pos, const std::vector<Link>& links);
    void note_links(const RecordId& record, const std::vector<Link>& links);
    Result<void> note_results(const RecordId& record, JournalPos pos);
    /// Those noted since this was done last.
    Result<void> judge_noted();
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
    std::int64_t time_ = 0;              ///< Of the last entry.
    JournalPos first_, last_;            ///< The first and the last entry of that time so far.
    bool joins_ = false;                 ///< An earlier batch has the same time, and may have judged.
    std::set<std::string> to_judge_;     ///< Commitments on which its entries bear.
    std::map<Kind, Counts> more_;        ///< By its entries.
    std::set<RecordId> series_;          ///< Series whose figures are among its entries.
    std::optional<Filter> met_;          ///< The names of all entries before.
    store::Digests* digests_ = nullptr;  ///< Of one who checks.
    std::set<RecordId> several_;
};

}  // namespace tamga::journal
