#include "web/parts/reading.hpp"

namespace tamga::web {

using query::SnapshotPtr;

SnapshotPtr Reading::find(const RecordId& name) {
    const auto known = found_.find(name);
    if (known != found_.end()) return known->second;
    auto result = view_.find(name);
    if (!result) {
        failed(result.error());
        return nullptr;
    }
    found_.emplace(name, *result);
    return *result;
}

std::vector<SnapshotPtr> Reading::linking_to(const RecordId& to, std::optional<Kind> kind,
                                             std::string_view field) {
    auto result = view_.linking_to(to, kind, field);
    if (!result) {
        failed(result.error());
        return {};
    }
    return *std::move(result);
}

}  // namespace tamga::web
