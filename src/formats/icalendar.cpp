#include "formats/icalendar.hpp"

#include <fmt/format.h>

namespace tamga::formats {

namespace {

/// Octets of a line without its end (RFC 5545 3.1).
constexpr std::size_t kLine = 75;

bool begins_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

/// A content line, folded: what goes on in a further line stands there after a space.
void append_line(std::string& out, std::string_view line) {
    for (std::size_t room = kLine; line.size() > room; room = kLine - 1) {
        std::size_t end = room;
        while (end > 1 && !begins_character(line[end])) --end;
        out += line.substr(0, end);
        out += "\r\n ";
        line.remove_prefix(end);
    }
    out += line;
    out += "\r\n";
}

/// A value of the type TEXT (RFC 5545 3.3.11); what is no text is left out.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == ';' || c == ',') out += '\\';
        if (c == '\n')
            out += "\\n";
        else if (c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f))
            out += c;
    }
    return out;
}

void append_text(std::string& out, std::string_view name, const CalendarText& text) {
    if (text.text.empty()) return;
    const std::string language = text.language.empty() ? "" : ";LANGUAGE=" + text.language;
    append_line(out, fmt::format("{}{}:{}", name, language, escaped(text.text)));
}

std::string day(const Date& date) {
    return fmt::format("{:04}{:02}{:02}", date.year(), date.month(), date.day());
}

/// "20261126T182549Z"
std::string moment(std::int64_t time) {
    std::string out = utc_text(time);
    std::erase_if(out, [](char c) { return c == '-' || c == ':'; });
    return out;
}

}  // namespace

std::string calendar_head(const CalendarText& name) {
    std::string out;
    append_line(out, "BEGIN:VCALENDAR");
    append_line(out, "VERSION:2.0");
    append_line(out, "PRODID:-//Tamga//Register of international agreements//EN");
    append_line(out, "CALSCALE:GREGORIAN");
    append_text(out, "NAME", name);  // RFC 7986 5.1; programs older than it read the other.
    append_line(out, "X-WR-CALNAME:" + escaped(name.text));
    return out;
}

std::string calendar_event(const CalendarEvent& event) {
    std::string out;
    append_line(out, "BEGIN:VEVENT");
    append_line(out, "UID:" + escaped(event.uid));
    append_line(out, "DTSTAMP:" + moment(event.time));
    append_line(out, "LAST-MODIFIED:" + moment(event.time));
    append_line(out, "DTSTART;VALUE=DATE:" + day(event.first.first_day()));
    // The day after the last (RFC 5545 3.6.1): "exclusive".
    append_line(out, "DTEND;VALUE=DATE:" + day(event.last.last_day().plus_days(1)));
    append_text(out, "SUMMARY", event.summary);
    append_text(out, "DESCRIPTION", event.description);
    append_text(out, "LOCATION", event.location);
    if (!event.url.empty()) append_line(out, "URL:" + event.url);
    append_line(out, event.cancelled ? "STATUS:CANCELLED" : "STATUS:CONFIRMED");
    append_line(out, "TRANSP:TRANSPARENT");
    append_line(out, "END:VEVENT");
    return out;
}

std::string_view calendar_end() {
    return "END:VCALENDAR\r\n";
}

}  // namespace tamga::formats
