#include "query/promise.hpp"

namespace tamga::query {

Result<Status> status_of(const View& view, const Snapshot& commitment) {
    TAMGA_ASSIGN(const auto evidence, view.evidence_of(commitment.name));
    StatusInput input{{commitment.name, &commitment.body}, {}, view.day()};
    for (const SnapshotPtr& record : evidence) input.linked.push_back({record->name, &record->body});
    return derive_status(input);
}

}  // namespace tamga::query
