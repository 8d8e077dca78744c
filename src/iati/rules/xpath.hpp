#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "xml/tree.hpp"

// The part of XPath 1.0 (W3C Recommendation of 16 November 1999) that IATI rulesets are written in: location
// paths along child, attribute, parent, self and descendants, with predicates, unions, comparisons, + and -,
// and the functions count, not, number, string, boolean, contains, starts-with, normalize-space,
// string-length, true and false. Unprefixed names stand for names in no namespace; of prefixes only `xml` is
// bound.

namespace tamga::iati {

/// An element, a text, or an attribute and its element.
struct XmlItem {
    const xml::Node* node = nullptr;
    const xml::Attribute* attribute = nullptr;

    std::uint32_t where() const { return attribute ? attribute->where : node->where; }
    friend bool operator==(const XmlItem&, const XmlItem&) = default;
};
/// The string-value (XPath 1.0, 5). Points into the tree, or into `buffer`.
std::string_view string_value(const XmlItem& item, std::string& buffer);

/// XPath's number() of a text: NaN unless it is digits with an optional minus and point, and white space
/// around. A point is followed by a digit, which XPath 1.0, 3.7 does not ask for and the public validator's
/// XPath does.
double xpath_number(std::string_view text);

/// What evaluations share: one a thread.
class XPathScratch {
  public:
    /// The children of this element are found by name at once, as long as the tree stands: for the element
    /// that most paths begin at. Null to forget.
    void index(const xml::Node* element);

    std::string_view variable;  ///< What the text '$1' stands for.

  private:
    friend class XPath;
    /// The children of an element that bear a name, by the value of an attribute.
    struct Keyed {
        const xml::Node* node;
        xml::Name name, attribute;
        std::unordered_map<std::string_view, std::vector<const xml::Node*>> by_value;
    };
    const std::vector<const xml::Node*>& keyed(const xml::Node& node, xml::Name name, xml::Name attribute,
                                               std::string_view value);

    const xml::Node* indexed_ = nullptr;
    std::vector<const xml::Node*> first_;
    std::vector<xml::Name> used_;
    std::deque<Keyed> keyed_;  ///< The last few.
};

/// A compiled expression. Constant: any number of threads, each with a scratch of its own.
class XPath {
  public:
    enum class Kind : std::uint8_t { nodes, boolean, number, string };

    /// Adds the names that it needs. With `variable`, the literal '$1' stands for XPathScratch::variable.
    /// Errors: invalid_input, with the offset in the expression.
    static Result<XPath> compile(std::string_view text, xml::Names& names, bool variable = false);

    Kind kind() const { return kind_of(root_); }
    const std::string& text() const { return text_; }

    /// boolean() of the value.
    bool holds(const xml::Node& at, XPathScratch& scratch) const { return boolean(root_, at, scratch); }
    /// Appends the nodes, in document order; an expression of another kind has none.
    void nodes(const xml::Node& at, XPathScratch& scratch, std::vector<XmlItem>& out) const;
    /// The first node in document order; {null} if there is none.
    XmlItem first(const xml::Node& at, XPathScratch& scratch) const;

    /// Nodes that an absolute path or a union of them selects in a document whose root holds `element` alone,
    /// as far as they are `element`, within it, or the root itself.
    void contexts(const xml::Node& element, XPathScratch& scratch, std::vector<XmlItem>& out) const;

  private:
    friend class XPathParser;
    using Index = std::int32_t;
    enum class Op : std::uint8_t {
        path,
        unite,
        either,
        both,
        equal,
        unequal,
        less,
        less_equal,
        greater,
        greater_equal,
        add,
        subtract,
        negate,
        number,
        string,
        variable,
        count,
        negation,
        to_number,
        to_string,
        to_boolean,
        contains,
        starts_with,
        normalize_space,
        string_length,
        yes,
        no,
    };
    enum class Axis : std::uint8_t { child, attribute, parent, self, descendant, descendant_or_self };
    enum class Test : std::uint8_t { name, any, text, node };
    struct Step {
        Axis axis = Axis::child;
        Test test = Test::name;
        xml::Name name = xml::kUnknownName;  ///< kForeignName: an attribute of the prefix xml.
        std::string local;                   ///< Its local name.
        /// Not kUnknownName: the first predicate is [@key = '$1'].
        xml::Name key = xml::kUnknownName;
        std::vector<Index> predicates;
    };
    struct Term {
        Op op;
        Index left = -1;
        Index right = -1;
        double value = 0;
        std::string text;
        bool absolute = false;
        std::vector<Step> steps;
    };

    Kind kind_of(Index term) const;
    bool boolean(Index term, const xml::Node& at, XPathScratch& scratch) const;
    double number(Index term, const xml::Node& at, XPathScratch& scratch) const;
    std::string_view string(Index term, const xml::Node& at, XPathScratch& scratch,
                            std::string& buffer) const;
    bool compare(const Term& term, const xml::Node& at, XPathScratch& scratch) const;

    /// Calls `take` with each node of the term, in document order within each path; stops when it gives true.
    template <typename Take>
    bool each(Index term, const xml::Node& at, XPathScratch& scratch, Take& take) const;
    template <typename Take>
    bool walk(const Term& term, std::size_t step, const XmlItem& from, XPathScratch& scratch,
              Take& take) const;
    template <typename Take>
    bool candidate(const Term& term, std::size_t step, const XmlItem& item, std::vector<double>* positions,
                   XPathScratch& scratch, Take& take) const;
    template <typename Take>
    bool descend(const Term& term, std::size_t step, const xml::Node& node, bool self, XPathScratch& scratch,
                 Take& take) const;
    bool fits(const Step& step, const xml::Node& node) const;
    bool select(const Step& step, const XmlItem& item, std::vector<double>* positions, XPathScratch& scratch,
                std::size_t first_predicate = 0) const;
    xml::Name key_of(const Step& step) const;
    bool positional(const Step& step) const;
    void union_of(Index term, std::vector<Index>& paths) const;

    std::string text_;
    std::vector<Term> terms_;
    Index root_ = -1;
};

}  // namespace tamga::iati
