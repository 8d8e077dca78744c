#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "json/json.hpp"
#include "xml/tree.hpp"

// What an IATI activity says, as far as the register shows it. Texts without white space around them, codes
// and amounts as written; what is not stated is empty. Texts of several languages are objects, language tag →
// text ("und" where no language is told), empty where there is none.

namespace tamga::activities {

struct Organisation {
    std::string ref, type, role;
    Json name;

    bool stated() const { return !ref.empty() || !name.empty(); }
};

struct Money {
    std::string value, currency;  ///< The activity's default currency where it has none of its own.
};

/// A country, region or sector.
struct Share {
    std::string code, vocabulary, percentage;
    Json name;
};

struct Location {
    Json name;
    std::string latitude, longitude;  ///< Of its point, WGS 84; plain decimals, or both empty.
    std::string exactness;            ///< GeographicExactness.
};

struct Budget {
    std::string type, status;  ///< BudgetType, BudgetStatus; 1 where not told, as the standard says.
    std::string start, end;
    Money money;
};

struct Transaction {
    std::string type;  ///< TransactionType.
    std::string date;
    Money money;
    Json description;
    Organisation provider, receiver;
};

struct Document {
    std::string url, format;
    Json title;
    std::vector<std::string> categories;
};

struct Related {
    std::string type, ref;  ///< RelatedActivityType, identifier.
};

/// A baseline, a target or what was reached.
struct Measured {
    std::string value, when;
    Json comment;
};

struct IndicatorPeriod {
    std::string start, end;
    std::vector<Measured> targets, actuals;
};

struct Indicator {
    std::string measure;  ///< IndicatorMeasure.
    Json title;
    std::vector<Measured> baselines;
    std::vector<IndicatorPeriod> periods;
    std::string sdg_target;  ///< Of the first indicator of the SDGs that it names: "15.3" of "15.3.1".
};

struct ActivityResult {
    std::string type;  ///< ResultType.
    Json title;
    std::vector<Indicator> indicators;
};

/// See above.
struct Activity {
    std::string identifier, status, last_updated;
    Json title;
    std::vector<Json> descriptions;
    Organisation reporting;
    std::vector<Organisation> participating;
    std::array<std::string, 5>
        dates;  ///< By ActivityDateType, 1 to 4: planned and actual start, planned and actual end.
    std::vector<Share> countries, regions, sectors;
    std::vector<std::string> transaction_countries;  ///< Codes, each once.
    std::vector<Location> locations;
    std::vector<Budget> budgets, planned_disbursements;
    std::vector<Transaction> transactions;
    std::vector<Document> documents;
    std::vector<Related> related;
    std::vector<ActivityResult> results;

    const std::string& start() const { return dates[2].empty() ? dates[1] : dates[2]; }
    const std::string& end() const { return dates[4].empty() ? dates[3] : dates[4]; }
};

/// What an element iati-activity says, read with iati::standard_names(). Takes any well-formed element: what
/// does not keep to the standard is passed over.
Activity tell(const xml::Node& activity);

/// Money planned and spent in one year and currency.
struct Year {
    std::string year, currency;
    std::string budget, committed, spent, received;  ///< Exact sums; empty if there is none.
    /// A revised budget covers only a part of the period of another one: both are in the sum, which may count
    /// money twice.
    bool budget_unclear = false;
};

/// Budgets and transactions by year and currency, in that order. A budget belongs to the year in which its
/// period starts. It is left out if revised ones (type 2) cover all days of its period, whatever periods they
/// have: of an original any, of a revised one those that stand after it. Committed:
/// transaction type 2; spent: 3 and 4; received: 1. Other types and amounts that are not decimals are left
/// out.
std::vector<Year> years(const Activity& activity);

}  // namespace tamga::activities
