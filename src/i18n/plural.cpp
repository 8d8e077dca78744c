#include "i18n/plural.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace tamga::i18n {

PluralForms::PluralForms(const icu::Locale& locale) {
    UErrorCode status = U_ZERO_ERROR;
    rules_.reset(icu::PluralRules::forLocale(locale, status));
    if (U_FAILURE(status)) {
        std::fprintf(stderr, "tamga: ICU cannot load rules of plurals: %s\n", u_errorName(status));
        std::abort();
    }
    // Some languages keep a category for fractions (Russian "other") or for whole millions alone (French
    // "many"), and catalogues have no form for those: what 0 to 199 things take are the forms.
    constexpr int kEnough = 200;
    std::vector<icu::UnicodeString> used;
    for (int number = 0; number < kEnough; ++number) used.push_back(rules_->select(number));
    for (const char16_t* category : {u"zero", u"one", u"two", u"few", u"many", u"other"})
        if (std::ranges::find(used, icu::UnicodeString(category)) != used.end())
            categories_.emplace_back(category);
}

std::size_t PluralForms::form(long number) const {
    const auto found = std::ranges::find(categories_, rules_->select(static_cast<double>(number)));
    return found == categories_.end() ? categories_.size() - 1
                                      : static_cast<std::size_t>(found - categories_.begin());
}

}  // namespace tamga::i18n
