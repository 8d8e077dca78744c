#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <limits>
#include <utility>

#include "base/clock.hpp"
#include "base/date.hpp"
#include "cli/change.hpp"
#include "cli/key_file.hpp"
#include "cli/remote.hpp"
#include "crypto/ed25519.hpp"
#include "journal/log.hpp"
#include "journal/seal.hpp"

namespace tamga::cli {

namespace {

using store::JournalPos;

/// What an entry of that verb does, as its header tells it.
std::string_view word(journal::Verb verb) {
    switch (verb) {
        case journal::Verb::put:
            return "put";
        case journal::Verb::withdraw:
            return "withdraw";
        case journal::Verb::rename:
            return "rename";
        case journal::Verb::redact:
            return "redact";
        case journal::Verb::assent:
            return "assent";
        case journal::Verb::key:
            return "key";
        case journal::Verb::revoke:
            return "revoke";
        case journal::Verb::sign:
            return "sign";
    }
    std::unreachable();
}

using journal::Unsealed;

/// All that a party wrote and has not sealed.
Result<std::vector<Unsealed>> pending(store::Store& store, const std::string& party) {
    TAMGA_ASSIGN(journal::Pending found,
                 journal::pending_of(store, party, {1}, std::numeric_limits<std::int64_t>::max()));
    return std::move(found.entries);
}

struct SignOptions {
    std::string party, file, author, url, token_file;
    std::int64_t entry = 0;
    bool yes = false;
};

void print(JournalPos pos, const journal::Header& header) {
    fmt::print("{}\t{}\t{}\t{}\n", pos.value, word(header.verb), header.name.text(), utc_text(header.time));
}

// -- of a register that is served elsewhere

/// An entry as the server tells it: nothing in it is believed before it was checked.
struct Told {
    Unsealed entry;
    std::optional<std::string> body = {};  ///< None: it has none, or it was erased.
};

/// What a member holds; empty or 0 where it is not of that type.
std::string text_in(const Json& json, const char* member) {
    const auto found = json.find(member);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}
std::int64_t number_in(const Json& json, const char* member) {
    const auto found = json.find(member);
    return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

Error not_as_told(std::int64_t position, std::string cause) {
    return {ErrorCode::invalid_input, "check what is to be signed", fmt::format("entry {}", position),
            std::move(cause), "sign nothing of this server before its operator has told why"};
}

/// The entry of an answer, if its header is one of the party and tells the hash of the body that came with
/// it.
Result<Told> checked(const Json& json, const std::string& party) {
    const std::int64_t position = number_in(json, "position");
    const std::string text = text_in(json, "header");
    const auto wrong = [&](std::string cause) {
        return std::unexpected(not_as_told(position, std::move(cause)));
    };
    auto header = journal::parse_header(text);
    if (!header || header->text() != text) return wrong("its header is not in canonical form");
    if (header->author.party() != party)
        return wrong(fmt::format("it was written by {}, not for party:{}", header->author.text(), party));
    Told told{{{position}, *std::move(header), text}};
    if (told.entry.header.payload_hash.empty() || !json.contains("body")) return told;
    const store::Payload payload{crypto::from_hex(text_in(json, "salt")), text_in(json, "body")};
    if (journal::hash_of(payload) != told.entry.header.payload_hash)
        return wrong("its text is not the one whose hash it tells");
    told.body = payload.body;
    return told;
}

/// For a terminal: nothing in it moves a cursor.
std::string harmless(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
        if (byte == 0xc2 && next >= 0x80 && next < 0xa0)
            out += fmt::format("\\u00{:02x}", static_cast<unsigned>(text[++i]) & 0xff);
        else if (byte < 0x20 || byte == 0x7f)
            out += fmt::format("\\u00{:02x}", static_cast<unsigned>(byte));
        else
            out += text[i];
    }
    return out;
}

struct Awaiting {
    std::string party;
    std::vector<Told> entries;
};

Result<Awaiting> awaiting(const Remote& remote) {
    Awaiting found;
    std::int64_t after = 0;
    do {
        TAMGA_ASSIGN(const Json page, remote.get(fmt::format("/api/v1/pending?after={}", after)));
        if (!page.is_object() || !page.contains("entries") || !page["entries"].is_array())
            return std::unexpected(not_as_told(after, "the answer is no list of entries"));
        found.party = text_in(page, "party");
        for (const Json& one : page["entries"]) {
            TAMGA_ASSIGN(Told told, checked(one, found.party));
            found.entries.push_back(std::move(told));
        }
        const std::int64_t next = number_in(page, "next");
        if (next != 0 && next <= after) return std::unexpected(not_as_told(after, "the list does not go on"));
        after = next;
    } while (after > 0);
    return found;
}

Result<int> list_remote(const SignOptions& options) {
    TAMGA_ASSIGN(const Remote remote, Remote::at(options.url, options.token_file));
    TAMGA_ASSIGN(const Awaiting found, awaiting(remote));
    for (const Told& one : found.entries) print(one.entry.pos, one.entry.header);
    return 0;
}

/// Asks the person at the terminal.
Result<bool> agreed(std::size_t count, const std::string& party) {
    if (isatty(STDIN_FILENO) == 0)
        return fail(ErrorCode::invalid_usage, "sign", "nobody is there to be asked",
                    "read what is listed, then say --yes");
    fmt::print("Sign {} for party:{}? [y/N] ", counted(count, "entry", "entries"), party);
    std::fflush(stdout);
    std::string answer;
    return std::getline(std::cin, answer) && (answer == "y" || answer == "yes");
}

Result<int> sign_remote(const SignOptions& options) {
    TAMGA_ASSIGN(const crypto::SigningKey key, signing_key_in(options.file));
    TAMGA_ASSIGN(const Remote remote, Remote::at(options.url, options.token_file));
    TAMGA_ASSIGN(Awaiting found, awaiting(remote));
    if (options.entry != 0) {
        std::erase_if(found.entries, [&](const Told& one) { return one.entry.pos.value != options.entry; });
        if (found.entries.empty())
            return fail(ErrorCode::invalid_input, "sign",
                        fmt::format("entry {} awaits no seal", options.entry), "see: tamga pending URL");
    }
    for (const Told& one : found.entries) {
        print(one.entry.pos, one.entry.header);
        fmt::print("  {}\n", harmless(one.entry.text));
        if (one.body) fmt::print("  {}\n", harmless(*one.body));
        if (!one.body && !one.entry.header.payload_hash.empty()) fmt::print("  (its text was erased)\n");
    }
    if (found.entries.empty()) return 0;
    if (!options.yes) {
        TAMGA_ASSIGN(const bool yes, agreed(found.entries.size(), found.party));
        if (!yes) return 1;
    }
    const std::string digits = crypto::hex_text(key.public_key());
    for (const Told& one : found.entries) {
        const Json seal{{"entry", one.entry.pos.value},
                        {"key", digits},
                        {"signature", crypto::hex_text(key.sign(one.entry.text))}};
        TAMGA_TRY(remote.post("/api/v1/seals", seal));
    }
    fmt::print("signed {}\n", counted(found.entries.size(), "entry", "entries"));
    return 0;
}

// -- of a register at hand

Result<int> list_pending(const Context& context, const std::string& party) {
    TAMGA_ASSIGN(const auto store, store::open(context.database, store::Mode::read));
    TAMGA_ASSIGN(const auto entries, pending(*store, party));
    for (const Unsealed& one : entries) print(one.pos, one.header);
    return 0;
}

Result<int> sign(const Context& context, const SignOptions& options) {
    TAMGA_ASSIGN(const crypto::SigningKey key, signing_key_in(options.file));
    const std::string digits = crypto::hex_text(key.public_key());
    TAMGA_ASSIGN(const auto store, open_existing(context.database));
    TAMGA_ASSIGN(const JournalPos head, store->head());
    TAMGA_ASSIGN(const std::string party, journal::holder_of(*store, digits, head));
    if (party.empty())
        return fail(ErrorCode::invalid_input, "sign", "it is nobody's key in this register",
                    "register it: tamga key register", options.file);
    TAMGA_ASSIGN(const journal::Author author,
                 author_for_party(options.author.empty() ? "party:" + party : options.author, party));
    std::vector<Unsealed> wanted;
    if (options.entry == 0) {
        TAMGA_ASSIGN(wanted, pending(*store, party));
    } else {
        TAMGA_ASSIGN(journal::Header header, journal::header_at(*store, {options.entry}));
        wanted.push_back({{options.entry}, std::move(header)});
    }
    std::vector<journal::Change> changes;
    for (const Unsealed& one : wanted) {
        TAMGA_ASSIGN(const auto entry, store->entry(one.pos));
        changes.push_back({.verb = journal::Verb::sign,
                           .name = one.header.name,
                           .of = one.pos,
                           .key = digits,
                           .signature = crypto::hex_text(key.sign(entry->header))});
    }
    return write_changes(*store, author, changes);
}

void add_remote(CLI::App& command, SignOptions& options) {
    command
        .add_option("url", options.url, "A register that is served elsewhere: https://register.example.org")
        ->type_name("URL");
    command
        .add_option("--token-file", options.token_file,
                    "The file of a token of your account there (default: the environment's TAMGA_TOKEN)")
        ->type_name("FILE");
}

}  // namespace

void add_pending(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<SignOptions>();
    CLI::App* command = program.add_subcommand("pending", "List what a party said that has no seal of it");
    add_remote(*command, *options);
    command->add_option("--party", options->party,
                        "The party's id; of a register elsewhere the token tells it");
    command->callback([&context, &action, options] {
        action = [&context, options]() -> Result<int> {
            if (!options->url.empty()) return list_remote(*options);
            if (!options->party.empty()) return list_pending(context, options->party);
            return fail(ErrorCode::invalid_usage, "list what awaits a seal", "no party is named",
                        "say --party ID, or a register's address");
        };
    });
}

void add_sign(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<SignOptions>();
    CLI::App* command = program.add_subcommand("sign", "Put a party's seal on what it said");
    add_remote(*command, *options);
    command->add_option("--key", options->file, "The file of the party's private key; it is sent nowhere")
        ->required()
        ->type_name("FILE");
    command->add_option("--entry", options->entry, "One entry of the journal (default: all that is pending)");
    command->add_option("--author", options->author,
                        "Who writes for the party (default: the party by its key)");
    command->add_flag("--yes", options->yes, "Of a register elsewhere: sign what is listed without asking");
    command->callback([&context, &action, options] {
        action = [&context, options] {
            return options->url.empty() ? sign(context, *options) : sign_remote(*options);
        };
    });
}

}  // namespace tamga::cli
