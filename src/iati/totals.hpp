#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "xml/source.hpp"

// What the transactions of a file of activities add up to, nothing counted twice. The rules, each told with what it left
// out (Why):
//
//   * Amounts of different currencies and of different transaction types are never added.
//   * A parent and its children (related-activity of type 1 or 2, either way round): where children in the file report
//     transactions of a type, those of that type at the parent are left out: they are the same money, told coarsely.
//     (What a child has from an activity in the file is not looked at for this: it is no money of its own.)
//   * Money that comes in (types 1, 11, 13) from an activity in the file (provider-activity-id) that reports what goes out
//     (3 or 4; 2; 12) is left out: it stands at the provider already.
//   * A disbursement (type 3) to another activity in the file (receiver-activity-id) that reports disbursements or
//     expenditure (3, 4) itself is left out: it is counted where it is spent.
//   * Where activities stand in a circle (each the child or receiver of the other), none leaves anything to another.
//   * Countries and sectors of a transaction itself count for the whole of it. Otherwise those of the activity do, by
//     their percentages; one alone without a percentage stands for 100. Percentages that do not add up to 100 are not
//     scaled: the amount is counted as not attributed, and told.

namespace tamga::iati {

enum class Dimension : std::uint8_t { year, country, sector, organisation, type, currency };

/// An exact amount: a whole number of hundred-millionths.
__extension__ using Amount = __int128;
std::string amount_text(Amount amount);

enum class Why : std::uint8_t {
    counted,
    at_children,    ///< Counted at the activity's children.
    at_provider,    ///< Counted at the activity that it comes from.
    at_receiver,    ///< Counted where it is spent.
    not_a_number,   ///< The amount cannot be read.
};
std::string_view sentence(Why why);

/// The part of a transaction that is in a row, or would be if it were counted.
struct Counted {
    std::string activity;  ///< Identifier.
    std::uint64_t line = 0;
    std::string value;  ///< Of the whole transaction, as written.
    Why why = Why::counted;
    std::vector<std::string> row;  ///< As in Totals::rows.
    Amount amount = 0;             ///< The part; 0 if the value cannot be read.
};

struct TotalsOptions {
    /// Type and currency are always among them. In the order of the columns.
    std::vector<Dimension> by{Dimension::type, Dimension::currency};
    std::vector<std::string> types = {};  ///< Only these transaction types; empty: all.
    std::size_t most_bytes_of_element = std::size_t{32} * 1024 * 1024;
    /// Called with every part of every transaction, counted or not, in the order of the file; may be empty.
    std::function<void(const Counted&)> list = {};
};

struct Totals {
    struct Row {
        Amount amount = 0;
        std::uint64_t transactions = 0;  ///< That have a share in it.
    };
    std::map<std::vector<std::string>, Row> rows;  ///< By the values of the dimensions; "not stated", "not attributed".
    std::map<Why, std::uint64_t> transactions;     ///< How many were counted or left out, and why.
    std::uint64_t activities = 0;
    std::vector<std::string> not_adding_up;  ///< Activities whose percentages do not add up, at most 1,000.
};

/// Adds up a file of activities, in one pass; what it holds grows with the number of transactions. Errors: as filter().
Result<Totals> totals(xml::Source& source, const std::string& name, const TotalsOptions& options);

}  // namespace tamga::iati
