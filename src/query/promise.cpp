#include "query/promise.hpp"

#include "status/judged.hpp"

namespace tamga::query {

Result<Status> status_of(const View& view, const Snapshot& commitment) {
    TAMGA_ASSIGN(const auto evidence, view.evidence_of(commitment.name));
    StatusInput input{{commitment.name, &commitment.body}, {}, view.day()};
    for (const SnapshotPtr& record : evidence) input.linked.push_back({record->name, &record->body});
    return derive_status(input);
}

Result<void> each_judged(const View& view,
                         const std::function<void(std::string_view id, const Judgement&)>& take) {
    Result<void> read;
    TAMGA_ASSIGN(const bool kept, view.each_kept_judgement([&](std::string_view id, std::string_view days) {
        if (!read) return;
        if (const auto judgement = judged_on(days, view.day()))
            take(id, *judgement);
        else
            read = std::unexpected(judgement.error());
    }));
    if (kept || !read) return read;
    TAMGA_ASSIGN(const auto names, view.names(Kind::commitment));
    for (const RecordId& name : names) {
        TAMGA_ASSIGN(const SnapshotPtr commitment, view.find(name));
        if (!commitment) continue;
        TAMGA_ASSIGN(const Status status, status_of(view, *commitment));
        take(name.id, status.judgement());
    }
    return {};
}

}  // namespace tamga::query
