#include "i18n/plural.hpp"

#include <gtest/gtest.h>

namespace tamga::i18n {
namespace {

TEST(PluralForms, AreThoseOfGettext) {
    // The Plural-Forms that the GNU gettext manual gives for each language.
    const struct {
        const char* locale;
        std::size_t count;
        std::size_t (*form)(long n);
    } languages[] = {
        {"en_GB", 2, [](long n) -> std::size_t { return n != 1; }},
        {"de", 2, [](long n) -> std::size_t { return n != 1; }},
        {"fr", 2, [](long n) -> std::size_t { return n > 1; }},
        {"zh_Hans_CN", 1, [](long) -> std::size_t { return 0; }},
        {"ru_RU", 3,
         [](long n) -> std::size_t {
             return n % 10 == 1 && n % 100 != 11                                   ? 0
                    : n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? 1
                                                                                   : 2;
         }},
        {"pl", 3,
         [](long n) -> std::size_t {
             return n == 1 ? 0 : n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? 1 : 2;
         }},
        {"cs", 3, [](long n) -> std::size_t { return n == 1             ? 0
                                                     : n >= 2 && n <= 4 ? 1
                                                                        : 2; }},
        {"sl", 4,
         [](long n) -> std::size_t {
             return n % 100 == 1 ? 0 : n % 100 == 2 ? 1 : n % 100 == 3 || n % 100 == 4 ? 2 : 3;
         }},
        {"ar", 6,
         [](long n) -> std::size_t {
             return n == 0                          ? 0
                    : n == 1                        ? 1
                    : n == 2                        ? 2
                    : n % 100 >= 3 && n % 100 <= 10 ? 3
                    : n % 100 >= 11                 ? 4
                                                    : 5;
         }},
    };
    for (const auto& one : languages) {
        const PluralForms forms{icu::Locale(one.locale)};
        EXPECT_EQ(forms.count(), one.count) << one.locale;
        for (long n = 0; n < 1200; ++n) EXPECT_EQ(forms.form(n), one.form(n)) << one.locale << " " << n;
    }
    // A category for whole millions alone has no form in catalogues.
    EXPECT_EQ(PluralForms(icu::Locale("fr")).form(1'000'000), 1u);
}

}  // namespace
}  // namespace tamga::i18n
