#include <fmt/format.h>

#include "cli/command.hpp"
#include "crypto/sha256.hpp"
#include "journal/log.hpp"

namespace tamga::cli {

namespace {

struct Options {
    std::string root;
    std::int64_t at = 0;
};

Result<int> verify(const Context& context, const Options& options) {
    TAMGA_ASSIGN(const auto store, store::open(context.database, store::Mode::read));
    std::size_t findings = 0;
    const store::Report tell = counting(findings);
    TAMGA_ASSIGN(const auto beside, store::open(context.database, store::Mode::read));
    TAMGA_ASSIGN(const auto checked, journal::verify(*store, tell, beside.get()));
    if (!options.root.empty()) {
        const std::int64_t at = options.at == 0 ? checked : options.at;
        if (at > checked) {
            tell(fmt::format("the root was that of {}, but the journal has {}",
                             counted(static_cast<std::size_t>(at), "entry", "entries"), checked));
        } else {
            // What was checked above is what this root is made of.
            TAMGA_ASSIGN(const auto then, journal::root(*store, {at}));
            if (crypto::hex(then) != options.root)
                tell(fmt::format(
                    "the root of the first {} is {}, not the one that was kept: what they say was changed",
                    counted(static_cast<std::size_t>(at), "entry", "entries"), crypto::hex(then)));
        }
    }
    TAMGA_ASSIGN(const auto root, journal::root(*store, {checked}));
    fmt::print("{} checked, {}; root {}\n", counted(static_cast<std::size_t>(checked), "entry", "entries"),
               findings == 0 ? "all agree" : counted(findings, "disagreement", "disagreements"),
               crypto::hex(root));
    return findings == 0 ? 0 : 1;
}

}  // namespace

void add_verify(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_subcommand("verify",
                                               "Check the database, every hash of the journal, every kept "
                                               "file, and every table against the journal");
    CLI::Option* const root =
        command
            ->add_option(
                "--root", options->root,
                "A root that was written down elsewhere: whether what it stood for is still what is said")
            ->check([](const std::string& text) {
                const bool digest =
                    text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
                return digest ? std::string() : std::string("a root is 64 hexadecimal digits, in lower case");
            })
            ->type_name("HEX");
    command->add_option("--at", options->at, "How many entries the journal had when it was; all, if not said")
        ->check(CLI::PositiveNumber)
        ->needs(root)
        ->type_name("N");
    command->callback(
        [&context, &action, options] { action = [&context, options] { return verify(context, *options); }; });
}

}  // namespace tamga::cli
