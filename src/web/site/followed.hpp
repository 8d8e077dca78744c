#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "query/changes.hpp"
#include "web/frame/refusal.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// What can be followed: a list with its filters, a record and what is of it, or everything.
struct Followed {
    std::string what;  ///< In its one form: "/commitments?by=cn", without language, day and order.
    Address address;   ///< The same as a page's.
    std::optional<Kind> list = {};    ///< Of which kind it is a list; nothing if it is none.
    std::optional<RecordId> of = {};  ///< Which record it is; nothing if it is none.
};

/// Reads an address of the register without language. Errors: it is none that can be followed, or its
/// parameters do not fit.
std::expected<Followed, Refusal> followed(const i18n::Language& language, std::string_view what);

/// What it is called in the language of the page, which is of `followed.address`: "Commitments (By: China)".
std::string followed_title(Page& page, const Followed& followed);

/// What changed of it after a position, at most `most` records. Of a list those that pass its filters now;
/// of a record and of everything as query::changes(). Errors: the view's; invalid_input for a filter's value
/// that there is no more.
Result<query::Changes> followed_changes(Page& page, const Followed& followed, query::JournalPos since,
                                        std::size_t most);

}  // namespace tamga::web
