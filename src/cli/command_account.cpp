#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <limits>

#include "access/accounts.hpp"
#include "base/clock.hpp"
#include "base/date.hpp"
#include "base/utf8.hpp"
#include "cli/command.hpp"

namespace tamga::cli {

namespace {

using access::Accounts;
using access::Grant;

/// What the commands of an account are called with.
struct Options {
    std::string id, name, email, language = "en";
    std::string role, of, mechanism;
    std::string key_file, public_url;
    std::string issuer, subject;
    std::int64_t last = 50;
};

/// A register with its accounts.
class Opened {
  public:
    /// `mode` says whether anything is changed; the key is made where it may be.
    static Result<Opened> open(const Context& context, const Options& options, store::Mode mode) {
        Opened opened;
        TAMGA_ASSIGN(const std::string file, access::Vault::file_for(context.database, options.key_file));
        if (mode == store::Mode::write) {
            TAMGA_ASSIGN(opened.store_, open_existing(context.database));
        } else {
            TAMGA_ASSIGN(opened.store_, store::open(context.database, mode));
        }
        const bool had_key = access::Vault::open_existing(*opened.store_, file).has_value();
        auto vault = mode == store::Mode::write ? access::Vault::open(*opened.store_, file)
                                                : access::Vault::open_existing(*opened.store_, file);
        if (!vault) return std::unexpected(std::move(vault).error());
        if (!had_key)
            fmt::print(stderr,
                       "tamga: {} is the key of what is private in this register: keep a copy apart from its "
                       "backups\n",
                       file);
        opened.accounts_ =
            std::make_unique<Accounts>(*opened.store_, *std::move(vault), system_clock_seconds);
        return opened;
    }
    Accounts* operator->() const { return accounts_.get(); }
    store::Store& store() const { return *store_; }

  private:
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<Accounts> accounts_;
};

/// A terminal that does not show what is typed, for as long as this lives.
class Unseen {
  public:
    Unseen() {
        if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
    }
    ~Unseen() {
        if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    Unseen(const Unseen&) = delete;
    Unseen& operator=(const Unseen&) = delete;

  private:
    termios before_{};
    bool changed_ = false;
};

Result<std::string> read_line() {
    std::string line;
    if (!std::getline(std::cin, line))
        return fail(ErrorCode::invalid_usage, "read a password", "there is no password on standard input",
                    "type it, or write it there as one line");
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

/// A password from the terminal, twice and unseen, or one line of standard input. Never an argument: those
/// are seen by everybody on the machine.
Result<std::string> read_password() {
    if (isatty(STDIN_FILENO) == 0) return read_line();
    const Unseen unseen;
    fmt::print(stderr, "Password: ");
    TAMGA_ASSIGN(std::string first, read_line());
    fmt::print(stderr, "\nThe same again: ");
    TAMGA_ASSIGN(const std::string second, read_line());
    fmt::print(stderr, "\n");
    if (first == second) return first;
    return fail(ErrorCode::invalid_input, "read a password", "the two are not the same", "begin again");
}

Result<void> must_be_there(store::Store& store, const RecordId& name) {
    TAMGA_ASSIGN(const store::JournalPos head, store.head());
    TAMGA_ASSIGN(const auto version, store.version(name, head));
    if (version && !version->withdrawn) return {};
    return fail(ErrorCode::not_found, "give a role", fmt::format("there is no {}", name.text()),
                "name one that is in the register");
}

/// The role that the options name, of things that are there.
Result<Grant> grant_of(store::Store& store, const Options& options) {
    const auto role = access::role_named(options.role);
    if (!role)
        return fail(ErrorCode::invalid_usage, "give a role",
                    fmt::format("there is no role '{}'", options.role), "see: tamga account permissions");
    Grant grant{*role, options.mechanism, options.of};
    TAMGA_TRY(access::check_grants({&grant, 1}));
    if (!grant.mechanism.empty()) TAMGA_TRY(must_be_there(store, {Kind::mechanism, grant.mechanism}));
    const access::Owner owner = access::owner_of(grant.role);
    if (owner == access::Owner::party) TAMGA_TRY(must_be_there(store, {Kind::party, grant.of}));
    if (owner == access::Owner::centre) TAMGA_TRY(must_be_there(store, {Kind::centre, grant.of}));
    return grant;
}

Result<access::NewAccount> new_account(store::Store& store, const Options& options) {
    access::NewAccount account{options.id, options.name, options.email, options.language, {}};
    if (!options.role.empty()) {
        TAMGA_ASSIGN(Grant grant, grant_of(store, options));
        account.grants.push_back(std::move(grant));
    } else if (!options.of.empty() || !options.mechanism.empty()) {
        return fail(ErrorCode::invalid_usage, "give a role", "--of and --in are of a role",
                    "name it with --role");
    }
    return account;
}

/// A link that somebody is to be sent, and until when it works.
void print_link(const Options& options, const std::string& token, std::int64_t lasts) {
    fmt::print("{}{}\n", options.public_url, access::link_path(token));
    fmt::print("it works once, until {}\n", utc_text(system_clock_seconds() + lasts));
}

Result<int> add(const Context& context, const Options& options) {
    TAMGA_ASSIGN(const Opened accounts, Opened::open(context, options, store::Mode::write));
    TAMGA_ASSIGN(const access::NewAccount account, new_account(accounts.store(), options));
    TAMGA_ASSIGN(const std::string password, read_password());
    TAMGA_TRY(accounts->add(account, password, {}));
    fmt::print("{} is made\n", options.id);
    return 0;
}

Result<int> invite(const Context& context, const Options& options) {
    TAMGA_ASSIGN(const Opened accounts, Opened::open(context, options, store::Mode::write));
    TAMGA_ASSIGN(const access::NewAccount account, new_account(accounts.store(), options));
    TAMGA_ASSIGN(const std::string token, accounts->invite(account, {}));
    print_link(options, token, access::kInvitationLasts);
    return 0;
}

Result<int> reset_password(const Context& context, const Options& options) {
    TAMGA_ASSIGN(const Opened accounts, Opened::open(context, options, store::Mode::write));
    TAMGA_ASSIGN(const std::string token, accounts->reset_password(options.id, {}));
    print_link(options, token, access::kResetLasts);
    return 0;
}

std::string roles_text(const std::vector<Grant>& grants) {
    std::string text;
    for (const Grant& grant : grants) text += (text.empty() ? "" : ", ") + grant.text();
    return text.empty() ? "no role" : text;
}

Result<int> list(const Context& context, const Options& options) {
    TAMGA_ASSIGN(const Opened accounts, Opened::open(context, options, store::Mode::read));
    TAMGA_ASSIGN(const auto found, accounts->list());
    for (const access::AccountInfo& account : found) {
        fmt::print("{}\t{}\t{}\t{}{}{}", account.id, account.name, account.email, roles_text(account.grants),
                   account.has_totp ? "\tsecond factor" : "", account.disabled ? "\tdisabled" : "");
        TAMGA_ASSIGN(const auto identities, accounts->identities(account.id));
        for (const access::Identity& one : identities) fmt::print("\t{} of {}", one.subject, one.issuer);
        fmt::print("\n");
    }
    TAMGA_ASSIGN(const auto invited, accounts->invitations());
    for (const access::Invitation& one : invited)
        fmt::print("{}\t{}\t{}\t{}\t{} until {}\n", one.account, one.name, one.email, roles_text(one.grants),
                   one.purpose == access::Invitation::Purpose::account ? "invited" : "may set a new password",
                   utc_text(one.expires));
    return 0;
}

/// `linked`: the identity comes in as the account from now on; else no more.
Result<int> link(const Context& context, const Options& options, bool linked) {
    TAMGA_ASSIGN(const Opened accounts, Opened::open(context, options, store::Mode::write));
    const access::Identity identity{options.issuer, options.subject};
    TAMGA_TRY(linked ? accounts->link(options.id, identity, {}) : accounts->unlink(options.id, identity, {}));
    fmt::print("{} of {} {} {}\n", options.subject, options.issuer,
               linked ? "signs in as" : "no longer signs in as", options.id);
    return 0;
}

Result<int> role(const Context& context, const Options& options, bool give) {
    TAMGA_ASSIGN(const Opened accounts, Opened::open(context, options, store::Mode::write));
    if (give) {
        TAMGA_ASSIGN(const Grant grant, grant_of(accounts.store(), options));
        TAMGA_TRY(accounts->give(options.id, grant, {}));
        fmt::print("{} is {}\n", options.id, grant.text());
        return 0;
    }
    // What is taken need not be there any more.
    const auto taken = access::role_named(options.role);
    if (!taken)
        return fail(ErrorCode::invalid_usage, "take a role",
                    fmt::format("there is no role '{}'", options.role), "see: tamga account permissions");
    const Grant grant{*taken, options.mechanism, options.of};
    TAMGA_TRY(accounts->take(options.id, grant, {}));
    fmt::print("{} is no longer {}\n", options.id, grant.text());
    return 0;
}

using Change = Result<void> (Accounts::*)(const std::string& id, const std::string& by);

Result<int> change(const Context& context, const Options& options, Change what, const char* done) {
    TAMGA_ASSIGN(const Opened accounts, Opened::open(context, options, store::Mode::write));
    TAMGA_TRY(((*accounts.operator->()).*what)(options.id, {}));
    fmt::print("{} {}\n", options.id, done);
    return 0;
}

Result<int> events(const Context& context, const Options& options) {
    TAMGA_ASSIGN(const Opened accounts, Opened::open(context, options, store::Mode::read));
    TAMGA_ASSIGN(const auto found, accounts->events(options.id, 0, options.last));
    for (const access::Event& event : found)
        fmt::print("{}\t{}\t{}\t{}\t{}\n", utc_text(event.time), event.what, event.account,
                   utf8::repaired(event.detail), event.address);
    return 0;
}

/// Makes the commands, each with its options.
class Maker {
  public:
    Maker(CLI::App& account, Action& action) : account_(account), action_(action) {}

    CLI::App* make(const char* name, const char* help,
                   const std::function<Result<int>(const Options&)>& run) {
        options_ = std::make_shared<Options>();
        command_ = account_.add_subcommand(name, help);
        command_
            ->add_option("--key-file", options_->key_file,
                         "The key of what is private; else TAMGA_KEY_FILE, or DATABASE.key")
            ->type_name("FILE");
        command_->callback([&action = action_, options = options_, run] {
            action = [options, run] { return run(*options); };
        });
        return command_;
    }
    Maker& takes_id() {
        command_->add_option("account", options_->id, "Its id")->required()->type_name("ID");
        return *this;
    }
    Maker& takes_person() {
        takes_id();
        command_->add_option("--name", options_->name, "What pages call it")->required();
        command_->add_option("--email", options_->email, "Its e-mail address; nobody else sees it")
            ->type_name("ADDRESS");
        command_->add_option("--language", options_->language, "The language of its pages")
            ->capture_default_str();
        command_->add_option("--role", options_->role, "A role that it has from the beginning");
        return takes_scope();
    }
    Maker& takes_scope() {
        command_->add_option("--of", options_->of,
                             "The party, the centre, or the assessor's name of the role");
        command_
            ->add_option("--in", options_->mechanism,
                         "The mechanism in which it has the role; else in every one")
            ->type_name("MECHANISM");
        return *this;
    }
    Maker& takes_url() {
        command_
            ->add_option("--public-url", options_->public_url, "Where the register is reached, for the link")
            ->type_name("URL");
        return *this;
    }
    Options& options() { return *options_; }
    CLI::App& command() { return *command_; }

  private:
    CLI::App& account_;
    Action& action_;
    std::shared_ptr<Options> options_;
    CLI::App* command_ = nullptr;
};

}  // namespace

void add_account(CLI::App& program, const Context& context, Action& action) {
    CLI::App* const account = program.add_subcommand(
        "account", "Make accounts, give them roles, help those who cannot come in, and see what happened");
    account->require_subcommand(1);
    Maker maker(*account, action);

    maker.make("add", "Make an account; its password is typed, or one line of standard input",
               [&context](const Options& options) { return add(context, options); });
    maker.takes_person();
    maker.make("invite", "Make a link by which somebody makes an account and chooses its password",
               [&context](const Options& options) { return invite(context, options); });
    maker.takes_person().takes_url();
    maker.make("list", "List accounts and open invitations",
               [&context](const Options& options) { return list(context, options); });

    CLI::App* const roles = account->add_subcommand("role", "Give an account a role, or take it");
    roles->require_subcommand(1);
    Maker role_maker(*roles, action);
    for (const bool give : {true, false}) {
        role_maker.make(give ? "give" : "take", give ? "Give a role" : "Take a role",
                        [&context, give](const Options& options) { return role(context, options, give); });
        role_maker.takes_id();
        role_maker.command().add_option("role", role_maker.options().role, "The role")->required();
        role_maker.takes_scope();
    }

    const auto makes_change = [&](const char* name, const char* help, Change what, const char* done) {
        maker.make(name, help, [&context, what, done](const Options& options) {
            return change(context, options, what, done);
        });
        maker.takes_id();
    };
    makes_change("disable", "Let an account come in no more; it is kept", &Accounts::disable, "is disabled");
    makes_change("enable", "Let it come in again", &Accounts::enable, "is enabled");
    maker.make("reset-password", "Make a link by which an account gets a new password",
               [&context](const Options& options) { return reset_password(context, options); });
    maker.takes_id().takes_url();
    makes_change("reset-totp", "Take an account's second factor away, with its recovery codes",
                 &Accounts::reset_totp, "has no second factor");
    makes_change("reset-passkeys", "Take all passkeys of an account away", &Accounts::reset_passkeys,
                 "has no passkey");
    for (const bool linked : {true, false}) {
        maker.make(linked ? "link" : "unlink",
                   linked
                       ? "Let somebody sign in as an account through a provider of log-ins (OpenID Connect)"
                       : "Let them do so no more",
                   [&context, linked](const Options& options) { return link(context, options, linked); });
        maker.takes_id();
        maker.command()
            .add_option("--issuer", maker.options().issuer, "The provider, as serve --openid-issuer names it")
            ->required()
            ->type_name("URL");
        maker.command()
            .add_option("--subject", maker.options().subject,
                        "What it calls them; events tell it of who was refused")
            ->required();
    }
    makes_change("revoke", "End all sessions and tokens of an account", &Accounts::revoke_all,
                 "is signed in nowhere");
    maker.make("events", "What happened to accounts, newest first",
               [&context](const Options& options) { return events(context, options); });
    maker.command().add_option("--account", maker.options().id, "Of one only")->type_name("ID");
    maker.command()
        .add_option("--last", maker.options().last, "How many")
        ->capture_default_str()
        ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max()));
    CLI::App* const permissions =
        account->add_subcommand("permissions", "Print which role may do what, as the documentation has it");
    permissions->callback([&action] {
        action = []() -> Result<int> {
            fmt::print("{}", access::permissions_markdown());
            return 0;
        };
    });
}

}  // namespace tamga::cli
