#include "iati/rules/pattern.hpp"

#include <unicode/regex.h>
#include <unicode/utext.h>

namespace tamga::iati {

namespace {

constexpr int32_t kMostSteps = 200;  // of ICU's engine, each about a millisecond
constexpr int32_t kMostStackBytes = 8 << 20;

/// A text that is read where it stands.
class Borrowed {
  public:
    explicit Borrowed(std::string_view text) {
        UErrorCode status = U_ZERO_ERROR;
        utext_openUTF8(&text_, text.data(), static_cast<int64_t>(text.size()), &status);
    }
    ~Borrowed() { utext_close(&text_); }
    Borrowed(const Borrowed&) = delete;
    Borrowed& operator=(const Borrowed&) = delete;
    UText* get() { return &text_; }

  private:
    UText text_ = UTEXT_INITIALIZER;
};

}  // namespace

struct Pattern::Compiled {
    std::unique_ptr<const icu::RegexPattern> pattern;
};

std::optional<Pattern> Pattern::compile(std::string_view expression) {
    UErrorCode status = U_ZERO_ERROR;
    UParseError where;
    Borrowed text(expression);
    std::unique_ptr<const icu::RegexPattern> made(icu::RegexPattern::compile(text.get(), 0, where, status));
    if (U_FAILURE(status) || !made) return std::nullopt;
    Pattern out;
    out.compiled_ = std::make_shared<const Compiled>(std::move(made));
    return out;
}

Pattern::Found Pattern::find_in(std::string_view text) const {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::RegexMatcher> matcher(compiled_->pattern->matcher(status));
    if (U_FAILURE(status) || !matcher) return Found::unclear;
    matcher->setTimeLimit(kMostSteps, status);
    matcher->setStackLimit(kMostStackBytes, status);
    Borrowed input(text);
    matcher->reset(input.get());
    const bool found = matcher->find(status) != 0;
    if (U_FAILURE(status)) return Found::unclear;
    return found ? Found::yes : Found::no;
}

}  // namespace tamga::iati
