#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "iati/schema/tables.hpp"
#include "xml/tree.hpp"

namespace tamga::iati::schema {

/// One fault against the schema. Messages that say the same are the same text.
struct Fault {
    std::uint32_t where = 0;  ///< Offset of the element or attribute in the text that was read.
    std::string message;
    std::string hint;  ///< May be empty.
};
using Sink = std::function<void(Fault)>;

/// The structure of one version of one kind of file, compiled for one table of names. Constant: any number of
/// threads.
///
/// Decides as a validating XML Schema 1.0 processor does (libxml2's reading where the standard leaves room).
/// As there, an element that is not expected is reported once and the rest of its parent's content is not
/// looked at.
class Schema {
  public:
    /// `names` must outlive this and begin as standard_names() does.
    Schema(const Tables& tables, bool organisations, const xml::Names& names);

    /// Checks an element and all beneath it by its global declaration; false if there is none.
    bool check(const xml::Node& element, const Sink& sink) const;
    /// Checks the element alone: its attributes.
    void check_attributes_of(const xml::Node& element, const Sink& sink) const;

    std::string_view version() const { return version_; }

  private:
    struct CompiledAttribute {
        xml::Name name;  ///< kForeignName for xml:lang.
        Text text;
        bool required;
        std::string_view written;
    };
    struct CompiledType {
        Content content;
        Text text;
        bool closed;
        std::vector<CompiledAttribute> attributes;
        std::vector<Particle> particles;
        std::vector<std::uint8_t> by_name;  ///< Index of the particle of a name; kNone.
        std::vector<std::uint8_t>
            required;  ///< [i]: first required particle from i on, or the number of particles.
    };
    static constexpr std::uint8_t kNone = 255;

    void element(const xml::Node& node, const CompiledType& type, const Sink& sink) const;
    void attributes(const xml::Node& node, const CompiledType& type, const Sink& sink) const;
    void children(const xml::Node& node, const CompiledType& type, const Sink& sink) const;
    /// An element that nothing declares, or whose type is anything: what is declared in it is checked all the
    /// same.
    void lax(const xml::Node& node, const Sink& sink) const;
    void value(const xml::Node& node, const xml::Attribute& attribute, Text text, const Sink& sink) const;
    bool reserved(const xml::Node& node, const xml::Attribute& attribute, bool typed, const Sink& sink) const;
    const CompiledType* global(xml::Name name) const;

    std::string_view version_;
    std::vector<CompiledType> types_;
    std::vector<std::int32_t> globals_;  ///< By name; -1 for none.
};

}  // namespace tamga::iati::schema
