#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Dates as the rules read them: milliseconds since 1970-01-01T00:00:00Z, a date without a time being its
// first moment, and a time without a zone being UTC.

namespace tamga::iati {

/// A date or a date with a time as XML Schema part 2 writes them (3.2.9, 3.2.7; schema::holds()):
/// "2026-11-23", "2026-11-23+05:00", "2026-11-23T12:00:00.5Z". A day that the calendar has; years of four
/// digits, from 0001.
std::optional<std::int64_t> xsd_date(std::string_view text);

/// A date as ECMAScript's Date.parse() takes it, which the public validator uses: ECMA-262's own form
/// (21.4.1.32: also "2026", "2026-11", "2026-11-23T12:00"; no zone after a date alone), and what browsers'
/// engines (V8) take besides: "1/31/2026", "2026-1-31", "31 Jan 2026", "January 31, 2026 3:00 PM GMT+5".
std::optional<std::int64_t> ecmascript_date(std::string_view text);

/// "2026-11-23T00:00:00.000Z"; years beyond four digits as "+012026-…".
std::string timestamp(std::int64_t ms);

}  // namespace tamga::iati
