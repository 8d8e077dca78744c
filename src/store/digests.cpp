#include "store/digests.hpp"

#include <algorithm>
#include <limits>

namespace tamga::store {

namespace {

/// The end of an interval that has not ended, as in the tables.
constexpr std::int64_t kOpen = std::numeric_limits<std::int64_t>::max();

void append_number(std::string& out, std::uint64_t number) {
    for (int i = 0; i < 8; ++i, number >>= 8) out += static_cast<char>(number & 0xff);
}

}  // namespace

RowBytes& RowBytes::add(std::int64_t value) {
    bytes_ += static_cast<char>(Type::integer);
    append_number(bytes_, static_cast<std::uint64_t>(value));
    return *this;
}

RowBytes& RowBytes::add(Type type, std::string_view bytes) {
    bytes_ += static_cast<char>(type);
    append_number(bytes_, bytes.size());
    bytes_ += bytes;
    return *this;
}

void Digests::put_only(const RecordId& name, JournalPos from, const std::vector<Link>& its_links,
                       std::string_view list_row) {
    // Columns as compare_projections() reads them.
    const std::string_view kind = info(name.kind).name;
    const std::int64_t pos = from.value;
    tables_[records].add(row_.clear().add(kind).add(name.id).add(pos).bytes());
    tables_[versions].add(
        row_.clear().add(kind).add(name.id).add(pos).add(kOpen).add(pos).add(std::int64_t{0}).bytes());
    for (const Link& link : its_links)
        tables_[links].add(row_.clear()
                               .add(info(link.to.kind).name)
                               .add(link.to.id)
                               .add(kind)
                               .add(name.id)
                               .add(link.field)
                               .add(pos)
                               .add(kOpen)
                               .bytes());
    tables_[listed].add(
        row_.clear().add(kind).add(name.id).add(pos).add(kOpen).add(Type::blob, list_row).bytes());
}

Digests Digests::empty_alike() const {
    Digests made;
    for (std::size_t table = 0; table < kTables; ++table) made.tables_[table] = tables_[table].empty_alike();
    return made;
}

void Digests::remove(const Digests& other) {
    for (std::size_t table = 0; table < kTables; ++table) tables_[table].remove(other.tables_[table]);
}

bool Digests::are_empty() const {
    return std::ranges::all_of(tables_, &crypto::MultisetHash::is_empty);
}

}  // namespace tamga::store
