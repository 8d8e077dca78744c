#include "iati/rules/xpath.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "xml/characters.hpp"

namespace tamga::iati {

using xml::Attribute;
using xml::Name;
using xml::Node;

namespace {
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr int kDepth = 64;  // of an expression's parentheses and predicates
constexpr std::size_t kKeyed = 8;
}  // namespace

std::string_view string_value(const XmlItem& item, std::string& buffer) {
    return item.attribute ? item.attribute->value : xml::string_value(*item.node, buffer);
}

double xpath_number(std::string_view text) {
    while (!text.empty() && xml::is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && xml::is_space(text.back())) text.remove_suffix(1);
    std::string_view digits = text;
    if (digits.starts_with('-')) digits.remove_prefix(1);
    if (digits.empty() || digits.back() == '.') return kNaN;
    bool point = false;
    for (char c : digits) {
        if (c == '.' && !point) {
            point = true;
        } else if (c < '0' || c > '9') {
            return kNaN;
        }
    }
    double value = kNaN;
    const auto [end, problem] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (problem == std::errc::result_out_of_range) return text.starts_with('-') ? -HUGE_VAL : HUGE_VAL;
    return value;
}

void XPathScratch::index(const Node* element) {
    keyed_.clear();
    for (const Name name : used_) first_[name] = nullptr;
    used_.clear();
    indexed_ = element;
    if (!element) return;
    for (const Node* child = element->first; child; child = child->next) {
        if (child->name >= first_.size()) first_.resize(child->name + 1U);
        if (first_[child->name]) continue;
        first_[child->name] = child;
        used_.push_back(child->name);
    }
}

const std::vector<const Node*>& XPathScratch::keyed(const Node& node, Name name, Name attribute,
                                                    std::string_view value) {
    static const std::vector<const Node*> kNone;
    auto found = std::ranges::find_if(keyed_, [&](const Keyed& one) {
        return one.node == &node && one.name == name && one.attribute == attribute;
    });
    if (found == keyed_.end()) {
        if (keyed_.size() >= kKeyed) keyed_.pop_front();
        keyed_.push_back({&node, name, attribute, {}});
        found = keyed_.end() - 1;
        for (const Node* child = node.first; child; child = child->next) {
            if (child->name != name) continue;
            if (const Attribute* const key = child->attribute(attribute))
                found->by_value[key->value].push_back(child);
        }
    }
    const auto nodes = found->by_value.find(value);
    return nodes == found->by_value.end() ? kNone : nodes->second;
}

// -- parsing.

class XPathParser {
  public:
    XPathParser(std::string_view text, xml::Names& names, bool variable, XPath& out)
        : text_(text), names_(names), variable_(variable), out_(out) {}

    bool parse() {
        out_.root_ = either();
        skip();
        if (ok_ && at_ != text_.size()) bad("the end was expected");
        return ok_;
    }
    std::string problem() const {
        return fmt::format("{}, at character {} of '{}'", problem_, where_ + 1, text_);
    }

  private:
    using Op = XPath::Op;
    using Index = XPath::Index;
    using Axis = XPath::Axis;
    using Test = XPath::Test;

    Index bad(std::string what) {
        if (ok_) {
            problem_ = std::move(what);
            where_ = at_;
        }
        ok_ = false;
        at_ = text_.size();
        return -1;
    }
    void skip() {
        while (at_ < text_.size() && xml::is_space(text_[at_])) ++at_;
    }
    bool take(std::string_view token) {
        skip();
        if (!text_.substr(at_).starts_with(token)) return false;
        at_ += token.size();
        return true;
    }
    bool next_is(std::string_view token) {
        skip();
        return text_.substr(at_).starts_with(token);
    }
    /// An operator's name, which must not go on as a name.
    bool take_word(std::string_view word) {
        skip();
        if (!text_.substr(at_).starts_with(word)) return false;
        const std::size_t end = at_ + word.size();
        if (end < text_.size() && is_name_part(text_[end])) return false;
        at_ = end;
        return true;
    }
    static bool is_name_part(char c) {
        return static_cast<unsigned char>(c) >= 0x80 ||
               (xml::kClasses[static_cast<unsigned char>(c)] & xml::kNamePart) != 0;
    }
    static bool is_name_start(char c) {
        return static_cast<unsigned char>(c) >= 0x80 ||
               (xml::kClasses[static_cast<unsigned char>(c)] & xml::kNameStart) != 0;
    }
    std::string name() {
        const std::size_t from = at_;
        if (at_ < text_.size() && is_name_start(text_[at_]))
            while (at_ < text_.size() && is_name_part(text_[at_])) ++at_;
        return std::string(text_.substr(from, at_ - from));
    }
    Index add(XPath::Term term) {
        out_.terms_.push_back(std::move(term));
        return static_cast<Index>(out_.terms_.size()) - 1;
    }
    Index binary(Op op, Index left, Index right) {
        XPath::Term term{};
        term.op = op;
        term.left = left;
        term.right = right;
        return add(std::move(term));
    }

    Index either() {
        if (++depth_ > kDepth) return bad("this is too deep");
        Index left = both();
        while (ok_ && take_word("or")) left = binary(Op::either, left, both());
        --depth_;
        return left;
    }
    Index both() {
        Index left = equality();
        while (ok_ && take_word("and")) left = binary(Op::both, left, equality());
        return left;
    }
    Index equality() {
        Index left = relation();
        while (ok_) {
            if (take("!=")) {
                left = binary(Op::unequal, left, relation());
            } else if (take("=")) {
                left = binary(Op::equal, left, relation());
            } else {
                break;
            }
        }
        return left;
    }
    Index relation() {
        Index left = sum();
        while (ok_) {
            if (take("<=")) {
                left = binary(Op::less_equal, left, sum());
            } else if (take(">=")) {
                left = binary(Op::greater_equal, left, sum());
            } else if (take("<")) {
                left = binary(Op::less, left, sum());
            } else if (take(">")) {
                left = binary(Op::greater, left, sum());
            } else {
                break;
            }
        }
        return left;
    }
    Index sum() {
        Index left = unary();
        while (ok_) {
            if (take("+")) {
                left = binary(Op::add, left, unary());
            } else if (take("-")) {
                left = binary(Op::subtract, left, unary());
            } else {
                break;
            }
        }
        return left;
    }
    Index unary() {
        if (take("-")) return binary(Op::negate, unary(), -1);
        Index left = primary();
        while (ok_ && take("|")) {
            const Index right = primary();
            if (!ok_) break;
            if (out_.kind_of(left) != XPath::Kind::nodes || out_.kind_of(right) != XPath::Kind::nodes)
                return bad("only paths can be united");
            left = binary(Op::unite, left, right);
        }
        return left;
    }

    Index literal(char quote) {
        const std::size_t close = text_.find(quote, ++at_);
        if (close == std::string_view::npos) return bad("a quotation mark is missing");
        XPath::Term term{};
        term.op = Op::string;
        term.text = text_.substr(at_, close - at_);
        if (variable_ && term.text == "$1") term.op = Op::variable;
        at_ = close + 1;
        return add(std::move(term));
    }

    Index primary() {
        skip();
        if (at_ == text_.size()) return bad("an expression was expected");
        const char c = text_[at_];
        if (c == '(') {
            ++at_;
            const Index inner = either();
            if (ok_ && !take(")")) return bad("a closing bracket is missing");
            return inner;
        }
        if (c == '\'' || c == '"') return literal(c);
        if ((c >= '0' && c <= '9') ||
            (c == '.' && at_ + 1 < text_.size() && text_[at_ + 1] >= '0' && text_[at_ + 1] <= '9')) {
            const std::size_t from = at_;
            while (at_ < text_.size() && ((text_[at_] >= '0' && text_[at_] <= '9') || text_[at_] == '.'))
                ++at_;
            XPath::Term term{};
            term.op = Op::number;
            term.value = xpath_number(text_.substr(from, at_ - from));
            return add(std::move(term));
        }
        if (is_name_start(c)) {
            const std::size_t from = at_;
            const std::string word = name();
            skip();
            if (at_ < text_.size() && text_[at_] == '(' && word != "text" && word != "node")
                return function(word);
            at_ = from;
        }
        return path();
    }

    Index function(const std::string& word) {
        struct Known {
            std::string_view name;
            Op op;
            int least, most;
        };
        constexpr Known kKnown[] = {
            {"count", Op::count, 1, 1},
            {"not", Op::negation, 1, 1},
            {"number", Op::to_number, 0, 1},
            {"string", Op::to_string, 0, 1},
            {"boolean", Op::to_boolean, 1, 1},
            {"contains", Op::contains, 2, 2},
            {"starts-with", Op::starts_with, 2, 2},
            {"normalize-space", Op::normalize_space, 0, 1},
            {"string-length", Op::string_length, 0, 1},
            {"true", Op::yes, 0, 0},
            {"false", Op::no, 0, 0},
        };
        const auto* const known = std::ranges::find(kKnown, word, &Known::name);
        if (known == std::end(kKnown)) return bad(fmt::format("the function '{}' is not known", word));
        ++at_;
        std::array<Index, 2> arguments{-1, -1};
        int count = 0;
        if (!take(")")) {
            do {
                if (count == 2) return bad("there are too many arguments");
                arguments[count++] = either();
            } while (ok_ && take(","));
            if (ok_ && !take(")")) return bad("a closing bracket is missing");
        }
        if (!ok_) return -1;
        if (count < known->least || count > known->most)
            return bad(fmt::format("the function '{}' takes another number of arguments", word));
        if (known->op == Op::count && out_.kind_of(arguments[0]) != XPath::Kind::nodes)
            return bad("count() takes a path");
        if (count == 0 && known->most == 1) {  // the context node
            XPath::Term self{};
            self.op = Op::path;
            self.steps.push_back(plain(Axis::self));
            arguments[0] = add(std::move(self));
        }
        return binary(known->op, arguments[0], arguments[1]);
    }

    /// A step to any node.
    static XPath::Step plain(Axis axis) {
        XPath::Step step;
        step.axis = axis;
        step.test = Test::node;
        return step;
    }

    Index path() {
        XPath::Term term{};
        term.op = Op::path;
        bool deep = false;
        if (take("//")) {
            term.absolute = deep = true;
        } else if (take("/")) {
            term.absolute = true;
        }
        for (;;) {
            skip();
            XPath::Step step;
            if (take("..")) {
                step = plain(Axis::parent);
            } else if (take(".")) {
                step = plain(Axis::self);
            } else {
                if (take("@")) step.axis = Axis::attribute;
                skip();
                if (take("*")) {
                    step.test = Test::any;
                } else {
                    std::string word = name();
                    if (word.empty()) return bad("a name was expected");
                    if (word == "text" && take("(")) {
                        step.test = Test::text;
                        if (!take(")")) return bad("a closing bracket is missing");
                    } else if (word == "node" && take("(")) {
                        step.test = Test::node;
                        if (!take(")")) return bad("a closing bracket is missing");
                    } else if (at_ < text_.size() && text_[at_] == ':') {
                        ++at_;
                        if (word != "xml" || step.axis != Axis::attribute)
                            return bad(fmt::format("the prefix '{}' is not bound", word));
                        step.name = xml::kForeignName;
                        step.local = name();
                    } else {
                        step.name = names_.add(word);
                    }
                }
            }
            if (deep && step.axis == Axis::child) {
                step.axis = Axis::descendant;
            } else if (deep) {
                term.steps.push_back(plain(Axis::descendant_or_self));
            }
            while (ok_ && take("[")) {
                step.predicates.push_back(either());
                if (ok_ && !take("]")) return bad("a closing bracket is missing");
            }
            if (!ok_) return -1;
            step.key = out_.key_of(step);
            if (deep && out_.positional(step)) return bad("a position after // is not known here");
            term.steps.push_back(std::move(step));
            deep = take("//");
            if (!deep && !take("/")) break;
        }
        return add(std::move(term));
    }

    std::string_view text_;
    xml::Names& names_;
    bool variable_;
    XPath& out_;
    std::size_t at_ = 0;
    int depth_ = 0;
    bool ok_ = true;
    std::string problem_;
    std::size_t where_ = 0;
};

Result<XPath> XPath::compile(std::string_view text, xml::Names& names, bool variable) {
    XPath compiled;
    compiled.text_ = text;
    XPathParser parser(text, names, variable, compiled);
    if (!parser.parse())
        return fail(ErrorCode::invalid_input, "read an XPath expression", parser.problem(),
                    "only a part of XPath 1.0 is known here: see the documentation of rulesets");
    return compiled;
}

// -- evaluation.

XPath::Kind XPath::kind_of(Index index) const {
    if (index < 0) return Kind::boolean;
    switch (terms_[index].op) {
        case Op::path:
        case Op::unite:
            return Kind::nodes;
        case Op::add:
        case Op::subtract:
        case Op::negate:
        case Op::number:
        case Op::count:
        case Op::to_number:
        case Op::string_length:
            return Kind::number;
        case Op::string:
        case Op::variable:
        case Op::to_string:
        case Op::normalize_space:
            return Kind::string;
        default:
            return Kind::boolean;
    }
}

bool XPath::positional(const Step& step) const {
    return std::ranges::any_of(step.predicates,
                               [&](Index predicate) { return kind_of(predicate) == Kind::number; });
}

/// Repeated rules ask for each of many values: without this, a file of n values would take n² steps.
Name XPath::key_of(const Step& step) const {
    if (step.axis != Axis::child || step.test != Test::name || step.predicates.empty())
        return xml::kUnknownName;
    const Term& predicate = terms_[step.predicates[0]];
    if (predicate.op != Op::equal) return xml::kUnknownName;
    // A repeated rule may also ask for the two characters themselves.
    const Term& wanted = terms_[predicate.right];
    if (wanted.op != Op::variable && (wanted.op != Op::string || wanted.text != "$1"))
        return xml::kUnknownName;
    const Term& path = terms_[predicate.left];
    if (path.op != Op::path || path.absolute || path.steps.size() != 1) return xml::kUnknownName;
    const Step& attribute = path.steps[0];
    if (attribute.axis != Axis::attribute || attribute.test != Test::name ||
        attribute.name == xml::kForeignName || !attribute.predicates.empty())
        return xml::kUnknownName;
    return attribute.name;
}

bool XPath::fits(const Step& step, const Node& node) const {
    switch (step.test) {
        case Test::name:
            return node.name == step.name;
        case Test::any:
            return !node.is_text();
        case Test::text:
            return node.is_text();
        case Test::node:
            return true;
    }
    std::unreachable();
}

bool XPath::select(const Step& step, const XmlItem& item, std::vector<double>* positions,
                   XPathScratch& scratch, std::size_t first_predicate) const {
    for (std::size_t i = first_predicate; i < step.predicates.size(); ++i) {
        const Index predicate = step.predicates[i];
        if (positions) ++(*positions)[i];
        if (kind_of(predicate) == Kind::number) {
            if (number(predicate, *item.node, scratch) != (*positions)[i]) return false;
        } else if (!boolean(predicate, *item.node, scratch)) {
            return false;
        }
    }
    return true;
}

template <typename Take>
bool XPath::candidate(const Term& term, std::size_t step, const XmlItem& item, std::vector<double>* positions,
                      XPathScratch& scratch, Take& take) const {
    if (!term.steps[step].predicates.empty() && !select(term.steps[step], item, positions, scratch))
        return false;
    return walk(term, step + 1, item, scratch, take);
}

template <typename Take>
bool XPath::descend(const Term& term, std::size_t step, const Node& node, bool self, XPathScratch& scratch,
                    Take& take) const {
    const Step& at = term.steps[step];
    const Node* current = &node;
    if (self && fits(at, node) && candidate(term, step, {&node, nullptr}, nullptr, scratch, take))
        return true;
    while (true) {
        if (current->first) {
            current = current->first;
        } else {
            while (current != &node && !current->next) current = current->parent;
            if (current == &node) return false;
            current = current->next;
        }
        if (fits(at, *current) && candidate(term, step, {current, nullptr}, nullptr, scratch, take))
            return true;
    }
}

template <typename Take>
bool XPath::walk(const Term& term, std::size_t number_of_step, const XmlItem& from, XPathScratch& scratch,
                 Take& take) const {
    if (number_of_step == term.steps.size()) return take(from);
    if (from.attribute) return false;
    const Step& step = term.steps[number_of_step];
    const Node& node = *from.node;
    std::vector<double> counted;
    std::vector<double>* positions = nullptr;
    if (!step.predicates.empty() && positional(step)) {
        counted.resize(step.predicates.size());
        positions = &counted;
    }
    switch (step.axis) {
        case Axis::child:
            if (step.key != xml::kUnknownName && !positions) {
                const Term& wanted = terms_[terms_[step.predicates[0]].right];
                const std::string_view value = wanted.op == Op::variable ? scratch.variable : wanted.text;
                for (const Node* child : scratch.keyed(node, step.name, step.key, value))
                    if (select(step, {child, nullptr}, nullptr, scratch, 1) &&
                        walk(term, number_of_step + 1, {child, nullptr}, scratch, take))
                        return true;
                return false;
            }
            if (step.test == Test::name) {
                if (&node == scratch.indexed_) {
                    const Node* const first =
                        step.name < scratch.first_.size() ? scratch.first_[step.name] : nullptr;
                    for (const Node* child = first; child; child = child->same)
                        if (candidate(term, number_of_step, {child, nullptr}, positions, scratch, take))
                            return true;
                    return false;
                }
                for (const Node* child = node.first; child; child = child->next)
                    if (child->name == step.name &&
                        candidate(term, number_of_step, {child, nullptr}, positions, scratch, take))
                        return true;
                return false;
            }
            for (const Node* child = node.first; child; child = child->next)
                if (fits(step, *child) &&
                    candidate(term, number_of_step, {child, nullptr}, positions, scratch, take))
                    return true;
            return false;
        case Axis::attribute:
            for (const Attribute& attribute : node.all_attributes()) {
                if (step.test == Test::name &&
                    (attribute.name != step.name ||
                     (step.name == xml::kForeignName &&
                      (attribute.space != xml::kXmlSpace ||
                       attribute.qualified.substr(attribute.qualified.find(':') + 1) != step.local))))
                    continue;
                if (step.test == Test::text) continue;
                if (candidate(term, number_of_step, {&node, &attribute}, positions, scratch, take))
                    return true;
            }
            return false;
        case Axis::parent:
            return node.parent &&
                   candidate(term, number_of_step, {node.parent, nullptr}, positions, scratch, take);
        case Axis::self:
            return fits(step, node) && candidate(term, number_of_step, from, positions, scratch, take);
        case Axis::descendant:
            return descend(term, number_of_step, node, false, scratch, take);
        case Axis::descendant_or_self:
            return descend(term, number_of_step, node, true, scratch, take);
    }
    std::unreachable();
}

template <typename Take>
bool XPath::each(Index index, const Node& at, XPathScratch& scratch, Take& take) const {
    const Term& term = terms_[index];
    if (term.op == Op::unite)
        return each(term.left, at, scratch, take) || each(term.right, at, scratch, take);
    if (term.op != Op::path) return false;
    if (!term.absolute) return walk(term, 0, {&at, nullptr}, scratch, take);
    const Node* root = &at;
    while (root->parent) root = root->parent;
    if (term.steps[0].axis == Axis::child)
        return fits(term.steps[0], *root) && candidate(term, 0, {root, nullptr}, nullptr, scratch, take);
    return descend(term, 0, *root, true, scratch, take);
}

void XPath::nodes(const Node& at, XPathScratch& scratch, std::vector<XmlItem>& out) const {
    const std::size_t before = out.size();
    auto take = [&](const XmlItem& item) {
        out.push_back(item);
        return false;
    };
    if (kind() == Kind::nodes) each(root_, at, scratch, take);
    if (terms_[root_].op != Op::unite) return;
    const auto begin = out.begin() + static_cast<std::ptrdiff_t>(before);
    std::stable_sort(begin, out.end(),
                     [](const XmlItem& a, const XmlItem& b) { return a.node->order < b.node->order; });
    out.erase(std::unique(begin, out.end()), out.end());
}

XmlItem XPath::first(const Node& at, XPathScratch& scratch) const {
    XmlItem found;
    auto take = [&](const XmlItem& item) {
        if (!found.node || item.node->order < found.node->order) found = item;
        return terms_[root_].op != Op::unite;
    };
    if (kind() == Kind::nodes) each(root_, at, scratch, take);
    return found;
}

void XPath::union_of(Index index, std::vector<Index>& paths) const {
    if (terms_[index].op != Op::unite) return paths.push_back(index);
    union_of(terms_[index].left, paths);
    union_of(terms_[index].right, paths);
}

void XPath::contexts(const Node& element, XPathScratch& scratch, std::vector<XmlItem>& out) const {
    auto take = [&](const XmlItem& item) {
        out.push_back(item);
        return false;
    };
    const std::size_t before = out.size();
    std::vector<Index> paths;
    union_of(root_, paths);
    for (const Index index : paths) {
        const Term& term = terms_[index];
        if (!term.absolute || !element.parent) {
            each(index, element, scratch, take);
            continue;
        }
        const Step& step = term.steps[0];
        const bool root_fits =
            fits(step, *element.parent) && select(step, {element.parent, nullptr}, nullptr, scratch);
        if (step.axis == Axis::child) {
            if (!root_fits) continue;
            if (term.steps.size() == 1) {
                take({element.parent, nullptr});
            } else if (term.steps[1].axis == Axis::child) {
                if (fits(term.steps[1], element))
                    candidate(term, 1, {&element, nullptr}, nullptr, scratch, take);
            } else if (term.steps[1].axis == Axis::descendant ||
                       term.steps[1].axis == Axis::descendant_or_self) {
                descend(term, 1, element, true, scratch, take);
            } else {
                walk(term, 1, {element.parent, nullptr}, scratch, take);
            }
        } else {
            if (root_fits && term.steps.size() == 1) take({element.parent, nullptr});
            descend(term, 0, element, true, scratch, take);
        }
    }
    if (paths.size() > 1) {
        const auto begin = out.begin() + static_cast<std::ptrdiff_t>(before);
        std::stable_sort(begin, out.end(),
                         [](const XmlItem& a, const XmlItem& b) { return a.node->order < b.node->order; });
        out.erase(std::unique(begin, out.end()), out.end());
    }
}

bool XPath::boolean(Index index, const Node& at, XPathScratch& scratch) const {
    const Term& term = terms_[index];
    switch (term.op) {
        case Op::path:
        case Op::unite: {
            auto take = [](const XmlItem&) { return true; };
            return each(index, at, scratch, take);
        }
        case Op::either:
            return boolean(term.left, at, scratch) || boolean(term.right, at, scratch);
        case Op::both:
            return boolean(term.left, at, scratch) && boolean(term.right, at, scratch);
        case Op::negation:
            return !boolean(term.left, at, scratch);
        case Op::to_boolean:
            return boolean(term.left, at, scratch);
        case Op::yes:
            return true;
        case Op::no:
            return false;
        case Op::contains: {
            std::string left;
            std::string right;
            return string(term.left, at, scratch, left).find(string(term.right, at, scratch, right)) !=
                   std::string_view::npos;
        }
        case Op::starts_with: {
            std::string left;
            std::string right;
            return string(term.left, at, scratch, left).starts_with(string(term.right, at, scratch, right));
        }
        case Op::equal:
        case Op::unequal:
        case Op::less:
        case Op::less_equal:
        case Op::greater:
        case Op::greater_equal:
            return compare(term, at, scratch);
        case Op::string:
        case Op::variable:
        case Op::to_string:
        case Op::normalize_space: {
            std::string buffer;
            return !string(index, at, scratch, buffer).empty();
        }
        default: {
            const double value = number(index, at, scratch);
            return value != 0 && !std::isnan(value);
        }
    }
}

double XPath::number(Index index, const Node& at, XPathScratch& scratch) const {
    const Term& term = terms_[index];
    switch (term.op) {
        case Op::number:
            return term.value;
        case Op::add:
            return number(term.left, at, scratch) + number(term.right, at, scratch);
        case Op::subtract:
            return number(term.left, at, scratch) - number(term.right, at, scratch);
        case Op::negate:
            return -number(term.left, at, scratch);
        case Op::count: {
            if (terms_[term.left].op == Op::path) {
                double count = 0;
                auto take = [&](const XmlItem&) {
                    ++count;
                    return false;
                };
                each(term.left, at, scratch, take);
                return count;
            }
            std::vector<XmlItem> found;  // a union: each node once
            auto take = [&](const XmlItem& item) {
                if (std::ranges::find(found, item) == found.end()) found.push_back(item);
                return false;
            };
            each(term.left, at, scratch, take);
            return static_cast<double>(found.size());
        }
        case Op::to_number:
            return number(term.left, at, scratch);
        case Op::string_length: {
            std::string buffer;
            const std::string_view text = string(term.left, at, scratch, buffer);
            return static_cast<double>(std::ranges::count_if(
                text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
        }
        default:
            break;
    }
    if (kind_of(index) == Kind::boolean) return boolean(index, at, scratch) ? 1 : 0;
    std::string buffer;
    return xpath_number(string(index, at, scratch, buffer));
}

std::string_view XPath::string(Index index, const Node& at, XPathScratch& scratch,
                               std::string& buffer) const {
    const Term& term = terms_[index];
    switch (term.op) {
        case Op::string:
            return term.text;
        case Op::variable:
            return scratch.variable;
        case Op::path:
        case Op::unite: {
            XmlItem found;
            auto take = [&](const XmlItem& item) {
                if (!found.node || item.node->order < found.node->order) found = item;
                return terms_[index].op == Op::path;
            };
            each(index, at, scratch, take);
            return found.node ? string_value(found, buffer) : std::string_view();
        }
        case Op::to_string:
            return string(term.left, at, scratch, buffer);
        case Op::normalize_space: {
            std::string inner;
            const std::string_view text = string(term.left, at, scratch, inner);
            std::string out;
            for (char c : text) {
                if (!xml::is_space(c)) {
                    out += c;
                } else if (!out.empty() && out.back() != ' ') {
                    out += ' ';
                }
            }
            if (out.ends_with(' ')) out.pop_back();
            buffer = std::move(out);
            return buffer;
        }
        default:
            break;
    }
    if (kind_of(index) == Kind::boolean) return boolean(index, at, scratch) ? "true" : "false";
    const double value = number(index, at, scratch);
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
    buffer = fmt::format("{}", value == 0 ? 0.0 : value);
    return buffer;
}

/// Comparisons (XPath 1.0, 3.4): with a node-set on a side, whether some node makes it true.
bool XPath::compare(const Term& term, const Node& at, XPathScratch& scratch) const {
    const auto by_number = [&](double a, double b) {
        switch (term.op) {
            case Op::equal:
                return a == b;
            case Op::unequal:
                return a != b;
            case Op::less:
                return a < b;
            case Op::less_equal:
                return a <= b;
            case Op::greater:
                return a > b;
            default:
                return a >= b;
        }
    };
    const bool equality = term.op == Op::equal || term.op == Op::unequal;
    const auto by_text = [&](std::string_view a, std::string_view b) {
        return equality ? (a == b) == (term.op == Op::equal) : by_number(xpath_number(a), xpath_number(b));
    };
    const Kind left = kind_of(term.left);
    const Kind right = kind_of(term.right);
    if (left == Kind::boolean || right == Kind::boolean) {
        const bool a = boolean(term.left, at, scratch);
        const bool b = boolean(term.right, at, scratch);
        return by_number(a ? 1 : 0, b ? 1 : 0);
    }
    if (left == Kind::nodes && right == Kind::nodes) {
        std::vector<std::string> others;
        std::string buffer;
        auto collect = [&](const XmlItem& item) {
            others.emplace_back(string_value(item, buffer));
            return false;
        };
        each(term.right, at, scratch, collect);
        auto take = [&](const XmlItem& item) {
            const std::string_view text = string_value(item, buffer);
            return std::ranges::any_of(others,
                                       [&](const std::string& other) { return by_text(text, other); });
        };
        return each(term.left, at, scratch, take);
    }
    if (left == Kind::nodes || right == Kind::nodes) {
        const bool swapped = right == Kind::nodes;
        const Index path = swapped ? term.right : term.left;
        const Index other = swapped ? term.left : term.right;
        std::string buffer;
        if (kind_of(other) == Kind::number) {
            const double value = number(other, at, scratch);
            auto take = [&](const XmlItem& item) {
                const double own = xpath_number(string_value(item, buffer));
                return swapped ? by_number(value, own) : by_number(own, value);
            };
            return each(path, at, scratch, take);
        }
        std::string other_buffer;
        const std::string_view value = string(other, at, scratch, other_buffer);
        auto take = [&](const XmlItem& item) {
            const std::string_view own = string_value(item, buffer);
            return swapped ? by_text(value, own) : by_text(own, value);
        };
        return each(path, at, scratch, take);
    }
    if (left == Kind::number || right == Kind::number || !equality)
        return by_number(number(term.left, at, scratch), number(term.right, at, scratch));
    std::string a;
    std::string b;
    return by_text(string(term.left, at, scratch, a), string(term.right, at, scratch, b));
}

}  // namespace tamga::iati
