#include "cli/published_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

namespace tamga::cli {

namespace {

constexpr const char* kList = ".tamga-published";
constexpr std::string_view kFirstLine = "# Written by tamga publish, which changes and removes these files:";

/// A descriptor that is closed at the end.
class Opened {
  public:
    Opened(int folder, const char* path, int flags)
        : descriptor_(openat(folder, path, flags | O_CLOEXEC, 0666)) {}
    ~Opened() {
        if (descriptor_ >= 0) close(descriptor_);
    }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;
    operator int() const { return descriptor_; }  // NOLINT(google-explicit-constructor)

  private:
    int descriptor_;
};

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(descriptor, text.data(), text.size());
        if (count < 0 && errno != EINTR) return false;
        text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
    return true;
}

/// Whether a line of the list is a path inside the folder.
bool stays_inside(std::string_view path) {
    return !path.empty() && !path.starts_with('/') &&
           fmt::format("/{}/", path).find("/../") == std::string::npos;
}

}  // namespace

std::unexpected<Error> PublishedFolder::refused(std::string_view path) const {
    return fail(ErrorCode::io, "publish", std::strerror(errno), "look at the disk and the folder",
                fmt::format("{}/{}", folder_, path));
}

Result<std::unique_ptr<PublishedFolder>> PublishedFolder::open(const std::string& folder) {
    std::unique_ptr<PublishedFolder> made(new PublishedFolder(folder));
    std::error_code ignored;
    std::filesystem::create_directories(folder, ignored);
    made->descriptor_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (made->descriptor_ < 0) return made->refused("");
    // Let go by the system when the process ends, in whatever way.
    if (flock(made->descriptor_, LOCK_EX | LOCK_NB) != 0)
        return fail(ErrorCode::conflict, "publish", "another publishing is at work there",
                    "wait until it has ended", folder);
    const bool known = faccessat(made->descriptor_, kList, F_OK, 0) == 0;
    if (!known && !std::filesystem::is_empty(folder, ignored))
        return fail(ErrorCode::conflict, "publish", "the folder holds files that tamga publish did not write",
                    "name a folder that is empty or not there, or one that it wrote", folder);
    if (known) TAMGA_TRY(made->read_list());
    made->list_descriptor_ =
        openat(made->descriptor_, kList, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (made->list_descriptor_ < 0) return made->refused(kList);
    if (!known) TAMGA_TRY(made->list(kFirstLine));
    return made;
}

PublishedFolder::~PublishedFolder() {
    if (list_descriptor_ >= 0) close(list_descriptor_);
    if (descriptor_ >= 0) close(descriptor_);
}

Result<void> PublishedFolder::read_list() {
    text_.clear();
    listed_.clear();
    const Opened file(descriptor_, kList, O_RDONLY);
    struct stat about{};
    if (file < 0 || fstat(file, &about) != 0) return refused(kList);
    text_.resize(static_cast<std::size_t>(about.st_size));
    for (std::size_t at = 0; at < text_.size();) {
        const ssize_t count = read(file, text_.data() + at, text_.size() - at);
        if (count <= 0) return refused(kList);
        at += static_cast<std::size_t>(count);
    }
    // A line that was cut off names no file: it is written before the file.
    std::string_view rest = std::string_view(text_).substr(0, text_.rfind('\n') + 1);
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(line.size() + 1);
        if (line.starts_with('#')) continue;
        if (!stays_inside(line))
            return fail(ErrorCode::corrupt, "publish", fmt::format("its list of files names '{}'", line),
                        "publish to another folder", folder_);
        listed_.push_back(line);
    }
    std::ranges::sort(listed_);
    listed_.erase(std::unique(listed_.begin(), listed_.end()), listed_.end());
    seen_ = std::make_unique<std::atomic<bool>[]>(listed_.size());
    return {};
}

Result<void> PublishedFolder::list(std::string_view path) {
    const std::lock_guard lock(mutex_);
    added_ = true;
    if (!write_all(list_descriptor_, fmt::format("{}\n", path))) return refused(kList);
    return {};
}

bool PublishedFolder::has(const std::string& path, std::string_view content) const {
    const Opened file(descriptor_, path.c_str(), O_RDONLY | O_NOFOLLOW);
    struct stat about{};
    if (file < 0 || fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) return false;
    if (static_cast<std::size_t>(about.st_size) != content.size()) return false;
    char piece[64 * 1024];
    while (!content.empty()) {
        const ssize_t count = read(file, piece, sizeof piece);
        if (count <= 0 || static_cast<std::size_t>(count) > content.size() ||
            std::memcmp(piece, content.data(), static_cast<std::size_t>(count)) != 0)
            return false;
        content.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

Result<void> PublishedFolder::put(const std::string& path, std::string_view content, int thread) {
    const auto found = std::ranges::lower_bound(listed_, path);
    if (found != listed_.end() && *found == path) {
        seen_[static_cast<std::size_t>(found - listed_.begin())] = true;
        if (has(path, content)) {
            ++unchanged_;
            return {};
        }
    } else {
        if (faccessat(descriptor_, path.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0)
            return fail(ErrorCode::conflict, "publish",
                        "a file that tamga publish did not write has this name", "move it away",
                        fmt::format("{}/{}", folder_, path));
        TAMGA_TRY(list(path));
    }
    TAMGA_TRY(write(path, content, thread));
    ++written_;
    return {};
}

Result<void> PublishedFolder::write(const std::string& path, std::string_view content, int thread) {
    const std::string unfinished = fmt::format("{}.{}", kList, thread);
    {
        const Opened file(descriptor_, unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC);
        if (file < 0 || !write_all(file, content)) return refused(path);
    }
    if (renameat(descriptor_, unfinished.c_str(), descriptor_, path.c_str()) == 0) return {};
    if (errno != ENOENT) return refused(path);
    std::error_code failed;
    std::filesystem::create_directories(
        std::filesystem::path(folder_) / std::filesystem::path(path).parent_path(), failed);
    if (renameat(descriptor_, unfinished.c_str(), descriptor_, path.c_str()) == 0) return {};
    return refused(path);
}

Result<void> PublishedFolder::finish() {
    std::set<std::string, std::less<>> gone;
    for (std::size_t i = 0; i < listed_.size(); ++i) {
        if (seen_[i]) continue;
        const std::string path(listed_[i]);
        if (unlinkat(descriptor_, path.c_str(), 0) != 0 && errno != ENOENT) return refused(path);
        for (std::size_t end = path.rfind('/'); end != std::string::npos; end = path.rfind('/', end - 1))
            if (unlinkat(descriptor_, path.substr(0, end).c_str(), AT_REMOVEDIR) != 0) break;
        gone.insert(path);
    }
    removed_ = gone.size();
    if (!added_ && gone.empty()) return {};
    TAMGA_TRY(read_list());
    std::string text = fmt::format("{}\n", kFirstLine);
    for (const std::string_view path : listed_)
        if (!gone.contains(path)) text += fmt::format("{}\n", path);
    return write(kList, text, 0);
}

}  // namespace tamga::cli
