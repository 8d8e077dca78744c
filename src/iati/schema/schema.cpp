#include "iati/schema/schema.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "iati/schema/names.hpp"
#include "iati/schema/text.hpp"
#include "iati/standard/standard.hpp"
#include "xml/characters.hpp"

namespace tamga::iati::schema {

using xml::Attribute;
using xml::Name;
using xml::Node;

namespace {

std::string shown(const Node& node) {
    if (node.space.empty()) return std::string(node.qualified);
    return fmt::format("{{{}}}{}", node.space, node.local());
}

std::string shown(const Attribute& attribute) {
    if (attribute.space.empty()) return std::string(attribute.qualified);
    const std::size_t colon = attribute.qualified.find(':');
    return fmt::format("{{{}}}{}", attribute.space, attribute.qualified.substr(colon + 1));
}

std::string_view local(const Attribute& attribute) {
    return attribute.qualified.substr(attribute.qualified.find(':') + 1);
}

std::string shown(const Particle& particle) {
    return particle.name.empty() ? "elements of other namespaces" : std::string(particle.name);
}

/// The name that was probably meant; empty if none is near, or several are as near.
class Meant {
  public:
    explicit Meant(std::string_view written) : written_(written), least_(written.size() < 4 ? 1 : 2) {}

    void consider(std::string_view name) {
        const std::size_t longer = std::max(name.size(), written_.size());
        if (name.empty() || longer - std::min(name.size(), written_.size()) > least_) return;
        const std::size_t distance = edit_distance(written_, name, least_);
        if (distance > least_ || distance >= name.size()) return;
        several_ = distance == least_ && !name_.empty();
        least_ = distance;
        name_ = name;
    }
    std::string_view name() const { return several_ ? std::string_view() : name_; }

  private:
    std::string_view written_, name_;
    std::size_t least_;
    bool several_ = false;
};

}  // namespace

Schema::Schema(const Tables& tables, bool organisations, const xml::Names& names)
    : version_(tables.version), globals_(names.size(), -1) {
    for (const Type& type : tables.types) {
        CompiledType compiled{type.content, type.text, type.closed, {}, {}, {}, {}};
        for (const AttributeRule& rule :
             tables.attributes.subspan(type.first_attribute, type.attribute_count)) {
            const Name name = rule.name == "xml:lang" ? xml::kForeignName : names.find(rule.name);
            compiled.attributes.push_back({name, rule.text, rule.required, rule.name});
        }
        const auto particles = tables.particles.subspan(type.first_particle, type.particle_count);
        compiled.particles.assign(particles.begin(), particles.end());
        if (!compiled.particles.empty()) compiled.by_name.assign(names.size(), kNone);
        compiled.required.assign(compiled.particles.size() + 1,
                                 static_cast<std::uint8_t>(compiled.particles.size()));
        for (std::size_t i = compiled.particles.size(); i-- > 0;) {
            const Particle& particle = compiled.particles[i];
            if (!particle.name.empty())
                compiled.by_name[names.find(particle.name)] = static_cast<std::uint8_t>(i);
            compiled.required[i] =
                particle.required ? static_cast<std::uint8_t>(i) : compiled.required[i + 1];
        }
        types_.push_back(std::move(compiled));
    }
    for (const Global& entry : organisations ? tables.organisation_globals : tables.activity_globals)
        globals_[names.find(entry.name)] = entry.type;
}

const Schema::CompiledType* Schema::global(Name name) const {
    return name == xml::kUnknownName || globals_[name] < 0 ? nullptr : &types_[globals_[name]];
}

bool Schema::check(const Node& node, const Sink& sink) const {
    const CompiledType* const type = global(node.name);
    if (!type) return false;
    element(node, *type, sink);
    return true;
}

void Schema::check_attributes_of(const Node& node, const Sink& sink) const {
    if (const CompiledType* const type = global(node.name)) attributes(node, *type, sink);
}

void Schema::element(const Node& node, const CompiledType& type, const Sink& sink) const {
    if (type.content == Content::any) return lax(node, sink);
    attributes(node, type, sink);
    if (type.content == Content::elements) return children(node, type, sink);
    thread_local std::string buffer;
    std::string_view text;
    const Node* inner = node.first;
    while (inner && inner->is_text()) inner = inner->next;
    if (inner) {
        sink({inner->where,
              fmt::format("Element '{}' holds text alone, no element may stand in it.", shown(node)),
              fmt::format("take the element '{}' out", inner->qualified)});
        // Only what stands before is then the value, as in libxml2.
        buffer.clear();
        for (const Node* child = node.first; child != inner; child = child->next) buffer += child->text();
        text = buffer;
    } else if (type.text != Text::any) {
        text = xml::string_value(node, buffer);
    }
    if (!holds(type.text, text))
        sink({node.where, fmt::format("Element '{}': '{}' is not {}.", shown(node), text, name(type.text)),
              fmt::format("write {}", example(type.text))});
}

void Schema::value(const Node& node, const Attribute& attribute, Text text, const Sink& sink) const {
    if (text == Text::any || holds(text, attribute.value)) return;
    sink({attribute.where,
          fmt::format("Element '{}', attribute '{}': '{}' is not {}.", shown(node), shown(attribute),
                      attribute.value, name(text)),
          fmt::format("write {}", example(text))});
}

/// Attributes that XML and XML Schema define; true if this is one.
bool Schema::reserved(const Node& node, const Attribute& attribute, bool typed, const Sink& sink) const {
    if (attribute.space == xml::kSchemaInstanceSpace) {
        if (!typed) return true;
        if (local(attribute) == "nil")
            sink({attribute.where, fmt::format("Element '{}' may not be marked as nil.", shown(node)),
                  "take the attribute away"});
        if (local(attribute) == "type")
            sink({attribute.where,
                  fmt::format("Element '{}': its type may not be replaced by '{}'.", shown(node),
                              attribute.value),
                  "take the attribute away"});
        return true;
    }
    if (attribute.space != xml::kXmlSpace) return false;
    if (local(attribute) == "lang") value(node, attribute, Text::language, sink);
    if (local(attribute) == "space") value(node, attribute, Text::xml_space, sink);
    if (local(attribute) == "base") value(node, attribute, Text::any_uri, sink);
    if (local(attribute) == "id") value(node, attribute, Text::xml_id, sink);
    return true;
}

void Schema::attributes(const Node& node, const CompiledType& type, const Sink& sink) const {
    std::uint32_t seen = 0;
    for (const Attribute& attribute : node.all_attributes()) {
        const bool foreign = attribute.name == xml::kForeignName;
        if (foreign && (!type.closed || attribute.space == xml::kSchemaInstanceSpace)) {
            reserved(node, attribute, true, sink);
            continue;
        }
        std::size_t i = 0;
        while (i < type.attributes.size() && (foreign || type.attributes[i].name != attribute.name)) ++i;
        if (i < type.attributes.size() && attribute.name != xml::kUnknownName) {
            seen |= 1U << i;
            value(node, attribute, type.attributes[i].text, sink);
            continue;
        }
        Meant meant(attribute.qualified);
        for (const CompiledAttribute& known : type.attributes) meant.consider(known.written);
        sink({attribute.where,
              fmt::format("Element '{}', attribute '{}': the attribute is not allowed.", shown(node),
                          shown(attribute)),
              meant.name().empty() ? std::string("take it away, or put it in a namespace of your own")
                                   : fmt::format("write '{}', if that is meant", meant.name())});
    }
    for (std::size_t i = 0; i < type.attributes.size(); ++i)
        if (type.attributes[i].required && (seen >> i & 1) == 0)
            sink({node.where,
                  fmt::format("Element '{}': the attribute '{}' is required but missing.", shown(node),
                              type.attributes[i].written),
                  {}});
}

void Schema::children(const Node& node, const CompiledType& type, const Sink& sink) const {
    const auto count = static_cast<int>(type.particles.size());
    int at = -1;  // the particle that the last child belonged to
    const auto expected = [&] {
        std::string list;
        const auto add = [&](int i) { list += (list.empty() ? "" : ", ") + shown(type.particles[i]); };
        if (at >= 0 && type.particles[at].repeats) add(at);
        for (int i = at + 1; i < count; ++i) {
            add(i);
            if (type.particles[i].required) break;
        }
        return list;
    };
    for (const Node* child = node.first; child; child = child->next) {
        if (child->is_text()) {
            if (!xml::is_blank(child->text()))
                sink({child->where,
                      fmt::format("Element '{}' holds elements alone, no text may stand in it.", shown(node)),
                      "put the text in the element that it belongs to, such as narrative"});
            continue;
        }
        int to = kNone;
        if (child->name == xml::kForeignName) {
            for (int i = std::max(at, 0); i < count && to == kNone; ++i)
                if (type.particles[i].name.empty()) to = i;
        } else if (count > 0) {
            to = type.by_name[child->name];
        }
        bool fits = to != kNone;
        if (fits && to == at) {
            fits = type.particles[at].repeats;
        } else if (fits && to < at) {
            // libxml2 goes back from elements of other namespaces to the repeatable element just before them.
            fits = to == at - 1 && type.particles[at].name.empty() && type.particles[to].repeats;
        } else if (fits) {
            fits = type.required[at + 1] >= to;
        }
        if (!fits) {
            const std::string list = expected();
            const auto hint = [&]() -> std::string {
                if (to == kNone) {
                    Meant meant(child->qualified);
                    for (const Particle& particle : type.particles) meant.consider(particle.name);
                    return meant.name().empty() ? fmt::format("'{}' holds no such element", node.qualified)
                                                : fmt::format("write '{}', if that is meant", meant.name());
                }
                if (to > at) {
                    std::string missing;
                    for (int i = type.required[at + 1]; i < to; i = type.required[i + 1])
                        missing +=
                            fmt::format("{}'{}'", missing.empty() ? "" : ", ", shown(type.particles[i]));
                    return fmt::format("add {} before it, which '{}' must have", missing, node.qualified);
                }
                bool there = false;
                for (const Node* one = node.first; one != child; one = one->next)
                    there |= one->name == child->name;
                if (there && !type.particles[to].repeats)
                    return fmt::format("keep one of them: '{}' may have it once", node.qualified);
                return fmt::format("put it in its place: the order of elements in '{}' is fixed",
                                   node.qualified);
            };
            return sink({child->where,
                         list.empty() ? fmt::format("Element '{}' is not expected here.", shown(*child))
                                      : fmt::format("Element '{}' is not expected here. Expected: {}.",
                                                    shown(*child), list),
                         hint()});
        }
        at = to;
        if (child->name == xml::kForeignName) {
            lax(*child, sink);
        } else {
            element(*child, types_[type.particles[to].type], sink);
        }
    }
    if (type.required[at + 1] < count)
        sink({node.where,
              fmt::format("Element '{}': child elements are missing. Expected: {}.", shown(node), expected()),
              {}});
}

void Schema::lax(const Node& node, const Sink& sink) const {
    for (const Attribute& attribute : node.all_attributes()) {
        if (attribute.name == xml::kForeignName) {
            reserved(node, attribute, false, sink);
        } else if (attribute.name == "value-date"_iati) {
            // Declared globally, so that it is known anywhere.
            value(node, attribute, Text::date, sink);
        }
    }
    for (const Node* child = node.first; child; child = child->next) {
        if (child->is_text()) continue;
        if (child->name != xml::kForeignName && check(*child, sink)) continue;
        lax(*child, sink);
    }
}

}  // namespace tamga::iati::schema
