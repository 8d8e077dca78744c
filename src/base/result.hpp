#pragma once

#include <expected>
#include <string>
#include <utility>

namespace tamga {

/// What kind of failure an Error is. `exit_status` and `http_status` below map each
/// code to the exit status of the command line and to the HTTP status.
enum class ErrorCode {
    invalid_input,  ///< Data from outside does not keep to its format or rules.
    invalid_usage,  ///< A command line or a request that asks for something that is not offered.
    not_found,      ///< The thing named does not exist.
    withdrawn,      ///< The thing named was there and was withdrawn.
    conflict,       ///< The thing named is in another state than the request supposes; also: database in use.
    out_of_range,   ///< A size, position or number outside its limits.
    io,             ///< The operating system refused to read or write.
    corrupt,        ///< Our own stored data does not agree with itself.
    state_unknown,  ///< A commit or sync failed: what is on disk is not known until a restart has checked.
};

/// A failure as a value. Each part is one plain phrase; `message()` joins them into the sentence that people
/// see.
struct Error {
    ErrorCode code;
    std::string operation;  ///< What was being done: "import commitments.csv".
    std::string
        place;  ///< Where, as file:row:column or "journal position 17"; empty if nowhere in particular.
    std::string cause;  ///< What is wrong: "due is not a date: '31.12.2025'".
    std::string hint;   ///< What to do: "write 2025-12-31, 2025-12 or 2025"; may be empty.

    std::string message() const;
};

/// A value, or the Error that kept it from being made.
template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorCode code, std::string operation, std::string cause,
                                   std::string hint = {}, std::string place = {}) {
    return std::unexpected(
        Error{code, std::move(operation), std::move(place), std::move(cause), std::move(hint)});
}

/// Exit status of a command that ended with this code: 1 does not hold, 2 wrong usage, 3 could not be
/// checked.
int exit_status(ErrorCode code);

/// HTTP status of a response that reports this code.
int http_status(ErrorCode code);

/// A short stable name ("not_found") for logs, problem types and tests.
const char* name(ErrorCode code);

}  // namespace tamga

/// Gives `expression`'s error to the caller, or goes on. For expressions of Result type whose value is not
/// needed.
#define TAMGA_TRY(expression)                                        \
    do {                                                             \
        if (auto tamga_result = (expression); !tamga_result)         \
            return std::unexpected(std::move(tamga_result).error()); \
    } while (false)

#define TAMGA_JOIN2(a, b) a##b
#define TAMGA_JOIN(a, b) TAMGA_JOIN2(a, b)

/// Declares `variable` from a Result's value, or gives its error to the caller.
#define TAMGA_ASSIGN(variable, expression)                                              \
    auto TAMGA_JOIN(tamga_result_, __LINE__) = (expression);                            \
    if (!TAMGA_JOIN(tamga_result_, __LINE__))                                           \
        return std::unexpected(std::move(TAMGA_JOIN(tamga_result_, __LINE__)).error()); \
    variable = *std::move(TAMGA_JOIN(tamga_result_, __LINE__))
