#include "http/gzip.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>

namespace tamga::http {

namespace {

constexpr int kWindowBits = 15 + 16;  // zlib: the largest window, with the gzip header
constexpr int kLevel = 6;
constexpr std::size_t kPiece = std::size_t{256} * 1024;

}  // namespace

Gzip::Gzip(std::size_t size) {
    if (deflateInit2(&stream_, kLevel, Z_DEFLATED, kWindowBits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        std::abort();  // out of memory, or a zlib of another version than its header
    piece_.resize(size < kPiece ? std::min<std::size_t>(deflateBound(&stream_, size), kPiece) : kPiece);
}

bool Gzip::run(std::string_view bytes, int flush, const Take& take) {
    for (;;) {
        // zlib counts in 32 bits.
        const std::string_view next = bytes.substr(0, std::numeric_limits<uInt>::max());
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(next.data()));
        stream_.avail_in = static_cast<uInt>(next.size());
        stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
        stream_.avail_out = static_cast<uInt>(piece_.size());
        const bool done = deflate(&stream_, flush) == Z_STREAM_END;
        bytes.remove_prefix(next.size() - stream_.avail_in);
        const std::size_t made = piece_.size() - stream_.avail_out;
        if (made > 0 && !take(std::string_view(piece_).substr(0, made))) return false;
        if (done || (flush != Z_FINISH && bytes.empty() && stream_.avail_out > 0)) return true;
    }
}

}  // namespace tamga::http
