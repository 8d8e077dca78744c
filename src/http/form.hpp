#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tamga::http {

/// One part of a form that was sent: a field's value, or a file.
struct FormPart {
    std::string name;
    std::optional<std::string>
        file_name;  ///< As the sender called it; only for files. Not to be used as a path.
    std::string_view content;
};

/// The parts of a body in the format multipart/form-data (RFC 7578), in order. They are views into `body`.
/// Errors: invalid_input, if the type is another or the body does not keep to it. At most 100 parts.
Result<std::vector<FormPart>> parse_form(std::string_view content_type, std::string_view body);

}  // namespace tamga::http
