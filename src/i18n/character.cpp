#include "i18n/character.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/utf8.hpp"

namespace tamga::i18n {

namespace {

using icu::UnicodeString;

/// Latin, Greek, Cyrillic, Armenian, with their marks: most of what registers hold, kept in a table.
constexpr UChar32 kKept = 0x590;
/// Scripts that are written without spaces: Thai to Myanmar, Khmer to Tai Lue, Chinese and Japanese.
bool runs_on(UChar32 c) {
    return (c >= 0xe00 && c < 0x10a0) || (c >= 0x1780 && c < 0x1800) || (c >= 0x1950 && c < 0x1ab0) ||
           c >= 0x2e80;
}

/// ' ` ´, the modifier letters of transliterations, typographic quotation marks and primes.
bool is_apostrophe(UChar32 c) {
    constexpr std::u32string_view kApostrophes =
        U"'`\u00b4\u02b9\u02bb\u02bc\u02bd\u2018\u2019\u201b\u2032\uff07";
    return kApostrophes.find(static_cast<char32_t>(c)) != std::u32string_view::npos;
}

bool is_mark(UChar32 c) {
    return (U_GET_GC_MASK(c) & (U_GC_MN_MASK | U_GC_ME_MASK)) != 0;
}

/// Letters, digits, and marks that take room. No symbols, be they made of letters: № is none.
bool is_in_words(UChar32 c) {
    return (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_N_MASK | U_GC_MC_MASK)) != 0;
}

const icu::Normalizer2& nfkd() {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* const found = icu::Normalizer2::getNFKDInstance(status);
    if (!found || U_FAILURE(status)) {
        std::fprintf(stderr, "tamga: ICU cannot decompose text: %s\n", u_errorName(status));
        std::abort();
    }
    return *found;
}

FoldedCharacter make(UChar32 c) {
    static const icu::Normalizer2& decomposer = nfkd();
    FoldedCharacter made;
    made.is_skipped = is_apostrophe(c);
    if (made.is_skipped) return made;
    constexpr UChar32 kZeroWidthSpace = 0x200b;
    made.is_skipped = u_charType(c) == U_FORMAT_CHAR && c != kZeroWidthSpace;
    made.is_mark = is_mark(c);
    UnicodeString decomposed;
    if (!decomposer.getDecomposition(c, decomposed)) decomposed = UnicodeString(c);
    decomposed.foldCase();
    UnicodeString kept;
    made.is_word = is_in_words(c);
    for (std::int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
        const UChar32 part = decomposed.char32At(i);
        if (is_mark(part) || is_apostrophe(part)) continue;  // U+0149 is an apostrophe and an n.
        kept.append(part);
        made.is_word = made.is_word && is_in_words(part);
        made.runs_on = made.runs_on || runs_on(part);
    }
    if (kept.isEmpty()) made.is_word = false;
    kept.toUTF8String(made.text);
    return made;
}

}  // namespace

char32_t next_character(std::string_view text, std::size_t& at) {
    const std::size_t bytes = utf8::length(text.substr(at));
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    char32_t c = U'\ufffd';
    if (bytes == 1) c = byte(0);
    if (bytes > 1) {
        c = byte(0) & (0x7fU >> bytes);
        for (std::size_t i = 1; i < bytes; ++i) c = c << 6 | (byte(i) & 0x3fU);
    }
    at += bytes == 0 ? 1 : bytes;
    return c;
}

const FoldedCharacter& fold_character(char32_t character) {
    static const std::vector<FoldedCharacter> kept = [] {
        std::vector<FoldedCharacter> table;
        for (UChar32 c = 0; c < kKept; ++c) table.push_back(make(c));
        return table;
    }();
    if (character < kept.size()) return kept[character];
    thread_local FoldedCharacter last;
    last = make(static_cast<UChar32>(character));
    return last;
}

}  // namespace tamga::i18n
