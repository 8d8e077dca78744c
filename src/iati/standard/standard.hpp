#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

// The published standard as data: its code lists, which attribute must hold a code of which list, and what
// each element is for. Made from the tables in standard/ when the program is built. All of it is constant:
// any thread may ask at any time, nothing is allocated unless a std::string or std::vector is given back, and
// views last as long as the program.

namespace tamga::iati {

namespace tables {
struct ListRow;
}

/// The versions of the standard that can be checked.
enum class Version : std::uint8_t { v2_01, v2_02, v2_03 };
inline constexpr Version kVersions[] = {Version::v2_01, Version::v2_02, Version::v2_03};

/// "2.01", "2.02" or "2.03" exactly, as the attribute `version` must have it; anything else is none.
std::optional<Version> parse_version(std::string_view text);
std::string_view name(Version version);

/// A set of versions: bit 0 is 2.01.
using Versions = std::uint8_t;
constexpr bool holds(Versions versions, Version version) {
    return (versions >> static_cast<unsigned>(version) & 1U) != 0;
}

/// One code of a list.
struct Code {
    std::string_view code;
    std::string_view name;  ///< In English; empty where the standard gives none (media types).
    bool withdrawn;         ///< Still allowed: the public validator takes withdrawn codes.
    Versions versions;      ///< Where it holds, under this name.
};

/// A code list of the standard. As small as a pointer: pass it by value.
class CodeList {
  public:
    explicit CodeList(const tables::ListRow& row) : row_(&row) {}

    std::string_view name() const;     ///< "Sector".
    std::string_view meaning() const;  ///< What its codes tell, in one sentence.

    /// Whether that version allows the code: compared byte by byte, withdrawn codes included. About ten
    /// nanoseconds.
    bool has(Version version, std::string_view code) const;
    /// The code, if that version allows it.
    std::optional<Code> find(Version version, std::string_view code) const;

    /// How many entries there are over all versions: a code whose name changed has one for each name.
    std::size_t size() const;
    /// The entry at that position, below size(), in the order of the standard.
    Code operator[](std::size_t index) const;
    /// The versions that have this list.
    Versions versions() const;

    friend bool operator==(CodeList, CodeList) = default;

  private:
    const tables::ListRow* row_;
};

/// How many lists there are; they are counted in byte order of their names.
std::size_t code_list_count();
CodeList code_list(std::size_t index);
/// The list of that name, exactly; or none.
std::optional<CodeList> find_code_list(std::string_view name);

/// One check: an attribute, or an element's text, must hold a code of a list.
/// Source: the standard's mapping of code lists to elements, with the public validator's numbers.
struct CodeCheck {
    std::string_view id;          ///< "9.76.1". Two checks of one version may share it.
    std::string_view list;        ///< "Sector".
    std::string_view path;        ///< The element: "iati-activity/sector". Empty: any element.
    std::string_view attribute;   ///< "code"; empty: the element's text.
    std::string_view vocabulary;  ///< Only where the attribute `vocabulary` has this value; empty: always.
    std::string_view category;    ///< "classifications".
    std::uint16_t list_index;     ///< For code_list().
    Versions versions;
    bool or_none;       ///< Also where there is no vocabulary, or an empty one.
    bool of_parent;     ///< It is the parent's vocabulary, and the parent is what is checked.
    bool never_public;  ///< The public validator has the check, but it never fires there.
};

/// All checks of all versions. Those of one element are told in this order.
std::span<const CodeCheck> code_checks();

/// What the glossary says of an element or attribute.
struct GlossaryEntry {
    std::string_view key;      ///< The line that was found: "transaction/value".
    std::string_view meaning;  ///< One sentence, or several parts.
    std::string_view notes;  ///< Lines, about all versions or beginning with those they are about ("2.03: ").

    friend bool operator==(const GlossaryEntry&, const GlossaryEntry&) = default;
};
/// What the nearest line of the glossary says of "iati-activity/transaction/value", "value",
/// "transaction/@ref" or "@currency": the one whose key is the longest end of the path.
std::optional<GlossaryEntry> meaning(std::string_view path);
/// The keys of all lines, in byte order.
std::vector<std::string_view> glossary_keys();

/// The ids of the rules of the standard's ruleset that look at that element or attribute itself
/// ("iati-activity/sector").
std::vector<std::string_view> rules_of(Version version, std::string_view path);

/// How many bytes must be put in, left out, replaced or swapped with their neighbour to make one text of the
/// other; limit + 1 if more than that. For "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

}  // namespace tamga::iati
