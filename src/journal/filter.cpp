#include "journal/filter.hpp"

#include <functional>
#include <string>

namespace tamga::journal {

bool Filter::meet(const RecordId& name) {
    // Four places from one hash of 64 bits, by the usual two halves.
    std::uint64_t hash = std::hash<std::string>{}(name.id) ^ (static_cast<std::uint64_t>(name.kind) << 56);
    hash = (hash ^ (hash >> 31)) * 0x9e3779b97f4a7c15;
    const std::uint64_t step = hash >> 32 | 1;
    bool all = true;
    for (int i = 0; i < 4; ++i, hash += step) {
        std::uint64_t& word = bits_[hash / 64 % bits_.size()];
        const std::uint64_t bit = std::uint64_t{1} << hash % 64;
        all = all && (word & bit) != 0;
        word |= bit;
    }
    return all;
}

}  // namespace tamga::journal
