#include "web/parts/svg_text.hpp"

namespace tamga::web {

namespace {

bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

/// Begins with a sign that closes what stands before it, and so begins no line in Chinese.
bool is_closing(std::string_view text) {
    for (const char* const sign : {"、", "，", "。", "；", "：", "！", "？", "）", "》", "”", "’"})
        if (text.starts_with(sign)) return true;
    return false;
}

}  // namespace

std::string_view fonts_of(std::string_view language) {
    return language == "zh"
               ? "system-ui, 'Noto Sans CJK SC', 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', sans-serif"
               : "system-ui, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', 'Noto Sans CJK SC', sans-serif";
}

double width_of(std::string_view text, double size) {
    double width = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80)
            width += byte >= 'A' && byte <= 'Z' ? 0.68 : 0.55;
        else if (byte >= 0xe3)
            width += 1;  // East Asian: as wide as high.
        else if (byte >= 0xc0)
            width += 0.6;
    }
    return width * size;
}

std::vector<std::string> wrapped(std::string_view text, double size, double width, std::size_t most) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        std::size_t end = 0, space = 0;
        while (end < text.size()) {
            std::size_t next = end + 1;
            while (next < text.size() && continues(text[next])) ++next;
            if (width_of(text.substr(0, next), size) > width && end > 0) break;
            if (text[end] == ' ') space = end;
            end = next;
        }
        // A word of another script that would be cut in two goes to the next line.
        const bool within_word = end < text.size() && static_cast<unsigned char>(text[end]) < 0xe3;
        if (within_word && space > 0 && text[end] != ' ') end = space;
        while (end < text.size() && is_closing(text.substr(end))) end += 3;
        if (lines.size() + 1 == most && end < text.size()) {
            while (end > 0 && (continues(text[end]) || width_of(text.substr(0, end), size) + size > width))
                --end;
            lines.push_back(std::string(text.substr(0, end)) + "…");
            break;
        }
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
        while (text.starts_with(' ')) text.remove_prefix(1);
    }
    return lines;
}

}  // namespace tamga::web
