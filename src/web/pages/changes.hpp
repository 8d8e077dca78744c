#pragma once

#include <optional>
#include <string>

#include "query/changes.hpp"
#include "web/pages/feed.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// How many records a page of changes shows.
inline constexpr std::size_t kMostChangedShown = 300;

/// What a page of changes tells of: everything, or what is of one record (query::ChangedOf).
struct ChangesSubject {
    query::SnapshotPtr asked = {};           ///< The record that the address names; null: none.
    std::optional<RecordId> of = {};         ///< Of which changes are told: of a meeting, its mechanism.
    query::SnapshotPtr meeting_before = {};  ///< Of a meeting: the one before it.
};

/// Of that record. Of a meeting what is new for its mechanism since the meeting before it, one of the same
/// level if there was any.
ChangesSubject changes_subject(Page& page, const query::SnapshotPtr& record);

/// The day at whose end a period begins for which the address names none: a meeting's before, else so many
/// days before the page's.
inline constexpr std::int64_t kUsualDays = 30;
Date usual_since(const Page& page, const ChangesSubject& subject);

/// Context of the `changes` template: a paper for a meeting. `since` is the view of the period's beginning.
Json changes_context(Page& page, const ChangesSubject& subject, const query::View& since,
                     const query::Changes& changes);
/// "What is new: Title"; for a page that has no heading of its own, and the same of no record.
std::string changes_title(Page& page, const ChangesSubject& subject);

/// The same as data.
Json changes_data(Page& page, const ChangesSubject& subject, const query::View& since,
                  const query::Changes& changes);

/// A change for a message: {"text": "Changed: Title (commitment)", "href", "has_lines", "lines": [{"line"}]},
/// each line a field with its words before and after, cut where they are long.
Json told_change(Page& page, const query::RecordChanges& change);
/// A text of at most so many bytes, cut between characters, with "…" where something is missing.
std::string cut(std::string text, std::size_t most);

/// What the last changes were, each version for itself, as a feed; of a record all that is of it.
Result<Feed> changes_feed(Page& page, const std::optional<RecordId>& of);

}  // namespace tamga::web
