#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "http/content.hpp"
#include "http/stream.hpp"

namespace tamga::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Response;

/// One request, complete with its body.
struct Request {
    std::string method;  ///< As sent, case-sensitive: "GET".
    std::string target;  ///< As sent.
    std::string path;    ///< Percent-decoded once, UTF-8, no control characters, no "." or ".." segments.
    std::vector<std::pair<std::string, std::string>> query;  ///< Decoded, in order.
    std::string raw_query;                                   ///< What follows '?', as sent.
    Headers headers;  ///< Names as sent. Repeated fields are joined with ", " (cookies with "; ").
    Content body;
    /// Who asks: the IP address of the peer or, where that is a proxy of ours, the one that it speaks for
    /// (forwarded.hpp).
    std::string remote;
    /// Told when nobody waits for the answer any more: its work (server.hpp) may then end with any answer.
    std::stop_token stop;
    /// Sends the head of an answer, whose content is then added to the stream while the work (server.hpp)
    /// goes on: for content that is too large to be waited for. The head has the status 200, no body, and its
    /// Content-Type among the headers; text goes out in gzip format to who accepts it. Of the response that
    /// the work gives in the end only the status is used: 200, the content is whole; any other, the answer is
    /// broken off, which the client can tell (RFC 9112 8). Null: there is no room for it now. Empty: this
    /// answer can be had whole only. Within the work, once.
    std::function<std::shared_ptr<Stream>(Response head)> begin;

    /// The value of a header, its name compared without case; empty if absent.
    std::string_view header(std::string_view name) const;
    /// The first value of a query parameter.
    std::optional<std::string_view> query_value(std::string_view name) const;
};

/// The bytes of an answer, made once and shared by every response that carries them. Immutable; any thread.
class Body {
  public:
    /// `content_type` becomes the Content-Type header; empty sends none. Of content that is in a file the
    /// gzip form is made at once, and put in a file too.
    static std::shared_ptr<const Body> make(Content content, std::string content_type);
    static std::shared_ptr<const Body> make(std::string bytes, std::string content_type) {
        return make(Content(std::move(bytes)), std::move(content_type));
    }

    std::string_view bytes() const { return content_.bytes(); }
    bool in_file() const { return content_.in_file(); }
    const std::string& content_type() const { return content_type_; }
    /// True if the type is text and there are at least 512 bytes, less being seldom worth it.
    bool compressible() const { return compressible_; }
    /// The bytes in gzip format (RFC 1952), made at the first call. Only if compressible().
    std::string_view gzip() const;
    bool has_gzip() const { return has_gzip_; }  ///< It is made already.
    /// The strong entity tag, quoted: half of the bytes' SHA-256. The gzip form has its own (RFC 9110 8.8.3).
    const std::string& etag() const { return etag_; }
    const std::string& gzip_etag() const { return gzip_etag_; }

    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;

  private:
    Body(Content content, std::string content_type);

    Content content_;
    std::string content_type_, etag_, gzip_etag_;
    bool compressible_;
    mutable std::once_flag gzip_once_;
    mutable Content gzip_;
    mutable std::atomic<bool> has_gzip_ = false;
};

class Head;

/// One answer. The server adds Date, Connection and Content-Length; a handler that sets one of them itself,
/// or Transfer-Encoding, or a header that is not well-formed (a Location: one that is no URI, see
/// uri_reference()), is answered with 500 in its place. Where there
/// is a body the server adds Content-Type, Content-Encoding, Vary: Accept-Encoding and, with status 200,
/// ETag; it then answers 304 by itself. The handler leaves these to it.
struct Response {
    int status = 200;
    Headers headers = {};
    std::shared_ptr<const Body> body = {};
    /// Set by freeze(): the status and the headers as they then were, in the form they are sent. `headers`
    /// is empty after that; what is added to it later is sent as well. Do not change status or body.
    std::shared_ptr<const Head> head = {};
    /// The server's own, see Request::begin.
    std::shared_ptr<Stream> stream = {};
    /// What its address is called where answers are counted (AccessLine); must outlive it. Not sent.
    std::string_view route = {};

    /// The first value of a header, frozen or not, that the handler set; empty if absent.
    std::string_view header(std::string_view name) const;
};

/// Makes the head of a response once, so that sending the result, or a copy of it, costs no more than
/// looking it up.
Response freeze(Response response);

/// A plain text answer, not to be stored: "404 Not Found\n" or so, and the hint.
Response plain_text(int status, std::string_view hint = {});

/// True if the type is one of text: worth to be compressed.
bool is_text(std::string_view content_type);

/// The words of a status: "Not Found".
std::string_view reason(int status);

/// The start of an answer in its four forms, ready to send but for the last headers and the empty line.
/// Immutable; any thread.
class Head {
  public:
    Head(int status, Headers headers, std::shared_ptr<const Body> body);

    /// The status line and headers of the answer with the body's bytes, or their gzip form.
    const std::string& full(bool gzip) const;
    /// The same for 304 Not Modified.
    const std::string& not_modified(bool gzip) const { return not_modified_[gzip]; }
    const Headers& headers() const { return headers_; }

  private:
    int status_;
    Headers headers_;
    std::shared_ptr<const Body> body_;
    std::string identity_, not_modified_[2];
    mutable std::once_flag gzip_once_;
    mutable std::string gzip_;
};

/// Appends the status line and headers of an answer, without Date, Connection and the empty line. `status`
/// may be 304 in place of the response's own. Of one whose length is not known Content-Length is left out.
void append_head(std::string& out, int status, const Headers& headers, const Body* body, bool gzip,
                 bool is_length_known = true);

/// True if the header lines of `headers` can be sent as they are.
bool headers_are_valid(const Headers& headers);

}  // namespace tamga::http
