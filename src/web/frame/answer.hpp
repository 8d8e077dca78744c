#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/content.hpp"
#include "http/message.hpp"

namespace tamga::web {

/// An answer in the making, before it becomes an HTTP response.
struct Answer {
    int status = 200;
    std::string content_type = "text/html; charset=utf-8";
    std::string content = {};
    http::Headers headers = {};
    http::Content large = {};  ///< In place of `content`, if that is empty.
    bool is_sent = false;      ///< It is on its way: only the status counts, see http::Request::begin.
};

/// Sends the head of an answer whose content is still made; see http::Request::begin. Empty: it cannot.
using Begin = std::function<std::shared_ptr<http::Stream>(Answer head)>;

/// Takes a piece of what is made piece by piece. Errors: io, there is no room for it.
using AddText = std::function<Result<void>(std::string_view text)>;

/// Of an answer that can be begun, what is larger than this is sent while it is made.
inline constexpr std::size_t kHeldBack = std::size_t{4} * 1024 * 1024;

/// Lets `make` fill an answer that is all there but for its content. Errors: those of `make`; io.
Result<void> fill(Answer& answer, const Begin& begin,
                  const std::function<Result<void>(const AddText&)>& make);

}  // namespace tamga::web
