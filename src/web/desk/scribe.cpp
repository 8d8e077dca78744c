#include "web/desk/scribe.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace tamga::web {

using std::chrono::steady_clock;

namespace {

/// Works that are one commit at most: each waits for all of them.
constexpr std::size_t kMostTogether = 64;

}  // namespace

Scribe::Scribe(std::string database, ScribeTimes times)
    : database_(std::move(database)), times_(times), thread_([this] { serve(); }) {}

Scribe::~Scribe() {
    {
        const std::lock_guard lock(mutex_);
        ends_ = true;
    }
    came_.notify_all();
    thread_.join();
}

void Scribe::carry_out(Job& job) {
    std::unique_lock lock(mutex_);
    waiting_.push_back(&job);
    came_.notify_one();
    went_.wait(lock, [&] { return job.done; });
    if (job.thrown) std::rethrow_exception(job.thrown);
}

/// Opens the store as soon as nobody else writes. Waits by trying again: who waits in the store waits for as
/// long as it takes.
Result<std::unique_ptr<store::Store>> Scribe::take_turn() const {
    const auto until = steady_clock::now() + times_.turn;
    for (;;) {
        auto store = store::open(database_, store::Mode::write);
        if (store || store.error().code != ErrorCode::conflict) return store;
        if (steady_clock::now() >= until)
            return fail(ErrorCode::io, "write to the register", store.error().cause,
                        "send it again when that one is done");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

std::size_t Scribe::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
}

bool Scribe::carry_out(Job& job, store::Store& store) {
    std::optional<ErrorCode> failure;
    try {
        failure = job.work(store);
    } catch (...) {
        job.thrown = std::current_exception();
        store.roll_back();
        return true;
    }
    return failure != ErrorCode::io && failure != ErrorCode::corrupt && failure != ErrorCode::state_unknown &&
           !store.outdated();
}

bool Scribe::carry_out(const std::vector<Job*>& jobs, store::Store& store) {
    const auto refuse = [&](const Error& error) {
        spdlog::warn("{}: {}", error.operation, error.message());
        for (Job* const job : jobs) job->refuse(error);
        return false;
    };
    if (const auto begun = store.begin_group(); !begun) return refuse(begun.error());
    for (Job* const job : jobs) {
        if (carry_out(*job, store)) continue;
        // The store knows less than it should; it is checked when it is opened again. Nobody was told yet.
        store.roll_back_group();
        return refuse({.code = ErrorCode::io,
                       .operation = "write to the register",
                       .place = {},
                       .cause = "the database failed; nothing was written",
                       .hint = "send it again"});
    }
    const auto committed = store.commit_group();
    return committed ? true : refuse(committed.error());
}

void Scribe::serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
        came_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        serve_while_open(lock);
    }
}

/// Opens the store, does what waits and what comes meanwhile, closes it. The lock is held but while it works.
void Scribe::serve_while_open(std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    auto store = take_turn();
    lock.lock();
    if (!store) {
        // Whoever came meanwhile has waited less, and would wait as long as all of them together.
        spdlog::warn("{}: {}", store.error().operation, store.error().message());
        for (Job* const job : waiting_) {
            job->refuse(store.error());
            job->done = true;
        }
        waiting_.clear();
        went_.notify_all();
        return;
    }
    const auto close_by = steady_clock::now() + times_.held;
    bool usable = true, in_time = true;
    while (usable && in_time) {
        if (!came_.wait_for(lock, times_.idle, [this] { return ends_ || !waiting_.empty(); })) break;
        if (waiting_.empty()) break;
        const auto end =
            waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kMostTogether));
        const std::vector<Job*> together(waiting_.begin(), end);
        waiting_.erase(waiting_.begin(), end);
        lock.unlock();
        usable = carry_out(together, **store);
        lock.lock();
        for (Job* const job : together) job->done = true;
        went_.notify_all();
        in_time = ends_ || steady_clock::now() < close_by;
    }
    lock.unlock();
    store->reset();
    if (!in_time) std::this_thread::sleep_for(times_.away);
    lock.lock();
}

}  // namespace tamga::web
