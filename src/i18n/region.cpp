#include "i18n/region.hpp"

#include <unicode/locid.h>
#include <unicode/uregion.h>

#include <algorithm>
#include <cstdlib>

namespace tamga::i18n {

namespace {

const URegion* region_of(std::string_view code) {
    const bool number =
        !code.empty() && std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
    UErrorCode status = U_ZERO_ERROR;
    const std::string text(code);
    const URegion* const region = number && text.size() <= 3
                                      ? uregion_getRegionFromNumericCode(std::atoi(text.c_str()), &status)
                                      : uregion_getRegionFromCode(text.c_str(), &status);
    return U_SUCCESS(status) && region && uregion_getType(region) == URGN_TERRITORY ? region : nullptr;
}

}  // namespace

std::string alpha2_of(std::string_view code) {
    const URegion* const region = region_of(code);
    return region ? uregion_getRegionCode(region) : "";
}

std::string state_name(std::string_view language, std::string_view alpha2) {
    UErrorCode status = U_ZERO_ERROR;
    const URegion* const members = uregion_getRegionFromCode("UN", &status);
    const URegion* const region = region_of(alpha2);
    if (U_FAILURE(status) || !members || !region || !uregion_contains(members, region)) return {};
    icu::UnicodeString name;
    icu::Locale("", uregion_getRegionCode(region))
        .getDisplayCountry(icu::Locale(std::string(language).c_str()), name);
    std::string out;
    return name.toUTF8String(out);
}

}  // namespace tamga::i18n
