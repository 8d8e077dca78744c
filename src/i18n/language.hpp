#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "json/json.hpp"

namespace tamga {

/// The languages in which the interface speaks and that texts are shown in first, English before the others:
/// the rows of the table in language.cpp.
std::span<const std::string_view> languages();

}  // namespace tamga

namespace tamga::i18n {

/// One language of the interface: its messages, and how it writes dates and numbers. All texts are UTF-8.
///
/// Messages are the English texts themselves; the catalogues are GNU .mo files in the program (from po/), the
/// formats are those of CLDR, from ICU. Immutable; any number of threads.
class Language {
  public:
    explicit Language(std::string_view tag);
    ~Language();
    Language(const Language&) = delete;
    Language& operator=(const Language&) = delete;

    /// One of languages(): the BCP 47 tag, for `lang` attributes and addresses.
    std::string_view tag() const;
    /// What its speakers call it: "中文".
    std::string_view endonym() const;
    /// What this language calls that of a BCP 47 tag: "Chinese", "китайский"; else the tag.
    std::string name_of(std::string_view language_tag) const;

    /// The message in this language; itself if the catalogue lacks it.
    std::string translate(std::string_view message) const;
    /// The message as it is meant in `context` (gettext's msgctxt). Of names that the data uses
    /// ("joint-statement" in "code", "official_name" in "field"; also "kind", "state", "kind help") a
    /// readable form is made where the catalogue lacks them: "Joint statement". Units stay as they are.
    std::string translate(std::string_view context, std::string_view message) const;
    /// The form that `count` asks for, with {1} replaced by number(count).
    std::string plural(std::string_view one, std::string_view many, long count) const;
    /// The message in this language with {1} to {9} replaced by `arguments`, which are not searched again.
    /// What has no argument stays.
    std::string format(std::string_view message, const std::vector<std::string>& arguments) const;

    /// A date as precise as it is: "17 June 2025", "June 2025", "2025".
    std::string date(const Date& date) const;
    /// From the first to the last, saying once what both share: "January–May 2025". Of dates with different
    /// precision both are written out.
    std::string date_range(const Date& first, const Date& last) const;

    /// What stands before, between and after the members of a list of `size`: "", ", ", " and ", "". One more
    /// than there are members.
    std::vector<std::string> joints(std::size_t size) const;
    /// The members of a list, the last with its "and": "China, Kazakhstan and Kyrgyzstan".
    std::string list(const std::vector<std::string>& members) const;

    /// A decimal ("-12.50") with the language's grouping and decimal mark; every digit is kept. What is no
    /// decimal comes back unchanged.
    std::string number(std::string_view decimal) const;
    /// A decimal from a million up in at most five digits and a word: "94.82 billion"; a smaller one as
    /// number(). `exact` if nothing was rounded away.
    struct Compact {
        std::string text;
        bool exact;
    };
    Compact compact_number(std::string_view decimal) const;
    /// A decimal with the percent sign where the language puts it: "35%", "35 %".
    std::string percent(std::string_view decimal) const;

    /// Orders names as readers of the language expect: negative, zero or positive.
    int compare(std::string_view a, std::string_view b) const;
    /// Bytes that stand in the order of the texts that they are made of, to be kept and compared without
    /// reading the texts again. Only keys of one language and one version of ICU can be compared.
    std::string sort_key(std::string_view text) const;

  private:
    struct Parts;
    std::unique_ptr<const Parts> parts_;
};

/// The language of that tag, one of tamga::languages(), loaded at the first call; English for any other tag.
const Language& language(std::string_view tag);

/// The language that a text is in by the script of most of its letters, to mark what nobody marked, such as
/// the name of a speaker as a source writes it: "zh" of Han, "ru" of Cyrillic, "en" of Latin letters; else
/// empty.
std::string_view likely_language(std::string_view text);

/// A message with its arguments (Language::format()) in each of the interface's languages, as a text of a
/// record: for what the program itself writes into a register or a file.
Json in_each_language(std::string_view message, const std::vector<std::string>& arguments = {});

/// The interface's language that an Accept-Language header asks for (RFC 9110 12.5.4): "zh-Hans-CN" is "zh".
/// "en" if it is empty, asks for none of them or is not well formed.
std::string_view negotiate(std::string_view accept_language_header);

/// A text of a map from language to text, and its language. `is_fallback` if it is not in the language asked
/// for.
struct Picked {
    std::string text;
    std::string tag;
    bool is_fallback;
};

/// The text in `language`, else in English, else in the first language by tag. Empty, with an empty tag, of
/// what is not an object with texts in it.
Picked pick(const Json& texts, std::string_view language);

}  // namespace tamga::i18n
