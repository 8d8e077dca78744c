#include <fmt/format.h>

#include <algorithm>

#include "sheet/sheet.hpp"
#include "sheet/table.hpp"

namespace tamga::sheet {

namespace {

constexpr std::size_t kMostStyles = std::size_t{1} << 20;
constexpr std::size_t kMostSheets = 10'000;

/// A relationship of a part (ISO/IEC 29500-2, 9.3).
struct Relation {
    std::string type, target;
};

class Relations final : public Handler {
  public:
    std::map<std::string, Relation, std::less<>> by_id;
    /// The target of the first of a type, which is told by its end.
    std::string first(std::string_view type) const {
        for (const auto& [id, relation] : by_id)
            if (relation.type.ends_with(type)) return relation.target;
        return {};
    }

    void start(std::string_view name, const Attributes& attributes) override {
        // What is elsewhere is never fetched.
        if (name != "Relationship" || attributes.get("TargetMode") == "External") return;
        if (by_id.size() == kMostSheets) return fail_with("it has too many parts");
        by_id.emplace(attributes.get("Id"),
                      Relation{std::string(attributes.get("Type")), std::string(attributes.get("Target"))});
    }
    void end(std::string_view) override {}
    void text(std::string_view) override {}
};

/// The folder of a part: "xl/" of "xl/workbook.xml".
std::string folder_of(const std::string& part) {
    return part.substr(0, part.rfind('/') + 1);
}

/// A target, seen from a part, as a name in the archive.
std::string resolved(const std::string& from, std::string_view target) {
    std::string path =
        target.starts_with('/') ? std::string(target.substr(1)) : folder_of(from) + std::string(target);
    std::vector<std::string> steps;
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t slash = std::min(path.find('/', at), path.size());
        const std::string step = path.substr(at, slash - at);
        if (step == ".." && !steps.empty())
            steps.pop_back();
        else if (step != "." && step != ".." && !step.empty())
            steps.push_back(step);
        at = slash + 1;
    }
    return fmt::format("{}", fmt::join(steps, "/"));
}

class WorkbookPart final : public Handler {
  public:
    struct Sheet {
        std::string name, id;
    };
    std::vector<Sheet> sheets;
    bool since_1904 = false;

    void start(std::string_view name, const Attributes& attributes) override {
        if (name == "workbookPr") since_1904 = attributes.is_true("date1904");
        if (name != "sheet") return;
        if (sheets.size() == kMostSheets) return fail_with("it has too many sheets");
        sheets.push_back({std::string(attributes.get("name")), std::string(attributes.get("r:id"))});
    }
    void end(std::string_view) override {}
    void text(std::string_view) override {}
};

class Styles final : public Handler {
  public:
    std::vector<Shown> formats;

    void start(std::string_view name, const Attributes& attributes) override {
        if (name == "numFmt" && codes_.size() < kMostStyles) {
            codes_[whole_number(attributes.get("numFmtId")).value_or(0)] =
                shown_by(attributes.get("formatCode"));
        } else if (name == "cellXfs") {
            in_cells_ = true;
        } else if (name == "xf" && in_cells_) {
            const int number = whole_number(attributes.get("numFmtId")).value_or(0);
            const auto own = codes_.find(number);
            if (formats.size() == kMostStyles) return fail_with("it has too many formats");
            formats.push_back(own == codes_.end() ? shown_by_number(number) : own->second);
        }
    }
    void end(std::string_view name) override {
        if (name == "cellXfs") in_cells_ = false;
    }
    void text(std::string_view) override {}

  private:
    std::map<int, Shown> codes_;
    bool in_cells_ = false;
};

/// The text of a string item, rich or not (18.4.8): its runs, without what tells how it is spoken.
class RichText {
  public:
    void start(std::string_view name) {
        if (name == "rPh") ++spoken_;
        in_text_ = name == "t" && spoken_ == 0;
    }
    void end(std::string_view name) {
        if (name == "rPh" && spoken_ > 0) --spoken_;
        in_text_ = false;
    }
    void clear() {
        text_.clear();
        spoken_ = 0;
        in_text_ = false;
    }
    /// False where there is too much.
    bool add(std::string_view text) {
        if (in_text_) text_ += text;
        return text_.size() <= kMostCellBytes;
    }
    const std::string& text() const { return text_; }

  private:
    std::string text_;
    int spoken_ = 0;
    bool in_text_ = false;
};

constexpr const char* kLongCell = "one of its cells holds more than 64 MiB";

class SharedTexts final : public Handler {
  public:
    Texts texts;

    void start(std::string_view name, const Attributes&) override {
        if (name == "si") text_.clear();
        text_.start(name);
    }
    void end(std::string_view name) override {
        text_.end(name);
        if (name == "si" && !texts.add(unescaped(text_.text())))
            fail_with("its cells hold too much text, more than 256 MiB of it", true);
    }
    void text(std::string_view text) override {
        if (!text_.add(text)) fail_with(kLongCell, true);
    }

  private:
    RichText text_;
};

/// The column and row of "B7"; nothing if it is no cell.
std::optional<std::pair<int, int>> cell_named(std::string_view name) {
    int column = 0;
    std::size_t at = 0;
    for (; at < name.size() && name[at] >= 'A' && name[at] <= 'Z'; ++at) {
        column = column * 26 + (name[at] - 'A' + 1);
        if (column > kMostColumns) return std::nullopt;
    }
    const auto row = whole_number(name.substr(at));
    if (column == 0 || !row || *row < 1 || *row > kMostRows) return std::nullopt;
    return std::pair(column, *row);
}

/// A worksheet (18.3.1): rows of cells below `sheetData`.
class XlsxTable final : public Table {
  public:
    explicit XlsxTable(const Inside& inside)
        : Table(inside.package.place()),
          texts_(inside.texts ? &*inside.texts : nullptr),
          formats_(inside.formats),
          since_1904_(inside.since_1904) {}
    /// Keeps what the table looks into.
    void keep(std::shared_ptr<const Inside> inside) { inside_ = std::move(inside); }

    void start(std::string_view name, const Attributes& attributes) override {
        if (name == "sheetData") {
            in_data_ = true;
        } else if (name == "row" && in_data_) {
            start_row(attributes);
        } else if (name == "c" && in_row_) {
            start_cell(attributes);
        } else if (in_cell_) {
            if (name == "v") in_value_ = true;
            rich_.start(name);
        }
    }
    void end(std::string_view name) override {
        if (name == "sheetData") {
            in_data_ = false;
        } else if (name == "row" && in_row_) {
            in_row_ = false;
            end_row();
        } else if (name == "c" && in_cell_) {
            in_cell_ = false;
            end_cell();
        } else if (in_cell_) {
            in_value_ = false;
            rich_.end(name);
        }
    }
    void text(std::string_view text) override {
        if (!in_cell_) return;
        if (in_value_) value_ += text;
        if (!rich_.add(text) || value_.size() > kMostCellBytes) fail_with(kLongCell, true);
    }

  private:
    void start_row(const Attributes& attributes) {
        const auto told = attributes.find("r");
        const auto number = told ? whole_number(*told) : last_row_ + 1;
        if (!number || *number <= last_row_ || *number > kMostRows)
            return fail_with(
                fmt::format("a row has the number '{}' behind {}", told.value_or(""), last_row_));
        last_row_ = *number;
        in_row_ = true;
        column_ = 0;
        begin_row(last_row_, 1);
    }
    void start_cell(const Attributes& attributes) {
        int column = column_ + 1;
        if (const auto told = attributes.find("r")) {
            const auto named = cell_named(*told);
            if (!named || named->first <= column_ || named->second != last_row_)
                return fail_with(fmt::format("a cell of its row {} is called '{}'", last_row_, *told));
            column = named->first;
        }
        if (column > kMostColumns) return fail_with(fmt::format("its row {} has too many cells", last_row_));
        column_ = column;
        in_cell_ = true;
        in_value_ = false;
        value_.clear();
        rich_.clear();
        type_ = attributes.get("t");
        const auto style = static_cast<std::size_t>(whole_number(attributes.get("s")).value_or(0));
        shown_ = style < formats_.size() ? formats_[style] : Shown{};
    }
    void end_cell() {
        if (type_ == "inlineStr") return put(column_, unescaped(rich_.text()));
        if (value_.empty()) return;
        if (type_ == "s") {
            const auto index = whole_number(value_);
            if (!index || texts_ == nullptr || static_cast<std::size_t>(*index) >= texts_->size())
                return fail_with(
                    fmt::format("its cell {} names a text that is not there", cell_name(last_row_, column_)));
            put(column_, std::string(texts_->at(static_cast<std::size_t>(*index))));
        } else if (type_ == "str") {
            put(column_, unescaped(value_));
        } else if (type_ == "b") {
            put(column_, value_ == "0" || value_ == "false" ? "no" : "yes");
        } else if (type_ == "e") {
            put(column_, std::unexpected(error_in_cell(value_)));
        } else if (type_ == "d") {
            put(column_, iso_date(value_, shown_));
        } else if (shown_.is_date() || shown_.time) {
            put(column_, serial_date(value_, shown_, since_1904_));
        } else {
            put(column_, number_text(value_, shown_.percent));
        }
    }

    std::shared_ptr<const Inside> inside_;
    const Texts* texts_;
    const std::vector<Shown>& formats_;
    const bool since_1904_;
    bool in_data_ = false, in_row_ = false, in_cell_ = false, in_value_ = false;
    int last_row_ = 0, column_ = 0;
    std::string type_, value_;
    RichText rich_;
    Shown shown_;
};

}  // namespace

Result<void> open_xlsx(Inside& inside) {
    const Package& package = inside.package;
    Relations root;
    TAMGA_TRY(read_part(package, "_rels/.rels", root));
    const std::string book = resolved("", root.first("/officeDocument"));
    if (book.empty()) return damaged(package.place(), "it does not say where its sheets are");
    WorkbookPart workbook;
    TAMGA_TRY(read_part(package, book, workbook));
    Relations relations;
    TAMGA_TRY(read_part(package, folder_of(book) + "_rels/" + book.substr(folder_of(book).size()) + ".rels",
                        relations));
    inside.since_1904 = workbook.since_1904;
    for (const WorkbookPart::Sheet& sheet : workbook.sheets) {
        const auto relation = relations.by_id.find(sheet.id);
        // Charts and dialogs may be sheets as well; they have no cells.
        if (relation == relations.by_id.end() || !relation->second.type.ends_with("/worksheet")) continue;
        inside.names.push_back(sheet.name);
        inside.parts.push_back(resolved(book, relation->second.target));
    }
    if (const std::string texts = relations.first("/sharedStrings"); !texts.empty())
        inside.texts_part = resolved(book, texts);
    if (const std::string styles = relations.first("/styles"); !styles.empty()) {
        Styles read;
        TAMGA_TRY(read_part(package, resolved(book, styles), read));
        inside.formats = std::move(read.formats);
    }
    return {};
}

Result<std::unique_ptr<Table>> xlsx_table(const std::shared_ptr<Inside>& inside, std::size_t sheet) {
    if (!inside->texts && !inside->texts_part.empty()) {
        SharedTexts read;
        TAMGA_TRY(read_part(inside->package, inside->texts_part, read));
        inside->texts = std::move(read.texts);
    }
    TAMGA_ASSIGN(Part part, inside->package.part(inside->parts[sheet]));
    auto table = std::make_unique<XlsxTable>(*inside);
    table->keep(inside);
    table->read(std::move(part), inside->package.place());
    return table;
}

}  // namespace tamga::sheet
