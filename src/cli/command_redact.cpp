#include <fmt/format.h>

#include "access/replies.hpp"
#include "base/clock.hpp"
#include "cli/change.hpp"
#include "journal/log.hpp"

namespace tamga::cli {

namespace {

/// What of a reply stands outside the journal: its writer's address. Nothing where the reply came by another
/// way than a form.
struct PrivateReply {
    std::int64_t number;
    access::Vault vault;
};

Result<std::optional<PrivateReply>> private_reply(const Context& context, store::Store& store,
                                                  const ChangeOptions& options) {
    TAMGA_ASSIGN(const RecordId name, parse_record_id(options.name));
    if (name.kind != Kind::reply) return std::nullopt;
    // What the journal will refuse erases nothing here either.
    TAMGA_ASSIGN(const auto entry, store.entry({options.entry}));
    TAMGA_ASSIGN(const auto payload, store.payload({options.entry}));
    if (!entry || !payload) return std::nullopt;
    TAMGA_ASSIGN(const journal::Header header, journal::header_of(*entry));
    if (header.name != name) return std::nullopt;
    TAMGA_ASSIGN(const Json body, parse_json(payload->body));
    const std::vector<std::string> under = list_of(body, "under");
    if (under.empty()) return std::nullopt;
    TAMGA_ASSIGN(const RecordId record, parse_record_id(under.front()));
    // In a register without a key nobody wrote by a form.
    TAMGA_ASSIGN(const auto rows, store::PrivateTables(store).replies(record));
    if (rows.empty()) return std::nullopt;
    TAMGA_ASSIGN(const std::string file, access::Vault::file_for(context.database, options.key_file));
    TAMGA_ASSIGN(access::Vault vault, access::Vault::open_existing(store, file));
    TAMGA_ASSIGN(const auto kept,
                 access::Replies(store, vault, system_clock_seconds).appeared_as(record, name.id));
    return kept ? std::optional(PrivateReply{kept->number, std::move(vault)}) : std::nullopt;
}

Result<int> redact(const Context& context, const ChangeOptions& options) {
    TAMGA_ASSIGN(const auto store, open_existing(context.database));
    TAMGA_ASSIGN(auto reply, private_reply(context, *store, options));
    journal::Change change{.verb = journal::Verb::redact};
    TAMGA_ASSIGN(change.name, parse_record_id(options.name));
    change.reason = options.reason;
    change.redacted = {options.entry};
    // The address of who wrote it goes first: where a crash comes between, the same is asked for again.
    if (reply)
        TAMGA_TRY(access::Replies(*store, std::move(reply->vault), system_clock_seconds)
                      .tell_erased(reply->number, options.author, options.reason));
    return write_changes(*store, journal::Author::parse(options.author), {&change, 1});
}

}  // namespace

void add_redact(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<ChangeOptions>();
    CLI::App* command = add_change(
        program, "redact",
        "Erase what one entry of the journal says, as the law may require; the entry stays", options);
    command->add_option("--entry", options->entry, "The entry's position in the journal")->required();
    command->add_option("--reason", options->reason, "Why; readers see it")->required();
    command
        ->add_option("--key-file", options->key_file,
                     "Of a reply: the key of private values (default: beside the database)")
        ->type_name("FILE");
    command->callback(
        [&context, &action, options] { action = [&context, options] { return redact(context, *options); }; });
}

}  // namespace tamga::cli
