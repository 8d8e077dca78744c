#include "store/sqlite/behind.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tamga::store {
namespace {

/// A statement that is only known by its address.
sqlite3_stmt* statement(std::uintptr_t number) {
    return reinterpret_cast<sqlite3_stmt*>(number * sizeof(void*));
}

constexpr int kMany = 20'000;

TEST(WriteBehind, CarriesOutAllInOrderWithTheValuesAsTheyWere) {
    std::vector<std::string> done;
    WriteBehind behind([&](sqlite3_stmt* one, std::span<const Value> values) -> Result<void> {
        std::string line = std::to_string(reinterpret_cast<std::uintptr_t>(one) / sizeof(void*));
        for (const Value& value : values)
            line +=
                " " + (value.type == Type::integer ? std::to_string(value.number) : std::string(value.bytes));
        done.push_back(std::move(line));
        return {};
    });
    std::vector<std::string> wanted;
    for (int i = 0; i < kMany; ++i) {
        std::string text(static_cast<std::size_t>(i % 300), static_cast<char>('a' + i % 26));
        const std::vector<Value> values{{.type = Type::integer, .number = i},
                                        {.type = Type::text, .bytes = text},
                                        {.type = Type::blob, .bytes = "b"}};
        ASSERT_TRUE(behind.add(statement(1 + i % 3), std::span(values).first(1 + i % 3)));
        wanted.push_back(std::to_string(1 + i % 3) + " " + std::to_string(i) + (i % 3 > 0 ? " " + text : "") +
                         (i % 3 > 1 ? " b" : ""));
        text.assign(text.size(), '?');  // The caller's again.
        if (i % 7000 == 0) {
            ASSERT_TRUE(behind.settle());
            ASSERT_EQ(done, wanted);
        }
    }
    ASSERT_TRUE(behind.settle());
    EXPECT_EQ(done, wanted);
    EXPECT_TRUE(behind.settle());
}

TEST(WriteBehind, CarriesOutNothingAfterAFaultAndTellsItUntilItIsDropped) {
    int done = 0;
    WriteBehind behind([&](sqlite3_stmt*, std::span<const Value> values) -> Result<void> {
        if (values[0].number == 5000) return fail(ErrorCode::io, "write", "the disk is full");
        ++done;
        return {};
    });
    const auto add = [&](int i) {
        const Value value{.type = Type::integer, .number = i};
        return behind.add(statement(1), {&value, 1});
    };
    bool told = false;
    for (int i = 0; i < kMany && !told; ++i) told = !add(i);
    EXPECT_EQ(behind.settle().error().cause, "the disk is full");
    EXPECT_EQ(done, 5000);
    EXPECT_EQ(add(1).error().cause, "the disk is full");
    EXPECT_EQ(done, 5000);
    behind.drop();
    EXPECT_TRUE(behind.settle());
    EXPECT_TRUE(add(1));
    EXPECT_TRUE(behind.settle());
    EXPECT_EQ(done, 5001);
}

TEST(WriteBehind, ForgetsWhatIsDropped) {
    std::atomic<int> done = 0;
    {
        WriteBehind behind([&](sqlite3_stmt*, std::span<const Value>) -> Result<void> {
            ++done;
            return {};
        });
        for (int i = 0; i < 100; ++i) ASSERT_TRUE(behind.add(statement(1), {}));
        behind.drop();
        EXPECT_EQ(done, 0) << "less than is handed over at once";
        for (int i = 0; i < 3000; ++i) ASSERT_TRUE(behind.add(statement(1), {}));
    }
    EXPECT_LE(done, 3000);
}

}  // namespace
}  // namespace tamga::store
