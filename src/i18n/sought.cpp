#include "i18n/sought.hpp"

#include <unicode/uchar.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/utf8.hpp"
#include "i18n/character.hpp"
#include "i18n/words.hpp"

namespace tamga::i18n {

namespace {

bool is_quotation_mark(char32_t c) {
    constexpr std::u32string_view kMarks =
        U"\"\u00ab\u00bb\u201c\u201d\u201e\u201f\u300c\u300d\u300e\u300f\uff02";
    return kMarks.find(c) != std::u32string_view::npos;
}

bool is_star(char32_t c) {
    return c == U'*' || c == U'\uff0a';
}

std::size_t characters_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !utf8::continues(c); }));
}

/// Reads from the left to the right, a term after the other.
class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text) {}

    Sought parse() {
        for (std::size_t next = 0; next < text_.size() && !sought_.too_long;) {
            const std::size_t here = next;
            const char32_t c = next_character(text_, next);
            if (is_quotation_mark(c)) {
                // A star after the closing mark belongs to the phrase.
                const bool star = quoted_ && text_.substr(next, 1) == "*";
                end_term(here, star);
                quoted_ = !quoted_;
                from_ = next;
            } else if (!quoted_ && u_isUWhiteSpace(static_cast<UChar32>(c))) {
                end_term(here, false);
                from_ = next;
            } else {
                star_ = is_star(c);
            }
        }
        if (!sought_.too_long) end_term(text_.size(), false);
        return std::move(sought_);
    }

  private:
    void end_term(std::size_t end, bool star) {
        Sought::Term term;
        bool runs_on = false;
        each_word(text_.substr(from_, end - from_), [&](const Word& word) {
            if (++words_ > kMostSought) {
                sought_.too_long = true;
                return;
            }
            term.words.emplace_back(word.text);
            runs_on = word.runs_on;
        });
        star = std::exchange(star_, false) || star;
        if (term.words.empty()) return;
        term.is_prefix =
            runs_on ? !quoted_ || star : star && characters_of(term.words.back()) >= kLeastPrefix;
        if (std::ranges::find(sought_.terms, term) == sought_.terms.end())
            sought_.terms.push_back(std::move(term));
    }

    std::string_view text_;
    Sought sought_;
    std::size_t from_ = 0, words_ = 0;
    bool quoted_ = false;
    bool star_ = false;  ///< The last character was one.
};

struct Found {
    std::string text;
    Place place;
};

bool holds_at(const std::vector<Found>& words, std::size_t first, const Sought::Term& term) {
    if (first + term.words.size() > words.size()) return false;
    for (std::size_t i = 0; i < term.words.size(); ++i) {
        const std::string& word = words[first + i].text;
        const bool may_go_on = term.is_prefix && i + 1 == term.words.size();
        if (may_go_on ? !word.starts_with(term.words[i]) : word != term.words[i]) return false;
    }
    return true;
}

}  // namespace

Sought parse_sought(std::string_view text) {
    return Parser(text).parse();
}

Places places_of(const Sought& sought, std::string_view text) {
    std::vector<Found> words;
    each_word(text,
              [&](const Word& word) { words.push_back({std::string(word.text), {word.begin, word.end}}); });
    std::vector<Place> all;
    Places found;
    for (const Sought::Term& term : sought.terms) {
        const std::size_t before = all.size();
        for (std::size_t first = 0; first < words.size(); ++first)
            if (holds_at(words, first, term))
                all.push_back({words[first].place.begin, words[first + term.words.size() - 1].place.end});
        if (all.size() > before) ++found.terms;
    }
    std::ranges::sort(all, {}, [](const Place& place) { return std::pair(place.begin, place.end); });
    for (const Place& place : all) {
        if (!found.places.empty() && place.begin < found.places.back().end)
            found.places.back().end = std::max(found.places.back().end, place.end);
        else
            found.places.push_back(place);
    }
    return found;
}

}  // namespace tamga::i18n
