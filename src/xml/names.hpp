#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tamga::xml {

/// A local name without a namespace, as a small number: comparing two names is comparing two numbers.
using Name = std::uint16_t;

inline constexpr Name kUnknownName = 0;  ///< In no namespace, but not in the table.
inline constexpr Name kForeignName = 1;  ///< In a namespace.
inline constexpr Name kTextNode = 2;     ///< Not a name at all: the node is text.
inline constexpr Name kFirstName = 3;

/// The names that a program knows, numbered from kFirstName in the order of add(). Filled first, then only
/// read: any number of threads may look up. References to it are held by readers and by compiled expressions.
class Names {
  public:
    Names();
    /// The number of a name; adds it if it is new. At most 65,000.
    Name add(std::string_view name);
    /// The number of a name, or kUnknownName.
    Name find(std::string_view name) const;
    std::string_view text(Name name) const { return texts_[name]; }
    std::size_t size() const { return texts_.size(); }

  private:
    void place(Name name);
    std::vector<std::string> texts_;
    std::vector<Name> slots_;  ///< Open addressing; the number of slots is a power of two, at most half full.
};

}  // namespace tamga::xml
