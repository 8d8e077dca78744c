#include "crypto/multiset.hpp"

#include <sodium.h>

#include "crypto/sha256.hpp"

namespace tamga::crypto {

MultisetHash::MultisetHash() : key_(random_bytes(crypto_shorthash_siphashx24_KEYBYTES)) {}

MultisetHash::Sums MultisetHash::hash(std::string_view text) const {
    static_assert(sizeof(Sums) == crypto_shorthash_siphashx24_BYTES);
    Sums hash{};
    crypto_shorthash_siphashx24(reinterpret_cast<unsigned char*>(hash.data()),
                                reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                                reinterpret_cast<const unsigned char*>(key_.data()));
    return hash;
}

MultisetHash MultisetHash::empty_alike() const {
    MultisetHash made = *this;
    made.sums_ = {};
    return made;
}

void MultisetHash::add(std::string_view text) {
    const Sums more = hash(text);
    sums_[0] += more[0];
    sums_[1] += more[1];
}

void MultisetHash::remove(std::string_view text) {
    const Sums less = hash(text);
    sums_[0] -= less[0];
    sums_[1] -= less[1];
}

void MultisetHash::remove(const MultisetHash& other) {
    sums_[0] -= other.sums_[0];
    sums_[1] -= other.sums_[1];
}

}  // namespace tamga::crypto
