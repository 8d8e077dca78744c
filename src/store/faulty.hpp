#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "store/sql.hpp"

// For tests only.

namespace tamga::store {

/// What becomes of the call that goes wrong.
enum class Fate {
    fails,  ///< It is not carried out, and says that it failed.
    lost,   ///< It is carried out, and its answer gets lost: it too says that it failed.
};

/// A database whose `wrong`-th call goes wrong, once; 0: none does. Calls are those that reach the database:
/// execute, prepared, begin, commit and each step of a statement.
class FaultyConnection final : public Connection {
  public:
    explicit FaultyConnection(std::unique_ptr<Connection> real, int wrong = 0, Fate fate = Fate::fails)
        : real_(std::move(real)), wrong_(wrong), fate_(fate) {}

    /// What happens before each call: what another process does meanwhile.
    std::function<void()> meanwhile = [] {};

    /// True once the call has gone wrong.
    bool went_wrong() const { return wrong_ > 0 && calls_ >= wrong_; }
    /// True if it was a commit.
    bool commit_went_wrong() const { return commit_went_wrong_; }

    Result<void> execute(const char* sql) override {
        return call([&] { return real_->execute(sql); }, ErrorCode::io);
    }
    Result<Statement*> prepared(const char* sql) override {
        auto made = call([&] { return real_->prepared(sql); }, ErrorCode::io);
        if (!made) return made;
        auto& known = statements_[*made];
        if (!known) known = std::make_unique<FaultyStatement>(*this, **made);
        return known.get();
    }
    Result<void> begin() override {
        return call([&] { return real_->begin(); }, ErrorCode::io);
    }
    Result<void> write_aside() override {
        return call([&] { return real_->write_aside(); }, ErrorCode::io);
    }
    Result<void> commit() override {
        commit_went_wrong_ = commit_went_wrong_ || calls_ + 1 == wrong_;
        return call([&] { return real_->commit(); }, ErrorCode::state_unknown);
    }
    void roll_back() override { real_->roll_back(); }
    Result<void> begin_part() override {
        return call([&] { return real_->begin_part(); }, ErrorCode::io);
    }
    Result<void> keep_part() override {
        return call([&] { return real_->keep_part(); }, ErrorCode::io);
    }
    void undo_part() override { real_->undo_part(); }
    Result<void> begin_read() override { return real_->begin_read(); }
    Result<void> back_up(const std::string& to) override { return real_->back_up(to); }
    const std::vector<std::string>& schema() const override { return real_->schema(); }
    Result<std::unique_ptr<Connection>> scratch() override { return real_->scratch(); }
    Result<void> check_integrity(const std::function<void(std::string_view)>& report) override {
        return real_->check_integrity(report);
    }
    Result<std::map<std::string, std::string>> objects() override { return real_->objects(); }
    const TextIndex& text_index() const override { return real_->text_index(); }

  private:
    class FaultyStatement final : public Statement {
      public:
        FaultyStatement(FaultyConnection& connection, Statement& real)
            : connection_(connection), real_(real) {}
        void bind(int parameter, std::int64_t value) override { real_.bind(parameter, value); }
        void bind(int parameter, std::string_view text) override { real_.bind(parameter, text); }
        void bind_blob(int parameter, std::string_view bytes) override { real_.bind_blob(parameter, bytes); }
        Result<bool> step() override {
            return connection_.call([&] { return real_.step(); }, ErrorCode::io);
        }
        Type type(int column) override { return real_.type(column); }
        std::int64_t integer(int column) override { return real_.integer(column); }
        std::string_view text(int column) override { return real_.text(column); }
        void reset() override { real_.reset(); }

      private:
        FaultyConnection& connection_;
        Statement& real_;
    };

    template <class Call>
    auto call(const Call& real, ErrorCode code) -> decltype(real()) {
        meanwhile();
        if (++calls_ != wrong_) return real();
        if (fate_ == Fate::lost) static_cast<void>(real());
        return fail(code, "reach the database", "the connection was lost");
    }

    std::unique_ptr<Connection> real_;
    const int wrong_;
    const Fate fate_;
    int calls_ = 0;
    bool commit_went_wrong_ = false;
    std::unordered_map<Statement*, std::unique_ptr<FaultyStatement>> statements_;
};

}  // namespace tamga::store
