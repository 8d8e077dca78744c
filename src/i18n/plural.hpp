#pragma once

#include <unicode/plurrule.h>

#include <memory>
#include <vector>

namespace tamga::i18n {

/// Which form of a message a count of things asks for. Catalogues list the forms in the order of CLDR's
/// categories (zero, one, two, few, many, other), as far as the language has them for whole numbers; that is
/// gettext's order too. Immutable; any number of threads.
/// Source  CLDR, Language Plural Rules, as ICU has them
class PluralForms {
  public:
    explicit PluralForms(const icu::Locale& locale);

    /// The number of forms, 1 or more.
    std::size_t count() const { return categories_.size(); }
    /// The form for `number` things, counted from 0.
    std::size_t form(long number) const;

  private:
    std::unique_ptr<icu::PluralRules> rules_;
    std::vector<icu::UnicodeString> categories_;
};

}  // namespace tamga::i18n
