#pragma once

#include <string>
#include <vector>

#include "web/parts/page.hpp"

namespace tamga::web {

/// How many entries a feed holds.
inline constexpr std::size_t kFeedLength = 50;

/// What a feed tells, in the page's language.
struct Feed {
    struct Entry {
        std::string name;                ///< What lasting_id() makes its id of.
        std::string href;                ///< The page that shows it, without the public address.
        Json title, text;                ///< As Words::text() gives them: {"text","tag","fallback"}.
        std::string published, updated;  ///< RFC 3339.
        std::string picture = {};        ///< The chart that it belongs to, as chart_picture() gives it.
    };
    std::string name;  ///< As an entry's.
    std::string title;
    std::vector<Entry> entries;  ///< Newest first.
};

/// A name for a feed, an entry or an event that holds wherever the journal is served, and after it has moved:
/// a UUID of version 8 (RFC 9562 5.8), half of the SHA-256 of the journal's first root, a line feed and the
/// name; "urn:uuid:" before it.
std::string lasting_id(Page& page, std::string_view name);

/// The series on whose chart a record is seen: it itself, that of a figure, the first of a claim. Null of
/// others.
query::SnapshotPtr charted_series(Page& page, const query::Snapshot& record);
/// The address of the chart's picture, without the public address, as the register is known where the page is
/// of. Empty if there is none.
std::string chart_picture(Page& page, const query::Snapshot& record);

/// Atom (RFC 4287). `origin` is the public address, such as https://example.org, or empty.
std::string atom_feed(Page& page, const Feed& feed, const std::string& origin);
/// JSON Feed 1.1 of the same.
Json json_feed(Page& page, const Feed& feed, const std::string& origin);

}  // namespace tamga::web
