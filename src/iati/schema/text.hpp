#pragma once

#include <string_view>

#include "iati/schema/tables.hpp"

namespace tamga::iati::schema {

/// Whether a value is in the lexical space of its kind (XML Schema part 2: Datatypes, 1.0, section 3), read
/// as libxml2 reads it where the two differ. White space around the value is taken off first where the kind
/// says so.
bool holds(Text kind, std::string_view value);

/// The kind's name in XML Schema: "xs:date".
std::string_view name(Text kind);

/// What a value of this kind looks like, for hints: "a date as 2026-11-23".
std::string_view example(Text kind);

}  // namespace tamga::iati::schema
