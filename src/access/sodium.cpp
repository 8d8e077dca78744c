#include "access/sodium.hpp"

#include <sodium.h>

#include <cstdlib>

namespace tamga::access {

void start_sodium() {
    static const int started = sodium_init();
    if (started < 0) std::abort();
}

bool same_in_constant_time(std::string_view first, std::string_view second) {
    return first.size() == second.size() && sodium_memcmp(first.data(), second.data(), first.size()) == 0;
}

std::string base64url(std::string_view bytes) {
    constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
    sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                      bytes.size(), kVariant);
    text.pop_back();  // It ends with a null.
    return text;
}

std::string from_base64url(std::string_view text) {
    std::string bytes(text.size(), '\0');
    std::size_t count = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                          text.size(), nullptr, &count, nullptr,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return {};
    bytes.resize(count);
    return bytes;
}

}  // namespace tamga::access
