#include "access/totp.hpp"

#include <gtest/gtest.h>

namespace tamga::access {
namespace {

TEST(Totp, GivesTheCodesOfTheStandard) {
    // RFC 6238, appendix B, of SHA-1.
    const std::string secret = "12345678901234567890";
    const std::pair<std::int64_t, const char*> kCodes[] = {
        {59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
        {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
    for (const auto& [time, code] : kCodes) {
        EXPECT_EQ(totp_code(secret, time / 30, 8), code);
        EXPECT_EQ(totp_code(secret, time / 30), std::string(code).substr(2));
        EXPECT_EQ(totp_step(secret, std::string(code).substr(2), time, -1), time / 30);
    }
}

TEST(Totp, TakesTheStepBeforeAndAfterAndEachOnce) {
    const std::string secret = make_totp_secret();
    const std::int64_t time = 1'800'000'015, now = time / 30;
    for (const std::int64_t step : {now - 1, now, now + 1}) {
        EXPECT_EQ(totp_step(secret, totp_code(secret, step), time, -1), step);
        EXPECT_FALSE(totp_step(secret, totp_code(secret, step), time, step)) << "it was used";
        EXPECT_FALSE(totp_step(secret, totp_code(secret, step), time, now + 5)) << "a later one was";
    }
    EXPECT_FALSE(totp_step(secret, totp_code(secret, now - 2), time, -1));
    EXPECT_FALSE(totp_step(secret, totp_code(secret, now + 2), time, -1));
    std::string spaced = totp_code(secret, now);
    spaced.insert(3, " ");
    EXPECT_EQ(totp_step(secret, spaced, time, -1), now);
    for (const char* const code : {"", "12345", "1234567", "abcdef"})
        EXPECT_FALSE(totp_step(secret, code, time, -1)) << code;
}

TEST(Totp, SecretsAreTypedOrReadAsAnAddress) {
    // RFC 4648, section 10.
    EXPECT_EQ(totp_text("foobar"), "MZXW6YTBOI======");
    const std::string secret = "12345678901234567890";
    EXPECT_EQ(totp_text(secret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    EXPECT_EQ(
        totp_address(secret, "Tamga & co", "ana"),
        "otpauth://totp/Tamga%20%26%20co:ana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Tamga%20%26%20co"
        "&algorithm=SHA1&digits=6&period=30");
    EXPECT_EQ(make_totp_secret().size(), 20u);
    EXPECT_NE(make_totp_secret(), make_totp_secret());
}

}  // namespace
}  // namespace tamga::access
