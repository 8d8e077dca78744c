#include "cli/change.hpp"
#include "cli/key_file.hpp"

namespace tamga::cli {

namespace {

struct AssentOptions {
    ChangeOptions change;
    std::string party, answer;
};

}  // namespace

void add_assent(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<AssentOptions>();
    // It lives as long as the rest of them.
    const std::shared_ptr<ChangeOptions> change(options, &options->change);
    CLI::App* command =
        add_change(program, "assent", "Say whether a party agrees to a version of a shared record", change);
    command->get_option("--author")->required();
    command->add_option("--party", options->party, "The party's id")->required();
    command->add_option("--answer", options->answer, "yes, no, or reservation: yes, but")
        ->required()
        ->check(CLI::IsMember({"yes", "no", "reservation"}));
    command->add_option("--words", options->change.words, "What is said with it; readers see it");
    command->add_option("--entry", options->change.entry,
                        "The entry of the version that was read (default: the newest)");
    command->callback([&context, &action, options] {
        action = [&context, options]() -> Result<int> {
            TAMGA_ASSIGN(const journal::Author author,
                         author_for_party(options->change.author, options->party));
            options->change.author = author.text();
            options->change.answer = *journal::answer_named(options->answer);
            return write_change(context, options->change, journal::Verb::assent);
        };
    });
}

}  // namespace tamga::cli
