#pragma once

#include <span>

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
    std::string key;
    std::string key_file = {};  ///< As Vault::file_for() takes it.
};

/// A command with the options that all of them take.
CLI::App* add_change(CLI::App& program, const char* name, const char* help,
                     const std::shared_ptr<ChangeOptions>& options);

/// Writes the change and prints how long the journal is now, or what refuses it. Gives the exit status.
Result<int> write_change(const Context& context, const ChangeOptions& options, journal::Verb verb);

/// The same for changes that somebody else made, to a store that is open for writing.
Result<int> write_changes(store::Store& store, const journal::Author& author,
                          std::span<const journal::Change> changes);

}  // namespace tamga::cli
