#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/accounts.hpp"
#include "access/vault.hpp"
#include "base/clock.hpp"
#include "store/private_tables.hpp"

namespace tamga::access {

/// How often somebody is told.
enum class Frequency : unsigned char { at_once, daily, weekly };
inline constexpr std::string_view kFrequencies[] = {"at-once", "daily", "weekly"};
std::optional<Frequency> frequency_named(std::string_view name);
inline std::string_view name(Frequency frequency) {
    return kFrequencies[static_cast<std::size_t>(frequency)];
}

/// When the next message of that frequency is due after a time: daily ones at 06:00 UTC, weekly ones on
/// Mondays then, the others `pause_seconds` after the last.
std::int64_t next_due(Frequency frequency, std::int64_t now, std::int64_t pause_seconds);

/// Somebody follows something.
struct Follow {
    std::string id;
    std::string what;  ///< An address of the register without language: "/commitments?by=cn".
    Frequency frequency = Frequency::weekly;
    std::string language;
    bool confirmed = false;  ///< False: it was asked for, and the link in the message not yet used.
    std::int64_t told = 0;   ///< The journal position up to which messages were made.
    std::int64_t sure = 0;   ///< The one up to which a server surely took them.
    std::int64_t made = 0;
};

/// What is asked for.
struct FollowAsked {
    std::string what;
    Frequency frequency = Frequency::weekly;
    std::string language, email;
};

/// A message, with who gets it.
struct Mail {
    enum class Purpose : unsigned char { confirm, digest };
    std::int64_t number = 0;
    Purpose purpose = Purpose::digest;
    std::int64_t since = 0, until = 0;  ///< Journal positions.
    std::int64_t made = 0;
    std::int64_t attempts = 0;  ///< This one counted.
    Follow follow = {};
    std::string email = {};
};

/// What became of a message that was given to a mail server.
enum class Posted : unsigned char { taken, later, refused, unknown };

/// Who follows what, and the queue of messages to them.
///
/// An address is asked whether it is somebody's who wants this before anything else is sent to it. It is kept
/// sealed for as long as it is followed by it, and nowhere else: when somebody ends it, or does not confirm
/// within kAskedLasts, the row goes. What an answer says does not depend on whether an address is known.
///
/// A message is sent at most once. It is claimed in a transaction of its own before a server hears of it, and
/// settled in another after the server's answer. What a crash leaves claimed, and what no answer came to, is
/// `unknown`, and is not sent again: a reader is told by the next message that one may be missing, and where
/// its changes are. What surely was not taken is tried again for kTriedFor. See docs/decisions/0022.
///
/// Threads, transactions, errors: as Accounts. "Reader" does with a store that may only be read.
class Follows {
  public:
    /// How many may be asked for in an hour from one network, and altogether; how many of one address may
    /// wait for its word, and be followed by it. Beyond the latter two nothing is done, and nothing is said.
    static constexpr std::int64_t kMostOfNetwork = 10, kMostOfAll = 300, kThrottleLasts = 3600;
    static constexpr std::size_t kMostAsked = 3, kMostFollowed = 100;
    /// In seconds: how long a question to an address holds, how long a message is tried, and how long is kept
    /// what became of it.
    static constexpr std::int64_t kAskedLasts = 3 * 86400, kTriedFor = 3 * 86400, kKeptFor = 30 * 86400;
    /// After so many refused messages, and none taken, an address is given up.
    static constexpr std::int64_t kMostRefused = 5;

    Follows(store::Store& store, Vault vault, Clock clock);

    /// How it went: a question waits to be sent, or the form was used before, or too many came.
    enum class Outcome : unsigned char { waits, used, throttled };
    struct Asked {
        Outcome outcome = Outcome::waits;
        std::int64_t wait_seconds = 0;
    };
    /// `token` is that of the form, whose age is good.
    Result<Asked> ask(const FollowAsked& asked, std::string_view token, const Client& client);

    /// What stands in links of messages: 43 letters that nobody else can make.
    std::string token_of(std::string_view id) const;
    /// What a link is for; nothing if it is over, or never was. Reader.
    Result<std::optional<Follow>> find(std::string_view token);
    /// From now on it is told what comes after `head`. Another one of the same address and thing goes, and
    /// what it was not told yet is told. False: there is nothing to confirm.
    Result<bool> confirm(std::string_view token, std::int64_t head);
    /// Nothing more is sent; the address is erased. Again does nothing.
    Result<void> end(std::string_view token);

    /// Those that are due and were not told up to `head`, at most `most`. Reader.
    Result<std::vector<Follow>> due(std::int64_t head, std::size_t most);
    /// One of them, looked at up to `head`: a message waits from here on, if there is news.
    struct Looked {
        std::string id;
        bool has_news = false;
    };
    Result<void> tell(const std::vector<Looked>& looked, std::int64_t head, std::int64_t pause_seconds);

    /// Takes the next message that is due out of the queue: from here on it is on its way. Nothing if there
    /// is none.
    Result<std::optional<Mail>> claim();
    /// Whether there is one. Reader.
    Result<bool> has_waiting();
    /// What became of it. False: it was given up, for it was tried for too long.
    Result<bool> settle(const Mail& mail, Posted posted);
    /// What was on its way when the program ended is unknown; gives the messages. To be called before any
    /// claim(), by the only one that sends.
    Result<std::vector<Mail>> recover();
    /// What is too old goes.
    Result<void> clean();

    /// How many there are, for who runs the register. Reader.
    struct Figures {
        std::int64_t confirmed = 0, asked = 0, waiting = 0, refused = 0, given_up = 0, unknown = 0;
    };
    Result<Figures> figures();

  private:
    std::string id_of(std::string_view token) const;
    Result<Mail> mail_of(const store::MailRow& row, const store::FollowRow& follow) const;
    Result<bool> too_many(const std::string& email_hash);

    store::Store& store_;
    store::PrivateTables tables_;
    const Vault vault_;
    const Clock clock_;
};

}  // namespace tamga::access
