#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "http/gzip.hpp"
#include "http/spool.hpp"

namespace tamga::http {

/// The content of an answer that goes out while it is made. What the client has not taken yet waits in a
/// file, so that a slow one holds up nobody, and memory holds little of it. One thread makes it, another
/// sends it.
class Stream {
  public:
    /// `wake` is called, on the thread that makes it, when there is something after take() gave none_yet.
    /// Null: there is no room for one now.
    static std::shared_ptr<Stream> make(bool gzip, std::function<void()> wake);

    // For who makes it.
    /// False: nobody wants the rest, or there is no room for it.
    bool add(std::string_view bytes);
    /// No more comes: it is whole, or is to be broken off.
    void end(bool whole);

    // For who sends it.
    enum class Took {
        some,
        none_yet,
        all,     ///< Everything was taken before.
        broken,  ///< There is no rest.
    };
    /// Puts what is next in the place of `piece`.
    Took take(std::string& piece);
    /// Nobody wants the rest.
    void cancel();
    bool is_cancelled() const;

  private:
    Stream(Spool spool, bool gzip, std::function<void()> wake);
    bool keep(std::string_view bytes);
    bool write();

    // Of the thread that makes it.
    std::optional<Gzip> gzip_;
    std::string unwritten_;

    // Of the one that sends it.
    std::size_t taken_ = 0, forgotten_ = 0;

    const std::function<void()> wake_;
    const Spool spool_;
    mutable std::mutex mutex_;  ///< Of all below.
    std::size_t written_ = 0;
    bool is_ended_ = false, is_whole_ = false, is_cancelled_ = false, waits_ = false;
};

}  // namespace tamga::http
