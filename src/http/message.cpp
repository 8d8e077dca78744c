#include "http/message.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "http/gzip.hpp"
#include "http/target.hpp"

namespace tamga::http {

namespace {

constexpr std::size_t kSmallestCompressed = 512;

std::string hash_text(std::string_view bytes) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> hash;
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
    std::string out;
    for (std::size_t i = 0; i < hash.size() / 2; ++i) {
        out += "0123456789abcdef"[hash[i] >> 4];
        out += "0123456789abcdef"[hash[i] & 15];
    }
    return out;
}

/// Calls `take` with the gzip form of `bytes`, piece by piece; false if it gave false.
bool compress(std::string_view bytes, const Gzip::Take& take) {
    Gzip gzip(bytes.size());
    return gzip.add(bytes, take) && gzip.finish(take);
}

std::string_view find(const Headers& headers, std::string_view name) {
    for (const auto& [field, value] : headers)
        if (equals_ignoring_case(field, name)) return value;
    return {};
}

}  // namespace

bool is_text(std::string_view content_type) {
    const std::string_view type = content_type.substr(0, content_type.find(';'));
    constexpr std::array<std::string_view, 4> kOthers = {"application/json", "application/javascript",
                                                         "application/xml", "application/wasm"};
    return type.starts_with("text/") || type.ends_with("+json") || type.ends_with("+xml") ||
           std::ranges::find(kOthers, type) != kOthers.end();
}

std::string_view Request::header(std::string_view name) const {
    return find(headers, name);
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
    for (const auto& [field, value] : query)
        if (field == name) return value;
    return {};
}

Body::Body(Content content, std::string content_type)
    : content_(std::move(content)), content_type_(std::move(content_type)) {
    const std::string hash = hash_text(bytes());
    etag_ = '"' + hash + '"';
    gzip_etag_ = '"' + hash + "-gz\"";
    compressible_ = bytes().size() >= kSmallestCompressed && is_text(content_type_);
    if (!compressible_ || !in_file()) return;
    // No room for it: then it is sent as it is.
    compressible_ =
        compress(bytes(), [&](std::string_view piece) { return gzip_.add(piece) == Content::Added::yes; }) &&
        gzip_.finish();
    std::call_once(gzip_once_, [] {});
    has_gzip_ = true;
}

std::shared_ptr<const Body> Body::make(Content content, std::string content_type) {
    return std::shared_ptr<const Body>(new Body(std::move(content), std::move(content_type)));
}

std::string_view Body::gzip() const {
    std::call_once(gzip_once_, [this] {
        std::string whole;
        compress(bytes(), [&](std::string_view piece) {
            whole += piece;
            return true;
        });
        whole.shrink_to_fit();
        gzip_ = Content(std::move(whole));
        has_gzip_ = true;
    });
    return gzip_.bytes();
}

std::string_view Response::header(std::string_view name) const {
    const std::string_view own = find(headers, name);
    return own.empty() && head ? find(head->headers(), name) : own;
}

bool headers_are_valid(const Headers& headers) {
    return std::ranges::all_of(headers, [](const auto& header) {
        const auto& [name, value] = header;
        return is_token(name) && is_field_value(value) && !equals_ignoring_case(name, "Content-Length") &&
               !equals_ignoring_case(name, "Transfer-Encoding") &&
               !equals_ignoring_case(name, "Connection") && !equals_ignoring_case(name, "Date") &&
               (!equals_ignoring_case(name, "Location") || is_uri_text(value));
    });
}

void append_head(std::string& out, int status, const Headers& headers, const Body* body, bool gzip,
                 bool is_length_known) {
    const auto line = [&out](std::string_view name, std::string_view value) {
        out.append(name).append(": ").append(value).append("\r\n");
    };
    out.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(reason(status)).append("\r\n");
    for (const auto& [name, value] : headers)
        if (status != 304 || !equals_ignoring_case(name, "Content-Type")) line(name, value);
    const bool with_body = body && status != 204 && status != 304;
    if (with_body && !body->content_type().empty()) line("Content-Type", body->content_type());
    if (body && (status == 200 || status == 304)) line("ETag", gzip ? body->gzip_etag() : body->etag());
    if (body && body->compressible()) line("Vary", "Accept-Encoding");
    if (with_body && gzip) line("Content-Encoding", "gzip");
    if (status != 204 && status != 304 && is_length_known)
        line("Content-Length", std::to_string(!body ? 0 : gzip ? body->gzip().size() : body->bytes().size()));
}

Head::Head(int status, Headers headers, std::shared_ptr<const Body> body)
    : status_(status), headers_(std::move(headers)), body_(std::move(body)) {
    append_head(identity_, status_, headers_, body_.get(), false);
    for (const bool gzip : {false, true}) append_head(not_modified_[gzip], 304, headers_, body_.get(), gzip);
}

const std::string& Head::full(bool gzip) const {
    if (!gzip) return identity_;
    // Its Content-Length needs the compressed bytes, which nobody may ever ask for.
    std::call_once(gzip_once_, [this] { append_head(gzip_, status_, headers_, body_.get(), true); });
    return gzip_;
}

Response freeze(Response response) {
    if (response.head) return response;
    if (!headers_are_valid(response.headers)) response = plain_text(500);
    response.head = std::make_shared<const Head>(response.status, std::move(response.headers), response.body);
    response.headers.clear();
    return response;
}

Response plain_text(int status, std::string_view hint) {
    std::string text = std::to_string(status);
    text.append(" ").append(reason(status)).append("\n").append(hint);
    if (!hint.empty()) text += '\n';
    return {
        status, {{"Cache-Control", "no-store"}}, Body::make(std::move(text), "text/plain; charset=utf-8")};
}

std::string_view reason(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 503:
            return "Service Unavailable";
        case 505:
            return "HTTP Version Not Supported";
        case 507:
            return "Insufficient Storage";
        default:
            return "Status";
    }
}

}  // namespace tamga::http
