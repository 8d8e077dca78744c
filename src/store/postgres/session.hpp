#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>

#include "base/result.hpp"

namespace tamga::store {

/// What the server answered to one statement.
using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

/// A session with a server of PostgreSQL, set up as Tamga needs it.
class Session {
  public:
    enum class Use {
        read,
        write,
        scratch,  ///< Tables are made in the session's own schema, which goes with it.
    };

    /// Errors: invalid_usage for an address that cannot be read, or a server that does not do; io.
    static Result<Session> open(const std::string& address, Use use);

    PGconn* get() const { return connection_.get(); }
    /// The address, without passwords.
    const std::string& shown() const { return shown_; }
    bool is_lost() const { return PQstatus(connection_.get()) != CONNECTION_OK; }
    /// True if the session ended while it was asked for this answer, which may be null.
    bool is_lost(const PGresult* answer) const;

    /// Runs statements of any kind, one or more, to their end. Gives the last one's answer.
    Result<Answer> run(const char* sql);
    /// The first column of the only row, as text; empty if it is null, or there is none.
    Result<std::string> ask(const char* sql);

    /// Why an answer is none. `answer` may be null: the connection then says it.
    std::unexpected<Error> failure(const char* operation, const PGresult* answer) const;
    /// How many warnings the server has given so far.
    int warnings() const { return *warnings_; }

    /// How the sessions of this process name themselves: "process 17 on host".
    static std::string own_name();

  private:
    Session(PGconn* connection, std::string shown);
    Result<void> set_up(Use use);

    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
    std::unique_ptr<int> warnings_;
    std::string shown_;
};

}  // namespace tamga::store
