#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "iati/money/once.hpp"
#include "xml/source.hpp"

// What the transactions of a file of activities add up to, nothing counted twice: docs/iati-totals.md has the
// rules.

namespace tamga::iati {

enum class Dimension : std::uint8_t { year, country, sector, organisation, type, currency };

/// A part of a transaction that is in a row, counted or left out.
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
    std::vector<std::string> types = {};  ///< Only these codes of TransactionType; empty: all.
    std::string sector_vocabulary = "1";  ///< Whose codes the sectors are.
    std::size_t most_bytes_of_element = std::size_t{32} * 1024 * 1024;
    /// Called with every part of every transaction, in the order of the file; may be empty. The parts of a
    /// transaction add up to it.
    std::function<void(const Counted&)> list = {};
};

struct Totals {
    struct Row {
        Amount amount = 0;                     ///< Counted.
        std::uint64_t transactions = 0;        ///< That have a share in it which is not left out whole.
        std::array<Amount, kWhys> left_out{};  ///< By Why.
        std::uint64_t unreadable = 0;          ///< Transactions whose amount cannot be read.
        /// All that the file states: what is counted and what is left out.
        Amount reported() const;
    };
    /// By the values of the dimensions; "not stated", "not attributed", "not a date", "only in another
    /// vocabulary".
    std::map<std::vector<std::string>, Row> rows;
    /// How many transactions are counted or left out, whole or in part, and why.
    std::map<Why, std::uint64_t> transactions;
    std::map<Doubt, Account::Told> doubts;
    std::uint64_t activities = 0;
    /// Activities whose percentages do not add up, or that have several countries or sectors at a
    /// transaction; at most 1,000. Looked at where rows are by country or sector.
    std::vector<std::string> not_adding_up;
};

/// Adds up a file of activities, in one pass. What it holds of the file is some fifty bytes a transaction and
/// each identifier once. Errors: as filter(); invalid_usage: a type that is no code of any version.
Result<Totals> totals(xml::Source& source, const std::string& name, const TotalsOptions& options);

}  // namespace tamga::iati
