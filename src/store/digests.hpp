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

/// The rows that a fold makes of records with one version only, which are most: they need not be kept to be
/// compared with those that a database has (Store::compare_projections), in no order. Not shared between
/// threads.
class Digests {
  public:
    /// As Store::put_version(), put_links() and put_list_row() for the first and only version of a record.
    void put_only(const RecordId& name, JournalPos from, const std::vector<Link>& links,
                  std::string_view list_row);
    /// After compare_projections(): whether the database has just these rows beside those that it was
    /// compared with.
    bool agree() const;

  private:
    friend class Store;
    enum Table : unsigned char { records, versions, links, listed };
    std::array<crypto::MultisetHash, 4> tables_;
    RowBytes row_;
};

}  // namespace tamga::store
