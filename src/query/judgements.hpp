#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "status/status.hpp"

namespace tamga::query {

/// What became of every commitment on one day, by id, as far as lists, counts and averages need it. Of very
/// many few differ: each is held once. Made by one thread, then read by any number.
class Judgements {
  public:
    /// Ids come in their order, each once.
    void add(std::string_view id, Judgement judgement);
    /// The same, told as a text: it is read where it was not met before. Errors: corrupt.
    Result<void> add_piece(std::string_view id, std::string_view piece);
    /// No more is added: gives back what only adding needs.
    void finish();

    /// Null if there is none. Quick where ids are asked for in their order: `at` is where the last was found,
    /// at first 0.
    const Judgement* find(std::string_view id, std::size_t& at) const;
    std::size_t size() const { return by_id_.size(); }
    void each(const std::function<void(std::string_view id, const Judgement&)>& take) const;

  private:
    std::vector<Judgement> distinct_;
    std::vector<std::pair<std::string, std::uint32_t>> by_id_;  ///< Sorted.
    std::unordered_map<std::string, std::uint32_t> met_;        ///< While adding: pieces.
};

}  // namespace tamga::query
