// Dates, times and decimals: what is read is written as text that is read as the same, and reckoning with it
// keeps its laws.

#include <cstdint>
#include <cstdlib>

#include "base/date.hpp"
#include "base/decimal.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tamga;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto must = [](bool holds) {
        if (!holds) std::abort();
    };
    if (const auto date = Date::parse(text)) {
        must(date->text() == text);
        must(date->first_day() <= date->last_day() && date->last_day().first_day() == date->last_day());
        must(date->first_day().plus_days(0) == date->first_day());
    }
    if (const auto date = Date::parse_days_first(text)) must(*Date::parse(date->text()) == *date);
    if (const auto time = parse_utc(text)) must(utc_text(*time) == text);
    if (const auto decimal = Decimal::parse(text)) {
        const auto again = Decimal::parse(decimal->text());
        must(again && again->text() == decimal->text() && *again == *decimal);
        must((*decimal - *decimal).sign() == 0 && *decimal + *decimal - *decimal == *decimal);
        const auto one = quotient(*decimal, *decimal, 2);
        must(one ? *one == Decimal(1) : decimal->sign() == 0);
        must(decimal->rounded(1).rounded(1).text() == decimal->rounded(1).text());
    }
    return 0;
}
