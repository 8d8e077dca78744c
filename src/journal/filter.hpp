#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/record.hpp"

namespace tamga::journal {

/// Which names were met: says "no" of none that was, and "yes" of few that were not, whatever their number (a
/// Bloom filter of 16 MB: one in 500 of ten million).
class Filter {
  public:
    /// True if the name may have been met before. From now on it has.
    bool meet(const RecordId& name);

  private:
    std::vector<std::uint64_t> bits_ = std::vector<std::uint64_t>(std::size_t{1} << 21);
};

}  // namespace tamga::journal
