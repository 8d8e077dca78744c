#include "i18n/fold.hpp"

#include <gtest/gtest.h>

namespace tamga::i18n {
namespace {

using Words = std::vector<std::string>;

TEST(Fold, removes_case) {
    EXPECT_EQ(fold("ТРАНСПОРТ Straße"), fold("транспорт STRASSE"));
    EXPECT_EQ(fold("中国"), "中国");
    EXPECT_EQ(fold("a\xff b"), "a\uFFFD b");
}

TEST(Fold, removes_accents_whether_composed_or_not) {
    EXPECT_EQ(fold("Ashgabat Aşgabat"), "ashgabat asgabat");
    EXPECT_EQ(fold("\u00e9cole"), "ecole");
    EXPECT_EQ(fold("e\u0301cole"), "ecole");
    EXPECT_EQ(fold("самолёт"), fold("САМОЛЕТ"));
    EXPECT_EQ(fold("İstanbul"), fold("istanbul"));
}

TEST(Fold, removes_apostrophes_of_every_kind) {
    for (const char* written : {"O'zbekiston", "O\u2018zbekiston", "O\u2019zbekiston", "O\u02bbzbekiston",
                                "O\u02bczbekiston", "O`zbekiston", "O\u00b4zbekiston", "Ozbekiston"})
        EXPECT_EQ(fold(written), "ozbekiston") << written;
    EXPECT_EQ(fold("d\u2019épuration"), fold("d'epuration"));
}

TEST(Fold, takes_wide_forms_for_plain_ones) {
    EXPECT_EQ(fold("２０２５ ＡＢＣ"), "2025 abc");
}

TEST(Fold, cuts_at_every_white_space) {
    EXPECT_EQ(folded_words("  Solar\tпарк\u00a0中国\u3000x \n"), (Words{"solar", "парк", "中国", "x"}));
    EXPECT_EQ(folded_words(" \u00a0"), Words{});
    EXPECT_EQ(folded_words(""), Words{});
}

}  // namespace
}  // namespace tamga::i18n
