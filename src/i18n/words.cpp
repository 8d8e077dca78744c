#include "i18n/words.hpp"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "i18n/character.hpp"

namespace tamga::i18n {

namespace {

void require(UErrorCode status) {
    if (U_SUCCESS(status)) return;
    std::fprintf(stderr, "tamga: ICU cannot find the words of a text: %s\n", u_errorName(status));
    std::abort();
}

icu::BreakIterator& boundaries() {
    // Making one reads rules and dictionaries: each thread keeps its own.
    thread_local const std::unique_ptr<icu::BreakIterator> iterator = [] {
        UErrorCode status = U_ZERO_ERROR;
        std::unique_ptr<icu::BreakIterator> made(
            icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
        require(status);
        return made;
    }();
    return *iterator;
}

/// Letters and digits that stand together.
class Run {
  public:
    explicit Run(const std::function<void(const Word&)>& take) : take_(take) {}

    void add(const FoldedCharacter& character, std::size_t begin, std::size_t end) {
        places_.push_back({text_.size(), begin, end});
        text_ += character.text;
        runs_on_ = runs_on_ || character.runs_on;
    }
    /// A mark of the last character.
    void extend(std::size_t end) {
        if (!places_.empty()) places_.back().end = end;
    }
    void end() {
        if (text_.empty()) return;
        // Elsewhere Unicode sees no boundary between letters and digits.
        if (runs_on_)
            cut();
        else
            give(0, text_.size());
        text_.clear();
        places_.clear();
        runs_on_ = false;
    }

  private:
    struct Place {
        std::size_t at;  ///< In the run.
        std::size_t begin, end;
    };

    void cut() {
        UErrorCode status = U_ZERO_ERROR;
        UText* const text =
            utext_openUTF8(nullptr, text_.data(), static_cast<std::int64_t>(text_.size()), &status);
        require(status);
        icu::BreakIterator& iterator = boundaries();
        iterator.setText(text, status);
        require(status);
        std::int32_t from = iterator.first();
        for (std::int32_t to = iterator.next(); to != icu::BreakIterator::DONE; to = iterator.next()) {
            give(static_cast<std::size_t>(from), static_cast<std::size_t>(to));
            from = to;
        }
        utext_close(text);
    }

    void give(std::size_t from, std::size_t to) {
        const auto place_of = [&](std::size_t at) {
            return *(std::ranges::upper_bound(places_, at, {}, &Place::at) - 1);
        };
        take_({std::string_view(text_).substr(from, to - from), place_of(from).begin, place_of(to - 1).end,
               runs_on_});
    }

    const std::function<void(const Word&)>& take_;
    std::string text_;
    std::vector<Place> places_;
    bool runs_on_ = false;
};

}  // namespace

void each_word(std::string_view text, const std::function<void(const Word&)>& take) {
    Run run(take);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const FoldedCharacter& character = fold_character(next_character(text, at));
        if (character.is_skipped) continue;
        if (character.is_word)
            run.add(character, begin, at);
        else if (character.is_mark)
            run.extend(at);
        else
            run.end();
    }
    run.end();
}

}  // namespace tamga::i18n
