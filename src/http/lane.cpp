#include "http/lane.hpp"

#include <algorithm>

namespace tamga::http {

Lane::Lane(int threads) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { serve(); });
}

Lane::~Lane() {
    close(std::chrono::milliseconds(0));
}

bool Lane::add(std::string client, std::stop_token unwanted, std::function<void()> work, Limits most) {
    std::list<Waiting> dropped;  // freed after the lock is
    {
        const std::lock_guard lock(mutex_);
        if (closed_) return false;
        for (auto next = waiting_.begin(); next != waiting_.end();)
            if (const auto waiting = next++; waiting->unwanted.stop_requested())
                dropped.splice(dropped.end(), waiting_, waiting);
        const auto own =
            client.empty() ? 0
                           : static_cast<std::size_t>(std::ranges::count(waiting_, client, &Waiting::client));
        if (waiting_.size() >= most.all || own >= most.one) return false;
        const auto place = std::ranges::upper_bound(waiting_, own, {}, &Waiting::before);
        waiting_.insert(place, {std::move(client), own, std::move(unwanted), std::move(work)});
    }
    changed_.notify_one();
    return true;
}

bool Lane::close(std::chrono::milliseconds patience) {
    std::list<Waiting> dropped;
    std::unique_lock lock(mutex_);
    closed_ = true;
    dropped.swap(waiting_);
    changed_.notify_all();
    return changed_.wait_for(lock, patience, [this] { return running_ == 0; });
}

void Lane::serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        std::list<Waiting> turn;
        turn.splice(turn.begin(), waiting_, waiting_.begin());
        ++running_;
        lock.unlock();
        if (!turn.front().unwanted.stop_requested()) turn.front().work();
        turn.clear();  // what it held is freed before it counts as done
        lock.lock();
        if (--running_ == 0 && closed_) changed_.notify_all();
    }
}

}  // namespace tamga::http
