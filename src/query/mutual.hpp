#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "query/listing.hpp"

namespace tamga::query {

/// What the parties of a mechanism promised each other, delivered, told and measured, counted. Each count is
/// `passing` of the list with the filters that its key names, and the mechanism's.
struct Mutual {
    using Pair = std::pair<std::string, std::string>;

    std::vector<std::string> parties = {};         ///< Of the mechanism, in its order.
    bool too_many = false;                         ///< More than kMostSorted of a kind: nothing is counted.
    std::map<std::string, std::size_t> made = {};  ///< Commitments: by.
    std::map<Pair, std::size_t> promised = {};     ///< Commitments: by, to; the latter may be kNotStated.
    std::map<Pair, std::size_t> with_number = {};  ///< The same, with target=stated.
    std::map<Pair, std::size_t> states = {};       ///< Commitments: by, state on the reader's scale.
    std::map<std::string, std::size_t> overdue = {};                  ///< Commitments: by, overdue=yes.
    std::map<std::string, std::size_t> silent = {};                   ///< Commitments: by, silent=yes.
    std::map<Pair, std::size_t> reports = {};                         ///< Reports: party, on_time.
    std::map<std::string, std::map<Pair, std::size_t>> figures = {};  ///< Series by flow: area, partner.
};

/// Counts by one pass over the rows of commitments, reports and series; no body is read. Errors: as list().
Result<Mutual> mutual(const View& view, const Snapshot& mechanism, Scale scale);

}  // namespace tamga::query
