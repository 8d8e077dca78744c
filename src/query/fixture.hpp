#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "journal/writer.hpp"
#include "query/register.hpp"

namespace tamga::query {

/// A register in a folder of its own, open for reading, and beside it the journal that tests write to.
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
    void append(const std::vector<journal::Change>& changes, const std::vector<journal::File>& files = {}) {
        std::vector<journal::Refusal> refusals;
        journal::Writer writer(*store_, [this] { return now_.load(); });
        const auto result = writer.submit({journal::Author::parse("tester"), changes, files}, refusals);
        ASSERT_TRUE(result) << result.error().message();
    }
    static journal::Change put(Kind kind, std::string id, const char* body) {
        return {.verb = journal::Verb::put, .name = {kind, std::move(id)}, .body = *parse_json(body)};
    }

    /// The register as_of what people write.
    Result<View> at(std::string_view text) {
        TAMGA_ASSIGN(const AsOf as_of, AsOf::parse(text));
        return register_->at(as_of);
    }

    std::atomic<long long> now_ = 1'750'118'400;  // 2025-06-17
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<Register> register_;

  private:
    static inline int count_ = 0;
    std::filesystem::path folder_;
};

}  // namespace tamga::query
