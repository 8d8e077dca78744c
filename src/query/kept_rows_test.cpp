#include "query/kept_rows.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tamga::query {
namespace {

using Model = std::map<std::string, std::string, std::less<>>;

Model read(const KeptRows& rows, std::string_view after = {}) {
    Model out;
    rows.each(after, [&](std::string_view id, std::string_view row) {
        EXPECT_TRUE(out.empty() || out.rbegin()->first < id);
        out.emplace(id, row);
        return true;
    });
    return out;
}

TEST(KeptRows, StopsWhereItIsTold) {
    KeptRows rows;
    for (const char* const id : {"a", "b", "c"}) ASSERT_TRUE(rows.add(id, id));
    const auto changed = rows.changed({{"b", std::nullopt}, {"bb", "new"}, {"d", "last"}});
    std::string seen;
    for (const char* const until : {"a", "bb", "c", "d"}) {
        changed->each({}, [&](std::string_view id, std::string_view) {
            seen += id;
            return id != until;
        });
        seen += ' ';
    }
    EXPECT_EQ(seen, "a abb abbc abbcd ");
    EXPECT_EQ(read(rows).size(), 3u) << "what was kept before stays as it was";
}

TEST(KeptRows, AreWhatAMapWouldHold) {
    std::mt19937 random(7);
    const auto id = [&] { return std::to_string(random() % 9000); };
    Model model;
    for (int i = 0; i < 3000; ++i) model.insert_or_assign(id(), std::string(random() % 90, 'x'));
    auto first = std::make_shared<KeptRows>();
    for (const auto& [name, row] : model) ASSERT_TRUE(first->add(name, row));
    std::shared_ptr<const KeptRows> rows = first;
    for (int step = 0; step < 60; ++step) {
        KeptRows::Changes changes;
        for (std::size_t i = random() % 120; i > 0; --i) {
            const std::string name = id();
            const bool gone = random() % 3 == 0;
            changes.insert_or_assign(name, gone ? std::nullopt : std::optional(std::to_string(step)));
        }
        for (const auto& [name, row] : changes)
            if (row)
                model.insert_or_assign(name, *row);
            else
                model.erase(name);
        rows = rows->changed(changes);
        ASSERT_TRUE(rows);
        ASSERT_EQ(read(*rows), model) << step;
        const std::string after = id();
        EXPECT_EQ(read(*rows, after), Model(model.upper_bound(after), model.end()));
    }
}

TEST(KeptRows, AreNotKeptWhereTheyAreTooMuch) {
    KeptRows rows;
    ASSERT_TRUE(rows.add("a", std::string(kMostRowBytes / 2, 'x')));
    EXPECT_FALSE(rows.add("b", std::string(kMostRowBytes / 2, 'x')));
    EXPECT_FALSE(rows.changed({{"b", std::string(kMostRowBytes / 2, 'x')}}));
    const auto other = rows.changed({{"a", std::string(kMostRowBytes / 2, 'y')}});
    ASSERT_TRUE(other) << "a row in place of another";
    EXPECT_EQ(read(*other).at("a").front(), 'y');
}

}  // namespace
}  // namespace tamga::query
