#include "iati/check/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/utf8.hpp"
#include "iati/rules/rules.hpp"
#include "iati/schema/names.hpp"
#include "iati/schema/schema.hpp"
#include "tamga_publishers.hpp"
#include "xml/characters.hpp"
#include "xml/scan.hpp"
#include "xml/stream.hpp"

namespace tamga::iati {

namespace {

using schema::Fault;
using xml::Name;
using xml::Node;

constexpr std::string_view kFile = "file";
constexpr std::string_view kNoIdentifier = "noIdentifier";

/// Findings of one element that get a hint of their own.
constexpr std::size_t kHints = 100;

/// Of longer values, names and titles a report tells the beginning.
constexpr std::size_t kLongestText = 2'000;
/// So much text costs as much as a place.
constexpr std::size_t kTextOfPlace = 1'000;

/// The stages in the order in which a report tells them.
enum Stage : std::uint8_t { kSchema, kCodeLists, kRules, kAdvisories, kStages };

/// Where advisories look: an element's path below the activity, its attribute, and from which version on.
struct AdvisoryPlace {
    std::string_view id;
    StandardName outer;
    std::optional<StandardName> inner;  ///< None for a child of the activity.
    StandardName attribute;
    Versions versions;
};
constexpr Versions kAllVersions = 7;
constexpr Versions kSince202 = 6;
/// The public validator's advisories, by its numbers.
constexpr AdvisoryPlace kAdvisoryPlaces[] = {
    {"1000.0.1", "participating-org", std::nullopt, "activity-id", kSince202},
    {"1000.0.2", "planned-disbursement", "provider-org"_iati, "provider-activity-id", kSince202},
    {"1000.0.3", "planned-disbursement", "receiver-org"_iati, "receiver-activity-id", kSince202},
    {"1000.0.4", "transaction", "provider-org"_iati, "provider-activity-id", kAllVersions},
    {"1000.0.5", "transaction", "receiver-org"_iati, "receiver-activity-id", kAllVersions},
    {"1000.0.6", "related-activity", std::nullopt, "ref", kAllVersions},
};

/// Positions in a piece of text: each costs little, however long its lines are.
class Lines {
  public:
    Lines(std::string_view text, xml::Position start) : text_(text), start_(start) {}

    Place operator()(std::size_t where) {
        if (lines_.empty()) prepare();
        where = std::min(where, text_.size());
        const auto line =
            static_cast<std::size_t>(std::ranges::upper_bound(lines_, where) - lines_.begin()) - 1;
        return {start_.line + line,
                (line == 0 ? start_.column : 1) + characters(where) - characters(lines_[line])};
    }

  private:
    static constexpr std::size_t kStride = 4096;

    std::uint64_t characters(std::size_t where) const {
        const std::size_t stride = where / kStride;
        return before_[stride] +
               xml::count_characters(text_.substr(stride * kStride, where - stride * kStride));
    }
    void prepare() {
        lines_.push_back(0);
        const char* const end = text_.data() + text_.size();
        for (const char* at = text_.data(); (at = xml::find_any<'\n'>(at, end)) != end;)
            lines_.push_back(static_cast<std::size_t>(++at - text_.data()));
        before_.push_back(0);
        for (std::size_t at = 0; at + kStride <= text_.size(); at += kStride)
            before_.push_back(before_.back() + xml::count_characters(text_.substr(at, kStride)));
    }

    std::string_view text_;
    xml::Position start_;
    std::vector<std::size_t> lines_;     ///< Where each begins.
    std::vector<std::uint64_t> before_;  ///< Characters before each stride.
};

/// A reference to an activity, for the advisories.
struct Reference {
    const AdvisoryPlace* place;
    std::string value;
    Place where;
};

/// A child of the root, checked by itself.
struct Item {
    enum class Kind : std::uint8_t { element, stray, foreign, text };
    Kind kind = Kind::element;
    std::string identifier;   ///< The first, as it stands; may be empty.
    std::string identifiers;  ///< All of them, if there are several, with commas between.
    std::vector<std::uint64_t>
        known_as;  ///< Hashes of the identifiers' text nodes: what references may name.
    std::string title;
    std::array<std::vector<Finding>, kStages> findings;
    std::array<LeftOut, kStages> left_out;
    std::vector<Reference> references;
    std::string shown;  ///< A stray's name.
    Place where;        ///< Of an element: its identifier's, if it has one.
};

struct PieceFault {
    Place place;
    std::string what;
    bool too_large;
};
struct PieceResult {
    std::optional<PieceFault> fault;
    std::vector<Item> items;
};

std::uint64_t hash_of(std::string_view text) {
    return std::hash<std::string_view>()(text);
}

/// The beginning of a text that is longer than a report tells, cut between characters.
void cut(std::string& text) {
    if (text.size() <= kLongestText) return;
    text.resize(utf8::beginning(text, kLongestText).size());
    text += "…";
    text.shrink_to_fit();
}

Finding finding_of(const Fault& fault, Place place) {
    Finding finding;
    finding.id = "0.3.1";
    finding.severity = Severity::critical;
    finding.category = "schema";
    std::string message = fault.message;
    std::string hint = fault.hint;
    cut(message);
    cut(hint);
    finding.message = std::move(message);
    finding.hint = std::move(hint);
    finding.context.push_back({{}, place});
    return finding;
}

Finding finding_of(const CodeFailure& failure, Place place) {
    Finding finding;
    finding.id = failure.check->id;
    finding.severity = Severity::error;
    finding.category = failure.check->category;
    finding.message = failure.message();
    finding.codelist = failure.list().name();
    std::string text =
        fmt::format("\"{}\" {}", failure.value,
                    failure.attribute.empty() ? failure.element->qualified : failure.attribute);
    if (!failure.attribute.empty()) text += fmt::format(" {}", failure.element->qualified);
    if (!failure.vocabulary.empty()) text += fmt::format(" vocabulary {}", failure.vocabulary);
    cut(text);
    finding.context.push_back({std::move(text), place});
    return finding;
}

/// Room for findings. Once something finds none, nothing later does: what is kept is a beginning.
class Room {
  public:
    explicit Room(std::size_t most) : left_(most) {}

    bool empty() const { return left_ == 0; }
    bool take(const Context& context) { return take(context.text.size()); }
    /// The finding with its first place.
    bool take(const Finding& finding) {
        return take(finding.message.view().size() + finding.hint.view().size() +
                    finding.identifier.view().size() + finding.title.view().size() +
                    (finding.context.empty() ? 0 : finding.context.front().text.size()));
    }

  private:
    bool take(std::size_t text) {
        const std::size_t cost = 1 + text / kTextOfPlace;
        const bool fits = cost <= left_;
        left_ = fits ? left_ - cost : 0;
        return fits;
    }
    std::size_t left_;
};

/// Keeps a finding, or as many of its places as there is room for, and counts the rest.
template <typename Findings>
void keep(Findings& findings, Finding finding, Room& room, LeftOut& left_out) {
    if (!room.take(finding)) {
        ++left_out.findings[static_cast<std::size_t>(finding.severity)];
        return;
    }
    for (std::size_t i = 1; i < finding.context.size(); ++i) {
        if (room.take(finding.context[i])) continue;
        left_out.places += finding.context.size() - i;
        finding.context.resize(i);
    }
    findings.push_back(std::move(finding));
}

/// Schema findings of one element: what says the same is one finding with several places.
class Merged {
  public:
    Merged(std::vector<Finding>& findings, Room& room, LeftOut& left_out)
        : findings_(findings), room_(room), left_out_(left_out) {}

    void add(Finding finding) {
        std::string message(finding.message.view());
        if (const auto same = by_message_.find(message); same != by_message_.end()) {
            if (room_.take(finding.context.front())) {
                findings_[same->second].context.push_back(std::move(finding.context.front()));
            } else {
                ++left_out_.places;
            }
        } else if (room_.take(finding)) {
            by_message_.emplace(std::move(message), findings_.size());
            findings_.push_back(std::move(finding));
        } else if (unkept_.size() == kMostUnkept || unkept_.insert(hash_of(message)).second) {
            ++left_out_.findings[static_cast<std::size_t>(finding.severity)];
        }
    }

  private:
    /// Beyond so many messages that differ and are not kept, each counts, whether it is new or not.
    static constexpr std::size_t kMostUnkept = 100'000;

    std::vector<Finding>& findings_;
    Room& room_;
    LeftOut& left_out_;
    std::unordered_map<std::string, std::size_t> by_message_;
    std::unordered_set<std::uint64_t> unkept_;  ///< Hashes of messages.
};

/// What is known of each identifier of a file, found by its hash: a file may have millions.
class Identifiers {
  public:
    struct Known {
        std::uint64_t hash = 0;  ///< 0: the slot is free.
        Place first;             ///< Where it stands first.
        std::uint32_t count = 0;
        std::uint32_t with_codes = 0;  ///< Elements of that name with code-list findings.
        bool named = false;            ///< Some activity has it as the text of its identifier.
    };
    /// Added if it is new; holds until the next call.
    Known& of(std::uint64_t hash) {
        if (used_ * 4 >= slots_.size() * 3) grow();
        Known& slot = find(hash);
        if (slot.hash == 0) {
            slot.hash = key(hash);
            ++used_;
        }
        return slot;
    }
    /// All that some activity has as its identifier's text, ascending.
    std::vector<std::uint64_t> named() const {
        std::vector<std::uint64_t> out;
        for (const Known& known : slots_)
            if (known.named) out.push_back(known.hash);
        std::ranges::sort(out);
        return out;
    }
    bool is_named(std::uint64_t hash) { return !slots_.empty() && find(hash).named; }
    /// The hash under which an identifier is kept: 0 stands for none.
    static std::uint64_t key(std::uint64_t hash) { return hash == 0 ? 1 : hash; }

  private:
    Known& find(std::uint64_t hash) {
        const std::size_t last = slots_.size() - 1;
        std::size_t at = static_cast<std::size_t>(key(hash) * 0x9e3779b97f4a7c15U >> 20) & last;
        while (slots_[at].hash != 0 && slots_[at].hash != key(hash)) at = (at + 1) & last;
        return slots_[at];
    }
    void grow() {
        std::vector<Known> before = std::move(slots_);
        slots_ = std::vector<Known>(std::max<std::size_t>(64, before.size() * 2));
        for (Known& known : before)
            if (known.hash != 0) find(known.hash) = known;
    }

    std::vector<Known> slots_;  ///< A power of two.
    std::size_t used_ = 0;
};

Finding file_finding(std::string id, std::string category, std::string message, std::string hint,
                     Place place) {
    Finding finding;
    finding.id = std::move(id);
    finding.severity = Severity::critical;
    finding.category = std::move(category);
    finding.message = std::move(message);
    finding.hint = std::move(hint);
    finding.identifier = kFile;
    finding.title = "The file as a whole";
    finding.context.push_back({{}, place});
    return finding;
}

}  // namespace

struct Checker::Implementation {
    explicit Implementation(Inputs given) : inputs(std::move(given)), names(standard_names()) {
        for (const Version version : kVersions) codes.emplace_back(version, names);
        for (const std::string& identifier : inputs.known_activities)
            known_activities.insert(hash_of(identifier));
        rule_inputs.prefixes.insert(inputs.prefixes.begin(), inputs.prefixes.end());
        rule_inputs.publishers.insert(inputs.publishers.begin(), inputs.publishers.end());
        if (inputs.publishers.empty()) {
            std::string_view text = embedded::tamga_publishers()[0].content;
            while (!text.empty()) {
                const std::string_view line = text.substr(0, text.find('\n'));
                text.remove_prefix(std::min(line.size() + 1, text.size()));
                if (!line.empty() && line[0] != '#') rule_inputs.publishers.emplace(line);
            }
        }
        if (inputs.prefixes.empty()) {
            const auto agencies = find_code_list("OrganisationRegistrationAgency");
            for (std::size_t i = 0; agencies && i < agencies->size(); ++i)
                rule_inputs.prefixes.emplace((*agencies)[i].code);
        }
    }
    Result<void> finish() {
        const bool strict = inputs.profile == Profile::strict;
        for (const Version version : kVersions) {
            if (inputs.ruleset.empty()) {
                rules.push_back(Ruleset::standard(version, strict, names));
                continue;
            }
            TAMGA_ASSIGN(Ruleset own, Ruleset::from_json(inputs.ruleset, strict, names));
            rules.push_back(std::move(own));
        }
        // Schemas are laid out by the number of names: last.
        for (const schema::Tables& tables : schema::kTables) {
            schemas.emplace_back(tables, false, names);
            schemas.emplace_back(tables, true, names);
        }
        return {};
    }

    Inputs inputs;
    RuleInputs rule_inputs;
    xml::Names names;
    std::vector<CodeListChecks> codes;    ///< By version.
    std::vector<Ruleset> rules;           ///< By version.
    std::vector<schema::Schema> schemas;  ///< By version; activities, organisations.
    std::unordered_set<std::uint64_t> known_activities;
};

namespace {

/// What one file's pieces are checked by: the same for all of them.
struct Plan {
    const Checker::Implementation* engine = nullptr;
    const Options* options = nullptr;
    bool organisations = false;
    bool only_well_formed = false;
    Version version = Version::v2_03;
    const Node* root = nullptr;
    std::span<const xml::Binding> bindings;

    bool strict() const { return engine->inputs.profile == Profile::strict; }
    bool has_ended() const {
        return options->stop.stop_requested() || std::chrono::steady_clock::now() >= options->deadline;
    }
    bool wants(Checks one) const { return has(options->checks, one); }
    const schema::Schema& schema() const {
        return engine->schemas[static_cast<std::size_t>(version) * 2 + (organisations ? 1 : 0)];
    }
    Name child_name() const { return organisations ? "iati-organisation"_iati : "iati-activity"_iati; }
};

/// Whoever allows larger elements allows them more nodes.
std::size_t most_nodes(const Options& options) {
    return std::max(xml::Limits().nodes, options.most_bytes_of_element / 16);
}

/// Checks pieces; one a thread.
class Worker {
  public:
    explicit Worker(const Plan& plan)
        : plan_(plan),
          reader_(plan.engine->names, {.nodes = most_nodes(*plan.options), .keep_space = false}) {}

    PieceResult check(const xml::Piece& piece) {
        PieceResult result;
        Lines lines(piece.text, piece.start);
        Node root = *plan_.root;
        if (!reader_.content(piece.text, plan_.bindings, root)) {
            const xml::Fault& fault = reader_.fault();
            result.fault = PieceFault{lines(fault.where), fault.what, fault.too_large};
            return result;
        }
        if (plan_.only_well_formed) return result;
        // Identifiers' places are counted from one to the next: most pieces need no others.
        std::size_t before = 0;
        xml::Position position = piece.start;
        for (const Node* child = root.first; child; child = child->next) {
            Item item;
            if (child->is_text()) {
                if (xml::is_blank(child->text())) continue;
                item.kind = Item::Kind::text;
                const std::size_t blank = child->text().find_first_not_of(" \t\n");
                item.where = lines(child->where + blank);
            } else if (child->name != plan_.child_name()) {
                item.kind = child->name == xml::kForeignName ? Item::Kind::foreign : Item::Kind::stray;
                item.shown = child->name == xml::kForeignName
                                 ? fmt::format("{{{}}}{}", child->space, child->local())
                                 : std::string(child->qualified);
                item.where = lines(child->where);
            } else {
                if (plan_.has_ended()) break;
                const Node* const identifier = identifier_of(*child);
                const std::size_t where = identifier ? identifier->where : child->where;
                position =
                    xml::position_of(std::string_view(piece.text).substr(before), where - before, position);
                before = where;
                item.where = {position.line, position.column};
                check_element(*child, identifier, lines, item);
            }
            result.items.push_back(std::move(item));
        }
        return result;
    }

  private:
    const Node* identifier_of(const Node& element) const {
        return element.child(plan_.organisations ? "organisation-identifier"_iati : "iati-identifier"_iati);
    }

    void check_element(const Node& element, const Node* identifier, Lines& lines, Item& item) {
        Room room(plan_.options->most_findings);
        if (identifier) item.identifier = xml::string_value(*identifier, buffer_);
        for (const Node* one = identifier; one; one = one->same) {
            for (const Node* child = one->first; child; child = child->next)
                if (child->is_text()) item.known_as.push_back(hash_of(child->text()));
            if (identifier->same)
                item.identifiers +=
                    (one == identifier ? "" : ",") + std::string(xml::string_value(*one, buffer_));
        }
        if (plan_.wants(Checks::schema)) {
            std::optional<Merged> merged;
            plan_.schema().check(element, [&](const Fault& fault) {
                if (!merged) merged.emplace(item.findings[kSchema], room, item.left_out[kSchema]);
                merged->add(finding_of(fault, lines(fault.where)));
            });
        }
        if (plan_.wants(Checks::code_lists)) {
            const CodeListChecks& codes = plan_.engine->codes[static_cast<std::size_t>(plan_.version)];
            codes.check(element, plan_.engine->inputs.profile, [&](const CodeFailure& failure) {
                Finding finding = finding_of(failure, lines(failure.where));
                // A hint costs a search of the list: enough of them help whoever reads.
                if (item.findings[kCodeLists].size() < kHints) {
                    finding.hint = failure.hint();
                } else {
                    finding.hint = fmt::format("Look the code up in the list {}.", failure.list().name());
                }
                finding.codelist = failure.list().name();
                keep(item.findings[kCodeLists], std::move(finding), room, item.left_out[kCodeLists]);
            });
        }
        if (plan_.wants(Checks::rules)) {
            const Ruleset& rules = plan_.engine->rules[static_cast<std::size_t>(plan_.version)];
            rules.check(element, plan_.engine->rule_inputs, plan_.options->now_ms, scratch_,
                        [&](RuleFailure failure) {
                            Finding finding;
                            finding.id = failure.rule->id;
                            finding.severity = failure.rule->severity;
                            finding.category = failure.rule->category;
                            finding.message = failure.rule->message;
                            finding.hint = failure.rule->hint;
                            for (RuleFailure::At& at : failure.contexts) {
                                cut(at.text);
                                finding.context.push_back(
                                    {std::move(at.text),
                                     at.where == RuleFailure::kNowhere ? Place{} : lines(at.where)});
                            }
                            keep(item.findings[kRules], std::move(finding), room, item.left_out[kRules]);
                        });
        }
        if (plan_.wants(Checks::advisories) && !plan_.organisations) references(element, lines, item);
        const bool any = std::ranges::any_of(item.findings, [](const auto& list) { return !list.empty(); });
        if (!any && item.references.empty()) return;
        if (const Node* const title = element.child(plan_.organisations ? "name"_iati : "title"_iati))
            if (const Node* const narrative = title->child("narrative"_iati))
                item.title = xml::string_value(*narrative, buffer_);
        cut(item.title);
    }

    void references(const Node& element, Lines& lines, Item& item) {
        for (const AdvisoryPlace& advisory : kAdvisoryPlaces) {
            if (!holds(advisory.versions, plan_.version)) continue;
            const auto look = [&](const Node& node) {
                const xml::Attribute* const found = node.attribute(advisory.attribute);
                if (found && !found->value.empty())
                    item.references.push_back({&advisory, std::string(found->value), lines(node.where)});
            };
            for (const Node* outer = element.child(advisory.outer); outer; outer = outer->same) {
                if (!advisory.inner) {
                    look(*outer);
                    continue;
                }
                for (const Node* inner = outer->child(*advisory.inner); inner; inner = inner->same)
                    look(*inner);
            }
        }
    }

    const Plan& plan_;
    xml::Reader reader_;
    XPathScratch scratch_;
    std::string buffer_;
};

/// Threads that check pieces, in any order; whoever hands one in waits for its result in its own time.
class Crew {
  public:
    Crew(const Plan& plan, int size) {
        for (int i = 0; i < size; ++i)
            threads_.emplace_back([this, &plan] {
                Worker worker(plan);
                while (auto task = take()) {
                    try {
                        task->second.set_value(worker.check(task->first));
                    } catch (...) {  // no memory: for whoever waits, not for this thread
                        task->second.set_exception(std::current_exception());
                    }
                }
            });
    }
    ~Crew() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        ready_.notify_all();
    }
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    std::future<PieceResult> hand_in(xml::Piece piece) {
        std::promise<PieceResult> promise;
        auto future = promise.get_future();
        {
            const std::lock_guard lock(mutex_);
            tasks_.emplace_back(std::move(piece), std::move(promise));
        }
        ready_.notify_one();
        return future;
    }

  private:
    using Task = std::pair<xml::Piece, std::promise<PieceResult>>;
    std::optional<Task> take() {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [&] { return closed_ || !tasks_.empty(); });
        if (closed_ || tasks_.empty()) return std::nullopt;
        Task task = std::move(tasks_.front());
        tasks_.pop_front();
        return task;
    }

    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<Task> tasks_;  ///< Guarded by mutex_.
    bool closed_ = false;     ///< Guarded by mutex_.
    std::vector<std::jthread> threads_;
};

/// Gives equal texts as one.
class SharedTexts {
  public:
    void share(SharedText& text) {
        if (!text.empty()) text = *known_.insert(text).first;
    }

  private:
    struct Hash {
        std::size_t operator()(const SharedText& text) const {
            return std::hash<std::string_view>()(text.view());
        }
    };
    std::unordered_set<SharedText, Hash> known_;
};

/// Puts the pieces' results together, in the order of the document.
class Merge {
  public:
    Merge(const Plan& plan, Report& report)
        : plan_(plan),
          report_(report),
          room_(plan.options->most_findings),
          room_of_duplicates_(plan.options->most_findings) {}

    void set_root_faults(std::vector<Finding> faults) { root_faults_ = std::move(faults); }

    void add(PieceResult result) {
        for (Item& item : result.items) {
            if (item.kind == Item::Kind::element) {
                add_element(item);
            } else {
                add_stray(item);
            }
        }
    }

    void add_to_file(Finding finding) {
        finding.identifier = kFile;
        finding.title = "The file as a whole";
        keep_in(finding.codelist.empty() ? kSchema : kCodeLists, std::move(finding));
    }

    void finish() {
        if (plan_.wants(Checks::schema)) finish_schema();
        if (plan_.wants(Checks::identifiers)) finish_identifiers();
        for (OfOrganisation& one : of_organisations_) {
            for (Finding& finding : one.findings) keep_in(kCodeLists, std::move(finding));
            report_.left_out += one.left_out;
        }
        finish_references();
        if (plan_.options->links) report_.activities = identifiers_.named();
        std::size_t count = 0;
        for (const auto& stage : stages_) count += stage.size();
        report_.findings.reserve(count);
        for (auto& stage : stages_)
            for (; !stage.empty(); stage.pop_front()) {
                ++report_.counts[static_cast<std::size_t>(stage.front().severity)];
                report_.findings.push_back(std::move(stage.front()));
            }
        for (std::size_t i = 0; i < report_.counts.size(); ++i)
            report_.counts[i] += report_.left_out.findings[i];
    }

  private:
    std::size_t most() const { return plan_.options->most_findings; }

    void keep_in(std::size_t stage, Finding finding) {
        if (!room_.empty()) {
            texts_.share(finding.message);
            texts_.share(finding.hint);
            for (Context& context : finding.context) context.text.shrink_to_fit();
        }
        if (stage == kSchema) schema_broken_ = true;
        keep(stages_[stage], std::move(finding), room_, report_.left_out);
    }

    void add_element(Item& item) {
        const std::uint64_t index = report_.element_count++;
        const bool empty = item.identifier.empty();
        std::string called = empty ? std::string(kNoIdentifier) : std::move(item.identifier);
        for (const std::uint64_t hash : item.known_as) identifiers_.of(hash).named = true;
        Identifiers::Known& known = identifiers_.of(hash_of(called));
        cut(called);
        const SharedText plain = called;
        const std::uint32_t occurrence = ++known.count;
        if (occurrence == 1) known.first = item.where;
        if (occurrence > 1) {
            add_duplicate(called, known.first, item.where, occurrence, index);
            called += fmt::format("({})", occurrence);
        }
        bool valid = item.findings[kSchema].empty();
        const SharedText identifier = std::move(called);
        const SharedText title = std::move(item.title);
        if (plan_.wants(Checks::schema)) valid &= schema_of_root(item, identifier, title);
        const SharedText of_codes = plan_.strict() ? identifier : identifier_of_codes(item, plain);
        for (std::size_t stage = 0; stage < kStages; ++stage)
            for (Finding& finding : item.findings[stage]) {
                finding.identifier = stage == kCodeLists ? of_codes : identifier;
                finding.title = title;
                finding.index = index;
            }
        if (plan_.organisations && !plan_.strict()) keep_last(of_codes, item);
        for (std::size_t stage = 0; stage < kStages; ++stage) {
            for (Finding& finding : item.findings[stage]) keep_in(stage, std::move(finding));
            report_.left_out += item.left_out[stage];
        }
        for (Reference& reference : item.references) {
            if (identifiers_.is_named(hash_of(reference.value))) continue;
            if (references_.size() < kReferencesOfFinding * most()) {
                references_.push_back({std::move(reference), plain, title, index});
            } else {
                ++references_left_;
            }
        }
        if (plan_.options->elements && report_.elements.size() < most())
            report_.elements.push_back({std::string(identifier.view()), valid});
    }

    /// How the public validator names an element among code-list findings: by all its identifiers, and
    /// numbered only among those that have such findings. Organisations are not numbered.
    SharedText identifier_of_codes(Item& item, const SharedText& plain) {
        if (item.findings[kCodeLists].empty()) return plain;
        std::string called =
            item.identifiers.empty() ? std::string(plain.view()) : std::move(item.identifiers);
        const std::uint64_t hash = hash_of(called);
        cut(called);
        if (plan_.organisations) return called;
        const std::uint32_t occurrence = ++identifiers_.of(hash).with_codes;
        return occurrence > 1 ? SharedText(fmt::format("{}({})", called, occurrence)) : SharedText(called);
    }
    /// Of organisations with one identifier the public validator keeps the last one's code-list findings, at
    /// the place of the first one's.
    void keep_last(const SharedText& identifier, Item& item) {
        auto& findings = item.findings[kCodeLists];
        auto& left_out = item.left_out[kCodeLists];
        if (findings.empty()) return;
        const auto [place, fresh] =
            place_of_organisation_.emplace(hash_of(identifier), of_organisations_.size());
        if (fresh) of_organisations_.emplace_back();
        OfOrganisation& last = of_organisations_[place->second];
        waiting_ -= last.findings.size();
        last = {std::move(findings), left_out};
        if (waiting_ + last.findings.size() > most()) {
            for (const Finding& finding : last.findings)
                ++last.left_out.findings[static_cast<std::size_t>(finding.severity)];
            last.findings.clear();
        }
        waiting_ += last.findings.size();
        findings.clear();
        left_out = {};
    }

    /// What is wrong around the element: as the public validator checks each element in a copy of the root.
    bool schema_of_root(Item& item, const SharedText& identifier, const SharedText& title) {
        auto& findings = item.findings[kSchema];
        auto& left_out = item.left_out[kSchema];
        if (plan_.strict()) return findings.empty();
        const Strays strays = std::exchange(strays_, {});
        if (strays.count == 1 && !strays.any_but_foreign && report_.element_count > 1) {
            // Between activities the schema lets it stand: it is blamed only if the file is not valid
            // otherwise, and then alone.
            const bool valid = findings.empty();
            schema_broken_ |= !valid;
            findings.clear();
            left_out = {};
            if (strays.findings.empty() || foreign_.size() == most()) {
                ++foreign_left_;
                return valid;
            }
            Finding blame = strays.findings[0];
            blame.index = report_.element_count - 1;
            blame.identifier = identifier;
            blame.title = title;
            foreign_.emplace(blame.index, std::move(blame));
            return valid;
        }
        if (root_faults_.empty() && strays.count == 0) return findings.empty();
        // After an element that is not expected, the rest is not looked at.
        if (strays.any_but_text) {
            findings.clear();
            left_out = {};
        }
        Room room(most());
        std::vector<Finding> around;
        LeftOut left;
        if (room_.empty()) {
            schema_broken_ = true;
            left.findings[static_cast<std::size_t>(Severity::critical)] += root_faults_.size();
        } else {
            around = root_faults_;
        }
        Merged merged(around, room, left);
        for (const Finding& stray : strays.findings) merged.add(stray);
        left.places += strays.count - strays.findings.size();
        for (Finding& finding : findings) around.push_back(std::move(finding));
        findings = std::move(around);
        left_out += left;
        return false;
    }

    Finding stray_finding(const Item& stray) const {
        Fault fault;
        if (stray.kind == Item::Kind::text) {
            fault.message = fmt::format("Element '{}' holds elements alone, no text may stand in it.",
                                        plan_.root->qualified);
        } else {
            fault.message = fmt::format("Element '{}' is not expected here. Expected: {}.", stray.shown,
                                        plan_.organisations ? "iati-organisation" : "iati-activity");
        }
        return finding_of(fault, stray.where);
    }

    void add_stray(const Item& item) {
        if (!plan_.wants(Checks::schema)) return;
        if (!plan_.strict()) {
            ++strays_.count;
            strays_.any_but_text |= item.kind != Item::Kind::text;
            strays_.any_but_foreign |= item.kind != Item::Kind::foreign;
            if (strays_.findings.size() < most()) strays_.findings.push_back(stray_finding(item));
            return;
        }
        if (item.kind == Item::Kind::foreign && report_.element_count > 0) return;
        add_to_file(stray_finding(item));
    }

    void finish_schema() {
        auto& left_out = report_.left_out.findings[static_cast<std::size_t>(Severity::critical)];
        if (plan_.strict() || report_.element_count == 0) {
            for (Finding& fault : root_faults_) add_to_file(std::move(fault));
            for (Finding& stray : strays_.findings) add_to_file(std::move(stray));
            left_out += strays_.count - strays_.findings.size();
            if (report_.element_count == 0 && strays_.count == 0) {
                Fault fault;
                fault.message = fmt::format("Element '{}': child elements are missing. Expected: {}.",
                                            plan_.root->qualified,
                                            plan_.organisations ? "iati-organisation" : "iati-activity");
                add_to_file(finding_of(fault, {1, 1}));
            }
            return;
        }
        if (!schema_broken_ && !strays_.any_but_foreign) return;
        // The file is not valid: now elements of other namespaces between activities are blamed as well.
        left_out += foreign_left_;
        auto& findings = stages_[kSchema];
        std::deque<Finding> all;
        auto next = foreign_.begin();
        for (Finding& finding : findings) {
            for (; next != foreign_.end() && next->first < finding.index; ++next)
                all.push_back(std::move(next->second));
            all.push_back(std::move(finding));
        }
        for (; next != foreign_.end(); ++next) all.push_back(std::move(next->second));
        findings = std::move(all);
    }

    Finding duplicate() const {
        Finding finding;
        finding.id = "1.1.2";
        finding.severity = Severity::error;
        finding.category = "identifiers";
        finding.message = plan_.organisations ? "Each organisation of a file needs an identifier of its own."
                                              : "Each activity of a file needs an identifier of its own.";
        finding.hint = "give one of them another identifier, or make one of the two";
        finding.identifier = kFile;
        finding.title = "The file as a whole";
        return finding;
    }
    /// An identifier that stood before stands again. The public validator has one finding for a file; it
    /// tells every place of every such identifier.
    void add_duplicate(const std::string& identifier, Place first, Place here, std::uint32_t occurrence,
                       std::uint64_t index) {
        if (!plan_.wants(Checks::identifiers)) return;
        const std::string text = fmt::format("'{}' stands more than once", identifier);
        Context before{text, first};
        Context again{text, here};
        const bool fresh = plan_.strict() || duplicates_.empty();
        if (!room_of_duplicates_.take(again)) {
            ++(fresh ? report_.left_out.findings[static_cast<std::size_t>(Severity::error)]
                     : report_.left_out.places);
            return;
        }
        if (fresh) duplicates_.push_back(duplicate());
        Finding& finding = duplicates_.back();
        finding.index = index;
        if (plan_.strict() || occurrence == 2) finding.context.push_back(std::move(before));
        finding.context.push_back(std::move(again));
    }
    void finish_identifiers() {
        for (Finding& finding : duplicates_) {
            std::ranges::stable_sort(finding.context, {}, [](const Context& context) {
                return std::pair(context.place.line, context.place.column);
            });
            keep_in(kRules, std::move(finding));
        }
    }

    void finish_references() {
        const auto& known = plan_.engine->known_activities;
        for (auto& [reference, identifier, title, index] : references_) {
            const std::uint64_t hash = hash_of(reference.value);
            if (identifiers_.is_named(hash) || known.contains(hash)) continue;
            Finding finding;
            finding.id = reference.place->id;
            finding.severity = Severity::advisory;
            finding.category = "identifiers";
            finding.message = fmt::format(
                "The activity that {}/@{} names is not in this file{}.",
                reference.place->inner
                    ? fmt::format("{}/{}", reference.place->outer.text(), reference.place->inner->text())
                    : std::string(reference.place->outer.text()),
                reference.place->attribute.text(), known.empty() ? "" : ", nor among those known elsewhere");
            finding.hint = "ask the other publisher for the identifier under which the activity is published";
            finding.identifier = identifier;
            finding.title = title.empty() ? SharedText("noTitle") : title;
            finding.index = index;
            finding.link = Identifiers::key(hash);
            cut(reference.value);
            finding.context.push_back({fmt::format("'{}'", reference.value), reference.where});
            keep_in(kAdvisories, std::move(finding));
        }
        references_ = {};
        if (references_left_ > 0)
            report_.notes.push_back(
                fmt::format("{} more links to activities were not looked for: the file has too many whose "
                            "activity did not stand before them.",
                            references_left_));
    }

    /// What stands around elements and is none, since the last element.
    struct Strays {
        std::uint64_t count = 0;
        bool any_but_text = false, any_but_foreign = false;
        std::vector<Finding> findings;  ///< Of the first.
    };
    struct OfOrganisation {
        std::vector<Finding> findings;
        LeftOut left_out;
    };
    struct Referring {
        Reference reference;
        SharedText identifier, title;
        std::uint64_t index;
    };
    /// Links that may be waiting for their activity, for each finding that may be kept.
    static constexpr std::size_t kReferencesOfFinding = 4;

    const Plan& plan_;
    Report& report_;
    Room room_;
    Room room_of_duplicates_;  ///< They wait for the end of the file.
    SharedTexts texts_;
    std::array<std::deque<Finding>, kStages> stages_;
    bool schema_broken_ = false;  ///< There is a schema finding, kept or not.
    std::vector<Finding> root_faults_;
    Strays strays_;
    std::map<std::uint64_t, Finding> foreign_;  ///< By the index of the element that follows.
    std::uint64_t foreign_left_ = 0;
    Identifiers identifiers_;
    std::unordered_map<std::uint64_t, std::size_t> place_of_organisation_;  ///< By its identifier's hash.
    std::vector<OfOrganisation> of_organisations_;                          ///< Code-list findings.
    std::size_t waiting_ = 0;                                               ///< Findings there.
    std::vector<Finding> duplicates_;
    std::vector<Referring> references_;
    std::uint64_t references_left_ = 0;
};

}  // namespace

void resolve_links(std::span<Report> reports) {
    for (Report& report : reports) {
        const auto erased = std::erase_if(report.findings, [&](const Finding& finding) {
            return finding.link != 0 && std::ranges::any_of(reports, [&](const Report& other) {
                       return &other != &report && std::ranges::binary_search(other.activities, finding.link);
                   });
        });
        report.counts[static_cast<std::size_t>(Severity::advisory)] -= erased;
    }
}

Checker::Checker(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Checker::Checker(Checker&&) noexcept = default;
Checker::~Checker() = default;

Result<Checker> Checker::make(Inputs inputs) {
    auto implementation = std::make_unique<Implementation>(std::move(inputs));
    TAMGA_TRY(implementation->finish());
    return Checker(std::move(implementation));
}

Result<Report> Checker::check(xml::Source& source, const std::string& file, const Options& options) const {
    try {
        return check_in_memory(source, file, options);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::io, "check " + file, "there is not enough memory left to check this file",
                    "check it where there is more, or in parts", file);
    }
}

Result<Report> Checker::check_in_memory(xml::Source& source, const std::string& file,
                                        const Options& options) const {
    const Implementation& engine = *implementation_;
    Report report;
    report.file = file;
    xml::Stream stream(source, engine.names, {.child = options.most_bytes_of_element});
    std::optional<Finding> stop;  // a finding after which nothing else counts
    const auto not_well_formed = [](Place place, const std::string& what, const std::string& hint = {}) {
        return file_finding(
            "0.1.1", "iati", fmt::format("The file is not well-formed XML: {}.", what),
            hint.empty() ? "correct this place; what follows it has not been looked at" : hint, place);
    };
    Plan plan;
    plan.engine = &engine;
    plan.options = &options;
    if (stream.open()) {
        const Node& root = stream.root();
        plan.root = &root;
        plan.bindings = stream.bindings();
        plan.organisations = root.name == "iati-organisations"_iati;
        const xml::Attribute* const version = root.attribute("version"_iati);
        if (version) report.version = version->value;
        const xml::Position at = stream.root_position(root.where);
        if (root.name != "iati-activities"_iati && !plan.organisations) {
            stop = file_finding(
                "0.2.1", "iati",
                fmt::format("The root element is '{}': this is no IATI file.", root.qualified),
                "an IATI file begins with iati-activities or iati-organisations", {at.line, at.column});
        } else {
            report.file_type = root.qualified;
            if (const auto known = parse_version(report.version)) {
                plan.version = *known;
            } else {
                stop = file_finding(
                    "0.6.1", "iati",
                    report.version.empty()
                        ? std::string("The file does not say which version of the IATI standard it keeps to.")
                        : fmt::format("Version '{}' of the IATI standard is not supported.", report.version),
                    "publish in version 2.03; 2.01 and 2.02 are checked too", {at.line, at.column});
            }
        }
        plan.only_well_formed = stop.has_value();
    }
    Merge merged(plan, report);
    if (plan.root && !stop) {
        std::vector<Finding> faults;
        Room room(options.most_findings);
        Merged merged_faults(faults, room, report.left_out);
        const auto root_place = [&](std::uint32_t where) {
            const xml::Position at = stream.root_position(where);
            return Place{at.line, at.column};
        };
        if (has(options.checks, Checks::schema))
            plan.schema().check_attributes_of(stream.root(), [&](const Fault& fault) {
                merged_faults.add(finding_of(fault, root_place(fault.where)));
            });
        merged.set_root_faults(std::move(faults));
        if (plan.strict() && has(options.checks, Checks::code_lists))
            engine.codes[static_cast<std::size_t>(plan.version)].check_root(
                stream.root(), engine.inputs.profile, [&](const CodeFailure& failure) {
                    merged.add_to_file(finding_of(failure, root_place(failure.where)));
                });
    }
    std::optional<PieceFault> fault;
    bool ended = plan.has_ended();
    const auto take = [&](PieceResult result) {
        if (fault || ended) return;
        if ((ended = plan.has_ended())) return;
        fault = std::move(result.fault);
        if (!fault && !stop) merged.add(std::move(result));
        if (options.progress) options.progress(stream.bytes());
    };
    if (plan.root && options.jobs <= 1) {
        Worker worker(plan);
        while (!fault && !ended) {
            const auto piece = stream.next();
            if (!piece) break;
            take(worker.check(*piece));
        }
    } else if (plan.root) {
        Crew crew(plan, options.jobs);
        std::deque<std::future<PieceResult>> waiting;
        const std::size_t most = static_cast<std::size_t>(options.jobs) * 2 + 1;
        while (!ended) {
            auto piece = fault ? std::nullopt : stream.next();
            if (piece) waiting.push_back(crew.hand_in(std::move(*piece)));
            if (!piece && waiting.empty()) break;
            if (waiting.size() >= most || !piece) {
                take(waiting.front().get());
                waiting.pop_front();
            }
        }
    }
    report.bytes = stream.bytes();
    if (ended) {
        if (options.stop.stop_requested())
            return fail(ErrorCode::io, "check " + file, "the check was stopped before its end", {}, file);
        return fail(ErrorCode::out_of_range, "check " + file, "the check takes longer than is allowed here",
                    "check a smaller file, or check it with the command line", file);
    }
    if (!fault && stream.broken()) {
        const xml::Broken& broken = *stream.broken();
        if (broken.kind != xml::Broken::Kind::not_well_formed)
            return fail(broken.kind == xml::Broken::Kind::too_large ? ErrorCode::out_of_range : broken.code,
                        "check " + file, broken.what, broken.hint,
                        fmt::format("{}:{}:{}", file, broken.where.line, broken.where.column));
        stop = not_well_formed({broken.where.line, broken.where.column}, broken.what, broken.hint);
    }
    if (fault && fault->too_large)
        return fail(ErrorCode::out_of_range, "check " + file, fault->what, "split it, or raise the limit",
                    fmt::format("{}:{}:{}", file, fault->place.line, fault->place.column));
    if (fault) stop = not_well_formed(fault->place, fault->what);
    if (stop) {
        if (stop->id == "0.1.1") report.file_type = report.version = {};
        report.counts = {};
        report.left_out = {};
        report.findings.clear();
        report.elements.clear();
        ++report.counts[0];
        report.findings.push_back(std::move(*stop));
        return report;
    }
    merged.finish();
    if (report.counts[static_cast<std::size_t>(Severity::advisory)] > 0 &&
        engine.inputs.known_activities.empty())
        report.notes.emplace_back(
            "Linked activities (1000.0.x) were looked for in this file alone: no list of those known "
            "elsewhere was given.");
    return report;
}

}  // namespace tamga::iati
