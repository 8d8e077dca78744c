#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tamga::mail {

/// Somebody's address, and what they are called; the name may be empty, and of any language.
struct Mailbox {
    std::string name = {}, address = {};
};

/// Reads "Register of treaties <register@example.org>" or "register@example.org". Errors: invalid_input.
Result<Mailbox> parse_mailbox(std::string_view text);

/// True for an address as it is taken: ASCII, of at most 254 bytes, a local part without quotes and a domain,
/// nothing that would end a header or begin another address. Others are valid by RFC 5321 and seen nowhere.
bool is_address(std::string_view text);

/// A message in plain text and, where there is any, the same as a page.
struct Message {
    Mailbox from, to;
    std::string subject;
    std::string id;             ///< "some.thing@example.org": what stands in Message-ID, without brackets.
    std::int64_t time = 0;      ///< Seconds since 1970.
    std::string language = {};  ///< Of the texts: "en".
    std::string text;           ///< Lines end with '\n'; they may be long.
    std::string html = {};
    /// Pictures that the page shows, each named as the message is: <img
    /// src="cid:chart1.some.thing@example.org">.
    struct Picture {
        std::string name, png;
    };
    std::vector<Picture> pictures = {};
    /// An https address that ends what the message comes from, by POST of "List-Unsubscribe=One-Click" (RFC
    /// 8058); empty: none.
    std::string unsubscribe = {};
};

/// The message as it is sent (RFC 5322, MIME): lines of at most 998 bytes that end with CR LF, all of them
/// ASCII. Of the same message always the same bytes. Errors: invalid_input for what does not belong into a
/// header, such as an end of line in a subject or an address: nothing from outside begins a header of its
/// own.
Result<std::string> compose(const Message& message);

/// A time as RFC 5322 has it: "Tue, 17 Jun 2025 00:00:00 +0000".
std::string date_text(std::int64_t unix_time);

}  // namespace tamga::mail
