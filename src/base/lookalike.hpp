#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tamga {

/// A character where plain ASCII is expected that looks like it, or cannot be seen at all: a Cyrillic а in an
/// id, a no-break space after a date, a minus sign that is no hyphen.
struct Lookalike {
    std::string
        told;  ///< "'а' (U+0430, a Cyrillic letter that looks like 'a')", "a no-break space (U+00A0)".
    std::size_t where;  ///< Which character of the text it is, from 1.
};

/// The first character of `text` (UTF-8) that is not ASCII; nothing if all are.
std::optional<Lookalike> first_lookalike(std::string_view text);

/// The text as its author meant it, where that can be told: look-alikes as the ASCII that they look like,
/// spaces and invisible characters beyond ASCII left out, everything else as it stands.
std::string without_lookalikes(std::string_view text);

/// True if nothing in the text (UTF-8) can be seen: ASCII's white space, Unicode's, and characters without a
/// width.
bool is_blank(std::string_view text);

}  // namespace tamga
