#include "sheet/writer.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <utility>

#include "base/temporary.hpp"
#include "sheet/sheet.hpp"
#include "sheet/values.hpp"

namespace tamga::sheet {

namespace {

constexpr std::size_t kShownDigits = 15;

std::unexpected<Error> no_room() {
    return fail(ErrorCode::io, "write a workbook", "there is no room to write it",
                "see that the folder for temporary files has room, or take the CSV");
}

/// The number that a cell can keep of a text, all of it.
std::optional<double> number_of(const std::string& text) {
    const auto digits =
        static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; }));
    if (digits == 0 || digits > kShownDigits) return std::nullopt;
    const double value = std::strtod(text.c_str(), nullptr);
    // As the library writes it.
    const Text again = number_text(fmt::format("{:.16G}", value));
    return again && *again == text ? std::optional(value) : std::nullopt;
}

/// A text that a reader takes for the escape of a character (ST_Xstring) is written so that it does not.
std::string escaped(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::string_view rest = text.substr(at, 7);
        const bool looks = rest.size() == 7 && rest.starts_with("_x") && rest[6] == '_' &&
                           rest.substr(2, 4).find_first_not_of("0123456789abcdefABCDEF") == rest.npos;
        if (looks) out += "_x005F";
        out += text[at];
    }
    return out;
}

}  // namespace

struct Writer::Inside {
    std::string folder, path;  ///< The library keeps a pointer to the folder.
    lxw_workbook* workbook = nullptr;
    lxw_worksheet* worksheet = nullptr;
    lxw_format* head = nullptr;
    std::map<std::size_t, lxw_format*> formats;  ///< By digits after the point.
    lxw_row_t rows = 0;

    Inside() = default;
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside() {
        if (workbook) lxw_workbook_free(workbook);
        if (!path.empty()) std::remove(path.c_str());
    }

    /// Shows all digits of a number of so many after the point.
    lxw_format* format_of(std::size_t places) {
        lxw_format*& known = formats[places];
        if (!known) {
            known = workbook_add_format(workbook);
            format_set_num_format(known, places == 0 ? "0" : ("0." + std::string(places, '0')).c_str());
        }
        return known;
    }

    lxw_error put(lxw_col_t column, const Written& cell) {
        if (cell.text.empty()) return LXW_NO_ERROR;
        if (cell.number)
            if (const auto number = number_of(cell.text)) {
                const std::size_t point = cell.text.find('.');
                const std::size_t places = point == std::string::npos ? 0 : cell.text.size() - point - 1;
                return worksheet_write_number(worksheet, rows, column, *number, format_of(places));
            }
        return worksheet_write_string(worksheet, rows, column, escaped(cell.text).c_str(),
                                      rows == 0 ? head : nullptr);
    }
};

Writer::Writer(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

Result<Writer> Writer::make(const std::string& sheet, const About& about) {
    auto inside = std::make_unique<Inside>();
    inside->folder = temporary_folder();
    std::string path = inside->folder + "/tamga-XXXXXX";
    const int file = mkstemp(path.data());
    if (file < 0) return no_room();
    close(file);
    inside->path = std::move(path);
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = inside->folder.data();
    inside->workbook = workbook_new_opt(inside->path.c_str(), &options);
    if (!inside->workbook) return no_room();
    const auto text = [](const std::string& told) { return const_cast<char*>(told.c_str()); };
    lxw_doc_properties properties{};
    properties.title = text(about.title);
    properties.subject = text(about.subject);
    properties.comments = text(about.comments);
    properties.created = about.created;
    workbook_set_properties(inside->workbook, &properties);
    inside->worksheet = workbook_add_worksheet(inside->workbook, sheet.c_str());
    if (!inside->worksheet)
        return fail(ErrorCode::invalid_input, "write a workbook",
                    fmt::format("'{}' cannot be the name of a sheet", sheet), "");
    inside->head = workbook_add_format(inside->workbook);
    format_set_bold(inside->head);
    worksheet_freeze_panes(inside->worksheet, 1, 0);
    return Writer(std::move(inside));
}

Result<void> Writer::add(const std::vector<Written>& row) {
    if (inside_->rows >= static_cast<lxw_row_t>(kMostRows)) return too_many_rows();
    lxw_col_t column = 0;
    for (const Written& cell : row) {
        const lxw_error put = inside_->put(column, cell);
        if (put == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED)
            return fail(ErrorCode::out_of_range, "write a workbook",
                        fmt::format("the text of {} has more than 32,767 characters, which no cell holds",
                                    cell_name(static_cast<int>(inside_->rows) + 1, column + 1)),
                        "take the CSV");
        if (put != LXW_NO_ERROR) return no_room();
        ++column;
    }
    ++inside_->rows;
    return {};
}

Result<void> Writer::finish(const std::function<Result<void>(std::string_view)>& take) {
    // It frees the workbook, whatever comes of it.
    if (workbook_close(std::exchange(inside_->workbook, nullptr)) != LXW_NO_ERROR) return no_room();
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(inside_->path.c_str(), "rb"),
                                                               std::fclose);
    if (!file) return no_room();
    std::array<char, std::size_t{64} * 1024> piece{};
    while (const std::size_t read = std::fread(piece.data(), 1, piece.size(), file.get()))
        TAMGA_TRY(take({piece.data(), read}));
    if (std::ferror(file.get())) return no_room();
    return {};
}

std::unexpected<Error> too_many_rows() {
    return fail(ErrorCode::out_of_range, "write a workbook",
                fmt::format("it has more than the {} rows that a sheet of a workbook holds", kMostRows),
                "take the CSV, which holds any number, or choose a part by filters");
}

}  // namespace tamga::sheet
