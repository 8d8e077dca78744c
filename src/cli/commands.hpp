#pragma once

#include <span>

#include "cli/command.hpp"

namespace tamga::cli {

/// A command of the program.
struct Command {
    const char* name;
    Add add;
};

/// Every command, in the order in which the help lists them. The program, its manual pages (CMakeLists.txt
/// reads the names off the table) and the test of README's commands all follow from it.
std::span<const Command> commands();

}  // namespace tamga::cli
