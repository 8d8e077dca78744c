#pragma once

#include <memory>
#include <string>

#include "web/frame/answer.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// Writes the rows of a list as a file, one after the other: a table, a workbook, a calendar, a map.
class RowsWriter {
  public:
    virtual ~RowsWriter() = default;
    /// Some files have room for so many records only: those are asked first.
    virtual bool is_bounded() const { return false; }
    /// Whether the file has room for so many records. Errors: out_of_range.
    virtual Result<void> fits(std::size_t) const { return {}; }
    virtual std::string head() = 0;
    /// Empty for what the file has no place for: a meeting without a day, a project without coordinates.
    virtual std::string row(const query::Snapshot& record) = 0;
    virtual std::string end() { return {}; }
    /// Adds the end, or a file that cannot be given before it is whole. Errors: those of making it; of `add`.
    virtual Result<void> finish(const AddText& add) { return add(end()); }
};

/// The writer of the format that the page's address asks for; null if that is no such file. `origin` is the
/// public address, or empty.
std::unique_ptr<RowsWriter> rows_writer(Page& page, Kind kind, const std::string& origin);

}  // namespace tamga::web
