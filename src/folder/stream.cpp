#include <algorithm>
#include <utility>

#include "folder/folder.hpp"
#include "folder/names.hpp"
#include "folder/reader.hpp"
#include "journal/writer.hpp"

namespace tamga::folder {

namespace {

/// Faults of cells that are remembered, so that the journal's word on the same cell is not told too.
constexpr std::size_t kToldLimit = 100'000;

}  // namespace

Stream::Stream(std::vector<Source> sources, Findings& findings, const ReadOptions& options)
    : reader_(std::make_unique<Reader>(std::move(sources), findings, options)) {}
Stream::Stream(Stream&&) noexcept = default;
Stream::~Stream() = default;

Result<std::optional<Changes>> Stream::next(std::size_t most) {
    Changes part;
    TAMGA_ASSIGN(const bool more, reader_->read(part, most));
    if (!more && part.changes_.empty()) {
        kinds_.insert(part.kinds_.begin(), part.kinds_.end());
        return std::nullopt;
    }
    for (std::size_t i = 0; i < part.places_.size(); ++i)
        note(count_ + i, part.places_[i].row, part.places_[i].table);
    for (const auto& [index, field] : part.told_)
        if (told_.size() < kToldLimit) told_.emplace(count_ + index, field);
    kinds_.insert(part.kinds_.begin(), part.kinds_.end());
    count_ += part.changes_.size();
    return part;
}

void Stream::note(std::size_t index, int row, std::size_t table) {
    const bool follows = !runs_.empty() && runs_.back().table == table && row == last_row_ + 1;
    if (!follows) runs_.push_back({index, row, table});
    last_row_ = row;
}

Result<Withdrawals> Stream::withdraw_missing(journal::Writing& writing, const std::string& reason,
                                             const Described& describe) {
    Withdrawals done;
    std::vector<Table>& tables = reader_->tables()->tables;
    // What links goes before what it links to.
    for (auto kind = kinds().rbegin(); kind != kinds().rend(); ++kind) {
        if (!kinds_.contains(kind->kind)) continue;
        note(count_, 0, tables.size());
        tables.push_back({std::string(kind->plural) + ".csv", kind->kind});
        TAMGA_TRY(writing.each_unnamed(kind->kind, [&](std::span<const RecordId> names) -> Result<void> {
            std::vector<journal::Change> changes;
            for (const RecordId& name : names)
                changes.push_back({.verb = journal::Verb::withdraw, .name = name, .reason = reason});
            const std::size_t first = count_;
            done.withdrawn += changes.size();
            count_ += changes.size();
            return writing.add(changes, {}, [&](std::size_t index, journal::Outcome outcome) {
                if (describe) describe(names[index - first], outcome);
            });
        }));
    }
    TAMGA_ASSIGN(done.of, writing.records_before(done.withdrawn * 10));
    return done;
}

void Stream::tell(const std::vector<journal::Refusal>& refusals, Findings& findings) const {
    for (const journal::Refusal& refusal : refusals) {
        if (told_.contains({refusal.index, refusal.problem.field})) continue;
        const auto run = std::prev(std::ranges::upper_bound(runs_, refusal.index, {}, &Run::first));
        const int row = run->row + static_cast<int>(refusal.index - run->first);
        findings.add(finding_at(reader_->tables()->tables[run->table], row, refusal.problem));
    }
}

}  // namespace tamga::folder
