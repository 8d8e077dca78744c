#include "formats/picture.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace tamga::formats {
namespace {

std::string svg(std::string_view inside, std::string_view size = "width=\"40\" height=\"20\"") {
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" " +
           std::string(size) + ">" + std::string(inside) + "</svg>";
}

/// A PNG's width and height (its first chunk, IHDR).
std::pair<int, int> size_of(const std::string& png) {
    const auto number = [&](std::size_t at) {
        int value = 0;
        for (std::size_t i = at; i < at + 4; ++i) value = value * 256 + static_cast<unsigned char>(png[i]);
        return value;
    };
    return {number(16), number(20)};
}

TEST(PngOf, HasTheWidthThatIsAskedFor) {
    const auto png =
        png_of(svg("<rect width=\"40\" height=\"20\" fill=\"#005a9c\"/><text y=\"9\">名 я</text>"), 80);
    ASSERT_TRUE(png) << png.error().message();
    EXPECT_EQ(png->substr(0, 8), "\x89PNG\r\n\x1a\n");
    EXPECT_EQ(size_of(*png), std::pair(80, 40));
}

TEST(PngOf, IsTheSameEachTime) {
    const std::string drawing = svg("<text y=\"12\">Tamga</text>");
    EXPECT_EQ(png_of(drawing, 200).value(), png_of(drawing, 200).value());
}

TEST(PngOf, LoadsNothingThatTheDrawingNames) {
    const std::string path = testing::TempDir() + "tamga_other.svg";
    std::ofstream(path) << svg("<rect width=\"40\" height=\"20\" fill=\"#ff0000\"/>");
    const std::string plain = *png_of(svg(""), 40);
    for (const std::string& address : {"file://" + path, path, std::string("http://127.0.0.1:9/x.svg")})
        EXPECT_EQ(png_of(svg("<image width=\"40\" height=\"20\" xlink:href=\"" + address + "\"/>"), 40),
                  plain)
            << address;
}

TEST(PngOf, RefusesWhatIsNoDrawingOrTooLarge) {
    EXPECT_EQ(png_of("", 10).error().code, ErrorCode::invalid_input);
    EXPECT_EQ(png_of("<html/>", 10).error().code, ErrorCode::invalid_input);
    EXPECT_EQ(png_of(svg("<rect"), 10).error().code, ErrorCode::invalid_input);
    EXPECT_EQ(png_of(svg(""), 5000).error().code, ErrorCode::out_of_range);
    EXPECT_EQ(png_of(svg("", "width=\"1\" height=\"100000000\""), 10).error().code, ErrorCode::out_of_range);
    EXPECT_EQ(png_of(svg(std::string(kMostDrawing, ' ')), 10).error().code, ErrorCode::out_of_range);
}

}  // namespace
}  // namespace tamga::formats
