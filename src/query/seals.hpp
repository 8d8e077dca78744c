#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/store.hpp"

namespace tamga::query {

/// An entry of the journal and when it was written.
struct Moment {
    store::JournalPos pos = {};
    std::int64_t time = 0;
};

/// A party's signature of an entry, with all that is needed to check it.
struct Sealed {
    std::string party = {};      ///< By the id that it has now.
    Moment at = {};              ///< The entry that holds the signature.
    std::string key = {};        ///< Public, 64 hexadecimal digits.
    std::string signature = {};  ///< 128 hexadecimal digits, by Ed25519 (RFC 8032).
    std::string text = {};       ///< What is signed: the entry's header as the journal holds it.
    Moment registered = {};      ///< Of the key.
    std::optional<Moment> revoked = {};
};

}  // namespace tamga::query
