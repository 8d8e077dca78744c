#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sheet/sheet.hpp"
#include "sheet/table.hpp"

namespace tamga::sheet {

namespace {

constexpr std::size_t kMostStyles = std::size_t{1} << 20;
constexpr std::size_t kMostSheets = 10'000;
/// document-content, body, spreadsheet: tables that are sheets stand within these.
constexpr int kSheetDepth = 3;

/// Whether a manifest (ODF 1.3, part 2, 4) says that parts are encrypted.
class Manifest final : public Handler {
  public:
    bool encrypted = false;
    void start(std::string_view name, const Attributes&) override {
        encrypted = encrypted || name == "manifest:encryption-data" || name == "manifest:encrypted-key";
    }
    void end(std::string_view) override {}
    void text(std::string_view) override {}
};

class SheetNames final : public Handler {
  public:
    std::vector<std::string> names;
    bool is_spreadsheet = false;

    void start(std::string_view name, const Attributes& attributes) override {
        if (depth_++ == kSheetDepth - 1 && name == "office:spreadsheet") is_spreadsheet = true;
        if (depth_ != kSheetDepth + 1 || name != "table:table") return;
        if (names.size() == kMostSheets) return fail_with("it has too many sheets");
        names.emplace_back(attributes.get("table:name"));
    }
    void end(std::string_view) override { --depth_; }
    void text(std::string_view) override {}

  private:
    int depth_ = 0;
};

/// What the formats of a document show, by the names of cells' styles.
class Formats {
  public:
    void start(std::string_view name, const Attributes& attributes) {
        if (name == "number:date-style") {
            open_ = attributes.get("style:name");
            if (by_format_.size() < kMostStyles) by_format_[open_] = {};
        } else if (!open_.empty()) {
            const auto found = by_format_.find(open_);
            if (found == by_format_.end()) return;
            Shown& shown = found->second;
            if (name == "number:year") shown.year = true;
            if (name == "number:month" || name == "number:quarter") shown.month = true;
            if (name == "number:day" || name == "number:day-of-week") shown.day = true;
        } else if (name == "style:style" && by_style_.size() < kMostStyles) {
            if (const auto format = attributes.find("style:data-style-name"))
                by_style_[std::string(attributes.get("style:name"))] = *format;
        }
    }
    void end(std::string_view name) {
        if (name == "number:date-style") open_.clear();
    }
    Shown of(const std::string& style) const {
        const auto format = by_style_.find(style);
        if (format == by_style_.end()) return {};
        const auto shown = by_format_.find(format->second);
        return shown == by_format_.end() ? Shown{} : shown->second;
    }

  private:
    std::map<std::string, Shown> by_format_;
    std::map<std::string, std::string> by_style_;
    std::string open_;  ///< The format that is being read.
};

/// The text of a cell (ODF 1.3, part 3, 6.1.2): its paragraphs as lines, space in them as the standard has
/// it.
class Paragraphs {
  public:
    void clear() {
        text_.clear();
        any_ = false;
    }
    void start(std::string_view name, const Attributes& attributes) {
        if (name == "text:p" || name == "text:h") {
            trim();
            if (any_) text_ += '\n';
            any_ = after_space_ = true;
            spaces_ = 0;
        } else if (name == "text:s") {
            const int count = std::min(attributes.count("text:c"), kMostSpaces);
            text_.append(static_cast<std::size_t>(count), ' ');
            keep();
        } else if (name == "text:tab") {
            text_ += '\t';
            keep();
        } else if (name == "text:line-break") {
            text_ += '\n';
            keep();
        }
    }
    void add(std::string_view text) {
        for (const char c : text) {
            const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
            if (space && after_space_) continue;
            text_ += space ? ' ' : c;
            after_space_ = space;
            spaces_ = space ? 1 : 0;
        }
    }
    /// The whole, after the last paragraph.
    const std::string& done() {
        trim();
        return text_;
    }
    std::size_t size() const { return text_.size(); }

  private:
    static constexpr int kMostSpaces = 65'536;
    void keep() {
        after_space_ = false;
        spaces_ = 0;
    }
    /// Takes away the space at a paragraph's end.
    void trim() { text_.resize(text_.size() - static_cast<std::size_t>(std::exchange(spaces_, 0))); }
    std::string text_;
    bool any_ = false, after_space_ = true;
    int spaces_ = 0;  ///< Of white space at the end, 0 or 1.
};

/// A sheet of an OpenDocument's content (part 3, 9.1): one table of many.
class OdsTable final : public Table {
  public:
    OdsTable(std::string place, std::size_t sheet) : Table(std::move(place)), sheet_(sheet) {}

    void start(std::string_view name, const Attributes& attributes) override {
        ++depth_;
        formats_.start(name, attributes);
        if (passed_ > 0) return;
        if (depth_ == kSheetDepth + 1 && name == "table:table") {
            in_sheet_ = seen_++ == sheet_;
        } else if (!in_sheet_) {
            return;
        } else if (in_cell_) {
            // Remarks, drawings and what is said of a text stand among it, and are no text of the cell.
            if (!name.starts_with("text:") || name == "text:note" || name == "text:ruby-text")
                passed_ = depth_;
            else
                paragraphs_.start(name, attributes);
        } else if (name == "table:table-row") {
            start_row(attributes);
        } else if (in_row_ && (name == "table:table-cell" || name == "table:covered-table-cell")) {
            start_cell(attributes);
        } else if (name == "table:table-column") {
            add_columns(attributes);
        } else if (!name.starts_with("table:") || name == "table:table" || name == "table:shapes") {
            passed_ = depth_;
        }
    }
    void end(std::string_view name) override {
        formats_.end(name);
        const int depth = depth_--;
        if (passed_ > 0) {
            if (depth == passed_) passed_ = 0;
            return;
        }
        if (depth == kSheetDepth + 1) in_sheet_ = false;
        if (in_cell_ && depth == cell_depth_) {
            in_cell_ = false;
            end_cell();
        } else if (in_row_ && !in_cell_ && name == "table:table-row") {
            in_row_ = false;
            if (!row.empty() && last_row_ > kMostRows)
                return fail_with("a sheet of it has too many rows", true);
            end_row();
        }
    }
    void text(std::string_view text) override {
        if (!in_cell_ || passed_ > 0) return;
        paragraphs_.add(text);
        if (paragraphs_.size() > kMostCellBytes) fail_with("one of its cells holds more than 64 MiB", true);
    }

  private:
    void add_columns(const Attributes& attributes) {
        const int times = attributes.count("table:number-columns-repeated");
        // Columns beyond the last have no cells that need a style.
        if (times == 0 || columns_.size() == kMostColumns) return;
        const int last = columns_.empty() ? 0 : columns_.back().first;
        columns_.emplace_back(std::min(kMostColumns, last + std::min(times, kMostColumns)),
                              attributes.get("table:default-cell-style-name"));
    }
    std::string column_style() const {
        const auto found =
            std::ranges::lower_bound(columns_, column_, {}, &std::pair<int, std::string>::first);
        return found == columns_.end() ? std::string() : found->second;
    }
    void start_row(const Attributes& attributes) {
        const int times = attributes.count("table:number-rows-repeated");
        if (times == 0 || times > 2 * kMostRows || last_row_ > 2 * kMostRows)
            return fail_with("a row of it is repeated without measure");
        in_row_ = true;
        column_ = 1;
        row_style_ = attributes.get("table:default-cell-style-name");
        begin_row(last_row_ + 1, times);
        last_row_ += times;
    }
    void start_cell(const Attributes& attributes) {
        in_cell_ = true;
        cell_depth_ = depth_;
        paragraphs_.clear();
        times_ = attributes.count("table:number-columns-repeated");
        if (times_ == 0) return fail_with("a cell of it is repeated without measure");
        type_ =
            attributes.get("calcext:value-type") == "error" ? "error" : attributes.get("office:value-type");
        value_.reset();
        const char* const name = type_ == "string"    ? "office:string-value"
                                 : type_ == "boolean" ? "office:boolean-value"
                                 : type_ == "date"    ? "office:date-value"
                                 : type_ == "error"   ? nullptr
                                                      : "office:value";
        if (name != nullptr)
            if (const auto value = attributes.find(name)) value_ = *value;
        if (type_ != "date") return;
        style_ = attributes.get("table:style-name");
        if (style_.empty()) style_ = row_style_;
        if (style_.empty()) style_ = column_style();
    }
    Text cell_text() {
        const std::string& text = paragraphs_.done();
        if (type_ == "error") return std::unexpected(error_in_cell(text));
        if (type_ == "time") return std::unexpected(time_in_cell());
        if (type_ == "boolean") return value_.value_or(text) == "true" ? "yes" : "no";
        if (type_ == "date") return iso_date(value_.value_or(text), formats_.of(style_));
        if (type_ == "float" || type_ == "percentage" || type_ == "currency")
            return number_text(value_.value_or(text), type_ == "percentage");
        return type_ == "string" ? value_.value_or(text) : text;
    }
    void end_cell() {
        const int first = column_;
        // Empty cells are repeated up to the end of every row.
        const bool fits = times_ <= kMostColumns && first + times_ - 1 <= kMostColumns;
        column_ = fits ? first + times_ : kMostColumns + 1;
        const Text text = cell_text();
        if (text && text->empty()) return;
        if (!fits) return fail_with(fmt::format("its row {} has too many cells", row_number), true);
        for (int column = first; column < column_; ++column) put(column, text);
    }

    const std::size_t sheet_;
    std::size_t seen_ = 0;
    int depth_ = 0;
    int passed_ = 0;  ///< Depth of an element that is passed over with all in it; 0: none.
    bool in_sheet_ = false, in_row_ = false, in_cell_ = false;
    int cell_depth_ = 0, last_row_ = 0, column_ = 1, times_ = 1;
    std::string row_style_, style_, type_;
    std::optional<std::string> value_;
    std::vector<std::pair<int, std::string>> columns_;  ///< The last column of each run, and its style.
    Paragraphs paragraphs_;
    Formats formats_;
};

}  // namespace

Result<void> open_ods(Inside& inside) {
    inside.is_ods = true;
    const Package& package = inside.package;
    if (package.has("META-INF/manifest.xml")) {
        Manifest manifest;
        TAMGA_TRY(read_part(package, "META-INF/manifest.xml", manifest));
        if (manifest.encrypted)
            return refuse(ErrorCode::invalid_input, package.place(), "it is encrypted",
                          "save it without a password");
    }
    SheetNames read;
    TAMGA_TRY(read_part(package, "content.xml", read));
    if (!read.is_spreadsheet)
        return refuse(ErrorCode::invalid_input, package.place(), "it is not a workbook",
                      "save it as .xlsx or .ods");
    inside.names = std::move(read.names);
    return {};
}

Result<std::unique_ptr<Table>> ods_table(const std::shared_ptr<Inside>& inside, std::size_t sheet) {
    TAMGA_ASSIGN(Part part, inside->package.part("content.xml"));
    auto table = std::make_unique<OdsTable>(inside->package.place(), sheet);
    table->read(std::move(part), inside->package.place());
    return table;
}

}  // namespace tamga::sheet
