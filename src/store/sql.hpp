#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "i18n/sought.hpp"

// The seam between Store and a database. Statements are written in the part of SQL that SQLite and PostgreSQL
// share, with parameters $1, $2, …, each bound; nothing is ever pasted into SQL text. What the databases do
// not share (the text of the schema, checks of the file, what a commit must do) is the Connection's.

namespace tamga::store {

/// What a column holds, in the order in which SQLite sorts them.
enum class Type { null, integer, real, text, blob };

/// A prepared statement. Parameters and columns count from 1 and 0, as in both databases' C interfaces.
class Statement {
  public:
    virtual ~Statement() = default;
    /// A value that cannot be bound is told by the next step().
    virtual void bind(int parameter, std::int64_t value) = 0;
    /// The text must stay as it is until the statement is reset.
    virtual void bind(int parameter, std::string_view text) = 0;
    virtual void bind_blob(int parameter, std::string_view bytes) = 0;
    /// Goes to the next row: true if there is one. A statement that gives no rows may be carried out later,
    /// but before anything could see that it was not; what it fails with is then told by a later call, at the
    /// latest by commit(). Errors: io, corrupt.
    virtual Result<bool> step() = 0;
    virtual Type type(int column) = 0;
    virtual std::int64_t integer(int column) = 0;
    /// Holds until the next step() or reset().
    virtual std::string_view text(int column) = 0;
    virtual void reset() = 0;
};

/// How a database finds texts by their words: what SQLite's FTS5 and PostgreSQL's text search do not share.
/// The statements are literals, as Connection::prepared() wants them. `$1` of those that look for something
/// is an expression.
struct TextIndex {
    const char* add;    ///< $1 position, $2 words of titles, $3 other words; parted by spaces, see Text.
    const char* clear;  ///< Nothing of what was there is left in the database.
    /// $2 as_of, $3 how many of each kind are wanted that are older than $4. Gives (kind, position, how many
    /// texts the row counts for), newest first; of the others of a kind a row may count for several.
    const char* newest;
    /// $2 as_of, $3 a kind. Gives the ids of its records, in no order.
    const char* ids;
    /// Every word of every text in order: (word, position, column, place), all of it key.
    const char* all;
    /// The terms of a search as an expression. Where only titles count, or all but those that hold the terms
    /// in a title, it says so.
    enum class Where { anywhere, in_title, not_all_in_title };
    std::string (*expression)(const i18n::Sought& sought, Where where);
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
    /// See Store::write_aside(); here it does nothing.
    virtual Result<void> write_aside() { return {}; }
    /// Errors: state_unknown: what the database holds must be looked at before anything else is written.
    virtual Result<void> commit() = 0;
    virtual void roll_back() = 0;
    /// Within a transaction: a part of it that can be undone alone. Parts do not stand in parts.
    virtual Result<void> begin_part() { return execute("SAVEPOINT part"); }
    /// The part goes on as what is around it does. What fails here is still to be undone.
    virtual Result<void> keep_part() { return execute("RELEASE SAVEPOINT part"); }
    virtual void undo_part() {
        static_cast<void>(execute("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part"));
    }
    /// Until roll_back() every look-up sees the same state.
    virtual Result<void> begin_read() = 0;
    /// The database has changed in a way that this connection cannot follow: whoever reads on opens another.
    virtual bool outdated() const { return false; }
    /// Copies the whole database, as it is at one moment, to a place that is free: whole or not at all.
    /// Errors: invalid_usage where it is no file; io, conflict.
    virtual Result<void> back_up(const std::string& to) = 0;
    /// The steps by which its tables are made. Static data.
    virtual const std::vector<std::string>& schema() const = 0;
    /// Another database of the same kind: empty, seen by that connection alone, gone with it. Null where none
    /// can be made, because the server only reads.
    virtual Result<std::unique_ptr<Connection>> scratch() = 0;
    /// Lets the database check its own structure; calls `report` for each fault, at most 100.
    virtual Result<void> check_integrity(const std::function<void(std::string_view fault)>& report) = 0;
    /// What the schema holds: "table entries", "index entries_by_time", … and the text that made each.
    virtual Result<std::map<std::string, std::string>> objects() = 0;
    virtual const TextIndex& text_index() const = 0;
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
