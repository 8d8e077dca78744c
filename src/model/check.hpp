#pragma once

#include <string>
#include <vector>

#include "model/record.hpp"

namespace tamga {

/// One problem of a body.
struct Problem {
    std::string field;
    std::string cause;
    std::string hint;
};

/// Checks a body against its kind: unknown fields, missing required ones, types, codes, dates, empty values.
/// Adds to `problems`; links are checked for form only (whether the record exists is for the journal to say).
void check_body(Kind kind, const Json& body, std::vector<Problem>& problems);

/// What is odd in a body and could be true all the same: dates in an unlikely order or, judged on `today`,
/// still to come though they tell what happened; a number without its unit; a promise to oneself. For people
/// to look at; nothing is refused for it. What check_body() refuses is passed over.
void check_sense(Kind kind, const Json& body, const Date& today, std::vector<Problem>& warnings);

/// True if the earth has such a place: degrees north within 90, degrees east within 180; texts of decimals.
bool is_on_earth(std::string_view latitude, std::string_view longitude);

}  // namespace tamga
