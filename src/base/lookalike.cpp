#include "base/lookalike.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"

namespace tamga {

namespace {

/// Characters that are not seen (Unicode: White_Space, or general category Cf).
struct Unseen {
    char32_t first, last;
    std::string_view name;
};
constexpr Unseen kUnseen[] = {
    {0x0085, 0x0085, "a next-line character"},
    {0x00A0, 0x00A0, "a no-break space"},
    {0x00AD, 0x00AD, "a soft hyphen, which is not seen"},
    {0x061C, 0x061C, "a mark of direction, which is not seen"},
    {0x1680, 0x1680, "a space of another script"},
    {0x180E, 0x180E, "a space of another script"},
    {0x2000, 0x2006, "a space of another width"},
    {0x2007, 0x2007, "a figure space"},
    {0x2008, 0x200A, "a space of another width"},
    {0x200B, 0x200D, "a character without width, which is not seen"},
    {0x200E, 0x200F, "a mark of direction, which is not seen"},
    {0x2028, 0x2029, "a line separator"},
    {0x202A, 0x202E, "a mark of direction, which is not seen"},
    {0x202F, 0x202F, "a narrow no-break space"},
    {0x205F, 0x205F, "a space of another width"},
    {0x2060, 0x2064, "a character without width, which is not seen"},
    {0x2066, 0x2069, "a mark of direction, which is not seen"},
    {0x3000, 0x3000, "a wide space"},
    {0xFEFF, 0xFEFF, "a byte order mark, which is not seen"},
};

/// Characters of other scripts with the ASCII that they are taken for (Unicode Technical Standard 39, the
/// confusables among letters, digits and dashes that keyboards of the register's languages have).
constexpr std::pair<char32_t, char> kLooks[] = {
    {U'а', 'a'},  {U'с', 'c'}, {U'ԁ', 'd'}, {U'е', 'e'}, {U'һ', 'h'}, {U'і', 'i'}, {U'ј', 'j'}, {U'о', 'o'},
    {U'р', 'p'},  {U'ԛ', 'q'}, {U'ѕ', 's'}, {U'ԝ', 'w'}, {U'х', 'x'}, {U'у', 'y'}, {U'А', 'A'}, {U'В', 'B'},
    {U'С', 'C'},  {U'Е', 'E'}, {U'Н', 'H'}, {U'І', 'I'}, {U'Ј', 'J'}, {U'К', 'K'}, {U'М', 'M'}, {U'О', 'O'},
    {U'Р', 'P'},  {U'Ѕ', 'S'}, {U'Т', 'T'}, {U'Х', 'X'}, {U'У', 'Y'}, {U'З', '3'}, {U'α', 'a'}, {U'ι', 'i'},
    {U'ν', 'v'},  {U'ο', 'o'}, {U'ρ', 'p'}, {U'Α', 'A'}, {U'Β', 'B'}, {U'Ε', 'E'}, {U'Η', 'H'}, {U'Ι', 'I'},
    {U'Κ', 'K'},  {U'Μ', 'M'}, {U'Ν', 'N'}, {U'Ο', 'O'}, {U'Ρ', 'P'}, {U'Τ', 'T'}, {U'Υ', 'Y'}, {U'Χ', 'X'},
    {U'‐', '-'},  {U'‑', '-'}, {U'‒', '-'}, {U'–', '-'}, {U'—', '-'}, {U'―', '-'}, {U'−', '-'}, {U'⁄', '/'},
    {U'。', '.'},
};

const Unseen* unseen(char32_t character) {
    const auto found = std::ranges::find_if(
        kUnseen, [&](const Unseen& range) { return character >= range.first && character <= range.last; });
    return found == std::end(kUnseen) ? nullptr : found;
}

/// The ASCII that a character looks like; 0 if none.
char looks_like(char32_t character) {
    if (character >= 0xFF01 && character <= 0xFF5E) return static_cast<char>(character - 0xFEE0);
    const auto found = std::ranges::find(kLooks, character, &std::pair<char32_t, char>::first);
    return found == std::end(kLooks) ? '\0' : found->second;
}

std::string_view script(char32_t character) {
    if (character >= 0x0370 && character <= 0x03FF) return "a Greek letter";
    if (character >= 0x0400 && character <= 0x052F) return "a Cyrillic letter";
    if (character >= 0x2010 && character <= 0x2015) return "a dash";
    if (character == 0x2212) return "a minus sign";
    if (character >= 0x4E00 && character <= 0x9FFF) return "a Chinese character";
    if (character >= 0xFF01 && character <= 0xFF5E) return "a full-width character";
    return "not an ASCII character";
}

/// The character that a well-formed sequence of bytes stands for.
char32_t character_of(std::string_view bytes) {
    const auto byte = [&](std::size_t i) -> char32_t { return static_cast<unsigned char>(bytes[i]); };
    if (bytes.size() == 1) return byte(0);
    char32_t character = byte(0) & (0xFFu >> (bytes.size() + 1));
    for (std::size_t i = 1; i < bytes.size(); ++i) character = character << 6 | (byte(i) & 0x3F);
    return character;
}

/// Calls `take` with each character and its bytes; bytes that are not UTF-8 are passed over.
template <class Take>
void each_character(std::string_view text, Take take) {
    while (!text.empty()) {
        const std::size_t length = utf8::length(text);
        if (length > 0) take(character_of(text.substr(0, length)), text.substr(0, length));
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
}

}  // namespace

std::optional<Lookalike> first_lookalike(std::string_view text) {
    std::optional<Lookalike> found;
    std::size_t where = 0;
    each_character(text, [&](char32_t character, std::string_view bytes) {
        ++where;
        if (found || character < 0x80) return;
        const auto code = fmt::format("U+{:04X}", static_cast<std::uint32_t>(character));
        if (const Unseen* const range = unseen(character))
            found = {fmt::format("{} ({})", range->name, code), where};
        else if (const char look = looks_like(character))
            found = {fmt::format("'{}' ({}, {} that looks like '{}')", bytes, code, script(character), look),
                     where};
        else
            found = {fmt::format("'{}' ({}, {})", bytes, code, script(character)), where};
    });
    return found;
}

std::string without_lookalikes(std::string_view text) {
    std::string out;
    each_character(text, [&](char32_t character, std::string_view bytes) {
        if (character < 0x80)
            out += bytes;
        else if (const char look = looks_like(character))
            out += look;
        else if (!unseen(character))
            out += bytes;
    });
    return out;
}

bool is_blank(std::string_view text) {
    if (!text.empty() && text.front() > ' ' && text.front() < '\x7f') return false;  // Nearly every text.
    bool blank = true;
    each_character(text, [&](char32_t character, std::string_view) {
        const bool space = character == ' ' || (character >= '\t' && character <= '\r');
        if (!space && !unseen(character)) blank = false;
    });
    return blank;
}

}  // namespace tamga
