#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/accounts.hpp"
#include "access/reply_rules.hpp"
#include "access/vault.hpp"
#include "base/clock.hpp"
#include "store/private_tables.hpp"

namespace tamga::access {

/// What became of a reply that was sent.
struct SentReply {
    enum class Outcome {
        waits,      ///< For a moderator.
        used,       ///< The form was sent before: nothing was done.
        throttled,  ///< Too many came: again in `wait_seconds`.
    };
    Outcome outcome = Outcome::waits;
    std::int64_t number = 0;  ///< Of the reply.
    std::int64_t wait_seconds = 0;
};

/// A reply as a moderator sees it.
struct KeptReply {
    std::int64_t number = 0;
    RecordId under;
    Reply reply;        ///< Empty once it was refused or erased; of one that appeared the address alone.
    std::string state;  ///< One of Replies::kStates.
    std::int64_t time = 0;
    std::vector<ReplyDoubt> doubts;  ///< While it waits, and so its language.
    std::string language;
    std::string moderated_by, reason;
};

/// Replies from the form to the moderator. What appears is a record of the journal, which is written by who
/// calls; what is private stays here, the address sealed.
///
/// Threads, transactions, errors: as Accounts. "Reader" does with a store that may only be read.
class Replies {
  public:
    /// How many may be sent in an hour: from one network, and altogether.
    static constexpr std::int64_t kMostOfNetwork = 6, kMostOfAll = 120, kThrottleLasts = 3600;
    static constexpr std::string_view kWaits = "waiting", kAppeared = "approved", kRefused = "refused",
                                      kErased = "erased";

    Replies(store::Store& store, Vault vault, Clock clock);

    /// Lets a cleaned reply without faults wait, written in that language, for a form whose age is good.
    Result<SentReply> send(const RecordId& under, const Reply& reply, std::string_view language,
                           std::string_view token, bool worked, const Client& client);
    /// Those in a state, oldest first, after the number `after`, at most `most`. Reader.
    Result<std::vector<KeptReply>> in_state(std::string_view state, std::int64_t after, std::int64_t most);
    /// Reader. Errors: not_found.
    Result<KeptReply> find(std::int64_t number);
    /// The reply that appeared as that record; nothing if none did: it came by another way. Reader.
    Result<std::optional<KeptReply>> appeared_as(const RecordId& under, const std::string& record_id);

    /// The id of the record as which a reply appears: the same each time, and nothing is told by it.
    std::string record_id(std::int64_t number, std::int64_t time) const;
    /// Its body. The address is not in it.
    static Json record_body(const KeptReply& reply);

    /// After the record was written: the text stands there, so that the address alone stays. Again does
    /// nothing more. Errors: not_found; conflict: it was refused or erased.
    Result<void> tell_appeared(std::int64_t number, const std::string& by);
    /// What was written goes, and who wrote it. Errors: not_found; conflict: it appeared.
    Result<void> refuse(std::int64_t number, const std::string& by, const std::string& reason);
    /// After the record's text was erased from the journal: the rest goes.
    Result<void> tell_erased(std::int64_t number, const std::string& by, const std::string& reason);

  private:
    Result<KeptReply> read(const store::ReplyRow& row) const;
    Result<store::ReplyRow> row_of(std::int64_t number);
    Result<void> empty(std::int64_t number, std::string_view state, const std::string& by,
                       const std::string& reason, std::string_view event);

    store::Store& store_;
    store::PrivateTables tables_;
    const Vault vault_;
    const Clock clock_;
};

}  // namespace tamga::access
