#pragma once

#include "web/desk/visit.hpp"
#include "web/frame/answer.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

// Where a party's signatory puts the party's seal on what the party wrote. The private key stays with its
// owner: what is signed comes from here, and a signature is what goes back.

/// What awaits the seal, and the party's keys: each entry is signed in the browser by a script, with a key
/// that is read from a file there. The form that takes the signatures, and keys that are registered or
/// revoked.
Answer seals_desk(Services& services, const Visit& visit, Page& page);
Answer seals_sent(Services& services, const Visit& visit, Page& page);

/// The same for programs, by `Authorization: Bearer TOKEN` of a party's signatory: what awaits its seal, from
/// the entry `after` on; and one signature, as JSON: {"entry","key","signature"}.
Answer pending_api(Services& services, const Visit& visit);
Answer seal_api(Services& services, const Visit& visit);

/// True for who signs for a party.
bool is_signatory(const access::Account& account);

}  // namespace tamga::web
