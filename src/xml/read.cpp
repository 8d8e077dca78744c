#include "xml/read.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>

#include "base/utf8.hpp"
#include "xml/characters.hpp"
#include "xml/scan.hpp"

namespace tamga::xml {

namespace {

constexpr std::string_view kXmlnsSpace = "http://www.w3.org/2000/xmlns/";
/// Up to so many attributes are compared pair by pair; more are sorted.
constexpr std::size_t kFewAttributes = 12;
/// A text may hold fewer nodes than this: offsets have 32 bits.
constexpr std::uint32_t kLastOrder = std::numeric_limits<std::uint32_t>::max() / 2;

bool is_name_byte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (kClasses[byte] & kNamePart) != 0;
}

}  // namespace

Position position_of(std::string_view text, std::size_t where, Position start) {
    const std::string_view before = text.substr(0, where);
    const std::size_t last_line = before.rfind('\n');
    Position position = start;
    std::string_view line = before;
    if (last_line != std::string_view::npos) {
        position.line += count_lines(before);
        position.column = 1;
        line = before.substr(last_line + 1);
    }
    position.column += count_characters(line);
    return position;
}

void normalise_line_ends(std::string& text) {
    std::size_t to = text.find('\r');
    if (to == std::string::npos) return;
    for (std::size_t from = to; from < text.size(); ++from) {
        if (text[from] != '\r') {
            text[to++] = text[from];
        } else if (from + 1 == text.size() || text[from + 1] != '\n') {
            text[to++] = '\n';
        }
    }
    text.resize(to);
}

/// One reading of one text. Productions are those of XML 1.0 (fifth edition).
class Parse {
  public:
    Parse(Reader& reader, std::string_view text)
        : reader_(reader), begin_(text.data()), at_(begin_), end_(begin_ + text.size()) {
        reader_.fault_ = {};
        if (const auto bad = first_bad_byte(text)) {
            // The text up to there is still read: a fault before it comes first.
            bad_byte_ = begin_ + *bad;
            end_ = bad_byte_;
        }
    }

    bool content(std::span<const Binding> bindings, Node& parent) {
        for (const Binding& binding : bindings) bind(binding.prefix, binding.space, 0);
        parent.first = nullptr;
        parent.order = reader_.next_order_++;
        open_element(&parent);
        if (!content_until(0)) return false;
        return at_end_of_text();
    }

    const Node* document() {
        is_document_ = true;
        if (!prolog()) return nullptr;
        if (at_ == end_ && !bad_byte_) return fault(at_, "there is no root element"), nullptr;
        Node document{};
        document.order = reader_.next_order_++;
        open_element(&document);
        if (!start_tag()) return nullptr;
        if (open_.size() > 1 && !content_until(1)) return nullptr;
        if (!miscellany("after the root element")) return nullptr;
        if (!at_end_of_text()) return nullptr;
        if (at_ != end_) return fault(at_, "nothing but comments may follow the root element"), nullptr;
        document.first->parent = nullptr;
        return document.first;
    }

  private:
    bool fault(const char* where, std::string what) {
        if (reader_.fault_.what.empty())
            reader_.fault_ = {static_cast<std::size_t>(where - begin_), std::move(what)};
        return false;
    }
    /// The text ends inside something, either really or because what follows cannot be read.
    bool cut_short(const char* where, const char* inside) {
        if (bad_byte_) return bad_character();
        return fault(where, std::string("the text ends inside ") + inside);
    }
    bool bad_character() {
        const auto byte = static_cast<unsigned char>(*bad_byte_);
        if (byte < 0x20)
            return fault(bad_byte_,
                         "a control character (code " + std::to_string(byte) + ") may not stand in XML");
        return fault(bad_byte_, "these bytes are no character in UTF-8");
    }
    bool at_end_of_text() { return !bad_byte_ || bad_character(); }

    bool starts(std::string_view token) const {
        return static_cast<std::size_t>(end_ - at_) >= token.size() &&
               std::memcmp(at_, token.data(), token.size()) == 0;
    }
    void skip_space() {
        while (at_ < end_ && is_space(*at_)) ++at_;
    }
    /// Goes past `token` from `from` on; null if it is not there.
    const char* find(const char* from, std::string_view token) const {
        const std::string_view rest(from, static_cast<std::size_t>(end_ - from));
        const std::size_t found = rest.find(token);
        return found == std::string_view::npos ? nullptr : from + found;
    }

    // -- names.

    /// Reads an NCName's characters beginning at `at_`; empty and a fault if there is none.
    bool nc_name(std::string_view& name, const char* what) {
        const char* const from = at_;
        unsigned any = 0;
        for (; at_ < end_ && is_name_byte(*at_); ++at_) any |= static_cast<unsigned char>(*at_);
        name = {from, static_cast<std::size_t>(at_ - from)};
        const bool plain =
            any < 0x80 && !name.empty() && (kClasses[static_cast<unsigned char>(*from)] & kNameStart) != 0;
        if (!plain && (name.empty() || !valid_name(name))) {
            if (at_ == end_ && from == end_) return cut_short(from, what);
            return fault(from, std::string("a name was expected in ") + what);
        }
        if (name.size() > reader_.limits_.name_bytes)
            return fault(from, "this name is longer than is allowed");
        return true;
    }
    static bool valid_name(std::string_view name) {
        const auto first = static_cast<unsigned char>(name.front());
        if (first < 0x80 && (kClasses[first] & kNameStart) == 0) return false;
        if (std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
            return true;
        std::size_t at = 0;
        if (!is_name_start(decode(name, at))) return false;
        while (at < name.size())
            if (!is_name_part(decode(name, at))) return false;
        return true;
    }
    /// A QName (Namespaces in XML, production 7).
    bool qualified_name(std::string_view& whole, std::string_view& prefix, std::string_view& local,
                        const char* what) {
        const char* const from = at_;
        prefix = {};
        if (!nc_name(local, what)) return false;
        if (at_ < end_ && *at_ == ':') {
            prefix = local;
            ++at_;
            if (!nc_name(local, what)) return false;
            if (at_ < end_ && *at_ == ':') return fault(at_, "a name may have only one colon");
        }
        whole = {from, static_cast<std::size_t>(at_ - from)};
        return true;
    }

    // -- namespaces.

    static constexpr std::size_t kUnbound = std::numeric_limits<std::size_t>::max();
    struct Bound {
        std::string_view space;
        std::size_t depth;
        std::size_t* innermost;  ///< The prefix's entry in innermost_.
        std::size_t outer;       ///< What the prefix was bound to before: an index in bound_, or kUnbound.
        bool is_default;
    };
    void bind(std::string_view prefix, std::string_view space, std::size_t depth) {
        std::size_t& innermost = innermost_.try_emplace(prefix, kUnbound).first->second;
        bound_.push_back({space, depth, &innermost, innermost, prefix.empty()});
        innermost = bound_.size() - 1;
        if (prefix.empty()) default_space_ = space;
    }
    void unbind(std::size_t depth) {
        while (!bound_.empty() && bound_.back().depth >= depth && depth > 0) {
            const Bound gone = bound_.back();
            bound_.pop_back();
            *gone.innermost = gone.outer;
            if (gone.is_default)
                default_space_ = gone.outer == kUnbound ? std::string_view() : bound_[gone.outer].space;
        }
    }
    bool resolve(std::string_view prefix, std::string_view& space, const char* where) {
        if (prefix == "xml") return space = kXmlSpace, true;
        const auto found = innermost_.find(prefix);
        if (found != innermost_.end() && found->second != kUnbound) {
            space = bound_[found->second].space;
            if (!space.empty()) return true;
        }
        return fault(where, "the prefix '" + std::string(prefix) + "' is bound to no namespace");
    }
    bool declare(const Attribute& declaration, std::size_t depth) {
        const std::string_view prefix =
            declaration.qualified.size() > 6 ? declaration.qualified.substr(6) : std::string_view();
        const char* const where = begin_ + declaration.where;
        const std::string_view space = declaration.value;
        if (prefix == "xmlns") return fault(where, "the prefix 'xmlns' may not be declared");
        if ((prefix == "xml") != (space == kXmlSpace))
            return fault(where, "only the prefix 'xml' stands for that namespace, and for no other");
        if (space == kXmlnsSpace)
            return fault(where, "no prefix may be bound to the namespace of declarations");
        if (!prefix.empty() && space.empty())
            return fault(where, "a prefix cannot be bound to an empty namespace");
        if (prefix != "xml") bind(prefix, space, depth);
        if (depth == 1 && is_document_)
            reader_.root_bindings_.push_back({std::string(prefix), std::string(space)});
        return true;
    }

    // -- references and text.

    /// Reads a reference (production 67) at `at_` and appends what it stands for.
    bool reference(std::string& out) {
        const char* const from = at_;
        const char* const stop = static_cast<const char*>(
            std::memchr(at_, ';', std::min<std::size_t>(static_cast<std::size_t>(end_ - at_), 64)));
        if (!stop) {
            if (end_ - at_ < 64 && bad_byte_) return bad_character();
            return fault(from, "write &amp; for the character &");
        }
        const std::string_view name(at_ + 1, static_cast<std::size_t>(stop - at_ - 1));
        at_ = stop + 1;
        if (name == "amp") return out += '&', true;
        if (name == "lt") return out += '<', true;
        if (name == "gt") return out += '>', true;
        if (name == "quot") return out += '"', true;
        if (name == "apos") return out += '\'', true;
        if (name.starts_with('#')) {
            const bool hexadecimal = name.size() > 1 && name[1] == 'x';
            std::uint32_t code = 0;
            const std::string_view digits = name.substr(hexadecimal ? 2 : 1);
            for (char c : digits) {
                std::uint32_t digit = 99;
                if (c >= '0' && c <= '9') digit = static_cast<std::uint32_t>(c - '0');
                if (hexadecimal && c >= 'a' && c <= 'f') digit = static_cast<std::uint32_t>(c - 'a' + 10);
                if (hexadecimal && c >= 'A' && c <= 'F') digit = static_cast<std::uint32_t>(c - 'A' + 10);
                if (digit == 99) return fault(from, "this is no character reference");
                code = std::min(code * (hexadecimal ? 16 : 10) + digit, 0x110000U);
            }
            if (digits.empty() || !is_char(code))
                return fault(from, "this reference stands for no character that XML allows");
            utf8::append(out, code);
            return true;
        }
        if (!name.empty() && valid_name(name) && std::ranges::all_of(name, is_name_byte))
            return fault(from, "the entity '" + std::string(name) +
                                   "' is not one of the five that XML knows without a declaration");
        return fault(from, "write &amp; for the character &");
    }

    /// Reads a run of text, references and CDATA sections up to the next other markup; makes its node.
    bool text() {
        const char* const from = at_;
        std::string_view plain;
        bool whole = true;
        std::string& joined = scratch_;
        const auto add = [&](const char* first, const char* last) {
            if (first == last) return;
            const std::string_view piece(first, static_cast<std::size_t>(last - first));
            if (whole && plain.empty()) {
                plain = piece;
                return;
            }
            if (whole) joined = plain;
            whole = false;
            joined += piece;
        };
        while (at_ < end_) {
            const char* const stop = find_any<'<', '&', ']'>(at_, end_);
            if (stop < end_ && *stop == ']') {
                if (end_ - stop >= 3 && stop[1] == ']' && stop[2] == '>')
                    return fault(stop, "the characters ]]> may not stand in text");
                add(at_, stop + 1);
                at_ = stop + 1;
                continue;
            }
            add(at_, stop);
            at_ = stop;
            if (at_ == end_) break;
            if (*at_ == '&') {
                if (whole) joined = plain;
                whole = false;
                if (!reference(joined)) return false;
                continue;
            }
            if (!starts("<![CDATA[")) break;
            const char* const close = find(at_ + 9, "]]>");
            if (!close) return cut_short(at_, "a CDATA section");
            add(at_ + 9, close);
            at_ = close + 3;
        }
        const std::string_view content = whole ? plain : reader_.arena_.copy(joined);
        if (content.empty()) return true;
        if (!reader_.limits_.keep_space && is_blank(content)) {
            const Node* const last = open_.back().last;
            const bool before_element =
                end_ - at_ >= 2 && at_[0] == '<' && at_[1] != '/' && at_[1] != '!' && at_[1] != '?';
            if (before_element || (last && !last->is_text())) return true;
        }
        Node* const node = new_node(kTextNode, from);
        node->qualified = content;
        append(node);
        return few_enough(from);
    }

    // -- the tree.

    struct Open {
        Node* node;
        Node* last;
    };
    void open_element(Node* node) {
        open_.push_back({node, nullptr});
        if (reader_.last_by_depth_.size() < open_.size())
            reader_.last_by_depth_.emplace_back(reader_.names_->size());
    }
    Node* new_node(Name name, const char* where) {
        Node* const node = reader_.arena_.make<Node>();
        *node = {};
        node->name = name;
        node->where = static_cast<std::uint32_t>(where - begin_);
        node->order = reader_.next_order_++;
        ++nodes_;
        return node;
    }
    bool few_enough(const char* where) {
        if (nodes_ <= reader_.limits_.nodes) return true;
        fault(where, "one element here holds more than " + std::to_string(reader_.limits_.nodes) +
                         " elements, texts and attributes");
        reader_.fault_.too_large = true;
        return false;
    }
    void append(Node* node) {
        Open& parent = open_.back();
        node->parent = parent.node;
        (parent.last ? parent.last->next : parent.node->first) = node;
        parent.last = node;
        if (node->is_text()) return;
        auto& last = reader_.last_by_depth_[open_.size() - 1][node->name];
        if (last.parent == parent.node->order && last.child) last.child->same = node;
        last = {parent.node->order, node};
    }

    // -- tags.

    bool attribute_value(std::string_view& value, char quote) {
        const char* const from = at_;
        const char* stop = quote == '"' ? find_any<'"', '<', '&', '\n', '\t'>(at_, end_)
                                        : find_any<'\'', '<', '&', '\n', '\t'>(at_, end_);
        if (stop < end_ && *stop == quote) {
            value = {from, static_cast<std::size_t>(stop - from)};
            at_ = stop + 1;
            return true;
        }
        scratch_.clear();
        for (;;) {
            scratch_.append(at_, stop);
            at_ = stop;
            if (at_ == end_) return cut_short(from, "an attribute's value");
            if (*at_ == quote) break;
            if (*at_ == '<') return fault(at_, "write &lt; for the character < in an attribute");
            if (*at_ == '&') {
                if (!reference(scratch_)) return false;
            } else {
                scratch_ += ' ';
                ++at_;
            }
            stop = quote == '"' ? find_any<'"', '<', '&', '\n', '\t'>(at_, end_)
                                : find_any<'\'', '<', '&', '\n', '\t'>(at_, end_);
        }
        value = reader_.arena_.copy(scratch_);
        ++at_;
        return true;
    }

    bool attributes_of(Node& node) {
        pending_.clear();
        const std::size_t depth = open_.size();
        bool prefixed = false;
        for (;;) {
            const char* const before = at_;
            skip_space();
            if (at_ == end_) return cut_short(begin_ + node.where, "a tag");
            if (*at_ == '>' || *at_ == '/') break;
            if (at_ == before) return fault(at_, "white space was expected before the next attribute");
            const char* const start = at_;
            std::string_view whole;
            std::string_view prefix;
            std::string_view local;
            if (!qualified_name(whole, prefix, local, "a tag")) return false;
            skip_space();
            if (at_ == end_) return cut_short(begin_ + node.where, "a tag");
            if (*at_ != '=') return fault(start, "the attribute '" + std::string(whole) + "' has no value");
            ++at_;
            skip_space();
            if (at_ == end_) return cut_short(begin_ + node.where, "a tag");
            const char quote = *at_;
            if (quote != '"' && quote != '\'')
                return fault(at_, "an attribute's value must stand in quotation marks");
            Attribute attribute{kForeignName, static_cast<std::uint32_t>(at_ - begin_), whole, {}, {}};
            ++at_;
            if (!attribute_value(attribute.value, quote)) return false;
            if (pending_.size() >= reader_.limits_.attributes)
                return fault(start, "this element has more attributes than are allowed");
            if (prefix.empty() && whole != "xmlns") {
                attribute.name = reader_.names_->find(local);
            } else if (prefix.empty() || prefix == "xmlns") {
                declarations_.push_back(attribute);
            } else {
                prefixed = true;
            }
            pending_.push_back(attribute);
        }
        if (!no_attribute_twice(&Attribute::qualified)) return false;
        if (!declarations_.empty()) {
            for (const Attribute& declaration : declarations_)
                if (!declare(declaration, depth)) return false;
            declarations_.clear();
            std::erase_if(pending_, [](const Attribute& attribute) {
                return attribute.qualified == "xmlns" || attribute.qualified.starts_with("xmlns:");
            });
        }
        if (prefixed) {
            for (Attribute& attribute : pending_) {
                const std::size_t colon = attribute.qualified.find(':');
                if (colon == std::string_view::npos) continue;
                if (!resolve(attribute.qualified.substr(0, colon), attribute.space, begin_ + attribute.where))
                    return false;
            }
            if (!no_expanded_name_twice()) return false;
        }
        node.attribute_count = static_cast<std::uint32_t>(pending_.size());
        nodes_ += pending_.size();
        if (!pending_.empty()) {
            Attribute* const kept = reader_.arena_.make<Attribute>(pending_.size());
            std::ranges::copy(pending_, kept);
            node.attributes = kept;
        }
        return true;
    }
    bool twice(const Attribute& attribute) {
        return fault(begin_ + attribute.where,
                     "the attribute '" + std::string(attribute.qualified) + "' stands twice in one tag");
    }
    bool no_attribute_twice(std::string_view Attribute::* key) {
        if (pending_.size() <= kFewAttributes) {
            for (std::size_t i = 1; i < pending_.size(); ++i)
                for (std::size_t j = 0; j < i; ++j)
                    if (pending_[i].*key == pending_[j].*key) return twice(pending_[i]);
            return true;
        }
        std::vector<const Attribute*> sorted;
        for (const Attribute& attribute : pending_) sorted.push_back(&attribute);
        std::ranges::sort(sorted, [&](const Attribute* a, const Attribute* b) {
            return std::pair(a->*key, a->where) < std::pair(b->*key, b->where);
        });
        const auto found = std::ranges::adjacent_find(
            sorted, [&](const Attribute* a, const Attribute* b) { return a->*key == b->*key; });
        return found == sorted.end() || twice(**(found + 1));
    }
    bool no_expanded_name_twice() {
        std::vector<std::pair<std::pair<std::string_view, std::string_view>, const Attribute*>> names;
        for (const Attribute& attribute : pending_)
            if (!attribute.space.empty())
                names.push_back(
                    {{attribute.space, attribute.qualified.substr(attribute.qualified.find(':') + 1)},
                     &attribute});
        std::ranges::sort(names, {},
                          [](const auto& entry) { return std::pair(entry.first, entry.second->where); });
        const auto found =
            std::ranges::adjacent_find(names, {}, [](const auto& entry) { return entry.first; });
        return found == names.end() || twice(*(found + 1)->second);
    }

    /// Reads the tag at `at_`; the element is open afterwards unless the tag was an empty one.
    bool start_tag() {
        const char* const from = at_;
        if (*at_ != '<') return fault(at_, "text stands outside the root");
        ++at_;
        std::string_view whole;
        std::string_view prefix;
        std::string_view local;
        if (!qualified_name(whole, prefix, local, "a tag")) return false;
        Node* const node = new_node(kForeignName, from);
        node->qualified = whole;
        if ((at_ == end_ || *at_ != '>') && !attributes_of(*node)) return false;
        const bool empty = *at_ == '/';
        if (empty) ++at_;
        if (at_ == end_) return cut_short(from, "a tag");
        if (*at_ != '>') return fault(at_, "the character > was expected after /");
        ++at_;
        if (!prefix.empty()) {
            if (prefix == "xmlns") return fault(from, "no element may have the prefix 'xmlns'");
            if (!resolve(prefix, node->space, from)) return false;
        } else if (!default_space_.empty()) {
            node->space = default_space_;
        } else {
            node->name = reader_.names_->find(local);
        }
        append(node);
        if (static_cast<int>(open_.size()) > reader_.limits_.depth)
            return fault(from, "elements stand within each other deeper than " +
                                   std::to_string(reader_.limits_.depth) + " levels");
        if (empty) {
            node->end = static_cast<std::uint32_t>(at_ - begin_);
            unbind(open_.size());
        } else {
            open_element(node);
        }
        return few_enough(from);
    }

    bool end_tag() {
        const char* const from = at_;
        at_ += 2;
        Node& node = *open_.back().node;
        const std::string_view name = node.qualified;
        if (static_cast<std::size_t>(end_ - at_) > name.size() && same_bytes(at_, name.data(), name.size()) &&
            !is_name_byte(at_[name.size()]) && at_[name.size()] != ':') {
            at_ += name.size();
            skip_space();
            if (at_ == end_) return cut_short(from, "an end tag");
            if (*at_ != '>') return fault(at_, "an end tag holds nothing but the name");
            ++at_;
            node.end = static_cast<std::uint32_t>(at_ - begin_);
            unbind(open_.size() - 1);
            open_.pop_back();
            return true;
        }
        if (end_ - at_ <= static_cast<std::ptrdiff_t>(name.size()) && find_any<'>', '<'>(at_, end_) == end_)
            return cut_short(from, "an end tag");
        const char* stop = at_;
        while (stop < end_ && (is_name_byte(*stop) || *stop == ':')) ++stop;
        return fault(from, "the end tag '" + std::string(at_, stop) + "' closes nothing: '" +
                               std::string(name) + "' is open");
    }

    bool comment() {
        const char* const dashes = find(at_ + 4, "--");
        if (!dashes || dashes + 2 == end_) return cut_short(at_, "a comment");
        if (dashes[2] != '>') return fault(dashes, "the characters -- may not stand in a comment");
        at_ = dashes + 3;
        return true;
    }

    bool instruction() {
        const char* const from = at_;
        at_ += 2;
        std::string_view target;
        if (!nc_name(target, "a processing instruction")) return false;
        if (target.size() == 3 && (target[0] | 32) == 'x' && (target[1] | 32) == 'm' &&
            (target[2] | 32) == 'l')
            return fault(from, "an XML declaration may stand only at the very start");
        if (starts("?>")) return at_ += 2, true;
        if (at_ == end_) return cut_short(from, "a processing instruction");
        if (!is_space(*at_))
            return fault(at_, "white space was expected after a processing instruction's name");
        const char* const close = find(at_, "?>");
        if (!close) return cut_short(from, "a processing instruction");
        at_ = close + 2;
        return true;
    }

    /// Content (production 43) until no more than `depth` elements of this text are open.
    bool content_until(std::size_t depth) {
        for (;;) {
            if (at_ < end_ && *at_ == '<' && end_ - at_ >= 2) {
                const char next = at_[1];
                if (next == '/') {
                    if (open_.size() == 1) return fault(at_, "this end tag closes nothing");
                    if (!end_tag()) return false;
                    if (depth > 0 && open_.size() <= depth) return true;
                    continue;
                }
                if (next == '!') {
                    if (starts("<!--")) {
                        if (!comment()) return false;
                        continue;
                    }
                    if (!starts("<![CDATA[")) {
                        if (end_ - at_ < 9 && bad_byte_) return bad_character();
                        if (end_ - at_ < 9) return cut_short(at_, "markup");
                        return fault(at_, "only comments and CDATA sections begin with <! here");
                    }
                } else if (next == '?') {
                    if (!instruction()) return false;
                    continue;
                } else {
                    if (!start_tag()) return false;
                    continue;
                }
            }
            if (at_ == end_) break;
            const char* const before = at_;
            if (*at_ == '<' && end_ - at_ == 1) return cut_short(at_, "a tag");
            if (!text()) return false;
            if (at_ == before) return cut_short(at_, "markup");
        }
        if (bad_byte_) return bad_character();
        if (open_.size() == 1) return true;
        return fault(end_, "the element '" + std::string(open_.back().node->qualified) + "' is not closed");
    }

    // -- around the root.

    /// Comments, instructions and white space (production 27).
    bool miscellany(const char* where) {
        for (;;) {
            skip_space();
            if (starts("<!--")) {
                if (!comment()) return false;
            } else if (starts("<?")) {
                if (!instruction()) return false;
            } else if (at_ < end_ && *at_ != '<') {
                return fault(at_, std::string("text stands ") + where);
            } else {
                return true;
            }
        }
    }

    bool prolog() {
        if (starts("<?xml") && at_ + 5 < end_ && is_space(at_[5]) && !declaration()) return false;
        if (!miscellany("before the root element")) return false;
        if (starts("<!DOCTYPE")) {
            if (!document_type()) return false;
            if (!miscellany("before the root element")) return false;
        }
        if (at_ == end_) return at_end_of_text();
        return true;
    }

    /// The XML declaration (production 23); its encoding was acted upon before the text came here.
    bool declaration() {
        at_ += 5;
        int stage = 0;  // what was read last: version, encoding, standalone
        for (;;) {
            const char* const before = at_;
            skip_space();
            if (starts("?>")) {
                if (stage == 0) return fault(at_, "the XML declaration must state the version");
                at_ += 2;
                return true;
            }
            if (at_ == end_) return cut_short(begin_, "the XML declaration");
            if (at_ == before) return fault(at_, "white space was expected in the XML declaration");
            const char* const start = at_;
            while (at_ < end_ && *at_ >= 'a' && *at_ <= 'z') ++at_;
            const std::string_view name(start, static_cast<std::size_t>(at_ - start));
            skip_space();
            if (at_ == end_ || *at_ != '=')
                return fault(at_, "the XML declaration has a part without a value");
            ++at_;
            skip_space();
            if (at_ == end_ || (*at_ != '"' && *at_ != '\''))
                return fault(at_, "a value in the XML declaration must stand in quotation marks");
            const char quote = *at_++;
            const char* const close = std::find(at_, end_, quote);
            if (close == end_) return cut_short(begin_, "the XML declaration");
            const std::string_view value(at_, static_cast<std::size_t>(close - at_));
            at_ = close + 1;
            if (name == "version" && stage == 0) {
                stage = 1;
                if (!value.starts_with("1.") || value.size() < 3 ||
                    !std::ranges::all_of(value.substr(2), [](char c) { return c >= '0' && c <= '9'; }))
                    return fault(start, "the version of XML must be 1.0");
            } else if (name == "encoding" && stage == 1) {
                stage = 2;
                const auto letter = [](char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; };
                if (value.empty() || !letter(value[0]) || !std::ranges::all_of(value, [&](char c) {
                        return letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
                    }))
                    return fault(start, "this is no name of an encoding");
            } else if (name == "standalone" && (stage == 1 || stage == 2)) {
                stage = 3;
                if (value != "yes" && value != "no") return fault(start, "standalone must be yes or no");
            } else {
                return fault(start,
                             "the XML declaration holds version, encoding and standalone, in that order");
            }
        }
    }

    /// A document type declaration without an internal subset (production 28).
    bool document_type() {
        const char* const from = at_;
        at_ += 9;
        if (at_ < end_ && !is_space(*at_)) return fault(at_, "white space was expected after <!DOCTYPE");
        skip_space();
        std::string_view whole;
        std::string_view prefix;
        std::string_view local;
        if (!qualified_name(whole, prefix, local, "a document type declaration")) return false;
        const auto literal = [&](bool is_public) {
            const char* const before = at_;
            skip_space();
            if (at_ == before) return fault(at_, "white space was expected in the document type declaration");
            if (at_ == end_ || (*at_ != '"' && *at_ != '\''))
                return fault(at_, "an identifier in quotation marks was expected");
            const char quote = *at_++;
            const char* const close = std::find(at_, end_, quote);
            if (close == end_) return cut_short(from, "a document type declaration");
            if (is_public) {
                constexpr std::string_view kAllowed = "-'()+,./:=?;!*#@$_% \n";  // production 13
                for (const char* c = at_; c < close; ++c)
                    if (!((*c | 32) >= 'a' && (*c | 32) <= 'z') && !(*c >= '0' && *c <= '9') &&
                        kAllowed.find(*c) == std::string_view::npos)
                        return fault(c, "this character may not stand in a public identifier");
            }
            at_ = close + 1;
            return true;
        };
        const char* before = at_;
        skip_space();
        if (starts("SYSTEM") || starts("PUBLIC")) {
            if (at_ == before) return fault(at_, "white space was expected in the document type declaration");
            const bool is_public = *at_ == 'P';
            at_ += 6;
            if (is_public && !literal(true)) return false;
            if (!literal(false)) return false;
            skip_space();
        }
        if (at_ == end_) return cut_short(from, "a document type declaration");
        if (*at_ == '[')
            return fault(at_, "a document type declaration with declarations of its own is not accepted");
        if (*at_ != '>') return fault(at_, "the document type declaration is not closed");
        ++at_;
        return true;
    }

    Reader& reader_;
    const char* begin_;
    const char* at_;
    const char* end_;
    const char* bad_byte_ = nullptr;
    std::string_view default_space_;
    std::vector<Bound> bound_;
    /// Each prefix's innermost binding, so that a look-up does not grow with what is declared around it. A
    /// tree rather than a hash table: prefixes that are chosen to collide cost no more than others.
    std::map<std::string_view, std::size_t> innermost_;
    std::vector<Open> open_;
    bool is_document_ = false;
    std::size_t nodes_ = 0;  ///< With attributes.
    std::vector<Attribute> pending_;
    std::vector<Attribute> declarations_;
    std::string scratch_;
};

void Reader::start() {
    arena_.clear();
    if (next_order_ > kLastOrder) {
        next_order_ = 1;
        last_by_depth_.clear();
    }
}

bool Reader::content(std::string_view text, std::span<const Binding> bindings, Node& parent) {
    start();
    return Parse(*this, text).content(bindings, parent);
}

const Node* Reader::document(std::string_view text) {
    start();
    root_bindings_.clear();
    if (text.find('\r') != std::string_view::npos) {
        normalised_ = text;
        normalise_line_ends(normalised_);
        text = normalised_;
    }
    return Parse(*this, text).document();
}

}  // namespace tamga::xml
