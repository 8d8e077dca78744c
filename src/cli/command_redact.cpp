#include "cli/change.hpp"

namespace tamga::cli {

void add_redact(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<ChangeOptions>();
    CLI::App* command = add_change(
        program, "redact",
        "Erase what one entry of the journal says, as the law may require; the entry stays", options);
    command->add_option("--entry", options->entry, "The entry's position in the journal")->required();
    command->add_option("--reason", options->reason, "Why; readers see it")->required();
    command->callback([&context, &action, options] {
        action = [&context, options] { return write_change(context, *options, journal::Verb::redact); };
    });
}

}  // namespace tamga::cli
