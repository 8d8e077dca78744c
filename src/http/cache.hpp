#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "http/message.hpp"

namespace tamga::http {

/// Answers kept in memory, the least recently used dropped first. Any thread. The key says everything that
/// the answer depends on; nothing here expires.
class Cache {
  public:
    static constexpr std::size_t kMostFiles = 4;

    explicit Cache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    /// The answer under `key`, or null. Send it with `return *hit;`: a copy is cheap, see freeze().
    std::shared_ptr<const Response> find(std::string_view key);

    /// Freezes the answer, keeps it under `key` and gives it back. An answer that would take more than a
    /// quarter of the cache is given back only. Of those in files, which take little memory, kMostFiles are
    /// kept.
    std::shared_ptr<const Response> insert(std::string key, Response response);

    void clear();
    struct Figures {
        std::uint64_t hits = 0, misses = 0;  ///< Look-ups that found an answer, and those that did not.
    };
    Figures figures() const;
    /// What is held in memory, counting twice the bodies that may get a gzip form beside them.
    std::size_t bytes() const;

  private:
    struct Entry {
        std::string key;
        std::shared_ptr<const Response> response;
        std::size_t bytes;
    };

    void drop(std::list<Entry>::iterator entry);

    const std::size_t max_bytes_;
    mutable std::mutex mutex_;  // guards all below; held for a look-up at most
    std::list<Entry> entries_;  // most recently used first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;  // views of the entries' keys
    std::size_t bytes_ = 0;
    std::size_t files_ = 0;
    Figures figures_;
};

}  // namespace tamga::http
