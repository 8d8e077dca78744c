#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tamga::iati::tables {

/// Eight, four or two bytes as a number. The tables are searched by the machine that they were made for, or
/// by one of the same byte order: generate.cpp runs on the machine that builds.
template <typename T>
inline std::uint64_t load(const char* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

/// The hash by which the tables of codes are laid out (generate.cpp) and searched (standard.cpp): the slot is
/// its top bits. It reads up to three words, however long the code: most codes are shorter than eight bytes,
/// and those that are longer (media types) differ at one end or in the middle more often than not.
inline std::uint64_t hash(std::string_view code, std::uint64_t seed) {
    const char* at = code.data();
    const std::size_t size = code.size();
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    if (size >= 8) {
        head = load<std::uint64_t>(at) ^ std::rotl(load<std::uint64_t>(at + (size - 8) / 2), 21);
        tail = load<std::uint64_t>(at + size - 8);
    } else if (size >= 4) {
        head = load<std::uint32_t>(at);
        tail = load<std::uint32_t>(at + size - 4);
    } else if (size >= 2) {
        head = load<std::uint16_t>(at);
        tail = static_cast<unsigned char>(at[size - 1]);
    } else if (size == 1) {
        head = static_cast<unsigned char>(at[0]);
    }
    std::uint64_t mixed = (head ^ std::rotl(tail, 32) ^ (size << 56)) * seed;
    mixed ^= mixed >> 29;
    return mixed * 0x9e3779b97f4a7c15U;
}

}  // namespace tamga::iati::tables
