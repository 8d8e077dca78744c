#include "web/parts/map_drawing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>

#include "web/parts/svg_text.hpp"
#include "web/parts/template.hpp"

namespace tamga::web {

namespace {

using Stage = MapPicture::Stage;

/// In units of the wide map.
struct At {
    double x, y;
};
using Ring = std::vector<At>;

struct Box {
    double left, top, right, bottom;
    bool meets(const Box& other) const {
        return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
};

constexpr double kWidth = MapWindow::kWidth, kNarrowWidth = 340;
// Half of what a finger hits: 24 px across on a screen of 640 px, and on a phone of 320 (WCAG 2.5.8).
constexpr double kReach = 15.5, kNarrowReach = 15;
// Land is cut off this far beyond the edge, so that the cut is not seen.
constexpr double kBeyond = 4;

/// The part of a ring on one side of a line (Sutherland and Hodgman, Reentrant polygon clipping, 1974).
template <class Inside, class Cut>
Ring clipped(const Ring& ring, Inside inside, Cut cut) {
    Ring out;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const At &from = ring[(i + ring.size() - 1) % ring.size()], &to = ring[i];
        if (inside(from) != inside(to)) out.push_back(cut(from, to));
        if (inside(to)) out.push_back(to);
    }
    return out;
}

Ring clipped(Ring ring, const Box& box) {
    const auto at_x = [](double x) {
        return [x](const At& a, const At& b) { return At{x, a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x)}; };
    };
    const auto at_y = [](double y) {
        return [y](const At& a, const At& b) { return At{a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y), y}; };
    };
    ring = clipped(ring, [&](const At& at) { return at.x >= box.left; }, at_x(box.left));
    ring = clipped(ring, [&](const At& at) { return at.x <= box.right; }, at_x(box.right));
    ring = clipped(ring, [&](const At& at) { return at.y >= box.top; }, at_y(box.top));
    return clipped(ring, [&](const At& at) { return at.y <= box.bottom; }, at_y(box.bottom));
}

double area_of(const Ring& ring) {
    double twice = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const At &a = ring[i], &b = ring[(i + 1) % ring.size()];
        twice += a.x * b.y - b.x * a.y;
    }
    return std::abs(twice) / 2;
}

const Ring& largest_of(const std::vector<Ring>& rings) {
    return *std::ranges::max_element(rings, {}, area_of);
}

At middle_of(const Ring& ring) {
    double left = ring[0].x, right = left, top = ring[0].y, bottom = top;
    for (const At& at : ring) {
        left = std::min(left, at.x), right = std::max(right, at.x);
        top = std::min(top, at.y), bottom = std::max(bottom, at.y);
    }
    return {(left + right) / 2, (top + bottom) / 2};
}

/// The stretches of a horizontal line that lie within the rings.
std::vector<std::pair<double, double>> within(const std::vector<Ring>& rings, double y) {
    std::vector<double> crossings;
    for (const Ring& ring : rings)
        for (std::size_t i = 0; i < ring.size(); ++i) {
            const At &a = ring[i], &b = ring[(i + 1) % ring.size()];
            if ((a.y <= y) != (b.y <= y)) crossings.push_back(a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y));
        }
    std::ranges::sort(crossings);
    std::vector<std::pair<double, double>> out;
    for (std::size_t i = 0; i + 1 < crossings.size(); i += 2)
        out.emplace_back(crossings[i], crossings[i + 1]);
    return out;
}

/// What one mark stands for; its place is the middle of theirs.
struct Mark {
    At at;
    std::vector<std::size_t> members;
};

/// Marks that would meet become one, the nearest first. Each remembers the nearest of those after it, so that
/// a pair costs a look at each mark and not at each pair.
class Clusters {
  public:
    Clusters(std::vector<Mark> marks, double apart)
        : marks_(std::move(marks)), nearest_(marks_.size()), apart_(apart * apart) {
        for (std::size_t i = 0; i < marks_.size(); ++i) find_nearest(i);
    }

    std::vector<Mark> clustered() {
        for (;;) {
            std::size_t first = 0;
            for (std::size_t i = 1; i < marks_.size(); ++i)
                if (nearest_[i].distance < nearest_[first].distance) first = i;
            if (marks_.empty() || nearest_[first].distance >= apart_) break;
            join(first, nearest_[first].other);
        }
        std::erase_if(marks_, [](const Mark& mark) { return mark.members.empty(); });
        return std::move(marks_);
    }

  private:
    struct Nearest {
        double distance;  ///< Squared; apart_ where none is as near.
        std::size_t other;
    };

    /// One that was joined to another has no members and is near to none.
    double distance(std::size_t i, std::size_t j) const {
        if (marks_[i].members.empty() || marks_[j].members.empty()) return apart_;
        const double x = marks_[i].at.x - marks_[j].at.x, y = marks_[i].at.y - marks_[j].at.y;
        return x * x + y * y;
    }

    void find_nearest(std::size_t i) {
        nearest_[i] = {apart_, i};
        for (std::size_t j = i + 1; j < marks_.size(); ++j)
            if (const double here = distance(i, j); here < nearest_[i].distance) nearest_[i] = {here, j};
    }

    void join(std::size_t first, std::size_t second) {
        Mark &into = marks_[first], &from = marks_[second];
        const auto a = static_cast<double>(into.members.size()), b = static_cast<double>(from.members.size());
        into.at = {(into.at.x * a + from.at.x * b) / (a + b), (into.at.y * a + from.at.y * b) / (a + b)};
        std::ranges::copy(from.members, std::back_inserter(into.members));
        from.members.clear();
        find_nearest(first);
        find_nearest(second);
        for (std::size_t i = 0; i < second; ++i) {
            if (i == first) continue;
            if (nearest_[i].other == first || nearest_[i].other == second)
                find_nearest(i);
            else if (i < first && distance(i, first) < nearest_[i].distance)
                nearest_[i] = {distance(i, first), first};
            else if (i < first && distance(i, first) == nearest_[i].distance && first < nearest_[i].other)
                nearest_[i].other = first;
        }
    }

    std::vector<Mark> marks_;
    std::vector<Nearest> nearest_;
    double apart_;
};

std::vector<Mark> clustered(std::vector<Mark> marks, double apart) {
    return Clusters(std::move(marks), apart).clustered();
}

class Drawing {
  public:
    Drawing(const MapPicture& picture, const Outlines& outlines)
        : picture_(picture), window_(window_of(picture)), height_(window_.height()) {
        cut(outlines);
        mark();
    }

    DrawnMap draw() {
        DrawnMap out;
        for (const Mark& one : marks_) {
            out.marks.push_back(one.members);
            out.has_several = out.has_several || one.members.size() > 1;
        }
        std::array<bool, 6> stages{};
        for (const MapPicture::Place& place : picture_.places) {
            out.has_route = out.has_route || !place.route.empty();
            out.has_approximate = out.has_approximate || place.approximate;
            stages[static_cast<std::size_t>(place.stage)] = true;
        }
        for (std::size_t i = 1; i < stages.size(); ++i)
            if (stages[i]) out.stages.push_back(static_cast<Stage>(i));
        out.wide_svg = svg(true);
        out.has_capital = capitals_ > 0;
        out.narrow_svg = svg(false);
        return out;
    }

  private:
    static MapWindow window_of(const MapPicture& picture) {
        std::vector<Point> points;
        for (const MapPicture::Place& place : picture.places) {
            points.push_back(place.at);
            points.insert(points.end(), place.route.begin(), place.route.end());
        }
        return MapWindow::around(points);
    }

    At project(const Point& point) const { return {window_.x(point), window_.y(point)}; }

    /// The land of the window, by the state that it belongs to.
    void cut(const Outlines& outlines) {
        const Box box{-kBeyond, -kBeyond, kWidth + kBeyond, height_ + kBeyond};
        // What lies beyond the antimeridian is drawn once more, a turn of the globe further.
        for (const double turn : {-360.0, 0.0, 360.0})
            for (const Land& land : outlines.lands) {
                if (land.west + turn > window_.east() || land.east + turn < window_.west() ||
                    land.south > window_.north() || land.north < window_.south())
                    continue;
                std::vector<Ring> rings;
                for (const std::vector<Point>& points : land.rings) {
                    Ring ring;
                    for (const Point& point : points)
                        ring.push_back({(point.longitude + turn - window_.west()) * window_.x_scale(),
                                        (window_.north() - point.latitude) * window_.y_scale()});
                    ring = clipped(std::move(ring), box);
                    if (ring.size() > 2 && area_of(ring) > 1) rings.push_back(std::move(ring));
                }
                if (rings.empty()) continue;
                path_ += path_of(rings);
                if (!land.state.empty()) add_piece(land.state, std::move(rings));
            }
    }

    void add_piece(const std::string& state, std::vector<Ring> rings) {
        Piece piece{state, std::move(rings), height_ + kBeyond, -kBeyond};
        for (const Ring& ring : piece.rings)
            for (const At& at : ring) {
                piece.top = std::min(piece.top, at.y);
                piece.bottom = std::max(piece.bottom, at.y);
            }
        pieces_.push_back(std::move(piece));
    }

    static std::string path_of(const std::vector<Ring>& rings) {
        std::string path;
        for (const Ring& ring : rings) {
            At last{-1000, -1000};
            for (const At& at : ring) {
                // What is nearer than this is seen as one point.
                if (std::abs(at.x - last.x) < 0.7 && std::abs(at.y - last.y) < 0.7) continue;
                path += fmt::format("{}{:.1f} {:.1f}", last.x == -1000 ? "M" : "L", at.x, at.y);
                last = at;
            }
            path += "Z";
        }
        return fmt::format("<path d=\"{}\"/>", path);
    }

    void mark() {
        std::vector<Mark> marks;
        for (std::size_t i = 0; i < picture_.places.size(); ++i)
            marks.push_back({project(picture_.places[i].at), {i}});
        marks_ = clustered(std::move(marks), 2 * kReach);
        std::vector<Mark> of_marks;
        for (std::size_t i = 0; i < marks_.size(); ++i) of_marks.push_back({marks_[i].at, {i}});
        narrow_ = clustered(std::move(of_marks), 2 * kNarrowReach * kWidth / kNarrowWidth);
        // Numbers run from west to east, and are such that a mark of the narrow map stands for a row of them.
        std::ranges::sort(narrow_, {}, [](const Mark& mark) { return mark.at.x; });
        std::vector<Mark> ordered;
        for (Mark& mark : narrow_) {
            std::ranges::sort(mark.members, {}, [&](std::size_t i) { return marks_[i].at.x; });
            for (std::size_t& i : mark.members) {
                ordered.push_back(marks_[i]);
                i = ordered.size() - 1;
            }
        }
        marks_ = std::move(ordered);
    }

    template <class... Arguments>
    void put(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Arguments>(arguments)...);
    }

    std::string svg(bool wide) {
        out_.clear();
        taken_.clear();
        scale_ = wide ? 1 : kNarrowWidth / kWidth;
        text_size_ = wide ? 12 : 11;
        const double reach = wide ? kReach : kNarrowReach;
        put("<svg class=\"map--{}\" viewBox=\"0 0 {:.1f} {:.1f}\" role=\"group\" aria-label=\"{}\" "
            "data-zoom-in=\"{}\" data-zoom-out=\"{}\">\n",
            wide ? "wide" : "narrow", kWidth * scale_, height_ * scale_, escape_html(picture_.label),
            escape_html(picture_.zoom_in), escape_html(picture_.zoom_out));
        if (wide)
            put("<g class=\"land\" id=\"map-land\" aria-hidden=\"true\">{}</g>\n", path_);
        else
            put("<use href=\"#map-land\" transform=\"scale({:.4f})\" aria-hidden=\"true\"/>\n", scale_);
        routes();
        for (const Mark& one : wide ? marks_ : narrow_)
            taken_.push_back({one.at.x * scale_ - reach, one.at.y * scale_ - reach, one.at.x * scale_ + reach,
                              one.at.y * scale_ + reach});
        put("<g class=\"names\" font-size=\"{}\" aria-hidden=\"true\">", text_size_);
        scale_bar();
        capitals();
        states();
        put("</g>\n<g class=\"points\">\n");
        for (std::size_t i = 0; i < (wide ? marks_ : narrow_).size(); ++i)
            wide ? wide_mark(i) : narrow_mark(i);
        put("</g></svg>\n");
        return std::move(out_);
    }

    void routes() {
        std::string paths;
        for (const MapPicture::Place& place : picture_.places) {
            if (place.route.empty()) continue;
            std::string path;
            for (const Point& point : place.route) {
                const At at = project(point);
                path +=
                    fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", at.x * scale_, at.y * scale_);
            }
            paths += fmt::format("<path class=\"route-ground\" d=\"{0}\"/><path class=\"route\" d=\"{0}\"/>",
                                 path);
        }
        if (!paths.empty()) put("<g class=\"routes\" aria-hidden=\"true\">{}</g>\n", paths);
    }

    /// Takes the ground for a text, unless something else stands there or it would leave the map.
    bool take(const Box& box) {
        if (box.left < 2 || box.right > kWidth * scale_ - 2 || box.top < 2 ||
            box.bottom > height_ * scale_ - 2)
            return false;
        if (std::ranges::any_of(taken_, [&](const Box& other) { return box.meets(other); })) return false;
        taken_.push_back(box);
        return true;
    }

    void scale_bar() {
        // Of a map of half the globe the scale holds along one line only.
        if (window_.north() - window_.south() > 60 || !picture_.kilometres) return;
        // A degree of latitude on the sphere of the Earth's mean radius, 6371 km.
        const double unit = 111.195 / (window_.y_scale() * scale_);
        const double most = kWidth * scale_ / 4 * unit;
        int length = 1;
        for (const int step : {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000})
            if (step <= most) length = step;
        const double right = 10 + length / unit, y = height_ * scale_ - 10;
        put("<g class=\"scale\"><path d=\"M10 {0:.1f}v5H{1:.1f}v-5\"/><text x=\"10\" "
            "y=\"{2:.1f}\">{3}</text></g>",
            y - 5, right, y - 9, escape_html(picture_.kilometres(length)));
        taken_.push_back({0, y - 12 - text_size_, right + 10, height_ * scale_});
    }

    void capitals() {
        capitals_ = 0;
        for (const MapPicture::Capital& capital : picture_.capitals) {
            if (!sees(capital.at)) continue;
            const double x = window_.x(capital.at) * scale_, y = window_.y(capital.at) * scale_;
            const double width = width_of(capital.name, text_size_ - 1), half = text_size_ * 0.6;
            // Beside its sign, or beyond what covers it.
            for (const double away : {6.0, 18.0, 30.0})
                if (capital_name(capital.name, x, y, width, half, away)) break;
        }
    }

    bool capital_name(const std::string& name, double x, double y, double width, double half, double away) {
        const std::pair<Box, const char*> sides[] = {
            {{x + away, y - half, x + away + 2 + width, y + half}, "start"},
            {{x - away - 2 - width, y - half, x - away, y + half}, "end"},
            {{x - width / 2, y - away - 2 * half, x + width / 2, y - away + 1}, "middle"},
            {{x - width / 2, y + away - 1, x + width / 2, y + away + 2 * half}, "middle"}};
        for (const auto& [box, anchor] : sides) {
            if (!take(box)) continue;
            const double text_x = *anchor == 's' ? x + away + 1 : *anchor == 'e' ? x - away - 1 : x;
            put("<rect class=\"capital\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"5\" height=\"5\"/><text "
                "class=\"capital-name\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" "
                "font-size=\"{}\">{}</text>",
                x - 2.5, y - 2.5, text_x, (box.top + box.bottom) / 2 + text_size_ * 0.32, anchor,
                text_size_ - 1, escape_html(name));
            ++capitals_;
            return true;
        }
        return false;
    }

    bool sees(const Point& point) const {
        const At at = project(point);
        return at.x > 3 && at.x < kWidth - 3 && at.y > 3 && at.y < height_ - 3;
    }

    /// Names states within their borders, the largest piece of each, as near to its middle as there is room.
    void states() {
        if (!picture_.state_name) return;
        std::map<std::string, const Piece*> largest;
        for (const Piece& piece : pieces_) {
            const Piece*& known = largest[piece.state];
            if (!known || area_of(largest_of(piece.rings)) > area_of(largest_of(known->rings)))
                known = &piece;
        }
        for (const auto& [state, piece] : largest)
            if (const std::string name = picture_.state_name(state); !name.empty())
                for (const double size : {text_size_, text_size_ - 2.5})
                    if (this->name(*piece, name, size)) break;
    }

    struct Piece {
        std::string state;
        std::vector<Ring> rings;
        double top = 0, bottom = 0;  ///< How far they reach.
    };

    bool name(const Piece& piece, const std::string& text, double size) {
        const double width = width_of(text, size) * 1.04;
        const At middle = middle_of(largest_of(piece.rings));
        double nearest = 1e12;
        std::optional<Box> best;
        for (double y = text_size_; y < height_ * scale_ - text_size_; y += 5) {
            const double top = y - size * 0.6, bottom = y + size * 0.6, off = y - middle.y * scale_;
            if (top / scale_ < piece.top || bottom / scale_ > piece.bottom || 4 * off * off >= nearest)
                continue;
            const auto below = within(piece.rings, bottom / scale_);
            for (const auto& [from_top, to_top] : within(piece.rings, top / scale_))
                for (const auto& [from_bottom, to_bottom] : below) {
                    const double from = std::max(from_top, from_bottom) * scale_,
                                 to = std::min(to_top, to_bottom) * scale_;
                    for (double left = from; left + width <= to; left += 6) {
                        const double dx = left + width / 2 - middle.x * scale_;
                        const double distance = dx * dx + 4 * off * off;
                        const Box box{left, top, left + width, bottom};
                        if (distance >= nearest || box.left < 2 || box.right > kWidth * scale_ - 2 ||
                            std::ranges::any_of(taken_, [&](const Box& other) { return box.meets(other); }))
                            continue;
                        nearest = distance, best = box;
                    }
                }
        }
        if (!best) return false;
        taken_.push_back(*best);
        put("<text class=\"state-name\" x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{}\" "
            "text-anchor=\"middle\">{}</text>",
            (best->left + best->right) / 2, (best->top + best->bottom) / 2 + size * 0.35, size,
            escape_html(text));
        return true;
    }

    /// What the places have in common, or nothing.
    Stage stage_of(const std::vector<std::size_t>& places) const {
        const Stage first = picture_.places[places.front()].stage;
        for (const std::size_t i : places)
            if (picture_.places[i].stage != first) return Stage::none;
        return first;
    }

    void wide_mark(std::size_t i) {
        const Mark& mark = marks_[i];
        put_mark(mark.at, mark.members, kReach, marks_.size() > 1 ? std::to_string(i + 1) : "", i + 1);
    }

    void narrow_mark(std::size_t i) {
        const Mark& mark = narrow_[i];
        std::vector<std::size_t> places;
        for (const std::size_t member : mark.members)
            std::ranges::copy(marks_[member].members, std::back_inserter(places));
        const std::size_t first = mark.members.front() + 1, last = mark.members.back() + 1;
        put_mark(mark.at, places, kNarrowReach,
                 marks_.size() == 1 ? ""
                 : first == last    ? std::to_string(first)
                                    : fmt::format("{}–{}", first, last),
                 first);
    }

    void put_mark(const At& at, const std::vector<std::size_t>& places, double reach,
                  const std::string& number, std::size_t first) {
        const MapPicture::Place& place = picture_.places[places.front()];
        const bool several = places.size() > 1;
        std::vector<std::string> names;
        for (const std::size_t i : places) names.push_back(picture_.places[i].name);
        const std::string label =
            escape_html(several && picture_.joined ? picture_.joined(names) : place.name);
        const std::string href = several ? fmt::format("#place-{}", first) : escape_html(place.href);
        const bool leads = several || !place.href.empty();
        bool approximate = true;
        for (const std::size_t i : places) approximate = approximate && picture_.places[i].approximate;
        // Who speaks to the page says what stands in the mark (WCAG 2.5.3).
        const std::string spoken = number.empty() ? label : fmt::format("{} {}", number, label);
        put("<{}{}{} aria-label=\"{}\" class=\"mark stage--{}\" transform=\"translate({:.1f} "
            "{:.1f})\"><title>{}</title>",
            leads ? "a" : "g", leads ? fmt::format(" href=\"{}\"", href) : " role=\"img\"",
            !several && !place.tag.empty() ? fmt::format(" lang=\"{}\"", escape_html(place.tag)) : "", spoken,
            several && stage_of(places) == Stage::none && place.stage != Stage::none
                ? "several"
                : class_of(stage_of(places)),
            at.x * scale_, at.y * scale_, label);
        put("<circle class=\"target\" r=\"{}\"/>", reach);
        if (several) put("<circle class=\"ring\" r=\"13\"/>");
        put("<circle class=\"point{}\" r=\"{}\"/>", approximate && !several ? " point--approximate" : "",
            number.empty() ? 7 : 10);
        if (!number.empty())
            // A dash is three bytes.
            put("<text class=\"number\" y=\"{}\" font-size=\"{}\" text-anchor=\"middle\">{}</text>",
                number.size() > 5   ? 2.5
                : number.size() > 3 ? 3
                                    : 4,
                number.size() > 5   ? 6.5
                : number.size() > 3 ? 8.5
                                    : 11,
                number);
        put("</{}>\n", leads ? "a" : "g");
    }

    const MapPicture& picture_;
    const MapWindow window_;
    const double height_;
    std::string path_;
    std::vector<Piece> pieces_;
    std::vector<Mark> marks_;   ///< Members are places.
    std::vector<Mark> narrow_;  ///< Members are marks_, a row of them.
    std::vector<Box> taken_;
    std::string out_;
    double scale_ = 1, text_size_ = 13;
    int capitals_ = 0;
};

}  // namespace

const char* class_of(MapPicture::Stage stage) {
    switch (stage) {
        case Stage::none:
            return "none";
        case Stage::planned:
            return "planned";
        case Stage::under_way:
            return "under-way";
        case Stage::done:
            return "done";
        case Stage::ended:
            return "ended";
        case Stage::not_stated:
            return "not-stated";
    }
    return "none";
}

DrawnMap draw_map(const MapPicture& picture, const Outlines& outlines) {
    return Drawing(picture, outlines).draw();
}

}  // namespace tamga::web
