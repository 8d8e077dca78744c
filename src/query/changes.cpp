#include "query/changes.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace tamga::query {

namespace {

/// By which field a record of the kind is a part of another one; empty: by none.
constexpr std::string_view part_by(Kind kind) {
    switch (kind) {
        case Kind::provision:
        case Kind::action:
            return "instrument";
        case Kind::observation:
            return "series";
        case Kind::report:
        case Kind::assessment:
            return "commitment";
        case Kind::reply:
            return "under";
        case Kind::name:
            return "of";
        default:
            return {};
    }
}

bool links_to(Kind kind, const Json& body, const RecordId& of) {
    return std::ranges::any_of(links_of(kind, body), [&](const Link& link) { return link.to == of; });
}

}  // namespace

Result<bool> is_of(const View& view, const RecordId& name, const Json& body, const RecordId& of) {
    if (name == of) return true;
    const std::string_view part = part_by(name.kind);
    for (const Link& link : links_of(name.kind, body)) {
        if (link.to == of) return true;
        if (part.empty() || link.field != part) continue;
        TAMGA_ASSIGN(const SnapshotPtr whole, view.find(link.to));
        if (whole && (whole->name == of || links_to(whole->name.kind, whole->body, of))) return true;
    }
    return false;
}

Result<std::optional<RecordChanges>> changes_of(const View& view, JournalPos since, const RecordId& name) {
    TAMGA_ASSIGN(std::vector<SnapshotPtr> versions, view.history(name));
    const auto first = std::ranges::find_if(versions, [&](const auto& one) { return one->from > since; });
    if (first == versions.end()) return std::nullopt;
    RecordChanges out{.name = name, .before = nullptr, .versions = {first, versions.end()}};
    if (first != versions.begin() && !(*(first - 1))->withdrawn) out.before = *(first - 1);
    if (!out.before && out.last().withdrawn) return std::nullopt;
    return out;
}

Result<Changes> changes(const View& view, JournalPos since, const std::optional<RecordId>& of,
                        std::size_t most) {
    Changes out;
    const std::int64_t entries = std::max<std::int64_t>(0, view.as_of().value - since.value);
    const std::size_t looked = std::min(static_cast<std::size_t>(entries), kMostLookedThrough);
    out.looked_since = {view.as_of().value - static_cast<std::int64_t>(looked)};
    std::set<RecordId> told_of;
    TAMGA_TRY(view.each_changed(looked, [&](const RecordId& changed) -> Result<bool> {
        TAMGA_ASSIGN(const SnapshotPtr now, view.find(changed));
        const RecordId& name = now ? now->name : changed;
        // An earlier id leads to what is told under its own.
        if (!told_of.insert(name).second) return true;
        // Most are told apart by what they say now; of those that left, what they said before decides.
        bool is_wanted = !of;
        if (of && now) {
            TAMGA_ASSIGN(is_wanted, is_of(view, name, now->body, *of));
        }
        if (is_wanted && out.records.size() >= most) {
            ++out.passed_over;
            return true;
        }
        if (!is_wanted && now && now->from <= since) return true;
        TAMGA_ASSIGN(auto told, changes_of(view, since, name));
        if (!told) return true;
        if (!is_wanted && told->before) {
            TAMGA_ASSIGN(is_wanted, is_of(view, name, told->before->body, *of));
        }
        if (!is_wanted) return true;
        if (out.records.size() >= most)
            ++out.passed_over;
        else
            out.records.push_back(*std::move(told));
        return true;
    }));
    return out;
}

}  // namespace tamga::query
