#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tamga::sheet {

/// What is told of a workbook as a whole.
struct About {
    std::string title = {};
    std::string subject = {};   ///< Which state of what it shows.
    std::string comments = {};  ///< Where it comes from.
    std::int64_t created = 0;   ///< In seconds since 1970, so that the same content makes the same bytes.
};

/// A cell to be written. A number is kept as one where the file's double gives the same text again when it is
/// read, and spreadsheets show all of its digits: 28.10 or twenty digits stay text. So do days, whose
/// precision a spreadsheet does not keep.
struct Written {
    std::string text;
    bool number = false;
};

/// Writes a workbook of one sheet (XLSX), row by row; the first row stays in sight. Holds one row: the rest
/// goes to files in the folder for temporary files (TMPDIR, else /tmp), which go with it. One thread.
class Writer {
  public:
    /// `sheet` is its name: at most 31 characters. Errors: io.
    static Result<Writer> make(const std::string& sheet, const About& about);
    Writer(Writer&&) noexcept;
    Writer& operator=(Writer&&) noexcept;
    ~Writer();

    /// Errors: out_of_range beyond kMostRows, or for a text of more than 32,767 characters, which no cell
    /// holds; io.
    Result<void> add(const std::vector<Written>& row);
    /// Gives the file, piece by piece; after that there is nothing to be added. Errors: io; those of `take`.
    Result<void> finish(const std::function<Result<void>(std::string_view)>& take);

  private:
    struct Inside;
    explicit Writer(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

/// As HTTP calls a workbook.
inline constexpr std::string_view kMediaType =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The error for what has more rows than a sheet. Its hint names the CSV.
std::unexpected<Error> too_many_rows();

}  // namespace tamga::sheet
