#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "xml/tree.hpp"

// A conforming non-validating XML 1.0 reader (fifth edition) with namespaces (Namespaces in XML 1.0, third
// edition) for text in UTF-8. No document type declaration with an internal subset is accepted, no entity but
// the five predefined ones, and nothing outside the text is ever fetched.

namespace tamga::xml {

/// Why a text is not well-formed, and at which byte of it.
struct Fault {
    std::size_t where = 0;
    std::string what;
    bool too_large = false;  ///< It may be well-formed: there are more nodes in it than are allowed.
};

struct Limits {
    int depth = 256;                 ///< Elements within each other.
    std::size_t attributes = 1'000;  ///< Of one element.
    std::size_t name_bytes = 4'096;  ///< Of one name.
    /// Elements, texts and attributes of one tree, about a hundred bytes each: one for every 16 bytes of 32
    /// MB. Published data have one for every 21 bytes or more, a file of nothing but <a/> one for every four.
    std::size_t nodes = std::size_t{2} * 1024 * 1024;
    bool keep_space = true;  ///< False: white space alone beside a child element leaves no node.
};

/// A prefix and the namespace that it stands for; prefix "" is the default namespace.
struct Binding {
    std::string prefix;
    std::string space;
};

/// Reads elements into trees. Keeps its memory from one use to the next. One thread at a time.
class Reader {
  public:
    explicit Reader(const Names& names, Limits limits = {}) : names_(&names), limits_(limits) {}

    /// Reads `content` (XML 1.0 production 43: elements, text, comments, instructions) as it stands between
    /// the start and end tag of `parent`, whose namespaces are `bindings` and whose children the elements
    /// become. `text` has its line ends normalised and is shorter than 2 GiB. The tree holds views into
    /// `text`, `bindings` and the reader: it lasts until the next read. False: not well-formed, see fault().
    bool content(std::string_view text, std::span<const Binding> bindings, Node& parent);

    /// Reads a whole document: its root element. Null: not well-formed, see fault().
    /// Line ends are normalised first (XML 1.0, 2.11): offsets count a carriage return and line feed as one.
    const Node* document(std::string_view text);

    const Fault& fault() const { return fault_; }

    /// The namespaces that the root element of the last document() declares.
    const std::vector<Binding>& root_bindings() const { return root_bindings_; }

  private:
    friend class Parse;
    void start();
    /// The last child of a name: for Node::same.
    struct Last {
        std::uint32_t parent = 0;
        Node* child = nullptr;
    };
    const Names* names_;
    Limits limits_;
    Arena arena_;
    Fault fault_;
    std::vector<Binding> root_bindings_;
    std::string normalised_;
    std::vector<std::vector<Last>> last_by_depth_;
    std::uint32_t next_order_ = 1;  ///< Never starts again, so that last_by_depth_ needs no clearing.
};

/// Where a byte of a text stands: both count from 1; a column counts characters, not bytes.
struct Position {
    std::uint64_t line = 1;
    std::uint64_t column = 1;
};
/// The position of text[where], when text[0] stands at `start`.
Position position_of(std::string_view text, std::size_t where, Position start = {});

/// Replaces each carriage return, with a line feed or without, by a line feed (XML 1.0, 2.11).
void normalise_line_ends(std::string& text);

}  // namespace tamga::xml
