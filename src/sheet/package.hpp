#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

// The zip archive that a workbook is, for this room alone.

struct archive;

namespace tamga::sheet {

/// A refusal of the file `place`.
std::unexpected<Error> refuse(ErrorCode code, const std::string& place, std::string cause, std::string hint);
/// The same of a file that is not as its format says.
std::unexpected<Error> damaged(const std::string& place, std::string what);

/// How much may come out of one part; see Workbook.
inline constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
inline constexpr std::uint64_t kFreeBytes = std::uint64_t{64} << 20;
inline constexpr std::uint64_t kMostRatio = 300;

/// One part, unpacked as it is read. Its sum is checked at its end.
class Part {
  public:
    /// Fills the front of `to`; 0 at the end. Errors: invalid_input, out_of_range.
    Result<std::size_t> read(std::span<char> to);

  private:
    friend class Package;
    using Archive = std::unique_ptr<archive, int (*)(archive*)>;
    Part(Archive opened, std::string place, std::uint64_t most)
        : archive_(std::move(opened)), place_(std::move(place)), most_(most) {}

    Archive archive_;
    std::string place_;
    std::uint64_t most_;
    std::uint64_t bytes_ = 0;
};

/// A zip archive of parts.
class Package {
  public:
    static Result<Package> open(const std::string& path);
    static Result<Package> of(std::string_view bytes, std::string name);

    bool has(const std::string& part) const { return parts_.contains(part); }
    /// What errors call the file.
    const std::string& place() const { return place_; }
    /// Errors: invalid_input if there is no such part.
    Result<Part> part(const std::string& name) const;

  private:
    Package() = default;
    Result<void> list();
    Result<Part::Archive> start() const;

    std::string place_;
    bool in_memory_ = false;
    std::string_view bytes_;
    std::uint64_t size_ = 0;
    std::set<std::string> parts_;
};

}  // namespace tamga::sheet
