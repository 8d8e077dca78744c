#pragma once

#include <string_view>

#include "model/check.hpp"
#include "web/parts/words.hpp"

// What checks of records find, in the reader's language. Checks speak English, for commands, logs and
// programs read them too; a sentence of theirs is found again by its pattern, and said with the same values.
// Pure: any number of threads.

namespace tamga::web {

/// {"fault","fault_english","cure","cure_english"}: what is wrong and what to do; each `…_english` is true
/// where nobody has a pattern for it, so that it is shown as the check says it.
Json checked(const Words& words, std::string_view cause, std::string_view hint);

}  // namespace tamga::web
