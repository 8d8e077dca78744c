#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "http/spool.hpp"

namespace tamga::http {

/// The content of a request or an answer (RFC 9110 6.4). What is larger than kInMemory goes, as it comes, to
/// a file (Spool), which is then mapped into memory.
/// Movable. One thread at a time; once it is whole any number may read.
class Content {
  public:
    static constexpr std::size_t kInMemory = std::size_t{1024} * 1024;

    Content() = default;
    /// Whole, and in memory however large.
    explicit Content(std::string bytes) : memory_(std::move(bytes)), size_(memory_.size()) {}
    ~Content() { clear(); }
    Content(Content&& other) noexcept { *this = std::move(other); }
    Content& operator=(Content&& other) noexcept;

    using Added = Spool::Added;
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
    bool in_file() const { return file_.is_open(); }

  private:
    std::string memory_;
    const char* mapped_ = nullptr;
    Spool file_;
    std::size_t size_ = 0;
};

}  // namespace tamga::http
