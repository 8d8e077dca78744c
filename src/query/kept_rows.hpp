#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tamga::query {

/// The rows in lists of all records of a kind at one position, sorted by id, packed into blocks of memory;
/// and beside them those that changed since the blocks were filled, so that a write to one record costs no
/// reading of all. Any number of threads, once it is filled.
class KeptRows {
  public:
    /// Until it gives false.
    using Take = std::function<bool(std::string_view id, std::string_view row)>;
    /// By ids: the row from then on, nothing where there is none any more.
    using Changes = std::map<std::string, std::optional<std::string>, std::less<>>;

    /// Empty, to be filled.
    KeptRows() : blocks_(std::make_shared<Blocks>()) {}
    /// Adds a row whose id comes after those before it; false if it would be too much to keep.
    bool add(std::string_view id, std::string_view row);

    /// Calls `take` for the rows whose ids come after `after`.
    void each(std::string_view after, const Take& take) const;
    /// The same rows but for the changes; null if that is too much to keep.
    std::shared_ptr<const KeptRows> changed(const Changes& changes) const;
    /// What they take, at least 1.
    std::size_t bytes() const { return blocks_->bytes + changed_bytes_ + 1; }

  private:
    /// One text that grew would be there twice whenever it moves.
    struct Blocks {
        std::vector<std::string> blocks;
        std::size_t bytes = 0;
    };
    std::shared_ptr<Blocks> blocks_;  ///< Shared by those that changed() made; filled by the first alone.
    Changes changes_;
    std::size_t changed_bytes_ = 0;
};

/// Rows of one kind that are kept at most, in bytes.
inline constexpr std::size_t kMostRowBytes = std::size_t{48} << 20;
/// Changed rows beside the blocks, before these are filled anew.
inline constexpr std::size_t kMostChangedRows = 2'000;

}  // namespace tamga::query
