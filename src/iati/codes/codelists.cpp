#include "iati/codes/codelists.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/utf8.hpp"
#include "iati/schema/names.hpp"
#include "xml/characters.hpp"

namespace tamga::iati {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same_letters(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view without_zeros(std::string_view text) {
    const std::size_t first = text.find_first_not_of('0');
    return first == std::string_view::npos ? text.substr(text.empty() ? 0 : text.size() - 1)
                                           : text.substr(first);
}

/// How many letters may be wrong for a code still to be meant. None in short ones: there, each code is near
/// to many.
std::size_t tolerance(std::size_t size) {
    return size < 5 ? 0 : size < 10 ? 1 : 2;
}

/// The one code of that version that `value` was probably meant to be.
std::optional<Code> meant(CodeList list, Version version, std::string_view value) {
    value = xml::stripped(value);
    if (value.empty()) return std::nullopt;
    if (const auto code = list.find(version, value)) return code;
    std::optional<Code> alike, named, near;
    std::size_t least = tolerance(value.size()) + 1;
    bool several = false;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Code code = list[i];
        if (!holds(code.versions, version)) continue;
        if (!alike && (same_letters(code.code, value) || without_zeros(code.code) == without_zeros(value)))
            alike = code;
        if (!named && same_letters(code.name, value)) named = code;
        if (least == 0) continue;
        const std::size_t distance = edit_distance(value, code.code, least);
        if (distance > least || distance > tolerance(value.size())) continue;
        several = distance == least && near;
        least = distance;
        near = code;
    }
    if (alike) return alike;
    if (named) return named;
    return several ? std::nullopt : near;
}

/// All codes of a list with their names, if they are few enough to be read at a glance; else empty.
std::string at_a_glance(CodeList list, Version version) {
    constexpr std::size_t kMost = 200;
    std::string out;
    for (std::size_t i = 0; i < list.size() && out.size() <= kMost; ++i) {
        const Code code = list[i];
        if (!holds(code.versions, version) || code.withdrawn) continue;
        if (!out.empty()) out += ", ";
        out += code.code;
        if (!code.name.empty()) out.append(" (").append(code.name).append(")");
    }
    return out.size() <= kMost ? out : std::string();
}

/// The value for a message: cut where it is very long, on a character's edge.
std::string shown(std::string_view value) {
    constexpr std::size_t kMost = 100;
    if (value.size() <= kMost) return std::string(value);
    return std::string(utf8::beginning(value, kMost)) + "…";
}

}  // namespace

std::string CodeFailure::message() const {
    std::string out = value.empty()
                          ? std::string(attribute.empty() ? "The text is empty" : "The attribute is empty")
                          : "'" + shown(value) + "' is not a code";
    out += value.empty() ? ", where a code of the list " : " of the list ";
    out.append(check->list);
    if (value.empty()) out += " must stand";
    out += " (";
    out.append(element->qualified);
    if (!attribute.empty()) out.append("/@").append(attribute);
    if (!vocabulary.empty()) out.append(", vocabulary ").append(vocabulary);
    return out + ").";
}

std::string CodeFailure::hint() const {
    const CodeList codes = list();
    // A code of another vocabulary's list: then it is the vocabulary that is missing or wrong.
    for (const CodeCheck& other : code_checks())
        if (!check->vocabulary.empty() && !other.vocabulary.empty() &&
            other.vocabulary != check->vocabulary && other.path == check->path &&
            other.attribute == check->attribute && holds(other.versions, version) &&
            code_list(other.list_index).has(version, value))
            return "The list " + std::string(other.list) +
                   " has this code: if it is meant, write vocabulary=\"" + std::string(other.vocabulary) +
                   "\".";
    if (const auto code = meant(codes, version, value)) {
        std::string out = "Write " + std::string(code->code);
        if (!code->name.empty()) out.append(" (").append(code->name).append(")");
        return out + ".";
    }
    for (const Version other : kVersions)
        if (const auto code = codes.find(other, value))
            return "Version " + std::string(name(other)) + " of the standard has this code (" +
                   std::string(code->name) + "), version " + std::string(name(version)) + " has not.";
    const std::string all = at_a_glance(codes, version);
    if (!all.empty()) return "Write one of these: " + all + ".";
    return "Take a code of the list " + std::string(check->list) + ".";
}

CodeListChecks::CodeListChecks(Version version, xml::Names& names) : version_(version) {
    // First every name, so that the rows of next_ have their width.
    const auto each_step_of = [](std::string_view path, auto&& use) {
        while (!path.empty()) {
            const std::size_t slash = path.find('/');
            use(path.substr(0, slash));
            path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
        }
    };
    xml::Name highest = 0;
    for (const CodeCheck& check : code_checks()) {
        each_step_of(check.path,
                     [&](std::string_view step) { highest = std::max(highest, names.add(step)); });
        if (!check.path.empty() && !check.attribute.empty()) names.add(check.attribute);
    }
    width_ = std::size_t{highest} + 1;
    places_.resize(2);
    next_.resize(2 * width_, 0);
    places_[above_].inner = true;

    std::vector<std::vector<Step>> steps(2);
    const auto place_of = [&](std::string_view path) {
        std::uint8_t at = above_;
        each_step_of(path, [&](std::string_view step) {
            const xml::Name name = names.find(step);
            const std::size_t slot = at * width_ + name;
            if (next_[slot] == 0) {
                if (places_.size() > 255) std::abort();  // The table has outgrown the numbers of places.
                next_[slot] = static_cast<std::uint8_t>(places_.size());
                places_[at].inner = true;
                places_.emplace_back();
                steps.emplace_back();
                next_.resize(places_.size() * width_, 0);
            }
            at = next_[slot];
        });
        return at;
    };
    for (const CodeCheck& check : code_checks()) {
        if (!holds(check.versions, version)) continue;
        if (check.path.empty()) {
            language_ = &check;
            continue;
        }
        std::string_view path = check.path;
        Step step{&check, code_list(check.list_index),
                  check.attribute.empty() ? xml::kUnknownName : names.find(check.attribute),
                  xml::kUnknownName};
        if (check.of_parent) {
            const std::size_t slash = path.rfind('/');
            step.child = names.find(path.substr(slash + 1));
            path = path.substr(0, slash);
        }
        steps[place_of(path)].push_back(step);
    }
    for (std::size_t i = 0; i < places_.size(); ++i) {
        places_[i].first_step = static_cast<std::uint16_t>(steps_.size());
        places_[i].step_count = static_cast<std::uint16_t>(steps[i].size());
        steps_.insert(steps_.end(), steps[i].begin(), steps[i].end());
    }
}

/// One run over a tree.
class CodeListWalk {
  public:
    CodeListWalk(const CodeListChecks& checks, CodeListChecks::Report report)
        : checks_(checks), report_(report) {}

    /// Strict: every element is visited, for its xml:lang.
    template <bool strict>
    void visit(const xml::Node& node, std::uint8_t at) const {
        const CodeListChecks::Place& place = checks_.places_[at];
        if (strict || place.inner) {
            for (const xml::Node* child = node.first; child; child = child->next) {
                const std::uint8_t next = checks_.next(at, child->name);
                if (next || (strict && !child->is_text())) visit<strict>(*child, next);
            }
        }
        steps<strict>(node, place);
    }

    template <bool strict>
    void steps(const xml::Node& node, const CodeListChecks::Place& place) const {
        for (std::size_t i = 0; i < place.step_count; ++i) {
            const CodeListChecks::Step& step = checks_.steps_[place.first_step + i];
            if (!strict && step.check->never_public) continue;
            const std::string_view decisive = step.check->vocabulary;
            if (!decisive.empty()) {
                const xml::Attribute* vocabulary = node.attribute("vocabulary"_iati);
                const bool none = !vocabulary || vocabulary->value.empty();
                if (none ? !step.check->or_none : vocabulary->value != decisive) continue;
            }
            if (step.child != xml::kUnknownName) {
                for (const xml::Node* child = node.child(step.child); child; child = child->same)
                    attribute(*child, step);
            } else if (step.attribute != xml::kUnknownName) {
                attribute(node, step);
            } else {
                text(node, step);
            }
        }
        if constexpr (strict) language(node);
    }

  private:
    void attribute(const xml::Node& node, const CodeListChecks::Step& step) const {
        const xml::Attribute* found = node.attribute(step.attribute);
        if (found && !step.list.has(checks_.version_, found->value))
            tell(*step.check, node, found->value, step.check->attribute, found->where);
    }

    /// The element's own text. Where there is none, not even space, there is nothing to check. Comments cut a
    /// text into pieces; those are joined in a buffer as long as any code may be, since what does not fit is
    /// no code.
    void text(const xml::Node& node, const CodeListChecks::Step& step) const {
        const xml::Node* first = nullptr;
        std::array<char, 256> buffer;
        std::size_t size = 0;
        bool several = false;
        for (const xml::Node* child = node.first; child; child = child->next) {
            if (!child->is_text()) continue;
            several = several || first;
            if (!first) first = child;
            const std::string_view piece = child->text().substr(0, buffer.size() - size);
            size += piece.copy(buffer.data() + size, piece.size());
        }
        if (!first) return;
        const std::string_view value = several ? std::string_view(buffer.data(), size) : first->text();
        if (!step.list.has(checks_.version_, value)) tell(*step.check, node, value, {}, first->where);
    }

    void language(const xml::Node& node) const {
        if (!checks_.language_) return;
        for (const xml::Attribute& found : node.all_attributes()) {
            if (found.name != xml::kForeignName || found.space != xml::kXmlSpace ||
                !found.qualified.ends_with(":lang"))
                continue;
            if (!code_list(checks_.language_->list_index).has(checks_.version_, found.value))
                tell(*checks_.language_, node, found.value, found.qualified, found.where);
        }
    }

    void tell(const CodeCheck& check, const xml::Node& node, std::string_view value,
              std::string_view attribute, std::uint32_t where) const {
        report_.call(report_.sink,
                     {&check, checks_.version_, &node, value, attribute, check.vocabulary, where});
    }

    const CodeListChecks& checks_;
    CodeListChecks::Report report_;
};

void CodeListChecks::run(const xml::Node& element, Profile profile, bool root, Report report) const {
    const CodeListWalk walk(*this, report);
    const std::uint8_t at = next(above_, element.name);
    if (root) {
        if (profile == Profile::strict) walk.steps<true>(element, places_[at]);
    } else if (profile == Profile::strict) {
        walk.visit<true>(element, at);
    } else if (at) {
        walk.visit<false>(element, at);
    }
}

}  // namespace tamga::iati
