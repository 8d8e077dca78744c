#include "query/changes.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
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

std::size_t entries_to_look_through(const View& view, JournalPos since) {
    const std::int64_t entries = std::max<std::int64_t>(0, view.as_of().value - since.value);
    return std::min(static_cast<std::size_t>(entries), kMostLookedThrough);
}

/// Calls `take` for each record that the last entries changed, by the name that it has now and with what it
/// says now (null: it is gone), each once, the last changed first.
Result<void> each_now(const View& view, std::size_t entries,
                      const std::function<Result<void>(const RecordId&, const SnapshotPtr&)>& take) {
    std::set<RecordId> told_of;
    return view.each_changed(entries, [&](const RecordId& changed) -> Result<bool> {
        TAMGA_ASSIGN(const SnapshotPtr now, view.find(changed));
        const RecordId& name = now ? now->name : changed;
        // An earlier id leads to what is told under its own.
        if (told_of.insert(name).second) TAMGA_TRY(take(name, now));
        return true;
    });
}

/// The records that a version of `name` is of: see ChangedOf. Sorted, each once.
Result<std::vector<RecordId>> all_of(const View& view, const RecordId& name, const Json& body) {
    std::vector<RecordId> out{name};
    const std::string_view part = part_by(name.kind);
    for (const Link& link : links_of(name.kind, body)) {
        out.push_back(link.to);
        if (part.empty() || link.field != part) continue;
        TAMGA_ASSIGN(const SnapshotPtr whole, view.find(link.to));
        if (!whole) continue;
        out.push_back(whole->name);
        for (Link& further : links_of(whole->name.kind, whole->body)) out.push_back(std::move(further.to));
    }
    std::ranges::sort(out);
    const auto twice = std::ranges::unique(out);
    out.erase(twice.begin(), twice.end());
    return out;
}

}  // namespace

Result<ChangedOf> ChangedOf::of(const View& view, JournalPos since, std::size_t looked) {
    ChangedOf out;
    TAMGA_TRY(each_now(view, looked, [&](const RecordId& name, const SnapshotPtr& now) -> Result<void> {
        std::vector<RecordId> of;
        if (now) {
            TAMGA_ASSIGN(of, all_of(view, name, now->body));
        }
        // Of those that left a record, or the register, what they said before decides.
        TAMGA_ASSIGN(const auto told, changes_of(view, since, name));
        if (!told) return {};
        if (told->before) {
            TAMGA_ASSIGN(const auto before, all_of(view, name, told->before->body));
            std::vector<RecordId> either;
            std::ranges::set_union(of, before, std::back_inserter(either));
            of = std::move(either);
        }
        out.size_ += of.size();
        for (RecordId& one : of) out.by_[std::move(one)].push_back(name);
        return {};
    }));
    return out;
}

std::span<const RecordId> ChangedOf::operator[](const RecordId& of) const {
    const auto found = by_.find(of);
    if (found == by_.end()) return {};
    return found->second;
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
    const std::size_t looked = entries_to_look_through(view, since);
    out.looked_since = {view.as_of().value - static_cast<std::int64_t>(looked)};
    const auto tell = [&](const RecordId& name) -> Result<void> {
        if (out.records.size() >= most) {
            ++out.passed_over;
            return {};
        }
        TAMGA_ASSIGN(auto told, changes_of(view, since, name));
        if (told) out.records.push_back(*std::move(told));
        return {};
    };
    if (!of) {
        TAMGA_TRY(
            each_now(view, looked, [&](const RecordId& name, const SnapshotPtr&) { return tell(name); }));
        return out;
    }
    TAMGA_ASSIGN(const auto changed, view.changed_of(since, looked));
    for (const RecordId& name : (*changed)[*of]) TAMGA_TRY(tell(name));
    return out;
}

}  // namespace tamga::query
