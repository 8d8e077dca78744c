#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

/// The names and values of a body in the format application/x-www-form-urlencoded (WHATWG URL 5.1), decoded,
/// in order. Errors: invalid_input, if it is none: a part without '=', a broken escape, what is not UTF-8;
/// more than 5,000 parts.
Result<std::vector<std::pair<std::string, std::string>>> parse_urlencoded(std::string_view body);

/// What a form sent, whichever of the two formats it chose: its fields by name. One thread at a time may
/// fill it, any number read.
class Fields {
  public:
    using Pairs = std::vector<std::pair<std::string, std::string>>;

    /// Files stay where they are in `body`, which must outlive what is given. Line ends in values become
    /// "\n", however the browser sent them. Errors: invalid_input, if the type is neither, the body does not
    /// keep to it, or a name or value is not UTF-8 or has control characters other than tab and line end.
    static Result<Fields> read(std::string_view content_type, std::string_view body);

    /// The first value; empty if there is none.
    std::string_view value(std::string_view name) const;
    bool has(std::string_view name) const;
    /// All values, in order.
    std::vector<std::string_view> values(std::string_view name) const;
    /// The first file of that name; null if there is none.
    const FormPart* file(std::string_view name) const;
    /// Names and values in the order in which they were sent, without files.
    const Pairs& all() const { return pairs_; }

  private:
    Pairs pairs_;
    std::vector<FormPart> files_;
};

}  // namespace tamga::http
