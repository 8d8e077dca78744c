#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/multiset.hpp"
#include "store/sql.hpp"
#include "store/store.hpp"

namespace tamga::store {

/// A row as bytes, for comparing: what has another type is another value.
class RowBytes {
  public:
    RowBytes& clear() {
        bytes_.clear();
        return *this;
    }
    RowBytes& add(std::int64_t value);
    RowBytes& add(Type type, std::string_view bytes);
    RowBytes& add(std::string_view text) { return add(Type::text, text); }
    std::string_view bytes() const { return bytes_; }

  private:
    std::string bytes_;
};

/// The rows of the largest tables of a fold, in no order: told whether they are those of another without
/// being held or sorted. Not shared between threads.
class Digests {
  public:
    /// Empty ones that can be taken from these.
    Digests empty_alike() const;
    /// As Store::put_version(), put_links() and put_list_row() for the first and only version of a record.
    void put_only(const RecordId& name, JournalPos from, const std::vector<Link>& links,
                  std::string_view list_row);
    /// All rows of ones that were empty_alike().
    void remove(const Digests& other);
    /// Whether just those rows were removed that are here.
    bool are_empty() const;

  private:
    friend class Store;
    enum Table : unsigned char { records, versions, links, listed };
    static constexpr std::size_t kTables = 4;
    std::array<crypto::MultisetHash, kTables> tables_;
    RowBytes row_;
};

}  // namespace tamga::store
