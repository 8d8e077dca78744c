#include "query/kept_rows.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace tamga::query {

namespace {

constexpr std::size_t kBlock = std::size_t{64} << 10;
using Size = std::uint32_t;

void put(std::string& block, std::string_view text) {
    const auto size = static_cast<Size>(text.size());
    block.append(reinterpret_cast<const char*>(&size), sizeof size).append(text);
}

std::string_view get(std::string_view& rest) {
    Size size = 0;
    std::memcpy(&size, rest.data(), sizeof size);
    const std::string_view text = rest.substr(sizeof size, size);
    rest.remove_prefix(sizeof size + size);
    return text;
}

}  // namespace

bool KeptRows::add(std::string_view id, std::string_view row) {
    auto& [blocks, bytes] = *blocks_;
    const std::size_t size = 2 * sizeof(Size) + id.size() + row.size();
    if (bytes + size > kMostRowBytes) return false;
    if (blocks.empty() || blocks.back().size() + size > blocks.back().capacity())
        blocks.emplace_back().reserve(std::max(size, kBlock));
    put(blocks.back(), id);
    put(blocks.back(), row);
    bytes += size;
    return true;
}

void KeptRows::each(std::string_view after, const Take& take) const {
    auto change = changes_.upper_bound(after);
    for (const std::string& block : blocks_->blocks)
        for (std::string_view rest = block; !rest.empty();) {
            const std::string_view id = get(rest), row = get(rest);
            if (id <= after) continue;
            for (; change != changes_.end() && change->first < id; ++change)
                if (change->second && !take(change->first, *change->second)) return;
            if (change == changes_.end() || change->first != id) {
                if (!take(id, row)) return;
                continue;
            }
            if (change->second && !take(id, *change->second)) return;
            ++change;
        }
    for (; change != changes_.end(); ++change)
        if (change->second && !take(change->first, *change->second)) return;
}

std::shared_ptr<const KeptRows> KeptRows::changed(const Changes& changes) const {
    auto out = std::make_shared<KeptRows>(*this);
    for (const auto& [id, row] : changes) out->changes_.insert_or_assign(id, row);
    out->changed_bytes_ = 0;
    for (const auto& [id, row] : out->changes_) out->changed_bytes_ += id.size() + (row ? row->size() : 0);
    const bool is_much = out->bytes() > kMostRowBytes;
    if (out->changes_.size() <= kMostChangedRows && !is_much) return out;
    auto filled = std::make_shared<KeptRows>();
    bool fits = true;
    out->each({}, [&](std::string_view id, std::string_view row) { return fits = filled->add(id, row); });
    return fits ? filled : nullptr;
}

}  // namespace tamga::query
