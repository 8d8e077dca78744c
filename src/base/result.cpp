#include "base/result.hpp"

namespace tamga {

namespace {

struct Row {
    ErrorCode code;
    const char* name;
    int exit_status;
    int http_status;
};

constexpr Row kTable[] = {
    {ErrorCode::invalid_input, "invalid_input", 1, 422},
    {ErrorCode::invalid_usage, "invalid_usage", 2, 400},
    {ErrorCode::not_found, "not_found", 1, 404},
    {ErrorCode::withdrawn, "withdrawn", 1, 410},
    {ErrorCode::conflict, "conflict", 1, 409},
    {ErrorCode::out_of_range, "out_of_range", 1, 400},
    {ErrorCode::io, "io", 3, 503},
    {ErrorCode::corrupt, "corrupt", 3, 500},
    {ErrorCode::state_unknown, "state_unknown", 3, 503},
};

const Row& row(ErrorCode code) {
    for (const Row& candidate : kTable)
        if (candidate.code == code) return candidate;
    std::unreachable();
}

}  // namespace

std::string Error::message() const {
    std::string text;
    if (!place.empty()) text += place + ": ";
    text += cause;
    if (!hint.empty()) text += "; " + hint;
    return text;
}

int exit_status(ErrorCode code) {
    return row(code).exit_status;
}
int http_status(ErrorCode code) {
    return row(code).http_status;
}
const char* name(ErrorCode code) {
    return row(code).name;
}

}  // namespace tamga
