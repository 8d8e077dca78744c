#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tamga::i18n {

/// `text` as it is compared when people search: without differences of case (Unicode's full case folding), of
/// accents and other marks (NFKD, without the marks), of width, and without apostrophes, of which keyboards
/// and documents have many. The same in all languages. Bytes that are not UTF-8 become U+FFFD.
std::string fold(std::string_view text);

/// The words of what somebody searches for, folded: what stands between white space.
std::vector<std::string> folded_words(std::string_view text);

}  // namespace tamga::i18n
