#pragma once

#include "web/desk/visit.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// The form of a record of the kind that the address names: of the one whose id `id` is, as it stands or as
/// the account's draft has it; else of a new one, begun with what the address says of its links
/// ("commitment=…"). What the account may not write is told on the page, with the role that could.
Answer record_form(Services& services, const Visit& visit, Page& page);

/// Takes what the form sent. Its "intent" says what is wanted: to check it and show what would change, to
/// keep it as a draft, to publish it, to throw the draft away, to withdraw the record (with a reason).
/// Nothing typed is lost: whatever cannot be done comes back in the form with the cause beside its field.
/// What is published says in the journal which account wrote it, for which party. Where the record has
/// another version than the form began with, both are shown side by side, and nothing is written until that
/// is sent again.
Answer record_form_sent(Services& services, const Visit& visit, Page& page);

}  // namespace tamga::web
