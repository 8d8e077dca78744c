#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "xml/names.hpp"

namespace tamga::xml {

/// Memory that is taken piece by piece and given back as a whole. Not for types with destructors.
class Arena {
  public:
    /// Uninitialised memory for `count` objects; lives until clear().
    template <typename T>
    T* make(std::size_t count = 1) {
        static_assert(std::is_trivially_destructible_v<T>);
        const std::size_t aligned = (used_ + alignof(T) - 1) & ~(alignof(T) - 1);
        const std::size_t bytes = sizeof(T) * count;
        if (aligned + bytes > size_) return static_cast<T*>(grow(bytes));
        used_ = aligned + bytes;
        return reinterpret_cast<T*>(block_ + aligned);
    }
    std::string_view copy(std::string_view text);
    /// Takes everything back; keeps the first block for the next use.
    void clear();

  private:
    void* grow(std::size_t bytes);
    std::vector<std::unique_ptr<std::byte[]>> blocks_;
    std::byte* block_ = nullptr;
    std::size_t used_ = 0;
    std::size_t size_ = 0;
};

/// An attribute. Namespace declarations (xmlns, xmlns:…) are not among an element's attributes.
struct Attribute {
    Name name;                   ///< kForeignName if it has a namespace.
    std::uint32_t where;         ///< Offset of its opening quote in the text that was read.
    std::string_view qualified;  ///< As written: "xml:lang".
    std::string_view space;      ///< Namespace URI; empty for none.
    std::string_view value;      ///< Normalised (XML 1.0, 3.3.3): references replaced, white space as spaces.
};

/// An element or a run of text. Comments and processing instructions leave no node; text on both sides of one
/// is two nodes. White space alone is a node as well.
struct Node {
    Name name;            ///< kTextNode for text.
    std::uint32_t where;  ///< Offset of its `<` (or of the text's first byte) in the text that was read.
    std::uint32_t end;    ///< Of an element: offset past its last `>`.
    Node* parent;
    Node* first;  ///< First child.
    Node* next;   ///< Next sibling.
    Node* same;   ///< Next sibling element of the same name (also among foreign and unknown ones).
    const Attribute* attributes;
    std::uint32_t attribute_count;
    std::uint32_t order;         ///< Position in document order.
    std::string_view qualified;  ///< An element's name as written; a text's content.
    std::string_view space;      ///< Namespace URI; empty for none.

    bool is_text() const { return name == kTextNode; }
    std::string_view text() const { return qualified; }
    /// The part of the name after its prefix.
    std::string_view local() const;
    std::span<const Attribute> all_attributes() const { return {attributes, attribute_count}; }
    /// The attribute in no namespace, or null.
    const Attribute* attribute(Name wanted) const {
        for (std::uint32_t i = 0; i < attribute_count; ++i)
            if (attributes[i].name == wanted) return attributes + i;
        return nullptr;
    }
    /// The attribute of that namespace and local name, or null.
    const Attribute* attribute(std::string_view wanted_space, std::string_view wanted_local) const;
    /// The first child element of that name, or null.
    const Node* child(Name wanted) const {
        for (const Node* node = first; node; node = node->next)
            if (node->name == wanted) return node;
        return nullptr;
    }
};

inline constexpr std::string_view kXmlSpace = "http://www.w3.org/XML/1998/namespace";
inline constexpr std::string_view kSchemaInstanceSpace = "http://www.w3.org/2001/XMLSchema-instance";

/// The text of a node and all beneath it, in order (XPath 1.0, 5.2: string-value). Points into the tree where
/// one piece is all there is, else into `buffer`.
std::string_view string_value(const Node& node, std::string& buffer);

}  // namespace tamga::xml
