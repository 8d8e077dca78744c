#include "journal/seal.hpp"

#include "journal/fold.hpp"

namespace tamga::journal {

Result<std::string> holder_of(store::Store& store, const std::string& key, store::JournalPos as_of) {
    TAMGA_ASSIGN(const auto known, store.key(key, as_of));
    if (!known || known->until) return std::string();
    TAMGA_ASSIGN(RecordId party, resolve(store, {Kind::party, known->party}, as_of));
    return std::move(party.id);
}

}  // namespace tamga::journal
