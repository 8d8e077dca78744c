// XML: a document read in pieces is well-formed where the same document read whole is, and no answer depends
// on where a read or a piece ends.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "xml/stream.hpp"

namespace {

using namespace tamga;
using namespace tamga::xml;

/// Gives its bytes in lumps of one size.
class Lumps : public Source {
  public:
    Lumps(std::string_view bytes, std::size_t lump) : bytes_(bytes), lump_(lump) {}
    Result<std::size_t> read(std::span<char> to) override {
        const std::size_t count = bytes_.copy(to.data(), std::min(to.size(), lump_));
        bytes_.remove_prefix(count);
        return count;
    }

  private:
    std::string_view bytes_;
    std::size_t lump_;
};

struct Outcome {
    bool well_formed = false;
    std::string text;  ///< Of all pieces, where it is.
    bool operator==(const Outcome&) const = default;
};

Outcome in_pieces(std::string_view bytes, std::size_t lump, StreamLimits limits) {
    static const Names names;
    Lumps source(bytes, lump);
    Stream stream(source, names, limits);
    if (!stream.open()) return {};
    Reader reader(names);
    Outcome outcome{.well_formed = true, .text = {}};
    while (const auto piece = stream.next()) {
        Node parent{};
        outcome.well_formed &= reader.content(piece->text, stream.bindings(), parent);
        outcome.text += piece->text;
    }
    if (!outcome.well_formed || stream.broken()) return {};
    return outcome;
}

bool is_well_formed_whole(std::string_view bytes) {
    static const Names names;
    const auto source = memory_source(bytes);
    Decoder decoder(*source);
    std::string text;
    for (;;) {
        const auto more = decoder.more(text, 1 << 16);
        if (!more) return false;
        if (!*more) break;
    }
    Reader reader(names);
    return reader.document(text) != nullptr;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const Outcome outcome = in_pieces(bytes, size + 1, {});
    if (in_pieces(bytes, 1, {.piece = 1}) != outcome) std::abort();
    if (is_well_formed_whole(bytes) != outcome.well_formed) std::abort();
    return 0;
}
