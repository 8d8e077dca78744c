#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/postgres/session.hpp"
#include "store/postgres/values.hpp"
#include "store/sql.hpp"

namespace tamga::store {

class PostgresConnection;

/// What a statement is, read from its text.
struct Shape {
    bool gives_rows = false;
    int parameters = 0;
    /// An INSERT of the parameters in their order, as it takes many rows at once, one array a column; "$1"
    /// stands for where the arrays go. Empty for any other statement.
    std::string before_rows, after_rows;
    bool takes_rows() const { return !before_rows.empty(); }

    static Shape of(std::string_view sql);
};

/// A statement of one connection. One that gives rows is sent by the first step(); the rows come one by one.
/// One that gives none is kept with others, as far as the connection may do so.
class PostgresStatement final : public Statement {
  public:
    PostgresStatement(PostgresConnection& connection, const char* sql, int number);
    ~PostgresStatement() override = default;
    PostgresStatement(const PostgresStatement&) = delete;
    PostgresStatement& operator=(const PostgresStatement&) = delete;

    void bind(int parameter, std::int64_t value) override;
    void bind(int parameter, std::string_view text) override;
    void bind_blob(int parameter, std::string_view bytes) override;
    Result<bool> step() override;
    Type type(int column) override { return type_of(row_.get(), column); }
    std::int64_t integer(int column) override { return integer_of(row_.get(), column); }
    std::string_view text(int column) override;
    void reset() override;

    // For the connection:
    /// Sends the rows that were kept; gives how many bytes. Errors: io.
    Result<std::size_t> send_rows();
    void forget_rows();
    /// Takes in all rows that are still to come, so that another statement may be sent.
    void take_in();

  private:
    Parameter& parameter(int number);
    bool keep_row();
    /// Sends the statement with its parameters, prepared before if need be.
    Result<void> send(const std::string& sql, const std::vector<Parameter>& values);
    Result<bool> start();
    Result<bool> next();
    /// The next answer; what is no row ends the rows.
    Result<Answer> take();

    PostgresConnection& connection_;
    const char* const sql_;
    const Shape shape_;
    const int number_;  ///< Of the statement in its connection.
    std::vector<Parameter> parameters_;
    // The statement as the server has it:
    std::string name_;
    std::vector<Oid> types_;
    bool of_rows_ = false;
    int generation_ = -1;
    // Rows to be written:
    std::vector<Column> columns_;
    std::size_t rows_ = 0;
    // Rows that are read:
    bool started_ = false, coming_ = false;
    Answer row_{nullptr, PQclear};
    std::deque<Answer> taken_in_;
    std::optional<Error> failure_;  ///< What came instead of more rows, when they were taken in.
    /// The text of a row's numbers, by column: what is given of one stays where it is when another is asked
    /// for.
    std::deque<std::string> numbers_;
};

}  // namespace tamga::store
