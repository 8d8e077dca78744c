#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "query/register.hpp"

namespace tamga::query {

/// What the register learnt of one record within a period.
struct RecordChanges {
    RecordId name;       ///< As it is called at the period's end.
    SnapshotPtr before;  ///< Its version at the period's beginning; null: it was not there, or was withdrawn.
    std::vector<SnapshotPtr> versions;  ///< Those that came within the period, oldest first; at least one.

    const Snapshot& last() const { return *versions.back(); }
    bool is_new() const { return !before && !last().withdrawn; }
};

/// What changed after one position of the journal, up to another.
struct Changes {
    std::vector<RecordChanges> records;  ///< The last changed first.
    std::size_t passed_over = 0;         ///< How many more records changed than were asked for.
    /// The position behind which all was looked through: `since`, but in a period of more entries than that.
    JournalPos looked_since = {};
};

/// So many entries before a view's position are looked through, and no more.
inline constexpr std::size_t kMostLookedThrough = 20'000;

/// The names of what changed in a period, the last changed first, and which of them are of which record, by
/// what they say at either end. What a version says is of the record itself, of those that it links to and,
/// if it is a part of one of these (an observation of a series, a report or an assessment on a commitment, a
/// reply, a provision of an instrument and what a party did about one, another name), of those that this one
/// links to. Made by one thread, then read by any number.
class ChangedOf {
  public:
    /// The same for a period up to the view's position of which `looked` entries are looked through, no more.
    static Result<ChangedOf> of(const View& view, JournalPos since, std::size_t looked);

    std::span<const RecordId> operator[](const RecordId& of) const;
    /// How many names it holds in all.
    std::size_t size() const { return size_; }

  private:
    std::map<RecordId, std::vector<RecordId>> by_;
    std::size_t size_ = 0;
};

/// What changed after `since` up to the view's position, of all records or of those that are `of` one
/// (ChangedOf); at most `most` records. What only public_by leaves out is told
/// all the same. What was there neither at the beginning nor at the end is not told. Errors: the view's.
Result<Changes> changes(const View& view, JournalPos since, const std::optional<RecordId>& of,
                        std::size_t most);

/// The same of one record that is known to have changed; nothing if it did not.
Result<std::optional<RecordChanges>> changes_of(const View& view, JournalPos since, const RecordId& name);

}  // namespace tamga::query
