#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/postgres/session.hpp"
#include "store/postgres/statement.hpp"
#include "store/sql.hpp"

namespace tamga::store {

/// A connection to PostgreSQL. Within a transaction that writes, statements that give no rows are not waited
/// for: rows to be inserted are kept and sent many at once, the others go ahead (libpq's pipeline mode), so
/// that the way to the server costs its time once for hundreds of them. What one of them fails with is told
/// by a later call, at the latest by commit(). A statement that gives rows sees all that was written before.
class PostgresConnection final : public Connection {
  public:
    PostgresConnection(Session session, std::string address, Session::Use use)
        : session_(std::move(session)), address_(std::move(address)), use_(use) {}
    ~PostgresConnection() override;
    PostgresConnection(const PostgresConnection&) = delete;
    PostgresConnection& operator=(const PostgresConnection&) = delete;

    Result<void> execute(const char* sql) override;
    Result<Statement*> prepared(const char* sql) override;
    Result<void> begin() override;
    Result<void> commit() override;
    void roll_back() override;
    void undo_part() override;
    Result<void> begin_read() override;
    Result<void> back_up(const std::string& to) override;
    const std::vector<std::string>& schema() const override;
    const TextIndex& text_index() const override;
    Result<std::unique_ptr<Connection>> scratch() override;
    Result<void> check_integrity(const std::function<void(std::string_view)>& report) override;
    Result<std::map<std::string, std::string>> objects() override;

    // For statements:
    Session& session() { return session_; }
    /// Changes when statements that the server has prepared are to be prepared again.
    int generation() const { return generation_; }
    /// True within begin() and commit(): what gives no rows need not be waited for.
    bool may_run_ahead() const { return writing_; }
    int next_name() { return ++names_; }
    /// True if a statement that fails fails nothing else.
    bool may_cancel() const { return !writing_ && !reading_one_state_; }
    /// Why nothing more can be sent: one of the statements that went ahead failed.
    Result<void> so_far() const;
    /// The statement keeps rows, that are to be sent before anything that could see them.
    void keeps_rows(PostgresStatement& statement) { keeping_.push_back(&statement); }
    Result<void> send_rows();
    /// Makes ready for a statement that goes ahead.
    Result<void> run_ahead();
    /// One went ahead, of so many bytes.
    Result<void> went_ahead(std::size_t bytes);
    /// Makes ready for a statement that is waited for: all that was written is sent and answered, and no rows
    /// of another are on their way.
    Result<void> settle();
    /// The statement's rows are on their way; null: nobody's are.
    void set_reading(PostgresStatement* statement) { reading_ = statement; }
    /// Makes the connection again, if it was lost, and nothing depends on the session: true if it did.
    bool reconnected();

  private:
    Result<void> take_answers();
    void stop_running_ahead();
    void forget_what_failed();

    Session session_;
    const std::string address_;
    const Session::Use use_;
    std::unordered_map<const char*, std::unique_ptr<PostgresStatement>> statements_;
    int generation_ = 0, names_ = 0;
    bool writing_ = false;            ///< Between begin() and commit() or roll_back().
    bool reading_one_state_ = false;  ///< Between begin_read() and roll_back().
    std::vector<PostgresStatement*> keeping_;
    PostgresStatement* reading_ = nullptr;
    // What went ahead:
    std::size_t ahead_ = 0, ahead_bytes_ = 0;  ///< Since the last mark.
    int marks_ = 0;                            ///< Whose answers are still to be taken.
    std::optional<Error> failure_;             ///< Of the first that failed.
};

}  // namespace tamga::store
