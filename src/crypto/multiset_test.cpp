#include "crypto/multiset.hpp"

#include <gtest/gtest.h>

namespace tamga::crypto {
namespace {

TEST(MultisetHash, IsEmptyOnceAllThatWasAddedIsRemovedInAnyOrder) {
    MultisetHash hash;
    EXPECT_TRUE(hash.is_empty());
    for (const char* const text : {"a", "b", "", "a"}) hash.add(text);
    for (const char* const text : {"", "a", "b"}) hash.remove(text);
    EXPECT_FALSE(hash.is_empty());
    hash.remove("a");
    EXPECT_TRUE(hash.is_empty());
}

TEST(MultisetHash, TellsHowOftenATextIsThere) {
    MultisetHash hash;
    hash.add("a");
    hash.add("a");
    hash.remove("a");
    EXPECT_FALSE(hash.is_empty());
    hash.remove("b");
    EXPECT_FALSE(hash.is_empty());
}

TEST(MultisetHash, IsTakenFromAnotherAsAWhole) {
    MultisetHash hash;
    hash.add("a");
    hash.add("b");
    MultisetHash other = hash.empty_alike();
    EXPECT_TRUE(other.is_empty());
    other.add("b");
    hash.remove(other);
    EXPECT_FALSE(hash.is_empty());
    hash.remove("a");
    EXPECT_TRUE(hash.is_empty());
}

}  // namespace
}  // namespace tamga::crypto
