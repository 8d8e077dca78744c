#include "query/register.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

namespace tamga::query {
namespace {

using journal::Change;
using journal::Verb;

class RegisterTest : public testing::Test {
  protected:
    RegisterTest() {
        folder_ = std::filesystem::temp_directory_path() /
                  ("tamga-query-" + std::to_string(getpid()) + "-" + std::to_string(++count_));
        std::filesystem::create_directories(folder_);
        store_ = *store::open(path(), store::Mode::write);
        register_ = *Register::open(path(), [this] { return now_.load(); });
    }
    ~RegisterTest() override {
        register_.reset();
        store_.reset();
        std::filesystem::remove_all(folder_);
    }
    std::string path() const { return (folder_ / "register.db").string(); }
    void append(const std::vector<Change>& changes) {
        std::vector<journal::Refusal> refusals;
        journal::Journal journal(*store_, [this] { return now_.load(); });
        const auto result = journal.append("tester", changes, {}, refusals);
        ASSERT_TRUE(result) << result.error().message();
    }
    static Change put(Kind kind, std::string id, const char* body) {
        return {.verb = Verb::put, .name = {kind, std::move(id)}, .body = *parse_json(body)};
    }

    std::atomic<long long> now_ = 1'750'118'400;  // 2025-06-17
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<Register> register_;

  private:
    static inline int count_ = 0;
    std::filesystem::path folder_;
};

TEST_F(RegisterTest, ShowsWhatWasKnownOnADay) {
    append({put(Kind::party, "cn", R"({"title":{"en":"Old"},"type":"state"})")});
    now_ += 2 * 86400;
    append({put(Kind::party, "cn", R"({"title":{"en":"New"},"type":"state"})")});
    const auto title = [&](Result<View> view) {
        return (*view->find({Kind::party, "cn"}))->body["title"]["en"].get<std::string>();
    };
    EXPECT_EQ(title(register_->now()), "New");
    EXPECT_EQ(title(register_->at("2025-06-17")), "Old");
    EXPECT_EQ(title(register_->at("2025-06-18")), "Old");
    EXPECT_EQ(title(register_->at("2025-06-19")), "New");
    EXPECT_EQ(title(register_->at("@1")), "Old");
    EXPECT_EQ(register_->at("2025-06-18")->day().text(), "2025-06-18");
    EXPECT_EQ(*register_->at("2025-06-16")->find({Kind::party, "cn"}), nullptr);
    EXPECT_EQ(register_->at("2025-06-20").error().code, ErrorCode::out_of_range);
    EXPECT_EQ(register_->at("@3").error().code, ErrorCode::out_of_range);
    EXPECT_EQ(register_->at("yesterday").error().code, ErrorCode::invalid_input);
    EXPECT_EQ(register_->at("@1x").error().code, ErrorCode::invalid_input);
}

TEST_F(RegisterTest, FollowsARenameAndTellsTheWholeHistory) {
    append({put(Kind::centre, "c", R"({"title":{"en":"C"},"type":"platform"})"),
            put(Kind::project, "p", R"({"title":{"en":"P"},"centre":"c"})")});
    append({{.verb = Verb::rename, .name = {Kind::centre, "c"}, .to = "d"}});
    const View view = *register_->now();
    EXPECT_EQ((*view.find({Kind::centre, "c"}))->name.id, "d");
    EXPECT_EQ(view.linking_to({Kind::centre, "d"})->size(), 1u);
    EXPECT_EQ(view.history({Kind::centre, "d"})->size(), 2u);
    EXPECT_EQ(view.all(Kind::centre)->size(), 1u);
}

TEST_F(RegisterTest, ForgetsWhatWasErased) {
    append({put(Kind::centre, "c", R"({"title":{"en":"C"},"type":"platform"})")});
    EXPECT_FALSE((*register_->now()->find({Kind::centre, "c"}))->redacted);
    append({{.verb = Verb::redact, .name = {Kind::centre, "c"}, .reason = "law", .redacted = {1}}});
    const auto erased = *register_->now()->find({Kind::centre, "c"});
    EXPECT_TRUE(erased->redacted);
    EXPECT_TRUE(erased->body.empty());
}

TEST_F(RegisterTest, StateChangesWithHeadAndDay) {
    const std::string first = *register_->state();
    append({put(Kind::centre, "c", R"({"title":{"en":"C"},"type":"platform"})")});
    const std::string second = *register_->state();
    now_ += 86400;
    EXPECT_NE(first, second);
    EXPECT_NE(second, *register_->state());
}

TEST_F(RegisterTest, ManyReadBesideOneWriter) {
    std::atomic<bool> done = false;
    std::atomic<int> reads = 0;
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i)
        readers.emplace_back([&] {
            while (!done) {
                const auto view = register_->now();
                ASSERT_TRUE(view);
                const auto all = view->all(Kind::party);
                ASSERT_TRUE(all) << all.error().message();
                ASSERT_EQ(static_cast<std::int64_t>(all->size()), view->as_of().value);
                ++reads;
            }
        });
    for (int i = 0; i < 60; ++i)
        append({put(Kind::party, "p" + std::to_string(i), R"({"title":{"en":"P"},"type":"state"})")});
    while (reads < 30) std::this_thread::yield();
    done = true;
    for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace tamga::query
