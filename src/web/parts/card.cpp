#include "web/parts/card.hpp"

#include <fmt/format.h>

#include <iterator>

#include "web/parts/svg_text.hpp"
#include "web/parts/template.hpp"

namespace tamga::web {

namespace {

// Those of the pages (ui/styles/tokens.css), dark on light.
constexpr const char *kGround = "#fbfaf7", *kInk = "#1a2230", *kSoft = "#4d5868", *kAccent = "#0d4f70",
                     *kGold = "#b98a2f";
constexpr double kEdge = 72, kRoom = kCardWidth - 2 * kEdge;

class Drawing {
  public:
    void lines(std::string_view text, double size, const char* weight, const char* colour, std::size_t most) {
        for (const std::string& line : wrapped(text, size, kRoom, most)) {
            y_ += size * 1.25;
            text_at(kEdge, y_, size, weight, colour, line);
        }
        if (!text.empty()) y_ += size * 0.5;
    }
    void text_at(double x, double y, double size, const char* weight, const char* colour,
                 std::string_view text, const char* anchor = "start") {
        fmt::format_to(std::back_inserter(out_),
                       "<text x=\"{:.0f}\" y=\"{:.0f}\" font-size=\"{:.0f}\" font-weight=\"{}\" fill=\"{}\" "
                       "text-anchor=\"{}\">{}</text>\n",
                       x, y, size, weight, colour, anchor, escape_html(text));
    }
    std::string take() { return std::move(out_); }

  private:
    double y_ = 60;
    std::string out_;
};

}  // namespace

std::string card_svg(const Card& card, std::string_view language) {
    Drawing drawing;
    drawing.lines(card.kind, 26, "normal", kSoft, 1);
    drawing.lines(card.title, card.title.size() > 90 ? 46 : 56, "bold", kInk, 4);
    drawing.lines(card.finding, 32, "normal", kSoft, 4);
    drawing.text_at(kEdge, kCardHeight - 40, 28, "bold", kAccent, card.site);
    drawing.text_at(kCardWidth - kEdge, kCardHeight - 40, 26, "normal", kSoft, card.as_of, "end");
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
        "xml:lang=\"{2}\" font-family=\"{10}\"><rect width=\"{0}\" height=\"{1}\" fill=\"{3}\"/><rect "
        "width=\"18\" height=\"{1}\" "
        "fill=\"{4}\"/><rect x=\"{5:.0f}\" y=\"{6}\" width=\"{7:.0f}\" height=\"2\" "
        "fill=\"{8}\"/>\n{9}</svg>\n",
        kCardWidth, kCardHeight, language, kGround, kAccent, kEdge, kCardHeight - 90, kRoom, kGold,
        drawing.take(), fonts_of(language));
}

}  // namespace tamga::web
