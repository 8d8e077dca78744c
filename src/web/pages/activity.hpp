#pragma once

#include <map>
#include <string>

#include "base/decimal.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// Context of the `activity` template: what the IATI activity that a project keeps says of money by year,
/// transactions, places, sectors, results, documents and related activities. Null if the project keeps none,
/// or it cannot be read.
Json activity_context(Page& page, const query::Snapshot& project);

/// What is computed of the same activity, for programs: {"identifier", "years": [{"year", "currency",
/// "budget", "committed", "spent", "received"}]}, sums as decimals, those that there are. Null as above.
Json activity_data(Page& page, const query::Snapshot& project);

/// What the same activity says of money in all its years, by currency: its budget and what was spent. Years
/// that may count money twice are not added. Empty as above.
struct ActivityMoney {
    Decimal budget, spent;
    bool has_budget = false, has_spent = false;
};
std::map<std::string, ActivityMoney> activity_money(Page& page, const query::Snapshot& project);

/// Each indicator of the activity's results: {"activity_indicator","activity_baseline","activity_target",
/// "activity_actual","activity_goal"}: the newest target and actual that are told, and the target of the
/// Sustainable Development Goals that it names. Empty as above.
Json activity_indicators(Page& page, const query::Snapshot& project);

/// What a target of the Sustainable Development Goals says, in English, for the `text` template.
Json sdg_target_words(const Page& page, const std::string& target);

}  // namespace tamga::web
