#pragma once

#include "cli/command.hpp"
#include "journal/entry.hpp"

namespace tamga::cli {

/// What the commands take that change one record, or say something of it: rename, withdraw, redact, assent.
struct ChangeOptions {
    std::string name;
    std::string to;
    std::string reason;
    std::string author = "operator";
    std::int64_t entry = 0;
    journal::Answer answer = {};
    std::string words;
};

/// A command with the options that all of them take.
CLI::App* add_change(CLI::App& program, const char* name, const char* help,
                     const std::shared_ptr<ChangeOptions>& options);

/// Writes the change and prints how long the journal is now, or what refuses it. Gives the exit status.
Result<int> write_change(const Context& context, const ChangeOptions& options, journal::Verb verb);

}  // namespace tamga::cli
