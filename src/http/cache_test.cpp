#include "http/cache.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace tamga::http {
namespace {

Response page(std::size_t bytes) {
    return {200, {}, Body::make(std::string(bytes, 'x'), "image/png")};
}

TEST(Cache, GivesBackWhatWasPut) {
    Cache cache(1'000'000);
    EXPECT_EQ(cache.find("a"), nullptr);
    const auto put = cache.insert("a", page(10));
    EXPECT_EQ(cache.find("a"), put);
    EXPECT_NE(put->head, nullptr);
    const auto again = cache.insert("a", page(20));
    EXPECT_EQ(cache.find("a"), again);
    cache.clear();
    EXPECT_EQ(cache.find("a"), nullptr);
    EXPECT_EQ(cache.bytes(), 0U);
}

TEST(Cache, DropsTheLeastRecentlyUsed) {
    Cache cache(100'000);
    for (const char* key : {"a", "b", "c", "d"}) cache.insert(key, page(20'000));
    EXPECT_NE(cache.find("a"), nullptr);
    cache.insert("e", page(20'000));
    EXPECT_NE(cache.find("a"), nullptr);
    EXPECT_EQ(cache.find("b"), nullptr);
    EXPECT_NE(cache.find("e"), nullptr);
    EXPECT_LE(cache.bytes(), 100'000U);
}

TEST(Cache, DoesNotKeepWhatIsTooLarge) {
    Cache cache(100'000);
    EXPECT_EQ(cache.insert("a", page(30'000))->body->bytes().size(), 30'000U);
    EXPECT_EQ(cache.find("a"), nullptr);
    EXPECT_EQ(cache.bytes(), 0U);
}

TEST(Cache, KeepsAFewFilesHoweverLarge) {
    Cache cache(100'000);
    const auto file = [] {
        Content content;
        EXPECT_EQ(content.add(std::string(2 * Content::kInMemory, 'x')), Content::Added::yes);
        EXPECT_TRUE(content.finish());
        return Response{200, {}, Body::make(std::move(content), "image/png")};
    };
    cache.insert("page", page(10));
    for (const char* key : {"a", "b", "c", "d"}) EXPECT_TRUE(cache.insert(key, file())->body->in_file());
    EXPECT_LT(cache.bytes(), 20'000U) << "of what is in a file little is in memory";
    EXPECT_NE(cache.find("a"), nullptr);
    cache.insert("e", file());
    EXPECT_EQ(cache.find("b"), nullptr) << "a fifth";
    for (const char* key : {"a", "c", "d", "e", "page"}) EXPECT_NE(cache.find(key), nullptr) << key;
    EXPECT_EQ(cache.find("e")->body->bytes().size(), 2 * Content::kInMemory);
}

TEST(Cache, IsSharedByThreads) {
    Cache cache(50'000);
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&cache, t] {
            for (int i = 0; i < 500; ++i) {
                const std::string key = std::to_string((i * 7 + t) % 20);
                if (const auto hit = cache.find(key))
                    ASSERT_EQ(hit->body->bytes().size(), 5000U);
                else
                    cache.insert(key, page(5000));
            }
        });
    threads.clear();
    EXPECT_LE(cache.bytes(), 50'000U);
    EXPECT_GT(cache.bytes(), 0U);
}

}  // namespace
}  // namespace tamga::http
