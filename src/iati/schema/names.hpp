#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>

#include "iati_names.hpp"
#include "xml/names.hpp"

namespace tamga::iati {

/// The name of an element or attribute of the standard, in any version: one that its tables
/// (standard/schema-*.txt) do not have does not compile. It is a name of every table that begins as
/// standard_names() does.
class StandardName {
  public:
    consteval StandardName(const char* text) {
        const auto* const found = std::ranges::find(kStandardNames, std::string_view(text));
        if (found == std::end(kStandardNames)) throw "the standard has no such name";
        number_ = static_cast<xml::Name>(xml::kFirstName + (found - std::begin(kStandardNames)));
    }

    constexpr operator xml::Name() const { return number_; }
    constexpr std::string_view text() const { return kStandardNames[number_ - xml::kFirstName]; }

  private:
    xml::Name number_;
};

/// "iati-activity"_iati, where a name is asked for.
consteval StandardName operator""_iati(const char* text, std::size_t /*size*/) {
    return StandardName(text);
}

/// All of them, but for xml:lang, which is in a namespace. Whoever needs more names adds them to a copy.
const xml::Names& standard_names();

}  // namespace tamga::iati
