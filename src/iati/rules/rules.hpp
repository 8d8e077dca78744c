#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.hpp"
#include "iati/finding.hpp"
#include "iati/rules/xpath.hpp"
#include "iati/standard/standard.hpp"

// Rules beyond the schema: the standard's own (standard/rules.txt), or a ruleset in the public JSON form
// (context XPath → rule name → cases; IATI ruleset specification). What breaks each kind of rule is told at
// the top of standard/rules.txt.
//
// As published, rules are read as the public validator reads them. Strictly:
//   * a path in "if", "then" or "condition" holds if it selects something (XPath 1.0, 4.3), where the public
//   validator
//     takes any path to hold;
//   * '$1' is replaced in every key of a repeated rule, not only in those that the rule names;
//   * every date is looked at, not only the first; dates are read as XML Schema writes them, time zones
//   included, where the
//     public validator reads them as ECMAScript does (dates.hpp).

namespace tamga::iati {

/// Texts that can be looked up by a view.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
using TextSet = std::unordered_set<std::string, TextHash, std::equal_to<>>;

/// What rules look at besides the element. Holds for any number of threads while nothing changes it.
struct RuleInputs {
    TextSet prefixes;    ///< Registration agencies: "GB-COH".
    TextSet publishers;  ///< Identifiers of registered publishers.
};

/// A rule as people know it.
struct Rule {
    std::string id, category, message, hint;
    Severity severity = Severity::error;
};

/// A rule that is not kept by one element.
struct RuleFailure {
    struct At {
        std::string text;
        std::uint32_t where;  ///< Offset of the element or attribute; kNowhere for the moment of the check.
    };
    static constexpr std::uint32_t kNowhere = 0xffffffff;
    const Rule* rule;
    std::vector<At> contexts;  ///< May be empty: what is missing has no place.
};

/// Rules compiled for one table of names. Constant once made: any number of threads, each with a scratch of
/// its own.
class Ruleset {
  public:
    Ruleset(Ruleset&&) noexcept;
    Ruleset& operator=(Ruleset&&) noexcept;
    ~Ruleset();

    /// The standard's rules of one version. `names`, of each of these, begins as standard_names(); adds the
    /// names that it needs.
    static Ruleset standard(Version version, bool strict, xml::Names& names);
    /// Rules in the form of standard/rules.txt. Errors: invalid_input with file:line.
    static Result<Ruleset> from_text(std::string_view text, std::string_view file, Version version,
                                     bool strict, xml::Names& names);
    /// Rules in the public JSON form. Errors: invalid_input.
    static Result<Ruleset> from_json(std::string_view json, bool strict, xml::Names& names);

    /// Gives each rule that the element (an activity or an organisation, whose parent is the root) does not
    /// keep, in the order of the ruleset. `now_ms`: the moment of the check, in milliseconds since 1970
    /// (UTC).
    template <typename Sink>
    void check(const xml::Node& element, const RuleInputs& inputs, std::int64_t now_ms, XPathScratch& scratch,
               Sink&& sink) const {
        std::vector<RuleFailure> failures;
        run(element, inputs, now_ms, scratch, failures);
        for (RuleFailure& failure : failures) sink(std::move(failure));
    }
    std::size_t size() const;

    /// For comparing tables: context, kind, id, severity, category and key=value… of each case, between tabs.
    std::vector<std::string> described() const;

    struct Implementation;  // of the engine's own

  private:
    friend class RulesetBuilder;
    Ruleset();
    void run(const xml::Node& element, const RuleInputs& inputs, std::int64_t now_ms, XPathScratch& scratch,
             std::vector<RuleFailure>& failures) const;
    std::unique_ptr<Implementation> implementation_;
};

/// What the standard's rule of that id asks for, in one sentence; empty if the version has none.
std::string_view rule_sentence(Version version, std::string_view id);

/// The number of a text as ECMAScript's Number(): white space around it ignored, empty is 0; NaN if it is
/// none.
double rule_number(std::string_view text);

}  // namespace tamga::iati
