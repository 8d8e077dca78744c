#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "folder/folder.hpp"
#include "sheet/sheet.hpp"

// What cells hold, for this room alone.
namespace tamga::folder {

/// A cell's text without the ASCII space around it.
std::string trimmed(std::string_view text);

/// Where a cell stands; told seldom, so that its text is not made for each.
struct Where {
    std::string_view file;
    int row, column;
    std::string text() const;
};

/// The files of files/, each read when a cell names it.
class KeptFiles {
  public:
    void add(const Source& source);
    /// What a cell holds that names the file; null if there is none of the name. Errors: io.
    Result<Json> named(const std::string& name);
    /// Those that were named since the last call.
    std::vector<journal::File> take();
    /// Bytes of what the next take() gives.
    std::size_t taken() const { return bytes_; }

  private:
    std::map<std::string, const Source*, std::less<>> sources_;
    std::map<std::string, Json> known_;
    std::map<std::string, journal::File> taken_;
    std::size_t bytes_ = 0;
};

/// A file of the disk, whole. Errors: io.
Result<std::string> read_whole(const Source& source);
/// The rows of a table, wherever it is kept.
using Rows = std::variant<csv::Reader, sheet::Rows>;
/// Of a CSV file or a sheet. Errors: io; those of sheet::Workbook.
Result<Rows> rows_of(const Source& source);

/// Reads the cells of one file. What is wrong with one is told once, and what was meant is gone on with where
/// that can be seen, so that one fault makes no second.
class Cells {
  public:
    /// `separator` as the file has it: where it is no comma, decimals may have one.
    Cells(Findings& findings, const ReadOptions& options, char separator, KeptFiles& kept)
        : findings_(findings), options_(options), separator_(separator), kept_(kept) {}

    /// The value that a cell of `field` has; null where it has none, after a finding at `where`.
    Json read(const Field& field, const std::string& text, const Where& where);
    /// An id, of a record or in a cell that names one.
    std::string id(std::string_view name, const std::string& text, const Where& where);
    /// True if the last call told a finding.
    bool told() const { return told_; }

  private:
    void find(const Field& field, const Where& where, std::string cause, std::string hint);
    std::string plain(std::string_view name, const std::string& text, const Where& where);
    std::string date(const Field& field, const std::string& text, const Where& where);
    Json decimal(const Field& field, std::string text, const Where& where);
    Json file(const Field& field, const std::string& text, const Where& where);

    Findings& findings_;
    const ReadOptions& options_;
    const char separator_;
    KeptFiles& kept_;
    bool told_ = false;
    std::string with_comma_, with_point_;  ///< The first decimals with either, as told: "'12,5' (line 3)".
};

}  // namespace tamga::folder
