#pragma once

#include <string>
#include <string_view>

namespace tamga::i18n {

/// The ISO 3166-1 alpha-2 code of "KZ", "KAZ" or "398"; empty if it is none.
std::string alpha2_of(std::string_view code);

/// What a member state of the United Nations is called in a language (CLDR), by its alpha-2 code; empty for
/// what is none. Any number of threads.
std::string state_name(std::string_view language, std::string_view alpha2);

}  // namespace tamga::i18n
