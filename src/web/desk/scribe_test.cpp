#include "web/desk/scribe.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <limits>
#include <stdexcept>
#include <thread>
#include <vector>

#include "query/fixture.hpp"
#include "store/private_tables.hpp"

namespace tamga::web {
namespace {

using std::chrono::milliseconds;

class ScribeTest : public query::RegisterTest {
  protected:
    static inline const store::EventRow kEvent{
        .time = 1, .account = {}, .what = "login", .detail = {}, .address = {}};

    ScribeTest() { store_.reset(); }

    static Result<std::int64_t> note(store::Store& store) {
        store::PrivateTables tables(store);
        TAMGA_TRY(store.begin_write());
        TAMGA_TRY(tables.add_event(kEvent));
        TAMGA_TRY(store.commit());
        TAMGA_ASSIGN(const auto events, tables.events("", std::numeric_limits<std::int64_t>::max(), 1));
        return events.front().id;
    }
    /// Waits until nobody has the file.
    std::unique_ptr<store::Store> opened() {
        for (;;) {
            auto store = store::open(path(), store::Mode::write);
            if (store) return *std::move(store);
            EXPECT_EQ(store.error().code, ErrorCode::conflict) << store.error().message();
        }
    }
};

TEST_F(ScribeTest, GivesBackWhatAWorkGives) {
    Scribe scribe(path());
    const auto head = scribe.run([](store::Store& store) { return store.head(); });
    ASSERT_TRUE(head) << head.error().message();
    EXPECT_EQ(head->value, 0);
    const auto failed = scribe.run(
        [](store::Store&) -> Result<void> { return fail(ErrorCode::not_found, "look", "there is none"); });
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().cause, "there is none");
    EXPECT_THROW(static_cast<void>(
                     scribe.run([](store::Store&) -> Result<void> { throw std::runtime_error("thrown"); })),
                 std::runtime_error);
    EXPECT_TRUE(scribe.run(note)) << "it goes on after that";
}

TEST_F(ScribeTest, DoesOneWorkAfterTheOther) {
    Scribe scribe(path());
    std::atomic<int> under_way = 0, most = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            for (int k = 0; k < 10; ++k) {
                const auto done = scribe.run([&](store::Store& store) {
                    if (++under_way > 1) most = 2;
                    auto noted = note(store);
                    --under_way;
                    return noted;
                });
                EXPECT_TRUE(done) << done.error().message();
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(most, 0);
    EXPECT_EQ(scribe.run(note).value_or(0), 81) << "what was given back is kept";
}

/// Lets works wait together, behind one that is being done.
void run_together(Scribe& scribe, const std::vector<std::function<void()>>& works) {
    std::vector<std::jthread> threads;
    EXPECT_TRUE(scribe.run([&](store::Store&) -> Result<void> {
        for (const auto& work : works) threads.emplace_back(work);
        while (scribe.waiting() < works.size()) std::this_thread::yield();
        return {};
    }));
}

TEST_F(ScribeTest, WhatWaitsTogetherIsOneCommitWhosePartsAreUndoneAlone) {
    Scribe scribe(path(), {.turn = std::chrono::minutes(10), .idle = std::chrono::minutes(10)});
    ASSERT_TRUE(scribe.run(note));
    std::vector<std::function<void()>> works;
    std::atomic<int> kept = 0;
    for (int i = 0; i < 3; ++i) {
        works.emplace_back([&] { kept += scribe.run(note).has_value(); });
        works.emplace_back([&] {
            const auto undone = scribe.run([](store::Store& store) {
                return store.written([&]() -> Result<void> {
                    TAMGA_TRY(store::PrivateTables(store).add_event(kEvent));
                    return fail(ErrorCode::not_found, "look", "there is none");
                });
            });
            ASSERT_FALSE(undone);
            EXPECT_EQ(undone.error().code, ErrorCode::not_found);
        });
        works.emplace_back([&] {
            EXPECT_THROW(static_cast<void>(scribe.run([](store::Store& store) -> Result<void> {
                             TAMGA_TRY(store.begin_write());
                             TAMGA_TRY(store::PrivateTables(store).add_event(kEvent));
                             throw std::runtime_error("thrown");
                         })),
                         std::runtime_error);
        });
    }
    run_together(scribe, works);
    EXPECT_EQ(kept, 3);
    EXPECT_EQ(scribe.run(note).value_or(0), 5);
}

TEST_F(ScribeTest, NobodyIsToldThatItIsDoneBeforeAllIs) {
    Scribe scribe(path(), {.turn = std::chrono::minutes(10), .idle = std::chrono::minutes(10)});
    ASSERT_TRUE(scribe.run(note));
    std::vector<std::function<void()>> works;
    for (int i = 0; i < 3; ++i)
        works.emplace_back([&] {
            const auto lost = scribe.run(note);
            ASSERT_FALSE(lost);
            EXPECT_EQ(lost.error().code, ErrorCode::io);
        });
    works.emplace_back([&] {
        const auto failed = scribe.run(
            [](store::Store&) -> Result<void> { return fail(ErrorCode::io, "write", "the disk is full"); });
        ASSERT_FALSE(failed);
        EXPECT_EQ(failed.error().cause, "the disk is full") << "who failed says why";
    });
    run_together(scribe, works);
    EXPECT_EQ(scribe.run(note).value_or(0), 2) << "what follows finds the store opened again";
}

TEST_F(ScribeTest, LetsOthersWriteWhenNothingWaits) {
    Scribe scribe(path());
    ASSERT_TRUE(scribe.run(note));
    EXPECT_TRUE(note(*opened()));
    EXPECT_EQ(scribe.run(note).value_or(0), 3);
}

TEST_F(ScribeTest, LetsOthersWriteWhileWorksComeWithoutEnd) {
    Scribe scribe(path(), {.turn = std::chrono::minutes(10), .held = milliseconds(20)});
    std::atomic<bool> enough = false;
    std::jthread loads([&] {
        while (!enough) EXPECT_TRUE(scribe.run(note));
    });
    EXPECT_TRUE(note(*opened())) << "it would not come to this";
    enough = true;
}

TEST_F(ScribeTest, WaitsForWhoWritesAndSaysSoWhenThatTakesTooLong) {
    {
        Scribe impatient(path(), {.turn = milliseconds(1)});
        const auto holder = opened();
        const auto refused = impatient.run(note);
        ASSERT_FALSE(refused);
        EXPECT_EQ(http_status(refused.error().code), 503);
    }
    Scribe patient(path(), {.turn = std::chrono::minutes(10)});
    auto holder = opened();
    std::jthread waits([&] { EXPECT_EQ(patient.run(note).value_or(0), 2); });
    EXPECT_EQ(note(*holder).value_or(0), 1);
    holder.reset();
}

TEST_F(ScribeTest, DoesWhatStillWaitsWhenItEnds) {
    std::vector<std::thread> threads;
    std::atomic<int> asked = 0, done = 0;
    {
        Scribe scribe(path(), {.turn = std::chrono::minutes(10)});
        auto holder = opened();
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                ++asked;
                if (scribe.run(note)) ++done;
            });
        while (asked < 4) std::this_thread::yield();
        holder.reset();
        for (std::thread& thread : threads) thread.join();
    }
    EXPECT_EQ(done, 4);
    EXPECT_EQ(note(*opened()).value_or(0), 5);
}

}  // namespace
}  // namespace tamga::web
