#include "journal/seal.hpp"

#include <algorithm>

#include "journal/fold.hpp"
#include "journal/log.hpp"

namespace tamga::journal {

Result<std::string> holder_of(store::Store& store, const std::string& key, store::JournalPos as_of) {
    TAMGA_ASSIGN(const auto known, store.key(key, as_of));
    if (!known || known->until) return std::string();
    TAMGA_ASSIGN(RecordId party, resolve(store, {Kind::party, known->party}, as_of));
    return std::move(party.id);
}

namespace {

Result<bool> is_sealed(store::Store& store, JournalPos pos, JournalPos head, const std::string& party) {
    TAMGA_ASSIGN(const auto seals, store.seals(pos, head));
    for (const store::Seal& seal : seals) {
        TAMGA_ASSIGN(const auto key, store.key(seal.key, head));
        if (!key) continue;
        TAMGA_ASSIGN(const RecordId holder, resolve(store, {Kind::party, key->party}, head));
        if (holder.id == party) return true;
    }
    return false;
}

/// Whether it is the party's own word, and no seal itself.
Result<bool> is_own(store::Store& store, const Header& header, JournalPos head, const std::string& party) {
    const std::string& author = header.author.party();
    if (author.empty() || header.verb == Verb::sign) return false;
    TAMGA_ASSIGN(const RecordId writer, resolve(store, {Kind::party, author}, head));
    return writer.id == party;
}

}  // namespace

Result<Pending> pending_of(store::Store& store, const std::string& party, JournalPos from,
                           std::int64_t most) {
    Pending found;
    TAMGA_ASSIGN(const JournalPos head, store.head());
    const std::int64_t first = std::max<std::int64_t>(from.value, 1);
    if (first > head.value) return found;
    const std::int64_t last = head.value - first < most ? head.value : first + most - 1;
    Result<void> read;
    TAMGA_TRY(store.entries({first}, {last}, [&](const store::Entry& entry, const store::Payload*) {
        read = [&]() -> Result<void> {
            TAMGA_ASSIGN(Header header, header_of(entry));
            TAMGA_ASSIGN(const bool own, is_own(store, header, head, party));
            if (!own) return {};
            TAMGA_ASSIGN(const bool sealed, is_sealed(store, entry.pos, head, party));
            if (!sealed) found.entries.push_back({entry.pos, std::move(header), entry.header});
            return {};
        }();
        return read.has_value();
    }));
    TAMGA_TRY(read);
    if (last < head.value) found.next = {last + 1};
    return found;
}

}  // namespace tamga::journal
