#include "http/lane.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <string>

namespace tamga::http {
namespace {

using namespace std::chrono_literals;

constexpr Lane::Limits kNoLimits{.all = 1000, .one = 1000};

/// A lane of one thread that works until it is released, so that what is added has to wait.
struct Held {
    Held() {
        lane.add(
            {}, {},
            [this] {
                begun.count_down();
                release.wait();
            },
            kNoLimits);
        begun.wait();
    }
    bool add(std::string client, const std::string& text, Lane::Limits most, std::stop_token unwanted = {}) {
        const auto work = [this, text] {
            order += text;
            ++ran;
            ran.notify_all();
        };
        return lane.add(std::move(client), std::move(unwanted), work, most);
    }
    /// Until so many of those that were added have run.
    void run(int works) {
        release.count_down();
        for (int now = ran; now < works; now = ran) ran.wait(now);
    }
    std::latch begun{1}, release{1};
    std::string order;  // written by the lane's only thread
    std::atomic<int> ran = 0;
    Lane lane{1};
};

TEST(Lane, ServesNobodyTwiceBeforeEverybodyOnce) {
    Held held;
    for (const char* name : {"a1", "a2", "a3", "b1", "c1", "b2"})
        EXPECT_TRUE(held.add(std::string(1, name[0]), name, kNoLimits));
    // Of those of whom nothing is known, each is another.
    for (const char* name : {"x1", "x2"}) EXPECT_TRUE(held.add({}, name, kNoLimits));
    held.run(8);
    EXPECT_EQ(held.order, "a1b1c1x1x2a2b2a3");
}

TEST(Lane, HasRoomForSoMany) {
    Held held;
    constexpr Lane::Limits kFew{.all = 3, .one = 2};
    EXPECT_TRUE(held.add("a", "a1", kFew));
    EXPECT_TRUE(held.add("a", "a2", kFew));
    EXPECT_FALSE(held.add("a", "a3", kFew)) << "its share";
    EXPECT_TRUE(held.add("b", "b1", kFew));
    EXPECT_FALSE(held.add("c", "c1", kFew)) << "all";
    EXPECT_FALSE(held.add("", "x1", kFew)) << "all";
    held.run(3);
    EXPECT_EQ(held.order, "a1b1a2");
}

TEST(Lane, DropsWhatIsNotWanted) {
    Held held;
    std::stop_source gone;
    constexpr Lane::Limits kOne{.all = 1, .one = 1};
    EXPECT_TRUE(held.add("a", "gone", kOne, gone.get_token()));
    EXPECT_FALSE(held.add("b", "too many", kOne));
    gone.request_stop();
    EXPECT_TRUE(held.add("b", "b", kOne)) << "its place is free again";
    held.run(1);
    EXPECT_EQ(held.order, "b");
}

TEST(Lane, ClosesAndSaysWhetherWorkGoesOn) {
    Held held;
    held.add("a", "dropped", kNoLimits);
    EXPECT_FALSE(held.lane.close(0ms)) << "the first goes on";
    EXPECT_FALSE(held.add("a", "late", kNoLimits));
    held.release.count_down();
    held.lane.join();
    EXPECT_TRUE(held.lane.close(0ms));
    EXPECT_EQ(held.order, "");
}

}  // namespace
}  // namespace tamga::http
