#include "crypto/ed25519.hpp"

#include <gtest/gtest.h>

namespace tamga::crypto {
namespace {

// RFC 8032, 7.1, TEST 3; and the private key of RFC 8410, 10.3, with its public key of 10.1.
constexpr const char* kPublicHex = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025";
constexpr const char* kSignatureHex =
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9"
    "716e"
    "d28dc027beceea1ec40a";
constexpr const char* kPrivatePem =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "-----END PRIVATE KEY-----\n";
constexpr const char* kPublicPem =
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
    "-----END PUBLIC KEY-----\n";

TEST(Ed25519, KnowsASignatureFromWhatIsNone) {
    const std::string key = from_hex(kPublicHex), signature = from_hex(kSignatureHex), message = "\xaf\x82";
    EXPECT_TRUE(is_public_key(key));
    EXPECT_TRUE(is_signature(key, message, signature));
    EXPECT_FALSE(is_signature(key, "\xaf\x83", signature));
    std::string other = signature;
    other[0] = static_cast<char>(other[0] ^ 1);
    EXPECT_FALSE(is_signature(key, message, other));
    EXPECT_FALSE(is_signature(key, message, signature.substr(1)));
    EXPECT_FALSE(is_signature(key.substr(1), message, signature));
    EXPECT_FALSE(is_public_key(std::string(32, '\0'))) << "a point of small order signs anything";
    EXPECT_FALSE(is_public_key(key.substr(1)));
}

TEST(Ed25519, ReadsAndWritesTheFilesOfOpenssl) {
    const auto key = SigningKey::of_pem(kPrivatePem);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->pem(), kPrivatePem);
    EXPECT_EQ(public_pem(key->public_key()), kPublicPem);
    EXPECT_EQ(*public_key_of_pem(kPublicPem), key->public_key());
    for (const char* const wrong : {"", "-----BEGIN PRIVATE KEY-----", kPublicPem,
                                    "-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n-----END PRIVATE KEY-----\n",
                                    "-----END PRIVATE KEY-----\n-----BEGIN PRIVATE KEY-----\n"})
        EXPECT_EQ(SigningKey::of_pem(wrong).error().code, ErrorCode::invalid_input) << wrong;
    EXPECT_FALSE(public_key_of_pem(kPrivatePem));
}

TEST(Ed25519, ANewKeySignsWhatItsPublicKeyVerifies) {
    const SigningKey one = SigningKey::make(), other = SigningKey::make();
    EXPECT_NE(one.public_key(), other.public_key());
    const std::string signature = one.sign("a treaty");
    EXPECT_TRUE(is_signature(one.public_key(), "a treaty", signature));
    EXPECT_FALSE(is_signature(other.public_key(), "a treaty", signature));
    EXPECT_EQ(SigningKey::of_pem(one.pem())->sign("a treaty"), signature);
}

TEST(Ed25519, HexadecimalIsWrittenInOneWay) {
    EXPECT_EQ(hex_text(std::string_view("\x00\xff\x10", 3)), "00ff10");
    EXPECT_EQ(from_hex("00ff10"), std::string("\x00\xff\x10", 3));
    for (const char* const wrong : {"00FF10", "0", "0g", "00 ff"}) EXPECT_EQ(from_hex(wrong), "") << wrong;
}

}  // namespace
}  // namespace tamga::crypto
