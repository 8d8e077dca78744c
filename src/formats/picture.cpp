#include "formats/picture.hpp"

#include <cairo.h>
#include <fmt/format.h>
#include <librsvg/rsvg.h>

#include <cmath>
#include <memory>

namespace tamga::formats {

namespace {

constexpr const char* kWhat = "make a picture";

template <auto release>
struct Release {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};
using Handle = std::unique_ptr<RsvgHandle, Release<g_object_unref>>;
using Surface = std::unique_ptr<cairo_surface_t, Release<cairo_surface_destroy>>;
using Canvas = std::unique_ptr<cairo_t, Release<cairo_destroy>>;
using Failure = std::unique_ptr<GError, Release<g_error_free>>;

std::unexpected<Error> refused(GError* error) {
    const Failure owned(error);
    return fail(ErrorCode::invalid_input, kWhat, owned ? owned->message : "it is no drawing");
}

cairo_status_t append(void* out, const unsigned char* bytes, unsigned size) {
    static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), size);
    return CAIRO_STATUS_SUCCESS;
}

}  // namespace

Result<std::string> png_of(std::string_view svg, int width) {
    if (svg.size() > kMostDrawing) return fail(ErrorCode::out_of_range, kWhat, "the drawing is too large");
    GError* error = nullptr;
    // Without a base address, librsvg follows no reference out of the drawing.
    const Handle handle(
        rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), &error));
    if (!handle) return refused(error);
    double own_width = 0, own_height = 0;
    if (!rsvg_handle_get_intrinsic_size_in_pixels(handle.get(), &own_width, &own_height) || own_width <= 0 ||
        own_height <= 0)
        return fail(ErrorCode::invalid_input, kWhat, "the drawing has no size");
    const double height = std::ceil(own_height * width / own_width);
    if (width < 1 || !(height * width <= kMostPixels))
        return fail(ErrorCode::out_of_range, kWhat,
                    fmt::format("{} by {:.0f} pixels are too many", width, height));
    const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, static_cast<int>(height)));
    const Canvas canvas(cairo_create(surface.get()));
    const RsvgRectangle whole{0, 0, static_cast<double>(width), height};
    if (!rsvg_handle_render_document(handle.get(), canvas.get(), &whole, &error)) return refused(error);
    std::string png;
    cairo_surface_flush(surface.get());
    if (cairo_surface_write_to_png_stream(surface.get(), append, &png) != CAIRO_STATUS_SUCCESS)
        return fail(ErrorCode::io, kWhat, "the picture cannot be written");
    return png;
}

}  // namespace tamga::formats
