#include "cli/change.hpp"

namespace tamga::cli {

void add_rename(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<ChangeOptions>();
    CLI::App* command =
        add_change(program, "rename", "Give a record another id; the old one leads to it", options);
    command->add_option("to", options->to, "The new id")->required()->type_name("ID");
    command->callback([&context, &action, options] {
        action = [&context, options] { return write_change(context, *options, journal::Verb::rename); };
    });
}

}  // namespace tamga::cli
