#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "crypto/sha256.hpp"

// The Merkle tree of RFC 6962 with SHA-256: hashes and arithmetic, no I/O.

namespace tamga::merkle {

using Hash = crypto::Digest;

/// Hash of a leaf: SHA-256(0x00 || data). Source: RFC 6962 2.1.
Hash leaf_hash(std::string_view data);
/// Hash of an inner node: SHA-256(0x01 || left || right). Source: RFC 6962 2.1.
Hash node_hash(const Hash& left, const Hash& right);
/// Root of the tree without leaves: SHA-256 of nothing. Source: RFC 6962 2.1.
Hash empty_root();

/// How many leaves a tree has.
struct TreeSize {
    std::int64_t value = 0;
    friend auto operator<=>(const TreeSize&, const TreeSize&) = default;
};

/// How high a node stands: 0 are the leaves; a complete node has 2^level of them below it.
struct Level {
    int value = 0;
    friend auto operator<=>(const Level&, const Level&) = default;
};

/// A complete node: the root of the 2^level leaves that start at leaf index × 2^level.
struct Node {
    Level level;
    std::int64_t index;
    Hash hash;
};

/// Gives the hash of a complete node that was stored.
using Reader = std::function<Result<Hash>(Level level, std::int64_t index)>;

/// Grows a tree leaf by leaf, keeping only the roots of its complete subtrees (at most one a level).
class Appender {
  public:
    /// A tree of `size` leaves whose complete nodes `read` gives. Errors: the reader's.
    static Result<Appender> resume(TreeSize size, const Reader& read);

    /// Adds a leaf and gives every node that it completes, the leaf's own first.
    std::vector<Node> append(const Hash& leaf);

    TreeSize size() const { return {size_}; }
    /// The root of the leaves so far.
    Hash root() const;

  private:
    std::int64_t size_ = 0;
    std::vector<Hash> peaks_;  ///< Roots of the complete subtrees, largest first: one for each bit of size_.
};

/// Root of the tree of the first `size` leaves. Reads at most one node a level. Errors: the reader's.
Result<Hash> root(TreeSize size, const Reader& read);

}  // namespace tamga::merkle
