#include "web/parts/picture.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "web/parts/svg_text.hpp"
#include "web/parts/template.hpp"

namespace tamga::web {

namespace {

constexpr double kLeast = 480, kEdge = 8;
// As in ui/styles/tokens.css.
constexpr const char *kGround = "#ffffff", *kInk = "#1a2230", *kSoft = "#4d5868";

/// A text in lines, from `y` downwards, which it moves to where they end.
std::string lines_of(std::string_view text, double size, std::string_view weight, std::string_view colour,
                     double width, double& y) {
    constexpr std::size_t kMostLines = 8;
    std::string out;
    for (const std::string& line : wrapped(text, size, width - 2 * kEdge, kMostLines)) {
        y += size * 1.4;
        out += fmt::format(
            "<text x=\"{}\" y=\"{:.1f}\" font-size=\"{}\" font-weight=\"{}\" fill=\"{}\">{}</text>\n", kEdge,
            y, size, weight, colour, escape_html(line));
    }
    y += size * 0.6;
    return out;
}

}  // namespace

std::string part_svg(const Picture& piece, const Caption& caption, ChartSize size, std::string_view id) {
    if (piece.content.empty()) return {};
    return fmt::format(
        "<svg class=\"figures figures--{0}\" viewBox=\"0 0 {1:.0f} {2:.0f}\" role=\"img\" "
        "aria-labelledby=\"{3}-title\" aria-describedby=\"{3}-desc\">\n<title id=\"{3}-title\">{4}</title>\n"
        "<desc id=\"{3}-desc\">{5}</desc>\n{6}</svg>\n",
        size == ChartSize::wide ? "wide" : "narrow", piece.width, piece.height, id,
        escape_html(caption.title), escape_html(caption.description), piece.content);
}

std::string file_svg(const Picture& piece, const Caption& caption, std::span<const std::string> notes,
                     std::string_view language) {
    const double width = std::max(piece.width, kLeast);
    double y = 0;
    const std::string head = lines_of(caption.title, 16, "bold", kInk, width, y);
    const double top = y;
    y += piece.content.empty() ? 0 : piece.height + 4;
    std::string foot;
    for (const std::string& note : notes) foot += lines_of(note, 12, "normal", kSoft, width, y);
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
        "viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" xml:lang=\"{2}\" role=\"img\" "
        "aria-labelledby=\"title\" aria-describedby=\"desc\" font-family=\"{3}\">\n<title "
        "id=\"title\">{4}</title>\n<desc id=\"desc\">{5}</desc>\n<rect width=\"{0:.0f}\" height=\"{1:.0f}\" "
        "fill=\"{6}\"/>\n{7}<g transform=\"translate(0 {8:.1f})\">\n{9}</g>\n{10}</svg>\n",
        width, y + kEdge, language, fonts_of(language), escape_html(caption.title),
        escape_html(caption.description), kGround, head, top, piece.content, foot);
}

}  // namespace tamga::web
