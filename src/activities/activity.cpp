#include "activities/activity.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <utility>

#include "base/date.hpp"
#include "base/decimal.hpp"
#include "iati/schema/names.hpp"
#include "model/check.hpp"
#include "model/record.hpp"
#include "xml/characters.hpp"

namespace tamga::activities {

namespace {

using iati::StandardName;
using iati::operator""_iati;
using xml::Node;

/// Text as one line: white space around it taken off, inside made single spaces, control characters dropped.
std::string line(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (xml::is_space(c) || c == 0x7f) {
            if (!out.empty() && out.back() != ' ') out += ' ';
        } else {
            out += c;
        }
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

/// A language tag as the register takes them: its first part in lower case; "und" if it is none.
std::string language_tag(std::string_view text) {
    std::string tag = line(text);
    std::ranges::transform(tag, tag.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return is_language_tag(tag) ? tag : "und";
}

/// IndicatorVocabulary: the indicators of the Sustainable Development Goals.
constexpr std::string_view kSdgIndicators = "9";

class Teller {
  public:
    explicit Teller(const Node& activity) : activity_(activity) {
        const xml::Attribute* const lang = activity.attribute(xml::kXmlSpace, "lang");
        language_ = lang ? language_tag(lang->value) : "und";
        currency_ = attribute(activity, "default-currency");
    }

    Activity tell() {
        Activity out;
        out.identifier = text(activity_, "iati-identifier");
        out.last_updated = attribute(activity_, "last-updated-datetime");
        out.status = of_child(activity_, "activity-status", "code");
        out.title = texts(activity_.child("title"_iati));
        each(activity_, "description", [&](const Node& node) { out.descriptions.push_back(texts(&node)); });
        std::erase_if(out.descriptions, [](const Json& one) { return one.empty(); });
        if (const Node* const reporting = activity_.child("reporting-org"_iati))
            out.reporting = organisation(*reporting);
        each(activity_, "participating-org",
             [&](const Node& node) { out.participating.push_back(organisation(node)); });
        each(activity_, "activity-date", [&](const Node& node) {
            const std::string type = attribute(node, "type");
            if (type.size() == 1 && type[0] >= '1' && type[0] <= '4')
                out.dates[static_cast<std::size_t>(type[0] - '0')] = day(node);
        });
        each(activity_, "recipient-country", [&](const Node& node) { out.countries.push_back(share(node)); });
        each(activity_, "recipient-region", [&](const Node& node) { out.regions.push_back(share(node)); });
        each(activity_, "sector", [&](const Node& node) { out.sectors.push_back(share(node)); });
        each(activity_, "location", [&](const Node& node) { out.locations.push_back(location(node)); });
        each(activity_, "budget", [&](const Node& node) { out.budgets.push_back(budget(node)); });
        each(activity_, "planned-disbursement",
             [&](const Node& node) { out.planned_disbursements.push_back(budget(node)); });
        each(activity_, "transaction", [&](const Node& node) {
            out.transactions.push_back(transaction(node));
            each(node, "recipient-country", [&](const Node& country) {
                std::string code = attribute(country, "code");
                if (std::ranges::find(out.transaction_countries, code) == out.transaction_countries.end())
                    out.transaction_countries.push_back(std::move(code));
            });
        });
        each(activity_, "document-link", [&](const Node& node) { out.documents.push_back(document(node)); });
        each(activity_, "related-activity", [&](const Node& node) {
            out.related.push_back({attribute(node, "type"), attribute(node, "ref")});
        });
        each(activity_, "result", [&](const Node& node) { out.results.push_back(result(node)); });
        return out;
    }

  private:
    template <typename Act>
    void each(const Node& parent, StandardName child, const Act& act) const {
        for (const Node* node = parent.child(child); node; node = node->same) act(*node);
    }
    std::string attribute(const Node& node, StandardName wanted) const {
        const xml::Attribute* const found = node.attribute(wanted);
        return found ? line(found->value) : std::string();
    }
    std::string of_child(const Node& parent, StandardName child, StandardName wanted) const {
        const Node* const node = parent.child(child);
        return node ? attribute(*node, wanted) : std::string();
    }
    std::string text(const Node& parent, StandardName child) const {
        const Node* const node = parent.child(child);
        std::string buffer;
        return node ? line(xml::string_value(*node, buffer)) : std::string();
    }
    /// The narratives of an element; the first of each language.
    Json texts(const Node* node) const {
        Json out = Json::object();
        if (!node) return out;
        each(*node, "narrative", [&](const Node& narrative) {
            const xml::Attribute* const lang = narrative.attribute(xml::kXmlSpace, "lang");
            std::string buffer;
            const std::string words = line(xml::string_value(narrative, buffer));
            if (words.empty()) return;
            const std::string tag = lang ? language_tag(lang->value) : language_;
            if (!out.contains(tag)) out[tag] = words;
        });
        return out;
    }
    /// Of iso-date, the day alone; empty if it is none.
    std::string day(const Node& node) const {
        std::string date = attribute(node, "iso-date");
        date.resize(std::min<std::size_t>(date.size(), 10));
        return date.size() == 10 && Date::parse(date) ? date : std::string();
    }
    std::string day_of(const Node& parent, StandardName child) const {
        const Node* const node = parent.child(child);
        return node ? day(*node) : std::string();
    }
    Organisation organisation(const Node& node) const {
        return {attribute(node, "ref"), attribute(node, "type"), attribute(node, "role"), texts(&node)};
    }
    Organisation organisation_of(const Node& parent, StandardName child) const {
        const Node* const node = parent.child(child);
        return node ? organisation(*node) : Organisation{{}, {}, {}, Json::object()};
    }
    Share share(const Node& node) const {
        return {attribute(node, "code"), attribute(node, "vocabulary"), attribute(node, "percentage"),
                texts(&node)};
    }
    Money money(const Node& parent) const {
        const std::string own = of_child(parent, "value", "currency");
        return {text(parent, "value"), own.empty() ? currency_ : own};
    }
    Location location(const Node& node) const {
        Location out{texts(node.child("name"_iati)), {}, {}, of_child(node, "exactness", "code")};
        const Node* const point = node.child("point"_iati);
        const std::string position = point ? text(*point, "pos") : std::string();
        const std::size_t space = position.find(' ');
        if (space == std::string::npos) return out;
        const auto latitude = canonical_decimal(position.substr(0, space));
        const auto longitude = canonical_decimal(position.substr(space + 1));
        if (latitude && longitude && is_on_earth(*latitude, *longitude)) {
            out.latitude = *latitude;
            out.longitude = *longitude;
        }
        return out;
    }
    Budget budget(const Node& node) const {
        Budget out{attribute(node, "type"), attribute(node, "status"), day_of(node, "period-start"),
                   day_of(node, "period-end"), money(node)};
        if (out.type.empty()) out.type = "1";
        if (out.status.empty()) out.status = "1";
        return out;
    }
    Transaction transaction(const Node& node) const {
        return {of_child(node, "transaction-type", "code"),
                day_of(node, "transaction-date"),
                money(node),
                texts(node.child("description"_iati)),
                organisation_of(node, "provider-org"),
                organisation_of(node, "receiver-org")};
    }
    Document document(const Node& node) const {
        Document out{attribute(node, "url"), attribute(node, "format"), texts(node.child("title"_iati)), {}};
        each(node, "category",
             [&](const Node& category) { out.categories.push_back(attribute(category, "code")); });
        return out;
    }
    Measured measured(const Node& node) const {
        std::string when = attribute(node, "iso-date");
        return {attribute(node, "value"), when.empty() ? attribute(node, "year") : when,
                texts(node.child("comment"_iati))};
    }
    std::vector<Measured> all_measured(const Node& parent, StandardName child) const {
        std::vector<Measured> out;
        each(parent, child, [&](const Node& node) { out.push_back(measured(node)); });
        return out;
    }
    std::string sdg_target(const Node& indicator) const {
        std::string out;
        each(indicator, "reference", [&](const Node& reference) {
            if (!out.empty() || attribute(reference, "vocabulary") != kSdgIndicators) return;
            const std::string code = attribute(reference, "code");
            const std::size_t last = code.rfind('.');
            if (last != std::string::npos && code.find('.') != last) out = code.substr(0, last);
        });
        return out;
    }
    ActivityResult result(const Node& node) const {
        ActivityResult out{attribute(node, "type"), texts(node.child("title"_iati)), {}};
        each(node, "indicator", [&](const Node& inner) {
            Indicator& indicator = out.indicators.emplace_back(Indicator{attribute(inner, "measure"),
                                                                         texts(inner.child("title"_iati)),
                                                                         all_measured(inner, "baseline"),
                                                                         {},
                                                                         sdg_target(inner)});
            each(inner, "period", [&](const Node& period) {
                indicator.periods.push_back({day_of(period, "period-start"), day_of(period, "period-end"),
                                             all_measured(period, "target"), all_measured(period, "actual")});
            });
        });
        return out;
    }

    const Node& activity_;
    std::string language_, currency_;
};

/// The days that revised budgets cover.
class Revised {
  public:
    enum class Reach { none, part, whole };

    /// How much of a budget's period is covered so far.
    Reach reach(const Budget& budget) const {
        const auto days = days_of(budget);
        if (!days) return same_.contains({budget.start, budget.end}) ? Reach::whole : Reach::none;
        auto run = runs_.upper_bound(days->last);
        if (run == runs_.begin()) return Reach::none;
        --run;  // the last that starts in the period or before it
        if (run->second < days->first) return Reach::none;
        return run->first <= days->first && run->second >= days->last ? Reach::whole : Reach::part;
    }
    void add(const Budget& budget) {
        const auto days = days_of(budget);
        if (!days) {
            same_.emplace(budget.start, budget.end);
            return;
        }
        // One run with all that it touches.
        auto [first, last] = *days;
        auto run = runs_.upper_bound(last + 1);
        while (run != runs_.begin() && std::prev(run)->second >= first - 1) {
            --run;
            first = std::min(first, run->first);
            last = std::max(last, run->second);
            run = runs_.erase(run);
        }
        runs_.emplace(first, last);
    }

  private:
    struct Days {
        long long first, last;
    };
    /// Nothing for a period that is none.
    static std::optional<Days> days_of(const Budget& budget) {
        const auto start = Date::parse(budget.start);
        const auto end = Date::parse(budget.end);
        if (!start || !end || *end < *start) return std::nullopt;
        return Days{start->day_number(), end->day_number()};
    }

    std::map<long long, long long> runs_;                 ///< First day → last day; apart from one another.
    std::set<std::pair<std::string, std::string>> same_;  ///< Periods that are none: equal ones are the same.
};

}  // namespace

Activity tell(const xml::Node& activity) {
    return Teller(activity).tell();
}

std::vector<Year> years(const Activity& activity) {
    struct Sums {
        std::optional<Decimal> budget, committed, spent, received;
        bool unclear = false;
    };
    std::map<std::pair<std::string, std::string>, Sums> sums;
    /// Gives the sums that the amount went to; null if there is none to add.
    const auto add = [&](const std::string& date, const Money& money,
                         std::optional<Decimal> Sums::* to) -> Sums* {
        const auto written = canonical_decimal(money.value);
        if (date.empty() || !written) return nullptr;
        const auto amount = Decimal::parse(*written);
        if (!amount) return nullptr;
        Sums& year = sums[{date.substr(0, 4), money.currency}];
        std::optional<Decimal>& sum = year.*to;
        sum = sum ? *sum + *amount : *amount;
        return &year;
    };
    // The last revision first, so that each is compared with those after it; the originals at the end.
    Revised revised;
    const auto add_budget = [&](const Budget& budget, bool revises) {
        const Revised::Reach reach = revised.reach(budget);
        if (revises) revised.add(budget);
        if (reach == Revised::Reach::whole) return;
        if (Sums* const year = add(budget.start, budget.money, &Sums::budget))
            year->unclear |= reach == Revised::Reach::part;
    };
    for (const Budget& budget : std::views::reverse(activity.budgets))
        if (budget.type == "2") add_budget(budget, true);
    for (const Budget& budget : activity.budgets)
        if (budget.type != "2") add_budget(budget, false);
    for (const Transaction& transaction : activity.transactions) {
        if (transaction.type == "2") add(transaction.date, transaction.money, &Sums::committed);
        if (transaction.type == "3" || transaction.type == "4")
            add(transaction.date, transaction.money, &Sums::spent);
        if (transaction.type == "1") add(transaction.date, transaction.money, &Sums::received);
    }
    std::vector<Year> out;
    const auto text = [](const std::optional<Decimal>& sum) { return sum ? sum->text() : std::string(); };
    for (const auto& [key, sum] : sums)
        out.push_back({key.first, key.second, text(sum.budget), text(sum.committed), text(sum.spent),
                       text(sum.received), sum.unclear});
    return out;
}

}  // namespace tamga::activities
