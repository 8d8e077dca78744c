#pragma once

#include "web/parts/page.hpp"

namespace tamga::web {

/// Context of the `record` template (of `mechanism` for a mechanism): everything that the register holds of
/// one record, with what links to it.
Json record_context(Page& page, const query::Snapshot& record);

/// Context of the `preview` template: what readers would see of a record with that body, once it is written.
Json preview_context(Page& page, const RecordId& name, const Json& body);

/// Context of the `history` template: versions, oldest first, each with its differences from the one before
/// it. Where `first_before`, the first is not shown: it is the one before the next.
Json history_context(Page& page, const RecordId& name, const std::vector<query::SnapshotPtr>& versions,
                     bool first_before);

/// What differs between two bodies of a record, field by field, as the `difference` template shows it:
/// [{"change_label","words"}].
Json changed_fields(Page& page, Kind kind, const Json& before, const Json& after);

/// "first changed … , N versions" for the foot of a record's page.
Json history_line(Page& page, const query::Snapshot& record);

/// Records that link to this one, by kind and field, as the `relations` template shows them; those whose kind
/// is in `without` are left out.
Json relations(Page& page, const query::Snapshot& record, const std::vector<Kind>& without = {});

}  // namespace tamga::web
