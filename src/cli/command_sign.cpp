#include <fmt/format.h>

#include <utility>

#include "base/clock.hpp"
#include "base/date.hpp"
#include "cli/change.hpp"
#include "cli/key_file.hpp"
#include "crypto/ed25519.hpp"
#include "journal/fold.hpp"
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

/// An entry that a party wrote and that has no seal of it.
struct Unsealed {
    JournalPos pos;
    journal::Header header;
};

Result<bool> is_sealed(store::Store& store, JournalPos pos, JournalPos head, const std::string& party) {
    TAMGA_ASSIGN(const auto seals, store.seals(pos, head));
    for (const store::Seal& seal : seals) {
        TAMGA_ASSIGN(const auto key, store.key(seal.key, head));
        if (!key) continue;
        TAMGA_ASSIGN(const RecordId holder, journal::resolve(store, {Kind::party, key->party}, head));
        if (holder.id == party) return true;
    }
    return false;
}

/// Whether it is the party's own word, and no seal itself.
Result<bool> is_own(store::Store& store, const journal::Header& header, JournalPos head,
                    const std::string& party) {
    const std::string& author = header.author.party();
    if (author.empty() || header.verb == journal::Verb::sign) return false;
    TAMGA_ASSIGN(const RecordId writer, journal::resolve(store, {Kind::party, author}, head));
    return writer.id == party;
}

Result<std::vector<Unsealed>> pending(store::Store& store, const std::string& party) {
    TAMGA_ASSIGN(const JournalPos head, store.head());
    std::vector<Unsealed> found;
    Result<void> read;
    TAMGA_TRY(store.entries({1}, head, [&](const store::Entry& entry, const store::Payload*) {
        read = [&]() -> Result<void> {
            TAMGA_ASSIGN(journal::Header header, journal::header_of(entry));
            TAMGA_ASSIGN(const bool own, is_own(store, header, head, party));
            if (!own) return {};
            TAMGA_ASSIGN(const bool sealed, is_sealed(store, entry.pos, head, party));
            if (!sealed) found.push_back({entry.pos, std::move(header)});
            return {};
        }();
        return read.has_value();
    }));
    TAMGA_TRY(read);
    return found;
}

struct SignOptions {
    std::string party, file, author;
    std::int64_t entry = 0;
};

Result<int> list_pending(const Context& context, const std::string& party) {
    TAMGA_ASSIGN(const auto store, store::open(context.database, store::Mode::read));
    TAMGA_ASSIGN(const auto entries, pending(*store, party));
    for (const Unsealed& one : entries)
        fmt::print("{}\t{}\t{}\t{}\n", one.pos.value, word(one.header.verb), one.header.name.text(),
                   utc_text(one.header.time));
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

}  // namespace

void add_pending(CLI::App& program, const Context& context, Action& action) {
    auto party = std::make_shared<std::string>();
    CLI::App* command = program.add_subcommand("pending", "List what a party said that has no seal of it");
    command->add_option("--party", *party, "The party's id")->required();
    command->callback(
        [&context, &action, party] { action = [&context, party] { return list_pending(context, *party); }; });
}

void add_sign(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<SignOptions>();
    CLI::App* command = program.add_subcommand("sign", "Put a party's seal on what it said");
    command->add_option("--key", options->file, "The file of the party's private key")
        ->required()
        ->type_name("FILE");
    command->add_option("--entry", options->entry, "One entry of the journal (default: all that is pending)");
    command->add_option("--author", options->author,
                        "Who writes for the party (default: the party by its key)");
    command->callback(
        [&context, &action, options] { action = [&context, options] { return sign(context, *options); }; });
}

}  // namespace tamga::cli
