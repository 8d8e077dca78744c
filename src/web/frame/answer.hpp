#pragma once

#include <functional>
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
};

/// Takes a piece of what is made piece by piece. Errors: io, there is no room for it.
using AddText = std::function<Result<void>(std::string_view text)>;

/// Lets `make` fill `large`. Errors: those of `make`; io.
Result<void> fill(http::Content& large, const std::function<Result<void>(const AddText&)>& make);

}  // namespace tamga::web
