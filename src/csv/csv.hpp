#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tamga::csv {

/// One field, and where it begins in the file.
struct Cell {
    std::string text;
    int row = 0;     ///< The line of the file, from 1, on which the field begins.
    int column = 0;  ///< Which field of its record it is, from 1, as spreadsheets count columns.
};

/// One record: its fields. Never empty.
using Row = std::vector<Cell>;

/// Something that is wrong with the form of the file.
struct Problem {
    int row, column;
    std::string cause, hint;
};

/// Reads a CSV file: RFC 4180, UTF-8 with or without a byte order mark, lines that end with CRLF, LF or CR.
/// Lines with no field at all are passed over. All problems are told: a quote that is never closed, a quote
/// inside a field that is not quoted, text after a closing quote, text that is not UTF-8. Rows with problems
/// are given as far as they could be read. Any bytes at all may be given.
std::vector<Row> parse(std::string_view content, std::vector<Problem>& problems);

/// Appends one record in canonical form: fields quoted only where RFC 4180 asks for it, CRLF at the end.
void append_row(std::string& out, const std::vector<std::string>& fields);

/// True if spreadsheets would take the text for a formula (it begins with = + - @ or a control character)
/// though it is not a plain number.
bool looks_like_formula(std::string_view text);

}  // namespace tamga::csv
