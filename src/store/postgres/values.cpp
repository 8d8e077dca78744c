#include "store/postgres/values.hpp"

#include <charconv>

namespace tamga::store {

namespace {

void append_int4(std::string& out, std::size_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

}  // namespace

Oid oid::array_of(Oid element) {
    return element == kInt8 ? 1016 : element == kText ? 1009 : element == kBytes ? 1001 : 0;
}

void append_number(std::string& out, std::int64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

std::int64_t read_number(std::string_view bytes) {
    if (bytes.empty()) return 0;
    // The first byte carries the sign.
    std::int64_t value = static_cast<signed char>(bytes.front());
    for (const char byte : bytes.substr(1)) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

void Column::add(const Parameter& value) {
    type_ = value.type;
    ++count_;
    append_int4(elements_, value.bytes().size());
    elements_ += value.bytes();
}

std::string Column::array() const {
    std::string out;
    out.reserve(elements_.size() + 20);
    append_int4(out, 1);  // Dimensions.
    append_int4(out, 0);  // No nulls.
    append_int4(out, type_);
    append_int4(out, count_);
    append_int4(out, 1);  // The first index.
    return out += elements_;
}

void Column::clear() {
    type_ = 0;
    count_ = 0;
    elements_.clear();
}

Type type_of(const PGresult* row, int column) {
    if (PQgetisnull(row, 0, column) != 0) return Type::null;
    switch (PQftype(row, column)) {
        case oid::kInt2:
        case oid::kInt4:
        case oid::kInt8:
        case oid::kBool:
            return Type::integer;
        case oid::kFloat8:
            return Type::real;
        case oid::kBytes:
            return Type::blob;
        default:
            return Type::text;
    }
}

std::int64_t integer_of(const PGresult* row, int column) {
    const std::string_view bytes{PQgetvalue(row, 0, column),
                                 static_cast<std::size_t>(PQgetlength(row, 0, column))};
    if (type_of(row, column) == Type::integer) return read_number(bytes);
    std::int64_t value = 0;
    std::from_chars(bytes.data(), bytes.data() + bytes.size(), value);
    return value;
}

}  // namespace tamga::store
