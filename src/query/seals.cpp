#include "query/seals.hpp"

#include "journal/fold.hpp"
#include "query/register.hpp"

namespace tamga::query {

Result<std::vector<Sealed>> View::seals_of(JournalPos entry) const {
    TAMGA_ASSIGN(const auto seals, reader_->seals(entry, as_of_));
    std::vector<Sealed> found;
    const auto moment = [this](JournalPos pos) -> Result<Moment> {
        TAMGA_ASSIGN(const auto header, journal::header_at(*reader_, pos));
        return Moment{pos, header.time};
    };
    for (const store::Seal& seal : seals) {
        TAMGA_ASSIGN(const auto header, journal::header_at(*reader_, seal.pos));
        TAMGA_ASSIGN(const auto key, reader_->key(seal.key, as_of_));
        TAMGA_ASSIGN(const auto signed_entry, reader_->entry(entry));
        if (!key || !signed_entry) continue;  // What is wrong with them `tamga verify` tells.
        Sealed sealed{.at = {seal.pos, header.time},
                      .key = seal.key,
                      .signature = header.signature,
                      .text = signed_entry->header};
        TAMGA_ASSIGN(RecordId party, journal::resolve(*reader_, {Kind::party, key->party}, as_of_));
        sealed.party = std::move(party.id);
        TAMGA_ASSIGN(sealed.registered, moment(key->from));
        if (key->until) {
            TAMGA_ASSIGN(sealed.revoked, moment(*key->until));
        }
        found.push_back(std::move(sealed));
    }
    return found;
}

}  // namespace tamga::query
