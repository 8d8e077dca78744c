#include "xml/tree.hpp"

#include <algorithm>
#include <cstring>

namespace tamga::xml {

namespace {
constexpr std::size_t kBlockBytes = std::size_t{256} * 1024;
}

void* Arena::grow(std::size_t bytes) {
    const std::size_t size = std::max(bytes, kBlockBytes);
    blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(size));
    block_ = blocks_.back().get();
    size_ = size;
    used_ = bytes;
    return block_;
}

std::string_view Arena::copy(std::string_view text) {
    if (text.empty()) return {};
    char* const place = make<char>(text.size());
    std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
}

void Arena::clear() {
    if (blocks_.empty()) return;
    blocks_.resize(1);
    block_ = blocks_[0].get();
    // A first block that one large piece asked for is as long as it was; what is lost is only its end.
    size_ = kBlockBytes;
    used_ = 0;
}

std::string_view Node::local() const {
    const std::size_t colon = qualified.find(':');
    return colon == std::string_view::npos ? qualified : qualified.substr(colon + 1);
}

const Attribute* Node::attribute(std::string_view wanted_space, std::string_view wanted_local) const {
    for (const Attribute& candidate : all_attributes()) {
        if (candidate.space != wanted_space) continue;
        const std::size_t colon = candidate.qualified.find(':');
        const std::string_view local =
            colon == std::string_view::npos ? candidate.qualified : candidate.qualified.substr(colon + 1);
        if (local == wanted_local) return &candidate;
    }
    return nullptr;
}

std::string_view string_value(const Node& node, std::string& buffer) {
    if (node.is_text()) return node.text();
    if (!node.first) return {};
    if (node.first->is_text() && !node.first->next) return node.first->text();
    buffer.clear();
    const Node* at = node.first;
    while (at) {
        if (at->is_text()) buffer += at->text();
        if (at->first) {
            at = at->first;
            continue;
        }
        while (at && !at->next) {
            at = at->parent;
            if (at == &node) return buffer;
        }
        if (at) at = at->next;
    }
    return buffer;
}

}  // namespace tamga::xml
