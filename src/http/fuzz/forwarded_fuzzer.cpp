// X-Forwarded-For, as a proxy hands on what a stranger wrote.

#include <arpa/inet.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "http/forwarded.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::vector<std::string> proxies = {"127.0.0.1", "10.0.0.9"};
    // Whatever it says, what comes of it is an address.
    const std::string who = tamga::http::asked_by("127.0.0.1", text, proxies);
    in6_addr six{};
    in_addr four{};
    if (inet_pton(AF_INET, who.c_str(), &four) != 1 && inet_pton(AF_INET6, who.c_str(), &six) != 1)
        std::abort();
    if (tamga::http::asked_by("192.0.2.7", text, proxies) != "192.0.2.7") std::abort();
    return 0;
}
