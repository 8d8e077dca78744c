#pragma once

#include <optional>
#include <string>

#include "access/follows.hpp"
#include "mail/message.hpp"
#include "web/desk/visit.hpp"
#include "web/site/followed.hpp"

namespace tamga::web {

/// How many changes a message tells; what is more stands on the page that it leads to.
inline constexpr std::size_t kMostInMail = 40;

/// The message that asks an address, or tells it what is new. Of the same row always the same. `mail` says
/// who gets it, `link` is the path of its own page ("/en/follow/…"). Errors: the register's; invalid_input
/// where what is followed is no more.
Result<mail::Message> letter(Services& services, const access::Mail& mail, const std::string& link,
                             const mail::Mailbox& from);

}  // namespace tamga::web
