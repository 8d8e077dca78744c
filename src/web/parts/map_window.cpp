#include "web/parts/map_window.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace tamga::web {

namespace {

// In degrees. Less around a place would show no coast or border to know it by.
constexpr double kLeastWidth = 14, kLeastHeight = 8, kMargin = 0.12;
// A map is wider than it is high, but not by much, to be readable on a small screen.
constexpr double kLeastRatio = 1.4, kMostRatio = 2.2;
// Beyond this the parallel in the middle would stretch the rest too much.
constexpr double kMostParallel = 60;

}  // namespace

MapWindow MapWindow::around(std::span<const Point> points) {
    std::vector<double> longitudes;
    double south = 90, north = -90;
    for (const Point& point : points) {
        longitudes.push_back(point.longitude);
        south = std::min(south, point.latitude);
        north = std::max(north, point.latitude);
    }
    // The window leaves out the widest stretch without a place, wherever on the globe that lies.
    std::ranges::sort(longitudes);
    double widest = longitudes.front() + 360 - longitudes.back(), west = longitudes.front();
    for (std::size_t i = 1; i < longitudes.size(); ++i)
        if (const double gap = longitudes[i] - longitudes[i - 1]; gap > widest) {
            widest = gap;
            west = longitudes[i];
        }
    double width = 360 - widest;
    double middle = west + width / 2;
    MapWindow out;
    out.cosine_ = std::cos(std::min(std::abs(south + north) / 2, kMostParallel) * std::numbers::pi / 180);
    width = std::max(width * (1 + 2 * kMargin), kLeastWidth / out.cosine_);
    out.height_ = std::max((north - south) * (1 + 2 * kMargin), kLeastHeight);
    width = std::min(360.0, std::max(width, out.height_ * kLeastRatio / out.cosine_));
    out.height_ = std::min(180.0, std::max(out.height_, width * out.cosine_ / kMostRatio));
    out.north_ = std::clamp((south + north + out.height_) / 2, out.height_ - 90, 90.0);
    out.width_ = width;
    out.west_ = middle - width / 2;
    if (out.west_ < -180) out.west_ += 360;
    if (width == 360) out.west_ = -180;
    return out;
}

double MapWindow::x(const Point& point) const {
    double east_of_edge = point.longitude - west_;
    if (east_of_edge < 0) east_of_edge += 360;
    if (east_of_edge > 360) east_of_edge -= 360;
    return east_of_edge * x_scale();
}

}  // namespace tamga::web
