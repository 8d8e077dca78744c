#include "iati/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "iati/rules.hpp"
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

/// The stages in the order in which a report tells them.
enum Stage : std::uint8_t { kSchema, kCodeLists, kRules, kAdvisories, kStages };

/// Where advisories look: an element's path below the activity, its attribute, and from which version on.
struct AdvisoryPlace {
    std::string_view id;
    std::array<std::string_view, 2> path;  ///< The second is empty for a child of the activity.
    std::string_view attribute;
    Versions versions;
};
constexpr Versions kAllVersions = 7;
constexpr Versions kSince202 = 6;
/// The public validator's advisories, by its numbers.
constexpr AdvisoryPlace kAdvisoryPlaces[] = {
    {"1000.0.1", {"participating-org", ""}, "activity-id", kSince202},
    {"1000.0.2", {"planned-disbursement", "provider-org"}, "provider-activity-id", kSince202},
    {"1000.0.3", {"planned-disbursement", "receiver-org"}, "receiver-activity-id", kSince202},
    {"1000.0.4", {"transaction", "provider-org"}, "provider-activity-id", kAllVersions},
    {"1000.0.5", {"transaction", "receiver-org"}, "receiver-activity-id", kAllVersions},
    {"1000.0.6", {"related-activity", ""}, "ref", kAllVersions},
};

/// Names that the engine itself asks for.
struct KnownNames {
    explicit KnownNames(xml::Names& names)
        : activities(names.add("iati-activities")),
          activity(names.add("iati-activity")),
          organisations(names.add("iati-organisations")),
          organisation(names.add("iati-organisation")),
          identifier(names.add("iati-identifier")),
          organisation_identifier(names.add("organisation-identifier")),
          title(names.add("title")),
          name(names.add("name")),
          narrative(names.add("narrative")),
          version(names.add("version")) {
        for (const AdvisoryPlace& place : kAdvisoryPlaces)
            advisories.push_back({&place, names.add(place.path[0]),
                                  place.path[1].empty() ? xml::kUnknownName : names.add(place.path[1]),
                                  names.add(place.attribute)});
    }
    struct Advisory {
        const AdvisoryPlace* place;
        Name outer, inner, attribute;
    };
    Name activities, activity, organisations, organisation, identifier, organisation_identifier, title, name, narrative,
        version;
    std::vector<Advisory> advisories;
};

/// Positions in a piece of text: each costs little, however long its lines are.
class Lines {
  public:
    Lines(std::string_view text, xml::Position start) : text_(text), start_(start) {}

    Place operator()(std::size_t where) {
        if (lines_.empty()) prepare();
        where = std::min(where, text_.size());
        const auto line = static_cast<std::size_t>(std::ranges::upper_bound(lines_, where) - lines_.begin()) - 1;
        return {start_.line + line, (line == 0 ? start_.column : 1) + characters(where) - characters(lines_[line])};
    }

  private:
    static constexpr std::size_t kStride = 4096;

    std::uint64_t characters(std::size_t where) const {
        const std::size_t stride = where / kStride;
        return before_[stride] + xml::count_characters(text_.substr(stride * kStride, where - stride * kStride));
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
    std::vector<std::size_t> lines_;      ///< Where each begins.
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
    std::vector<std::uint64_t> known_as;  ///< Hashes of the identifiers' text nodes: what references may name.
    std::string title;
    std::array<std::vector<Finding>, kStages> findings;
    std::vector<Reference> references;
    std::string shown;  ///< A stray's name.
    Place where;
};

struct PieceResult {
    std::optional<std::pair<Place, std::string>> fault;
    std::vector<Item> items;
};

std::uint64_t hash_of(std::string_view text) {
    return std::hash<std::string_view>()(text);
}

Finding finding_of(const Fault& fault, Place place) {
    Finding finding;
    finding.id = "0.3.1";
    finding.severity = Severity::critical;
    finding.category = "schema";
    finding.message = fault.message;
    finding.hint = fault.hint;
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
    std::string text = fmt::format("\"{}\" {}", failure.value,
                                   failure.attribute.empty() ? failure.element->qualified : failure.attribute);
    if (!failure.attribute.empty()) text += fmt::format(" {}", failure.element->qualified);
    if (!failure.vocabulary.empty()) text += fmt::format(" vocabulary {}", failure.vocabulary);
    finding.context.push_back({std::move(text), place});
    return finding;
}

/// Schema findings of one element: what says the same is one finding with several places.
class Merged {
  public:
    explicit Merged(std::vector<Finding>& findings) : findings_(findings) {
        for (const Finding& finding : findings_) by_message_.emplace(finding.message.view(), by_message_.size());
    }
    void add(Finding finding) {
        const auto [same, fresh] = by_message_.emplace(finding.message.view(), findings_.size());
        if (fresh) {
            findings_.push_back(std::move(finding));
        } else {
            findings_[same->second].context.push_back(std::move(finding.context.front()));
        }
    }

  private:
    std::vector<Finding>& findings_;
    std::unordered_map<std::string, std::size_t> by_message_;
};

Finding file_finding(std::string id, std::string category, std::string message, std::string hint, Place place) {
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
    explicit Implementation(Inputs given) : inputs(std::move(given)), known(names) {
        schema::Schema::add_names(names);
        for (const Version version : kVersions) codes.emplace_back(version, names);
        for (const std::string& identifier : inputs.known_activities) known_activities.insert(hash_of(identifier));
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
    KnownNames known;
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
    bool wants(Checks one) const { return has(options->checks, one); }
    const schema::Schema& schema() const {
        return engine->schemas[static_cast<std::size_t>(version) * 2 + (organisations ? 1 : 0)];
    }
    Name child_name() const { return organisations ? engine->known.organisation : engine->known.activity; }
};

/// Checks pieces; one a thread.
class Worker {
  public:
    explicit Worker(const Plan& plan) : plan_(plan), reader_(plan.engine->names, {.keep_space = false}) {}

    PieceResult check(const xml::Piece& piece) {
        PieceResult result;
        Lines lines(piece.text, piece.start);
        Node root = *plan_.root;
        if (!reader_.content(piece.text, plan_.bindings, root)) {
            result.fault.emplace(lines(reader_.fault().where), reader_.fault().what);
            return result;
        }
        if (plan_.only_well_formed) return result;
        for (const Node* child = root.first; child; child = child->next) {
            Item item;
            if (child->is_text()) {
                if (xml::is_blank(child->text())) continue;
                item.kind = Item::Kind::text;
                const std::size_t blank = child->text().find_first_not_of(" \t\n");
                item.where = lines(child->where + blank);
            } else if (child->name != plan_.child_name()) {
                item.kind = child->name == xml::kForeignName ? Item::Kind::foreign : Item::Kind::stray;
                item.shown = child->name == xml::kForeignName ? fmt::format("{{{}}}{}", child->space, child->local())
                                                              : std::string(child->qualified);
                item.where = lines(child->where);
            } else {
                check_element(*child, lines, item);
            }
            result.items.push_back(std::move(item));
        }
        return result;
    }

  private:
    void check_element(const Node& element, Lines& lines, Item& item) {
        const KnownNames& known = plan_.engine->known;
        const Node* const identifier =
            element.child(plan_.organisations ? known.organisation_identifier : known.identifier);
        if (identifier) item.identifier = xml::string_value(*identifier, buffer_);
        for (const Node* one = identifier; one; one = one->same) {
            for (const Node* child = one->first; child; child = child->next)
                if (child->is_text()) item.known_as.push_back(hash_of(child->text()));
            if (identifier->same)
                item.identifiers += (one == identifier ? "" : ",") + std::string(xml::string_value(*one, buffer_));
        }
        if (plan_.wants(Checks::schema)) {
            std::optional<Merged> merged;
            plan_.schema().check(element, [&](const Fault& fault) {
                if (!merged) merged.emplace(item.findings[kSchema]);
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
                item.findings[kCodeLists].push_back(std::move(finding));
            });
        }
        if (plan_.wants(Checks::rules)) {
            const Ruleset& rules = plan_.engine->rules[static_cast<std::size_t>(plan_.version)];
            rules.check(element, plan_.engine->rule_inputs, plan_.options->now_ms, scratch_, [&](RuleFailure failure) {
                Finding finding;
                finding.id = failure.rule->id;
                finding.severity = failure.rule->severity;
                finding.category = failure.rule->category;
                finding.message = failure.rule->message;
                finding.hint = failure.rule->hint;
                for (RuleFailure::At& at : failure.contexts)
                    finding.context.push_back(
                        {std::move(at.text), at.where == RuleFailure::kNowhere ? Place{} : lines(at.where)});
                item.findings[kRules].push_back(std::move(finding));
            });
        }
        if (plan_.wants(Checks::advisories) && !plan_.organisations)
            references(element, lines, item);
        const bool any = std::ranges::any_of(item.findings, [](const auto& list) { return !list.empty(); });
        if (!any && item.references.empty()) return;
        if (const Node* const title = element.child(plan_.organisations ? known.name : known.title))
            if (const Node* const narrative = title->child(known.narrative))
                item.title = xml::string_value(*narrative, buffer_);
    }

    void references(const Node& element, Lines& lines, Item& item) {
        for (const auto& advisory : plan_.engine->known.advisories) {
            if (!holds(advisory.place->versions, plan_.version)) continue;
            const auto look = [&](const Node& node) {
                const xml::Attribute* const found = node.attribute(advisory.attribute);
                if (found && !found->value.empty())
                    item.references.push_back({advisory.place, std::string(found->value), lines(node.where)});
            };
            for (const Node* outer = element.child(advisory.outer); outer; outer = outer->same) {
                if (advisory.inner == xml::kUnknownName) {
                    look(*outer);
                    continue;
                }
                for (const Node* inner = outer->child(advisory.inner); inner; inner = inner->same) look(*inner);
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
                while (auto task = take()) task->second.set_value(worker.check(task->first));
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
        if (tasks_.empty()) return std::nullopt;
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
        std::size_t operator()(const SharedText& text) const { return std::hash<std::string_view>()(text.view()); }
    };
    std::unordered_set<SharedText, Hash> known_;
};

/// Puts the pieces' results together, in the order of the document.
class Merge {
  public:
    Merge(const Plan& plan, Report& report) : plan_(plan), report_(report) {}

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
        stages_[finding.codelist.empty() ? kSchema : kCodeLists].push_back(std::move(finding));
    }

    void finish() {
        if (plan_.wants(Checks::schema)) finish_schema();
        if (plan_.wants(Checks::identifiers)) finish_identifiers();
        for (auto& findings : of_organisations_) std::ranges::move(findings, std::back_inserter(stages_[kCodeLists]));
        finish_references();
        std::size_t count = 0;
        for (const auto& stage : stages_) count += stage.size();
        report_.findings.reserve(count);
        for (auto& stage : stages_)
            for (; !stage.empty(); stage.pop_front()) {
                ++report_.counts[static_cast<std::size_t>(stage.front().severity)];
                report_.findings.push_back(std::move(stage.front()));
            }
    }

  private:
    void add_element(Item& item) {
        const std::uint64_t index = report_.element_count++;
        const bool empty = item.identifier.empty();
        std::string called = empty ? std::string(kNoIdentifier) : std::move(item.identifier);
        const SharedText plain = called;
        const std::uint64_t hash = hash_of(called);
        known_here_.insert(item.known_as.begin(), item.known_as.end());
        const std::uint32_t occurrence = ++occurrences_[hash];
        if (occurrence > 1) {
            if (plan_.strict()) {
                Finding finding = duplicate(called);
                finding.index = index;
                duplicates_.push_back(std::move(finding));
            } else {
                last_duplicate_ = called;  // the public validator keeps only the last one
            }
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
                texts_.share(finding.message);
                texts_.share(finding.hint);
                for (Context& context : finding.context) context.text.shrink_to_fit();
            }
        if (plan_.organisations && !plan_.strict()) {
            keep_last(of_codes, item.findings[kCodeLists]);
        }
        for (std::size_t stage = 0; stage < kStages; ++stage)
            std::ranges::move(item.findings[stage], std::back_inserter(stages_[stage]));
        for (Reference& reference : item.references) references_.push_back({std::move(reference), plain, title, index});
        if (plan_.options->elements) report_.elements.push_back({std::string(identifier.view()), valid});
    }

    /// How the public validator names an element among code-list findings: by all its identifiers, and numbered only among
    /// those that have such findings. Organisations are not numbered.
    SharedText identifier_of_codes(Item& item, const SharedText& plain) {
        if (item.findings[kCodeLists].empty()) return plain;
        const SharedText called = item.identifiers.empty() ? plain : SharedText(std::move(item.identifiers));
        if (plan_.organisations) return called;
        const std::uint32_t occurrence = ++occurrences_of_codes_[hash_of(called)];
        return occurrence > 1 ? SharedText(fmt::format("{}({})", called.view(), occurrence)) : called;
    }
    /// Of organisations with one identifier the public validator keeps the last one's code-list findings, at the place of the
    /// first one's.
    void keep_last(const SharedText& identifier, std::vector<Finding>& findings) {
        if (findings.empty()) return;
        const auto [place, fresh] = place_of_organisation_.emplace(identifier.view(), of_organisations_.size());
        if (fresh) of_organisations_.emplace_back();
        of_organisations_[place->second] = std::move(findings);
        findings.clear();
    }

    /// What is wrong around the element: as the public validator checks each element in a copy of the root.
    bool schema_of_root(Item& item, const SharedText& identifier, const SharedText& title) {
        auto& findings = item.findings[kSchema];
        if (plan_.strict()) return findings.empty();
        std::vector<Finding> around = root_faults_;
        bool hidden = false;
        Merged merged(around);
        for (Item& stray : strays_) {
            merged.add(stray_finding(stray));
            // After an element that is not expected, the rest is not looked at.
            hidden |= stray.kind != Item::Kind::text;
        }
        if (strays_.size() == 1 && strays_[0].kind == Item::Kind::foreign && report_.element_count > 1) {
            // Between activities the schema lets it stand: it is blamed only if the file is not valid otherwise.
            Finding blame = stray_finding(strays_[0]);
            blame.index = report_.element_count - 1;
            blame.identifier = identifier;
            blame.title = title;
            foreign_.emplace(blame.index, std::move(blame));
            strays_.clear();
            return findings.empty();
        }
        strays_.clear();
        if (around.empty()) return findings.empty();
        if (hidden) findings.clear();
        for (Finding& finding : findings) around.push_back(std::move(finding));
        findings = std::move(around);
        return false;
    }

    Finding stray_finding(const Item& stray) const {
        Fault fault;
        if (stray.kind == Item::Kind::text) {
            fault.message = fmt::format("Element '{}' holds elements alone, no text may stand in it.", plan_.root->qualified);
        } else {
            fault.message = fmt::format("Element '{}' is not expected here. Expected: {}.", stray.shown,
                                        plan_.organisations ? "iati-organisation" : "iati-activity");
        }
        return finding_of(fault, stray.where);
    }

    void add_stray(Item& item) {
        if (!plan_.wants(Checks::schema)) return;
        if (!plan_.strict()) {
            strays_.push_back(std::move(item));
            return;
        }
        if (item.kind == Item::Kind::foreign && report_.element_count > 0) return;
        add_to_file(stray_finding(item));
    }

    void finish_schema() {
        auto& findings = stages_[kSchema];
        if (plan_.strict() || report_.element_count == 0) {
            for (Finding& fault : root_faults_) add_to_file(std::move(fault));
            for (const Item& stray : strays_) add_to_file(stray_finding(stray));
            if (report_.element_count == 0 && strays_.empty()) {
                Fault fault;
                fault.message = fmt::format("Element '{}': child elements are missing. Expected: {}.", plan_.root->qualified,
                                            plan_.organisations ? "iati-organisation" : "iati-activity");
                add_to_file(finding_of(fault, {1, 1}));
            }
            return;
        }
        const bool trailing = std::ranges::any_of(strays_, [](const Item& item) { return item.kind != Item::Kind::foreign; });
        if (findings.empty() && !trailing) return;
        // The file is not valid: now elements of other namespaces between activities are blamed as well.
        std::deque<Finding> all;
        auto next = foreign_.begin();
        for (Finding& finding : findings) {
            for (; next != foreign_.end() && next->first < finding.index; ++next) all.push_back(std::move(next->second));
            if (!foreign_.contains(finding.index)) all.push_back(std::move(finding));
        }
        for (; next != foreign_.end(); ++next) all.push_back(std::move(next->second));
        findings = std::move(all);
    }

    Finding duplicate(const std::string& identifier) const {
        Finding finding;
        finding.id = "1.1.2";
        finding.severity = Severity::error;
        finding.category = "identifiers";
        finding.message = plan_.organisations ? "Each organisation of a file needs an identifier of its own."
                                              : "Each activity of a file needs an identifier of its own.";
        finding.hint = "give one of them another identifier, or make one of the two";
        finding.identifier = kFile;
        finding.title = "The file as a whole";
        finding.context.push_back({fmt::format("'{}' stands more than once", identifier), {}});
        return finding;
    }
    void finish_identifiers() {
        for (Finding& finding : duplicates_) stages_[kRules].push_back(std::move(finding));
        if (last_duplicate_) stages_[kRules].push_back(duplicate(*last_duplicate_));
    }

    void finish_references() {
        const auto& known = plan_.engine->known_activities;
        for (auto& [reference, identifier, title, index] : references_) {
            const std::uint64_t hash = hash_of(reference.value);
            if (known_here_.contains(hash) || known.contains(hash)) continue;
            Finding finding;
            finding.id = reference.place->id;
            finding.severity = Severity::advisory;
            finding.category = "identifiers";
            finding.message = fmt::format("The activity that {}/@{} names is not in this file{}.",
                                          reference.place->path[1].empty()
                                              ? std::string(reference.place->path[0])
                                              : fmt::format("{}/{}", reference.place->path[0], reference.place->path[1]),
                                          reference.place->attribute,
                                          known.empty() ? "" : ", nor among those known elsewhere");
            finding.hint = "ask the other publisher for the identifier under which the activity is published";
            texts_.share(finding.message);
            texts_.share(finding.hint);
            finding.identifier = identifier;
            finding.title = title.empty() ? SharedText("noTitle") : title;
            finding.index = index;
            finding.context.push_back({fmt::format("'{}'", reference.value), reference.where});
            stages_[kAdvisories].push_back(std::move(finding));
        }
        references_ = {};
    }

    const Plan& plan_;
    Report& report_;
    SharedTexts texts_;
    std::array<std::deque<Finding>, kStages> stages_;
    std::vector<Finding> root_faults_;
    std::vector<Item> strays_;  ///< Since the last element.
    std::map<std::uint64_t, Finding> foreign_;
    std::unordered_map<std::uint64_t, std::uint32_t> occurrences_;  ///< By the identifier's hash.
    std::unordered_map<std::uint64_t, std::uint32_t> occurrences_of_codes_;  ///< The same, with code-list findings.
    std::unordered_set<std::uint64_t> known_here_;
    std::unordered_map<std::string, std::size_t> place_of_organisation_;
    std::vector<std::vector<Finding>> of_organisations_;  ///< Code-list findings.
    std::vector<Finding> duplicates_;
    std::optional<std::string> last_duplicate_;
    struct Referring {
        Reference reference;
        SharedText identifier, title;
        std::uint64_t index;
    };
    std::vector<Referring> references_;
};

}  // namespace

Checker::Checker(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Checker::Checker(Checker&&) noexcept = default;
Checker::~Checker() = default;

Result<Checker> Checker::make(Inputs inputs) {
    auto implementation = std::make_unique<Implementation>(std::move(inputs));
    TAMGA_TRY(implementation->finish());
    return Checker(std::move(implementation));
}

Result<Report> Checker::check(xml::Source& source, const std::string& file, const Options& options) const {
    const Implementation& engine = *implementation_;
    Report report;
    report.file = file;
    xml::Stream stream(source, engine.names, {.child = options.most_bytes_of_element});
    std::optional<Finding> stop;  // a finding after which nothing else counts
    const auto not_well_formed = [](Place place, const std::string& what, const std::string& hint = {}) {
        return file_finding("0.1.1", "iati", fmt::format("The file is not well-formed XML: {}.", what),
                            hint.empty() ? "correct this place; what follows it has not been looked at" : hint, place);
    };
    Plan plan;
    plan.engine = &engine;
    plan.options = &options;
    if (stream.open()) {
        const Node& root = stream.root();
        plan.root = &root;
        plan.bindings = stream.bindings();
        plan.organisations = root.name == engine.known.organisations;
        const xml::Attribute* const version = root.attribute(engine.known.version);
        if (version) report.version = version->value;
        const xml::Position at = stream.root_position(root.where);
        if (root.name != engine.known.activities && !plan.organisations) {
            stop = file_finding("0.2.1", "iati",
                                fmt::format("The root element is '{}': this is no IATI file.", root.qualified),
                                "an IATI file begins with iati-activities or iati-organisations", {at.line, at.column});
        } else {
            report.file_type = root.qualified;
            if (const auto known = parse_version(report.version)) {
                plan.version = *known;
            } else {
                stop = file_finding(
                    "0.6.1", "iati",
                    report.version.empty() ? std::string("The file does not say which version of the IATI standard it keeps to.")
                                           : fmt::format("Version '{}' of the IATI standard is not supported.", report.version),
                    "publish in version 2.03; 2.01 and 2.02 are checked too", {at.line, at.column});
            }
        }
        plan.only_well_formed = stop.has_value();
    }
    Merge merged(plan, report);
    if (plan.root && !stop) {
        std::vector<Finding> faults;
        Merged merged_faults(faults);
        const auto root_place = [&](std::uint32_t where) {
            const xml::Position at = stream.root_position(where);
            return Place{at.line, at.column};
        };
        if (has(options.checks, Checks::schema))
            plan.schema().check_attributes_of(stream.root(),
                                              [&](const Fault& fault) { merged_faults.add(finding_of(fault, root_place(fault.where))); });
        merged.set_root_faults(std::move(faults));
        if (plan.strict() && has(options.checks, Checks::code_lists))
            engine.codes[static_cast<std::size_t>(plan.version)].check_root(
                stream.root(), engine.inputs.profile, [&](const CodeFailure& failure) {
                    merged.add_to_file(finding_of(failure, root_place(failure.where)));
                });
    }
    std::optional<std::pair<Place, std::string>> fault;
    const auto take = [&](PieceResult result) {
        if (fault) return;
        fault = std::move(result.fault);
        if (!fault && !stop) merged.add(std::move(result));
        if (options.progress) options.progress(stream.bytes());
    };
    if (plan.root && options.jobs <= 1) {
        Worker worker(plan);
        while (auto piece = stream.next()) {
            take(worker.check(*piece));
            if (fault) break;
        }
    } else if (plan.root) {
        Crew crew(plan, options.jobs);
        std::deque<std::future<PieceResult>> waiting;
        const std::size_t most = static_cast<std::size_t>(options.jobs) * 2 + 1;
        for (;;) {
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
    if (!fault && stream.broken()) {
        const xml::Broken& broken = *stream.broken();
        if (broken.kind != xml::Broken::Kind::not_well_formed)
            return fail(broken.kind == xml::Broken::Kind::too_large ? ErrorCode::out_of_range : ErrorCode::invalid_input,
                        "check " + file, broken.what, broken.hint,
                        fmt::format("{}:{}:{}", file, broken.where.line, broken.where.column));
        stop = not_well_formed({broken.where.line, broken.where.column}, broken.what, broken.hint);
    }
    if (fault) stop = not_well_formed(fault->first, fault->second);
    if (stop) {
        if (stop->id == "0.1.1") report.file_type = report.version = {};
        report.counts = {};
        report.findings.clear();
        report.elements.clear();
        ++report.counts[0];
        report.findings.push_back(std::move(*stop));
        return report;
    }
    merged.finish();
    if (report.counts[static_cast<std::size_t>(Severity::advisory)] > 0 && engine.inputs.known_activities.empty())
        report.notes.emplace_back(
            "Linked activities (1000.0.x) were looked for in this file alone: no list of those known elsewhere was given.");
    return report;
}

}  // namespace tamga::iati
