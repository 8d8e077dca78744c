#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

// Pure readers of the parts of a request that come from strangers: each takes any bytes at all.
namespace tamga::http {

struct Target {
    std::string
        path;  ///< Percent-decoded once; UTF-8; starts with one '/', has no empty segment but the last.
    std::vector<std::pair<std::string, std::string>> query;  ///< Decoded, in the order given.
    std::string raw_query;                                   ///< What follows '?', as sent.
};

/// Reads a request target in origin form ("/a?b=c") or absolute form ("http://host/a?b=c"; RFC 9112 3.2).
/// In the query, parts are separated by '&' and '+' is a space, as HTML forms send them. Errors:
/// invalid_input if it has another form, a '#', a broken percent escape, a control character, text that is
/// not UTF-8, or a path segment "." or ".." (also when escaped: nobody needs them, and they have a history);
/// not_found if the path is not in the one form that paths have here: it has an empty segment before its
/// last, an escaped '/', or a '\', which browsers take for a '/'. A redirect made of such a path could lead
/// to another host.
Result<Target> parse_target(std::string_view target);

/// The text with each '%' and its two hexadecimal digits replaced by the byte that they stand for, and each
/// '+' by a space where that is how it is written (in queries and forms). Errors: invalid_input: a broken
/// escape, or what comes of it is not UTF-8.
Result<std::string> decode_percent(std::string_view text, bool plus_is_space);

/// A reference (RFC 3986 4.1) to a path and a query on this host: the path, which is decoded, is
/// percent-encoded; of the query, which is as it was sent, only what may not stand there. What it gives
/// is_uri_text().
std::string uri_reference(std::string_view path, std::string_view raw_query = {});

/// True if `text` has only characters that URIs have (RFC 3986 2), as a Location must.
bool is_uri_text(std::string_view text);

/// `text` for one line of a log or a terminal: what is not a printable ASCII character, a '"' and a '\' stand
/// as
/// \x and two hexadecimal digits for each byte.
std::string printable(std::string_view text);

/// True if an Accept-Encoding value makes gzip at least as welcome as sending the bytes as they are (RFC
/// 9110 12.5.3, with q values and '*'). Members that cannot be read are passed over.
bool prefers_gzip(std::string_view accept_encoding);

/// True if an If-None-Match value names `etag` (a quoted strong tag) by weak comparison, or is "*" (RFC 9110
/// 13.1.2). A list is read up to its first mistake.
bool etag_matches(std::string_view if_none_match, std::string_view etag);

/// True if `text` is well-formed UTF-8 (RFC 3629: no surrogates, nothing overlong).
bool is_utf8(std::string_view text);

/// True if `a` and `b` are equal but for the case of ASCII letters.
bool equals_ignoring_case(std::string_view a, std::string_view b);

/// True if `name` can be a header's name (a token, RFC 9110 5.6.2).
bool is_token(std::string_view name);

/// True if `value` can be a header's value: no CR, LF, NUL or other control character but the tab, so that
/// it cannot end its line.
bool is_field_value(std::string_view value);

}  // namespace tamga::http
