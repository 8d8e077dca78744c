#include "xml/names.hpp"

#include <cstdlib>
#include <cstring>

#include "xml/scan.hpp"

namespace tamga::xml {

namespace {

constexpr std::size_t kMostNames = 65'000;

/// Mixes length, head and tail: names of the standard share beginnings ("recipient-") or ends ("-org").
std::size_t hash(std::string_view name) {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    if (name.size() >= 8) {
        std::memcpy(&head, name.data(), 8);
        std::memcpy(&tail, name.data() + name.size() - 8, 8);
    } else {
        for (char c : name) head = head << 8 | static_cast<unsigned char>(c);
    }
    std::uint64_t mixed = (head ^ (tail * 0x9e3779b97f4a7c15U) ^ name.size()) * 0xbf58476d1ce4e5b9U;
    return static_cast<std::size_t>(mixed ^ (mixed >> 32));
}

}  // namespace

Names::Names() : texts_{"", "", ""}, slots_(1024, kUnknownName) {}

Name Names::add(std::string_view name) {
    if (const Name known = find(name); known != kUnknownName) return known;
    if (texts_.size() >= kMostNames) std::abort();
    texts_.emplace_back(name);
    if (texts_.size() * 2 > slots_.size()) {
        slots_.assign(slots_.size() * 2, kUnknownName);
        for (std::size_t i = kFirstName; i < texts_.size(); ++i) place(static_cast<Name>(i));
    } else {
        place(static_cast<Name>(texts_.size() - 1));
    }
    return static_cast<Name>(texts_.size() - 1);
}

Name Names::find(std::string_view name) const {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = hash(name) & mask;; slot = (slot + 1) & mask) {
        const Name candidate = slots_[slot];
        if (candidate == kUnknownName) return candidate;
        const std::string& text = texts_[candidate];
        if (text.size() == name.size() && same_bytes(text.data(), name.data(), name.size())) return candidate;
    }
}

void Names::place(Name name) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash(texts_[name]) & mask;
    while (slots_[slot] != kUnknownName) slot = (slot + 1) & mask;
    slots_[slot] = name;
}

}  // namespace tamga::xml
