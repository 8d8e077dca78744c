#include "web/pages/instrument.hpp"

#include <gtest/gtest.h>

namespace tamga::web {
namespace {

TEST(Instrument, TellsWhichArticlesAreHeld) {
    const auto spans = [](std::vector<int> held, int count) {
        const ArticleSpans made = article_spans(std::move(held), count);
        return made.held + " | " + made.missing;
    };
    EXPECT_EQ(spans({7, 1, 3, 4, 3, 1}, 9), "1, 3–4, 7 | 2, 5–6, 8–9");
    EXPECT_EQ(spans({}, 3), " | 1–3");
    EXPECT_EQ(spans({1, 2, 3}, 3), "1–3 | ");
    // Numbers beyond the count are those of something else.
    EXPECT_EQ(spans({9, 2}, 2), "2 | 1");
    EXPECT_EQ(spans({1}, 0), " | ");
}

}  // namespace
}  // namespace tamga::web
