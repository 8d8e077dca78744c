#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "journal/writer.hpp"
#include "store/store.hpp"

namespace tamga::cli {

/// What every command shares.
struct Context {
    std::string database = "tamga.db";
};

/// Each command adds itself to the program: its options, its help, and what runs when it is called. The exit
/// status is 0 if all is well, 1 if something does not hold, 2 for wrong usage, 3 if it could not be told.
using Action = std::function<Result<int>()>;
using Add = void (*)(CLI::App& program, const Context& context, Action& action);

void add_init(CLI::App& program, const Context& context, Action& action);
void add_import(CLI::App& program, const Context& context, Action& action);
void add_fields(CLI::App& program, const Context& context, Action& action);
void add_export(CLI::App& program, const Context& context, Action& action);
void add_serve(CLI::App& program, const Context& context, Action& action);
void add_publish(CLI::App& program, const Context& context, Action& action);
void add_verify(CLI::App& program, const Context& context, Action& action);
void add_backup(CLI::App& program, const Context& context, Action& action);
void add_copy(CLI::App& program, const Context& context, Action& action);
void add_restore(CLI::App& program, const Context& context, Action& action);
void add_rebuild(CLI::App& program, const Context& context, Action& action);
void add_rename(CLI::App& program, const Context& context, Action& action);
void add_withdraw(CLI::App& program, const Context& context, Action& action);
void add_redact(CLI::App& program, const Context& context, Action& action);
void add_assent(CLI::App& program, const Context& context, Action& action);
void add_key(CLI::App& program, const Context& context, Action& action);
void add_pending(CLI::App& program, const Context& context, Action& action);
void add_sign(CLI::App& program, const Context& context, Action& action);
void add_account(CLI::App& program, const Context& context, Action& action);
void add_figures(CLI::App& program, const Context& context, Action& action);
void add_iati(CLI::App& program, const Context& context, Action& action);
void add_iati_export(CLI::App& iati, const Context& context, Action& action);

/// Fills an empty register with the shipped one. The database must be open for writing.
Result<void> import_shipped(store::Store& store);

/// "1 entry", "12 entries".
std::string counted(std::size_t count, const char* one, const char* many);

/// Prints each fault on standard error, and counts it.
store::Report counting(std::size_t& count);

/// Says on standard error that the clock is behind the journal, where it is by a minute or more.
void warn_of_clock(std::int64_t seconds_behind);

/// Opens the database for writing. Who has to wait for another process to end its writing says so.
Result<std::unique_ptr<store::Store>> open_for_writing(const std::string& database);
/// The same; if there is none yet, that is an error with a hint.
Result<std::unique_ptr<store::Store>> open_existing(const std::string& database);
/// Leaves an event in a register that keeps accounts: what is private in it was carried to `to`. Nothing is
/// left where whoever did it may read the register and not write to it: they could have copied its file as
/// well.
Result<void> tell_exported(const std::string& database, const std::string& to);

/// Shows on a terminal how a writing goes on, and stops it, with nothing written, where SIGINT or SIGTERM
/// asks for that. What comes too late for that is heard no more: the writing is whole. One at a time.
class Watch {
  public:
    Watch();
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    journal::Progress progress();
    /// Takes what is shown off the terminal.
    void clear();

  private:
    bool shown_ = false;
};

}  // namespace tamga::cli
