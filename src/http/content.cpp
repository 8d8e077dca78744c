#include "http/content.hpp"

#include <sys/mman.h>

#include <utility>

namespace tamga::http {

Content& Content::operator=(Content&& other) noexcept {
    if (this == &other) return *this;
    clear();
    memory_ = std::exchange(other.memory_, {});
    mapped_ = std::exchange(other.mapped_, nullptr);
    file_ = std::move(other.file_);
    size_ = std::exchange(other.size_, 0);
    return *this;
}

Content::Added Content::add(std::string_view bytes) {
    if (!in_file() && size_ + bytes.size() <= kInMemory) {
        memory_ += bytes;
    } else {
        if (!in_file()) {
            if (const Added opened = file_.open(); opened != Added::yes) return opened;
            if (const Added added = file_.write(memory_); added != Added::yes) return added;
            memory_ = {};
        }
        if (const Added added = file_.write(bytes); added != Added::yes) return added;
    }
    size_ += bytes.size();
    return Added::yes;
}

bool Content::finish() {
    if (in_file()) mapped_ = file_.map(size_);
    return !in_file() || mapped_;
}

void Content::clear() {
    if (mapped_) munmap(const_cast<char*>(mapped_), size_);
    file_.close();
    mapped_ = nullptr;
    size_ = 0;
    memory_.clear();
    // An idle connection keeps little.
    if (memory_.capacity() > std::size_t{64} * 1024) memory_.shrink_to_fit();
}

}  // namespace tamga::http
