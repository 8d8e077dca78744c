#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "i18n/language.hpp"
#include "model/record.hpp"

namespace tamga::web {

/// The author of what is imported by nobody in particular (`tamga import` without --author).
inline constexpr std::string_view kByImport = "import";

/// How the reader's language says things: interface texts, names of codes, dates, amounts. Knows no record.
/// Borrows the language. Any number of threads.
class Words {
  public:
    explicit Words(const i18n::Language& language) : language_(language) {}

    const i18n::Language& language() const { return language_; }
    /// Translates an interface message.
    std::string say(std::string_view message) const { return language_.translate(message); }
    std::string say(std::string_view context, std::string_view message) const {
        return language_.translate(context, message);
    }

    /// A text map in the language: {"text","tag","fallback"}; with a fallback, `tag` is the language shown
    /// instead.
    Json text(const Json& texts) const;
    /// Puts links (or whatever has a "text") in the order of their texts, as the language orders names; rows
    /// of a table by the link that stands in their `member`.
    void sort_by_name(Json& links, const char* member = nullptr) const;

    /// A date as read by people; "" for none.
    std::string date(const Json& body, std::string_view field) const;
    std::string date_text(std::string_view iso) const;
    std::string period_text(std::string_view period) const;
    /// Label of a code of a field.
    std::string code(std::string_view value) const { return say("code", value); }
    /// The same within a sentence: "confidential", where it stands alone "Confidential"; "FOB" in both.
    std::string code_within(std::string_view value) const;
    std::string kind_label(Kind kind) const { return say("kind", info(kind).name); }
    std::string kinds_label(Kind kind) const { return say("kind", info(kind).plural); }
    std::string field_label(std::string_view field) const { return say("field", field); }
    /// Who wrote an entry of the journal, by the text of its author: whoever imports without a name of their
    /// own is an editor of the register.
    std::string author(std::string_view text) const;
    /// A day and the time of it: "17 June 2025, 12:30 UTC".
    std::string time_text(std::int64_t unix_time) const;
    /// "Commitments: 12".
    std::string labelled(const std::string& label, const std::string& text) const;
    /// Two sentences, one after the other; of an empty one, the other.
    std::string sentences(std::string_view first, std::string_view second) const;
    /// "Commitments (12)".
    std::string with_detail(const std::string& text, const std::string& detail) const;
    /// Texts that may have commas in them, one after the other: "a; b".
    std::string one_by_one(const std::vector<std::string>& texts) const;
    /// What stands between pieces that a template puts together: {"comma","colon","stop","open","close"}.
    Json joints() const;

    /// A text as a source writes it, in no language that the register tells: {"text","tag"}. The tag is that
    /// of the language which its script makes likely, so that it is read aloud and hyphenated as such; empty
    /// where that is the page's.
    Json as_written(std::string text) const;
    /// A name, by language or without one, as as_written() gives it.
    Json named(const Json& name) const;
    /// The name that a body's field holds, as plain text; empty where it holds none.
    std::string name_in(const Json& body, std::string_view field) const;

    /// A message with a text in the place of {1} that keeps its own language: {"before","named","after"}.
    Json around(std::string_view message, const Json& text) const;

    /// A number as people say it: "94.82 billion" where that says all of it, else every digit.
    std::string readable(std::string_view decimal) const;
    /// An exact number with its unit.
    std::string amount(const std::string& decimal, std::string_view unit) const;
    /// The same, readable: no digit is left out.
    std::string readable_amount(const std::string& decimal, std::string_view unit) const;
    /// The same as people say it: "106.3 billion USD", "1063亿美元". It may be rounded: the exact number
    /// stands beside it or behind it.
    std::string short_amount(const std::string& decimal, std::string_view unit) const;
    /// A number as its source words it: "about 7". `qualifier` is the code of a field of that name, or empty.
    std::string worded(std::string_view qualifier, const std::string& number) const;

  private:
    std::string with_unit(const std::string& number, std::string_view unit) const;

    const i18n::Language& language_;
};

/// Marks an English interface message that is translated later, for the extraction of catalogues.
#define TAMGA_MSG(message) message

}  // namespace tamga::web
