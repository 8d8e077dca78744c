#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "csv/csv.hpp"
#include "sheet/package.hpp"
#include "sheet/sax.hpp"
#include "sheet/values.hpp"

// What both forms of workbooks share, for this room alone.
namespace tamga::sheet {

/// One sheet being read: a handler that pauses after each row that holds something.
class Table : public Handler {
  public:
    /// The row that was read last: its cells from column A on, the last of them not empty or told.
    csv::Row row;
    std::vector<csv::Problem> problems;
    int row_number = 0;
    int repeat = 1;  ///< So many rows below each other are this one.

    /// Begins to read; to be called once.
    void read(Part part, const std::string& place) {
        sax_ = std::make_unique<Sax>(std::move(part), place, *this);
    }
    Result<bool> run() { return sax_->run(); }
    const std::string& place() const { return place_; }

  protected:
    explicit Table(std::string place) : place_(std::move(place)) {}
    void begin_row(int number, int times) {
        row.clear();
        problems.clear();
        row_number = number;
        repeat = times;
    }
    /// Puts a cell into the row; columns go from left to right.
    void put(int column, const Text& text);
    /// Gives the row, if it holds anything.
    void end_row();

  private:
    std::string place_;
    std::unique_ptr<Sax> sax_;
};

/// Texts one behind the other.
class Texts {
  public:
    std::size_t size() const { return ends_.size(); }
    std::string_view at(std::size_t index) const {
        const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
        return std::string_view(all_).substr(begin, ends_[index] - begin);
    }
    /// False where there is too much.
    bool add(std::string_view text) {
        if (all_.size() + text.size() > kMostTextBytes || ends_.size() == kMostTexts) return false;
        all_ += text;
        ends_.push_back(static_cast<std::uint32_t>(all_.size()));
        return true;
    }

  private:
    static constexpr std::size_t kMostTextBytes = std::size_t{256} << 20;
    static constexpr std::size_t kMostTexts = std::size_t{1} << 25;
    std::string all_;
    std::vector<std::uint32_t> ends_;
};

/// What of a workbook its sheets need.
struct Inside {
    Package package;
    bool is_ods = false;
    std::vector<std::string> names = {};
    // Of XLSX:
    std::vector<std::string> parts = {};  ///< One a sheet.
    std::string texts_part = {};          ///< Empty: there is none.
    std::optional<Texts> texts = {};      ///< Read with the first sheet.
    std::vector<Shown> formats = {};      ///< By a cell's style.
    bool since_1904 = false;
};

Result<void> open_xlsx(Inside& inside);
Result<std::unique_ptr<Table>> xlsx_table(const std::shared_ptr<Inside>& inside, std::size_t sheet);
Result<void> open_ods(Inside& inside);
Result<std::unique_ptr<Table>> ods_table(const std::shared_ptr<Inside>& inside, std::size_t sheet);

/// A cell's text may have so much: as much as a record of a CSV file.
inline constexpr std::size_t kMostCellBytes = std::size_t{64} << 20;

}  // namespace tamga::sheet
