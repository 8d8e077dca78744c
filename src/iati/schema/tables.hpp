#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

// The structure of IATI files as constant tables, made at build time from standard/schema-*.txt.

namespace tamga::iati::schema {

/// Kinds of text (XML Schema part 2), as far as IATI uses them.
enum class Text : std::uint8_t {
    any,  ///< xs:string, xs:anySimpleType
    boolean,
    decimal,
    date,
    date_time,
    any_uri,
    int_,
    non_negative_integer,
    positive_integer,
    nmtoken,
    language,  ///< xs:language or empty: xml:lang
    xml_space,
    xml_id,
};

struct AttributeRule {
    std::string_view name;  ///< "xml:lang" for the one in a namespace.
    Text text;
    bool required;
};

struct Particle {
    std::string_view name;  ///< Empty: any number of elements of other namespaces.
    bool required;
    bool repeats;
    std::uint16_t type;
};

enum class Content : std::uint8_t { elements, text, any };

struct Type {
    std::string_view name;
    Content content;
    Text text;    ///< If content is text.
    bool closed;  ///< No attributes of other namespaces.
    std::uint16_t first_attribute, attribute_count;
    std::uint16_t first_particle, particle_count;
};

struct Global {
    std::string_view name;
    std::uint16_t type;
};

/// One version of the standard.
struct Tables {
    std::string_view version;
    std::span<const Type> types;
    std::span<const AttributeRule> attributes;
    std::span<const Particle> particles;
    std::span<const Global> activity_globals;      ///< Elements declared for files of activities.
    std::span<const Global> organisation_globals;  ///< … of organisations.
};

/// 2.01, 2.02, 2.03.
extern const Tables kTables[3];

}  // namespace tamga::iati::schema
