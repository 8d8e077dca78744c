#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iati/standard/standard.hpp"

namespace tamga::iati {

/// How an element is built.
struct AttributeUse {
    std::string_view name;  ///< "xml:lang".
    std::string_view type;  ///< As people say it: "date", "text", "true or false".
    bool required;
};
inline constexpr std::uint32_t kMany = UINT32_MAX;  ///< No upper bound.
struct ChildUse {
    std::string_view name;
    std::uint32_t min;
    std::uint32_t max;  ///< Or kMany.
};
struct ElementStructure {
    std::string_view content;  ///< What text it holds: "date", "decimal number"; empty: none.
    std::vector<AttributeUse> attributes;
    std::vector<ChildUse> children;  ///< In the order in which they must stand.
};

/// Where explain() learns how elements are built and what rules ask for.
class Structures {
  public:
    virtual ~Structures() = default;
    /// Every element of that version by its path: "iati-activities", "iati-activity", "iati-activity/sector".
    /// Activities and organisations begin a path; the root above them has one of its own.
    virtual std::vector<std::string> paths(Version version) const = 0;
    /// The element at such a path; or none.
    virtual std::optional<ElementStructure> find(Version version, std::string_view path) const = 0;
    /// What a rule asks for, in one sentence; empty if it is not known.
    virtual std::string_view rule(Version version, std::string_view id) const;
};

/// The structure that the tables of the schemas tell. It knows no rules' sentences: override rule() where
/// they are.
class SchemaStructures : public Structures {
  public:
    std::vector<std::string> paths(Version version) const override;
    std::optional<ElementStructure> find(Version version, std::string_view path) const override;
};

struct Explanation {
    std::string text;  ///< Lines of at most 100 characters, each ended by a line feed.
    bool known;        ///< False: the text says that there is no such thing, and what comes near.
};

/// What people read at the terminal about an element ("transaction"), an element at its place
/// ("transaction/value") or an attribute ("sector/@code", "@currency"): what it is for, where it stands, its
/// attributes and children, the code lists and rules that concern it.
Explanation explain(Version version, std::string_view element_or_path,
                    const Structures& structures = SchemaStructures());

}  // namespace tamga::iati
