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
