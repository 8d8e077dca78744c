#include "web/frame/answer.hpp"

namespace tamga::web {

Result<void> fill(http::Content& large, const std::function<Result<void>(const AddText&)>& make) {
    const auto no_room = [] {
        return fail(ErrorCode::io, "make a file", "there is no room to make it",
                    "try again later, or ask for a part of it with first=100");
    };
    TAMGA_TRY(make([&](std::string_view text) -> Result<void> {
        if (large.add(text) != http::Content::Added::yes) return no_room();
        return {};
    }));
    if (!large.finish()) return no_room();
    return {};
}

}  // namespace tamga::web
