#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "iati/money/book.hpp"

// What of a book is counted, and what is left out because it is counted elsewhere. The rules, with an example
// each: docs/iati-totals.md. tests/iati/totals.py reckons the same from that page alone.

namespace tamga::iati {

/// What becomes of an amount, or a part of one.
enum class Why : std::uint8_t {
    counted,
    in_another_copy,    ///< The same transaction stands in another copy of the activity.
    in_another_report,  ///< Another organisation's report of the activity counts.
    at_children,        ///< Counted at the activity's children.
    at_level_below,     ///< Counted at the organisation's activities of the next level (@hierarchy).
    at_provider,        ///< Counted at the activity that it comes from.
    at_receiver,        ///< Counted at the activity that it goes to.
    not_a_number,       ///< The amount cannot be read.
};
inline constexpr std::size_t kWhys = 8;
std::string_view sentence(Why why);
/// The sentence as one word: "at_children".
std::string_view name(Why why);

/// What the rules cannot decide, and people should look at.
enum class Doubt : std::uint8_t {
    copies_differ,    ///< An activity stands several times, not each time with the same transactions.
    several_parents,  ///< Only the first counts as one.
    circle,           ///< Money goes round: nothing is left out for a receiver in the circle.
    other_currency,   ///< The receiver reports in other currencies alone.
};
std::string_view sentence(Doubt doubt);

struct Omission {
    std::uint32_t entry;
    Why why;
    Amount amount;  ///< Of the entry's; both have the same sign.
};

struct Account {
    std::vector<Omission> left_out;  ///< By entry. What an entry's do not take is counted.
    struct Told {
        std::uint64_t activities = 0;
        std::string first;  ///< Identifier of the first of them.
    };
    std::map<Doubt, Told> doubts;
};

/// Applies the rules. Time and memory grow with the book, not with what refers to what in it.
Account account(const Book& book);

}  // namespace tamga::iati
