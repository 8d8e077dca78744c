#include "iati/money/once.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace tamga::iati {

namespace {

using Index = std::uint32_t;                          ///< Of an activity, or of an entry.
constexpr Index kNobody = static_cast<Index>(-1);     ///< None is named.
constexpr Index kElsewhere = static_cast<Index>(-2);  ///< One that is not in the file.

/// Money goes through stages; each is told by who gives and by who receives.
enum class Side : std::uint8_t { gives, receives, neither };
struct Stage {
    std::uint32_t number;  ///< Payments, commitments, pledges; every other type is a stage by itself.
    Side side;
};
constexpr std::uint32_t kStages = 3;

Stage stage_of(std::string_view type, Word word) {
    if (type == "3" || type == "4") return {0, Side::gives};
    if (type == "1") return {0, Side::receives};
    if (type == "2") return {1, Side::gives};
    if (type == "11") return {1, Side::receives};
    if (type == "12") return {2, Side::gives};
    if (type == "13") return {2, Side::receives};
    return {kStages + word, Side::neither};
}

/// Which nodes lead back to themselves: the strongly connected component of each node (Tarjan).
class Components {
  public:
    explicit Components(const std::map<Index, std::vector<Index>>& edges) : edges_(edges) {
        for (const auto& [from, to] : edges)
            if (!found_.contains(from)) visit(from);
    }
    bool together(Index a, Index b) const { return found_.at(a).component == found_.at(b).component; }

  private:
    struct Found {
        std::size_t order, low, component = 0;
        std::size_t next = 0;  ///< The edge to follow next.
        bool open = true;
    };
    void visit(Index start) {
        static const std::vector<Index> kNone;
        std::vector<Index> path{start};
        begin(start);
        while (!path.empty()) {
            const Index at = path.back();
            Found& here = found_.at(at);
            const auto edge = edges_.find(at);
            const std::vector<Index>& to = edge == edges_.end() ? kNone : edge->second;
            if (here.next < to.size()) {
                const Index next = to[here.next++];
                const auto known = found_.find(next);
                if (known == found_.end()) {
                    begin(next);
                    path.push_back(next);
                } else if (known->second.open) {
                    here.low = std::min(here.low, known->second.order);
                }
                continue;
            }
            path.pop_back();
            if (!path.empty()) {
                Found& before = found_.at(path.back());
                before.low = std::min(before.low, here.low);
            }
            if (here.low != here.order) continue;
            for (bool more = true; more; waiting_.pop_back()) {
                Found& one = found_.at(waiting_.back());
                one.component = here.order;
                one.open = false;
                more = waiting_.back() != at;
            }
        }
    }
    void begin(Index node) {
        found_.emplace(node, Found{found_.size(), found_.size()});
        waiting_.push_back(node);
    }

    const std::map<Index, std::vector<Index>>& edges_;
    std::unordered_map<Index, Found> found_;
    std::vector<Index> waiting_;
};

class Once {
  public:
    explicit Once(const Book& book)
        : book_(book),
          home_(book.words.size(), kElsewhere),
          node_(book.activities.size()),
          gone_(book.entries.size()),
          owner_(book.entries.size()) {
        rest_.reserve(book.entries.size());
        for (const Entry& entry : book.entries) rest_.push_back(entry.amount);
    }

    Account account() {
        name_activities();
        leave_out_copies();
        leave_out_other_reports();
        find_parents();
        find_transfers();
        find_levels();
        reckon();
        return told();
    }

  private:
    using Entries = std::vector<Index>;

    struct Node {  ///< At the first activity of a group that is one.
        Index parent = kNobody;
        Index family = kNobody;  ///< The first activity of all that hang together by parents.
        std::uint32_t depth = 0;
        std::uint32_t family_size = 0;  ///< At the family's first activity.
        bool joined = false;            ///< It names another activity, or another names it.
        bool level = false;             ///< Told apart from others of its organisation by @hierarchy alone.
    };

    // What activities are the same.

    Index root(Index at) {
        while (node_[at] != at) at = node_[at] = node_[node_[at]];
        return at;
    }
    /// The activity that is named, as a node; kElsewhere if it is not in the file.
    Index named(Word identifier) {
        return home_[identifier] == kElsewhere ? kElsewhere : root(home_[identifier]);
    }

    void name_activities() {
        for (Index i = 0; i < book_.activities.size(); ++i) {
            const Activity& activity = book_.activities[i];
            node_[i] = i;
            std::fill(owner_.begin() + activity.begin, owner_.begin() + activity.end, i);
            if (activity.identifier == 0) continue;
            Index& home = home_[activity.identifier];
            if (home == kElsewhere) home = i;
            node_[i] = home;
            if (home != i) copies_[home].push_back(i);
        }
        first_ = node_;
        for (Index e = 0; e < book_.entries.size(); ++e)
            if (!book_.entries[e].readable) leave(e, Why::not_a_number, 0);
    }

    void leave(Index entry, Why why, Amount amount) {
        out_.left_out.push_back({entry, why, amount});
        rest_[entry] -= amount;
        if (why == Why::not_a_number || why == Why::in_another_copy || why == Why::in_another_report)
            gone_[entry] = true;
    }

    void doubt(Doubt doubt, Index activity) { doubts_.emplace(doubt, activity); }

    /// Of each transaction that several copies state, the most that one of them states is counted.
    void leave_out_copies() {
        using Same = std::tuple<Word, std::int32_t, Word, Amount, Word>;
        for (const auto& [home, others] : copies_) {
            std::map<Same, std::uint32_t> counted, of_first;
            const auto take = [&](Index copy) {
                std::map<Same, std::uint32_t> here;
                for (Index e = book_.activities[copy].begin; e < book_.activities[copy].end; ++e) {
                    const Entry& one = book_.entries[e];
                    if (!one.readable) continue;
                    const Same same{one.type, one.day, one.currency, one.amount, one.partner};
                    std::uint32_t& most = counted[same];
                    if (++here[same] > most) {
                        most = here[same];
                    } else {
                        leave(e, Why::in_another_copy, one.amount);
                    }
                }
                return here;
            };
            of_first = take(home);
            for (const Index copy : others)
                if (take(copy) != of_first) doubt(Doubt::copies_differ, home);
        }
    }

    /// Activities that are one by related-activity of type 5: of each stage's side and currency the report
    /// with the largest sum counts.
    void leave_out_other_reports() {
        for (const Relation& relation : book_.relations) {
            if (relation.kind != Relation::Kind::same) continue;
            const Index other = named(relation.other);
            const Index here = root(relation.activity);
            if (other == kElsewhere || other == here) continue;
            node_[std::max(here, other)] = std::min(here, other);
            several_.insert(first_[relation.activity]);
            several_.insert(home_[relation.other]);
        }
        struct Report {
            Amount sum = 0;
            Entries entries;
        };
        std::map<std::tuple<Index, std::uint32_t, Side, Word>, std::map<Index, Report>> reports;
        if (several_.empty()) return;
        for (Index e = 0; e < book_.entries.size(); ++e) {
            const Index first = first_[owner_[e]];
            if (gone_[e] || !several_.contains(first)) continue;
            const Stage stage = stage_at(e);
            Report& report =
                reports[{root(first), stage.number, stage.side, book_.entries[e].currency}][first];
            report.sum += rest_[e];
            report.entries.push_back(e);
        }
        for (const auto& [key, by_activity] : reports) {
            const auto counts = std::ranges::max_element(
                by_activity, {}, [](const auto& one) { return one.second.sum; });  // the first of equal ones
            for (const auto& [first, report] : by_activity)
                if (first != counts->first)
                    for (const Index e : report.entries) leave(e, Why::in_another_report, rest_[e]);
        }
    }

    // How they are related.

    void find_parents() {
        nodes_.resize(node_.size());
        for (Index i = 0; i < node_.size(); ++i) node_[i] = root(i);
        // What an activity says of its own parents goes before what others say of it.
        for (const Relation::Kind kind : {Relation::Kind::parent, Relation::Kind::child})
            for (const Relation& relation : book_.relations) {
                nodes_[node_[relation.activity]].joined = true;
                if (relation.kind != kind) continue;
                const Index other = named(relation.other);
                if (other == kElsewhere || other == node_[relation.activity]) continue;
                const bool up = kind == Relation::Kind::parent;
                const Index child = up ? node_[relation.activity] : other;
                const Index parent = up ? other : node_[relation.activity];
                if (nodes_[child].parent == kNobody)
                    nodes_[child].parent = parent;
                else if (nodes_[child].parent != parent)
                    doubt(Doubt::several_parents, child);
            }
        for (const Relation& relation : book_.relations)
            if (const Index other = named(relation.other); other != kElsewhere) nodes_[other].joined = true;
        open_circles();
        name_families();
    }

    /// Takes the parents from those that are their own ancestors.
    void open_circles() {
        enum : std::uint8_t { fresh, here, done };
        std::vector<std::uint8_t> state(nodes_.size(), fresh);
        std::vector<Index> path, circle;
        for (Index i = 0; i < nodes_.size(); ++i) {
            path.clear();
            Index at = i;
            for (; at != kNobody && state[at] == fresh; at = nodes_[at].parent) {
                state[at] = here;
                path.push_back(at);
            }
            if (at != kNobody && state[at] == here)
                circle.insert(circle.end(), std::ranges::find(path, at), path.end());
            for (const Index one : path) state[one] = done;
        }
        for (const Index one : circle) {
            nodes_[one].parent = kNobody;
            doubt(Doubt::circle, one);
        }
    }

    /// Families are called by their first activity in the file, which need not be the one above all others.
    void name_families() {
        std::vector<Index> top(nodes_.size(), kNobody);
        std::vector<Index> first(nodes_.size(), kNobody);
        std::vector<Index> path;
        for (Index i = 0; i < nodes_.size(); ++i) {
            if (node_[i] != i) continue;
            Index at = i;
            for (; top[at] == kNobody && nodes_[at].parent != kNobody; at = nodes_[at].parent)
                path.push_back(at);
            if (top[at] == kNobody) top[at] = at;
            for (; !path.empty(); path.pop_back()) {
                const Index one = path.back();
                top[one] = top[at];
                nodes_[one].depth = nodes_[nodes_[one].parent].depth + 1;
            }
            Index& family = first[top[i]];
            if (family == kNobody) family = i;
            nodes_[i].family = family;
            ++nodes_[family].family_size;
        }
    }
    Index family(Index node) const { return nodes_[node].family; }

    Stage stage_at(Index entry) {
        const Word type = book_.entries[entry].type;
        const auto [known, fresh] = stages_.try_emplace(type);
        if (fresh) known->second = stage_of(book_.words.text(type), type);
        return known->second;
    }
    Index node_at(Index entry) const { return node_[owner_[entry]]; }
    Index family_at(Index entry) const { return family(node_at(entry)); }
    /// The node that a transaction names at its other end.
    Index partner(Index entry) const {
        const Word word = book_.entries[entry].partner;
        if (word == 0) return kNobody;
        const Index other = home_[word] == kElsewhere ? kElsewhere : node_[home_[word]];
        return other == node_at(entry) ? kNobody : other;
    }
    static bool is_activity(Index partner) { return partner != kNobody && partner != kElsewhere; }

    void find_transfers() {
        for (Index e = 0; e < book_.entries.size(); ++e) {
            if (stage_at(e).side == Side::neither) continue;
            const Index other = partner(e);
            if (!is_activity(other)) continue;
            for (const Index one : {node_at(e), other}) {
                nodes_[one].joined = true;
                transfers_.insert(family(one));
            }
        }
    }

    /// Levels of an organisation are looked at where nothing else joins an activity to another.
    void find_levels() {
        std::map<Word, std::set<std::int32_t>> levels;
        const auto alone = [&](Index i) {
            const Activity& activity = book_.activities[i];
            return node_[i] == i && !nodes_[i].joined && activity.organisation != 0 && activity.level > 0;
        };
        for (Index i = 0; i < nodes_.size(); ++i)
            if (alone(i)) levels[book_.activities[i].organisation].insert(book_.activities[i].level);
        for (Index i = 0; i < nodes_.size(); ++i)
            nodes_[i].level = alone(i) && levels[book_.activities[i].organisation].size() > 1;
    }

    // What is left out for what.

    struct Bucket {
        Entries gives, receives, neither;
    };

    void reckon() {
        std::map<std::pair<std::uint32_t, Word>, Bucket> buckets;
        for (Index e = 0; e < book_.entries.size(); ++e) {
            if (gone_[e]) continue;
            const Index group = family_at(e);
            if (nodes_[group].family_size < 2 && !nodes_[node_at(e)].level && !transfers_.contains(group))
                continue;
            const Stage stage = stage_at(e);
            Bucket& bucket = buckets[{stage.number, book_.entries[e].currency}];
            (stage.side == Side::gives      ? bucket.gives
             : stage.side == Side::receives ? bucket.receives
                                            : bucket.neither)
                .push_back(e);
            if (stage.side == Side::gives) giving_.emplace(stage.number, group);
        }
        for (auto& [key, bucket] : buckets) {
            sort(bucket.gives);
            sort(bucket.receives);
            sort(bucket.neither);
            leave_to_children(bucket.neither);
            leave_to_levels(bucket.neither);
            const auto inside = given_inside(bucket.gives);
            leave_to_children(bucket.gives);
            leave_to_levels(bucket.gives);
            leave_to_providers_inside(bucket.receives, inside);
            leave_to_children(bucket.receives);
            leave_to_levels(bucket.receives);
            leave_to_others(key.first, bucket);
        }
    }

    /// The earliest first; those without a day last; the order of the file between equal ones.
    void sort(Entries& entries) const {
        std::ranges::stable_sort(entries, {}, [&](Index e) { return book_.entries[e].day; });
    }
    Amount net(const Entries& entries) const {
        return std::accumulate(entries.begin(), entries.end(), Amount(0),
                               [&](Amount sum, Index e) { return sum + rest_[e]; });
    }
    /// Leaves out so much of the entries, which together are that much or more: corrections (what is below
    /// zero) first and whole, then the others in their order, the last as far as is needed.
    void take(const Entries& entries, Amount much, Why why) {
        if (much <= 0) return;
        for (const Index e : entries)
            if (const Amount amount = rest_[e]; amount < 0) {
                leave(e, why, amount);
                much -= amount;
            }
        for (const Index e : entries) {
            if (much == 0) return;
            if (const Amount amount = std::min(rest_[e], much); amount > 0) {
                leave(e, why, amount);
                much -= amount;
            }
        }
    }

    /// A parent's amounts are left out up to what is counted at its children and below them.
    void leave_to_children(const Entries& entries) {
        std::map<Index, Entries> by_node;
        for (const Index e : entries)
            if (nodes_[family_at(e)].family_size > 1) by_node[node_at(e)].push_back(e);
        std::unordered_map<Index, Amount> below;  ///< Of every node that has entries, and all above it.
        std::vector<Index> order;
        for (const auto& [node, own] : by_node)
            for (Index at = node; at != kNobody && below.try_emplace(at).second; at = nodes_[at].parent)
                order.push_back(at);
        std::ranges::sort(order, [&](Index a, Index b) {
            return std::pair(nodes_[b].depth, a) < std::pair(nodes_[a].depth, b);
        });
        for (const Index node : order) {
            Entries& own = by_node[node];
            // What goes to the family's own members is told by them first of all.
            std::ranges::stable_sort(own, {}, [&](Index e) {
                const Index other = partner(e);
                if (stage_at(e).side == Side::neither || other == kNobody) return 1;
                return is_activity(other) && family(other) == family(node) ? 0 : 2;
            });
            const Amount sum = net(own);
            const Amount left = std::max(Amount(0), std::min(sum, below[node]));
            take(own, left, Why::at_children);
            if (nodes_[node].parent != kNobody) below[nodes_[node].parent] += sum - left + below[node];
        }
    }

    /// The same for the levels of an organisation, each as one.
    void leave_to_levels(const Entries& entries) {
        std::map<Word, std::map<std::int32_t, Entries, std::greater<>>> by_level;
        for (const Index e : entries)
            if (nodes_[node_at(e)].level) {
                const Activity& activity = book_.activities[node_at(e)];
                by_level[activity.organisation][activity.level].push_back(e);
            }
        for (const auto& [organisation, levels] : by_level) {
            Amount below = 0;
            for (const auto& [level, own] : levels) {
                const Amount sum = net(own);
                const Amount left = std::max(Amount(0), std::min(sum, below));
                take(own, left, Why::at_level_below);
                below += sum - left;
            }
        }
    }

    /// What each member of a family reports as given to another member, or to nobody by name.
    std::unordered_map<Index, Amount> given_inside(const Entries& gives) {
        std::unordered_map<Index, Amount> given;
        for (const Index e : gives) {
            const Index other = partner(e);
            if (nodes_[family_at(e)].family_size > 1 &&
                (other == kNobody || (is_activity(other) && family(other) == family_at(e))))
                given[node_at(e)] += rest_[e];
        }
        return given;
    }
    void leave_to_providers_inside(const Entries& receives, const std::unordered_map<Index, Amount>& given) {
        std::map<Index, Entries> by_provider;
        for (const Index e : receives) {
            const Index other = partner(e);
            if (is_activity(other) && family(other) == family_at(e)) by_provider[other].push_back(e);
        }
        for (const auto& [provider, entries] : by_provider) {
            const auto found = given.find(provider);
            if (found != given.end()) take(entries, std::min(net(entries), found->second), Why::at_provider);
        }
    }

    /// Both sides of what goes from one family to another.
    void leave_to_others(std::uint32_t stage, const Bucket& bucket) {
        struct Transfer {
            Entries given, received;
            Amount named = 0;    ///< The giver names the receiver.
            Amount claimed = 0;  ///< The receiver alone does.
        };
        std::map<std::pair<Index, Index>, Transfer> transfers;  ///< In the order of the file.
        std::map<Index, Entries> unnamed;
        std::unordered_map<Index, Amount> known;  ///< What a family gives, that others' gifts can be told by.
        for (const Index e : bucket.gives) {
            const Index from = family_at(e);
            const Index other = partner(e);
            known[from] += rest_[e];
            if (other == kNobody) unnamed[from].push_back(e);
            if (is_activity(other) && family(other) != from)
                transfers[{from, family(other)}].given.push_back(e);
        }
        for (const Index e : bucket.receives) {
            const Index other = partner(e);
            if (is_activity(other) && family(other) != family_at(e))
                transfers[{family(other), family_at(e)}].received.push_back(e);
        }
        std::unordered_map<Index, Amount> free;
        for (const auto& [from, entries] : unnamed) free[from] = std::max(Amount(0), net(entries));
        std::map<Index, std::vector<Index>> edges;
        for (auto& [ends, transfer] : transfers) {
            const auto [from, to] = ends;
            transfer.named = std::max(Amount(0), net(transfer.given));
            const Amount received = std::max(Amount(0), net(transfer.received));
            if (received > transfer.named) {
                transfer.claimed = std::min(received - transfer.named, free[from]);
                free[from] -= transfer.claimed;
            }
            take(transfer.received, std::min(received, transfer.named + transfer.claimed), Why::at_provider);
            if (transfer.named + transfer.claimed > 0) edges[from].push_back(to);
        }
        const Components components(edges);
        std::map<Index, Amount> of_unnamed;
        for (const auto& [ends, transfer] : transfers) {
            const auto [from, to] = ends;
            const Amount moved = transfer.named + transfer.claimed;
            if (moved == 0) continue;
            if (components.together(from, to)) {
                doubt(Doubt::circle, from);
                doubt(Doubt::circle, to);
                continue;
            }
            const auto spends = known.find(to);
            if (spends == known.end()) {
                if (giving_.contains({stage, to})) doubt(Doubt::other_currency, to);
                continue;
            }
            const Amount left = std::min(moved, std::max(Amount(0), spends->second));
            spends->second -= left;
            take(transfer.given, std::min(left, transfer.named), Why::at_receiver);
            of_unnamed[from] += std::max(Amount(0), left - transfer.named);
        }
        for (const auto& [from, left] : of_unnamed) take(unnamed[from], left, Why::at_receiver);
    }

    Account told() {
        std::ranges::sort(out_.left_out, {},
                          [](const Omission& one) { return std::pair(one.entry, one.why); });
        for (const auto& [doubt, activity] : doubts_) {
            Account::Told& told = out_.doubts[doubt];
            if (told.activities++ == 0) told.first = book_.words.text(book_.activities[activity].identifier);
        }
        return std::move(out_);
    }

    const Book& book_;
    std::vector<Index> home_;   ///< By word: the first activity of that identifier.
    std::vector<Index> node_;   ///< By activity: the first of those that are one with it.
    std::vector<Index> first_;  ///< By activity: the first of that identifier.
    std::map<Index, std::vector<Index>> copies_;
    std::unordered_set<Index> several_;  ///< Activities that several organisations report.
    std::vector<Amount> rest_;           ///< By entry: what is not left out.
    std::vector<bool> gone_;             ///< By entry: there is nothing more to say of it.
    std::vector<Index> owner_;           ///< By entry: its activity.
    std::vector<Node> nodes_;
    std::unordered_map<Word, Stage> stages_;
    std::unordered_set<Index> transfers_;               ///< Families that money goes from or to.
    std::set<std::pair<std::uint32_t, Index>> giving_;  ///< Stages and families that give in any currency.
    std::set<std::pair<Doubt, Index>> doubts_;
    Account out_;
};

}  // namespace

std::string_view sentence(Why why) {
    switch (why) {
        case Why::counted:
            return "counted";
        case Why::in_another_copy:
            return "left out: stands in another copy of the activity";
        case Why::in_another_report:
            return "left out: counted at another organisation's report of the activity";
        case Why::at_children:
            return "left out: counted at the activity's children";
        case Why::at_level_below:
            return "left out: counted at the organisation's activities of the level below";
        case Why::at_provider:
            return "left out: counted at the activity that it comes from";
        case Why::at_receiver:
            return "left out: counted at the activity that it goes to";
        case Why::not_a_number:
            return "left out: the amount cannot be read";
    }
    std::unreachable();
}

std::string_view name(Why why) {
    constexpr std::array<std::string_view, kWhys> kNames{
        "counted",        "in_another_copy", "in_another_report", "at_children",
        "at_level_below", "at_provider",     "at_receiver",       "not_a_number"};
    return kNames[static_cast<std::size_t>(why)];
}

std::string_view sentence(Doubt doubt) {
    switch (doubt) {
        case Doubt::copies_differ:
            return "that stand more than once, with different transactions: each is counted once";
        case Doubt::several_parents:
            return "with more than one parent: what the others report is not left out for it";
        case Doubt::circle:
            return "in a circle of parents or receivers: nothing is left out within it";
        case Doubt::other_currency:
            return "that report in another currency than who gives to them: nothing is left out for them";
    }
    std::unreachable();
}

Account account(const Book& book) {
    return Once(book).account();
}

}  // namespace tamga::iati
