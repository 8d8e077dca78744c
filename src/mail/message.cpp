#include "mail/message.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <vector>

#include "base/utf8.hpp"
#include "crypto/ed25519.hpp"

namespace tamga::mail {

namespace {

constexpr std::size_t kLine = 76;          ///< Of encoded text (RFC 2045), and of a header's (RFC 2047).
constexpr std::size_t kMostAddress = 254;  ///< RFC 5321 4.5.3.1.3, without its brackets.
constexpr std::size_t kMostHeader = 2000;

bool is_plain(char c) {
    return c >= ' ' && c <= '~';
}

bool is_control(char c) {
    return (c >= 0 && c < ' ') || c == '\x7f';
}

std::unexpected<Error> unfit(std::string cause) {
    return fail(ErrorCode::invalid_input, "write a message", std::move(cause));
}

/// An encoded word (RFC 2047) holds whole characters, and has at most 75 bytes.
std::string encoded_words(std::string_view text) {
    constexpr std::size_t kBytes = 39;  // Behind the longest name of a header, too.
    std::string out;
    while (!text.empty()) {
        std::size_t end = 0;
        while (end < text.size()) {
            const std::size_t next = std::max<std::size_t>(1, utf8::length(text.substr(end)));
            if (end + next > kBytes) break;
            end += next;
        }
        out += fmt::format("{}=?utf-8?B?{}?=", out.empty() ? "" : "\r\n ",
                           crypto::base64_text(text.substr(0, end)));
        text.remove_prefix(end);
    }
    return out;
}

/// A header's text for people. Plain words stand as they are, folded at spaces.
std::string unstructured(std::string_view text, std::size_t before) {
    const bool plain = std::ranges::all_of(text, is_plain) && text.find("=?") == std::string_view::npos;
    std::string out;
    std::size_t line = before;
    while (plain && !text.empty()) {
        const std::size_t end = std::min(text.find(' ', 1), text.size());
        if (end > kLine) break;  // A word that fits on no line is encoded, which can be folded anywhere.
        if (line + end > kLine && text.front() == ' ' && end > 1) {
            out += "\r\n";
            line = 0;
        }
        out += text.substr(0, end);
        line += end;
        text.remove_prefix(end);
    }
    if (text.empty()) return out;
    return out.empty() ? encoded_words(text) : fmt::format("{}\r\n {}", out, encoded_words(text));
}

/// A name before an address: quoted or encoded.
std::string phrase(std::string_view name) {
    if (!std::ranges::all_of(name, is_plain) || name.size() > 60) return encoded_words(name);
    std::string out = "\"";
    for (const char c : name) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

Result<std::string> mailbox_text(const Mailbox& mailbox) {
    if (!is_address(mailbox.address)) return unfit("that is no e-mail address");
    if (std::ranges::any_of(mailbox.name, is_control)) return unfit("a name has characters that are no text");
    if (mailbox.name.empty()) return mailbox.address;
    return fmt::format("{}{}<{}>", phrase(mailbox.name), mailbox.name.size() > 30 ? "\r\n " : " ",
                       mailbox.address);
}

/// Quoted-printable (RFC 2045 6.7). '=' is always written as "=3D", so that no line is a boundary's.
std::string quoted_printable(std::string_view text) {
    std::string out, line;
    const auto put = [&](std::string_view piece) {
        if (line.size() + piece.size() > kLine - 1) {
            out += line + "=\r\n";
            line.clear();
        }
        line += piece;
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\n') {
            out += line + "\r\n";
            line.clear();
            continue;
        }
        const bool at_end = at + 1 == text.size() || text[at + 1] == '\n';
        const bool stands = c != '=' && (c == ' ' || c == '\t' ? !at_end : is_plain(c));
        put(stands ? std::string(1, c) : fmt::format("={:02X}", static_cast<unsigned char>(c)));
    }
    // A text ends with an end of line that belongs to the boundary.
    return out + line;
}

std::string base64_lines(std::string_view bytes) {
    const std::string all = crypto::base64_text(bytes);
    std::string out;
    for (std::size_t at = 0; at < all.size(); at += kLine)
        out += (at > 0 ? "\r\n" : "") + all.substr(at, kLine);
    return out;
}

/// Lines of a text end with CR LF before it is encoded (RFC 2046 4.1.1).
std::string canonical(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '\n' ? "\r\n" : std::string(1, c);
    return out;
}

/// What is mostly plain stays readable; other writing would become three times as long.
std::string part(std::string_view type, std::string_view text) {
    std::string clean;
    for (const char c : text)
        if (c == '\n' || c == '\t' || !is_control(c)) clean += c;
    const auto others = static_cast<std::size_t>(
        std::ranges::count_if(clean, [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; }));
    const bool packed = others * 6 > clean.size();
    return fmt::format("Content-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: {}\r\n\r\n{}\r\n", type,
                       packed ? "base64" : "quoted-printable",
                       packed ? base64_lines(canonical(clean)) : quoted_printable(clean));
}

/// True for what may stand in a message's name on either side of its '@': dot-atom characters.
bool is_atom(std::string_view text) {
    if (text.empty() || text.front() == '.' || text.back() == '.' ||
        text.find("..") != std::string_view::npos)
        return false;
    return std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view(".!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
    });
}

bool is_domain(std::string_view text) {
    if (text.empty() || text.size() > 253) return false;
    for (;;) {
        const std::size_t end = std::min(text.find('.'), text.size());
        const std::string_view label = text.substr(0, end);
        const bool fits =
            !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
            std::ranges::all_of(label, [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
            });
        if (!fits) return false;
        if (end == text.size()) return true;
        text.remove_prefix(end + 1);
    }
}

}  // namespace

bool is_address(std::string_view text) {
    const std::size_t at = text.find('@');
    return at <= 64 && text.size() <= kMostAddress && is_atom(text.substr(0, at)) &&
           is_domain(text.substr(at + 1));
}

Result<Mailbox> parse_mailbox(std::string_view text) {
    Mailbox out;
    const std::size_t open = text.rfind('<');
    if (open == std::string_view::npos) {
        out.address = text;
    } else {
        if (!text.ends_with('>'))
            return fail(ErrorCode::invalid_input, "read an address",
                        fmt::format("'{}' has no '>' at its end", text));
        out.address = text.substr(open + 1, text.size() - open - 2);
        std::string_view name = text.substr(0, open);
        while (name.starts_with(' ')) name.remove_prefix(1);
        while (name.ends_with(' ')) name.remove_suffix(1);
        if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"'))
            name = name.substr(1, name.size() - 2);
        out.name = name;
    }
    if (!is_address(out.address) || std::ranges::any_of(out.name, is_control))
        return fail(ErrorCode::invalid_input, "read an address",
                    fmt::format("'{}' is no e-mail address", text),
                    "write register@example.org, or 'The register <register@example.org>'");
    return out;
}

std::string date_text(std::int64_t unix_time) {
    constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::tm time = fmt::gmtime(static_cast<std::time_t>(unix_time));
    return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} +0000", kDays[static_cast<std::size_t>(time.tm_wday)],
                       time.tm_mday, kMonths[static_cast<std::size_t>(time.tm_mon)], time.tm_year + 1900,
                       time.tm_hour, time.tm_min, time.tm_sec);
}

namespace {

/// "chart1.some.thing@example.org": the name of a message, or of one of its pictures.
bool names_something(std::string_view id) {
    const std::size_t at = id.find('@');
    return at != std::string::npos && id.size() <= 200 && is_atom(id.substr(0, at)) &&
           is_domain(id.substr(at + 1));
}

/// The page, with its pictures where it has any (RFC 2387).
std::string page_part(const Message& message) {
    std::string page = part("text/html", message.html);
    if (message.pictures.empty()) return page;
    constexpr std::string_view kBoundary = "=_pictures";
    std::string out = fmt::format(
        "Content-Type: multipart/related; type=\"text/html\"; boundary=\"{0}\"\r\n\r\n--{0}\r\n{1}",
        kBoundary, page);
    for (const Message::Picture& picture : message.pictures)
        out += fmt::format(
            "--{}\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <{}>\r\n"
            "Content-Disposition: inline\r\n\r\n{}\r\n",
            kBoundary, picture.name, base64_lines(picture.png));
    return out + fmt::format("--{}--\r\n", kBoundary);
}

}  // namespace

Result<std::string> compose(const Message& message) {
    TAMGA_ASSIGN(const std::string from, mailbox_text(message.from));
    TAMGA_ASSIGN(const std::string to, mailbox_text(message.to));
    if (message.subject.size() > kMostHeader || std::ranges::any_of(message.subject, is_control))
        return unfit("a subject is one line of text");
    if (!names_something(message.id)) return unfit(fmt::format("'{}' names no message", message.id));
    for (const Message::Picture& picture : message.pictures)
        if (!names_something(picture.name)) return unfit(fmt::format("'{}' names no picture", picture.name));
    if (!std::ranges::all_of(message.language, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; }))
        return unfit("that is no language");
    const bool fits = std::ranges::all_of(message.unsubscribe, [](char c) {
        return is_plain(c) && std::string_view(" <>\",").find(c) == std::string_view::npos;
    });
    if (!fits || message.unsubscribe.size() > 900) return unfit("that is no address to unsubscribe at");

    std::string out = fmt::format(
        "Date: {}\r\nFrom: {}\r\nTo: {}\r\nMessage-ID: <{}>\r\nSubject: {}\r\nMIME-Version: 1.0\r\n"
        // What answers by itself does not answer this (RFC 3834).
        "Auto-Submitted: auto-generated\r\n",
        date_text(message.time), from, to, message.id,
        unstructured(message.subject, std::string_view("Subject: ").size()));
    if (!message.language.empty()) out += fmt::format("Content-Language: {}\r\n", message.language);
    if (!message.unsubscribe.empty())
        out += fmt::format("List-Unsubscribe: <{}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
                           message.unsubscribe);
    if (message.html.empty()) return out + part("text/plain", message.text);
    // Neither encoding of a part has a line that begins so.
    constexpr std::string_view kBoundary = "=_part";
    return out + fmt::format(
                     "Content-Type: multipart/alternative; boundary=\"{0}\"\r\n\r\n"
                     "--{0}\r\n{1}--{0}\r\n{2}--{0}--\r\n",
                     kBoundary, part("text/plain", message.text), page_part(message));
}

}  // namespace tamga::mail
