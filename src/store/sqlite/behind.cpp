#include "store/sqlite/behind.hpp"

#include <csignal>
#include <utility>

namespace tamga::store {

namespace {

/// A part is handed over when it has so many statements or bytes; so many parts wait at most.
constexpr std::size_t kPartSteps = 512, kPartBytes = 256u << 10, kPartsWaiting = 32;

}  // namespace

WriteBehind::WriteBehind(CarryOut carry_out) : carry_out_(std::move(carry_out)) {
    // Signals are for those who know of them.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

WriteBehind::~WriteBehind() {
    drop();
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

Result<void> WriteBehind::add(sqlite3_stmt* statement, std::span<const Value> values) {
    if (failed_) return settle();
    part_.steps.push_back({statement, values.size()});
    for (const Value& value : values) {
        part_.values.push_back(value);
        part_.bytes.append(value.bytes);
    }
    if (part_.steps.size() >= kPartSteps || part_.bytes.size() >= kPartBytes) hand_over();
    return {};
}

void WriteBehind::hand_over() {
    if (part_.steps.empty()) return;
    settled_ = false;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_.size() < kPartsWaiting; });
    waiting_.push_back(std::exchange(part_, {}));
    if (!used_.empty()) {
        part_ = std::move(used_.back());
        used_.pop_back();
    }
    lock.unlock();
    changed_.notify_all();
}

void WriteBehind::wait() {
    if (settled_) return;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_.empty() && !working_; });
    settled_ = true;
}

Result<void> WriteBehind::settle() {
    hand_over();
    wait();
    if (failed_) return std::unexpected(*failure_);
    return {};
}

void WriteBehind::drop() {
    part_ = {};
    failed_ = true;
    wait();
    failure_.reset();
    failed_ = false;
}

void WriteBehind::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return stop_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        Part part = std::move(waiting_.front());
        waiting_.pop_front();
        working_ = true;
        lock.unlock();
        changed_.notify_all();
        auto done = carry_out(part);
        part.steps.clear();
        part.values.clear();
        part.bytes.clear();
        lock.lock();
        working_ = false;
        if (!done && !failure_) failure_ = std::move(done).error();
        if (failure_) failed_ = true;
        used_.push_back(std::move(part));
        changed_.notify_all();
    }
}

Result<void> WriteBehind::carry_out(Part& part) {
    std::string_view rest = part.bytes;
    for (Value& value : part.values) {
        value.bytes = rest.substr(0, value.bytes.size());
        rest.remove_prefix(value.bytes.size());
    }
    std::span<const Value> values = part.values;
    for (const Step& step : part.steps) {
        if (failed_) return {};
        TAMGA_TRY(carry_out_(step.statement, values.first(step.values)));
        values = values.subspan(step.values);
    }
    return {};
}

}  // namespace tamga::store
