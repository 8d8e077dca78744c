#include "web/desk/scribe.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace tamga::web {

using std::chrono::steady_clock;

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

bool Scribe::carry_out(Job& job, store::Store& store) {
    std::optional<ErrorCode> failure;
    try {
        failure = job.work(store);
    } catch (...) {
        job.thrown = std::current_exception();
        return false;
    }
    // After these the store knows less than it should; it is checked when it is opened again.
    return failure != ErrorCode::io && failure != ErrorCode::corrupt && failure != ErrorCode::state_unknown &&
           !store.outdated();
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
        Job* const job = waiting_.front();
        waiting_.pop_front();
        lock.unlock();
        usable = carry_out(*job, **store);
        lock.lock();
        job->done = true;
        went_.notify_all();
        in_time = ends_ || steady_clock::now() < close_by;
    }
    lock.unlock();
    store->reset();
    if (!in_time) std::this_thread::sleep_for(times_.away);
    lock.lock();
}

}  // namespace tamga::web
