#include "iati/totals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "iati/rules.hpp"
#include "xml/characters.hpp"
#include "xml/stream.hpp"

namespace tamga::iati {

namespace {

using xml::Name;
using xml::Node;
using xml::stripped;

constexpr Amount kUnit = 100'000'000;
constexpr int kPlaces = 8;
constexpr std::size_t kMostDigits = 20;  // before the point: products with a percentage still fit
constexpr std::size_t kToldActivities = 1000;
constexpr std::string_view kNotStated = "not stated";
constexpr std::string_view kNotAttributed = "not attributed";

/// xs:decimal, rounded half away from zero to eight places.
std::optional<Amount> parse(std::string_view text) {
    text = stripped(text);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string_view whole = text.substr(0, point);
    const std::string_view part = point < text.size() ? text.substr(point + 1) : std::string_view();
    if ((whole.empty() && part.empty()) || whole.size() > kMostDigits) return std::nullopt;
    Amount amount = 0;
    for (char c : whole) {
        if (c < '0' || c > '9') return std::nullopt;
        amount = amount * 10 + (c - '0');
    }
    for (std::size_t i = 0; i < part.size(); ++i)
        if (part[i] < '0' || part[i] > '9') return std::nullopt;
    for (std::size_t i = 0; i < kPlaces; ++i) amount = amount * 10 + (i < part.size() ? part[i] - '0' : 0);
    if (part.size() > kPlaces && part[kPlaces] >= '5') ++amount;
    return negative ? -amount : amount;
}

/// `percentage` (0 to 100, of which six places after the point count) of an amount, rounded half away from zero.
Amount share(Amount amount, Amount percentage) {
    const Amount product = (amount < 0 ? -amount : amount) * (percentage / 100);
    const Amount rounded = (product + kUnit / 2) / kUnit;
    return amount < 0 ? -rounded : rounded;
}

/// A part of an activity's money: a country or sector, and its percentage.
using Shares = std::vector<std::pair<std::string, Amount>>;

struct Transaction {
    std::array<std::string, 4> plain;  ///< year, organisation, type, currency
    Shares countries, sectors;
    Amount amount = 0;
    std::string partner;  ///< The activity that it comes from or goes to.
    std::string value;
    std::uint64_t line = 0;
    bool readable = false;
};

struct Activity {
    std::string identifier;
    std::vector<std::string> parents;
    std::vector<std::string> children;
    std::vector<Transaction> transactions;
};

/// Reads an activity's money out of its tree.
class Teller {
  public:
    explicit Teller(xml::Names& names)
        : activities(names.add("iati-activities")),
          activity(names.add("iati-activity")),
          identifier_(names.add("iati-identifier")),
          reporting_(names.add("reporting-org")),
          transaction_(names.add("transaction")),
          type_(names.add("transaction-type")),
          date_(names.add("transaction-date")),
          value_(names.add("value")),
          country_(names.add("recipient-country")),
          region_(names.add("recipient-region")),
          sector_(names.add("sector")),
          related_(names.add("related-activity")),
          provider_(names.add("provider-org")),
          receiver_(names.add("receiver-org")),
          code_(names.add("code")),
          ref_(names.add("ref")),
          kind_(names.add("type")),
          iso_date_(names.add("iso-date")),
          currency_(names.add("currency")),
          default_currency_(names.add("default-currency")),
          percentage_(names.add("percentage")),
          vocabulary_(names.add("vocabulary")),
          provider_activity_(names.add("provider-activity-id")),
          receiver_activity_(names.add("receiver-activity-id")) {}

    template <typename LineOf>
    Activity read(const Node& node, const LineOf& line_of, bool& adds_up) {
        Activity read;
        if (const Node* const identifier = node.child(identifier_))
            read.identifier = stripped(xml::string_value(*identifier, buffer_));
        for (const Node* related = node.child(related_); related; related = related->same) {
            const std::string_view kind = attribute(*related, kind_);
            if (kind == "1") read.parents.emplace_back(stripped(attribute(*related, ref_)));
            if (kind == "2") read.children.emplace_back(stripped(attribute(*related, ref_)));
        }
        const Node* const reporting = node.child(reporting_);
        const std::string organisation(reporting ? stripped(attribute(*reporting, ref_)) : std::string_view());
        const Shares countries = shares_of(node, true, adds_up);
        const Shares sectors = shares_of(node, false, adds_up);
        for (const Node* found = node.child(transaction_); found; found = found->same) {
            Transaction& made = read.transactions.emplace_back();
            const std::string type(of_child(*found, type_, code_));
            made.plain = {std::string(of_child(*found, date_, iso_date_).substr(0, 4)), organisation, type, {}};
            made.line = line_of(found->where);
            if (const Node* const value = found->child(value_)) {
                made.value = stripped(xml::string_value(*value, buffer_));
                const std::string_view own = attribute(*value, currency_);
                made.plain[3] = own.empty() ? attribute(node, default_currency_) : own;
                if (const auto amount = parse(made.value)) {
                    made.amount = *amount;
                    made.readable = true;
                }
            }
            const bool incoming = type == "1" || type == "11" || type == "13";
            made.partner = stripped(of_child(*found, incoming ? provider_ : receiver_, incoming ? provider_activity_ : receiver_activity_));
            made.countries = own_or(shares_at_transaction(*found, true), countries);
            made.sectors = own_or(shares_at_transaction(*found, false), sectors);
        }
        return read;
    }

    const Name activities, activity;

  private:
    static std::string_view attribute(const Node& node, Name name) {
        const xml::Attribute* const found = node.attribute(name);
        return found ? found->value : std::string_view();
    }
    static std::string_view of_child(const Node& node, Name child, Name name) {
        const Node* const found = node.child(child);
        return found ? attribute(*found, name) : std::string_view();
    }
    static Shares own_or(Shares own, const Shares& activity_shares) { return own.empty() ? activity_shares : std::move(own); }

    /// In the first vocabulary (OECD DAC), or without one.
    bool in_first_vocabulary(const Node& node) const {
        const std::string_view vocabulary = attribute(node, vocabulary_);
        return vocabulary.empty() || vocabulary == "1";
    }
    template <typename Take>
    void each(const Node& node, bool places, const Take& take) const {
        if (places)
            for (const Node* found = node.child(country_); found; found = found->same) take(*found);
        for (const Node* found = node.child(places ? region_ : sector_); found; found = found->same)
            if (in_first_vocabulary(*found)) take(*found);
    }
    Shares shares_at_transaction(const Node& node, bool places) const {
        Shares shares;
        // One a transaction and vocabulary (the standard); a country says more than its region.
        each(node, places, [&](const Node& found) {
            if (shares.empty()) shares.emplace_back(attribute(found, code_), 100 * kUnit);
        });
        return shares;
    }
    Shares shares_of(const Node& node, bool places, bool& adds_up) const {
        Shares shares;
        bool all_stated = true;
        bool in_range = true;
        Amount sum = 0;
        each(node, places, [&](const Node& found) {
            const auto percentage = parse(attribute(found, percentage_));
            all_stated &= percentage.has_value();
            in_range &= !percentage || (*percentage >= 0 && *percentage <= 100 * kUnit);
            sum += percentage.value_or(0);
            shares.emplace_back(attribute(found, code_), percentage.value_or(0));
        });
        if (shares.empty()) return {{std::string(kNotStated), 100 * kUnit}};
        if (shares.size() == 1 && !all_stated) return {{shares[0].first, 100 * kUnit}};
        if (all_stated && in_range && sum == 100 * kUnit) return shares;
        adds_up = false;
        return {{std::string(kNotAttributed), 100 * kUnit}};
    }

    Name identifier_, reporting_, transaction_, type_, date_, value_, country_, region_, sector_, related_, provider_, receiver_,
        code_, ref_, kind_, iso_date_, currency_, default_currency_, percentage_, vocabulary_, provider_activity_,
        receiver_activity_;
    std::string buffer_;
};

/// Decides of each transaction whether it counts, once the whole file is known. What is left out is counted elsewhere: the
/// rules follow two relations, to children and to those who receive, and where these go in a circle neither end leaves
/// anything to the other.
class Ledger {
  public:
    explicit Ledger(const std::vector<Activity>& activities) : activities_(activities), of_(activities.size()) {
        for (std::size_t i = 0; i < activities.size(); ++i) by_identifier_.emplace(activities[i].identifier, i);
        for (std::size_t i = 0; i < activities.size(); ++i) {
            for (const Transaction& transaction : activities[i].transactions)
                if (transaction.readable) of_[i].types.insert(transaction.plain[2]);
            for (const std::string& child : activities[i].children) relate(i, find(child));
            for (const std::string& parent : activities[i].parents) relate(find(parent), i);
        }
        for (std::size_t i = 0; i < activities.size(); ++i)
            for (const Transaction& transaction : activities[i].transactions)
                if (transaction.readable && !from_within(i, transaction)) of_[i].own.insert(transaction.plain[2]);
        for (Relations& one : of_) {
            std::ranges::sort(one.children);
            one.children.erase(std::ranges::unique(one.children).begin(), one.children.end());
        }
        find_circles();
        for (std::size_t i = 0; i < of_.size(); ++i)
            for (const std::size_t child : of_[i].children)
                if (leads(i, child)) of_[i].of_children.insert(of_[child].own.begin(), of_[child].own.end());
    }

    /// Of a transaction of the activity at that index.
    Why why(std::size_t at, const Transaction& transaction) const {
        if (!transaction.readable) return Why::not_a_number;
        const std::string& type = transaction.plain[2];
        if (of_[at].of_children.contains(type)) return Why::at_children;
        if (from_within(at, transaction)) return Why::at_provider;
        const std::size_t receiver = receiver_of(at, transaction);
        if (receiver != kNone && leads(at, receiver) && spends(receiver)) return Why::at_receiver;
        return Why::counted;
    }

  private:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    struct Relations {
        std::unordered_set<std::string> types;  ///< Of its transactions.
        std::unordered_set<std::string> own;    ///< The same without money that comes from another activity in the file.
        std::unordered_set<std::string> of_children;  ///< `own` of all children.
        std::vector<std::size_t> children;
        bool circles = false;  ///< A way from it leads into a circle.
    };

    std::size_t find(const std::string& identifier) const {
        const auto found = by_identifier_.find(identifier);
        return found == by_identifier_.end() ? kNone : found->second;
    }
    void relate(std::size_t parent, std::size_t child) {
        if (parent == kNone || child == kNone || parent == child) return;
        of_[parent].children.push_back(child);
    }
    bool spends(std::size_t at) const { return of_[at].types.contains("3") || of_[at].types.contains("4"); }
    bool leads(std::size_t from, std::size_t to) const { return !(of_[from].circles && of_[to].circles); }

    /// The activity in the file that a disbursement goes to.
    std::size_t receiver_of(std::size_t at, const Transaction& transaction) const {
        if (transaction.plain[2] != "3" || transaction.partner.empty()) return kNone;
        const std::size_t receiver = find(transaction.partner);
        return receiver == at ? kNone : receiver;
    }
    /// Whether it is money that comes from another activity in the file, which tells of it.
    bool from_within(std::size_t at, const Transaction& transaction) const {
        const std::string& type = transaction.plain[2];
        if ((type != "1" && type != "11" && type != "13") || transaction.partner.empty()) return false;
        const std::size_t provider = find(transaction.partner);
        if (provider == kNone || provider == at) return false;
        if (type == "1") return spends(provider);
        return of_[provider].types.contains(type == "11" ? "2" : "12");
    }

    /// Takes away activities from which no way goes on, again and again: what stays leads into a circle.
    void find_circles() {
        std::vector<std::vector<std::size_t>> from(of_.size());
        std::vector<std::size_t> ways(of_.size());
        const auto add = [&](std::size_t at, std::size_t to) {
            from[to].push_back(at);
            ++ways[at];
        };
        for (std::size_t i = 0; i < of_.size(); ++i) {
            for (const std::size_t child : of_[i].children) add(i, child);
            for (const Transaction& transaction : activities_[i].transactions)
                if (const std::size_t receiver = receiver_of(i, transaction); receiver != kNone) add(i, receiver);
        }
        std::vector<std::size_t> ends;
        for (std::size_t i = 0; i < of_.size(); ++i) {
            of_[i].circles = ways[i] > 0;
            if (ways[i] == 0) ends.push_back(i);
        }
        while (!ends.empty()) {
            const std::size_t end = ends.back();
            ends.pop_back();
            for (const std::size_t at : from[end])
                if (--ways[at] == 0) {
                    of_[at].circles = false;
                    ends.push_back(at);
                }
        }
    }

    const std::vector<Activity>& activities_;
    std::vector<Relations> of_;  ///< As activities_.
    std::unordered_map<std::string, std::size_t> by_identifier_;
};

}  // namespace

std::string amount_text(Amount amount) {
    const bool negative = amount < 0;
    if (negative) amount = -amount;
    std::string digits;
    do {
        digits += static_cast<char>('0' + static_cast<int>(amount % 10));
        amount /= 10;
    } while (amount > 0);
    while (digits.size() <= kPlaces) digits += '0';
    std::ranges::reverse(digits);
    digits.insert(digits.size() - kPlaces, ".");
    while (digits.ends_with('0')) digits.pop_back();
    if (digits.ends_with('.')) digits.pop_back();
    return (negative ? "-" : "") + digits;
}

std::string_view sentence(Why why) {
    switch (why) {
        case Why::counted:
            return "counted";
        case Why::at_children:
            return "left out: counted at the activity's children";
        case Why::at_provider:
            return "left out: counted at the activity that it comes from";
        case Why::at_receiver:
            return "left out: counted where it is spent";
        case Why::not_a_number:
            return "left out: the amount cannot be read";
    }
    std::unreachable();
}

Result<Totals> totals(xml::Source& source, const std::string& name, const TotalsOptions& options) {
    xml::Names names;
    Teller teller(names);
    xml::Stream stream(source, names, {.child = options.most_bytes_of_element});
    const auto bad = [&](std::string what, xml::Position where, std::string hint) {
        return fail(ErrorCode::invalid_input, "add up " + name, std::move(what), std::move(hint),
                    fmt::format("{}:{}:{}", name, where.line, where.column));
    };
    const auto broken = [&] {
        return bad(stream.broken()->what, stream.broken()->where,
                   stream.broken()->hint.empty() ? std::string("correct this place") : stream.broken()->hint);
    };
    if (!stream.open()) return broken();
    if (stream.root().name != teller.activities)
        return bad(fmt::format("the root element is '{}', not iati-activities", stream.root().qualified), stream.root_position(0),
                   "only files of activities can be added up");
    Totals out;
    std::vector<Activity> activities;
    xml::Reader reader(names, {.keep_space = false});
    while (auto piece = stream.next()) {
        Node root = stream.root();
        if (!reader.content(piece->text, stream.bindings(), root))
            return bad(reader.fault().what, xml::position_of(piece->text, reader.fault().where, piece->start), "correct this place");
        std::size_t counted_to = 0;
        std::uint64_t line = piece->start.line;
        const auto line_of = [&](std::size_t where) {  // asked for in rising order
            line += static_cast<std::uint64_t>(std::count(piece->text.begin() + static_cast<std::ptrdiff_t>(counted_to),
                                                          piece->text.begin() + static_cast<std::ptrdiff_t>(where), '\n'));
            counted_to = where;
            return line;
        };
        for (const Node* child = root.first; child; child = child->next) {
            if (child->name != teller.activity) continue;
            ++out.activities;
            bool adds_up = true;
            Activity activity = teller.read(*child, line_of, adds_up);
            if (!adds_up && out.not_adding_up.size() < kToldActivities) out.not_adding_up.push_back(activity.identifier);
            activities.push_back(std::move(activity));
        }
    }
    if (stream.broken()) return broken();

    std::vector<Dimension> by = options.by;
    for (const Dimension always : {Dimension::type, Dimension::currency})
        if (std::ranges::find(by, always) == by.end()) by.push_back(always);
    const bool countries = std::ranges::find(by, Dimension::country) != by.end();
    const bool sectors = std::ranges::find(by, Dimension::sector) != by.end();
    static const Shares kWhole{{"", 100 * kUnit}};
    const Ledger ledger(activities);
    for (std::size_t at = 0; at < activities.size(); ++at) {
        const Activity& activity = activities[at];
        for (const Transaction& transaction : activity.transactions) {
            if (!options.types.empty() && std::ranges::find(options.types, transaction.plain[2]) == options.types.end()) continue;
            const Why why = ledger.why(at, transaction);
            ++out.transactions[why];
            if (why != Why::counted && !options.list) continue;
            for (const auto& [country, of_country] : countries ? transaction.countries : kWhole) {
                const Amount part = share(transaction.amount, of_country);
                for (const auto& [sector, of_sector] : sectors ? transaction.sectors : kWhole) {
                    std::vector<std::string> key;
                    for (const Dimension dimension : by) {
                        switch (dimension) {
                            case Dimension::year:
                                key.push_back(transaction.plain[0]);
                                break;
                            case Dimension::country:
                                key.push_back(country);
                                break;
                            case Dimension::sector:
                                key.push_back(sector);
                                break;
                            case Dimension::organisation:
                                key.push_back(transaction.plain[1]);
                                break;
                            case Dimension::type:
                                key.push_back(transaction.plain[2]);
                                break;
                            case Dimension::currency:
                                key.push_back(transaction.plain[3]);
                                break;
                        }
                        if (key.back().empty()) key.back() = kNotStated;
                    }
                    const Amount amount = share(part, of_sector);
                    if (options.list) options.list({activity.identifier, transaction.line, transaction.value, why, key, amount});
                    if (why != Why::counted) continue;
                    Totals::Row& row = out.rows[std::move(key)];
                    row.amount += amount;
                    ++row.transactions;
                }
            }
        }
    }
    return out;
}

}  // namespace tamga::iati
