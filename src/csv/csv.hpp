#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tamga::csv {

/// One field, and where it begins in the file.
struct Cell {
    std::string text;
    int row = 0;        ///< The line of the file, from 1, on which the field begins.
    int column = 0;     ///< Which field of its record it is, from 1, as spreadsheets count columns.
    bool told = false;  ///< What it holds cannot be read, and a problem was told of it; only of spreadsheets.
};

/// One record: its fields. Never empty.
using Row = std::vector<Cell>;

/// Something that is wrong with the form of the file.
struct Problem {
    int row, column;
    std::string cause, hint;
};

/// A file's records, and what separates their fields: comma, semicolon or tab.
struct Table {
    std::vector<Row> rows;
    char separator = ',';
};

/// Reads a CSV file: RFC 4180; UTF-8 or UTF-16, with or without a byte order mark; lines that end with CRLF,
/// LF or CR. The separator is found from the first line; a line such as `sep=;` before it names another.
/// Lines with no field at all are passed over. All problems are told: a quote that is never closed, a quote
/// inside a field that is not quoted, text after a closing quote; once a file: text that is not UTF-8. Rows
/// with problems are given as far as they could be read. Any bytes at all may be given.
Table parse(std::string_view content, std::vector<Problem>& problems);

/// Gives a file's next bytes, at most as many as there is room for; 0 at its end.
using Input = std::function<Result<std::size_t>(std::span<char> room)>;

/// Reads a file as parse() does, record by record. Memory: a block of the file, and the longest record; one
/// beyond `longest` bytes is a problem, and ends the reading.
class Reader {
  public:
    explicit Reader(Input input, std::size_t longest = 64u << 20)
        : input_(std::move(input)), longest_(longest) {}

    /// Reads the next record into `row`, whose memory is used again; false at the end. What is wrong with the
    /// file as a whole is told there. Errors: those of the input.
    Result<bool> next(Row& row, std::vector<Problem>& problems);
    /// What separates fields; known after the first record.
    char separator() const { return separator_; }

  private:
    struct Close {
        void operator()(void* converter) const;
    };
    Result<void> start(std::vector<Problem>& problems);
    Result<void> read_more(std::vector<Problem>& problems);
    void convert(std::vector<Problem>& problems);
    bool end_of_line();
    void read_row(Row& row, std::vector<Problem>& problems);
    void read_plain(std::vector<Problem>& problems);
    void read_quoted(std::vector<Problem>& problems);
    void take();
    std::string_view rest() const { return std::string_view(buffer_).substr(at_); }
    bool at_end_of_field() const;

    Input input_;
    std::size_t longest_;
    std::unique_ptr<void, Close> converter_;  ///< From UTF-16.
    std::string raw_;                         ///< Of UTF-16: what is not yet converted.
    std::string buffer_;
    std::size_t at_ = 0;  ///< Where in the buffer what was not yet read begins.
    bool started_ = false;
    bool ended_ = false;  ///< The file's end is in the buffer.
    char separator_ = ',';
    int line_ = 1;
    Cell* cell_ = nullptr;  ///< That is being read.
    bool bad_utf8_ = false;
    std::size_t bad_cells_ = 0;
    std::optional<Problem> encoding_;  ///< Told at the end, with the count.
};

/// Who opens what is written.
enum class For {
    exchange,     ///< Another register: texts as they are.
    spreadsheet,  ///< People: what a spreadsheet would take for a formula is guarded().
};

/// Appends one record in canonical form: fields quoted only where RFC 4180 asks for it, CRLF at the end.
void append_row(std::string& out, const std::vector<std::string>& fields, For reader = For::exchange);

/// True if spreadsheets would take the text for a formula (it begins with = + - @, their full-width forms, or
/// a tab or line break) though it is not a plain number.
bool looks_like_formula(std::string_view text);

/// The text with an apostrophe before it if it looks like a formula, so that a spreadsheet shows it and runs
/// nothing.
std::string guarded(std::string_view text);
/// The text as it is, but for one that would be taken for a guarded one (apostrophes, then what looks like a
/// formula): it gets one more apostrophe. So unguarded(escaped(x)) == unguarded(guarded(x)) == x for any x.
std::string escaped(std::string_view text);
/// A cell's text without the apostrophe that guarded() or escaped() put before it.
std::string unguarded(std::string_view text);

}  // namespace tamga::csv
