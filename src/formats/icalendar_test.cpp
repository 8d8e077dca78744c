#include "formats/icalendar.hpp"

#include <gtest/gtest.h>

namespace tamga::formats {
namespace {

Date date(std::string_view text) {
    return *Date::parse(text);
}

CalendarEvent event(std::string_view first, std::string_view last, std::string summary) {
    return {.uid = "a",
            .time = 1'750'118'400,
            .first = date(first),
            .last = date(last),
            .summary = {std::move(summary), "en"}};
}

bool has_line(const std::string& text, const std::string& line) {
    return ("\r\n" + text).find("\r\n" + line + "\r\n") != std::string::npos;
}

/// The text with its folded lines put together (RFC 5545 3.1).
std::string unfolded(std::string text) {
    for (std::size_t at = 0; (at = text.find("\r\n ", at)) != std::string::npos;) text.erase(at, 3);
    return text;
}

TEST(ICalendar, AnEventEndsOnTheDayAfterItsLast) {
    const std::string summit = calendar_event(event("2025-06-16", "2025-06-17", "Summit"));
    EXPECT_TRUE(has_line(summit, "DTSTART;VALUE=DATE:20250616"));
    EXPECT_TRUE(has_line(summit, "DTEND;VALUE=DATE:20250618"));
    EXPECT_TRUE(has_line(summit, "DTSTAMP:20250617T000000Z"));
    EXPECT_TRUE(
        has_line(calendar_event(event("2025-12-31", "2025-12-31", "x")), "DTEND;VALUE=DATE:20260101"));
}

TEST(ICalendar, AMonthOrAYearIsAllOfItsDays) {
    const std::string february = calendar_event(event("2024-02", "2024-02", "x"));
    EXPECT_TRUE(has_line(february, "DTSTART;VALUE=DATE:20240201"));
    EXPECT_TRUE(has_line(february, "DTEND;VALUE=DATE:20240301"));
    EXPECT_TRUE(has_line(calendar_event(event("2025", "2025", "x")), "DTEND;VALUE=DATE:20260101"));
}

TEST(ICalendar, EscapesWhatWouldEndAText) {
    const std::string text = calendar_event(event("2025", "2025", "a,b;c\\d\ne\r\x01"));
    EXPECT_TRUE(has_line(text, "SUMMARY;LANGUAGE=en:a\\,b\\;c\\\\d\\ne"));
}

TEST(ICalendar, FoldsAfter75OctetsAndNeverWithinACharacter) {
    std::string title;
    for (int i = 0; i < 60; ++i) title += i % 3 ? "峰" : "x😀";
    const std::string text = calendar_event(event("2025", "2025", title));
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find("\r\n", at);
        ASSERT_NE(end, std::string::npos);
        EXPECT_LE(end - at, 75U);
        // No line begins in the middle of a character.
        EXPECT_NE(static_cast<unsigned char>(text[text[at] == ' ' ? at + 1 : at]) & 0xC0, 0x80);
        at = end + 2;
    }
    EXPECT_TRUE(has_line(unfolded(text), "SUMMARY;LANGUAGE=en:" + title));
    const std::string fits = calendar_event(event("2025", "2025", std::string(55, 'x')));
    EXPECT_TRUE(has_line(fits, "SUMMARY;LANGUAGE=en:" + std::string(55, 'x')));
    EXPECT_EQ(
        calendar_event(event("2025", "2025", std::string(56, 'x'))).find("\r\n x\r\n") == std::string::npos,
        false);
}

TEST(ICalendar, SaysWhatIsCancelled) {
    CalendarEvent cancelled = event("2025", "2025", "x");
    EXPECT_TRUE(has_line(calendar_event(cancelled), "STATUS:CONFIRMED"));
    cancelled.cancelled = true;
    EXPECT_TRUE(has_line(calendar_event(cancelled), "STATUS:CANCELLED"));
}

}  // namespace
}  // namespace tamga::formats
