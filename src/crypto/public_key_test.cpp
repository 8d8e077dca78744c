#include "crypto/public_key.hpp"

#include <gtest/gtest.h>

#include <string>

#include "crypto/ed25519.hpp"

namespace tamga::crypto {
namespace {

// RFC 7515, A.2 and A.3: keys, what was signed, signatures.
constexpr std::string_view kClaims =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const std::string kByRsa = "eyJhbGciOiJSUzI1NiJ9." + std::string(kClaims);
const std::string kByEc = "eyJhbGciOiJFUzI1NiJ9." + std::string(kClaims);
constexpr std::string_view kModulus =
    "a1f8160ae2e3c9b465ce8d2d656263362b927dbe29e1f02477fc1625cc90a136e38bd93497c5b6ea63dd7711"
    "e67c7429f956b0fb8a8f089adc4b69893cc1333f53edd019b87784252fec914fe4857769594bea4280d32c0f"
    "55bf62944f130396bc6e9bdf6ebdd2bda3678eeca0c668f701b38dbffb38c8342ce2fe6d27fade4a5a487497"
    "9dd4b9cf9adec4c75b05852c2c0f5ef8a5c1750392f944e8ed64c110c6b647609aa4783aeb9c6c9ad7553130"
    "50638b83665c6f6f7a82a396702a1f641b82d3ebf2392219491fb686872c5716f50af8358d9a8b9d17c34072"
    "8f7f87d89a18d8fcab67ad84590c2ecf759339363c07034d6f606f9e21e05456cae5e9a1";
constexpr std::string_view kRs256 =
    "702e218943e88fd11eb5d82dbf7845f34106ae1b81fff7731116add1717d83656d420afd3c96eedd73a2663e"
    "5166687b000b87226e0187ed1073f945e582adfcef16d85a798ee8c66ddb3db8975b17d09402beedd5d9d970"
    "07108db28160d5f8040ca7445762b81fbe7ff9d92e0ae76f24f25b33bbe6f44ae61eb1040acb20044d3ef912"
    "8ed40130795bd4bd3b41eecad066ab651981fde48df77f372dc38b9fafdd3befb18b5da3cc3c2eb02f9e3a41"
    "d612caad15911273a05f23b9e838faaf849d698429ef5a1e88798236c3d40e604522a544c8f27a7a2db80663"
    "d16cf7caea56de405cb2215a45b2c25566b55ac1a748a070dfc8a32a469543d019eefb47";
constexpr std::string_view kX = "7fcdce2770f6c45d4183cbee6fdb4b7b580733357be9ef13bacf6e3c7bd15445";
constexpr std::string_view kY = "c7f144cd1bbd9b7e872cdfedb9eeb9f4b3695d6ea90b24ad8a4623288588e5ad";
constexpr std::string_view kEs256 =
    "0ed1215379636c483c2f7f155807d402a3b228033af97c7e17819ac3169ea665c50a07d38c3c70e5d8f12daf"
    "084a5480a66590c5f293509a8f3f7f8a83a354d5";

// The RFC has none of PS256: a key of Node.js, which signed "a message" with salts of 32 and of 20 bytes.
constexpr std::string_view kOtherModulus =
    "aae99c9573705d4f04a585f2a98c621d0aefee8f3d9e77429af82415c4b0a8a522ab2b5c367f26ad4b708c12"
    "c9530e9b1f6f1119320f370f5ecf69305d22690da4e16bc4c188f8353de7bc24020dddb1f3e88929cdc18293"
    "cb3abaae830d698093b33cb69ac0a79c8b143ba185374c3a9bbed124d2891f90f4ecb803256cb123ea3c546e"
    "80684fd528fe46c311ed7715f1265178bd873b0291fa7762d3cd6d2593dbee81bdab18ae0c160e73a795c6e5"
    "279fd2f096db3097c9be81b306ab74dc8b2f12117420dc8a063aaf185db8c2d2785e1d44b024d11f799c6b2f"
    "310205def66b35cf9fcd4eb13157255d77fc8c4439b0c2ab7fe5b1e149be73323054461b";
constexpr std::string_view kPs256 =
    "2372f2c71032d076bcede4e5cfb4a3c90c54590aa0bbb0a977bd77b260f4c4e338a4d2e1660bb3619b969a68"
    "2c09ece4e3cfd7e1f4a40c144b2eeddafaa6ca30fa8af65e02b341afb984e6bdb27f73285ad47e67418ffbf2"
    "9457ed3c6e0d5076228b43ff5682f144cbadefe3696d22af20f3ba6826b38083ec3ea9b128527dbe5c090e2a"
    "efb4e3b08fad7b05f0c06ab18093798f4e4f5516e85ae1d086ea71c736beeb4a36cc2ea8af71fccab89fd7f3"
    "316b40a371426496e77864eb87c4b1cfc2a0cb3d3ea5fa63ef38dec0a559eb21d89fdbf9570c00764737df37"
    "eb218b77888bdc07d8dc4747d1f57b1d42092676fd6110b379ce76d9705a7cf8714039f1";
constexpr std::string_view kShortSalt =
    "2d3ec3600da8dfec8a2fefdb9c780a48bf95c13cc0541759c7404d106478ea3506f357868e02fc3451fead00"
    "d18a68a6ae80cd12e7fa6541420f388bfcfdba57fd75c09039f764cc3da20080310b7f62d7d4261cb5021225"
    "78af09f9bbfd2a6c20d6e74896766922aa9642f793110ffb4ad7ec48d10fc1a1e7aaf5436c2b0d8f88970582"
    "d28ea6ada445de75301f253366d326a5c24477a6fee0021285d8d0775a27b0481e48965b31727a097f1d908a"
    "06bdf77d53f2eaddead2de213253c4d7563992d7ac39437b6451b287827872f11325aaf70bae1bf57ab07ff5"
    "767db1cf015c9efa1cc8a40a0ecb20acb21fe3c6ad095a27b23dedd32451a40a4cd2a4b1";

/// Of 1024 bits.
constexpr std::string_view kSmall =
    "a7e108245fcd343c3697db57d03dc94c7a3f294a72d6a3c8165a6f22da77798d001a7c7e662901019a409be6"
    "a3e599822e73dba1d687c53d62118ce002a0aafc296534c07d782868e54db0728a4d16c9dfd5d7b813e5d607"
    "967c9353288cce7a0f8960783b12b952e34de38d801c66739be97bd603968305eb98c5b5ac5b2c59";

const std::string kExponent("\1\0\1", 3);

PublicKey rsa() {
    return *PublicKey::rsa(from_hex(kModulus), kExponent);
}
PublicKey ec() {
    return *PublicKey::p256(from_hex(kX), from_hex(kY));
}
/// With one bit of it turned, in its middle.
std::string spoilt(std::string text) {
    text[text.size() / 2] ^= 1;
    return text;
}

TEST(PublicKey, KnowsTheSignaturesOfTheStandard) {
    EXPECT_TRUE(rsa().is_signature(Signing::rs256, kByRsa, from_hex(kRs256)));
    EXPECT_TRUE(ec().is_signature(Signing::es256, kByEc, from_hex(kEs256)));
    const PublicKey other = *PublicKey::rsa(from_hex(kOtherModulus), kExponent);
    EXPECT_TRUE(other.is_signature(Signing::ps256, "a message", from_hex(kPs256)));
    EXPECT_FALSE(other.is_signature(Signing::ps256, "a message", from_hex(kShortSalt)));
}

TEST(PublicKey, TakesNothingThatIsNotSignedSo) {
    const std::string rs = from_hex(kRs256), es = from_hex(kEs256), ps = from_hex(kPs256);
    EXPECT_FALSE(rsa().is_signature(Signing::rs256, spoilt(kByRsa), rs));
    EXPECT_FALSE(rsa().is_signature(Signing::rs256, kByRsa, spoilt(rs)));
    EXPECT_FALSE(rsa().is_signature(Signing::ps256, kByRsa, rs));
    EXPECT_FALSE(rsa().is_signature(Signing::es256, kByRsa, es));
    EXPECT_FALSE(
        PublicKey::rsa(from_hex(kOtherModulus), kExponent)->is_signature(Signing::rs256, "a message", ps));
    EXPECT_FALSE(ec().is_signature(Signing::es256, spoilt(kByEc), es));
    EXPECT_FALSE(ec().is_signature(Signing::es256, kByEc, spoilt(es)));
    EXPECT_FALSE(ec().is_signature(Signing::rs256, kByEc, es));
    EXPECT_FALSE(ec().is_signature(Signing::es256, kByEc, std::string(64, '\0')));
    for (const std::size_t size : {0u, 1u, 63u}) {
        EXPECT_FALSE(ec().is_signature(Signing::es256, kByEc, es.substr(0, size)));
        EXPECT_FALSE(rsa().is_signature(Signing::rs256, kByRsa, rs.substr(0, size)));
    }
    EXPECT_FALSE(ec().is_signature(Signing::es256, kByEc, es + es));
}

TEST(PublicKey, IsNoneThatIsWeakOrNoKeyAtAll) {
    EXPECT_EQ(PublicKey::rsa(from_hex(kSmall), kExponent).error().cause,
              "an RSA key has fewer than 2048 bits");
    EXPECT_EQ(PublicKey::rsa("", kExponent).error().cause, "an RSA key has fewer than 2048 bits");
    EXPECT_EQ(PublicKey::rsa(std::string(1025, '\xff'), kExponent).error().cause,
              "an RSA key has more than 8192 bits");
    for (const std::string& exponent :
         {std::string(), std::string("\1"), std::string("\2"), std::string(9, '\xff')})
        EXPECT_EQ(PublicKey::rsa(from_hex(kModulus), exponent).error().cause,
                  "an RSA key has no fitting exponent");
    EXPECT_TRUE(PublicKey::rsa(std::string(2, '\0') + from_hex(kModulus), std::string("\0\3", 2)));
    EXPECT_EQ(PublicKey::p256(from_hex(kX), spoilt(from_hex(kY))).error().cause, "that is no point of P-256");
    EXPECT_EQ(PublicKey::p256(std::string(32, '\0'), std::string(32, '\0')).error().cause,
              "that is no point of P-256");
    EXPECT_FALSE(PublicKey::p256(from_hex(kX).substr(1), from_hex(kY)));
}

}  // namespace
}  // namespace tamga::crypto
