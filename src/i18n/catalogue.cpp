#include "i18n/catalogue.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace tamga::i18n {

namespace {

constexpr std::uint32_t kMagic = 0x950412de;
constexpr char kContextEnd = '\x04';

[[noreturn]] void give_up(const char* why) {
    std::fprintf(stderr, "tamga: a catalogue in the program %s\n", why);
    std::abort();
}

std::uint32_t word_at(std::string_view bytes, std::size_t offset) {
    if (bytes.size() < 4 || offset > bytes.size() - 4) give_up("ends too early");
    std::uint32_t word;
    std::memcpy(&word, bytes.data() + offset, sizeof word);
    return word;
}

/// The string that the table entry at `offset` (length, position) tells of.
std::string_view string_at(std::string_view bytes, std::size_t offset) {
    const std::size_t length = word_at(bytes, offset), position = word_at(bytes, offset + 4);
    if (position > bytes.size() || length > bytes.size() - position) give_up("tells of a string outside it");
    return bytes.substr(position, length);
}

}  // namespace

Catalogue::Catalogue(std::string_view mo) {
    if (word_at(mo, 0) != kMagic) give_up("is no .mo file of this byte order");
    const std::size_t count = word_at(mo, 8), originals = word_at(mo, 12), translations = word_at(mo, 16);
    for (std::size_t i = 0; i < count; ++i) {
        std::string_view original = string_at(mo, originals + 8 * i);
        // A message with plurals is found by its singular, which stands before the first zero byte.
        original = original.substr(0, original.find('\0'));
        if (!original.empty()) messages_.emplace(original, string_at(mo, translations + 8 * i));
    }
}

std::string_view Catalogue::find(std::string_view message) const {
    return find_plural(message, 0);
}

std::string_view Catalogue::find(std::string_view context, std::string_view message) const {
    std::string key(context);
    key += kContextEnd;
    key += message;
    return find_plural(key, 0);
}

std::string_view Catalogue::find_plural(std::string_view one, std::size_t form) const {
    const auto found = messages_.find(one);
    if (found == messages_.end()) return {};
    std::string_view forms = found->second;
    for (; form > 0; --form) {
        const std::size_t end = forms.find('\0');
        if (end == std::string_view::npos) return {};
        forms.remove_prefix(end + 1);
    }
    return forms.substr(0, forms.find('\0'));
}

}  // namespace tamga::i18n
