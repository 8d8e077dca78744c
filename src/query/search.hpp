#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "i18n/sought.hpp"
#include "query/register.hpp"

namespace tamga::query {

/// After which record a search goes on. Records stand in two parts: first those whose titles hold all that is
/// sought, then the others; in each the one whose words are newest first.
struct SearchPlace {
    bool in_title = true;
    std::int64_t pos = std::numeric_limits<std::int64_t>::max();  ///< Of the text; unless told, before all.

    /// "title-120", "text-7".
    std::string text() const;
    /// Errors: invalid_input.
    static Result<SearchPlace> parse(std::string_view text);
};

struct SearchRequest {
    i18n::Sought sought;            ///< Of at least one term.
    std::optional<Kind> kind = {};  ///< Records of this kind only; all kinds are counted.
    SearchPlace after = {};         ///< Where a kind is named.
    std::size_t count = 5;          ///< How many records of each kind, at most.
};

/// What a search found of one kind.
struct FoundOfKind {
    Kind kind;
    std::size_t total;  ///< Whatever records were asked for.
    std::vector<SnapshotPtr> records = {};
    SearchPlace last = {};  ///< Of the last of `records`.
    bool more = false;      ///< There are others after it.
};

/// Kinds of which something was found; sources and names, which others cite, last. Nothing of what is
/// withdrawn or erased is found. Errors: those of the view; conflict in a database of an older Tamga that was
/// not yet written to by this one.
Result<std::vector<FoundOfKind>> search(const View& view, const SearchRequest& request);

}  // namespace tamga::query
