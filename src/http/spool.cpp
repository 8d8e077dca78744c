#include "http/spool.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <string>

#include "base/temporary.hpp"

namespace tamga::http {

namespace {

std::atomic<int> in_use{0};

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

Spool& Spool::operator=(Spool&& other) noexcept {
    if (this == &other) return *this;
    close();
    file_ = std::exchange(other.file_, -1);
    return *this;
}

Spool::Added Spool::open() {
    if (in_use.fetch_add(1) >= kMost) {
        in_use.fetch_sub(1);
        return Added::busy;
    }
    file_ = nameless_file();
    if (file_ >= 0) return Added::yes;
    in_use.fetch_sub(1);
    return Added::no_room;
}

Spool::Added Spool::write(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return Added::no_room;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return Added::yes;
}

bool Spool::read(std::size_t from, char* to, std::size_t size) const {
    while (size > 0) {
        const ssize_t got = pread(file_, to, size, static_cast<off_t>(from));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        from += static_cast<std::size_t>(got);
        to += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

const char* Spool::map(std::size_t size) const {
    void* const mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file_, 0);
    return mapped == MAP_FAILED ? nullptr : static_cast<const char*>(mapped);
}

void Spool::forget(std::size_t before) const {
    fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(before));
}

void Spool::close() {
    if (file_ < 0) return;
    ::close(std::exchange(file_, -1));
    in_use.fetch_sub(1);
}

}  // namespace tamga::http
