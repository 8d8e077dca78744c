#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "journal/fold.hpp"
#include "journal/plan.hpp"
#include "merkle/tree.hpp"
#include "store/store.hpp"

namespace tamga::journal {

/// What a batch did, or would do.
struct Appended {
    JournalPos head;
    std::size_t created = 0, changed = 0, unchanged = 0, withdrawn = 0, renamed = 0;
    /// How far the clock is behind the journal's last entry, in seconds; 0 where it is not. New entries then
    /// bear that entry's time, for times never fall along the journal.
    std::int64_t clock_behind = 0;
};

/// Is told from time to time how many of a batch's changes are done, and of how many (0: not known), and
/// gives false to stop: then nothing is written.
using Progress = std::function<bool(std::size_t done, std::size_t of)>;

/// Is told what comes of each change; changes count from 0.
using Describe = std::function<void(std::size_t index, Outcome outcome)>;

/// A batch that comes piece by piece, in one transaction of the database: changes are checked and written as
/// they come, so that memory does not grow with their number (but by a few bits each). Until commit() nothing
/// is there for anybody else; what is not committed is undone. Not shared between threads.
class Writing {
  public:
    ~Writing();
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;

    /// The next changes, and the files that they name; both are the caller's again when it returns. What is
    /// refused goes to the refusals that begin() was given, and is not written; whoever owns them may take
    /// out what is in them. Errors: the store's; invalid_input; conflict if it was stopped.
    Result<void> add(std::span<const Change> changes, std::span<const File> files = {},
                     const Describe& describe = {});
    /// After the last change: tells the refusals that could not be told before, such as links to records that
    /// never came. Gives what the batch does, or would do.
    Result<Appended> check();
    /// Writes it for good. After check(). Errors: invalid_input if anything was refused; the store's.
    Result<Appended> commit();

    /// How many changes were added, and how often one was refused.
    std::size_t count() const { return planner_.count(); }
    std::size_t refused() const { return planner_.refused(); }
    /// A record's body as the changes so far leave it; nothing if it is not there.
    Result<std::optional<Json>> body(const RecordId& name);
    /// Calls `take` with the records of a kind that the register had before, and that no change so far puts,
    /// withdraws or renames; sorted by id, some thousand at a time. `take` may add changes.
    Result<void> each_unnamed(Kind kind,
                              const std::function<Result<void>(std::span<const RecordId> names)>& take);
    /// How many records the register had before; counted up to `most`.
    Result<std::size_t> records_before(std::size_t most);

  private:
    friend class Writer;
    Writing(store::Store& store, Author author, std::vector<Refusal>& refusals, Progress progress,
            std::size_t of)
        : store_(store),
          author_(std::move(author)),
          progress_(std::move(progress)),
          of_(of),
          planner_(store, author_, refusals) {}
    Result<void> begin(const Clock& clock);
    Result<void> keep_files(const Change& change, std::span<const File> files);
    Result<void> write(const Change& change, const Step& step);
    Result<void> erase(JournalPos pos, Kind kind);
    std::string salt();

    store::Store& store_;
    const Author author_;
    const Progress progress_;
    const std::size_t of_;
    Planner planner_;
    std::optional<Fold> fold_;
    merkle::Appender tree_;
    Appended appended_;
    std::int64_t time_ = 0;
    std::string salts_;  ///< Drawn, and not yet used.
    bool redacted_ = false;
    bool open_ = false;  ///< The transaction is.
};

/// The only writer: appends to the journal and folds into the projections, all in one transaction: entry,
/// payload, Merkle nodes, versions and links agree after a crash. Not shared between threads.
class Writer {
  public:
    /// The store is open for writing, and outlives this.
    Writer(store::Store& store, Clock clock) : store_(store), clock_(std::move(clock)) {}

    /// Appends a batch. A put whose body equals the record's current one adds no entry; a rename gives the
    /// record a new id, moves links that are not in the batch, and leaves a redirect; a redaction erases the
    /// payload and the files that only it named. If anything is refused, all refusals are told and nothing is
    /// written. Once the last change is, `progress` stops nothing more. Errors: the store's; invalid_input
    /// with `refusals` not empty; invalid_usage; conflict if it was stopped.
    Result<Appended> submit(const Batch& batch, std::vector<Refusal>& refusals,
                            const Progress& progress = {});

    /// What submit() would do: for --dry-run. It is done, and undone.
    Result<Appended> preview(const Batch& batch, std::vector<Refusal>& refusals, const Describe& describe);

    /// Begins a batch that comes piece by piece; of `of` changes, if that is known. Waits for nobody: the
    /// store has its turn. `refusals` outlives what is given. Errors: the store's; invalid_usage.
    Result<std::unique_ptr<Writing>> begin(Author author, std::vector<Refusal>& refusals,
                                           Progress progress = {}, std::size_t of = 0);

    /// Drops the projections and folds the whole journal again, in one transaction.
    Result<void> rebuild();
    /// The same within a transaction that somebody else began and ends.
    Result<void> refold();
    /// The same if another version of the program made them, or a part of them; else nothing.
    Result<void> refresh();

  private:
    store::Store& store_;
    Clock clock_;
};

}  // namespace tamga::journal
