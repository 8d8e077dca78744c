#include "merkle/tree.hpp"

namespace tamga::merkle {

Hash leaf_hash(std::string_view data) {
    return crypto::sha256(std::string_view("\0", 1), data);
}

Hash node_hash(const Hash& left, const Hash& right) {
    return crypto::sha256(std::string_view("\1", 1), crypto::bytes(left), crypto::bytes(right));
}

Hash empty_root() {
    return crypto::sha256("");
}

Result<Appender> Appender::resume(TreeSize size, const Reader& read) {
    Appender tree;
    tree.size_ = size.value;
    std::int64_t start = 0;
    for (int level = 62; level >= 0; --level) {
        if (!(size.value >> level & 1)) continue;
        TAMGA_ASSIGN(const Hash peak, read(Level{level}, start >> level));
        tree.peaks_.push_back(peak);
        start += std::int64_t{1} << level;
    }
    return tree;
}

std::vector<Node> Appender::append(const Hash& leaf) {
    std::vector<Node> complete{{Level{0}, size_, leaf}};
    Hash hash = leaf;
    // Each low bit of the old size is a subtree that this leaf's subtree completes with.
    for (int level = 0; size_ >> level & 1; ++level) {
        hash = node_hash(peaks_.back(), hash);
        peaks_.pop_back();
        complete.push_back({Level{level + 1}, size_ >> (level + 1), hash});
    }
    peaks_.push_back(hash);
    ++size_;
    return complete;
}

Hash Appender::root() const {
    if (peaks_.empty()) return empty_root();
    Hash hash = peaks_.back();
    for (std::size_t i = peaks_.size() - 1; i-- > 0;) hash = node_hash(peaks_[i], hash);
    return hash;
}

Result<Hash> root(TreeSize size, const Reader& read) {
    TAMGA_ASSIGN(const Appender tree, Appender::resume(size, read));
    return tree.root();
}

}  // namespace tamga::merkle
