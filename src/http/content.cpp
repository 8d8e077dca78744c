#include "http/content.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "base/temporary.hpp"

namespace tamga::http {

namespace {

std::atomic<int> files_in_use{0};

int nameless_file() {
    const std::string folder = temporary_folder();
    if (const int file = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600); file >= 0) return file;
    // Not every file system has files that never had a name.
    std::string name = folder + "/tamga-XXXXXX";
    const int file = mkostemp(name.data(), O_CLOEXEC);
    if (file >= 0) unlink(name.c_str());
    return file;
}

}  // namespace

Content& Content::operator=(Content&& other) noexcept {
    if (this == &other) return *this;
    clear();
    memory_ = std::exchange(other.memory_, {});
    mapped_ = std::exchange(other.mapped_, nullptr);
    file_ = std::exchange(other.file_, -1);
    size_ = std::exchange(other.size_, 0);
    return *this;
}

Content::Added Content::write(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return Added::no_room;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return Added::yes;
}

Content::Added Content::add(std::string_view bytes) {
    if (file_ < 0 && size_ + bytes.size() <= kInMemory) {
        memory_ += bytes;
    } else {
        if (file_ < 0) {
            if (files_in_use.fetch_add(1) >= kMostFiles) {
                files_in_use.fetch_sub(1);
                return Added::busy;
            }
            file_ = nameless_file();
            if (file_ < 0) {
                files_in_use.fetch_sub(1);
                return Added::no_room;
            }
            if (const Added added = write(memory_); added != Added::yes) return added;
            memory_ = {};
        }
        if (const Added added = write(bytes); added != Added::yes) return added;
    }
    size_ += bytes.size();
    return Added::yes;
}

bool Content::finish() {
    if (file_ < 0) return true;
    void* const mapped = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file_, 0);
    if (mapped == MAP_FAILED) return false;
    mapped_ = static_cast<const char*>(mapped);
    return true;
}

void Content::clear() {
    if (mapped_) munmap(const_cast<char*>(mapped_), size_);
    if (file_ >= 0) {
        close(file_);
        files_in_use.fetch_sub(1);
    }
    mapped_ = nullptr;
    file_ = -1;
    size_ = 0;
    memory_.clear();
    // An idle connection keeps little.
    if (memory_.capacity() > std::size_t{64} * 1024) memory_.shrink_to_fit();
}

}  // namespace tamga::http
