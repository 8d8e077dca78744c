#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

namespace tamga::http {

/// A file without a name in the folder for temporary files (TMPDIR, else /tmp), for bytes that come one after
/// the other: the system keeps of it what there is room for, and nothing is left when it is closed. Movable.
/// One thread may write while another reads what is written already.
class Spool {
  public:
    static constexpr int kMost = 32;  ///< Of all in the process at a time.

    enum class Added {
        yes,
        no_room,  ///< The system refused to keep it.
        busy,     ///< There are as many files as are allowed.
    };

    Spool() = default;
    ~Spool() { close(); }
    Spool(Spool&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    Spool& operator=(Spool&& other) noexcept;

    Added open();
    bool is_open() const { return file_ >= 0; }
    /// At the end of what was written.
    Added write(std::string_view bytes) const;
    /// False: it cannot be read.
    bool read(std::size_t from, char* to, std::size_t size) const;
    /// Null: it cannot be mapped. To be unmapped by who asks.
    const char* map(std::size_t size) const;
    /// What stands before is not asked for any more; its place is given back where the file system can.
    void forget(std::size_t before) const;
    void close();

  private:
    int file_ = -1;
};

}  // namespace tamga::http
