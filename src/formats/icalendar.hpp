#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/date.hpp"

namespace tamga::formats {

/// A text of a calendar and the language that it is in (BCP 47; empty: not told).
struct CalendarText {
    std::string text;
    std::string language = {};
};

/// What is on some days, from the first to the last, both of them included. A month or a year stands for all
/// of its days.
struct CalendarEvent {
    std::string uid;    ///< The same wherever and whenever the event is told.
    std::int64_t time;  ///< When this was last changed: seconds since 1970, UTC.
    Date first, last;
    CalendarText summary, description = {}, location = {};
    std::string url = {};  ///< An absolute address, or empty.
    bool cancelled = false;
};

/// iCalendar (RFC 5545), in pieces: what stands before the events, the events, what stands after them. Lines
/// end with CR LF and are folded at 75 octets between characters; events take whole days and no time in which
/// somebody would be busy. The same arguments give the same bytes.
std::string calendar_head(const CalendarText& name);
std::string calendar_event(const CalendarEvent& event);
std::string_view calendar_end();

}  // namespace tamga::formats
