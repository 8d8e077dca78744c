#include "model/kind.hpp"

#include <algorithm>

#include "model/kind_table.hpp"

namespace tamga {

namespace {

using kind_table::kKinds;

}  // namespace

const Field* KindInfo::field(std::string_view field_name) const {
    const auto found = std::ranges::find(fields, field_name, &Field::name);
    return found == fields.end() ? nullptr : &*found;
}

std::size_t KindInfo::place(std::string_view field_name) const {
    return static_cast<std::size_t>(field(field_name) - fields.data());
}

std::span<const KindInfo> kinds() {
    return kKinds;
}

const KindInfo& info(Kind kind) {
    return kKinds[static_cast<int>(kind)];
}

std::optional<Kind> kind_named(std::string_view name) {
    for (const KindInfo& candidate : kKinds)
        if (candidate.name == name) return candidate.kind;
    return std::nullopt;
}

std::optional<Kind> kind_of_plural(std::string_view plural) {
    for (const KindInfo& candidate : kKinds)
        if (candidate.plural == plural) return candidate.kind;
    return std::nullopt;
}

bool is_id(std::string_view text) {
    if (text.empty() || text.size() > 100 || text.front() == '-') return false;
    return std::ranges::all_of(
        text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

}  // namespace tamga
