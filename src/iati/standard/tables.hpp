#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "iati/standard/standard.hpp"

// The shape of the tables that generate.cpp makes of standard/. Only standard.cpp, explain.cpp and what is
// generated include this.

namespace tamga::iati::tables {

/// A text in the pool: places instead of pointers, so that nothing needs to be relocated when the program
/// starts.
struct Text {
    std::uint32_t at;
    std::uint16_t size;
};

struct CodeRow {
    std::uint32_t code_at;
    std::uint32_t name_at;
    std::uint16_t name_size;
    std::uint8_t code_size;
    std::uint8_t marks;  ///< Bits 0 to 2: the versions that have it, 2.01 first; bit 7: withdrawn.
};
inline constexpr std::uint8_t kWithdrawn = 0x80;

struct ListRow {
    Text name;
    Text meaning;
    std::uint64_t seed;        ///< For hash(): found by trial, so that few codes share a slot.
    std::uint32_t first_code;  ///< In codes; as they stand in the list's file.
    std::uint32_t code_count;
    std::uint32_t first_slot;  ///< In slots.
    std::uint32_t slot_bits;   ///< The list has two to the power of this many slots.
    std::uint8_t versions;     ///< Those that have at least one code.
};

struct GlossaryRow {
    std::string_view key;
    std::string_view meaning;
    std::string_view notes;  ///< Lines.
};

struct RulePlace {
    std::string_view id;
    std::string_view path;
    std::uint8_t versions;
};

extern const char text[];
extern const CodeRow codes[];
/// Open addressing: 1 + a code's position in its list, or 0 for none; on a full slot the next one is tried,
/// the list's first after its last.
extern const std::uint16_t slots[];
extern const std::span<const ListRow> lists;          ///< By name, in byte order.
extern const std::span<const CodeCheck> checks;       ///< As in their file.
extern const std::span<const GlossaryRow> glossary;   ///< By key, in byte order.
extern const std::span<const RulePlace> rule_places;  ///< As in their file.

inline std::string_view view(Text piece) {
    return {text + piece.at, piece.size};
}

}  // namespace tamga::iati::tables
