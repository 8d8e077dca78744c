#include "query/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tamga::query {

namespace {

constexpr std::int64_t kBeforeAll = std::numeric_limits<std::int64_t>::max();
constexpr std::string_view kInTitle = "title-", kInText = "text-";

/// The order in which kinds are told.
int place_of(Kind kind) {
    const bool last = kind == Kind::source || kind == Kind::name || kind == Kind::reply;
    return static_cast<int>(kind) + (last ? kKindCount : 0);
}

FoundOfKind& of_kind(std::vector<FoundOfKind>& found, Kind kind) {
    auto known = std::ranges::find(found, kind, &FoundOfKind::kind);
    if (known == found.end()) known = found.insert(known, {kind, 0});
    return *known;
}

}  // namespace

std::string SearchPlace::text() const {
    return fmt::format("{}{}", in_title ? kInTitle : kInText, pos);
}

Result<SearchPlace> SearchPlace::parse(std::string_view text) {
    SearchPlace place{.in_title = text.starts_with(kInTitle)};
    if (place.in_title || text.starts_with(kInText)) {
        const std::string_view number = text.substr((place.in_title ? kInTitle : kInText).size());
        const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), place.pos);
        if (problem == std::errc() && end == number.data() + number.size() && place.pos > 0) return place;
    }
    return fail(ErrorCode::invalid_input, "read where a search goes on",
                fmt::format("'{}' is no place in a search", text), "follow the links of the answer");
}

Result<std::vector<FoundOfKind>> search(const View& view, const SearchRequest& request) {
    std::vector<FoundOfKind> found;
    for (const bool in_title : {true, false}) {
        // One more than asked for tells whether there are more. None where the search goes on in the other
        // part.
        const bool past = in_title && !request.after.in_title;
        const JournalPos before =
            in_title == request.after.in_title ? JournalPos{request.after.pos} : JournalPos{kBeforeAll};
        TAMGA_ASSIGN(const auto parts,
                     view.find_texts(request.sought, in_title, before, past ? 0 : request.count + 1));
        for (const auto& part : parts) {
            FoundOfKind& of = of_kind(found, part.kind);
            of.total += static_cast<std::size_t>(part.count);
            if (request.kind && request.kind != part.kind) continue;
            for (const JournalPos pos : part.newest) {
                if (of.records.size() == request.count) {
                    of.more = true;
                    break;
                }
                TAMGA_ASSIGN(SnapshotPtr record, view.with_text(pos));
                if (!record || record->redacted) continue;  // Erased since the words were looked up.
                of.records.push_back(std::move(record));
                of.last = {in_title, pos.value};
            }
        }
    }
    std::ranges::sort(found, {}, [](const FoundOfKind& one) { return place_of(one.kind); });
    return found;
}

}  // namespace tamga::query
