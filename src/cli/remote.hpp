#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "json/json.hpp"

namespace tamga::cli {

/// A register that is served elsewhere, asked by who has a token of it. The token is sent to that address
/// alone, over TLS but for this very machine; where the server leads elsewhere, nobody follows. One thread.
class Remote {
  public:
    /// `url` as in "https://register.example.org"; the token is the first line of the file, or where none is
    /// named the environment's TAMGA_TOKEN: an argument would be seen by everybody on the machine. Errors:
    /// invalid_usage, io.
    static Result<Remote> at(const std::string& url, const std::string& token_file);

    /// The answer to `path`, as JSON. Errors: io, where there is no answer; invalid_input, with the server's
    /// words where it refuses, and where the answer is no JSON or larger than 64 MiB.
    Result<Json> get(std::string_view path) const;
    Result<Json> post(std::string_view path, const Json& body) const;

  private:
    Remote(std::string origin, std::string token) : origin_(std::move(origin)), token_(std::move(token)) {}
    Result<Json> ask(std::string_view path, const std::string* body) const;

    std::string origin_, token_;
};

}  // namespace tamga::cli
