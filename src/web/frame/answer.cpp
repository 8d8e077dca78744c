#include "web/frame/answer.hpp"

namespace tamga::web {

Result<void> fill(Answer& answer, const Begin& begin,
                  const std::function<Result<void>(const AddText&)>& make) {
    const auto no_room = [] {
        return fail(ErrorCode::io, "make a file", "there is no room to make it",
                    "try again later, or ask for a part of it with first=100");
    };
    const auto not_wanted = [] {
        return fail(ErrorCode::io, "send a file", "the reader has gone, or there is no room for the rest");
    };
    http::Content& large = answer.large;
    std::shared_ptr<http::Stream> stream;
    TAMGA_TRY(make([&](std::string_view text) -> Result<void> {
        if (!stream && begin && large.size() + text.size() > kHeldBack) {
            stream = begin({answer.status, answer.content_type, {}, answer.headers});
            if (!stream) return no_room();
            answer.is_sent = true;
            if (!large.finish()) return no_room();
            const bool added = stream->add(large.bytes());
            large.clear();
            if (!added) return not_wanted();
        }
        if (stream) {
            if (!stream->add(text)) return not_wanted();
        } else if (large.add(text) != http::Content::Added::yes) {
            return no_room();
        }
        return {};
    }));
    if (!large.finish()) return no_room();
    return {};
}

}  // namespace tamga::web
