#include "iati/standard/standard.hpp"

#include <algorithm>

#include "iati/standard/hash.hpp"
#include "iati/standard/tables.hpp"

namespace tamga::iati {

namespace {

constexpr std::string_view kVersionNames[] = {"2.01", "2.02", "2.03"};

const tables::CodeRow* find_row(const tables::ListRow& list, Version version, std::string_view code) {
    const std::uint16_t* slots = tables::slots + list.first_slot;
    const tables::CodeRow* codes = tables::codes + list.first_code;
    const std::uint64_t mask = (std::uint64_t{1} << list.slot_bits) - 1;
    for (std::uint64_t slot = tables::hash(code, list.seed) >> (64 - list.slot_bits); slots[slot];
         slot = (slot + 1) & mask) {
        const tables::CodeRow& row = codes[slots[slot] - 1];
        if (row.code_size == code.size() && holds(row.marks, version) &&
            std::memcmp(tables::text + row.code_at, code.data(), code.size()) == 0)
            return &row;
    }
    return nullptr;
}

Code code_of(const tables::CodeRow& row) {
    return {{tables::text + row.code_at, row.code_size},
            {tables::text + row.name_at, row.name_size},
            (row.marks & tables::kWithdrawn) != 0,
            static_cast<Versions>(row.marks & ~tables::kWithdrawn)};
}

}  // namespace

std::optional<Version> parse_version(std::string_view text) {
    for (const Version version : kVersions)
        if (name(version) == text) return version;
    return std::nullopt;
}

std::string_view name(Version version) {
    return kVersionNames[static_cast<std::size_t>(version)];
}

std::string_view CodeList::name() const {
    return tables::view(row_->name);
}
std::string_view CodeList::meaning() const {
    return tables::view(row_->meaning);
}
bool CodeList::has(Version version, std::string_view code) const {
    return find_row(*row_, version, code) != nullptr;
}
std::optional<Code> CodeList::find(Version version, std::string_view code) const {
    const tables::CodeRow* row = find_row(*row_, version, code);
    return row ? std::optional(code_of(*row)) : std::nullopt;
}
std::size_t CodeList::size() const {
    return row_->code_count;
}
Code CodeList::operator[](std::size_t index) const {
    return code_of(tables::codes[row_->first_code + index]);
}
Versions CodeList::versions() const {
    return row_->versions;
}

std::size_t code_list_count() {
    return tables::lists.size();
}
CodeList code_list(std::size_t index) {
    return CodeList(tables::lists[index]);
}
std::optional<CodeList> find_code_list(std::string_view name) {
    const auto at = std::ranges::lower_bound(
        tables::lists, name, {}, [](const tables::ListRow& row) { return tables::view(row.name); });
    if (at == tables::lists.end() || tables::view(at->name) != name) return std::nullopt;
    return CodeList(*at);
}

std::span<const CodeCheck> code_checks() {
    return tables::checks;
}

std::optional<GlossaryEntry> meaning(std::string_view path) {
    while (true) {
        const auto at = std::ranges::lower_bound(tables::glossary, path, {}, &tables::GlossaryRow::key);
        if (at != tables::glossary.end() && at->key == path)
            return GlossaryEntry{at->key, at->meaning, at->notes};
        const std::size_t slash = path.find('/');
        if (slash == std::string_view::npos) return std::nullopt;
        path.remove_prefix(slash + 1);
    }
}

std::vector<std::string_view> glossary_keys() {
    std::vector<std::string_view> keys;
    for (const tables::GlossaryRow& row : tables::glossary) keys.push_back(row.key);
    return keys;
}

std::vector<std::string_view> rules_of(Version version, std::string_view path) {
    std::vector<std::string_view> ids;
    for (const tables::RulePlace& place : tables::rule_places) {
        if (!holds(place.versions, version)) continue;
        const std::size_t gap = place.path.find("//");
        bool fits = place.path == path;
        if (gap != std::string_view::npos) {
            const std::string_view head = place.path.substr(0, gap);
            const std::string_view end =
                place.path.substr(gap + 1);  // With its slash: a whole step must fit.
            fits = path.starts_with(head) && path.substr(head.size()).ends_with(end) &&
                   (head.empty() || path[head.size()] == '/');
        }
        if (fits && std::ranges::find(ids, place.id) == ids.end()) ids.push_back(place.id);
    }
    return ids;
}

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > limit) return limit + 1;
    std::vector<std::size_t> before(a.size() + 1), last(a.size() + 1), row(a.size() + 1);
    for (std::size_t i = 0; i <= a.size(); ++i) row[i] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
        before.swap(last);
        last.swap(row);
        std::size_t least = row[0] = j;
        for (std::size_t i = 1; i <= a.size(); ++i) {
            row[i] = std::min({last[i] + 1, row[i - 1] + 1, last[i - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[i] = std::min(row[i], before[i - 2] + 1);
            least = std::min(least, row[i]);
        }
        // A swap reaches back two rows: only if both are beyond the limit is there no way left.
        if (least > limit && *std::ranges::min_element(last) > limit) return limit + 1;
    }
    return std::min(row[a.size()], limit + 1);
}

}  // namespace tamga::iati
