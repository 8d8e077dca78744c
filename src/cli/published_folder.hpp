#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tamga::cli {

/// A folder of files that one publishing after another writes. The file `.tamga-published` in it lists them:
/// what is not on it is somebody else's, and never touched. A file has its name when it is whole; one whose
/// content is the same is left as it is, with its time. A name is on the list before its file is there, so
/// that what a publishing leaves that was cut off is known to the next. put() may be called by several
/// threads.
class PublishedFolder {
  public:
    /// Opens the folder, or makes it. Errors: conflict if it holds anything and no list, or if another
    /// publishing is at work in it; corrupt for a list that cannot be one; io.
    static Result<std::unique_ptr<PublishedFolder>> open(const std::string& folder);
    ~PublishedFolder();
    PublishedFolder(const PublishedFolder&) = delete;
    PublishedFolder& operator=(const PublishedFolder&) = delete;

    /// `path`: with slashes, inside the folder. `thread`: a number of the caller's thread, no other's.
    /// Errors: conflict if somebody else's file has the name; io.
    Result<void> put(const std::string& path, std::string_view content, int thread);
    /// All were put: removes the files of earlier publishings that were not, and folders that this leaves
    /// empty.
    Result<void> finish();

    std::size_t written() const { return written_; }
    std::size_t unchanged() const { return unchanged_; }
    std::size_t removed() const { return removed_; }

  private:
    explicit PublishedFolder(std::string folder) : folder_(std::move(folder)) {}
    Result<void> read_list();
    Result<void> list(std::string_view path);
    Result<void> write(const std::string& path, std::string_view content, int thread);
    /// Whether a file has that content.
    bool has(const std::string& path, std::string_view content) const;
    std::unexpected<Error> refused(std::string_view path) const;

    const std::string folder_;
    int descriptor_ = -1, list_descriptor_ = -1;
    std::string text_;                           ///< The list as it was found.
    std::vector<std::string_view> listed_;       ///< Its lines, sorted.
    std::unique_ptr<std::atomic<bool>[]> seen_;  ///< One each: was put this time.
    std::mutex mutex_;
    bool added_ = false;  ///< Guarded by mutex_: to the list.
    std::atomic<std::size_t> written_ = 0, unchanged_ = 0;
    std::size_t removed_ = 0;
};

}  // namespace tamga::cli
