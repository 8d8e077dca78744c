#include "store/store.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace tamga::store {
namespace {

/// A fresh database file for each test. Another store's contract runs here by another parameter.
class StoreContract : public testing::Test {
  protected:
    StoreContract() {
        folder_ = std::filesystem::temp_directory_path() /
                  ("tamga-store-" + std::to_string(getpid()) + "-" + std::to_string(++count_));
        std::filesystem::create_directories(folder_);
    }
    ~StoreContract() override { std::filesystem::remove_all(folder_); }
    std::string path() const { return (folder_ / "register.db").string(); }
    std::unique_ptr<Store> writer() {
        auto opened = open(path(), Mode::write);
        EXPECT_TRUE(opened) << (opened ? "" : opened.error().message());
        return opened ? *std::move(opened) : nullptr;
    }

  private:
    static inline int count_ = 0;
    std::filesystem::path folder_;
};

const RecordId kCentre{Kind::centre, "c"}, kParty{Kind::party, "cn"}, kOther{Kind::party, "kz"};

TEST_F(StoreContract, KeepsVersionsAsIntervals) {
    auto store = writer();
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->put_version({kCentre, {2}, {}, false, {2}}, true));
    ASSERT_TRUE(store->put_version({kCentre, {5}, {}, false, {5}}, false));
    ASSERT_TRUE(store->put_version({kCentre, {7}, {}, true, {7}}, false));
    ASSERT_TRUE(store->commit());
    EXPECT_FALSE(*store->version(kCentre, {1}));
    EXPECT_EQ((*store->version(kCentre, {4}))->from.value, 2);
    EXPECT_EQ((*store->version(kCentre, {4}))->until->value, 5);
    EXPECT_EQ((*store->version(kCentre, {6}))->from.value, 5);
    EXPECT_TRUE((*store->version(kCentre, {9}))->withdrawn);
    EXPECT_EQ(store->versions(Kind::centre, {1})->size(), 0u);
    EXPECT_EQ(store->versions(Kind::centre, {6})->size(), 1u);
    EXPECT_EQ(store->versions(Kind::centre, {7})->size(), 0u);
    EXPECT_EQ(store->history(kCentre, {9})->size(), 3u);
}

TEST_F(StoreContract, KeepsLinksOverIntervals) {
    auto store = writer();
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->put_links(kCentre, {2}, {{"country", kParty}}, true));
    ASSERT_TRUE(store->put_links(kCentre, {5}, {{"country", kOther}}, false));
    ASSERT_TRUE(store->commit());
    EXPECT_EQ(store->backlinks(kParty, {1})->size(), 0u);
    EXPECT_EQ(store->backlinks(kParty, {4})->size(), 1u);
    EXPECT_EQ(store->backlinks(kParty, {5})->size(), 0u);
    EXPECT_EQ(store->backlinks(kOther, {5})->at(0).field, "country");
}

TEST_F(StoreContract, FindsThePositionOfATime) {
    auto store = writer();
    ASSERT_TRUE(store->begin_write());
    for (std::int64_t pos = 1; pos <= 4; ++pos)
        ASSERT_TRUE(store->append_entry({{pos}, 100 * (pos / 2), "{}"}, nullptr));
    ASSERT_TRUE(store->commit());
    EXPECT_EQ(store->position_at(-1)->value, 0);
    EXPECT_EQ(store->position_at(99)->value, 1);
    EXPECT_EQ(store->position_at(100)->value, 3);
    EXPECT_EQ(store->position_at(1000)->value, 4);
}

TEST_F(StoreContract, ForgetsWhatIsRolledBack) {
    auto store = writer();
    ASSERT_TRUE(store->begin_write());
    ASSERT_TRUE(store->append_entry({{1}, 1, "{}"}, nullptr));
    store->roll_back();
    EXPECT_EQ(store->head()->value, 0);
}

TEST_F(StoreContract, HasOneWriterAndSaysWho) {
    auto first = writer();
    const auto second = open(path(), Mode::write);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::conflict);
    EXPECT_EQ(second.error().cause, path() + " is in use by process " + std::to_string(getpid()));
    EXPECT_TRUE(open(path(), Mode::read));
    first.reset();
    EXPECT_TRUE(open(path(), Mode::write));
}

TEST_F(StoreContract, ReadersCannotWrite) {
    writer();
    auto reader = *open(path(), Mode::read);
    EXPECT_FALSE(reader->append_entry({{1}, 1, "{}"}, nullptr));
}

TEST_F(StoreContract, KeepsFilesByContent) {
    auto store = writer();
    ASSERT_TRUE(store->begin_write());
    const std::string content("a\0b", 3);
    ASSERT_TRUE(store->put_file("abc", content));
    ASSERT_TRUE(store->put_file("abc", content));
    ASSERT_TRUE(store->commit());
    EXPECT_EQ(**store->file("abc"), content);
    EXPECT_FALSE(*store->file("abd"));
}

TEST(Open, RefusesWhatIsNotThere) {
    EXPECT_EQ(open("/nowhere/register.db", Mode::read).error().code, ErrorCode::not_found);
    EXPECT_EQ(open("/nowhere/register.db", Mode::write).error().code, ErrorCode::io);
    EXPECT_EQ(open("postgresql://host/db", Mode::write).error().code, ErrorCode::invalid_usage);
}

}  // namespace
}  // namespace tamga::store
