#include "query/as_of.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tamga::query {

Result<AsOf> AsOf::parse(std::string_view text) {
    AsOf out;
    if (text.empty()) return out;
    const auto unfit = [&](const char* what) {
        return fail(ErrorCode::invalid_input, "show the register's past",
                    fmt::format("'{}' is {}", text, what),
                    "write as_of=2026-11-23 (the end of that day, UTC) or as_of=@120 (a journal position)");
    };
    if (text.starts_with('@')) {
        std::int64_t position = 0;
        const char* const end = text.data() + text.size();
        const auto [read, problem] = std::from_chars(text.data() + 1, end, position);
        if (problem != std::errc() || read != end || position < 0) return unfit("not a journal position");
        out.asked_ = position;
        return out;
    }
    const auto day = Date::parse(text);
    if (!day || day->day() == 0) return unfit("not a day");
    out.asked_ = *day;
    return out;
}

}  // namespace tamga::query
