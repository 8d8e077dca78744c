#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace tamga::http {

/// Makes the gzip form (RFC 1952) of bytes that come piece by piece. One thread at a time.
class Gzip {
  public:
    /// Takes what is ready of the form; false: no more is wanted.
    using Take = std::function<bool(std::string_view)>;

    /// `size`: of what will come, if that is known.
    explicit Gzip(std::size_t size = SIZE_MAX);
    ~Gzip() { deflateEnd(&stream_); }
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;

    /// False if `take` gave false; nothing is to be added then.
    bool add(std::string_view bytes, const Take& take) { return run(bytes, Z_NO_FLUSH, take); }
    /// The end of the form.
    bool finish(const Take& take) { return run({}, Z_FINISH, take); }

  private:
    bool run(std::string_view bytes, int flush, const Take& take);

    z_stream stream_{};
    std::string piece_;
};

}  // namespace tamga::http
