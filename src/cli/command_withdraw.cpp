#include "cli/change.hpp"

namespace tamga::cli {

void add_withdraw(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<ChangeOptions>();
    CLI::App* command = add_change(program, "withdraw", "Withdraw a record; its history stays", options);
    command->add_option("--reason", options->reason, "Why; readers see it")->required();
    command->callback([&context, &action, options] {
        action = [&context, options] { return write_change(context, *options, journal::Verb::withdraw); };
    });
}

}  // namespace tamga::cli
