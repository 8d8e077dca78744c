#pragma once

#include <span>

namespace tamga::web {

/// A place on the globe, in degrees north and east.
struct Point {
    double latitude, longitude;
};

/// The part of the world that a map shows, and where a place stands in it. Equirectangular, with its standard
/// parallel in the middle (Snyder, Map Projections, 1987, chapter 12); kWidth units wide. It may cross the
/// antimeridian: `east` is then more than 180.
class MapWindow {
  public:
    static constexpr double kWidth = 760;

    /// The smallest window that shows all points with some land around them; of one point, its surroundings.
    /// At least one point; latitudes within ±90, longitudes within ±180.
    static MapWindow around(std::span<const Point> points);

    double west() const { return west_; }
    double east() const { return west_ + width_; }
    double north() const { return north_; }
    double south() const { return north_ - height_; }
    /// Units a degree of longitude and of latitude.
    double x_scale() const { return kWidth / width_; }
    double y_scale() const { return kWidth / (width_ * cosine_); }
    double height() const { return height_ * y_scale(); }

    double x(const Point& point) const;
    double y(const Point& point) const { return (north_ - point.latitude) * y_scale(); }

  private:
    double west_ = 0, width_ = 0, north_ = 0, height_ = 0, cosine_ = 1;
};

}  // namespace tamga::web
