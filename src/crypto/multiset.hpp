#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tamga::crypto {

/// Tells whether two multisets of texts are the same, without holding them: the sums of their texts' keyed
/// hashes (SipHash-2-4 of 128 bits, as two sums modulo 2^64). As nobody knows the key, which is drawn anew
/// for each, other texts have the same sums by chance alone, one in 2^64 at the most. Source: D. Clarke et
/// al., "Incremental Multiset Hash Functions and Their Application to Memory Integrity Checking", 2003. Not
/// shared between threads.
class MultisetHash {
  public:
    MultisetHash();

    /// An empty one that can be taken from this one: their keys are the same.
    MultisetHash empty_alike() const;

    void add(std::string_view text);
    void remove(std::string_view text);
    /// All that was added to one that was empty_alike().
    void remove(const MultisetHash& other);
    /// Whether all that was added was removed, and nothing else.
    bool is_empty() const { return sums_ == Sums{}; }

  private:
    using Sums = std::array<std::uint64_t, 2>;
    Sums hash(std::string_view text) const;

    std::string key_;
    Sums sums_{};
};

}  // namespace tamga::crypto
