#pragma once

#include "query/listing.hpp"
#include "status/status.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// A commitment's status (query/promise), derived once a page. Where it cannot be read, the page has an
/// error.
const Status& status_of(Page& page, const query::Snapshot& commitment);

/// The scale that the address chooses (?scale=), or the pledge states.
Scale chosen_scale(const Page& page);

/// Label of a scale's code in the page's language.
std::string state_label(const Page& page, Scale scale, std::string_view code);

/// A state's code: "in-progress".
std::string_view pledge_code(Pledge pledge);
/// The code on a scale of what holds for one party.
std::string party_code(const PartyStatus& party, Scale scale);
/// {"class","label"} of a code.
Json state_context(const Page& page, Scale scale, std::string_view code);

/// {"class","label","overdue","overdue_text"} on the chosen scale, for the `badge` template.
Json status_badge(Page& page, const query::Snapshot& commitment);
Json status_badge(const Page& page, const Judgement& judgement);

/// [{"scale_href","scale_label","current"}]: the scales to choose from.
Json scale_choice(const Page& page);

/// Context of the `status_bar` template over the commitments of a listing; null if it has none. `chosen` are
/// the parameters by which the list of commitments shows that set: each part leads to those of its state
/// among them.
Json status_bar(Page& page, const query::Listing& commitments, const Page::Parameters& chosen);

/// Context of the `rules` template: every rule with its condition, sentence, count and example, and every
/// scale.
Json rules_context(Page& page);

}  // namespace tamga::web
