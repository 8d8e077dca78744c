// What people search for: any bytes are read; every term is made of words, and is found in its own words.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "i18n/sought.hpp"
#include "i18n/words.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tamga::i18n;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Sought sought = parse_sought(text);
    std::size_t words = 0;
    for (const Sought::Term& term : sought.terms) {
        if (term.words.empty()) std::abort();
        std::string written;
        for (const std::string& word : term.words) {
            if (word.empty()) std::abort();
            written += (written.empty() ? "" : " ") + word;
        }
        words += term.words.size();
        // A word alone may be cut where, among others, it was none: in scripts without spaces only.
        bool runs_on = false;
        each_word(written, [&](const Word& word) { runs_on = runs_on || word.runs_on; });
        if (!runs_on && places_of({.terms = {term}}, written).terms != 1) std::abort();
    }
    if (words > kMostSought) std::abort();
    std::size_t last = 0;
    for (const Place& place : places_of(sought, text).places) {
        if (place.begin < last || place.end <= place.begin || place.end > size) std::abort();
        last = place.end;
    }
    return 0;
}
