#pragma once

#include "status/status.hpp"
#include "web/page.hpp"

namespace tamga::web {

/// A commitment's status, derived from what the page's view knows on its day; derived once a page.
const Status& status_of(Page& page, const query::Snapshot& commitment);

/// The scale that the address chooses (?scale=), or the seven pledge states.
Scale chosen_scale(const Page& page);

/// Label of a scale's code in the page's language.
std::string state_label(const Page& page, Scale scale, std::string_view code);

/// {"class","label","overdue","overdue_text"} on the chosen scale, for the `badge` template.
Json status_badge(Page& page, const query::Snapshot& commitment);

/// [{"scale_href","scale_label","current"}]: the scales to choose from.
Json scale_choice(const Page& page);

/// Context of the `status` template: the sentence, the rule, the evidence, party by party.
Json status_context(Page& page, const query::Snapshot& commitment);

/// The derived status as data, for .json: every scale, the rule, the evidence.
Json status_data(Page& page, const query::Snapshot& commitment);

/// Context of the `status_bar` template over a set of commitments; null if the set is empty.
Json status_bar(Page& page, const std::vector<query::SnapshotPtr>& commitments);

/// Context of the `rules` template: every rule and scale.
Json rules_context(const Page& page);

}  // namespace tamga::web
