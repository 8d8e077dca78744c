#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace tamga::http {

/// The content of a request or an answer (RFC 9110 6.4). What is larger than kInMemory goes, as it comes, to
/// a file without a name in the folder for temporary files (TMPDIR, else /tmp), which is then mapped into
/// memory: the system keeps of it what there is room for, and nothing is left when it is no longer needed.
/// Movable. One thread at a time; once it is whole any number may read.
class Content {
  public:
    static constexpr std::size_t kInMemory = std::size_t{1024} * 1024;
    static constexpr int kMostFiles = 32;  ///< Of all requests and answers at a time.

    Content() = default;
    /// Whole, and in memory however large.
    explicit Content(std::string bytes) : memory_(std::move(bytes)), size_(memory_.size()) {}
    ~Content() { clear(); }
    Content(Content&& other) noexcept { *this = std::move(other); }
    Content& operator=(Content&& other) noexcept;

    enum class Added {
        yes,
        no_room,  ///< The system refused to keep it.
        busy,     ///< There are as many files as are allowed.
    };
    Added add(std::string_view bytes);
    /// All is here. False: it could not be mapped.
    bool finish();
    void clear();

    /// What was added, once it is finished.
    std::string_view bytes() const {
        return mapped_ ? std::string_view(mapped_, size_) : std::string_view(memory_);
    }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    bool in_file() const { return file_ >= 0; }

  private:
    Added write(std::string_view bytes) const;

    std::string memory_;
    const char* mapped_ = nullptr;
    int file_ = -1;
    std::size_t size_ = 0;
};

}  // namespace tamga::http
