#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/change.hpp"
#include "cli/key_file.hpp"
#include "crypto/ed25519.hpp"

namespace tamga::cli {

namespace {

struct KeyOptions {
    std::string file, party;
    ChangeOptions change;
};

/// Writes the key to a file that is not there yet and that nobody else may read: whole, or not at all.
Result<void> write_new(const std::string& file, const std::string& pem) {
    const auto bad = [&](const char* hint) {
        return fail(errno == EEXIST ? ErrorCode::conflict : ErrorCode::io, "write the key",
                    std::strerror(errno), hint, file);
    };
    const int handle =
        open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (handle < 0) return bad("name a file that is not there yet");
    const bool written =
        write(handle, pem.data(), pem.size()) == static_cast<ssize_t>(pem.size()) && fsync(handle) == 0;
    const auto error = written ? Result<void>() : bad("make room on the disk");
    close(handle);
    if (!written) unlink(file.c_str());
    return error;
}

Result<int> new_key(const std::string& file) {
    const crypto::SigningKey key = crypto::SigningKey::make();
    TAMGA_TRY(write_new(file, key.pem()));
    fmt::print("{}\n", crypto::hex_text(key.public_key()));
    fmt::print(stderr,
               "tamga: {} is the party's seal: it never leaves this machine; keep a copy of it apart\n",
               file);
    return 0;
}

CLI::App* add_of_party(CLI::App& group, const char* name, const char* help,
                       const std::shared_ptr<KeyOptions>& options) {
    CLI::App* command = group.add_subcommand(name, help);
    command
        ->add_option("key", options->file, "The key's file, private or public, or its 64 hexadecimal digits")
        ->required()
        ->type_name("FILE");
    command->add_option("--party", options->party, "The party's id")->required();
    command->add_option("--author", options->change.author, "Who writes for the party: account:ID")
        ->required();
    return command;
}

Result<int> change_key(const Context& context, KeyOptions& options, journal::Verb verb) {
    TAMGA_ASSIGN(const journal::Author author, author_for_party(options.change.author, options.party));
    TAMGA_ASSIGN(options.change.key, public_key_in(options.file));
    options.change.author = author.text();
    options.change.name = "party:" + options.party;
    return write_change(context, options.change, verb);
}

}  // namespace

void add_key(CLI::App& program, const Context& context, Action& action) {
    CLI::App* group = program.add_subcommand("key", "Keys with which parties sign what they say");
    group->require_subcommand(1);
    auto options = std::make_shared<KeyOptions>();
    CLI::App* made = group->add_subcommand("new", "Make a key and print its public half");
    made->add_option("file", options->file, "Where the private key goes, for its owner alone to read")
        ->required();
    made->callback([&action, options] { action = [options] { return new_key(options->file); }; });
    add_of_party(*group, "register", "Say that a key is the party's", options)
        ->callback([&context, &action, options] {
            action = [&context, options] { return change_key(context, *options, journal::Verb::key); };
        });
    CLI::App* revoke = add_of_party(*group, "revoke",
                                    "Say that a key is the party's no more; what it signed stays", options);
    revoke->add_option("--reason", options->change.reason, "Why; readers see it");
    revoke->callback([&context, &action, options] {
        action = [&context, options] { return change_key(context, *options, journal::Verb::revoke); };
    });
}

}  // namespace tamga::cli
