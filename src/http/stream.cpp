#include "http/stream.hpp"

#include <algorithm>
#include <utility>

namespace tamga::http {

namespace {

constexpr std::size_t kWrittenAtOnce = std::size_t{64} * 1024;
constexpr std::size_t kTakenAtOnce = std::size_t{256} * 1024;
constexpr std::size_t kForgottenAtOnce = std::size_t{16} * 1024 * 1024;

}  // namespace

Stream::Stream(Spool spool, bool gzip, std::function<void()> wake)
    : wake_(std::move(wake)), spool_(std::move(spool)) {
    if (gzip) gzip_.emplace();
}

std::shared_ptr<Stream> Stream::make(bool gzip, std::function<void()> wake) {
    Spool spool;
    if (spool.open() != Spool::Added::yes) return nullptr;
    return std::shared_ptr<Stream>(new Stream(std::move(spool), gzip, std::move(wake)));
}

bool Stream::add(std::string_view bytes) {
    return gzip_ ? gzip_->add(bytes, [this](std::string_view piece) { return keep(piece); }) : keep(bytes);
}

bool Stream::keep(std::string_view bytes) {
    unwritten_ += bytes;
    return unwritten_.size() < kWrittenAtOnce || write();
}

bool Stream::write() {
    if (is_cancelled() || spool_.write(unwritten_) != Spool::Added::yes) return false;
    bool wakes = false;
    {
        const std::lock_guard lock(mutex_);
        written_ += unwritten_.size();
        wakes = std::exchange(waits_, false);
    }
    unwritten_.clear();
    if (wakes) wake_();
    return true;
}

void Stream::end(bool whole) {
    if (whole && gzip_) whole = gzip_->finish([this](std::string_view piece) { return keep(piece); });
    if (whole) whole = write();
    bool wakes = false;
    {
        const std::lock_guard lock(mutex_);
        is_ended_ = true;
        is_whole_ = whole;
        wakes = std::exchange(waits_, false);
    }
    if (wakes) wake_();
}

Stream::Took Stream::take(std::string& piece) {
    std::size_t size = 0;
    {
        const std::lock_guard lock(mutex_);
        size = is_cancelled_ ? 0 : std::min(written_ - taken_, kTakenAtOnce);
        if (size == 0) {
            if (is_ended_) return is_whole_ ? Took::all : Took::broken;
            waits_ = true;
            return Took::none_yet;
        }
    }
    piece.resize(size);
    if (!spool_.read(taken_, piece.data(), size)) {
        cancel();
        return Took::broken;
    }
    taken_ += size;
    if (taken_ - forgotten_ >= kForgottenAtOnce) {
        spool_.forget(taken_);
        forgotten_ = taken_;
    }
    return Took::some;
}

void Stream::cancel() {
    const std::lock_guard lock(mutex_);
    is_cancelled_ = true;
}

bool Stream::is_cancelled() const {
    const std::lock_guard lock(mutex_);
    return is_cancelled_;
}

}  // namespace tamga::http
