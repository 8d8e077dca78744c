#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "i18n/language.hpp"
#include "json/json.hpp"

namespace tamga::web {

class Page;

/// Why an address is not answered, in the words of the page's language. Every page and every answer as data
/// that tells of a failure is made of one.
struct Refusal {
    ErrorCode code = ErrorCode::not_found;
    std::string text;             ///< What is wrong, one sentence.
    std::string hint = {};        ///< What to do, one sentence; may be empty.
    std::string in_english = {};  ///< What another part of the program says of it; it speaks English only.
    std::string href = {}, link = {};  ///< A page that leads on, and what the link says; may be empty.
    Json more = nullptr;               ///< More members of the problem as data: an object, or null.
};

/// There is no such address.
Refusal no_such_page(const Page& page);
/// What failed below the pages, logged where the reader can do nothing about it.
Refusal refusal_of(const Page& page, const Error& error);

/// Adds to a refusal which of the words known is the nearest to `word`, and which there are.
void name_nearest(const i18n::Language& language, std::string_view word,
                  const std::vector<std::string_view>& known, Refusal& refusal);

/// The value is none that the parameter has; `known` are those, if they can be listed.
Refusal unfit_value(const Page& page, std::string_view parameter, std::string_view value,
                    const std::vector<std::string_view>& known = {});

/// What a code means, for its page: a title and an explanation, msgids in English.
struct ProblemKind {
    ErrorCode code;
    std::string_view title, meaning;
};
std::span<const ProblemKind> problem_kinds();
/// True for the name of an error code: "not_found".
bool is_problem_code(std::string_view name);

/// The refusal as problem details (RFC 9457).
Json problem(const Refusal& refusal);

}  // namespace tamga::web
