#pragma once

#include "web/desk/visit.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// Where a party's signatory agrees to a shared record, objects, or agrees with a reservation in words: the
/// text as it stands, what changed since the party's last word, and what the others said.
Answer assent_form(Services& services, const Visit& visit, Page& page);
/// Takes the word. It is of the version that was read: where the text changed meanwhile nothing is written.
Answer assent_form_sent(Services& services, const Visit& visit, Page& page);

/// Context of the shared records that wait for a word of the account's party, those that changed last first:
/// looked for among the last entries of the journal, and no more than a few are named.
Json awaiting_assent(Page& page, const access::Account& account);

}  // namespace tamga::web
