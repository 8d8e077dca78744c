#include "web/parts/difference.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tamga::web {
namespace {

using enum Piece::Sort;
using Pieces = std::vector<Piece>;

TEST(Difference, TellsWordsThatChanged) {
    EXPECT_EQ(differences("five centres by 2025", "five centres by 2026"),
              (Pieces{{same, "five centres by "}, {removed, "2025"}, {added, "2026"}}));
    EXPECT_EQ(differences("a b c", "a x b c"), (Pieces{{same, "a "}, {added, "x "}, {same, "b c"}}));
    EXPECT_EQ(differences("a b c", "b c"), (Pieces{{removed, "a "}, {same, "b c"}}));
    EXPECT_EQ(differences("as it was", "as it was"), (Pieces{{same, "as it was"}}));
}

TEST(Difference, TellsATextThatCameOrWent) {
    EXPECT_EQ(differences("", "new text"), (Pieces{{added, "new text"}}));
    EXPECT_EQ(differences("old text", ""), (Pieces{{removed, "old text"}}));
    EXPECT_EQ(differences("", ""), Pieces{});
}

TEST(Difference, ComparesWritingWithoutSpacesSignBySign) {
    EXPECT_EQ(differences("两国元首", "六国元首"),
              (Pieces{{removed, "两"}, {added, "六"}, {same, "国元首"}}));
}

TEST(Difference, BreaksNoTextThatIsNotUtf8) {
    const Pieces pieces = differences("a \xe4\xb8", "a \xff\xff b");
    ASSERT_EQ(pieces.size(), 3U);
    EXPECT_EQ(pieces[1].text, "\xe4\xb8");
    EXPECT_EQ(pieces[2].text, "\xff\xff b");
}

/// The length of the longest common subsequence, by the textbook's table.
std::size_t common(const std::string& a, const std::string& b) {
    std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 1; i <= a.size(); ++i)
        for (std::size_t j = 1; j <= b.size(); ++j)
            table[i][j] =
                a[i - 1] == b[j - 1] ? table[i - 1][j - 1] + 1 : std::max(table[i - 1][j], table[i][j - 1]);
    return table[a.size()][b.size()];
}

TEST(Difference, KeepsAllThatCanBeKeptAndGivesBothTextsBack) {
    std::mt19937 random(7);
    for (int round = 0; round < 500; ++round) {
        std::string a, b, a_text, b_text;
        for (auto [letters, text] : {std::pair{&a, &a_text}, {&b, &b_text}})
            for (std::size_t i = random() % 20; i > 0; --i) {
                *letters += static_cast<char>('a' + random() % 4);
                *text += std::string(1, letters->back()) + " ";
            }
        std::string older, newer, shared;
        for (const Piece& piece : differences(a_text, b_text)) {
            if (piece.sort != added) older += piece.text;
            if (piece.sort != removed) newer += piece.text;
            if (piece.sort == same) shared += piece.text;
        }
        ASSERT_EQ(older, a_text);
        ASSERT_EQ(newer, b_text);
        ASSERT_EQ(shared.size() / 2, common(a, b)) << a << " / " << b;
    }
}

TEST(Difference, TellsTheStretchWholeWhereAlmostEverythingChanged) {
    std::string before = "start ", after = "start ";
    for (int i = 0; i < 20'000; ++i) {
        before += "old" + std::to_string(i) + " ";
        after += "new" + std::to_string(i) + " ";
    }
    const Pieces pieces = differences(before + "end", after + "end");
    ASSERT_EQ(pieces.size(), 4U);
    EXPECT_EQ(pieces[0].text, "start ");
    EXPECT_EQ(pieces[3].text, "end");
}

}  // namespace
}  // namespace tamga::web
