#pragma once

#include <string>

#include "http/content.hpp"
#include "http/message.hpp"

namespace tamga::web {

/// An answer in the making, before it becomes an HTTP response.
struct Answer {
    int status = 200;
    std::string content_type = "text/html; charset=utf-8";
    std::string content;
    http::Headers headers = {};
    http::Content large = {};  ///< In place of `content`, if that is empty.
};

}  // namespace tamga::web
