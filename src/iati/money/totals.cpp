#include "iati/money/totals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <unordered_map>

#include "iati/rules/dates.hpp"
#include "iati/schema/names.hpp"
#include "iati/select/filter.hpp"
#include "iati/standard/standard.hpp"
#include "xml/characters.hpp"

namespace tamga::iati {

Word Words::add(std::string_view text) {
    if (const auto known = numbers_.find(text); known != numbers_.end()) return known->second;
    const auto number = static_cast<Word>(texts_.size());
    numbers_.emplace(texts_.emplace_back(text), number);
    return number;
}

namespace {

using xml::Name;
using xml::Node;
using xml::stripped;

constexpr std::size_t kToldActivities = 1000;
constexpr std::string_view kNotStated = "not stated";
constexpr std::string_view kNotAttributed = "not attributed";
constexpr std::string_view kNoDate = "not a date";
constexpr std::string_view kOtherVocabulary = "only in another vocabulary";

/// Days as 20261123, from a date of XML Schema that the calendar has, with a time or without.
std::int32_t day_of(std::string_view text) {
    text = stripped(text);
    if (text.empty()) return Entry::kNotStated;
    if (!xsd_date(text)) return Entry::kNoDate;
    std::int32_t day = 0;
    for (const char c : text.substr(0, 10))
        if (c != '-') day = day * 10 + (c - '0');
    return day;
}

/// Which parts of an activity's tree are wanted in the book.
struct Wanted {
    bool countries = false, sectors = false;
    std::string sector_vocabulary;
    bool places = false;  ///< Lines and values as written.
};

/// Writes activities into a book.
class Writer {
  public:
    Writer(Book& book, Wanted wanted) : book_(book), wanted_(std::move(wanted)) {
        whole_ = keep({{0, kWhole}});
        not_stated_ = keep({{book_.words.add(kNotStated), kWhole}});
    }

    /// False if percentages of it do not add up.
    bool write(const Part& part) {
        const Node& node = *part.activity;
        adds_up_ = true;
        const auto at = static_cast<std::uint32_t>(book_.activities.size());
        Activity& activity = book_.activities.emplace_back();
        if (const Node* const identifier = node.child("iati-identifier"_iati))
            activity.identifier = book_.words.add(stripped(xml::string_value(*identifier, buffer_)));
        if (const Node* const reporting = node.child("reporting-org"_iati))
            activity.organisation = word(*reporting, "ref"_iati);
        if (const xml::Attribute* const level = node.attribute("hierarchy"_iati))
            activity.level = number(level->value);
        for (const Node* related = node.child("related-activity"_iati); related; related = related->same) {
            const std::string_view kind = attribute(*related, "type"_iati);
            if (kind != "1" && kind != "2" && kind != "5") continue;
            book_.relations.push_back({at,
                                       kind == "1"   ? Relation::Kind::parent
                                       : kind == "2" ? Relation::Kind::child
                                                     : Relation::Kind::same,
                                       word(*related, "ref"_iati)});
        }
        activity.begin = activity.end = static_cast<std::uint32_t>(book_.entries.size());
        const Node* found = node.child("transaction"_iati);
        if (!found) return true;
        const Word currency = book_.words.add(capitals(attribute(node, "default-currency"_iati)));
        const std::uint32_t countries = wanted_.countries ? countries_of(node) : whole_;
        const std::uint32_t sectors = wanted_.sectors ? sectors_of(node) : whole_;
        std::uint64_t line = part.where.line;
        std::size_t counted_to = 0;
        for (; found; found = found->same, ++activity.end) {
            Entry& entry = book_.entries.emplace_back();
            const std::string_view type = of_child(*found, "transaction-type"_iati, "code"_iati);
            entry.type = book_.words.add(type);
            entry.day = day_of(of_child(*found, "transaction-date"_iati, "iso-date"_iati));
            const Node* const value = found->child("value"_iati);
            std::string_view written;
            entry.currency = currency;
            if (value) {
                written = stripped(xml::string_value(*value, buffer_));
                if (const std::string_view own = attribute(*value, "currency"_iati); !own.empty())
                    entry.currency = book_.words.add(capitals(own));
                if (const auto amount = parse_amount(written)) {
                    entry.amount = *amount;
                    entry.readable = true;
                }
            }
            const bool incoming = type == "1" || type == "11" || type == "13";
            entry.partner = book_.words.add(
                of_child(*found, incoming ? "provider-org"_iati : "receiver-org"_iati,
                         incoming ? "provider-activity-id"_iati : "receiver-activity-id"_iati));
            entry.countries = wanted_.countries ? country_at(*found, countries) : whole_;
            entry.sectors = wanted_.sectors ? sector_at(*found, sectors) : whole_;
            if (!wanted_.places) continue;
            const std::size_t offset = found->where - node.where;
            line += static_cast<std::uint64_t>(
                std::ranges::count(part.text.substr(counted_to, offset - counted_to), '\n'));
            counted_to = offset;
            entry.line = static_cast<std::uint32_t>(line);
            book_.values.emplace_back(written);
        }
        return adds_up_;
    }

  private:
    static std::string_view attribute(const Node& node, Name name) {
        const xml::Attribute* const found = node.attribute(name);
        return found ? stripped(found->value) : std::string_view();
    }
    static std::string_view of_child(const Node& node, Name child, Name name) {
        const Node* const found = node.child(child);
        return found ? attribute(*found, name) : std::string_view();
    }
    Word word(const Node& node, Name name) { return book_.words.add(attribute(node, name)); }
    /// A level; 0 if it is none.
    static std::int32_t number(std::string_view text) {
        text = stripped(text);
        if (text.empty() || text.size() > 9) return 0;
        std::int32_t out = 0;
        for (const char c : text) {
            if (c < '0' || c > '9') return 0;
            out = out * 10 + (c - '0');
        }
        return out;
    }

    std::uint32_t keep(Shares shares) {
        const auto [known, fresh] =
            known_.try_emplace(shares, static_cast<std::uint32_t>(book_.shares.size()));
        if (fresh) book_.shares.push_back(std::move(shares));
        return known->second;
    }
    std::uint32_t only(std::string_view text) { return keep({{book_.words.add(text), kWhole}}); }
    std::uint32_t not_attributed() {
        adds_up_ = false;
        return only(kNotAttributed);
    }

    /// The vocabulary that a node is in; the first where it says nothing.
    std::string_view vocabulary(const Node& node) const {
        const std::string_view own = attribute(node, "vocabulary"_iati);
        return own.empty() ? "1" : own;
    }

    /// Codes with their percentages, in one vocabulary and beside it.
    struct Stated {
        Shares shares;
        bool all_stated = true;                                 ///< Each has a percentage, from 0 to 100.
        bool none_stated = true;                                ///< None says anything of one.
        std::map<std::string, Percentage, std::less<>> others;  ///< Sums of the other vocabularies.
    };
    void add(Stated& stated, const Node& node, Word code) {
        const std::string_view said = attribute(node, "percentage"_iati);
        const auto percentage = parse_percentage(said);
        stated.none_stated &= said.empty();
        stated.all_stated &= percentage.has_value();
        stated.shares.emplace_back(code == 0 ? book_.words.add(kNotStated) : code, percentage.value_or(0));
    }
    void add_other(Stated& stated, const Node& node) {
        const auto percentage = parse_percentage(attribute(node, "percentage"_iati));
        Percentage& sum = stated.others[std::string(vocabulary(node))];
        // More than 100 is too much in any case.
        sum = std::min<Percentage>(sum + percentage.value_or(0), 2 * kWhole);
    }
    std::uint32_t shares_of(Stated stated, bool together) {
        Shares& shares = stated.shares;
        if (shares.empty()) return stated.others.empty() ? not_stated_ : only(kOtherVocabulary);
        if (shares.size() == 1 && stated.none_stated && (!together || stated.others.empty()))
            return keep({{shares[0].first, kWhole}});
        if (!stated.all_stated) return not_attributed();
        if (adds_up(shares)) return keep(merged(shares));
        // Countries and the regions of any one vocabulary make 100 together.
        if (together)
            for (const auto& [vocabulary, sum] : stated.others) {
                shares.emplace_back(book_.words.add(kOtherVocabulary), sum);
                if (adds_up(shares)) return keep(merged(shares));
                shares.pop_back();
            }
        return not_attributed();
    }
    /// A code that stands twice as one.
    static Shares merged(const Shares& shares) {
        Shares out;
        std::unordered_map<Word, std::size_t> places;
        for (const auto& [code, percentage] : shares) {
            const auto [place, fresh] = places.try_emplace(code, out.size());
            if (fresh)
                out.emplace_back(code, percentage);
            else
                out[place->second].second += percentage;
        }
        return out;
    }
    std::uint32_t countries_of(const Node& node) {
        Stated stated;
        for (const Node* found = node.child("recipient-country"_iati); found; found = found->same)
            add(stated, *found, book_.words.add(capitals(attribute(*found, "code"_iati))));
        for (const Node* found = node.child("recipient-region"_iati); found; found = found->same)
            if (vocabulary(*found) == "1")
                add(stated, *found, word(*found, "code"_iati));
            else
                add_other(stated, *found);
        return shares_of(std::move(stated), true);
    }
    std::uint32_t sectors_of(const Node& node) {
        Stated stated;
        for (const Node* found = node.child("sector"_iati); found; found = found->same)
            if (vocabulary(*found) == wanted_.sector_vocabulary)
                add(stated, *found, word(*found, "code"_iati));
            else
                add_other(stated, *found);
        return shares_of(std::move(stated), false);
    }

    std::uint32_t country_at(const Node& node, std::uint32_t of_activity) {
        const Node* const country = node.child("recipient-country"_iati);
        const Node* const region = node.child("recipient-region"_iati);
        if (!country && !region) return of_activity;
        if (country) {  // It says more than its region.
            for (const Node* other = country->same; other; other = other->same)
                if (capitals(attribute(*other, "code"_iati)) != capitals(attribute(*country, "code"_iati)))
                    return not_attributed();
            return whole_of(book_.words.add(capitals(attribute(*country, "code"_iati))));
        }
        return one_of(region, "1", of_activity);
    }
    std::uint32_t sector_at(const Node& node, std::uint32_t of_activity) {
        const Node* const sector = node.child("sector"_iati);
        return sector ? one_of(sector, wanted_.sector_vocabulary, of_activity) : of_activity;
    }
    /// Of nodes of one name, the one that is in the vocabulary. Where all are in others, what the activity
    /// says.
    std::uint32_t one_of(const Node* node, std::string_view in, std::uint32_t of_activity) {
        const Node* one = nullptr;
        for (; node; node = node->same) {
            if (vocabulary(*node) != in) continue;
            if (one && attribute(*one, "code"_iati) != attribute(*node, "code"_iati)) return not_attributed();
            one = node;
        }
        if (one) return whole_of(word(*one, "code"_iati));
        return of_activity == not_stated_ ? only(kOtherVocabulary) : of_activity;
    }
    std::uint32_t whole_of(Word code) { return code == 0 ? not_stated_ : keep({{code, kWhole}}); }

    Book& book_;
    Wanted wanted_;
    std::map<Shares, std::uint32_t> known_;
    std::uint32_t whole_, not_stated_;
    bool adds_up_ = true;
    std::string buffer_;
};

/// An amount in the parts of countries and sectors; the same order for every amount.
class Parts {
  public:
    Parts(const Shares& countries, const Shares& sectors) : countries_(countries), sectors_(sectors) {}

    std::vector<Amount> operator()(Amount amount) const {
        if (countries_.size() == 1 && sectors_.size() == 1) return {amount};
        std::vector<Amount> parts;
        for (const Amount part : split(amount, countries_))
            for (const Amount smaller : split(part, sectors_)) parts.push_back(smaller);
        return parts;
    }

  private:
    const Shares& countries_;
    const Shares& sectors_;
};

/// Puts entries into the rows that they belong to.
class Table {
  public:
    Table(Book& book, const TotalsOptions& options, Totals& out) : book_(book), options_(options), out_(out) {
        by_ = options.by;
        for (const Dimension always : {Dimension::type, Dimension::currency})
            if (std::ranges::find(by_, always) == by_.end()) by_.push_back(always);
        for (const std::string& type : options.types) types_.push_back(book.words.add(type));
        not_stated_ = book.words.add(kNotStated);
        no_date_ = book.words.add(kNoDate);
    }

    bool wants(const Entry& entry) const {
        return types_.empty() || std::ranges::find(types_, entry.type) != types_.end();
    }

    /// Adds an entry with what is left out of it.
    void add(const Activity& activity, std::size_t at, std::span<const Omission> left_out) {
        const Entry& entry = book_.entries[at];
        const Shares& countries = book_.shares[entry.countries];
        const Shares& sectors = book_.shares[entry.sectors];
        const Parts parts(countries, sectors);
        Amount rest = entry.amount;
        std::vector<Amount> counted = parts(entry.amount);
        std::vector<std::vector<Amount>> left;
        for (const Omission& one : left_out) {
            ++out_.transactions[one.why];
            rest -= one.amount;
            left.push_back(parts(one.amount));
            for (std::size_t i = 0; i < counted.size(); ++i) counted[i] -= left.back()[i];
        }
        const bool counts = left_out.empty() || rest != 0;
        if (counts) ++out_.transactions[Why::counted];
        std::size_t i = 0;
        for (const auto& [country, of_country] : countries)
            for (const auto& [sector, of_sector] : sectors) {
                const std::vector<Word> key = key_of(activity, entry, country, sector);
                Totals::Row& row = rows_[key];
                if (!entry.readable) {
                    ++row.unreadable;
                } else {
                    row.amount += counted[i];
                    if (counts) ++row.transactions;
                    for (std::size_t j = 0; j < left.size(); ++j)
                        row.left_out[static_cast<std::size_t>(left_out[j].why)] += left[j][i];
                }
                if (options_.list) {
                    if (counts) list(activity, at, key, Why::counted, counted[i]);
                    for (std::size_t j = 0; j < left.size(); ++j)
                        list(activity, at, key, left_out[j].why, left[j][i]);
                }
                ++i;
            }
    }

    void finish() {
        for (auto& [key, row] : rows_) out_.rows.emplace(texts(key), row);
    }

  private:
    std::vector<Word> key_of(const Activity& activity, const Entry& entry, Word country, Word sector) {
        std::vector<Word> key;
        key.reserve(by_.size());
        for (const Dimension dimension : by_) {
            Word word = 0;
            switch (dimension) {
                case Dimension::year:
                    word = year_of(entry.day);
                    break;
                case Dimension::country:
                    word = country;
                    break;
                case Dimension::sector:
                    word = sector;
                    break;
                case Dimension::organisation:
                    word = activity.organisation;
                    break;
                case Dimension::type:
                    word = entry.type;
                    break;
                case Dimension::currency:
                    word = entry.currency;
                    break;
            }
            key.push_back(word == 0 ? not_stated_ : word);
        }
        return key;
    }
    Word year_of(std::int32_t day) {
        if (day == Entry::kNotStated) return not_stated_;
        if (day == Entry::kNoDate) return no_date_;
        std::string year = std::to_string(day / 10'000);
        return book_.words.add(std::string(4 - std::min<std::size_t>(year.size(), 4), '0') + year);
    }
    std::vector<std::string> texts(const std::vector<Word>& key) const {
        std::vector<std::string> texts;
        for (const Word word : key) texts.emplace_back(book_.words.text(word));
        return texts;
    }
    void list(const Activity& activity, std::size_t at, const std::vector<Word>& key, Why why,
              Amount amount) const {
        options_.list({std::string(book_.words.text(activity.identifier)), book_.entries[at].line,
                       book_.values[at], why, texts(key), amount});
    }

    Book& book_;
    const TotalsOptions& options_;
    Totals& out_;
    std::vector<Dimension> by_;
    std::vector<Word> types_;
    std::map<std::vector<Word>, Totals::Row> rows_;
    Word not_stated_, no_date_;
};

/// A type that is no code would leave every transaction out without a word.
Result<void> check_types(const std::vector<std::string>& types) {
    const CodeList known = find_code_list("TransactionType").value();
    std::string all;
    for (std::size_t i = 0; i < known.size(); ++i)
        if (i + 1 == known.size() || known[i].code != known[i + 1].code)  // Of two names the newer one.
            all += fmt::format("{}{} ({})", all.empty() ? "" : ", ", known[i].code, known[i].name);
    for (const std::string& type : types)
        if (!std::ranges::any_of(kVersions, [&](Version version) { return known.has(version, type); }))
            return fail(ErrorCode::invalid_usage, "add up",
                        fmt::format("'{}' is no code of the list TransactionType", type),
                        "write some of " + all);
    return {};
}

}  // namespace

Amount Totals::Row::reported() const {
    Amount sum = amount;
    for (const Amount left : left_out) sum += left;
    return sum;
}

Result<Totals> totals(xml::Source& source, const std::string& name, const TotalsOptions& options) {
    TAMGA_TRY(check_types(options.types));
    const auto asked = [&](Dimension one) { return std::ranges::find(options.by, one) != options.by.end(); };
    Totals out;
    Book book;
    Writer writer(book, {asked(Dimension::country), asked(Dimension::sector), options.sector_vocabulary,
                         static_cast<bool>(options.list)});
    TAMGA_ASSIGN(
        const Filtered read,
        each_part(
            source, name, {}, [&](const xml::Stream& stream) { return check_version(stream, name); },
            [&](const Part& part) -> Result<void> {
                if (part.activity && !writer.write(part) && out.not_adding_up.size() < kToldActivities)
                    out.not_adding_up.emplace_back(book.words.text(book.activities.back().identifier));
                return {};
            },
            options.most_bytes_of_element));
    out.activities = read.activities;
    const Account account = iati::account(book);
    out.doubts = account.doubts;
    Table table(book, options, out);
    auto left = account.left_out.begin();
    for (const Activity& activity : book.activities)
        for (std::uint32_t at = activity.begin; at < activity.end; ++at) {
            const auto begin = left;
            while (left != account.left_out.end() && left->entry == at) ++left;
            if (table.wants(book.entries[at])) table.add(activity, at, {begin, left});
        }
    table.finish();
    return out;
}

}  // namespace tamga::iati
