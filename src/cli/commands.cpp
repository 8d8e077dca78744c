#include "cli/commands.hpp"

namespace tamga::cli {

namespace {

// One a line, as CMakeLists.txt and tests/cli/readme.py read them.
// clang-format off
constexpr Command kCommands[] = {
    {"init", add_init},
    {"import", add_import},
    {"fields", add_fields},
    {"export", add_export},
    {"serve", add_serve},
    {"publish", add_publish},
    {"verify", add_verify},
    {"backup", add_backup},
    {"restore", add_restore},
    {"copy", add_copy},
    {"rebuild", add_rebuild},
    {"rename", add_rename},
    {"withdraw", add_withdraw},
    {"redact", add_redact},
    {"assent", add_assent},
    {"key", add_key},
    {"pending", add_pending},
    {"sign", add_sign},
    {"account", add_account},
    {"figures", add_figures},
    {"iati", add_iati},
};
// clang-format on

}  // namespace

std::span<const Command> commands() {
    return kCommands;
}

}  // namespace tamga::cli
