#include "access/password.hpp"

#include <gtest/gtest.h>

namespace tamga::access {
namespace {

constexpr PasswordCost kCheap{1, 8192};

TEST(Password, IsTwelveCharactersOrMoreWhateverTheyAre) {
    EXPECT_EQ(*normal_password("twelve chars"), "twelve chars");
    EXPECT_EQ(normal_password("eleven char").error().cause, "the password has fewer than 12 characters");
    EXPECT_TRUE(normal_password("пароль из слов"));
    EXPECT_FALSE(normal_password("парольпарол")) << "eleven characters of two bytes";
    EXPECT_TRUE(normal_password(std::string(1000, 'x')));
    EXPECT_EQ(normal_password(std::string(1001, 'x')).error().cause, "the password has more than 1000 bytes");
    EXPECT_EQ(normal_password("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff").error().cause,
              "the password is not UTF-8");
}

TEST(Password, IsTheSameHoweverItsLettersAreComposed) {
    const std::string composed = "caf\u00e9 au lait", apart = "cafe\u0301 au lait";
    EXPECT_EQ(*normal_password(composed), *normal_password(apart));
}

TEST(Password, HoldsAgainstItsHashAlone) {
    const std::string hash = *hash_password("correct horse", kCheap);
    EXPECT_TRUE(hash.starts_with("$argon2id$"));
    EXPECT_NE(hash, *hash_password("correct horse", kCheap)) << "the salt is another";
    EXPECT_TRUE(password_holds(hash, "correct horse"));
    EXPECT_FALSE(password_holds(hash, "correct horses"));
    EXPECT_FALSE(password_holds("", "correct horse"));
    EXPECT_FALSE(password_holds("no hash", "correct horse"));
}

TEST(Password, TellsWhenItsCostChanged) {
    const std::string hash = *hash_password("correct horse", kCheap);
    EXPECT_FALSE(costs_otherwise(hash, kCheap));
    EXPECT_TRUE(costs_otherwise(hash, {2, 8192}));
    EXPECT_TRUE(costs_otherwise(hash, {1, 16384}));
}

TEST(Password, CostsWhatIsRecommended) {
    EXPECT_TRUE(hash_password("correct horse", {})->starts_with("$argon2id$v=19$m=65536,t=2,p=1$"));
}

}  // namespace
}  // namespace tamga::access
