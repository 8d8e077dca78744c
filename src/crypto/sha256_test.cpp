#include "crypto/sha256.hpp"

#include <gtest/gtest.h>

namespace tamga::crypto {
namespace {

TEST(Sha256, GivesThePublishedDigests) {
    // FIPS 180-4's examples, as NIST publishes them.
    EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256("a", "b", "c"), sha256("abc"));
}

TEST(RandomBytes, Differ) {
    EXPECT_EQ(random_bytes(32).size(), 32u);
    EXPECT_NE(random_bytes(32), random_bytes(32));
}

}  // namespace
}  // namespace tamga::crypto
