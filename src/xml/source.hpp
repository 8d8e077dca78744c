#pragma once

#include <cstddef>
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

/// Opens a file, or standard input for "-". What was packed by gzip, or as the only file in a zip archive, comes out
/// unpacked; it is known by its first bytes, not by its name. Errors: not_found, io, invalid_input.
Result<std::unique_ptr<Source>> open_source(const std::string& path);

/// The same for bytes from anywhere; `name` is for errors. Errors: those of the source; invalid_input.
Result<std::unique_ptr<Source>> unpacked_source(std::unique_ptr<Source> source, const std::string& name);

/// Bytes in memory, which must outlive the source.
std::unique_ptr<Source> memory_source(std::string_view bytes);

/// The text of a source in UTF-8, with line ends normalised (XML 1.0, 2.11), whatever encoding it came in: found out as
/// XML 1.0, appendix F says, from a byte order mark, the first bytes or the XML declaration. UTF-8, UTF-16 and the
/// encodings of one or more bytes a character that iconv knows by the names which are common on the web.
class Decoder {
  public:
    explicit Decoder(Source& source) : source_(&source) {}
    ~Decoder();
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    /// Appends about `wanted` more bytes of text; false at the end. Errors: those of the source; invalid_input for an
    /// encoding that is not known, and for bytes that are none in it (in UTF-8 they are passed on: the reader tells).
    Result<bool> more(std::string& text, std::size_t wanted);
    /// Whether the last error is a fault of the document (XML 1.0, 4.3.3), not of the source that it comes from.
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
