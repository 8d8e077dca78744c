#pragma once

#include <string>

namespace tamga::web {

/// The table of routes as an OpenAPI 3.1 description, for programs: the addresses that answer with data, what
/// they take, and the media types they answer in. Pages and what only people at the desk ask for are left
/// out. `origin` is the public address of the server, "https://register.example.org", or empty. Any number of
/// threads.
std::string openapi(const std::string& origin);

}  // namespace tamga::web
