#include "http/forwarded.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tamga::http {
namespace {

const std::vector<std::string> kProxies = {"127.0.0.1", "::1", "10.0.0.9"};

TEST(AskedBy, IsThePeerUnlessThatIsAProxy) {
    EXPECT_EQ(asked_by("192.0.2.7", "", kProxies), "192.0.2.7");
    EXPECT_EQ(asked_by("192.0.2.7", "198.51.100.1", kProxies), "192.0.2.7") << "anybody can write that";
    EXPECT_EQ(asked_by("127.0.0.1", "", kProxies), "127.0.0.1");
    EXPECT_EQ(asked_by("127.0.0.1", "198.51.100.1", {}), "127.0.0.1");
}

TEST(AskedBy, IsTheLastAddressThatIsNoProxy) {
    EXPECT_EQ(asked_by("127.0.0.1", "198.51.100.1", kProxies), "198.51.100.1");
    EXPECT_EQ(asked_by("::1", "203.0.113.4, 198.51.100.1", kProxies), "198.51.100.1");
    EXPECT_EQ(asked_by("127.0.0.1", "203.0.113.4,198.51.100.1 , 10.0.0.9", kProxies), "198.51.100.1");
    EXPECT_EQ(asked_by("::ffff:127.0.0.1", "2001:DB8::0:1", kProxies), "2001:db8::1");
    EXPECT_EQ(asked_by("127.0.0.1", "198.51.100.1:8443", kProxies), "198.51.100.1");
    EXPECT_EQ(asked_by("127.0.0.1", "[2001:db8::1]:8443", kProxies), "2001:db8::1");
    EXPECT_EQ(asked_by("127.0.0.1", "::ffff:198.51.100.1", kProxies), "198.51.100.1");
    EXPECT_EQ(asked_by("127.0.0.1", "10.0.0.9", kProxies), "10.0.0.9") << "a proxy asks for itself";
}

TEST(AskedBy, IsTheProxyWhereItTellsNoAddress) {
    for (const char* none : {"unknown", "198.51.100.1, unknown", "198.51.100.1,", "_hidden", "1.2.3", "[::1",
                             "198.51.100.1 198.51.100.2", "fe80::1%eth0"})
        EXPECT_EQ(asked_by("127.0.0.1", none, kProxies), "127.0.0.1") << none;
    EXPECT_EQ(asked_by("127.0.0.1", std::string("198.51.100.1\0x", 14), kProxies), "127.0.0.1");
    EXPECT_EQ(asked_by("127.0.0.1", "nonsense, 10.0.0.9", kProxies), "10.0.0.9");
}

}  // namespace
}  // namespace tamga::http
