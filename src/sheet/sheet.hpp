#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "csv/csv.hpp"

// Workbooks of spreadsheets: XLSX (ISO/IEC 29500, transitional and strict) and ODS (OpenDocument 1.0 to 1.4),
// read row by row. What they are is known by what is in them, not by their names. No exception leaves this
// room.

namespace tamga::sheet {

class Table;
struct Inside;

/// The most that a sheet may have, as Excel and LibreOffice have it.
inline constexpr int kMostRows = 1'048'576;
inline constexpr int kMostColumns = 16'384;

/// One sheet, from its first row on. Outlives nothing: it keeps what it needs of its workbook.
///
/// A cell comes as the text that a CSV file would have of it:
/// - a number as the shortest decimal that is the same double, without an exponent; of one with a fraction or
///   beyond 2^53 no more than the fifteen digits that spreadsheets show; a percentage with its sign;
/// - a day as 2025-06-17; where the cell shows a month or a year only and holds its first day, as 2025-06 or
///   2025;
/// - a truth value as yes or no; a formula as its kept result; a text plain, its lines ended by LF.
///
/// Cells that were merged and rows and columns that are hidden are read as they are; remarks and drawings are
/// not.
///
/// Memory: a block of the file and one row; of XLSX its workbook's texts, see Workbook. One thread at a time.
class Rows {
  public:
    Rows(Rows&&) noexcept;
    Rows& operator=(Rows&&) noexcept;
    ~Rows();

    /// Reads the next row that holds anything into `row`; false at the end. Its cells begin with column A,
    /// and are as many as those of the first row or more, if any beyond holds something. What is wrong with a
    /// cell (an error such as #N/A, a time of day, a day that there is not) goes to `problems`, and the cell
    /// is empty and told(). Errors: io; invalid_input for a file that is damaged or does not keep to its
    /// format; out_of_range for one of which more comes out than is allowed, or that has more than 2^27
    /// cells. After an error there is no next row.
    Result<bool> next(csv::Row& row, std::vector<csv::Problem>& problems);

  private:
    friend class Workbook;
    explicit Rows(std::unique_ptr<Table> table);
    std::unique_ptr<Table> table_;
    std::optional<std::size_t> width_;  ///< Cells of the first row.
    std::size_t cells_ = 0;             ///< Given so far.
};

/// A workbook. Holds the names of its sheets and, of XLSX, from the first rows() on the texts that its cells
/// share: at most 256 MiB. Any number of threads may call it, once rows() has been called.
///
/// A file is taken for hostile (out_of_range) when more than 1 GiB comes out of one of its parts or, beyond
/// the first 64 MiB, more than 300 times the file's own size. Document types, and with them entities, are
/// refused.
class Workbook {
  public:
    /// Errors: not_found, io; invalid_input for what is no workbook, for one that is encrypted, cut off or
    /// damaged.
    static Result<Workbook> open(const std::string& path);
    /// The same of bytes, which outlive the workbook; `name` is for errors.
    static Result<Workbook> of(std::string_view bytes, const std::string& name);

    /// The names of the sheets, in their order.
    const std::vector<std::string>& sheets() const;
    /// The rows of a sheet, by its place among sheets(). Of ODS each call reads over the sheets before it.
    Result<Rows> rows(std::size_t sheet) const;

  private:
    explicit Workbook(std::shared_ptr<Inside> inside) : inside_(std::move(inside)) {}
    static Result<Workbook> read(std::shared_ptr<Inside> inside);
    std::shared_ptr<Inside> inside_;
};

/// "B7": a cell as spreadsheets name it; both count from 1.
std::string cell_name(int row, int column);

}  // namespace tamga::sheet
