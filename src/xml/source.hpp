#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tamga::xml {

/// Bytes that come one after another. One thread at a time.
class Source {
  public:
    virtual ~Source() = default;
    /// Fills the front of `to`; gives how many bytes it wrote, 0 at the end. Errors: io, invalid_input.
    virtual Result<std::size_t> read(std::span<char> to) = 0;
};

/// How much may come out of a file. What is more is an error: out_of_range.
struct UnpackLimits {
    /// Bytes after unpacking, those of a zip archive's other files among them.
    std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max();
    /// Bytes that come out for each that goes in; looked at beyond the first 16 MiB that come out.
    std::uint64_t ratio = std::numeric_limits<std::uint64_t>::max();
};

/// Opens a file, or standard input for "-". What was packed by gzip or zip comes out unpacked; it is known by
/// its first bytes, not by its name. Of a zip archive the one file that is XML comes out (its name ends with
/// .xml, or its text begins as XML does); what else lies there, such as a README or what a Mac adds, is
/// passed over. Only one layer is unpacked: a packed file in a packed file is an error, since a few bytes of
/// it may stand for any number. Errors: not_found, io, invalid_input, out_of_range.
Result<std::unique_ptr<Source>> open_source(const std::string& path, UnpackLimits limits = {});

/// The same for bytes from anywhere; `name` is for errors. Errors: those of the source; invalid_input,
/// out_of_range.
Result<std::unique_ptr<Source>> unpacked_source(std::unique_ptr<Source> source, const std::string& name,
                                                UnpackLimits limits = {});

/// Bytes in memory, which must outlive the source.
std::unique_ptr<Source> memory_source(std::string_view bytes);

/// The text of a source in UTF-8, with line ends normalised (XML 1.0, 2.11), whatever encoding it came in:
/// found out as XML 1.0, appendix F says, from a byte order mark, the first bytes or the XML declaration.
/// UTF-8, UTF-16 and the encodings of one or more bytes a character that iconv knows by the names which are
/// common on the web.
class Decoder {
  public:
    explicit Decoder(Source& source) : source_(&source) {}
    ~Decoder();
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    /// Appends about `wanted` more bytes of text; false at the end. Errors: those of the source;
    /// invalid_input for an encoding that is not known, and for bytes that are none in it (in UTF-8 they are
    /// passed on: the reader tells).
    Result<bool> more(std::string& text, std::size_t wanted);
    /// Whether the last error is a fault of the document (XML 1.0, 4.3.3), not of the source that it comes
    /// from.
    bool is_malformed() const { return malformed_; }
    /// Bytes taken from the source so far.
    std::size_t bytes() const { return bytes_; }

  private:
    Result<void> start();
    Result<bool> raw(std::size_t wanted);
    std::unexpected<Error> malformed(std::string what, std::string hint = {});

    Source* source_;
    std::string raw_;  ///< Bytes that were read and not yet decoded.
    bool started_ = false;
    bool at_end_ = false;
    bool malformed_ = false;
    bool pending_return_ = false;  ///< The text so far ended with a carriage return, given as a line feed.
    void* converter_ = nullptr;    ///< iconv_t; null for UTF-8.
    std::string encoding_;
    std::size_t bytes_ = 0;
};

}  // namespace tamga::xml
