#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/sql.hpp"

// Values as PostgreSQL sends and takes them in their binary form: numbers with the highest byte first.

namespace tamga::store {

/// The numbers of types in PostgreSQL's catalog (pg_type.dat); they never change.
namespace oid {
inline constexpr Oid kBool = 16, kBytes = 17, kName = 19, kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25,
                     kFloat8 = 701, kBpchar = 1042, kVarchar = 1043;
/// The type of an array of one of the three that are bound; 0 of any other.
Oid array_of(Oid element);
}  // namespace oid

void append_number(std::string& out, std::int64_t value);
std::int64_t read_number(std::string_view bytes);

/// What a statement is given for a parameter.
struct Parameter {
    Oid type = 0;           ///< 0: nothing, which is null.
    std::string_view text;  ///< A text or a blob.
    std::string number;     ///< The eight bytes of a number.
    std::string_view bytes() const { return type == oid::kInt8 ? std::string_view(number) : text; }
};

/// One column of many rows: the elements of an array.
class Column {
  public:
    Oid type() const { return type_; }
    std::size_t size() const { return count_; }
    std::size_t bytes() const { return elements_.size(); }
    /// The first value says of which type they are.
    void add(const Parameter& value);
    /// The array, in binary form.
    std::string array() const;
    void clear();

  private:
    Oid type_ = 0;
    std::size_t count_ = 0;
    std::string elements_;
};

/// The type of a column of an answer.
Type type_of(const PGresult* row, int column);
std::int64_t integer_of(const PGresult* row, int column);

}  // namespace tamga::store
