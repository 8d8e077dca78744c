#include "http/cache.hpp"

namespace tamga::http {

namespace {

constexpr std::size_t kOverhead = 1024;  // of an entry: its nodes, the heads

std::size_t cost(std::string_view key, const Response& response) {
    const std::size_t body = response.body && !response.body->in_file() ? response.body->bytes().size() : 0;
    return kOverhead + key.size() + (response.body && response.body->compressible() ? 2 * body : body);
}

bool in_file(const Response& response) {
    return response.body && response.body->in_file();
}

}  // namespace

std::shared_ptr<const Response> Cache::find(std::string_view key) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) {
        ++figures_.misses;
        return nullptr;
    }
    ++figures_.hits;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->response;
}

std::shared_ptr<const Response> Cache::insert(std::string key, Response response) {
    auto shared = std::make_shared<const Response>(freeze(std::move(response)));
    const std::size_t bytes = cost(key, *shared);
    const std::lock_guard lock(mutex_);
    if (const auto found = by_key_.find(key); found != by_key_.end()) drop(found->second);
    if (bytes > max_bytes_ / 4) return shared;
    while (bytes_ + bytes > max_bytes_) drop(std::prev(entries_.end()));
    if (in_file(*shared) && ++files_ > kMostFiles) {
        // The one that was not asked for longest.
        auto oldest = std::prev(entries_.end());
        while (!in_file(*oldest->response)) --oldest;
        drop(oldest);
    }
    entries_.push_front({std::move(key), shared, bytes});
    by_key_.emplace(entries_.front().key, entries_.begin());
    bytes_ += bytes;
    return shared;
}

void Cache::drop(std::list<Entry>::iterator entry) {
    bytes_ -= entry->bytes;
    if (in_file(*entry->response)) --files_;
    by_key_.erase(entry->key);
    entries_.erase(entry);
}

void Cache::clear() {
    const std::lock_guard lock(mutex_);
    by_key_.clear();
    entries_.clear();
    bytes_ = 0;
    files_ = 0;
}

Cache::Figures Cache::figures() const {
    const std::lock_guard lock(mutex_);
    return figures_;
}

std::size_t Cache::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

}  // namespace tamga::http
