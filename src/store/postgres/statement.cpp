#include "store/postgres/statement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <utility>

#include "store/postgres/connection.hpp"

namespace tamga::store {

namespace {

constexpr std::size_t kMostRows = 1000, kMostBytes = 1 << 20;

/// Lets the server stop what it does. It has been told when this returns, so that no later statement is hit.
void cancel(PGconn* connection) {
    const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> handle(PQgetCancel(connection), PQfreeCancel);
    std::array<char, 256> why{};
    if (handle) PQcancel(handle.get(), why.data(), static_cast<int>(why.size()));
}

}  // namespace

Shape Shape::of(std::string_view sql) {
    Shape shape;
    for (std::size_t at = sql.find('$'); at != std::string_view::npos; at = sql.find('$', at + 1)) {
        int number = 0;
        std::from_chars(sql.data() + at + 1, sql.data() + sql.size(), number);
        shape.parameters = std::max(shape.parameters, number);
    }
    shape.gives_rows = sql.starts_with("SELECT") || sql.starts_with("WITH") ||
                       sql.find(" RETURNING ") != std::string_view::npos;
    if (!sql.starts_with("INSERT") || shape.gives_rows || shape.parameters == 0) return shape;
    std::string row = "VALUES (";
    for (int number = 1; number <= shape.parameters; ++number)
        row += fmt::format("{}${}", number == 1 ? "" : ", ", number);
    row += ')';
    const std::size_t values = sql.find(row);
    if (values == std::string_view::npos) return shape;
    shape.before_rows = sql.substr(0, values);
    shape.after_rows = sql.substr(values + row.size());
    return shape;
}

PostgresStatement::PostgresStatement(PostgresConnection& connection, const char* sql, int number)
    : connection_(connection),
      sql_(sql),
      shape_(Shape::of(sql)),
      number_(number),
      parameters_(static_cast<std::size_t>(shape_.parameters)),
      columns_(parameters_.size()) {}

Parameter& PostgresStatement::parameter(int number) {
    const auto index = static_cast<std::size_t>(number - 1);
    if (index >= parameters_.size()) parameters_.resize(index + 1);  // The server refuses it.
    return parameters_[index];
}

void PostgresStatement::bind(int number, std::int64_t value) {
    Parameter& bound = parameter(number);
    bound.type = oid::kInt8;
    bound.number.clear();
    append_number(bound.number, value);
}

void PostgresStatement::bind(int number, std::string_view text) {
    Parameter& bound = parameter(number);
    bound.type = oid::kText;
    bound.text = text;
}

void PostgresStatement::bind_blob(int number, std::string_view bytes) {
    Parameter& bound = parameter(number);
    bound.type = oid::kBytes;
    bound.text = bytes;
}

Result<bool> PostgresStatement::step() {
    if (shape_.gives_rows) return started_ ? next() : start();
    if (!connection_.may_run_ahead()) {
        TAMGA_ASSIGN(const bool row, start());
        reset();
        return row;
    }
    TAMGA_TRY(connection_.so_far());
    if (keep_row()) {
        std::size_t bytes = 0;
        for (const Column& column : columns_) bytes += column.bytes();
        if (rows_ < kMostRows && bytes < kMostBytes) return false;
        TAMGA_TRY(connection_.run_ahead());
        TAMGA_ASSIGN(const std::size_t sent, send_rows());
        TAMGA_TRY(connection_.went_ahead(sent));
        return false;
    }
    TAMGA_TRY(connection_.send_rows());
    TAMGA_TRY(connection_.run_ahead());
    TAMGA_TRY(send(sql_, parameters_));
    std::size_t bytes = 0;
    for (const Parameter& value : parameters_) bytes += value.bytes().size();
    TAMGA_TRY(connection_.went_ahead(bytes));
    return false;
}

/// Keeps a row to be inserted; false if this is none.
bool PostgresStatement::keep_row() {
    if (!shape_.takes_rows() || parameters_.size() != columns_.size()) return false;
    for (std::size_t i = 0; i < columns_.size(); ++i)
        if (parameters_[i].type == 0 || (rows_ > 0 && parameters_[i].type != columns_[i].type()))
            return false;
    for (std::size_t i = 0; i < columns_.size(); ++i) columns_[i].add(parameters_[i]);
    if (++rows_ == 1) connection_.keeps_rows(*this);
    return true;
}

Result<std::size_t> PostgresStatement::send_rows() {
    if (rows_ == 0) return 0;
    std::string arrays;
    std::vector<std::string> bytes;
    std::vector<Parameter> values(columns_.size());
    bytes.reserve(columns_.size());
    std::size_t sent = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        arrays += fmt::format("{}${}", i == 0 ? "" : ", ", i + 1);
        bytes.push_back(columns_[i].array());
        values[i].type = oid::array_of(columns_[i].type());
        values[i].text = bytes.back();
        sent += bytes.back().size();
    }
    forget_rows();
    TAMGA_TRY(send(fmt::format("{}SELECT * FROM unnest({}){}", shape_.before_rows, arrays, shape_.after_rows),
                   values));
    return sent;
}

void PostgresStatement::forget_rows() {
    for (Column& column : columns_) column.clear();
    rows_ = 0;
}

Result<void> PostgresStatement::send(const std::string& sql, const std::vector<Parameter>& values) {
    PGconn* const server = connection_.session().get();
    std::vector<Oid> types;
    std::vector<const char*> bytes;
    std::vector<int> lengths, formats(values.size(), 1);
    for (const Parameter& value : values) {
        types.push_back(value.type);
        bytes.push_back(value.type == 0 ? nullptr : value.bytes().data() ? value.bytes().data() : "");
        lengths.push_back(static_cast<int>(value.bytes().size()));
    }
    const bool of_rows = &values != &parameters_;
    if (generation_ != connection_.generation() || types != types_ || of_rows != of_rows_) {
        // A name is used once: whether the server still has an earlier one need not be known.
        name_ = fmt::format("s{}_{}", number_, connection_.next_name());
        const auto count = static_cast<int>(types.size());
        if (PQpipelineStatus(server) != PQ_PIPELINE_OFF) {
            if (PQsendPrepare(server, name_.c_str(), sql.c_str(), count, types.data()) == 0)
                return connection_.session().failure("prepare a statement", nullptr);
        } else {
            const Answer made(PQprepare(server, name_.c_str(), sql.c_str(), count, types.data()), PQclear);
            if (PQresultStatus(made.get()) != PGRES_COMMAND_OK)
                return connection_.session().failure("prepare a statement", made.get());
        }
        types_ = std::move(types);
        of_rows_ = of_rows;
        generation_ = connection_.generation();
    }
    if (PQsendQueryPrepared(server, name_.c_str(), static_cast<int>(values.size()), bytes.data(),
                            lengths.data(), formats.data(), 1) == 0)
        return connection_.session().failure("read or write the database", nullptr);
    return {};
}

Result<bool> PostgresStatement::start() {
    TAMGA_TRY(connection_.settle());
    for (bool again = false;; again = true) {
        auto row = [&]() -> Result<bool> {
            TAMGA_TRY(send(sql_, parameters_));
            PQsetSingleRowMode(connection_.session().get());
            started_ = coming_ = true;
            connection_.set_reading(this);
            return next();
        }();
        if (row || again || !connection_.reconnected()) return row;
    }
}

Result<bool> PostgresStatement::next() {
    row_.reset();
    if (!taken_in_.empty()) {
        row_ = std::move(taken_in_.front());
        taken_in_.pop_front();
    } else if (failure_) {
        return std::unexpected(*failure_);
    } else {
        TAMGA_ASSIGN(row_, take());
    }
    return PQresultStatus(row_.get()) == PGRES_SINGLE_TUPLE;
}

Result<Answer> PostgresStatement::take() {
    PGconn* const server = connection_.session().get();
    Answer answer(coming_ ? PQgetResult(server) : nullptr, PQclear);
    if (!coming_ || PQresultStatus(answer.get()) == PGRES_SINGLE_TUPLE) return answer;
    coming_ = false;
    connection_.set_reading(nullptr);
    const ExecStatusType status = PQresultStatus(answer.get());
    const bool whole = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    while (Answer rest{PQgetResult(server), PQclear}) continue;
    if (!whole) return connection_.session().failure("read or write the database", answer.get());
    return answer;
}

void PostgresStatement::take_in() {
    while (coming_) {
        auto answer = take();
        if (answer)
            taken_in_.push_back(*std::move(answer));
        else
            failure_ = std::move(answer).error();
    }
}

std::string_view PostgresStatement::text(int column) {
    if (type_of(row_.get(), column) != Type::integer)
        return {PQgetvalue(row_.get(), 0, column),
                static_cast<std::size_t>(PQgetlength(row_.get(), 0, column))};
    const auto index = static_cast<std::size_t>(column);
    if (numbers_.size() <= index) numbers_.resize(index + 1);
    return numbers_[index] = std::to_string(integer_of(row_.get(), column));
}

void PostgresStatement::reset() {
    // No answer may be left behind. Of many rows that nobody wants any more the server is told; within a
    // transaction that would fail the whole of it.
    for (std::size_t left = 0; coming_; ++left) {
        if (left == kMostRows && connection_.may_cancel()) cancel(connection_.session().get());
        static_cast<void>(take());
    }
    started_ = false;
    row_.reset();
    taken_in_.clear();
    failure_.reset();
    for (Parameter& bound : parameters_) bound.type = 0;
}

}  // namespace tamga::store
