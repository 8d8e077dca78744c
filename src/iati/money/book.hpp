#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "iati/rules/amount.hpp"

// What is kept of a file's transactions until all are known: no texts but each once, some fifty bytes a
// transaction.

namespace tamga::iati {

/// Texts, each kept once and called by a number. 0 is the empty text.
using Word = std::uint32_t;
class Words {
  public:
    Words() { add(""); }
    Words(const Words&) = delete;
    Words& operator=(const Words&) = delete;
    Word add(std::string_view text);
    std::string_view text(Word word) const { return texts_[word]; }
    std::size_t size() const { return texts_.size(); }

  private:
    std::deque<std::string> texts_;
    std::unordered_map<std::string_view, Word> numbers_;  ///< Views into texts_.
};

/// A transaction. Numbers of shares are places in Book::shares.
struct Entry {
    Amount amount = 0;
    Word type = 0, currency = 0;
    Word partner =
        0;  ///< Identifier of the activity that it comes from (types 1, 11, 13) or goes to (all others).
    std::uint32_t countries = 0, sectors = 0;
    std::uint32_t line = 0;  ///< 0 where nobody asked.
    std::int32_t day = 0;    ///< As 20261123; kNotStated, kNoDate.
    bool readable = false;   ///< The amount is a number.

    static constexpr std::int32_t kNotStated = 99'999'999;  ///< Both come after all days.
    static constexpr std::int32_t kNoDate = 99'999'998;
};

struct Activity {
    Word identifier = 0;
    Word organisation = 0;             ///< That reports.
    std::int32_t level = 1;            ///< @hierarchy: 1 if it says nothing, 0 if it says what is no number.
    std::uint32_t begin = 0, end = 0;  ///< Its entries.
};

/// related-activity of type 1, 2 or 5.
struct Relation {
    enum class Kind : std::uint8_t { parent, child, same };
    std::uint32_t activity;
    Kind kind;
    Word other;
};

struct Book {
    Words words;
    std::vector<Activity> activities;  ///< In the order of the file, as are entries and relations.
    std::vector<Entry> entries;
    std::vector<Relation> relations;
    std::vector<Shares> shares;
    std::vector<std::string> values;  ///< As written, of each entry; empty where nobody asked.
};

}  // namespace tamga::iati
