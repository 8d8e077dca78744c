#include "csv/csv.hpp"

#include <algorithm>
#include <cstdint>

namespace tamga::csv {

namespace {

/// The length of the well-formed UTF-8 sequence (RFC 3629) at the start of `text`; 0 if it is none.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const auto rest = [&](std::size_t count, std::uint8_t low, std::uint8_t high) -> std::size_t {
        if (text.size() <= count || byte(1) < low || byte(1) > high) return 0;
        for (std::size_t i = 2; i <= count; ++i)
            if ((byte(i) & 0xC0) != 0x80) return 0;
        return count + 1;
    };
    const std::uint8_t first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return rest(1, 0x80, 0xBF);
    if (first == 0xE0) return rest(2, 0xA0, 0xBF);
    if (first == 0xED) return rest(2, 0x80, 0x9F);
    if (first >= 0xE1 && first <= 0xEF) return rest(2, 0x80, 0xBF);
    if (first == 0xF0) return rest(3, 0x90, 0xBF);
    if (first >= 0xF1 && first <= 0xF3) return rest(3, 0x80, 0xBF);
    if (first == 0xF4) return rest(3, 0x80, 0x8F);
    return 0;
}

class Parser {
  public:
    Parser(std::string_view content, std::vector<Problem>& problems) : rest_(content), problems_(problems) {}

    std::vector<Row> run() {
        if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
        std::vector<Row> rows;
        while (!rest_.empty()) {
            if (end_of_line()) continue;
            rows.push_back(row());
        }
        return rows;
    }

  private:
    /// Takes a line's end, if one comes next.
    bool end_of_line() {
        const std::size_t length = rest_.starts_with("\r\n")                            ? 2
                                   : rest_.starts_with('\n') || rest_.starts_with('\r') ? 1
                                                                                        : 0;
        rest_.remove_prefix(length);
        if (length) ++line_;
        return length != 0;
    }

    Row row() {
        Row row;
        while (true) {
            cell_ = {"", line_, static_cast<int>(row.size()) + 1};
            bad_utf8_ = false;
            if (rest_.starts_with('"'))
                quoted();
            else
                plain();
            row.push_back(std::move(cell_));
            if (rest_.starts_with(',')) {
                rest_.remove_prefix(1);
                continue;
            }
            end_of_line();
            return row;
        }
    }

    void plain() {
        bool told = false;
        while (!rest_.empty() && rest_.front() != ',' && rest_.front() != '\n' && rest_.front() != '\r') {
            if (rest_.front() == '"' && !std::exchange(told, true))
                problem("there is a quotation mark inside a field that does not begin with one",
                        "put the whole field in quotation marks and double those inside it");
            take();
        }
    }

    void quoted() {
        rest_.remove_prefix(1);
        while (true) {
            if (rest_.empty())
                return problem("a quotation mark opens this field and none closes it",
                               "end the field with a quotation mark; double those inside it");
            if (rest_.starts_with("\"\"")) {
                cell_.text += '"';
                rest_.remove_prefix(2);
            } else if (rest_.front() == '"') {
                rest_.remove_prefix(1);
                break;
            } else if (rest_.starts_with("\r\n")) {
                // Within a field a line ends with LF alone, so that a file means the same however it was
                // saved.
                cell_.text += '\n';
                end_of_line();
            } else if (rest_.front() == '\n' || rest_.front() == '\r') {
                cell_.text += '\n';
                end_of_line();
            } else {
                take();
            }
        }
        if (rest_.empty() || rest_.front() == ',' || rest_.front() == '\n' || rest_.front() == '\r') return;
        problem("there is text after the quotation mark that closes this field",
                "double the quotation marks inside a field");
        plain();
    }

    /// Moves one character into the cell.
    void take() {
        const std::size_t length = utf8_length(rest_);
        if (length == 0 && !std::exchange(bad_utf8_, true))
            problem("the text is not UTF-8", "save the file as \"CSV UTF-8\"");
        if (length == 0)
            cell_.text += "\xEF\xBF\xBD";
        else
            cell_.text.append(rest_.substr(0, length));
        rest_.remove_prefix(std::max<std::size_t>(length, 1));
    }

    void problem(std::string cause, std::string hint) {
        problems_.push_back({cell_.row, cell_.column, std::move(cause), std::move(hint)});
    }

    std::string_view rest_;
    std::vector<Problem>& problems_;
    int line_ = 1;
    Cell cell_;
    bool bad_utf8_ = false;
};

}  // namespace

std::vector<Row> parse(std::string_view content, std::vector<Problem>& problems) {
    return Parser(content, problems).run();
}

void append_row(std::string& out, const std::vector<std::string>& fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i) out += ',';
        const std::string& field = fields[i];
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
    if (text.empty() || std::string_view("=+-@\t\r").find(text.front()) == std::string_view::npos)
        return false;
    const bool signed_number = text.size() > 1 && (text.front() == '-' || text.front() == '+') &&
                               text.find_first_not_of("0123456789.", 1) == std::string_view::npos;
    return !signed_number;
}

}  // namespace tamga::csv
