#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

// The thin layer through which all SQL goes. Statements are written in the part of SQL that SQLite and
// PostgreSQL share, with parameters $1, $2, …, each bound; nothing is ever pasted into SQL text.

namespace tamga::store {

/// A prepared statement. Parameters and columns count from 1 and 0, as in both databases' C interfaces.
class Statement {
  public:
    virtual ~Statement() = default;
    virtual void bind(int parameter, std::int64_t value) = 0;
    /// The text must stay as it is until the statement is reset.
    virtual void bind(int parameter, std::string_view text) = 0;
    virtual void bind_blob(int parameter, std::string_view bytes) = 0;
    /// Goes to the next row: true if there is one. Errors: io, corrupt.
    virtual Result<bool> step() = 0;
    virtual std::int64_t integer(int column) = 0;
    /// Holds until the next step() or reset().
    virtual std::string_view text(int column) = 0;
    virtual void reset() = 0;
};

/// One connection to a database. Not shared between threads.
class Connection {
  public:
    virtual ~Connection() = default;
    /// Runs statements that give no rows, separated by semicolons.
    virtual Result<void> execute(const char* sql) = 0;
    /// The prepared form of a statement; made at its first use and kept. `sql` is a literal: it is known by
    /// its address.
    virtual Result<Statement*> prepared(const char* sql) = 0;
    virtual Result<void> begin() = 0;
    /// Errors: state_unknown: what the database holds must be looked at before anything else is written.
    virtual Result<void> commit() = 0;
    virtual void roll_back() = 0;
};

/// A use of a prepared statement: resets it at the end, so that it holds no lock.
class Query {
  public:
    explicit Query(Statement& statement) : statement_(&statement) {}
    Query(Query&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
    Query& operator=(Query&&) = delete;
    ~Query() {
        if (statement_) statement_->reset();
    }
    Statement* operator->() const { return statement_; }

  private:
    Statement* statement_;
};

}  // namespace tamga::store
