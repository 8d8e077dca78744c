#include "web/parts/map_window.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace tamga::web {
namespace {

void expect_inside(const MapWindow& window, const std::vector<Point>& points) {
    for (const Point& point : points) {
        EXPECT_GE(window.x(point), 0);
        EXPECT_LE(window.x(point), MapWindow::kWidth);
        EXPECT_GE(window.y(point), -1e-9);
        EXPECT_LE(window.y(point), window.height() + 1e-9);
    }
}

TEST(MapWindow, FitsThePlacesWhereverTheyAre) {
    const std::vector<Point> lake = {{-15.8, -69.4}, {-16.2, -68.9}};
    const MapWindow window = MapWindow::around(lake);
    expect_inside(window, lake);
    EXPECT_NEAR((window.west() + window.east()) / 2, -69.15, 0.01);
    EXPECT_NEAR((window.north() + window.south()) / 2, -16.0, 0.01);
    EXPECT_LT(window.east() - window.west(), 40);
}

TEST(MapWindow, CrossesTheAntimeridianWhereThatIsShorter) {
    const std::vector<Point> pacific = {{-17.5, 179.9}, {-13.8, -171.8}};
    const MapWindow window = MapWindow::around(pacific);
    expect_inside(window, pacific);
    EXPECT_LT(window.east() - window.west(), 40);
    EXPECT_LT(window.x(pacific[0]), window.x(pacific[1]));
}

TEST(MapWindow, ShowsPolesAndTheWholeWorld) {
    for (const std::vector<Point>& points : {std::vector<Point>{{90, 0}},
                                             {{-90, 0}, {90, 0}},
                                             {{0, -180}, {0, -60}, {0, 60}, {0, 180}},
                                             {{0, 180}}})
        expect_inside(MapWindow::around(points), points);
}

TEST(MapWindow, HoldsEveryPlaceOfAnySet) {
    std::mt19937 random(11);
    std::uniform_real_distribution<double> latitude(-90, 90), longitude(-180, 180);
    for (int round = 0; round < 2000; ++round) {
        std::vector<Point> points(1 + random() % 6);
        for (Point& point : points) point = {latitude(random), longitude(random)};
        const MapWindow window = MapWindow::around(points);
        expect_inside(window, points);
        EXPECT_LE(window.north(), 90 + 1e-9);
        EXPECT_GE(window.south(), -90 - 1e-9);
        EXPECT_LE(window.east() - window.west(), 360 + 1e-9);
    }
}

}  // namespace
}  // namespace tamga::web
