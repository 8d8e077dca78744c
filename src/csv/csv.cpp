#include "csv/csv.hpp"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/utf8.hpp"

namespace tamga::csv {

namespace {

constexpr char kSign = '\'';

/// The separator of the first record: the one of comma, semicolon and tab that stands in it most often
/// outside quotation marks.
char separator_of(std::string_view content) {
    constexpr std::string_view kSeparators = ",;\t";
    std::size_t counts[kSeparators.size()] = {};
    bool quoted = false;
    for (const char c : content) {
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (c == '\n' || c == '\r') break;
        if (const std::size_t which = kSeparators.find(c); which != std::string_view::npos) ++counts[which];
    }
    return kSeparators[static_cast<std::size_t>(std::ranges::max_element(counts) - std::begin(counts))];
}

/// The name of the UTF-16 that a text is in, with a mark or without; null if it is none. Every file begins
/// with an ASCII character, whose other byte is zero, as no byte of UTF-8 text is.
const char* utf16_name(std::string_view content) {
    if (content.size() < 2) return nullptr;
    if (content.starts_with("\xFF\xFE") || (content[0] != '\0' && content[1] == '\0')) return "UTF-16LE";
    if (content.starts_with("\xFE\xFF") || (content[0] == '\0' && content[1] != '\0')) return "UTF-16BE";
    return nullptr;
}

constexpr std::size_t kBlock = 256u << 10;

}  // namespace

void Reader::Close::operator()(void* converter) const {
    iconv_close(converter);
}

Result<bool> Reader::next(Row& row, std::vector<Problem>& problems) {
    if (!started_) TAMGA_TRY(start(problems));
    for (;;) {
        // Two bytes tell the end of a line, whichever it is.
        if (rest().size() < 2 && !ended_) {
            TAMGA_TRY(read_more(problems));
            continue;
        }
        if (!end_of_line()) break;
    }
    while (!rest().empty()) {
        const std::size_t at = at_, told = problems.size(), bad_cells = bad_cells_;
        const int line = line_;
        read_row(row, problems);
        // What ends with what is there may go on: it is read again with more behind it.
        if (!rest().empty() || ended_) return true;
        const std::size_t length = at_ - at;
        at_ = at;
        line_ = line;
        problems.resize(told);
        bad_cells_ = bad_cells;
        if (bad_cells_ == 0) encoding_.reset();
        if (length > longest_) {
            problems.push_back(
                {line, 1, fmt::format("the record that begins here is longer than {} MiB", longest_ >> 20),
                 "look for a quotation mark that is opened and not closed"});
            buffer_.clear();
            at_ = 0;
            ended_ = true;
            return false;
        }
        TAMGA_TRY(read_more(problems));
    }
    if (encoding_) {
        if (bad_cells_ > 1) encoding_->cause += fmt::format(", nor is that of {} more cells", bad_cells_ - 1);
        problems.push_back(*std::exchange(encoding_, std::nullopt));
    }
    return false;
}

Result<void> Reader::start(std::vector<Problem>& problems) {
    started_ = true;
    TAMGA_TRY(read_more(problems));
    if (const char* const utf16 = utf16_name(buffer_)) {
        if (const iconv_t converter = iconv_open("UTF-8", utf16);
            converter != reinterpret_cast<iconv_t>(-1)) {
            converter_.reset(converter);
            raw_ = std::exchange(buffer_, {});
            convert(problems);
        }
    }
    if (rest().starts_with("\xEF\xBB\xBF")) at_ += 3;
    // Spreadsheets write and heed a first line that does nothing but name the separator.
    const std::string_view begin = rest();
    if (begin.size() >= 5 && (begin.starts_with("sep=") || begin.starts_with("SEP=")) &&
        (begin.size() == 5 || begin[5] == '\n' || begin[5] == '\r')) {
        separator_ = begin[4];
        at_ += 5;
    } else {
        separator_ = separator_of(begin);
    }
    return {};
}

Result<void> Reader::read_more(std::vector<Problem>& problems) {
    if (ended_) return {};
    buffer_.erase(0, at_);
    at_ = 0;
    // As much again, so that a long record is not read over and over.
    std::string& to = converter_ ? raw_ : buffer_;
    const std::size_t had = to.size(), room = std::max(kBlock, buffer_.size());
    to.resize(had + room);
    std::size_t filled = 0;
    while (filled < room && !ended_) {
        TAMGA_ASSIGN(const std::size_t count, input_(std::span(to).subspan(had + filled, room - filled)));
        filled += count;
        ended_ = count == 0;
    }
    to.resize(had + filled);
    if (converter_) convert(problems);
    return {};
}

/// Moves what can be converted into the buffer. A text that is damaged ends there.
void Reader::convert(std::vector<Problem>& problems) {
    const std::size_t had = buffer_.size();
    buffer_.resize(had + raw_.size() / 2 * 3);
    char *from = raw_.data(), *to = buffer_.data() + had;
    std::size_t left = raw_.size(), room = buffer_.size() - had;
    const bool whole = iconv(converter_.get(), &from, &left, &to, &room) != static_cast<std::size_t>(-1);
    // A character may go on in the next block.
    const bool good = (whole && left == 0) || (errno == EINVAL && left < 4 && !ended_);
    buffer_.resize(buffer_.size() - room);
    raw_.erase(0, raw_.size() - left);
    if (good) return;
    problems.push_back(
        {1, 1, "the text begins as UTF-16 and is damaged further on", "save the file as \"CSV UTF-8\""});
    ended_ = true;
}

bool Reader::at_end_of_field() const {
    if (at_ == buffer_.size()) return true;
    const char c = buffer_[at_];
    return c == separator_ || c == '\n' || c == '\r';
}

/// Takes a line's end, if one comes next.
bool Reader::end_of_line() {
    const std::string_view next = rest();
    const std::size_t length = next.starts_with("\r\n")                           ? 2
                               : next.starts_with('\n') || next.starts_with('\r') ? 1
                                                                                  : 0;
    at_ += length;
    if (length) ++line_;
    return length != 0;
}

void Reader::read_row(Row& row, std::vector<Problem>& problems) {
    std::size_t count = 0;
    while (true) {
        if (row.size() == count) row.emplace_back();
        cell_ = &row[count];
        cell_->text.clear();
        cell_->row = line_;
        cell_->column = static_cast<int>(++count);
        cell_->told = false;
        bad_utf8_ = false;
        if (rest().starts_with('"'))
            read_quoted(problems);
        else
            read_plain(problems);
        if (rest().starts_with(separator_)) {
            ++at_;
            continue;
        }
        end_of_line();
        row.resize(count);
        return;
    }
}

void Reader::read_plain(std::vector<Problem>& problems) {
    bool told = false;
    while (!at_end_of_field()) {
        if (buffer_[at_] == '"' && !std::exchange(told, true))
            problems.push_back({cell_->row, cell_->column,
                                "there is a quotation mark inside a field that does not begin with one",
                                "put the whole field in quotation marks and double those inside it"});
        take();
    }
}

void Reader::read_quoted(std::vector<Problem>& problems) {
    ++at_;
    while (true) {
        if (at_ == buffer_.size()) {
            problems.push_back({cell_->row, cell_->column,
                                "a quotation mark opens this field and none closes it",
                                "end the field with a quotation mark; double those inside it"});
            return;
        }
        if (rest().starts_with("\"\"")) {
            cell_->text += '"';
            at_ += 2;
        } else if (buffer_[at_] == '"') {
            ++at_;
            break;
        } else if (end_of_line()) {
            // Within a field a line ends with LF alone, so that a file means the same however it was saved.
            cell_->text += '\n';
        } else {
            take();
        }
    }
    if (at_end_of_field()) return;
    problems.push_back({cell_->row, cell_->column,
                        "there is text after the quotation mark that closes this field",
                        "double the quotation marks inside a field"});
    read_plain(problems);
}

/// Moves a character into the cell, and the plain ones behind it.
void Reader::take() {
    const std::size_t length = utf8::length(rest());
    // Told once: the whole file is in another encoding then.
    if (length == 0 && !std::exchange(bad_utf8_, true) && bad_cells_++ == 0)
        encoding_ = {cell_->row, cell_->column, "the text is not UTF-8", "save the file as \"CSV UTF-8\""};
    if (length == 0) {
        cell_->text += "\xEF\xBF\xBD";
        ++at_;
        return;
    }
    std::size_t end = at_ + length;
    const auto is_plain = [&](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f && c != '"' &&
               c != separator_;
    };
    while (end < buffer_.size() && is_plain(buffer_[end])) ++end;
    cell_->text.append(buffer_, at_, end - at_);
    at_ = end;
}

Table parse(std::string_view content, std::vector<Problem>& problems) {
    Reader reader([&](std::span<char> room) -> Result<std::size_t> {
        const std::size_t count = content.copy(room.data(), room.size());
        content.remove_prefix(count);
        return count;
    });
    Table table;
    const auto first = static_cast<std::ptrdiff_t>(problems.size());
    for (Row row; reader.next(row, problems).value_or(false);) table.rows.push_back(row);
    table.separator = reader.separator();
    std::stable_sort(problems.begin() + first, problems.end(), [](const Problem& a, const Problem& b) {
        return std::pair(a.row, a.column) < std::pair(b.row, b.column);
    });
    return table;
}

void append_row(std::string& out, const std::vector<std::string>& fields, For reader) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i) out += ',';
        const std::string field = reader == For::spreadsheet ? guarded(fields[i]) : escaped(fields[i]);
        // A record of one empty field must not look like no record at all.
        const bool quote =
            field.find_first_of(",\"\r\n") != std::string::npos || (field.empty() && fields.size() == 1);
        if (!quote) {
            out += field;
            continue;
        }
        out += '"';
        for (const char c : field) {
            if (c == '"') out += '"';
            out += c;
        }
        out += '"';
    }
    out += "\r\n";
}

bool looks_like_formula(std::string_view text) {
    // As the OWASP's page on CSV injection has them, the full-width ones among them.
    constexpr std::string_view kStarts[] = {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};
    if (std::ranges::none_of(kStarts, [&](std::string_view start) { return text.starts_with(start); }))
        return false;
    const bool signed_number = text.size() > 1 && (text.front() == '-' || text.front() == '+') &&
                               text.find_first_not_of("0123456789.", 1) == std::string_view::npos;
    return !signed_number;
}

std::string escaped(std::string_view text) {
    const std::size_t signs = std::min(text.find_first_not_of(kSign), text.size());
    const bool taken_for_a_sign = signs > 0 && looks_like_formula(text.substr(signs));
    return taken_for_a_sign ? kSign + std::string(text) : std::string(text);
}

std::string guarded(std::string_view text) {
    return looks_like_formula(text) ? kSign + std::string(text) : escaped(text);
}

std::string unguarded(std::string_view text) {
    const std::size_t signs = std::min(text.find_first_not_of(kSign), text.size());
    return std::string(signs > 0 && looks_like_formula(text.substr(signs)) ? text.substr(1) : text);
}

}  // namespace tamga::csv
