#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

// What cells hold, as text; for this room alone.
namespace tamga::sheet {

/// What a number's format shows of it.
struct Shown {
    bool year = false, month = false, day = false, time = false;
    bool percent = false;

    bool is_date() const { return year || month || day; }
};

/// A format code of XLSX (ISO/IEC 29500-1, 18.8.31): "yyyy\-mm\-dd;@". Only the first of its parts is looked
/// at, as days are never negative.
Shown shown_by(std::string_view code);
/// The same for the codes that are not written into files, by their numbers (18.8.30), those of Chinese,
/// Japanese, Korean and Thai programs among them.
Shown shown_by_number(int number);

/// What is wrong with a cell.
struct Wrong {
    std::string cause, hint;
};
using Text = std::expected<std::string, Wrong>;

/// A number as a person sees it: see Rows. `written` is what the file has of the double.
Text number_text(std::string_view written, bool percent = false);

/// The day that a number stands for: days since 1900-01-01, counted from 1, with the 29 February 1900 that
/// there was not; or since 1904-01-01, counted from 0 (18.17.4.1).
Text serial_date(std::string_view written, const Shown& shown, bool since_1904);

/// The day of "2025-06-17" or "2025-06-17T00:00:00".
Text iso_date(std::string_view written, const Shown& shown);

/// A cell whose formula, or whose text, is an error: "#N/A".
Wrong error_in_cell(std::string_view error);
/// A cell that holds a time of day, or a span of time, and no day.
Wrong time_in_cell();

/// An integer of digits alone; nothing if it is none or too large.
std::optional<int> whole_number(std::string_view text);

/// A text without the escapes of XLSX (ST_Xstring, 22.9.2.19): _x000D_ is a carriage return. Lines end with
/// LF.
std::string unescaped(std::string_view text);

}  // namespace tamga::sheet
